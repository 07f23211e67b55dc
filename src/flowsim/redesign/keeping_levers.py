"""Levers in a results folder: written as a table, read back, and tried again from what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flowsim.experiments.findings import floats, rows_of
from flowsim.experiments.pool import Pool
from flowsim.experiments.store import RunFolder, StoredRun
from flowsim.record.columns import TextColumn, Values
from flowsim.redesign.keeping import KeptDesign, designs_table, nullable, read_designs, write_table
from flowsim.redesign.levers import Lever
from flowsim.redesign.measuring import Progress, Runs
from flowsim.redesign.trying import MEASURES, Tried, try_levers

QUESTION = "levers"


def keep_levers(
    folder: RunFolder, state: str, levers: Sequence[Lever], tried: Sequence[Tried], failed: Sequence[Lever]
) -> None:
    """Write what `levers` did, and their designs, in the order in which they were tried."""
    write_table(folder, "levers", levers_table(state, tried))
    why = {(lever.kind, lever.about): lever.failed for lever in failed}
    kept = [
        KeptDesign(QUESTION, state, lever.kind, lever.about, lever.model, why.get((lever.kind, lever.about), ""))
        for lever in levers
    ]
    write_table(folder, "designs", designs_table(kept))


def levers_table(state: str, tried: Sequence[Tried]) -> dict[str, Values]:
    """The table `levers`."""
    rows = [(one, one.outcomes[m]) for one in tried for m in MEASURES if m in one.outcomes]
    alls = [out.all_hold for _, out in rows]
    return {
        "state": TextColumn.of([state for _ in rows]),
        "rank": np.array([one.rank for one, _ in rows], dtype=np.int64),
        "group": TextColumn.of([one.lever.group for one, _ in rows]),
        "kind": TextColumn.of([one.lever.kind for one, _ in rows]),
        "about": TextColumn.of([one.lever.about or None for one, _ in rows]),
        "people": np.array([one.lever.people for one, _ in rows], dtype=np.float64),
        "change": TextColumn.of([one.lever.change or None for one, _ in rows]),
        "measure": TextColumn.of([out.measure for _, out in rows]),
        "before": np.array([out.before for _, out in rows], dtype=np.float64),
        "value": np.array([out.difference.value for _, out in rows], dtype=np.float64),
        "low": nullable([out.difference.low for _, out in rows]),
        "high": nullable([out.difference.high for _, out in rows]),
        "low_all": nullable([None if one is None else one.low for one in alls]),
        "high_all": nullable([None if one is None else one.high for one in alls]),
        "verdict": TextColumn.of([out.verdict or None for _, out in rows]),
        "unit": TextColumn.of([out.unit for _, out in rows]),
        "replications": np.array([out.difference.n for _, out in rows], dtype=np.int64),
    }


class Row:
    """A lever as it was kept, with what it does by measure: for showing."""

    def __init__(self, kind: str, about: str, group: str, rank: int, people: float, change: str) -> None:
        self.kind, self.about, self.group, self.rank = kind, about, group, rank
        self.people, self.change = people, change
        self.effects: dict[str, Shown] = {}


class Shown:
    """A number of the table `levers`: `low` and `high` (for the wait also `low_all` and `high_all`) or None."""

    def __init__(self, values: Sequence[float], verdict: str, unit: str) -> None:
        known = [None if np.isnan(x) else float(x) for x in values]
        self.before, self.value = float(values[0]), float(values[1])
        self.low, self.high, self.low_all, self.high_all = known[2:6]
        self.verdict, self.unit = verdict, unit


def read_levers(run: StoredRun) -> list[Row]:
    """The levers of a kept run, in the table's order; none when none were tried. Raises ResultsError FS603."""
    if run.manifest.table("levers") is None:
        return []
    t = run.table("levers")
    words = zip(
        *(rows_of(t[n]) for n in ("kind", "about", "group", "change", "measure", "verdict", "unit")), strict=True
    )
    names = ("before", "value", "low", "high", "low_all", "high_all")
    numbers = zip(*(floats(t[n]).tolist() for n in names), strict=True)
    ranks, people = floats(t["rank"]).tolist(), floats(t["people"]).tolist()
    found: dict[tuple[str, str], Row] = {}
    for texts, values, rank, heads in zip(words, numbers, ranks, people, strict=True):
        kind, about, group, change, measure, verdict, unit = texts
        row = found.setdefault((kind, about), Row(kind, about, group, int(rank), heads, change))
        row.effects[measure] = Shown(values, verdict, unit)
    return list(found.values())


def failed_levers(run: StoredRun) -> list[KeptDesign]:
    """The levers of a kept run that could not be made or run, with the reason."""
    return [design for design in read_designs(run, QUESTION) if design.failed]


def try_again(run: StoredRun, folder: RunFolder, runs: Runs, pool: Pool, progress: Progress | None = None) -> None:
    """Try the levers of a kept run again, and write the tables they give into a folder. Raises AuditError,
    EngineError, ResultsError, StorageError.
    """
    rows = {(row.kind, row.about): row for row in read_levers(run)}
    levers = []
    for design in read_designs(run, QUESTION):
        row = rows.get((design.design, design.about))
        change, people = (row.change, row.people) if row is not None else ("", 0.0)
        model = design.model
        levers.append(Lever(design.design, design.about, model, design.failed if model is None else "", change, people))
    first = run.manifest.states[0]
    tried, failed = try_levers(first.read_model(), levers, runs, pool, progress)
    keep_levers(folder, first.name, levers, tried, failed)
