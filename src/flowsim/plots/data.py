"""What plots are drawn from: plain numbers and names, counted elsewhere. A plot computes no statistic.

Every class checks its shapes when it is made and raises ValueError with the field that is wrong. The first state of
each is the one the others are compared with (usually `current`); states keep their order, so that a state has
the same colour in every plot. Arrays are float64; times name their unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from flowsim.plots.shapes import Floats, each_state, finite, need
from flowsim.texts import PARTS

MAX_PROMISES = 4
MAX_STAGES = 12
MAX_STRIPS = 30
MAX_PANELS = 4
MAX_LEVERS = 18

NO_FLOATS: Floats = np.zeros(0)
NO_FLOATS.flags.writeable = False


@dataclass(frozen=True)
class Promise:
    """A lead time promised to a class of customers, in the unit of the plot."""

    label: str
    value: float


@dataclass(frozen=True)
class Curve:
    """One state's distribution. All times are in the unit of the `Distribution`.

    `p` (k,) rises from 0 to 1 and `value` (k,) holds the quantile at each p; about 200 points do. `mean`;
    `percentiles` maps 50, 80, … to their value and must hold 50 and 90; `within` is the share (0..1) that kept
    each promise, unfinished requests past due counted as late (semantics §5); `shares` (b,) is the share of requests in
    each class of `Distribution.edges`, empty for no histogram. A state in which no request ended has `p` empty.
    """

    state: str
    p: Floats = field(default_factory=lambda: NO_FLOATS)
    value: Floats = field(default_factory=lambda: NO_FLOATS)
    mean: float = 0.0
    percentiles: Mapping[int, float] = field(default_factory=dict)
    within: Sequence[float] = ()
    shares: Floats = field(default_factory=lambda: NO_FLOATS)

    def __post_init__(self) -> None:
        need(self.p.shape == self.value.shape, f"{self.state}: p and value must have the same length")
        if not self.p.size:
            return
        finite(self.state, self.p, self.value, [self.mean, *self.percentiles.values(), *self.within])
        need(
            bool((np.diff(self.p) >= 0).all() and (np.diff(self.value) >= 0).all()),
            f"{self.state}: must rise",
        )
        need({50, 90} <= set(self.percentiles), f"{self.state}: percentiles must hold 50 and 90")


@dataclass(frozen=True)
class Distribution:
    """How long requests take (`measure` lead_time) or wait (waiting_time), per state.

    `unit`: minute, hour, day (24 h) or working day. `edges` (b + 1,) are the borders of the histogram's classes.
    """

    measure: str
    unit: str
    curves: Sequence[Curve]
    promises: Sequence[Promise] = ()
    edges: Floats = field(default_factory=lambda: NO_FLOATS)

    def __post_init__(self) -> None:
        each_state("distribution", self.curves)
        need(self.measure in ("lead_time", "waiting_time"), f"distribution: unknown measure {self.measure!r}")
        count = len(self.promises)
        need(
            count <= MAX_PROMISES,
            f"distribution: at most {MAX_PROMISES} promises fit one plot, {count} given",
        )
        finite("promises", [promise.value for promise in self.promises])
        for curve in self.curves:
            need(
                not curve.p.size or len(curve.within) == count,
                f"{curve.state}: one share within a promise each",
            )
            need(
                curve.shares.size in (0, max(self.edges.size - 1, 0)),
                f"{curve.state}: one share a class of edges",
            )


@dataclass(frozen=True)
class LedgerBar:
    """Where the time of an average request went in one state: minutes of 60 s by ledger part (semantics §4).

    `at_work` is the process time in minutes, at most the sum of the parts. All zero: no request ended.
    """

    state: str
    minutes: Mapping[str, float]
    at_work: float

    def __post_init__(self) -> None:
        unknown = [key for key in self.minutes if key not in PARTS]
        need(not unknown, f"{self.state}: unknown ledger parts {unknown}")
        finite(self.state, [self.at_work, *self.minutes.values()])
        need(min(self.minutes.values(), default=0) >= 0, f"{self.state}: minutes must not be negative")
        need(0 <= self.at_work <= self.total * (1 + 1e-9), f"{self.state}: at_work lies outside the lead time")

    @property
    def total(self) -> float:
        """The mean lead time: the parts added up (identity 1 of semantics §4)."""
        return float(sum(self.minutes.values()))


@dataclass(frozen=True)
class LedgerBars:
    """The ledger of each state. `panels`: `all` (every part), `open` (without closed), `both`, or `auto`:
    both when closed is more than a quarter of the longest bar."""

    bars: Sequence[LedgerBar]
    panels: str = "auto"

    def __post_init__(self) -> None:
        each_state("ledger", self.bars)
        need(self.panels in ("auto", "all", "open", "both"), f"ledger: unknown panels {self.panels!r}")


@dataclass(frozen=True)
class WipCurve:
    """Requests in the process over time, at the instants of the plot's grid (k,): mean over the replications, the
    band `low`..`high`, optionally one replication (`one`), and the time average over the measured window."""

    state: str
    mean: Floats
    low: Floats
    high: Floats
    average: float
    one: Floats = field(default_factory=lambda: NO_FLOATS)


@dataclass(frozen=True)
class WipOverTime:
    """`days` (k,) since the start of the run, elapsed; `warm_up` in the same days; `runs` replications; `band`: `range`
    (lowest to highest run) or `p10_p90`."""

    days: Floats
    curves: Sequence[WipCurve]
    runs: int
    band: str = "range"
    warm_up: float = 0.0

    def __post_init__(self) -> None:
        each_state("work in process", self.curves)
        need(self.days.size >= 2, "work in process: nothing to draw, the grid needs two instants or more")
        need(self.band in ("range", "p10_p90"), f"work in process: unknown band {self.band!r}")
        for curve in self.curves:
            arrays = [curve.mean, curve.low, curve.high, *([curve.one] if curve.one.size else [])]
            need(all(a.shape == self.days.shape for a in arrays), f"{curve.state}: one value an instant")
            finite(curve.state, *arrays, [curve.average])


@dataclass(frozen=True)
class StartCurve:
    """The start of the runs of a state: means over the runs of the lead time, by when requests arrived, in the unit of
    the plot, and of the requests in the process, each with its moving average; (k,), or empty for nothing to draw.
    `cut`: the day up to which it is not yet like the rest (None: cannot be told)."""

    state: str
    lead: Floats
    smooth_lead: Floats
    wip: Floats
    smooth_wip: Floats
    cut: float | None


@dataclass(frozen=True)
class Start:
    """How runs begin: `days` (k,) since the start, elapsed; `unit` of the lead times; `runs` replications; `warm_up` as
    set, in the same days; `why`: why no cut can be told, `runs` (too few) or `length` (too short), of all states."""

    days: Floats
    unit: str
    curves: Sequence[StartCurve]
    runs: int
    warm_up: float = 0.0
    why: str = "length"

    def __post_init__(self) -> None:
        each_state("warm-up", self.curves)
        need(self.days.size >= 2, "warm-up: nothing to draw, it needs two pieces of time or more")
        need(self.why in ("runs", "length"), f"warm-up: unknown reason {self.why!r}")
        for curve in self.curves:
            arrays = [curve.lead, curve.smooth_lead, curve.wip, curve.smooth_wip]
            need(all(a.shape in (self.days.shape, (0,)) for a in arrays), f"{curve.state}: one value an instant")
            finite(curve.state, *arrays, [curve.cut or 0.0])
        need(any(c.wip.size for c in self.curves), "warm-up: nothing to draw, no state has a curve")


@dataclass(frozen=True)
class WipShares:
    """Share of the time (0..1) during which `count` (k,), whole numbers without gap, requests were in the process.
    `most` is the number not exceeded 95% of the time."""

    state: str
    count: Floats
    share: Floats
    average: float
    most: float

    def __post_init__(self) -> None:
        need(self.count.size > 0, f"{self.state}: nothing to draw, no count given")
        need(self.count.shape == self.share.shape, f"{self.state}: one share a count")
        need(bool((np.diff(self.count) == 1).all()), f"{self.state}: counts must be whole numbers without gap")
        finite(self.state, self.count, self.share, [self.average, self.most])


@dataclass(frozen=True)
class WipDistribution:
    """How many requests are in the process at once, per state, time-weighted."""

    states: Sequence[WipShares]

    def __post_init__(self) -> None:
        each_state("work in process", self.states)


@dataclass(frozen=True)
class Flow:
    """Cumulative counts of one state's run: `counts` (stages + 1, k); row 0 the arrivals, row i the requests that
    left stage i, the last row those that ended. The gap between two rows is the stage's content. `average` is the
    time average of requests in the process."""

    state: str
    counts: Floats
    average: float


@dataclass(frozen=True)
class CumulativeFlow:
    """`days` (k,) elapsed since the start, the window shown (about 3 × the median lead time reads well); `stages` in
    the order of travel."""

    days: Floats
    stages: Sequence[str]
    flows: Sequence[Flow]

    def __post_init__(self) -> None:
        each_state("cumulative flow", self.flows)
        need(self.days.size >= 2, "cumulative flow: nothing to draw, the window needs two instants or more")
        count = len(self.stages)
        need(0 < count <= MAX_STAGES, f"cumulative flow: 1 to {MAX_STAGES} stages fit one plot, {count} given")
        for flow in self.flows:
            need(
                flow.counts.shape == (count + 1, self.days.size),
                f"{flow.state}: counts must be (stages + 1, instants) = {(count + 1, self.days.size)}",
            )
            finite(flow.state, flow.counts, [flow.average])
            need(
                bool((np.diff(flow.counts, axis=0) <= 0).all()),
                f"{flow.state}: more left a stage than reached it",
            )


@dataclass(frozen=True)
class Strip:
    """One request's life: `segments` of (start, end, ledger part), minutes since its arrival, without gap."""

    name: str
    segments: Sequence[tuple[float, float, str]]

    def __post_init__(self) -> None:
        need(len(self.segments) > 0, f"{self.name}: a strip needs a segment")
        for start, end, part in self.segments:
            finite(self.name, [start, end])
            need(part in PARTS, f"{self.name}: unknown ledger part {part!r}")
            need(0 <= start <= end, f"{self.name}: a segment ends before it starts")

    @property
    def lead(self) -> float:
        """Minutes from arrival to end."""
        return max(end for _, end, _ in self.segments)


