"""The end of a sweep: its tables, summaries and manifest, written once every cell is there or known to fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from flowsim.engine import ENGINE
from flowsim.errors import FlowsimError, ResultsError
from flowsim.experiments.folders import LATEST
from flowsim.experiments.pool import cores
from flowsim.experiments.stored import open_run
from flowsim.record.columns import Col, TextColumn, Values
from flowsim.record.csvtable import to_csv
from flowsim.record.disk import refusals, sha256_of, sync, write_whole
from flowsim.record.manifest import MANIFEST, Audit, Manifest, OtherFile, ScenarioFile, State, Table, Timing
from flowsim.record.parquet import TableWriter
from flowsim.scenario import Compiled
from flowsim.sweep.numbers import Numbers
from flowsim.sweep.plan import Cell, SweepPlan
from flowsim.sweep.store import CELLS, Store
from flowsim.sweep.tables import (
    SWEEP_DESCRIPTIONS,
    SWEEP_VERSION,
    Gathered,
    cells_table,
    columns_of,
    rows_of,
    why,
)
from flowsim.sweep.xlsx import Sheet, Value, to_xlsx

CSV, XLSX = "sweep.csv", "sweep.xlsx"
MOST_ROWS = 100_000
"""Cells up to which a workbook is written; spreadsheets open no more with pleasure."""


def is_finished(store: Store, plan: SweepPlan) -> bool:
    """Whether the summary of this very sweep is there, each file of it as it was written."""
    try:
        stored = open_run(store.path, store.path.parent)
    except FlowsimError:
        return False
    return stored.manifest.replications == plan.replications and not stored.damaged()


def finish(
    plan: SweepPlan,
    store: Store,
    failed: Mapping[str, FlowsimError],
    bases: Sequence[Compiled],
    *,
    files: Mapping[str, str],
    command: tuple[str, ...],
    seconds: float,
    root: Path,
) -> Path:
    """Write tables, summaries and, last, the manifest; the folder. `bases` are the states as the file has them, `files`
    the scenario files by name, `seconds` what this command took, `root` the folder whose `latest` is to name it.

    Raises StorageError, and ResultsError FS603 when the file of a cell was damaged meanwhile.
    """
    begun = datetime.now().astimezone()
    with refusals(store.path):
        (store.path / MANIFEST).unlink(missing_ok=True)  # while it is there, all the rest is as it says
        sync(store.path)
        (store.path / "data").mkdir(exist_ok=True)
    gathered = Gathered(plan)
    tables = [_write_all(plan, store, gathered)]
    paths = [axis.path for axis in plan.design.axes]
    cols = columns_of("cells", paths)
    tables.append(_write(plan, store, "cells", cols, cells_table(plan, dict(failed), cols)))
    if plan.design.name == "one-at-a-time":
        tables.append(_write(plan, store, "effects", columns_of("effects", paths), gathered.effects_table()))
    if plan.design.name in ("morris", "sobol"):
        table = gathered.sensitivity_table()
        tables.append(_write(plan, store, "sensitivity", columns_of("sensitivity", paths), table))
    summary = _summary(plan, gathered, dict(failed), cols)
    write_whole(store.path / CSV, to_csv(*_for_csv(summary)))
    with refusals(store.path):
        (store.path / XLSX).unlink(missing_ok=True)
    if len(plan.cells) <= MOST_ROWS:
        write_whole(store.path / XLSX, to_xlsx([_with_numbers(summary, len(plan.design.axes)), _about(plan)]))
    manifest = Manifest(
        command=command,
        scenario=tuple(ScenarioFile.of(name, text) for name, text in files.items()),
        states=tuple(State.of(b.state, b.model, about=b.about, changes=b.changes, sets=plan.sets) for b in bases),
        seed=plan.seed,
        replications=plan.replications,
        engine=ENGINE,
        audit=Audit((), (len(plan.keys) - len(failed)) * plan.replications if plan.audit else 0),
        timing=Timing(begun.isoformat(timespec="seconds"), round(seconds, 3), cores()),
        warnings=tuple(dict.fromkeys(w for cell in plan.cells for w in cell.warnings)),
    )
    with refusals(store.path):
        whole = manifest.with_files(tables, list(_other_files(store.path)))
    write_whole(store.path / MANIFEST, whole.to_json().encode("utf-8", "backslashreplace"))
    if store.path.absolute().parent == root.absolute():
        write_whole(root / LATEST, f"{store.path.name}\n".encode())
    return store.path


def _write_all(plan: SweepPlan, store: Store, gathered: Gathered) -> Table:
    """The table `sweep`, a cell at a time, so that memory holds one of them."""
    cols = columns_of("sweep", [axis.path for axis in plan.design.axes])
    with _writer(plan, store, "sweep", cols) as writer:
        for cell, numbers in _cells(plan, store):
            gathered.take(cell, numbers)
            writer.append(rows_of(cell, numbers, cols))
    return _entry(store, "sweep", writer)


def _cells(plan: SweepPlan, store: Store) -> Iterator[tuple[Cell, Numbers]]:
    """Every cell that has numbers, in order."""
    for cell in plan.cells:
        if not cell.key:
            continue
        found = store.read(cell.key, plan.identity_of(cell.key))
        if isinstance(found, Numbers):
            yield cell, found
        elif found is None:
            raise ResultsError(
                f"the file of cell {cell.number} was damaged or taken away meanwhile",
                code="FS603",
                hint="run the same command again: it is done anew",
            )


def _write(plan: SweepPlan, store: Store, name: str, cols: Sequence[Col], values: Mapping[str, Values]) -> Table:
    with _writer(plan, store, name, cols) as writer:
        writer.append(values)
    return _entry(store, name, writer)


def _writer(plan: SweepPlan, store: Store, name: str, cols: Sequence[Col]) -> TableWriter:
    told = {"table": name, "description": SWEEP_DESCRIPTIONS[name], "sweep": json.dumps(_told(plan))}
    return TableWriter(store.path / "data" / f"{name}.parquet", cols, told, group_rows=20_000)


def _told(plan: SweepPlan) -> dict[str, object]:
    """What readers of the tables need to know of the design."""
    axes = [[axis.path, list(_levels(plan, i))] for i, axis in enumerate(plan.design.axes)]
    return {"title": plan.title, "design": plan.design.name, "axes": axes, "states": list(plan.states)}


def _levels(plan: SweepPlan, axis: int) -> Sequence[str]:
    """The values of an axis in order; none for one that was sampled."""
    if plan.design.sample is not None:
        return ()
    return tuple(dict.fromkeys(v for point in plan.design.points if (v := point[axis]) is not None))


def _entry(store: Store, name: str, writer: TableWriter) -> Table:
    file = f"data/{name}.parquet"
    with refusals(writer.path):
        size, digest = writer.path.stat().st_size, sha256_of(writer.path)
    return Table(name, file, writer.rows, size, digest, writer.fingerprint, SWEEP_VERSION)


def _other_files(folder: Path) -> Iterator[OtherFile]:
    """Every file but tables, locks and what was set aside. Raises OSError."""
    for path in sorted([folder / CSV, folder / XLSX, *(folder / CELLS).iterdir()]):
        if path.is_file() and not path.name.startswith("."):
            yield OtherFile(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path))


# -- for spreadsheets --------------------------------------------------------------------------------------------------


def _summary(plan: SweepPlan, gathered: Gathered, failed: dict[str, FlowsimError], cols: Sequence[Col]) -> Sheet:
    """One row a cell: its settings, and the measures that matter most with their intervals."""
    measures = gathered.order()
    head = [col.name for col in cols[: 2 + len(plan.design.axes)]] + ["status"]
    for measure in measures:
        unit = gathered.measures[measure]
        head += [f"{measure} ({unit})", f"{measure}, low", f"{measure}, high"]
    rows: list[list[Value]] = []
    for cell in plan.cells:
        error = why(cell, failed)
        row: list[Value] = [cell.number, cell.state, *cell.point, f"failed: {error}" if error else "done"]
        for measure in measures:
            row += gathered.values.get(cell.number, {}).get(measure, (None, None, None))
        rows.append(row)
    return Sheet("sweep", head, rows)


def _with_numbers(sheet: Sheet, axes: int) -> Sheet:
    """The same with settings that are plain numbers as such, so that a spreadsheet can draw and sort them."""
    rows = [[*row[:2], *map(_setting, row[2 : 2 + axes]), *row[2 + axes :]] for row in sheet.rows]
    return Sheet(sheet.name, sheet.head, rows)


def _setting(value: Value) -> Value:
    plain = isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value)
    return float(str(value)) if plain else value


def _for_csv(sheet: Sheet) -> tuple[list[Col], dict[str, Values]]:
    """A sheet as columns for a CSV file."""
    cols: list[Col] = []
    values: dict[str, Values] = {}
    for i, name in enumerate(sheet.head):
        column = [row[i] for row in sheet.rows]
        if any(isinstance(value, str) for value in column):
            cols.append(Col(name, "text", nullable=True))
            values[name] = TextColumn.of([None if value is None else str(value) for value in column])
        elif i == 0:
            cols.append(Col(name, "int"))
            values[name] = np.array(column, dtype=np.int64)
        else:
            cols.append(Col(name, "float", nullable=True))
            values[name] = np.array([np.nan if value is None else value for value in column], dtype=np.float64)
    return cols, values


def _about(plan: SweepPlan) -> Sheet:
    """What a reader of the workbook should know."""
    rows: list[list[Value]] = [
        ["scenario", plan.title],
        ["design", plan.design.name],
        ["states", ", ".join(plan.states)],
        ["replications of each cell", plan.replications],
        ["seed", plan.seed],
        ["intervals", "95 %, over replications"],
        ["empty setting", "as the file says"],
    ]
    rows += [[f"varied {i}", axis.path] for i, axis in enumerate(plan.design.axes, 1)]
    rows += [[f"set {i}", setting] for i, setting in enumerate(plan.sets, 1)]
    return Sheet("about", ["what", "value"], rows)
