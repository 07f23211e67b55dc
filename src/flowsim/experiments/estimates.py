"""From the summaries of replications to estimates for a state, and to differences between states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from flowsim.experiments.statistics import (
    Estimate,
    Floats,
    correlation,
    mean_estimate,
    paired_difference,
    quantile_difference,
    quantile_estimate,
    verdict,
)
from flowsim.metrics.summary import PERCENTS
from flowsim.metrics.tables import Tables
from flowsim.record import WITHDRAWN
from flowsim.record.columns import TextColumn, Values

MATTERS = 0.01
"""The smallest difference that matters unless somebody says otherwise: this share of the value before."""

Key = tuple[str, str]
"""A measure and a class; "" for all classes together."""

_LESS_IS_BETTER = (
    *("lead time", "working lead time", "ledger ", "WIP", "handoffs", "hands", "returns", "questions", "visits"),
    *("process time", "cost", "unfinished", "watermelon gap"),
    *("withdrawn", "work for nothing", "chases", "delay cost", "join wait", "people time"),
)
_MORE_IS_BETTER = ("within promise", "activity ratio", "VA ratio", "rolled %C&A", "throughput", "lowest target met")
_LEADS = {"lead time": "lead_min", "working lead time": "lead_working_min"}
_PERCENTILES = {f"{lead} P{percent}": (lead, percent / 100) for lead in _LEADS for percent in PERCENTS}
"""Measures that are percentiles: of which times, and the share."""


@dataclass
class StateNumbers:
    """The summaries of one state, replication by replication: what is kept in memory of a run."""

    name: str
    values: dict[Key, dict[int, float]] = field(default_factory=dict)  # by replication
    units: dict[str, str] = field(default_factory=dict)
    leads: dict[Key, dict[int, Floats]] = field(default_factory=dict)  # "lead time" or "working lead time", class

    def add(self, replication: int, tables: Tables) -> None:
        """Take in the tables `summary` and `requests` of one replication."""
        summary = tables["summary"]
        measures, classes, units = (_words(summary[c]) for c in ("measure", "class", "unit"))
        for measure, klass, unit, value in zip(measures, classes, units, _floats(summary["value"]), strict=True):
            self.values.setdefault((measure, klass), {})[replication] = float(value)
            self.units[measure] = unit
        requests = tables["requests"]
        ended = np.asarray(requests["measured"]) & (np.asarray(requests["ended_ms"]) >= 0)
        ended &= ~_with_word(requests["outcome"], WITHDRAWN)
        column = requests["class"]
        assert isinstance(column, TextColumn)
        for name, source in _LEADS.items():
            lead = _floats(requests[source])
            self.leads.setdefault((name, ""), {})[replication] = lead[ended]
            for code, word in enumerate(column.words):
                own = lead[ended & (column.codes == code)] if len(column.words) > 1 else lead[ended]
                self.leads.setdefault((name, word), {})[replication] = own

    def estimates(self) -> dict[Key, Estimate]:
        """Every measure over all classes and for each: mean over replications, or for a P-value the pooled one."""
        found: dict[Key, Estimate] = {}
        for (measure, klass), by_replication in self.values.items():
            if measure in _PERCENTILES:
                lead, share = _PERCENTILES[measure]
                found[measure, klass] = quantile_estimate(list(self.leads[lead, klass].values()), share)
            else:
                found[measure, klass] = mean_estimate(list(by_replication.values()))
        return found


@dataclass(frozen=True)
class Difference:
    """A measure in two states: the estimates, the paired difference, and what it says."""

    measure: str
    klass: str
    unit: str
    before: Estimate
    after: Estimate
    difference: Estimate
    matters: float
    verdict: str
    correlation: float | None


def differences(before: StateNumbers, after: StateNumbers, matters: float = MATTERS) -> list[Difference]:
    """Every measure that both states have, paired by replication (the same draws, R4): means of the differences, for
    a P-value the difference of the pooled ones. `matters` is the smallest difference that matters, as a share of
    the value before.
    """
    old, new = before.estimates(), after.estimates()
    found = []
    for key in old:
        if key not in new:
            continue
        shared = sorted(before.values[key].keys() & after.values[key].keys())
        if not shared:
            continue
        x = np.array([before.values[key][r] for r in shared])
        y = np.array([after.values[key][r] for r in shared])
        difference = _percentile_difference(before, after, key, shared) or paired_difference(x, y)
        smallest = abs(matters * old[key].value)
        side = direction(key[0])
        said = verdict(difference, side, smallest) if side else ""
        found.append(
            Difference(*key, before.units[key[0]], old[key], new[key], difference, smallest, said, _correlation(x, y))
        )
    return found


def _percentile_difference(
    before: StateNumbers, after: StateNumbers, key: Key, shared: Sequence[int]
) -> Estimate | None:
    """For a percentile: from all requests together, so that it is what the two estimates differ by. Else None."""
    if key[0] not in _PERCENTILES:
        return None
    lead, share = _PERCENTILES[key[0]]
    old, new = before.leads[lead, key[1]], after.leads[lead, key[1]]
    return quantile_difference([old[r] for r in shared], [new[r] for r in shared], share)


def direction(measure: str) -> int:
    """+1 when more of a measure is better for the customer, −1 when less is, 0 when neither can be said."""
    if measure.startswith(("ledger work_adding", "ledger return_time")):
        return 0 if "adding" in measure else -1
    if measure.startswith(_LESS_IS_BETTER):
        return -1
    return 1 if measure.startswith(_MORE_IS_BETTER) else 0


def estimates_table(numbers: Sequence[StateNumbers]) -> dict[str, Values]:
    """The table `estimates` (experiments.schema)."""
    rows = [(state, key, e) for state in numbers for key, e in state.estimates().items()]
    return {
        "state": text_column([s.name for s, _, _ in rows]),
        "measure": text_column([k[0] for _, k, _ in rows]),
        "class": text_column([k[1] or None for _, k, _ in rows]),
        "value": np.array([e.value for _, _, e in rows]),
        "low": _nullable([e.low for _, _, e in rows]),
        "high": _nullable([e.high for _, _, e in rows]),
        "unit": text_column([s.units[k[0]] for s, k, _ in rows]),
        "replications": np.array([e.n for _, _, e in rows], dtype=np.int64),
    }


def comparison_table(pairs: Sequence[tuple[str, str, Sequence[Difference]]]) -> dict[str, Values]:
    """The table `comparison` (experiments.schema) from (before, after, differences)."""
    rows = [(before, after, d) for before, after, found in pairs for d in found]
    return {
        "before": text_column([b for b, _, _ in rows]),
        "after": text_column([a for _, a, _ in rows]),
        "measure": text_column([d.measure for _, _, d in rows]),
        "class": text_column([d.klass or None for _, _, d in rows]),
        "before_value": np.array([d.before.value for _, _, d in rows]),
        "after_value": np.array([d.after.value for _, _, d in rows]),
        "difference": np.array([d.difference.value for _, _, d in rows]),
        "low": _nullable([d.difference.low for _, _, d in rows]),
        "high": _nullable([d.difference.high for _, _, d in rows]),
        "unit": text_column([d.unit for _, _, d in rows]),
        "verdict": text_column([d.verdict or None for _, _, d in rows]),
        "matters": np.array([d.matters for _, _, d in rows]),
        "correlation": _nullable([d.correlation for _, _, d in rows]),
        "replications": np.array([d.difference.n for _, _, d in rows], dtype=np.int64),
    }


def text_column(values: Sequence[str | None]) -> TextColumn:
    """Texts as codes; None as code -1."""
    words: dict[str, int] = {}
    codes = [-1 if v is None else words.setdefault(v, len(words)) for v in values]
    return TextColumn(np.array(codes, dtype=np.int32), tuple(words))


def _correlation(x: Floats, y: Floats) -> float | None:
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:  # not the sd: that of ten times 0.1 is not quite 0
        return None
    return correlation(x, y)


def _nullable(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _words(values: Values) -> list[str]:
    assert isinstance(values, TextColumn)
    return [values.words[code] if code >= 0 else "" for code in values.codes.tolist()]


def _with_word(values: Values, word: str) -> npt.NDArray[np.bool_]:
    """Which rows of a text column hold this word."""
    assert isinstance(values, TextColumn)
    found: npt.NDArray[np.bool_] = np.isin(values.codes, [i for i, w in enumerate(values.words) if w == word])
    return found


def _floats(values: Values) -> Floats:
    assert not isinstance(values, TextColumn)
    return np.asarray(values, dtype=np.float64)
