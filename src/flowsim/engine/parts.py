"""What moves and what stands still while the reference engine runs: requests and their visits; classes, steps, teams.

Built once per run (`build.py`), so that the rules in `reference.py` look nothing up by name.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sized
from dataclasses import dataclass, field

from flowsim.draws import Durations, Uniforms
from flowsim.engine.alarm import Alarm
from flowsim.engine.duties import Returning, Where, Work
from flowsim.engine.gates import Gate
from flowsim.engine.presence import Presence
from flowsim.engine.waiting import FirstInList, RankedList, ShuffledList
from flowsim.model import JointTimes, OpenTimes, Step, Team
from flowsim.model.calendar import FOREVER


class Request:
    """One request on its way."""

    __slots__ = (
        "__dict__",
        "due",
        "klass",
        "measured",
        "number",
        "ordinal",
        "passes",
        "priority",
        "visits",
    )
    # What few requests have lies in the dictionary, which the others never make.
    done: dict[int, int] | None = None  # task done at several steps -> times done
    returned: dict[tuple[int, int], int] | None = None  # (step, return rule) -> returns so far
    furthest: int = -1  # rank of the furthest step reached on the trunk
    return_until: int = -1  # while in a return: the furthest rank reached before it
    open: list[Visit] | None = None  # its visits that are not released; kept when it may withdraw only
    patience_over: bool = False
    branches: int = 0  # branches begun
    chase: int = 0  # of a chase: which one of its parent
    inside: bool = False  # has a place in the whole's limit
    ended: bool = False

    def __init__(self, number: int, klass: int, ordinal: int, due: int, priority: int, measured: bool) -> None:
        self.number = number
        self.klass = klass
        self.ordinal = ordinal
        self.due = due  # FOREVER without a promise
        self.priority = priority
        self.measured = measured
        self.visits = 0
        self.passes: dict[int, int] = {}  # step -> times it came to do the step's work


class Branch:
    """One branch of a request after a split (R13). `order` is its place among all branches of the request: when it
    began, then the places of it and of those it is part of.
    """

    __slots__ = (
        "began",
        "ended",
        "fork",
        "furthest",
        "in_return",
        "joined",
        "last",
        "number",
        "order",
        "place",
        "return_until",
    )

    def __init__(self, fork: Fork, place: int, began: int, number: int) -> None:
        self.fork = fork
        self.place = place
        self.began = began
        self.number = number
        parent: tuple[int, ...] = fork.branch.order[1] if fork.branch is not None else ()
        self.order: tuple[int, tuple[int, ...]] = (began, (*parent, place))
        self.ended = self.joined = -1
        self.furthest = self.return_until = -1
        self.in_return = fork.in_return  # it began within a return
        self.last: tuple[int, int] | None = None  # team and step of its last visit


class Fork:
    """A split under way: after which visit it began, on which branch (None: the trunk), and its branches."""

    __slots__ = ("after", "branch", "branches", "in_return", "left", "request", "step", "team")

    def __init__(
        self, request: Request, after: int, branch: Branch | None, step: int, team: int, in_return: bool
    ) -> None:
        self.request = request
        self.after = after
        self.branch = branch
        self.step = step
        self.team = team
        self.in_return = in_return
        self.branches: list[Branch] = []
        self.left = 0  # branches that have not ended


TRUNK: tuple[int, tuple[int, ...]] = (-1, ())
"""The `order` of a visit on no branch."""


class Visit:
    """One request at one step, once, until its row is written (R6). The first of a process batch has `members`."""

    __slots__ = (
        "__dict__",
        "admitted",
        "assembled",
        "crossing",
        "delivered",
        "from_step",
        "from_team",
        "gathered",
        "kind",
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
        "where",
    )
    # What few visits have lies in the dictionary, which the others never make.
    in_return: int = 0
    asked: int = -1  # of an answer: the step that asks
    members: list[Visit] | None = None
    head: Visit  # of a member of a process batch: the first, which stands for all
    branch: Branch | None = None
    order: tuple[int, tuple[int, ...]] = TRUNK
    stay: Stay | None = None  # the places it holds (R14)
    came_from: Stay | None = None  # those it keeps until it is admitted
    goer: Person | None = None  # who goes straight on with it (R8, same person)
    courier: Alarm  # of a transit, or of a question at the customer

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
        self.from_step = from_step
        self.from_team = from_team
        self.transfer_batch = self.process_batch = -1
        self.crossing = False  # whether the handoff's rules hold for this move (R7)
        self.where: int = Where.LINE

    @property
    def turn(self) -> int:
        """Which of the request's draws of a purpose this visit takes: of a chase the number of the chase (R15)."""
        return self.request.chase or self.pass_


