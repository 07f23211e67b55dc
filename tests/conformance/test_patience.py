"""Customers who withdraw, by hand (R15): when, and what becomes of what is open. Teams that never close unless told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import HOUR, Trace, moment

Run = Callable[..., Trace]

DESK = """
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  a: {arrivals: {file: a.csv, column: arrived}, patience: %s}
  b: {arrivals: {file: b.csv, column: arrived}}
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: always}, Back: {people: 1, calendar: always}}
steps:
  Look: {team: Desk, does: look%s}
  Decide: {team: Back, does: look%s}
"""

LATER = "01-15 09:00"


# -- when --------------------------------------------------------------------------------------------------------------


def test_r15_who_waits_too_long_goes(trace: Run) -> None:
    """The desk is busy with b till 9:30. a came at 9:05 and has twenty minutes: at 9:25 it is gone, and c, behind it,
    is taken at 9:30.
    """
    text = (DESK % ("20 min", "", "")).replace("\ntasks", "\n  c: {arrivals: {file: c.csv, column: arrived}}\ntasks")
    found = trace(text, b="01-05 09:00", a="01-05 09:05", c="01-05 09:10")
    found.holds(
        """
        request  class  kind       person  sent             assembled        started          released
        0        b      work       0       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:30
        1        a      withdrawn  -       Mon 01-05 09:05  Mon 01-05 09:05  Mon 01-05 09:25  Mon 01-05 09:25
        2        c      work       0       Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:30  Mon 01-05 10:00
    """,
        step="Look",
    )
    assert found.ends() == ["Mon 01-05 10:00 done", "Mon 01-05 09:25 withdrawn", "Mon 01-05 10:30 done"]


def test_r15_not_while_somebody_is_at_work_on_it(trace: Run) -> None:
    """Patience of forty minutes ends within the work at Look (9:30 to 10:00): it goes at 10:00, before Decide."""
    found = trace(DESK % ("40 min", "", ""), a="01-05 09:05", b="01-05 09:00")
    assert found.visits(["request", "step", "kind", "started", "released"])[2:] == [
        ["1", "Look", "work", "Mon 01-05 09:30", "Mon 01-05 10:00"],
    ]
    assert found.ends()[1] == "Mon 01-05 10:00 withdrawn"


def test_r15_not_when_the_journey_ends_with_that_work(trace: Run) -> None:
    """Decide is at work on it from 9:30 to 10:00 when 40 minutes are over: it is done."""
    assert trace(DESK % ("40 min", "", ""), a="01-05 09:00", b=LATER).ends()[0] == "Mon 01-05 10:00 done"


def test_r3_r15_work_that_ends_as_patience_does_has_ended(trace: Run) -> None:
    """At 9:30 Look ends, and so does patience: it has just been sent to Decide, and is withdrawn there in no time; had
    that been the end of its journey, it would be done.
    """
    found = trace(DESK % ("30 min", "", ""), a="01-05 09:00", b=LATER)
    assert found.visits(["step", "kind", "sent", "released"])[:2] == [
        ["Look", "work", "Mon 01-05 09:00", "Mon 01-05 09:30"],
        ["Decide", "withdrawn", "Mon 01-05 09:30", "Mon 01-05 09:30"],
    ]
    found = trace(DESK % ("30 min", ", next: end", ", only: b"), a="01-05 09:00", b=LATER)
    assert found.ends()[0] == "Mon 01-05 09:30 done"


def test_r3_r15_who_would_be_taken_up_at_that_instant_is_gone(trace: Run) -> None:
    """The desk is free at 9:30 sharp, when the patience of a ends: withdrawals come before work is given out."""
    found = trace(DESK % ("25 min", "", ""), a="01-05 09:05", b="01-05 09:00")
    assert found.ends()[1] == "Mon 01-05 09:30 withdrawn"
    found = trace(DESK % ("25 min", "", ""), a="01-05 09:05:00.001", b="01-05 09:00")
    assert found.ends()[1] == "Mon 01-05 10:00 withdrawn"


def test_r2_r15_patience_in_working_days(trace: Run) -> None:
    """Two working days of the office from Friday at 16:00: Tuesday at 16:00. Nothing is ever done for it."""
    text = DESK % ("2 working days, calendar: office", ", handoff: {batch: 9 requests}", "")
    found = trace(text, a="01-09 16:00", b=LATER)
    assert found.ends()[0] == "Tue 01-13 16:00 withdrawn"


def test_r4_r15_patience_is_a_draw_of_the_request(trace: Run) -> None:
    """Each by its own draw of purpose patience, exponential with a mean of a day; nobody ever serves them."""
    text = DESK % ("exponential(1 day)", ", handoff: {batch: 999 requests}", "")
    found = trace(text, a=", ".join(["01-05 09:00"] * 20), b=LATER)
    patience = found.model.classes[0].patience
    assert patience is not None
    drawn = found.draws.durations("patience", "a", patience.time)
    assert found.record.requests["ended"][:20].tolist() == [moment("01-05 09:00") + drawn.at(i, 1) for i in range(20)]


def test_r5_r15_the_patience_of_a_backlog_runs_from_the_start(trace: Run) -> None:
    """A week old, a patience of two hours: it goes at 2 in the morning, like anybody who came at the start."""
    text = (DESK % ("2 h, backlog: {at: Decide, requests: 1, age: 1 week}", "", "")).replace(
        "Back: {people: 1, calendar: always", "Back: {people: 1, calendar: office"
    )
    assert trace(text, a=LATER, b=LATER).ends()[0] == "Mon 01-05 02:00 withdrawn"


# -- where -------------------------------------------------------------------------------------------------------------


def test_r7_r15_out_of_a_gate(trace: Run) -> None:
    """Waiting for a transfer batch of two since 9:30: gone at 10:00; the two that come later make the batch."""
    found = trace(DESK % ("1 h", "", ", handoff: {batch: 2 requests}"), a="01-05 09:00", b="01-05 09:10, 01-05 09:20")
    found.holds(
        """
        request  kind       transfer_batch  sent             gathered         delivered        released
        0        withdrawn  -               Mon 01-05 09:30  Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:00
        1        work       0               Mon 01-05 10:00  Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 11:00
        2        work       0               Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 11:30
    """,
        step="Decide",
    )


def test_r7_r15_the_wait_of_a_gate_counts_from_who_is_then_the_first(trace: Run) -> None:
    """A batch leaves an hour after its first member came (0, at 9:30). 0 goes at 10:15; 1 came at 10:00: it leaves at
    11:00, not at 10:30.
    """
    found = trace(DESK % ("75 min", "", ", handoff: {batch: 9 requests or 1 h}"), a="01-05 09:00", b="01-05 09:10")
    assert found.visits(["kind", "gathered"], "Decide") == [
        ["withdrawn", "Mon 01-05 10:15"],
        ["work", "Mon 01-05 11:00"],
    ]


def test_r7_r15_out_of_a_transit(trace: Run) -> None:
    """It left with another one at 10:00, for an hour; at 10:20 it goes, and the other arrives at 11:00."""
    handoff = ", handoff: {batch: 2 requests, transit: 1 h}"
    trace(DESK % ("80 min", "", handoff), a="01-05 09:00", b="01-05 09:10").holds(
        """
        request  kind       transfer_batch  gathered         delivered        started          released
        0        withdrawn  0               Mon 01-05 10:00  Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 10:20
        1        work       0               Mon 01-05 10:00  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:30
    """,
        step="Decide",
    )


def test_r14_r15_from_the_door_of_a_limit(trace: Run) -> None:
    """1 waits for a place at Decide since 9:10 and keeps its place at Look; at 9:25 it goes, and 2, which waits for
    that place since 9:15, is let in.
    """
    text = """
