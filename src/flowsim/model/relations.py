"""What does not fit together in a Model, as plain sentences.

The scenario room finds the same faults in a file and tells them with their places; this is the last line of defence for
models made in Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.model.paths import branch_steps
from flowsim.model.process import END, Handoff, Model, RequestClass, Split, Step


def relations(model: Model) -> list[str]:
    """What does not fit together, a sentence each; empty for a sound model."""
    found = [*_names(model), *_calendars(model), *_run(model)]
    for cls in model.classes:
        found += _class(model, cls)
    for step in model.steps:
        found += _step(model, step)
    return found if found else [*_people(model), *_splits(model)]


def _names(model: Model) -> Iterator[str]:
    """Names that stand twice or lead nowhere."""
    for kind in ("calendars", "classes", "tasks", "teams", "steps", "people"):
        names = [thing.name for thing in getattr(model, kind)]
        yield from (f"{kind}: {name!r} stands twice" for name in sorted({n for n in names if names.count(n) > 1}))
    classes = {c.name for c in model.classes}
    if not model.steps:
        yield "there is no step"
    if not model.classes:
        yield "there is no request class"
    for task in model.tasks:
        yield from (f"task {task.name!r}: no class {c!r}" for c in task.only or () if c not in classes)
    teams = {t.name for t in model.teams}
    for person in model.people:
        yield from (f"person {person.name!r}: no team {t!r}" for t in person.teams if t not in teams)
    steps = {s.name for s in model.steps}
    for backlog in model.backlog:
        if backlog.klass not in classes:
            yield f"backlog: no class {backlog.klass!r}"
        if backlog.step not in steps:
            yield f"backlog: no step {backlog.step!r}"


def _run(model: Model) -> Iterator[str]:
    if not 0 <= model.run.warm_up < model.run.length:
        yield f"warm-up {model.run.warm_up} is not before length {model.run.length}"
    if model.limit is not None and model.limit < 1:
        yield f"a limit of {model.limit} lets nobody in"


def _class(model: Model, cls: RequestClass) -> Iterator[str]:
    where = f"class {cls.name!r}"
    arrivals = cls.arrivals
    chases = cls.name in model.chasers
    waiting = any(backlog.klass == cls.name for backlog in model.backlog)
    if arrivals.gap is not None and arrivals.dates is not None:
        yield f"{where}: arrivals are either gaps or dates"
    if arrivals.gap is None and arrivals.dates is None and not chases and not waiting:
        yield f"{where}: it never arrives"
    if chases and (arrivals != type(arrivals)() or cls.chasing is not None or cls.patience is not None or waiting):
        yield f"{where}: chases do not arrive, wait or chase by themselves"
    if arrivals.profile is not None and arrivals.gap is None:
        yield f"{where}: a profile needs gaps"
    if cls.chasing is not None:
        if cls.chasing.klass not in {c.name for c in model.classes}:
            yield f"{where}: no class {cls.chasing.klass!r}"
        if cls.chasing.after is None and cls.promise is None:
            yield f"{where}: chasing needs a promise, or says after how long"
    if cls.delay_cost is not None and cls.delay_cost.late and cls.promise is None:
        yield f"{where}: a cost of being late needs a promise"
    steps = {s.name for s in model.steps}
    for name in cls.journey or ():
        if name not in steps:
            yield f"{where}: no step {name!r}"
        elif (cls.journey or ()).count(name) > 1:
            yield f"{where}: {name!r} stands twice in its journey"


def _step(model: Model, step: Step) -> Iterator[str]:
    where = f"step {step.name!r}"
    teams = {t.name for t in model.teams}
    tasks, classes = {t.name for t in model.tasks}, {c.name for c in model.classes}
    steps = {s.name for s in model.steps}
    named = [*step.takers, *(team for team, _ in step.together)]
    yield from (f"{where}: no team {name!r}" for name in named if name not in teams)
    if len(set(named)) < len(named):
        yield f"{where}: a team stands twice"
    yield from (f"{where}: no task {t.task!r}" for t in step.tasks if t.task not in tasks)
    yield from (f"{where}: no class {c!r}" for c in step.only or () if c not in classes)
    targets = [to for rule in step.returns for to, _ in rule.targets]
    targets += [to for route in step.routes for to, _, _ in route.targets if to != END]
    if step.split is not None:
        targets += [name for branch in step.split.branches for name in branch]
        targets += [step.split.join] if step.split.join != END else []
        if step.routes:
            yield f"{where}: either routes or a split"
    yield from (f"{where}: no step {to!r}" for to in targets if to not in steps)
    for route in step.routes:
        yield from (f"{where}: no class {c!r}" for c in route.only or () if c not in classes)
    if step.several and step.others:
        yield f"{where}: either any of several teams, or several people at once"
    if step.same_person and (step.several or step.batch is not None):
        yield f"{where}: the same person goes on alone, with one request"
    if step.limit is not None and step.batch is not None and (step.batch.size or 1) > step.limit:
        yield f"{where}: a batch of {step.batch.size} never fills under a limit of {step.limit}"
    if step.blocking not in ("place", "person"):
        yield f"{where}: no such blocking: {step.blocking!r}"
    if not step.change_over_by or not set(step.change_over_by) <= {"class", "task"}:
        yield f"{where}: a change-over is by class, by task, or both"


def _people(model: Model) -> Iterator[str]:
    for person in model.people:
        if not person.teams or len(set(person.teams)) < len(person.teams) or person.speed < 1:
            yield f"person {person.name!r}: needs a team, each once, and a speed"
    for team in model.teams:
        if team.people < 0 or not model.staff(team.name):
            yield f"team {team.name!r}: {team.people} people"
        if not 0 <= team.absence < 1 or not 0 < team.presence <= 1:
            yield f"team {team.name!r}: absence or presence is no such share"
    for step in model.steps:
        seats = [person for team, count in step.needs for person in _seats(model, team, count)]
        if seats.count("") or len(set(seats)) < len(seats):
            yield f"step {step.name!r}: needs more people than there are"


def _seats(model: Model, team: str, count: int) -> list[str]:
    """Names for `count` people of a team, its own first; "" for one there is not."""
    own = [person.name if person else f"{team}\n{i}" for i, person in enumerate(model.staff(team))]
    return [own[i] if i < len(own) else "" for i in range(count)]


def _splits(model: Model) -> Iterator[str]:
    """Each step is in one branch at most; a join is on the path of its split; returns stay within their branch."""
    inside = branch_steps(model)
    listed = [name for step in model.steps if step.split for branch in step.split.branches for name in branch]
    yield from (f"step {name!r} is in two branches" for name in sorted(n for n in inside if listed.count(n) > 1))
    for cls in model.classes:
        yield from (
            f"class {cls.name!r}: its journey names {name!r}, which is in a branch"
            for name in cls.journey or ()
            if name in inside
        )
    around = {
        name: step.name for step in model.steps if step.split for branch in step.split.branches for name in branch
    }
    for step in model.steps:
        seen, name = {step.name}, around.get(step.name)
        while name is not None and name not in seen:
            seen.add(name)
            name = around.get(name)
        if name is not None:
            yield f"step {step.name!r} is in a branch of itself"
            return
    path_of = {name: branch for step in model.steps if step.split for branch in step.split.branches for name in branch}
    for step in model.steps:
        own = path_of.get(step.name)
        if step.split is not None:
            yield from _split(model, step, step.split, own)
        for to in (to for rule in step.returns for to, _ in rule.targets):
            if own is not None and to not in own and to in inside | _trunk(model):
                yield f"step {step.name!r}: a return to {to!r} leaves the branch"
        for to in (to for route in step.routes for to, _, _ in route.targets):
            if own is not None and (to == END or to not in own):
                yield f"step {step.name!r}: a route to {to or 'the end'!r} leaves the branch"
            if own is None and to in inside:
                yield f"step {step.name!r}: a route to {to!r} enters a branch"


def _trunk(model: Model) -> set[str]:
    inside = branch_steps(model)
    return {step.name for step in model.steps if step.name not in inside}


def _split(model: Model, step: Step, split: Split, own: tuple[str, ...] | None) -> Iterator[str]:
    if len(split.branches) < 2 or not all(split.branches):
        yield f"step {step.name!r}: a split has two branches or more, each with a step"
    if split.join == END:
        return
    inside = branch_steps(model)
    trunk = tuple(s.name for s in model.steps if s.name not in inside)
    ways = [cls.journey or trunk for cls in model.classes] if own is None else [own]
    for way in dict.fromkeys(ways):
        if step.name in way and split.join not in way[way.index(step.name) + 1 :]:
            yield f"step {step.name!r}: the join {split.join!r} does not come after it on its path"


def _calendars(model: Model) -> Iterator[str]:
    calendars = {c.name for c in model.calendars}
    for where, name in _calendars_named(model):
        if name is not None and name not in calendars:
            yield f"{where}: no calendar {name!r}"


def _calendars_named(model: Model) -> Iterator[tuple[str, str | None]]:
    yield "run", model.run.calendar
    for cls in model.classes:
        yield f"class {cls.name!r}", cls.arrivals.calendar
        for wait in (cls.promise, cls.patience, cls.chasing and cls.chasing.after, cls.chasing and cls.chasing.every):
            yield f"class {cls.name!r}", wait.calendar if wait else None
        yield f"class {cls.name!r}", cls.delay_cost.per.calendar if cls.delay_cost else None
    for team in model.teams:
        yield f"team {team.name!r}", team.calendar
        yield f"team {team.name!r}", team.target.wait.calendar if team.target else None
    for step in model.steps:
        handoff = step.handoff or Handoff()
        where = f"step {step.name!r}"
        for rule in (handoff.batch, step.batch):
            if rule is not None:
                yield where, rule.wait.calendar if rule.wait else None
                yield where, rule.clock.calendar if rule.clock else None
        yield where, handoff.transit.calendar if handoff.transit else None
        yield where, handoff.question.answer.calendar if handoff.question else None
