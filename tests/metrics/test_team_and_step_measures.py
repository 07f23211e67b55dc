"""Teams: time, targets, cost; steps: passes, %C&A, mean ledger (semantics sections 4 and 5, R9, R11)."""

from __future__ import annotations

import pytest
from records import HOUR, MIN, NINE, NONE, model, record, request, step, team, visit

from flowsim.metrics import PARTS, Frame, visit_ledger
from flowsim.metrics.steps import StepRow, step_rows
from flowsim.metrics.teams import TeamRow, person_time, team_rows
from flowsim.model import Model, Target, Wait
from flowsim.record import Kind, Record, Via

NOON = NINE + 3 * HOUR
FIVE = NINE + 8 * HOUR


def teams(m: Model, r: Record) -> list[TeamRow]:
    return team_rows(Frame(m, r), visit_ledger(m, r))


def steps(m: Model, r: Record) -> list[StepRow]:
    return step_rows(Frame(m, r), visit_ledger(m, r))


def office(closing: str = "pause", people: int = 2, target: Target | None = None, warm_up: int = 0) -> Model:
    """One team on office hours, one working day long (Monday), so present is 7 hours a person."""
    crew = team("T", people, "office", target, cost=40.0)
    return model([crew, team("Idle")], [step("S", "T", closing)], length=24 * HOUR, warm_up=warm_up)


def test_r9_pause_at_work_is_open_time_only() -> None:
    r = record([visit(0, sent=NINE, started=NOON - HOUR, worked=NOON + 2 * HOUR, work=2 * HOUR)])
    row, idle = teams(office(), record([visit(0, sent=NINE)], ended_at=48 * HOUR))
    assert (row.present, row.at_work, row.overtime) == (14 * HOUR, 0, 0)
    assert (idle.present, idle.utilisation, idle.cost) == (24 * HOUR, 0, None)
    m = office()
    r = record([visit(0, sent=NINE, started=NOON - HOUR, worked=NOON + 2 * HOUR)], ended_at=48 * HOUR)
    row = teams(m, r)[0]
    assert (row.at_work, row.overtime, row.utilisation) == (2 * HOUR, 0, 2 / 14)
    assert row.cost == 14 * 40


def test_r9_finish_overtime_is_worked_and_present() -> None:
    r = record([visit(0, sent=NINE, started=FIVE - HOUR, worked=FIVE + 2 * HOUR)], ended_at=48 * HOUR)
    row = teams(office("finish"), r)[0]
    assert (row.at_work, row.overtime, row.present) == (3 * HOUR, 2 * HOUR, 16 * HOUR)
    assert row.cost == 16 * 40


def test_r11_a_process_batch_is_one_piece_of_work() -> None:
    def member(number: int, turn: int, worked: int) -> dict[str, int]:
        begin = {"sent": NINE, "started": NINE + HOUR, "set_up": NINE + HOUR + 10 * MIN}
        return visit(number, **begin, turn=turn, worked=worked, released=NOON, process_batch=3)

    first = member(0, NINE + HOUR + 10 * MIN, NINE + HOUR + 30 * MIN)
    second = member(1, NINE + HOUR + 30 * MIN, NINE + HOUR + 50 * MIN)
    r = record([first, second], ended_at=48 * HOUR)
    at_work, overtime = person_time(Frame(office(), r))
    assert (at_work.tolist(), overtime.tolist()) == ([50 * MIN, 0], [0, 0])


def test_work_under_way_is_clipped_to_the_window() -> None:
    rows = [
        visit(0, sent=0, started=NINE, worked=NINE + 2 * HOUR),
        visit(1, sent=0, started=NINE + 2 * HOUR, open_at="worked"),
    ]
    row = teams(office(warm_up=NINE + HOUR), record(rows, ended_at=48 * HOUR))[0]
    assert row.present == 2 * 6 * HOUR
    assert row.at_work == 6 * HOUR  # one hour of the first, and from 11 to 17 less the noon hour
    cut = teams(office(), record(rows, ended_at=NINE + 4 * HOUR + 30 * MIN))[0]
    assert (cut.present, cut.at_work) == (2 * 3.5 * HOUR, 3.5 * HOUR)


def test_a_question_occupies_its_person_until_it_is_read() -> None:
    row = visit(0, sent=NINE, read=NINE + 10 * MIN, kind=int(Kind.QUESTION))
    assert teams(office(), record([row], ended_at=48 * HOUR))[0].at_work == 10 * MIN


def test_queue_waits_are_over_measured_visits_that_were_taken_up() -> None:
    rows = [
        visit(0, sent=NOON - HOUR, started=NOON + 2 * HOUR, worked=NOON + 2 * HOUR),
        visit(1, sent=NOON - HOUR, started=NOON - HOUR, worked=NOON + 2 * HOUR),
        visit(2, sent=NOON - HOUR, open_at="started"),
        visit(3, sent=0, started=FIVE),  # not measured
    ]
    requests = [request(NOON - HOUR), request(NOON - HOUR), request(NOON - HOUR), request(0, measured=0)]
    row = teams(office(), record(rows, requests, ended_at=48 * HOUR))[0]
    assert row.visits == 3
    assert row.queue_mean == HOUR  # 2 hours and none
    assert row.wait_mean == 1.5 * HOUR
    assert row.max_queue == 3  # all count for the list: 0, 2 and 3
    assert row.wip_area == 3 * HOUR + 3 * HOUR + 13 * HOUR + FIVE


