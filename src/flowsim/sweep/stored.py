"""A sweep that was kept, read for showing and for pictures. Its tables are checked against the manifest as those of a
run are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flowsim.errors import ResultsError
from flowsim.experiments.findings import Finding
from flowsim.experiments.stored import StoredRun
from flowsim.record.columns import TextColumn, Values
from flowsim.record.parquet import read_description
from flowsim.sweep.headline import HEADLINES, UTILISATION


@dataclass(frozen=True)
class StoredCell:
    """A cell: its number, state and settings (None: as the file says); `error` is "" when it has numbers."""

    number: int
    state: str
    settings: tuple[str | None, ...]
    error: str
    warnings: str


@dataclass(frozen=True)
class Effect:
    """What one setting does, all else as the file says."""

    path: str
    setting: str
    before: float
    difference: Finding


@dataclass(frozen=True)
class Influence:
    """How much one input matters over its whole range: see the table `sensitivity`."""

    path: str
    main: float
    main_half: float
    sigma: float | None
    total: float | None
    total_half: float | None
    noise: float | None
    unit: str


class Swept:
    """A stored sweep. Raises ResultsError FS603 when what its tables say of it cannot be read."""

    def __init__(self, run: StoredRun) -> None:
        self.run = run
        try:
            told = json.loads(self._description("cells")["sweep"])
            self.title, self.design = str(told["title"]), str(told["design"])
            self.states = tuple(str(state) for state in told["states"])
            self.axes = tuple((str(path), tuple(map(str, levels))) for path, levels in told["axes"])
        except (KeyError, TypeError, ValueError) as error:
            raise ResultsError(f"{run.path} does not say what was swept", code="FS603", hint="run it again") from error

    @property
    def paths(self) -> tuple[str, ...]:
        """What was varied."""
        return tuple(path for path, _ in self.axes)

    @cached_property
    def cells(self) -> tuple[StoredCell, ...]:
        """Every cell, in the order of the design."""
        table = self.run.table("cells")
        names = list(table)
        settings = [_texts(table[name]) for name in names[2 : 2 + len(self.axes)]]
        numbers, states = _numbers(table["cell"]), _texts(table["state"])
        errors, statuses, warnings = (_texts(table[name]) for name in ("error", "status", "warnings"))
        return tuple(
            StoredCell(
                int(numbers[i]),
                states[i] or "",
                tuple(column[i] for column in settings),
                "" if statuses[i] == "done" else errors[i] or "failed",
                warnings[i] or "",
            )
            for i in range(len(numbers))
        )

    def measure(self, name: str, klass: str = "") -> dict[int, Finding]:
        """A measure of every cell that has it, by number of the cell."""
        table = self.run.table("sweep", ["cell", "class", "value", "low", "high", "unit"], {"measure": name})
        columns = [_numbers(table[column]) for column in ("cell", "value", "low", "high")]
        rows = zip(*columns, _texts(table["class"]), _texts(table["unit"]), strict=True)
        return {
            int(cell): Finding(value, _or_none(low), _or_none(high), unit or "")
            for cell, value, low, high, of, unit in rows
            if (of or "") == klass
        }

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The measures that there are over all classes, those for people first."""
        names = {name for name in _texts(self.run.table("sweep", ["measure"])["measure"]) if name}
        first = [name for name in HEADLINES if name in names]
        teams = sorted(name for name in names if name.startswith(UTILISATION))
        return (*first, *teams, *sorted(names - {*first, *teams}))

    def effects(self, state: str, measure: str) -> list[Effect]:
        """Of the design one-at-a-time: what each setting does to a measure, in the order of the design."""
        table = self.run.table("effects", where={"state": state, "measure": measure})
        texts = [_texts(table[name]) for name in ("path", "setting", "unit")]
        numbers = [_numbers(table[name]) for name in ("before", "difference", "low", "high")]
        rows = zip(*texts, *numbers, strict=True)
        return [
            Effect(path or "", setting or "", before, Finding(value, _or_none(low), _or_none(high), unit or ""))
            for path, setting, unit, before, value, low, high in rows
        ]

    def influences(self, state: str, measure: str) -> list[Influence]:
        """Of the designs morris and sobol: how much each input matters, the most first."""
        table = self.run.table("sensitivity", where={"state": state, "measure": measure})
        names = ("main", "main_half", "sigma", "total", "total_half", "noise")
        rows = zip(
            _texts(table["path"]), _texts(table["unit"]), *(_numbers(table[name]) for name in names), strict=True
        )
        found = [
            Influence(path or "", main, half, _or_none(s), _or_none(t), _or_none(th), _or_none(noise), unit or "")
            for path, unit, main, half, s, t, th, noise in rows
        ]
        return sorted(found, key=lambda one: -(one.main if one.total is None else one.total))

    def _description(self, table: str) -> dict[str, str]:
        self.run.describe(table)  # holds the file against the manifest
        return read_description(self.run.path / "data" / f"{table}.parquet")[1]


def is_sweep(run: StoredRun) -> bool:
    """Whether a results folder is that of a sweep."""
    return run.manifest.table("sweep") is not None


def _texts(values: Values) -> Sequence[str | None]:
    assert isinstance(values, TextColumn)
    return [values.words[code] if code >= 0 else None for code in values.codes.tolist()]


def _numbers(values: Values) -> list[float]:
    assert not isinstance(values, TextColumn)
    found: list[float] = np.asarray(values).tolist()
    return found


def _or_none(value: float) -> float | None:
    return None if value != value else value
