"""Open time laid out a second time, for the audit only: whole arrays from the weekly hours, no engine code (R2).

The engines ask `flowsim.model.OpenTimes`; the audit must not, or one mistake there would hide in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from flowsim.model import Calendar
from flowsim.model.calendar import DAY, FOREVER, WEEK

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_YEARS_1000 = 1_000 * 366 * DAY


def into_week(start: str) -> int:
    """Ticks from the Monday 00:00 of its week to `start` (ISO text)."""
    moment = datetime.fromisoformat(start)
    day = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    return moment.weekday() * DAY + (day // timedelta(milliseconds=1)) + moment.microsecond // 1000


class OpenHours:
    """The open intervals of a calendar from two weeks before tick 0 to far enough past any instant asked for.

    Of several calendars: those in which all of them are open (R8, work for several people).
    """

    def __init__(self, calendar: Calendar | Sequence[Calendar], start: str) -> None:
        calendars = [calendar] if isinstance(calendar, Calendar) else calendar
        self._calendars = [c for c in calendars if not c.always] or [calendars[0]]
        self.always = self._calendars[0].always
        self._week0 = -into_week(start) - 2 * WEEK
        self._start = datetime.fromisoformat(start)
        self._laid_to = -FOREVER
        self._lay(60 * WEEK)

    def opened(self, t: IntArray) -> IntArray:
        """Open ticks before each instant, from some fixed beginning; int64, same shape."""
        if self.always:
            return t
        self._reach(t)
        k = np.searchsorted(self.opens, t, side="right") - 1
        into: IntArray = np.minimum(t, self.closes[k]) - self.opens[k]
        return np.where(k < 0, 0, self._before[k] + into)

    def after(self, t: IntArray, d: IntArray) -> IntArray:
        """The earliest t' ≥ t with d open ticks in [t, t'), R2; FOREVER when there is none."""
        if self.always:
            return t + d
        goal = self.opened(t) + d
        if goal.size:
            self._reach_open(int(goal.max()))
        k = np.searchsorted(self._upto, goal, side="left")
        inside = np.minimum(k, max(len(self._upto) - 1, 0))
        found = self.opens[inside] + goal - self._before[inside]
        return np.where(d <= 0, t, np.where(k >= len(self._upto), FOREVER, found))

    def is_open(self, t: IntArray) -> BoolArray:
        """Whether each instant lies in an open interval [opens, closes)."""
        return self.closing(t) > t

    def closing(self, t: IntArray) -> IntArray:
        """The end of the open interval that holds t; t itself when closed."""
        if self.always:
            return np.full(t.shape, FOREVER, dtype=np.int64)
        self._reach(t)
        k = np.searchsorted(self.opens, t, side="right") - 1
        return np.where(k < 0, t, np.maximum(self.closes[k], t))

    def shortened(self, x: int, until: int) -> tuple[IntArray, IntArray]:
        """Half-open intervals of the instants in [0, until] at which t + x is not past closing (R9)."""
        if self.always:
            return np.array([-1], dtype=np.int64), np.array([until + 1], dtype=np.int64)
        self._reach(np.array([until]))
        closes = np.minimum(self.closes, self.closes - x + 1) if x else self.closes
        keep = closes > self.opens
        return self.opens[keep], closes[keep]

    def _reach(self, t: IntArray) -> None:
        top = int(t.max()) if t.size else 0
        while self._laid_to <= top and self._laid_to < _YEARS_1000:
            self._lay(2 * self._laid_to)

    def _reach_open(self, goal: int) -> None:
        while (not len(self._upto) or self._upto[-1] < goal) and self._laid_to < _YEARS_1000:
            self._lay(2 * self._laid_to)

    def _lay(self, until: int) -> None:
        """Lay out every interval that begins before `until` ticks after the start."""
        self.opens, self.closes = self._intervals(self._calendars[0], until)
        for calendar in self._calendars[1:]:
            self.opens, self.closes = _common((self.opens, self.closes), self._intervals(calendar, until))
        if not len(self.opens):  # an instant of no length, so that every look-up finds something
            self.opens = self.closes = np.array([self._week0], dtype=np.int64)
        lengths = self.closes - self.opens
        self._upto: IntArray = np.cumsum(lengths)
        self._before: IntArray = self._upto - lengths
        self._laid_to = until

    def _intervals(self, calendar: Calendar, until: int) -> tuple[IntArray, IntArray]:
        weeks = np.arange(self._week0, until + WEEK, WEEK, dtype=np.int64)
        weekly = np.array(calendar.weekly, dtype=np.int64).reshape(-1, 2)
        spans = (weeks[:, None, None] + weekly[None, :, :]).reshape(-1, 2)
        spans = spans[spans[:, 0] < until + WEEK]
        for exception in calendar.exceptions:
            midnight = (datetime.fromisoformat(exception.date) - self._start) // timedelta(milliseconds=1)
            if not self._week0 <= midnight < until + WEEK:
                continue
            others = (spans[:, 0] < midnight) | (spans[:, 0] >= midnight + DAY)
            own = np.array(exception.hours, dtype=np.int64).reshape(-1, 2) + midnight
            spans = np.concatenate([spans[others], own])
        return _joined(spans)


def _common(one: tuple[IntArray, IntArray], other: tuple[IntArray, IntArray]) -> tuple[IntArray, IntArray]:
    """The intervals in which both are open; each of the two is ascending and apart."""
    if not len(one[0]) or not len(other[0]):
        return one[0][:0], one[0][:0]
    edges = np.unique(np.concatenate([*one, *other]))
    both = np.ones(len(edges) - 1, dtype=np.bool_)
    for opens, closes in (one, other):
        k = np.searchsorted(opens, edges[:-1], side="right") - 1
        both &= (k >= 0) & (edges[:-1] < closes[np.maximum(k, 0)])
    return _joined(np.stack([edges[:-1][both], edges[1:][both]], axis=1))


def _joined(spans: IntArray) -> tuple[IntArray, IntArray]:
    """Sorted intervals, those that touch or overlap made one."""
    spans = spans[np.lexsort((spans[:, 1], spans[:, 0]))]
    if not len(spans):
        return spans[:, 0], spans[:, 1]
    reach = np.maximum.accumulate(spans[:, 1])
    first = np.append(True, spans[1:, 0] > reach[:-1])
    last = np.append(first[1:], True)
    return spans[first, 0], reach[last]
