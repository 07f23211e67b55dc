"""Fair shares: by hand, against every order one by one, and that they always add up."""

from __future__ import annotations

import random
from itertools import combinations, permutations

import pytest

from flowsim.redesign.shapley import (
    NOTHING,
    Combination,
    Done,
    count_orders,
    designs_of,
    difference,
    exact_shares,
    sample_orders,
    sampling_error,
    shares_over,
    total,
)


def every_design(changes: int) -> set[Done]:
    return {frozenset(c) for n in range(changes + 1) for c in combinations(range(changes), n)}


def game(designs: set[Done], seed: int) -> dict[Done, float]:
    """Values that no rounding suits: as different in size as floats may be."""
    draw = random.Random(seed)
    return {done: draw.uniform(-1, 1) * 10.0 ** draw.randint(-9, 9) for done in sorted(designs, key=sorted)}


def feasible_systems() -> list[tuple[set[Done], int]]:
    """All designs of five changes, and systems in which some cannot be, with at least one order left."""
    found = [(every_design(5), 5)]
    draw = random.Random(1)
    while len(found) < 6:
        left = {done for done in every_design(5) if len(done) in (0, 5) or draw.random() < 0.6}
        if count_orders(left, 5):
            found.append((left, 5))
    return found


SYSTEMS = feasible_systems()


@pytest.mark.parametrize(("known", "changes"), SYSTEMS)
def test_fair_shares_are_the_mean_over_the_orders_that_can_be(known: set[Done], changes: int) -> None:
    orders = [o for o in permutations(range(changes)) if all(done in known for done in designs_of(o))]
    assert count_orders(known, changes) == len(orders)
    assert exact_shares(known, changes) == shares_over(orders)


@pytest.mark.parametrize(("known", "changes"), SYSTEMS)
def test_fair_shares_add_up_to_the_whole_exactly(known: set[Done], changes: int) -> None:
    """As combinations of designs, so whatever the values are."""
    whole = frozenset(range(changes))
    assert total(exact_shares(known, changes)) == difference(NOTHING, whole)
    assert total(exact_shares(known, changes)[1:]) != difference(NOTHING, whole)


def test_shapley_of_three_by_hand() -> None:
    """The glove game: 0 has a left glove, 1 and 2 a right one; a pair is worth 1."""
    worth = {done: float(0 in done and len(done) > 1) for done in every_design(3)}
    assert [share.of(worth) for share in exact_shares(worth, 3)] == [2 / 3, 1 / 6, 1 / 6]


def test_a_change_that_needs_another_by_hand() -> None:
    """1 needs 0, so the orders are 012, 021 and 201: the third is first in one of them, second in one, last in one."""
    known = {done for done in every_design(3) if 1 not in done or 0 in done}
    worth = {done: float(len(done) ** 2) for done in known}
    # 0: (1 + 1 + 3) / 3, 1: (3 + 5 + 5) / 3, 2: (5 + 3 + 1) / 3
    assert [share.of(worth) for share in exact_shares(known, 3)] == [5 / 3, 13 / 3, 3.0]


def test_without_an_order_there_are_no_shares() -> None:
    with pytest.raises(ValueError, match="no order"):
        exact_shares({NOTHING, frozenset({0, 1})}, 2)


def test_a_combination_is_rounded_once() -> None:
    """What a sum of floats would lose is kept: 1e16 + 1 − 1e16, a third of it."""
    a, b, c = (frozenset({i}) for i in range(3))
    assert Combination({a: 1, b: 1, c: -1}, 3).of({a: 1e16, b: 1.0, c: 1e16}) == 1 / 3


def test_sampled_orders_come_nearer_to_all_of_them() -> None:
    """With a game of pairs (a reverse evens it out) exactly; with any game within its own error."""
    every = every_design(6)
    groups = sample_orders(6, every.__contains__, 40)
    assert len(groups) == 40
    assert all(len(group) == 2 and group[0] == group[1][::-1] for group in groups)
    orders = [order for group in groups for order in group]
    pairs = {done: float(len(done) * (len(done) - 1)) for done in every}
    assert [s.of(pairs) for s in shares_over(orders)] == pytest.approx([s.of(pairs) for s in exact_shares(every, 6)])
    draw = random.Random(3)
    worth = {done: draw.random() for done in sorted(every, key=sorted)}
    exact = [share.of(worth) for share in exact_shares(every, 6)]
    errors = sampling_error(groups, worth)
    for share, true, error in zip(shares_over(orders), exact, errors, strict=True):
        assert error is not None
        assert 0 < error < 0.08
        assert abs(share.of(worth) - true) < 3.5 * error
    assert total(shares_over(orders)) == difference(NOTHING, frozenset(range(6)))


def test_sampled_orders_are_those_that_can_be() -> None:
    """Of an order and its reverse at most one has 0 before 1, so groups are of one; none is found where none is."""
    groups = sample_orders(8, lambda done: 1 not in done or 0 in done, 10)
    assert [len(group) for group in groups] == [1] * 10
    assert all(order.index(0) < order.index(1) for group in groups for order in group)
    assert sample_orders(8, lambda done: len(done) != 4, 10) == []
    assert sampling_error(groups[:1], {}) == [None] * 8
