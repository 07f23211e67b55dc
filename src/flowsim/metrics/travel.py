"""What came before what in a journey, also in one that goes two ways at once (R12, R13)."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from flowsim.metrics.frame import Frame, IntArray
from flowsim.record import NONE, Via


class Travel:
    """The visits in the order of travel, branch by branch: each branch of a request is a line of its own."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        visits = frame.visits
        branch = visits["branch"]
        self._many = int(branch.max(initial=0)) + 1
        self._line = visits["request"] * self._many + branch
        self._apart = bool(frame.forks.size)

    @cached_property
    def _order(self) -> IntArray:
        """The rows of the visits, line by line."""
        size = self._frame.n_visits
        return np.argsort(self._line, kind="stable") if self._apart else np.arange(size)

    @cached_property
    def _place(self) -> IntArray:
        """Where in that order each visit stands."""
        place = np.empty(self._frame.n_visits, dtype=np.int64)
        place[self._order] = np.arange(place.size)
        return place

    def before(self, rows: IntArray) -> IntArray:
        """The row of the visit before each of these on the same line; none of them may be the first on its line."""
        return self._order[self._place[rows] - 1]

    @cached_property
    def entries(self) -> IntArray:
        """For each visit the row of the visit by which the request came to do the step's work this time: itself, or for
        the answer to a question and the visit that it allows, the one in which the question arose (R12). int64.
        """
        via = self._frame.visits["via"][self._order]
        asking = (via == int(Via.QUESTION)) | (via == int(Via.ANSWER))
        last = np.maximum.accumulate(np.where(asking, 0, np.arange(via.size)))
        found = np.empty(via.size, dtype=np.int64)
        found[self._order] = self._order[last]
        return found

    @cached_property
    def returns(self) -> IntArray:
        """For each visit that belongs to a return (section 4) the row of the return that it belongs to: the latest
        before it on its line, or, of a branch that began within a return, on the line it went apart from; else NONE.
        """
        visits, order = self._frame.visits, self._order
        size = order.size
        line = self._line[order]
        heads = np.maximum.accumulate(np.where(np.diff(line, prepend=NONE) != 0, np.arange(size), 0))
        sent_back = visits["via"][order] == int(Via.RETURN)
        latest = np.maximum.accumulate(np.where(sent_back, np.arange(size), NONE))
        latest = np.where(latest >= heads, latest, NONE)  # by place in the order
        found = np.full(size, NONE, dtype=np.int64)
        within = np.flatnonzero(visits["in_return"][order] == 1)
        at = within  # where to look: itself, then on the line that its branch began on, and so on
        while within.size:
            known = latest[at] != NONE
            found[order[within[known]]] = order[latest[at[known]]]
            within, at = within[~known], self._apart_from(at[~known], within[~known])
            within, at = within[at != NONE], at[at != NONE]
        return found

    def _apart_from(self, at: IntArray, within: IntArray) -> IntArray:
        """For visits at these places the place of the last one, before those at `within`, on the line that their branch
        began on; NONE on the trunk.
        """
        if not self._apart or not at.size:
            return np.full(at.size, NONE, dtype=np.int64)
        visits, order, forks = self._frame.visits, self._order, self._frame.forks
        parent = np.append(forks.rows["parent"], NONE)[forks.of_visits[order[at]]]
        most = int(visits["visit"].max()) + 1
        keys = self._line[order] * most + visits["visit"][order]
        line = visits["request"][order[at]] * self._many + parent
        place = np.searchsorted(keys, line * most + visits["visit"][order[within]]) - 1
        known = (parent != NONE) & (place >= 0)
        known[known] = self._line[order[place[known]]] == line[known]
        return np.where(known, place, NONE)
