"""The ledger: every tick under its name, and never one too many (semantics R6, section 4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from records import HOUR, MIN, NINE, NONE, colleague, cut, model, record, request, step, team, visit

from flowsim.metrics import PARTS, person_ticks, request_ledger, visit_ledger
from flowsim.model import Calendar, Model, Person, at_speed
from flowsim.record import Kind, Record, Via

CHAIN = {
    "sent": 0,
    "gathered": 1 * MIN,
    "delivered": 3 * MIN,
    "admitted": 6 * MIN,
    "assembled": 10 * MIN,
    "started": 15 * MIN,
    "set_up": 21 * MIN,
    "turn": 28 * MIN,
    "read": 36 * MIN,
    "worked": 45 * MIN,
    "released": 55 * MIN,
}


def ledger(m: Model, r: Record, row: int = 0, until: int | None = None) -> dict[str, int]:
    """The parts of one visit that are not 0, in ticks."""
    parts = visit_ledger(m, r, until)
    assert tuple(parts) == PARTS
    assert all(column.dtype == np.int64 for column in parts.values())
    return {name: int(column[row]) for name, column in parts.items() if column[row]}


def one_team(calendar: str = "always", closing: str = "pause") -> Model:
    return model([team("T", calendar=calendar)], [step("S", "T", closing)])


def test_r6_every_interval_has_its_name() -> None:
    r = record([visit(0, **CHAIN, adding_ticks=2 * MIN, necessary_ticks=3 * MIN, waste_ticks=4 * MIN)])
    assert ledger(one_team(), r) == {
        "batch": (1 + 4 + 7 + 10) * MIN,
        "transit": 2 * MIN,
        "blocked": 3 * MIN,
        "queue": 5 * MIN,
        "setup": 6 * MIN,
        "reread": 8 * MIN,
        "work_adding": 2 * MIN,
        "work_necessary": 3 * MIN,
        "work_waste": 4 * MIN,
    }
    assert person_ticks(visit_ledger(one_team(), r)).tolist() == [(6 + 8 + 9) * MIN]


@pytest.mark.parametrize(
    ("open_at", "part", "ticks"),
    [
        ("gathered", "batch", 100),
        ("delivered", "transit", 99),
        ("admitted", "blocked", 97),
        ("assembled", "batch", 1 + 94),
        ("started", "queue", 90),
        ("set_up", "setup", 85),
        ("turn", "batch", 1 + 4 + 79),
        ("read", "reread", 72),
        ("worked", "work_adding", 64),
        ("released", "batch", 1 + 4 + 7 + 55),
    ],
)
def test_an_open_visit_is_booked_up_to_now_under_its_first_missing_instant(open_at: str, part: str, ticks: int) -> None:
    r = record([visit(0, open_at=open_at, work=500 * MIN, **CHAIN)], ended_at=100 * MIN)
    found = ledger(one_team(), r)
    assert found[part] == ticks * MIN
    assert sum(found.values()) == 100 * MIN


def test_unfinished_work_is_adding_then_necessary_then_waste() -> None:
    work = {"adding_ticks": 10 * MIN, "necessary_ticks": 10 * MIN, "waste_ticks": 10 * MIN}
    r = record([visit(0, sent=0, open_at="worked", **work)], ended_at=15 * MIN)
    assert ledger(one_team(), r) == {"work_adding": 10 * MIN, "work_necessary": 5 * MIN}
    assert ledger(one_team(), r, until=4 * MIN) == {"work_adding": 4 * MIN}


def test_until_cuts_off_what_comes_later() -> None:
    r = record([visit(0, **CHAIN, work=9 * MIN)])
    for until in range(60):
        found = ledger(one_team(), r, until=until * MIN)
        assert sum(found.values()) == min(until, 55) * MIN
    assert ledger(one_team(), r, until=12 * MIN) == {
        "batch": 5 * MIN,
        "transit": 2 * MIN,
        "blocked": 3 * MIN,
        "queue": 2 * MIN,
    }


def overnight() -> dict[str, int]:
    """Joined Monday 16:00, taken up 16:50, read in till 16:55, worked 10 minutes: till 9:05 the next day."""
    next_nine = NINE + 24 * HOUR
    return {
        "sent": NINE + 7 * HOUR,
        "started": NINE + 7 * HOUR + 50 * MIN,
        "read": NINE + 7 * HOUR + 55 * MIN,
        "worked": next_nine + 5 * MIN,
        "released": next_nine + 65 * MIN,
        "adding_ticks": 10 * MIN,
    }


def test_r9_pause_the_closed_part_of_everything_from_assembled_on_is_closed() -> None:
    found = ledger(one_team("office"), record([visit(0, **overnight())]))
    assert found == {
        "queue": 50 * MIN,
        "reread": 5 * MIN,
        "work_adding": 10 * MIN,
        "batch": 60 * MIN,
        "closed": 16 * HOUR,
    }


def test_r9_pause_a_wait_over_night_is_closed_and_queue() -> None:
    r = record([visit(0, sent=NINE + 7 * HOUR, started=NINE + 25 * HOUR, work=0)])
    assert ledger(one_team("office"), r) == {"queue": 2 * HOUR, "closed": 16 * HOUR}


def test_r9_finish_works_in_overtime_but_waits_as_others_do() -> None:
    chain = {
        "sent": NINE + 2 * HOUR,  # 11:00, waits over the noon hour
        "started": NINE + 4 * HOUR + 30 * MIN,
        "set_up": NINE + 7 * HOUR + 45 * MIN,
        "worked": NINE + 9 * HOUR,  # an hour past closing
        "released": NINE + 10 * HOUR,
        "adding_ticks": 75 * MIN,
    }
    r = record([visit(0, **chain)])
    assert ledger(one_team("office", "finish"), r) == {
        "queue": 90 * MIN,
        "closed": HOUR,
        "setup": 3 * HOUR + 15 * MIN,
        "work_adding": 75 * MIN,
        "batch": HOUR,
    }
    assert ledger(one_team("office", "pause"), r)["closed"] == (1 + 1 + 1) * HOUR


def test_before_assembled_a_closed_team_explains_nothing() -> None:
    r = record([visit(0, sent=0, gathered=HOUR, delivered=2 * HOUR, assembled=3 * HOUR)])
    assert ledger(one_team("office"), r) == {"batch": 2 * HOUR, "transit": HOUR}


def test_rework_is_all_work_of_a_second_pass() -> None:
    row = visit(0, sent=0, read=MIN, worked=9 * MIN, work=8 * MIN, kind=int(Kind.REWORK))
    assert ledger(one_team(), record([row])) == {"reread": MIN, "rework": 8 * MIN}


def test_r12_a_question_and_its_answer_by_the_customer_and_by_a_team() -> None:
    m = model([team("A", calendar="office"), team("B")], [step("Sa", "A"), step("Sb", "B")])
    asks = visit(0, sent=0, step=1, team=1, read=5 * MIN, kind=int(Kind.QUESTION))
    customer = visit(
        0,
        sent=5 * MIN,
        step=NONE,
        team=NONE,
        person=NONE,
        worked=NINE,
        waste_ticks=NINE - 5 * MIN,
        kind=int(Kind.ANSWER),
        via=int(Via.QUESTION),
    )
    by_team = visit(
        0,
        sent=NINE + 7 * HOUR,
        step=0,
        team=0,
        started=NINE + 7 * HOUR + 30 * MIN,
        worked=NINE + 7 * HOUR + 40 * MIN,
        kind=int(Kind.ANSWER),
    )
    late = by_team | {"request": 1, "started": NINE + 25 * HOUR, "worked": NINE + 26 * HOUR}
    late["set_up"] = late["turn"] = late["read"] = late["started"]
    late["released"] = late["worked"]
    r = record([asks, customer, by_team, late])
    assert ledger(m, r, 0) == {"reread": 5 * MIN}
    assert ledger(m, r, 1) == {"answer": NINE - 5 * MIN}
    assert ledger(m, r, 2) == {"answer": 30 * MIN, "rework": 10 * MIN}
    assert ledger(m, r, 3) == {"answer": 2 * HOUR, "closed": 16 * HOUR, "rework": HOUR}


def test_r12_an_answer_keeps_to_the_hours_of_the_team_even_at_a_step_that_finishes() -> None:
    chain = {"sent": NINE + 7 * HOUR + 30 * MIN, "worked": NINE + 24 * HOUR + 15 * MIN}
    r = record([visit(0, **chain, kind=int(Kind.ANSWER))])
    assert ledger(one_team("office", "finish"), r) == {"rework": 45 * MIN, "closed": 16 * HOUR}


def test_an_answer_that_the_customer_still_owes_is_answer_up_to_now() -> None:
    row = visit(0, sent=HOUR, step=NONE, team=NONE, kind=int(Kind.ANSWER), open_at="worked")
    assert ledger(one_team(), record([row], ended_at=4 * HOUR)) == {"answer": 3 * HOUR}


def test_the_parts_of_a_request_add_up_to_its_lead_time_and_its_returns_are_known() -> None:
    rows = [
        visit(0, sent=0, started=5 * MIN, worked=9 * MIN, work=4 * MIN),
        visit(0, sent=9 * MIN, started=11 * MIN, worked=20 * MIN, kind=1, in_return=1),
        visit(2, sent=30 * MIN, started=33 * MIN, worked=34 * MIN, work=MIN),
    ]
    requests = [request(0, 20 * MIN), request(25 * MIN, 25 * MIN), request(30 * MIN, 34 * MIN)]
    m, r = one_team(), record(rows, requests)
    found = request_ledger(m, r, visit_ledger(m, r))
    assert sum(found[p] for p in PARTS).tolist() == [20 * MIN, 0, 4 * MIN]
    assert found["return_time"].tolist() == [11 * MIN, 0, 0]
    assert found["queue"].tolist() == [7 * MIN, 0, 3 * MIN]
    assert found["rework"].tolist() == [9 * MIN, 0, 0]
    assert all(column.dtype == np.int64 for column in found.values())


def test_a_record_without_visits_has_an_empty_ledger() -> None:
    m, r = one_team(), record([], [request(0, 0)])
    parts = visit_ledger(m, r)
    assert all(column.shape == (0,) for column in parts.values())
    assert request_ledger(m, r, parts)["queue"].tolist() == [0]


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_add_up_whatever_the_instants(seed: int) -> None:
    """Identity 1 of section 4, on random chains of all kinds, teams and states of completion."""
    dice = np.random.default_rng(seed)
    m = model(
        [team("A", calendar="office"), team("B"), team("C", calendar="office")],
        [step("Sa", "A"), step("Sb", "B", "finish"), step("Sc", "C", "finish", 20 * MIN)],
        length=72 * HOUR,
    )
    rows = []
    for number in range(60):
        where = int(dice.integers(-1, 3))
        kind = int(Kind.ANSWER) if where == NONE else int(dice.integers(0, 4))
        instants = np.cumsum(dice.integers(0, 8 * HOUR, 11) * (dice.random(11) < 0.6)).tolist()
        row = visit(number, sent=0, step=where, team=where, kind=kind, work=int(dice.integers(0, HOUR)))
        row |= dict(zip(CHAIN, instants, strict=True))
        rows.append(row)
    r = record(rows)
    for until in (None, 30 * HOUR, 5 * HOUR, 0):
        now = r.ended_at if until is None else until
        parts = visit_ledger(m, r, until)
        sent, released = (np.minimum(r.visits[c], now) for c in ("sent", "released"))
        assert sum(parts.values()).tolist() == (released - sent).tolist()
        assert min(int(column.min()) for column in parts.values()) >= 0


@pytest.mark.parametrize(
    ("last", "part"),
    [
        ("sent", "batch"),
        ("gathered", "transit"),
        ("delivered", "blocked"),
        ("admitted", "batch"),
        ("assembled", "queue"),
    ],
)
def test_r15_a_visit_cut_short_is_booked_up_to_then_under_what_never_came(last: str, part: str) -> None:
    known = dict(list(CHAIN.items())[: list(CHAIN).index(last) + 1])
    gone = cut(0, 60 * MIN, **known)
    open_still = visit(1, open_at=list(CHAIN)[len(known)], **CHAIN)
    r = record([gone, open_still], ended_at=60 * MIN)
    assert ledger(one_team(), r) == ledger(one_team(), r, 1)
    assert ledger(one_team(), r)[part] >= 60 * MIN - known[last]
    assert person_ticks(visit_ledger(one_team(), r)).tolist() == [0, 0]


def test_r15_a_question_that_nobody_had_answered_when_the_customer_withdrew_is_a_wait_for_the_answer() -> None:
    chain = dict.fromkeys(("sent", "gathered", "delivered", "admitted", "assembled"), NINE)
    r = record([cut(0, NINE + 20 * MIN, **chain, via=int(Via.QUESTION))])
    assert ledger(one_team(), r) == {"answer": 20 * MIN}


def test_r8_a_meeting_is_worked_on_and_waited_for_while_all_its_teams_are_open() -> None:
    """A is open 9-12 and 13-17, B from 11 to 16: it joined at 10, began at 11:30, and takes two hours: till 14:30."""
    late = Calendar("late", tuple((d * 24 * HOUR + 11 * HOUR, d * 24 * HOUR + 16 * HOUR) for d in range(5)))
    m = model(
        [team("A", calendar="office"), team("B", calendar="late")],
        [step("Meet", "A", together=(("B", 1),)), step("Alone", "A")],
    )
    m = replace(m, calendars=(*m.calendars, late))
    chain = {"sent": 10 * HOUR, "started": 11 * HOUR + 30 * MIN, "worked": 14 * HOUR + 30 * MIN, "work": 2 * HOUR}
    r = record([visit(0, **chain), visit(1, **chain, step=1)], crew=[colleague(0, 1, 1)])
    assert ledger(m, r) == {"queue": 30 * MIN, "closed": 2 * HOUR, "work_adding": 2 * HOUR}
    assert ledger(m, r, 1) == {"queue": 90 * MIN, "closed": HOUR, "work_adding": 2 * HOUR}
    answer = visit(0, sent=10 * HOUR, started=10 * HOUR + 30 * MIN, worked=11 * HOUR, kind=int(Kind.ANSWER))
    assert ledger(m, record([answer])) == {"answer": 30 * MIN, "rework": 30 * MIN}  # by one person of A


@pytest.mark.parametrize(("speed", "adding"), [(1000, 60), (2000, 30), (500, 120), (1500, 40)])
def test_r8_work_is_told_by_value_at_the_speed_of_who_did_it(speed: int, adding: int) -> None:
    m = model([team("T", 1)], [step("S", "T")], people=[Person("Ann", ("T",), speed), Person("Bob", ("T",), 250)])
    work = {"adding_ticks": HOUR, "necessary_ticks": 7 * MIN + 1, "waste_ticks": 11}
    long = [at_speed(ticks, speed) for ticks in work.values()]
    rows = [visit(0, sent=0, worked=sum(long), person=1, **work), visit(1, sent=0, worked=sum(work.values()), **work)]
    r = record(rows)
    assert ledger(m, r) == dict(zip(("work_adding", "work_necessary", "work_waste"), long, strict=True))
    assert long[0] == adding * MIN
    assert list(ledger(m, r, 1).values()) == list(work.values())
    unfinished = ledger(m, r, 0, until=adding * MIN + 5)
    assert unfinished == {"work_adding": adding * MIN, "work_necessary": 5}


def test_r8_several_people_work_as_fast_as_the_slowest_and_their_time_is_one_work_time() -> None:
    m = model(
        [team("A", 1), team("B", 1)],
        [step("Meet", "A", together=(("B", 2),))],
        people=[Person("Ann", ("A",), 2000), Person("Bob", ("B",), 500)],
    )
    row = visit(0, sent=0, worked=2 * HOUR, person=1, work=HOUR)
    crew = [colleague(0, 1, 1, 0), colleague(0, 1, 1, 1)]
    assert ledger(m, record([row], crew=crew)) == {"work_adding": 2 * HOUR}
    quick = visit(0, sent=0, worked=30 * MIN, person=1, work=HOUR)
    assert ledger(m, record([quick])) == {"work_adding": 30 * MIN}


def test_r8_r11_a_batch_in_a_meeting_has_one_crew_for_all_its_members() -> None:
    m = model([team("A"), team("B")], [step("Meet", "A", together=(("B", 1),))], people=[Person("Bob", ("B",), 500)])
    chain = {"sent": 0, "started": MIN, "process_batch": 7, "work": 10 * MIN, "released": 41 * MIN}
    rows = [
        visit(0, **chain, turn=MIN, worked=21 * MIN),
        visit(1, **chain, turn=21 * MIN, worked=41 * MIN),
    ]
    r = record(rows, crew=[colleague(0, 1, 1, 1)])
    assert ledger(m, r) == {"queue": MIN, "work_adding": 20 * MIN, "batch": 20 * MIN}
    assert ledger(m, r, 1) == {"queue": MIN, "work_adding": 20 * MIN, "batch": 20 * MIN}
