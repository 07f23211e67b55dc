"""What each change of a redesign buys: in the file's order, on its own, taken away last, and its fair share.

Every one of these numbers is a linear combination of the values of designs that are run with the same draws (R4). So
it has a value in every replication, and its interval is that of a mean over replications; of a percentile by
sectioning, as `experiments.statistics` does it for a difference of two.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.statistics import CONFIDENCE, mean_estimate, t_quantile
from flowsim.metrics.ledger import PARTS
from flowsim.redesign.designs import Redesign
from flowsim.redesign.shapley import (
    NOTHING,
    Combination,
    Done,
    difference,
    exact_shares,
    less,
    sampling_error,
    shares_over,
    total,
)

IN_ORDER, ALONE, LAST, FAIR = "in order", "alone", "last", "fair share"
VIEWS = (IN_ORDER, ALONE, LAST, FAIR)
"""A change as it stands in the file's order; without the others; taken away from the whole; its fair share."""

OVERLAP = "overlap"
"""On its own less taken away last: 0 where what a change brings does not depend on the others."""

BEFORE, AFTER = "before", "after"
"""The views of the row that begins, and of the one that ends."""

WAIT, LATE, LEAD = "working lead time mean", "working lead time P90", "lead time mean"
LEDGER = tuple(f"ledger {part}" for part in PARTS)
MEASURES = (WAIT, LATE, "within promise", "cost per ended request", "work per ended request", "WIP mean", LEAD, *LEDGER)
"""What is explained: how long a customer waits, and what that takes; the ledger adds up to the lead time mean."""

PERCENTILES = (LATE,)


