"""Limits on the work in process, by hand (R14): who waits, who is let in, what is kept meanwhile. Teams never close."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import Trace

from flowsim.errors import EngineError

Run = Callable[..., Trace]

LINE = """
calendars: {}
limits: {%s}
tasks: {first: {time: 10 min, value: adding}, then: {time: 30 min, value: adding}}
teams: {A: {people: %s, calendar: always}, B: {people: 1, calendar: always}}
steps:
  First: {team: A, does: first%s}
  Then: {team: B, does: then%s}
"""

THREE = ", ".join(["01-05 09:00"] * 3)


# -- what a limit counts -----------------------------------------------------------------------------------------------


def test_r14_at_a_step_there_are_at_most_so_many(trace: Run) -> None:
    """One at Then. The desk goes on with First meanwhile: whoever is done there waits at the door of Then, blocked."""
    trace(LINE % ("Then: 1", 1, "", ""), a=THREE).holds("""
        request  step   delivered        admitted         started          released
        0        First  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        0        Then   Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:40
        1        First  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:20
        1        Then   Mon 01-05 09:20  Mon 01-05 09:40  Mon 01-05 09:40  Mon 01-05 10:10
        2        First  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:20  Mon 01-05 09:30
        2        Then   Mon 01-05 09:30  Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:40
    """)


def test_r14_who_may_not_go_on_keeps_the_place_where_it_was(trace: Run) -> None:
    """One at each step: request 1, done at First, stays there until 9:40; only then 2 is let in."""
    trace(LINE % ("First: 1, Then: 1", 1, "", ""), a=THREE).holds("""
        request  step   delivered        admitted         started          released
        0        First  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        0        Then   Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:40
        1        First  Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:20
        1        Then   Mon 01-05 09:20  Mon 01-05 09:40  Mon 01-05 09:40  Mon 01-05 10:10
        2        First  Mon 01-05 09:00  Mon 01-05 09:40  Mon 01-05 09:40  Mon 01-05 09:50
        2        Then   Mon 01-05 09:50  Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:40
    """)


def test_r14_the_whole_lets_in_when_a_journey_ends(trace: Run) -> None:
    """One at all: the next is let in at First when the one before has ended."""
    found = trace(LINE % ("all: 1", 1, "", ""), a=THREE)
    assert found.visits(["delivered", "admitted"], "First") == [
        ["Mon 01-05 09:00", "Mon 01-05 09:00"],
        ["Mon 01-05 09:00", "Mon 01-05 09:40"],
        ["Mon 01-05 09:00", "Mon 01-05 10:20"],
    ]
    assert found.ends() == ["Mon 01-05 09:40 done", "Mon 01-05 10:20 done", "Mon 01-05 11:00 done"]


def test_r14_a_team_counts_all_its_steps(trace: Run) -> None:
    """Two with team A, at First or at Check; team B has no limit. Request 2 is let in when 0 goes to B, at 9:30."""
    text = (LINE % ("A: 2", 1, "", "")).replace("  Then:", "  Check: {team: A, does: first}\n  Then:")
    trace(text, a=THREE).holds("""
        request  step   admitted         started          released
        0        First  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        0        Check  Mon 01-05 09:10  Mon 01-05 09:20  Mon 01-05 09:30
        0        Then   Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 10:00
        1        First  Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:20
        1        Check  Mon 01-05 09:20  Mon 01-05 09:30  Mon 01-05 09:40
        1        Then   Mon 01-05 09:40  Mon 01-05 10:00  Mon 01-05 10:30
        2        First  Mon 01-05 09:30  Mon 01-05 09:40  Mon 01-05 09:50
        2        Check  Mon 01-05 09:50  Mon 01-05 09:50  Mon 01-05 10:00
        2        Then   Mon 01-05 10:00  Mon 01-05 10:30  Mon 01-05 11:00
    """)


def test_r14_a_move_within_the_team_takes_its_place_along(trace: Run) -> None:
    """One with the team: the next step of the same team needs no other place."""
    text = (LINE % ("A: 1", 1, "", "")).replace("team: B", "team: A")
    assert trace(text, a=THREE).visits(["request", "step", "admitted"]) == [
        ["0", "First", "Mon 01-05 09:00"],
        ["0", "Then", "Mon 01-05 09:10"],
        ["1", "First", "Mon 01-05 09:40"],
        ["1", "Then", "Mon 01-05 09:50"],
        ["2", "First", "Mon 01-05 10:20"],
        ["2", "Then", "Mon 01-05 10:30"],
    ]


def test_r14_of_several_teams_the_first_named_counts(trace: Run) -> None:
    """First may be done by A or B; whoever does it, it is A's limit that it needs."""
    text = (LINE % ("A: 1", 1, "", "")).replace("First: {team: A", "First: {team: [A, B]")
    assert trace(text, a=THREE).visits(["team", "admitted", "started"], "First")[:2] == [
        ["A", "Mon 01-05 09:00", "Mon 01-05 09:00"],
        ["A", "Mon 01-05 09:10", "Mon 01-05 09:10"],
    ]
    assert trace(text.replace("A: 1}", "B: 1}", 1), a=THREE).visits(["admitted"], "First")[2] == ["Mon 01-05 09:00"]


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_r14_blocking_person_keeps_the_person_too(trace: Run) -> None:
    """Request 1 is done at 9:20 and may go on at 9:40: until then its person does nothing else."""
    found = trace(LINE % ("Then: 1", 1, ", blocking: person", ""), a=THREE)
    assert found.visits(["request", "admitted", "started", "released"], "First") == [
        ["0", "Mon 01-05 09:00", "Mon 01-05 09:00", "Mon 01-05 09:10"],
        ["1", "Mon 01-05 09:00", "Mon 01-05 09:10", "Mon 01-05 09:20"],
        ["2", "Mon 01-05 09:00", "Mon 01-05 09:40", "Mon 01-05 09:50"],
    ]
    assert found.visits(["admitted"], "Then") == [["Mon 01-05 09:10"], ["Mon 01-05 09:40"], ["Mon 01-05 10:10"]]


