"""Calendars (R2) against a model that colours every minute open or closed, one by one, from the plain description."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.model import ALWAYS, Calendar, DayException, OpenTimes
from flowsim.model.calendar import DAY, FOREVER, HOUR, MINUTE, WEEK

START = datetime(2026, 1, 7)  # a Wednesday
BACK, AHEAD = 10, 45  # days before and after the start that the minutes cover
OFFICE = Calendar("office", tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5)))
MONDAY = "2026-01-05T00:00:00"


class Minutes:
    """Open and closed minute by minute, from BACK days before the start to AHEAD days after it."""

    def __init__(self, calendar: Calendar, start: datetime) -> None:
        self.first = -BACK * 1440
        self.open = np.zeros((BACK + AHEAD) * 1440, dtype=np.int64)
        exceptions = {e.date: e.hours for e in calendar.exceptions}
        midnight = datetime(start.year, start.month, start.day)
        for day in range(-BACK - 3, AHEAD + 3):
            date = midnight + timedelta(days=day)
            own = exceptions.get(date.date().isoformat())
            base = int((date - start) / timedelta(minutes=1)) - self.first
            for opens, closes in self._weekly(calendar, date.weekday() * DAY) if own is None else own:
                self.open[max(base + opens // MINUTE, 0) : max(base + closes // MINUTE, 0)] = 1

    @staticmethod
    def _weekly(calendar: Calendar, midnight: int) -> list[tuple[int, int]]:
        """Stretches that belong to this weekday: begun on it, or the part that lies in it of one over a day long."""
        found = []
        for opens, closes in calendar.weekly:
            for week in (0, WEEK):
                o, c = opens - week - midnight, closes - week - midnight
                if c - o > DAY:
                    found.append((max(o, 0), max(min(c, DAY), max(o, 0))))
                elif 0 <= o < DAY:
                    found.append((o, c))
        return found

    def is_open(self, t: int) -> bool:
        return bool(self.open[t // MINUTE - self.first])

    def worked(self, a: int, b: int) -> int:
        """Minute by minute, with the open parts of the minutes in which a and b lie."""
        first, last = a // MINUTE, b // MINUTE
        whole = int(self.open[first - self.first : last - self.first].sum()) * MINUTE
        return whole - (a % MINUTE) * self.is_open(a) + (b % MINUTE) * self.is_open(b)

    def after(self, t: int, d: int) -> int | None:
        """R2: the earliest t' ≥ t with worked(t, t') = d; None when it lies beyond the minutes."""
        left = d
        while left > 0:
            minute = t // MINUTE - self.first
            if minute >= len(self.open):
                return None
            step = MINUTE - t % MINUTE
            if self.open[minute]:
                step = min(step, left)
                left -= step
            t += step
        return t

    def change(self, t: int, to: bool) -> int | None:
        """The first instant ≥ t that is open (or closed); None when it lies beyond the minutes."""
        while t // MINUTE - self.first < len(self.open):
            if self.is_open(t) == to:
                return t
            t = (t // MINUTE + 1) * MINUTE
        return None


def _hours(within: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Up to four stretches that begin within so many minutes mostly for up to 30 h; they may touch and overlap."""
    begin = st.one_of(st.integers(0, within - 1), st.integers(0, within // 60 - 1).map(lambda h: h * 60))
    length = st.one_of(st.integers(0, 1800), st.sampled_from([60, 480, 1440, within]))
    stretch = st.tuples(begin, length).map(lambda s: (s[0] * MINUTE, (s[0] + s[1]) * MINUTE))
    return st.lists(stretch, max_size=4).map(lambda found: tuple(sorted(found)))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    weekly = draw(_hours(7 * 1440))
    days = draw(st.lists(st.integers(-8, 40), max_size=6, unique=True))
    dates = [(START + timedelta(days=d)).date().isoformat() for d in days]
    return Calendar("drawn", weekly, tuple(DayException(date, draw(_hours(1440))) for date in dates))


starts = st.integers(0, 1439).map(lambda minute: START + timedelta(minutes=minute))
instants = st.one_of(
    st.integers(-7 * DAY, 30 * DAY), st.integers(-7 * 1440, 30 * 1440).map(lambda minute: minute * MINUTE)
)
lengths = st.one_of(st.integers(0, 4 * DAY), st.integers(0, 4 * 1440).map(lambda minute: minute * MINUTE))

many = settings(max_examples=100, deadline=None, derandomize=True)


@many
@given(calendars(), starts, st.lists(instants, min_size=2, max_size=8))
def test_worked_is_the_open_time_in_between(calendar: Calendar, start: datetime, points: list[int]) -> None:
    """R2: worked(a, b) is the open time in [a, b), scalar and for arrays, asked in any order."""
    times, minutes = OpenTimes(calendar, start.isoformat()), Minutes(calendar, start)
    pairs = [(a, b) for a in points for b in points if a <= b]
    expected = [minutes.worked(a, b) for a, b in pairs]
    assert [times.worked(a, b) for a, b in pairs] == expected
    fresh = OpenTimes(calendar, start.isoformat())
    a, b = np.array(pairs, dtype=np.int64).T
    assert fresh.worked_array(a, b).tolist() == expected
    assert fresh.worked_array(b, a).tolist() == [-x for x in expected]


@many
@given(calendars(), starts, st.lists(st.tuples(instants, lengths), min_size=1, max_size=8))
def test_after_is_the_earliest_instant(calendar: Calendar, start: datetime, asked: list[tuple[int, int]]) -> None:
    """R2: after(t, d) is the earliest t' ≥ t with worked(t, t') = d, and t for d = 0."""
    times, minutes = OpenTimes(calendar, start.isoformat()), Minutes(calendar, start)
    for t, _ in asked[:3]:  # work that ends exactly at a closing ends there, not at the next opening
        asked += [(t, minutes.worked(t, closes)) for _, closes in times.intervals(t, t + 9 * DAY)[:3]]
    found = [times.after(t, d) for t, d in asked]
    beyond = AHEAD * DAY - DAY
    for (t, d), instant in zip(asked, found, strict=True):
        expected = minutes.after(t, d)
        if expected is None:
            assert instant > beyond
        else:
            assert instant == expected
        if instant < FOREVER:
            assert times.worked(t, instant) == d
            assert instant == t or times.worked(t, instant - 1) < d
    t, d = np.array(asked, dtype=np.int64).T
    assert OpenTimes(calendar, start.isoformat()).after_array(t, d).tolist() == found


@many
@given(calendars(), starts, st.lists(instants, min_size=1, max_size=8))
def test_opening_and_closing_are_the_next_changes(calendar: Calendar, start: datetime, points: list[int]) -> None:
    """R2: intervals are half-open: open at the opening, closed at the closing."""
    times, minutes = OpenTimes(calendar, start.isoformat()), Minutes(calendar, start)
    beyond = AHEAD * DAY - DAY
    for t in points:
        assert times.is_open(t) == minutes.is_open(t)
        opening, expected = times.opening(t), minutes.change(t, True)
        assert opening == expected if expected is not None else opening > beyond
        closing, expected = times.closing(t), minutes.change(t, False)
        assert closing == expected if expected is not None else closing > beyond
        day = (t + start.hour * HOUR + start.minute * MINUTE) // DAY * DAY - start.hour * HOUR - start.minute * MINUTE
        assert times.opens_on_day_of(t) == (minutes.worked(day, day + DAY) > 0)


@many
@given(calendars(), starts, instants, instants)
def test_intervals_are_the_open_time_clipped(calendar: Calendar, start: datetime, a: int, b: int) -> None:
    a, b = min(a, b), max(a, b) + 1
    times, minutes = OpenTimes(calendar, start.isoformat()), Minutes(calendar, start)
    found = times.intervals(a, b)
    assert sum(closes - opens for opens, closes in found) == minutes.worked(a, b)
    for (_, closes), (opens, _) in pairwise(found):
        assert closes < opens  # ascending, and touching ones are one
    for opens, closes in found:
        assert a <= opens < closes <= b
        assert minutes.is_open(opens)
        assert closes == b or not minutes.is_open(closes)


def test_the_minutes_themselves_know_a_week() -> None:
    """The reference of this file, by hand: from Wednesday 7 January; Friday the 9th is closed at noon."""
    short = Calendar("o", OFFICE.weekly, (DayException("2026-01-09", ((9 * HOUR, 12 * HOUR),)),))
    minutes = Minutes(short, START)
    assert minutes.worked(0, 7 * DAY) == (4 * 8 + 3) * HOUR
    assert minutes.after(0, 8 * HOUR) == 17 * HOUR
    assert minutes.after(2 * DAY, 4 * HOUR) == 5 * DAY + 10 * HOUR  # Friday noon goes on at Monday nine
    assert minutes.change(0, True) == 9 * HOUR


def test_a_night_shift_runs_past_midnight_and_past_sunday() -> None:
    """R2: Sunday 22:00 to Monday 06:00 is also open before the first Monday's dawn."""
    night = Calendar("night", ((6 * DAY + 22 * HOUR, 7 * DAY + 6 * HOUR),))
    times = OpenTimes(night, MONDAY)
    assert times.is_open(0)
    assert times.closing(0) == 6 * HOUR
    assert times.opening(6 * HOUR) == 6 * DAY + 22 * HOUR
    assert times.worked(0, WEEK) == 8 * HOUR
    assert times.opens_on_day_of(3 * HOUR)
    assert not times.opens_on_day_of(DAY)


def test_an_exception_replaces_what_begins_on_its_day() -> None:
    """R2: a shift begun the evening before goes on into a closed day."""
    night = Calendar("n", tuple((d * DAY + 22 * HOUR, (d + 1) * DAY + 6 * HOUR) for d in range(7)))
    shut = Calendar("n", night.weekly, (DayException("2026-01-06", ()),))
    times = OpenTimes(shut, MONDAY)
    assert times.intervals(DAY, 2 * DAY) == [(DAY, DAY + 6 * HOUR)]
    assert times.opening(DAY + 6 * HOUR) == 2 * DAY + 22 * HOUR


def test_always_is_open_at_every_instant() -> None:
    times = OpenTimes(ALWAYS, MONDAY)
    assert times.always
    assert times.after(-5, 12) == 7
    assert times.after(7, 0) == 7
    assert times.worked(3, 9) == 6
    assert times.opening(-1) == -1
    assert times.closing(0) == FOREVER
    assert times.intervals(-4, 9) == [(-4, 9)]
    t, d = np.array([1, 2]), np.array([0, 5])
    assert times.after_array(t, d).tolist() == [1, 7]
    assert times.worked_array(t, d).tolist() == [-1, 3]
    assert ALWAYS.weekly_open == WEEK


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar("none", ()),
        Calendar("shut", (), (DayException("2026-01-06", ()),)),
        Calendar("past", (), (DayException("2025-06-01", ((0, HOUR),)),)),
        Calendar("nothing", ((HOUR, HOUR),)),
    ],
)
def test_a_calendar_that_never_opens(calendar: Calendar) -> None:
    times = OpenTimes(calendar, MONDAY)
    assert times.opening(0) == FOREVER
    assert times.after(5, 1) == FOREVER
    assert times.after(5, 0) == 5
    assert times.worked(0, 99 * WEEK) == 0
    assert times.closing(5) == 5
    assert times.intervals(0, WEEK) == []
    t, d = np.array([1, 2]), np.array([0, 5])
    assert OpenTimes(calendar, MONDAY).after_array(t, d).tolist() == [1, FOREVER]
    assert OpenTimes(calendar, MONDAY).worked_array(t, t + 100 * WEEK).tolist() == [0, 0]


