"""When people were away (R10), laid ready for asking how much of it lies in some hours."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.frame import Frame, IntArray
from flowsim.metrics.stints import People
from flowsim.model import Layout


class Away:
    """The times people were away, seen at `Frame.now`: `person`, `begins` and `ends`, int64, in that order, apart.

    Everybody's time is laid one after the other on a single axis, so that one search finds the place of any of them.
    """

    def __init__(self, frame: Frame, people: People) -> None:
        away = frame.record.away
        person = people.of(away["team"], away["person"]) if away["team"].size else away["team"]
        begins, ends = frame.filled(away["begins"]), frame.filled(away["ends"])
        some = np.flatnonzero(ends > begins)
        order = some[np.lexsort((begins[some], person[some]))]
        self.person: IntArray = person[order]
        self.begins: IntArray = begins[order]
        self.ends: IntArray = ends[order]
        self._span = frame.now + 1
        self._keys = self.person * self._span + self.begins

    def within(self, hours: Layout, person: IntArray, a: IntArray, b: IntArray) -> IntArray:
        """Ticks of [a, b) that are within the hours and for which that person was away; int64, same shape."""
        if not self.person.size:
            return np.zeros(person.shape, dtype=np.int64)
        upto = np.append(0, np.cumsum(hours.worked_array(self.begins, self.ends)))
        return self._before(hours, upto, person, b) - self._before(hours, upto, person, a)

    def _before(self, hours: Layout, upto: IntArray, person: IntArray, t: IntArray) -> IntArray:
        """Ticks away within the hours, of all up to this person and of him before t."""
        place = np.searchsorted(self._keys, person * self._span + t, side="right")
        last = np.maximum(place - 1, 0)
        going_on = (place > 0) & (self.person[last] == person) & (self.ends[last] > t)
        still_to_come = np.where(going_on, hours.worked_array(np.minimum(t, self.ends[last]), self.ends[last]), 0)
        found: IntArray = upto[place] - still_to_come
        return found