class Limit:
    """A limit on the work in process (R14): how many places, and who holds them."""

    __slots__ = ("holders", "name", "size", "used")

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self.used = 0
        self.holders: dict[Stay, None] = {}  # in order of coming; not kept for the whole's limit


class Stay:
    """The places that a visit holds, from its admission until what follows it is admitted or sent (R14)."""

    __slots__ = ("hold", "left", "limits", "next", "visit")

    def __init__(self, visit: Visit, limits: tuple[Limit, ...]) -> None:
        self.visit = visit
        self.limits = limits
        self.left = 1  # visits that follow and are not yet admitted or sent
        self.next: list[Visit] = []  # those of them that wait for a place
        self.hold: Hold | None = None


class Hold:
    """The people who stay with a unit's members until all of them have gone on (R14, blocking: person)."""

    __slots__ = ("left", "people")

    def __init__(self, people: list[Person], left: int) -> None:
        self.people = people
        self.left = left


Caller = tuple[int, int, int, tuple[int, tuple[int, ...]], "Visit"]
"""A visit that waits for a place, after its key: (priority, delivered, request number, branch order)."""


@dataclass(slots=True, eq=False)
class Station:
    """One step for the engine; lists are by class."""

    index: int
    step: Step
    team: TeamState
    takers: tuple[TeamState, ...]  # any of them may take it, in this order
    work: list[list[Work]]
    visited: list[bool]  # by class: `only` allows it and there is work or none is asked
    certain: list[bool]  # by class: every request of the class comes here, no draw needed
    single: list[Work | None] = field(default_factory=list)  # by class: the one task, if it is all that is done
    onward: list[Station | None] = field(default_factory=list)  # by class: always next, without draw or rule
    plain: list[bool] = field(default_factory=list)  # by class: nothing but lists, people and work concerns its visits
    overtime: bool = False  # work goes on after closing (R9)
    times: OpenTimes | JointTimes | None = None  # open time of the work; None: that of the team that takes it
    crew: tuple[tuple[TeamState, int], ...] = ()  # of work for several people: how many of which team
    first_task: int = -1
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
    limits: tuple[Limit, ...] = ()
    limited: list[bool] = field(default_factory=list)  # by class: requests need a place somewhere here
    doors: tuple[list[Caller], list[Caller], list[Caller]] = field(default_factory=lambda: ([], [], []))
    """Who waits for a place: those who hold places elsewhere, those inside the whole's limit, those outside it."""

    @property
    def keeps_people(self) -> bool:
        """Whether people stay with a finished request that may not go on (R14)."""
        return self.step.blocking == "person"


class Person:
    """Somebody at work: whom he serves, and when they leave. `numbers` is his number in each of his teams."""

    __slots__ = (
        "alarm",
        "busy",
        "crew",
        "home",
        "kept",
        "last_class",
        "last_task",
        "leaving",
        "number",
        "numbers",
        "speed",
        "team",
        "teams",
        "visit",
    )

    def __init__(self, team: TeamState, number: int, speed: int = 1000) -> None:
        self.team = self.home = team
        self.number = number
        self.speed = speed
        self.teams = [team]
        self.numbers = {team.index: number}
        self.busy = False  # noted for teams that are not plain
        self.kept = False  # stays with what he has in hand until it has gone on (R14)
        self.last_class = self.last_task = -1
        self.visit: Visit | None = None  # the one he serves
        self.leaving: list[tuple[int, Visit]] = []  # or: those he serves together, (instant, visit) in order
        self.crew: list[Person] = []  # all who are at work on it, himself first
        self.alarm: Alarm


class TeamState:
    """One team while running: who is free, who waits, when it is open.

    `plain`: all its people are its own, alike and always there, and work alone on what no other team may take.
    """

    __slots__ = (
        "_closes",
        "_opens",
        "always",
        "at_work",
        "dirty",
        "fifo",
        "free",
        "in_crews",
        "index",
        "line",
        "name",
        "open_times",
        "people",
        "plain",
        "presence",
        "queue",
        "staffs",
        "waiting",
    )

    def __init__(self, index: int, team: Team, open_times: OpenTimes, one_priority: bool) -> None:
        queue = team.queue
        self.index = index
        self.name = team.name
        self.queue = queue
        self.open_times = open_times
        self.always = open_times.always
        self.plain = True
        self.in_crews = False
        self.staffs = [self]  # the teams that people at home here are in
        self.presence: Presence | None = None
        self.at_work = 0  # of the people at home here; kept for teams that are not plain
        self.people = [Person(self, number) for number in range(team.people)]
        self.free = list(range(team.people))  # a heap of numbers: the lowest first, R8; of a plain team
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
