"""WIP as a fact about the system: distribution, means, series, cumulative flow (semantics sections 4 and 5)."""

from __future__ import annotations

import numpy as np
import pytest
from records import MIN, NONE, model, record, request, step, team, visit

from flowsim.metrics import Frame
from flowsim.metrics.wip import (
    STAGES,
    Grid,
    cumulative,
    grid_for,
    place_areas,
    request_spans,
    spans,
    wip_area,
    wip_distribution,
    wip_distributions,
    wip_mean,
    wip_series,
)
from flowsim.model import Model
from flowsim.record import INSTANTS, Kind, Record, Via


def array(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_the_distribution_is_how_long_so_many_were_there() -> None:
    begins, ends = array(0, 5, 5, 20), array(10, 8, 30, 40)
    n, ticks = wip_distribution(begins, ends, 0, 50)
    assert dict(zip(n.tolist(), ticks.tolist(), strict=True)) == {0: 10, 1: 25, 2: 12, 3: 3}
    n, ticks = wip_distribution(begins, ends, 6, 9)
    assert dict(zip(n.tolist(), ticks.tolist(), strict=True)) == {2: 1, 3: 2}


def test_a_stay_that_ends_as_another_begins_is_no_crowd() -> None:
    n, ticks = wip_distribution(array(0, 10), array(10, 20), 0, 20)
    assert (n.tolist(), ticks.tolist()) == ([1], [20])


def test_stays_outside_the_window_and_of_no_length_do_not_count() -> None:
    begins, ends = array(0, 10, 15, 90), array(10, 90, 15, 95)
    n, ticks = wip_distribution(begins, ends, 10, 90)
    assert (n.tolist(), ticks.tolist()) == ([1], [80])


def test_an_empty_window_has_no_distribution_and_no_mean() -> None:
    n, ticks = wip_distribution(array(0), array(10), 5, 5)
    assert (n.size, ticks.size) == (0, 0)
    assert wip_mean(array(0), array(10), 5, 5) is None


@pytest.mark.parametrize("seed", range(5))
def test_distribution_area_and_mean_agree_with_counting_tick_by_tick(seed: int) -> None:
    dice = np.random.default_rng(seed)
    begins = dice.integers(0, 80, 25)
    ends = begins + dice.integers(0, 40, 25)
    lo, hi = 10, 90
    counts = [int(((begins <= t) & (t < ends)).sum()) for t in range(lo, hi)]
    n, ticks = wip_distribution(begins, ends, lo, hi)
    assert dict(zip(n.tolist(), ticks.tolist(), strict=True)) == {k: counts.count(k) for k in sorted(set(counts))}
    assert wip_area(begins, ends, lo, hi) == sum(counts) == int((n * ticks).sum())
    assert wip_mean(begins, ends, lo, hi) == sum(counts) / (hi - lo)


TWO = model([team("A"), team("B")], [step("S1", "A"), step("S2", "A"), step("S3", "B")], length=200, warm_up=20)


def random_record(seed: int) -> Record:
    """Twenty journeys over the three steps, with returns, questions and some not ended."""
    dice = np.random.default_rng(seed)
    visits, requests = [], []
    for number in range(20):
        now = arrived = 3 * number
        for hop in range(int(dice.integers(0, 6))):
            where, kind = int(dice.integers(0, 3)), int(dice.choice([0, 1, 2, 3]))
            if kind == Kind.ANSWER and dice.random() < 0.5:
                where = NONE
            steps = np.cumsum(dice.integers(0, 9, 11)) * (dice.random() < 0.9) + now
            open_now = hop > 2 and dice.random() < 0.3
            row = visit(number, sent=now, step=where, team=NONE if where == NONE else where // 2, kind=kind)
            row |= dict(zip(INSTANTS[1:], steps[1:].tolist(), strict=True))
            if open_now:
                row |= dict.fromkeys(INSTANTS[int(dice.integers(1, 11)) :], NONE)
            visits.append(row)
            now = row["released"]
            if open_now:
                break
        requests.append(request(arrived, now, measured=int(arrived >= 20)))
    return record(visits, requests, ended_at=400)


@pytest.mark.parametrize("seed", range(6))
def test_identity_2_the_stages_of_all_visits_add_up_to_the_requests_in_process(seed: int) -> None:
    frame = Frame(TWO, random_record(seed))
    everyone = wip_area(*request_spans(frame), frame.lo, frame.hi)
    assert everyone > 0
    found = spans(frame)
    stages = {name: wip_area(b, e, frame.lo, frame.hi) for (scope, name), (b, e) in found.items() if scope == "stage"}
    assert set(stages) == set(STAGES)
    assert sum(stages.values()) == everyone
    for scope in ("step", "team"):
        areas = [wip_area(b, e, frame.lo, frame.hi) for (s, _), (b, e) in found.items() if s == scope]
        assert place_areas(frame, scope).tolist() == areas


@pytest.mark.parametrize("seed", range(6))
def test_series_and_distributions_are_those_of_their_spans(seed: int) -> None:
    frame = Frame(TWO, random_record(seed))
    grid = Grid(7, 57)
    series, exact = wip_series(frame, grid), wip_distributions(frame)
    found = spans(frame)
    assert list(series) == list(found) == list(exact)
    for key, (begins, ends) in found.items():
        counts = [int(((begins <= g) & (g < ends)).sum()) for g in range(0, 7 * 57, 7)]
        assert series[key].tolist() == counts, key
        n, ticks = exact[key]
        assert int(ticks.sum()) == frame.hi - frame.lo
        assert int((n * ticks).sum()) == wip_area(begins, ends, frame.lo, frame.hi)


def test_what_is_open_has_no_end_on_the_grid() -> None:
    r = record([visit(0, sent=0, open_at="started")], [request(0)], ended_at=180 * MIN)
    frame = Frame(TWO, r)
    grid = grid_for(frame)
    assert (grid.every, grid.count) == (MIN, 180)
    series = wip_series(frame, grid)
    for key in (("all", "all"), ("step", "S1"), ("team", "A"), ("stage", "waiting")):
        assert set(series[key].tolist()) == {1}
    assert set(series["stage", "working"].tolist()) == {0}


def test_the_grid_grows_coarser_with_the_run_and_stays_below_its_size() -> None:
    for now in (1, MIN, 400 * MIN, 400 * MIN + 1, 10_000 * MIN, 10**9 * MIN):
        grid = grid_for(Frame(TWO, record([], [], ended_at=now)))
        assert grid.instants[-1] < now
        assert grid.count <= 400
        assert grid.count * grid.every >= now


def cumulative_by_definition(m: Model, r: Record, instants: np.ndarray) -> list[list[int]]:
    """Count, request by request, when it first went beyond each step."""
    v = r.visits
    lines = [r.requests["arrived"].tolist()]
    for k in range(len(m.steps)):
        passed = []
        for number, end in enumerate(r.requests["ended"].tolist()):
            rows = np.flatnonzero((v["request"] == number) & (v["step"] > k) & (v["kind"] != Kind.ANSWER))
            when = [int(v["sent"][i]) for i in rows] + ([end] if end != NONE else [])
            passed += [min(when)] if when else []
        lines.append(passed)
    lines.append([e for e in r.requests["ended"].tolist() if e != NONE])
    return [[sum(t <= g for t in line) for g in instants.tolist()] for line in lines]


@pytest.mark.parametrize("seed", range(6))
def test_the_cumulative_flow_never_falls_and_never_crosses(seed: int) -> None:
    r = random_record(seed)
    grid = Grid(11, 36)
    lines = cumulative(Frame(TWO, r), grid)
    assert lines.tolist() == cumulative_by_definition(TWO, r, grid.instants)
    assert (np.diff(lines, axis=1) >= 0).all()
    assert (np.diff(lines, axis=0) <= 0).all()


def test_a_return_is_counted_at_the_furthest_step_it_had_reached() -> None:
    rows = [
        visit(0, sent=0, step=0, released=10),
        visit(0, sent=10, step=2, team=1, released=20),
        visit(0, sent=20, step=0, via=int(Via.RETURN), released=30),
        visit(0, sent=30, step=2, team=1, released=40),
    ]
    lines = cumulative(Frame(TWO, record(rows)), Grid(10, 5))
    assert lines.tolist() == [
        [1, 1, 1, 1, 1],
        [0, 1, 1, 1, 1],
        [0, 1, 1, 1, 1],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
    ]
