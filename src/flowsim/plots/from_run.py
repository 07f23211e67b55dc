"""The data of each kind of plot from a kept run. Choosing units and windows is done here; counting is not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from flowsim.experiments.findings import Findings, floats, rows_of
from flowsim.experiments.series import (
    ended_minutes,
    flow_counts,
    journeys,
    quantile_grid,
    sample_requests,
    wip_band,
    wip_shares,
)
from flowsim.experiments.statistics import Floats, quantile
from flowsim.experiments.warm_up import Series, moving_average, warm_up
from flowsim.model import Model, Wait
from flowsim.plots import data
from flowsim.plots.data_unsure import Doubt, Doubts, Unsure
from flowsim.plots.shapes import MAX_STATES
from flowsim.texts import PARTS

MINUTE = 60_000
WAIT = "working lead time mean"
PERCENTS = (50, 80, 85, 90, 95)
_AT_ONCE = (0.0, 0.0, "work_adding")  # the one segment of a request that took no time


def lead_times(found: Findings) -> data.Distribution:
    """Lead times against the promise. Raises ValueError when no request ended."""
    return _distribution(found, "lead_time", "lead")


def waiting_times(found: Findings) -> data.Distribution:
    """Waiting times: lead time less the time somebody works on it. Raises ValueError when no request ended."""
    return _distribution(found, "waiting_time", "wait")


def ledger(found: Findings) -> data.LedgerBars:
    """Where the time of an average request goes, on the calendar. Raises ValueError when no request ended."""
    _need_ended(found)
    bars = []
    for state in _states(found):
        minutes = {part: _value(found, state, f"ledger {part}") for part in PARTS}
        minutes = {part: max(value, 0.0) for part, value in minutes.items()}
        worked = min(_value(found, state, "process time mean"), sum(minutes.values()))
        bars.append(data.LedgerBar(state, minutes, worked))
    return data.LedgerBars(bars)


def wip_over_time(found: Findings) -> data.WipOverTime:
    """Requests in the process, day by day."""
    bands = {state: wip_band(found, state) for state in _states(found)}
    days = min((b.days for b in bands.values()), key=len)
    days = days[days <= min(float(b.days[-1]) for b in bands.values())]
    curves = []
    for state, band in bands.items():
        at = np.searchsorted(band.days, days, side="right") - 1
        average = _value(found, state, "WIP mean")
        curves.append(data.WipCurve(state, band.mean[at], band.low[at], band.high[at], average, band.one[at]))
    warm_up = found.model(found.states[0]).run.warm_up / 86_400_000
    return data.WipOverTime(days, curves, found.run.manifest.replications, warm_up=warm_up)


def wip_distribution(found: Findings) -> data.WipDistribution:
    """How many requests are in the process at once."""
    shares = []
    for state in _states(found):
        count, share = wip_shares(found, state)
        most = float(count[np.searchsorted(np.cumsum(share), 0.95 - 1e-12)])
        shares.append(data.WipShares(state, count, share, _value(found, state, "WIP mean"), most))
    return data.WipDistribution(shares)


def cumulative_flow(found: Findings) -> data.CumulativeFlow:
    """Where requests pile up in the first replication, in a window after the warm-up that is about three lead times of
    the slowest state long. A state whose steps are not those of the first is left out: its bands would be others.

    Raises ValueError when the window is too short to draw anything in.
    """
    first = found.model(found.states[0])
    stages = [first.steps[k].name for k in _stages(first)]
    states = [s for s in _states(found) if _same_steps(found.model(s), first)]
    begin = first.run.warm_up / 86_400_000
    median = max(_value(found, s, "lead time P50") for s in states) / 1440
    end = min(begin + max(3 * median, 7.0), *(found.model(s).run.length / 86_400_000 for s in states))
    flows, days = [], np.zeros(0)
    for state in states:
        days, counts = flow_counts(found, state, 1, begin, end)
        rows = [0, *(k + 1 for k in _stages(first))]
        flows.append(data.Flow(state, counts[rows], _value(found, state, "WIP mean")))
    if len(stages) > data.MAX_STAGES:
        keep = np.unique(np.round(np.linspace(0, len(stages), data.MAX_STAGES + 1)).astype(int))
        stages = [stages[i - 1] for i in keep[1:].tolist()]
        flows = [data.Flow(f.state, f.counts[keep], f.average) for f in flows]
    return data.CumulativeFlow(days, stages, flows)


def life_strips(found: Findings) -> data.LifeStrips:
    """Sampled requests of the first replication; the same ones in every state (of more than three: the first two and
    the last), each called by its number in the first.

    Raises ValueError when no request ended in all of them.
    """
    states = found.states if len(found.states) <= 3 else (*found.states[:2], found.states[-1])
    sample = sample_requests(found, states, 1, {1: 14, 2: 9, 3: 7}[len(states)])
    if not sample:
        everywhere = " in every state" if len(states) > 1 else ""
        raise ValueError(f"no measured request of the first run ended{everywhere}, so there is none to follow")
    lives = []
    for place, state in enumerate(states):
        told = journeys(found, state, 1, [numbers[place] for numbers in sample])
        strips = []
        for numbers in sample:
            segments = told[numbers[place]]
            start = segments[0].start if segments else 0
            cut = [((s.start - start) / MINUTE, (s.end - start) / MINUTE, s.part) for s in segments]
            strips.append(data.Strip(f"{numbers[0]}", cut or [_AT_ONCE]))
        lives.append(data.Lives(state, strips))
    return data.LifeStrips(lives)


def unsure(found: Findings) -> Unsure:
    """Which of the values that are not known matter for the mean wait. Raises ValueError when none was asked about, or
    none shows above luck.
    """
    if not asks_what_is_unsure(found):
        raise ValueError("nothing was asked about values that are unsure; flowsim unsure does")
    table, shares, inputs = (found.run.table(f"unsure_{name}") for name in ("results", "shares", "inputs"))
    paths = dict(zip(*(reversed(rows_of(inputs[name])) for name in ("key", "path")), strict=True))
    doubts: dict[str, list[Doubt]] = {}
    keys = ("state", "before", "measure", "key")
    rows = zip(
        *(rows_of(shares[name]) for name in keys), *(floats(shares[n]) for n in ("share", "low", "high")), strict=True
    )
    for state, before, measure, key, share, low, high in rows:
        if measure == WAIT and not before:
            doubts.setdefault(state, []).append(Doubt(paths.get(key, ""), float(share), float(low), float(high)))
    states = []
    results = zip(
        *(rows_of(table[name]) for name in keys[:3]),
        *(floats(table[n]) for n in ("knowing", "luck", "runs")),
        strict=True,
    )
    for state, before, measure, knowing, luck, runs in results:
        if measure == WAIT and not before and knowing + luck >= 0:  # both are there
            part = float(knowing**2 / (knowing**2 + luck**2)) if knowing else 0.0
            states.append(Doubts(state, doubts.get(state, []), part, int(runs)))
    return Unsure(states[:MAX_STATES])


def asks_what_is_unsure(found: Findings) -> bool:
    """Whether a kept run is one of `flowsim unsure`."""
    return found.run.manifest.table("unsure_results") is not None


def start(found: Findings) -> data.Start:
    """How the runs begin. Raises ValueError when nothing ever was in the process."""
    found_ = [warm_up(found, state) for state in _states(found)]
    if not any(one.of("lead time") for one in found_):
        raise ValueError("no request ended, so there is no start to see")
    calendar = found.model(found.states[0]).calendar(found.model(found.states[0]).run.calendar)
    day = (1440 * MINUTE if calendar.always else calendar.working_day) / MINUTE
    highest = max(_value(found, s, "working lead time P90") for s in _states(found))
    unit, size = "hour", 60.0
    if day and highest >= day:
        unit, size = "day" if calendar.always else "working day", day
    pieces = min(one.series[0].days.size for one in found_ if one.series)
    days = next(one.series[0].days[:pieces] for one in found_ if one.series)
    curves = []
    for one in found_:
        lead, smooth_lead = _smoothed(one.of("lead time"), pieces, size)
        wip, smooth_wip = _smoothed(one.of("in process"), pieces, 1.0)
        curves.append(data.StartCurve(one.state, lead, smooth_lead, wip, smooth_wip, one.cut))
    why = "length" if all(one.judged for one in found_) else "runs"
    return data.Start(days, unit, curves, found.run.manifest.replications, found_[0].set, why)


def _smoothed(series: Series | None, pieces: int, size: float) -> tuple[Floats, Floats]:
    """A series in units of `size` and its moving average, gaps bridged; empty for none."""
    if series is None:
        return data.NO_FLOATS, data.NO_FLOATS
    means = series.mean[:pieces] / size
    known = ~np.isnan(means)
    if not known.any():
        return data.NO_FLOATS, data.NO_FLOATS
    whole = np.interp(series.days[:pieces], series.days[:pieces][known], means[known])
    return whole, moving_average(whole, max(pieces // 20, 2))


PICTURES: dict[str, tuple[str, Callable[[Findings], object]]] = {
    "lead-time": ("distribution", lead_times),
    "waiting-time": ("distribution", waiting_times),
    "ledger": ("ledger", ledger),
    "wip-over-time": ("wip-over-time", wip_over_time),
    "wip-distribution": ("wip-distribution", wip_distribution),
    "cumulative-flow": ("cumulative-flow", cumulative_flow),
    "life-strips": ("life-strips", life_strips),
    "warm-up": ("warm-up", start),
    "unsure": ("unsure", unsure),
}
"""Name of a picture of a run → (kind of plot, what makes its data)."""


def _stages(model: Model) -> list[int]:
    """The steps that customers' requests visit."""
    chasers = set(model.chasers)
    return [k for k, step in enumerate(model.steps) if not step.only or not set(step.only) <= chasers]