def test_r14_blocking_person_keeps_that_person_only(trace: Run) -> None:
    """Of two people: 1 is kept till 9:40, 0, who may go on, at once free again: 2 and 3 are his."""
    found = trace(LINE % ("Then: 1", 2, ", blocking: person", ""), a=THREE + ", 01-05 09:05")
    assert found.visits(["request", "person", "started"], "First") == [
        ["0", "0", "Mon 01-05 09:00"],
        ["1", "1", "Mon 01-05 09:00"],
        ["2", "0", "Mon 01-05 09:10"],
        ["3", "1", "Mon 01-05 09:40"],
    ]


def test_r11_r14_blocking_person_until_the_last_of_a_batch_has_gone(trace: Run) -> None:
    """Two handled together, done at 9:20; 0 goes on, 1 may at 9:50: the next batch begins then."""
    found = trace(LINE % ("Then: 1", 1, ", blocking: person, batch: 2 requests", ""), a=THREE + ", 01-05 09:00")
    assert found.visits(["request", "turn", "released"], "First") == [
        ["0", "Mon 01-05 09:00", "Mon 01-05 09:20"],
        ["1", "Mon 01-05 09:10", "Mon 01-05 09:20"],
        ["2", "Mon 01-05 09:50", "Mon 01-05 10:10"],
        ["3", "Mon 01-05 10:00", "Mon 01-05 10:10"],
    ]


def test_r8_r14_blocking_person_keeps_all_who_worked(trace: Run) -> None:
    """First takes A and C; both stay with request 1 until 9:40, so C reads nothing meanwhile."""
    text = (LINE % ("Then: 1", 1, ", blocking: person, with: C, only: a", ", only: a")).replace(
        "teams: {", "teams: {C: {people: 1, calendar: always}, "
    )
    text += "  Read: {team: C, does: first, only: b}\n"
    found = trace(text, a="01-05 09:00, 01-05 09:00", b="01-05 09:15")
    assert found.visits(["started"], "Read") == [["Mon 01-05 09:40"]]


