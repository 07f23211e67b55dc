"""Waiting lists of teams (R8): who is taken next.

What waits is a visit, or the first visit of a process batch, which stands for all of it.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar


class Numbered(Protocol):
    """A request, as far as a list looks at it."""

    number: int
    priority: int


class Waiter(Protocol):
    """A visit, as far as a list looks at it."""

    assembled: int
    order: tuple[int, tuple[int, ...]]

    @property
    def request(self) -> Numbered:
        """Whose visit it is."""
        ...


W = TypeVar("W", bound=Waiter)

Key = tuple[int, int, tuple[int, tuple[int, ...]]]


def joined(visit: Waiter) -> Key:
    """Where a visit stands among those alike: (time joined, request number, branch order), R3."""
    return visit.assembled, visit.request.number, visit.order


class FirstInList(Generic[W]):
    """First in, first out, all of one priority: in order of (time joined, request number, branch), in `line`."""

    def __init__(self) -> None:
        self.line: deque[W] = deque()

    def add(self, visit: W, rank: int, at: int) -> None:
        """Put a visit in its place, which is the end or close to it; `visit.assembled` is when it joined."""
        line, key = self.line, joined(visit)
        place = len(line)
        while place and joined(line[place - 1]) > key:
            place -= 1
        line.insert(place, visit)

    def take_allowed(self, allowed: Callable[[W], bool]) -> W | None:
        """Remove and return the first that may begin now; None when none may (R9, no start within)."""
        for place, visit in enumerate(self.line):
            if allowed(visit):
                del self.line[place]
                return visit
        return None

    def remove(self, visit: W) -> None:
        """A visit leaves the list untaken."""
        self.line.remove(visit)

    def anyhow(self) -> Iterator[W]:
        """Those who wait, in any order."""
        return iter(self.line)

    def visits(self) -> list[W]:
        """Those who wait, first to last."""
        return list(self.line)


class RankedList(Generic[W]):
    """Takes the smallest key (priority, rank, time joined, request number, branch); the rank is what the discipline
    looks at: 0 for first in, minus the time joined for last in, the due time, or the work. `line` is the heap itself.
    """

    def __init__(self) -> None:
        self.line: list[tuple[int, int, int, int, tuple[int, tuple[int, ...]], W]] = []

    def add(self, visit: W, rank: int, at: int) -> None:
        """Put a visit in its place; it joined at that instant."""
        request = visit.request
        heappush(self.line, (request.priority, rank, at, request.number, visit.order, visit))

    def take_allowed(self, allowed: Callable[[W], bool]) -> W | None:
        """Remove and return the first that may begin now; None when none may (R9, no start within)."""
        passed = []
        found = None
        while self.line:
            entry = heappop(self.line)
            if allowed(entry[5]):
                found = entry[5]
                break
            passed.append(entry)
        for entry in passed:
            heappush(self.line, entry)
        return found

    def remove(self, visit: W) -> None:
        """A visit leaves the list untaken."""
        del self.line[next(place for place, entry in enumerate(self.line) if entry[5] is visit)]
        heapify(self.line)

    def anyhow(self) -> Iterator[W]:
        """Those who wait, in any order."""
        return (entry[5] for entry in self.line)

    def visits(self) -> list[W]:
        """Those who wait, first to last."""
        return [entry[5] for entry in sorted(self.line, key=lambda e: e[:5])]


class ShuffledList(Generic[W]):
    """Serves in random order: a visit joins at a place drawn at random among those of its priority, the first is taken.

    A list kept so is in uniformly random order at every moment, so each taking is a fair draw among all who wait, at
    one keyed number a visit. Visits that join at one instant are placed in order of request number and branch (R3).
    """

    def __init__(self) -> None:
        self.line: list[W] = []  # who waits, in no order
        self._lists: dict[int, list[W]] = {}
        self._new: list[tuple[Key, float, W]] = []

    def add(self, visit: W, lot: float, at: int) -> None:
        """A visit joins with its lot, a uniform in (0, 1)."""
        self.line.append(visit)
        insort(self._new, ((at, visit.request.number, visit.order), lot, visit), key=lambda new: new[0])

    def take_allowed(self, allowed: Callable[[W], bool]) -> W | None:
        """Remove and return the first that may begin now; None when none may."""
        self._place()
        for priority in sorted(self._lists):
            line = self._lists[priority]
            for index, visit in enumerate(line):
                if allowed(visit):
                    del line[index]
                    self.line.remove(visit)
                    return visit
        return None

    def remove(self, visit: W) -> None:
        """A visit leaves the list untaken."""
        self._place()
        self._lists[visit.request.priority].remove(visit)
        self.line.remove(visit)

    def swap(self, visit: W, other: W) -> None:
        """Another visit takes the place of one that waits, among those of its own priority (R15: a batch whose first
        member withdrew).
        """
        self._place()
        line = self._lists[visit.request.priority]
        place = line.index(visit)
        if other.request.priority == visit.request.priority:
            line[place] = other
        else:
            del line[place]
            own = self._lists.setdefault(other.request.priority, [])
            own.insert(min(place, len(own)), other)
        self.line[self.line.index(visit)] = other

    def anyhow(self) -> Iterator[W]:
        """Those who wait, in any order."""
        return iter(self.line)

    def visits(self) -> list[W]:
        """Those who wait, first to last."""
        self._place()
        return [visit for priority in sorted(self._lists) for visit in self._lists[priority]]

    def _place(self) -> None:
        for _, lot, visit in self._new:
            line = self._lists.setdefault(visit.request.priority, [])
            line.insert(math.floor(lot * (len(line) + 1)), visit)
        self._new.clear()
