"""The data of pictures of a redesign from a kept run: what each change buys, what would help. Nothing is counted."""

from __future__ import annotations

import math
from collections.abc import Callable

from flowsim.experiments.findings import Findings
from flowsim.plots import data
from flowsim.redesign.explain import FAIR, IN_ORDER, WAIT, Effect
from flowsim.redesign.keeping import Explanation, read_explanations
from flowsim.redesign.keeping_levers import Row, Shown, read_levers

MINUTE = 60_000
HOUR = 60.0


def waterfall(found: Findings) -> data.Waterfall:
    """From the wait before to the wait after, change by change. Raises ValueError for a run that was not explained."""
    told = [one for one in read_explanations(found.run) if one.get(WAIT, FAIR) is not None]
    if not told:
        raise ValueError("the run was not explained: flowsim compare FILE --explain")
    told = told[-data.MAX_PANELS :]
    unit, size = _unit(found, max(_value(one, view) for one in told for view in ("before", "after")))
    panels = []
    for one in told:
        bars = []
        for number, change in enumerate(one.redesign.changes, 1):
            own, fair = one.get(WAIT, IN_ORDER, number), one.get(WAIT, FAIR, number)
            assert own is not None
            assert fair is not None
            bars.append(
                data.WaterfallBar(change.name, own.value / size, _ends(own, size), fair.value / size, _ends(fair, size))
            )
        begin, end = _value(one, "before") / size, _value(one, "after") / size
        panels.append(data.WaterfallPanel(one.redesign.before, one.redesign.state, begin, end, bars))
    return data.Waterfall(unit, panels)


def tornado(found: Findings) -> data.Tornado:
    """The levers with the largest effects, and another demand. Raises ValueError for a run whose levers were not
    tried, or change nothing.
    """
    rows = read_levers(found.run)
    if not rows:
        raise ValueError("no levers were tried in this run: flowsim levers FILE")
    levers = [row for row in rows if row.rank and row.group != "price" and row.effects[WAIT].value]
    levers = sorted(levers, key=lambda row: -abs(row.effects[WAIT].value))[: data.MAX_LEVERS]
    levers.sort(key=lambda row: row.rank)
    demand = [row for row in rows if row.group == "demand"]
    if not levers and not demand:
        raise ValueError("no lever changes how long a customer waits")
    now = next(iter(rows)).effects[WAIT].before
    largest = max(abs(row.effects[WAIT].value) for row in (*levers, *demand))
    unit, size = _unit(found, largest)
    return data.Tornado(
        found.states[0],
        unit,
        now / size,
        [_bar(row, size) for row in levers],
        [_bar(row, size) for row in demand],
    )


PICTURES: dict[str, tuple[str, Callable[[Findings], object]]] = {
    "waterfall": ("waterfall", waterfall),
    "tornado": ("tornado", tornado),
}
"""Name of a picture of a redesign → (kind of plot, what makes its data)."""


def _bar(row: Row, size: float) -> data.LeverBar:
    wait: Shown = row.effects[WAIT]
    ends = None
    if wait.low_all is not None and wait.high_all is not None:
        ends = (wait.low_all / size, wait.high_all / size)
    sure = wait.verdict != "not told apart"
    return data.LeverBar(row.kind, row.about, wait.value / size, ends, sure, row.people)


def _value(one: Explanation, view: str) -> float:
    effect = one.get(WAIT, view)
    return 0.0 if effect is None or math.isnan(effect.value) else effect.value


def _ends(effect: Effect, size: float) -> tuple[float, float] | None:
    return None if effect.low is None or effect.high is None else (effect.low / size, effect.high / size)


def _unit(found: Findings, largest: float) -> tuple[str, float]:
    """The unit of open time in which the largest reads best, and its minutes."""
    model = found.model(found.states[0])
    calendar = model.calendar(model.run.calendar)
    day = calendar.working_day / MINUTE
    if largest >= day > 0:
        return ("day" if calendar.always else "working day"), day
    return ("hour", HOUR) if largest >= HOUR else ("minute", 1.0)
