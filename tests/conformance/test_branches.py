"""Parallel branches and their joins, by hand (R13). Teams that never close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from traces import Trace

from flowsim.metrics.audit import audit

Run = Callable[..., Trace]

SPLIT = """
calendars: {}
tasks:
  ten: {time: 10 min, value: adding}
  legal: {time: %s, value: adding}
  rest: {time: 10 min, value: adding}
teams: {Desk: {people: 1, calendar: always}, Law: {people: 1, calendar: always}, Fire: {people: 1, calendar: always}}
steps:
  Register: {team: Desk, does: ten, next: {parallel: [Legal, [Safety, Visit]], join: Decide}}
  Legal: {team: Law, does: legal%s}
  Safety: {team: Fire, does: ten%s}
  Visit: {team: Fire, does: rest%s}
  Decide: {team: Desk, does: ten%s}
"""


def test_r13_branches_begin_together_and_the_last_one_joins(trace: Run) -> None:
    """Legal takes 40 minutes, the other branch 20: Decide comes from Legal, at 9:50."""
    found = trace(SPLIT % ("40 min", "", "", "", ""), a="01-05 09:00")
    found.holds("""
        visit  step      branch  via      from_step  sent             started          released
        1      Register  0       arrival  customer   Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        2      Legal     1       next     Register   Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:50
        3      Safety    2       next     Register   Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:20
        4      Visit     2       next     Safety     Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:30
        5      Decide    0       next     Legal      Mon 01-05 09:50  Mon 01-05 09:50  Mon 01-05 10:00
    """)
    found.branches_are("""
        request  branch  parent  split     place  began            ended            joined
        0        1       0       Register  0      Mon 01-05 09:10  Mon 01-05 09:50  Mon 01-05 09:50
        0        2       0       Register  1      Mon 01-05 09:10  Mon 01-05 09:30  Mon 01-05 09:50
    """)
    assert found.ends() == ["Mon 01-05 10:00 done"]


@pytest.mark.parametrize(
    ("legal", "step", "team", "sent"),
    [("5 min", "Visit", "Fire", "09:30"), ("20 min", "Legal", "Law", "09:30"), ("21 min", "Legal", "Law", "09:31")],
)
def test_r13_the_branch_that_ended_last_is_the_critical_one(
    trace: Run, legal: str, step: str, team: str, sent: str
) -> None:
    """Of two that end at one instant it is the first in place."""
    found = trace(SPLIT % (legal, "", "", "", ""), a="01-05 09:00")
    assert found.visits(["from_step", "from_team", "sent"], "Decide") == [[step, team, f"Mon 01-05 {sent}"]]


@pytest.mark.parametrize(("legal", "delivered"), [("40 min", "10:50"), ("10 min", "09:30")])
def test_r7_r13_the_handoff_at_the_join_is_from_the_critical_branch(trace: Run, legal: str, delivered: str) -> None:
    """Fire decides: from Law it takes an hour to get there, from its own visit no time."""
    text = (SPLIT % (legal, "", "", "", ", handoff: {transit: 1 h}")).replace(
        "Decide: {team: Desk", "Decide: {team: Fire"
    )
    assert trace(text, a="01-05 09:00").visits(["delivered"], "Decide") == [[f"Mon 01-05 {delivered}"]]


def test_r3_r13_branches_that_meet_in_a_list_stand_in_order(trace: Run) -> None:
    """One team does all: at 9:10 both branches join its list, the first branch first; request 1 joined before them."""
    text = (SPLIT % ("10 min", "", "", "", "")).replace("team: Law", "team: Desk").replace("team: Fire", "team: Desk")
    assert trace(text, a="01-05 09:00, 01-05 09:10").visits(["request", "step", "branch", "started"]) == [
        ["0", "Register", "0", "Mon 01-05 09:00"],
        ["0", "Legal", "1", "Mon 01-05 09:10"],
        ["0", "Safety", "2", "Mon 01-05 09:20"],
        ["0", "Visit", "2", "Mon 01-05 09:40"],
        ["0", "Decide", "0", "Mon 01-05 10:10"],
        ["1", "Register", "0", "Mon 01-05 09:30"],
        ["1", "Legal", "1", "Mon 01-05 09:50"],
        ["1", "Safety", "2", "Mon 01-05 10:00"],
        ["1", "Visit", "2", "Mon 01-05 10:20"],
        ["1", "Decide", "0", "Mon 01-05 10:30"],
    ]


# -- what is not needed ------------------------------------------------------------------------------------------------


def test_r13_a_branch_with_nothing_to_do_ends_at_once(trace: Run) -> None:
    """Class b needs nobody of Law; for a the branch of 40 minutes is the last, for b the other one."""
    text = SPLIT % ("40 min", ", only: a", "", "", "")
    found = trace(
        text.replace("Desk: {people: 1", "Desk: {people: 2").replace("Fire: {people: 1", "Fire: {people: 2"),
        a="01-05 09:00",
        b="01-05 09:00",
    )
    assert found.visits(["request", "from_step", "sent"], "Decide") == [
        ["0", "Legal", "Mon 01-05 09:50"],
        ["1", "Visit", "Mon 01-05 09:30"],
    ]
    found.branches_are("""
        request  branch  place  began            ended            joined
        0        1       0      Mon 01-05 09:10  Mon 01-05 09:50  Mon 01-05 09:50
        0        2       1      Mon 01-05 09:10  Mon 01-05 09:30  Mon 01-05 09:50
        1        1       0      Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:30
        1        2       1      Mon 01-05 09:10  Mon 01-05 09:30  Mon 01-05 09:30
    """)


def test_r13_when_no_branch_has_anything_to_do_it_goes_straight_on(trace: Run) -> None:
    """From Register to Decide at once, as if there were no branches; they are written down all the same."""
    found = trace(SPLIT % ("40 min", ", only: a", ", only: a", ", only: a", ""), a="01-08 09:00", b="01-05 09:00")
    assert found.visits(["request", "step", "from_step", "sent"])[:2] == [
        ["0", "Register", "customer", "Mon 01-05 09:00"],
        ["0", "Decide", "Register", "Mon 01-05 09:10"],
    ]
    assert found.record.branches["began"].tolist()[:2] == found.record.branches["joined"].tolist()[:2]


def test_r13_steps_of_a_branch_may_be_skipped(trace: Run) -> None:
    """Class b needs no visit: its branch ends after the safety check."""
    found = trace(SPLIT % ("5 min", "", "", ", only: a", ""), a="01-08 09:00", b="01-05 09:00")
    assert found.visits(["from_step", "sent"], "Decide")[0] == ["Safety", "Mon 01-05 09:20"]


def test_r4_r13_a_step_in_a_branch_draws_as_on_the_trunk(trace: Run) -> None:
    """A share of half of them: by the keyed draw of the request, whatever the branch."""
    found = trace(
        (SPLIT % ("40 min", ", share: 50%", "", "", "")).replace("people: 1", "people: 40"),
        a=", ".join(["01-05 09:00"] * 40),
    )
    draws = found.draws.uniforms("share of Legal", "a")
    chosen = {int(row[0]) for row in found.visits(["request"], "Legal")}
    assert chosen == {i for i in range(40) if draws.at(i) < 0.5}
    assert 5 < len(chosen) < 35


# -- joins -------------------------------------------------------------------------------------------------------------


def test_r13_without_a_name_the_join_is_the_next_step_in_no_branch(trace: Run) -> None:
    """Decide, though Legal, Safety and Visit come first in the file."""
    text = SPLIT % ("40 min", "", "", "", "")
    bare = text.replace(", join: Decide", "")
    assert bare != text
    assert trace(bare, a="01-05 09:00").visits(["step", "sent"]) == trace(text, a="01-05 09:00").visits(
        ["step", "sent"]
    )


def test_r13_a_join_at_the_end_ends_the_journey(trace: Run) -> None:
    """With the last branch, at 9:50."""
    text = (SPLIT % ("40 min", "", "", "", "")).replace("join: Decide", "join: end")
    found = trace(text, a="01-05 09:00")
    assert found.ends() == ["Mon 01-05 09:50 done"]
    assert found.visits(["released"], "Decide") == []


def test_r13_two_splits_one_after_the_other(trace: Run) -> None:
    """The branches of the second are 3 and 4."""
    text = """
