"""What is to happen at instants that are not known to come: entries by instant, rung when the first is due."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import EventPriority

from flowsim.engine.alarm import Alarm
from flowsim.model.calendar import FOREVER

Entry = tuple[Any, ...]
"""The instant first, then what tells entries of one instant apart, in order."""


class Agenda:
    """Calls `action(now, entries)` at each instant at which there are any, with all of them in order."""

    def __init__(
        self, env: simpy.Environment, priority: EventPriority, action: Callable[[int, list[Entry]], None]
    ) -> None:
        self._env = env
        self._priority = priority
        self._action = action
        self._entries: list[Entry] = []
        self._next = FOREVER  # the instant that the valid alarm is set to; any other alarm is stale

    def add(self, entry: Entry, now: int) -> None:
        """Put an entry down; its instant is now or later, FOREVER for never."""
        if entry[0] < FOREVER:
            heappush(self._entries, entry)
            self._set(now)

    def _set(self, now: int) -> None:
        if self._entries and self._entries[0][0] < self._next:
            self._next = self._entries[0][0]
            Alarm(self._env, self._rung).set(self._next, now, self._priority)

    def _rung(self, alarm: Alarm) -> None:
        if alarm.at != self._next:
            return
        self._next = FOREVER
        due = []
        while self._entries and self._entries[0][0] == alarm.at:
            due.append(heappop(self._entries))
        self._action(alarm.at, due)
        self._set(alarm.at)
