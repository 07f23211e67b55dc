"""A journey in segments: no gap, and by part the very ledger (semantics section 4)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from audit_models import RandomModel, full_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import HOUR, MIN, NINE, model, record, step, team, visit

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.journey import Journeys, Segment
from flowsim.metrics.ledger import PARTS, Ledger, visit_ledger
from flowsim.model import Model, OpenTimes
from flowsim.record import NONE, Kind, Record

MIDNIGHT = 24 * HOUR


def journeys(of: Model, made: Record) -> Journeys:
    return Journeys(of, made, visit_ledger(of, made))


def rows(of: Model, made: Record, request: int = 0) -> list[tuple[str, int, int]]:
    """(part, from, to) in minutes."""
    found = journeys(of, made).of(request)
    assert all(s.start % MIN == 0 and s.end % MIN == 0 for s in found)
    return [(s.part, s.start // MIN, s.end // MIN) for s in found]


OFFICE = model([team("A", calendar="office")], [step("Sa", "A")])
OVERTIME = model([team("A", calendar="office")], [step("Sa", "A", closing="finish")])


def test_every_stage_under_its_part() -> None:
    """R6: one visit through all of its instants, a minute more each time."""
    at = {name: NINE + i * (i + 1) // 2 * MIN for i, name in enumerate(("sent", "gathered", "delivered", "admitted"))}
    at |= {"assembled": NINE + 10 * MIN, "started": NINE + 15 * MIN, "set_up": NINE + 21 * MIN}
    at |= {"turn": NINE + 28 * MIN, "read": NINE + 36 * MIN, "worked": NINE + 45 * MIN, "released": NINE + 55 * MIN}
    made = record([visit(0, **at, work=4 * MIN, necessary_ticks=2 * MIN, waste_ticks=3 * MIN)])
    assert [(part, b - a) for part, a, b in rows(OFFICE, made)] == [
        ("batch", 1),
        ("transit", 2),
        ("blocked", 3),
        ("batch", 4),
        ("queue", 5),
        ("setup", 6),
        ("batch", 7),
        ("reread", 8),
        ("work_adding", 4),
        ("work_necessary", 2),
        ("work_waste", 3),
        ("batch", 10),
    ]


def test_r9_work_that_pauses_at_noon_and_overnight() -> None:
    """From 11:50, ten minutes necessary and five hours adding: noon to one, and five to nine, the team is closed."""
    at = {"started": 11 * HOUR + 50 * MIN, "worked": MIDNIGHT + 10 * HOUR + 10 * MIN}
    made = record([visit(0, sent=11 * HOUR, **at, necessary_ticks=10 * MIN, work=5 * HOUR + 10 * MIN)])
    assert rows(OFFICE, made) == [
        ("queue", 660, 710),
        ("work_adding", 710, 720),
        ("closed", 720, 780),
        ("work_adding", 780, 1020),
        ("closed", 1020, 1980),
        ("work_adding", 1980, 2040),
        ("work_necessary", 2040, 2050),
    ]


def test_r9_overtime_is_work() -> None:
    """`finish`: the wait over noon is closed, what is begun goes on after five."""
    made = record([visit(0, sent=11 * HOUR, started=16 * HOUR + 50 * MIN, worked=18 * HOUR, work=70 * MIN)])
    assert rows(OVERTIME, made) == [
        ("queue", 660, 720),
        ("closed", 720, 780),
        ("queue", 780, 1010),
        ("work_adding", 1010, 1080),
    ]


def test_r12_answers() -> None:
    """The customer's own time is all one wait, day and night; a team's answer is waited for and then worked on
    as rework, and pauses even where the step would finish (R9).
    """
    asked = visit(0, sent=NINE, kind=int(Kind.QUESTION), read=NINE + 5 * MIN)
    own = {"step": NONE, "team": NONE, "person": NONE, "kind": int(Kind.ANSWER)}
    customer = visit(0, sent=NINE + 5 * MIN, **own, worked=MIDNIGHT + NINE)
    assert rows(OVERTIME, record([asked, customer])) == [("reread", 540, 545), ("answer", 545, 1980)]
    answer = visit(
        0,
        sent=NINE + 5 * MIN,
        kind=int(Kind.ANSWER),
        started=16 * HOUR + 50 * MIN,
        worked=MIDNIGHT + NINE + 10 * MIN,
        waste_ticks=20 * MIN,
    )
    assert rows(OVERTIME, record([asked, answer])) == [
        ("reread", 540, 545),
        ("answer", 545, 720),
        ("closed", 720, 780),
        ("answer", 780, 1010),
        ("rework", 1010, 1020),
        ("closed", 1020, 1980),
        ("rework", 1980, 1990),
    ]


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("gathered", [("batch", 540, 600)]),
        ("delivered", [("transit", 540, 600)]),
        ("assembled", [("batch", 540, 600)]),
        ("started", [("queue", 540, 600)]),
        ("set_up", [("setup", 540, 600)]),
        ("read", [("reread", 540, 600)]),
        ("worked", [("work_adding", 540, 570), ("work_necessary", 570, 600)]),
        ("released", [("batch", 540, 600)]),
    ],
)
def test_an_open_visit_goes_up_to_now(since: str, expected: list[tuple[str, int, int]]) -> None:
    """Nothing from the first missing instant on; what is under way counts as work up to now."""
    drawn = {"work": 30 * MIN, "necessary_ticks": HOUR}
    made = record([visit(0, open_at=since, sent=NINE, **drawn)], ended_at=10 * HOUR)
    assert rows(OFFICE, made) == expected


def test_a_wait_that_was_mostly_overtaken() -> None:
    """The first joined at 9:00 and waits till 10:00; the second joins at 9:10, is taken up at 9:10 and done at 9:50."""
    first = visit(0, sent=NINE, started=NINE + HOUR, worked=NINE + HOUR + MIN, work=MIN)
    second = visit(1, sent=NINE + 10 * MIN, worked=NINE + 50 * MIN, work=40 * MIN)
    made = record([first, second])
    parts = visit_ledger(OFFICE, made)
    assert (parts["overtaken"][0], parts["queue"][0]) == (40 * MIN, 20 * MIN)
    assert rows(OFFICE, made)[0] == ("overtaken", 540, 600)


def test_nothing_of_no_length_and_no_visit() -> None:
    """A request that needed nothing has no segment; nor has one that is not there."""
    made = record([visit(0, sent=NINE), visit(1, sent=NINE, worked=NINE + MIN, work=MIN)])
    told = journeys(OFFICE, made)
    assert told.of(0) == []
    assert told.rows(0) == [0]
    assert told.of(1) == [Segment(NINE, NINE + MIN, "work_adding", 1)]
    assert told.rows(2) == []
    assert told.of(2) == []


def hold_against_the_ledger(of: Model, made: Record, booked_as: Ledger | None = None) -> None:
    """Identity 1 as it is shown: each request's segments run from arrival to end, and each visit's add up, by part, to
    its ledger; only waiting for a person and being overtaken are told apart visit by visit.
    """
    ledger = booked_as or visit_ledger(of, made)
    told = Journeys(of, made, visit_ledger(of, made))
    clocks = {t.name: OpenTimes(of.calendar(t.calendar), of.start) for t in of.teams}
    for request in range(len(made.requests["class"])):
        arrived, ended = int(made.requests["arrived"][request]), int(made.requests["ended"][request])
        segments = told.of(request)
        end = made.ended_at if ended == NONE else ended
        assert all(s.start < s.end for s in segments)
        assert all(a.end == b.start for a, b in pairwise(segments))
        if segments:
            assert (segments[0].start, segments[-1].end) == (arrived, end)
        else:
            assert arrived == end
        found = {row: dict.fromkeys(PARTS, 0) for row in told.rows(request)}
        for segment in segments:
            found[segment.row][segment.part] += segment.end - segment.start
        for row, parts in found.items():
            booked = {part: int(ledger[part][row]) for part in PARTS}
            assert _waiting_together(parts) == _waiting_together(booked), (request, row)
        for segment in segments:
            team = int(made.visits["team"][segment.row])
            if segment.part == "closed":
                assert clocks[of.teams[team].name].worked(segment.start, segment.end) == 0


def _waiting_together(parts: dict[str, int]) -> dict[str, int]:
    rest = {part: ticks for part, ticks in parts.items() if part not in ("queue", "overtaken")}
    return rest | {"waiting": parts["queue"] + parts["overtaken"]}


@pytest.mark.parametrize("queue", ["first in", "last in", "random"])
def test_every_rule_in_one_model(queue: str) -> None:
    of = full_model(queue, days=8)
    made = run(of, Draws(3, 1))
    kinds = {int(k) for k in np.unique(made.visits["kind"])}
    assert kinds == {int(k) for k in Kind} - {int(Kind.WITHDRAWN)}
    hold_against_the_ledger(of, made)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_small_models_of_every_kind(seed: int) -> None:
    """Nights, overtime, open visits, coarse clocks: whatever the rules give."""
    of = RandomModel(seed).model()
    made = run(of, Draws(seed, 1))
    if len(made.visits["request"]) <= 5_000:
        hold_against_the_ledger(of, made)


@pytest.mark.parametrize("part", [p for p in PARTS if p not in ("overtaken", "blocked")])
def test_the_comparison_can_fail(part: str) -> None:
    """One tick that the ledger books elsewhere is found."""
    of = full_model("last in", days=8)
    made = run(of, Draws(3, 1))
    ledger = visit_ledger(of, made)
    row = int(np.flatnonzero(ledger[part])[0])
    ledger[part][row] -= 1
    ledger["blocked"][row] += 1
    with pytest.raises(AssertionError):
        hold_against_the_ledger(of, made, ledger)