def _same_steps(one: Model, other: Model) -> bool:
    return [s.name for s in one.steps] == [s.name for s in other.steps] and _stages(one) == _stages(other)


def _states(found: Findings) -> tuple[str, ...]:
    return found.states[:MAX_STATES]


def _value(found: Findings, state: str, measure: str, klass: str = "") -> float:
    estimate = found.get(state, measure, klass)
    return 0.0 if estimate is None else estimate.value


def _need_ended(found: Findings) -> None:
    if not any(_value(found, state, "ended") for state in _states(found)):
        raise ValueError("no measured request ended, so there are no lead times to draw")


def _distribution(found: Findings, measure: str, prefix: str) -> data.Distribution:
    _need_ended(found)
    unit, column, size = _unit(found, prefix)
    promises = _promises(found, unit, "working" not in column) if measure == "lead_time" else []
    ordered = {state: ended_minutes(found, state, column) / size for state in _states(found)}
    edges = _edges([x for x in ordered.values() if len(x)])
    curves = []
    for state, values in ordered.items():
        if not len(values):
            curves.append(data.Curve(state))
            continue
        p, value = quantile_grid(values)
        shares = np.histogram(values, bins=edges)[0] / len(values) if len(edges) else np.zeros(0)
        within = [_value(found, state, "within promise", klass) for _, klass in promises]
        curves.append(
            data.Curve(
                state,
                p,
                value,
                float(values.mean()),
                {q: quantile(values, q / 100) for q in PERCENTS},
                within,
                shares,
            )
        )
    return data.Distribution(measure, unit, curves, [p for p, _ in promises], edges)


