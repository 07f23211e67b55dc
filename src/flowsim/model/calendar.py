"""Calendars (R2): open time as half-open intervals of ticks, and the two functions everything else is built on.

`Calendar` is the plain description; `OpenTimes` is the same calendar laid out from a start date, ready for asking
`worked(a, b)` and `after(t, d)`. Days are local and have 24 hours: clock changes are not modelled.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

FOREVER = 1 << 62
"""Later than any instant of any run."""

IntArray = npt.NDArray[np.int64]


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


class OpenTimes:
    """A calendar laid out from `start`: tick 0 is that moment. Grows by itself as later times are asked for.

    Open time is laid out from up to two weeks before the start, so that instants below 0 may be asked for too.
    """

    def __init__(self, calendar: Calendar, start: str) -> None:
        self.calendar = calendar
        self.always = calendar.always
        self._start = datetime.fromisoformat(start)
        self._exceptions = {e.date: sorted(h for h in e.hours if h[0] < h[1]) for e in calendar.exceptions}
        self._weekly = _by_day(calendar.weekly)
        self._gapless = _covers_the_week(self._weekly)
        self.opens: list[int] = []
        self.closes: list[int] = []
        self._before: list[int] = []  # open ticks before opens[k]
        self._upto: list[int] = []  # open ticks up to closes[k]
        midnight = self._start.replace(hour=0, minute=0, second=0, microsecond=0)
        self._next_day = midnight - timedelta(days=midnight.weekday() + 14)
        self.laid_to = -FOREVER
        self._arrays: tuple[IntArray, IntArray, IntArray] | None = None
        self._arrays_to = -FOREVER
        if self.always:
            self.opens, self.closes = [-FOREVER], [FOREVER]
            self._before, self._upto = [0], [2 * FOREVER]
            self.laid_to = FOREVER
        elif not self._weekly and not any(self._exceptions.values()):
            self.laid_to = FOREVER
        else:
            self._lay_out(53 * WEEK)

    # -- scalar, for engines ---------------------------------------------------------------------------------------

    def is_open(self, t: int) -> bool:
        """Whether t lies in an open interval [opens, closes)."""
        return self.opening(t) == t

    def opening(self, t: int) -> int:
        """The first instant ≥ t at which it is open; FOREVER when it never is again."""
        if self.always:
            return t
        self._reach(t)
        k = bisect_right(self.closes, t)
        while k >= len(self.opens):
            if not self._grow():
                return FOREVER
            k = bisect_right(self.closes, t)
        return max(t, self.opens[k])

    def closing(self, t: int) -> int:
        """The end of the open interval that holds t; t itself when closed; FOREVER when it never closes again."""
        if self.always:
            return FOREVER
        if not self.is_open(t):
            return t
        k = bisect_right(self.closes, t)
        while self.laid_to <= self.closes[k]:  # an interval that ends where the layout ends may go on
            if self._gapless and self.laid_to > self._ticks(self._last_exception()) + DAY:
                return FOREVER
            if not self._grow():
                break
        return self.closes[k]

    def opened(self, t: int) -> int:
        """Open ticks from the beginning of the layout to t; only differences mean something."""
        if self.always:
            return t
        self._reach(t)
        k = bisect_right(self.opens, t) - 1
        if k < 0:
            return 0
        return self._before[k] + min(t, self.closes[k]) - self.opens[k]

    def worked(self, a: int, b: int) -> int:
        """Open time in [a, b), R2."""
        return self.opened(b) - self.opened(a)

    def after(self, t: int, d: int) -> int:
        """The earliest t' ≥ t with worked(t, t') = d (R2); t for d = 0; FOREVER when there is none."""
        if d <= 0:
            return t
        if self.always:
            return t + d
        goal = self.opened(t) + d
        while not self._upto or self._upto[-1] < goal:
            if not self._grow():
                return FOREVER
        k = bisect_left(self._upto, goal)
        return self.opens[k] + goal - self._before[k]

    def opens_on_day_of(self, t: int) -> bool:
        """Whether the day (midnight to midnight) that holds t has any open time."""
        offset = (self._start - self._start.replace(hour=0, minute=0, second=0, microsecond=0)) // timedelta(
            milliseconds=1
        )
        midnight = (t + offset) // DAY * DAY - offset
        return self.worked(midnight, midnight + DAY) > 0

    # -- vectorised, for metrics -------------------------------------------------------------------------------------

    def opened_array(self, t: IntArray) -> IntArray:
        """`opened` for an array of instants: int64 ticks, same shape."""
        if self.always or t.size == 0:
            return t.astype(np.int64)
        self._reach(int(t.max()))
        if not self.opens:
            return np.zeros(t.shape, dtype=np.int64)
        opens, closes, shift = self._laid_out()
        k = np.searchsorted(opens, t, side="right") - 1
        inside = np.minimum(t, closes[k])
        inside += shift[k]
        inside[k < 0] = 0
        return inside

    def worked_array(self, a: IntArray, b: IntArray) -> IntArray:
        """`worked` for arrays of instants: int64 ticks, same shape."""
        return self.opened_array(b) - self.opened_array(a)

    def after_array(self, t: IntArray, d: IntArray) -> IntArray:
        """`after` for arrays of instants and lengths: int64 ticks, same shape."""
        if self.always or t.size == 0:
            return t + d
        goal = self.opened_array(t) + d
        top = int(goal.max())
        while not self._upto or self._upto[-1] < top:
            if not self._grow():
                break
        if not self._upto:
            return np.where(d <= 0, t, FOREVER)
        upto = np.array(self._upto, dtype=np.int64)
        k = np.searchsorted(upto, goal, side="left")
        last = len(upto) - 1
        found = np.array(self.opens, dtype=np.int64)[np.minimum(k, last)]
        found = found + goal - np.array(self._before, dtype=np.int64)[np.minimum(k, last)]
        return np.where(d <= 0, t, np.where(k > last, FOREVER, found)).astype(np.int64)

    def intervals(self, a: int, b: int) -> list[tuple[int, int]]:
        """The open intervals that meet [a, b), clipped to it, ascending."""
        self._reach(b)
        k = bisect_right(self.closes, a)
        found = []
        while k < len(self.opens) and self.opens[k] < b:
            found.append((max(a, self.opens[k]), min(b, self.closes[k])))
            k += 1
        return found

    def _laid_out(self) -> tuple[IntArray, IntArray, IntArray]:
        """Openings, closings, and open ticks before an opening less that opening; kept until the layout grows."""
        if self._arrays is None or self._arrays_to != self.laid_to:
            opens = np.array(self.opens, dtype=np.int64)
            self._arrays = opens, np.array(self.closes, dtype=np.int64), np.array(self._before, dtype=np.int64) - opens
            self._arrays_to = self.laid_to
        return self._arrays

    # -- laying out ----------------------------------------------------------------------------------------------------

    def _reach(self, t: int) -> None:
        while self.laid_to <= t:
            if not self._grow():
                return

    def _grow(self) -> bool:
        """Lay out as much again; False when there is no open time to come."""
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

    def _append(self, opens: int, closes: int) -> None:
        """Add an interval at the end; one that touches or overlaps the last is joined to it."""
        if self.opens and opens <= self.closes[-1]:
            if closes > self.closes[-1]:
                self._upto[-1] += closes - self.closes[-1]
                self.closes[-1] = closes
            return
        before = self._upto[-1] if self._upto else 0
        self.opens.append(opens)
        self.closes.append(closes)
        self._before.append(before)
        self._upto.append(before + closes - opens)


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
