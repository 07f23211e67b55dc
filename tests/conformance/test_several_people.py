"""Work for several people at once, of one team or of several, by hand (R8).

Teams that never close unless a test says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import Trace

Run = Callable[..., Trace]

LIFT = """
calendars: {}
requests:
  a: {arrivals: {file: a.csv, column: arrived}%s}
  b: {arrivals: {file: b.csv, column: arrived}%s}
tasks: {lift: {time: 30 min, value: adding, only: a}, look: {time: 10 min, value: adding, only: b}}
teams: {T: {people: %s, calendar: always%s}}
steps:
  Lift: {team: T, does: lift, people: 2}
  Look: {team: T, does: look}
"""

MEET = """
calendars: {office: {hours: mon-fri 09:00-17:00}, afternoons: {hours: mon-fri 13:00-17:00}}
requests:
  a: {arrivals: {file: a.csv, column: arrived}}
  b: {arrivals: {file: b.csv, column: arrived}}
  c: {arrivals: {file: c.csv, column: arrived}}
tasks:
  meet: {time: %s, value: adding, only: a}
  look: {time: 20 min, value: adding, only: b}
  read: {time: 20 min, value: adding, only: c}
teams: {Desk: {people: %s, calendar: office}, Legal: {people: %s, calendar: %s}}
steps:
  Meet: {team: Desk, does: meet, with: Legal%s}
  Look: {team: Desk, does: look}
  Read: {team: Legal, does: read}
"""

LATER = "01-15 09:00"
"""For classes that a test does not want to come."""


# -- who is at work ----------------------------------------------------------------------------------------------------


def test_r8_two_of_a_team_work_together(trace: Run) -> None:
    """Of three the two with the lowest numbers; the third looks meanwhile."""
    trace(LIFT % ("", "", 3, ""), a="01-05 09:00", b="01-05 09:00, 01-05 09:05").holds("""
        request  step  team  person  crew  started          released
        0        Lift  T     0       T 1   Mon 01-05 09:00  Mon 01-05 09:30
        1        Look  T     2       -     Mon 01-05 09:00  Mon 01-05 09:10
        2        Look  T     2       -     Mon 01-05 09:10  Mon 01-05 09:20
    """)


def test_r8_a_meeting_takes_people_of_several_teams(trace: Run) -> None:
    """Two of the desk and one of Legal; the visit is the desk's, the others are its crew."""
    text = (MEET % ("1 h", 3, 2, "office", "")).replace("with: Legal", "people: 2, with: {Legal: 2}")
    trace(text, a="01-05 09:00", b="01-05 09:00", c="01-05 09:00").holds("""
        request  step  team   person  crew                      started          released
        0        Meet  Desk   0       Desk 1, Legal 0, Legal 1  Mon 01-05 09:00  Mon 01-05 10:00
        1        Look  Desk   2       -                         Mon 01-05 09:00  Mon 01-05 09:20
        2        Read  Legal  0       -                         Mon 01-05 10:00  Mon 01-05 10:20
    """)


def test_r8_all_are_free_again_at_the_same_time(trace: Run) -> None:
    """Both teams have something waiting; both begin it when the meeting ends."""
    trace(MEET % ("1 h", 1, 1, "office", ""), a="01-05 09:00", b="01-05 09:30", c="01-05 09:40").holds("""
        request  step  person  crew     started          released
        0        Meet  0       Legal 0  Mon 01-05 09:00  Mon 01-05 10:00
        1        Look  0       -        Mon 01-05 10:00  Mon 01-05 10:20
        2        Read  0       -        Mon 01-05 10:00  Mon 01-05 10:20
    """)


def test_r7_r8_a_meeting_reads_in_once(trace: Run) -> None:
    """Reading in after a handoff is part of what they do together."""
    text = MEET % ("1 h", 1, 1, "office", ", handoff: {reread: 15 min}")
    trace(text, a="01-05 09:00", b=LATER, c=LATER).holds(
        """
        crew     started          read             released
        Legal 0  Mon 01-05 09:00  Mon 01-05 09:15  Mon 01-05 10:15
    """,
        step="Meet",
    )


