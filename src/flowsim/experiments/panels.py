"""The small tables of a kept run over its replications, with intervals: what `flowsim show` puts into columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.findings import NONE_IS_ZERO, Finding, Findings, rows_of
from flowsim.experiments.statistics import Estimate, Floats, mean_estimate
from flowsim.metrics.watermelon import customer_light, index_row, light
from flowsim.record.columns import TextColumn

KEYS: Mapping[str, tuple[str, ...]] = {
    "handoffs": ("from_step", "from_team", "to_step", "to_team"),
    "staff": ("team",),
    "wastes": ("waste", "measure"),
    "watermelon": ("row", "name"),
    "money": ("scope", "name", "item"),
}
"""Table -> the columns by which its rows are told apart within a replication."""


@dataclass(frozen=True)
class Line:
    """One row of a table, over the replications: its texts ("" for null), and its numbers as means with t intervals;
    None where no replication had a value.
    """

    words: Mapping[str, str]
    values: Mapping[str, Estimate | None]

    def mean(self, column: str) -> float | None:
        """The mean of a number; None where no replication had a value."""
        estimate = self.values[column]
        return None if estimate is None else estimate.value


def lines(found: Findings, table: str, state: str) -> list[Line]:
    """A row for each of the KEYS of a table that occurs in a state, in order of first appearance. What is missing in a
    replication is left out of its mean; a handoff that nothing went over counts there for none.

    Raises UsageError FS608 for results that do not have the table, ResultsError FS603 for a damaged one.
    """
    columns = found.run.table(table)
    texts = {name: rows_of(values) for name, values in columns.items() if isinstance(values, TextColumn)}
    numbers = {
        name: np.asarray(values, dtype=np.float64)
        for name, values in columns.items()
        if not isinstance(values, TextColumn) and name != "replication"
    }
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, own in enumerate(texts["state"]):
        if own == state:
            groups.setdefault(tuple(texts[key][row] for key in KEYS[table]), []).append(row)
    replications = found.run.manifest.replications
    found_lines = []
    for rows in groups.values():
        words = {name: values[rows[0]] for name, values in texts.items() if name != "state"}
        means = {}
        for name, values in numbers.items():
            absent = replications - len(rows) if name in NONE_IS_ZERO.get(table, ()) else 0
            means[name] = _mean(np.append(values[rows], np.zeros(absent)))
        found_lines.append(Line(words, means))
    return found_lines


@dataclass(frozen=True)
class MelonRow:
    """One row of the watermelon panel over the replications; None for what does not apply. `row`, `name`, `clock` as in
    the table; `lead` is the mean time owned by nobody, or the mean lead time, in minutes; `p85` and `p90` those of all
    requests together, in minutes elapsed; `points` the lowest mean share of a team less the customer's.
    """

    row: str
    name: str
    clock: str
    met: Estimate | None
    target_share: float | None
    light: str
    lead: Estimate | None
    share_of_lead: Estimate | None
    p85: Finding | None = None
    p90: Finding | None = None
    points: float | None = None
    watermelon: bool = False


def watermelon(found: Findings, state: str) -> list[MelonRow]:
    """The watermelon panel of a state: lights and flag are those of the means. Raises as `lines` does."""
    table = lines(found, "watermelon", state)
    met = {(line.words["row"], line.words["name"]): line.mean("met") for line in table}
    teams = [share for (row, _), share in met.items() if row == "team" and share is not None]
    index = index_row(teams, met.get(("customer", "all")))
    rows = []
    for line in table:
        row, name = line.words["row"], line.words["name"]
        share, wanted = met[row, name], line.mean("target_share")
        shown = ""
        if share is not None:
            shown = customer_light(share) if wanted is None else light(share, wanted)
        klass = name if row == "class" else ""
        of_customer = row in ("customer", "class")
        rows.append(
            MelonRow(
                row=row,
                name=name,
                clock=line.words["clock"],
                met=line.values["met"],
                target_share=wanted,
                light=shown,
                lead=line.values["lead_min"],
                share_of_lead=line.values["share_of_lead"],
                p85=found.get(state, "lead time P85", klass) if of_customer else None,
                p90=found.get(state, "lead time P90", klass) if of_customer else None,
                points=index.points if row == "index" else None,
                watermelon=row == "index" and index.flag,
            )
        )
    return rows


def _mean(values: Floats) -> Estimate | None:
    known = values[~np.isnan(values)]
    return mean_estimate(known) if known.size else None
