"""A figure from replications held against what it should be: agrees, differs, or not precise enough to tell.

The mean over R replications may be off by what chance exceeds once in 10,000, by Student's t with R - 1 degrees of
freedom, and by what is known to make it lean (a run that begins empty). A figure that is farther off differs. One that
is not, agrees only when an error of a fifth would have been seen; else nothing was shown, and it says so.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.experiments.statistics import t_quantile

CHANCE = 1e-4
"""How often a true claim is called wrong."""

POWER = 0.2
"""The error, as a share of what it should be, that must show."""

AGREES, DIFFERS, UNCLEAR = "agrees", "differs", "not precise enough"


@dataclass(frozen=True)
class Judged:
    """`estimate` ± `error` (None: fewer than two values) against what it `should` be; it may be off by `allowed`.
    `needed`: about how many replications would be enough, 0 when these are or none would.
    """

    should: float
    estimate: float
    error: float | None
    allowed: float
    verdict: str
    needed: int = 0

    @property
    def off(self) -> float | None:
        """How far off it is, in errors; None when that says nothing."""
        return (self.estimate - self.should) / self.error if self.error else None


def most_errors(n: int) -> float:
    """The standard errors by which the mean of n ≥ 2 values may be off: Student's t, two-sided."""
    return t_quantile(1.0 - CHANCE / 2, n - 1)


def judge(values: Sequence[float], should: float, leaning: float = 0.0) -> Judged:
    """Hold the mean of these values against what it should be; `leaning`: the share of that by which it may be off
    however many there are. Raises ValueError for no values.
    """
    mean, n = statistics.fmean(values), len(values)
    if n < 2:
        return Judged(should, mean, None, math.inf, UNCLEAR)
    error = statistics.stdev(values) / math.sqrt(n)
    chance = most_errors(n) * error
    lean = leaning * abs(should)
    allowed = chance + lean
    if abs(mean - should) > allowed:
        return Judged(should, mean, error, allowed, DIFFERS)
    if allowed <= POWER * abs(should):
        return Judged(should, mean, error, allowed, AGREES)
    room = POWER * abs(should) - lean
    return Judged(should, mean, error, allowed, UNCLEAR, _needed(error * math.sqrt(n), room))


def _needed(sd: float, room: float) -> int:
    """Replications with which what is allowed would be this little; 0 when no sensible number is enough."""
    if room <= 0.0:
        return 0
    for n in (3, 5, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000):
        if most_errors(n) * sd / math.sqrt(n) <= room:
            return n
    return 0
