"""What a handoff costs (semantics section 5): its batch, transit, reading in, queue, questions and returns."""

from __future__ import annotations

import pytest
from records import HOUR, NINE, NONE, colleague, cut, fork, model, record, request, step, team, visit

from flowsim.metrics import Frame, visit_ledger
from flowsim.metrics.handoffs import HandoffRow, entries, handoff_rows
from flowsim.model import Model
from flowsim.record import WITHDRAWN, Kind, Record, Via

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


# -- limits, several takers, several people, branches, withdrawal ------------------------------------------------------


def test_r14_the_wait_for_room_is_part_of_the_handoff() -> None:
    row = rows_of(record([first(0), move(0, 0, 1, 0, admitted=7, started=10, released=12)]))[0, 1]
    assert (row.blocked, row.queue, row.own, row.lead) == (7, 3, 10, 10)


def test_r8_a_move_that_any_of_several_may_take_is_a_handoff_by_the_team_that_took_it() -> None:
    m = model([team("A"), team("B"), team("C")], [step("S1", "A"), step("S2", "B", others=("C", "A")), step("S3", "C")])
    rows = [
        *(first(0), visit(0, step=1, team=1, from_step=0, from_team=0, sent=0, started=5)),
        *(first(1), visit(1, step=1, team=2, from_step=0, from_team=0, sent=0, started=7)),
        *(first(2), visit(2, step=1, team=0, from_step=0, from_team=0, sent=0, started=9)),  # stayed at home
        *(first(3), visit(3, step=1, team=2, from_step=0, from_team=0, sent=0, started=2)),
    ]
    found = handoff_rows(Frame(m, record(rows)), visit_ledger(m, record(rows)))
    assert [(r.from_step, r.to_step, r.from_team, r.to_team, r.moves, r.queue) for r in found] == [
        (0, 1, 0, 1, 1, 5),
        (0, 1, 0, 2, 2, 9),
    ]


def test_people_s_time_is_that_of_everybody_who_reads_answers_and_does_it_again() -> None:
    """R8, R12: two read for ten; A answers for five; sent back, A works thirty; a second return goes past it."""
    again = {"kind": int(Kind.REWORK), "in_return": 1}
    rows = [
        first(0),
        move(0, 0, 1, 0, read=10, released=10, kind=int(Kind.QUESTION)),
        move(0, 1, 0, 10, via=int(Via.QUESTION), kind=int(Kind.ANSWER), worked=15, waste_ticks=5),
        move(0, 0, 1, 15, via=int(Via.ANSWER), worked=20),
        move(0, 1, 0, 20, via=int(Via.RETURN), **again, read=24, worked=54),
        move(0, 0, 1, 54, **again, read=56, worked=60),
    ]
    found = rows_of(record(rows, [request(0, 60)], crew=[colleague(0, 2, 2), colleague(0, 6, 2)]))
    there, back = found[0, 1], found[1, 0]
    # read by two twice, answered by one; again: 30 of A, 4 by two
    assert there.people == 2 * 10 + 2 * 2 + 5 + 30 + 2 * 4
    assert back.people == 4
    assert (there.questions, there.returns, there.returned) == (1, 1, 40)


def test_r13_every_branch_counts_for_people_and_only_what_was_waited_for_towards_the_lead_time() -> None:
    rows = [
        first(0, released=5),
        move(0, 0, 1, 5, branch=1, delivered=8, started=10, read=12, worked=20),
        move(0, 0, 2, 5, branch=2, delivered=9, started=10, read=13, worked=40),
        move(0, 2, 0, 40, worked=50),
    ]
    found = rows_of(record(rows, [request(0, 50)], branches=fork(0, 0, 5, 20, 40)))
    assert {ends: (r.own, r.lead, r.people) for ends, r in found.items()} == {
        (0, 1): (3 + 2 + 2, 0, 2),
        (0, 2): (4 + 1 + 3, 8, 3),
        (2, 0): (0, 0, 0),
    }


