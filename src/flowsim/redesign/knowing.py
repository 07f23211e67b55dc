"""Luck against not knowing: what a result owes to chance, and what to values that nobody knows for sure.

The process is run at many points of what is not known, at each with the same replications, which have the same draws
(R4). So there is a table of values, a row a point and a column a replication, and

    value = mean + what the point does + what the luck of the replication does + both together

as in a two-way layout with one observation a cell. The luck that all points share moves no point against another; only
what luck and point do together is noise in the difference between two points. Taking the whole spread within a point
for noise, as for independent runs, would take far too much from what is not known.

What the points do is split over the inputs by a regression of the points' means on orthonormal polynomials of each
input alone, of degree one and two (a polynomial chaos expansion without products: Sudret 2008). The variance of an
input's part is its first-order share (Sobol). What is left, beyond noise, is done by inputs together, or in a way that
no such curve has. Each part is freed of what noise and residual put into it, and has an interval by the jackknife over
points (Efron & Stein 1981).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.statistics import CONFIDENCE, Floats, exact_mean, t_quantile

LOW, HIGH = 0.05, 0.95
"""The part of the points that the range of a result leaves out at each end."""

_SURE = 1e-3
"""Chance of taking luck for an effect of what is not known, where there is none."""
_SHARE_DIGITS = 9


@dataclass(frozen=True)
class Input:
    """What is not known: its key, and how many values it may have (0: any between its ends)."""

    key: str
    levels: int = 0


@dataclass(frozen=True)
class Share:
    """How much of what is not known about a result an input accounts for: a share from 0 to 1 and its 95 % interval
    (None: too few points); `effect` is what the result changes by from the input's low end to its high end, the others
    anywhere. The key "" is what no input does alone.
    """

    key: str
    share: float
    low: float | None
    high: float | None
    effect: float | None = None


@dataclass(frozen=True)
class Split:
    """A result over all points: its `mean`; `low` and `high`, between which 90 % of the points lie when noise is taken
    out; `knowing` the standard deviation of what is not known and `luck` that of a mean of `runs` replications;
    `shows` is whether the points differ by more than luck. `shares` are those of the inputs and last of the rest, none
    where nothing shows.
    """

    mean: float
    low: float
    high: float
    knowing: float
    luck: float
    runs: int
    points: int
    replications: int
    shows: bool
    shares: tuple[Share, ...]

    @property
    def part(self) -> float:
        """The share of not knowing in all that cannot be said about a result of `runs` replications; 0 when nothing
        shows.
        """
        whole = self.knowing**2 + self.luck**2
        return float(self.knowing**2 / whole) if whole > 0 else 0.0

    @property
    def first(self) -> Share | None:
        """The input that accounts for most; None where none does."""
        inputs = [share for share in self.shares if share.key and share.share > 0]
        return max(inputs, key=lambda share: share.share, default=None)


def enough(points: int, inputs: int) -> bool:
    """Whether so many points can tell so many inputs apart."""
    return points >= inputs + 8


def split(values: Floats, u: Floats, inputs: Sequence[Input], runs: int) -> Split:
    """The split of a result: `values` (points, replications), `u` (points, inputs), each 0 to 1, and how many
    replications (`runs`) the result is of whose luck is told. Raises ValueError for fewer than two replications, or
    fewer points than `enough`.
    """
    points, replications = values.shape
    if replications < 2 or not enough(points, len(inputs)):
        raise ValueError(f"{points} points of {replications} replications are too few for {len(inputs)} inputs")
    means = np.array([exact_mean(row) for row in values])
    whole = exact_mean(means)
    noise = _noise(values, means) / replications
    within = exact_mean(np.array([_variance(row) for row in values]))
    basis = [_polynomials(u[:, k], one.levels, _degree(points, len(inputs))) for k, one in enumerate(inputs)]
    parts = _parts(means, basis, noise)
    knowing = float(_whole(parts)[0])
    shows = _shows(means, noise, replications)
    spread = _variance(means)
    shrink = math.sqrt(min(1.0, knowing / spread)) if shows and spread > 0 else 0.0
    ordered = np.sort(whole + shrink * (means - whole))
    return Split(
        mean=whole,
        low=_place(ordered, LOW),
        high=_place(ordered, HIGH),
        knowing=_rounded(math.sqrt(knowing)) if shows else 0.0,
        luck=_rounded(math.sqrt(within / runs)),
        runs=runs,
        points=points,
        replications=replications,
        shows=shows,
        shares=_shares(means, basis, noise, inputs, parts) if shows else (),
    )


def _shares(
    means: Floats, basis: Sequence[Floats], noise: float, inputs: Sequence[Input], parts: Floats
) -> tuple[Share, ...]:
    """Every input's share and the rest's, with intervals from leaving out each point in turn."""
    points = len(means)
    share = parts / _whole(parts)
    kept = [np.delete(np.arange(points), left_out) for left_out in range(points)]
    without = np.array([_parts(means[rows], [one[rows] for one in basis], noise) for rows in kept])
    without /= _whole(without)
    pseudo = points * share - (points - 1) * without
    half = t_quantile(0.5 + CONFIDENCE / 2, points - 1) * np.sqrt(pseudo.var(axis=0, ddof=1) / points)
    fitted = _regression(means, basis)[0]
    effects = [float(c[0]) * _reach(one.levels) for (c, _), one in zip(fitted, inputs, strict=True)]
    least = 1e-9 * float(np.abs(means).max())
    found = []
    for k, key in enumerate([*(one.key for one in inputs), ""]):
        ends = (share[k], share[k] - half[k], share[k] + half[k])
        effect = _rounded(effects[k], least) if key else None
        middle, low, high = (round(min(1.0, max(0.0, float(x))), _SHARE_DIGITS) for x in ends)
        found.append(Share(key, middle, low, high, effect))
    return tuple(found)


def _parts(means: Floats, basis: Sequence[Floats], noise: float) -> Floats:
    """The variance that each input accounts for alone, and last what they do beyond that; freed of noise, so one that
    does nothing is about 0, on either side.
    """
    fitted, residual = _regression(means, basis)
    return np.array([*(float((c**2).sum() - v.sum()) for c, v in fitted), residual - noise])


def _whole(parts: Floats) -> Floats:
    """What is not known in all, (..., 1): what is below 0 is nothing."""
    total: Floats = np.maximum(np.maximum(parts, 0.0).sum(axis=-1, keepdims=True), 1e-300)
    return total


def _regression(means: Floats, basis: Sequence[Floats]) -> tuple[list[tuple[Floats, Floats]], float]:
    """The coefficients of each input with their variances, and the residual variance, by least squares."""
    x = np.column_stack([np.ones(len(means)), *basis])
    gram = np.linalg.pinv(x.T @ x, hermitian=True)
    coefficients = gram @ (x.T @ means)
    left = means - x @ coefficients
    residual = float(left @ left) / (len(means) - x.shape[1])
    scale = float(np.abs(means).max()) or 1.0
    residual = 0.0 if math.sqrt(residual) < 1e-9 * scale else residual  # what is left of rounding is nothing
    variances = np.diag(gram) * residual
    found, at = [], 1
    for one in basis:
        width = one.shape[1]
        found.append((coefficients[at : at + width], variances[at : at + width]))
        at += width
    return found, residual


def _reach(levels: int) -> float:
    """How far the polynomial of degree one rises from end to end; that of degree two has the same value at both."""
    return (levels - 1) / math.sqrt((levels**2 - 1) / 12) if levels else 2 * math.sqrt(3)


def _polynomials(u: Floats, levels: int, degree: int) -> Floats:
    """Orthonormal polynomials of an input from degree one on, at its points: (points, up to `degree`). Of an input that
    may have a few values only, those on these values, all as likely.
    """
    if levels == 0:
        x = 2 * u - 1
        both = [math.sqrt(3) * x, math.sqrt(5) * (3 * x**2 - 1) / 2]
        return np.column_stack(both[:degree])
    grid = np.arange(levels, dtype=np.float64)
    at = np.minimum((u * levels).astype(np.int64), levels - 1)
    columns: list[Floats] = []
    for power in range(1, min(degree, levels - 1) + 1):
        column = grid**power
        for other in [np.ones(levels), *columns]:
            column = column - other * float((column * other).mean())
        columns.append(column / math.sqrt(float((column**2).mean())))
    return np.column_stack([column[at] for column in columns])


def _degree(points: int, inputs: int) -> int:
    """Two, where there are points enough for curves."""
    return 2 if points >= 4 * inputs + 10 else 1


def _noise(values: Floats, means: Floats) -> float:
    """What luck and point do together: the variance that neither explains."""
    points, replications = values.shape
    columns = np.array([exact_mean(column) for column in values.T])
    left = values - means[:, None] - columns[None, :] + exact_mean(means)
    return float(math.fsum((left**2).ravel().tolist()) / ((points - 1) * (replications - 1)))


def _shows(means: Floats, noise: float, replications: int) -> bool:
    """Whether the points differ by more than luck: the F test of the two-way layout."""
    from scipy.special import fdtrc

    spread, points = _variance(means), len(means)
    scale = float(np.abs(means).max())
    if spread <= (1e-12 * scale) ** 2:
        return False
    if noise <= 0:
        return True
    return float(fdtrc(points - 1, (points - 1) * (replications - 1), spread / noise)) < _SURE


def _place(ordered: Floats, share: float) -> float:
    """The value below which that share of the points lies, by the middles of their steps (Hazen), so that both ends
    leave out as much.
    """
    steps = (np.arange(len(ordered)) + 0.5) / len(ordered)
    return _rounded(float(np.interp(share, steps, ordered)))


def _variance(values: Floats) -> float:
    mean = exact_mean(values)
    squares = math.fsum(((values - mean) ** 2).tolist())
    return squares / (len(values) - 1)


def _rounded(x: float, least: float = 0.0) -> float:
    """To nine digits, so that it is the same on every machine; what is smaller than `least` is nothing."""
    return float(f"{x:.9g}") if abs(x) >= least else 0.0