@pytest.mark.parametrize("way", ["batch: 1 request", "transit: 1 min", "batch: 5 requests or 1 min"])
def test_r7_r14_what_is_sent_leaves_its_place_at_once(trace: Run, way: str) -> None:
    """Through a transfer batch or a transit it is nowhere until it is let in: First has room for 2 at 9:20, and keeps
    nobody.
    """
    found = trace(LINE % ("First: 1, Then: 1", 1, ", blocking: person", f", handoff: {{{way}}}"), a=THREE)
    assert found.visits(["admitted", "started"], "First") == [
        ["Mon 01-05 09:00", "Mon 01-05 09:00"],
        ["Mon 01-05 09:10", "Mon 01-05 09:10"],
        ["Mon 01-05 09:20", "Mon 01-05 09:20"],
    ]


def test_r14_a_place_is_held_while_a_process_batch_fills(trace: Run) -> None:
    """Two places at Then, which handles two at a time: 0 and 1 are let in and wait for each other, 2 is not."""
    found = trace(LINE % ("Then: 2", 1, "", ", batch: 2 requests or 2 h"), a=THREE)
    assert found.visits(["admitted", "assembled"], "Then") == [
        ["Mon 01-05 09:10", "Mon 01-05 09:20"],
        ["Mon 01-05 09:20", "Mon 01-05 09:20"],
        ["Mon 01-05 10:20", "Mon 01-05 12:20"],
    ]


def test_r12_r14_a_question_keeps_the_place_and_the_answer_needs_none(trace: Run) -> None:
    """Then asks the customer of 0 at 9:10, an hour: 1 stays outside all the time, and 0 is worked on from 10:10."""
    question = ", handoff: {question: {chance: 100%, to: customer, answer: 1 h}}"
    trace(LINE % ("Then: 1", 1, "", question), a="01-05 09:00, 01-05 09:00").holds("""
        request  step      kind      delivered        admitted         started          released
        0        First     work      Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        0        Then      question  Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:10
        0        customer  answer    Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 10:10
        0        Then      work      Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:40
        1        First     work      Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:20
        1        Then      question  Mon 01-05 09:20  Mon 01-05 10:40  Mon 01-05 10:40  Mon 01-05 10:40
        1        customer  answer    Mon 01-05 10:40  Mon 01-05 10:40  Mon 01-05 10:40  Mon 01-05 11:40
        1        Then      work      Mon 01-05 11:40  Mon 01-05 11:40  Mon 01-05 11:40  Mon 01-05 12:10
    """)


def test_r12_r14_an_answer_is_no_matter_of_limits(trace: Run) -> None:
    """Team A, full with request 1, answers about request 0 when its person is free."""
    question = ", handoff: {question: {chance: 100%, to: sender, answer: 5 min}}"
    found = trace(LINE % ("A: 1", 1, "", question), a="01-05 09:00, 01-05 09:00")
    rows = [row[1:] for row in found.visits(["request", "step", "kind", "admitted", "started"]) if row[0] == "0"]
    assert rows == [
        ["First", "work", "Mon 01-05 09:00", "Mon 01-05 09:00"],
        ["Then", "question", "Mon 01-05 09:10", "Mon 01-05 09:10"],
        ["First", "answer", "Mon 01-05 09:10", "Mon 01-05 09:20"],
        ["Then", "work", "Mon 01-05 09:25", "Mon 01-05 09:25"],
    ]


# -- who is let in -----------------------------------------------------------------------------------------------------


def test_r14_a_place_given_back_lets_in_others_at_the_same_instant(trace: Run) -> None:
    """One at each of three steps: at 9:50, when 0 leaves Last, 1 goes to Last, 2 to Then and 3 to First."""
    text = (LINE % ("First: 1, Then: 1, Last: 1", 1, "", "")) + "  Last: {team: C, does: last}\n"
    text = text.replace("then: {time: 30", "then: {time: 10").replace(
        "tasks: {", "tasks: {last: {time: 30 min, value: adding}, "
    )
    text = text.replace("teams: {", "teams: {C: {people: 1, calendar: always}, ")
    found = trace(text, a=THREE + ", 01-05 09:00")
    rows = [row for row in found.visits(["request", "step", "admitted"]) if row[2] == "Mon 01-05 09:50"]
    assert rows == [
        ["1", "Last", "Mon 01-05 09:50"],
        ["2", "Then", "Mon 01-05 09:50"],
        ["3", "First", "Mon 01-05 09:50"],
    ]


