"""One person, Poisson arrivals at rate λ, exponential work at rate μ, first in first out; ρ = λ/μ.

The number of requests present is a birth-death process: λ pₙ = μ pₙ₊₁, so pₙ = (1 - ρ) ρⁿ. By PASTA an arriving
request finds n with that chance, and waits for n exponential services (the one under way is memoryless): its wait is
0 with chance 1 - ρ, and else a geometric sum of exponentials, which is exponential at rate μ - λ. Hence P(wait > t) =
ρ e^{-(μ - λ)t}, with mean ρ/(μ - λ), and P(lead time > t) = e^{-(μ - λ)t}, with mean 1/(μ - λ). At least n are present
for the share Σ (1 - ρ) ρⁱ over i ≥ n of the time, which is ρⁿ.
"""

from __future__ import annotations

import math

from flowsim.verification.claims import Case, Measure, quantile

WORK = 10.0
"""Mean work in minutes: the unit of time of the formulas."""


def scenario(per_hour: float, days: int, warm_up: int, seed: int, people: int = 1) -> str:
    """A desk with exponential work of mean `WORK` minutes."""
    return f"""
flowsim: 1
name: One desk
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({WORK:g} min), value: adding}}}}
teams: {{Desk: {{people: {people}, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + warm_up} days, warm-up: {warm_up} days, seed: {seed}}}
"""


def times(rho: float) -> tuple[Measure, ...]:
    """What is known of wait and lead time."""
    rate = (1.0 - rho) / WORK  # μ - λ, per minute
    wait = rho / rate

    def tail(share: float) -> float:
        """The wait that this share exceeds."""
        return math.log(rho / share) / rate

    return (
        Measure(
            "mean wait",
            "ρ/(μ - λ)",
            wait,
            lambda w: float(w[0].wait().mean()),
            "the lead time, 1/(μ - λ)",
            1.0 / rate,
        ),
        Measure(
            "wait, P50",
            "ln(ρ/0.5)/(μ - λ)",
            tail(0.5),
            lambda w: quantile(w[0].wait(), 0.5),
            "the median of those who wait, ln 2/(μ - λ)",
            math.log(2.0) / rate,
        ),
        Measure(
            "wait, P90",
            "ln(ρ/0.1)/(μ - λ)",
            tail(0.1),
            lambda w: quantile(w[0].wait(), 0.9),
            "that of the lead time, ln 10/(μ - λ)",
            math.log(10.0) / rate,
        ),
        Measure(
            "lead time, P90",
            "ln 10/(μ - λ)",
            math.log(10.0) / rate,
            lambda w: quantile(w[0].lead(), 0.9),
            "mean and standard deviation added up, 2/(μ - λ)",
            2.0 / rate,
        ),
        Measure(
            "lead time, P95",
            "ln 20/(μ - λ)",
            math.log(20.0) / rate,
            lambda w: quantile(w[0].lead(), 0.95),
            "mean and 1.645 standard deviations, as if it were normal",
            2.645 / rate,
        ),
    )


def numbers(rho: float, many: int) -> tuple[Measure, ...]:
    """What is known of the number present."""
    return (
        Measure(
            f"time with {many} or more present",
            f"ρ^{many}",
            rho**many,
            lambda w: w[0].share_with(many),
            f"with more than {many}, ρ^{many + 1}",
            rho ** (many + 1),
        ),
        Measure(
            "requests present, mean",
            "ρ/(1 - ρ)",
            rho / (1.0 - rho),
            lambda w: w[0].record.wip_area / w[0].record.ended_at,
            "those who wait, ρ²/(1 - ρ)",
            rho * rho / (1.0 - rho),
        ),
    )


def case(rho: float, days: int, replications: int, many: int = 5) -> Case:
    """The queue at load ρ, measured over so many days after a warm-up of ten; how often `many` are present."""
    return Case(
        f"M/M/1 at {rho:.0%} load",
        __doc__ or "",
        scenario(60.0 / WORK * rho, days, 10, 1),
        (*times(rho), *numbers(rho, many)),
        replications,
        spoiled=(f"exponential({WORK:g} min)", f"{WORK:g} min"),
    )


def full() -> list[Case]:
    """At 80 % load."""
    return [case(0.8, 300, 40, 8)]


def quick() -> list[Case]:
    """At 70 % load."""
    return [case(0.7, 150, 25)]
