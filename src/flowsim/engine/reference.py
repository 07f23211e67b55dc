"""The reference engine: docs/semantics.md in SimPy, plain and readable; the definition of what a model means.

SimPy keeps the clock and the list of events. The rules stand in layers, each with a comment per rule: `state` (the
order within an instant), `branching` (paths, splits and joins), `travel` (routes, returns, handoffs), `doors` (limits),
`questions`, `effort` (what a visit takes), `handling` (from waiting list to release), `careful` (who may take what, and
work for several people), `customers` (withdrawals and chases). A visit's row is written when a person takes it up, for
then all its instants are known; what lies at or after the end of the run is cut off by the Recorder.
"""

from __future__ import annotations

import gc

import numpy as np
from simpy.core import StopSimulation

from flowsim.draws import Draws
from flowsim.engine.alarm import LAST, Alarm
from flowsim.engine.customers import Customers
from flowsim.engine.laying_down import chase_columns, put_in_order
from flowsim.engine.parts import Request, Stay
from flowsim.engine.presence import away_columns
from flowsim.engine.schedule import Column, Schedule, schedule
from flowsim.engine.stuck import explain_chases, explain_stuck
from flowsim.engine.travel import ARRIVAL
from flowsim.model import Model, relations
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Record

MAX_CHASES = 300_000
"""Chases in a run after which they are reported as endless: each delays others, who chase in their turn."""


def run(model: Model, draws: Draws) -> Record:
    """One replication of the model, every instant recorded (R1–R16).

    Raises ValueError for a model whose relations do not hold, EngineError for a loop in zero time (FS701), for a
    process that locks (FS711) and for chases without end (FS712).
    """
    wrong = relations(model)
    if wrong:
        raise ValueError("; ".join(wrong))
    collecting = gc.isenabled()
    gc.disable()  # nothing made in quantity here is part of a cycle; collecting would double the time
    try:
        return _Run(model, draws).record()
    finally:
        if collecting:
            gc.enable()


class _Run(Customers):
    """Arrivals (R5), the ends of journeys, and the end of the run (R16)."""

    __slots__ = (
        "area",
        "area_at",
        "arrived",
        "arriving",
        "chases",
        "ended",
        "expectant",
        "first",
        "in_process",
        "open_measured",
        "outcome",
        "schedule",
    )

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.schedule: Schedule = schedule(model, draws)
        self.arriving = Alarm(self.env, self._arrive)
        self.first = [paths.first for paths in self.paths]
        self.expectant = [p is not None or c is not None for p, c in zip(self.patience, self.chasers, strict=True)]
        self.arrived = 0  # requests that have arrived
        self.open_measured = self.schedule.measured
        self.in_process = 0
        self.area = 0  # integral of in_process over time, kept as it happens for the audit (identity 6)
        self.area_at = 0
        self.chases: list[tuple[int, int, int, int, int]] = []  # class, ordinal, arrived, parent, which one of it
        self.ended = [NONE] * len(self.schedule.times)
        self.outcome = [NONE] * len(self.schedule.times)

    def record(self) -> Record:
        """Run to the end and lay down the Record."""
        ended_at = self._run()
        self.area += self.in_process * (ended_at - self.area_at)
        stuck = explain_stuck(self.plant, self.waiting_for_crews(), ended_at)
        self.write_waiting()
        requests, numbers = self._request_columns(ended_at)
        visits, crew, branches = put_in_order(
            self.recorder.columns(ended_at), self.crew, self.branches, numbers, ended_at
        )
        return Record(
            replication=self.draws.replication,
            requests=requests,
            visits=visits,
            outcomes=self.plant.outcomes,
            ended_at=ended_at,
            wip_area=self.area,
            stuck=stuck,
            crew=crew,
            branches=branches,
            away=away_columns(self.plant.presences, ended_at),
        )

    def _run(self) -> int:
        """R16: to the length; then on until all measured requests have ended, at most to twice the length."""
        length = self.model.run.length
        if self.schedule.times:
            self.arriving.set(self.schedule.times[0], 0)
        self.env.run(until=length)
        if self.open_measured == 0:
            return length
        self.env.run(until=2 * length)
        return 2 * length if self.open_measured else int(self.env.now) + 1

    def _all_ended(self, _: Alarm) -> None:
        raise StopSimulation(None)

    def _arrive(self, alarm: Alarm) -> None:
        """R5: everyone who arrives at this instant."""
        now = self.now = alarm.at
        times = self.schedule.times
        number = self.arrived
        while number < len(times) and times[number] == now:
            self._count(1)
            request = self.schedule.request(number)
            if self.expectant[request.klass]:
                self.welcome(request, self.schedule.ages[number])
            place = self.schedule.places[number]
            if place < 0:
                self.go_on(request, self.first[request.klass], ARRIVAL, NONE, NONE)
            else:
                self.arrive_in_backlog(request, place)
            number += 1
        self.arrived = number
        if number < len(times):
            self.arriving.set(times[number], now)
        self.happened()

    def new_chase(self, parent: Request, klass: int, which: int) -> Request:
        """A chase: numbered after all that arrive by themselves."""
        if len(self.chases) >= MAX_CHASES:
            raise explain_chases(self.model.classes[klass].name, self.now)
        number = len(self.schedule.times) + len(self.chases)
        self.chases.append((klass, parent.ordinal, self.now, parent.number, which))
        self.ended.append(NONE)
        self.outcome.append(NONE)
        self._count(1)
        request = Request(number, klass, parent.ordinal, FOREVER, self.schedule.priorities[klass], False)
        request.chase = which
        return request

    def _count(self, change: int) -> None:
        """One request more or less is in process."""
        self.area += self.in_process * (self.now - self.area_at)
        self.area_at = self.now
        self.in_process += change

    def end(self, request: Request, outcome: str, stay: Stay | None = None) -> None:
        """The journey ends with an outcome (R13); what it holds is given back (R14)."""
        now = self.now
        self._count(-1)
        self.ended[request.number] = now
        self.outcome[request.number] = self.plant.outcomes.index(outcome)
        if self.expectant[request.klass]:
            request.ended = True
        if stay is not None:
            self.give_all_back(stay)
        if request.inside and self.plant.limit is not None:
            self.plant.limit.used -= 1
            self.open_door()
        if request.measured:
            self.open_measured -= 1
            if self.open_measured == 0 and now >= self.model.run.length:
                Alarm(self.env, self._all_ended).set(self.now, self.now, LAST)  # R16, once this instant is settled

    def _request_columns(self, ended_at: int) -> tuple[dict[str, Column], Column]:
        """The requests known at the end, and by number in the engine their number in the Record."""
        scheduled = len(self.schedule.times)
        known = int(np.searchsorted(np.array(self.schedule.times, dtype=np.int64), ended_at, side="left"))
        columns = self.schedule.columns(known)
        columns["ended"] = np.array(self.ended[:known], dtype=np.int64)
        columns["outcome"] = np.array(self.outcome[:known], dtype=np.int64)
        if self.chases:
            chases = chase_columns(self.chases)
            chases["ended"] = np.array(self.ended[scheduled:], dtype=np.int64)
            chases["outcome"] = np.array(self.outcome[scheduled:], dtype=np.int64)
            columns = {name: np.concatenate([column, chases[name]]) for name, column in columns.items()}
        numbers = np.arange(scheduled + len(self.chases), dtype=np.int64)
        numbers[scheduled:] -= scheduled - known
        return columns, numbers
