"""Open time laid out as intervals of ticks, and the functions of R2 over it: shared by one calendar and by several.

A `Layout` keeps half-open intervals [opens, closes), ascending and apart, up to `laid_to`, and grows by itself as later
times are asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right

import numpy as np
import numpy.typing as npt

FOREVER = 1 << 62
"""Later than any instant of any run."""

IntArray = npt.NDArray[np.int64]


class Layout(ABC):
    """Open time from some moment before tick 0 on. `always`: open at every instant."""

    def __init__(self, always: bool) -> None:
        self.always = always
        self.opens: list[int] = []
        self.closes: list[int] = []
        self._before: list[int] = []  # open ticks before opens[k]
        self._upto: list[int] = []  # open ticks up to closes[k]
        self.laid_to = -FOREVER
        self._arrays: tuple[IntArray, IntArray, IntArray] | None = None
        self._arrays_to = -FOREVER
        if always:
            self.opens, self.closes = [-FOREVER], [FOREVER]
            self._before, self._upto = [0], [2 * FOREVER]
            self.laid_to = FOREVER

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
            if self._goes_on():
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

    @abstractmethod
    def _grow(self) -> bool:
        """Lay out as much again; False when there is no open time to come."""

    @abstractmethod
    def _goes_on(self) -> bool:
        """Whether it is known that it never closes any more beyond `laid_to`."""

    def _reach(self, t: int) -> None:
        while self.laid_to <= t:
            if not self._grow():
                return

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
