"""Steps that any of several teams may take, by hand (R8). Desks that never close unless a test says so."""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

EITHER = """
calendars: {mornings: {hours: mon-fri 09:00-12:00}, afternoons: {hours: mon-fri 13:00-17:00}}
tasks: {look: {time: 30 min, value: adding}}
teams: {A: {people: 1, calendar: always%s}, B: {people: 1, calendar: always%s}}
steps:
  Look: {team: [%s], does: look}
"""


def test_r8_whoever_can_takes_it(trace: Run) -> None:
    """Three come together: A has the first, B the second, and A, looked at first, the third when both are free."""
    trace(EITHER % ("", "", "A, B"), a="01-05 09:00, 01-05 09:00, 01-05 09:00").holds("""
        request  team  person  started          released
        0        A     0       Mon 01-05 09:00  Mon 01-05 09:30
        1        B     0       Mon 01-05 09:00  Mon 01-05 09:30
        2        A     0       Mon 01-05 09:30  Mon 01-05 10:00
    """)


def test_r8_the_team_that_the_step_names_first_has_the_first_say(trace: Run) -> None:
    """B is named first: A, earlier in the file, leaves the first to it; the second is A's, for B has nobody left; and
    at 9:30, when both are free, B has its say again.
    """
    trace(EITHER % ("", "", "B, A"), a="01-05 09:00, 01-05 09:00, 01-05 09:30").holds("""
        request  team  started          released
        0        B     Mon 01-05 09:00  Mon 01-05 09:30
        1        A     Mon 01-05 09:00  Mon 01-05 09:30
        2        B     Mon 01-05 09:30  Mon 01-05 10:00
    """)


def test_r8_a_team_that_is_closed_has_no_say(trace: Run) -> None:
    """B comes first and works in the afternoon only: A takes the one of 9:00, B the one of 13:00."""
    text = (EITHER % ("", "", "B, A")).replace("B: {people: 1, calendar: always", "B: {people: 1, calendar: afternoons")
    assert trace(text, a="01-05 09:00, 01-05 13:00").visits(["team", "started"]) == [
        ["A", "Mon 01-05 09:00"],
        ["B", "Mon 01-05 13:00"],
    ]


def test_r8_a_preference_leaves_no_work_undone(trace: Run) -> None:
    """At 11:45 B, named first, is open and free, but begins nothing that close to noon; A takes it at once."""
    text = (EITHER % ("", "", "B, A")).replace("B: {people: 1, calendar: always", "B: {people: 1, calendar: mornings")
    text = text.replace("does: look}", "does: look, no start within: 30 min}")
    assert trace(text, a="01-05 11:30, 01-05 11:45").visits(["team", "started"]) == [
        ["B", "Mon 01-05 11:30"],
        ["A", "Mon 01-05 11:45"],
    ]
    assert trace(text, a="01-05 11:45").visits(["team", "started"]) == [["A", "Mon 01-05 11:45"]]


def test_r8_who_is_left_to_another_team_is_taken_when_that_one_chooses_otherwise(trace: Run) -> None:
    """Request 0 is for B alone, 1 for B or A. A leaves 1 to B, B takes 0: in the next look A takes 1, at 9:00 still."""
    text = """
calendars: {}
tasks: {look: {time: 30 min, value: adding}}
teams: {A: {people: 1, calendar: always}, B: {people: 1, calendar: always}}
steps:
  Own: {team: B, does: look, only: a}
  Either: {team: [B, A], does: look, only: b}
"""
    trace(text, a="01-05 09:00", b="01-05 09:00").holds("""
        request  step    team  started
        0        Own     B     Mon 01-05 09:00
        1        Either  A     Mon 01-05 09:00
    """)


def test_r8_in_each_list_it_has_the_rank_of_that_list(trace: Run) -> None:
    """A takes the first in, B the last in. Both are busy till 9:30 with 0 and 1; 2, 3 and 4 wait: A has 2, B has 4."""
    text = EITHER % ("", ", queue: last in", "A, B")
    found = trace(text, a="01-05 09:00, 01-05 09:00, 01-05 09:10, 01-05 09:15, 01-05 09:20")
    found.holds("""
        request  team  started
        0        A     Mon 01-05 09:00
        1        B     Mon 01-05 09:00
        2        A     Mon 01-05 09:30
        3        A     Mon 01-05 10:00
        4        B     Mon 01-05 09:30
    """)


def test_r8_work_of_one_team_and_of_several_stand_in_one_list(trace: Run) -> None:
    """A serves its own step too, first in first out: 0 (either) joined at 9:00, 1 (its own) at 9:05, 2 (either) at
    9:10. B is busy with 3 till 11; A takes them in the order of joining.
    """
    text = """
calendars: {}
tasks: {look: {time: 30 min, value: adding}, long: {time: 2 h, value: adding}}
teams: {A: {people: 1, calendar: always}, B: {people: 1, calendar: always}}
steps:
  Either: {team: [A, B], does: look, only: a}
  Own: {team: A, does: look, only: b}
  Long: {team: B, does: long, only: c}
"""
    found = trace(text, a="01-05 09:00, 01-05 09:10", b="01-05 09:05", c="01-05 08:50")
    assert found.visits(["class", "team", "started"]) == [
        ["c", "B", "Mon 01-05 08:50"],
        ["a", "A", "Mon 01-05 09:00"],
        ["b", "A", "Mon 01-05 09:30"],
        ["a", "A", "Mon 01-05 10:00"],
    ]


