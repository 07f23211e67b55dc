"""The tables of a sweep: all measures of all cells (`sweep`), the cells themselves, and what each input does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from flowsim.errors import FlowsimError
from flowsim.experiments.statistics import Estimate, Floats, exact_mean, paired_difference
from flowsim.record.columns import Col, TextColumn, Values
from flowsim.sweep.headline import HEADLINES, UTILISATION
from flowsim.sweep.numbers import Numbers
from flowsim.sweep.plan import Cell, SweepPlan
from flowsim.sweep.sensitivity import analyse, noise_share

SWEEP_VERSION = 1

_WHERE = (
    Col("cell", "int", "", "number of the cell, from 1, in the order of the design"),
    Col("state", "text", "", "state of the scenario"),
)
_NUMBERS = (
    Col(
        "measure",
        "text",
        "",
        "measure, as in the table summary of a run, and utilisation TEAM, paid hours, work per ended request",
    ),
    Col("class", "text", "", "class; null: all classes together", nullable=True),
    Col("value", "float", "", "mean over the replications; for a percentile that of all requests together"),
    Col("low", "float", "", "lower end of the 95 % interval; null: one replication", nullable=True),
    Col("high", "float", "", "upper end of the 95 % interval; null: one replication", nullable=True),
    Col("unit", "text", "", "unit of value, low and high"),
    Col("replications", "int", "", "replications that had a value"),
)
_OF_CELL = (
    Col("status", "text", "", "done, or failed: it cannot be compiled or run"),
    Col("error", "text", "", "why it failed", nullable=True),
    Col(
        "warnings",
        "text",
        "",
        "what the checks of the scenario say about it, such as more work than a team can do",
        nullable=True,
    ),
    Col(
        "key",
        "text",
        "",
        "hash of the model, seed and version: its file in cells/; null: it cannot be compiled",
        nullable=True,
    ),
)
EFFECTS = (
    Col("state", "text", "", "state of the scenario"),
    Col("path", "text", "", "what was set"),
    Col("setting", "text", "", "to which value, all else as the file says"),
    Col("measure", "text", "", "measure, all classes together"),
    Col("before", "float", "", "as the file says"),
    Col("difference", "float", "", "with the setting − as the file says: mean over replications paired by their draws"),
    Col("low", "float", "", "lower end of the 95 % interval; null: one replication", nullable=True),
    Col("high", "float", "", "upper end of the 95 % interval; null: one replication", nullable=True),
    Col("unit", "text", "", "unit of the numbers"),
    Col("replications", "int", "", "pairs"),
)
SENSITIVITY = (
    Col("state", "text", "", "state of the scenario"),
    Col("measure", "text", "", "measure, all classes together"),
    Col("path", "text", "", "what was varied"),
    Col(
        "main",
        "float",
        "",
        "morris: μ*, the mean size of its effect; sobol: S1, the share of the variance that it makes alone",
    ),
    Col("main_half", "float", "", "half of the 95 % interval of main, over the points"),
    Col("sigma", "float", "", "morris: how much the effect differs from place to place; null: sobol", nullable=True),
    Col(
        "total",
        "float",
        "",
        "sobol: ST, the share of the variance with all it does together with others; null: morris",
        nullable=True,
    ),
    Col("total_half", "float", "", "half of the 95 % interval of total", nullable=True),
    Col(
        "noise",
        "float",
        "",
        "share of the variance between points that is noise of the runs; null: one replication",
        nullable=True,
    ),
    Col("unit", "text", "", "unit of the measure"),
)

SWEEP_SCHEMA: dict[str, tuple[Col, ...]] = {
    "sweep": (*_WHERE, *_NUMBERS),
    "cells": (*_WHERE, *_OF_CELL),
    "effects": EFFECTS,
    "sensitivity": SENSITIVITY,
}
"""The tables; `sweep` and `cells` have a column for each thing that is varied behind `state`."""

SWEEP_DESCRIPTIONS = {
    "sweep": "One row a cell, measure and class: what its replications together say, with an interval.",
    "cells": "One row a cell: its settings, and whether it could be run.",
    "effects": "One row a setting and measure (one-at-a-time): the paired difference with the file as it is.",
    "sensitivity": "One row a measure and path (morris, sobol): how much it matters over the whole range.",
}


def columns_of(name: str, paths: Sequence[str]) -> tuple[Col, ...]:
    """The columns of a table for what is varied; a path stands in the description of its column, whose name has spaces
    for the dots, which no column of a Parquet file may have.
    """
    cols = SWEEP_SCHEMA[name]
    if name not in ("sweep", "cells"):
        return cols
    taken = {col.name for col in cols}
    varied = []
    for path in paths:
        label = base = path.replace(".", " ")
        number = 2
        while label in taken:
            label, number = f"{base} ({number})", number + 1
        taken.add(label)
        varied.append(Col(label, "text", "", f"value of {path}; null: as the file says", nullable=True))
    return (*cols[:2], *varied, *cols[2:])


def rows_of(cell: Cell, numbers: Numbers, cols: Sequence[Col]) -> dict[str, Values]:
    """The rows of the table `sweep` of one cell."""
    keys = list(numbers.estimates)
    found = [numbers.estimates[key] for key in keys]
    nan = float("nan")
    body: list[Values] = [
        TextColumn.of([key[0] for key in keys]),
        TextColumn.of([key[1] or None for key in keys]),
        np.array([f.value for f in found]),
        np.array([nan if f.low is None else f.low for f in found]),
        np.array([nan if f.high is None else f.high for f in found]),
        TextColumn.of([numbers.units[key[0]] for key in keys]),
        np.array([f.n for f in found], dtype=np.int64),
    ]
    return _row_wise(cols, _where([cell] * len(keys)) + body)


def cells_table(plan: SweepPlan, failed: dict[str, FlowsimError], cols: Sequence[Col]) -> dict[str, Values]:
    """The table `cells`."""
    errors = [why(cell, failed) for cell in plan.cells]
    body: list[Values] = [
        TextColumn.of(["failed" if error else "done" for error in errors]),
        TextColumn.of([error or None for error in errors]),
        TextColumn.of(["; ".join(cell.warnings) or None for cell in plan.cells]),
        TextColumn.of([cell.key or None for cell in plan.cells]),
    ]
    return _row_wise(cols, _where(plan.cells) + body)


def why(cell: Cell, failed: dict[str, FlowsimError]) -> str:
    """Why a cell has no numbers; "" when it has."""
    problem = cell.error or (failed[cell.key].problems()[0] if cell.key in failed else None)
    return f"{problem.message} [{problem.code}]" if problem else ""


def _where(cells: Sequence[Cell]) -> list[Values]:
    columns: list[Values] = [
        np.array([cell.number for cell in cells], dtype=np.int64),
        TextColumn.of([cell.state for cell in cells]),
    ]
    return columns + [TextColumn.of(list(values)) for values in zip(*(cell.point for cell in cells), strict=True)]


def _row_wise(cols: Sequence[Col], values: Sequence[Values]) -> dict[str, Values]:
    return {col.name: value for col, value in zip(cols, values, strict=True)}


@dataclass
class Gathered:
    """What is kept in memory of all cells, a few numbers each: for the summaries, and for what each input does."""

    plan: SweepPlan
    measures: dict[str, str] = field(default_factory=dict)  # with the unit, in order
    values: dict[int, dict[str, tuple[float, float | None, float | None]]] = field(default_factory=dict)  # by cell
    effects: list[tuple[Cell, str, str, Estimate, float]] = field(default_factory=list)
    _runs: dict[int, dict[str, Floats]] = field(default_factory=dict)
    _bases: dict[str, Numbers] = field(default_factory=dict)

    def take(self, cell: Cell, numbers: Numbers) -> None:
        """Take in a cell; cells come in order."""
        teams = [key[0] for key in numbers.estimates if key[0].startswith(UTILISATION) and not key[1]]
        shown = self.values.setdefault(cell.number, {})
        for measure in (*HEADLINES, *teams):
            found = numbers.of(measure)
            if found is not None:
                self.measures.setdefault(measure, numbers.units[measure])
                shown[measure] = (found.value, found.low, found.high)
                if self.plan.design.name in ("morris", "sobol"):
                    self._runs.setdefault(cell.number, {})[measure] = numbers.by_replication((measure, ""))
        if self.plan.design.name == "one-at-a-time":
            if all(value is None for value in cell.point):
                self._bases[cell.state] = numbers
            elif cell.state in self._bases:
                self._compare(cell, self._bases[cell.state], numbers)

    def _compare(self, cell: Cell, base: Numbers, numbers: Numbers) -> None:
        for key, after in numbers.values.items():
            before = base.values.get(key, {})
            shared = sorted(before.keys() & after.keys())
            if key[1] or not shared:
                continue
            x, y = (np.array([v[r] for r in shared]) for v in (before, after))
            self.effects.append((cell, key[0], base.units[key[0]], paired_difference(x, y), exact_mean(x)))

    def order(self) -> list[str]:
        """The measures that some cell has, the headlines first."""
        teams = sorted(m for m in self.measures if m.startswith(UTILISATION))
        return [*(m for m in HEADLINES if m in self.measures), *teams]

    def effects_table(self) -> dict[str, Values]:
        """The table `effects`."""
        rows = self.effects
        single = [next((i, v) for i, v in enumerate(cell.point) if v is not None) for cell, *_ in rows]
        nan = float("nan")
        return _row_wise(
            EFFECTS,
            [
                TextColumn.of([cell.state for cell, *_ in rows]),
                TextColumn.of([self.plan.design.axes[i].path for i, _ in single]),
                TextColumn.of([value for _, value in single]),
                TextColumn.of([measure for _, measure, *_ in rows]),
                np.array([before for *_, before in rows], dtype=np.float64),
                np.array([e.value for *_, e, _ in rows], dtype=np.float64),
                np.array([nan if e.low is None else e.low for *_, e, _ in rows], dtype=np.float64),
                np.array([nan if e.high is None else e.high for *_, e, _ in rows], dtype=np.float64),
                TextColumn.of([unit for _, _, unit, *_ in rows]),
                np.array([e.n for *_, e, _ in rows], dtype=np.int64),
            ],
        )

    def sensitivity_table(self) -> dict[str, Values]:
        """The table `sensitivity`: of each state and measure that every point of the sample has."""
        sample = self.plan.design.sample
        assert sample is not None
        rows: list[tuple[str, str, str, tuple[float | None, ...]]] = []
        for state in self.plan.states:
            cells = [cell for cell in self.plan.cells if cell.state == state]
            for measure in self.order():
                runs = [self._runs.get(cell.number, {}).get(measure) for cell in cells]
                full = [values for values in runs if values is not None]
                if len(full) < len(runs):
                    continue
                means = np.array([self.values[cell.number][measure][0] for cell in cells])
                noise = noise_share(full)
                for axis, s in zip(self.plan.design.axes, analyse(self.plan.design.name, sample, means), strict=True):
                    told = (s.main, s.main_half, s.sigma, s.total, s.total_half, noise)
                    rows.append((state, measure, axis.path, told))
        numbers = [
            np.array([np.nan if row[3][i] is None else row[3][i] for row in rows], dtype=np.float64) for i in range(6)
        ]
        named = (
            zip(*((state, measure, path) for state, measure, path, _ in rows), strict=True) if rows else ((), (), ())
        )
        texts: list[Values] = [TextColumn.of(list(column)) for column in named]
        return _row_wise(SENSITIVITY, [*texts, *numbers, TextColumn.of([self.measures[row[1]] for row in rows])])
