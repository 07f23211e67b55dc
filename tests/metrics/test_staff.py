"""The staff ledger: what people did with the time they were there, exactly (semantics section 4; R8-R12, R14, R15)."""

from __future__ import annotations

from typing import Any

import pytest
from records import (
    HOUR,
    MIN,
    NINE,
    NONE,
    colleague,
    cut,
    fork,
    model,
    record,
    request,
    step,
    team,
    visit,
)

from flowsim.metrics import Frame
from flowsim.metrics.ledger import ledger_of
from flowsim.metrics.staff import HANDLING, KINDS, StaffRow, staff_rows
from flowsim.metrics.teams import team_rows
from flowsim.model import BatchRule, Distribution, Handoff, Model, Person, Span
from flowsim.record import WITHDRAWN, Kind, Record, Via

NOON = NINE + 3 * HOUR
FIVE = NINE + 8 * HOUR
DAY_END = 24 * HOUR
TWO_DAYS = 48 * HOUR

GATE, CART = Handoff(BatchRule(1)), Handoff(transit=Span(Distribution("exponential", (float(MIN),))))


def ledger(m: Model, r: Record) -> list[StaffRow]:
    """The rows, which always add up, and agree with those of the teams."""
    frame = Frame(m, r)
    rows, _ = staff_rows(frame)
    for row, other in zip(rows, team_rows(frame, ledger_of(frame)), strict=True):
        assert list(row.kinds) == list(KINDS)
        assert sum(row.kinds.values()) == row.present
        assert all(ticks >= 0 for ticks in row.kinds.values())
        assert (row.people, row.present, row.at_work) == (other.people, other.present, other.at_work)
        assert row.overtime == other.overtime
    return rows


