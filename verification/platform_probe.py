"""What one environment makes of the golden numbers; `platforms.py` runs this inside each, and it needs flowsim alone.

`python platform_probe.py FOLDER COUNT [--shaken]` writes into FOLDER: probe.json with versions, processor features and
what differs from golden.json; and a .npy a law with COUNT values before they are rounded to ticks, and one a function
of the mathematical library with its values at fixed points. With --shaken every logarithm, exponential and inverse
is off by up to four of its last digits at random, as another library's may be.
"""

from __future__ import annotations

import ctypes
import json
import math
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import scipy.special

from flowsim.draws import Draws
from flowsim.draws.keyed import to_uniform
from flowsim.verification.golden import LAWS, golden_draws, golden_scenarios

PACKAGES = ("numpy", "scipy", "pyarrow", "simpy", "pydantic", "ruamel.yaml", "click", "holidays", "matplotlib")
ULPS = 4
"""By how many units in the last place a shaken value is off at most."""

POINTS = np.linspace(1e-4, 1 - 1e-4, 100_000)
FUNCTIONS: dict[str, Callable[[np.ndarray], Any]] = {
    "exp of the C library": lambda u: [math.exp(3 * x) for x in u.tolist()],
    "log of the C library": lambda u: [math.log(x) for x in u.tolist()],
    "numpy.exp": lambda u: np.exp(3 * u),
    "numpy.log": np.log,
    "numpy.log1p": lambda u: np.log1p(-u),
    "scipy.special.ndtri": scipy.special.ndtri,
    "scipy.special.gammaincinv": lambda u: scipy.special.gammaincinv(0.25, u),
    "scipy.special.betaincinv": lambda u: scipy.special.betaincinv(1.5, 4.0, u),
}
SHAKEN = ((np, ("exp", "log", "log1p")), (scipy.special, ("ndtri", "gammaincinv", "gammainccinv", "betaincinv")))


def features() -> list[str]:
    """The processor features by which numpy chooses in this process; NPY_DISABLE_CPU_FEATURES turns them off."""
    from numpy._core import _multiarray_umath as umath

    on = umath.__cpu_features__
    return [name for name in umath.__cpu_dispatch__ if on[name]]


def shake() -> None:
    """Put functions in place of those of numpy and scipy that are off by up to ULPS units in the last place."""
    for module, names in SHAKEN:
        for name in names:
            setattr(module, name, _shaken(getattr(module, name), np.random.default_rng(len(name))))


def _shaken(plain: Callable[..., Any], dice: np.random.Generator) -> Callable[..., Any]:
    def off(*arguments: Any) -> Any:
        values = np.asarray(plain(*arguments))
        return values + dice.integers(-ULPS, ULPS + 1, values.shape) * np.spacing(values)

    return off


def c_library() -> str:
    """The version of glibc, or what else there is."""
    try:
        told = ctypes.CDLL("libc.so.6").gnu_get_libc_version
    except (OSError, AttributeError):
        return " ".join(platform.libc_ver()) or platform.system()
    told.restype = ctypes.c_char_p
    return f"glibc {told().decode()}"


def main(folder: Path, count: int, shaken: bool) -> None:
    """Write what is asked for."""
    for name, function in FUNCTIONS.items():
        np.save(folder / f"function {name}.npy", np.array(function(POINTS), dtype=np.float64))
    if shaken:
        shake()
    for name, law in LAWS.items():
        uniforms = to_uniform(Draws(2027, 1).stream(f"task:{name}", "platforms", 1).random_raw(count))
        np.save(folder / f"law {name.replace('/', ' in ')}.npy", law.inverse(uniforms))
    goldens = {"draws": golden_draws(), "scenarios": golden_scenarios(quick=False)}
    told = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libc": c_library(),
        "packages": {name: version(name) for name in PACKAGES},
        "features": features(),
        "differ": {part: [f"{g.name}: {g.why}" for g in rows if not g.same] for part, rows in goldens.items()},
        "counts": {part: len(rows) for part, rows in goldens.items()},
    }
    (folder / "probe.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), "--shaken" in sys.argv)
