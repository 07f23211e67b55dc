"""How long work takes whoever does it (R8): what was drawn, at the speed of the slowest of its people."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import IntArray
from flowsim.metrics.audit_ground import Ground

_USUAL = 1000  # thousandths


class Pace:
    """The speeds at which the visits of a record were worked on."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._speed = np.full(ground.visits, _USUAL, dtype=np.int64)
        self._all_alike = bool((ground.staff.speed == _USUAL).all())
        if not self._all_alike:
            takings, units = ground.takings, ground.units
            slowest = np.full(len(units.first), 1 << 40, dtype=np.int64)
            known = takings.who >= 0
            np.minimum.at(slowest, takings.unit[known], ground.staff.speed[takings.who[known]])
            of_unit = np.where(slowest < 1 << 40, slowest, _USUAL)
            self._speed[units.members] = np.repeat(of_unit, units.size)

    def ticks(self, rows: IntArray | slice, drawn: IntArray) -> IntArray:
        """`drawn` × 1000 ÷ speed for each of these visits, to the nearest tick, halves up."""
        if self._all_alike:
            return drawn
        speed = self._speed[rows]
        whole, rest = np.divmod(_USUAL * drawn, speed)
        return np.asarray(whole + (2 * rest >= speed))

    def lengths(self, rows: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Set-up, reading in and work of these visits as they were done, in open ticks; each value by itself."""
        v = self._ground.v
        set_up = self.ticks(rows, v["set_up_ticks"][rows])
        read = self.ticks(rows, v["read_ticks"][rows])
        if self._all_alike:
            return set_up, read, self._ground.work_ticks[rows]
        adding, necessary, waste = (
            self.ticks(rows, v[name][rows]) for name in ("adding_ticks", "necessary_ticks", "waste_ticks")
        )
        return set_up, read, adding + necessary + waste
