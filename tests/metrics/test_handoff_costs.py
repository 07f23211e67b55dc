"""What a handoff costs (semantics section 5): its batch, transit, reading in, queue, questions and returns."""

from __future__ import annotations

import pytest
from records import HOUR, NINE, NONE, model, record, request, step, team, visit

from flowsim.metrics import Frame, visit_ledger
from flowsim.metrics.handoffs import HandoffRow, entries, handoff_rows
from flowsim.model import Model
from flowsim.record import Kind, Record, Via

LINE = model([team("A"), team("B"), team("C")], [step("S1", "A"), step("S2", "B"), step("S3", "C")])


def rows_of(r: Record, m: Model = LINE) -> dict[tuple[int, int], HandoffRow]:
    found = handoff_rows(Frame(m, r), visit_ledger(m, r))
    return {(row.from_step, row.to_step): row for row in found}


def move(number: int, origin: int, to: int, sent: int, **more: int) -> dict[str, int]:
    """A visit at step `to` of a request that had been at step `origin` (a step has the team of its own number)."""
    return visit(number, step=to, team=to, from_step=origin, from_team=origin, sent=sent, **more)


def first(number: int, at: int = 0, released: int = 0) -> dict[str, int]:
    """The visit from the customer."""
    return visit(number, sent=0, via=int(Via.ARRIVAL), step=at, team=at, released=released)


def test_a_handoff_is_its_batch_its_transit_its_reading_in_and_the_queue_behind_it() -> None:
    chain = {
        "gathered": 5,
        "delivered": 12,
        "assembled": 20,
        "started": 33,
        "set_up": 50,
        "read": 57,
        "worked": 99,
    }
    rows = [first(0), move(0, 0, 1, 0, **chain), first(1), move(1, 0, 1, 0, started=3)]
    found = rows_of(record(rows))
    assert list(found) == [(0, 1)]
    row = found[0, 1]
    assert (row.batch, row.transit, row.reread, row.queue) == (5, 7, 7, 13 + 3)
    assert (row.moves, row.own, row.from_team, row.to_team) == (2, 35, 0, 1)


def test_the_queue_behind_a_handoff_includes_the_hours_the_team_is_closed() -> None:
    m = model([team("A"), team("B", calendar="office")], [step("S1", "A"), step("S2", "B")])
    r = record([first(0), move(0, 0, 1, 0, started=NINE + HOUR)])
    assert rows_of(r, m)[0, 1].queue == NINE + HOUR


def test_arrivals_moves_within_a_team_answers_and_unmeasured_requests_are_no_handoffs() -> None:
    rows = [
        first(0, at=1),
        visit(0, step=1, team=1, from_step=1, from_team=1, sent=0),
        move(0, 1, 0, 0, via=int(Via.QUESTION), kind=int(Kind.ANSWER)),
        move(0, 0, 1, 0, via=int(Via.ANSWER)),
        first(1),
        move(1, 0, 1, 0),
    ]
    assert rows_of(record(rows, [request(0), request(0, measured=0)])) == {}


def test_mean_batch_size_is_over_batches_all_members_counted() -> None:
    batches = {0: 7, 1: 7, 2: 7, 3: 9, 4: NONE, 5: 7}
    rows = [first(i) for i in batches] + [move(i, 0, 1, 0, transfer_batch=b) for i, b in batches.items()]
    requests = [request(0, measured=int(i != 5)) for i in batches]
    row = rows_of(record(rows, requests))[0, 1]
    assert row.moves == 5
    assert row.batch_size == pytest.approx((4 + 1 + 1) / 3)


def test_r12_a_question_belongs_to_the_handoff_that_raised_it() -> None:
    rows = [
        first(0),
        move(0, 0, 1, 0, read=10, kind=int(Kind.QUESTION)),
        visit(0, sent=10, step=NONE, team=NONE, kind=int(Kind.ANSWER), via=int(Via.QUESTION), worked=50),
        visit(0, sent=50, step=1, team=1, via=int(Via.ANSWER), from_step=NONE, started=57, worked=60),
        move(0, 1, 2, 60),
    ]
    found = rows_of(record(rows))
    assert (found[0, 1].questions, found[0, 1].answer) == (1, 40 + 7)
    assert (found[1, 2].questions, found[1, 2].answer) == (0, 0)
    frame = Frame(LINE, record(rows))
    assert entries(frame).tolist() == [0, 1, 1, 1, 4]


def test_r12_a_return_to_the_team_it_came_from_is_put_down_to_the_handoff_before_it() -> None:
    back = {"via": int(Via.RETURN), "kind": int(Kind.REWORK), "in_return": 1}
    again = {"kind": int(Kind.REWORK), "in_return": 1}
    rows = [
        first(0, released=5),
        move(0, 0, 1, 5, released=10),
        move(0, 1, 0, 10, **back, released=20),
        move(0, 0, 1, 20, **again, released=40),
        move(0, 1, 2, 40, released=60),  # has left the furthest step again
        move(0, 2, 0, 60, **back, released=100),  # goes back past the team it came from
        move(0, 0, 1, 100, **again, released=150),
        move(0, 1, 2, 150, **again, released=200),
        move(0, 2, 1, 200, **back, released=300),
        move(0, 1, 2, 300, **again, open_at="worked"),
    ]
    found = rows_of(record(rows, [request(0)], ended_at=350))
    assert (found[0, 1].moves, found[0, 1].returns, found[0, 1].returned) == (3, 1, 10 + 20)
    assert (found[1, 2].moves, found[1, 2].returns, found[1, 2].returned) == (3, 1, 100 + 50)
    assert (found[1, 0].moves, found[1, 0].returns) == (1, 0)
    assert (found[2, 0].moves, found[2, 1].moves) == (1, 1)
    assert (found[2, 0].returned, found[2, 1].returned) == (0, 0)


def test_a_return_right_after_an_answer_belongs_to_the_move_before_the_question() -> None:
    rows = [
        first(0),
        move(0, 0, 1, 0, kind=int(Kind.QUESTION)),
        move(0, 1, 0, 0, via=int(Via.QUESTION), kind=int(Kind.ANSWER)),
        move(0, 0, 1, 0, via=int(Via.ANSWER)),
        move(0, 1, 0, 0, via=int(Via.RETURN), kind=1, in_return=1, released=9),
    ]
    row = rows_of(record(rows))[0, 1]
    assert (row.moves, row.questions, row.returns, row.returned) == (1, 1, 1, 9)
