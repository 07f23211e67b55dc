"""What the reference engine knows while it runs, and the order within an instant (R3)."""

from __future__ import annotations

from abc import ABC, abstractmethod

import simpy

from flowsim.draws import Draws
from flowsim.engine.alarm import SETTLE, Alarm
from flowsim.engine.build import Plant, build
from flowsim.engine.gates import Gate
from flowsim.engine.parts import Branch, Hold, Person, Request, Station, Stay, TeamState, Visit
from flowsim.engine.stuck import explain_loop
from flowsim.model import Model
from flowsim.record import NONE
from flowsim.record.recorder import Recorder

MAX_IN_NO_TIME = 200_000
"""Visits handled in no time at one instant after which a loop in zero time is reported."""

MAX_PASSES = 1_000
"""Passes of one request at one step, the last of them in no time, after which it is reported too."""


class State(ABC):
    """The clock, the parts, and the rounds of an instant; the rules are in the classes built on this one."""

    __slots__ = (
        "careful_teams",
        "circle",
        "crews_changed",
        "dirty_gates",
        "dirty_teams",
        "doors_changed",
        "draws",
        "env",
        "going_on",
        "in_no_time",
        "model",
        "no_time_at",
        "now",
        "paths",
        "peek",
        "plant",
        "recorder",
        "schedule_event",
        "settling",
        "stations",
        "teams",
        "unsettled",
    )

    def __init__(self, model: Model, draws: Draws) -> None:
        self.model = model
        self.draws = draws
        self.plant: Plant = build(model, draws)
        self.stations = self.plant.stations
        self.paths = self.plant.paths
        self.recorder = Recorder([s.team.index for s in self.plant.stations])
        self.env = simpy.Environment(initial_time=0)
        self.schedule_event = self.env.schedule
        self.peek = self.env.peek
        self.now = 0
        self.dirty_gates: list[Gate[Visit]] = []
        self.teams = self.plant.teams
        self.dirty_teams: list[int] = []  # plain teams to be looked at
        self.careful_teams: list[int] = []  # the others
        self.unsettled = False  # any of the next three, or of `careful_teams`
        self.doors_changed = False  # somebody waits for a place, or a place is free, that was not (R14)
        self.going_on: list[tuple[Person, Visit, Hold | None]] = []  # people who go straight on with what they had (R8)
        self.crews_changed = False  # work for several people waits, or people are free, that did not (R8)
        self.in_no_time = 0  # visits handled in no time at the instant `no_time_at`
        self.no_time_at = NONE
        self.circle: dict[int, int] = {}  # where that happens: step -> request
        self.settling = Alarm(self.env, self._settle_rest)

    def happened(self) -> None:
        """After something that was due: settle the instant once nothing else is due in it (R3)."""
        if self.peek() > self.now:
            self.settle()
        elif not self.settling.pending:
            self.settling.set(self.now, self.now, SETTLE)

    def _settle_rest(self, _: Alarm) -> None:
        self.settle()

    def settle(self) -> None:
        """The second half of a round (R3): gates, limits, work for several people, then teams in file order."""
        now = self.now
        if self.dirty_gates:
            self.settle_gates(now)
        if self.unsettled:
            while self.doors_changed or self.going_on:
                self.doors_changed = False
                self.settle_doors(now)
                self.settle_going_on(now)
                self.settle_gates(now)
            self.settle_crews(now)
        changed = self.dirty_teams
        if len(changed) > 1:
            changed.sort()
        for index in changed:
            team = self.teams[index]
            team.dirty = False
            if team.free and team.line:
                self.give_out(team, now)
        changed.clear()
        if self.unsettled:
            self.settle_careful_teams(now)
            self.unsettled = False

    def took_no_time(self, visit: Visit) -> None:
        """Work that ends as it begins makes another round of this instant; EngineError when there is no end of it."""
        if self.no_time_at != self.now:
            self.no_time_at, self.in_no_time = self.now, 0
            self.circle.clear()
        self.in_no_time += 1
        if self.in_no_time > MAX_IN_NO_TIME // 2 or visit.pass_ > MAX_PASSES // 2:
            self.circle[visit.step] = visit.request.number
            if self.in_no_time > MAX_IN_NO_TIME or visit.pass_ > MAX_PASSES:
                raise explain_loop(self.plant, self.circle, self.now)

    def team_changed(self, team: TeamState) -> None:
        """Somebody waits or is free who was not: the team is looked at when the instant is settled."""
        if not team.dirty:
            team.dirty = True
            if team.plain:
                self.dirty_teams.append(team.index)
            else:
                self.careful_teams.append(team.index)
                self.unsettled = True
        if team.in_crews:
            self.crews_changed = self.unsettled = True

    def open_door(self) -> None:
        """A place may be free, or somebody waits for one (R14)."""
        self.doors_changed = self.unsettled = True

    # What the rules add, in the order in which a request meets them.

    @abstractmethod
    def send(
        self,
        request: Request,
        station: Station,
        via: int,
        from_team: int,
        from_step: int,
        branch: Branch | None = None,
        stay: Stay | None = None,
    ) -> None:
        """A new visit to a step (R7), on a branch (R13), with the places that the request still holds (R14)."""

    @abstractmethod
    def settle_gates(self, now: int) -> None:
        """Let those leave whose batch is complete or due (R7, R11)."""

    @abstractmethod
    def settle_doors(self, now: int) -> None:
        """Let those in who wait for a place (R14)."""

    @abstractmethod
    def settle_going_on(self, now: int) -> None:
        """Let people go straight on with what they had (R8)."""

    @abstractmethod
    def settle_crews(self, now: int) -> None:
        """Give out work for several people (R8)."""

    @abstractmethod
    def settle_careful_teams(self, now: int) -> None:
        """Give out work of teams that are not plain (R8, R10)."""

    @abstractmethod
    def line_up(self, station: Station, visit: Visit) -> None:
        """Join the waiting list of the step's team (R8)."""

    @abstractmethod
    def deliver(self, station: Station, visit: Visit) -> None:
        """A visit has reached the team: to the door of a limit, the process batch, or the waiting list."""

    @abstractmethod
    def admitted(self, station: Station, visit: Visit) -> None:
        """A visit has its place (R14): to the process batch, or the waiting list."""

    @abstractmethod
    def give_back(self, stay: Stay) -> None:
        """One of the visits that follow a stay needs its places no longer (R14)."""

    @abstractmethod
    def give_all_back(self, stay: Stay | None) -> None:
        """Nothing follows a stay any more (R14)."""

    @abstractmethod
    def may_leave(self, request: Request) -> bool:
        """Whether a request that was put down goes on; False when its customer withdraws now (R15)."""

    @abstractmethod
    def free_people(self, people: list[Person]) -> None:
        """People are free again."""

    @abstractmethod
    def wait_for_crew(self, visit: Visit) -> None:
        """Wait for several people (R8)."""

    @abstractmethod
    def waiting_for_crews(self) -> list[Visit]:
        """Who waits for several people, first to last."""

    @abstractmethod
    def give_out(self, team: TeamState, now: int) -> None:
        """Let free persons take work (R8, R9)."""

    @abstractmethod
    def answered(self, answer: Visit) -> None:
        """A question is answered (R12)."""

    @abstractmethod
    def end(self, request: Request, outcome: str, stay: Stay | None = None) -> None:
        """A journey ends (R13); the places it holds are given back."""
