"""How long the start of a run is not yet like the rest: MSER-5, on lead times by arrival and on the number in process.

MSER (White 1997; with batches of five: White, Cobb and Spratt 2000) cuts where the mean of what is left is known best:
at the d that makes Σ_{i > d} (m_i − mean_d)² ÷ (k − d)² least, of the batch means m_1 … m_k of the average of the runs.
When the least lies in the last half the run is too short to tell. A process with weekly hours goes up and down with the
week, which is no warm-up: there the batches are whole weeks (days in a run of less than ten weeks).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.experiments.findings import Findings, floats, rows_with
from flowsim.experiments.statistics import Floats, mean_estimate
from flowsim.model import Model
from flowsim.record import WITHDRAWN

DAY = 86_400_000
WEEK = 7 * DAY
FEWEST = 10
"""Pieces of time, or batches of them, that are enough to judge by."""

FEWEST_RUNS = 5
"""Runs from which their average is smooth enough to judge."""

BATCH = 5
LAST = 5
"""Batches at the end that are never all that is left: the mean of so few is sure by chance."""

MATTERS = 0.01
"""Change of a mean, as a share of it, from which a longer warm-up is advised."""

SURE = 0.99


def mser(means: Floats) -> int | None:
    """How many of these batch means to leave out at the start, by MSER; None when the least lies in the last half, so
    that they are too few to tell.
    """
    k = len(means)
    if k < 2:
        return None
    ahead = np.arange(k, 0, -1, dtype=np.float64)  # how many are left when d are cut
    centred = means - means.mean()
    total, squares = np.cumsum(centred[::-1])[::-1], np.cumsum(centred[::-1] ** 2)[::-1]
    error = np.maximum(squares - total * total / ahead, 0.0) / ahead**2
    d = int(np.argmin(error[: max(k - LAST, k // 2 + 1)]))
    return d if d <= k / 2 else None


@dataclass(frozen=True)
class Series:
    """A measure over the time of a run: `days` (k,) the ends of the pieces of time, elapsed; `runs` (R, k) its mean in
    each piece and replication, NaN where there was none; `cut` the day up to which it is not yet like the rest (None:
    the run is too short to tell).
    """

    measure: str
    days: Floats
    runs: Floats
    cut: float | None

    @property
    def mean(self) -> Floats:
        """(k,): over the replications; NaN where none has a value."""
        with np.errstate(invalid="ignore"):
            means = np.nansum(self.runs, axis=0) / (~np.isnan(self.runs)).sum(axis=0)
        return np.asarray(means, dtype=np.float64)


@dataclass(frozen=True)
class WarmUp:
    """What the runs of a state say of its warm-up: the series of both measures, and in days the warm-up `set`, the cut
    that serves both (None: too short to tell), and `short`: whether more warm-up is surely needed, since the means of
    what is measured would change. `judged`: whether there are runs enough to say anything.
    """

    state: str
    series: tuple[Series, ...]
    set: float
    cut: float | None
    short: bool
    judged: bool

    def of(self, measure: str) -> Series | None:
        """The series of a measure; None when nothing came of it."""
        return next((one for one in self.series if one.measure == measure), None)


def judged_by_its_start(model: Model) -> bool:
    """Whether a warm-up makes sense: not for a run that begins with a backlog, or whose requests come on given dates;
    such a run is a stretch of time of its own.
    """
    return not model.backlog and not any(cls.arrivals.dates is not None for cls in model.classes)


def warm_up(found: Findings, state: str) -> WarmUp:
    """What the runs of a state say of its start."""
    model = found.model(state)
    rhythm = any(not calendar.always for calendar in model.calendars)
    edges, enough = _edges(model.run.length, rhythm)
    by_measure = {"lead time": _lead_times(found, state, edges), "in process": _in_process(found, state, edges)}
    series = tuple(
        _series(measure, edges, runs, not rhythm, enough)
        for measure, runs in by_measure.items()
        if not np.isnan(runs).all()
    )
    judged = found.run.manifest.replications >= FEWEST_RUNS and len(series) > 0
    cuts = [one.cut for one in series]
    known = [c for c in cuts if c is not None]
    cut = max(known) if judged and len(known) == len(cuts) else None
    now = model.run.warm_up / DAY
    short = cut is not None and cut > now and any(_changes(one, now, cut) for one in series)
    return WarmUp(state, series, now, cut, short, judged)


def moving_average(values: Floats, each_side: int) -> Floats:
    """Welch's: the mean over so many neighbours on each side, near the ends over as many as there are on both; NaN
    where none of them is known.
    """
    found = np.empty(len(values))
    for i in range(len(values)):
        reach = min(each_side, i, len(values) - 1 - i)
        part = values[i - reach : i + reach + 1]
        known = part[~np.isnan(part)]
        found[i] = known.mean() if known.size else np.nan
    return found


def _edges(length: int, rhythm: bool) -> tuple[Floats, bool]:
    """Where pieces of time end, in ticks, 0 first; and whether they are fit to judge by: whole weeks or days where
    there is a rhythm, else equal ones.
    """
    for every in (WEEK, DAY) if rhythm else ():
        if length // every >= FEWEST:
            return np.arange(length // every + 1, dtype=np.float64) * every, True
    return np.linspace(0.0, length, 201 if not rhythm else 41), not rhythm


def _lead_times(found: Findings, state: str, edges: Floats) -> Floats:
    """(R, k): mean lead time in open days of requests by when they arrived, measured or not."""
    model = found.model(state)
    names = ["state", "replication", "class", "arrived_ms", "ended_ms", "outcome", "lead_working_min"]
    table = found.run.table("requests", names)
    here = rows_with(table["state"], state) & (floats(table["ended_ms"]) >= 0) & ~rows_with(table["outcome"], WITHDRAWN)
    for chaser in model.chasers:
        here &= ~rows_with(table["class"], chaser)
    arrived, replication = floats(table["arrived_ms"])[here], floats(table["replication"])[here]
    return _by_piece(arrived, floats(table["lead_working_min"])[here], replication, edges, found)


def _in_process(found: Findings, state: str, edges: Floats) -> Floats:
    """(R, k): how many requests were in process, on average over the instants of the grid within each piece."""
    table = found.run.table("wip_series", ["state", "replication", "scope", "at_ms", "n"])
    here = rows_with(table["state"], state) & rows_with(table["scope"], "all")
    at, n, replication = (floats(table[name])[here] for name in ("at_ms", "n", "replication"))
    return _by_piece(at, n, replication, edges, found)


def _by_piece(at: Floats, values: Floats, replication: Floats, edges: Floats, found: Findings) -> Floats:
    pieces, runs = len(edges) - 1, found.run.manifest.replications
    piece = np.searchsorted(edges, at, side="right") - 1
    inside = (piece >= 0) & (piece < pieces)
    key = (replication[inside].astype(np.int64) - 1) * pieces + piece[inside]
    count = np.bincount(key, minlength=runs * pieces)[: runs * pieces]
    total = np.bincount(key, weights=values[inside], minlength=runs * pieces)[: runs * pieces]
    with np.errstate(invalid="ignore"):
        return np.asarray((total / count).reshape(runs, pieces), dtype=np.float64)


def _series(measure: str, edges: Floats, runs: Floats, batches: bool, enough: bool) -> Series:
    """With its cut, by batches of five where the pieces are no weeks or days."""
    series = Series(measure, edges[1:] / DAY, runs, None)
    known = ~np.isnan(runs).all(axis=0)
    means, ends = series.mean[known], series.days[known]
    if batches:
        whole = len(means) // BATCH * BATCH
        means, ends = means[:whole].reshape(-1, BATCH).mean(axis=1), ends[BATCH - 1 : whole : BATCH]
    d = mser(means) if enough and len(means) >= FEWEST else None
    cut = None if d is None else 0.0 if d == 0 else float(ends[d - 1])
    return Series(measure, series.days, runs, cut)


def _changes(series: Series, now: float, cut: float) -> bool:
    """Whether leaving out [now, cut) as well surely changes the mean of what is measured, by more than 1 %."""
    measured, kept = series.days > now, series.days > cut
    rows = ~np.isnan(series.runs[:, kept]).all(axis=1)
    old, new = (np.nanmean(series.runs[rows][:, part], axis=1) for part in (measured, kept))
    change = mean_estimate(new - old, SURE)
    if change.low is None or change.high is None or change.low <= 0.0 <= change.high:
        return False
    return abs(change.value) > MATTERS * abs(float(new.mean()))