calendars: {}
tasks: {ten: {time: 10 min, value: adding}}
teams: {Desk: {people: 2, calendar: always}}
steps:
  One: {team: Desk, does: ten, next: {parallel: [A, B], join: Two}}
  A: {team: Desk, does: ten}
  B: {team: Desk, does: ten}
  Two: {team: Desk, does: ten, next: {parallel: [C, D], join: end}}
  C: {team: Desk, does: ten}
  D: {team: Desk, does: ten}
"""
    found = trace(text, a="01-05 09:00")
    assert found.visits(["visit", "step", "branch", "sent"]) == [
        ["1", "One", "0", "Mon 01-05 09:00"],
        ["2", "A", "1", "Mon 01-05 09:10"],
        ["3", "B", "2", "Mon 01-05 09:10"],
        ["4", "Two", "0", "Mon 01-05 09:20"],
        ["5", "C", "3", "Mon 01-05 09:30"],
        ["6", "D", "4", "Mon 01-05 09:30"],
    ]


def test_r13_r16_what_is_open_when_the_run_ends(trace: Run) -> None:
    """The first branch waits for a batch that never fills: the second has ended, and waits for the join."""
    text = SPLIT % ("40 min", ", handoff: {batch: 2 requests}", "", "", "")
    found = trace(text + "run: {length: 12 h}\n", a="01-05 09:00")
    found.branches_are("""
        branch  place  began            ended            joined
        1       0      Mon 01-05 09:10  -                -
        2       1      Mon 01-05 09:10  Mon 01-05 09:30  -
    """)
    assert found.ends() == ["-"]


# -- branches in branches ----------------------------------------------------------------------------------------------

NESTED = """
calendars: {}
tasks:
  stamp: {time: 0 min, value: adding}
  ten: {time: 10 min, value: adding}
  twenty: {time: 20 min, value: adding}
  hour: {time: 1 h, value: adding}