def test_r8_the_pace_is_that_of_the_slowest(trace: Run) -> None:
    """Ann does an hour's work in 50 minutes, Bob in 75: together 75."""
    text = (MEET % ("1 h", 0, 0, "office", "")).replace(
        "steps:", "people: {Ann: {teams: Desk, speed: 120%}, Bob: {teams: Legal, speed: 80%}}\nsteps:"
    )
    trace(text, a="01-05 09:00", b=LATER, c=LATER).holds(
        """
        person  crew     started          released         adding_ticks
        0       Legal 0  Mon 01-05 09:00  Mon 01-05 10:15  60 min
    """,
        step="Meet",
    )


# -- neither starving nor locking --------------------------------------------------------------------------------------


def test_r8_work_for_two_does_not_starve_among_work_for_one(trace: Run) -> None:
    """One comes every five minutes and takes ten: somebody is always busy. The pair of 9:07 keeps person 0 from 9:10
    and has person 1 at 9:15; those of 9:10 and 9:15 wait for its end.
    """
    singles = ", ".join(f"01-05 09:{minute:02d}" for minute in range(0, 20, 5))
    trace(LIFT % ("", "", 2, ""), a="01-05 09:07", b=singles).holds("""
        request  step  person  crew  sent             started          released
        0        Look  0       -     Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        1        Look  1       -     Mon 01-05 09:05  Mon 01-05 09:05  Mon 01-05 09:15
        2        Lift  0       T 1   Mon 01-05 09:07  Mon 01-05 09:15  Mon 01-05 09:45
        3        Look  0       -     Mon 01-05 09:10  Mon 01-05 09:45  Mon 01-05 09:55
        4        Look  1       -     Mon 01-05 09:15  Mon 01-05 09:45  Mon 01-05 09:55
    """)


def test_r8_work_for_several_comes_before_work_for_one_that_waits_longer(trace: Run) -> None:
    """Both are busy till 9:10; singles wait since 9:01, the pair since 9:08: the pair begins."""
    found = trace(LIFT % ("", "", 2, ""), a="01-05 09:08", b="01-05 09:00, 01-05 09:00, 01-05 09:01, 01-05 09:01")
    assert found.visits(["step", "started"]) == [
        ["Look", "Mon 01-05 09:00"],
        ["Look", "Mon 01-05 09:00"],
        ["Look", "Mon 01-05 09:40"],
        ["Look", "Mon 01-05 09:40"],
        ["Lift", "Mon 01-05 09:10"],
    ]


def test_r8_no_more_are_kept_than_are_needed(trace: Run) -> None:
    """The meeting waits for Legal till 9:20. Of the desk's two, one is kept for it, the other goes on with its work."""
    found = trace(MEET % ("1 h", 2, 1, "office", ""), a="01-05 09:05", b="01-05 09:10, 01-05 09:10", c="01-05 09:00")
    found.holds("""
        request  step  person  crew     started          released
        0        Read  0       -        Mon 01-05 09:00  Mon 01-05 09:20
        1        Meet  0       Legal 0  Mon 01-05 09:20  Mon 01-05 10:20
        2        Look  1       -        Mon 01-05 09:10  Mon 01-05 09:30
        3        Look  1       -        Mon 01-05 09:30  Mon 01-05 09:50
    """)


def test_r8_meetings_that_want_the_same_people_do_not_lock(trace: Run) -> None:
    """One meeting of the desk with Legal, one of Legal with the desk, one person each: one after the other."""
    text = (MEET % ("1 h", 1, 1, "office", "")).replace(
        "Read: {team: Legal, does: read}", "Read: {team: Legal, does: read, with: Desk}"
    )
    trace(text, a="01-05 09:10", b="01-05 09:00", c="01-05 09:10").holds("""
        request  step  team   crew     started          released
        0        Look  Desk   -        Mon 01-05 09:00  Mon 01-05 09:20
        1        Meet  Desk   Legal 0  Mon 01-05 09:20  Mon 01-05 10:20
        2        Read  Legal  Desk 0   Mon 01-05 10:20  Mon 01-05 10:40
    """)