@dataclass
class Values:
    """What is kept of a design: by measure its value in each replication, and of a percentile that of all requests."""

    values: dict[str, dict[int, float]] = field(default_factory=dict)
    pooled: dict[str, float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    def knows(self, measure: str) -> bool:
        """Whether there is a value of a measure, and of a percentile one of all requests."""
        return measure in self.values and (measure not in PERCENTILES or measure in self.pooled)


def values_of(numbers: StateNumbers) -> Values:
    """The part of a design's numbers that is explained; the lead times of its requests are not kept."""
    found = Values()
    estimates = slim(numbers, MEASURES).estimates()
    for measure in MEASURES:
        by_replication = numbers.values.get((measure, ""))
        if by_replication:
            found.values[measure] = dict(by_replication)
            found.units[measure] = numbers.units[measure]
            if measure in PERCENTILES and (measure, "") in estimates:
                found.pooled[measure] = estimates[measure, ""].value
    return found


def slim(numbers: StateNumbers, measures: Collection[str]) -> StateNumbers:
    """The same with these measures over all classes only, for the others take long to estimate."""
    return replace(
        numbers, values={key: own for key, own in numbers.values.items() if key[0] in measures and not key[1]}
    )


@dataclass(frozen=True)
class Effect:
    """A number about a change: `number` from 1; 0 for all together, whose `change` is "". `low` and `high` are None
    with one replication; `value` is NaN where there is no such design.
    """

    state: str
    number: int
    change: str
    view: str
    measure: str
    unit: str
    value: float
    low: float | None
    high: float | None
    replications: int


def explain(redesign: Redesign, values: Mapping[Done, Values]) -> list[Effect]:
    """Every effect, measure by measure, for each the changes in the file's order and then all together; views as VIEWS
    and OVERLAP say. All together: what is before and after, and the sums of the views, of which the file's order and
    the fair shares add up to the whole; the others may not. `values` has those of every design of `redesign.models`; a
    measure that one of them does not know (a percentile beyond the requests that ended, say) is left out.
    """
    rows = _rows(redesign)
    found: list[Effect] = []
    for measure in MEASURES:
        if all(own.knows(measure) for own in values.values()):
            found += _effects(redesign, rows, measure, values)
    return found


def _effects(redesign: Redesign, rows: Sequence[_Row], measure: str, values: Mapping[Done, Values]) -> list[Effect]:
    """The effects on one measure; none when no replication has it in every design."""
    runs = sorted(set.intersection(*(set(own.values[measure]) for own in values.values())))
    if not runs:
        return []
    by_run = [{done: own.values[measure][run] for done, own in values.items()} for run in runs]
    pooled = None
    if measure in PERCENTILES:
        pooled = {done: own.pooled[measure] for done, own in values.items()}
    means = pooled or {done: math.fsum(run[done] for run in by_run) / len(runs) for done in values}
    errors: list[float | None] = []
    if not redesign.exact:
        errors = sampling_error(redesign.groups, means)
    unit = next(iter(values.values())).units[measure]
    found = []
    for row in rows:
        value, low, high = math.nan, None, None
        if row.combination is not None:
            own = [row.combination.of(run) for run in by_run]
            value, low, high = _interval(own, None if pooled is None else row.combination.of(pooled))
            if row.view == FAIR and row.number and errors and low is not None and high is not None:
                low, high = _widened(value, low, high, errors[row.number - 1], len(redesign.groups))
        name = redesign.changes[row.number - 1].name if row.number else ""
        found.append(
            Effect(redesign.state, row.number, name, row.view, measure, unit, value, low, high, len(runs)),
        )
    return found


def _interval(own: Sequence[float], pooled: float | None) -> tuple[float, float | None, float | None]:
    """A value with its interval, from those of the replications; of a percentile around the pooled one."""
    if pooled is None:
        estimate = mean_estimate(own)
        return estimate.value, estimate.low, estimate.high
    n = len(own)
    if n < 2:
        return pooled, None, None
    squares = math.fsum(((np.asarray(own) - pooled) ** 2).tolist())
    half = t_quantile(0.5 + CONFIDENCE / 2, n - 1) * math.sqrt(squares / (n * (n - 1)))
    return pooled, pooled - half, pooled + half


def _widened(
    value: float, low: float, high: float, error: float | None, groups: int
) -> tuple[float | None, float | None]:
    """An interval with what comes of looking at some orders only; none when that cannot be told."""
    if error is None:
        return None, None
    half = t_quantile(0.5 + CONFIDENCE / 2, groups - 1) * error
    return value - math.hypot(value - low, half), value + math.hypot(high - value, half)


@dataclass(frozen=True)
class _Row:
    """One row: a combination of designs, None where one of them cannot be."""

    number: int
    view: str
    combination: Combination | None


def combinations_of(redesign: Redesign) -> dict[str, list[Combination | None]]:
    """By view what each change brings, as a combination of designs; None where such a design cannot be."""
    size, whole, known = redesign.size, redesign.whole, redesign.models
    way = [frozenset(range(count)) for count in range(size + 1)]
    pairs = {
        IN_ORDER: [(way[i], way[i + 1]) for i in range(size)],
        ALONE: [(NOTHING, frozenset({i})) for i in range(size)],
        LAST: [(whole - {i}, whole) for i in range(size)],
    }
    found: dict[str, list[Combination | None]] = {
        view: [difference(*pair) if pair[0] in known and pair[1] in known else None for pair in both]
        for view, both in pairs.items()
    }
    orders = [order for group in redesign.groups for order in group]
    found[FAIR] = [*(exact_shares(known, size) if redesign.exact else shares_over(orders))]
    return found


def _rows(redesign: Redesign) -> list[_Row]:
    by_view = combinations_of(redesign)
    pairs = zip(by_view[ALONE], by_view[LAST], strict=True)
    by_view[OVERLAP] = [None if one is None or last is None else less(one, last) for one, last in pairs]
    views = (*VIEWS, OVERLAP)
    rows = [_Row(number + 1, view, by_view[view][number]) for number in range(redesign.size) for view in views]
    rows.append(_Row(0, BEFORE, Combination({NOTHING: 1})))
    rows.append(_Row(0, AFTER, Combination({redesign.whole: 1})))
    for view in views:
        parts = [part for part in by_view[view] if part is not None]
        rows.append(_Row(0, view, total(parts) if len(parts) == redesign.size else None))
    return rows