def test_r13_a_return_and_a_question_keep_to_their_branch() -> None:
    """The visits of two branches stand between each other; each return belongs to the move on its own branch."""
    m = model([team(name) for name in "ABCDE"], [step(f"S{name}", name) for name in "ABCDE"])
    back = {"via": int(Via.RETURN), "kind": int(Kind.REWORK), "in_return": 1}
    rows = [
        first(0),
        move(0, 0, 1, 0, branch=1, kind=int(Kind.QUESTION)),
        move(0, 0, 2, 0, branch=2, released=4),
        visit(0, step=NONE, team=NONE, person=NONE, branch=1, sent=0, worked=3, kind=int(Kind.ANSWER), via=3),
        move(0, 1, 1, 3, branch=1, via=int(Via.ANSWER), released=5),
        move(0, 2, 3, 4, branch=2, released=6),
        move(0, 1, 4, 5, branch=1, released=7),
        move(0, 3, 2, 6, branch=2, **back, worked=16),  # caused by the move from C to D
        move(0, 4, 1, 7, branch=1, **back, worked=11),  # caused by the move from B to E
        move(0, 1, 4, 11, branch=1, kind=1, in_return=1, worked=12),
        move(0, 2, 3, 16, branch=2, kind=1, in_return=1, worked=18),
    ]
    r = record(rows, [request(0, 18)], branches=fork(0, 0, 0, 12, 18))
    found = rows_of(r, m)
    assert {ends: (x.moves, x.questions, x.answer, x.returns, x.returned, x.people) for ends, x in found.items()} == {
        (0, 1): (1, 1, 3, 0, 0, 0),
        (0, 2): (1, 0, 0, 0, 0, 0),
        (1, 4): (2, 0, 0, 1, 0, 4 + 1),  # its lead time hung on the other branch
        (2, 3): (2, 0, 0, 1, 10 + 2, 10 + 2),
        (3, 2): (1, 0, 0, 0, 0, 0),
        (4, 1): (1, 0, 0, 0, 0, 0),
    }
    assert found[0, 1].lead == 0


def test_r13_branches_that_are_done_again_belong_to_the_return_before_the_split() -> None:
    """Sent back on the trunk to before the split: both branches are done again, for the return that the move caused."""
    m = model([team(name) for name in "ABCD"], [step(f"S{name}", name) for name in "ABCD"])
    again = {"kind": int(Kind.REWORK), "in_return": 1}
    rows = [
        first(0),
        move(0, 0, 1, 0, branch=1),
        move(0, 0, 2, 0, branch=2),
        move(0, 2, 0, 0, released=1),  # joined at A
        move(0, 0, 3, 1, released=2),
        move(0, 3, 0, 2, via=int(Via.RETURN), **again, worked=10),
        move(0, 0, 1, 10, branch=3, **again, worked=13),
        move(0, 0, 2, 10, branch=4, **again, worked=15),
        move(0, 2, 3, 15, **again, worked=16),
    ]
    branches = [*fork(0, 0, 0, 0, 0), *fork(0, 0, 10, 13, 15, first=3)]
    row = rows_of(record(rows, [request(0, 16)], branches=branches), m)[0, 3]
    assert (row.returns, row.returned, row.people) == (1, 8 + 5 + 1, 8 + 3 + 5 + 1)


def test_r15_a_move_that_was_cut_short_waited_until_then_and_took_nobody_s_time() -> None:
    rows = [first(0), cut(0, 30, step=1, team=1, from_step=0, from_team=0, sent=0, gathered=0, delivered=10)]
    r = record(rows, [request(0, 30, outcome=1)], outcomes=("done", WITHDRAWN), ended_at=99)
    row = rows_of(r)[0, 1]
    assert (row.moves, row.transit, row.blocked, row.queue, row.people) == (1, 10, 20, 0, 0)
