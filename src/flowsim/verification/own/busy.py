"""How busy each team is: worked out before any run, held against what the runs show.

Over the window (warm-up to length), on both sides: the work that comes in it, by the traffic equations, divided by the
time people have in it; and the time they were at work in it. What was begun before and is done in the window is more
work, what comes in it and is not done at its end is less: at most the whole work of all who were in process then. And
where gaps are not exponential, the number that comes in the window is on average not quite the window divided by the
mean gap, but within 1 + c² of it (Lorden 1970), c² being their squared coefficient of variation.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flowsim.model import Model, Run
from flowsim.model.calendar import WEEK
from flowsim.model.load import Loads, TeamLoad, loads
from flowsim.model.rates import group_size
from flowsim.verification.own.judge import DIFFERS, Judged, judge
from flowsim.verification.own.seen import Seen

EXPLAINED = "explained"
"""The verdict on a difference that the model itself accounts for."""

ENDS = "what is in process at either end of the window"


@dataclass(frozen=True)
class Load:
    """A team: its load as `check` says it (`whole_run`), that of the window held against the share of their time that
    its people were at work; `why` tells a difference, or what else to know. `grows_by`: requests a week, 0 when the
    team can keep up.
    """

    team: str
    people: int
    whole_run: float
    judged: Judged
    verdict: str
    why: str
    grows_by: float

    @property
    def holds(self) -> bool:
        """Whether nothing is contradicted."""
        return self.verdict != DIFFERS


def window_model(model: Model) -> Model:
    """The same process as if the run were the window: begun at the end of the warm-up, without a backlog."""
    since = model.run.warm_up
    start = datetime.fromisoformat(model.start) + timedelta(milliseconds=since)
    classes = tuple(
        replace(cls, arrivals=replace(cls.arrivals, dates=tuple(d - since for d in cls.arrivals.dates if d >= since)))
        if cls.arrivals.dates is not None
        else cls
        for cls in model.classes
    )
    run = Run(model.run.length - since, 0, model.run.calendar)
    return replace(model, start=start.isoformat(), classes=classes, run=run, backlog=())


def team_loads(model: Model, runs: Sequence[Seen]) -> list[Load]:
    """A row for each team whose people were there at all."""
    whole, window = loads(model), loads(window_model(model))
    return [
        row
        for index, team in enumerate(whole.teams)
        if (row := _load(model, whole, window, index, team, runs)) is not None
    ]


def _load(model: Model, whole: Loads, window: Loads, index: int, team: TeamLoad, runs: Sequence[Seen]) -> Load | None:
    shares = [share for seen in runs if (share := seen.busy[index].share) is not None]
    if not shares:
        return None
    should = min(window.teams[index].utilisation, 1e6)
    judged = judge(shares, should)
    uneven = _uneven(model, window, index, runs)
    over = _carried(window, index, runs, 0) + uneven  # more than came
    under = _carried(window, index, runs, 1) + uneven
    off = judged.estimate - should
    chance = judged.allowed if len(shares) > 1 else 1.0
    near = abs(off) <= chance and should < 1.0
    why = "" if near else _why(model, whole, index)
    if not near and not why and -chance - under <= off <= chance + over:
        why = ENDS
    verdict = judged.verdict if near else EXPLAINED if why else DIFFERS
    return Load(team.name, team.people, team.utilisation, judged, verdict, why, whole.teams[index].grows_by)


def _carried(window: Loads, index: int, runs: Sequence[Seen], at: int) -> float:
    """The work of those in process at the begin (0) or end (1) of the window, as a share of the people's time in it."""
    time = statistics.fmean(seen.busy[index].present for seen in runs)
    work = sum(statistics.fmean(seen.there[c][at] for seen in runs) * asks[index] for c, asks in enumerate(window.asks))
    return work / time if time else 0.0


