"""Work and closing time, by hand (R2, R9). Office hours are 9 to 17; 2026-01-05 is a Monday."""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

DESK = """
tasks: {look: {time: 60 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}}
steps:
  Look: {team: Desk, does: look%s}
"""


def test_r9_work_waits_overnight_and_the_person_stays_with_it(trace: Run) -> None:
    """Begun at 16:30, half an hour is left for Tuesday; only then is the person free for the next one."""
    trace(DESK % "", a="01-05 16:30, 01-05 16:40").holds("""
        request  started          worked           released
        0        Mon 01-05 16:30  Tue 01-06 09:30  Tue 01-06 09:30
        1        Tue 01-06 09:30  Tue 01-06 10:30  Tue 01-06 10:30
    """)


def test_r9_work_waits_over_the_weekend(trace: Run) -> None:
    """Friday 16:20 to 17:00 is 40 minutes; the other 20 are on Monday."""
    trace(DESK % "", a="01-09 16:20").holds("""
        started          released
        Fri 01-09 16:20  Mon 01-12 09:20
    """)


def test_r2_work_that_just_fits_ends_at_closing_time(trace: Run) -> None:
    """after(16:00, 60 min) is the earliest instant with an hour worked: 17:00, not the next opening."""
    trace(DESK % "", a="01-05 16:00").holds("""
        started          released
        Mon 01-05 16:00  Mon 01-05 17:00
    """)


def test_r2_open_at_opening_time_and_closed_at_closing_time(trace: Run) -> None:
    """[opens, closes): who comes at 9:00 sharp is served then; who comes at 17:00 sharp is served in the morning."""
    trace(DESK % "", a="01-05 09:00, 01-05 17:00").holds("""
        request  sent             started          released
        0        Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 10:00
        1        Mon 01-05 17:00  Tue 01-06 09:00  Tue 01-06 10:00
    """)


def test_r9_lunch_is_a_closing_time_too(trace: Run) -> None:
    """11:20 to 12:00 is 40 minutes, 13:00 to 13:20 the rest."""
    text = "calendars: {office: {hours: mon-fri 09:00-12:00 13:00-17:00}}" + DESK % ""
    trace(text, a="01-05 11:20").holds("""
        started          released
        Mon 01-05 11:20  Mon 01-05 13:20
    """)


def test_r9_overtime_finishes_the_work_but_begins_no_other(trace: Run) -> None:
    """`finish`: Friday 16:30 + 60 min = 17:30, after closing; the next one is begun on Monday."""
    trace(DESK % ", closing: finish", a="01-09 16:30, 01-09 16:40").holds("""
        request  started          worked           released
        0        Fri 01-09 16:30  Fri 01-09 17:30  Fri 01-09 17:30
        1        Mon 01-12 09:00  Mon 01-12 10:00  Mon 01-12 10:00
    """)


def test_r9_overtime_holds_for_set_up_and_reading_in(trace: Run) -> None:
    """16:50 + 20 set-up + 15 reading + 60 work, all of it straight on: 17:10, 17:25, 18:25."""
    text = DESK % ", closing: finish, set-up: 20 min, handoff: {reread: 15 min}"
    trace(text, a="01-05 16:50").holds("""
        started          set_up           turn             read             worked
        Mon 01-05 16:50  Mon 01-05 17:10  Mon 01-05 17:10  Mon 01-05 17:25  Mon 01-05 18:25
    """)


def test_r9_set_up_and_reading_in_pause_as_work_does(trace: Run) -> None:
    """16:50 + 20 set-up = 9:10 on Tuesday, + 15 reading = 9:25, + 60 work = 10:25."""
    trace(DESK % ", set-up: 20 min, handoff: {reread: 15 min}", a="01-05 16:50").holds("""
        started          set_up           read             worked
        Mon 01-05 16:50  Tue 01-06 09:10  Tue 01-06 09:25  Tue 01-06 10:25
    """)


def test_r9_nothing_is_begun_close_to_closing(trace: Run) -> None:
    """`no start within: 30 min`: 16:30 leaves just 30 minutes and may begin (and waits overnight), 16:31 may not."""
    text = DESK % ", no start within: 30 min"
    trace(text, a="01-05 16:30").holds("""
        started          released
        Mon 01-05 16:30  Tue 01-06 09:30
    """)
    trace(text, a="01-05 16:31").holds("""
        started          released
        Tue 01-06 09:00  Tue 01-06 10:00
    """)


