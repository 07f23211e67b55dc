"""Numbers over replications with their uncertainty. A replication is one observation; requests are never pooled for an
interval, since those of one run wait in the same queues (methods: Law; Asmussen & Glynn for percentiles).

These numbers are kept, and must be the same with every version of numpy and scipy: so sums are exact (`math.fsum`), as
numpy adds in an order that depends on version and processor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value with the half width of its interval (None: fewer than two replications) over `n` replications."""

    value: float
    half: float | None
    n: int

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        return None if self.half is None else self.value - self.half

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        return None if self.half is None else self.value + self.half


def t_quantile(probability: float, degrees: int) -> float:
    """Quantile of Student's t to ten digits, the same with every version of scipy: `stdtrit` differs between them from
    the eleventh digit on, so one step of Newton's with its inverse, `stdtr`, goes before the rounding.
    """
    from scipy.special import stdtr, stdtrit

    t = float(stdtrit(degrees, probability))
    slope = float(stdtr(degrees, t + 1e-4) - stdtr(degrees, t - 1e-4)) / 2e-4
    return float(f"{t - (float(stdtr(degrees, t)) - probability) / slope:.10g}")


def exact_mean(values: Floats) -> float:
    """The mean of values, at least one, whatever their order: their exact sum, rounded once, by their number."""
    return math.fsum(values.tolist()) / len(values)


def correlation(x: Floats, y: Floats) -> float:
    """Pearson's correlation of pairs of values, both not all the same; by exact sums."""
    dx, dy = x - exact_mean(x), y - exact_mean(y)
    across, xx, yy = (math.fsum((a * b).tolist()) for a, b in ((dx, dy), (dx, dx), (dy, dy)))
    return min(1.0, max(-1.0, across / math.sqrt(xx * yy)))


def mean_estimate(values: Sequence[float] | Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of replication values with the t interval. Raises ValueError for no values."""
    x = np.asarray(values, dtype=np.float64)
    if x.size == 0:
        raise ValueError("a mean needs at least one value")
    half, mean, n = None, exact_mean(x), int(x.size)
    if n > 1:
        sd = math.sqrt(math.fsum(((x - mean) ** 2).tolist()) / (n - 1))
        half = t_quantile(0.5 + confidence / 2, n - 1) * sd / math.sqrt(n)
    return Estimate(mean, half, n)


def quantile(ordered: Floats, share: float) -> float:
    """The smallest of the values (ascending, at least one) with at least `share` of them at or below it."""
    rank = int(np.ceil(share * len(ordered) - 1e-9))
    return float(ordered[max(rank, 1) - 1])


def quantile_estimate(runs: Sequence[Floats], share: float, confidence: float = CONFIDENCE) -> Estimate:
    """A percentile of all requests by sectioning: the pooled percentile, and a t interval from the spread of each
    run's own percentile around it (Asmussen & Glynn 2007, III.5). Runs without requests count for nothing; raises
    ValueError when none has any.
    """
    filled = [np.sort(run) for run in runs if len(run)]
    if not filled:
        raise ValueError("a percentile needs at least one value")
    pooled = quantile(np.sort(np.concatenate(filled)), share)
    return _sectioned(pooled, np.array([quantile(run, share) for run in filled]), confidence)


def paired_difference(before: Floats, after: Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of after − before over replications made with the same draws, with the paired t interval.

    Raises ValueError when they are not equally many, or none.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} replications cannot be paired with {len(after)}")
    return mean_estimate(np.asarray(after) - np.asarray(before), confidence)


def quantile_difference(
    before: Sequence[Floats], after: Sequence[Floats], share: float, confidence: float = CONFIDENCE
) -> Estimate:
    """Difference after − before of a percentile by sectioning: that of the pooled percentiles, with a t interval from
    the spread around it of the differences run by run, made with the same draws. Runs without requests in either
    count for nothing. Raises ValueError when they are not equally many, or none is left.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} replications cannot be paired with {len(after)}")
    pairs = [(np.sort(x), np.sort(y)) for x, y in zip(before, after, strict=True) if len(x) and len(y)]
    if not pairs:
        raise ValueError("a percentile needs at least one value")
    old, new = (np.sort(np.concatenate(runs)) for runs in zip(*pairs, strict=True))
    own = np.array([quantile(y, share) - quantile(x, share) for x, y in pairs])
    return _sectioned(quantile(new, share) - quantile(old, share), own, confidence)


def _sectioned(pooled: float, own: Floats, confidence: float) -> Estimate:
    """The pooled value with the half width from the values of the single runs around it."""
    n = len(own)
    half = None
    if n > 1:
        squares = math.fsum(((own - pooled) ** 2).tolist())
        half = t_quantile(0.5 + confidence / 2, n - 1) * math.sqrt(squares / (n * (n - 1)))
    return Estimate(pooled, half, n)


def verdict(difference: Estimate, better: int, matters: float) -> str:
    """What an interval on a difference says: "better", "worse", "no difference that matters" (the whole interval lies
    within ± `matters`) or "not yet known". `better` is +1 when more is better, −1 when less is.
    """
    if difference.half is None:
        return "not yet known"
    low, high = difference.value - difference.half, difference.value + difference.half
    if -matters <= low and high <= matters:
        return "no difference that matters"
    if low > 0:
        return "better" if better > 0 else "worse"
    if high < 0:
        return "better" if better < 0 else "worse"
    return "not yet known"
