"""The families of distributions: one table, a row each. The formulas stand in `laws.py`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsim.model import laws
from flowsim.model.laws import Quantile

LONGEST = 1000 * 365.25 * 86_400_000.0
"""The longest duration a parameter may be: 1000 years, in ticks."""


@dataclass(frozen=True)
class Family:
    """One row of the table.

    `parameters` are (name, whether it is a duration), in order; with `repeats` the whole row of them may be
    given any number of times. The functions take the parameters as separate floats. `wrong` gives a
    complaint or "" and presumes finite values ≥ 0; the others presume a sound distribution, `support` and
    `quantile` moreover an sd above 0. `quantile` gives the inverse distribution function, made ready for
    many calls.
    """

    parameters: tuple[tuple[str, bool], ...]
    wrong: Callable[..., str]
    mean: Callable[..., float]
    sd: Callable[..., float]
    support: Callable[..., tuple[float, float]]
    quantile: Callable[..., Quantile]
    repeats: bool = False

    def takes(self, count: int) -> bool:
        """Whether that many parameters can be right."""
        size = len(self.parameters)
        return count == size or (self.repeats and count > 0 and count % size == 0)

    def names(self, count: int) -> list[str]:
        """What each of `count` parameters is called."""
        return [name for name, _ in self.parameters] * (count // len(self.parameters))

    def are_lengths(self, count: int) -> list[bool]:
        """Which of `count` parameters are durations."""
        return [length for _, length in self.parameters] * (count // len(self.parameters))

    def described(self) -> str:
        """The parameters for a message: "2 parameters: low, high"."""
        names = ", ".join(name for name, _ in self.parameters)
        if self.repeats:
            return f"parameters: {names}, and so on"
        size = len(self.parameters)
        return f"{size} parameter{'s' if size > 1 else ''}: {names}"


_LOW, _MODE, _HIGH = ("lowest", True), ("most likely", True), ("highest", True)
_MEAN, _SD = ("mean", True), ("sd", True)

FAMILIES: dict[str, Family] = {
    "constant": Family(
        (("value", True),),
        wrong=laws.always_sound,
        mean=lambda value: value,
        sd=lambda value: 0.0,
        support=lambda value: (value, value),
        quantile=lambda value: lambda u: np.full(u.shape, value),
    ),
    "uniform": Family(
        (_LOW, _HIGH),
        wrong=laws.order,
        mean=lambda low, high: low + (high - low) / 2.0,
        sd=lambda low, high: (high - low) / math.sqrt(12.0),
        support=lambda low, high: (low, high),
        quantile=lambda low, high: lambda u: low + (high - low) * u,
    ),
    "triangular": Family(
        (_LOW, _MODE, _HIGH),
        wrong=laws.order_of_three,
        mean=lambda low, mode, high: low + ((mode - low) + (high - low)) / 3.0,
        sd=laws.triangular_sd,
        support=lambda low, mode, high: (low, high),
        quantile=laws.triangular_quantile,
    ),
    "pert": Family(
        (_LOW, _MODE, _HIGH),
        wrong=laws.order_of_three,
        mean=laws.pert_mean,
        sd=laws.pert_sd,
        support=lambda low, mode, high: (low, high),
        quantile=laws.pert_quantile,
    ),
    "exponential": Family(
        (_MEAN,),
        wrong=laws.always_sound,
        mean=lambda mean: mean,
        sd=lambda mean: mean,
        support=laws.half_line,
        quantile=laws.exponential_quantile,
    ),
    "erlang": Family(
        (_MEAN, ("k", False)),
        wrong=laws.erlang_wrong,
        mean=lambda mean, k: mean,
        sd=laws.erlang_sd,
        support=laws.half_line,
        quantile=laws.erlang_quantile,
    ),
    "gamma": Family(
        (_MEAN, _SD),
        wrong=laws.spread_wrong,
        mean=lambda mean, sd: mean,
        sd=lambda mean, sd: sd,
        support=laws.half_line,
        quantile=laws.gamma_quantile,
    ),
    "lognormal": Family(
        (_MEAN, _SD),
        wrong=laws.spread_wrong,
        mean=lambda mean, sd: mean,
        sd=lambda mean, sd: sd,
        support=laws.half_line,
        quantile=laws.lognormal_quantile,
    ),
    "weibull": Family(
        (_MEAN, ("shape", False)),
        wrong=laws.weibull_wrong,
        mean=lambda mean, shape: mean,
        sd=laws.weibull_sd,
        support=laws.half_line,
        quantile=laws.weibull_quantile,
    ),
    "beta": Family(
        (_LOW, _HIGH, _MEAN, _SD),
        wrong=laws.beta_wrong,
        mean=lambda low, high, mean, sd: mean,
        sd=lambda low, high, mean, sd: sd,
        support=lambda low, high, mean, sd: (low, high),
        quantile=laws.beta_quantile,
    ),
    "normal": Family(
        (_MEAN, _SD),
        wrong=laws.always_sound,
        mean=laws.normal_mean,
        sd=laws.normal_sd,
        support=laws.half_line,
        quantile=laws.normal_quantile,
    ),
    "discrete": Family(
        (("value", True), ("share", False)),
        wrong=laws.discrete_wrong,
        mean=laws.discrete_mean,
        sd=laws.discrete_sd,
        support=laws.discrete_support,
        quantile=laws.discrete_quantile,
        repeats=True,
    ),
    "empirical": Family(
        (("value", True),),
        wrong=laws.empirical_wrong,
        mean=laws.empirical_mean,
        sd=laws.empirical_sd,
        support=lambda *values: (values[0], values[-1]),
        quantile=laws.empirical_quantile,
        repeats=True,
    ),
}
"""Every family by name; the order is the order in which messages and documents list them."""


def complaint_about(family: Family, params: tuple[float, ...]) -> str:
    """Why these parameters make no distribution of the family, in plain words without values; "" when they
    do.
    """
    if not family.takes(len(params)):
        return f"needs {family.described()}"
    names = family.names(len(params))
    for name, value, length in zip(names, params, family.are_lengths(len(params)), strict=True):
        if not math.isfinite(value):
            return f"the {name} is not a finite number"
        if value < 0:
            return f"the {name} is negative"
        if length and value > LONGEST:
            return f"the {name} is longer than 1000 years"
    return family.wrong(*params)
