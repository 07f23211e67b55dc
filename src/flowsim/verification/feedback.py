"""One person; after each visit a request is found wrong with chance p and joins the queue again (Jackson 1957).

With Poisson arrivals at rate λ and exponential work drawn anew each time, the number present is a birth-death process
in which a request leaves at rate μ(1 - p): ρ = λ/μ(1 - p), and the mean number present is ρ/(1 - ρ), though the
stream of arrivals and returns together is not Poisson. Little's law gives the mean lead time ρ/(1 - ρ)λ. The number
of visits is geometric with mean 1/(1 - p).
"""

from __future__ import annotations

import numpy as np

from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK

SCENARIO = """
flowsim: 1
name: Rework
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve, returns: {chance:.0%} to Serve}}}}
run: {{length: {days} days, warm-up: 10 days, seed: 7}}
"""


def visits(world: World) -> np.ndarray:
    """Visits of each measured request."""
    v, r = world.record.visits, world.record.requests
    counted: np.ndarray = np.bincount(v["request"], minlength=len(r["arrived"]))[r["measured"] == 1]
    return counted


def case(load: float, p: float, days: int, replications: int) -> Case:
    """λ/μ = `load` before rework."""
    rho = load / (1 - p)
    lead = rho / (1 - rho) / load * WORK
    return Case(
        f"Rework of {p:.0%} at one desk at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60.0 / WORK * load, work=WORK, chance=p, days=days + 10),
        (
            Measure(
                "mean lead time",
                "ρ/(1 - ρ)λ",
                lead,
                lambda w: float(w[0].lead().mean()),
                "M/M/1 without rework, 1/(μ - λ)",
                WORK / (1 - load),
            ),
            Measure(
                "visits, mean",
                "1/(1 - p)",
                1 / (1 - p),
                lambda w: float(visits(w[0]).mean()),
                "one return at most, 1 + p",
                1 + p,
            ),
            Measure(
                "share with three visits or more",
                "p²",
                p * p,
                lambda w: float((visits(w[0]) >= 3).mean()),
                "those with exactly three, p²(1 - p)",
                p * p * (1 - p),
            ),
        ),
        replications,
        spoiled=(f"{p:.0%} to Serve", f"{p + 0.05:.0%} to Serve"),
    )


def full() -> list[Case]:
    """λ/μ = 0.5 and a quarter comes back."""
    return [case(0.5, 0.25, 150, 40)]


def quick() -> list[Case]:
    """λ/μ = 0.4 and a quarter comes back."""
    return [case(0.4, 0.25, 60, 20)]