def test_r8_what_is_kept_for_the_first_is_not_for_the_second(trace: Run) -> None:
    """The meeting (joined first) lacks Legal till 9:20 and keeps one of the desk's three; the pair has the two others,
    and begins. With two at the desk it would have to wait until the meeting is over.
    """
    text = (MEET % ("1 h", 3, 1, "office", "")).replace("does: look}", "does: look, people: 2}")
    found = trace(text, a="01-05 09:05", b="01-05 09:10", c="01-05 09:00")
    assert found.visits(["step", "crew", "started"])[1:] == [
        ["Meet", "Legal 0", "Mon 01-05 09:20"],
        ["Look", "Desk 2", "Mon 01-05 09:10"],
    ]
    found = trace(
        text.replace("Desk: {people: 3", "Desk: {people: 2"), a="01-05 09:05", b="01-05 09:10", c="01-05 09:00"
    )
    assert found.visits(["step", "crew", "started"])[1:] == [
        ["Meet", "Legal 0", "Mon 01-05 09:20"],
        ["Look", "Desk 1", "Mon 01-05 10:20"],
    ]


def test_r8_who_waits_for_several_is_served_in_order_of_joining_whatever_the_queue(trace: Run) -> None:
    """The team takes the last in first; of pairs it takes the first."""
    found = trace(LIFT % ("", "", 2, ", queue: last in"), a="01-05 09:00, 01-05 09:01, 01-05 09:02", b=LATER)
    assert found.order("Lift") == [0, 1, 2]


# -- priorities --------------------------------------------------------------------------------------------------------


def test_r8_who_is_kept_serves_what_is_more_urgent(trace: Run) -> None:
    """Person 0 is kept for the pair from 9:10; the rush single of 9:12 takes him, and the pair has to wait till
    9:22.
    """
    found = trace(
        LIFT % ("", ", priority: 0", 2, ""),
        a="01-05 09:07",
        b="01-05 09:00, 01-05 09:05, 01-05 09:12",
    )
    found.holds("""
        request  class  person  crew  started          released
        0        b      0       -     Mon 01-05 09:00  Mon 01-05 09:10
        1        b      1       -     Mon 01-05 09:05  Mon 01-05 09:15
        2        a      0       T 1   Mon 01-05 09:22  Mon 01-05 09:52
        3        b      0       -     Mon 01-05 09:12  Mon 01-05 09:22
    """)


def test_r8_what_is_more_urgent_has_its_people_first(trace: Run) -> None:
    """A pair and a rush single come together to two free people: the single is taken, the other person is kept."""
    found = trace(LIFT % ("", ", priority: 0", 2, ""), a="01-05 09:00", b="01-05 09:00, 01-05 09:05")
    found.holds("""
        request  class  person  crew  started          released
        0        a      0       T 1   Mon 01-05 09:15  Mon 01-05 09:45
        1        b      0       -     Mon 01-05 09:00  Mon 01-05 09:10
        2        b      1       -     Mon 01-05 09:05  Mon 01-05 09:15
    """)


def test_r8_work_for_several_of_less_urgency_waits(trace: Run) -> None:
    """A pair of low priority: singles of the usual one go before it as long as any waits."""
    found = trace(LIFT % (", priority: low", "", 2, ""), a="01-05 09:00", b="01-05 09:00, 01-05 09:00, 01-05 09:05")
    assert found.visits(["class", "started"]) == [
        ["a", "Mon 01-05 09:20"],
        ["b", "Mon 01-05 09:00"],
        ["b", "Mon 01-05 09:00"],
        ["b", "Mon 01-05 09:10"],
    ]


def test_r8_rush_that_has_not_arrived_delays_nobody(trace: Run) -> None:
    """A rush single is on its way to the team, and another will come at 9:01: neither waits there at 9:00, so the pair
    begins at once.
    """
    text = (LIFT % ("", ", priority: 0", 2, "")).replace("does: look}", "does: look, handoff: {transit: 5 min}}")
    found = trace(text, a="01-05 09:00", b="01-05 08:58, 01-05 09:01")
    assert found.visits(["class", "delivered", "started"]) == [
        ["b", "Mon 01-05 09:03", "Mon 01-05 09:30"],
        ["a", "Mon 01-05 09:00", "Mon 01-05 09:00"],
        ["b", "Mon 01-05 09:06", "Mon 01-05 09:30"],
    ]


