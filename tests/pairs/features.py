"""Each feature of a model as a change to a plain one, so that any of them can be put together.

The plain model: permits go from a desk past intake, legal and finance back to the desk; two classes, one of them rush.
Features gather on the same steps on purpose, for that is where they can get into each other's way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flowsim.model import (
    ALWAYS,
    Arrivals,
    Backlog,
    BatchRule,
    Calendar,
    Chasing,
    Clock,
    DelayCost,
    Distribution,
    Handoff,
    Model,
    Need,
    Person,
    Question,
    RequestClass,
    ReturnRule,
    Route,
    Run,
    Span,
    Split,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE, WEEK

Feature = Callable[[Model], Model]

OFFICE = Calendar(
    "office",
    tuple((d * DAY + a * HOUR, d * DAY + b * HOUR) for d in range(5) for a, b in ((9, 12), (13, 17))),
    working_day=7 * HOUR,
)
MORNINGS = Calendar("mornings", tuple((d * DAY + 9 * HOUR, d * DAY + 13 * HOUR) for d in range(5)), (), 4 * HOUR)


def minutes(mean: float) -> Distribution:
    return Distribution("exponential", (mean * MINUTE,))


def exactly(number: float) -> Distribution:
    return Distribution("constant", (number * MINUTE,))


def plain(days: int = 4) -> Model:
    """The model without any feature."""
    work = {"register": 8, "check": 15, "advise": 20, "price": 12, "decide": 10, "send": 5}
    values = ("necessary", "waste", "adding", "adding", "necessary", "adding")
    teams = ("Desk", "Intake", "Legal", "Finance", "Intake", "Desk")
    return Model(
        name="pairs",
        start="2026-01-05T08:00:00",
        calendars=(OFFICE, MORNINGS, ALWAYS),
        classes=(
            RequestClass("rush", Arrivals(minutes(110), "office"), Wait(1 * DAY), 0),
            RequestClass("normal", Arrivals(minutes(35), "office"), Wait(7 * HOUR, "office")),
        ),
        tasks=tuple(Task(name, minutes(mean), value) for (name, mean), value in zip(work.items(), values, strict=True)),
        teams=tuple(Team(name, 2, "office", cost=40.0) for name in ("Desk", "Intake", "Legal", "Finance")),
        steps=tuple(Step(name.capitalize(), team, (StepTask(name),)) for name, team in zip(work, teams, strict=True)),
        run=Run(days * DAY, 4 * HOUR, "office"),
    )


def _steps(model: Model, *names: str, **changes: Any) -> Model:
    """These steps changed; a handoff is laid over the one there is."""
    found = []
    for step in model.steps:
        if step.name in names:
            own = dict(changes)
            if "handoff" in own and step.handoff is not None:
                own["handoff"] = replace(step.handoff, **own["handoff"])
            elif "handoff" in own:
                own["handoff"] = Handoff(**own["handoff"])
            step = replace(step, **own)
        found.append(step)
    return replace(model, steps=tuple(found))


def _teams(model: Model, *names: str, **changes: Any) -> Model:
    return replace(model, teams=tuple(replace(t, **changes) if t.name in names else t for t in model.teams))


def _classes(model: Model, *names: str, **changes: Any) -> Model:
    return replace(model, classes=tuple(replace(c, **changes) if c.name in names else c for c in model.classes))


def _arrivals(model: Model, *names: str, **changes: Any) -> Model:
    found = [replace(c, arrivals=replace(c.arrivals, **changes)) if c.name in names else c for c in model.classes]
    return replace(model, classes=tuple(found))


def _queue(discipline: str) -> Feature:
    return lambda model: _teams(model, "Desk", "Intake", "Legal", queue=discipline)


def _handoff(**parts: Any) -> Feature:
    return lambda model: _steps(model, "Check", "Advise", "Decide", handoff=parts)


def _chasing(model: Model) -> Model:
    """Half the normal customers call the desk, every three hours from six hours on."""
    model = replace(
        model,
        classes=(
            *_classes(
                model,
                "normal",
                chasing=Chasing("call", Span(exactly(180)), 0.5, Wait(6 * HOUR), 3),
            ).classes,
            RequestClass("call", Arrivals(), journey=("Call",)),
        ),
        tasks=(*model.tasks, Task("call", minutes(4), "waste", ("call",))),
    )
    own = tuple(replace(step, only=step.only or ("rush", "normal")) for step in model.steps)
    return replace(model, steps=(*own, Step("Call", "Desk", (StepTask("call"),), ("call",))))


def _split(branches: tuple[tuple[str, ...], ...], join: str) -> Feature:
    return lambda model: _steps(model, "Check", split=Split(branches, join))


def _nested(model: Model) -> Model:
    """Check splits into Advise (which splits again) and Price; a second opinion and a note within the first branch."""
    more = (
        Step("Opinion", "Intake", (StepTask("decide"),)),
        Step("Note", "Finance", (StepTask("send"),)),
        Step("Sum up", "Legal", (StepTask("register"),)),
    )
    model = replace(model, steps=(*model.steps, *_like(model, more)))
    model = _steps(model, "Advise", split=Split((("Opinion",), ("Note",)), "Sum up"))
    return _steps(model, "Check", split=Split((("Advise", "Sum up"), ("Price",)), "Decide"))


def _like(model: Model, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """New steps for the classes for which the others are."""
    return tuple(replace(step, only=model.steps[0].only) for step in steps)


def _returns(to: str, at: str, chance: float = 0.3) -> Feature:
    rule = ReturnRule(((to, (chance, chance / 2)),), f"returns at {at}", 3)
    return lambda model: _steps(model, at, returns=(rule,))


FEATURES: dict[str, Feature] = {
    "profile": lambda m: _arrivals(m, "normal", profile=((0, 11 * HOUR, 1), (11 * HOUR, DAY, 4), (DAY, WEEK, 2))),
    "groups": lambda m: _arrivals(m, "rush", "normal", group=((1, 0.6), (2, 0.3), (4, 0.1))),
    "backlog": lambda m: replace(m, backlog=(Backlog("normal", "Advise", 6, minutes(3000)),)),
    "journey": lambda m: _classes(m, "rush", journey=("Register", "Check", "Decide", "Send")),
    "any of several teams": lambda m: _steps(m, "Check", "Decide", others=("Finance", "Legal")),
    "two people": lambda m: _steps(m, "Price", people=2),
    "meeting": lambda m: _steps(m, "Advise", together=(("Desk", 1), ("Intake", 1))),
    "weekly meeting": lambda m: _steps(
        m, "Price", together=(("Desk", 1),), batch=BatchRule(clock=Clock((DAY + 14 * HOUR, 3 * DAY + 10 * HOUR)))
    ),
    "same person": lambda m: _steps(m, "Send", team="Intake", same_person=True),
    "named people": lambda m: replace(
        m, people=(*m.people, Person("Ann", ("Legal",), 1500), Person("Bob", ("Legal",), 600))
    ),
    "cross-training": lambda m: replace(
        m, people=(*m.people, Person("Cas", ("Finance", "Intake")), Person("Dee", ("Desk", "Legal", "Intake")))
    ),
    "absence": lambda m: _teams(m, "Intake", "Legal", absence=0.3),
    "presence": lambda m: _teams(m, "Intake", "Desk", presence=0.7),
    "change-over by class": lambda m: _steps(m, "Check", "Advise", "Send", change_over=minutes(4)),
    "change-over by task": lambda m: _steps(
        m, "Register", "Check", "Decide", "Send", change_over=minutes(3), change_over_by=("task",)
    ),
    "set-up": lambda m: _steps(m, "Check", "Advise", set_up=minutes(2)),
    "branches": _split((("Advise",), ("Price",)), "Decide"),
    "nested branches": _nested,
    "branches to the end": _split((("Advise", "Decide"), ("Price", "Send")), ""),
    "step limit": lambda m: _steps(m, "Advise", "Price", limit=3),
    "team limit": lambda m: _teams(m, "Legal", "Finance", limit=2),
    "whole limit": lambda m: replace(m, limit=6),
    "kept people": lambda m: _steps(_steps(m, "Advise", "Price", limit=2), "Check", "Advise", blocking="person"),
    "patience": lambda m: _classes(m, "rush", "normal", patience=Span(minutes(500))),
    "patience in office hours": lambda m: _classes(m, "normal", patience=Span(exactly(120), "office")),
    "chasing": _chasing,
    "cost of delay": lambda m: _classes(m, "rush", delay_cost=DelayCost(20.0, Wait(DAY), True)),
    "returns": _returns("Register", "Check"),
    "returns in a row": _returns("Advise", "Advise", 0.4),
    "late returns": _returns("Check", "Decide"),
    "questions to the customer": _handoff(question=Question(0.4, "customer", Span(minutes(90)))),
    "questions to the sender": _handoff(question=Question(0.4, "sender", Span(minutes(10)))),
    "transfer batch": _handoff(batch=BatchRule(size=3, wait=Wait(3 * HOUR))),
    "daily post": _handoff(batch=BatchRule(clock=Clock(tuple(d * DAY + 16 * HOUR for d in range(5)), "office"))),
    "transit": _handoff(transit=Span(minutes(60))),
    "reading in": _handoff(reread=minutes(4)),
    "process batch": lambda m: _steps(m, "Check", batch=BatchRule(size=3, wait=Wait(2 * HOUR))),
    "process batch, each": lambda m: _steps(
        m, "Decide", batch=BatchRule(size=2, wait=Wait(1 * HOUR)), release="each", set_up=minutes(3)
    ),
    "overtime": lambda m: _steps(m, "Check", "Price", closing="finish"),
    "no start within": lambda m: _steps(m, "Check", "Advise", no_start_within=30 * MINUTE),
    "share": lambda m: _steps(m, "Price", tasks=(StepTask("price", (Need(0.5, "share of Price"),)),)),
    "routes": lambda m: _steps(m, "Register", routes=(Route(None, (("Check", 0.8, ""), ("", 0.2, "refused"))),)),
    "short hours": lambda m: _teams(m, "Legal", calendar="mornings"),
    "always open": lambda m: _teams(m, "Finance", calendar="always"),
    "last in": _queue("last in"),
    "due date": _queue("due date"),
    "shortest": _queue("shortest"),
    "furthest": _queue("furthest"),
    "random": _queue("random"),
}
"""Name -> the change. Later features in the list are put on later, whichever pair they are in."""

EXCLUDE: dict[frozenset[str], str] = {
    frozenset(("branches", "nested branches")): "both say how Check goes on",
    frozenset(("branches", "branches to the end")): "both say how Check goes on",
    frozenset(("nested branches", "branches to the end")): "both say how Check goes on",
    frozenset(("journey", "branches to the end")): "a journey names no step of a branch",
    frozenset(("branches to the end", "late returns")): "a return does not leave its branch",
}
"""Pairs that cannot be had together -> why; `relations` refuses those that are not simply the same field twice."""


def with_features(*names: str) -> Model:
    """The plain model with these features, put on in the order of FEATURES."""
    unknown = set(names) - set(FEATURES)
    if unknown:
        raise KeyError(*sorted(unknown))
    model = plain()
    for name, feature in FEATURES.items():
        if name in names:
            model = feature(model)
    return model


def in_round_times(*names: str) -> Model:
    """The same with work in whole fives of minutes, and arrivals every so many: so that much happens at once."""
    model = with_features(*names)
    tasks = [replace(task, time=exactly(5 * (1 + place % 4))) for place, task in enumerate(model.tasks)]
    classes = [
        replace(c, arrivals=replace(c.arrivals, gap=exactly(30 + 15 * place))) if c.arrivals.gap is not None else c
        for place, c in enumerate(model.classes)
    ]
    return replace(model, tasks=tuple(tasks), classes=tuple(classes))
