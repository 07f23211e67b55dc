"""Numbers over replications with their uncertainty. A replication is one observation; requests are never pooled for an
interval, since those of one run wait in the same queues (methods: Willink for means and pairs, whose interval allows
for skew; Asmussen & Glynn for percentiles).

These numbers are kept, and must be the same with every version of numpy and scipy: so sums are exact (`math.fsum`), as
numpy adds in an order that depends on version and processor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from flowsim.experiments.skew import adjusted, skewness, two_sided

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value with its interval (None: fewer than two replications) over `n` replications. The value need not lie in
    the middle. Of a difference `p` is the chance of one as large, either way, where there is none (None: not known, or
    no difference).
    """

    value: float
    low: float | None
    high: float | None
    n: int
    p: float | None = None

    @classmethod
    def around(cls, value: float, half: float | None, n: int, p: float | None = None) -> Estimate:
        """With an interval of this half width, the value in its middle; of None: without."""
        if half is None:
            return cls(value, None, None, n, p)
        return cls(value, value - half, value + half, n, p)

    @property
    def half(self) -> float | None:
        """Half the width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    def within(self, least: float, most: float) -> Estimate:
        """The same, its interval cut off at what the value can be at all: a share lies between 0 and 1."""
        if self.low is None or self.high is None:
            return self
        return replace(self, low=max(self.low, least), high=min(self.high, most))

    def bare(self) -> Estimate:
        """The same without its interval."""
        return replace(self, low=None, high=None)


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


@dataclass(frozen=True)
class Spread:
    """A value with its standard error and skew: of a mean over n replications, at least two."""

    value: float
    error: float
    skewness: float
    n: int

    @classmethod
    def of(cls, values: Floats) -> Spread:
        """Of the mean of replication values."""
        n, mean = len(values), exact_mean(values)
        away = (values - mean).tolist()
        sd = math.sqrt(math.fsum(d * d for d in away) / (n - 1))
        return cls(mean, sd / math.sqrt(n), skewness([d / sd for d in away]) if sd > 0.0 else 0.0, n)

    def estimate(self, confidence: float, differs: bool = False) -> Estimate:
        """The value with the skew-adjusted t interval, and of a difference its p."""
        beta = self.skewness / (6.0 * math.sqrt(self.n))
        t = t_quantile(0.5 + confidence / 2, self.n - 1)
        low, high = (self.value - adjusted(zeta, beta) * self.error for zeta in (t, -t))
        p = None
        if differs and self.error > 0.0:
            p = two_sided(self.value / self.error, beta, self.n - 1)
        elif differs:
            p = 1.0 if self.value == 0.0 else 0.0
        return Estimate(self.value, low, high, self.n, p)


def mean_estimate(values: Sequence[float] | Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of replication values with the skew-adjusted t interval (`skew`). Raises ValueError for no values."""
    return _mean(np.asarray(values, dtype=np.float64), confidence, False)


def _mean(x: Floats, confidence: float, differs: bool) -> Estimate:
    if x.size == 0:
        raise ValueError("a mean needs at least one value")
    if x.size == 1:
        return Estimate(float(x[0]), None, None, 1)
    return Spread.of(x).estimate(confidence, differs)


def mean_with_t(values: Sequence[float] | Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of replication values with the plain t interval, x̄ ± t · s/√n (Law ch. 9), to hold others against. Raises
    ValueError for no values.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size < 2:
        return _mean(x, confidence, False)
    spread = Spread.of(x)
    return Estimate.around(spread.value, t_quantile(0.5 + confidence / 2, spread.n - 1) * spread.error, spread.n)


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
    return sectioned(pooled, np.array([quantile(run, share) for run in filled]), confidence)


def paired_difference(before: Floats, after: Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of after − before over replications made with the same draws, with the paired, skew-adjusted t interval and
    its p.

    Raises ValueError when they are not equally many, or none.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} replications cannot be paired with {len(after)}")
    return _mean(np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64), confidence, True)


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
    return sectioned(quantile(new, share) - quantile(old, share), own, confidence, differs=True)


def sectioned(pooled: float, own: Floats, confidence: float = CONFIDENCE, differs: bool = False) -> Estimate:
    """A pooled value with a t interval from the values of the single runs around it; of a difference also its p."""
    n = len(own)
    if n < 2:
        return Estimate(pooled, None, None, n)
    squares = math.fsum(((own - pooled) ** 2).tolist())
    error = math.sqrt(squares / (n * (n - 1)))
    p = None
    if differs:
        p = two_sided(pooled / error, 0.0, n - 1) if error > 0.0 else float(pooled == 0.0)
    return Estimate.around(pooled, t_quantile(0.5 + confidence / 2, n - 1) * error, n, p)


BETTER, WORSE, NO_MATTER, UNKNOWN = "better", "worse", "no difference that matters", "not yet known"
"""What may be said of a difference."""


def verdict(difference: Estimate, better: int, matters: float, surviving: bool = True) -> str:
    """What an interval on a difference says: "better", "worse", "no difference that matters" (the whole interval lies
    within ± `matters`) or "not yet known". `better` is +1 when more is better, −1 when less is. `surviving`: whether it
    also holds among all that is asked at once (`holm`); one that does not is not yet known.
    """
    if difference.low is None or difference.high is None:
        return UNKNOWN
    if -matters <= difference.low and difference.high <= matters:
        return NO_MATTER
    if not surviving or difference.low <= 0 <= difference.high:
        return UNKNOWN
    return BETTER if (difference.value > 0) == (better > 0) else WORSE
