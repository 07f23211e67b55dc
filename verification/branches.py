"""Branches that start together and are joined when all have ended.

*People enough.* The branches take independent exponential times of one mean. The first of k to end does so after 1/k
of the mean, the next after 1/(k - 1) of it more, and so on: all have ended after the mean × (1 + 1/2 + … + 1/k), and
by t with chance (1 - e^{-t/mean})ᵏ.

*Two branches with a queue each, one person, exponential work at rate μ.* Requests come to both at the same instants, a
Poisson process. Both queues serve in order of arrival, so the requests not yet joined are as many as there are in the
longer queue: by Little's law the mean time from split to join is E[max(n₁, n₂)]/λ, from the chain of (n₁, n₂). It
agrees with (12 - ρ)/8(μ - λ), found by Flatto and Hahn (1984) by other means; were the queues independent it would be
12/8(μ - λ).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from chains import stationary
from flowsim.verification.claims import MINUTE, Case, FloatArray, Measure, World
from flowsim.verification.mm1 import WORK

SCENARIO = """
flowsim: 1
name: Branches
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks:
  register: {{time: 1 min, value: necessary}}
{tasks}
  decide: {{time: 1 min, value: adding}}
teams:
  Desk: {{people: {many}, calendar: always}}
{teams}
steps:
  Register: {{team: Desk, does: register, next: {{parallel: [{branches}], join: Decide}}}}
{steps}
  Decide: {{team: Desk, does: decide}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""

PEOPLE = 400
"""More than there is ever work for."""


def scenario(per_hour: float, work: str, branches: int, people: int, days: int, seed: int) -> str:
    """So many branches of a step each."""
    names = "ABCDEF"[:branches]
    return SCENARIO.format(
        per_hour=per_hour,
        tasks="\n".join(f"  task {n}: {{time: exponential({work}), value: adding}}" for n in names),
        teams="\n".join(f"  Team {n}: {{people: {people}, calendar: always}}" for n in names),
        branches=", ".join(f"Step {n}" for n in names),
        steps="\n".join(f"  Step {n}: {{team: Team {n}, does: task {n}}}" for n in names),
        many=PEOPLE,
        days=days + 3,
        seed=seed,
    )


def joining(world: World) -> FloatArray:
    """Minutes from the split to the join of measured requests."""
    b = world.record.branches
    first = (b["place"] == 0) & (world.record.requests["measured"][b["request"]] == 1)
    times: FloatArray = (b["joined"] - b["began"])[first] / MINUTE
    return times


def parallel(branches: int, days: int, replications: int) -> Case:
    """Advice that takes 2 days on average, of so many departments at once."""
    mean, per_hour = 2 * 1440.0, 2.0
    sums = sum(1 / k for k in range(1, branches + 1))
    p90 = -mean * math.log(1 - 0.9 ** (1 / branches))
    return Case(
        f"{branches} branches with people enough",
        __doc__ or "",
        scenario(per_hour, "2 days", branches, PEOPLE, days, 18),
        (
            Measure(
                "mean time to the join (days)",
                f"2 (1 + … + 1/{branches})",
                mean * sums / 1440,
                lambda w: float(joining(w[0]).mean()) / 1440,
                "that of one branch",
                mean / 1440,
            ),
            Measure(
                "time to the join, P90 (days)",
                "(1 - e^{-t/2})³ = 0.9",
                p90 / 1440,
                lambda w: float(np.quantile(joining(w[0]), 0.9)) / 1440,
                "that of one branch, 2 ln 10",
                mean * math.log(10) / 1440,
            ),
            Measure(
                "mean lead time (days)",
                f"2 (1 + … + 1/{branches}) + 2 min",
                mean * sums / 1440 + 2 / 1440,
                lambda w: float(w[0].lead().mean()) / 1440,
                "one after another",
                mean * branches / 1440,
            ),
        ),
        replications,
        spoiled=("Step B, Step C]", "[Step B, Step C]]"),
    )


def longest(rho: float, most: int) -> float:
    """E[max(n₁, n₂)] of two queues with common arrivals, in the chain cut off at `most`."""

    def moves(state: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
        a, b = state
        if max(a, b) < most:
            yield (a + 1, b + 1), rho
        if a:
            yield (a - 1, b), 1.0
        if b:
            yield (a, b - 1), 1.0

    return sum(max(state) * share for state, share in stationary((0, 0), moves).items())


def queues(rho: float, days: int, replications: int) -> Case:
    """Two branches, each an M/M/1 queue at load ρ."""
    time = longest(rho, round(30 / (1 - rho))) / rho * WORK
    lone = WORK / (1 - rho)
    return Case(
        f"Two branches with a queue each at {rho:.0%} load",
        __doc__ or "",
        scenario(60 * rho / WORK, f"{WORK:g} min", 2, 1, days, 19),
        (
            Measure(
                "mean time to the join",
                "E[max(n₁, n₂)]/λ",
                time,
                lambda w: float(joining(w[0]).mean()),
                "one after another, 2/(μ - λ)",
                2 * lone,
            ),
            Measure(
                "of the mean time in one branch",
                "E[max(n₁, n₂)](μ - λ)/λ",
                time / lone,
                lambda w: float(joining(w[0]).mean() / w[0].minutes("sent", "released", "Step B").mean()),
                "as if the queues were independent, 3/2",
                1.5,
            ),
        ),
        replications,
        spoiled=("Team B: {people: 1,", "Team B: {people: 2,"),
    )


def full() -> list[Case]:
    """Three departments, and two queues at 70 % load."""
    return [parallel(3, 70, 30), queues(0.7, 40, 40)]


def quick() -> list[Case]:
    """Three departments, and two queues at 50 % load."""
    return [parallel(3, 25, 15), queues(0.5, 20, 20)]
