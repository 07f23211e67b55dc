"""Points spread evenly over what is not known: a Latin hypercube whose columns hardly go together.

McKay, Beckman & Conover 1979: of every input each of the slices of equal chance holds one point. Of many orders of a
column the one is taken that goes least together with the columns before it (as Iman & Conover 1982 want it), so that
what two inputs do can be told apart.

The sampler of scipy is not used: the same seed has to give the same points with every version of every library, as all
draws do (R4). Hashes do, and the ranks are compared in whole numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

ORDERS = 200
"""Orders of a column that are tried."""

DIGITS = 6
"""Decimals of a point: what stands in the text that a guess becomes."""

Floats = npt.NDArray[np.float64]


def latin_hypercube(seed: int, names: Sequence[str], points: int) -> Floats:
    """Points in the unit cube, (points, len(names)): in each column one in every of `points` slices, inside it at
    random. A column depends on the seed, its name and the columns before it.
    """
    found = np.zeros((points, len(names)))
    ranks: list[npt.NDArray[np.int64]] = []
    for column, name in enumerate(names):
        orders = [_order(f"{seed}\x1f{name}\x1f{n}", points) for n in range(ORDERS if ranks else 1)]
        order = min(orders, key=lambda one: _together(one, ranks))
        ranks.append(order)
        inside = np.array([_hash(f"{seed}\x1f{name}\x1f{slice_}\x1fin") for slice_ in range(points)]) / 2.0**64
        found[:, column] = np.round((order + inside[order]) / points, DIGITS)
    return np.clip(found, 10.0**-DIGITS, 1 - 10.0**-DIGITS)


def _together(order: npt.NDArray[np.int64], others: Sequence[npt.NDArray[np.int64]]) -> int:
    """How much the ranks go together with those of other columns: the sum of squared covariances, in whole numbers."""
    centred = 2 * order - (len(order) - 1)
    return sum(int((centred * (2 * other - (len(order) - 1))).sum()) ** 2 for other in others)


def _order(text: str, points: int) -> npt.NDArray[np.int64]:
    """The numbers from 0 in an order that the text decides."""
    generator = np.random.Philox(key=_hash(text, 16))
    return np.argsort(generator.random_raw(points), kind="stable").astype(np.int64)


def _hash(text: str, size: int = 8) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest(), "little")
