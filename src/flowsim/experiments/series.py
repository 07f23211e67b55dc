"""Series of numbers for pictures: distributions, WIP over time, cumulative flow, journeys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.experiments.findings import Findings, floats, rows_of, rows_with
from flowsim.experiments.replay import stored_record
from flowsim.experiments.statistics import Floats, quantile
from flowsim.metrics.frame import Frame
from flowsim.metrics.journey import Journeys, Segment
from flowsim.metrics.ledger import visit_ledger
from flowsim.metrics.wip import Grid, cumulative
from flowsim.record import WITHDRAWN

DAY = 86_400_000


def ended_minutes(found: Findings, state: str, column: str) -> Floats:
    """A column of the table `requests` in minutes, of all measured requests that ended in all replications, sorted;
    those that were withdrawn (R15) left out, as in the measures.

    `column` may also be `wait_min` or `wait_working_min`: the lead time less the process time, not below 0 (work in
    overtime or on another calendar than the run's is not within the open lead time).
    """
    waits = {"wait_min": "lead_min", "wait_working_min": "lead_working_min"}
    source = waits.get(column, column)
    names = ["state", "measured", "ended_ms", "outcome", source, *(["process_min"] if column in waits else [])]
    table = found.run.table("requests", names)
    here = rows_with(table["state"], state) & np.asarray(table["measured"], dtype=bool)
    here &= (floats(table["ended_ms"]) >= 0) & ~rows_with(table["outcome"], WITHDRAWN)
    values = floats(table[source])[here]
    if column in waits:
        values = np.maximum(values - floats(table["process_min"])[here], 0.0)
    return np.sort(values)


def quantile_grid(ordered: Floats, points: int = 200) -> tuple[Floats, Floats]:
    """(p, value at p) of sorted values at evenly spaced p, both ends included; empty for none."""
    if not len(ordered):
        return np.zeros(0), np.zeros(0)
    p = np.linspace(0.0, 1.0, points)
    return p, np.array([quantile(ordered, float(x)) for x in p])


@dataclass(frozen=True)
class WipBand:
    """Requests in the process on a grid of elapsed days: mean, lowest and highest over the replications, and the first
    replication."""

    days: Floats
    mean: Floats
    low: Floats
    high: Floats
    one: Floats


def wip_band(found: Findings, state: str) -> WipBand:
    """WIP over time within the run's length (what follows is only the running out)."""
    table = found.run.table("wip_series")
    here = rows_with(table["state"], state) & rows_with(table["scope"], "all")
    at, n = floats(table["at_ms"])[here], floats(table["n"])[here]
    replication = floats(table["replication"])[here]
    runs = [(at[replication == r], n[replication == r]) for r in np.unique(replication)]
    end = found.model(state).run.length
    coarsest = max((x for x, _ in runs), key=lambda x: float(x[1] - x[0]) if len(x) > 1 else 0.0)
    grid = coarsest[coarsest <= end]
    rows = np.array([y[np.searchsorted(x, grid, side="right") - 1] for x, y in runs])
    return WipBand(grid / DAY, rows.mean(axis=0), rows.min(axis=0), rows.max(axis=0), rows[0])


def wip_shares(found: Findings, state: str) -> tuple[Floats, Floats]:
    """(n, share of the time with n requests in the process) over all replications; n without gap."""
    table = found.run.table("wip")
    here = rows_with(table["state"], state) & rows_with(table["scope"], "all")
    n = floats(table["n"])[here].astype(np.int64)
    time = floats(table["ms"])[here]
    if not n.size:
        return np.zeros(0), np.zeros(0)
    low = int(n.min())
    total = np.bincount(n - low, weights=time)
    return np.arange(low, low + len(total), dtype=np.float64), total / total.sum()


def flow_counts(found: Findings, state: str, replication: int, begin: float, end: float) -> tuple[Floats, Floats]:
    """(days, counts) of the cumulative flow of one replication in [begin, end] elapsed days: counts (steps + 2, k)."""
    record = stored_record(found, state, replication)
    frame = Frame(found.model(state), record)
    span = (end - begin) * DAY
    every = next((m for m in (60_000, 300_000, 900_000, 3_600_000, 14_400_000) if span / m <= 400), DAY)
    grid = Grid(every, int(end * DAY // every) + 1)
    rows = cumulative(frame, grid)
    days = grid.instants / DAY
    inside = days >= begin
    return days[inside], rows[:, inside].astype(np.float64)


def journeys(found: Findings, state: str, replication: int, numbers: list[int]) -> dict[int, list[Segment]]:
    """The segments of some requests of one replication, along the branches that were waited for (R13)."""
    record = stored_record(found, state, replication)
    model = found.model(state)
    told = Journeys(model, record, visit_ledger(model, record))
    return {number: told.of(number) for number in numbers}


def sample_requests(found: Findings, states: tuple[str, ...], replication: int, count: int) -> list[tuple[int, ...]]:
    """Measured requests that ended in every state, and were withdrawn in none, evenly spread over the lead times of the
    first: for each its numbers in the states. The same request is that of the same class and ordinal (R4); its number
    may differ.
    """
    columns = ["state", "replication", "request", "class", "ordinal", "measured", "ended_ms", "arrived_ms", "outcome"]
    table = found.run.table("requests", columns)
    classes = rows_of(table["class"])
    ordinals, numbers = np.asarray(table["ordinal"]), np.asarray(table["request"])
    arrived, ended = np.asarray(table["arrived_ms"]), np.asarray(table["ended_ms"])
    here = (np.asarray(table["replication"]) == replication) & np.asarray(table["measured"], dtype=bool) & (ended >= 0)
    here &= ~rows_with(table["outcome"], WITHDRAWN)
    rows_by_state = [
        {
            (classes[row], int(ordinals[row])): row
            for row in np.flatnonzero(here & rows_with(table["state"], s)).tolist()
        }
        for s in states
    ]
    first, *others = rows_by_state
    shared = [key for key in first if all(key in rows for rows in others)]
    shared.sort(key=lambda key: (ended[first[key]] - arrived[first[key]], numbers[first[key]]))
    if len(shared) > count:
        places = np.unique(np.round(np.linspace(0, len(shared) - 1, count)).astype(int))
        shared = [shared[i] for i in places.tolist()]
    return [tuple(int(numbers[rows[key]]) for rows in rows_by_state) for key in shared]