def kinds(row: StaffRow) -> dict[str, int]:
    """The kinds of time there was any of, in minutes, idle time left out."""
    return {k: v // MIN for k, v in row.kinds.items() if v and not k.startswith("idle")}


def one_day(*steps: Any, people: tuple[Person, ...] = (), teams: Any = None, **more: Any) -> Model:
    """Team T on office hours (7 h), team U always open, a day from Monday 00:00."""
    crews = teams or [team("T", 1, "office"), team("U", 1, "always")]
    return model(crews, steps or [step("S", "T"), step("V", "U")], length=DAY_END, people=people, **more)


def worked(number: int, started: int, worked: int, **more: int) -> dict[str, int]:
    """A visit at S that was taken up and done."""
    return visit(number, **{"sent": started, "started": started, "worked": worked, **more})


# -- what is done ------------------------------------------------------------------------------------------------------


def test_every_kind_of_handling_has_its_name() -> None:
    row = visit(
        0,
        sent=NINE,
        set_up=NINE + 5 * MIN,
        read=NINE + 8 * MIN,
        worked=NINE + 68 * MIN,
        adding_ticks=30 * MIN,
        necessary_ticks=20 * MIN,
        waste_ticks=10 * MIN,
        turn=NINE + 5 * MIN,
    )
    again = worked(0, NINE + 68 * MIN, NINE + 75 * MIN, kind=int(Kind.REWORK), via=int(Via.RETURN))
    answer = worked(0, NOON - 20 * MIN, NOON - 10 * MIN, kind=int(Kind.ANSWER), via=int(Via.QUESTION))
    found = ledger(one_day(), record([row, again, answer], ended_at=TWO_DAYS))[0]
    assert kinds(found) == {
        "work_adding": 30,
        "work_necessary": 20,
        "work_waste": 10,
        "rework": 7,
        "setup": 5,
        "reread": 3,
        "answering": 10,
    }
    assert found.present == 7 * HOUR


def test_work_is_first_adding_then_necessary_then_waste_and_clipped_to_the_window() -> None:
    drawn = {"adding_ticks": 30 * MIN, "necessary_ticks": 20 * MIN, "waste_ticks": 70 * MIN}
    rows = [visit(0, sent=NOON - 40 * MIN, worked=NOON + HOUR + 80 * MIN, **drawn)]  # paused over noon (R9)
    m = model([team("T", 1, "office")], [step("S", "T")], length=NOON + 90 * MIN, warm_up=NOON - 20 * MIN)
    found = ledger(m, record(rows, ended_at=TWO_DAYS))[0]
    # 20 minutes are before the window: 10 adding are left, then 10 necessary until noon, 10 after it, 20 of the waste
    assert kinds(found) == {"work_adding": 10, "work_necessary": 20, "work_waste": 20}
    assert found.present == 50 * MIN


def test_open_work_is_booked_up_to_now() -> None:
    rows = [visit(0, sent=NINE, open_at="worked", adding_ticks=20 * MIN, waste_ticks=HOUR)]
    found = ledger(one_day(), record(rows, [request(NINE)], ended_at=NINE + 30 * MIN))[0]
    assert kinds(found) == {"work_adding": 20, "work_waste": 10}


def test_r9_overtime_is_present_too() -> None:
    rows = [worked(0, FIVE - HOUR, FIVE + 2 * HOUR, work=3 * HOUR)]
    found = ledger(one_day(step("S", "T", "finish"), step("V", "U")), record(rows, ended_at=TWO_DAYS))[0]
    assert (kinds(found), found.overtime, found.present) == ({"work_adding": 180}, 2 * HOUR, 9 * HOUR)


# -- who ---------------------------------------------------------------------------------------------------------------


def test_r8_everybody_at_work_on_it_counts_in_his_own_team() -> None:
    m = one_day(step("S", "T", people=2, together=(("U", 1),)), teams=[team("T", 2, "office"), team("U", 1, "office")])
    rows = [worked(0, NINE, NINE + HOUR, work=HOUR)]
    crew = [colleague(0, 1, 0, 1), colleague(0, 1, 1, 0)]
    found = ledger(m, record(rows, ended_at=TWO_DAYS, crew=crew))
    assert [kinds(row) for row in found] == [{"work_adding": 120}, {"work_adding": 60}]


def test_r8_work_for_two_teams_stands_still_while_either_is_closed() -> None:
    m = one_day(step("S", "T", together=(("U", 1),)))
    rows = [worked(0, NOON - HOUR, NOON + 2 * HOUR, work=2 * HOUR)]
    t, u = ledger(m, record(rows, ended_at=TWO_DAYS, crew=[colleague(0, 1, 1)]))
    assert kinds(t) == {"work_adding": 120}
    assert kinds(u) == {"work_adding": 120, "kept": 60}  # U is open over noon, with nothing it can do


def test_r8_a_named_person_is_paid_at_home_wherever_he_helps() -> None:
    ann = Person("Ann", ("T", "U"))
    rows = [
        worked(0, NINE, NINE + HOUR, work=HOUR, step=1, team=1, person=1),  # Ann is the second of U
        worked(1, NINE + HOUR, NINE + 2 * HOUR, work=HOUR, person=1),  # and the second of T
        worked(2, FIVE, FIVE + HOUR, work=HOUR, step=1, team=1, person=1),  # when her own team has gone home
    ]
    t, u = ledger(one_day(people=(ann,)), record(rows, ended_at=TWO_DAYS))
    assert (t.people, u.people) == (2, 1)
    assert (kinds(t), t.overtime, t.present) == ({"work_adding": 180}, HOUR, 15 * HOUR)
    assert kinds(u) == {}


def test_r8_work_goes_at_the_speed_of_the_slowest() -> None:
    quick, slow = Person("Quick", ("T",), 2000), Person("Slow", ("T",), 500)
    teams = [team("T", 0, "office")]
    drawn = {"adding_ticks": 20 * MIN, "necessary_ticks": 20 * MIN}
    alone = [visit(0, sent=NINE, worked=NINE + 20 * MIN, **drawn)]
    m = one_day(step("S", "T", people=2), teams=teams, people=(quick, slow))
    assert kinds(ledger(m, record(alone, ended_at=TWO_DAYS))[0]) == {"work_adding": 10, "work_necessary": 10}
    both = [visit(0, sent=NINE, worked=NINE + 80 * MIN, **drawn)]
    found = ledger(m, record(both, ended_at=TWO_DAYS, crew=[colleague(0, 1, 0, 1)]))[0]
    assert kinds(found) == {"work_adding": 80, "work_necessary": 80}


def test_r10_absence_is_no_presence_and_work_under_way_goes_on() -> None:
    m = one_day(teams=[team("T", 2, "office", absence=0.1), team("U", 1, "always")])
    rows = [
        worked(0, NOON - 30 * MIN, NOON + 2 * HOUR, work=90 * MIN),  # he leaves at noon; an hour is done by a colleague
    ]
    away = [
        {"team": 0, "person": 0, "begins": NOON, "ends": DAY_END},
        {"team": 0, "person": 1, "begins": 0, "ends": NINE + HOUR},
    ]
    found = ledger(m, record(rows, ended_at=TWO_DAYS, away=away))[0]
    assert (found.cover, found.overtime) == (HOUR, 0)
    assert found.present == 3 * HOUR + 6 * HOUR + HOUR
    assert kinds(found) == {"work_adding": 90}


# -- batches -----------------------------------------------------------------------------------------------------------


def member(number: int, turn: int, done: int, **more: int) -> dict[str, int]:
    """One of a process batch that was taken up at 9, set up for ten minutes, and let go at noon."""
    instants = {"sent": NINE, "set_up": NINE + 10 * MIN, "turn": turn, "worked": done, "released": NOON}
    return visit(number, **{**instants, "process_batch": 3, "adding_ticks": done - turn, **more})


def test_r11_a_process_batch_is_set_up_once() -> None:
    rows = [
        member(0, NINE + 10 * MIN, NINE + 30 * MIN),
        member(1, NINE + 30 * MIN, NINE + 50 * MIN, read=NINE + 35 * MIN, adding_ticks=15 * MIN),
    ]
    assert kinds(ledger(one_day(), record(rows, ended_at=TWO_DAYS))[0]) == {"work_adding": 35, "setup": 10, "reread": 5}


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ((0, 1), {"overproduction": 50}),
        ((1,), {"setup": 10, "work_adding": 20, "overproduction": 20}),  # the other needed the set-up
        ((), {"setup": 10, "work_adding": 40}),
    ],
)
def test_r15_work_for_a_request_that_was_withdrawn_is_for_nothing(
    gone: tuple[int, ...], expected: dict[str, int]
) -> None:
    rows = [member(0, NINE + 10 * MIN, NINE + 30 * MIN), member(1, NINE + 30 * MIN, NINE + 50 * MIN)]
    requests = [request(NINE, FIVE, outcome=int(i in gone)) for i in range(2)]
    r = record(rows, requests, ended_at=TWO_DAYS, outcomes=("done", WITHDRAWN))
    assert kinds(ledger(one_day(), r)[0]) == expected


