"""Customers who chase: a class, a task and a step that are made for what their chases are (R15).

The chases about requests of the class X are requests of a class "X: chasing", whose only task, "chasing of X", is waste
and is done by the team they turn to at a step of their own, "Chasing of X". Nothing else is for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flowsim.model import Arrivals, RequestClass, Step, StepTask, Task
from flowsim.scenario.context import Context
from flowsim.scenario.references_requests import chase_names


@dataclass(frozen=True)
class Parts:
    """The parts of a Model that have to do with chases."""

    classes: tuple[RequestClass, ...]
    tasks: tuple[Task, ...]
    steps: tuple[Step, ...]


def with_chases(context: Context, parts: Parts) -> Parts:
    """The parts with what chases need behind them; unchanged when nobody chases. Steps and tasks that are for all
    classes are then for those of the file. Problems are noted in the context.
    """
    own = tuple(cls.name for cls in parts.classes)
    made = [_made(context, cls) for cls in parts.classes if cls.chasing is not None]
    if not made:
        return parts
    return Parts(
        (*parts.classes, *(cls for cls, _, _ in made)),
        (*(replace(task, only=task.only or own) for task in parts.tasks), *(task for _, task, _ in made)),
        (*(replace(step, only=step.only or own) for step in parts.steps), *(step for _, _, step in made)),
    )


def _made(context: Context, cls: RequestClass) -> tuple[RequestClass, Task, Step]:
    """The class, task and step of the chases about requests of a class; they are as urgent as these."""
    form = context.form.requests[cls.name].chasing
    assert form is not None  # the class was made of it
    names = chase_names(cls.name)
    klass, task, step = names["class"], names["task"], names["step"]
    time = context.work(form.takes, ("requests", cls.name, "chasing", "takes"))
    return (
        RequestClass(klass, Arrivals(), priority=cls.priority, journey=(step,)),
        Task(task, time, "waste", (klass,)),
        Step(step, context.known.get("team", form.to), (StepTask(task),), (klass,)),
    )
