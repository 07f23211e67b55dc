"""WIP as a fact about the system: distribution, means, series, cumulative flow (semantics sections 4 and 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from records import GONE, HOUR, MIN, NONE, cut, fork, model, record, request, step, team, visit
from rich_models import RichModel

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics import Frame
from flowsim.metrics.held import left
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
from flowsim.model import (
    Arrivals,
    BatchRule,
    Distribution,
    Handoff,
    Model,
    RequestClass,
    Span,
    Split,
    StepTask,
    Task,
    paths,
)
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


# -- limits, branches, chases ------------------------------------------------------------------------------------

LIMITED = model(
    [team("A"), team("B"), team("C")],
    [
        step("S1", "A", split=Split((("S2",), ("S3",)), "S4")),
        *(step(f"S{i}", t) for i, t in ((2, "A"), (3, "B"), (4, "C"))),
    ],
    length=1000,
)


def moved(number: int, to: int, origin: int, sent: int, admitted: int, released: int, **more: int) -> dict[str, int]:
    """A direct move from one step to another, let in when there was room."""
    teams = (0, 0, 1, 2)
    own = {"step": to, "team": teams[to], "from_step": origin, "from_team": teams[origin]}
    return visit(number, **own, sent=sent, admitted=admitted, released=released, **more)


def stays_at(r: Record, scope: str, m: Model = LIMITED) -> dict[str, list[tuple[int, int]]]:
    found = spans(Frame(m, r))
    return {
        name: sorted((b, e) for b, e in zip(begins.tolist(), ends.tolist(), strict=True) if e > b)
        for (kind, name), (begins, ends) in found.items()
        if kind == scope
    }


def test_r14_a_request_that_may_not_go_on_counts_where_it_stays() -> None:
    r = record([visit(0, sent=0, released=10, step=2, team=1), moved(0, 3, 2, 10, 25, 40)])
    assert stays_at(r, "step") == {"S1": [], "S2": [], "S3": [(0, 10), (10, 25)], "S4": [(25, 40)]}
    assert stays_at(r, "team") == {"A": [], "B": [(0, 10), (10, 25)], "C": [(25, 40)]}
    assert stays_at(r, "stage")["blocked"] == [(10, 25)]
    frame = Frame(LIMITED, r)
    assert place_areas(frame, "step").tolist() == [0, 0, 25, 15]


def reached_by(handoff: Handoff, **more: Any) -> Model:
    """LIMITED with a handoff to its last step, and more of that."""
    return replace(LIMITED, steps=(*LIMITED.steps[:3], replace(LIMITED.steps[3], handoff=handoff, **more)))


GATE, CART = Handoff(BatchRule(1)), Handoff(transit=Span(Distribution("exponential", (2.0,))))


@pytest.mark.parametrize(
    ("handoff", "more"),
    [
        (GATE, {"transfer_batch": 3}),
        (CART, {"delivered": 12}),
        (CART, {}),  # the transit drawn is none
        (replace(CART, within_team=True), {"from_team": 2}),
        (Handoff(), {"via": int(Via.ARRIVAL), "from_step": NONE, "from_team": NONE}),
        (Handoff(), {"via": int(Via.BACKLOG), "from_step": NONE, "from_team": NONE}),
    ],
)
def test_r14_after_a_gate_a_transit_or_from_the_customer_it_counts_where_it_is_bound_for(
    handoff: Handoff, more: dict[str, int]
) -> None:
    row = moved(0, 3, 2, 10, 25, 40) | {"gathered": 10, "delivered": 10} | more
    r = record([visit(0, sent=0, released=10, step=2, team=1), row])
    there = stays_at(r, "step", reached_by(handoff))
    assert (there["S3"], there["S4"]) == ([(0, 10)], [(10, 40)])


@pytest.mark.parametrize(
    ("handoff", "others", "more"),
    [
        (Handoff(reread=Distribution("constant", (1.0,))), (), {}),  # neither gate nor transit
        (CART, (), {"from_team": 2}),  # no move between teams
        (GATE, ("B",), {}),  # nor is one from a team that may take the step (R8)
        (GATE, ("B",), {"team": 1}),
    ],
)
def test_r14_without_gate_and_transit_it_counts_where_it_was(
    handoff: Handoff, others: tuple[str, ...], more: dict[str, int]
) -> None:
    row = moved(0, 3, 2, 10, 25, 40) | more
    r = record([visit(0, sent=0, released=10, step=2, team=1), row])
    there = stays_at(r, "step", reached_by(handoff, others=others))
    assert (there["S3"], there["S4"]) == ([(0, 10), (10, 25)], [(25, 40)])


@pytest.mark.parametrize("transit", [True, False])
def test_r14_a_transit_of_no_length_gives_places_and_people_back_as_the_engine_does(transit: bool) -> None:
    """Through a transit of nothing the person is free at the end of his work; without one he waits for room with it."""
    handoff = Handoff(transit=Span(Distribution("constant", (0.0,)))) if transit else None
    long = Task("long", _hours(2), "adding")
    last = replace(step("S1", "B", limit=1, handoff=handoff), tasks=(StepTask("long"),))
    m = model([team("A"), team("B")], [step("S0", "A", blocking="person"), last], length=10 * HOUR)
    m = replace(m, tasks=(*m.tasks, long))
    frame = Frame(m, run(m, Draws(1, 1)))
    blocked = frame.visits["admitted"] > frame.visits["delivered"]
    assert blocked.any()
    assert (frame.visits["delivered"][blocked] == frame.visits["sent"][blocked]).all()
    assert bool(frame.held.rows.size) is not transit
    done = np.flatnonzero(frame.visits["step"] == 0)
    assert (frame.let_go[done] == frame.at["worked"][done]).all() is np.bool_(transit)
    begins, ends = frame.visits["started"][done], frame.let_go[done]
    assert wip_distribution(begins[begins != NONE], ends[begins != NONE], 0, frame.now)[0].max() == 1


def test_r14_after_a_split_it_stays_until_the_last_branch_is_let_in_and_after_a_join_it_has_no_place() -> None:
    rows = [
        visit(0, sent=0, released=10),
        moved(0, 1, 0, 10, 30, 50, branch=1),
        moved(0, 2, 0, 10, 20, 45, branch=2),
        moved(0, 3, 1, 50, 60, 70),
    ]
    r = record(rows, branches=fork(0, 0, 10, 50, 45))
    assert stays_at(r, "step") == {"S1": [(0, 10), (10, 30)], "S2": [(30, 50)], "S3": [(20, 45)], "S4": [(50, 70)]}


def test_r14_r15_who_withdraws_while_he_may_not_go_on_stayed_until_then() -> None:
    gone = cut(0, 33, sent=10, gathered=10, delivered=10, step=3, team=2, from_step=2, from_team=1)
    r = record([visit(0, sent=0, released=10, step=2, team=1), gone], [request(0, 33, outcome=1)], outcomes=GONE)
    assert stays_at(r, "step")["S3"] == [(0, 10), (10, 33)]
    assert stays_at(r, "step")["S4"] == []


def test_r15_chases_count_at_steps_and_teams_but_are_no_requests_in_process() -> None:
    rows = [visit(0, sent=0, released=50), visit(1, sent=20, released=40)]
    requests = [request(0, 50), request(20, 40, measured=0, parent=0, chase=1, ordinal=0)]
    frame = Frame(LIMITED, record(rows, requests))
    found = spans(frame)
    assert [x.tolist() for x in found["all", "all"]] == [[0], [50]]
    assert place_areas(frame, "team").tolist() == [70, 0, 0]
    assert sum(wip_area(b, e, 0, 100) for (scope, _), (b, e) in found.items() if scope == "stage") == 50
    lines = cumulative(frame, Grid(25, 3))
    assert lines.tolist() == [[1, 1, 1], *[[0, 0, 1]] * 5]


def test_r14_with_those_who_stay_counted_where_they_stay_no_step_has_more_than_its_limit() -> None:
    """A line of three steps with room for two, of which the last is slow: each gets full, and never too full."""
    limited = [step(f"S{i}", "ABC"[i], limit=2, blocking="person" if i == 1 else "place") for i in range(3)]
    m = model([team("A", 2), team("B", 2), team("C")], limited, length=30 * HOUR)
    slow = (Task("task", Distribution("constant", (5.0 * MIN,)), "adding"), Task("long", _hours(2), "adding"))
    m = replace(m, tasks=slow, steps=(*m.steps[:2], replace(m.steps[2], tasks=(StepTask("long"),))))
    frame = Frame(m, run(m, Draws(1, 1)))
    assert (frame.held.rows.size, frame.held.last.all()) == (frame.held.behind.size, True)
    gone = left(frame.visits, frame.at, frame.held)
    for k in range(3):
        rows = np.flatnonzero(frame.visits["step"] == k)
        n, _ = wip_distribution(frame.at["admitted"][rows], gone[rows], 0, frame.now)
        short, _ = wip_distribution(frame.at["admitted"][rows], frame.at["released"][rows], 0, frame.now)
        assert n.max() == 2
        assert (short.max() < 2) == (k < 2)
    people = np.flatnonzero(frame.visits["step"] == 1)
    assert (frame.let_go[people] == gone[people]).all()
    assert (frame.let_go[people] > frame.at["worked"][people]).any()
    place = np.flatnonzero(frame.visits["step"] == 0)
    assert (frame.let_go[place] == frame.at["worked"][place]).all()


def _hours(n: float) -> Distribution:
    return Distribution("constant", (n * HOUR,))


@pytest.mark.parametrize("seed", [1, 4, 7, 9])
def test_identity_2_holds_along_critical_branches_and_series_are_those_of_their_spans(seed: int) -> None:
    m = RichModel(seed).model()
    r = run(m, Draws(seed, 1))
    for until in (None, r.ended_at // 2):
        frame = Frame(m, r, until)
        found = spans(frame)
        areas = {key: wip_area(b, e, frame.lo, frame.hi) for key, (b, e) in found.items()}
        assert areas["all", "all"] == sum(area for (scope, _), area in areas.items() if scope == "stage") > 0
        for scope in ("step", "team"):
            assert place_areas(frame, scope).tolist() == [area for (s, _), area in areas.items() if s == scope]
        grid = grid_for(frame)
        series, exact = wip_series(frame, grid), wip_distributions(frame)
        for key, (begins, ends) in found.items():
            counts = (begins[:, None] <= grid.instants) & (grid.instants < ends[:, None])
            assert series[key].tolist() == counts.sum(axis=0).tolist(), key
            n, ticks = exact[key]
            assert int((n * ticks).sum()) == areas[key], key


def journeys_differ() -> Model:
    """A class in file order, and one that does the third step first and the first last."""
    gap = Arrivals(gap=Distribution("constant", (60.0,)))
    classes = (RequestClass("along", gap), RequestClass("against", gap, journey=("S3", "S2", "S1")))
    return model([team("A")], [step(f"S{i}", "A") for i in (1, 2, 3)], length=200, classes=classes)


def test_r13_a_class_that_travels_against_the_file_makes_no_line_cross() -> None:
    """It goes beyond a step when it is further than that and all before it in the file: at the end only."""
    m = journeys_differ()
    rows = [visit(0, sent=10 * i, released=10 * i + 10, step=k) for i, k in enumerate((2, 1, 0))]
    rows += [visit(1, sent=10 * i, released=10 * i + 10, step=k) for i, k in enumerate((0, 1, 2))]
    requests = [request(0, 30, klass=1), request(0, 30)]
    lines = cumulative(Frame(m, record(rows, requests)), Grid(10, 4))
    assert lines.tolist() == [[2, 2, 2, 2], [0, 1, 1, 2], [0, 0, 1, 2], [0, 0, 0, 2], [0, 0, 0, 2]]


def far_by_definition(m: Model, r: Record, instants: np.ndarray) -> list[list[int]]:
    """Count, customer's request by request, when its critical chain first went beyond each step and all before it."""
    frame, v = Frame(m, r), r.visits
    ranks = [paths(m, cls.name).rank for cls in m.classes]
    own = [i for i, parent in enumerate(r.requests["parent"].tolist()) if parent == NONE]
    lines: list[list[int]] = [[int(r.requests["arrived"][i]) for i in own]]
    for k in range(len(m.steps)):
        passed = []
        for number in own:
            rank, end = ranks[int(r.requests["class"][number])], int(r.requests["ended"][number])
            rows = np.flatnonzero((v["request"] == number) & frame.critical & ~frame.is_answer)
            beyond = [int(v["sent"][i]) for i in rows if rank[int(v["step"][i])] > max(rank[: k + 1])]
            passed += [min([*beyond, *([end] if end != NONE else [])])] if beyond or end != NONE else []
        lines.append(passed)
    lines.append([e for e in r.requests["ended"][own].tolist() if e != NONE])
    return [[sum(t <= g for t in line) for g in instants.tolist()] for line in lines]


@pytest.mark.parametrize("seed", [1, 4, 9])
def test_the_cumulative_flow_of_branches_and_journeys(seed: int) -> None:
    m = RichModel(seed).model()
    r = run(m, Draws(seed, 1))
    grid = Grid(6 * 60 * MIN, 20)
    lines = cumulative(Frame(m, r), grid)
    assert lines.tolist() == far_by_definition(m, r, grid.instants)
    assert (np.diff(lines, axis=1) >= 0).all()
    assert (np.diff(lines, axis=0) <= 0).all()
