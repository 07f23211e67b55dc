"""The time in which several calendars are all open (R8): when people of several teams can work on one thing at once."""

from __future__ import annotations

from collections.abc import Sequence

from flowsim.model.calendar import DAY, FOREVER, WEEK, OpenTimes
from flowsim.model.layout import Layout

_FIRST = 49 * WEEK  # what calendars have laid out anyway, so that none has to grow for it


class JointTimes(Layout):
    """The instants at which all of `parts` are open; they must be laid out from the same start. Grows by itself.

    With no parts, or only such as are always open, it is always open. Calendars that never meet again are found out
    within a week after the last of their exceptions, whatever is asked.
    """

    def __init__(self, parts: Sequence[OpenTimes]) -> None:
        self._parts = [part for part in parts if not part.always]
        super().__init__(not self._parts)
        if not self.always:
            self._regular = max(part.regular_from for part in self._parts)
            self._lay_out(_FIRST)

    def _grow(self) -> bool:
        if self.laid_to >= FOREVER:
            return False
        if self.laid_to > 1_000 * 366 * DAY or self._never_meet():
            self.laid_to = FOREVER
            return False
        self._lay_out(2 * self.laid_to)
        return True

    def _goes_on(self) -> bool:
        if self.laid_to <= self._regular + WEEK:
            return False
        return self.opened(self._regular + WEEK) - self.opened(self._regular) == WEEK

    def _never_meet(self) -> bool:
        """Whether a week in which nothing is an exception was laid out, and has no time at which all are open."""
        if self.laid_to <= self._regular + WEEK:
            return False
        return self.opened(self._regular + WEEK) == self.opened(self._regular)

    def _lay_out(self, until: int) -> None:
        since = self.laid_to
        shared = self._parts[0].intervals(since, until)
        for part in self._parts[1:]:
            shared = _overlap(shared, part.intervals(since, until))
        for opens, closes in shared:
            self._append(opens, closes)
        self.laid_to = until


def _overlap(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What two ascending lists of intervals have in common, ascending."""
    found = []
    i = k = 0
    while i < len(one) and k < len(other):
        opens, closes = max(one[i][0], other[k][0]), min(one[i][1], other[k][1])
        if opens < closes:
            found.append((opens, closes))
        if one[i][1] <= other[k][1]:
            i += 1
        else:
            k += 1
    return found
