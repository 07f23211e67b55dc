"""Waiting lists (R8): who is taken next, and that the shuffled one is fair."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.engine.waiting import FirstInList, RankedList, ShuffledList


@dataclass
class Asked:
    """As much of a request as a list looks at."""

    number: int
    priority: int = 1


@dataclass
class Waiting:
    """As much of a visit as a list looks at."""

    request: Asked
    assembled: int = 0
    order: tuple[int, tuple[int, ...]] = (-1, ())

    @classmethod
    def of(cls, number: int, joined: int = 0, priority: int = 1) -> Any:
        """A visit of request `number` that joined then."""
        return cls(Asked(number, priority), joined)


def anyone(_: Any) -> bool:
    return True


def drained(line: FirstInList | RankedList | ShuffledList) -> list[int]:
    """Take until nobody is left: the request numbers."""
    taken = []
    while (visit := line.take_allowed(anyone)) is not None:
        taken.append(visit.request.number)
    return taken


joins = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 9)), max_size=30)


@settings(derandomize=True, max_examples=200)
@given(joins, st.randoms(use_true_random=False))
def test_r8_first_in_is_time_joined_then_number(entries: list[tuple[int, int, int]], luck: random.Random) -> None:
    """Whatever the order in which those of one instant are put in."""
    line = FirstInList()
    keyed = [(joined, number) for number, (joined, _, _) in enumerate(entries)]
    for joined in sorted({j for j, _ in keyed}):
        together = [key for key in keyed if key[0] == joined]
        luck.shuffle(together)
        for _, number in together:
            line.add(Waiting.of(number, joined), 0, joined)
    assert [v.request.number for v in line.visits()] == [number for _, number in sorted(keyed)]
    assert drained(line) == [number for _, number in sorted(keyed)]
    assert not line.line


@settings(derandomize=True, max_examples=200)
@given(joins, st.randoms(use_true_random=False))
def test_r8_ranked_is_priority_then_rank_then_first_in(
    entries: list[tuple[int, int, int]], luck: random.Random
) -> None:
    """Key (priority, rank, time joined, number), whatever the order of putting in."""
    line = RankedList()
    keyed = [(priority, rank, joined, number) for number, (joined, priority, rank) in enumerate(entries)]
    mixed = keyed[:]
    luck.shuffle(mixed)
    for priority, rank, joined, number in mixed:
        line.add(Waiting.of(number, joined, priority), rank, joined)
    assert [v.request.number for v in line.visits()] == [key[3] for key in sorted(keyed)]
    assert drained(line) == [key[3] for key in sorted(keyed)]


@pytest.mark.parametrize("make", [FirstInList, RankedList, ShuffledList])
def test_r9_who_may_not_begin_keeps_the_place(make: type[FirstInList | RankedList | ShuffledList]) -> None:
    """Odd numbers may begin: they are taken in order, the others stay in order; when nobody may, None and no change."""
    line = make()
    for number in range(8):
        line.add(Waiting.of(number), 0.999 if make is ShuffledList else 0, 0)  # type: ignore[arg-type]
    order = [v.request.number for v in line.visits()]
    taken = []
    while (visit := line.take_allowed(lambda v: v.request.number % 2 == 1)) is not None:
        taken.append(visit.request.number)
    assert taken == [n for n in order if n % 2]
    assert [v.request.number for v in line.visits()] == [n for n in order if not n % 2]
    assert len(line.line) == 4
    assert drained(line) == [n for n in order if not n % 2]


def test_r8_shuffled_joins_in_order_of_number_within_an_instant() -> None:
    """The lots decide the place, the numbers the order of joining: the same list however the visits were put in."""
    lots = [0.9, 0.1, 0.5, 0.3, 0.7]
    expected: list[int] = []
    for number, lot in enumerate(lots):
        expected.insert(math.floor(lot * (len(expected) + 1)), number)
    for order in permutations(range(5)):
        line = ShuffledList()
        for number in order:
            line.add(Waiting.of(number), lots[number], 0)
        assert drained(line) == expected


def test_r8_shuffled_keeps_to_priorities() -> None:
    """Priority 0 first, then 1, each in its own shuffled order."""
    line = ShuffledList()
    for number, priority in enumerate((1, 0, 2, 0, 1)):
        line.add(Waiting.of(number, 0, priority), 0.999, 0)
    assert drained(line) == [1, 3, 0, 4, 2]


def orders(lots: list[list[float]]) -> Counter[tuple[int, ...]]:
    """How often each order of serving came out of these lots."""
    counted: Counter[tuple[int, ...]] = Counter()
    for row in lots:
        line = ShuffledList()
        for number, lot in enumerate(row):
            line.add(Waiting.of(number), lot, 0)
        counted[tuple(drained(line))] += 1
    return counted


@pytest.mark.parametrize("waiting", [2, 3, 4])
def test_r8_every_order_comes_exactly_equally_often(waiting: int) -> None:
    """Over the grid of all combinations of lots (j + ½)/k!, whose cells each insertion place divides evenly, each of
    the n! orders comes up the same number of times: the insertion is a fair shuffle, without any statistics.
    """
    cells = math.factorial(waiting)
    places = [[(j + 0.5) / cells for j in range(0, cells, cells // k)] for k in range(1, waiting + 1)]
    lots: list[list[float]] = [[]]
    for choices in places:
        lots = [[*row, lot] for row in lots for lot in choices]
    counted = orders(lots)
    assert len(counted) == math.factorial(waiting)
    assert set(counted.values()) == {1}


def test_r8_every_order_comes_equally_often_by_chance() -> None:
    """40,320 shuffles of four with random lots: each of the 24 orders within 4.5 standard errors of one in 24, a bound
    that fair shuffles pass in all but 2 of 10,000 families of 24; and one taken first from each fair list of four.
    """
    luck = random.Random(20260105)
    trials = 40_320
    counted = orders([[luck.random() for _ in range(4)] for _ in range(trials)])
    share = 1 / 24
    bound = 4.5 * math.sqrt(trials * share * (1 - share))
    assert len(counted) == 24
    assert all(abs(times - trials * share) <= bound for times in counted.values())


def test_r8_the_bound_catches_an_unfair_shuffle() -> None:
    """Spoiled: lots squared lean to the front; the same bound is broken."""
    luck = random.Random(20260105)
    trials = 40_320
    counted = orders([[luck.random() ** 1.1 for _ in range(4)] for _ in range(trials)])
    share = 1 / 24
    bound = 4.5 * math.sqrt(trials * share * (1 - share))
    assert any(abs(times - trials * share) > bound for times in counted.values())


def test_r8_a_list_kept_while_people_come_and_go_is_still_fair() -> None:
    """Three wait, the first is taken, two more join, all are taken: given who went first, the other four are in each of
    the 24 orders equally often. 3 x 24 cells of 1,000 each; the bound is 4.5 standard errors.
    """
    luck = random.Random(7)
    trials = 72_000
    counted: Counter[tuple[int, ...]] = Counter()
    for _ in range(trials):
        line = ShuffledList()
        for number in range(3):
            line.add(Waiting.of(number), luck.random(), 0)
        first = line.take_allowed(anyone)
        assert first is not None
        for number in (3, 4):
            line.add(Waiting.of(number, 1), luck.random(), 1)
        counted[(first.request.number, *drained(line))] += 1
    share = 1 / 72
    bound = 4.5 * math.sqrt(trials * share * (1 - share))
    assert len(counted) == 72
    assert all(abs(times - trials * share) <= bound for times in counted.values())
