"""Who arrives when (R5): drawn before the run, numbered in order of arrival."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.engine.parts import Request
from flowsim.model import Model, OpenTimes, RequestClass
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE

Column = npt.NDArray[np.int64]


@dataclass
class Schedule:
    """Arrivals up to twice the run's length, in order of (time, class, ordinal): the request numbers."""

    times: list[int]
    classes: list[int]
    ordinals: list[int]
    due: list[int]
    priorities: list[int]  # by class
    warm_up: int
    length: int
    measured: int  # how many arrive in [warm_up, length)

    def request(self, number: int) -> Request:
        """The request with that number, as it arrives."""
        klass = self.classes[number]
        due = self.due[number]
        return Request(
            number,
            klass,
            self.ordinals[number],
            FOREVER if due == NONE else due,
            self.priorities[klass],
            self.warm_up <= self.times[number] < self.length,
        )

    def columns(self, known: int) -> dict[str, Column]:
        """The first `known` requests as Record columns, but for how they ended."""
        arrived = np.array(self.times[:known], dtype=np.int64)
        measured = (arrived >= self.warm_up) & (arrived < self.length)
        return {
            "class": np.array(self.classes[:known], dtype=np.int64),
            "ordinal": np.array(self.ordinals[:known], dtype=np.int64),
            "arrived": arrived,
            "due": np.array(self.due[:known], dtype=np.int64),
            "ended": np.full(known, NONE, dtype=np.int64),
            "outcome": np.full(known, NONE, dtype=np.int64),
            "measured": measured.astype(np.int64),
        }


def schedule(model: Model, draws: Draws) -> Schedule:
    """All arrivals before twice the run's length (R5, R16)."""
    times, classes, ordinals, dues = [], [], [], []
    calendars = {c.name: OpenTimes(c, model.start) for c in model.calendars}
    for index, cls in enumerate(model.classes):
        arrived = _arrivals(cls, draws, calendars, 2 * model.run.length)
        times.append(arrived)
        classes.append(np.full(len(arrived), index, dtype=np.int64))
        ordinals.append(np.arange(len(arrived), dtype=np.int64))
        dues.append(_dues(cls, arrived, calendars))
    time, klass, ordinal = np.concatenate(times), np.concatenate(classes), np.concatenate(ordinals)
    order = np.lexsort((ordinal, klass, time))
    run = model.run
    measured = int(((time >= run.warm_up) & (time < run.length)).sum())
    return Schedule(
        times=time[order].tolist(),
        classes=klass[order].tolist(),
        ordinals=ordinal[order].tolist(),
        due=np.concatenate(dues)[order].tolist(),
        priorities=[c.priority for c in model.classes],
        warm_up=run.warm_up,
        length=run.length,
        measured=measured,
    )


def _arrivals(cls: RequestClass, draws: Draws, calendars: dict[str, OpenTimes], until: int) -> Column:
    """Arrival instants of a class in [0, until), ascending."""
    if cls.arrivals.dates is not None:
        dates = np.array(cls.arrivals.dates, dtype=np.int64)
        return dates[dates < until]
    assert cls.arrivals.gap is not None
    if cls.arrivals.calendar is None:
        instants = np.cumsum(draws.gaps(cls.name, cls.arrivals.gap, until))
    else:
        calendar = calendars[cls.arrivals.calendar]
        open_time = calendar.worked(0, until)
        if open_time == 0:
            return np.empty(0, dtype=np.int64)
        worked = np.cumsum(draws.gaps(cls.name, cls.arrivals.gap, open_time))
        worked = worked[worked <= open_time]
        instants = calendar.after_array(np.zeros(len(worked), dtype=np.int64), worked)
    return instants[instants < until]


def _dues(cls: RequestClass, arrived: Column, calendars: dict[str, OpenTimes]) -> Column:
    """When the promise ends for each (arrival + promise); NONE without a promise."""
    if cls.promise is None:
        return np.full(len(arrived), NONE, dtype=np.int64)
    if cls.promise.calendar is None:
        return arrived + cls.promise.ticks
    ticks = np.full(len(arrived), cls.promise.ticks, dtype=np.int64)
    return calendars[cls.promise.calendar].after_array(arrived, ticks)
