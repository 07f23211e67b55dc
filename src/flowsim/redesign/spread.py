"""The same mean with half the spread, and distributions as a scenario file writes them."""

from __future__ import annotations

from collections.abc import Callable

from flowsim.model import Distribution

_AROUND = ("uniform", "triangular", "pert", "empirical")
"""Families whose parameters are all values: moved halfway to the mean they give a law of the same family."""


def halved(law: Distribution) -> Distribution:
    """The mean kept and the standard deviation halved. The family stays where it has such a member: bounds and values
    move halfway to the mean; of mean and sd the sd is halved. Else (exponential, Erlang, Weibull, a normal that is cut
    off at 0 for more than a trace) it becomes a gamma. As draws come of uniforms by the inverse and by nothing else,
    what took long among its like still does.
    """
    mean, sd = law.mean(), law.sd()
    if sd == 0:
        return law
    make = _HALVING.get(law.name)
    if make is None and law.name in _AROUND:
        return Distribution(law.name, tuple(mean + (value - mean) / 2 for value in law.params))
    if make is not None:
        half = make(law.params, mean)
        if _near(half.mean(), mean) and _near(half.sd(), sd / 2):
            return half
    return Distribution("gamma", (mean, sd / 2))


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * other


_HALVING: dict[str, Callable[[tuple[float, ...], float], Distribution]] = {
    "gamma": lambda p, mean: Distribution("gamma", (p[0], p[1] / 2)),
    "lognormal": lambda p, mean: Distribution("lognormal", (p[0], p[1] / 2)),
    "normal": lambda p, mean: Distribution("normal", (p[0], p[1] / 2)),
    "beta": lambda p, mean: Distribution("beta", (p[0], p[1], p[2], p[3] / 2)),
    "discrete": lambda p, mean: Distribution(
        "discrete", tuple(v if i % 2 else mean + (v - mean) / 2 for i, v in enumerate(p))
    ),
}


def written(law: Distribution) -> str:
    """A law as a scenario file writes it, lengths in minutes or seconds."""
    lengths = law.family.are_lengths(len(law.params))
    terms = [_length(p) if length else f"{p:.15g}" for p, length in zip(law.params, lengths, strict=True)]
    return terms[0] if law.name == "constant" else f"{law.name}({', '.join(terms)})"


def _length(ticks: float) -> str:
    if ticks % 60_000 == 0:
        return f"{ticks / 60_000:.15g} min"
    return f"{ticks / 1000:.15g} s"