def test_r15_chases_are_failure_demand_and_a_visit_cut_short_is_nobodys_work() -> None:
    rows = [
        worked(0, NINE, NINE + HOUR, work=HOUR),
        cut(0, NOON, sent=NINE + HOUR),
        worked(1, NINE + HOUR, NINE + 70 * MIN, waste_ticks=10 * MIN),
        worked(2, NINE + 70 * MIN, NINE + 75 * MIN, kind=int(Kind.ANSWER)),
    ]
    requests = [request(NINE, NOON, outcome=1), request(NINE, NOON, parent=0, chase=1), request(NINE)]
    r = record(rows, requests, ended_at=TWO_DAYS, outcomes=("done", WITHDRAWN))
    assert kinds(ledger(one_day(), r)[0]) == {"overproduction": 60, "failure_demand": 10, "answering": 5}


# -- kept --------------------------------------------------------------------------------------------------------------


def onward(number: int, sent: int, admitted: int, **more: int) -> dict[str, int]:
    """The visit after S, to V."""
    return visit(number, sent=sent, admitted=admitted, step=1, team=1, from_step=0, from_team=0, **more)


@pytest.mark.parametrize(
    ("blocking", "handoff", "more", "kept"),
    [
        ("person", None, {}, 30),
        ("place", None, {}, 0),
        ("person", GATE, {"transfer_batch": 1}, 0),  # through a gate it gives its place back when it is sent
        ("person", CART, {"delivered": NINE + HOUR + MIN}, 0),  # so it does when it travels
        ("person", CART, {}, 0),  # though it travels in no time
    ],
)
def test_r14_people_stay_with_what_may_not_go_on(
    blocking: str, handoff: Handoff | None, more: dict[str, int], kept: int
) -> None:
    m = one_day(step("S", "T", blocking=blocking), step("V", "U", limit=1, handoff=handoff))
    rows = [
        worked(0, NINE, NINE + HOUR, work=HOUR),
        onward(0, NINE + HOUR, NINE + 90 * MIN, **more),
    ]
    t, u = ledger(m, record(rows, ended_at=TWO_DAYS))
    assert kinds(t) == {"work_adding": 60} | ({"kept": kept} if kept else {})
    assert kinds(u) == {}


