"""The time in which several calendars are all open (R2, R8) against minutes coloured one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_calendar import AHEAD, MONDAY, OFFICE, Minutes, calendars, instants, lengths, starts

from flowsim.model import ALWAYS, Calendar, DayException, JointTimes, OpenTimes
from flowsim.model.calendar import DAY, FOREVER, HOUR, MINUTE, WEEK

many = settings(max_examples=60, deadline=None, derandomize=True)
sets = st.lists(calendars(), min_size=1, max_size=3)
BEYOND = AHEAD * DAY - DAY


def joint(given: list[Calendar], start: datetime) -> JointTimes:
    return JointTimes([OpenTimes(c, start.isoformat()) for c in given])


def shared(given: list[Calendar], start: datetime) -> Minutes:
    """Minutes in which all are open."""
    minutes = Minutes(given[0], start)
    for other in given[1:]:
        minutes.open *= Minutes(other, start).open
    return minutes


def from_monday(*given: Calendar) -> JointTimes:
    return joint(list(given), datetime.fromisoformat(MONDAY))


def days(*numbers: int, opens: int = 9, closes: int = 17) -> Calendar:
    return Calendar(f"{numbers}", tuple((d * DAY + opens * HOUR, d * DAY + closes * HOUR) for d in numbers))


@many
@given(sets, starts, st.lists(st.tuples(instants, lengths), min_size=1, max_size=6))
def test_joint_time_is_the_time_in_which_all_are_open(
    given: list[Calendar], start: datetime, asked: list[tuple[int, int]]
) -> None:
    """R2, R8: worked and after, scalar and for arrays, asked in any order."""
    times, minutes = joint(given, start), shared(given, start)
    pairs = [(t, t + d) for t, d in asked]
    assert [times.worked(a, b) for a, b in pairs] == [minutes.worked(a, b) for a, b in pairs]
    a, b = np.array(pairs, dtype=np.int64).T
    assert joint(given, start).worked_array(a, b).tolist() == [minutes.worked(a, b) for a, b in pairs]
    for t, _ in asked[:3]:  # work that ends exactly at a closing ends there
        asked += [(t, minutes.worked(t, closes)) for _, closes in times.intervals(t, t + 9 * DAY)[:3]]
    found = [times.after(t, d) for t, d in asked]
    for (t, d), instant in zip(asked, found, strict=True):
        expected = minutes.after(t, d)
        assert instant > BEYOND if expected is None else instant == expected
    t, d = np.array(asked, dtype=np.int64).T
    assert joint(given, start).after_array(t, d).tolist() == found


@many
@given(sets, starts, st.lists(instants, min_size=1, max_size=8))
def test_joint_changes_are_those_of_the_minutes(given: list[Calendar], start: datetime, points: list[int]) -> None:
    """R2: opening, closing and intervals."""
    times, minutes = joint(given, start), shared(given, start)
    for t in points:
        assert times.is_open(t) == minutes.is_open(t)
        for instant, expected in (
            (times.opening(t), minutes.change(t, True)),
            (times.closing(t), minutes.change(t, False)),
        ):
            assert instant > BEYOND if expected is None else instant == expected
    a, b = min(points), max(points) + 1
    found = times.intervals(a, b)
    assert sum(closes - opens for opens, closes in found) == minutes.worked(a, b)
    assert all(minutes.is_open(o) and (c == b or not minutes.is_open(c)) for o, c in found)


def test_one_calendar_is_itself_and_a_second_one_that_is_always_open_changes_nothing() -> None:
    alone = OpenTimes(OFFICE, MONDAY)
    for times in (from_monday(OFFICE), from_monday(OFFICE, ALWAYS), from_monday(OFFICE, OFFICE)):
        assert not times.always
        assert times.intervals(-WEEK, 80 * WEEK) == alone.intervals(-WEEK, 80 * WEEK)
        assert times.after(0, 40 * 1500 * HOUR) == alone.after(0, 40 * 1500 * HOUR)


def test_nobody_or_all_always_is_always() -> None:
    for times in (JointTimes([]), from_monday(ALWAYS, ALWAYS)):
        assert times.always
        assert (times.opening(-5), times.closing(3), times.after(7, 12)) == (-5, FOREVER, 19)
        assert times.worked_array(np.array([1]), np.array([4])).tolist() == [3]


def test_a_meeting_in_the_hours_two_teams_share() -> None:
    """R8, by hand: Tuesday 13-17 against 9-15 on Tuesday and Thursday: two hours a week."""
    times = from_monday(days(0, 1, opens=13), days(1, 3, closes=15))
    assert times.opening(0) == DAY + 13 * HOUR
    assert times.closing(DAY + 13 * HOUR) == DAY + 15 * HOUR
    assert times.after(0, 2 * HOUR) == DAY + 15 * HOUR
    assert times.after(0, 2 * HOUR + 1) == WEEK + DAY + 13 * HOUR + 1
    assert times.worked(0, 150 * WEEK) == 300 * HOUR


def test_touching_ends_do_not_meet() -> None:
    """R2: half-open, so a closing at noon and an opening at noon share nothing."""
    times = from_monday(days(0, closes=12), days(0, opens=12))
    assert (times.opening(0), times.after(0, 1), times.worked(0, 99 * WEEK)) == (FOREVER, FOREVER, 0)


@pytest.mark.parametrize("first", [0, 900 * WEEK])
def test_calendars_that_never_meet_are_found_out_at_once(first: int) -> None:
    """Monday people and Tuesday people; nothing is laid out for a thousand years."""
    times = from_monday(days(0), days(1))
    assert times.opening(first) == FOREVER
    assert times.after(first, 1) == FOREVER
    assert times.closing(first) == first
    assert times.intervals(first, first + WEEK) == []
    t, d = np.array([1, 2]), np.array([0, 5])
    assert from_monday(days(0), days(1)).after_array(t, d).tolist() == [1, FOREVER]
    assert from_monday(days(0), Calendar("none", ())).opening(0) == FOREVER


def test_they_meet_on_one_far_date_and_then_never_again() -> None:
    """An exception years ahead is still found, and is the last."""
    late = Calendar("late", days(0).weekly, (DayException("2031-01-07", ((20 * HOUR, 44 * HOUR),)),))  # a Tuesday
    far = (datetime(2031, 1, 7) - datetime(2026, 1, 5)) // timedelta(milliseconds=1)
    times = from_monday(late, days(2))
    assert times.opening(0) == far + DAY + 9 * HOUR  # the exception runs into Wednesday
    assert times.after(0, 8 * HOUR) == far + DAY + 17 * HOUR
    assert times.after(0, 8 * HOUR + 1) == FOREVER


def test_never_closing_again_and_closing_once() -> None:
    """R9: two calendars, open day and night, one of them shut on one far date."""
    daily = tuple((d * DAY, (d + 1) * DAY) for d in range(7))
    shut = (datetime(2031, 1, 7) - datetime(2026, 1, 5)) // timedelta(milliseconds=1)
    once = Calendar("once", daily, (DayException("2031-01-07", ()),))
    times = from_monday(once, Calendar("daily", daily))
    assert times.closing(0) == shut
    assert times.opening(shut) == shut + DAY
    assert times.closing(shut + DAY) == FOREVER
    assert from_monday(Calendar("a", daily), Calendar("b", daily)).closing(5) == FOREVER


def test_the_minutes_of_two_calendars_by_hand() -> None:
    """The reference of this file: from Wednesday, Wednesdays to Fridays 12-17 in the office's hours."""
    start = datetime(2026, 1, 7)
    both = shared([OFFICE, days(2, 3, opens=12, closes=20)], start)
    assert both.worked(0, 7 * DAY) == 10 * HOUR
    assert both.change(0, True) == 12 * HOUR
    assert both.after(0, 5 * HOUR + MINUTE) == DAY + 12 * HOUR + MINUTE