teams: {Desk: {people: 9, calendar: always}}
steps:
  Register: {team: Desk, does: ten, next: {parallel: [%s], join: Decide}}
  Legal: {team: Desk, does: hour}
  Safety: {team: Desk, does: %s, next: {parallel: [Water, Ladder], join: %s}}
  Water: {team: Desk, does: twenty}
  Ladder: {team: Desk, does: ten}
  Visit: {team: Desk, does: ten%s}
  Decide: {team: Desk, does: ten}
"""


def test_r13_branches_within_a_branch(trace: Run) -> None:
    """The safety branch splits in two, goes on to its visit at 9:40, and is done at 9:50; Legal at 10:10."""
    found = trace(NESTED % ("Legal, [Safety, Visit]", "ten", "Visit", ""), a="01-05 09:00")
    found.holds("""
        visit  step      branch  from_step  sent             released
        1      Register  0       customer   Mon 01-05 09:00  Mon 01-05 09:10
        2      Legal     1       Register   Mon 01-05 09:10  Mon 01-05 10:10
        3      Safety    2       Register   Mon 01-05 09:10  Mon 01-05 09:20
        4      Water     3       Safety     Mon 01-05 09:20  Mon 01-05 09:40
        5      Ladder    4       Safety     Mon 01-05 09:20  Mon 01-05 09:30
        6      Visit     2       Water      Mon 01-05 09:40  Mon 01-05 09:50
        7      Decide    0       Legal      Mon 01-05 10:10  Mon 01-05 10:20
    """)
    found.branches_are("""
        branch  parent  split     place  began            ended            joined
        1       0       Register  0      Mon 01-05 09:10  Mon 01-05 10:10  Mon 01-05 10:10
        2       0       Register  1      Mon 01-05 09:10  Mon 01-05 09:50  Mon 01-05 10:10
        3       2       Safety    0      Mon 01-05 09:20  Mon 01-05 09:40  Mon 01-05 09:40
        4       2       Safety    1      Mon 01-05 09:20  Mon 01-05 09:30  Mon 01-05 09:40
    """)


def test_r13_an_end_within_a_branch_is_that_of_the_branch(trace: Run) -> None:
    """The inner branches join at the end of theirs; the request goes on from Legal when all have come."""
    found = trace((NESTED % ("Legal, Safety", "ten", "end", "")).replace("Decide}", "Visit}", 1), a="01-05 09:00")
    assert found.visits(["step", "branch", "from_step", "sent"])[5:] == [
        ["Visit", "0", "Legal", "Mon 01-05 10:10"],
        ["Decide", "0", "Visit", "Mon 01-05 10:20"],
    ]


def test_r13_branches_of_one_instant_are_numbered_by_their_places(trace: Run) -> None:
    """Safety stands first and takes no time: it and the two that begin after it come before Legal; so do their
    visits.
    """
    found = trace(NESTED % ("[Safety, Visit], Legal", "stamp", "Visit", ""), a="01-05 09:00")
    assert found.visits(["visit", "step", "branch", "sent"])[1:5] == [
        ["2", "Safety", "1", "Mon 01-05 09:10"],
        ["3", "Water", "2", "Mon 01-05 09:10"],
        ["4", "Ladder", "3", "Mon 01-05 09:10"],
        ["5", "Legal", "4", "Mon 01-05 09:10"],
    ]
    assert found.record.branches["parent"].tolist() == [0, 1, 1, 0]


# -- returns and questions ---------------------------------------------------------------------------------------------


def test_r12_r13_a_return_within_a_branch(trace: Run) -> None:
    """Visit sends back to the safety check once; the other branch knows nothing of it, nor does what follows the
    join.
    """
    found = trace(SPLIT % ("5 min", "", "", ", returns: {chance: 100%, to: Safety, at most: 1}", ""), a="01-05 09:00")
    found.holds("""
        step      branch  pass  kind    via      in_return  sent             released
        Register  0       1     work    arrival  0          Mon 01-05 09:00  Mon 01-05 09:10
        Legal     1       1     work    next     0          Mon 01-05 09:10  Mon 01-05 09:15
        Safety    2       1     work    next     0          Mon 01-05 09:10  Mon 01-05 09:20
        Visit     2       1     work    next     0          Mon 01-05 09:20  Mon 01-05 09:30
        Safety    2       2     rework  return   1          Mon 01-05 09:30  Mon 01-05 09:40
        Visit     2       2     rework  next     1          Mon 01-05 09:40  Mon 01-05 09:50
        Decide    0       1     work    next     0          Mon 01-05 09:50  Mon 01-05 10:00
    """)


def test_r12_r13_a_return_to_before_the_split_begins_all_branches_again(trace: Run) -> None:
    """Decide sends back to Register once: branches 3 and 4, second passes, all of it time of the return."""
    found = trace(SPLIT % ("5 min", "", "", "", ", returns: {chance: 100%, to: Register, at most: 1}"), a="01-05 09:00")
    assert found.visits(["step", "branch", "pass", "via", "in_return", "sent"]) == [
        ["Register", "0", "1", "arrival", "0", "Mon 01-05 09:00"],
        ["Legal", "1", "1", "next", "0", "Mon 01-05 09:10"],
        ["Safety", "2", "1", "next", "0", "Mon 01-05 09:10"],
        ["Visit", "2", "1", "next", "0", "Mon 01-05 09:20"],
        ["Decide", "0", "1", "next", "0", "Mon 01-05 09:30"],
        ["Register", "0", "2", "return", "1", "Mon 01-05 09:40"],
        ["Legal", "3", "2", "next", "1", "Mon 01-05 09:50"],
        ["Safety", "4", "2", "next", "1", "Mon 01-05 09:50"],
        ["Visit", "4", "2", "next", "1", "Mon 01-05 10:00"],
        ["Decide", "0", "2", "next", "1", "Mon 01-05 10:10"],
    ]
    assert found.ends() == ["Mon 01-05 10:20 done"]


def test_r12_r13_a_return_into_a_branch_does_that_branch_alone(trace: Run) -> None:
    """Decide sends back to the safety check: it and the visit, as trunk, and at its end to the join; Legal is not asked
    again.
    """
    found = trace(SPLIT % ("5 min", "", "", "", ", returns: {chance: 100%, to: Safety, at most: 1}"), a="01-05 09:00")
    assert found.visits(["step", "branch", "pass", "via", "in_return", "from_step", "sent"])[4:] == [
        ["Decide", "0", "1", "next", "0", "Visit", "Mon 01-05 09:30"],
        ["Safety", "0", "2", "return", "1", "Decide", "Mon 01-05 09:40"],
        ["Visit", "0", "2", "next", "1", "Safety", "Mon 01-05 09:50"],
        ["Decide", "0", "2", "next", "1", "Visit", "Mon 01-05 10:00"],
    ]
    assert len(found.record.branches["branch"]) == 2


def test_r12_r13_a_return_into_an_inner_branch_goes_on_to_the_inner_join(trace: Run) -> None:
    """Decide sends back to Water: then to Visit, which Water and Ladder join at, then to Decide, all as trunk."""
    text = (NESTED % ("Legal, [Safety, Visit]", "ten", "Visit", "")).rstrip()[:-1]
    found = trace(text + ", returns: {chance: 100%, to: Water, at most: 1}}\n", a="01-05 09:00")
    assert found.visits(["step", "branch", "pass", "in_return", "sent"])[7:] == [
        ["Water", "0", "2", "1", "Mon 01-05 10:20"],
        ["Visit", "0", "2", "1", "Mon 01-05 10:40"],
        ["Decide", "0", "2", "1", "Mon 01-05 10:50"],
    ]


def test_r12_r13_a_return_into_a_step_that_splits_begins_its_branches_again(trace: Run) -> None:
    """Visit sends back to Safety once, within their branch: Water and Ladder begin again, in the return throughout."""
    back = ", returns: {chance: 100%, to: Safety, at most: 1}"
    found = trace(NESTED % ("Legal, [Safety, Visit]", "ten", "Visit", back), a="01-05 09:00")
    assert found.visits(["step", "branch", "pass", "in_return", "sent"])[6:] == [
        ["Safety", "2", "2", "1", "Mon 01-05 09:50"],
        ["Water", "5", "2", "1", "Mon 01-05 10:00"],
        ["Ladder", "6", "2", "1", "Mon 01-05 10:00"],
        ["Visit", "2", "2", "1", "Mon 01-05 10:20"],
        ["Decide", "0", "1", "0", "Mon 01-05 10:30"],
    ]


def test_r12_r13_a_return_by_the_step_that_splits_comes_before_the_split(trace: Run) -> None:
    """Register sends itself back once: one pass more, then the branches, and what they do is no part of the return."""
    text = (SPLIT % ("5 min", "", "", "", "")).replace(
        "does: ten, next", "does: ten, returns: {chance: 100%, to: Register, at most: 1}, next"
    )
    found = trace(text, a="01-05 09:00")
    assert found.visits(["step", "branch", "pass", "in_return", "sent"]) == [
        ["Register", "0", "1", "0", "Mon 01-05 09:00"],
        ["Register", "0", "2", "1", "Mon 01-05 09:10"],
        ["Legal", "1", "1", "0", "Mon 01-05 09:20"],
        ["Safety", "2", "1", "0", "Mon 01-05 09:20"],
        ["Visit", "2", "1", "0", "Mon 01-05 09:30"],
        ["Decide", "0", "1", "0", "Mon 01-05 09:40"],
    ]


def test_r12_r13_a_question_in_a_branch_keeps_it_waiting_alone(trace: Run) -> None:
    """Law asks the desk, which registered it: question, answer and work are of branch 1; branch 2 goes on meanwhile."""
    question = ", handoff: {question: {chance: 100%, to: sender, answer: 15 min}}"
    trace(SPLIT % ("5 min", question, "", "", ""), a="01-05 09:00").holds("""
        visit  step      team  branch  kind      via       sent             released
        1      Register  Desk  0       work      arrival   Mon 01-05 09:00  Mon 01-05 09:10
        2      Legal     Law   1       question  next      Mon 01-05 09:10  Mon 01-05 09:10
        3      Register  Desk  1       answer    question  Mon 01-05 09:10  Mon 01-05 09:25
        4      Safety    Fire  2       work      next      Mon 01-05 09:10  Mon 01-05 09:20
        5      Visit     Fire  2       work      next      Mon 01-05 09:20  Mon 01-05 09:30
        6      Legal     Law   1       work      answer    Mon 01-05 09:25  Mon 01-05 09:30
        7      Decide    Desk  0       work      next      Mon 01-05 09:30  Mon 01-05 09:40
    """)


def test_r13_shares_within_a_branch(trace: Run) -> None:
    """In the second branch Safety goes on to Visit or straight to Report, by a keyed draw; both lead to the join."""
    text = """
