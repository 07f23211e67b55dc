"""One request's journey as a chain of segments, each under one part of the ledger (semantics section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from flowsim.metrics.crews import speeds
from flowsim.metrics.frame import Frame
from flowsim.metrics.ledger import Ledger
from flowsim.model import Layout, Model, at_speed
from flowsim.record import INSTANTS, NONE, Kind, Record

_STAGES = ("batch", "transit", "blocked", "batch", "queue", "setup", "batch", "reread", "work", "batch")
"""The part of the time up to each instant but the first."""

_VALUES = (("adding_ticks", "work_adding"), ("necessary_ticks", "work_necessary"), ("waste_ticks", "work_waste"))


@dataclass(frozen=True)
class Segment:
    """Time from `start` to `end` (ticks) booked under `part`, in the visit on this row of the Record."""

    start: int
    end: int
    part: str
    row: int


class Journeys:
    """The journeys of one Record; `parts` is its ledger by visit (`metrics.ledger.visit_ledger`), which says how much
    of a wait was overtaken: a segment of waiting is called `overtaken` when most of it was.
    """

    def __init__(self, model: Model, record: Record, parts: Ledger) -> None:
        self._model = model
        self._record = record
        self._parts = parts
        self._frame = Frame(model, record)
        self._speeds = speeds(self._frame)
        calendars, self._which = self._frame.visit_calendars
        self._clocks = [self._frame.common_clock(names) for names in calendars]

    def rows(self, request: int) -> list[int]:
        """The rows of a request's visits in the Record, in order; on all of its branches (R13)."""
        numbers = self._record.visits["request"]
        begin, end = np.searchsorted(numbers, [request, request + 1])
        return list(range(int(begin), int(end)))

    def of(self, request: int) -> list[Segment]:
        """A request's segments, without gap from its arrival to its end (or to now while it is open): of its branches
        those that were waited for (R13).
        """
        found: list[Segment] = []
        for row in self.rows(request):
            if self._frame.critical[row]:
                found += self.of_visit(row)
        return found

    def of_visit(self, row: int) -> list[Segment]:
        """The segments of one visit; those of no length are left out."""
        visits = self._record.visits
        instants = [int(visits[name][row]) for name in INSTANTS]
        found: list[Segment] = []
        now = self._record.ended_at
        kind, team = int(visits["kind"][row]), int(visits["team"][row])
        for place, (start, end) in enumerate(pairwise(instants)):
            if start == NONE:
                break
            until = now if end == NONE else end
            if until > start:
                found += self._split(row, place, start, until, kind, team)
        return found

    def _split(self, row: int, place: int, start: int, end: int, kind: int, team: int) -> list[Segment]:
        """One stage: by open and closed time where a closed team explains it, and by value where it is work."""
        part = _STAGES[place]
        if kind == Kind.ANSWER and team == NONE:
            return [Segment(start, end, "answer", row)]
        answer = bool(self._frame.is_answer[row])
        if part == "queue":
            waited = self._parts["overtaken"][row] > self._parts["queue"][row]
            part = "answer" if answer else "overtaken" if waited else "queue"
        if place < 4:
            return [Segment(start, end, part, row)]
        spans = [(start, end, True)]
        step = self._model.steps[int(self._record.visits["step"][row])]
        if place == 4 or step.closing == "pause" or answer:
            spans = _open_and_closed(self._clocks[int(self._which[row])], start, end)
        segments = []
        work = self._work(row, kind) if part == "work" else [(part, end - start)]
        for begin, until, is_open in spans:
            if not is_open:
                segments.append(Segment(begin, until, "closed", row))
                continue
            while begin < until and work:
                name, left = work[0]
                taken = min(left, until - begin)
                if taken:
                    segments.append(Segment(begin, begin + taken, name, row))
                begin += taken
                work[0] = (name, left - taken)
                if left == taken:
                    work.pop(0)
        return segments

    def _work(self, row: int, kind: int) -> list[tuple[str, int]]:
        """The work of a visit by value, in the order in which it is booked, at the speed of who did it (R8)."""
        visits, speed = self._record.visits, int(self._speeds[row])
        lengths = [(name, at_speed(int(visits[column][row]), speed)) for column, name in _VALUES]
        if kind in (Kind.REWORK, Kind.ANSWER):
            return [("rework", sum(ticks for _, ticks in lengths))]
        return lengths


def _open_and_closed(calendar: Layout, start: int, end: int) -> list[tuple[int, int, bool]]:
    """[start, end) cut at every opening and closing: (from, to, open)."""
    found: list[tuple[int, int, bool]] = []
    at = start
    for opens, closes in calendar.intervals(start, end):
        if opens > at:
            found.append((at, opens, False))
        found.append((opens, closes, True))
        at = closes
    if at < end:
        found.append((at, end, False))
    return found
