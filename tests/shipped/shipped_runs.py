"""The shipped scenarios as the tests run them: each state once, with the file's own seed and few replications."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.experiments.replicate import Job, Outcome, simulate
from flowsim.metrics.tables import Table
from flowsim.model.calendar import OpenTimes
from flowsim.record.columns import TextColumn
from flowsim.scenario import load
from flowsim.scenario.scenario import Compiled

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
STATES = [(file, state) for file in FILES for state in load(FOLDER / file).states]
FLAGSHIP = "five-departments.yaml"
DEPENDENT = {("ibm-credit.yaml", "control desk")}
"""States whose later changes need the first: the control desk that it sets up."""


@functools.cache
def compiled(file: str, state: str, sets: tuple[str, ...]) -> Compiled:
    """A state, ready to run."""
    return load(FOLDER / file).compile(state, sets)


def replications(file: str) -> int:
    """How many replications are run here: enough for the figures, at a small cost."""
    return 3 if file == FLAGSHIP else 2


def outcomes(file: str, state: str, sets: tuple[str, ...] = (), n: int = 0, audit: bool = False) -> tuple[Outcome, ...]:
    """The first n replications of a state (0: `replications`), simulated once."""
    return _outcomes(file, state, sets, n or replications(file), audit)


@functools.cache
def _outcomes(file: str, state: str, sets: tuple[str, ...], n: int, audit: bool) -> tuple[Outcome, ...]:
    ready = compiled(file, state, sets)
    return tuple(simulate(Job(state, ready.model, ready.seed, r, audit)) for r in range(1, n + 1))


def texts(column: Any) -> list[str | None]:
    """The texts of a column; None for null."""
    assert isinstance(column, TextColumn)
    return [None if code < 0 else column.words[code] for code in column.codes]


def measures(outcome: Outcome, of: str | None = None) -> dict[str, float]:
    """The measures of a class (None: over all classes), by name."""
    table: Table = outcome.tables["summary"]
    values = np.asarray(table["value"], dtype=np.float64)
    rows = zip(texts(table["measure"]), texts(table["class"]), values, strict=True)
    return {str(name): float(value) for name, klass, value in rows if klass == of}


def sample(
    file: str, state: str, measure: str, sets: tuple[str, ...] = (), of: str | None = None
) -> tuple[float, float]:
    """Mean of a measure (of a class) over the replications, and the standard error of that mean."""
    values = np.array([measures(outcome, of)[measure] for outcome in outcomes(file, state, sets)])
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def mean(file: str, state: str, measure: str, of: str | None = None) -> float:
    """Mean of a measure (of a class) over the replications."""
    return sample(file, state, measure, of=of)[0]


def rows(outcome: Outcome, table: str, /, **where: object) -> Iterator[dict[str, Any]]:
    """The rows of a table in which these columns hold these values."""
    columns = {
        name: texts(column) if isinstance(column, TextColumn) else np.asarray(column).tolist()
        for name, column in outcome.tables[table].items()
    }
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        if all(row[name] == value for name, value in where.items()):
            yield row


def column(outcome: Outcome, table: str, name: str, /, **where: object) -> NDArray[np.float64]:
    """A column of numbers, of the rows in which other columns hold these values."""
    return np.array([row[name] for row in rows(outcome, table, **where)], dtype=np.float64)


def of_teams(file: str, state: str, column: str) -> dict[str, float]:
    """A column of the teams, mean of the replications."""
    tables = [outcome.tables["teams"] for outcome in outcomes(file, state)]
    values = np.mean([np.asarray(table[column], dtype=np.float64) for table in tables], axis=0)
    return {str(name): float(value) for name, value in zip(texts(tables[0]["team"]), values, strict=True)}


def office_hours(file: str, state: str) -> OpenTimes:
    """The calendar of the run, to count open time on."""
    model = compiled(file, state, ()).model
    return OpenTimes(model.calendar(model.run.calendar), model.start)


def working_day(file: str, state: str) -> float:
    """A working day of the run, in minutes."""
    model = compiled(file, state, ()).model
    return model.calendar(model.run.calendar).working_day / 60_000
