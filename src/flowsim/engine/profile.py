"""Arrivals by a profile (R5): time that runs faster in the busy hours of the week and stands still in the empty ones.

In whole numbers, so that the mean over the open time of a standard week is exactly that of the gaps, and the same on
every machine.
"""

from __future__ import annotations

from math import gcd

import numpy as np

from flowsim.model import Calendar
from flowsim.model.calendar import WEEK, OpenTimes
from flowsim.record.contract import Column

Pieces = tuple[tuple[int, int, int], ...]


class Profile:
    """Weighted open time of [0, until): each open tick counts with the weight of its piece of the week.

    n ticks of gaps have passed at the first instant at which that is n × the mean weight over the open time
    of a standard week. One without any open time counts whole; one in which all weights are 0 brings nobody.
    """

    def __init__(self, profile: Pieces, times: OpenTimes, until: int) -> None:
        common = gcd(*(weight for _, _, weight in profile)) or 1
        pieces = [(begins, ends, weight // common) for begins, ends, weight in profile]
        self._weigh(pieces, times.calendar)
        monday = times.monday
        edges = np.array([begins for begins, _, _ in pieces], dtype=np.int64)
        weights = np.array([weight for _, _, weight in pieces], dtype=np.int64)
        weeks = np.arange(monday, until, WEEK, dtype=np.int64)
        opened = np.array(times.intervals(0, until), dtype=np.int64).reshape(-1, 2)
        cuts = np.unique(np.clip(np.concatenate([opened.ravel(), (weeks[:, None] + edges).ravel()]), 0, until))
        begins, ends = cuts[:-1], cuts[1:]
        weight = weights[np.searchsorted(edges, (begins - monday) % WEEK, side="right") - 1]
        counts = (np.diff(times.opened_array(cuts)) > 0) & (weight > 0)
        self._begins, self._weights = begins[counts], weight[counts]
        self._upto: Column = np.cumsum((ends[counts] - self._begins) * self._weights)
        self._before: Column = self._upto - (ends[counts] - self._begins) * self._weights

    def _weigh(self, pieces: list[tuple[int, int, int]], calendar: Calendar) -> None:
        """The mean weight over the open time of a standard week, as a fraction in lowest terms."""
        spans = _standard_week(calendar) or [(0, WEEK)]
        open_ticks = weighted = 0
        for opens, closes in spans:
            open_ticks += closes - opens
            for begins, ends, weight in pieces:
                weighted += weight * max(0, min(ends, closes) - max(begins, opens))
        common = gcd(weighted, open_ticks)
        self._weighted, self._open = weighted // common, open_ticks // common

    @property
    def horizon(self) -> int | None:
        """The most ticks of gaps that can pass within [0, until); None when they never pass."""
        if not self._weighted:
            return None
        return int(self._upto[-1]) * self._open // self._weighted if len(self._upto) else 0

    def instants(self, passed: Column) -> Column:
        """When so many ticks of gaps have passed, each at most `horizon`: the first such instants, in ticks."""
        # n × weighted ÷ open, rounded up, taken apart so that no product leaves 64 bits
        if self._weighted * self._open < 1 << 62:
            whole, rest = np.divmod(passed, self._open)
            goals = whole * self._weighted - (-rest * self._weighted) // self._open
        else:
            goals = np.array([-(-int(n) * self._weighted // self._open) for n in passed], dtype=np.int64)
        if not len(self._upto):
            return np.zeros(len(goals), dtype=np.int64)
        k = np.searchsorted(self._upto, goals, side="left")
        found = self._begins[k] - (self._before[k] - goals) // self._weights[k]
        return np.where(goals > 0, found, 0)


def _standard_week(calendar: Calendar) -> list[tuple[int, int]]:
    """The open time of a week without exceptions, within [0, WEEK), ascending, what overlaps made one."""
    spans = []
    for opens, closes in calendar.weekly:
        for week in (0, WEEK):  # what runs over the end of the week is at its beginning too
            spans.append((max(opens - week, 0), min(closes - week, WEEK)))
    found: list[tuple[int, int]] = []
    for opens, closes in sorted(span for span in spans if span[0] < span[1]):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found
