"""The mean wait for a person at a team, by formula where one is exact, and an estimate where none is.

Exact: with one person W₀ = Σ λ E[S²]/2 is the rest of the work under way that an arrival meets, with c people and
exponential work it is C E[S]/c (Erlang's C, `mmc.delay`); with σ the load of a priority and those before it, W =
W₀/(1 - σₖ₋₁)(1 - σₖ) (Pollaczek 1930, Khinchine 1932, Erlang 1917, Cobham 1954). The estimate is Allen and Cunneen's
(1990), Kingman's (1961) for one person: C E[S]/c(1 - ρ) · (c_a² + c_s²)/2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from flowsim.verification.mmc import delay
from flowsim.verification.own.rules import Desk


@dataclass(frozen=True)
class Known:
    """What theory says: the mean wait in open ticks of requests with this `priority` (None: all that come)."""

    formula: str
    priority: int | None
    wait: float


def known(desk: Desk) -> list[Known]:
    """The mean waits of a team for which a formula is exact; none for another."""
    if desk.why:
        return []
    if desk.people == 1:
        rest = math.fsum(s.rate * s.square for s in desk.streams) / 2
    else:
        rest = delay(desk.rate * desk.mean, desk.people) * desk.mean / desk.people
    found, before = [], 0.0
    several = len(desk.priorities) > 1
    for priority in desk.priorities:
        own = math.fsum(s.rate * s.mean for s in desk.streams if s.priority == priority) / desk.people
        wait = rest / ((1.0 - before) * (1.0 - before - own))
        found.append(Known(formula(desk), priority if several else None, wait))
        before += own
    return found


def formula(desk: Desk) -> str:
    """What the queue is called."""
    name = f"M/{'M' if desk.exponential else 'G'}/{desk.people}"
    if desk.feedback:
        return f"{name} in a network"
    return f"{name}, priorities" if len(desk.priorities) > 1 else name


def estimate(desk: Desk, load: float) -> float | None:
    """About how long the wait is in open ticks at a load; None where not even that can be said."""
    if desk.hard or not desk.streams or not 0.0 < load < 1.0 or desk.people < 1:
        return None
    waits = delay(load * desk.people, desk.people)
    return waits * desk.mean / (desk.people * (1.0 - load)) * (desk.scatter + desk.scv) / 2


def memory(desk: Desk, load: float) -> float:
    """About how long, in open ticks, a queue remembers how it began: E[S]/c(1 - √ρ)² (Morse 1955), longer for work that
    varies more. After so long e⁻¹ of the difference is left.
    """
    if load >= 1.0 or desk.people < 1:
        return math.inf
    return desk.mean / (desk.people * (1.0 - math.sqrt(load)) ** 2) * max((1.0 + desk.scv) / 2, 1.0)
