"""What one request asks of people, step by step, on average: its journey times the means of its work (R7, R8, R12)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.model.distribution import Distribution
from flowsim.model.effort import Effort
from flowsim.model.handover import Handovers
from flowsim.model.process import Handoff, Model, Step
from flowsim.model.routing import FloatArray
from flowsim.model.traffic import Traffic


@dataclass(frozen=True)
class Asked:
    """One request of a class, arrays by step (S): `visits` that do work, `sent` and `told` moves by the step's handoff
    (to its gate, to somebody who reads in), `questions` asked there, `takes`: how often it, or its batch, is taken up,
    `answers`: answers that the team of a step must give, and the `answering` they take, in ticks.
    """

    journey: Traffic
    visits: FloatArray
    sent: FloatArray
    told: FloatArray
    questions: FloatArray
    takes: FloatArray
    answers: FloatArray
    answering: FloatArray


def ask(model: Model, journey: Traffic, handovers: Handovers, process_batch: Sequence[float]) -> Asked:
    """What one request of this journey asks; `process_batch` is by step the expected size of a batch."""
    size = len(model.steps)
    sent = journey.moves * handovers.sent
    told = journey.moves * handovers.told
    questions, takes = np.zeros(size), np.zeros(size)
    answers, answering = np.zeros(size), np.zeros(size)
    for s, step in enumerate(model.steps):
        question = (step.handoff or Handoff()).question
        if question is not None and question.to == "customer":
            questions[s] = told[:, s].sum() * question.chance
        elif question is not None:  # from the customer there is no sender to ask
            questions[s] = told[:size, s].sum() * question.chance
            answers += told[:size, s] * question.chance
            answering += told[:size, s] * question.chance * question.answer.time.mean()
        visits = float(journey.visits[s])
        takes[s] = (visits / process_batch[s] if step.batch else visits) + questions[s]  # back with an answer: alone
    return Asked(journey, journey.visits, sent.sum(axis=0), told.sum(axis=0), questions, takes, answers, answering)


def efforts(model: Model, asked: Asked, changes: Sequence[float]) -> list[Effort]:
    """By step the time that one person who is at work on it spends, without answers; `changes` is by step the chance of
    a change-over when it is taken up.
    """
    found = []
    for s, step in enumerate(model.steps):
        first = {"adding": 0.0, "necessary": 0.0, "waste": 0.0}
        rework = 0.0
        for item, entry in enumerate(step.tasks):
            task = model.task(entry.task)
            mean = task.time.mean()
            done, again = float(asked.journey.done[s][item]), float(asked.journey.again[s][item])
            rework += again * mean
            first[task.value] += (done - again) * mean
        found.append(
            Effort(
                **first,
                rework=rework,
                reread=float(asked.told[s]) * mean_of((step.handoff or Handoff()).reread),
                set_up=float(asked.takes[s]) * mean_of(step.set_up),
                change_over=float(asked.takes[s]) * mean_of(step.change_over) * changes[s],
            )
        )
    return found


def mean_of(distribution: Distribution | None) -> float:
    """The mean; 0 of nothing."""
    return distribution.mean() if distribution is not None else 0.0


def change_overs(
    model: Model, per_week: Sequence[float], asked: Sequence[Asked], people: FloatArray, shares: FloatArray
) -> list[float]:
    """By step the estimated chance that who takes it up had something of another kind before: kinds in random order,
    each as often as its team takes it up (`people` (S, T): how many of a team take a visit to a step).
    """
    found = []
    kinds = [_kinds(model, per_week, asked, people[:, t]) for t in range(len(model.teams))]
    for s, step in enumerate(model.steps):
        chances = [_another(kinds[t], step) * float(part) for t, part in enumerate(shares[s]) if part > 0.0]
        found.append(math.fsum(chances) if step.change_over is not None else 0.0)
    return found


def first_task(step: Step) -> str:
    """The task by which one step's work differs from another's (R8)."""
    return step.tasks[0].task if step.tasks else ""


Kinds = dict[tuple[int, str], float]
"""How often a team takes up work of a class (index) with a first task, in a week."""


def _kinds(model: Model, per_week: Sequence[float], asked: Sequence[Asked], people: FloatArray) -> Kinds:
    found: Kinds = {}
    for c, (n, one) in enumerate(zip(per_week, asked, strict=True)):
        for s, step in enumerate(model.steps):
            if people[s] > 0.0 and one.visits[s] > 0.0 and n < math.inf:
                taken = n * (float(one.visits[s]) + float(one.questions[s])) * float(people[s])
                kind = c, first_task(step)
                found[kind] = found.get(kind, 0.0) + taken
    return found


def _another(kinds: Kinds, step: Step) -> float:
    """The chance that two of them in a row differ in what the step's change-over looks at."""
    by_class, by_task = "class" in step.change_over_by, "task" in step.change_over_by
    groups: Kinds = {}
    for (c, task), n in kinds.items():
        kind = c if by_class else 0, task if by_task else ""
        groups[kind] = groups.get(kind, 0.0) + n
    total = math.fsum(groups.values())
    return 1.0 - math.fsum((n / total) ** 2 for n in groups.values()) if total > 0.0 else 0.0
