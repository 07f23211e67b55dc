"""Waiting lists of teams (R8): who is taken next.

What waits is a visit, or the first visit of a process batch, which stands for all of it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar


class Numbered(Protocol):
    """A request, as far as a list looks at it."""

    number: int
    priority: int


class Waiter(Protocol):
    """A visit, as far as a list looks at it."""

    assembled: int

    @property
    def request(self) -> Numbered:
        """Whose visit it is."""
        ...


W = TypeVar("W", bound=Waiter)


class FirstInList(Generic[W]):
    """First in, first out, all of one priority: in order of (time joined, request number), in `line`."""

    def __init__(self) -> None:
        self.line: deque[W] = deque()

    def add(self, visit: W, rank: int, joined: int) -> None:
        """Put a visit at the end, among those who joined at the same instant by number."""
        line = self.line
        place = len(line)
        while place and line[place - 1].assembled == joined and line[place - 1].request.number > visit.request.number:
            place -= 1
        line.insert(place, visit)

    def take_allowed(self, allowed: Callable[[W], bool]) -> W | None:
        """Remove and return the first that may begin now; None when none may (R9, no start within)."""
        for place, visit in enumerate(self.line):
            if allowed(visit):
                del self.line[place]
                return visit
        return None

    def visits(self) -> list[W]:
        """Those who wait, first to last."""
        return list(self.line)


class RankedList(Generic[W]):
    """Takes the smallest key (priority, rank, time joined, request number); the rank is what the discipline looks at:
    0 for first in, minus the time joined for last in, the due time, or the work. `line` is the heap itself.
    """

    def __init__(self) -> None:
        self.line: list[tuple[int, int, int, int, W]] = []

    def add(self, visit: W, rank: int, joined: int) -> None:
        """Put a visit in its place."""
        request = visit.request
        heappush(self.line, (request.priority, rank, joined, request.number, visit))

    def take_allowed(self, allowed: Callable[[W], bool]) -> W | None:
        """Remove and return the first that may begin now; None when none may (R9, no start within)."""
        passed = []
        found = None
        while self.line:
            entry = heappop(self.line)
            if allowed(entry[4]):
                found = entry[4]
                break
            passed.append(entry)
        for entry in passed:
            heappush(self.line, entry)
        return found

    def visits(self) -> list[W]:
        """Those who wait, first to last."""
        return [entry[4] for entry in sorted(self.line, key=lambda e: e[:4])]


class ShuffledList(Generic[W]):
    """Serves in random order: a visit joins at a place drawn at random among those of its priority, the first is taken.

    A list kept so is in uniformly random order at every moment, so each taking is a fair draw among all who wait, at
    one keyed number a visit. Ws that join at one instant are placed in order of request number (R3).
    """

    def __init__(self) -> None:
        self.line: list[W] = []  # who waits, in no order
        self._lists: dict[int, list[W]] = {}
        self._new: list[tuple[int, int, float, W]] = []  # (time joined, request number, lot, visit), R3

    def add(self, visit: W, lot: float, joined: int) -> None:
        """A visit joins with its lot, a uniform in (0, 1)."""
        self.line.append(visit)
        self._new.append((joined, visit.request.number, lot, visit))

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

    def visits(self) -> list[W]:
        """Those who wait, first to last."""
        self._place()
        return [visit for priority in sorted(self._lists) for visit in self._lists[priority]]

    def _place(self) -> None:
        for _, _, lot, visit in sorted(self._new, key=lambda new: new[:2]):
            line = self._lists.setdefault(visit.request.priority, [])
            line.insert(math.floor(lot * (len(line) + 1)), visit)
        self._new.clear()