calendars: {}
tasks: {ten: {time: 10 min, value: adding}}
teams: {Desk: {people: 99, calendar: always}}
steps:
  Register: {team: Desk, does: ten, next: {parallel: [Legal, [Safety, Visit, Report]]}}
  Legal: {team: Desk, does: ten}
  Safety: {team: Desk, does: ten, next: {Visit: 50%, Report: 50%}}
  Visit: {team: Desk, does: ten}
  Report: {team: Desk, does: ten}
  Decide: {team: Desk, does: ten}
"""
    found = trace(text, a=", ".join(["01-05 09:00"] * 20))
    draws = found.draws.uniforms("route at Safety", "a")
    expected = ["Mon 01-05 09:40" if draws.at(i, 1) < 0.5 else "Mon 01-05 09:30" for i in range(20)]
    assert [row[0] for row in found.visits(["sent"], "Decide")] == expected
    assert len(set(expected)) == 2


def test_r4_r13_a_task_in_two_branches_is_done_a_first_and_a_second_time(trace: Run) -> None:
    """Both branches do the same task: the one begun first has the request's first draw of it."""
    text = """
calendars: {}
tasks: {ten: {time: 10 min, value: adding}, opinion: {time: exponential(10 min), value: adding}}
teams: {Desk: {people: 9, calendar: always}}
steps:
  Register: {team: Desk, does: ten, next: {parallel: [[Walk, Late], Early], join: end}}
  Walk: {team: Desk, does: ten}
  Late: {team: Desk, does: opinion}
  Early: {team: Desk, does: opinion}
"""
    found = trace(text, a="01-05 09:00")
    work = found.draws.durations("task:opinion", "a", found.model.task("opinion").time)
    rows = {row[0]: int(t) for row, t in zip(found.visits(["step"]), found.record.visits["adding_ticks"], strict=True)}
    assert (rows["Early"], rows["Late"]) == (work.at(0, 1), work.at(0, 2))


