"""Whoever did the previous step goes straight on, by hand (R8). Desks that never close unless a test says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import Trace

Run = Callable[..., Trace]

STRAIGHT = """
calendars: {mornings: {hours: mon-fri 09:00-12:00}}
tasks: {look: {time: 20 min, value: adding}, decide: {time: 30 min, value: adding}}
teams: {Desk: {people: %s, calendar: always}, Back: {people: 1, calendar: always}}
steps:
  Look: {team: Desk, does: look%s}
  Decide: {team: %s, does: decide, same person: yes%s}
"""


def test_r8_the_same_person_goes_straight_on(trace: Run) -> None:
    """Request 1 waits since 9:05, yet person 0 goes straight on with 0; without the rule 1 would be first."""
    text = STRAIGHT % (1, "", "Desk", "")
    trace(text, a="01-05 09:00, 01-05 09:05").holds("""
        request  step    person  sent             assembled        started          released
        0        Look    0       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:20
        0        Decide  0       Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:50
        1        Look    0       Mon 01-05 09:05  Mon 01-05 09:05  Mon 01-05 09:50  Mon 01-05 10:10
        1        Decide  0       Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:40
    """)
    assert trace(text.replace("yes", "no"), a="01-05 09:00, 01-05 09:05").visits(["step", "started"]) == [
        ["Look", "Mon 01-05 09:00"],
        ["Decide", "Mon 01-05 09:40"],
        ["Look", "Mon 01-05 09:20"],
        ["Decide", "Mon 01-05 10:10"],
    ]


def test_r8_everyone_keeps_his_own(trace: Run) -> None:
    """Two people, two requests, done at one instant: each goes on with his, not with the lower number."""
    found = trace(STRAIGHT % (2, "", "Desk", ""), a="01-05 09:00, 01-05 09:00, 01-05 09:01")
    assert found.visits(["request", "step", "person", "started"]) == [
        ["0", "Look", "0", "Mon 01-05 09:00"],
        ["0", "Decide", "0", "Mon 01-05 09:20"],
        ["1", "Look", "1", "Mon 01-05 09:00"],
        ["1", "Decide", "1", "Mon 01-05 09:20"],
        ["2", "Look", "0", "Mon 01-05 09:50"],
        ["2", "Decide", "0", "Mon 01-05 10:10"],
    ]


def test_r7_r8_there_is_no_handoff_for_who_goes_straight_on(trace: Run) -> None:
    """Not even where the rules hold within the team: no batch, no way, no reading in, no question."""
    handoff = ", handoff: {within team: yes, batch: 5 requests, transit: 1 h, reread: 10 min, %s}"
    handoff %= "question: {chance: 100%, to: customer, answer: 1 h}"
    trace(STRAIGHT % (1, "", "Desk", handoff), a="01-05 09:00").holds("""
        step    kind  transfer_batch  sent             started          read             released
        Look    work  -               Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:20
        Decide  work  -               Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:50
    """)


def test_r8_a_step_of_another_team_is_not_his(trace: Run) -> None:
    """Of Back, where nobody of the desk works: it waits in the list like any other, and is read."""
    trace(STRAIGHT % (1, "", "Back", ", handoff: {reread: 10 min}"), a="01-05 09:00, 01-05 09:00").holds(
        """
        request  team  sent             started          read             released
        0        Back  Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:30  Mon 01-05 10:00
        1        Back  Mon 01-05 09:40  Mon 01-05 10:00  Mon 01-05 10:10  Mon 01-05 10:40
    """,
        step="Decide",
    )


def test_r8_of_several_teams_his_own_goes_on(trace: Run) -> None:
    """Back, free and named first, might take it; the desk's person goes straight on with what the desk may do."""
    found = trace(STRAIGHT % (1, "", "[Back, Desk]", ", handoff: {reread: 10 min}"), a="01-05 09:00")
    assert found.visits(["team", "started", "read"], "Decide") == [["Desk", "Mon 01-05 09:20", "Mon 01-05 09:20"]]