def test_r9_nothing_is_begun_close_to_lunch(trace: Run) -> None:
    """The interval that closes at noon counts, not the day: 11:45 must wait until 13:00."""
    text = "calendars: {office: {hours: mon-fri 09:00-12:00 13:00-17:00}}" + DESK % ", no start within: 30 min"
    trace(text, a="01-05 11:45").holds("""
        started          released
        Mon 01-05 13:00  Mon 01-05 14:00
    """)


def test_r9_who_may_not_begin_is_passed_over(trace: Run) -> None:
    """One team, two steps: at 16:45 the big one (no start within an hour) waits, the small one behind it is taken."""
    text = """
tasks: {big: {time: 30 min, value: adding, only: a}, small: {time: 5 min, value: adding, only: b}}
teams: {Desk: {people: 1, calendar: office}}
steps:
  Big: {team: Desk, does: big, no start within: 1 h}
  Small: {team: Desk, does: small}
"""
    trace(text, a="01-05 16:45", b="01-05 16:46").holds("""
        class  step   sent             started          released
        a      Big    Mon 01-05 16:45  Tue 01-06 09:00  Tue 01-06 09:30
        b      Small  Mon 01-05 16:46  Mon 01-05 16:46  Mon 01-05 16:51
    """)


def test_r2_a_holiday_is_closed(trace: Run) -> None:
    """Friday 1 May is Labour Day in Belgium: work begun on Thursday 16:30 ends on Monday 4 May."""
    text = "start: 2026-04-27\ncalendars: {office: {hours: mon-fri 09:00-17:00, holidays: BE}}" + DESK % ""
    trace(text, a="04-30 16:30, 05-01 10:00").holds("""
        request  sent             started          released
        0        Thu 04-30 16:30  Thu 04-30 16:30  Mon 05-04 09:30
        1        Fri 05-01 10:00  Mon 05-04 09:30  Mon 05-04 10:30
    """)


def test_r2_a_dated_exception_has_hours_of_its_own(trace: Run) -> None:
    """As before, but the Saturday after the holiday is open from 9 to 10."""
    calendar = "{hours: mon-fri 09:00-17:00, holidays: BE, except: {2026-05-02: 09:00-10:00}}"
    text = f"start: 2026-04-27\ncalendars: {{office: {calendar}}}" + DESK % ""
    trace(text, a="04-30 16:30, 05-01 10:00").holds("""
        request  sent             started          released
        0        Thu 04-30 16:30  Thu 04-30 16:30  Sat 05-02 09:30
        1        Fri 05-01 10:00  Sat 05-02 09:30  Mon 05-04 09:30
    """)


def test_r2_a_night_shift_runs_past_midnight(trace: Run) -> None:
    """22:00 to 6:00: begun on Friday at 23:00, seven of nine hours are done by Saturday 6:00, two on Monday night."""
    text = """
calendars: {nights: {hours: mon-fri 22:00-06:00}}
tasks: {look: {time: 9 h, value: adding}}
teams: {Desk: {people: 1, calendar: nights}}
steps: {Look: {team: Desk, does: look}}
"""
    trace(text, a="01-09 23:00").holds("""
        started          released
        Fri 01-09 23:00  Tue 01-13 00:00
    """)


def test_r2_a_start_in_the_middle_of_a_day(trace: Run) -> None:
    """The scenario begins on Monday at 10:30; tick 0 is that moment, hours stay those of the wall clock."""
    found = trace("start: 2026-01-05 10:30" + DESK % "", a="01-05 16:30")
    assert int(found.record.visits["sent"][0]) == 6 * 3_600_000
    found.holds("""
        started          released
        Mon 01-05 16:30  Tue 01-06 09:30
    """)


def test_r8_people_of_one_team_work_side_by_side(trace: Run) -> None:
    """Two people: number 0 is taken first; who is free first takes the next one (R8)."""
    trace((DESK % "").replace("people: 1", "people: 2"), a="01-05 09:00, 01-05 09:10, 01-05 09:20").holds("""
        request  person  started          released
        0        0       Mon 01-05 09:00  Mon 01-05 10:00
        1        1       Mon 01-05 09:10  Mon 01-05 10:10
        2        0       Mon 01-05 10:00  Mon 01-05 11:00
    """)
