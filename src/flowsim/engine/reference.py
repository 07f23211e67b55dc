"""The reference engine: docs/semantics.md in SimPy, plain and readable; the definition of what a model means.

SimPy keeps the clock and the list of events. The rules stand in three layers, each with a comment per rule:
`state` (the order within an instant), `travel` (from step to step), `handling` (from waiting list to release). A
visit's row is written when a person takes it up, for then all its instants are known; what lies at or after the end
of the run is cut off by the Recorder.
"""

from __future__ import annotations

import gc

import numpy as np
from simpy.core import StopSimulation

from flowsim.draws import Draws
from flowsim.engine.alarm import LAST, Alarm
from flowsim.engine.handling import Handling
from flowsim.engine.parts import Request
from flowsim.engine.schedule import Column, Schedule, schedule
from flowsim.engine.stuck import explain_stuck
from flowsim.engine.travel import ARRIVAL
from flowsim.model import Model
from flowsim.record import NONE, Record


def run(model: Model, draws: Draws) -> Record:
    """One replication of the model, every instant recorded (R1–R9, R11–R13, R16).

    Raises ValueError for a model whose relations do not hold, EngineError for a loop in zero time.
    """
    wrong = model.relations()
    if wrong:
        raise ValueError("; ".join(wrong))
    collecting = gc.isenabled()
    gc.disable()  # nothing made in quantity here is part of a cycle; collecting would double the time
    try:
        return _Run(model, draws).record()
    finally:
        if collecting:
            gc.enable()


class _Run(Handling):
    """Arrivals (R5), the ends of journeys, and the end of the run (R16)."""

    __slots__ = (
        "area",
        "area_at",
        "arrived",
        "arriving",
        "ended",
        "in_process",
        "open_measured",
        "outcome",
        "schedule",
    )

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.schedule: Schedule = schedule(model, draws)
        self.arriving = Alarm(self.env, self._arrive)
        self.arrived = 0  # requests that have arrived
        self.open_measured = self.schedule.measured
        self.in_process = 0
        self.area = 0  # integral of in_process over time, kept as it happens for the audit (identity 6)
        self.area_at = 0
        self.ended = [NONE] * len(self.schedule.times)
        self.outcome = [NONE] * len(self.schedule.times)

    def record(self) -> Record:
        """Run to the end and lay down the Record."""
        ended_at = self._run()
        self.area += self.in_process * (ended_at - self.area_at)
        stuck = explain_stuck(self.plant, ended_at)
        self.write_waiting()
        return Record(
            replication=self.draws.replication,
            requests=self._request_columns(ended_at),
            visits=self.recorder.columns(ended_at),
            outcomes=self.plant.outcomes,
            ended_at=ended_at,
            wip_area=self.area,
            stuck=stuck,
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
            self.area += self.in_process * (now - self.area_at)
            self.area_at = now
            self.in_process += 1
            self.go_on(self.schedule.request(number), 0, ARRIVAL, NONE, NONE)
            number += 1
        self.arrived = number
        if number < len(times):
            self.arriving.set(times[number], now)
        self.happened()

    def end(self, request: Request, outcome: str) -> None:
        """The journey ends with an outcome (R13)."""
        now = self.now
        self.area += self.in_process * (now - self.area_at)
        self.area_at = now
        self.in_process -= 1
        self.ended[request.number] = now
        self.outcome[request.number] = self.plant.outcomes.index(outcome)
        if request.measured:
            self.open_measured -= 1
            if self.open_measured == 0 and now >= self.model.run.length:
                Alarm(self.env, self._all_ended).set(self.now, self.now, LAST)  # R16, once this instant is settled

    def _request_columns(self, ended_at: int) -> dict[str, Column]:
        known = int(np.searchsorted(np.array(self.schedule.times, dtype=np.int64), ended_at, side="left"))
        columns = self.schedule.columns(known)
        columns["ended"] = np.array(self.ended[:known], dtype=np.int64)
        columns["outcome"] = np.array(self.outcome[:known], dtype=np.int64)
        return columns
