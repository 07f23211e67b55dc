"""What the data of every plot is held to: shapes, numbers, how many states fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MAX_STATES = 6


def need(true: bool, message: str) -> None:
    """Raise ValueError with the message unless something is true."""
    if not true:
        raise ValueError(message)


def finite(name: str, *arrays: Floats | Sequence[float]) -> None:
    """Raise ValueError unless every value is a number."""
    for values in arrays:
        need(bool(np.isfinite(np.asarray(values, dtype=float)).all()), f"{name}: every value must be finite")


def each_state(kind: str, states: Sequence[object]) -> None:
    """Raise ValueError unless there is a state, and no more than fit one plot."""
    need(len(states) > 0, f"{kind}: nothing to draw, no state given")
    need(len(states) <= MAX_STATES, f"{kind}: at most {MAX_STATES} states fit one plot, {len(states)} given")
