"""Classes of requests, and what waits at the start, as parts of the Model (R5, R13, R15).

Codes: FS445 a backlog where its class never comes, FS448 chases without time between them.
"""

from __future__ import annotations

from flowsim.model import (
    ALWAYS,
    Arrivals,
    Backlog,
    Chasing,
    DelayCost,
    Distribution,
    Model,
    Paths,
    RequestClass,
    Step,
    paths,
)
from flowsim.model.paths import OFF
from flowsim.scenario.context import Context
from flowsim.scenario.references_requests import chase_names
from flowsim.scenario.schema_requests import ChasingForm, DelayForm, RequestForm
from flowsim.scenario.syntax import shorten
from flowsim.scenario.weekparts import weights


def request_class(context: Context, name: str, form: RequestForm) -> RequestClass:
    """The class of that name. Problems are noted in the context."""
    at = ("requests", name)
    calendar = class_calendar(context, form)
    return RequestClass(
        name,
        _arrivals(context, name, form, calendar),
        None if form.promise is None else context.wait(form.promise, calendar, (*at, "promise")),
        form.priority,
        journey=tuple(context.known.get("step", word) for word in form.journey) or None,
        patience=None if form.patience is None else context.span(form.patience, calendar, (*at, "patience")),
        chasing=None if form.chasing is None else _chasing(context, name, form.chasing, calendar),
        delay_cost=None if form.cost_of_delay is None else _delay(context, name, form.cost_of_delay, calendar),
    )


def class_calendar(context: Context, form: RequestForm) -> str:
    """The calendar of a class: `always` unless it names one."""
    return context.calendar(form.calendar) if form.calendar is not None else ALWAYS.name


def _arrivals(context: Context, name: str, form: RequestForm, calendar: str) -> Arrivals:
    """Gaps in the open time of the class's calendar, dates, or neither (R5)."""
    at = ("requests", name, "arrivals")
    written = form.arrivals
    if written is None:
        return Arrivals()
    if written.file is not None:
        return Arrivals(dates=context.dates(written.file, written.column, (*at, "file")), group=written.group)
    gap: Distribution | None = None
    if written.rate is not None:
        gap = context.gap(written.rate, calendar, (*at, "rate"))
    elif written.every is not None:
        gap = context.distribution(written.every, calendar, (*at, "every"))
    return Arrivals(
        gap=gap,
        calendar=context.explicit(calendar),
        profile=weights(written.profile) if written.profile else None,
        group=written.group,
    )


def _chasing(context: Context, name: str, form: ChasingForm, calendar: str) -> Chasing:
    """When customers chase; the work of it is in `compile_chasing` (R15)."""
    at = ("requests", name, "chasing")
    before = len(context.wrong)
    every = context.span(form.every, calendar, (*at, "every"))
    if every.time.mean() < 1 and len(context.wrong) == before:
        message = "customers would chase without any time between two times"
        context.add("FS448", message, "for example: every: 3 working days", (*at, "every"))
    after = None if form.after is None else context.wait(form.after, calendar, (*at, "after"))
    return Chasing(chase_names(name)["class"], every, form.share, after, form.at_most)


def _delay(context: Context, name: str, form: DelayForm, calendar: str) -> DelayCost:
    at = ("requests", name, "cost of delay", "amount")
    before = len(context.wrong)
    per = context.wait(form.amount.per, calendar, at)
    if per.ticks < 1 and len(context.wrong) == before:
        context.add("FS309", "this is a cost of less than a millisecond", "for example: 20 per working day", at)
    return DelayCost(form.amount.amount, per, form.late_only)


def backlog(context: Context) -> tuple[Backlog, ...]:
    """What waits at the start, in file order (R5). Problems are noted in the context."""
    return tuple(
        Backlog(
            name,
            context.known.get("step", entry.at),
            entry.requests,
            context.elapsed(entry.age, ("requests", name, "backlog", i, "age")),
        )
        for name, form in context.form.requests.items()
        for i, entry in enumerate(form.backlog)
    )


def check_backlog(context: Context, model: Model) -> None:
    """Note in the context the backlogs at steps that their class never comes to (R5, R13)."""
    for name, form in context.form.requests.items():
        if not form.backlog:
            continue
        way = paths(model, name)
        for i, entry in enumerate(form.backlog):
            step = context.known.get("step", entry.at)
            why = _never_at(model, name, way, step)
            if why:
                message = f"requests of '{shorten(name)}' never come to '{shorten(step)}': {why}"
                context.add("FS445", message, "name a step on their way", ("requests", name, "backlog", i, "at"))


def _never_at(model: Model, name: str, way: Paths, step: str) -> str:
    """Why requests of a class never come to a step that is on no way of theirs; "" when they may."""
    index = next(i for i, known in enumerate(model.steps) if known.name == step)
    if way.following[index] == OFF:
        return "it is not on their journey"
    if not _for_class(model, model.steps[index], name):
        return "neither it nor its tasks are for them"
    return ""


def _for_class(model: Model, step: Step, name: str) -> bool:
    """Whether a step may do anything for requests of a class."""
    if step.only is not None and name not in step.only:
        return False
    only = [model.task(entry.task).only for entry in step.tasks]
    return not only or any(classes is None or name in classes for classes in only)
