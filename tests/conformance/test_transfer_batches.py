"""Handoffs, by hand (R7): transfer batches by size, wait and clock, transits, reading in. Offices open from 9 to 17."""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

SILOS = """
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}, Back: {people: 1, calendar: office}}
steps:
  Look: {team: Desk, does: look}
  Decide: {team: Back, does: look, handoff: {%s}}
"""

# Straight from the customer to a team with people enough, so that arrivals are the instants of joining the batch.
POST = """
tasks: {look: {time: 30 min, value: adding}}
teams: {Back: {people: 9, calendar: office}}
steps: {Decide: {team: Back, does: look, handoff: {%s}}}
"""


def test_r7_a_batch_of_three_over_a_weekend(trace: Run) -> None:
    """The third request is looked at on Monday until 10:30; then all three leave, travel two hours, and are handled
    one after another. The second one was begun on Friday at 16:40 and ended on Monday at 9:10 (R9).
    """
    trace(SILOS % "batch: 3 requests, transit: 2 h", a="01-09 10:00, 01-09 16:40, 01-12 10:00").holds("""
        request  step    sent             gathered         delivered        started          released
        0        Look    Fri 01-09 10:00  Fri 01-09 10:00  Fri 01-09 10:00  Fri 01-09 10:00  Fri 01-09 10:30
        0        Decide  Fri 01-09 10:30  Mon 01-12 10:30  Mon 01-12 12:30  Mon 01-12 12:30  Mon 01-12 13:00
        1        Look    Fri 01-09 16:40  Fri 01-09 16:40  Fri 01-09 16:40  Fri 01-09 16:40  Mon 01-12 09:10
        1        Decide  Mon 01-12 09:10  Mon 01-12 10:30  Mon 01-12 12:30  Mon 01-12 13:00  Mon 01-12 13:30
        2        Look    Mon 01-12 10:00  Mon 01-12 10:00  Mon 01-12 10:00  Mon 01-12 10:00  Mon 01-12 10:30
        2        Decide  Mon 01-12 10:30  Mon 01-12 10:30  Mon 01-12 12:30  Mon 01-12 13:30  Mon 01-12 14:00
    """)


def test_r7_many_at_one_instant_leave_in_batches_of_the_size(trace: Run) -> None:
    """Five at 10:00 in batches of two: 0 with 1, 2 with 3, and 4 waits for the sixth at 15:00."""
    at_ten = ", ".join(["01-05 10:00"] * 5)
    trace(POST % "batch: 2 requests", a=f"{at_ten}, 01-05 15:00").holds("""
        request  transfer_batch  sent             gathered
        0        0               Mon 01-05 10:00  Mon 01-05 10:00
        1        0               Mon 01-05 10:00  Mon 01-05 10:00
        2        1               Mon 01-05 10:00  Mon 01-05 10:00
        3        1               Mon 01-05 10:00  Mon 01-05 10:00
        4        2               Mon 01-05 10:00  Mon 01-05 15:00
        5        2               Mon 01-05 15:00  Mon 01-05 15:00
    """)


def test_r7_the_wait_is_that_of_the_first(trace: Run) -> None:
    """`or 2 h`: two leave at 12:00, two hours after the first of them; the next first one waits its own two hours."""
    trace(POST % "batch: 9 requests or 2 h", a="01-05 10:00, 01-05 11:30, 01-05 12:30").holds("""
        request  sent             gathered
        0        Mon 01-05 10:00  Mon 01-05 12:00
        1        Mon 01-05 11:30  Mon 01-05 12:00
        2        Mon 01-05 12:30  Mon 01-05 14:30
    """)


def test_r7_who_joins_as_the_wait_ends_still_leaves(trace: Run) -> None:
    """All that is due at 12:00, the arrival too, comes before gates let go (R3)."""
    trace(POST % "batch: 9 requests or 2 h", a="01-05 10:00, 01-05 12:00").holds("""
        request  sent             gathered
        0        Mon 01-05 10:00  Mon 01-05 12:00
        1        Mon 01-05 12:00  Mon 01-05 12:00
    """)


def test_r7_after_a_full_batch_the_wait_begins_with_who_is_left(trace: Run) -> None:
    """At 10:30 two come together: 0 and 1 are a batch of two, 2 stays and waits until 12:30, not until 12:00, when the
    wait of 0 would have ended. At 14:00 and 14:10 two more leave by size; 5, of 14:10 too, waits until 16:10.
    """
    arrivals = "01-05 10:00, 01-05 10:30, 01-05 10:30, 01-05 14:00, 01-05 14:10, 01-05 14:10"
    trace(POST % "batch: 2 requests or 2 h", a=arrivals).holds("""
        request  transfer_batch  sent             gathered
        0        0               Mon 01-05 10:00  Mon 01-05 10:30
        1        0               Mon 01-05 10:30  Mon 01-05 10:30
        2        1               Mon 01-05 10:30  Mon 01-05 12:30
        3        2               Mon 01-05 14:00  Mon 01-05 14:10
        4        2               Mon 01-05 14:10  Mon 01-05 14:10
        5        3               Mon 01-05 14:10  Mon 01-05 16:10
    """)


