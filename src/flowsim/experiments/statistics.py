"""Numbers over replications with their uncertainty. A replication is one observation; requests are never pooled for an
interval, since those of one run wait in the same queues (methods: Law; Asmussen & Glynn for percentiles).
"""

from __future__ import annotations

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
    """Quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, probability))


def mean_estimate(values: Sequence[float] | Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of replication values with the t interval. Raises ValueError for no values."""
    x = np.asarray(values, dtype=np.float64)
    if x.size == 0:
        raise ValueError("a mean needs at least one value")
    half = None
    if x.size > 1:
        sd = float(x.std(ddof=1))
        half = t_quantile(0.5 + confidence / 2, x.size - 1) * sd / float(np.sqrt(x.size))
    return Estimate(float(x.mean()), half, int(x.size))


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
        half = t_quantile(0.5 + confidence / 2, n - 1) * float(np.sqrt(((own - pooled) ** 2).sum() / (n * (n - 1))))
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