AT_ONCE = """
calendars: {}
tasks: {nothing: {time: 0 min, value: adding}}
teams: {Desk: {people: 1, calendar: always}, Law: {people: 1, calendar: always}}
steps:
  Register: {team: Desk, does: nothing, next: {parallel: [Legal, Safety], join: Decide}}
  Legal: {team: Law, does: nothing, next: {parallel: [Old, New], join: end}}
  Old: {team: Law, does: nothing}
  New: {team: Law, does: nothing}
  Safety: {team: Desk, does: nothing}
  Decide: {team: Desk, does: nothing, returns: {chance: 100%, to: TO, at most: 1}}
"""


@pytest.mark.parametrize(
    ("back_to", "after"),
    [("Safety", [("Safety", 0, 2)]), ("Legal", [("Legal", 0, 2), ("Old", 5, 2), ("New", 6, 2)])],
)
def test_r13_visits_of_one_instant_stand_as_the_paths_run(
    trace: Run, back_to: str, after: list[tuple[str, int, int]]
) -> None:
    """All of it takes no time. Old and New are within the branch of Legal, so that of Safety comes behind them; what is
    sent back counts its passes after that.
    """
    found = trace(AT_ONCE.replace("TO", back_to), a="01-05 09:00")
    began = [("Register", 0), ("Legal", 1), ("Old", 2), ("New", 3), ("Safety", 4), ("Decide", 0)]
    expected = [(step, branch, 1) for step, branch in began] + [*after, ("Decide", 0, 2)]
    rows = found.visits(["step", "branch", "pass"])
    assert [(row[0], int(row[1]), int(row[2])) for row in rows] == expected


def test_r13_another_order_of_an_instant_breaks_the_chain(trace: Run) -> None:
    """Spoiled: two visits of one instant, on two branches, change places; two branches change their numbers."""
    found = trace(AT_ONCE.replace("TO", "Safety"), a="01-05 09:00")
    visits = {name: column.copy() for name, column in found.record.visits.items()}
    for name in set(visits) - {"visit"}:
        visits[name][[3, 4]] = visits[name][[4, 3]]
    report = audit(found.model, replace(found.record, visits=visits))
    assert "chain" in {check.name for check in report.broken}
    visits = {name: column.copy() for name, column in found.record.visits.items()}
    branches = {name: column.copy() for name, column in found.record.branches.items()}
    new = np.array([0, 1, 2, 4, 3])
    visits["branch"] = new[visits["branch"]]
    branches = {name: column[[0, 1, 3, 2]] for name, column in branches.items()} | {"branch": branches["branch"]}
    report = audit(found.model, replace(found.record, visits=visits, branches=branches))
    assert "branches" in {check.name for check in report.broken}
