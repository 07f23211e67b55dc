"""Oracles: first-come queues worked out by recursion over plain lists, without an engine, events or waiting lists.

Kiefer and Wolfowitz (1955): in a first-in-first-out queue with c people the n-th to join starts at the later of joining
and the earliest instant at which somebody is free, so the free times of the c people are all there is to know.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flowsim.draws import Draws
from flowsim.model import (
    ALWAYS,
    Arrivals,
    BatchRule,
    Calendar,
    Distribution,
    Handoff,
    Model,
    OpenTimes,
    RequestClass,
    Run,
    Span,
    Step,
    StepTask,
    Task,
    Team,
)
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import NONE

START = "2026-01-05T00:00:00"
OFFICE = Calendar("office", tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5)), working_day=8 * HOUR)


@dataclass(frozen=True)
class Desk:
    """One stage: people, the law of its work, and how requests get there."""

    people: int
    work: Distribution
    calendar: str = "always"
    batch: int = 0  # size of the transfer batch before it, 0: none
    transit: Distribution | None = None


@dataclass(frozen=True)
class Line:
    """Classes (name -> gaps) that all pass the same desks in order, each a team of its own."""

    gaps: dict[str, Distribution]
    desks: tuple[Desk, ...]
    length: int
    warm_up: int = 0

    def model(self) -> Model:
        """The same as a Model."""
        steps = []
        for i, desk in enumerate(self.desks):
            handoff = None
            if desk.batch or desk.transit is not None:
                rule = BatchRule(size=desk.batch) if desk.batch else None
                handoff = Handoff(batch=rule, transit=None if desk.transit is None else Span(desk.transit))
            steps.append(Step(f"S{i}", f"T{i}", (StepTask(f"task {i}"),), handoff=handoff))
        return Model(
            name="line",
            start=START,
            calendars=(ALWAYS, OFFICE),
            classes=tuple(RequestClass(name, Arrivals(gap=gap)) for name, gap in self.gaps.items()),
            tasks=tuple(Task(f"task {i}", desk.work, "adding") for i, desk in enumerate(self.desks)),
            teams=tuple(Team(f"T{i}", desk.people, desk.calendar) for i, desk in enumerate(self.desks)),
            steps=tuple(steps),
            run=Run(self.length, self.warm_up, "always"),
        )


@dataclass
class Foreseen:
    """What the recursion says: by request its arrival, and by desk (joined, gathered, delivered, started, released)."""

    arrived: list[int] = field(default_factory=list)
    instants: list[list[tuple[int, int, int, int, int]]] = field(default_factory=list)
    ended_at: int = 0


Key = tuple[str, int]


def foresee(line: Line, draws: Draws) -> Foreseen:
    """All instants of all requests, by recursion on the same draws (R4)."""
    arrivals: list[tuple[int, int, str, int]] = []
    for index, (name, gap) in enumerate(line.gaps.items()):
        t = 0
        for ordinal, wait in enumerate(draws.gaps(name, gap, 2 * line.length)):
            t += int(wait)
            if t < 2 * line.length:
                arrivals.append((t, index, name, ordinal))
    arrivals.sort()
    keys: list[Key] = [(name, ordinal) for _, _, name, ordinal in arrivals]
    found = Foreseen([t for t, _, _, _ in arrivals], [[] for _ in arrivals])
    ready: list[int | None] = list(found.arrived)
    for number, desk in enumerate(line.desks):
        ready = _through(desk, number, keys, ready, found, draws)
    measured = [i for i, t in enumerate(found.arrived) if line.warm_up <= t < line.length]
    ends = [ready[i] for i in measured]
    last = max((2 * line.length if end is None else end for end in ends), default=0)
    found.ended_at = line.length if last < line.length else min(last + 1, 2 * line.length)
    return found


def _through(
    desk: Desk, number: int, keys: list[Key], ready: list[int | None], found: Foreseen, draws: Draws
) -> list[int | None]:
    """One desk: when each request leaves it; None for those a batch keeps for ever."""
    order = sorted((t, i) for i, t in enumerate(ready) if t is not None)
    size = desk.batch or 1
    work = {name: draws.durations(f"task:task {number}", name, desk.work) for name in {name for name, _ in keys}}
    arriving: list[tuple[int, int, int, int]] = []  # delivered, request, joined, gathered
    for first in range(0, len(order) - size + 1, size):
        batch = order[first : first + size]
        gathered = batch[-1][0]
        delivered = gathered
        if desk.transit is not None:
            name, ordinal = keys[batch[0][1]]
            delivered += draws.durations(f"transit into S{number}", name, desk.transit).at(ordinal, 1)
        arriving += [(delivered, i, joined, gathered) for joined, i in batch]
    open_times = OpenTimes(OFFICE if desk.calendar == "office" else ALWAYS, START)
    free = [0] * desk.people
    left: list[int | None] = [None] * len(ready)
    for delivered, i, joined, gathered in sorted(arriving):
        earliest = min(range(desk.people), key=free.__getitem__)
        started = open_times.opening(max(delivered, free[earliest]))
        name, ordinal = keys[i]
        left[i] = end = open_times.after(started, work[name].at(ordinal, 1))
        free[earliest] = end
        found.instants[i].append((joined, gathered, delivered, started, end))
    return left


def seen_before(instant: int, ended_at: int) -> int:
    """An instant as the record has it: NONE when it is not before the end of the run."""
    return instant if instant < ended_at else NONE