def test_r8_set_up_is_due_all_the_same(trace: Run) -> None:
    """It belongs to the step, not to the handoff."""
    found = trace(STRAIGHT % (1, "", "Desk", ", set-up: 5 min"), a="01-05 09:00")
    assert found.visits(["started", "set_up", "released"], "Decide") == [
        ["Mon 01-05 09:20", "Mon 01-05 09:25", "Mon 01-05 09:55"]
    ]


# -- when it does not hold ---------------------------------------------------------------------------------------------


def test_r8_r9_not_when_the_team_closes(trace: Run) -> None:
    """Looked at until noon sharp: the desk is closed then, and on Tuesday the list decides; 1 joined it first, and
    is kept in hand.
    """
    text = (STRAIGHT % (1, "", "Desk", "")).replace("always}, Back", "mornings}, Back")
    assert trace(text, a="01-05 11:40, 01-05 11:50").visits(["request", "step", "started"]) == [
        ["0", "Look", "Mon 01-05 11:40"],
        ["0", "Decide", "Tue 01-06 09:50"],
        ["1", "Look", "Tue 01-06 09:00"],
        ["1", "Decide", "Tue 01-06 09:20"],
    ]


def test_r8_r9_not_when_it_would_begin_too_close_to_closing(trace: Run) -> None:
    """At 11:50 less than a quarter is left for Decide; request 1, which may begin, is taken, and kept on Tuesday."""
    text = (STRAIGHT % (1, "", "Desk", ", no start within: 15 min")).replace("always}, Back", "mornings}, Back")
    assert trace(text, a="01-05 11:30, 01-05 11:31").visits(["request", "step", "started"]) == [
        ["0", "Look", "Mon 01-05 11:30"],
        ["0", "Decide", "Tue 01-06 09:40"],
        ["1", "Look", "Mon 01-05 11:50"],
        ["1", "Decide", "Tue 01-06 09:10"],
    ]


def test_r8_not_out_of_a_process_batch(trace: Run) -> None:
    """He handles two and is done with both at 9:40: each then waits in the list, which is the other's as well."""
    trace(STRAIGHT % (1, ", batch: 2 requests", "Desk", ""), a="01-05 09:00, 01-05 09:00").holds(
        """
        request  sent             started          released
        0        Mon 01-05 09:40  Mon 01-05 09:40  Mon 01-05 10:10
        1        Mon 01-05 09:40  Mon 01-05 10:10  Mon 01-05 10:40
    """,
        step="Decide",
    )


def test_r8_not_after_work_of_several(trace: Run) -> None:
    """Two looked; which of them would go on is not said. A single of 9:00 is before it."""
    text = STRAIGHT % (2, ", people: 2, only: a, next: Decide", "Desk", "")
    text += "  Read: {team: Desk, does: look, only: b}\n"
    found = trace(
        text.replace("does: decide,", "does: decide, only: a,"), a="01-05 09:00", b="01-05 09:10, 01-05 09:10"
    )
    assert found.visits(["step", "person", "started"]) == [
        ["Look", "0", "Mon 01-05 09:00"],
        ["Decide", "0", "Mon 01-05 09:40"],
        ["Read", "0", "Mon 01-05 09:20"],
        ["Read", "1", "Mon 01-05 09:20"],
    ]


def test_r8_r12_not_on_a_return(trace: Run) -> None:
    """Sent back to Look, then on: Look is not his by right (it has no such rule), Decide is again."""
    text = STRAIGHT % (1, "", "Desk", ", returns: {chance: 100%, to: Look, at most: 1}")
    assert trace(text, a="01-05 09:00, 01-05 09:05").visits(["request", "step", "via", "started"]) == [
        ["0", "Look", "arrival", "Mon 01-05 09:00"],
        ["0", "Decide", "next", "Mon 01-05 09:20"],
        ["0", "Look", "return", "Mon 01-05 10:40"],
        ["0", "Decide", "next", "Mon 01-05 11:00"],
        ["1", "Look", "arrival", "Mon 01-05 09:50"],
        ["1", "Decide", "next", "Mon 01-05 10:10"],
        ["1", "Look", "return", "Mon 01-05 11:30"],
        ["1", "Decide", "next", "Mon 01-05 11:50"],
    ]


