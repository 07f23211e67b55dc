"""From a kept run back to the Record of one replication, for whatever needs every instant."""

from __future__ import annotations

import numpy as np

from flowsim.errors import UsageError
from flowsim.experiments.findings import Findings, rows_with
from flowsim.metrics.schema import DRAWN
from flowsim.model.process import END
from flowsim.record import INSTANTS, KINDS, NONE, REQUEST_COLUMNS, VIAS, VISIT_COLUMNS, Record
from flowsim.record.columns import TextColumn, Values
from flowsim.record.contract import Column


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
    steps, teams = [s.name for s in model.steps], [t.name for t in model.teams]
    kept_as = {name: f"{name}_ms" if name in INSTANTS else DRAWN.get(name, name) for name in VISIT_COLUMNS}
    visits = _part(found, "visits", list(kept_as.values()), state, replication)
    words = {"step": steps, "from_step": steps, "team": teams, "from_team": teams, "kind": KINDS, "via": VIAS}
    columns = {
        name: _codes(visits[column], list(words[name])) if name in words else _whole(visits[column])
        for name, column in kept_as.items()
    }
    named = [outcome for s in model.steps for r in s.routes for to, _, outcome in r.targets if to == END]
    outcomes = tuple(dict.fromkeys(["done", *named]))
    classes = [c.name for c in model.classes]
    own = {"class": classes, "outcome": list(outcomes)}
    kept_as = {name: f"{name}_ms" if name in ("arrived", "due", "ended") else name for name in REQUEST_COLUMNS}
    requests = _part(found, "requests", list(kept_as.values()), state, replication)
    rows = {
        name: _codes(requests[column], own[name]) if name in own else _whole(requests[column])
        for name, column in kept_as.items()
    }
    return Record(replication, rows, columns, outcomes, _ended_at(rows, model.run.length), 0)


def _part(found: Findings, table: str, names: list[str], state: str, replication: int) -> dict[str, Values]:
    """The rows of one state and replication, read column by column: a whole table may be larger than memory."""
    leading = found.run.table(table, ["state", "replication"])
    here = rows_with(leading["state"], state) & (np.asarray(leading["replication"]) == replication)
    part: dict[str, Values] = {}
    for name in names:
        column = found.run.table(table, [name])[name]
        part[name] = TextColumn(column.codes[here], column.words) if isinstance(column, TextColumn) else column[here]
    return part


def _codes(values: Values, names: list[str]) -> Column:
    assert isinstance(values, TextColumn)
    place = {name: index for index, name in enumerate(names)}  # words of other states have none, nor are they here
    codes = np.array([*(place.get(word, NONE) for word in values.words), NONE], dtype=np.int64)
    return codes[values.codes]


def _whole(values: Values) -> Column:
    assert not isinstance(values, TextColumn)
    return np.asarray(values).astype(np.int64)


def _ended_at(requests: dict[str, Column], length: int) -> int:
    """R16: the length, or one tick after the last measured request ended, or twice the length."""
    measured = requests["measured"] == 1
    ended = requests["ended"][measured]
    if (ended == NONE).any():
        return 2 * length
    return max(length, int(ended.max()) + 1 if ended.size else 0)