TWO_DOORS = """
calendars: {}
limits: {B: 1}
requests:
  a: {arrivals: {file: a.csv, column: arrived}%s}
  b: {arrivals: {file: b.csv, column: arrived}%s}
tasks: {work: {time: 30 min, value: adding}}
teams: {B: {people: 1, calendar: always}}
steps:
  Early: {team: B, does: work, only: a}
  Late: {team: B, does: work, only: b}
"""


def test_r14_places_are_given_out_from_the_customers_side(trace: Run) -> None:
    """At 9:30 a waits at Early since 9:05 and b at Late since 9:10: the later step of the file lets in first."""
    found = trace(TWO_DOORS % ("", ""), a="01-05 09:00, 01-05 09:05", b="01-05 09:10")
    assert found.visits(["class", "admitted"]) == [
        ["a", "Mon 01-05 09:00"],
        ["a", "Mon 01-05 10:00"],
        ["b", "Mon 01-05 09:30"],
    ]


def test_r14_between_steps_priority_decides_nothing(trace: Run) -> None:
    """Pull comes first: a is urgent and waits at the earlier step all the same."""
    found = trace(TWO_DOORS % (", priority: 0", ""), a="01-05 09:00, 01-05 09:05", b="01-05 09:10")
    assert found.visits(["class", "admitted"])[1:] == [["a", "Mon 01-05 10:00"], ["b", "Mon 01-05 09:30"]]


def test_r14_at_a_step_by_priority_then_by_delivery_then_by_number(trace: Run) -> None:
    """1 and 2 came at 9:05, 3 at 9:06, the urgent one (4) at 9:10: 4, 1, 2, 3. The team's own queue is last in."""
    text = (TWO_DOORS % ("", ", priority: 0")).replace("team: B, does: work, only: a", "team: B, does: work")
    text = text.replace("  Late: {team: B, does: work, only: b}\n", "").replace(
        "calendar: always}", "calendar: always, queue: last in}"
    )
    found = trace(text, a="01-05 09:00, 01-05 09:05, 01-05 09:05, 01-05 09:06", b="01-05 09:10")
    assert found.order("Early") == [0, 4, 1, 2, 3]


def test_r14_who_cannot_enter_is_passed_by(trace: Run) -> None:
    """Two at all, one at First. Request 2 waits outside since 9:00; at 9:40 the whole is full, but 0, sent back from
    Then, is inside: it has the place at First. 2 is let in when 0 has ended, at 10:40.
    """
    found = trace(LINE % ("First: 1, all: 2", 1, "", ", returns: {chance: 100%, to: First, at most: 1}"), a=THREE)
    assert found.visits(["request", "pass", "delivered", "admitted"], "First") == [
        ["0", "1", "Mon 01-05 09:00", "Mon 01-05 09:00"],
        ["0", "2", "Mon 01-05 09:40", "Mon 01-05 09:40"],
        ["1", "1", "Mon 01-05 09:00", "Mon 01-05 09:10"],
        ["1", "2", "Mon 01-05 10:10", "Mon 01-05 10:10"],
        ["2", "1", "Mon 01-05 09:00", "Mon 01-05 10:40"],
        ["2", "2", "Mon 01-05 11:40", "Mon 01-05 11:40"],
    ]


def test_r3_r14_places_before_work(trace: Run) -> None:
    """At 9:40 Then is given to 1, which waits at its door, and its person begins it in the same round."""
    found = trace(LINE % ("Then: 1", 1, "", ""), a="01-05 09:00, 01-05 09:00")
    assert found.visits(["admitted", "started"], "Then")[1] == ["Mon 01-05 09:40", "Mon 01-05 09:40"]


# -- branches (R13) ----------------------------------------------------------------------------------------------------

SPLIT = """
calendars: {}
limits: {%s}
tasks: {ten: {time: 10 min, value: adding}, twenty: {time: 20 min, value: adding}, hour: {time: 1 h, value: adding}}
teams: {Desk: {people: 1, calendar: always}, Law: {people: 1, calendar: always}, Fire: {people: 1, calendar: always}}
steps:
  Register: {team: Desk, does: ten%s, next: {parallel: [Legal, Safety], join: Decide}}
  Legal: {team: Law, does: hour}
  Safety: {team: Fire, does: twenty}
  Decide: {team: Desk, does: ten}
"""


