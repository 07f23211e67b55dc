"""Small, realistic plot data: five departments, lead time 4.4 against 0.13 working days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from flowsim.plots.data import (
    CumulativeFlow,
    Curve,
    Distribution,
    Flow,
    LedgerBar,
    LedgerBars,
    LeverBar,
    LifeStrips,
    Lives,
    Promise,
    Start,
    StartCurve,
    Strip,
    Tornado,
    Waterfall,
    WaterfallBar,
    WaterfallPanel,
    WipCurve,
    WipDistribution,
    WipOverTime,
    WipShares,
)
from flowsim.plots.data_unsure import Doubt, Doubts, Unsure
from flowsim.plots.frontier import Frontier
from flowsim.plots.shapes import Floats
from flowsim.plots.sweep_data import Dot, Measured
from flowsim.texts import LEVERS

STAGES = ("Register", "Check the file", "Legal opinion", "Decide the fee", "Send the answer")
NASTY = (
    r"$\foo$",
    "_x",
    "</text><script>alert(1)</script>",
    "W" * 60,
    "a name of sixty characters that somebody typed in one breath",
    "bell\x07 escape\x1b[31m nul\x00 bidi\u202e lone\ud800 日本 🚀",
    "../../etc/passwd & <b>",
)
CURRENT = {
    "work_adding": 29.0,
    "work_necessary": 10.0,
    "work_waste": 8.0,
    "setup": 9.0,
    "queue": 975.0,
    "batch": 1120.0,
    "closed": 4438.0,
}
FUTURE = {"work_adding": 29.0, "work_necessary": 10.0, "setup": 3.0, "queue": 22.0, "closed": 55.0}
EDGES = np.arange(0, 14.01, 0.5)


def curve(state: str, value: Floats, promises: tuple[Promise, ...]) -> Curve:
    p = np.linspace(0, 1, value.size)
    counts = np.histogram(value, EDGES)[0]
    return Curve(
        state,
        p,
        value,
        float(value.mean()),
        {k: float(np.interp(k / 100, p, value)) for k in (50, 80, 85, 90, 95)},
        [float((value <= promise.value).mean()) for promise in promises],
        counts / counts.sum(),
    )


def distribution(
    names: tuple[str, ...] = ("current", "future"),
    classes: tuple[str, ...] = ("wants speed", "wants certainty"),
) -> Distribution:
    promises = tuple(Promise(label, 2.0 + 3 * i) for i, label in enumerate(classes))
    rise = np.linspace(0, 1, 200)
    values = [2 + 5.8 * rise**1.5 + 3 * rise**20, 0.02 + 0.2 * rise + 0.6 * rise**12, 1 + 4 * rise**2]
    curves = [curve(name, values[i % 3], promises) for i, name in enumerate(names)]
    return Distribution("lead_time", "working day", curves, promises, EDGES)


def ledger(names: tuple[str, ...] = ("current", "future")) -> LedgerBars:
    parts = [CURRENT, FUTURE]
    return LedgerBars([LedgerBar(name, parts[i % 2], (56.0, 42.0)[i % 2]) for i, name in enumerate(names)])


def wip_over_time(names: tuple[str, ...] = ("current", "future")) -> WipOverTime:
    days = np.arange(0, 60, 0.5)
    curves = []
    for i, name in enumerate(names):
        level = (149.0, 4.1)[i % 2]
        mean = level * (1 - np.exp(-days / 5)) * (1 + 0.1 * np.sin(days))
        curves.append(WipCurve(name, mean, mean * 0.8, mean * 1.2, level, mean * 1.1))
    return WipOverTime(days, curves, 30, "p10_p90", 10.0)


def wip_distribution(names: tuple[str, ...] = ("current", "future")) -> WipDistribution:
    states = []
    for i, name in enumerate(names):
        centre, spread = ((149, 18), (4, 2))[i % 2]
        count = np.arange(0.0, centre + 5 * spread)
        share = np.exp(-0.5 * ((count - centre) / spread) ** 2)
        states.append(WipShares(name, count, share / share.sum(), float(centre), centre + 1.6 * spread))
    return WipDistribution(states)


def cumulative_flow(names: tuple[str, ...] = ("current", "future"), stages: tuple[str, ...] = STAGES) -> CumulativeFlow:
    days = np.linspace(30, 44, 150)
    arrived = np.floor(900 + 25 * (days - 30))
    flows = []
    for i, name in enumerate(names):
        gap = (25.0, 1.0)[i % 2]
        flows.append(Flow(name, np.array([arrived - gap * k for k in range(len(stages) + 1)]), gap * len(stages)))
    return CumulativeFlow(days, stages, flows)


def life_strips(
    names: tuple[str, ...] = ("current", "future"), requests: tuple[str, ...] = ("A 1", "A 2", "A 3", "A 4")
) -> LifeStrips:
    states = []
    for i, name in enumerate(names):
        strips = []
        for j, request in enumerate(requests):
            pieces = (
                [("batch", 300.0), ("closed", 900.0 * (j + 1)), ("queue", 200.0), ("work_adding", 30.0)]
                if i % 2 == 0
                else [("queue", 10.0 * (j + 1)), ("work_adding", 30.0)]
            )
            at, segments = 0.0, []
            for part, length in pieces:
                segments.append((at, at + length, part))
                at += length
            strips.append(Strip(request, segments))
        states.append(Lives(name, strips))
    return LifeStrips(states)


GUESSES = ("tasks.check the file.time", "requests.permit.arrivals", "steps.Check the file.handoff.batch", "")


def unsure(names: tuple[str, ...] = ("current", "future"), guesses: tuple[str, ...] = GUESSES) -> Unsure:
    states = []
    for i, name in enumerate(names):
        shares = ((0.61, 0.24, 0.04, 0.11), (0.30, 0.55, 0.0, 0.15))[i % 2]
        doubts = [
            Doubt(guess, share, max(0.0, share - 0.12), min(1.0, share + 0.12))
            for guess, share in zip(guesses, shares, strict=True)
        ]
        states.append(Doubts(name, doubts, (0.97, 0.4)[i % 2], 30))
    return Unsure(states)


CHANGES = (
    "Pass requests on at once, without waiting for the cart of four in the afternoon or for the pile of ten",
    "Complete the first time",
    "A lawyer every day",
    "Intake and finance in one team",
    "No second look",
)


def waterfall(names: tuple[str, ...] = ("current", "future")) -> Waterfall:
    panels = []
    for state in names[1:4] or names:
        values = [-2.4, 0.3, -0.7, -0.01, -0.9]
        bars = [
            WaterfallBar(change, value, (value - 0.1, value + 0.1), value / 2, None if value > 0 else (value, 0.0))
            for change, value in zip(CHANGES, values, strict=True)
        ]
        panels.append(WaterfallPanel(names[0], state, 4.47, 4.47 + sum(values), bars))
    return Waterfall("working day", panels)


def tornado(names: tuple[str, ...] = ("current", "future")) -> Tornado:
    kinds = [kind for kind in LEVERS if not kind.endswith("demand")]
    levers = [
        LeverBar(kind, f"{names[-1]} {i}", value, (value - 0.3, value + 0.2), abs(value) > 0.3, float(i % 2))
        for i, (kind, value) in enumerate(zip(kinds, np.linspace(-3.1, 0.9, len(kinds)).tolist(), strict=True))
    ]
    demand = [LeverBar("more demand", "", 1.2, (0.9, 1.5), True), LeverBar("less demand", "", -0.4, None, False)]
    return Tornado(names[0], "working day", 4.47, levers, demand)


def frontier(names: tuple[str, ...] = ("current", "future")) -> Frontier:
    tried = [Dot(9000.0 + 90 * n, 0.3 + 0.6 * (1 - 0.9**n), 0.2, 0.95) for n in range(40)]
    finalists = [Dot(10000.0 + 200 * n, 0.9 + 0.01 * n, 0.88 + 0.01 * n, 0.92 + 0.01 * n) for n in range(6)]
    best, now = Dot(9950.0, 0.887, 0.881, 0.893), Dot(10885.0, 0.087, 0.083, 0.091)
    aim, goal = Measured("cost per week", "currency"), Measured("within", "share")
    if names != ("current", "future"):
        return Frontier(Measured(names[0], "h"), Measured(names[-1], "requests"), 0.7, True, tried, [], None, None)
    return Frontier(aim, goal, 0.85, False, tried, finalists, best, now, (3.0, "working day"))


def start(names: tuple[str, ...] = ("current", "future")) -> Start:
    days = np.arange(1.0, 80.0)
    curves = []
    for i, name in enumerate(names):
        level, cut = ((149.0, 21.0), (4.1, None))[i % 2]
        rise = level * (1 - np.exp(-days / 6))
        wobble = rise * (1 + 0.1 * np.sin(days))
        curves.append(StartCurve(name, wobble / 30, rise / 30, wobble, rise, cut))
    return Start(days, "working day", curves, 30, 10.0)


SAMPLES: dict[str, Callable[..., Any]] = {
    "distribution": distribution,
    "ledger": ledger,
    "wip-over-time": wip_over_time,
    "wip-distribution": wip_distribution,
    "cumulative-flow": cumulative_flow,
    "life-strips": life_strips,
    "unsure": unsure,
    "waterfall": waterfall,
    "tornado": tornado,
    "frontier": frontier,
    "warm-up": start,
}
"""Kind of plot → maker of its data from names of states."""
