"""What the Model itself tells (`flowsim.model.advice`), put at its place in the file, and a few findings of our own.

Codes: FS442 a batch that never fills under a limit, FS454, FS455, FS481 a handoff whose rules never hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flowsim.errors import Problem
from flowsim.model import Model, Step, advice
from flowsim.model.traffic import Traffic, traffic
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.syntax import shorten


def model_problems(model: Model, places: Places) -> list[Problem]:
    """Errors, warnings and notes about a sound Model (no `relations`), with their places in the file."""
    found = [_placed(problem, places) for problem in advice.problems(model)]
    if any(problem.severity == "error" for problem in found):
        return found  # a journey without an end has no expected visits
    journeys = [traffic(model, klass.name) for klass in model.classes]
    return [
        *found,
        *_nowhere(journeys, places),
        *_nobody_to_ask(model, journeys, places),
        *_never_full(model, journeys, places),
        *_no_handoff(model, journeys, places),
    ]


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


def _never_full(model: Model, journeys: Sequence[Traffic], places: Places) -> Iterator[Problem]:
    """A transfer batch larger than the limit of the whole: those who wait for it count there, unless they come from the
    customer (R7, R14). A batch that also leaves after a while or at a time of day is none of these.
    """
    for i, step in enumerate(model.steps):
        batch = step.handoff.batch if step.handoff is not None else None
        if model.limit is None or batch is None or batch.size is None or batch.size <= model.limit:
            continue
        came = any(journey.moves[-1, i] > 0 for journey in journeys)
        if batch.wait is None and batch.clock is None and not came and any(_crossing(model, journeys, i)):
            message = (
                f"the transfer batch of {batch.size} into '{shorten(step.name)}' never fills: at most {model.limit} "
                "may be in the whole process at once, those who wait for it among them"
            )
            hint = "make the batch smaller or the limit larger, or say after how long it leaves anyway"
            yield places.problem("FS442", message, hint, ("steps", step.name, "handoff", "batch"))


def _no_handoff(model: Model, journeys: Sequence[Traffic], places: Places) -> Iterator[Problem]:
    """Rules of a handoff into a step of any of several teams that never hold, because one of these sends it (R8). Where
    branches join, the moves do not say who sends.
    """
    joins = {step.split.join for step in model.steps if step.split is not None}
    for i, step in enumerate(model.steps):
        if step.handoff is None or not step.others or step.name in joins:
            continue
        crossing = list(_crossing(model, journeys, i))
        if crossing and not any(crossing) and not any(journey.moves[-1, i] > 0 for journey in journeys):
            message = (
                f"all requests come to '{shorten(step.name)}' from teams that may take it: this handoff never happens"
            )
            hint = "say 'within team: yes' in it if it holds for them too, or take it out"
            yield places.problem("FS481", message, hint, ("steps", step.name, "handoff"), key=True, severity="note")


def _crossing(model: Model, journeys: Sequence[Traffic], i: int) -> Iterator[bool]:
    """For each step from which requests come to this one, whether the rules of its handoff may hold for them (R7)."""
    step: Step = model.steps[i]
    for o, before in enumerate(model.steps):
        if any(journey.moves[o, i] > 0 for journey in journeys):
            within = step.handoff is not None and step.handoff.within_team
            yield within or not set(before.takers) <= set(step.takers)