def test_r13_r14_a_split_keeps_its_place_until_the_last_branch_is_let_in(trace: Run) -> None:
    """One at Legal, one at Register: both branches of 1 begin at 9:20, that of Legal is let in at 10:10. Until then 1
    is counted at Register, and 2 waits outside.
    """
    found = trace(SPLIT % ("Register: 1, Legal: 1", ""), a=THREE)
    assert found.visits(["admitted"], "Register") == [["Mon 01-05 09:00"], ["Mon 01-05 09:10"], ["Mon 01-05 10:10"]]
    assert found.visits(["admitted"], "Safety")[:2] == [["Mon 01-05 09:10"], ["Mon 01-05 09:20"]]
    assert found.visits(["admitted"], "Legal")[:2] == [["Mon 01-05 09:10"], ["Mon 01-05 10:10"]]


def test_r13_r14_blocking_person_at_a_split(trace: Run) -> None:
    """The desk's person is kept by 1 until Legal lets its branch in, at 10:10; then he registers 2, which waits
    longest, and is kept by that until 11:10: Decide of 0, there since 10:10, has to wait for him.
    """
    found = trace(SPLIT % ("Legal: 1", ", blocking: person"), a=THREE)
    assert found.visits(["request", "step", "started"])[:6] == [
        ["0", "Register", "Mon 01-05 09:00"],
        ["0", "Legal", "Mon 01-05 09:10"],
        ["0", "Safety", "Mon 01-05 09:10"],
        ["0", "Decide", "Mon 01-05 11:10"],
        ["1", "Register", "Mon 01-05 09:10"],
        ["1", "Legal", "Mon 01-05 10:10"],
    ]
    assert found.visits(["started"], "Register")[2] == ["Mon 01-05 10:10"]


def test_r13_r14_at_the_end_of_a_branch_its_place_is_given_back(trace: Run) -> None:
    """0 is done with Safety at 9:30 and waits for its opinion: 1 is let in at Safety then."""
    found = trace(SPLIT % ("Safety: 1", ""), a="01-05 09:00, 01-05 09:00")
    assert found.visits(["delivered", "admitted"], "Safety") == [
        ["Mon 01-05 09:10", "Mon 01-05 09:10"],
        ["Mon 01-05 09:20", "Mon 01-05 09:30"],
    ]


def test_r13_r14_the_branches_of_a_request_are_one_in_the_whole(trace: Run) -> None:
    """One at all: both branches of it go on side by side."""
    found = trace(SPLIT % ("all: 1", ""), a="01-05 09:00, 01-05 09:00")
    assert found.visits(["request", "step", "admitted"])[:5] == [
        ["0", "Register", "Mon 01-05 09:00"],
        ["0", "Legal", "Mon 01-05 09:10"],
        ["0", "Safety", "Mon 01-05 09:10"],
        ["0", "Decide", "Mon 01-05 10:10"],
        ["1", "Register", "Mon 01-05 10:20"],
    ]


def test_r13_r14_each_branch_needs_a_place_of_its_own_with_a_team(trace: Run) -> None:
    """Law does both branches and has room for one: the second is let in when the first is done."""
    text = (SPLIT % ("Law: 1", "")).replace("team: Fire", "team: Law")
    found = trace(text, a="01-05 09:00")
    assert found.visits(["step", "delivered", "admitted"])[1:3] == [
        ["Legal", "Mon 01-05 09:10", "Mon 01-05 09:30"],
        ["Safety", "Mon 01-05 09:10", "Mon 01-05 09:10"],
    ]


# -- deadlock ----------------------------------------------------------------------------------------------------------


def test_r14_a_deadlock_is_an_error_that_names_the_circle(trace: Run) -> None:
    """0 is sent back from Then to First, where 1 is; 1 may not go on to Then, where 0 is."""
    text = LINE % ("First: 1, Then: 1", 1, "", ", returns: {chance: 100%, to: First, at most: 1}")
    with pytest.raises(EngineError, match=r"has locked on day 0\.40") as caught:
        trace(text, a="01-05 09:00, 01-05 09:00")
    assert caught.value.code == "FS711"
    message = str(caught.value)
    assert "request 0 is done at 'Then' and may not go on to 'First': the limit of step 'First' (1) is full" in message
    assert "request 1 is done at 'First' and may not go on to 'Then': the limit of step 'Then' (1) is full" in message


