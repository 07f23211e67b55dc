"""One person, classes in order of priority, work under way never interrupted (Cobham 1954).

A request of class k waits for the rest of the work under way, on average W₀ = Σ λᵢ E[Sᵢ²]/2 over all classes; for
those of its own and higher classes who were there; and for those of higher classes who come while it waits. With σₖ =
ρ₁ + … + ρₖ that gives Wₖ = W₀/(1 - σₖ₋₁)(1 - σₖ). Work may differ by class: here exponential, constant and uniform.

With c people and the same exponential work for all classes the same holds while all are at work: then somebody is done
at rate cμ, so W₀ = C/cμ, with Erlang's C the chance that all are at work (Cobham 1954, as above for one class).
"""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.verification.claims import Case, Measure, mean_wait
from flowsim.verification.mm1 import WORK
from flowsim.verification.mmc import delay


@dataclass(frozen=True)
class Kind:
    """A class: arrivals per hour, its work as text, and the work's first two moments in minutes."""

    name: str
    per_hour: float
    work: str
    mean: float
    square: float

    @property
    def load(self) -> float:
        """The share of the person's time it takes."""
        return self.per_hour / 60.0 * self.mean


def exponential(name: str, per_hour: float, mean: float) -> Kind:
    """A class with exponential work of this mean, in minutes."""
    return Kind(name, per_hour, f"exponential({mean:g} min)", mean, 2 * mean * mean)


def constant(name: str, per_hour: float, mean: float) -> Kind:
    """A class whose work always takes so many minutes."""
    return Kind(name, per_hour, f"{mean:g} min", mean, mean * mean)


def uniform(name: str, per_hour: float, low: float, high: float) -> Kind:
    """A class with work evenly between two numbers of minutes."""
    mean = (low + high) / 2
    return Kind(name, per_hour, f"{low:g} min .. {high:g} min", mean, (high - low) ** 2 / 12 + mean * mean)


def scenario(kinds: list[Kind], days: int) -> str:
    """Classes of priority 0, 1, …, each with a task of its own, at one desk."""
    requests = "".join(
        f"  {k.name}: {{arrivals: {k.per_hour:.10g} per hour, priority: {i}}}\n" for i, k in enumerate(kinds)
    )
    tasks = "".join(f"  serve {k.name}: {{time: {k.work}, value: adding, only: {k.name}}}\n" for k in kinds)
    does = ", ".join(f"serve {k.name}" for k in kinds)
    return f"""
flowsim: 1
name: Priorities
requests:
{requests}tasks:
{tasks}teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: [{does}]}}}}
run: {{length: {days + 10} days, warm-up: 10 days, seed: 8}}
"""


def case(kinds: list[Kind], days: int, replications: int) -> Case:
    """One measure a class."""
    rest = sum(k.per_hour / 60.0 * k.square for k in kinds) / 2  # W₀
    total = sum(k.load for k in kinds)
    measures, before = [], 0.0
    for kind in kinds:
        upto = before + kind.load
        measures.append(
            Measure(
                f"mean wait of {kind.name}",
                "W₀/(1 - σₖ₋₁)(1 - σₖ)",
                rest / ((1 - before) * (1 - upto)),
                mean_wait(klass=kind.name),
                "first in, first out for all, W₀/(1 - ρ)",
                rest / (1 - total),
            )
        )
        before = upto
    return Case(
        f"{len(kinds)} priorities at one desk at {total:.0%} load",
        __doc__ or "",
        scenario(kinds, days),
        tuple(measures),
        replications,
        spoiled=("priority: 0", "priority: 1"),
    )


TEAM = """
flowsim: 1
name: Priorities of a team
requests:
  urgent: {{arrivals: {urgent:.10g} per hour, priority: 0}}
  normal: {{arrivals: {normal:.10g} per hour, priority: 1}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: {people}, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: 35}}
"""


def team(people: int, rho: float, urgent: float, days: int, replications: int) -> Case:
    """Several people at load ρ, a share `urgent` of it first."""
    c = delay(rho * people, people)
    first = c * WORK / people / (1 - rho * urgent)
    per_hour = 60 * people * rho / WORK
    return Case(
        f"2 priorities for {people} people at {rho:.0%} load",
        __doc__ or "",
        TEAM.format(urgent=per_hour * urgent, normal=per_hour * (1 - urgent), work=WORK, people=people, days=days + 3),
        (
            Measure(
                "mean wait of urgent",
                "C/cμ(1 - σ₁)",
                first,
                lambda w: float(w[0].wait(klass="urgent").mean()),
                "no wait for what is under way",
                first * rho * urgent,
            ),
            Measure(
                "mean wait of normal",
                "C/cμ(1 - σ₁)(1 - ρ)",
                first / (1 - rho),
                lambda w: float(w[0].wait(klass="normal").mean()),
                "first in, first out, C/(cμ - λ)",
                c * WORK / people / (1 - rho),
            ),
        ),
        replications,
        spoiled=("priority: 0", "priority: 1"),
    )


def full() -> list[Case]:
    """Three classes at 80 % load, one person; two classes at 80 %, three people."""
    three = [exponential("urgent", 1.2, 10), constant("normal", 2.4, 10), uniform("low", 1.2, 5, 15)]
    return [case(three, 250, 40), team(3, 0.8, 0.5, 60, 40)]


def quick() -> list[Case]:
    """Two classes at 70 % load, one person; at 60 %, two people."""
    return [case([exponential("urgent", 1.8, 10), constant("normal", 2.4, 10)], 100, 20), team(2, 0.6, 0.5, 90, 20)]
