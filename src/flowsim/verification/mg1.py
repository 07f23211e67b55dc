"""One person, Poisson arrivals at rate λ, work S of any law; ρ = λ E[S] (Pollaczek 1930, Khinchin 1932).

An arriving request waits for the rest of the work under way and for all before it. By PASTA and Little's law the mean
number before it is λW, each E[S]; somebody is at work with chance ρ, and the rest of his work is E[S²]/2E[S] on
average (a long piece is met more often). So W = ρ E[S²]/2E[S] + ρW, hence W = λ E[S²]/2(1 - ρ). The second moment
follows from the transform in the same way (Takács 1962): E[W²] = 2W² + λ E[S³]/3(1 - ρ). With SCV c² of the work,
E[S²] = (1 + c²) E[S]²; E[S³] is E[S]³ (1 + c²)³ for a lognormal and E[S]³ (1 + c²)(1 + 2c²) for a gamma law: two laws
with one mean wait, told apart by its standard deviation.
"""

from __future__ import annotations

import math

import numpy as np

from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK

THIRD = {"lognormal": lambda c2: (1 + c2) ** 3, "gamma": lambda c2: (1 + c2) * (1 + 2 * c2)}
"""E[S³]/E[S]³ of each law by its squared coefficient of variation."""


def scenario(law: str, rho: float, scv: float, days: int) -> str:
    """A desk whose work has mean `WORK` and this variability."""
    sd = WORK * math.sqrt(scv)
    return f"""
flowsim: 1
name: One desk
requests: {{request: {{arrivals: {60.0 / WORK * rho:.10g} per hour}}}}
tasks: {{serve: {{time: "{law}({WORK:g} min, {sd:.10g} min)", value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + 10} days, warm-up: 10 days, seed: 3}}
"""


def case(law: str, rho: float, scv: float, days: int, replications: int, spread: bool) -> Case:
    """The queue with this law of work; with `spread` the standard deviation of the wait too."""
    mean = rho / (1 - rho) * WORK * (1 + scv) / 2

    def deviation(which: str) -> float:
        """√(E[W²] - W²) for a law."""
        return math.sqrt(mean**2 + rho * WORK**2 * THIRD[which](scv) / (3 * (1 - rho)))

    other = "gamma" if law == "lognormal" else "lognormal"
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
                deviation(law),
                lambda w: float(np.std(w[0].wait())),
                f"that of {other} work",
                deviation(other),
            )
        )
    return Case(
        f"M/G/1 with {law} work at {rho:.0%} load, SCV {scv:g}",
        __doc__ or "",
        scenario(law, rho, scv, days),
        tuple(measures),
        replications,
    )


def full() -> list[Case]:
    """Two laws at 80 % load, SCV 2."""
    return [case("gamma", 0.8, 2.0, 600, 40, True), case("lognormal", 0.8, 2.0, 1000, 40, True)]


def quick() -> list[Case]:
    """Two laws at 50 % load, SCV 2."""
    return [case("gamma", 0.5, 2.0, 150, 20, False), case("lognormal", 0.5, 2.0, 200, 20, False)]