def test_r14_with_a_place_more_nothing_locks(trace: Run) -> None:
    """Two at First: 0 finds room there."""
    text = LINE % ("First: 2, Then: 1", 1, "", ", returns: {chance: 100%, to: First, at most: 1}")
    assert trace(text, a="01-05 09:00, 01-05 09:00").ends()[0].endswith("done")


def test_r7_r14_nothing_locks_that_is_handed_over_in_batches(trace: Run) -> None:
    """Into Then by a transit: 1 has left First, so 0 finds room there."""
    back = ", handoff: {transit: 1 min}, returns: {chance: 100%, to: First, at most: 1}"
    assert trace(LINE % ("First: 1, Then: 1", 1, "", back), a="01-05 09:00, 01-05 09:00").ends()[0].endswith("done")


def test_r14_people_who_are_kept_may_lock_too(trace: Run) -> None:
    """One person does both steps. 0 waits at Then for him; he is kept by 1, which waits for a place at Then."""
    text = (LINE % ("Then: 1", 1, ", blocking: person", "")).replace("team: B", "team: A")
    with pytest.raises(EngineError) as caught:
        trace(text, a="01-05 09:00, 01-05 09:00")
    assert caught.value.code == "FS711"
    message = str(caught.value)
    assert "request 0 waits at 'Then' for people who are all kept by finished requests" in message
    assert "request 1 is done at 'First' and may not go on to 'Then': the limit of step 'Then' (1) is full" in message


def test_r14_a_deadlock_elsewhere_than_in_the_whole_is_found_at_once(trace: Run) -> None:
    """Others may still move: a third request is at work with C till the evening; the two are locked all the same."""
    text = LINE % ("First: 1, Then: 1", 1, ", only: a", ", only: a, returns: {chance: 100%, to: First, at most: 1}")
    text = text.replace("teams: {", "teams: {C: {people: 1, calendar: always}, ")
    text = (
        text.replace("tasks: {", "tasks: {long: {time: 12 h, value: adding}, ")
        + "  Long: {team: C, does: long, only: b}\n"
    )
    with pytest.raises(EngineError, match=r"day 0\.40"):
        trace(text, a="01-05 09:00, 01-05 09:00", b="01-05 08:00")


def test_r14_r15_who_may_withdraw_locks_nothing(trace: Run) -> None:
    """With a patience of two hours 0 and 1 go away at 11:00, and the process is free again for 2."""
    text = LINE % ("First: 1, Then: 1", 1, "", ", returns: {chance: 100%, to: First, at most: 1}")
    text += "requests: {a: {arrivals: {file: a.csv, column: arrived}, patience: 2 h}}\n"
    assert trace(text, a="01-05 09:00, 01-05 09:00, 01-05 12:00").ends() == [
        "Mon 01-05 11:00 withdrawn",
        "Mon 01-05 11:00 withdrawn",
        "Mon 01-05 13:20 done",
    ]


# -- the same without limits -------------------------------------------------------------------------------------------


def test_r14_a_limit_that_is_never_reached_changes_nothing(trace: Run) -> None:
    """A thousand places everywhere: the same instants as without any."""
    text = LINE % (
        "First: 1000, Then: 1000, A: 1000, B: 1000, all: 1000",
        1,
        ", returns: 10% to First",
        ", batch: 2 requests or 1 h",
    )
    come = ", ".join(f"01-05 {hour:02d}:{minute:02d}" for hour in range(8, 16) for minute in (0, 7, 31))
    bare = text.replace("limits: {First: 1000, Then: 1000, A: 1000, B: 1000, all: 1000}", "")
    assert "limits" not in bare
    columns = ["request", "step", "sent", "admitted", "assembled", "started", "released", "person"]
    assert trace(text, a=come).visits(columns) == trace(bare, a=come).visits(columns)
