"""Item 2.4: the rules that a reader would need to build the same simulator; those the model uses, in words."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.model import Model
from flowsim.report.material import Material
from flowsim.report.parts import Bullets, Item, Text
from flowsim.report.say import Say
from flowsim.texts import msg

QUEUES = {
    "first in": msg("first in, first out"),
    "last in": msg("last in, first out"),
    "due date": msg("earliest due date first, those without a promise last"),
    "shortest": msg("least work first, as drawn"),
    "furthest": msg("furthest along its path first"),
    "random": msg("in random order, one draw for each that joins"),
}


def algorithms(material: Material, say: Say) -> Item:
    """2.4."""
    said = say.t("The rules are those of flowsim's semantics (docs/semantics.md); numbers such as R8 are theirs.")
    return Item("2.4", say.t("Algorithms"), (Text(said), Bullets(tuple(_rules(material, say)))))


def _rules(material: Material, say: Say) -> Iterator[str]:
    """Every rule that plays a part in one of the models."""
    models = material.models
    steps = [step for model in models for step in model.steps]
    yield say.t(
        "Order within an instant (R3): first all that is due (arrivals, ends of work and of transits, openings, "
        "departures of batches, answers), then withdrawals, then chases; only then places and work are given out, "
        "team by team in file order, until nothing more happens at the instant."
    )
    yield say.t(
        "Taking work (R8): a team has one waiting list for all its steps. A free person who is there takes the first "
        "of the list: by priority (0 first), then by the team's discipline, then by time joined, request number, "
        "branch. Of several free people the lowest number takes it."
    )
    used = {team.queue for model in models for team in model.teams}
    yield say.t("Disciplines used: {queues}.", queues="; ".join(say.t(QUEUES[name]) for name in QUEUES if name in used))
    yield say.t(
        "Work and closing time (R9): work starts only while the team is open; what is under way pauses while it is "
        "closed, and its person stays with it, unless the step says that it is finished. Nothing else interrupts work."
    )
    yield say.t(
        "Random values (R4): each uniform belongs to seed, replication, purpose, class, ordinal of the request and "
        "visit, and becomes a value by the inverse distribution function, rounded to a millisecond. So a request "
        "meets the same luck in every design."
    )
    if any(step.handoff and step.handoff.batch for step in steps):
        yield say.t(
            "Transfer batches (R7): one gate for each receiving step. A batch leaves by the first of its conditions "
            "that is met; more than its size leave as several batches. Transit is one draw for the whole batch."
        )
    if any(step.batch for step in steps):
        yield say.t(
            "Process batches (R11): gathered by the same conditions, taken up as one, with one set-up; the members are "
            "handled in the order in which they joined."
        )
    if any(step.handoff and step.handoff.question for step in steps):
        yield say.t(
            "Questions (R12): one draw a pass, after reading in and only after a handoff. The receiver puts the "
            "request down; on the answer it joins the waiting list again."
        )
    if any(step.returns for step in steps):
        yield say.t(
            "Returns (R12): one draw a pass; several returns of a step exclude each other. A returned request goes on "
            "from where it was sent, and tasks done again draw a new time."
        )
    yield from _of_people(models, say)
    yield from _of_requests(models, say)


def limited(model: Model) -> bool:
    """Whether there is any limit on how many requests may be somewhere."""
    limits = (model.limit, *(team.limit for team in model.teams), *(step.limit for step in model.steps))
    return any(limit is not None for limit in limits)


def _of_people(models: tuple[Model, ...], say: Say) -> Iterator[str]:
    steps = [step for model in models for step in model.steps]
    if any(step.others for step in steps):
        yield say.t(
            "A step that any of several teams may take (R8) stands in the lists of all of them; a team passes it by "
            "while one that the step names earlier has somebody free."
        )
    if any(step.several for step in steps):
        yield say.t(
            "Work for several people (R8) comes before work for one of the same or a lower priority; its people are "
            "kept free for it until all are there. The pace is that of the slowest."
        )
    if any(len(person.teams) > 1 for model in models for person in model.people):
        yield say.t(
            "Who may help another team (R8) does so only when no work that he could begin waits in a team he names "
            "earlier."
        )
    if any(team.absence > 0 or team.presence < 1 for model in models for team in model.teams):
        yield say.t(
            "Absence and presence (R10): one draw for each person and day, and for each person and hour. Work under "
            "way goes on; new work starts only when fewer people are at work than are there."
        )


def _of_requests(models: tuple[Model, ...], say: Say) -> Iterator[str]:
    classes = [cls for model in models for cls in model.classes]
    steps = [step for model in models for step in model.steps]
    if any(step.split for step in steps):
        yield say.t(
            "Branches (R13) start together and join when all have ended; the lead time is that of the branch that "
            "ended last."
        )
    if any(limited(model) for model in models):
        yield say.t(
            "Limits (R14): places are given out from the customer's side, steps in reverse file order; what may not "
            "go on stays where it is and keeps its place there. A circle in which all wait for each other ends the "
            "run."
        )
    if any(cls.patience for cls in classes):
        yield say.t(
            "Withdrawal (R15): when his patience is over, the customer withdraws at the first instant at which nobody "
            "is at work on the request."
        )
    if any(cls.chasing for cls in classes):
        yield say.t(
            "Chasing (R15): each chase is a request of its own, work for the team that is asked; it is never measured."
        )
    if any(cls.arrivals.profile for cls in classes):
        yield say.t(
            "Arrivals by a weekly profile (R5): the gaps run in weighted open time, exactly, without thinning; the "
            "mean over a week stays the stated one."
        )
    if any(model.backlog for model in models):
        yield say.t(
            "Backlog (R5): its requests are at their step at the start, as old as drawn, from streams of their own."
        )