calendars: {}
limits: {Look: 1, Decide: 1}
requests: {a: {arrivals: {file: a.csv, column: arrived}, patience: 25 min}}
tasks: {look: {time: 10 min, value: adding}, decide: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: always}, Back: {people: 1, calendar: always}}
steps:
  Look: {team: Desk, does: look}
  Decide: {team: Back, does: decide}
"""
    trace(text, a="01-05 08:50, 01-05 09:00, 01-05 09:15").holds("""
        request  step    kind       delivered        admitted         started          released
        0        Look    work       Mon 01-05 08:50  Mon 01-05 08:50  Mon 01-05 08:50  Mon 01-05 09:00
        0        Decide  work       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:30
        1        Look    work       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        1        Decide  withdrawn  Mon 01-05 09:10  Mon 01-05 09:25  Mon 01-05 09:25  Mon 01-05 09:25
        2        Look    work       Mon 01-05 09:15  Mon 01-05 09:25  Mon 01-05 09:25  Mon 01-05 09:35
        2        Decide  work       Mon 01-05 09:35  Mon 01-05 09:35  Mon 01-05 09:35  Mon 01-05 10:05
    """)


def test_r11_r15_out_of_a_process_batch_that_gathers(trace: Run) -> None:
    """0 waits for two others at Decide; gone at 10:00, it leaves 1 to wait for 2 and 3."""
    found = trace(DESK % ("1 h", "", ", batch: 3 requests"), a="01-05 09:00", b="01-05 09:10, 01-05 09:11, 01-05 09:12")
    assert found.visits(["request", "kind", "admitted", "assembled", "process_batch"], "Decide") == [
        ["0", "withdrawn", "Mon 01-05 09:30", "Mon 01-05 10:00", "-"],
        ["1", "work", "Mon 01-05 10:00", "Mon 01-05 11:00", "0"],
        ["2", "work", "Mon 01-05 10:30", "Mon 01-05 11:00", "0"],
        ["3", "work", "Mon 01-05 11:00", "Mon 01-05 11:00", "0"],
    ]


@pytest.mark.parametrize("queue", ["first in", "last in", "shortest", "due date", "furthest", "random"])
def test_r11_r15_the_first_of_a_batch_that_waits_for_a_person(trace: Run, queue: str) -> None:
    """0 and 1 are complete as a batch at 10:00; Back is busy with c till 10:25. 0 goes at 10:15; 1 is handled alone at
    10:25, and the set-up is of its draw: it is the first now.
    """
    text = f"""
