"""Customers who chase an M/M/1 queue: the lead time T is exponential at rate η = μ - λ.

A share q of them chases; the k-th time at D + kI when the request is still there, with the promise D and an interval
I, and so P(T > D + kI) = e^{-η(D + kI)} of them do. The mean number of chases a request is the sum over k: q e^{-η(D +
I)} ÷ (1 - e^{-ηI}), and with at most m times q e^{-η(D + I)} (1 - e^{-ηmI}) ÷ (1 - e^{-ηI}). A share q e^{-η(D + I)}
chases at all. The chases are handled by others, so that they do not delay what they are about; their stream is the
same number times λ.
"""

from __future__ import annotations

import math

import numpy as np

from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK

SCENARIO = """
flowsim: 1
name: Chasing
requests:
  request:
    arrivals: {per_hour:.10g} per hour
    promise: {due:g} min
    chasing: {{to: Front desk, takes: 1 min, share: {share:.0%}, every: {every:g} min{most}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}, Front desk: {{people: 20, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""


def chases(world: World) -> np.ndarray:
    """By measured request how often it was chased."""
    r = world.record.requests
    parents = r["parent"][r["chase"] > 0]
    counted: np.ndarray = np.bincount(parents, minlength=len(r["parent"]))[r["measured"] == 1]
    return counted


def case(rho: float, due: float, every: float, share: float, most: int | None, days: int, replications: int) -> Case:
    """At load ρ, promise and interval in minutes; at `most` so many times."""
    eta = (1 - rho) / WORK
    once = share * math.exp(-eta * (due + every))
    more = math.exp(-eta * every)
    mean = once * (1 - (0 if most is None else more**most)) / (1 - more)
    return Case(
        f"Chasing {'until it is done' if most is None else f'at most {most} times'}",
        __doc__ or "",
        SCENARIO.format(
            per_hour=60 * rho / WORK,
            due=due,
            share=share,
            every=every,
            most="" if most is None else f", at most: {most}",
            work=WORK,
            days=days + 3,
            seed=33 if most is None else 34,
        ),
        (
            Measure(
                "chases a request, mean",
                "q e^{-η(D + I)} ÷ (1 - e^{-ηI})" if most is None else "q e^{-η(D + I)} (1 - e^{-ηmI}) ÷ (1 - e^{-ηI})",
                mean,
                lambda w: float(chases(w[0]).mean()),
                "with the first at the due time already",
                mean / more,
            ),
            Measure(
                "share that is chased",
                "q e^{-η(D + I)}",
                once,
                lambda w: float((chases(w[0]) > 0).mean()),
                "all who are late and chase, q e^{-ηD}",
                once / more,
            ),
        ),
        replications,
        spoiled=(f"share: {share:.0%}", f"share: {share - 0.1:.0%}"),
    )


def full() -> list[Case]:
    """At 70 % load, without an end and twice at most."""
    return [case(0.7, 20, 10, 0.5, None, 80, 40), case(0.7, 20, 10, 0.8, 2, 50, 40)]


def quick() -> list[Case]:
    """At 50 % load."""
    return [case(0.5, 10, 10, 0.8, None, 90, 20), case(0.5, 10, 10, 0.8, 2, 40, 20)]
