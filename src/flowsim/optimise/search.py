"""Which designs are tried: all of them where that can be, else a search that goes on from the best it has seen.

The search asks for points and is told how good each is (the smaller, the better); it knows nothing else. It begins at
the process as it is, at both ends of everything, and at a sample that fills the space; then it always looks around the
best point that it has not looked around: at all its neighbours (one choice one option on), and when none of these is
better, at those a swap away (one choice on, another back). No random numbers but hashes: the same answers lead to the
same points everywhere.
"""

from __future__ import annotations

from itertools import combinations

from flowsim.optimise.space import Point
from flowsim.sweep.designs import latin

SAMPLE = 5
"""Points of the first sample for each choice, at most a third of all tries."""

Rank = tuple[float, ...]


class Search:
    """A search among points with so many options each (`sizes`), of which `tries` at most are tried."""

    def __init__(self, sizes: list[int], present: Point, tries: int) -> None:
        self._sizes, self._tries = sizes, tries
        self._ranks: dict[Point, Rank] = {}
        self._asked: set[Point] = set()
        self._around: set[Point] = set()  # of these all neighbours were asked for
        self._swapped: set[Point] = set()  # of these all swaps too
        self._first = self._begin(present)

    def ask(self) -> list[Point]:
        """Points to try next, none when it is done; all that were asked for have to be told before the next ask."""
        if not self._asked:
            return self._take(self._first)
        for point in sorted(self._ranks, key=self._ranks.__getitem__):
            if point not in self._around:
                self._around.add(point)
                fresh = self._take(self._neighbours(point))
            elif point not in self._swapped:
                self._swapped.add(point)
                fresh = self._take(self._swaps(point))
            else:
                continue
            if fresh or len(self._asked) >= self._tries:
                return fresh
        return []

    def tell(self, point: Point, rank: Rank) -> None:
        """How good a point is."""
        self._ranks[point] = rank

    def _take(self, points: list[Point]) -> list[Point]:
        """Those not asked for yet, as many as may still be tried."""
        fresh = [point for point in dict.fromkeys(points) if point not in self._asked]
        fresh = fresh[: self._tries - len(self._asked)]
        self._asked.update(fresh)
        return fresh

    def _begin(self, present: Point) -> list[Point]:
        sizes = self._sizes
        count = max(2, min(SAMPLE * len(sizes), self._tries // 3))
        shares = latin(len(sizes), count).tolist()
        sample = [tuple(min(int(u * n), n - 1) for u, n in zip(row, sizes, strict=True)) for row in shares]
        return [present, tuple(n - 1 for n in sizes), (0,) * len(sizes), *sample]

    def _neighbours(self, point: Point) -> list[Point]:
        return [near for i in range(len(point)) for step in (-1, 1) if (near := self._moved(point, {i: step}))]

    def _swaps(self, point: Point) -> list[Point]:
        found = []
        for i, j in combinations(range(len(point)), 2):
            for one, other in ((1, -1), (-1, 1)):
                if near := self._moved(point, {i: one, j: other}):
                    found.append(near)
        return found

    def _moved(self, point: Point, steps: dict[int, int]) -> Point:
        """A point so many options on; empty where there are none."""
        moved = tuple(n + steps.get(i, 0) for i, n in enumerate(point))
        return moved if all(0 <= n < size for n, size in zip(moved, self._sizes, strict=True)) else ()
