"""Section 2.5: what the model is made of, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.model import Model, RequestClass, Step
from flowsim.model.process import END
from flowsim.model.rates import arrivals_per_week
from flowsim.record import WITHDRAWN
from flowsim.report.algorithms import QUEUES
from flowsim.report.material import Material
from flowsim.report.parts import Item, Text, bullets, table
from flowsim.report.say import Say
from flowsim.texts import msg

VALUES = {"adding": msg("adds value"), "necessary": msg("necessary"), "waste": msg("waste")}


def entities(material: Material, say: Say) -> Item:
    """2.5.1: the classes of requests."""
    model = material.base
    rows = []
    for cls in model.classes:
        parent = model.chasers.get(cls.name)
        what = say.t("chases about {class}", **{"class": parent}) if parent else say.t("requests of customers")
        rows.append(
            [
                cls.name,
                what,
                say.whole(cls.priority),
                say.wait(cls.promise) if cls.promise else "",
                say.span(cls.patience) if cls.patience else "",
                _chasing(cls, say),
                _delay_cost(cls, say),
            ]
        )
    head = [
        *(say.t("class"), say.t("what they are"), say.t("priority (0 first)"), say.t("promise")),
        *(say.t("patience"), say.t("chasing"), say.t("cost of delay")),
    ]
    said = say.t(
        "Each request has its class, the ordinal in its class, its time of arrival, its due time (arrival + promise), "
        "the tasks it needs, and a count of its passes at each step."
    )
    return Item("2.5.1", say.t("Components: entities"), (*table(head, rows), Text(said)))


def activities(material: Material, say: Say) -> Item:
    """2.5.2: tasks, and whatever else takes people's or requests' time."""
    model = material.base
    rows = []
    for task in model.tasks:
        places = [step.name for step in model.steps if any(item.task == task.name for item in step.tasks)]
        who = say.listed(task.only) if task.only is not None else ""
        need = say.t("{share} of requests", share=say.share(task.need.share)) if task.need else ""
        rows.append(
            [
                task.name,
                say.law(task.time),
                say.t(VALUES[task.value]),
                "; ".join(part for part in (who, need) if part),
                say.listed(places) or "–",
            ]
        )
    head = [say.t("task"), say.t("time"), say.t("value to the customer"), say.t("needed by"), say.t("done at")]
    others = [[step.name, kind, time] for step in model.steps for kind, time in _other_activities(step, say)]
    blocks = table(head, rows)
    if others:
        blocks.append(Text(say.t("Beside the tasks:")))
        blocks += table([say.t("step"), say.t("activity"), say.t("time")], others)
    blocks.append(Text(say.t("Where requests go from each activity is item 2.2.")))
    return Item("2.5.2", say.t("Components: activities"), tuple(blocks))


def resources(material: Material, say: Say) -> Item:
    """2.5.3: teams and people."""
    model = material.base
    rows = []
    for team in model.teams:
        serves = [s.name for s in model.steps if team.name in s.takers or team.name in dict(s.together)]
        target = ""
        if team.target is not None:
            words = {"share": say.share(team.target.share), "time": say.wait(team.target.wait)}
            target = say.t("{share} within {time}", **words)
        rows.append(
            [
                team.name,
                say.whole(team.people),
                say.listed(person.name for person in model.people if team.name in person.teams),
                team.calendar,
                say.listed(serves) or "–",
                target,
                say.figure(team.cost) if team.cost is not None else "",
                say.share(team.absence) if team.absence else "",
                say.share(team.presence) if team.presence < 1 else "",
            ]
        )
    head = [
        *(
            say.t("team"),
            say.t("people without a name") if model.people else say.t("people"),
            say.t("people with a name"),
            say.t("calendar"),
        ),
        *(say.t("serves"), say.t("own target"), say.t("cost per hour")),
        *(say.t("chance to be absent, a day"), say.t("chance to be there, an hour")),
    ]
    people = [[p.name, say.listed(p.teams), say.share(p.speed / 1000)] for p in model.people]
    blocks = table(head, rows)
    blocks += table([say.t("person"), say.t("teams, the first is home"), say.t("speed")], people)
    blocks.append(Text(say.t("Hours are in item 3.3.")))
    return Item("2.5.3", say.t("Components: resources"), tuple(blocks))


def queues(material: Material, say: Say) -> Item:
    """2.5.4: waiting lists, gates, process batches, and what waits for room."""
    model = material.base
    rows = []
    for team in model.teams:
        limit = say.t("at most {n} with the team", n=say.whole(team.limit)) if team.limit else say.t("unlimited")
        order = say.t("priority, then {discipline}", discipline=say.t(QUEUES[team.queue]))
        rows.append([say.t("waiting list of {team}", team=team.name), order, limit, say.t("when a person takes it up")])
    for step in model.steps:
        if step.handoff and step.handoff.batch:
            rows.append(
                [
                    say.t("transfer batch to {step}", step=step.name),
                    say.t("order of joining"),
                    say.t("unlimited"),
                    say.batch(step.handoff.batch),
                ]
            )
        if step.batch:
            rows.append(
                [
                    say.t("process batch at {step}", step=step.name),
                    say.t("order of joining"),
                    say.t("unlimited"),
                    say.batch(step.batch),
                ]
            )
    for step in model.steps:
        if step.limit:
            room = say.t("at most {n} at the step", n=say.whole(step.limit))
            rows.append(
                [
                    say.t("room at {step}", step=step.name),
                    say.t("priority, then time of delivery"),
                    room,
                    say.t("when there is room"),
                ]
            )
    blocks = table([say.t("queue"), say.t("order"), say.t("capacity"), say.t("who leaves it, when")], rows)
    if model.limit is not None:
        blocks.append(
            Text(
                say.t(
                    "In the whole process at most {n} requests are let in; the others wait outside.",
                    n=say.whole(model.limit),
                )
            )
        )
    leaving = [cls.name for cls in model.classes if cls.patience]
    said = (
        say.t("Customers of {classes} may withdraw while they wait (item 2.5.1).", classes=say.listed(leaving))
        if leaving
        else say.t("Nobody leaves a queue before being served; nobody refuses to join one.")
    )
    return Item("2.5.4", say.t("Components: queues"), (*blocks, Text(said)))


def boundary(material: Material, say: Say) -> Item:
    """2.5.5: where requests come in and go out."""
    model = material.base
    rows = []
    for cls in model.classes:
        first = _first_step(model, cls)
        rows.append([cls.name, arrivals(cls, model, say), first])
    blocks = table([say.t("entry of"), say.t("arrivals"), say.t("first step")], rows)
    backlog = [
        say.t("{n} of {class} at {step}", n=say.whole(item.number), step=item.step, **{"class": item.klass})
        for item in model.backlog
    ]
    if backlog:
        blocks.append(Text(say.t("There at the start (backlog): {backlog}.", backlog=say.listed(backlog))))
    named = [outcome for s in model.steps for r in s.routes for to, _, outcome in r.targets if to == END and outcome]
    ends = dict.fromkeys(["done", *named])
    found = [say.t("done: the journey has no further step")]
    found += [say.t("{outcome}: a route of item 2.2 ends so", outcome=end) for end in ends if end != "done"]
    if any(cls.patience for cls in model.classes):
        found.append(say.t("{outcome}: the customer gave up", outcome=WITHDRAWN))
    blocks.append(Text(say.t("Exits, as outcomes of a journey:")))
    return Item("2.5.5", say.t("Components: entry and exit points"), (*blocks, *bullets(found)))


def arrivals(cls: RequestClass, model: Model, say: Say) -> str:
    """How requests of a class arrive, in a few words; the figures are in item 3.3."""
    coming = cls.arrivals
    if cls.name in model.chasers:
        return say.t("when a customer of {class} chases", **{"class": model.chasers[cls.name]})
    if coming.dates is not None:
        said = say.t("on {n} dates of a data file", n=say.whole(len(coming.dates)))
    elif coming.gap is None:
        return say.t("none arrive by themselves")
    else:
        clock = say.t("open time of {calendar}", calendar=coming.calendar) if coming.calendar else say.t("elapsed time")
        said = say.t("drawn gaps in {clock}: {length}", clock=clock, length=say.law(coming.gap))
    if coming.group is not None:
        said += say.t(", in groups")
    if coming.profile is not None:
        said += say.t(", by a weekly profile")
    rate = arrivals_per_week(model, cls)
    return f"{said} ({say.t('{n} in an average week', n=say.figure(rate))})"


def _first_step(model: Model, cls: RequestClass) -> str:
    """The first step of its path that a class may visit."""
    inside = {name for step in model.steps if step.split for branch in step.split.branches for name in branch}
    way = cls.journey if cls.journey is not None else [s.name for s in model.steps if s.name not in inside]
    steps = {step.name: step for step in model.steps}
    return next((n for n in way if steps[n].only is None or cls.name in (steps[n].only or ())), "–")


def _other_activities(step: Step, say: Say) -> Iterator[tuple[str, str]]:
    """What a step takes beside its tasks."""
    if step.handoff and step.handoff.transit:
        yield say.t("transit"), say.span(step.handoff.transit)
    if step.handoff and step.handoff.reread:
        yield say.t("reading in"), say.law(step.handoff.reread)
    if step.handoff and step.handoff.question:
        kind = (
            say.t("answer of the customer") if step.handoff.question.to == "customer" else say.t("answer of the sender")
        )
        yield kind, say.span(step.handoff.question.answer)
    if step.set_up:
        yield say.t("set-up"), say.law(step.set_up)
    if step.change_over:
        yield say.t("change-over"), say.law(step.change_over)


def _chasing(cls: RequestClass, say: Say) -> str:
    chasing = cls.chasing
    if chasing is None:
        return ""
    begin = say.t("{length} after arrival", length=say.wait(chasing.after)) if chasing.after else say.t("the due time")
    words = {"share": say.share(chasing.share), "begin": begin, "every": say.span(chasing.every)}
    said = say.t("{share} of customers, from {begin} on; from chase to chase {every}", **words)
    if chasing.at_most is not None:
        said += say.t(", at most {n} times", n=say.whole(chasing.at_most))
    return said


def _delay_cost(cls: RequestClass, say: Say) -> str:
    cost = cls.delay_cost
    if cost is None:
        return ""
    said = say.t("{amount} per {length}", amount=say.figure(cost.amount), length=say.wait(cost.per))
    return say.t("{cost}, of the time beyond the due time", cost=said) if cost.late else said
