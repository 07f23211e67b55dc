"""What the writer of a scenario file draws from: a few kinds of choices out of one random stream."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Choices out of a stream of random numbers."""

    def __init__(self, luck: random.Random) -> None:
        self._below = luck.randrange

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return low if high <= low else self._below(low, high + 1)

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred."""
        return self._below(100) < percent

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[self._below(len(options))]

    def weighed(self, options: Mapping[T, int]) -> T:
        """One of several by whole weights."""
        place = self._below(sum(options.values()))
        for option, weight in options.items():
            place -= weight
            if place < 0:
                return option
        raise AssertionError(options)

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """So many of several, each once, in any order."""
        left, found = list(options), []
        for _ in range(min(self.whole(least, most), len(left))):
            found.append(left.pop(self._below(len(left))))
        return found

    def sorted_some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """So many of several, in the order in which they stand."""
        chosen = self.some(range(len(options)), least, most)
        return [options[place] for place in sorted(chosen)]
