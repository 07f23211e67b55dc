"""Small models for the tests of this room, each argument the one thing the test is about."""

from __future__ import annotations

from collections.abc import Sequence

from flowsim.model import (
    ALWAYS,
    Arrivals,
    Backlog,
    Calendar,
    Distribution,
    Model,
    Need,
    Person,
    RequestClass,
    ReturnRule,
    Route,
    Run,
    Split,
    Step,
    StepTask,
    Task,
    Team,
    relations,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE, WEEK

OFFICE = Calendar("office", tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5)), working_day=8 * HOUR)


def constant(minutes: float) -> Distribution:
    return Distribution("constant", (minutes * MINUTE,))


def exponential(minutes: float) -> Distribution:
    return Distribution("exponential", (minutes * MINUTE,))


def task(name: str, minutes: float = 10, value: str = "adding", **more: object) -> Task:
    return Task(name, constant(minutes), value, **more)  # type: ignore[arg-type]


def step(name: str, team: str = "T", tasks: Sequence[str | StepTask] | None = None, **more: object) -> Step:
    """A step that does the task of its own name, unless told."""
    does = [name] if tasks is None else tasks
    entries = tuple(t if isinstance(t, StepTask) else StepTask(t) for t in does)
    return Step(name, team, entries, **more)  # type: ignore[arg-type]


def returns(at: str, *targets: tuple[str, float | tuple[float, ...]], at_most: int | None = None) -> ReturnRule:
    rows = tuple((to, (chances,) if isinstance(chances, float | int) else chances) for to, chances in targets)
    return ReturnRule(rows, f"returns at {at}", at_most)


def route(*targets: tuple[str, float], only: tuple[str, ...] | None = None) -> Route:
    return Route(only, tuple((to, share, "done" if to == "" else "") for to, share in targets))


def split(*branches: Sequence[str], join: str = "") -> Split:
    return Split(tuple(tuple(branch) for branch in branches), join)


def klass(name: str = "c", gap_minutes: float = 60, calendar: str | None = None, **more: object) -> RequestClass:
    return RequestClass(name, Arrivals(gap=exponential(gap_minutes), calendar=calendar), **more)  # type: ignore[arg-type]


def waiting(name: str = "c", **more: object) -> RequestClass:
    """A class that does not arrive by itself."""
    return RequestClass(name, Arrivals(), **more)  # type: ignore[arg-type]


def need(share: float, purpose: str) -> Need:
    return Need(share, purpose)


def model(
    steps: Sequence[Step],
    *,
    classes: Sequence[RequestClass] | None = None,
    tasks: Sequence[Task] = (),
    teams: Sequence[Team] = (),
    calendars: Sequence[Calendar] = (),
    length: int = 50 * WEEK,
    run_calendar: str = "always",
    people: Sequence[Person] = (),
    backlog: Sequence[Backlog] = (),
    limit: int | None = None,
) -> Model:
    """Steps with, unless given, one class, ten minutes for each task named, and teams of one that never close."""
    given = {t.name for t in tasks}
    named = dict.fromkeys(entry.task for s in steps for entry in s.tasks if entry.task not in given)
    have = {t.name for t in teams}
    at_work = [team for s in steps for team in (*s.takers, *dict(s.together))]
    crews = dict.fromkeys(team for team in at_work if team not in have)
    made = Model(
        name="small",
        start="2026-01-05T00:00:00",
        calendars=(ALWAYS, *calendars),
        classes=tuple(classes or [klass()]),
        tasks=(*tasks, *(task(name) for name in named)),
        teams=(*teams, *(Team(name, 1, "always") for name in crews)),
        steps=tuple(steps),
        run=Run(length, 0, run_calendar),
        people=tuple(people),
        backlog=tuple(backlog),
        limit=limit,
    )
    assert relations(made) == []
    return made
