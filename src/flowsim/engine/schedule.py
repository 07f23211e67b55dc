"""Who arrives when (R5): drawn before the run, numbered in order of arrival; a backlog first, the oldest before all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.draws import BACKLOG, Draws
from flowsim.engine.parts import Request
from flowsim.engine.profile import Profile
from flowsim.model import Distribution, Model, OpenTimes, RequestClass, laid_out
from flowsim.model.calendar import ALWAYS, FOREVER
from flowsim.record import NONE

Column = npt.NDArray[np.int64]


@dataclass
class Schedule:
    """Arrivals up to twice the run's length, in order of (time - age, class, ordinal): the request numbers.

    Chases are not among them: they come of what happens (R15). A request of a backlog is there at instant 0, as old as
    in `ages`, at the step in `places`; the others have age 0 and place -1, and begin where their path does.
    """

    times: list[int]
    classes: list[int]
    ordinals: list[int]
    due: list[int]
    ages: list[int]
    places: list[int]
    priorities: list[int]  # by class
    warm_up: int
    length: int
    measured: int  # how many arrive by themselves in [warm_up, length)

    def request(self, number: int) -> Request:
        """The request with that number, as it arrives."""
        klass, ordinal = self.classes[number], self.ordinals[number]
        due = self.due[number]
        return Request(
            number,
            klass,
            ordinal,
            FOREVER if due == NONE else due,
            self.priorities[klass],
            self.warm_up <= self.times[number] < self.length and ordinal < BACKLOG,
        )

    def columns(self, known: int) -> dict[str, Column]:
        """The first `known` requests as Record columns, but for how they ended."""
        arrived = np.array(self.times[:known], dtype=np.int64)
        ordinal = np.array(self.ordinals[:known], dtype=np.int64)
        return {
            "class": np.array(self.classes[:known], dtype=np.int64),
            "ordinal": ordinal,
            "arrived": arrived,
            "age": np.array(self.ages[:known], dtype=np.int64),
            "due": np.array(self.due[:known], dtype=np.int64),
            "ended": np.full(known, NONE, dtype=np.int64),
            "outcome": np.full(known, NONE, dtype=np.int64),
            "measured": _measured(arrived, ordinal, self.warm_up, self.length).astype(np.int64),
            "parent": np.full(known, NONE, dtype=np.int64),
            "chase": np.zeros(known, dtype=np.int64),
        }


def schedule(model: Model, draws: Draws) -> Schedule:
    """All arrivals before twice the run's length, and the backlog (R5, R16)."""
    calendars = {c.name: laid_out(c, model.start) for c in model.calendars}
    parts: list[tuple[Column, ...]] = []
    for index, cls in enumerate(model.classes):
        arrived = _arrivals(cls, model, draws, calendars)
        nothing = np.zeros(len(arrived), dtype=np.int64)
        due = _dues(cls, arrived, nothing, calendars)
        parts.append((arrived, nothing + index, np.arange(len(arrived), dtype=np.int64), due, nothing, nothing - 1))
        parts += _backlog(index, cls, model, draws, calendars)
    time, klass, ordinal, due, age, place = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((ordinal, klass, time - age))
    run = model.run
    return Schedule(
        times=time[order].tolist(),
        classes=klass[order].tolist(),
        ordinals=ordinal[order].tolist(),
        due=due[order].tolist(),
        ages=age[order].tolist(),
        places=place[order].tolist(),
        priorities=[c.priority for c in model.classes],
        warm_up=run.warm_up,
        length=run.length,
        measured=int(_measured(time, ordinal, run.warm_up, run.length).sum()),
    )


def _measured(arrived: Column, ordinal: Column, warm_up: int, length: int) -> npt.NDArray[np.bool_]:
    """R16: whether each is measured; a backlog arrived before the start, so never."""
    return (arrived >= warm_up) & (arrived < length) & (ordinal < BACKLOG)