def test_r8_rush_that_may_not_begin_yet_keeps_nobody_from_working(trace: Run) -> None:
    """At 11:50 a rush single waits that is not begun within half an hour of noon; the pair (5 minutes) is."""
    text = (LIFT % ("", ", priority: 0", 2, "")).replace(
        "calendars: {}", "calendars: {day: {hours: mon-fri 09:00-12:00}}"
    )
    text = text.replace("calendar: always", "calendar: day").replace("lift: {time: 30 min", "lift: {time: 5 min")
    text = text.replace("does: look}", "does: look, no start within: 30 min}")
    assert trace(text, a="01-05 11:50", b="01-05 11:50").visits(["class", "started"]) == [
        ["a", "Mon 01-05 11:50"],
        ["b", "Tue 01-06 09:00"],
    ]


# -- hours (R9) --------------------------------------------------------------------------------------------------------


def test_r9_work_for_several_runs_in_the_hours_of_all(trace: Run) -> None:
    """Legal works in the afternoon: five hours of a meeting are four on Monday and one on Tuesday."""
    trace(MEET % ("5 h", 1, 1, "afternoons", ""), a="01-05 09:00", b=LATER, c=LATER).holds(
        """
        assembled        started          worked
        Mon 01-05 09:00  Mon 01-05 13:00  Tue 01-06 14:00
    """,
        step="Meet",
    )


def test_r8_r9_nobody_is_kept_while_a_team_is_closed(trace: Run) -> None:
    """The meeting waits for Legal, which comes at 13:00. Until then the desk goes on with its own work; who is free
    from 13:00 on is kept: the single of 12:50 ends at 13:10, and the one of 13:00 waits.
    """
    found = trace(
        MEET % ("1 h", 1, 1, "afternoons", ""), a="01-05 09:00", b="01-05 09:00, 01-05 12:50, 01-05 13:00", c=LATER
    )
    assert found.visits(["step", "started", "released"])[:4] == [
        ["Meet", "Mon 01-05 13:10", "Mon 01-05 14:10"],
        ["Look", "Mon 01-05 09:00", "Mon 01-05 09:20"],
        ["Look", "Mon 01-05 12:50", "Mon 01-05 13:10"],
        ["Look", "Mon 01-05 14:10", "Mon 01-05 14:30"],
    ]


def test_r9_no_start_within_counts_the_hours_of_all(trace: Run) -> None:
    """The desk closes at 17:00, Legal at noon here: at 11:45 less than half an hour is left, so it is begun on Tuesday,
    when Legal has read what it began at 11:47; nobody is kept for it meanwhile.
    """
    text = (MEET % ("10 min", 1, 1, "afternoons", ", no start within: 30 min")).replace(
        "mon-fri 13:00-17:00", "mon-fri 09:00-12:00"
    )
    found = trace(text, a="01-05 11:45", b="01-05 11:46", c="01-05 11:47")
    assert found.visits(["step", "started"]) == [
        ["Meet", "Tue 01-06 09:07"],
        ["Look", "Mon 01-05 11:46"],
        ["Read", "Mon 01-05 11:47"],
    ]


def test_r9_who_is_kept_in_vain_is_let_go_when_it_may_no_longer_begin(trace: Run) -> None:
    """Legal is busy from 11:20 to 11:40; the desk is kept for the meeting of 11:25 until 11:30, the last instant at
    which it may begin, and looks from one tick after it.
    """
    text = (MEET % ("10 min", 1, 1, "afternoons", ", no start within: 30 min")).replace(
        "mon-fri 13:00-17:00", "mon-fri 09:00-12:00"
    )
    found = trace(text, a="01-05 11:25", b="01-05 11:27", c="01-05 11:20")
    assert found.visits(["step", "started"]) == [
        ["Read", "Mon 01-05 11:20"],
        ["Meet", "Tue 01-06 09:00"],
        ["Look", "Mon 01-05 11:30:00.001"],
    ]


