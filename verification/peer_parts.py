"""What the pairs are made of: laws that mean the same in flowsim and in Ciw, and measures that are read alike."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from ciw.dists import Erlang, Exponential, Lognormal

from two_tools import Seen


def lognormal(mean: float, sd: float) -> Lognormal:
    """flowsim takes mean and standard deviation of the time itself, Ciw those of its logarithm."""
    variance = math.log(1 + (sd / mean) ** 2)
    return Lognormal(math.log(mean) - variance / 2, math.sqrt(variance))


def erlang(mean: float, k: int) -> Erlang:
    """flowsim takes the mean of the whole, Ciw the rate of each of the k phases."""
    return Erlang(k / mean, k)


def per_hour(rate: float) -> Exponential:
    """Arrivals by a Poisson process; Ciw takes a rate a minute."""
    return Exponential(rate / 60)


def mean_wait(step: str | None = None) -> Callable[[Seen], float]:
    """The mean wait at a step."""
    return lambda seen: float(seen.wait(step).mean())


def waits(least: float = 0.0) -> Callable[[Seen], float]:
    """The share that waits longer than so many minutes."""
    return lambda seen: float((seen.wait() > least).mean())


def mean_lead(klass: str | None = None) -> Callable[[Seen], float]:
    """The mean lead time (of a class)."""
    return lambda seen: float(seen.lead(klass).mean())


def lead_quantile(share: float, klass: str | None = None) -> Callable[[Seen], float]:
    """The lead time that this share (of a class) does not exceed."""
    return lambda seen: float(np.quantile(seen.lead(klass), share))
