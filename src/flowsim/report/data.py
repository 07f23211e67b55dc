"""Section 3: where the numbers come from, what they are, and what was taken for granted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from flowsim.model import Calendar, DayException, Distribution, Model
from flowsim.model.calendar import DAY
from flowsim.report.algorithms import limited
from flowsim.report.components import arrivals
from flowsim.report.material import Material
from flowsim.report.objectives import key
from flowsim.report.parts import Author, Block, Bullets, Code, Heading, Item, Text, bullets, table
from flowsim.report.say import Say
from flowsim.scenario.kept import DataFile


def sources(material: Material, say: Say) -> Item:
    """3.1: the words of the scenario."""
    found = material.first.notes.sources if material.first else ()
    blocks: list[Block] = [Bullets(found)] if found else []
    if not found:
        expected = say.t(
            "where each number comes from: who measured it, when, on how many cases, and where it is published"
        )
        blocks.append(Author(expected, key(say, "sources")))
    return Item("3.1", say.t("Data sources"), tuple(blocks))


def pre_processing(material: Material, say: Say) -> Item:
    """3.2: the data files as they were read; what was done to them before, only the author knows."""
    rows = []
    for file in _data_files(material):
        values = _values(material.base, file)
        texts = ["–", "–"]
        if values is not None:
            texts = [say.whole(len(values)), fingerprint(values)]
        rows.append([Code(file.path), Code(file.file), Code(file.column), texts[0], Code(texts[1])])
    head = [say.t("used for"), say.t("file"), say.t("column"), say.t("values"), say.t("SHA-256 of the values")]
    blocks = table(head, rows)
    if rows:
        said = say.t(
            "Rows without a value are left out and dates put in order; nothing else is done to them. The hash is over "
            "the values as they went into the model, in milliseconds, one a line."
        )
        blocks.append(Text(said))
    expected = say.t(
        "what was done to the data before they came into the scenario: cases left out, gaps filled, distributions "
        "fitted"
    )
    blocks.append(Author(expected, key(say)))
    return Item("3.2", say.t("Pre-processing"), tuple(blocks))


def inputs(material: Material, say: Say) -> Item:
    """3.3: every number that goes in."""
    model = material.base
    blocks: list[Block] = []
    if len(material.models) > 1:
        said = say.t(
            "Those of {state}; what the other states change is item 2.3.", state=material.manifest.states[0].name
        )
        blocks.append(Text(said))
    rows = [
        [c.name, arrivals(c, model, say), _group(model, c.name, say), _profile(model, c.name, say)]
        for c in model.classes
    ]
    head = [say.t("arrivals of"), say.t("how"), say.t("how many together (share)"), say.t("weights in the week")]
    blocks += [Heading(say.t("Arrivals")), *table(head, rows)]
    laws = [
        [what, say.family(law), say.parameters(law), say.length(law.mean()), say.length(law.sd())]
        for what, law in _laws(model, say)
    ]
    head = [say.t("input"), say.t("distribution"), say.t("parameters"), say.t("mean"), say.t("sd")]
    blocks += [Heading(say.t("Times")), *table(head, laws)]
    blocks.append(
        Author(
            say.t("why these distributions, and not others, and how well they fit the data"),
            say.t("Items 3.1 and 3.4 show what the scenario says under sources and assumptions"),
        )
    )
    chances = [[what, value] for what, value in _chances(model, say)]
    if chances:
        blocks += [Heading(say.t("Chances")), *table([say.t("input"), say.t("value")], chances)]
    blocks += [Heading(say.t("Calendars")), *_calendars(model, say)]
    said = say.t("Numbers of people, costs and targets are in item 2.5.3; batches and limits in item 2.5.4.")
    return Item("3.3", say.t("Input parameters"), (*blocks, Text(said)))


def assumptions(material: Material, say: Say) -> Item:
    """3.4: those of the scenario, and those that flowsim makes."""
    found = material.first.notes.assumptions if material.first else ()
    blocks: list[Block] = []
    if found:
        blocks += [Text(say.t("Of the author:")), Bullets(found)]
    else:
        expected = say.t("what was taken for granted about the process for lack of data")
        blocks.append(Author(expected, key(say, "assumptions")))
    blocks += [Text(say.t("Of the software:")), *bullets(list(_own(material.models, say)))]
    return Item("3.4", say.t("Assumptions"), tuple(blocks))


def fingerprint(values: tuple[float, ...]) -> str:
    """SHA-256 over values, each as the shortest text that reads back the same, one a line."""
    return hashlib.sha256("\n".join(repr(float(v)) for v in values).encode()).hexdigest()


# -- data files --------------------------------------------------------------------------------------------------------


def _data_files(material: Material) -> list[DataFile]:
    """Those of all states, each place once; of a run without its texts those that the Model shows."""
    if material.told:
        return list(dict.fromkeys(file for state in material.told for file in state.data))
    found = [
        DataFile(f"requests.{c.name}.arrivals", "–", "") for c in material.base.classes if c.arrivals.dates is not None
    ]
    return found + [
        DataFile(f"tasks.{t.name}.time", "–", "") for t in material.base.tasks if t.time.name == "empirical"
    ]


def _values(model: Model, file: DataFile) -> tuple[float, ...] | None:
    """The values that a file gave the Model, in ticks; None for a place that is not one of the usual."""
    parts = file.path.split(".")
    if parts[-1] == "arrivals" and parts[0] == "requests":
        name = ".".join(parts[1:-1])
        return next((c.arrivals.dates for c in model.classes if c.name == name), None)
    if parts[-1] == "time" and parts[0] == "tasks":
        name = ".".join(parts[1:-1])
        return next((t.time.params for t in model.tasks if t.name == name and t.time.name == "empirical"), None)
    return None


# -- input parameters --------------------------------------------------------------------------------------------------


def _group(model: Model, klass: str, say: Say) -> str:
    group = model.request_class(klass).arrivals.group
    return "" if group is None else say.listed(f"{say.whole(number)} ({say.share(share)})" for number, share in group)


def _profile(model: Model, klass: str, say: Say) -> str:
    profile = model.request_class(klass).arrivals.profile
    if profile is None:
        return ""
    days = (DAY, 7 * DAY)
    return "; ".join(
        f"{say.days([begins // DAY])} {say.clock(begins % DAY)} – "
        f"{say.days([ends % days[1] // DAY])} {say.clock(ends % DAY)}: {say.whole(weight)}"
        for begins, ends, weight in profile
    )


def _laws(model: Model, say: Say) -> Iterator[tuple[str, Distribution]]:
    """Every distribution of the Model, and what it is of."""
    for cls in model.classes:
        words = {"class": cls.name}
        if cls.arrivals.gap is not None:
            yield say.t("gap between arrivals of {class}", **words), cls.arrivals.gap
        if cls.patience is not None:
            yield say.t("patience of {class}", **words), cls.patience.time
        if cls.chasing is not None:
            yield say.t("time between chases about {class}", **words), cls.chasing.every.time
    for item in model.backlog:
        yield say.t("age of the backlog of {class} at {step}", step=item.step, **{"class": item.klass}), item.age
    for task in model.tasks:
        yield say.t("task {task}", task=task.name), task.time
    for step in model.steps:
        words = {"step": step.name}
        handoff = step.handoff
        if handoff is not None and handoff.transit is not None:
            yield say.t("transit to {step}", **words), handoff.transit.time
        if handoff is not None and handoff.reread is not None:
            yield say.t("reading in at {step}", **words), handoff.reread
        if handoff is not None and handoff.question is not None:
            yield say.t("answer to a question of {step}", **words), handoff.question.answer.time
        if step.set_up is not None:
            yield say.t("set-up at {step}", **words), step.set_up
        if step.change_over is not None:
            yield say.t("change-over at {step}", **words), step.change_over


def _chances(model: Model, say: Say) -> Iterator[tuple[str, str]]:
    """Every chance and share of the Model."""
    for task in model.tasks:
        if task.need is not None:
            yield say.t("a request needs {task}", task=task.name), say.share(task.need.share)
    for step in model.steps:
        words = {"step": step.name}
        needs = dict.fromkeys((need.purpose, need.share) for item in step.tasks for need in item.needs)
        for purpose, share in needs:
            yield say.t("a request needs {step} ({draw})", draw=purpose, **words), say.share(share)
        if step.handoff is not None and step.handoff.question is not None:
            yield say.t("a question at {step}", **words), say.share(step.handoff.question.chance)
        for rule in step.returns:
            for to, chances in rule.targets:
                shares = say.listed(say.share(chance) for chance in chances)
                yield say.t("return from {step} to {target}, by pass", target=to, **words), shares
        for route in step.routes:
            for to, share, outcome in route.targets:
                goal = to or outcome or say.t("the end")
                if share < 1:
                    yield say.t("route from {step} to {target}", target=goal, **words), say.share(share)
    for cls in model.classes:
        if cls.chasing is not None:
            yield say.t("a customer of {class} chases", **{"class": cls.name}), say.share(cls.chasing.share)
    for team in model.teams:
        if team.absence:
            yield say.t("a person of {team} is absent, a day", team=team.name), say.share(team.absence)
        if team.presence < 1:
            yield say.t("a person of {team} is there, an hour", team=team.name), say.share(team.presence)


def _calendars(model: Model, say: Say) -> list[Block]:
    """Hours of the week, the dates that are not usual within what a run may see, and what a working day is."""
    rows = []
    alike: dict[tuple[DayException, ...], str] = {}
    for calendar in model.calendars:
        day = say.length(calendar.working_day) if calendar.working_day < DAY else say.t("{x} h", x=say.figure(24))
        if calendar.exceptions and calendar.exceptions in alike:
            same = say.t("the same dates as {calendar}", calendar=alike[calendar.exceptions])
            rows.append([calendar.name, say.open_hours(calendar), day, same])
            continue
        alike[calendar.exceptions] = calendar.name
        inside, outside = _dates(calendar, model)
        told = [f"{say.day(d.date)}{f' ({d.reason})' if d.reason else ''}" + _own_hours(d.hours, say) for d in inside]
        if outside:
            told.append(say.t("{n} more, before and after the run", n=say.whole(outside)))
        rows.append([calendar.name, say.open_hours(calendar), day, "; ".join(told)])
    return table(
        [say.t("calendar"), say.t("open"), say.t("a working day is"), say.t("closed, or with other hours, on")], rows
    )


def _own_hours(hours: tuple[tuple[int, int], ...], say: Say) -> str:
    return f": {' '.join(f'{say.clock(a)}–{say.clock(b)}' for a, b in hours)}" if hours else ""


def _dates(calendar: Calendar, model: Model) -> tuple[list[DayException], int]:
    """The exceptions that lie within twice the length of the run, and the number of the others."""
    start = datetime.fromisoformat(model.start)
    end = start + timedelta(milliseconds=2 * model.run.length)
    inside = [e for e in calendar.exceptions if start.date().isoformat() <= e.date <= end.date().isoformat()]
    return inside, len(calendar.exceptions) - len(inside)


# -- assumptions -------------------------------------------------------------------------------------------------------


def _own(models: tuple[Model, ...], say: Say) -> Iterator[str]:
    """What flowsim takes for granted."""
    yield say.t("Time is a whole number of milliseconds; every drawn length is rounded to one and is never below 0.")
    yield say.t("There are no time zones and no summer time: every day has 24 hours.")
    yield say.t("Work under way is never interrupted for other work; outside the hours of its team it pauses.")
    yield say.t("Draws are independent of each other, but for what the rules tie together: one draw for a whole batch.")
    yield say.t("Chances and times do not depend on how busy it is, nor on the time that a request has been waiting.")
    yield say.t("People of a team without a name are alike and may be exchanged for each other.")
    yield (
        say.t("Where no limit is stated there is room for any number of waiting requests.")
        if any(limited(model) for model in models)
        else say.t("There is room for any number of waiting requests.")
    )
    if not any(t.absence or t.presence < 1 for m in models for t in m.teams):
        yield say.t("Everybody is there whenever his team is open.")
    if not any(c.patience for m in models for c in m.classes):
        yield say.t("No customer gives up.")
    if any(p.teams[1:] for m in models for p in m.people):
        yield say.t("Who helps another team keeps the hours of that team while he does.")
    yield say.t("Requests that arrive after the measured ones go on arriving until those have ended.")