@pytest.mark.parametrize(
    ("target", "in_target"),
    [
        (Wait(90 * MIN), 1),  # elapsed: 60, 120, 1080 minutes
        (Wait(120 * MIN), 2),
        (Wait(120 * MIN, "office"), 3),  # working: 60, 60, 120 minutes
        (Wait(60 * MIN, "office"), 2),
        (Wait(60 * MIN - 1, "office"), 0),
    ],
)
def test_local_target_is_delivered_to_released_on_its_own_clock(target: Wait, in_target: int) -> None:
    rows = [
        visit(0, sent=0, delivered=NINE, worked=NINE + HOUR),
        visit(1, sent=0, delivered=NOON - 30 * MIN, released=NOON + 90 * MIN, kind=int(Kind.REWORK)),
        visit(2, sent=0, delivered=FIVE - HOUR, released=FIVE + 17 * HOUR),
        visit(3, sent=0, delivered=NINE, released=NINE, kind=int(Kind.QUESTION)),  # no work done
        visit(4, sent=0, delivered=0, released=1),  # delivered in the warm-up
        visit(5, sent=0, delivered=NINE, released=60 * HOUR),  # released after the window
        visit(6, sent=0, delivered=NINE, released=NINE),  # not measured
        visit(7, sent=NINE, open_at="released"),
    ]
    requests = [request(MIN, measured=int(i != 6)) for i in range(8)]
    crew = team("T", 1, "always", Target(0.9, target))
    m = model([crew], [step("S", "T")], length=48 * HOUR, warm_up=MIN)
    row = teams(m, record(rows, requests, ended_at=72 * HOUR))[0]
    assert (row.target_visits, row.in_target) == (3, in_target)
    assert row.target_met == in_target / 3


def test_without_target_or_visits_there_is_no_share() -> None:
    assert teams(office(), record([], [], ended_at=48 * HOUR))[0].target_met is None
    assert teams(office(target=Target(0.9, Wait(HOUR))), record([], [], ended_at=48 * HOUR))[0].target_met is None


LINE = model([team("A"), team("B")], [step("S1", "A"), step("S2", "B"), step("S3", "B")])


def at_step(number: int, where: int, **more: int) -> dict[str, int]:
    """An instantaneous visit to a step."""
    return visit(number, step=where, team=min(where, 1), sent=0, **more)


def test_complete_and_accurate_is_judged_by_who_comes_after() -> None:
    """%C&A (section 5): a first pass counts against its step when the request is sent back to it, or it is asked."""
    back, asked = int(Via.RETURN), int(Via.QUESTION)
    rows = [
        at_step(0, 0),  # 0: straight through
        at_step(0, 1),
        at_step(1, 0),  # 1: sent back to S1 by S2
        at_step(1, 1),
        at_step(1, 0, via=back, kind=1, **{"pass": 2}),
        at_step(1, 1, kind=1, **{"pass": 2}),
        at_step(2, 0),  # 2: a question to S1
        at_step(2, 1, kind=int(Kind.QUESTION)),
        at_step(2, 0, via=asked, kind=int(Kind.ANSWER)),
        at_step(2, 1, via=int(Via.ANSWER)),
        at_step(3, 0),  # 3: a question to the customer counts against no step
        at_step(3, 1, kind=int(Kind.QUESTION)),
        visit(3, step=NONE, team=NONE, sent=0, kind=int(Kind.ANSWER)),
        at_step(3, 1, via=int(Via.ANSWER)),
        at_step(4, 0),  # 4: skipped S2, sent back to it from S3: its first pass there comes after
        at_step(4, 2),
        at_step(4, 1, via=back),
        at_step(5, 0, open_at="released"),  # 5: not done yet
        at_step(6, 0),  # 6: not measured
    ]
    requests = [request(0, measured=int(i != 6)) for i in range(7)]
    first, second, third = steps(LINE, record(rows, requests))
    assert (first.first_passes, first.usable, first.complete_accurate) == (5, 3, 3 / 5)
    assert (first.returns, first.questions, first.reworks) == (1, 1, 1)
    assert (second.first_passes, second.usable) == (5, 5)
    assert (second.returns, second.questions, second.reworks) == (1, 0, 1)
    assert (third.first_passes, third.complete_accurate) == (1, 1)
    assert (first.visits, second.visits, third.visits) == (8, 8, 1)


def test_mean_parts_are_of_measured_visits_of_every_kind() -> None:
    rows = [
        visit(0, sent=0, started=10, worked=14, work=4),
        visit(1, sent=0, started=20, worked=26, kind=1),
        visit(2, sent=0, started=999),
    ]
    requests = [request(0), request(0), request(0, measured=0)]
    first, second, _ = steps(LINE, record(rows, requests))
    assert first.parts == dict.fromkeys(PARTS, 0.0) | {"queue": 15.0, "work_adding": 2.0, "rework": 3.0}
    assert (second.parts, second.complete_accurate) == (None, None)
    assert first.wip_area == 14 + 26 + 999