calendars: {{}}
requests:
  a: {{arrivals: {{file: a.csv, column: arrived}}, patience: 75 min}}
  b: {{arrivals: {{file: b.csv, column: arrived}}}}
  c: {{arrivals: {{file: c.csv, column: arrived}}}}
tasks: {{look: {{time: 30 min, value: adding}}}}
teams: {{Back: {{people: 1, calendar: always, queue: {queue}}}}}
steps:
  Hold: {{team: Back, does: look, only: c, next: end}}
  Decide: {{team: Back, does: look, only: [a, b], batch: 2 requests, set-up: exponential(10 min)}}
"""
    found = trace(text, a="01-05 09:00", b="01-05 10:00", c="01-05 09:55")
    set_up = found.model.step("Decide").set_up
    assert set_up is not None
    assert found.visits(["request", "kind", "process_batch", "assembled", "started"], "Decide") == [
        ["0", "withdrawn", "0", "Mon 01-05 10:00", "Mon 01-05 10:15"],
        ["2", "work", "0", "Mon 01-05 10:00", "Mon 01-05 10:25"],
    ]
    drawn = found.draws.durations("set-up at Decide", "b", set_up)
    assert found.record.visits["set_up_ticks"].max() == drawn.at(0, 1)


def test_r11_r15_in_a_batch_that_is_handled_it_stays_to_the_end(trace: Run) -> None:
    """They are handled together from 10:00 to 11:00; patience ends at 10:10: it goes at 11:00, when the batch
    leaves.
    """
    text = DESK % ("70 min", "", ", batch: 2 requests")
    found = trace(text + "  Send: {team: Desk, does: look}\n", a="01-05 09:00", b="01-05 09:10")
    assert found.ends()[0] == "Mon 01-05 11:00 withdrawn"
    assert found.visits(["kind", "released"], "Decide")[0] == ["work", "Mon 01-05 11:00"]


def test_r12_r15_while_the_customer_is_asked(trace: Run) -> None:
    """Asked at 9:30, it would be answered at 11:30; at 10:00 the customer withdraws instead. The visit stays an answer,
    as long as it was.
    """
    question = ", handoff: {question: {chance: 100%, to: customer, answer: 2 h}}"
    found = trace(DESK % ("1 h", "", question), a="01-05 09:00", b=LATER)
    assert found.visits(["step", "kind", "sent", "started", "worked", "released"])[:3] == [
        ["Look", "work", *["Mon 01-05 09:00"] * 2, *["Mon 01-05 09:30"] * 2],
        ["Decide", "question", *["Mon 01-05 09:30"] * 4],
        ["customer", "answer", *["Mon 01-05 09:30"] * 2, *["Mon 01-05 10:00"] * 2],
    ]
    assert found.ends()[0] == "Mon 01-05 10:00 withdrawn"


def test_r12_r15_an_answer_in_hand_is_work_on_the_request(trace: Run) -> None:
    """The desk is asked at 9:30 and answers from then to 10:10. Patience ends at 10:00: it goes at 10:10."""
    question = ", handoff: {question: {chance: 100%, to: sender, answer: 40 min}}"
    found = trace(DESK % ("1 h", "", question), a="01-05 09:00", b=LATER)
    assert found.visits(["step", "kind", "released"])[2] == ["Look", "answer", "Mon 01-05 10:10"]
    assert found.ends()[0] == "Mon 01-05 10:10 withdrawn"


def test_r12_r15_an_answer_that_waits_is_none(trace: Run) -> None:
    """The desk is busy with b from 9:30 to 10:00 and has not begun the answer when patience ends, at 9:50."""
    question = ", only: a, handoff: {question: {chance: 100%, to: sender, answer: 40 min}}"
    found = trace(DESK % ("50 min", "", question), a="01-05 09:00", b="01-05 09:10")
    assert found.visits(["request", "step", "kind", "started", "released"])[:3] == [
        ["0", "Look", "work", "Mon 01-05 09:00", "Mon 01-05 09:30"],
        ["0", "Decide", "question", "Mon 01-05 09:30", "Mon 01-05 09:30"],
        ["0", "Look", "withdrawn", "Mon 01-05 09:50", "Mon 01-05 09:50"],
    ]


def test_r12_r15_a_question_is_not_put_to_who_has_gone(trace: Run) -> None:
    """Patience ends while Decide reads (9:30 to 10:10): the visit is a question, and the last."""
    question = ", handoff: {reread: 40 min, question: {chance: 100%, to: customer, answer: 2 h}}"
    found = trace(DESK % ("1 h", "", question), a="01-05 09:00", b=LATER)
    assert [row for row in found.visits(["request", "step", "kind", "released"]) if row[0] == "0"][1:] == [
        ["0", "Decide", "question", "Mon 01-05 10:10"]
    ]
    assert found.ends()[0] == "Mon 01-05 10:10 withdrawn"


def test_r12_r15_who_would_be_sent_back_goes(trace: Run) -> None:
    """Found wrong at Decide at 10:00, after its patience: no second round."""
    found = trace(DESK % ("40 min", "", ", returns: {chance: 100%, to: Look, at most: 1}"), a="01-05 09:00", b=LATER)
    assert found.ends()[0] == "Mon 01-05 10:00 withdrawn"
    assert [row for row in found.visits(["request", "step"]) if row[0] == "0"] == [["0", "Look"], ["0", "Decide"]]


def test_r8_r15_out_of_those_who_wait_for_several(trace: Run) -> None:
    """The pair waits for a second person till 9:30; withdrawn at 9:10, it keeps nobody any more: b begins at 9:10."""
    text = (DESK % ("10 min", ", people: 2, only: a, next: end", "")).replace("Desk: {people: 1", "Desk: {people: 2")
    text = text.replace("  Decide: {team: Back", "  Decide: {team: Desk")
    found = trace(text, a="01-05 09:00", b="01-05 08:58, 01-05 09:05")
    assert found.visits(["class", "step", "kind", "started"]) == [
        ["b", "Decide", "work", "Mon 01-05 08:58"],
        ["a", "Look", "withdrawn", "Mon 01-05 09:10"],
        ["b", "Decide", "work", "Mon 01-05 09:10"],
    ]


def test_r8_r15_out_of_the_lists_of_several_teams(trace: Run) -> None:
    """It stands in both lists and is gone from both: the next one is taken by either."""
    text = (DESK % ("10 min", ", next: end", "")).replace("team: Desk", "team: [Desk, Back]")
    found = trace(text, a="01-05 09:05", b="01-05 09:00, 01-05 09:00, 01-05 09:10")
    assert found.visits(["class", "kind", "team", "started"]) == [
        ["b", "work", "Desk", "Mon 01-05 09:00"],
        ["b", "work", "Back", "Mon 01-05 09:00"],
        ["a", "withdrawn", "Desk", "Mon 01-05 09:15"],
        ["b", "work", "Desk", "Mon 01-05 09:30"],
    ]


# -- branches and limits -----------------------------------------------------------------------------------------------

SPLIT = """
calendars: {}
requests:
  a: {arrivals: {file: a.csv, column: arrived}, patience: %s}
  b: {arrivals: {file: b.csv, column: arrived}}
