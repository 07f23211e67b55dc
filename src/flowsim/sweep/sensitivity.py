"""Which input matters most over a whole range of inputs: elementary effects (Morris 1991; Campolongo, Cariboni &
Saltelli 2007) and shares of variance (Sobol 2001; Saltelli 2010), by SALib.

What SALib is given are means over replications, which carry noise; how much of the spread between points is noise is
told beside each figure, for else noise is read as an interaction (methods R10).

Codes: FS743 a package that a command needs is not there.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsim.errors import UsageError
from flowsim.experiments.statistics import Floats, exact_mean

LEVELS = 4
"""Levels of each axis in the design of Morris: p = 4, steps of two thirds of the way."""

_SEED = 20_261_128  # of the design, not of the runs


@dataclass(frozen=True)
class Sensitivity:
    """What one axis does to a measure. Morris: `main` is μ*, the mean size of its effect when it goes two thirds of the
    way, `sigma` how much that differs from place to place, `total` None. Sobol: `main` is S1, the share of the variance
    that it makes alone, `total` ST, with all it does together with others. `main_half`, `total_half`: half of the 95 %
    intervals, by the bootstrap, over the points.
    """

    main: float
    main_half: float
    sigma: float | None
    total: float | None
    total_half: float | None


def sample_of(name: str, axes: int, samples: int) -> Floats:
    """The points of the design `morris` or `sobol`, (points, axes) shares of the way. Raises UsageError FS743 without
    SALib, FS742 when sobol is asked for a number of base points that is no power of two.
    """
    _salib()
    if name == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(_problem(axes), samples, num_levels=LEVELS, seed=_SEED), dtype=np.float64)
    if samples & (samples - 1):
        hint = f"--samples {1 << samples.bit_length()}"
        raise UsageError(f"sobol takes a power of two base points, not {samples}", code="FS742", hint=hint)
    from SALib.sample import sobol

    return np.asarray(sobol.sample(_problem(axes), samples, calc_second_order=False, seed=_SEED), dtype=np.float64)


def analyse(name: str, sample: Floats, means: Floats) -> list[Sensitivity]:
    """What each axis does, from the mean of a measure at every point of the sample (in its order)."""
    _salib()
    axes = sample.shape[1]
    if np.ptp(means) == 0.0:  # SALib divides by the spread
        whole = 0.0 if name == "sobol" else None
        sigma = 0.0 if name == "morris" else None
        return [Sensitivity(0.0, 0.0, sigma, whole, whole)] * axes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about SALib's own tables
        if name == "morris":
            from SALib.analyze import morris

            found: Any = morris.analyze(_problem(axes), sample, means, num_levels=LEVELS, seed=_SEED)
            rows = zip(found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True)
            return [Sensitivity(_rounded(m), _rounded(h), _rounded(s), None, None) for m, h, s in rows]
        from SALib.analyze import sobol

        found = sobol.analyze(_problem(axes), means, calc_second_order=False, seed=_SEED)
        shares = zip(found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True)
        return [Sensitivity(_rounded(a), _rounded(b), None, _rounded(c), _rounded(d)) for a, b, c, d in shares]


def noise_share(values: Sequence[Floats]) -> float | None:
    """How much of the variance between the means of points is noise: the mean of s²/R over the points by the variance
    of their means. `values`: of each point one value a replication. None when every point has one replication.
    """
    own = [_variance(v) / len(v) for v in values if len(v) > 1]
    if not own:
        return None
    between = _variance(np.array([exact_mean(v) for v in values if len(v)]))
    noise = math.fsum(own) / len(own)
    return _rounded(min(1.0, noise / between)) if between > 0.0 else (0.0 if noise == 0.0 else 1.0)


def _variance(values: Floats) -> float:
    if len(values) < 2:
        return 0.0
    mean = exact_mean(values)
    return math.fsum(((values - mean) ** 2).tolist()) / (len(values) - 1)


def _rounded(value: float) -> float:
    """To ten digits: SALib adds with numpy, whose last digits depend on version and processor."""
    return float(f"{value:.10g}")


def _problem(axes: int) -> dict[str, Any]:
    return {"num_vars": axes, "names": [f"x{i}" for i in range(axes)], "bounds": [[0.0, 1.0]] * axes}


def _salib() -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import SALib.analyze.morris
            import SALib.analyze.sobol
            import SALib.sample.morris
            import SALib.sample.sobol  # noqa: F401
    except ImportError as error:
        message = "the designs morris and sobol need the package SALib, which is not there"
        hint = "install the extra: uv sync --extra sensitivity; without it: --design one-at-a-time or latin"
        raise UsageError(message, code="FS743", hint=hint) from error
