"""The search: it finds what is best of functions with one valley, tries no point twice and no more than it may."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flowsim.optimise.search import Rank, Search
from flowsim.optimise.space import Point


def run(sizes: list[int], tries: int, good: Callable[[Point], Rank], present: Point | None = None) -> dict[Point, Rank]:
    """Everything that a search tried. Raises ValueError for a point that is none, or is tried twice."""
    search, found = Search(sizes, present or (0,) * len(sizes), tries), {}
    while points := search.ask():
        for point in points:
            if point in found or not all(0 <= n < size for n, size in zip(point, sizes, strict=True)):
                raise ValueError(f"{point} is none, or was tried before")
            found[point] = good(point)
            search.tell(point, found[point])
    return found


def best(found: dict[Point, Rank]) -> Point:
    return min(found, key=found.__getitem__)


def test_a_valley_is_walked_down() -> None:
    sizes, target = [6, 6, 6, 6, 6], (4, 1, 5, 0, 3)
    found = run(sizes, 150, lambda p: (float(sum((a - b) ** 2 for a, b in zip(p, target, strict=True))),))
    assert best(found) == target  # of 7,776


def test_a_trade_of_one_for_another_is_found() -> None:
    # ten people in all, most of them where the work is: on the way every single step is worse
    def good(p: Point) -> Rank:
        return (abs(sum(p) - 6) * 10.0, float(abs(p[0] - 5) + abs(p[1] - 1)))

    assert best(run([7, 7], 40, good, (1, 5)))[:2] == (5, 1)


def test_the_first_points_are_the_present_and_both_ends() -> None:
    search = Search([3, 4, 2], (1, 2, 0), 20)
    assert search.ask()[:3] == [(1, 2, 0), (2, 3, 1), (0, 0, 0)]


def test_all_is_tried_when_there_is_room() -> None:
    assert len(run([3, 3], 100, lambda p: (float(sum(p)),))) == 9


@pytest.mark.parametrize("tries", [2, 5, 17])
def test_never_more_than_it_may(tries: int) -> None:
    assert len(run([5] * 6, tries, lambda p: (float(sum(p)),))) == tries


def test_the_same_answers_lead_to_the_same_points() -> None:
    def good(p: Point) -> Rank:
        return (float((7 * p[0] + 3 * p[1] + p[2]) % 11),)

    assert list(run([5, 5, 5], 40, good)) == list(run([5, 5, 5], 40, good))
