"""What the reference engine knows while it runs, and the order within an instant (R3)."""

from __future__ import annotations

from abc import ABC, abstractmethod

import simpy

from flowsim.draws import Draws
from flowsim.engine.alarm import SETTLE, Alarm
from flowsim.engine.build import Plant, build
from flowsim.engine.gates import Gate
from flowsim.engine.parts import Request, Station, TeamState, Visit
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
        "circle",
        "dirty_gates",
        "dirty_teams",
        "draws",
        "env",
        "in_no_time",
        "model",
        "no_time_at",
        "now",
        "peek",
        "plant",
        "recorder",
        "schedule_event",
        "settling",
        "stations",
        "teams",
    )

    def __init__(self, model: Model, draws: Draws) -> None:
        self.model = model
        self.draws = draws
        self.plant: Plant = build(model, draws)
        self.stations = self.plant.stations
        self.recorder = Recorder([s.team.index for s in self.plant.stations])
        self.env = simpy.Environment(initial_time=0)
        self.schedule_event = self.env.schedule
        self.peek = self.env.peek
        self.now = 0
        self.dirty_gates: list[Gate[Visit]] = []
        self.teams = self.plant.teams
        self.dirty_teams: list[int] = []
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
        """The second half of a round (R3): gates, then teams, in file order, give out places and work."""
        now = self.now
        if self.dirty_gates:
            self.settle_gates(now)
        changed = self.dirty_teams
        if len(changed) > 1:
            changed.sort()
        for index in changed:
            team = self.teams[index]
            team.dirty = False
            if team.free and team.line:
                self.give_out(team, now)
        changed.clear()

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
            self.dirty_teams.append(team.index)

    # What the rules add, in the order in which a request meets them.

    @abstractmethod
    def send(self, request: Request, station: Station, via: int, from_team: int, from_step: int) -> None:
        """A new visit to a step (R7)."""

    @abstractmethod
    def settle_gates(self, now: int) -> None:
        """Let those leave whose batch is complete or due (R7, R11)."""

    @abstractmethod
    def line_up(self, station: Station, visit: Visit) -> None:
        """Join the waiting list of the step's team (R8)."""

    @abstractmethod
    def give_out(self, team: TeamState, now: int) -> None:
        """Let free persons take work (R8, R9)."""

    @abstractmethod
    def answered(self, answer: Visit) -> None:
        """A question is answered (R12)."""

    @abstractmethod
    def end(self, request: Request, outcome: str) -> None:
        """A journey ends (R13)."""