def _uneven(model: Model, window: Loads, index: int, runs: Sequence[Seen]) -> float:
    """The work by which what comes may be off because gaps are no exponential ones, as a share of the people's time."""
    time = statistics.fmean(seen.busy[index].present for seen in runs)
    work = 0.0
    for cls, asks in zip(model.classes, window.asks, strict=True):
        gap = cls.arrivals.gap
        if gap is not None and gap.name != "exponential":
            work += (1.0 + gap.scv) * group_size(cls.arrivals) * asks[index]
    return work / time if time else 0.0


def _why(model: Model, whole: Loads, index: int) -> str:
    """What in the model makes a team more or less busy than worked out; "" for nothing that is known to."""
    team = model.teams[index]
    load = whole.teams[index]
    steps = [s for s in model.steps if team.name in (*s.takers, *dict(s.needs))]
    chased = [cls.chasing.klass for cls in model.classes if cls.chasing is not None]
    calls = [s for s in steps if s.only is not None and set(s.only) <= set(chased)]
    named = any(person is not None for person in model.staff(team.name))
    over = next((t.name for t in whole.teams if t.utilisation >= 1.0 and t.name != team.name), "")
    reasons = [
        (load.utilisation >= 1.0, "more work than time"),
        (bool(calls), "calls of customers come on top"),
        (bool(load.pool) or any(s.others for s in steps) or named, "who takes what is an estimate"),
        (any(cls.patience is not None for cls in model.classes), "who gives up is not worked on any more"),
        (bool(over), f"{over} is overloaded, so less comes here, or more calls"),
        (any(x is not None for x in _limits(model)), "limits keep work away"),
        (any(s.batch is not None and s.set_up is not None for s in steps), "set-up a batch is an estimate"),
        (any(s.change_over is not None for s in steps), "change-overs are an estimate"),
        (team.absence > 0.0 or team.presence < 1.0, "work goes on while its person is away"),
        (any(s.closing == "finish" for s in steps), "overtime"),
        (not whole.exact, "the traffic is an estimate"),
        (any(cls.arrivals.profile is not None for cls in model.classes), "the window is no whole number of weeks"),
        (any(cls.arrivals.dates is not None for cls in model.classes), "dates are not spread evenly"),
    ]
    return next((told for there, told in reasons if there), "")


def _limits(model: Model) -> list[int | None]:
    return [model.limit, *(team.limit for team in model.teams), *(step.limit for step in model.steps)]


@dataclass(frozen=True)
class Capacity:
    """What the busiest team could do, and what was done: requests a week of the window. `hours`: teams and runs in
    which people were held against the time they had, `beyond` the first of them who worked longer, in words.
    """

    team: str
    load: float
    could: float | None
    did: Judged | None
    holds: bool
    hours: int
    beyond: str


def capacity(model: Model, runs: Sequence[Seen]) -> Capacity:
    """Nobody works longer than he is there, and no more requests end than the busiest team can do."""
    window = loads(window_model(model))
    busiest = max(window.teams, key=lambda team: team.utilisation)
    beyond = ""
    for number, seen in enumerate(runs, start=1):
        for team, busy in zip(model.teams, seen.busy, strict=True):
            if busy.at_work > busy.present and not beyond:
                beyond = f"{team.name}, run {number}: {busy.at_work} ms at work in {busy.present} ms"
    could = None
    did = None
    holds = not beyond
    if 0.0 < window.per_week < float("inf") and 0.0 < busiest.utilisation < float("inf"):
        could = window.per_week / busiest.utilisation
        did = judge([seen.ended * WEEK / seen.window for seen in runs], could)
        carried = statistics.fmean(sum(a for a, _ in seen.there) * WEEK / seen.window for seen in runs)
        mixed = len(model.classes) > 1 and busiest.utilisation >= 1.0  # which class gets through is another question
        gives_up = any(cls.patience is not None for cls in model.classes)
        chance = did.allowed if len(runs) > 1 else could
        holds = holds and (mixed or gives_up or did.estimate <= could + chance + carried)
    return Capacity(busiest.name, busiest.utilisation, could, did, holds, len(runs) * len(model.teams), beyond)
