"""What a request needs stays the same when only the organisation changes: teams, handoffs, batches, hours, limits and
queues (R4, "Work is kept apart from organisation").

Held for every first pass, and every later one, of a request at a step whose tasks are done nowhere else (else it is the
order of two branches that says which time a task is done). A whole journey, with its returns and routes, is the same
too when both designs bring it to its end.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alike import cases

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import EngineError
from flowsim.model import ALWAYS, BatchRule, Distribution, Handoff, Model, Run, Span, Step, Team, Wait, relations
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import NONE, Kind, Record
from flowsim.scenario import load

FOLDER = Path(__file__).parents[2] / "scenarios"
COUNT = 24
QUEUES = ("first in", "last in", "due date", "shortest", "furthest", "random")

Who = tuple[str, int, int]
"""A request: its class, its ordinal (of a chase that of its parent, R4), which chase it is."""

Work = dict[Who, dict[tuple[str, int], tuple[int, int, int]]]
"""By request, then by (step, pass): ticks of adding, necessary and waste work."""


def shared(one: Model, other: Model) -> set[str]:
    """The steps that do the same in both, and whose tasks are done at no other."""
    tasks = [{step.name: step.tasks for step in model.steps} for model in (one, other)]
    laws = [{task.name: task for task in model.tasks} for model in (one, other)]
    uses: dict[str, set[str]] = defaultdict(set)
    for found in tasks:
        for step, entries in found.items():
            for entry in entries:
                uses[entry.task].add(step)
    return {
        step
        for step, entries in tasks[0].items()
        if tasks[1].get(step) == entries
        and all(uses[e.task] == {step} and laws[0][e.task] == laws[1].get(e.task) for e in entries)
    }


def work_of(model: Model, record: Record) -> Work:
    """The work of each request, by step and pass, as far as it was done."""
    found: Work = defaultdict(dict)
    visits = record.visits
    for row in range(len(visits["request"])):
        if visits["kind"][row] not in (Kind.WORK, Kind.REWORK) or visits["worked"][row] == NONE:
            continue
        number = int(visits["request"][row])
        who = who_is(model, record, number)
        at = model.steps[visits["step"][row]].name, int(visits["pass"][row])
        found[who][at] = tuple(int(visits[f"{part}_ticks"][row]) for part in ("adding", "necessary", "waste"))
    return found


def who_is(model: Model, record: Record, number: int) -> Who:
    """The request of a number, as it is known in every design."""
    requests = record.requests
    parent = int(requests["parent"][number])
    ordinal = int(requests["ordinal"][number if parent == NONE else parent])
    return model.classes[requests["class"][number]].name, ordinal, int(requests["chase"][number])


def done(model: Model, record: Record) -> set[Who]:
    """The requests that came to an end of their journey."""
    outcomes, requests = record.outcomes, record.requests
    return {
        who_is(model, record, number)
        for number, end in enumerate(requests["ended"])
        if end != NONE and outcomes[requests["outcome"][number]] != "withdrawn" and requests["parent"][number] == NONE
    }


def compared(one: Model, other: Model, seed: int, other_seed: int | None = None) -> tuple[int, int, list[str]]:
    """How many visits and whole journeys were compared, and what was not the same."""
    try:
        records = run(one, Draws(seed, 1)), run(other, Draws(seed if other_seed is None else other_seed, 1))
    except EngineError:  # one of them locks (R14)
        return 0, 0, []
    works = work_of(one, records[0]), work_of(other, records[1])
    steps, visits, wrong = shared(one, other), 0, []
    for who in works[0].keys() & works[1].keys():
        for at in works[0][who].keys() & works[1][who].keys():
            if at[0] in steps:
                visits += 1
                wrong += [f"{who} at {at}"] if works[0][who][at] != works[1][who][at] else []
    whole = done(one, records[0]) & done(other, records[1])
    for who in whole:
        wrong += [f"the journey of {who}"] if works[0][who].keys() != works[1][who].keys() else []
    return visits, len(whole), wrong


# -- another organisation ----------------------------------------------------------------------------------------------


def reorganised(model: Model, luck: random.Random) -> Model:
    """The same work, otherwise organised: other teams, one more person in each, other queues, no limits, no meetings,
    other handoffs and batches, and longer hours; without questions, after which a request needs no other work either.
    """
    names = [team.name for team in model.teams]

    def step(old: Step) -> Step:
        rule = luck.choice((None, BatchRule(2, Wait(HOUR))))
        handoff = luck.choice((None, Handoff(rule, Span(Distribution("constant", (float(HOUR // 2),))))))
        fields = {"others": (), "people": 1, "together": (), "same_person": False, "batch": luck.choice((None, rule))}
        return replace(old, team=luck.choice(names), handoff=handoff, limit=None, blocking="place", **fields)

    def team(old: Team) -> Team:
        hours = ALWAYS.name if luck.random() < 0.5 else old.calendar
        return replace(old, people=old.people + 1, calendar=hours, queue=luck.choice(QUEUES), limit=None, absence=0.0)

    calendars = model.calendars if ALWAYS in model.calendars else (*model.calendars, ALWAYS)
    steps = tuple(old if old.name in _chases(model) else step(old) for old in model.steps)
    found = replace(model, steps=steps, teams=tuple(map(team, model.teams)), limit=None, calendars=calendars)
    assert relations(found) == []
    return found


def _chases(model: Model) -> set[str]:
    return {step.name for step in model.steps if step.only is not None and set(step.only) <= set(model.chasers)}


def totals(change: Callable[[Model, random.Random], Model], other_seed: bool = False) -> tuple[int, int, list[str]]:
    """All drawn scenarios with such a change."""
    visits, journeys, wrong = 0, 0, []
    for case in cases(COUNT):
        seed = case.compiled.seed
        new = change(case.model, random.Random(case.number))
        found = compared(case.model, new, seed, seed + 1 if other_seed else None)
        visits, journeys, wrong = visits + found[0], journeys + found[1], wrong + found[2]
    return visits, journeys, wrong


def test_another_organisation_leaves_the_work_of_each_request_as_it_is() -> None:
    visits, journeys, wrong = totals(reorganised)
    assert wrong == []
    assert visits > 10 * COUNT
    assert journeys > 5 * COUNT


def test_other_luck_is_other_work() -> None:
    """Spoiled: another seed."""
    assert len(totals(reorganised, other_seed=True)[2]) > COUNT


# -- the shipped scenarios ---------------------------------------------------------------------------------------------

FILES = sorted(path.name for path in FOLDER.glob("*.yaml") if len(load(path).states) > 1)


def short(model: Model) -> Model:
    """The model with a run of two weeks."""
    return replace(model, run=Run(14 * DAY, 0, model.run.calendar))


@pytest.mark.parametrize("file", FILES)
def test_the_redesigns_that_are_shipped_leave_the_work_as_it_is(file: str) -> None:
    """Each state with the first one, at the steps that do the same in both."""
    scenario = load(FOLDER / file)
    first = scenario.compile(scenario.states[0])
    for state in scenario.states[1:]:
        other = scenario.compile(state).model
        wrong = [
            said
            for said in compared(short(first.model), short(other), first.seed)[2]
            if not said.startswith("the journey")
        ]
        assert wrong == [], state
