"""The comparison of finalists: published constants, the chance of a right choice, ties, and the same whatever the pace
(Kim & Nelson 2001; Batur & Kim 2010; Andradóttir & Kim 2010).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from flowsim.optimise import selection
from flowsim.optimise.selection import MEETS, MISSES, Contest, boundary, eta

ROUNDS = 120


@pytest.mark.parametrize(
    ("designs", "first", "wanted_eta", "wanted_h2"),
    [(2, 10, 0.334050, 6.012905), (5, 10, 0.634967, 11.429411), (10, 20, 0.302934, 11.511485)],
)
def test_the_constants_are_those_of_kim_and_nelson(
    designs: int, first: int, wanted_eta: float, wanted_h2: float
) -> None:
    found = eta(0.05 / (designs - 1), first)
    assert found == pytest.approx(wanted_eta, abs=1e-6)
    assert 2 * found * (first - 1) == pytest.approx(wanted_h2, abs=1e-5)


def test_the_boundary_closes_in() -> None:
    edges = [boundary(0.3, 20, 4.0, 0.5, runs) for runs in range(20, 400)]
    assert edges[0] == pytest.approx(0.3 * 19 * 4.0 / 0.5 - 0.5 * 20 / 2)
    assert all(a > b or a == b == 0.0 for a, b in pairwise(edges))
    assert edges[-1] == 0.0


def fight(
    means: list[float], margins: list[float], seed: int, at_a_time: int = 1, matters: float = 1.0, first: int = 10
) -> tuple[Contest, int]:
    """A contest of normal designs with a shared part, as with common draws; and the runs that each was given."""
    contest = Contest(len(means), [1.0] if margins else [], matters, first)
    random = np.random.default_rng(seed)
    runs = 0
    while not contest.settled and runs < 5000:
        for _ in range(first if runs == 0 else at_a_time):
            shared = random.normal(0.0, 2.0)
            own = random.normal(0.0, 2.0, len(means))
            other = random.normal(0.0, 2.0, len(means))
            for i in contest.playing:
                least = means[i] + shared + own[i]
                contest.add(i, least, [margins[i] + shared + other[i]] if margins else [])
            runs += 1
        contest.settle()
    return contest, runs


def right_choices(rounds: int) -> float:
    """The share of contests in the least favourable case that end with the best: all others just worse enough."""
    right = 0
    for seed in range(rounds):
        contest, _ = fight([0.0, 1.0, 1.0], [], seed)
        right += contest.playing == [0]
    return right / rounds


def test_the_best_is_chosen_as_often_as_promised() -> None:
    assert right_choices(ROUNDS) >= 0.95 - 3 * (0.05 * 0.95 / ROUNDS) ** 0.5


def test_a_boundary_that_is_too_near_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    near = boundary
    monkeypatch.setattr(selection, "boundary", lambda *given: near(*given) / 12)
    assert right_choices(ROUNDS) < 0.95 - 3 * (0.05 * 0.95 / ROUNDS) ** 0.5


def test_goals_are_settled_as_often_as_promised() -> None:
    wrong = 0
    for seed in range(ROUNDS):
        contest, _ = fight([0.0, 3.0], [-1.0, 1.0], seed)  # the better one misses its goal by just its tolerance
        wrong += contest.playing != [1]
    assert wrong / ROUNDS <= 0.05 + 3 * (0.05 * 0.95 / ROUNDS) ** 0.5


def test_nobody_is_left_when_all_miss() -> None:
    contest, _ = fight([0.0, 1.0], [-6.0, -8.0], 3)
    assert contest.settled
    assert contest.playing == []
    assert [goals[0] for goals in contest.goals] == [MISSES, MISSES]


def test_of_designs_that_are_the_same_the_first_stays() -> None:
    contest = Contest(3, [0.01], 1.0, first=5)
    for _ in range(5):
        for i in range(3):
            contest.add(i, 100.0, [0.05])
    contest.settle()
    assert contest.settled
    assert contest.playing == [0]
    assert {i: beaten.by for i, beaten in contest.beaten.items()} == {1: 0, 2: 0}
    assert contest.goals[0] == [MEETS]


def test_one_that_only_may_meet_its_goal_beats_nobody() -> None:
    contest = Contest(2, [1.0], 0.1, first=5)
    for margin in (-4.0, 5.0, -5.0, 4.0, 0.3):  # open: nobody knows
        contest.add(0, 1.0, [margin])
        contest.add(1, 2.0, [3.0 + margin / 100])
    contest.settle()
    assert contest.playing == [0, 1]
    assert not contest.settled


@pytest.mark.parametrize("at_a_time", [2, 7, 40])
def test_it_is_all_the_same_how_many_runs_come_at_a_time(at_a_time: int) -> None:
    for seed in range(5):
        one, many = fight([0.0, 0.4, 2.0], [2.0, 1.5, 2.0], seed), fight([0.0, 0.4, 2.0], [2.0, 1.5, 2.0], seed)
        slow, quick = one[0], fight([0.0, 0.4, 2.0], [2.0, 1.5, 2.0], seed, at_a_time)[0]
        assert many[0].beaten == slow.beaten
        assert (quick.playing, quick.beaten, quick.goals) == (slow.playing, slow.beaten, slow.goals)


def test_who_leaves_beats_nobody_any_more() -> None:
    contest = Contest(2, [], 1.0, first=4)
    contest.leave(0)
    for _ in range(4):
        contest.add(1, 5.0, [])
    contest.settle()
    assert contest.playing == [1]
    assert contest.settled


@pytest.mark.parametrize("wrong", [(0, [], 1.0, 10), (2, [], 0.0, 10), (2, [0.0], 1.0, 10), (2, [], 1.0, 1)])
def test_a_contest_that_cannot_be_is_refused(wrong: tuple[int, list[float], float, int]) -> None:
    with pytest.raises(ValueError, match="a contest needs"):
        Contest(*wrong)
