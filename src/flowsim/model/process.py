"""What a process is made of (docs/semantics.md). Frozen dataclasses; every duration is in ticks of one millisecond.

`Model.relations()` lists what does not fit together; the scenario room turns that into messages with places, and
the engines refuse a model that has any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from flowsim.model.calendar import Calendar
from flowsim.model.distribution import Distribution

_Thing = TypeVar("_Thing", Calendar, "Team", "Step", "Task")

END = ""  # a route's target when the journey ends


@dataclass(frozen=True)
class Wait:
    """A fixed length of time: `ticks` of elapsed time, or of the open time of `calendar` when one is named."""

    ticks: int
    calendar: str | None = None


@dataclass(frozen=True)
class Span:
    """A drawn length of time: elapsed, or in the open time of `calendar` when one is named."""

    time: Distribution
    calendar: str | None = None


@dataclass(frozen=True)
class Clock:
    """Departures at fixed times: `times` in ticks since Monday 00:00, ascending, within one week.

    With a `calendar`, only on days on which that calendar opens at all ("every working day at 16:00").
    """

    times: tuple[int, ...]
    calendar: str | None = None


@dataclass(frozen=True)
class BatchRule:
    """When those who wait together leave (R7, R11): at `size`, after the first has waited `wait`, at a `clock`
    time; whichever comes first. At least one of the three is given.
    """

    size: int | None = None
    wait: Wait | None = None
    clock: Clock | None = None


@dataclass(frozen=True)
class Question:
    """A question back after reading in (R12): with `chance`, `to` "customer" (a wait, `answer` is its length) or
    "sender" (a piece of work for the team that had the request, `answer` is the work, in that team's open time).
    """

    chance: float
    to: str
    answer: Span


@dataclass(frozen=True)
class Handoff:
    """How a request gets to a step from another team or from the customer (R7).

    `within_team`: the same holds for a move inside the team.
    """

    batch: BatchRule | None = None
    transit: Span | None = None
    reread: Distribution | None = None
    question: Question | None = None
    within_team: bool = False


@dataclass(frozen=True)
class Need:
    """Whether a request needs something at all: one keyed draw per request, `share` of them do (R13).

    `purpose` names the draw (R4): "need of TASK" or "share of STEP".
    """

    share: float
    purpose: str


@dataclass(frozen=True)
class Task:
    """A piece of work: `time` in working ticks, `value` "adding", "necessary" or "waste"; `only` these classes
    need it (None: all), and of those only the ones whose `need` draw says so (None: all).
    """

    name: str
    time: Distribution
    value: str
    only: tuple[str, ...] | None = None
    need: Need | None = None


@dataclass(frozen=True)
class StepTask:
    """A task done at a step; `needs` on top of the task's own: the step's share."""

    task: str
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class ReturnRule:
    """One draw after a step (R12): `targets` are (step, chances by visit; the last repeats), tried in order against one
    uniform; after `at_most` returns by this rule the request passes. `purpose` names the draw: "returns at STEP".
    """

    targets: tuple[tuple[str, tuple[float, ...]], ...]
    purpose: str
    at_most: int | None = None


@dataclass(frozen=True)
class Route:
    """Where requests of these classes go next (None: all others): (step or END, share, outcome), shares add up to 1."""

    only: tuple[str, ...] | None
    targets: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True)
class Step:
    """Where a team does work for a request. A request for which none of `tasks` is needed skips the step; so does one
    whose class is not in `only`.

    `batch` with `set_up` and `release` ("together" or "each") is the process batch (R11); `change_over` is set-up time
    when a person takes another class than he had last. `closing` is "pause" or "finish", `no_start_within` ticks before
    closing nothing is begun (R9). `routes` empty: the next step in file order.
    """

    name: str
    team: str
    tasks: tuple[StepTask, ...]
    only: tuple[str, ...] | None = None
    handoff: Handoff | None = None
    batch: BatchRule | None = None
    set_up: Distribution | None = None
    change_over: Distribution | None = None
    release: str = "together"
    closing: str = "pause"
    no_start_within: int = 0
    returns: tuple[ReturnRule, ...] = ()
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Target:
    """A team's own KPI: `share` of its visits delivered → released within `wait`."""

    share: float
    wait: Wait


@dataclass(frozen=True)
class Team:
    """A silo. `queue`: "first in", "last in", "due date", "shortest" or "random" (R8). `cost` per hour at work or idle,
    in whatever currency the scenario is written in.
    """

    name: str
    people: int
    calendar: str
    queue: str = "first in"
    target: Target | None = None
    cost: float | None = None


@dataclass(frozen=True)
class Arrivals:
    """How requests of a class arrive (R5): by drawn gaps in the open time of `calendar` (None: elapsed), or at `dates`
    (ticks since the start, ascending). Exactly one of `gap` and `dates` is given.
    """

    gap: Distribution | None = None
    calendar: str | None = None
    dates: tuple[int, ...] | None = None


@dataclass(frozen=True)
class RequestClass:
    """A kind of request. `priority` 0 is served first. `promise` is the lead time the customer was told."""

    name: str
    arrivals: Arrivals
    promise: Wait | None = None
    priority: int = 1


@dataclass(frozen=True)
class Run:
    """Requests arriving in [warm_up, length) are measured (R16); working time is counted on `calendar`."""

    length: int
    warm_up: int
    calendar: str


@dataclass(frozen=True)
class Model:
    """A process in one state, whole and explicit. `start` is the local date and time of tick 0, as ISO text."""

    name: str
    start: str
    calendars: tuple[Calendar, ...]
    classes: tuple[RequestClass, ...]
    tasks: tuple[Task, ...]
    teams: tuple[Team, ...]
    steps: tuple[Step, ...]
    run: Run

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name; KeyError if there is none."""
        return _named(self.calendars, name)

    def team(self, name: str) -> Team:
        """The team of that name; KeyError if there is none."""
        return _named(self.teams, name)

    def step(self, name: str) -> Step:
        """The step of that name; KeyError if there is none."""
        return _named(self.steps, name)

    def task(self, name: str) -> Task:
        """The task of that name; KeyError if there is none."""
        return _named(self.tasks, name)

    def relations(self) -> list[str]:
        """What does not fit together, a sentence each; empty for a sound model."""
        return list(_relations(self))


def _named(items: tuple[_Thing, ...], name: str) -> _Thing:
    for item in items:
        if item.name == name:
            return item
    raise KeyError(name)


def _relations(model: Model) -> Iterator[str]:
    for kind in ("calendars", "classes", "tasks", "teams", "steps"):
        names = [thing.name for thing in getattr(model, kind)]
        yield from (f"{kind}: {name!r} stands twice" for name in sorted({n for n in names if names.count(n) > 1}))
    calendars = {c.name for c in model.calendars}
    classes = {c.name for c in model.classes}
    tasks = {t.name for t in model.tasks}
    teams = {t.name for t in model.teams}
    steps = {s.name for s in model.steps}
    if not model.steps:
        yield "there is no step"
    if not model.classes:
        yield "there is no request class"
    if not 0 <= model.run.warm_up < model.run.length:
        yield f"warm-up {model.run.warm_up} is not before length {model.run.length}"
    for where, name in _calendars_named(model):
        if name is not None and name not in calendars:
            yield f"{where}: no calendar {name!r}"
    for cls in model.classes:
        if (cls.arrivals.gap is None) == (cls.arrivals.dates is None):
            yield f"class {cls.name!r}: arrivals are either gaps or dates"
    for task in model.tasks:
        yield from (f"task {task.name!r}: no class {c!r}" for c in task.only or () if c not in classes)
    for team in model.teams:
        if team.people < 1:
            yield f"team {team.name!r}: {team.people} people"
    for step in model.steps:
        if step.team not in teams:
            yield f"step {step.name!r}: no team {step.team!r}"
        yield from (f"step {step.name!r}: no task {t.task!r}" for t in step.tasks if t.task not in tasks)
        yield from (f"step {step.name!r}: no class {c!r}" for c in step.only or () if c not in classes)
        targets = [to for rule in step.returns for to, _ in rule.targets]
        targets += [to for route in step.routes for to, _, _ in route.targets if to != END]
        yield from (f"step {step.name!r}: no step {to!r}" for to in targets if to not in steps)
        for route in step.routes:
            yield from (f"step {step.name!r}: no class {c!r}" for c in route.only or () if c not in classes)


def _calendars_named(model: Model) -> Iterator[tuple[str, str | None]]:
    yield "run", model.run.calendar
    for cls in model.classes:
        yield f"class {cls.name!r}", cls.arrivals.calendar
        yield f"class {cls.name!r}", cls.promise.calendar if cls.promise else None
    for team in model.teams:
        yield f"team {team.name!r}", team.calendar
        yield f"team {team.name!r}", team.target.wait.calendar if team.target else None
    for step in model.steps:
        handoff = step.handoff or Handoff()
        where = f"step {step.name!r}"
        for rule in (handoff.batch, step.batch):
            if rule is not None:
                yield where, rule.wait.calendar if rule.wait else None
                yield where, rule.clock.calendar if rule.clock else None
        yield where, handoff.transit.calendar if handoff.transit else None
        yield where, handoff.question.answer.calendar if handoff.question else None