tasks: {look: {time: 30 min, value: adding}, long: {time: 2 h, value: adding}}
teams: {Desk: {people: 1, calendar: always}, Law: {people: 1, calendar: always}, Fire: {people: 1, calendar: always}}
steps:
  Look: {team: Desk, does: look, only: a, next: {parallel: [[Legal, Seal], Safety], join: Decide}}
  Legal: {team: Law, does: look, only: a}
  Seal: {team: Law, does: look, only: a}
  Safety: {team: Fire, does: look, only: a}
  Busy: {team: Fire, does: long, only: b, next: end}
  Decide: {team: Desk, does: look, only: a}
"""


def test_r13_r15_in_one_branch_while_the_other_is_worked_on(trace: Run) -> None:
    """Legal is at work from 9:30 to 10:00; Safety waits for its person, busy till 11. Patience ends at 9:40: nothing
    happens. At 10:00, when Legal is done, the request goes: Safety is cut short, Seal never begins.
    """
    found = trace(SPLIT % "40 min", a="01-05 09:00", b="01-05 09:00")
    found.holds("""
        request  step    branch  kind       sent             started          released
        0        Look    0       work       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:30
        0        Legal   1       work       Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 10:00
        0        Safety  2       withdrawn  Mon 01-05 09:30  Mon 01-05 10:00  Mon 01-05 10:00
        1        Busy    0       work       Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 11:00
    """)
    found.branches_are("""
        branch  began            ended            joined
        1       Mon 01-05 09:30  Mon 01-05 10:00  Mon 01-05 10:00
        2       Mon 01-05 09:30  Mon 01-05 10:00  Mon 01-05 10:00
    """)
    assert found.ends()[0] == "Mon 01-05 10:00 withdrawn"


def test_r13_r15_as_long_as_anybody_is_at_work_it_goes_on(trace: Run) -> None:
    """Safety is begun at 9:50, before Legal is done: at 10:00 somebody is at work, so Seal is begun; at 10:20 Safety is
    done and Seal is in hand; at 10:30 nobody is, and it goes before Decide.
    """
    found = trace(SPLIT % "40 min", a="01-05 09:00", b="01-05 07:50")
    assert found.visits(["step", "branch", "kind", "started", "released"])[1:] == [
        ["Look", "0", "work", "Mon 01-05 09:00", "Mon 01-05 09:30"],
        ["Legal", "1", "work", "Mon 01-05 09:30", "Mon 01-05 10:00"],
        ["Safety", "2", "work", "Mon 01-05 09:50", "Mon 01-05 10:20"],
        ["Seal", "1", "work", "Mon 01-05 10:00", "Mon 01-05 10:30"],
    ]
    assert found.ends()[1] == "Mon 01-05 10:30 withdrawn"


def test_r13_r15_the_end_of_the_last_branch_is_the_end_of_the_journey(trace: Run) -> None:
    """Joined at the end: with the work of Seal, under way as patience ends, the journey ends, and it is done."""
    text = (SPLIT % "65 min").replace("join: Decide", "join: end")
    assert trace(text, a="01-05 09:00", b=LATER).ends()[0] == "Mon 01-05 10:30 done"


def test_r13_r15_withdrawn_while_branches_wait_for_one_another(trace: Run) -> None:
    """Safety is done at 10:00, the other branch waits at the gate of Seal: at 10:30 that one is cut short there. Safety
    ended when it did; both are joined at the withdrawal.
    """
    text = (SPLIT % "90 min").replace(
        "Seal: {team: Law", "Seal: {handoff: {batch: 2 requests, within team: yes}, team: Law"
    )
    found = trace(text, a="01-05 09:00", b=LATER)
    assert found.visits(["step", "kind", "released"])[3:4] == [["Seal", "withdrawn", "Mon 01-05 10:30"]]
    found.branches_are("""
        branch  ended            joined
        1       Mon 01-05 10:30  Mon 01-05 10:30
        2       Mon 01-05 10:00  Mon 01-05 10:30
    """)


def test_r14_r15_its_places_are_free_at_once(trace: Run) -> None:
    """One at all. a waits for the desk from 9:00 and holds the place; when it goes, at 9:20, b is let in, and work
    begins when the desk opens.
    """
    text = "limits: {all: 1}\n" + (DESK % ("20 min", "", "")).replace(
        "Desk: {people: 1, calendar: always", "Desk: {people: 1, calendar: office"
    )
    text = text.replace("mon-fri 09:00", "mon-fri 10:00")
    found = trace(text, a="01-05 09:00", b="01-05 09:05")
    assert found.visits(["class", "kind", "admitted", "started"], "Look") == [
        ["a", "withdrawn", "Mon 01-05 09:00", "Mon 01-05 09:20"],
        ["b", "work", "Mon 01-05 09:20", "Mon 01-05 10:00"],
    ]


def test_r14_r15_a_person_who_was_kept_is_free(trace: Run) -> None:
    """1 is done at Look at 10:00 and waits for a place at Decide, its person with it; gone at 10:10, it sets him
    free.
    """
    text = "limits: {Decide: 1}\n" + DESK % ("70 min", ", blocking: person", "")
    text = text.replace("tasks: {", "tasks: {long: {time: 3 h, value: adding}, ").replace(
        "Back, does: look", "Back, does: long"
    )
    found = trace(text, b="01-05 08:30, 01-05 09:30", a="01-05 09:00")
    assert found.visits(["class", "started", "released"], "Look") == [
        ["b", "Mon 01-05 08:30", "Mon 01-05 09:00"],
        ["a", "Mon 01-05 09:00", "Mon 01-05 09:30"],
        ["b", "Mon 01-05 10:10", "Mon 01-05 10:40"],
    ]
    assert found.ends()[1] == "Mon 01-05 10:10 withdrawn"


# -- who never goes ----------------------------------------------------------------------------------------------------


def test_r15_patience_that_is_never_over_changes_nothing(trace: Run) -> None:
    """A hundred days: the same instants as without."""
    come = ", ".join(f"01-05 {hour:02d}:{minute:02d}" for hour in range(8, 16) for minute in (0, 7, 31))
    text = DESK % ("100 days", ", returns: 20% to Look", ", batch: 2 requests or 1 h, handoff: {reread: 5 min}")
    bare = text.replace(", patience: 100 days", "")
    columns = ["request", "step", "sent", "admitted", "assembled", "started", "released", "person"]
    one, other = trace(text, a=come, b=LATER), trace(bare, a=come, b=LATER)
    assert one.visits(columns) == other.visits(columns)
    assert one.record.ended_at > 24 * HOUR


@pytest.mark.parametrize(("patience", "kind", "team"), [("30 min", "withdrawn", "Back"), ("31 min", "work", "Desk")])
def test_r8_r15_who_would_go_straight_on_at_that_instant_has_not_taken_it(
    trace: Run, patience: str, kind: str, team: str
) -> None:
    """The desk would go straight on at 9:30, when patience ends: it counts with Back, the first team named."""
    text = (DESK % (patience, "", ", same person: yes")).replace("{team: Back,", "{team: [Back, Desk],")
    found = trace(text, a="01-05 09:00", b=LATER)
    assert found.visits(["step", "kind", "team"])[1] == ["Decide", kind, team]
