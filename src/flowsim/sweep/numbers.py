"""What is kept of a cell: every measure of every replication, and what all replications together say."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from flowsim.errors import FlowsimError
from flowsim.experiments.cells import Replication, Stretch, measured, take
from flowsim.experiments.estimates import Key, StateNumbers
from flowsim.experiments.statistics import Estimate, Floats
from flowsim.record.columns import Col, TextColumn, Values

ALL = 0
"""In the place of the number of a replication: all of them together."""

CELL_COLUMNS = (
    Col("replication", "int", "", "number of the replication, from 1; 0: all of them together"),
    Col("measure", "text", "", "measure, as in the table summary of a run"),
    Col("class", "text", "", "class; null: all classes together", nullable=True),
    Col("value", "float", "", "the value; of all together the estimate"),
    Col("low", "float", "", "lower end of the 95 % interval; null: of one replication", nullable=True),
    Col("high", "float", "", "upper end of the 95 % interval; null: of one replication", nullable=True),
    Col("unit", "text", "", "unit of value, low and high"),
    Col("replications", "int", "", "replications that had a value"),
)
"""The columns of the file of a cell."""

CELL_VERSION = 2


@dataclass(frozen=True)
class Found:
    """Of a measure: the estimate, with its interval (None: one replication), over `n` replications that had a value."""

    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Numbers:
    """A cell in numbers. `values` are by measure and class, then by replication."""

    values: dict[Key, dict[int, float]]
    estimates: dict[Key, Found]
    units: dict[str, str] = field(default_factory=dict)

    def of(self, measure: str, klass: str = "") -> Found | None:
        """The estimate of a measure; None when no replication had a value."""
        return self.estimates.get((measure, klass))

    def by_replication(self, key: Key) -> Floats:
        """The values of the replications that had one, in order of number."""
        return np.array([value for _, value in sorted(self.values.get(key, {}).items())], dtype=np.float64)


@dataclass(frozen=True)
class Part:
    """Some replications of a cell for one worker; `whole`: they are all there are, so numbers come back, no times."""

    stretch: Stretch
    whole: bool


def work(part: Part) -> Numbers | list[Replication] | FlowsimError:
    """What a worker does: run, audit, measure, and, of a whole cell, put together. Raises AuditError."""
    found = measured(part.stretch)
    return found if isinstance(found, FlowsimError) or not part.whole else together(found)


def together(replications: list[Replication]) -> Numbers:
    """Replications as the numbers of their cell."""
    numbers = StateNumbers("")
    for one in replications:
        take(numbers, one)
    estimates = {key: _found(estimate) for key, estimate in numbers.estimates().items()}
    return Numbers(numbers.values, estimates, numbers.units)


def _found(estimate: Estimate) -> Found:
    return Found(estimate.value, estimate.low, estimate.high, estimate.n)


def to_columns(numbers: Numbers) -> dict[str, Values]:
    """The table of a cell (CELL_COLUMNS): first what all replications say, then each by itself."""
    rows: list[tuple[int, Key, float, float, float, int]] = [
        (ALL, key, e.value, _or_nan(e.low), _or_nan(e.high), e.n) for key, e in numbers.estimates.items()
    ]
    nan = float("nan")
    rows += [(r, k, values[r], nan, nan, 1) for k, values in numbers.values.items() for r in sorted(values)]
    return {
        "replication": np.array([row[0] for row in rows], dtype=np.int64),
        "measure": TextColumn.of([row[1][0] for row in rows]),
        "class": TextColumn.of([row[1][1] or None for row in rows]),
        "value": np.array([row[2] for row in rows], dtype=np.float64),
        "low": np.array([row[3] for row in rows], dtype=np.float64),
        "high": np.array([row[4] for row in rows], dtype=np.float64),
        "unit": TextColumn.of([numbers.units[row[1][0]] for row in rows]),
        "replications": np.array([row[5] for row in rows], dtype=np.int64),
    }


def from_columns(columns: dict[str, Values]) -> Numbers:
    """The numbers of the table of a cell."""
    measures, classes, units = (_words(columns[name]) for name in ("measure", "class", "unit"))
    numbers = [np.asarray(columns[n]).tolist() for n in ("replication", "value", "low", "high", "replications")]
    found = Numbers({}, {})
    for measure, klass, unit, r, value, low, high, n in zip(measures, classes, units, *numbers, strict=True):
        found.units[measure] = unit
        if r == ALL:
            found.estimates[measure, klass] = Found(value, _or_none(low), _or_none(high), n)
        else:
            found.values.setdefault((measure, klass), {})[r] = value
    return found


def _words(values: Values) -> list[str]:
    assert isinstance(values, TextColumn)
    return [values.words[code] if code >= 0 else "" for code in values.codes.tolist()]


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _or_none(value: float) -> float | None:
    return None if value != value else value
