"""What the Model itself tells (`flowsim.model.advice`), put at its place in the file, and two warnings of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flowsim.errors import Problem
from flowsim.model import Model, advice
from flowsim.model.traffic import Traffic, traffic
from flowsim.scenario.places import Loc, Places


def model_problems(model: Model, places: Places) -> list[Problem]:
    """Errors, warnings and notes about a sound Model (no `relations()`), with their places in the file."""
    found = [_placed(problem, places) for problem in advice.problems(model)]
    if any(problem.severity == "error" for problem in found):
        return found  # a journey without an end has no expected visits
    journeys = [traffic(model, klass.name) for klass in model.classes]
    return [*found, *_nowhere(journeys, places), *_nobody_to_ask(model, journeys, places)]


def _placed(problem: Problem, places: Places) -> Problem:
    """The same finding, at the place that its path leads to: a thing of a name at its name, else at the value."""
    if problem.place is not None or not problem.path:
        return problem
    loc: Loc = problem.path.split(".")
    there = places.problem(problem.code, problem.message, problem.hint, loc, key=len(loc) <= 2)
    return replace(problem, place=there.place, source=there.source, path=problem.path)


def _nowhere(journeys: Sequence[Traffic], places: Places) -> Iterator[Problem]:
    for journey in journeys:
        if not journey.visits.any():
            message = f"no step is for requests of class '{journey.klass}': they end as they arrive"
            hint = "see 'only' of the steps and tasks"
            yield places.problem("FS454", message, hint, ("requests", journey.klass), key=True, severity="warning")


def _nobody_to_ask(model: Model, journeys: Sequence[Traffic], places: Places) -> Iterator[Problem]:
    """A question to the sender (R12) at a step to which requests come from the customer only."""
    for i, step in enumerate(model.steps):
        question = step.handoff.question if step.handoff is not None else None
        if question is None or question.to != "sender" or question.chance == 0:
            continue
        came = sum(float(journey.moves[-1, i]) for journey in journeys)
        if came > 0 and not any(journey.moves[:-1, i].any() for journey in journeys):
            message = f"requests come to '{step.name}' from the customer only: there is no sending team to ask"
            at = ("steps", step.name, "handoff", "question", "to")
            yield places.problem("FS455", message, "to: customer", at, severity="warning")
