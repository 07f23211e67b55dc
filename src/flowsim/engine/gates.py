"""Gates: where requests wait for one another, to travel together (R7) or to be handled together (R11)."""

from __future__ import annotations

from bisect import insort
from datetime import datetime, timedelta
from typing import Generic

from flowsim.engine.waiting import W
from flowsim.model import BatchRule, Clock, OpenTimes
from flowsim.model.calendar import DAY, FOREVER, WEEK


class ClockTimes:
    """The departures of a clock rule: `next(t)` is the first departure ≥ t, FOREVER when there is none."""

    def __init__(self, clock: Clock, calendar: OpenTimes | None, start: str) -> None:
        self._times = clock.times
        self._calendar = calendar
        moment = datetime.fromisoformat(start)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        self._into_week = (moment - midnight) // timedelta(milliseconds=1) + moment.weekday() * DAY

    def next(self, t: int) -> int:
        """The first departure at or after t."""
        monday = (t + self._into_week) // WEEK * WEEK - self._into_week
        for _ in range(600):  # weeks; a clock that does not strike in eleven years never does
            for time in self._times:
                strike = monday + time
                if strike >= t and (self._calendar is None or self._calendar.opens_on_day_of(strike)):
                    return strike
            monday += WEEK
        return FOREVER


class Gate(Generic[W]):
    """Those who wait to leave together; leaves at its size, after the first one's wait, or by the clock (R7, R11).

    `due` is the next instant at which all that wait leave whatever their number, FOREVER when only size decides.
    """

    def __init__(self, order: int, rule: BatchRule, wait_calendar: OpenTimes | None, clock: ClockTimes | None) -> None:
        self.order = order  # place in file order, R3
        self._size = rule.size or FOREVER
        self._wait = rule.wait.ticks if rule.wait else FOREVER
        self._wait_calendar = wait_calendar
        self._clock = clock
        self._waiting: list[tuple[int, int, tuple[int, tuple[int, ...]], W]] = []  # (time joined, number, branch), R3
        self.due = FOREVER

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, visit: W, t: int) -> bool:
        """A visit begins to wait at t. Whether that makes somebody leave at t, or begins the wait for `due`."""
        waiting = self._waiting
        entry = (t, visit.request.number, visit.order, visit)
        if not waiting:
            waiting.append(entry)
            self.due = self._due_of(t)
            return self.due < FOREVER or self._size == 1
        insort(waiting, entry)
        return len(waiting) >= self._size or self.due <= t

    def leaving(self, t: int) -> list[list[W]]:
        """The batches that leave at t, each in waiting-list order; those who stay keep waiting."""
        batches = []
        while len(self._waiting) >= self._size:
            batches.append(self._take(self._size))
        if self._waiting and self.due <= t:
            batches.append(self._take(len(self._waiting)))
        return batches

    def visits(self) -> list[W]:
        """Those who wait, in order."""
        return [entry[3] for entry in self._waiting]

    def remove(self, visit: W) -> None:
        """A visit leaves by itself (R15); when it was the first, the next one's wait counts from its own joining."""
        del self._waiting[next(place for place, entry in enumerate(self._waiting) if entry[3] is visit)]
        self.due = self._due_of(self._waiting[0][0]) if self._waiting else FOREVER

    def _take(self, number: int) -> list[W]:
        batch = [entry[3] for entry in self._waiting[:number]]
        del self._waiting[:number]
        self.due = self._due_of(self._waiting[0][0]) if self._waiting else FOREVER
        return batch

    def _due_of(self, joined: int) -> int:
        """When the batch leaves at the latest whose first member joined then."""
        due = FOREVER
        if self._wait < FOREVER:
            due = self._wait_calendar.after(joined, self._wait) if self._wait_calendar else joined + self._wait
        if self._clock is not None:
            due = min(due, self._clock.next(joined))
        return due