def test_r9_overtime_of_several(trace: Run) -> None:
    """Closing: finish: what was begun in the hours of all goes on without them."""
    text = MEET % ("5 h", 1, 1, "afternoons", ", closing: finish")
    found = trace(text, a="01-05 09:00", b=LATER, c=LATER)
    assert found.visits(["started", "worked"], "Meet") == [["Mon 01-05 13:00", "Mon 01-05 18:00"]]


# -- with other rules --------------------------------------------------------------------------------------------------


def test_r8_r11_a_committee_on_tuesdays(trace: Run) -> None:
    """Cases are gathered for Tuesday at 14:00; then the desk and Legal handle all of them in one go, 15 minutes of
    preparation first. Who comes at 14:00 sharp is still among them.
    """
    text = MEET % ("30 min", 1, 1, "office", ", batch: tuesday at 14:00, set-up: 15 min")
    trace(text, a="01-05 10:00, 01-06 13:00, 01-06 14:00, 01-06 14:01", b=LATER, c=LATER).holds(
        """
        request  process_batch  crew     assembled        set_up           turn             released
        0        0              Legal 0  Tue 01-06 14:00  Tue 01-06 14:15  Tue 01-06 14:15  Tue 01-06 15:45
        1        0              -        Tue 01-06 14:00  Tue 01-06 14:15  Tue 01-06 14:45  Tue 01-06 15:45
        2        0              -        Tue 01-06 14:00  Tue 01-06 14:15  Tue 01-06 15:15  Tue 01-06 15:45
        3        1              Legal 0  Tue 01-13 14:00  Tue 01-13 14:15  Tue 01-13 14:15  Tue 01-13 14:45
    """,
        step="Meet",
    )


def test_r8_r12_a_meeting_puts_a_question_and_meets_again(trace: Run) -> None:
    """It takes both to ask (they read for ten minutes), and both to go on when the customer has answered."""
    handoff = ", handoff: {reread: 10 min, question: {chance: 100%, to: customer, answer: 1 h}}"
    trace(MEET % ("30 min", 1, 1, "office", handoff), a="01-05 09:00", b="01-05 09:05", c="01-05 09:05").holds("""
        request  step      kind      crew     started          read             released
        0        Meet      question  Legal 0  Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:10
        0        customer  answer    -        Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 10:10
        0        Meet      work      Legal 0  Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:40
        1        Look      work      -        Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:30
        2        Read      work      -        Mon 01-05 09:10  Mon 01-05 09:10  Mon 01-05 09:30
    """)


def test_r8_somebody_in_two_teams_sits_in_a_meeting_once(trace: Run) -> None:
    """Ann, at home in Legal, helps the desk; the desk's own is busy till 9:20. She could be the desk's or Legal's, not
    both: the meeting begins at 9:20.
    """
    text = (MEET % ("1 h", 1, 0, "office", "")).replace("steps:", "people: {Ann: {teams: [Legal, Desk]}}\nsteps:")
    trace(text, a="01-05 09:05", b="01-05 09:00", c=LATER).holds(
        """
        person  crew     started          released
        0       Legal 0  Mon 01-05 09:20  Mon 01-05 10:20
    """,
        step="Meet",
    )


@pytest.mark.parametrize("change", [10, 0])
def test_r11_a_change_over_is_due_when_any_of_them_changes(trace: Run, change: int) -> None:
    """Legal read for class c before, the desk did nothing: the meeting about class a is a change for Legal, ten
    minutes.
    """
    text = MEET % ("1 h", 1, 1, "office", f", change-over: {change} min")
    found = trace(text, a="01-05 09:30", b=LATER, c="01-05 09:00")
    assert found.visits(["started", "set_up", "set_up_ticks"], "Meet") == [
        ["Mon 01-05 09:30", f"Mon 01-05 09:{30 + change}", f"{change} min"]
    ]
