"""What people cannot do together, or in a row, as it is meant (R8, R10)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.advice_on_teams import works_at
from flowsim.model.asked import first_task
from flowsim.model.capacity import at_once, doable, enough_there, together
from flowsim.model.codes import amount, finding, names, share
from flowsim.model.effort import Loads
from flowsim.model.handover import goes_on
from flowsim.model.process import Model, Step
from flowsim.model.rates import departures

SELDOM = 0.5
"""Below this chance that enough people are there, a step for several is said to wait for them."""


def crew_findings(model: Model, load: Loads) -> Iterator[Problem]:
    """FS521, FS522 and FS524 for steps for several people; FS533 and FS534."""
    for s, step in enumerate(model.steps):
        if not any(journey.visits[s] > 0.0 for journey in load.journeys) and not load.steps[s].backlog:
            continue
        if step.several and together(model, step).opening(0) < model.run.length:
            yield from _too_much(model, step, load.steps[s].fills)
            yield from _closed_clock(model, step)
            yield from _seldom_there(model, step)
        if step.change_over is not None and "task" in step.change_over_by:
            yield from _never_changes(model, load, step)
        if step.same_person:
            yield from _never_goes_on(model, load, s)


def _who(step: Step) -> str:
    return names([f"{people} of {team}" for team, people in step.needs])


def _too_much(model: Model, step: Step, fills: float) -> Iterator[Problem]:
    """FS521: even if its people did nothing else, and all were always there."""
    if fills < 1.0 or fills == math.inf:
        return
    number_at_once = at_once(model, step)
    time = doable(model, step)
    times = "once at a time" if number_at_once == 1 else f"{number_at_once} times at once"
    yield finding(
        "FS521",
        f"{step.name} asks for {_who(step)} at once for {amount(fills * number_at_once * time)} a week; they have "
        f"{amount(time)} in common, and can do it {times}: what waits for it grows without end",
        "let it need fewer people or less time, gather requests in a batch, or give the teams more hours in common",
        f"steps.{step.name}.{'with' if step.together else 'people'}",
    )


def _closed_clock(model: Model, step: Step) -> Iterator[Problem]:
    """FS522: more than half of the times at which a batch is called together somebody's team is closed."""
    clock = step.batch.clock if step.batch is not None else None
    if clock is None:
        return
    struck = departures(clock, model, model.run.length)
    open_times = together(model, step)
    closed = int((open_times.worked_array(struck, struck + 1) == 0).sum())
    if 2 * closed > len(struck):
        teams = names([team for team, _ in step.needs])
        verb = "is" if len(step.needs) == 1 else "are not all"
        often = "always" if closed == len(struck) else f"{closed} of {len(struck)} times"
        yield finding(
            "FS522",
            f"the clock of {step.name} strikes while {teams} {verb} {'closed' if verb == 'is' else 'open'}, {often}: "
            "then the batch waits until they can begin",
            "name a time at which they are all open",
            f"steps.{step.name}.batch",
        )


def _seldom_there(model: Model, step: Step) -> Iterator[Problem]:
    """FS524: how often so many are there at all, busy or not (R10)."""
    chance = math.prod(enough_there(model, team, people) for team, people in step.needs)
    if chance < SELDOM:
        of = names([f"{people} of the {len(model.staff(team))} of {team}" for team, people in step.needs])
        yield finding(
            "FS524",
            f"{step.name} needs {of} at once, and so many are there only {share(chance)} of the time",
            "ask for fewer at once, or look at absence and presence",
            f"steps.{step.name}.{'with' if step.together else 'people'}",
        )


def _never_changes(model: Model, load: Loads, step: Step) -> Iterator[Problem]:
    """FS533: by task, and none of the people who may do it ever does anything of another kind."""
    kinds: set[tuple[str, str]] = set()
    for team in sorted(works_at(step)):
        near = {team, *(name for person in model.staff(team) if person is not None for name in person.teams)}
        for s, other in enumerate(model.steps):
            if works_at(other) & near:
                begun = {b.klass for b in model.backlog} if load.steps[s].backlog else set()
                comes = {j.klass for j in load.journeys if j.visits[s] > 0.0} | begun
                kinds |= {(klass, first_task(other)) for klass in comes}
    classes, tasks = {klass for klass, _ in kinds}, {task for _, task in kinds}
    by_class = "class" in step.change_over_by
    if len(tasks) > 1 or (by_class and len(classes) > 1):
        return
    teams = sorted(works_at(step))
    only = f"{next(iter(tasks))}{f' for {next(iter(classes))}' if by_class else ''}"
    yield finding(
        "FS533",
        f"the change-over at {step.name} is never due: {only} is all that {names(teams)} "
        f"{'does' if len(teams) == 1 else 'do'}",
        "take it out, or let it be by class",
        f"steps.{step.name}.change-over",
    )


def _may_go_on(model: Model, before: Step, step: Step) -> bool:
    """Whether somebody may do both: of a team that may take both, or a member of a team of each."""
    both = any(set(p.teams) & set(before.takers) and set(p.teams) & set(step.takers) for p in model.people)
    return goes_on(before, step) or (both and not before.several and before.batch is None)


def _never_goes_on(model: Model, load: Loads, s: int) -> Iterator[Problem]:
    """FS534: no step before it has a person who could go straight on."""
    step = model.steps[s]
    befores = [o for o in range(len(model.steps)) if any(j.moves[o, s] > 0.0 for j in load.journeys)]
    if any(_may_go_on(model, model.steps[o], step) for o in befores):
        return
    why = "requests come to it from the customer only"
    if befores:
        sharing = [o for o in befores if set(model.steps[o].takers) & set(step.takers)]
        why = f"{names([model.steps[o].name for o in sharing or befores])} before it "
        if sharing:
            why += "is done for a batch or by several people at once"
        else:
            why += f"{'is' if len(befores) == 1 else 'are'} done by another team"
    yield finding(
        "FS534",
        f"nobody can go straight on with {step.name} (`same person`): {why}",
        "let one team do both, or take it out",
        f"steps.{step.name}.same person",
    )
