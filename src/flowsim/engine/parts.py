"""What moves and what stands still while the reference engine runs: requests and their visits; classes, steps, teams.

Built once per run (`build.py`), so that the rules in `reference.py` look nothing up by name.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sized
from dataclasses import dataclass, field

from flowsim.draws import Durations, Uniforms
from flowsim.engine.alarm import Alarm
from flowsim.engine.gates import Gate
from flowsim.engine.waiting import FirstInList, RankedList, ShuffledList
from flowsim.model import OpenTimes, Step, Team
from flowsim.model.calendar import FOREVER

VALUES = ("adding", "necessary", "waste")


class Request:
    """One request on its way."""

    __slots__ = (
        "done",
        "due",
        "furthest",
        "klass",
        "measured",
        "number",
        "ordinal",
        "passes",
        "priority",
        "return_until",
        "returned",
        "visits",
    )

    def __init__(self, number: int, klass: int, ordinal: int, due: int, priority: int, measured: bool) -> None:
        self.number = number
        self.klass = klass
        self.ordinal = ordinal
        self.due = due  # FOREVER without a promise
        self.priority = priority
        self.measured = measured
        self.visits = 0
        self.passes: dict[int, int] = {}  # step -> times it came to do the step's work
        self.done: dict[int, int] | None = None  # task done at several steps -> times done
        self.returned: dict[tuple[int, int], int] | None = None  # (step, return rule) -> returns so far
        self.furthest = -1  # furthest step reached
        self.return_until = -1  # while in a return: the furthest step reached before it


class Visit:
    """One request at one step, once, until its row is written (R6). The first of a process batch has `members`."""

    __slots__ = (
        "admitted",
        "asked",
        "assembled",
        "crossing",
        "delivered",
        "from_step",
        "from_team",
        "gathered",
        "in_return",
        "kind",
        "members",
        "number",
        "pass_",
        "process_batch",
        "request",
        "sent",
        "station",
        "step",
        "team",
        "transfer_batch",
        "via",
    )

    def __init__(
        self,
        request: Request,
        station: Station,
        step: int,
        team: int,
        kind: int,
        pass_: int,
        via: int,
        from_step: int,
        from_team: int,
        sent: int,
    ) -> None:
        self.number = request.visits = request.visits + 1
        self.request = request
        self.station = station  # for a question to the customer: the one that asks
        self.step = step
        self.team = team
        self.kind = kind
        self.pass_ = pass_
        self.via = via
        self.sent = self.gathered = self.delivered = self.admitted = self.assembled = sent
        self.in_return = 0
        self.from_step = from_step
        self.from_team = from_team
        self.transfer_batch = self.process_batch = self.asked = -1
        self.crossing = False  # whether the handoff's rules hold for this move (R7)
        self.members: list[Visit] | None = None


@dataclass(slots=True)
class Work:
    """One task at one step for one class: how long, of what value, for whom."""

    task: int
    durations: Durations
    value: int
    needs: tuple[tuple[Uniforms, float], ...]
    elsewhere: bool  # done at several steps too: then its n-th time is counted per request


@dataclass(slots=True)
class Returning:
    """One return rule for one class (R12)."""

    uniforms: Uniforms
    targets: tuple[tuple[int, tuple[float, ...]], ...]
    at_most: int


@dataclass(slots=True)
class Station:
    """One step for the engine; lists are by class."""

    index: int
    step: Step
    team: TeamState
    work: list[list[Work]]
    visited: list[bool]  # by class: `only` allows it and there is work or none is asked
    certain: list[bool]  # by class: every request of the class comes here, no draw needed
    single: list[Work | None] = field(default_factory=list)  # by class: the one task, if it is all that is done
    onward: list[Station | None] = field(default_factory=list)  # by class: always next, without draw or rule
    overtime: bool = False  # work goes on after closing (R9)
    transfer: Gate[Visit] | None = None
    process: Gate[Visit] | None = None
    transit: list[Durations] | None = None
    transit_calendar: OpenTimes | None = None
    reread: list[Durations] | None = None
    question: list[Uniforms] | None = None
    answer: list[Durations] | None = None
    answer_calendar: OpenTimes | None = None
    set_up: list[Durations] | None = None
    change_over: list[Durations] | None = None
    direct: bool = False  # who is sent here joins the waiting list at once, first in first out
    lots: list[Uniforms] | None = None
    answer_lots: list[Uniforms] | None = None
    returns: list[list[Returning]] = field(default_factory=list)
    routing: list[Uniforms] | None = None
    targets: list[tuple[tuple[int, float, str], ...]] = field(default_factory=list)


class Person:
    """Somebody in a team: whom he serves, and when they leave."""

    __slots__ = ("alarm", "last_class", "leaving", "number", "team", "visit")

    def __init__(self, team: TeamState, number: int) -> None:
        self.team = team
        self.number = number
        self.last_class = -1
        self.visit: Visit | None = None  # the one he serves
        self.leaving: list[tuple[int, Visit]] = []  # or: those he serves together, (instant, visit) in order
        self.alarm: Alarm


class TeamState:
    """One team while running: who is free, who waits, when it is open."""

    __slots__ = (
        "_closes",
        "_opens",
        "always",
        "dirty",
        "fifo",
        "free",
        "index",
        "line",
        "name",
        "open_times",
        "people",
        "queue",
        "waiting",
    )

    def __init__(self, index: int, team: Team, open_times: OpenTimes, one_priority: bool) -> None:
        people, queue = team.people, team.queue
        self.index = index
        self.name = team.name
        self.queue = queue
        self.open_times = open_times
        self.always = open_times.always
        self.people = [Person(self, number) for number in range(people)]
        self.free = list(range(people))  # a heap of numbers: the lowest first, R8
        self.waiting: FirstInList[Visit] | RankedList[Visit] | ShuffledList[Visit] = RankedList()
        if queue == "random":
            self.waiting = ShuffledList()
        elif queue == "first in" and one_priority:
            self.waiting = FirstInList()
        self.dirty = False
        self.line: Sized = self.waiting.line  # falsy when nobody waits
        # The list itself, where the first in it may always be taken.
        self.fifo: deque[Visit] | None = self.waiting.line if isinstance(self.waiting, FirstInList) else None
        self._opens = self._closes = -FOREVER

    def is_open(self, t: int) -> bool:
        """Whether work may start at t (R9)."""
        if t >= self._closes:
            self._opens = self.open_times.opening(t)
            self._closes = self.open_times.closing(self._opens) if self._opens < FOREVER else FOREVER
        return t >= self._opens

    def next_opening(self, t: int) -> int:
        """The next instant ≥ t at which the team opens, or after t when it is open now."""
        if self.is_open(t):
            return self.open_times.opening(self._closes) if self._closes < FOREVER else FOREVER
        return self._opens

    def time_left(self, t: int) -> int:
        """Open time from t to the closing of the interval that holds t."""
        return self._closes - t if self.is_open(t) else 0