def _arrivals(cls: RequestClass, model: Model, draws: Draws, calendars: dict[str, OpenTimes]) -> Column:
    """Instants in [0, twice the run's length) at which requests of a class arrive, ascending; one a request."""
    until = 2 * model.run.length
    if cls.arrivals.dates is not None:
        instants = np.array(cls.arrivals.dates, dtype=np.int64)
    elif cls.arrivals.gap is not None:
        instants = _drawn(cls, cls.arrivals.gap, model, draws, calendars)
    else:
        return np.empty(0, dtype=np.int64)  # chases, or only a backlog
    instants = instants[instants < until]
    if cls.arrivals.group is None:
        return instants
    return np.repeat(instants, _group_sizes(cls, cls.arrivals.group, draws, len(instants)))


def _drawn(cls: RequestClass, gap: Distribution, model: Model, draws: Draws, calendars: dict[str, OpenTimes]) -> Column:
    """The instants at which the gaps of a class end, before twice the run's length or little after it."""
    name, until = cls.arrivals.calendar, 2 * model.run.length
    if cls.arrivals.profile is not None:
        times = calendars[name] if name is not None else laid_out(ALWAYS, model.start)
        profile = Profile(cls.arrivals.profile, times, until)
        if profile.horizon is None:
            return np.empty(0, dtype=np.int64)
        passed = np.cumsum(draws.gaps(cls.name, gap, profile.horizon))
        return profile.instants(passed[passed <= profile.horizon])
    if name is None:
        return np.cumsum(draws.gaps(cls.name, gap, until))
    open_time = calendars[name].worked(0, until)
    worked = np.cumsum(draws.gaps(cls.name, gap, open_time))
    worked = worked[worked <= open_time]
    return calendars[name].after_array(np.zeros(len(worked), dtype=np.int64), worked)


def _group_sizes(cls: RequestClass, group: tuple[tuple[int, float], ...], draws: Draws, count: int) -> Column:
    """How many arrive together, by number of the group: the shares one after another against one uniform each."""
    upto = np.cumsum([share for _, share in group])
    chosen = np.searchsorted(upto, draws.first_uniforms("group", cls.name, count), side="right")
    sizes: Column = np.array([size for size, _ in group], dtype=np.int64)
    return np.asarray(sizes[np.minimum(chosen, len(group) - 1)])


def _backlog(
    index: int, cls: RequestClass, model: Model, draws: Draws, calendars: dict[str, OpenTimes]
) -> Iterator[tuple[Column, ...]]:
    """What of a class is there when the run begins, entry by entry, in the columns of `schedule`."""
    ordinal = BACKLOG
    for backlog in model.backlog:
        if backlog.klass != cls.name:
            continue
        ages = draws.durations(f"age at {backlog.step}", cls.name, backlog.age)
        ordinals = range(ordinal, ordinal + backlog.number)
        ordinal += backlog.number
        age = np.array([ages.at(i) for i in ordinals], dtype=np.int64)
        nothing = np.zeros(len(age), dtype=np.int64)
        place = [step.name for step in model.steps].index(backlog.step)
        due = _dues(cls, nothing, age, calendars)
        yield nothing, nothing + index, np.array(ordinals, dtype=np.int64), due, age, nothing + place


def _dues(cls: RequestClass, arrived: Column, age: Column, calendars: dict[str, OpenTimes]) -> Column:
    """When the promise ends for each: arrival + promise, less its age then, not before 0; NONE without a promise."""
    if cls.promise is None:
        return np.full(len(arrived), NONE, dtype=np.int64)
    ticks = np.full(len(arrived), cls.promise.ticks, dtype=np.int64)
    if cls.promise.calendar is not None:
        due = calendars[cls.promise.calendar].after_array(arrived, ticks)
    else:
        due = arrived + ticks
    return np.where(due < FOREVER, np.maximum(due - age, 0), due)