MOVE = """
calendars: {}
tasks: {look: {time: 30 min, value: adding}, long: {time: 10 h, value: adding, only: b}}
teams: {A: {people: 1, calendar: always}, B: {people: 1, calendar: always}, C: {people: 1, calendar: always}}
steps:
  Busy: {team: A, does: long}
  First: {team: %s, does: look, only: a}
  Then: {team: [A, B], does: look, only: a, handoff: {transit: 1 h, reread: 10 min%s}}
"""


def test_r7_r8_from_a_team_that_may_take_it_nothing_is_handed_over(trace: Run) -> None:
    """B did the first step and takes the next: no transit, no reading in."""
    trace(MOVE % ("B", ""), a="01-05 09:00", b="01-05 08:00").holds(
        """
        team  from_team  sent             delivered        started          read             released
        B     B          Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 10:00
    """,
        step="Then",
    )


def test_r7_r8_reading_in_is_due_when_another_team_takes_it(trace: Run) -> None:
    """A is free and named first: no transit, for B might have gone on; but A has to read what B did."""
    trace(MOVE % ("B", ""), a="01-05 09:00", b="01-06 08:00").holds(
        """
        team  from_team  sent             delivered        started          read             released
        A     B          Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:40  Mon 01-05 10:10
    """,
        step="Then",
    )


def test_r7_r8_from_a_team_that_may_not_take_it_all_of_it_is_a_handoff(trace: Run) -> None:
    """C is none of them: transit, and reading in by whoever takes it."""
    trace(MOVE % ("C", ""), a="01-05 09:00", b="01-05 08:00").holds(
        """
        team  from_team  sent             delivered        started          read             released
        B     C          Mon 01-05 09:30  Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 10:40  Mon 01-05 11:10
    """,
        step="Then",
    )


def test_r8_r12_a_question_is_asked_when_another_team_took_it(trace: Run) -> None:
    """A took what B had: it asks B. Where B goes on itself nobody asks."""
    question = ", question: {chance: 100%, to: sender, answer: 20 min}"
    asked = trace(MOVE % ("B", question), a="01-05 09:00", b="01-06 08:00")
    assert asked.visits(["step", "team", "kind", "started", "released"])[1:4] == [
        ["Then", "A", "question", "Mon 01-05 09:30", "Mon 01-05 09:40"],
        ["First", "B", "answer", "Mon 01-05 09:40", "Mon 01-05 10:00"],
        ["Then", "A", "work", "Mon 01-05 10:00", "Mon 01-05 10:30"],
    ]
    own = trace(MOVE % ("B", question), a="01-05 09:00", b="01-05 08:00")
    assert own.visits(["team", "kind"], "Then") == [["B", "work"]]


def test_r8_r12_back_with_the_answer_any_of_them_may_take_it(trace: Run) -> None:
    """A asked, and has turned to request 1 (10 hours) when C has answered; B takes 0 up again, and does not read it: on
    an answer there is no handoff (R12).
    """
    question = ", question: {chance: 100%, to: sender, answer: 20 min}"
    trace(MOVE % ("C", question), a="01-05 09:00", b="01-05 10:45").holds("""
        request  step   team  kind      via       sent             started          read             released
        0        First  C     work      arrival   Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:30
        0        Then   A     question  next      Mon 01-05 09:30  Mon 01-05 10:30  Mon 01-05 10:40  Mon 01-05 10:40
        0        First  C     answer    question  Mon 01-05 10:40  Mon 01-05 10:40  Mon 01-05 10:40  Mon 01-05 11:00
        0        Then   B     work      answer    Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:30
        1        Busy   A     work      arrival   Mon 01-05 10:45  Mon 01-05 10:45  Mon 01-05 10:45  Mon 01-05 20:45
    """)


def test_r8_r11_a_process_batch_stands_in_both_lists_as_one(trace: Run) -> None:
    """Two batches of two: one for each team, by one person each."""
    text = (EITHER % ("", "", "A, B")).replace("does: look}", "does: look, batch: 2 requests}")
    trace(text, a="01-05 09:00, 01-05 09:00, 01-05 09:00, 01-05 09:00").holds("""
        request  team  process_batch  started          turn             released
        0        A     0              Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 10:00
        1        A     0              Mon 01-05 09:00  Mon 01-05 09:30  Mon 01-05 10:00
        2        B     1              Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 10:00
        3        B     1              Mon 01-05 09:00  Mon 01-05 09:30  Mon 01-05 10:00
    """)


def test_r8_before_anybody_took_it_the_first_team_stands_for_all(trace: Run) -> None:
    """Both work on Monday mornings only and have gone; the run ends on Wednesday."""
    text = (EITHER % ("", "", "B, A")).replace("calendar: always", "calendar: mornings").replace("mon-fri 09", "mon 09")
    found = trace(text + "run: {length: 1 day}\n", a="01-05 09:00, 01-05 12:00")
    assert found.visits(["team", "person", "started"]) == [["B", "0", "Mon 01-05 09:00"], ["B", "-", "-"]]


def test_r8_three_teams_in_the_order_of_the_step(trace: Run) -> None:
    """[C, A, B] with two people in C: four at once go to C, C, A, B, the lowest free number first."""
    text = (EITHER % ("", "", "C, A, B")).replace("teams: {", "teams: {C: {people: 2, calendar: always}, ")
    assert trace(text, a="01-05 09:00, 01-05 09:00, 01-05 09:00, 01-05 09:00").visits(["team", "person"]) == [
        ["C", "0"],
        ["C", "1"],
        ["A", "0"],
        ["B", "0"],
    ]