def test_r8_r14_not_without_a_place(trace: Run) -> None:
    """One place at Decide, which the other person's request has till 9:50: that of 9:25 waits, its person is free."""
    text = "limits: {Decide: 1}\n" + STRAIGHT % (2, "", "Desk", "")
    trace(text, a="01-05 09:00, 01-05 09:05, 01-05 09:06").holds("""
        request  step    person  delivered        admitted         started          released
        0        Look    0       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:20
        0        Decide  0       Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:50
        1        Look    1       Mon 01-05 09:05  Mon 01-05 09:05  Mon 01-05 09:05  Mon 01-05 09:25
        1        Decide  0       Mon 01-05 09:25  Mon 01-05 09:50  Mon 01-05 09:50  Mon 01-05 10:20
        2        Look    1       Mon 01-05 09:06  Mon 01-05 09:06  Mon 01-05 09:25  Mon 01-05 09:45
        2        Decide  0       Mon 01-05 09:45  Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 10:50
    """)


def test_r8_r13_of_branches_one_at_most(trace: Run) -> None:
    """After a split he goes on with the first branch that is his; at the join nobody does."""
    text = """
calendars: {}
tasks: {look: {time: 20 min, value: adding}, decide: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: always}}
steps:
  Look: {team: Desk, does: look, next: {parallel: [Legal, Fire], join: Decide}}
  Legal: {team: Desk, does: decide}
  Fire: {team: Desk, does: decide, same person: yes}
  Decide: {team: Desk, does: decide, same person: yes}
"""
    found = trace(text, a="01-05 09:00, 01-05 09:05")
    assert found.visits(["request", "step", "started"]) == [
        ["0", "Look", "Mon 01-05 09:00"],
        ["0", "Legal", "Mon 01-05 10:40"],
        ["0", "Fire", "Mon 01-05 09:20"],
        ["0", "Decide", "Mon 01-05 11:40"],
        ["1", "Look", "Mon 01-05 09:50"],
        ["1", "Legal", "Mon 01-05 11:10"],
        ["1", "Fire", "Mon 01-05 10:10"],
        ["1", "Decide", "Mon 01-05 12:10"],
    ]


# -- people with a name ------------------------------------------------------------------------------------------------

ANN = """
calendars: {mornings: {hours: mon-fri 09:00-12:00}, afternoons: {hours: mon-fri 13:00-17:00}}
tasks: {look: {time: 20 min, value: adding}, decide: {time: 30 min, value: adding}}
teams: {Desk: {people: 0, calendar: mornings}, Legal: {people: 1, calendar: %s}}
people: {Ann: {teams: [Desk, Legal]}}
steps:
  Look: {team: Desk, does: look}
  Decide: {team: Legal, does: decide, same person: yes, handoff: {%sreread: 10 min}}
"""


def test_r8_a_helper_goes_straight_on_in_her_other_team(trace: Run) -> None:
    """Ann does both: in Legal she is number 1. No way, no reading in: it never left her hands."""
    trace(ANN % ("mornings", "transit: 1 h, "), a="01-05 09:00").holds("""
        step    team   person  sent             delivered        started          read             released
        Look    Desk   0       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:20
        Decide  Legal  1       Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:20  Mon 01-05 09:50
    """)


@pytest.mark.parametrize("way", ["", "transit: 1 h, ", "batch: 5 requests or 2 h, "])
def test_r7_r8_when_the_other_team_is_closed_it_is_handed_over(trace: Run, way: str) -> None:
    """Legal opens at 13:00: at 9:20 she may not go on, so the move is as without the rule: on its way as the handoff
    says, and read by whoever takes it up.
    """
    arrives = {"": "09:20", "transit: 1 h, ": "10:20", "batch: 5 requests or 2 h, ": "11:20"}[way]
    trace(ANN % ("afternoons", way), a="01-05 09:00").holds(
        f"""
        team   person  sent             delivered        started          read             released
        Legal  0       Mon 01-05 09:20  Mon 01-05 {arrives}  Mon 01-05 13:00  Mon 01-05 13:10  Mon 01-05 13:40
    """,
        step="Decide",
    )