def test_open_on_some_dates_only() -> None:
    """The last one passes, and then it is closed for ever."""
    twice = Calendar("d", (), (DayException("2026-01-06", ((0, HOUR),)), DayException("2031-03-01", ((0, HOUR),))))
    times = OpenTimes(twice, MONDAY)
    far = (datetime(2031, 3, 1) - datetime(2026, 1, 5)) // timedelta(milliseconds=1)
    assert times.after(0, HOUR + 1) == far + 1
    assert times.after(0, 2 * HOUR + 1) == FOREVER
    assert times.opening(far + HOUR) == FOREVER
    assert OpenTimes(twice, MONDAY).opening(DAY + HOUR) == far


def test_many_years_ahead() -> None:
    """Layouts grow; forty hours a week for thirty years of 365.25 days is 62 614 hours and a bit."""
    times = OpenTimes(OFFICE, MONDAY)
    assert times.after(0, 40 * 1500 * HOUR) == 1499 * WEEK + 4 * DAY + 17 * HOUR
    assert OpenTimes(OFFICE, MONDAY).worked(0, 1500 * WEEK) == 40 * 1500 * HOUR
    assert OpenTimes(OFFICE, MONDAY).opening(1500 * WEEK) == 1500 * WEEK + 9 * HOUR
    assert OpenTimes(OFFICE, MONDAY).after(0, 1 << 50) == FOREVER


