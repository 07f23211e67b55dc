"""Distributions as plain data: a family's name and its parameters. The table of families is in `families.py`.

A value comes from a uniform by the inverse distribution function and by nothing else (R4), so one uniform
means the same luck, a short or a long duration, whatever the family.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.model.families import FAMILIES, Family, complaint_about
from flowsim.model.laws import Quantile

FloatArray = npt.NDArray[np.float64]

LARGEST_DRAW = 2.0**50
"""No drawn value is above this (35 700 years in ticks): the sum of a thousand of them still fits in int64."""

SMALLEST_SD = 1e-9
"""An sd below this many ticks, or below 1e-12 of the mean, can never show in whole ticks: the value is
constant.
"""


@dataclass(frozen=True)
class Distribution:
    """A non-negative random quantity. Durations are in ticks of one millisecond, as floats.

    `FAMILIES[name]` says which parameters there are and which of them are durations. Raises ValueError, in
    words a reader of the scenario understands, when there is no such distribution: an unknown name, a wrong
    number of parameters, one that is negative, not finite or longer than 1000 years, or parameters that
    contradict each other.
    """

    name: str
    params: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", tuple(float(p) for p in self.params))
        self.check()

    def __reduce__(self) -> tuple[type[Distribution], tuple[str, tuple[float, ...]]]:
        return Distribution, (self.name, self.params)  # what is worked out below stays in this process

    @property
    def family(self) -> Family:
        """The family this belongs to. Raises ValueError for a name that is none."""
        if self.name not in FAMILIES:
            raise ValueError(f"there is no distribution {self.name!r}; there are {', '.join(FAMILIES)}")
        return FAMILIES[self.name]

    def check(self) -> None:
        """Raise ValueError when there is no such distribution; the constructor does so already."""
        complaint = complaint_about(self.family, self.params)
        if complaint:
            raise ValueError(f"{self.name}: {complaint}")

    def mean(self) -> float:
        """The mean, in ticks for a duration; of the law as drawn (for `normal`: after the cut at 0)."""
        return self.family.mean(*self.params)

    def sd(self) -> float:
        """The standard deviation, in the unit of the mean; of the law as drawn."""
        return self.family.sd(*self.params)

    @property
    def scv(self) -> float:
        """Squared coefficient of variation, (sd / mean)²: 0 for a constant, 1 for the exponential."""
        mean = self.mean()
        return (self.sd() / mean) ** 2 if mean > 0 else 0.0

    def minimum(self) -> float:
        """The lowest value that can be drawn (its infimum)."""
        return self.family.support(*self.params)[0] if self._varies else self.mean()

    def maximum(self) -> float:
        """The highest value that can be drawn (its supremum); `math.inf` when there is none."""
        return self.family.support(*self.params)[1] if self._varies else self.mean()

    def inverse(self, u: FloatArray) -> FloatArray:
        """The values at the uniforms `u`: float64 strictly inside (0, 1), of any shape; the same shape back.

        Never falling in `u`, never below 0 nor above `LARGEST_DRAW`.
        """
        values = self._quantile(np.asarray(u, dtype=np.float64))
        return np.minimum(np.maximum(values, 0.0), LARGEST_DRAW)

    def scaled(self, factor: float) -> Distribution:
        """The same law with every duration times `factor` ≥ 0. Raises ValueError for any other factor."""
        if not (math.isfinite(factor) and factor >= 0):
            raise ValueError(f"a distribution cannot be scaled by {factor!r}")
        lengths = self.family.are_lengths(len(self.params))
        scaled = (p * factor if length else p for p, length in zip(self.params, lengths, strict=True))
        return Distribution(self.name, tuple(scaled))

    @property
    def _varies(self) -> bool:
        return self.sd() > max(SMALLEST_SD, 1e-12 * self.mean())

    @cached_property
    def _quantile(self) -> Quantile:
        if self._varies:
            return self.family.quantile(*self.params)
        only = self.mean()
        return lambda u: np.full(u.shape, only)