def test_r14_kept_until_the_last_of_the_batch_is_let_in_and_not_while_closed() -> None:
    m = one_day(step("S", "T", blocking="person"), step("V", "U", limit=1))
    begin, turn = NOON - 30 * MIN, NOON - 20 * MIN
    both = {"sent": begin, "set_up": turn, "released": NOON - 10 * MIN, "process_batch": 0}
    rows = [
        visit(0, **both, turn=turn, worked=NOON - 15 * MIN, work=5 * MIN),
        visit(1, **both, turn=NOON - 15 * MIN, worked=NOON - 10 * MIN, work=5 * MIN),
        onward(0, NOON - 10 * MIN, NOON - 5 * MIN),
        onward(1, NOON - 10 * MIN, NOON + HOUR + 20 * MIN),
    ]
    assert kinds(ledger(m, record(rows, ended_at=TWO_DAYS))[0]) == {"setup": 10, "work_adding": 10, "kept": 30}


def test_r13_r14_at_a_split_kept_until_the_last_branch_is_let_in() -> None:
    m = one_day(
        step("S", "T", blocking="person"),
        step("V", "U", limit=1),
        step("W", "U", limit=1),
        step("Join", "U"),
        teams=[team("T", 1, "office"), team("U", 3, "always")],
    )
    ten = NINE + HOUR
    rows = [
        worked(0, NINE, ten, work=HOUR),
        onward(0, ten, ten + 10 * MIN, branch=1),
        visit(0, sent=ten, admitted=ten + 20 * MIN, step=2, team=1, from_step=0, from_team=0, branch=2),
        visit(0, sent=ten + 20 * MIN, admitted=NOON, step=3, team=1, from_step=2, from_team=1),
    ]
    r = record(rows, ended_at=TWO_DAYS, branches=fork(0, 0, ten, ten + 10 * MIN, ten + 20 * MIN))
    assert kinds(ledger(m, r)[0]) == {"work_adding": 60, "kept": 20}


def test_what_never_gets_room_keeps_its_person_to_the_end() -> None:
    m = one_day(step("S", "T", blocking="person"), step("V", "U", limit=1))
    rows = [
        worked(0, NINE, NINE + HOUR, work=HOUR),
        onward(0, NINE + HOUR, NONE, open_at="admitted"),  # type: ignore[arg-type]
    ]
    found = ledger(m, record(rows, [request(NINE)], ended_at=TWO_DAYS))[0]
    assert kinds(found) == {"work_adding": 60, "kept": 360}


def test_at_work_is_the_handling() -> None:
    rows = [worked(0, NINE, NINE + HOUR, work=HOUR)]
    found = ledger(one_day(), record(rows, ended_at=TWO_DAYS))[0]
    assert found.at_work == HOUR == sum(found.kinds[kind] for kind in HANDLING)