@dataclass(frozen=True)
class Lives:
    """Sampled requests of one state; none: no request ended."""

    state: str
    strips: Sequence[Strip]


@dataclass(frozen=True)
class LifeStrips:
    """Sampled requests, one strip each, per state."""

    states: Sequence[Lives]

    def __post_init__(self) -> None:
        each_state("life strips", self.states)
        need(len(self.states) <= 3, f"life strips: at most 3 states fit one plot, {len(self.states)} given")
        count = sum(len(lives.strips) for lives in self.states)
        need(count <= MAX_STRIPS, f"life strips: at most {MAX_STRIPS} strips fit one plot, {count} given")


@dataclass(frozen=True)
class WaterfallBar:
    """A change: what it adds in the file's order, and its fair share, each with its interval (None: one run)."""

    name: str
    value: float
    ends: tuple[float, float] | None
    fair: float
    fair_ends: tuple[float, float] | None


@dataclass(frozen=True)
class WaterfallPanel:
    """A state that is explained: from the level `begin` of the state `before` to its own, `end`."""

    before: str
    state: str
    begin: float
    end: float
    bars: Sequence[WaterfallBar]

    def __post_init__(self) -> None:
        need(len(self.bars) > 0, f"{self.state}: a waterfall needs a change")
        finite(self.state, [self.begin, self.end], [x for bar in self.bars for x in (bar.value, bar.fair)])
        step = sum(bar.value for bar in self.bars)
        wide = abs(self.begin) + abs(self.end) + 1.0
        need(abs(self.begin + step - self.end) < 1e-6 * wide, f"{self.state}: the changes do not add up to the whole")


