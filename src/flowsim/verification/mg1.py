"""One person, Poisson arrivals at rate λ, work S of any law; ρ = λ E[S] (Pollaczek 1930, Khinchin 1932).

An arriving request waits for the rest of the work under way and for all before it. By PASTA and Little's law the mean
number before it is λW, each E[S]; somebody is at work with chance ρ, and the rest of his work is E[S²]/2E[S] on
average (a long piece is met more often). So W = ρ E[S²]/2E[S] + ρW, hence W = λ E[S²]/2(1 - ρ). The second moment
follows from the transform in the same way (Takács 1962): E[W²] = 2W² + λ E[S³]/3(1 - ρ). With SCV c² of the work,
E[S²] = (1 + c²) E[S]²; E[S³] is E[S]³ (1 + c²)³ for a lognormal and E[S]³ (1 + c²)(1 + 2c²) for a gamma law: two laws
with one mean wait, told apart by its standard deviation. An Erlang law of k stages is the gamma law with c² = 1/k, and
constant work has c = 0.

When requests of two kinds come mixed, a share p with exponential work of mean a and the others of mean b, and nobody
goes first, the work is hyper-exponential: E[S²] = 2(pa² + (1 - p)b²), and both kinds wait as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK

THIRD: dict[str, Callable[[float], float]] = {
    "constant": lambda c2: 1.0,
    "erlang": lambda c2: (1 + c2) * (1 + 2 * c2),
    "gamma": lambda c2: (1 + c2) * (1 + 2 * c2),
    "lognormal": lambda c2: (1 + c2) ** 3,
}
"""E[S³]/E[S]³ of each law by its squared coefficient of variation."""

OTHER = {"lognormal": "gamma", "gamma": "lognormal", "erlang": "constant", "constant": "erlang"}
"""The law whose spread is the tempting mistake."""

MIXED = """
flowsim: 1
name: Two kinds at one desk
requests: {{short: {{arrivals: {short:.10g} per hour}}, long: {{arrivals: {long:.10g} per hour}}}}
tasks:
  serve short: {{time: exponential({quick:g} min), value: adding, only: short}}
  serve long: {{time: exponential({slow:g} min), value: adding, only: long}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: [serve short, serve long]}}}}
run: {{length: {days} days, warm-up: 10 days, seed: 36}}
"""


def work(law: str, scv: float) -> str:
    """Work of mean `WORK` and this variability, as the format writes it."""
    if law == "constant":
        return f"{WORK:g} min"
    if law == "erlang":
        return f"erlang({WORK:g} min, {1 / scv:.0f})"
    return f"{law}({WORK:g} min, {WORK * math.sqrt(scv):.10g} min)"


def scenario(law: str, rho: float, scv: float, days: int) -> str:
    """A desk whose work has mean `WORK` and this variability."""
    return f"""
flowsim: 1
name: One desk
requests: {{request: {{arrivals: {60.0 / WORK * rho:.10g} per hour}}}}
tasks: {{serve: {{time: "{work(law, scv)}", value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + 10} days, warm-up: 10 days, seed: 3}}
"""


def case(law: str, rho: float, scv: float, days: int, replications: int, spread: bool) -> Case:
    """The queue with this law of work; with `spread` the standard deviation of the wait too."""
    mean = rho / (1 - rho) * WORK * (1 + scv) / 2

    def deviation(which: str, c2: float) -> float:
        """√(E[W²] - W²) for a law."""
        first = rho / (1 - rho) * WORK * (1 + c2) / 2
        return math.sqrt(first**2 + rho * WORK**2 * THIRD[which](c2) / (3 * (1 - rho)))

    other = OTHER[law]
    c2 = {"erlang": 0.25, "constant": 0.0}.get(other, scv)
    measures = [
        Measure(
            "mean wait",
            "λ E[S²]/2(1 - ρ)",
            mean,
            lambda w: float(w[0].wait().mean()),
            "as if work were exponential, ρ/(μ - λ)",
            rho / (1 - rho) * WORK,
        )
    ]
    if spread:
        measures.append(
            Measure(
                "wait, standard deviation",
                "√(W² + λ E[S³]/3(1 - ρ))",
                deviation(law, scv),
                lambda w: float(np.std(w[0].wait())),
                f"that of {other} work",
                deviation(other, c2),
            )
        )
    return Case(
        f"M/G/1 with {law} work at {rho:.0%} load, SCV {scv:g}",
        __doc__ or "",
        scenario(law, rho, scv, days),
        tuple(measures),
        replications,
        spoiled=(work(law, scv), f"exponential({WORK:g} min)"),
    )


def mixed(share: float, quick: float, slow: float, rho: float, days: int, replications: int) -> Case:
    """A `share` of short ones; mean works in minutes; load ρ."""
    mean = share * quick + (1 - share) * slow
    square = 2 * (share * quick**2 + (1 - share) * slow**2)
    lam = rho / mean
    wait = lam * square / (2 * (1 - rho))
    return Case(
        f"M/G/1 with hyper-exponential work at {rho:.0%} load",
        __doc__ or "",
        MIXED.format(short=60 * lam * share, long=60 * lam * (1 - share), quick=quick, slow=slow, days=days + 10),
        (
            Measure(
                "mean wait of the short ones",
                "λ E[S²]/2(1 - ρ)",
                wait,
                lambda w: float(w[0].wait(klass="short").mean()),
                "as if all work were of one exponential law, ρE[S]/(1 - ρ)",
                rho * mean / (1 - rho),
            ),
            Measure(
                "mean wait of the long ones",
                "λ E[S²]/2(1 - ρ)",
                wait,
                lambda w: float(w[0].wait(klass="long").mean()),
                "in proportion to their own work",
                wait * slow / mean,
            ),
        ),
        replications,
        spoiled=(
            f"short: {{arrivals: {60 * lam * share:.10g} per hour",
            f"short: {{priority: 0, arrivals: {60 * lam * share:.10g} per hour",
        ),
    )


def full() -> list[Case]:
    """Five laws at 80 % load."""
    return [
        case("constant", 0.8, 0.0, 250, 40, True),
        case("erlang", 0.8, 0.25, 300, 40, True),
        case("gamma", 0.8, 2.0, 600, 40, True),
        case("lognormal", 0.8, 2.0, 1000, 40, True),
        mixed(0.75, 5, 15, 0.8, 350, 40),
    ]


def quick() -> list[Case]:
    """The same at 50 % load."""
    return [
        case("constant", 0.5, 0.0, 60, 20, True),
        case("erlang", 0.5, 0.25, 70, 20, True),
        case("gamma", 0.5, 2.0, 150, 20, False),
        case("lognormal", 0.5, 2.0, 200, 20, False),
        mixed(0.75, 5, 15, 0.5, 110, 20),
    ]
