"""Calendars (R2): open time as half-open intervals of ticks, and the two functions everything else is built on.

`Calendar` is the plain description; `OpenTimes` is the same calendar laid out from a start date, ready for asking
`worked(a, b)` and `after(t, d)`. Days are local and have 24 hours: clock changes are not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from flowsim.model.layout import FOREVER as FOREVER
from flowsim.model.layout import IntArray as IntArray
from flowsim.model.layout import Layout

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY


@dataclass(frozen=True)
class DayException:
    """One date with hours of its own: `hours` are (opens, closes) in ticks since that midnight; none: closed."""

    date: str
    hours: tuple[tuple[int, int], ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Calendar:
    """Weekly hours as (opens, closes) in ticks since Monday 00:00, and dated exceptions (holidays are such).

    An interval may run past the end of a day or of the week (a night shift): it belongs to the day it begins on, also
    when the next day is an exception. One longer than a day is taken apart at midnight. `working_day` is the open time,
    in ticks, that "1 working day" stands for. The calendar `ALWAYS` is open at every instant.
    """

    name: str
    weekly: tuple[tuple[int, int], ...]
    exceptions: tuple[DayException, ...] = ()
    working_day: int = DAY

    @property
    def always(self) -> bool:
        """Open at every instant, without exception."""
        return self.weekly == ((0, WEEK),) and not self.exceptions

    @property
    def weekly_open(self) -> int:
        """Open ticks in a week without exceptions."""
        return sum(closes - opens for opens, closes in self.weekly)


ALWAYS = Calendar("always", ((0, WEEK),))


class OpenTimes(Layout):
    """A calendar laid out from `start`: tick 0 is that moment. Grows by itself as later times are asked for.

    Open time is laid out from up to two weeks before the start, so that instants below 0 may be asked for too.
    """

    def __init__(self, calendar: Calendar, start: str) -> None:
        super().__init__(calendar.always)
        self.calendar = calendar
        self._start = datetime.fromisoformat(start)
        self._exceptions = {e.date: sorted(h for h in e.hours if h[0] < h[1]) for e in calendar.exceptions}
        self._weekly = _by_day(calendar.weekly)
        self._gapless = _covers_the_week(self._weekly)
        midnight = self._start.replace(hour=0, minute=0, second=0, microsecond=0)
        self._next_day = midnight - timedelta(days=midnight.weekday() + 14)
        if not self.always:
            if not self._weekly and not any(self._exceptions.values()):
                self.laid_to = FOREVER
            else:
                self._lay_out(53 * WEEK)

    def opens_on_day_of(self, t: int) -> bool:
        """Whether the day (midnight to midnight) that holds t has any open time."""
        offset = (self._start - self._start.replace(hour=0, minute=0, second=0, microsecond=0)) // timedelta(
            milliseconds=1
        )
        midnight = (t + offset) // DAY * DAY - offset
        return self.worked(midnight, midnight + DAY) > 0

    @property
    def monday(self) -> int:
        """The Monday 00:00 of the week in which tick 0 lies, in ticks: 0 or less."""
        midnight = self._start.replace(hour=0, minute=0, second=0, microsecond=0)
        return self._ticks(midnight - timedelta(days=midnight.weekday()))

    @property
    def regular_from(self) -> int:
        """An instant ≥ 0 from which on every week is like the one before it: no exception shows any more."""
        ends = [
            self._ticks(datetime.fromisoformat(date)) + max([2 * DAY, *(closes for _, closes in hours)])
            for date, hours in self._exceptions.items()
        ]
        return max([0, *ends])

    # -- laying out ----------------------------------------------------------------------------------------------------

    def _grow(self) -> bool:
        if self.laid_to >= FOREVER:
            return False
        if not self._weekly and self.laid_to > self._ticks(self._last_exception()) + DAY:
            self.laid_to = FOREVER
            return False
        if self.laid_to > 1_000 * 366 * DAY:  # a thousand years with nothing found is never
            self.laid_to = FOREVER
            return False
        self._lay_out(max(53 * WEEK, self.laid_to))
        return True

    def _goes_on(self) -> bool:
        return self._gapless and self.laid_to > self._ticks(self._last_exception()) + DAY

    def _last_exception(self) -> datetime:
        return max(datetime.fromisoformat(d) for d in self._exceptions) if self._exceptions else self._start

    def _ticks(self, moment: datetime) -> int:
        return (moment - self._start) // timedelta(milliseconds=1)

    def _lay_out(self, span: int) -> None:
        until = self._next_day + timedelta(milliseconds=span)
        while self._next_day < until:
            day = self._next_day
            base = self._ticks(day)
            for opens, closes in self._hours_of(day):
                self._append(base + opens, base + closes)
            self._next_day = day + timedelta(days=1)
        self.laid_to = self._ticks(self._next_day) - 1

    def _hours_of(self, day: datetime) -> list[tuple[int, int]]:
        """Open hours that begin on `day`, in ticks since its midnight."""
        own = self._exceptions.get(day.date().isoformat())
        if own is not None:
            return own
        monday = day.weekday() * DAY
        return [(o - monday, c - monday) for o, c in self._weekly if monday <= o < monday + DAY]


@lru_cache(maxsize=256)
def laid_out(calendar: Calendar, start: str) -> OpenTimes:
    """A calendar laid out from a start; the same one for the same question, since laying out a year takes its time."""
    return OpenTimes(calendar, start)


def _by_day(weekly: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Weekly hours in order, each beginning within the week: empty ones left out, those over a day cut at midnight."""
    found = []
    for opens, closes in weekly:
        begins = opens
        while closes - begins > DAY:
            midnight = (begins // DAY + 1) * DAY
            found.append((begins, midnight))
            begins = midnight
        if begins < closes:
            found.append((begins, closes))
    return sorted((o % WEEK, o % WEEK + c - o) for o, c in found)


def _covers_the_week(weekly: list[tuple[int, int]]) -> bool:
    """Whether these hours leave no gap, week after week."""
    reached = max((closes - WEEK for _, closes in weekly), default=0)  # what runs over from the week before
    for opens, closes in weekly:
        if opens > max(reached, 0):
            return False
        reached = max(reached, closes)
    return reached >= WEEK
