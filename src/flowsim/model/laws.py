"""The formulas behind `families.py`: what makes parameters wrong, mean, sd, support and inverse of each law.

Functions are named LAW_what and take the law's parameters in the order of the table. Formulas: Johnson,
Kotz and Balakrishnan, Continuous Univariate Distributions, 2nd ed.; PERT: Malcolm et al. 1959, with the
usual weight of 4. An inverse is worked out from the nearer tail, so both tails are exact to the last few
bits; what is left is removed by rounding to a tick (R1). scipy.special is imported only by the laws that
need it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Quantile = Callable[[FloatArray], npt.NDArray[np.floating[Any]]]

WILDEST = 100.0
"""The largest sd, in means: beyond it no run is long enough to show the mean."""


def always_sound(*_: float) -> str:
    """No parameter ≥ 0 is wrong."""
    return ""


def half_line(*_: float) -> tuple[float, float]:
    """From 0 without end."""
    return 0.0, math.inf


def from_nearer_tail(lower: Quantile, upper: Quantile) -> Quantile:
    """`lower(u)` for u ≤ ½ and `upper(1 − u)` above it; 1 − u is exact there."""

    def quantile(u: FloatArray) -> FloatArray:
        values = np.empty(u.shape)
        low = u <= 0.5
        values[low] = lower(u[low])
        values[~low] = upper(1.0 - u[~low])
        return values

    return quantile


# -- constant, uniform, triangular -----------------------------------------------------------------------


def order(low: float, high: float) -> str:
    """Complaint unless low ≤ high."""
    return "the lowest is above the highest" if low > high else ""


def order_of_three(low: float, mode: float, high: float) -> str:
    """Complaint unless low ≤ mode ≤ high."""
    if low > high:
        return "the lowest is above the highest"
    return "" if low <= mode <= high else "the most likely value is not between the lowest and the highest"


def triangular_quantile(low: float, mode: float, high: float) -> Quantile:
    """The square root law on either side of the mode."""
    span, rise, fall = high - low, mode - low, high - mode
    turn = rise / span

    def quantile(u: FloatArray) -> FloatArray:
        up = low + np.sqrt(u * (span * rise))
        down = high - np.sqrt((1.0 - u) * (span * fall))
        return np.where(u <= turn, up, down)

    return quantile


def triangular_sd(low: float, mode: float, high: float) -> float:
    """√((r² + s² − r·s) / 18) with r = mode − low and s = high − low."""
    rise, span = mode - low, high - low
    return math.sqrt((rise * rise + span * span - rise * span) / 18.0)


# -- beta and PERT ---------------------------------------------------------------------------------------


def pert_mean(low: float, mode: float, high: float) -> float:
    """(low + 4·mode + high) / 6."""
    return low + (4.0 * (mode - low) + (high - low)) / 6.0


def pert_sd(low: float, mode: float, high: float) -> float:
    """√((mean − low)(high − mean) / 7)."""
    mean = pert_mean(low, mode, high)
    return math.sqrt((mean - low) * (high - mean) / 7.0)


def pert_quantile(low: float, mode: float, high: float) -> Quantile:
    """A beta law with exponents 1 + 4(mode − low)/span and 1 + 4(high − mode)/span."""
    span = high - low
    return between(low, high, 1.0 + 4.0 * (mode - low) / span, 1.0 + 4.0 * (high - mode) / span)


def beta_wrong(low: float, high: float, mean: float, sd: float) -> str:
    """Complaint unless low ≤ mean ≤ high and sd² < (mean − low)(high − mean)."""
    if low > high:
        return "the lowest is above the highest"
    if not low <= mean <= high:
        return "the mean is not between the lowest and the highest"
    if sd > 0 and sd * sd >= (mean - low) * (high - mean):
        return "the sd is too large for this mean between these bounds"
    return ""


def beta_quantile(low: float, high: float, mean: float, sd: float) -> Quantile:
    """Exponents by moments: share·w and (1 − share)·w with w = share(1 − share)/(sd/span)² − 1."""
    span = high - low
    share = (mean - low) / span
    weight = share * (1.0 - share) / (sd / span) ** 2 - 1.0
    if weight > 1e12:  # so narrow that it is a normal law, and the incomplete beta function gives way
        from scipy.special import ndtri

        return lambda u: np.clip(mean + sd * ndtri(u), low, high)
    return between(low, high, share * weight, (1.0 - share) * weight)


def between(low: float, high: float, alpha: float, beta: float) -> Quantile:
    """The beta law with these exponents, stretched over [low, high]."""
    from scipy.special import betaincinv

    span = high - low
    return from_nearer_tail(
        lambda u: low + span * betaincinv(alpha, beta, u),
        lambda v: np.maximum(high - span * betaincinv(beta, alpha, v), low),  # a span of years has no milliseconds
    )


# -- exponential, Erlang, gamma, Weibull, lognormal ------------------------------------------------------


def exponential_quantile(mean: float) -> Quantile:
    """−mean · log(1 − u)."""
    return lambda u: -mean * np.log1p(-u)


def erlang_wrong(_: float, k: float) -> str:
    """Complaint unless k is a whole number from 1."""
    return "" if k >= 1 and k == int(k) else "k must be a whole number from 1"


def erlang_sd(mean: float, k: float) -> float:
    """mean / √k."""
    return mean / math.sqrt(k)


def erlang_quantile(mean: float, k: float) -> Quantile:
    """The gamma law with exponent k, whole or not."""
    from scipy.special import gammainccinv, gammaincinv

    scale = mean / k
    return from_nearer_tail(lambda u: scale * gammaincinv(k, u), lambda v: scale * gammainccinv(k, v))


def gamma_quantile(mean: float, sd: float) -> Quantile:
    """Exponent (mean / sd)²."""
    return erlang_quantile(mean, (mean / sd) ** 2)


def spread_wrong(mean: float, sd: float) -> str:
    """Complaint unless sd ≤ `WILDEST` · mean."""
    if sd > 0 and mean == 0:
        return "the mean is 0 and the sd is not"
    return f"the sd is more than {WILDEST:.0f} times the mean" if sd > WILDEST * mean else ""


def lognormal_quantile(mean: float, sd: float) -> Quantile:
    """mean · exp(σz − σ²/2) with σ² = log(1 + (sd / mean)²)."""
    from scipy.special import ndtri

    variance = math.log1p((sd / mean) ** 2)
    sigma = math.sqrt(variance)
    return lambda u: mean * np.exp(sigma * ndtri(u) - variance / 2.0)


def weibull_wrong(_: float, shape: float) -> str:
    """Complaint for a shape outside which mean and sd cannot be told in floating point."""
    return "" if 0.1 <= shape <= 10_000 else "the shape must lie between 0.1 and 10 000"


def weibull_sd(mean: float, shape: float) -> float:
    """mean · √(Γ(1 + 2/shape) / Γ(1 + 1/shape)² − 1)."""
    log_ratio = math.lgamma(1.0 + 2.0 / shape) - 2.0 * math.lgamma(1.0 + 1.0 / shape)
    return mean * math.sqrt(math.expm1(log_ratio))


def weibull_quantile(mean: float, shape: float) -> Quantile:
    """mean · (−log(1 − u))^(1/shape) / Γ(1 + 1/shape)."""
    log_scale = -math.lgamma(1.0 + 1.0 / shape)
    return lambda u: mean * np.exp(np.log(-np.log1p(-u)) / shape + log_scale)


# -- normal cut at 0 -------------------------------------------------------------------------------------


def hazard(mean: float, sd: float) -> float:
    """φ(mean/sd) ÷ Φ(mean/sd): by how many sd the cut lifts the mean."""
    z = mean / sd
    kept = 0.5 * math.erfc(-z / math.sqrt(2.0))
    return math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) / kept


def normal_mean(mean: float, sd: float) -> float:
    """mean + sd · h, h the `hazard`."""
    return mean + sd * hazard(mean, sd) if sd > 0 else mean


def normal_sd(mean: float, sd: float) -> float:
    """sd · √(1 − h(h + mean/sd)), h the `hazard`."""
    if sd == 0:
        return 0.0
    lift = hazard(mean, sd)
    if lift == 0:  # the cut is too far away to matter
        return sd
    return sd * math.sqrt(1.0 - lift * (lift + mean / sd))


def normal_quantile(mean: float, sd: float) -> Quantile:
    """The normal law above 0, whose share of the whole is Φ(mean/sd)."""
    from scipy.special import ndtr, ndtri

    kept, cut = float(ndtr(mean / sd)), float(ndtr(-mean / sd))
    return from_nearer_tail(
        lambda u: mean + sd * ndtri(cut + kept * u),
        lambda v: mean - sd * ndtri(kept * v),
    )


# -- given values ----------------------------------------------------------------------------------------


def discrete_wrong(*pairs: float) -> str:
    """Complaint unless the shares add up to 1."""
    total = math.fsum(pairs[1::2])
    return "" if abs(total - 1.0) <= 1e-9 else f"the shares add up to {100 * total:.6g}%, not to 100%"


def discrete_mean(*pairs: float) -> float:
    """Σ share · value."""
    return math.fsum(v * p for v, p in zip(pairs[::2], pairs[1::2], strict=True)) / math.fsum(pairs[1::2])


def discrete_sd(*pairs: float) -> float:
    """√(Σ share · (value − mean)²)."""
    values, shares = pairs[::2], pairs[1::2]
    possible = {v for v, p in zip(values, shares, strict=True) if p > 0}
    if len(possible) == 1:
        return 0.0
    mean = discrete_mean(*pairs)
    variance = math.fsum(p * (v - mean) ** 2 for v, p in zip(values, shares, strict=True))
    return math.sqrt(variance / math.fsum(shares))


def discrete_support(*pairs: float) -> tuple[float, float]:
    """The lowest and highest value with a share above 0."""
    possible = [v for v, p in zip(pairs[::2], pairs[1::2], strict=True) if p > 0]
    return min(possible), max(possible)


def discrete_quantile(*pairs: float) -> Quantile:
    """The lowest value whose cumulated share is at least u."""
    rows = sorted((v, p) for v, p in zip(pairs[::2], pairs[1::2], strict=True) if p > 0)
    values = np.array([v for v, _ in rows])
    total = math.fsum(p for _, p in rows)
    upto = np.array([math.fsum(p for _, p in rows[: k + 1]) / total for k in range(len(rows))])
    return lambda u: values[np.searchsorted(upto, u, side="left")]


def empirical_wrong(*values: float) -> str:
    """Complaint unless the values rise."""
    return "" if all(a <= b for a, b in itertools.pairwise(values)) else "the values are not sorted"


def empirical_mean(*values: float) -> float:
    """The mean of the values."""
    return math.fsum(values) / len(values) if values[0] < values[-1] else values[0]


def empirical_sd(*values: float) -> float:
    """The standard deviation of the law that takes each value with chance 1/n."""
    if values[0] == values[-1]:
        return 0.0
    mean = empirical_mean(*values)
    return math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))


def empirical_quantile(*values: float) -> Quantile:
    """The order statistic ⌈u·n⌉: the inverse of the empirical distribution function."""
    ordered, last = np.array(values), len(values) - 1

    def quantile(u: FloatArray) -> FloatArray:
        rank = np.ceil(u * len(ordered)).astype(np.int64) - 1
        return np.asarray(ordered[np.clip(rank, 0, last)])

    return quantile
