"""Collects visits while an engine runs and lays them down as the columns of a Record.

A visit is packed as a row of bytes the moment all of it is known. Most visits are plain: one task, begun as the visit
is taken up; then a short row says it all, and the rest is worked out at the end, a column at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.record.contract import INSTANTS, NONE, VISIT_COLUMNS, Column, Kind

_ROWS_A_CHUNK = 1 << 12

_SAME_AS = {
    **dict.fromkeys(("admitted", "assembled"), "delivered"),
    **dict.fromkeys(("set_up", "turn", "read"), "started"),
    "released": "worked",
}
"""Instants that a plain visit has in common."""

_FIXED = {"branch": 0, "process_batch": NONE, "set_up_ticks": 0, "read_ticks": 0}
"""What every plain visit has."""

_WORKED_OUT = ("team", "from_team", "kind", "adding_ticks", "necessary_ticks", "waste_ticks")
"""What follows from the steps, the pass, and the work with its value."""

PLAIN_COLUMNS = (
    *(name for name in VISIT_COLUMNS if name not in (*_SAME_AS, *_FIXED, *_WORKED_OUT)),
    "value",
    "work_ticks",
)
"""The values of a plain row, in order; `value` is 0 adding, 1 necessary, 2 waste, of all of `work_ticks`."""


class Rows:
    """Packed rows of one shape. A writer calls `pack_into(chunk, at, *values)`, adds `size` to `at`, and calls
    `new_chunk` when that makes `full`: chunks never move, so nothing is copied while the run goes on.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        wide = {name for name in columns if name in INSTANTS or name.endswith("_ticks")}
        row = struct.Struct("<" + "".join("q" if name in wide else "i" for name in columns))
        self.layout = np.dtype([(name, "<i8" if name in wide else "<i4") for name in columns])
        self.pack_into = row.pack_into
        self.size = row.size
        self.full = row.size * _ROWS_A_CHUNK
        self.chunk = bytearray(self.full)
        self.at = 0
        self._done: list[bytearray] = []

    def new_chunk(self) -> None:
        """Put the full chunk away and begin another."""
        self._done.append(self.chunk)
        self.chunk = bytearray(self.full)
        self.at = 0

    def parts(self) -> Iterator[npt.NDArray[np.void]]:
        """All rows, chunk by chunk."""
        for chunk in self._done:
            yield np.frombuffer(chunk, dtype=self.layout)
        yield np.frombuffer(self.chunk, dtype=self.layout, count=self.at // self.size)


class Recorder:
    """Visits in any order, once each: in `rows` whole (VISIT_COLUMNS), in `plain` short (PLAIN_COLUMNS).

    `teams` is the team of each step.
    """

    def __init__(self, teams: Sequence[int]) -> None:
        self.rows = Rows(list(VISIT_COLUMNS))
        self.plain = Rows(PLAIN_COLUMNS)
        self._teams = np.array([*teams, NONE], dtype=np.int64)  # the last is that of step NONE: the customer

    def columns(self, ended_at: int) -> dict[str, Column]:
        """The visits sorted by (request, visit), int64; instants from `ended_at` on are not known: NONE."""
        parts = [*self.rows.parts(), *self.plain.parts()]
        request = np.concatenate([part["request"] for part in parts])
        visit = np.concatenate([part["visit"] for part in parts])
        place = np.empty(len(request), dtype=np.int64)
        place[np.lexsort((visit, request))] = np.arange(len(request))
        columns: dict[str, Column] = {name: np.empty(len(request), dtype=np.int64) for name in VISIT_COLUMNS}
        begin = 0
        for part in parts:  # part by part, so that a part stays in the processor's cache for all its columns
            where = place[begin : begin + len(part)]
            begin += len(part)
            short = part.dtype == self.plain.layout
            for name, column in columns.items():
                column[where] = self._of_plain(part, name) if short else part[name]
        for name in INSTANTS:
            columns[name][columns[name] >= ended_at] = NONE
        return columns

    def _of_plain(self, part: npt.NDArray[np.void], name: str) -> npt.NDArray[Any] | int:
        """A column of plain rows."""
        if name in _FIXED:
            return _FIXED[name]
        if name in ("team", "from_team"):
            teams: npt.NDArray[Any] = self._teams[part["step" if name == "team" else "from_step"]]
            return teams
        if name == "kind":
            return np.where(part["pass"] > 1, int(Kind.REWORK), int(Kind.WORK))
        if name in _WORKED_OUT:
            value = ("adding_ticks", "necessary_ticks", "waste_ticks").index(name)
            return np.where(part["value"] == value, part["work_ticks"], 0)
        same: npt.NDArray[Any] = part[_SAME_AS.get(name, name)]
        return same
