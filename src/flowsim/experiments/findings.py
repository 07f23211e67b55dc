"""What a kept run says, ready for people: estimates, differences, and means over replications of the small tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.errors import ResultsError
from flowsim.experiments.statistics import Floats
from flowsim.experiments.stored import StoredRun
from flowsim.model import Model
from flowsim.record.columns import TextColumn, Values

Cell = str | float | None
NOWHERE = -2
"""A code that no row of a text column has."""


@dataclass(frozen=True)
class Finding:
    """An estimate as stored: `low` and `high` are None with one replication."""

    value: float
    low: float | None
    high: float | None
    unit: str

    @property
    def half(self) -> float | None:
        """Half the width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


@dataclass(frozen=True)
class Change:
    """A paired difference as stored; `p` by itself and `adjusted` among all of its `family` (None: not asked)."""

    before: float
    after: float
    difference: Finding
    verdict: str
    correlation: float | None
    matters: float = 0.0
    p: float | None = None
    adjusted: float | None = None
    family: str = ""


NONE_IS_ZERO = {
    "handoffs": ("moves", "moves_per_request", "questions", "returns", "people_min", "cost_min", "share_of_lead")
}
"""Table → columns that are 0 where a replication has no row."""


class Findings:
    """A stored run, read for showing. Estimates and differences are read once, when first asked for.

    Raises ResultsError FS603 for a run of no states: somebody made that, flowsim does not.
    """

    def __init__(self, run: StoredRun) -> None:
        self.run = run
        self.states = tuple(s.name for s in run.manifest.states)
        if not self.states:
            raise ResultsError(f"{run.path} holds no state", code="FS603", hint="run the scenario again: flowsim run")
        self._models: dict[str, Model] = {}

    def model(self, state: str) -> Model:
        """The Model of a state."""
        if state not in self._models:
            found = next(s for s in self.run.manifest.states if s.name == state)
            self._models[state] = found.read_model()
        return self._models[state]

    def get(self, state: str, measure: str, klass: str = "") -> Finding | None:
        """The estimate of a measure; None when no replication had a value."""
        return self._estimates.get((state, measure, klass))

    def measures(self, state: str) -> dict[tuple[str, str], Finding]:
        """Every estimate of a state by (measure, class)."""
        return {(m, k): f for (s, m, k), f in self._estimates.items() if s == state}

    def change(self, before: str, after: str, measure: str, klass: str = "") -> Change | None:
        """The paired difference of a measure between two states; None when there is none."""
        return self._changes.get((before, after, measure, klass))

    def changes(self, before: str, after: str) -> dict[tuple[str, str], Change]:
        """Every difference between two states by (measure, class)."""
        return {(m, k): c for (b, a, m, k), c in self._changes.items() if (b, a) == (before, after)}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The states that were compared, (before, after), in order."""
        return list(dict.fromkeys((b, a) for b, a, _, _ in self._changes))

    def means(self, table: str, state: str, keys: tuple[str, ...]) -> list[dict[str, Cell]]:
        """Means over the replications of a small table (teams, steps, handoffs): a row for each combination of `keys`,
        in order of first appearance; numbers that are missing everywhere are None. A handoff that nothing went over in
        a replication has no row there: its counts and costs are then 0, its means a move are over the other ones.
        """
        columns = self.run.table(table)
        texts = {k: rows_of(v) for k, v in columns.items() if isinstance(v, TextColumn)}
        here = np.array([s == state for s in texts["state"]], dtype=bool)
        groups: dict[tuple[str, ...], list[int]] = {}
        for row in np.flatnonzero(here).tolist():
            groups.setdefault(tuple(texts[k][row] for k in keys), []).append(row)
        found = []
        for rows in groups.values():
            cells: dict[str, Cell] = {name: texts[name][rows[0]] for name in texts if name != "state"}
            for name, values in columns.items():
                if not isinstance(values, TextColumn) and name != "replication":
                    absent = self.run.manifest.replications - len(rows) if name in NONE_IS_ZERO.get(table, ()) else 0
                    cells[name] = _mean(np.append(np.asarray(values, dtype=np.float64)[rows], np.zeros(absent)))
            found.append(cells)
        return found

    @cached_property
    def _estimates(self) -> dict[tuple[str, str, str], Finding]:
        t = self.run.table("estimates")
        names = zip(rows_of(t["state"]), rows_of(t["measure"]), rows_of(t["class"]), strict=True)
        return dict(zip(names, _findings(t, "value", rows_of(t["unit"])), strict=True))

    @cached_property
    def _changes(self) -> dict[tuple[str, str, str, str], Change]:
        if self.run.manifest.table("comparison") is None:
            return {}
        t = self.run.table("comparison")
        keys = zip(*(rows_of(t[c]) for c in ("before", "after", "measure", "class")), strict=True)
        before, after, verdicts = floats(t["before_value"]), floats(t["after_value"]), rows_of(t["verdict"])
        found = _findings(t, "difference", rows_of(t["unit"]))
        alike, matters = _numbers(t, "correlation"), floats(t["matters"]).tolist()
        chances, adjusted = _numbers(t, "p"), _numbers(t, "p_adjusted")
        families = rows_of(t["family"]) if "family" in t else [""] * len(verdicts)
        return {
            key: Change(
                float(before[i]),
                float(after[i]),
                found[i],
                verdicts[i],
                alike[i],
                matters[i],
                chances[i],
                adjusted[i],
                families[i],
            )
            for i, key in enumerate(keys)
        }


def _numbers(table: Mapping[str, Values], name: str) -> list[float | None]:
    """A column of numbers, null as None; of a run of before there was such a column only None."""
    if name not in table:
        return [None] * len(rows_of(table["verdict"]))
    return [_number(x) for x in floats(table[name]).tolist()]


def rows_of(values: Values) -> list[str]:
    """A text column as one text a row; "" for null."""
    if not isinstance(values, TextColumn):
        raise TypeError("not a text column")
    return [values.words[code] if code >= 0 else "" for code in values.codes.tolist()]


def rows_with(values: Values, word: str) -> npt.NDArray[np.bool_]:
    """Which rows of a text column hold this word; none when it does not occur at all."""
    if not isinstance(values, TextColumn):
        raise TypeError("not a text column")
    found: npt.NDArray[np.bool_] = values.codes == (values.words.index(word) if word in values.words else NOWHERE)
    return found


def floats(values: Values) -> Floats:
    """A number column as float64; null is NaN in a float column and -1 in an int column."""
    if isinstance(values, TextColumn):
        raise TypeError("not a number column")
    return np.asarray(values, dtype=np.float64)


def _findings(table: Mapping[str, Values], value: str, units: list[str]) -> list[Finding]:
    lows, highs = floats(table["low"]).tolist(), floats(table["high"]).tolist()
    values = floats(table[value]).tolist()
    return [
        Finding(v, _number(low), _number(high), unit)
        for v, low, high, unit in zip(values, lows, highs, units, strict=True)
    ]


def _number(x: float) -> float | None:
    return None if np.isnan(x) else float(x)


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None
