"""A desk worked out without an engine, by a recursion over plain lists, and held against the engine tick for tick.

Lindley (1952) for one person, Kiefer and Wolfowitz (1955) for c: in a queue that is served first in, first out, the
n-th to join starts at the later of joining and the earliest instant at which somebody is free; so the free instants of
the c people are all there is to know. With office hours the same holds, with a start not before the opening, and an
end that lies `d` open ticks further on. Only the draws (R4) are shared with the engine; hours are worked out here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.model import ALWAYS, Arrivals, Calendar, Distribution, Model, RequestClass, Run, Step, StepTask, Task, Team
from flowsim.model.calendar import DAY, HOUR, MINUTE, WEEK
from flowsim.record import NONE, Record

OPENS, CLOSES = 9 * HOUR, 17 * HOUR
"""The office: Monday to Friday."""

_OFFICE = Calendar("office", tuple((d * DAY + OPENS, d * DAY + CLOSES) for d in range(5)), working_day=CLOSES - OPENS)

Instants = list[tuple[int, int, int]]
"""Of each request in order: when it joined, was begun, and was done."""


@dataclass(frozen=True)
class Desk:
    """One team, one step, a class each with its gaps and its work. Runs begin on a Monday at 00:00."""

    people: int
    office: bool
    gaps: tuple[Distribution, ...]
    works: tuple[Distribution, ...]
    length: int

    def model(self) -> Model:
        """The same as a Model."""
        names = [f"class {i}" for i in range(len(self.gaps))]
        pairs = list(zip(names, self.works, strict=True))
        return Model(
            name="desk",
            start="2026-01-05T00:00:00",
            calendars=(ALWAYS, _OFFICE),
            classes=tuple(RequestClass(n, Arrivals(gap=gap)) for n, gap in zip(names, self.gaps, strict=True)),
            tasks=tuple(Task(f"work of {n}", law, "adding", only=(n,)) for n, law in pairs),
            teams=(Team("Desk", self.people, "office" if self.office else "always"),),
            steps=(Step("Serve", "Desk", tuple(StepTask(f"work of {n}") for n in names)),),
            run=Run(self.length, 0, "always"),
        )


@dataclass(frozen=True)
class Compared:
    """A desk of which so many instants were held against the recursion; `wrong` tells the first that differs, or ""."""

    instants: int
    wrong: str


def random_desk(number: int) -> Desk:
    """The desk of that number: one to four people, one or two classes, any hours; every other one in whole minutes, so
    that much happens at the same instant.
    """
    chance = random.Random(number)
    people, classes, coarse = chance.randint(1, 4), chance.randint(1, 2), number % 2 == 0
    gap = chance.choice((8, 15, 30)) * classes
    office = chance.random() < 0.5
    mean = gap / classes * people * chance.choice((0.5, 0.8, 0.95)) * (0.25 if office else 1.0)
    return Desk(
        people,
        office,
        tuple(_law(chance, gap, coarse) for _ in range(classes)),
        tuple(_law(chance, max(mean, 1.0), coarse) for _ in range(classes)),
        chance.choice((3, 5, 8)) * DAY,
    )


def _law(chance: random.Random, minutes: float, coarse: bool) -> Distribution:
    """A law with about this mean."""
    if coarse:
        low, high = float(round(minutes * 0.5)) * MINUTE, float(round(minutes * 1.5)) * MINUTE
        return Distribution("discrete", (low, 0.5, high, 0.5))
    mean = minutes * MINUTE
    return chance.choice(
        (
            Distribution("exponential", (mean,)),
            Distribution("lognormal", (mean, mean)),
            Distribution("uniform", (0.2 * mean, 1.8 * mean)),
            Distribution("constant", (mean,)),
        )
    )


def foresee(desk: Desk, draws: Draws) -> Instants:
    """The instants of all requests that arrive before twice the length of the run, by recursion."""
    arrivals = []
    for index, gap in enumerate(desk.gaps):
        t = 0
        for ordinal, wait in enumerate(draws.gaps(f"class {index}", gap, 2 * desk.length).tolist()):
            t += wait
            arrivals.append((t, index, ordinal))
    works = [draws.durations(f"task:work of class {i}", f"class {i}", law) for i, law in enumerate(desk.works)]
    free = [0] * desk.people
    found = []
    for joined, index, ordinal in sorted(a for a in arrivals if a[0] < 2 * desk.length):
        first = min(range(desk.people), key=free.__getitem__)
        begun = max(joined, free[first])
        length = works[index].at(ordinal, 1)
        if desk.office:
            begun = _opening(begun)
            free[first] = _after(begun, length)
        else:
            free[first] = begun + length
        found.append((joined, begun, free[first]))
    return found


def _opening(t: int) -> int:
    """The first instant from t on at which the office is open."""
    week, into = divmod(t, WEEK)
    day, clock = divmod(into, DAY)
    if day < 5 and clock < CLOSES:
        return t + max(OPENS - clock, 0)
    if day < 4:
        return week * WEEK + (day + 1) * DAY + OPENS
    return (week + 1) * WEEK + OPENS


def _after(t: int, length: int) -> int:
    """The instant at which so much open time from t on, an open instant, is full."""
    while length > 0:
        t = _opening(t)
        left = CLOSES - t % DAY
        if length <= left:
            return t + length
        t, length = t + left, length - left
    return t


def compare(desk: Desk, seed: int) -> Compared:
    """Run a desk, pass its audit, and hold every instant of every request against the recursion. Raises AuditError."""
    model, draws = desk.model(), Draws(seed, 1)
    record = run(model, draws)
    audit(model, record, draws).require()
    return held_against(record, foresee(desk, Draws(seed, 1)))


def held_against(record: Record, foreseen: Instants) -> Compared:
    """A record of one step, and what the recursion says: requests before the end of the run, each with instants that
    are known when they lie before it.
    """
    end, visits = record.ended_at, record.visits
    expected = [[t if t < end else NONE for t in instants] for instants in foreseen if instants[0] < end]
    found = [list(row) for row in zip(*(visits[c].tolist() for c in ("assembled", "started", "worked")), strict=True)]
    if len(found) != len(expected):
        return Compared(3 * len(expected), f"{len(found)} requests, expected {len(expected)}")
    for number, (seen, right) in enumerate(zip(found, expected, strict=True)):
        if seen != right:
            return Compared(3 * len(expected), f"request {number}: {seen}, expected {right} (ticks)")
    return Compared(3 * len(expected), "")
