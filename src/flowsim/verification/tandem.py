"""Teams in a row, one person each, exponential work, Poisson arrivals.

The requests that leave an M/M/1 queue are again Poisson at rate λ, and what left before t says nothing about who is
there at t (Burke 1956): each team is an M/M/1 queue of its own, whatever the order of fast and slow ones. The times a
request spends at the teams are moreover independent (Reich 1957), so their variances add up and, with equal loads,
the lead time at m teams is a sum of m exponentials of mean 1/(μ - λ), an Erlang law.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaincinv

from flowsim.verification.claims import Case, Measure, mean_wait, quantile
from flowsim.verification.mm1 import WORK

WORDS = {3: "three", 5: "five"}


def scenario(works: list[float], per_hour: float, days: int, seed: int) -> str:
    """Teams with exponential work of these mean minutes, in a row."""
    names = [chr(ord("A") + i) for i in range(len(works))]
    tasks = "".join(
        f"  task {n}: {{time: exponential({w:g} min), value: adding}}\n" for n, w in zip(names, works, strict=True)
    )
    teams = "".join(f"  Team {n}: {{people: 1, calendar: always}}\n" for n in names)
    steps = "".join(f"  Step {n}: {{team: Team {n}, does: task {n}}}\n" for n in names)
    return f"""
flowsim: 1
name: Tandem
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks:
{tasks}teams:
{teams}steps:
{steps}run: {{length: {days + 10} days, warm-up: 10 days, seed: {seed}}}
"""


def equal(rho: float, days: int, replications: int, many: int = 3) -> Case:
    """So many equal teams at load ρ: the whole law of the lead time is known."""
    stay = WORK / (1 - rho)
    word = WORDS[many]
    last = "ABCDE"[many - 1]
    return Case(
        f"Tandem of {word} equal teams at {rho:.0%} load",
        __doc__ or "",
        scenario([WORK] * many, 60.0 / WORK * rho, days, 4 if many == 3 else 37),
        (
            Measure(
                f"mean wait at team {last}",
                "ρ/(μ - λ)",
                rho * stay,
                lambda w: float(w[0].wait(f"Step {last}").mean()),
                "as if requests came more evenly after other teams: half of it",
                rho * stay / 2,
            ),
            Measure(
                "lead time, standard deviation",
                f"√{many}/(μ - λ)",
                math.sqrt(many) * stay,
                lambda w: float(np.std(w[0].lead())),
                f"as if the teams' delays came together, {many}/(μ - λ)",
                many * stay,
            ),
            Measure(
                "lead time, P90",
                f"Erlang of {word} stages, P90",
                float(gammaincinv(many, 0.9)) * stay,
                lambda w: quantile(w[0].lead(), 0.9),
                f"the P90 of the teams added up, {many} ln 10/(μ - λ)",
                many * math.log(10.0) * stay,
            ),
        ),
        replications,
        spoiled=(f"Team {last}: {{people: 1", f"Team {last}: {{people: 2"),
    )


def unequal(loads: list[float], days: int, replications: int) -> Case:
    """Teams at different loads: each is the queue it would be alone."""
    per_hour = 60.0 / WORK
    works = [WORK * rho for rho in loads]
    stays = [work / (1 - rho) for work, rho in zip(works, loads, strict=True)]
    listed = ", ".join(f"{rho:.0%}" for rho in loads)
    measures = [
        Measure(
            f"mean wait at team {'ABC'[i]}",
            "ρ/(μ - λ)",
            rho * stay,
            mean_wait(f"Step {'ABC'[i]}"),
            "the time there, 1/(μ - λ)",
            stay,
        )
        for i, (rho, stay) in enumerate(zip(loads, stays, strict=True))
    ]
    measures.append(
        Measure(
            "mean lead time",
            "Σ 1/(μᵢ - λ)",
            sum(stays),
            lambda w: float(w[0].lead().mean()),
            "the slowest team alone",
            max(stays),
        )
    )
    return Case(
        f"Tandem of three teams at {listed} load",
        __doc__ or "",
        scenario(works, per_hour, days, 5),
        tuple(measures),
        replications,
        spoiled=("Team B: {people: 1", "Team B: {people: 2"),
    )


def full() -> list[Case]:
    """Three equal teams at 80 %; 80 %, 50 % and 70 %; five equal teams at 70 %."""
    return [equal(0.8, 300, 40), unequal([0.8, 0.5, 0.7], 200, 40), equal(0.7, 100, 40, 5)]


def quick() -> list[Case]:
    """Three equal teams at 50 %, five at 40 %."""
    return [equal(0.5, 80, 20), equal(0.4, 36, 20, 5)]
