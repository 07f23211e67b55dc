"""From the summaries of replications to estimates for a state, and to differences between states."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from flowsim.experiments.family import Difference, judged
from flowsim.experiments.matters import SHARE, Matters
from flowsim.experiments.statistics import Estimate, Floats, correlation, mean_estimate, paired_difference
from flowsim.experiments.survival import open_quantile_difference, open_quantile_estimate
from flowsim.metrics.summary import PERCENTS
from flowsim.metrics.tables import Tables
from flowsim.model import Model
from flowsim.model.calendar import laid_out
from flowsim.record import WITHDRAWN
from flowsim.record.columns import TextColumn, Values

MATTERS = SHARE
"""The smallest difference that matters unless somebody says otherwise: this share of the value before."""

MINUTE = 60_000
Key = tuple[str, str]
"""A measure and a class; "" for all classes together."""

_LESS_IS_BETTER = (
    *("lead time", "working lead time", "ledger ", "WIP", "handoffs", "hands", "returns", "questions", "visits"),
    *("process time", "cost", "unfinished", "watermelon gap"),
    *("withdrawn", "work for nothing", "chases", "delay cost", "join wait", "people time"),
)
_MORE_IS_BETTER = ("within promise", "activity ratio", "VA ratio", "rolled %C&A", "throughput", "lowest target met")
_SHARES = ("within promise", "unfinished share", "withdrawn", "outcome ", "rolled %C&A", "lowest target met")
_LEADS = {"lead time": "lead_min", "working lead time": "lead_working_min"}
_PERCENTILES = {f"{lead} P{percent}": (lead, percent / 100) for lead in _LEADS for percent in PERCENTS}
"""Measures that are percentiles: of which times, and the share."""

_MEAN_LEADS = tuple(f"{lead} mean" for lead in _LEADS)

REFUSED = 0.05
"""Share of unfinished requests above which a mean lead time of those that ended is none of all requests: then there is
no interval on its difference, and no verdict.
"""

SO_FAR = " at least"
"""Ending of the measures that count who had not ended for as long as they had been under way (R16)."""

NO_FLOATS: Floats = np.zeros(0)


@dataclass
class StateNumbers:
    """The summaries of one state, replication by replication: what is kept in memory of a run. With its `model`
    requests that had not ended count in percentiles for as long as they were under way; without, they are left out.
    """

    name: str
    values: dict[Key, dict[int, float]] = field(default_factory=dict)  # by replication
    units: dict[str, str] = field(default_factory=dict)
    leads: dict[Key, dict[int, Floats]] = field(default_factory=dict)  # "lead time" or "working lead time", class
    model: Model | None = None
    under_way: dict[Key, dict[int, Floats]] = field(default_factory=dict)  # the same of those that had not ended

    def add(self, replication: int, tables: Tables) -> None:
        """Take in the tables `summary` and `requests` of one replication."""
        summary = tables["summary"]
        measures, classes, units = (_words(summary[c]) for c in ("measure", "class", "unit"))
        for measure, klass, unit, value in zip(measures, classes, units, _floats(summary["value"]), strict=True):
            self.values.setdefault((measure, klass), {})[replication] = float(value)
            self.units[measure] = unit
        requests = tables["requests"]
        measured = np.asarray(requests["measured"])
        over = np.asarray(requests["ended_ms"]) >= 0
        ended = measured & over & ~_with_word(requests["outcome"], WITHDRAWN)
        still = measured & ~over
        for name, source in _LEADS.items():
            self._take(self.leads, name, replication, requests["class"], _floats(requests[source]), ended)
        if still.any() and self.model is not None:
            for name, so_far in so_far_of(self.model, np.asarray(requests["arrived_ms"])).items():
                self._take(self.under_way, name, replication, requests["class"], so_far, still)

    @staticmethod
    def _take(
        into: dict[Key, dict[int, Floats]],
        name: str,
        replication: int,
        column: Values,
        times: Floats,
        rows: npt.NDArray[np.bool_],
    ) -> None:
        """The times of these rows, of all classes together and of each."""
        assert isinstance(column, TextColumn)
        into.setdefault((name, ""), {})[replication] = times[rows]
        for code, word in enumerate(column.words):
            own = rows & (column.codes == code) if len(column.words) > 1 else rows
            into.setdefault((name, word), {})[replication] = times[own]

    def sections(self, lead: Key, replications: Sequence[int]) -> list[tuple[Floats, Floats]]:
        """Of each of these replications the lead times of those that ended, and the time so far of the others."""
        ended, still = self.leads.get(lead, {}), self.under_way.get(lead, {})
        return [(ended.get(r, NO_FLOATS), still.get(r, NO_FLOATS)) for r in replications]

    def estimates(self) -> dict[Key, Estimate]:
        """Every measure over all classes and for each: mean over replications, or for a P-value the pooled one."""
        found: dict[Key, Estimate] = {}
        for (measure, klass), by_replication in self.values.items():
            if measure in _PERCENTILES:
                lead, share = _PERCENTILES[measure]
                known = open_quantile_estimate(self.sections((lead, klass), sorted(self.leads[lead, klass])), share)
                if known is not None:
                    found[measure, klass] = known.within(0.0, np.inf)
            else:
                found[measure, klass] = mean_estimate(list(by_replication.values())).within(*can_be(measure))
        for (lead, klass), open_ones in self.under_way.items():
            if any(len(times) for times in open_ones.values()):
                means = [_mean(*both) for both in self.sections((lead, klass), sorted(self.leads[lead, klass]))]
                self.units[lead + SO_FAR] = "min"
                found[lead + SO_FAR, klass] = mean_estimate([x for x in means if x is not None]).within(0.0, np.inf)
        return found


def can_be(measure: str) -> tuple[float, float]:
    """The least and the most that the mean of a measure can be."""
    if measure == "watermelon gap":
        return -1.0, 1.0
    return 0.0, 1.0 if measure.startswith(_SHARES) else np.inf


def so_far_of(model: Model, arrived: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """How long requests had been under way when the run ended: R16, at twice its length while any is unfinished."""
    end = 2 * model.run.length
    clock = laid_out(model.calendar(model.run.calendar), model.start)
    worked = clock.worked_array(arrived, np.full_like(arrived, end))
    return {"lead time": (end - arrived) / MINUTE, "working lead time": worked / MINUTE}


def _mean(ended: Floats, still: Floats) -> float | None:
    n = len(ended) + len(still)
    return math.fsum([*ended.tolist(), *still.tolist()]) / n if n else None


def differences(before: StateNumbers, after: StateNumbers, matters: float | Matters = MATTERS) -> list[Difference]:
    """Every measure that both states have, paired by replication (the same draws, R4): means of the differences, for
    a P-value the difference of the pooled ones; with the verdicts of a comparison of these two (`family`). `matters` is
    the smallest difference that matters: a share of the value before, or `Matters`.
    """
    return judged([paired(before, after, matters)])[0]


def paired(before: StateNumbers, after: StateNumbers, matters: float | Matters = MATTERS) -> list[Difference]:
    """The same without verdicts: what `family.judged` takes, of all pairs of a comparison at once."""
    least = matters if isinstance(matters, Matters) else Matters(matters)
    old, new = before.estimates(), after.estimates()
    found = []
    for key in old:
        if key not in new or key not in before.values or key not in after.values:
            continue
        shared = sorted(before.values[key].keys() & after.values[key].keys())
        if not shared:
            continue
        x = np.array([before.values[key][r] for r in shared])
        y = np.array([after.values[key][r] for r in shared])
        difference = _percentile(before, after, key) if key[0] in _PERCENTILES else paired_difference(x, y)
        if difference is None:
            continue
        if key[0] in _MEAN_LEADS and (_refused(before, key[1]) or _refused(after, key[1])):
            difference = replace(difference.bare(), p=None)
        smallest = least.of(key[0], old[key].value)
        found.append(
            Difference(
                *(*key, before.units[key[0]], old[key], new[key], difference, smallest, "", _correlation(x, y)),
                side=direction(key[0]),
            )
        )
    return found


def _refused(state: StateNumbers, klass: str) -> bool:
    """Whether so many had not ended that the mean of those that did says nothing of all."""
    shares = list(state.values.get(("unfinished share", klass), {}).values())
    return bool(shares) and math.fsum(shares) / len(shares) > REFUSED


def _percentile(before: StateNumbers, after: StateNumbers, key: Key) -> Estimate | None:
    """The difference of a percentile: from all requests together, so that it is what the two estimates differ by."""
    lead, share = _PERCENTILES[key[0]]
    shared = sorted(before.leads[lead, key[1]].keys() & after.leads[lead, key[1]].keys())
    old, new = (state.sections((lead, key[1]), shared) for state in (before, after))
    return open_quantile_difference(old, new, share)


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
        "state": TextColumn.of([s.name for s, _, _ in rows]),
        "measure": TextColumn.of([k[0] for _, k, _ in rows]),
        "class": TextColumn.of([k[1] or None for _, k, _ in rows]),
        "value": np.array([e.value for _, _, e in rows]),
        "low": _nullable([e.low for _, _, e in rows]),
        "high": _nullable([e.high for _, _, e in rows]),
        "unit": TextColumn.of([s.units[k[0]] for s, k, _ in rows]),
        "replications": np.array([e.n for _, _, e in rows], dtype=np.int64),
    }


def comparison_table(pairs: Sequence[tuple[str, str, Sequence[Difference]]]) -> dict[str, Values]:
    """The table `comparison` (experiments.schema) from (before, after, differences)."""
    rows = [(before, after, d) for before, after, found in pairs for d in found]
    return {
        "before": TextColumn.of([b for b, _, _ in rows]),
        "after": TextColumn.of([a for _, a, _ in rows]),
        "measure": TextColumn.of([d.measure for _, _, d in rows]),
        "class": TextColumn.of([d.klass or None for _, _, d in rows]),
        "before_value": np.array([d.before.value for _, _, d in rows]),
        "after_value": np.array([d.after.value for _, _, d in rows]),
        "difference": np.array([d.difference.value for _, _, d in rows]),
        "low": _nullable([d.difference.low for _, _, d in rows]),
        "high": _nullable([d.difference.high for _, _, d in rows]),
        "unit": TextColumn.of([d.unit for _, _, d in rows]),
        "verdict": TextColumn.of([d.verdict or None for _, _, d in rows]),
        "p": _nullable([d.difference.p for _, _, d in rows]),
        "p_adjusted": _nullable([d.adjusted for _, _, d in rows]),
        "family": TextColumn.of([d.family or None for _, _, d in rows]),
        "matters": np.array([d.matters for _, _, d in rows]),
        "correlation": _nullable([d.correlation for _, _, d in rows]),
        "replications": np.array([d.difference.n for _, _, d in rows], dtype=np.int64),
    }


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
