"""What a process is made of (docs/semantics.md). Frozen dataclasses; every duration is in ticks of one millisecond.

`flowsim.model.relations` lists what does not fit together; the scenario room turns that into messages with places, and
the engines refuse a model that has any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from flowsim.model.calendar import Calendar
from flowsim.model.distribution import Distribution

_Thing = TypeVar("_Thing", Calendar, "Team", "Step", "Task", "RequestClass")

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
class Split:
    """Branches that start together after a step (R13): each a path of steps, in order. When all have come to their end
    the request goes on to the step `join`, or to the end of the path that the split lies in (END).
    """

    branches: tuple[tuple[str, ...], ...]
    join: str


@dataclass(frozen=True)
class Step:
    """Where a team does work for a request. A request for which none of `tasks` is needed skips the step; so does one
    whose class is not in `only`.

    `others`: teams any of which may take it as well as `team`, in this order; `people` of `team` are needed at
    once, and of each team in `together` so many more (a meeting); `same_person`: whoever did the step before goes
    straight on (R8). `batch` with `set_up` and `release` ("together" or "each") is the process batch (R11);
    `change_over` is set-up time when a person takes up something of another "class" or another "task" than he had
    last, as `change_over_by` says. `closing` is "pause" or "finish", `no_start_within` ticks before closing nothing
    is begun (R9). `routes` empty and no `split`: the next step of the path (`flowsim.model.paths`). `limit`: at
    most so many requests are at the step; a finished one that may not go on stays, and keeps its person when
    `blocking` is "person", not when it is "place" (R14).
    """

    name: str
    team: str
    tasks: tuple[StepTask, ...]
    only: tuple[str, ...] | None = None
    others: tuple[str, ...] = ()
    people: int = 1
    together: tuple[tuple[str, int], ...] = ()
    same_person: bool = False
    handoff: Handoff | None = None
    batch: BatchRule | None = None
    set_up: Distribution | None = None
    change_over: Distribution | None = None
    change_over_by: tuple[str, ...] = ("class",)
    release: str = "together"
    closing: str = "pause"
    no_start_within: int = 0
    returns: tuple[ReturnRule, ...] = ()
    routes: tuple[Route, ...] = ()
    split: Split | None = None
    limit: int | None = None
    blocking: str = "place"

    @property
    def takers(self) -> tuple[str, ...]:
        """The teams any of which may take it, in order: one, unless `others` are named."""
        return (self.team, *self.others)

    @property
    def needs(self) -> tuple[tuple[str, int], ...]:
        """Of which teams it needs how many people at once; of a step that several may take, of the first of them."""
        return ((self.team, self.people), *self.together)

    @property
    def several(self) -> bool:
        """Whether it needs more than one person at once."""
        return self.people > 1 or bool(self.together)


@dataclass(frozen=True)
class Target:
    """A team's own KPI: `share` of its visits delivered → released within `wait`."""

    share: float
    wait: Wait


@dataclass(frozen=True)
class Team:
    """A silo: `people` of its own, all alike, and those of `Model.people` who name it. `queue`: "first in", "last
    in", "due date", "shortest", "furthest" or "random" (R8). `cost` per hour at work or idle, in whatever currency
    the scenario is written in. `absence` is the chance that one of its people is away for a day, `presence` the
    share of the hours in which he is there for this process (R10). `limit`: at most so many requests are with the
    team (R14).
    """

    name: str
    people: int
    calendar: str
    queue: str = "first in"
    target: Target | None = None
    cost: float | None = None
    absence: float = 0.0
    presence: float = 1.0
    limit: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody with a name (R8, R10): at home in the first of `teams`, helping in the others in this order; `speed` in
    thousandths of the usual: what takes d ticks as drawn takes him d × 1000 ÷ speed, rounded (`at_speed`).
    """

    name: str
    teams: tuple[str, ...]
    speed: int = 1000


def at_speed(ticks: int, speed: int) -> int:
    """Ticks of work as drawn at another speed, in thousandths of the usual: rounded, halves up."""
    return ticks if speed == 1000 else (2000 * ticks + speed) // (2 * speed)


@dataclass(frozen=True)
class Arrivals:
    """How requests of a class arrive (R5): by drawn gaps in the open time of `calendar` (None: elapsed), at `dates`
    (ticks since the start, ascending), or not by themselves when neither is given (a backlog, a class that chases).

    `profile`: pieces (from, to, weight) of the week in ticks since Monday 00:00, ascending and covering it, by whose
    whole weights the gaps run slower or faster; the mean over the open time of a week stays that of the gaps. `group`:
    how many arrive together, as (number, share); None: one by one.
    """

    gap: Distribution | None = None
    calendar: str | None = None
    dates: tuple[int, ...] | None = None
    profile: tuple[tuple[int, int, int], ...] | None = None
    group: tuple[tuple[int, float], ...] | None = None


@dataclass(frozen=True)
class Chasing:
    """Customers who chase (R15): a `share` of them, from `after` its arrival on (None: from the due time), each
    `every`, at most so many times; every chase is a request of the class `klass`.
    """

    klass: str
    every: Span
    share: float = 1.0
    after: Wait | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class DelayCost:
    """What a request costs for `amount` per `per` of its lead time; of what is beyond its due time when `late`."""

    amount: float
    per: Wait
    late: bool = False


@dataclass(frozen=True)
class RequestClass:
    """A kind of request. `priority` 0 is served first. `promise` is the lead time the customer was told, `patience` how
    long he waits before he withdraws (R15). `journey` is its own order of steps (None: file order, R13).
    """

    name: str
    arrivals: Arrivals
    promise: Wait | None = None
    priority: int = 1
    journey: tuple[str, ...] | None = None
    patience: Span | None = None
    chasing: Chasing | None = None
    delay_cost: DelayCost | None = None


@dataclass(frozen=True)
class Backlog:
    """`number` requests of a class that are at a step when the run begins, as old as drawn, in elapsed ticks (R5)."""

    klass: str
    step: str
    number: int
    age: Distribution


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
    people: tuple[Person, ...] = ()
    backlog: tuple[Backlog, ...] = ()
    limit: int | None = None

    @property
    def chasers(self) -> dict[str, str]:
        """Class of chases -> the class whose customers chase (R15)."""
        return {cls.chasing.klass: cls.name for cls in self.classes if cls.chasing is not None}

    def staff(self, team: str) -> tuple[Person | None, ...]:
        """The people of a team by number, as in the Record's `person`: its own first (None), then the named ones, those
        at home in it and those who help, in the Model's order.
        """
        return (*[None] * self.team(team).people, *(person for person in self.people if team in person.teams))

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

    def request_class(self, name: str) -> RequestClass:
        """The request class of that name; KeyError if there is none."""
        return _named(self.classes, name)


def _named(items: tuple[_Thing, ...], name: str) -> _Thing:
    for item in items:
        if item.name == name:
            return item
    raise KeyError(name)
