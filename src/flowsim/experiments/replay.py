"""From a kept run back to the Record of one replication, for whatever needs every instant."""

from __future__ import annotations

import numpy as np

from flowsim.errors import UsageError
from flowsim.experiments.findings import Findings
from flowsim.metrics.schema import DRAWN
from flowsim.model import Model
from flowsim.model.process import END
from flowsim.record import (
    AWAY_COLUMNS,
    BRANCH_COLUMNS,
    CREW_COLUMNS,
    INSTANTS,
    KINDS,
    NONE,
    REQUEST_COLUMNS,
    VIAS,
    VISIT_COLUMNS,
    WITHDRAWN,
    Record,
)
from flowsim.record.columns import TextColumn, Values, length
from flowsim.record.contract import Column

_INSTANTS = {*INSTANTS, "arrived", "age", "due", "ended", "began", "joined", "begins", "ends"}
"""Columns of the Record that are kept under their name with the unit."""

_BEFORE = {"branch": 0, "age": 0, "parent": NONE, "chase": 0}
"""What columns that came with version 2 of the tables hold in a run of version 1."""


def stored_record(found: Findings, state: str, replication: int) -> Record:
    """The Record a replication was made of (its online count of WIP and what was stuck are not kept: 0 and nothing).

    Raises UsageError FS707 when the run has no such replication.
    """
    if not 1 <= replication <= found.run.manifest.replications:
        known = found.run.manifest.replications
        raise UsageError(
            f"there is no replication {replication}", code="FS707", hint=f"this run has replications 1 to {known}"
        )
    model = found.model(state)
    steps, teams, classes = ([thing.name for thing in many] for many in (model.steps, model.teams, model.classes))
    outcomes = _outcomes(model)
    words = {"step": steps, "from_step": steps, "split": steps, "team": teams, "from_team": teams}
    words |= {"kind": list(KINDS), "via": list(VIAS), "class": classes, "outcome": list(outcomes)}

    def columns(table: str, names: dict[str, str]) -> dict[str, Column]:
        return _columns(found, table, names, words, state, replication)

    requests = columns("requests", REQUEST_COLUMNS)
    return Record(
        replication,
        requests,
        columns("visits", VISIT_COLUMNS),
        outcomes,
        _ended_at(requests, model.run.length),
        0,
        crew=columns("crew", CREW_COLUMNS),
        branches=columns("branches", BRANCH_COLUMNS),
        away=columns("away", AWAY_COLUMNS),
    )


def _outcomes(model: Model) -> tuple[str, ...]:
    """The ways in which journeys end, in the order in which the engine numbers them."""
    named = [outcome for s in model.steps for r in s.routes for to, _, outcome in r.targets if to == END]
    if any(cls.patience is not None for cls in model.classes):
        named.append(WITHDRAWN)
    return tuple(dict.fromkeys(["done", *named]))


def _columns(
    found: Findings, table: str, names: dict[str, str], words: dict[str, list[str]], state: str, replication: int
) -> dict[str, Column]:
    """Columns of the Record from a table; `words` are what the codes of text columns stand for."""
    if found.run.manifest.table(table) is None:  # a run of before there was such a table
        return {name: np.empty(0, dtype=np.int64) for name in names}
    there = {column.name for column in found.run.describe(table)}
    kept_as = {name: f"{name}_ms" if name in _INSTANTS else DRAWN.get(name, name) for name in names}
    kept = _part(found, table, [name for name in kept_as.values() if name in there], state, replication)
    rows = length(next(iter(kept.values())))
    columns = {}
    for name, column in kept_as.items():
        if column not in kept and name in _BEFORE:
            columns[name] = np.full(rows, _BEFORE[name], dtype=np.int64)
        elif name in words:
            columns[name] = _codes(kept[column], words[name])
        else:
            columns[name] = _whole(kept[column])
    return columns


def _part(found: Findings, table: str, names: list[str], state: str, replication: int) -> dict[str, Values]:
    """The rows of one state and replication."""
    return found.run.table(table, names, {"state": state, "replication": replication})


def _codes(values: Values, names: list[str]) -> Column:
    assert isinstance(values, TextColumn)
    place = {name: index for index, name in enumerate(names)}  # words of other states have none, nor are they here
    codes = np.array([*(place.get(word, NONE) for word in values.words), NONE], dtype=np.int64)
    return codes[values.codes]


def _whole(values: Values) -> Column:
    assert not isinstance(values, TextColumn)
    return np.asarray(values).astype(np.int64)


def _ended_at(requests: dict[str, Column], run_length: int) -> int:
    """R16: the length, or one tick after the last measured request ended, or twice the length."""
    measured = requests["measured"] == 1
    ended = requests["ended"][measured]
    if (ended == NONE).any():
        return 2 * run_length
    return max(run_length, int(ended.max()) + 1 if ended.size else 0)
