"""Random small models with all that makes a Record rich: branches, crews, limits, withdrawals, chases, a backlog,
people with names, several teams for one step.
"""

from __future__ import annotations

import random
from dataclasses import replace

from records import OFFICE

from flowsim.model import (
    ALWAYS,
    Arrivals,
    Backlog,
    BatchRule,
    Chasing,
    DelayCost,
    Distribution,
    Handoff,
    Model,
    Person,
    Question,
    RequestClass,
    ReturnRule,
    Run,
    Span,
    Split,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
    relations,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE

PATHS = (("Look", "Split"), ("Left", "Fork"), ("Right", "Write"), ("Inner", "More"), ("Deep",), ("Join", "Send"))
"""Look, Split → [Left, Fork → [Inner, More | Deep]] and [Right, Write] → Join, Send; Ask is for chases."""


def fixed(ticks: int) -> Distribution:
    """Always so many ticks."""
    return Distribution("constant", (float(ticks),))


class RichModel:
    """One random model a seed; half of them on a coarse clock, so that much happens at one instant."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.coarse = self.r.random() < 0.5

    def model(self) -> Model:
        """The model; call it once."""
        r = self.r
        teams = tuple(self._team(name, r.randint(2, 3)) for name in ("A", "B", "C"))
        people = (Person("Ann", ("A", "B"), 1200), Person("Bob", ("C", "A"), 700)) if r.random() < 0.6 else ()
        steps = tuple(self._step(name) for path in PATHS for name in path)
        model = Model(
            name="rich",
            start="2026-01-05",
            calendars=(ALWAYS, OFFICE),
            classes=self._classes(),
            tasks=(
                Task("work", self._time(), "adding"),
                Task("check", self._time(), "necessary", only=("first",)),
                Task("redo", fixed(5 * MINUTE), "waste"),
                Task("asking", self._time(), "waste", only=("chase",)),
            ),
            teams=teams,
            steps=(*steps, Step("Ask", r.choice("ABC"), (StepTask("asking"),), only=("chase",))),
            run=Run(4 * DAY, r.choice((0, DAY)), "office"),
            people=people,
            backlog=(Backlog("first", r.choice(("Look", "Join")), r.randint(1, 4), self._time()),),
            limit=r.choice((None, None, 12)),
        )
        wrong = relations(model)
        assert not wrong, wrong
        return model

    def _time(self) -> Distribution:
        if self.coarse:
            return self.r.choice((fixed(0), fixed(HOUR), fixed(30 * MINUTE)))
        return Distribution("exponential", (float(self.r.choice((5, 15, 40)) * MINUTE),))

    def _team(self, name: str, people: int) -> Team:
        r = self.r
        return Team(
            name,
            people,
            r.choice(("office", "always")),
            r.choice(("first in", "last in", "shortest", "random", "due date", "furthest")),
            absence=r.choice((0.0, 0.0, 0.2)),
            presence=r.choice((1.0, 1.0, 0.8)),
        )

    def _classes(self) -> tuple[RequestClass, ...]:
        r = self.r
        gap = fixed(2 * HOUR) if self.coarse else Distribution("exponential", (180.0 * MINUTE,))
        patience = Span(Distribution("exponential", (20.0 * HOUR,))) if r.random() < 0.7 else None
        chasing = Chasing("chase", Span(fixed(5 * HOUR)), 0.7, Wait(6 * HOUR), 3)
        first = RequestClass(
            "first",
            Arrivals(gap, group=((1, 0.7), (3, 0.3))),
            Wait(DAY),
            1,
            patience=patience,
            chasing=chasing,
            delay_cost=DelayCost(10.0, Wait(DAY), r.random() < 0.5),
        )
        journey = ("Join", "Look", "Send") if r.random() < 0.5 else None
        second = RequestClass("second", Arrivals(fixed(4 * HOUR)), priority=0, journey=journey)
        return first, second, RequestClass("chase", Arrivals())

    def _step(self, name: str) -> Step:
        r = self.r
        team = r.choice("ABC")
        step = Step(name, team, (StepTask("work"), StepTask("check")), only=("first", "second"))
        if name == "Split":
            return replace(step, split=Split((PATHS[1], PATHS[2]), "Join"))
        if name == "Fork":
            return replace(step, split=Split((PATHS[3], PATHS[4]), ""))
        how = r.randint(0, 5)
        if how == 0:
            step = replace(step, others=(r.choice([t for t in "ABC" if t != team]),))
        elif how == 1:
            step = replace(step, people=r.randint(1, 2), together=((r.choice([t for t in "ABC" if t != team]), 1),))
        elif how == 2:
            step = replace(step, same_person=True)
        elif how == 3:
            step = replace(step, batch=BatchRule(r.randint(1, 3), Wait(2 * HOUR)), set_up=fixed(5 * MINUTE))
        if r.random() < 0.4:
            step = replace(step, limit=r.randint(4, 7), blocking=r.choice(("place", "person")))
        if r.random() < 0.3:
            asks = Question(0.3, r.choice(("customer", "sender")), Span(self._time()))
            step = replace(step, handoff=Handoff(reread=fixed(2 * MINUTE), question=asks))
        elif r.random() < 0.3:
            step = replace(step, handoff=Handoff(BatchRule(2, Wait(3 * HOUR)), Span(self._time())))
        if r.random() < 0.3:
            back = {"Write": "Right", "More": "Inner", "Send": r.choice(("Look", "Right", "Inner"))}.get(name, name)
            step = replace(step, returns=(ReturnRule(((back, (0.3, 0.1)),), f"returns at {name}", 2),))
        if r.random() < 0.2:
            step = replace(step, closing="finish")
        elif r.random() < 0.2:
            step = replace(step, no_start_within=20 * MINUTE)
        return step