@dataclass(frozen=True)
class Waterfall:
    """What each change buys, all numbers in `unit`: minute, hour, day or working day."""

    unit: str
    panels: Sequence[WaterfallPanel]

    def __post_init__(self) -> None:
        count = len(self.panels)
        need(0 < count <= MAX_PANELS, f"waterfall: 1 to {MAX_PANELS} states fit one plot, {count} given")


@dataclass(frozen=True)
class LeverBar:
    """A lever: its `kind` and what it is `about` (texts.LEVERS), what it does to the wait, the interval, whether that
    is `sure`, and how many people more it takes.
    """

    kind: str
    about: str
    value: float
    ends: tuple[float, float] | None
    sure: bool
    people: float = 0.0


@dataclass(frozen=True)
class Tornado:
    """Levers by what the customer gains, and what another demand would do. `now` is the wait as it is."""

    state: str
    unit: str
    now: float
    levers: Sequence[LeverBar]
    demand: Sequence[LeverBar] = ()

    def __post_init__(self) -> None:
        count = len(self.levers) + len(self.demand)
        need(count > 0, "tornado: nothing to draw, no lever given")
        need(len(self.levers) <= MAX_LEVERS, f"tornado: at most {MAX_LEVERS} levers fit one plot")
        finite("tornado", [self.now, *(bar.value for bar in (*self.levers, *self.demand))])
