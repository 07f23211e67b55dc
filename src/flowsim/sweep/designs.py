"""Which points of the space that is varied are run: all of them, one thing at a time, or a sample that fills it.

A point has a value for each axis; None leaves what the file says. Samples do not depend on the seed of the runs nor on
any library: their random numbers are hashes, so that the same command names the same points everywhere.

Codes: FS742 a design that cannot be made of what is varied.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from flowsim.errors import UsageError
from flowsim.sweep.vary import Axis

Point = tuple[str | None, ...]
Floats = npt.NDArray[np.float64]

NAMES = ("grid", "one-at-a-time", "latin", "morris", "sobol")
SAMPLED = ("latin", "morris", "sobol")
SAMPLES = {"latin": 30, "morris": 20, "sobol": 64}
"""How many points (latin), ways through the space (morris) or base points (sobol) when nobody says."""

MAX_POINTS = 1_000_000
_TRIES = 50


@dataclass(frozen=True)
class Design:
    """The points to run, in order. `sample` is for designs that sample: (points, axes) shares of the way, 0 to 1."""

    name: str
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    sample: Floats | None = None


def make_design(name: str, axes: Sequence[Axis], samples: int | None = None) -> Design:
    """The design of that name (one of NAMES). Raises UsageError FS742, and FS743 when a package is missing."""
    axes = tuple(axes)
    count = samples or SAMPLES.get(name, 0)
    if samples is not None and name not in SAMPLED:
        hint = f"leave --samples out, or take --design {', '.join(SAMPLED)}"
        raise UsageError(f"the design {name} takes all values, so nothing is sampled", code="FS742", hint=hint)
    if name in ("grid", "one-at-a-time"):
        values = _values(name, axes)
        total = math.prod(map(len, values)) if name == "grid" else 1 + sum(map(len, values))
        _bounded(total)
        return Design(name, axes, tuple(product(*values)) if name == "grid" else _one_at_a_time(values))
    if name == "latin":
        _bounded(count)
        return _sampled(name, axes, latin(len(axes), count))
    from flowsim.sweep.sensitivity import sample_of

    return _sampled(name, axes, sample_of(name, len(axes), count))


def _bounded(points: int) -> None:
    if points > MAX_POINTS:
        message = f"that would be {points:,} points; {MAX_POINTS:,} is the most"
        raise UsageError(message, code="FS742", hint="vary less, or take a sample: --design latin --samples 200")


def _values(name: str, axes: Sequence[Axis]) -> list[tuple[str, ...]]:
    found, wanting = [], []
    for axis in axes:
        try:
            found.append(axis.values())
        except ValueError as error:
            wanting.append(str(error))
    if wanting:
        hint = f"say how many values: {'; '.join(wanting)}; or take a sample: --design latin"
        raise UsageError(f"a range has no steps of its own for the design {name}", code="FS742", hint=hint)
    return found


def _one_at_a_time(values: Sequence[Sequence[str]]) -> tuple[Point, ...]:
    """What the file says, then each value of each axis with all others as the file says."""
    size = len(values)
    single = [(i, value) for i, levels in enumerate(values) for value in levels]
    return ((None,) * size, *(tuple(value if j == i else None for j in range(size)) for i, value in single))


def _sampled(name: str, axes: tuple[Axis, ...], sample: Floats) -> Design:
    _bounded(len(sample))
    points = tuple(tuple(axis.at(u) for axis, u in zip(axes, row, strict=True)) for row in sample.tolist())
    return Design(name, axes, points, sample)


def latin(axes: int, points: int) -> Floats:
    """A Latin hypercube, (points, axes) shares: in every axis each of `points` equal parts is met once, at its middle.
    Of fifty the one whose nearest two points are farthest apart (maximin; Johnson, Moore & Ylvisaker 1990); one only
    beyond 300 points, where comparing takes long and gains little.
    """
    tries = _TRIES if points <= 300 else 1
    found = [np.array([_shuffled(points, f"{t} {axis}") for axis in range(axes)]).T for t in range(tries)]
    ranks = max(found, key=_least_distance) if tries > 1 else found[0]
    return (ranks + 0.5) / points


def _shuffled(count: int, purpose: str) -> list[int]:
    """The numbers 0 to count − 1 in an order that is random, and the same everywhere."""
    keys = [hashlib.sha256(f"flowsim latin {count} {purpose} {i}".encode()).digest() for i in range(count)]
    return sorted(range(count), key=keys.__getitem__)


def _least_distance(ranks: npt.NDArray[np.int64]) -> int:
    """The square of the smallest distance between two points, in whole numbers."""
    if len(ranks) < 2:
        return 0
    apart = ((ranks[:, None, :] - ranks[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, apart.max() + 1)
    return int(apart.min())
