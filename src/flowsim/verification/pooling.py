"""Two silos, each one person at load ρ, against one team of two people for the same requests (Smith and Whitt 1981).

Apart, each is an M/M/1 queue with mean lead time 1/(μ - λ). Together they are an M/M/2 queue with arrivals at 2λ: by
Erlang's formula the mean lead time is 1/μ + C/(2μ - 2λ) = 1/μ(1 - ρ²). Nobody works less; what goes is the waiting of
one request while the other team's person has nothing to do. The second state is the first with the two teams merged,
so both meet the same requests with the same work (R4), and the difference is estimated pair by pair.
"""

from __future__ import annotations

from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK

SCENARIO = """
flowsim: 1
name: Two silos
requests: {{red: {{arrivals: {per_hour:.10g} per hour}}, blue: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Red: {{people: 1, calendar: always}}, Blue: {{people: 1, calendar: always}}}}
steps:
  Serve red: {{team: Red, does: serve, only: red}}
  Serve blue: {{team: Blue, does: serve, only: blue}}
run: {{length: {days} days, warm-up: 10 days, seed: 9}}
states:
  apart: {{}}
  together:
    changes:
      - name: One team
        merge: {{teams: [Red, Blue], into: Both}}
"""


def case(rho: float, days: int, replications: int) -> Case:
    """Each silo at load ρ."""
    apart, together = WORK / (1 - rho), WORK / (1 - rho * rho)
    fast = WORK / 2 / (1 - rho)
    return Case(
        f"Pooling of two teams at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60.0 / WORK * rho, work=WORK, days=days + 10),
        (
            Measure(
                "mean lead time, apart",
                "1/(μ - λ)",
                apart,
                lambda w: float(w[0].lead().mean()),
                "as if pooled",
                together,
            ),
            Measure(
                "mean lead time, together",
                "1/μ(1 - ρ²)",
                together,
                lambda w: float(w[1].lead().mean()),
                "one person twice as fast, 1/2(μ - λ)",
                fast,
            ),
            Measure(
                "difference, paired",
                "1/(μ - λ) - 1/μ(1 - ρ²)",
                apart - together,
                lambda w: float(w[0].lead().mean() - w[1].lead().mean()),
                "half the lead time goes",
                apart - fast,
            ),
        ),
        replications,
        ("apart", "together"),
        spoiled=("into: Both", "into: Both, people: 3"),
    )


def full() -> list[Case]:
    """Each at 80 % load: 50 against 27.8 minutes."""
    return [case(0.8, 250, 40)]


def quick() -> list[Case]:
    """Each at 60 % load."""
    return [case(0.6, 45, 20)]
