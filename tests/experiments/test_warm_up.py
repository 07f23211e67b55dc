"""Where the start of a run ends: MSER on known series, and on kept runs of processes that are known to start slowly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kept_runs import DESK, kept, model, plan

from flowsim.experiments.caveats import caveats
from flowsim.experiments.findings import Findings
from flowsim.experiments.growth import growth, growth_difference, overloaded, weekly_growth
from flowsim.experiments.warm_up import judged_by_its_start, moving_average, mser, warm_up

M = [20, 15, 11, 8, 6.5, 5.5, 5.1, 4.9, 5.2, 4.8, 5.0, 5.1, 4.9, 5.0, 5.2, 4.8, 5.0, 4.9, 5.1, 5.0]

SLOW = """\
flowsim: 1
name: A slow start
requests: {job: {arrivals: 24 per day}}
tasks: {do: {time: exponential(40 h), value: adding}}
teams: {Desk: {people: 60, calendar: always}}
steps: {Do: {team: Desk, does: do}}
run: {length: 40 days, replications: 6, seed: 2}
states: {current: {}, fast: {changes: [{name: Fast, set: {tasks.do.time: exponential(1 h)}}]}}
"""
"""Forty at work in the long run, none at first: the number in process climbs with a half-life of 28 h."""

OVER = DESK.replace("exponential(40 min)", "exponential(75 min)")


def by_definition(means: list[float]) -> int:
    """The d of the paper, each sum by itself."""
    k = len(means)
    errors = [float(((np.array(means[d:]) - np.mean(means[d:])) ** 2).sum() / (k - d) ** 2) for d in range(k - 5)]
    return int(np.argmin(errors))


def test_mser_on_the_fixture() -> None:
    assert mser(np.array(M)) == 6 == by_definition(M)


def test_mser_when_there_is_no_start_and_when_it_never_ends() -> None:
    rng = np.random.default_rng(4)
    assert (mser(rng.normal(5, 1, 60)) or 0) <= 20
    assert mser(np.arange(40.0)) is None, "it climbs to the end: too short to tell"
    assert mser(np.array([1.0])) is None
    for _ in range(20):
        series = (10 + 5 * np.exp(-np.arange(40) / 3) + rng.normal(0, 0.3, 40)).tolist()
        assert mser(np.array(series)) == by_definition(series)


def test_a_moving_average() -> None:
    values = np.array([1.0, 5.0, 3.0, np.nan, 7.0])
    assert moving_average(values, 1).tolist() == [1.0, 3.0, 4.0, 5.0, 7.0]
    assert moving_average(values, 9).tolist() == [1.0, 3.0, 4.0, 5.0, 7.0]
    assert np.isnan(moving_average(np.array([np.nan, 1.0]), 1)[0])


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return kept(tmp_path_factory.mktemp("slow"), plan(SLOW, "current", "fast", replications=6, audit=False))


def test_a_start_that_is_left_in(slow: Findings) -> None:
    """It takes some 28 h · 3 to come within 10 % of the forty; the fast one is there at once."""
    found = warm_up(slow, "current")
    assert found.judged
    assert found.short
    assert found.cut is not None
    assert 2.0 <= found.cut <= 16.0
    wip = found.of("in process")
    assert wip is not None
    assert wip.mean[0] < 10
    assert wip.mean[wip.days > found.cut].mean() == pytest.approx(40.0, rel=0.1)
    fast = warm_up(slow, "fast")
    assert fast.cut is not None
    assert not fast.short
    known = caveats(slow, "current")
    assert known.warm_up is not None
    assert (known.warm_up.cut, known.few, known.growth, known.mean_refused) == (found.cut, True, None, False)


def test_a_start_that_is_left_out(tmp_path: Path) -> None:
    sets = ("run.warm-up=16 days",)
    found = warm_up(kept(tmp_path, plan(SLOW, "current", sets=sets, replications=5, audit=False)), "current")
    assert found.set == 16.0
    assert not found.short


def test_few_runs_and_short_ones_are_not_judged(tmp_path: Path) -> None:
    """Two runs of the slow start; and six of four days by office hours, in which no week can be seen."""
    few = kept(tmp_path / "few", plan(SLOW, "fast", sets=("run.length=5 days",), replications=2, audit=False))
    found = warm_up(few, "fast")
    assert (found.judged, found.cut, found.short) == (False, None, False)
    assert caveats(few, "fast").warm_up is None
    assert caveats(few, "fast").few
    sets = ("run.length=4 working days",)
    short = warm_up(kept(tmp_path / "short", plan(DESK, "current", sets=sets, replications=6)), "current")
    assert (short.judged, short.cut, short.short) == (True, None, False)


def test_a_backlog_needs_no_warm_up() -> None:
    assert judged_by_its_start(model(DESK, "current"))
    there = "{at: Answer, requests: 3, age: 1 h}"
    assert not judged_by_its_start(model(DESK.replace("promise:", f"backlog: {there}, promise:"), "current"))


def test_a_team_that_cannot_keep_up(tmp_path: Path) -> None:
    """75 minutes of work an hour: of 8 a day 1.6 remain, 8 a week of five days; the slopes of the runs say so too."""
    of = model(OVER, "current")
    who = overloaded(of)
    assert who is not None
    assert who[0] == "Desk"
    assert who[1] == pytest.approx(1.25)
    assert overloaded(model(DESK, "current")) is None
    assert overloaded(model(OVER.replace("promise:", "patience: 1 day, promise:"), "current")) is None
    found = kept(
        tmp_path, plan(OVER, "current", "two", replications=8, sets=("run.length=30 working days",), audit=False)
    )
    grows = growth(found, "current")
    assert grows is not None
    assert grows.grows
    assert grows.per_week is not None
    assert (grows.per_week.low or 0) < 8.0 < (grows.per_week.high or 0)
    assert growth(found, "two") is None
    more = growth_difference(found, "current", "two")
    assert more is not None
    assert more.value == pytest.approx(
        np.mean([weekly_growth(found, "two")[r] - weekly_growth(found, "current")[r] for r in range(1, 9)])
    )
    assert (more.high or 0) < 0
    assert caveats(found, "current").warm_up is None, "no warm-up helps"
