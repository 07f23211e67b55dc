"""Work divided as evenly as can be (R8): against every subset of works, and by what makes a division the evenest."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from flowsim.model.sharing import Sharing, Supply, Work, share_out


def test_each_team_with_its_own_work_and_people_is_alone() -> None:
    found = share_out([Work(3, (0,)), Work(5, (1,))], [Supply(4, (0,)), Supply(10, (1,))])
    assert found.level == {0: pytest.approx(0.75), 1: pytest.approx(0.5)}
    assert found.pools == ()


def test_what_either_may_do_evens_them_out() -> None:
    """4 and 1 of their own, 5 for either, 10 of time each: 50 % both."""
    found = share_out([Work(4, (0,)), Work(1, (1,)), Work(5, (0, 1))], [Supply(10, (0,)), Supply(10, (1,))])
    assert found.level == {0: pytest.approx(0.5), 1: pytest.approx(0.5)}
    assert found.done[2] == {0: pytest.approx(0.2), 1: pytest.approx(0.8)}
    assert found.pools == ((0, 1),)


def test_who_has_too_much_of_his_own_takes_none_of_what_another_may_do() -> None:
    found = share_out([Work(9, (0,)), Work(1, (1,)), Work(2, (0, 1))], [Supply(10, (0,)), Supply(10, (1,))])
    assert found.level == {0: pytest.approx(0.9), 1: pytest.approx(0.3)}
    assert found.done[2] == {1: pytest.approx(1.0)}
    assert found.pools == ()


def test_somebody_who_helps_is_shared_out_once_and_stays_at_home_when_nobody_needs_him() -> None:
    """Home 2 of 10 + 10, away 15 of 10: he gives until all are 57 % busy; with little work there he stays."""
    people = [Supply(10, (0,)), Supply(10, (0, 1)), Supply(10, (1,))]
    found = share_out([Work(2, (0,)), Work(15, (1,))], people)
    assert found.level[1] == pytest.approx(15 / 20)
    assert found.level[0] == pytest.approx(2 / 10)
    assert found.given[1] == {1: pytest.approx(1.0)}
    found = share_out([Work(12, (0,)), Work(5, (1,))], people)
    assert found.level == {0: pytest.approx(0.6), 1: pytest.approx(0.5)}
    assert found.given[1] == {0: pytest.approx(1.0)}
    found = share_out([Work(12, (0,)), Work(12, (1,))], people)
    assert found.level == {0: pytest.approx(0.8), 1: pytest.approx(0.8)}
    assert found.given[1] == {0: pytest.approx(0.5), 1: pytest.approx(0.5)}


def test_work_without_time_is_endless_and_nothing_is_nothing() -> None:
    found = share_out([Work(3, (0,)), Work(0, (1,))], [Supply(0, (0,)), Supply(5, (1,))])
    assert found.level == {0: math.inf}
    assert found.given == ({0: 1.0}, {1: 1.0})
    assert share_out([Work(math.inf, (0, 1))], [Supply(5, (0,))]).done[0] == {0: 0.5, 1: 0.5}
    helped = share_out([Work(3, (0, 1))], [Supply(0, (0,)), Supply(6, (1,))])
    assert helped.done[0] == {1: pytest.approx(1.0)}
    assert helped.level[1] == pytest.approx(0.5)


def _fullest(works: list[Work], supplies: list[Supply]) -> float:
    """The greatest work ÷ time of any set of works, with all who may do any of it."""
    best = 0.0
    for number in range(1, len(works) + 1):
        for chosen in itertools.combinations(works, number):
            teams = {t for work in chosen for t in work.teams}
            time = sum(s.time for s in supplies if teams & set(s.teams))
            amount = sum(work.amount for work in chosen)
            best = max(best, amount / time if time else math.inf)
    return best


def _random(rng: random.Random) -> tuple[list[Work], list[Supply]]:
    teams = range(rng.randint(2, 5))
    works = [Work(rng.choice((0.5, 1.0, 2.0, 7.3)), (t,)) for t in teams if rng.random() < 0.7]
    for _ in range(rng.randint(1, 3)):
        works.append(Work(rng.uniform(0.1, 6), tuple(rng.sample(teams, rng.randint(1, min(3, len(teams)))))))
    supplies = [Supply(rng.uniform(1, 8), (t,)) for t in teams]
    for _ in range(rng.randint(0, 3)):
        supplies.append(Supply(rng.uniform(0.5, 4), tuple(rng.sample(teams, 2))))
    return works, supplies


def _time_of(found: Sharing, supplies: list[Supply]) -> dict[int, float]:
    time: dict[int, float] = {}
    for supply, parts in zip(supplies, found.given, strict=True):
        assert set(parts) <= set(supply.teams)
        assert sum(parts.values()) == pytest.approx(1.0)
        for t, x in parts.items():
            time[t] = time.get(t, 0.0) + supply.time * x
    return time


@pytest.mark.parametrize("seed", range(60))
def test_no_division_is_more_even(seed: int) -> None:
    """The top level is that of the fullest set; work lies nowhere that is fuller than elsewhere where it may be done;
    nobody's time is with a team less full than another of his.
    """
    works, supplies = _random(random.Random(seed))
    found = share_out(works, supplies)
    assert max(found.level.values()) == pytest.approx(_fullest(works, supplies))
    time = _time_of(found, supplies)
    load: dict[int, float] = {}
    for work, parts in zip(works, found.done, strict=True):
        assert set(parts) <= set(work.teams)
        assert sum(parts.values()) == pytest.approx(1.0)
        for t, x in parts.items():
            load[t] = load.get(t, 0.0) + work.amount * x
            assert found.level[t] <= min(found.level.get(o, 0.0) for o in work.teams) + 1e-9
    for t, amount in load.items():
        assert amount / time[t] == pytest.approx(found.level[t])
    for supply, parts in zip(supplies, found.given, strict=True):
        fullest = max(found.level.get(t, 0.0) for t in supply.teams)
        assert all(found.level.get(t, 0.0) >= fullest - 1e-9 for t in parts)
