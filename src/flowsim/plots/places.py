"""Where labels may lie: apart from each other, off the lines, inside the plot. All in pixels of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from flowsim.plots.shapes import Floats

Box = tuple[float, float, float, float]  # left, top, right, bottom


def spread(wanted: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Middles of labels of equal `height`, each near where it is wanted, in [low, high], none over another."""
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    places = [0.0] * len(wanted)
    edge = low
    for i in order:
        places[i] = max(wanted[i], edge + height / 2)
        edge = places[i] + height / 2
    edge = high
    for i in reversed(order):
        places[i] = min(places[i], edge - height / 2)
        edge = places[i] - height / 2
    return places


def clear_of(box: Box, taken: Sequence[Box], paths: Sequence[Floats], bounds: Box) -> bool:
    """Whether `box` lies within `bounds`, on no other box and on none of the paths (k, 2), all in page pixels."""
    left, top, right, bottom = box
    if left < bounds[0] or top < bounds[1] or right > bounds[2] or bottom > bounds[3]:
        return False
    if any(left < b[2] and b[0] < right and top < b[3] and b[1] < bottom for b in taken):
        return False
    for path in paths:
        inside = (path[:, 0] > left) & (path[:, 0] < right) & (path[:, 1] > top) & (path[:, 1] < bottom)
        if inside.any():
            return False
    return True


def dense(path: Floats, step: float = 3.0) -> Floats:
    """The path (k, 2) with a point at least every `step` pixels."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    if not length[-1]:
        return path
    at = np.linspace(0, length[-1], int(length[-1] / step) + 2)
    return cast(Floats, np.column_stack([np.interp(at, length, path[:, i]) for i in (0, 1)]))