def test_r7_a_wait_in_working_days_stops_for_the_weekend(trace: Run) -> None:
    """A working day is 8 open hours: Friday 15:00 to 17:00 and Monday 9:00 to 15:00."""
    trace(POST % "batch: 9 requests or 1 working day", a="01-09 15:00").holds("""
        sent             gathered
        Fri 01-09 15:00  Mon 01-12 15:00
    """)


def test_r7_clock_at_the_strike_and_just_after(trace: Run) -> None:
    """At 16:00 sharp one leaves at once; a second later one waits for tomorrow, on Friday for Monday."""
    arrivals = "01-05 16:00, 01-05 16:00:01, 01-06 15:59, 01-09 16:00:01"
    trace(POST % "batch: every working day at 16:00", a=arrivals).holds("""
        request  sent                gathered
        0        Mon 01-05 16:00     Mon 01-05 16:00
        1        Mon 01-05 16:00:01  Tue 01-06 16:00
        2        Tue 01-06 15:59     Tue 01-06 16:00
        3        Fri 01-09 16:00:01  Mon 01-12 16:00
    """)


def test_r7_clock_does_not_strike_on_a_closed_day(trace: Run) -> None:
    """Wednesday is closed: what came on Tuesday after 16:00 leaves on Thursday. `every day` strikes all the same."""
    closed = "calendars: {office: {hours: mon-fri 09:00-17:00, except: {2026-01-07: closed}}}\n"
    trace(closed + POST % "batch: every working day at 16:00", a="01-06 16:30").holds("""
        sent             gathered
        Tue 01-06 16:30  Thu 01-08 16:00
    """)
    trace(closed + POST % "batch: every day at 16:00", a="01-06 16:30").holds("""
        sent             gathered         started
        Tue 01-06 16:30  Wed 01-07 16:00  Thu 01-08 09:00
    """)


def test_r7_clock_on_some_days_of_the_week(trace: Run) -> None:
    """Tuesday and Thursday at 14:00; who comes on Thursday evening waits until next Tuesday."""
    trace(POST % "batch: Tuesday and Thursday at 14:00", a="01-05 10:00, 01-06 14:01, 01-08 20:00").holds("""
        request  sent             gathered
        0        Mon 01-05 10:00  Tue 01-06 14:00
        1        Tue 01-06 14:01  Thu 01-08 14:00
        2        Thu 01-08 20:00  Tue 01-13 14:00
    """)


def test_r7_clock_twice_a_day(trace: Run) -> None:
    """At 10:00 and 15:00 on working days."""
    trace(POST % "batch: at 10:00 and 15:00", a="01-05 08:00, 01-05 10:01, 01-05 15:01").holds("""
        request  sent             gathered
        0        Mon 01-05 08:00  Mon 01-05 10:00
        1        Mon 01-05 10:01  Mon 01-05 15:00
        2        Mon 01-05 15:01  Tue 01-06 10:00
    """)


def test_r7_size_wait_or_clock_whichever_comes_first(trace: Run) -> None:
    """Monday: three by 11:00 (size). Monday 12:00 waits three hours, till 15:00 (wait). Monday 14:30 is behind it and
    leaves with it; Monday 15:30 leaves at 16:00 (clock), its wait would have ended at 18:30.
    """
    arrivals = "01-05 10:00, 01-05 10:30, 01-05 11:00, 01-05 12:00, 01-05 14:30, 01-05 15:30"
    trace(POST % "batch: 3 requests or 3 h or every working day at 16:00", a=arrivals).holds("""
        request  transfer_batch  sent             gathered
        0        0               Mon 01-05 10:00  Mon 01-05 11:00
        1        0               Mon 01-05 10:30  Mon 01-05 11:00
        2        0               Mon 01-05 11:00  Mon 01-05 11:00
        3        1               Mon 01-05 12:00  Mon 01-05 15:00
        4        1               Mon 01-05 14:30  Mon 01-05 15:00
        5        2               Mon 01-05 15:30  Mon 01-05 16:00
    """)


def test_r7_transit_elapsed_or_in_working_time(trace: Run) -> None:
    """A day is 24 hours and ends on Saturday; a working day is 8 open hours and ends on Monday at the same hour."""
    trace(POST % "transit: 1 day", a="01-09 11:00").holds("""
        sent             delivered        started
        Fri 01-09 11:00  Sat 01-10 11:00  Mon 01-12 09:00
    """)
    trace(POST % "transit: 1 working day", a="01-09 11:00").holds("""
        sent             delivered        started
        Fri 01-09 11:00  Mon 01-12 11:00  Mon 01-12 11:00
    """)


