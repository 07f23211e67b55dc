"""c people, Poisson arrivals at rate λ, exponential work at rate μ each; a = λ/μ, ρ = a/c < 1.

The birth-death equations give pₙ up to a constant: aⁿ/n! up to c, and then times ρ for each more. The chance that all
are busy, Erlang's C, comes from Erlang's loss formula B by its recursion B₀ = 1, Bᵢ = a Bᵢ₋₁/(i + a Bᵢ₋₁), and C =
B_c/(1 - ρ(1 - B_c)). Given that a request waits, the number before it is geometric and people finish at rate cμ
together, so the wait is exponential at rate cμ - λ: P(wait > t) = C e^{-(cμ - λ)t}, with mean C/(cμ - λ).
"""

from __future__ import annotations

import math

from flowsim.verification.claims import Case, Measure, quantile
from flowsim.verification.mm1 import WORK, scenario


def loss(a: float, people: int) -> float:
    """Erlang's B: the chance that all are busy if nobody could wait."""
    b = 1.0
    for i in range(1, people + 1):
        b = a * b / (i + a * b)
    return b


def delay(a: float, people: int) -> float:
    """Erlang's C: the chance that an arriving request must wait."""
    b = loss(a, people)
    return b / (1.0 - a / people * (1.0 - b))


def case(a: float, people: int, days: int, replications: int) -> Case:
    """The queue with a = λ/μ, measured over so many days after a warm-up of ten."""
    c = delay(a, people)
    rate = (people - a) / WORK  # cμ - λ, per minute
    one = a / people
    return Case(
        f"M/M/{people} at {one:.0%} load",
        __doc__ or "",
        scenario(60.0 / WORK * a, days, 10, 2, people),
        (
            Measure(
                "share that waits",
                "C",
                c,
                lambda w: float((w[0].wait() > 0.0).mean()),
                "Erlang's loss formula, B",
                loss(a, people),
            ),
            Measure(
                "mean wait",
                "C/(cμ - λ)",
                c / rate,
                lambda w: float(w[0].wait().mean()),
                "an M/M/1 with a person c times as fast, ρ/(cμ - λ)",
                one / rate,
            ),
            Measure(
                "wait, P90",
                "ln(C/0.1)/(cμ - λ)",
                math.log(c / 0.1) / rate,
                lambda w: quantile(w[0].wait(), 0.9),
                "as if all had to wait, ln 10/(cμ - λ)",
                math.log(10.0) / rate,
            ),
        ),
        replications,
        spoiled=(f"people: {people}", f"people: {people + 1}"),
    )


def full() -> list[Case]:
    """Five people at 90 % load."""
    return [case(4.5, 5, 110, 40)]


def quick() -> list[Case]:
    """Three people at 60 % load."""
    return [case(1.8, 3, 60, 20)]
