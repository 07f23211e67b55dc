"""Which branches a request's lead time hangs on (R13): those that ended last, one within the other.

The critical branch of a split is the one that ended last (ties: the lowest place); while the split is not joined it is
one that is open (the lowest place). What lies on the trunk, and on critical branches of critical branches, is one
chain without gap or overlap from arrival to end: the request's own ledger.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Record

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


class Forks:
    """The branches of a Record as seen at `now`. Arrays have one element a row of `Record.branches`."""

    def __init__(self, record: Record, now: int) -> None:
        self.rows = record.branches
        self._visits = record.visits
        self._now = now
        self.size = len(self.rows["request"])
        ended = self.rows["ended"]
        self.ended = (ended != NONE) & (ended <= now)

    @cached_property
    def fork(self) -> IntArray:
        """A number from 0 for each split that was begun: the same for the branches that began together.

        A step may split a request more than once (after a return): the n-th branches in each place belong together.
        """
        rows = self.rows
        same = [rows[name] for name in ("request", "parent", "split")]
        order = np.lexsort((rows["branch"], rows["place"], *same[::-1]))
        heads = np.zeros(self.size, dtype=np.bool_)
        for column in (*same, rows["place"]):
            heads |= np.diff(column[order], prepend=NONE - 1) != 0
        begin = np.maximum.accumulate(np.where(heads, np.arange(self.size), 0))
        nth = np.empty(self.size, dtype=np.int64)
        nth[order] = np.arange(self.size) - begin
        _, found = np.unique(np.stack([*same, nth]), axis=1, return_inverse=True)
        return found.reshape(self.size)

    @cached_property
    def last(self) -> BoolArray:
        """The branches that their own split waits for or waited for: one of each split."""
        ended = np.where(self.ended, self.rows["ended"], FOREVER)
        order = np.lexsort((self.rows["place"], -ended, self.fork))
        first = np.diff(self.fork[order], prepend=NONE) != 0
        found = np.zeros(self.size, dtype=np.bool_)
        found[order[first]] = True
        return found

    @cached_property
    def critical(self) -> BoolArray:
        """The branches that the request waits for or waited for: critical all the way up to the trunk."""
        parent = self.row_of(self.rows["request"], self.rows["parent"])
        found = self.last.copy()
        inner = np.flatnonzero(parent != NONE)
        while True:  # once for each level of splits within splits
            lost = inner[found[inner] & ~found[parent[inner]]]
            if not lost.size:
                return found
            found[lost] = False

    def row_of(self, request: IntArray, branch: IntArray) -> IntArray:
        """The row of each of these branches (by request and number); NONE for the trunk."""
        if not self.size:
            return np.full(request.size, NONE, dtype=np.int64)
        stride = 1 + int(max(self.rows["branch"].max(), branch.max(initial=0)))
        keys = self.rows["request"] * stride + self.rows["branch"]  # ascending: rows are sorted by both
        at = np.searchsorted(keys, request * stride + branch)
        return np.where(branch == 0, NONE, at)

    @cached_property
    def of_visits(self) -> IntArray:
        """The row of the branch that each visit is on; NONE for the trunk."""
        return self.row_of(self._visits["request"], self._visits["branch"])

    @cached_property
    def critical_visits(self) -> BoolArray:
        """The visits on the trunk and on critical branches."""
        if not self.size:
            return np.ones(len(self._visits["request"]), dtype=np.bool_)
        return np.append(self.critical, True)[self.of_visits]