def test_open_day_and_night_closes_only_on_its_exceptions() -> None:
    """R2, R9: the closing asked long before it comes is the true one, not the end of what is laid out."""
    daily = tuple((d * DAY, (d + 1) * DAY) for d in range(7))
    open_times = OpenTimes(Calendar("daily", daily), MONDAY)
    assert open_times.closing(0) == FOREVER
    assert open_times.closing(900 * DAY) == FOREVER
    nested = tuple(
        sorted((*daily, (HOUR, 2 * HOUR), (3 * DAY + HOUR, 4 * DAY + HOUR), (6 * DAY + HOUR, 6 * DAY + 2 * HOUR)))
    )
    for weekly in (daily, ((0, WEEK),), ((DAY, WEEK + DAY),), nested):  # four ways to say the same
        once = Calendar("once", weekly, (DayException("2031-01-07", ()),))
        shut = (datetime(2031, 1, 7) - datetime(2026, 1, 5)) // timedelta(milliseconds=1)
        assert OpenTimes(once, MONDAY).closing(0) == shut
        assert OpenTimes(once, MONDAY).closing(400 * DAY) == shut
        assert OpenTimes(once, MONDAY).opening(shut) == shut + DAY
        assert OpenTimes(once, MONDAY).closing(shut + DAY) == FOREVER


def test_weekly_open_and_empty_arrays() -> None:
    assert OFFICE.weekly_open == 40 * HOUR
    assert not OFFICE.always
    none = np.array([], dtype=np.int64)
    assert OpenTimes(OFFICE, MONDAY).worked_array(none, none).tolist() == []
    assert OpenTimes(OFFICE, MONDAY).after_array(none, none).tolist() == []
