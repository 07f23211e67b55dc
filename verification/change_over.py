"""One person, requests of two classes in random order, and time to switch when the class is another than the last.

Poisson arrivals of both classes: which class the next one is of does not depend on those before it nor on when it
comes, and work is in order of arrival. So two in a row differ with chance 2p(1 - p), where p is the share of the first
class. When both come as often, whether there is a switch is a fair toss each time, independent of all tosses before it
(given the last class, the next is the same or another with chance 1/2 each): the work and the switch together are an
M/G/1 queue with S = exponential + c or 0. E[S] = 1/μ + c/2 and E[S²] = 2/μ² + c/μ + c²/2, and by Pollaczek and
Khinchin (as above) the mean wait is λE[S²]/2(1 - λE[S]).
"""

from __future__ import annotations

from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK

SCENARIO = """
flowsim: 1
name: Change-over
requests: {{red: {{arrivals: {red:.10g} per hour}}, blue: {{arrivals: {blue:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve, change-over: {switch:g} min}}}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""


def switched(world: World) -> float:
    """The share of measured visits that began with a switch."""
    return float((world.minutes("started", "set_up") > 0.0).mean())


def case(first: float, load: float, switch: float, days: int, replications: int) -> Case:
    """A share `first` of one class; λ/μ = `load`, a switch of so many minutes."""
    lam = load / WORK
    share = 2 * first * (1 - first)
    measures = [
        Measure(
            "share that begins with a switch",
            "2p(1 - p)",
            share,
            lambda w: switched(w[0]),
            "the share of the rarer class",
            min(first, 1 - first) if first != 0.5 else 1.0,
        )
    ]
    if first == 0.5:
        mean = WORK + switch / 2
        square = 2 * WORK**2 + WORK * switch + switch**2 / 2
        measures.append(
            Measure(
                "mean wait",
                "λE[S²]/2(1 - λE[S])",
                lam * square / (2 * (1 - lam * mean)),
                lambda w: float(w[0].wait().mean()),
                "half a switch every time",
                lam * (2 * WORK**2 + WORK * switch + switch**2 / 4) / (2 * (1 - lam * mean)),
            )
        )
    return Case(
        f"Change-over between classes of {first:.0%} and {1 - first:.0%}",
        __doc__ or "",
        SCENARIO.format(
            red=60 * lam * first,
            blue=60 * lam * (1 - first),
            work=WORK,
            switch=switch,
            days=days + 3,
            seed=31 if first == 0.5 else 32,
        ),
        tuple(measures),
        replications,
        spoiled=(f"change-over: {switch:g} min", f"change-over: {{time: {switch:g} min, by: task}}"),
    )


def full() -> list[Case]:
    """Even and uneven classes."""
    return [case(0.5, 0.35, 20, 120, 40), case(0.3, 0.5, 5, 40, 30)]


def quick() -> list[Case]:
    """The same over less time."""
    return [case(0.5, 0.25, 20, 130, 20), case(0.3, 0.4, 5, 10, 15)]
