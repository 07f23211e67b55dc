"""Every random number belongs to (seed, replication, purpose, class, the request's ordinal in its class, visit) (R4).

A stream is one Philox generator per (seed, replication, purpose, class, visit), keyed by a hash of those words; the
ordinal is the position in the stream. So nothing that is added, removed or renamed elsewhere moves a number. Requests
there when the run begins have ordinals from `BACKLOG` on and streams of their own: a backlog moves none either.

A uniform is (k + ½) / 2⁵² with k the top 52 bits of a raw word: strictly inside (0, 1), symmetric, exact in binary.
numpy promises Philox's raw words for ever; its samplers are not used. Values come from the inverse distribution
function and are rounded to a tick, which removes the last-bit differences between machines (R1).
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

SCHEME = "philox-blake2b-1"
"""Name of the way numbers are made; a change of it changes every result and is a new name."""

BACKLOG = 1 << 30
"""The ordinal of the first request of a class's backlog (R5): its draws are apart from those of arrivals."""

BLOCK = 1024


class _Inverse(Protocol):
    def inverse(self, u: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]: ...


class Draws:
    """The random numbers of one replication. `seed` ≥ 0; `replication` counts from 1."""

    def __init__(self, seed: int, replication: int) -> None:
        if seed < 0 or replication < 1:
            raise ValueError(f"seed {seed} must be ≥ 0 and replication {replication} ≥ 1")
        self.seed = seed
        self.replication = replication

    def stream(self, purpose: str, klass: str, visit: int, backlog: bool = False) -> np.random.Philox:
        """The bit generator of one stream, at its beginning; that of a class's backlog is another one."""
        parts = [SCHEME, str(self.seed), str(self.replication), purpose, klass, str(visit)]
        text = "\x1f".join([*parts, "backlog"] if backlog else parts).encode()
        key = int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "little")
        return np.random.Philox(key=key)

    def uniforms(self, purpose: str, klass: str) -> Uniforms:
        """Uniforms for decisions of this purpose, by ordinal and visit."""
        return Uniforms(self, purpose, klass)

    def durations(self, purpose: str, klass: str, distribution: _Inverse) -> Durations:
        """Whole ticks from `distribution` for this purpose, by ordinal and visit."""
        return Durations(self, purpose, klass, distribution)

    def first_uniforms(self, purpose: str, klass: str, count: int, backlog: bool = False) -> npt.NDArray[np.float64]:
        """The uniforms of the first `count` requests of a class, or of its backlog, visit 1: float64, (count,)."""
        return to_uniform(self.stream(purpose, klass, 1, backlog).random_raw(count))

    def gaps(self, klass: str, distribution: _Inverse, horizon: int) -> npt.NDArray[np.int64]:
        """Interarrival times in ticks until their sum passes `horizon` (the last one passes it); int64, in order."""
        bits = self.stream("arrival", klass, 1)
        blocks: list[npt.NDArray[np.int64]] = []
        total, idle = 0, 0
        while total <= horizon:
            block = to_ticks(distribution.inverse(to_uniform(bits.random_raw(BLOCK))))
            step = int(block.sum())
            idle = idle + 1 if step == 0 else 0
            if idle > 1000:
                raise ValueError(f"a million arrivals of {klass!r} at one instant: the gaps between them are all 0")
            total += step
            blocks.append(block)
        gaps = np.concatenate(blocks)
        return gaps[: int(np.searchsorted(np.cumsum(gaps), horizon, side="right")) + 1]


def to_uniform(raw: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Raw 64-bit words as float64 strictly between 0 and 1, same shape."""
    return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def to_ticks(value: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Durations in float ticks as whole ticks, never below 0 (R1); same shape."""
    return np.maximum(np.rint(value), 0.0).astype(np.int64)


T = TypeVar("T", int, float)


class _Drawn(ABC, Generic[T]):
    """Numbers of one purpose and class, by ordinal and visit; made in blocks, in order, and kept."""

    def __init__(self, draws: Draws, purpose: str, klass: str) -> None:
        self._draws = draws
        self._purpose = purpose
        self._class = klass
        self._bits: dict[int, np.random.Philox] = {}
        self.first: list[T] = []
        """Those of first visits so far, by ordinal, without a backlog's; `at` makes more."""
        self._values: dict[int, list[T]] = {1: self.first}  # by visit; of a backlog by visit less than 0

    def at(self, ordinal: int, visit: int = 1) -> T:
        """The number of that request and visit; visits count from 1."""
        try:
            return self._values[visit][ordinal]
        except (KeyError, IndexError):
            if ordinal < BACKLOG:
                return self._extend(ordinal, visit)[ordinal]
        values = self._values.get(-visit)
        if values is None or ordinal - BACKLOG >= len(values):
            values = self._extend(ordinal - BACKLOG, -visit)
        return values[ordinal - BACKLOG]

    def _extend(self, position: int, key: int) -> list[T]:
        """The numbers of a visit, or of a backlog's visit (key below 0), up to a position at least."""
        values = self._values.setdefault(key, [])
        bits = self._bits.get(key)
        if bits is None:
            bits = self._bits[key] = self._draws.stream(self._purpose, self._class, abs(key), backlog=key < 0)
        while len(values) <= position:
            values.extend(self._made_of(to_uniform(bits.random_raw(BLOCK))))
        return values

    @abstractmethod
    def _made_of(self, uniforms: npt.NDArray[np.float64]) -> list[T]:
        """The numbers that a block of uniforms stands for."""


class Uniforms(_Drawn[float]):
    """Uniforms in (0, 1) of one purpose and class: `at(ordinal, visit)`."""

    def _made_of(self, uniforms: npt.NDArray[np.float64]) -> list[float]:
        made: list[float] = uniforms.tolist()
        return made


class Durations(_Drawn[int]):
    """Whole ticks of one purpose and class: `at(ordinal, visit)`."""

    def __init__(self, draws: Draws, purpose: str, klass: str, distribution: _Inverse) -> None:
        super().__init__(draws, purpose, klass)
        self._distribution = distribution

    def _made_of(self, uniforms: npt.NDArray[np.float64]) -> list[int]:
        made: list[int] = to_ticks(self._distribution.inverse(uniforms)).tolist()
        return made
