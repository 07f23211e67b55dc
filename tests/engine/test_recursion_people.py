"""Who does the work, against recursions on the same draws: equal, tick for tick and person for person (R8–R11)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_check import Oracle, check
from plain_laws import MEANS, law
from plain_people import crews, desks, straight_on
from plain_rules import differences, simple_model

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.model import (
    Arrivals,
    Distribution,
    Handoff,
    Model,
    Person,
    RequestClass,
    Run,
    Step,
    StepTask,
    Task,
    Team,
)
from flowsim.model.calendar import HOUR, MINUTE

HOURS = st.sampled_from(["always", "always", "office", "mornings"])
LENGTHS = st.sampled_from([3 * HOUR, 12 * HOUR])
BY = st.sampled_from([("class",), ("task",), ("class", "task")])


@st.composite
def staffed(draw: st.DrawFn, coarse: bool) -> Model:
    """One to three teams in any order, with people of their own and with names, not always there; one or two steps."""
    count = draw(st.integers(1, 3))
    people, teams = [], []
    for i in range(count):
        named = draw(st.integers(0, 2))
        speeds = st.sampled_from([500, 1000, 1300, 1999])
        people += [Person(f"P{i}{n}", (f"T{i}",), draw(speeds)) for n in range(named)]
        absence, presence = draw(st.sampled_from([(0.0, 1.0), (0.0, 1.0), (0.3, 1.0), (0.0, 0.6), (0.2, 0.7)]))
        own = draw(st.integers(0 if named else 1, 2))
        teams.append(Team(f"T{i}", own, draw(HOURS), absence=absence, presence=presence))
    takers = draw(st.permutations([team.name for team in teams]))
    classes = [RequestClass(name, Arrivals(draw(law(MEANS, coarse)))) for name in "ab"]
    apart = draw(st.booleans())
    steps, tasks = [], []
    for i in range(2 if apart else 1):
        tasks.append(Task(f"task {i}", draw(law(MEANS, coarse)), "adding"))
        reread = draw(st.one_of(st.none(), law(MEANS, coarse)))
        steps.append(
            Step(
                f"S{i}",
                takers[0],
                (StepTask(f"task {i}"),),
                ("ab"[i],) if apart else None,
                tuple(takers[1:]),
                handoff=None if reread is None else Handoff(reread=reread),
                set_up=draw(st.one_of(st.none(), law(MEANS, coarse))),
                change_over=draw(st.one_of(st.none(), law(MEANS, coarse))),
                change_over_by=draw(BY),
            )
        )
    run_ = Run(draw(LENGTHS), 0, "always")
    return simple_model(classes, tasks, teams, steps, run_, people=tuple(people))


@st.composite
def handy(draw: st.DrawFn, coarse: bool) -> Model:
    """Two steps that the same person does, always open; perhaps another team is named before his for the second."""
    teams = [Team("T0", draw(st.integers(1, 3)), "always"), Team("T1", 1, "always")]
    people = (Person("Ann", ("T0",), draw(st.sampled_from([700, 1500]))),) if draw(st.booleans()) else ()
    first, others = draw(st.sampled_from([("T0", ()), ("T1", ("T0",)), ("T0", ("T1",))]))
    handoff = draw(st.sampled_from([None, Handoff(reread=Distribution("constant", (float(MINUTE),)))]))
    steps = [
        Step("S0", "T0", (StepTask("task 0"),)),
        Step("S1", first, (StepTask("task 1"),), others=others, same_person=True, handoff=handoff),
    ]
    return simple_model(
        [RequestClass("a", Arrivals(draw(law(MEANS, coarse)), group=draw(st.sampled_from([None, ((2, 1.0),)]))))],
        [Task(f"task {i}", draw(law(MEANS, coarse)), "adding") for i in range(2)],
        teams,
        steps,
        Run(draw(LENGTHS), 0, "always"),
        people=people,
    )


@st.composite
def meetings(draw: st.DrawFn, coarse: bool) -> Model:
    """One step that needs several people of one to three teams, some of them not always there."""
    needs = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    groups = draw(st.integers(1, 2))
    teams, people = [], []
    for i, count in enumerate(needs):
        named = draw(st.integers(0, 1))
        people += [Person(f"P{i}", (f"T{i}",), draw(st.sampled_from([800, 1500])))] * named
        own = count * groups - named + draw(st.integers(0, 1)) * (1 - named) * (groups == 2)
        presence = draw(st.sampled_from([1.0, 1.0, 0.8])) if groups == 1 else 1.0
        teams.append(Team(f"T{i}", own, draw(HOURS), presence=presence))
    together = tuple((f"T{i}", count) for i, count in enumerate(needs) if i)
    step = Step("S", "T0", (StepTask("task"),), people=needs[0], together=together)
    return simple_model(
        [RequestClass(name, Arrivals(draw(law(MEANS, coarse)))) for name in ("a", "b")[: draw(st.integers(1, 2))]],
        [Task("task", draw(law(MEANS, coarse)), "adding")],
        teams,
        [step],
        Run(draw(LENGTHS), 0, "always"),
        people=tuple(people),
    )


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(staffed), st.integers(0, 2**31))
def test_r8_any_of_several_teams_are_one_list(model: Model, seed: int) -> None:
    """100 random models: identical teams are one pooled team; speeds, change-overs and who is away come on top."""
    check(model, seed, desks)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(handy), st.integers(0, 2**31))
def test_r8_two_steps_by_the_same_person_are_one(model: Model, seed: int) -> None:
    """60 random models."""
    check(model, seed, straight_on)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(meetings), st.integers(0, 2**31))
def test_r8_several_at_once_are_one_server(model: Model, seed: int) -> None:
    """80 random models; the last person may be away for an hour, and the others wait for him."""
    check(model, seed, crews)


WORK = Distribution("exponential", (10.0 * MINUTE,))


def pair(**fields: object) -> Model:
    """Two teams of which any may take it, three people in all, one of them fast, not always there."""
    step = Step("S0", "T1", (StepTask("task"),), others=("T0",), change_over=WORK)
    return simple_model(
        [RequestClass(name, Arrivals(Distribution("exponential", (16.0 * MINUTE,)))) for name in "ab"],
        [Task("task", WORK, "adding")],
        [Team("T0", 1, "office", presence=0.9), Team("T1", 1, "always", presence=0.8)],
        [replace(step, **fields)],  # type: ignore[arg-type]
        Run(48 * HOUR, 0, "always"),
        people=(Person("Ann", ("T1",), 1250),),
    )


def same(same_person: bool = True, work: float = 10.0) -> Model:
    """Two steps of one team of two."""
    other = Distribution("exponential", (work * MINUTE,))
    return simple_model(
        [RequestClass("a", Arrivals(Distribution("exponential", (12.0 * MINUTE,))))],
        [Task("task 0", WORK, "adding"), Task("task 1", other, "adding")],
        [Team("T0", 2, "always")],
        [
            Step("S0", "T0", (StepTask("task 0"),)),
            Step("S1", "T0", (StepTask("task 1"),), same_person=same_person),
        ],
        Run(48 * HOUR, 0, "always"),
    )


def meeting(people: int = 2, speed: int = 900) -> Model:
    """Two of one team and one of another, in the hours of both."""
    return simple_model(
        [RequestClass("a", Arrivals(Distribution("exponential", (40.0 * MINUTE,))))],
        [Task("task", WORK, "adding")],
        [Team("T0", 2, "office"), Team("T1", 0, "mornings", presence=0.9)],
        [Step("S", "T0", (StepTask("task"),), people=people, together=(("T1", 1),))],
        Run(96 * HOUR, 0, "always"),
        people=(Person("Ann", ("T1",), speed),),
    )


def test_r8_long_runs() -> None:
    """Some hundreds of requests in each."""
    check(pair(), 8, desks)
    check(same(), 8, straight_on)
    check(meeting(), 8, crews)


def faster(model: Model) -> Model:
    return replace(model, people=(replace(model.people[0], speed=1260),))


def there(model: Model) -> Model:
    return replace(model, teams=(model.teams[0], replace(model.teams[1], presence=0.81)))


@pytest.mark.parametrize(
    ("right", "other", "oracle"),
    [
        (pair(), pair(team="T0", others=("T1",)), desks),
        (pair(), pair(change_over=None), desks),
        (pair(), pair(change_over_by=("task",)), desks),
        (pair(), faster(pair()), desks),
        (pair(), there(pair()), desks),
        (same(same_person=False), same(), straight_on),
        (same(), same(work=10.1), straight_on),
        (meeting(), meeting(people=1), crews),
        (meeting(), meeting(speed=910), crews),
    ],
    ids=["order", "change-over", "by", "speed", "presence", "not the same", "work", "alone", "speed of the slowest"],
)
def test_r8_the_comparison_goes_red_for_another_model(right: Model, other: Model, oracle: Oracle) -> None:
    """Spoiled: the record of one model held against the recursion for a slightly other one."""
    record = run(right, Draws(8, 1))
    assert differences(right, oracle(other, Draws(8, 1)), record) != []


@pytest.mark.parametrize(
    ("column", "model", "oracle"),
    [
        ("started", pair(), desks),
        ("set_up", pair(), desks),
        ("worked", pair(), desks),
        ("team", pair(), desks),
        ("person", pair(), desks),
        ("sent", same(), straight_on),
        ("person", same(), straight_on),
        ("released", meeting(), crews),
    ],
)
def test_r8_the_comparison_goes_red_for_one_number(column: str, model: Model, oracle: Oracle) -> None:
    """Spoiled: one number of one visit is one more."""
    record = run(model, Draws(8, 1))
    record.visits[column][44] += 1
    assert len(differences(model, oracle(model, Draws(8, 1)), record)) == 1


def test_r8_the_comparison_goes_red_for_another_crew() -> None:
    """Spoiled: somebody else was at work too."""
    record = run(meeting(), Draws(8, 1))
    record.crew["person"][3] += 1
    assert differences(meeting(), crews(meeting(), Draws(8, 1)), record) == ["crew"]