def test_r7_the_handoff_has_the_calendar_of_the_sender(trace: Run) -> None:
    """Working time of a handoff goes by the earlier team's calendar (mornings, 9 to 12), or by the one it names.

    Looked at by 11:00. Two working hours: an hour till noon and one on Tuesday; on the office's calendar till 13:00.
    A working day: the 3 hours of a morning; on the office's calendar 8 hours, till Tuesday at 11:00 as well.
    """
    silos = "calendars: {mornings: {hours: mon-fri 09:00-12:00}, office: {hours: mon-fri 09:00-17:00}}" + SILOS.replace(
        "Desk: {people: 1, calendar: office}", "Desk: {people: 1, calendar: mornings}"
    ).replace("time: 30 min", "time: 60 min")
    for rules, delivered in (
        ("transit: 2 working hours", "Tue 01-06 10:00"),
        ("transit: 2 working hours, calendar: office", "Mon 01-05 13:00"),
        ("transit: 1 working day", "Tue 01-06 11:00"),
        ("transit: 1 working day, calendar: office", "Tue 01-06 11:00"),
        ("batch: 9 requests or 2 working hours", "Tue 01-06 10:00"),
        ("batch: 9 requests or 2 working hours, calendar: office", "Mon 01-05 13:00"),
    ):
        found = trace(silos % rules, a="01-05 10:00")
        assert found.visits(["sent", "delivered"], "Decide") == [["Mon 01-05 11:00", delivered]], rules


def test_r7_one_transit_for_the_whole_batch(trace: Run) -> None:
    """A drawn transit: all three arrive together, after the draw that belongs to the first of them (R4)."""
    found = trace(SILOS % "batch: 3 requests, transit: exponential(2 h)", a="01-05 09:00, 01-05 09:01, 01-05 09:02")
    visits, draws = found.record.visits, found.draws
    handoff = found.model.step("Decide").handoff
    assert handoff is not None
    assert handoff.transit is not None
    drawn = draws.durations("transit into Decide", "a", handoff.transit.time).at(0, 1)
    decide = visits["step"] == 1
    assert drawn > 0
    assert (visits["delivered"] - visits["gathered"])[decide].tolist() == [drawn] * 3


def test_r7_the_receiver_reads_himself_in_each_time(trace: Run) -> None:
    """Ten minutes before each piece of work, in the receiver's open time: 16:55 + 10 = 9:05 on Tuesday, + 30."""
    trace(SILOS % "reread: 10 min", a="01-05 16:25").holds(
        """
        started          read             worked
        Mon 01-05 16:55  Tue 01-06 09:05  Tue 01-06 09:35
    """,
        step="Decide",
    )


def test_r7_a_move_within_the_team_is_no_handoff(trace: Run) -> None:
    """The same rules for a step of the same team do nothing, unless the step says so."""
    within = SILOS.replace("team: Back", "team: Desk")
    rules = "batch: 2 requests, transit: 1 h, reread: 10 min"
    trace(within % rules, a="01-05 09:00, 01-05 12:00").holds(
        """
        request  sent             gathered         delivered        started          read             worked
        0        Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 10:00
        1        Mon 01-05 12:30  Mon 01-05 12:30  Mon 01-05 12:30  Mon 01-05 12:30  Mon 01-05 12:30  Mon 01-05 13:00
    """,
        step="Decide",
    )
    trace(within % (rules + ", within team: yes"), a="01-05 09:00, 01-05 12:00").holds(
        """
        request  sent             gathered         delivered        started          read             worked
        0        Mon 01-05 09:30  Mon 01-05 12:30  Mon 01-05 13:30  Mon 01-05 13:30  Mon 01-05 13:40  Mon 01-05 14:10
        1        Mon 01-05 12:30  Mon 01-05 12:30  Mon 01-05 13:30  Mon 01-05 14:10  Mon 01-05 14:20  Mon 01-05 14:50
    """,
        step="Decide",
    )


def test_r7_a_return_is_handed_over_again(trace: Run) -> None:
    """Found wrong once: back at the first team by its own handoff (an hour's transit), then over the batch again.

    Arrives 9:00, transit to 10:00, looked at to 10:30, decided 10:30 to 11:00; back: transit to 12:00, 12:30, 13:00.
    """
    text = """
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}, Back: {people: 1, calendar: office}}
steps:
  Look: {team: Desk, does: look, handoff: {transit: 1 h}}
  Decide: {team: Back, does: look, returns: {chance: 100%, to: Look, at most: 1}}
"""
    trace(text, a="01-05 09:00").holds("""
        step    pass  via      from_team  sent             delivered        released
        Look    1     arrival  customer   Mon 01-05 09:00  Mon 01-05 10:00  Mon 01-05 10:30
        Decide  1     next     Desk       Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 11:00
        Look    2     return   Back       Mon 01-05 11:00  Mon 01-05 12:00  Mon 01-05 12:30
        Decide  2     next     Desk       Mon 01-05 12:30  Mon 01-05 12:30  Mon 01-05 13:00
    """)