def _unit(found: Findings, prefix: str) -> tuple[str, str, float]:
    """(unit, column of the table requests, minutes in one unit): open time, unless a promise is in elapsed time or the
    run's calendar never closes.
    """
    model = found.model(found.states[0])
    waits = [c.promise for c in model.classes if c.promise is not None]
    calendar = model.calendar(model.run.calendar)
    if calendar.always or any(_elapsed(model, wait) for wait in waits):
        highest = max(_value(found, s, "lead time P90") for s in _states(found))
        return ("day", f"{prefix}_min", 1440.0) if highest > 1440 else ("hour", f"{prefix}_min", 60.0)
    day = calendar.working_day / MINUTE
    highest = max(_value(found, s, "working lead time P90") for s in _states(found))
    if highest >= day or any(w.ticks / MINUTE >= day for w in waits):
        return "working day", f"{prefix}_working_min", day
    return "hour", f"{prefix}_working_min", 60.0


def _elapsed(model: Model, wait: Wait) -> bool:
    """Whether a wait is in elapsed time."""
    return wait.calendar is None or model.calendar(wait.calendar).always


def _promises(found: Findings, unit: str, elapsed: bool) -> list[tuple[data.Promise, str]]:
    """Promise lines with the class they are for ("" for all). One in open time has no place on an axis of elapsed time,
    nor has one of which a state does not say how it was kept.
    """
    model = found.model(found.states[0])
    promised = [(c, c.promise) for c in model.classes if c.promise is not None]
    lines = []
    for cls, wait in promised:
        klass = cls.name if len(model.classes) > 1 else ""
        ended = [s for s in _states(found) if _value(found, s, "ended")]
        if elapsed and not _elapsed(model, wait):
            continue
        if any(found.get(state, "within promise", klass) is None for state in ended):
            continue
        sizes = {"hour": 60 * MINUTE, "day": 1440 * MINUTE}
        size = sizes[unit] if unit in sizes else model.calendar(str(wait.calendar)).working_day
        lines.append((data.Promise(cls.name, wait.ticks / size), klass))
    return lines[: data.MAX_PROMISES]


def _edges(values: list[Floats]) -> Floats:
    """Borders of histogram classes: 20 to 40, of a round width, to beyond the highest value."""
    if not values:
        return np.zeros(0)
    top = max(float(x[-1]) for x in values)  # sorted
    if top <= 0:
        return np.array([0.0, 1.0])
    raw = top / 40
    power = 10.0 ** np.floor(np.log10(raw))
    width = float(next(m for m in (1, 2, 2.5, 5, 10) if m * power >= raw) * power)
    return np.arange(int(top / width) + 2, dtype=np.float64) * width
