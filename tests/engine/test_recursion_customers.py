"""Customers who withdraw or chase against recursions on the same draws: equal, tick for tick (R15)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_check import Oracle, check
from plain_laws import MEANS, law
from plain_rows import desk_with_chases, row_with_patience
from plain_rules import differences, simple_model

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.model import (
    Arrivals,
    Backlog,
    Chasing,
    Distribution,
    Handoff,
    Model,
    RequestClass,
    Run,
    Span,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE

CALENDARS = st.sampled_from(["always", "always", "office", "mornings"])


@st.composite
def impatient(draw: st.DrawFn, coarse: bool) -> Model:
    """One or two classes, one of them impatient at least, at one to three steps."""
    classes = []
    for name in ("a", "b")[: draw(st.integers(1, 2))]:
        gap, patience = draw(law(MEANS, coarse)), draw(law(MEANS.map(lambda m: 2 * m), coarse))
        calendar = draw(st.sampled_from([None, None, "office"]))
        patient = name == "b" and draw(st.booleans())
        group = draw(st.sampled_from([None, ((1, 0.5), (2, 0.5))]))
        classes.append(
            RequestClass(name, Arrivals(gap, group=group), patience=None if patient else Span(patience, calendar))
        )
    steps, teams, tasks = [], [], []
    for i in range(draw(st.integers(1, 3))):
        transit = draw(st.one_of(st.none(), law(MEANS, coarse)))
        teams.append(Team(f"T{i}", draw(st.integers(1, 3)), draw(CALENDARS)))
        tasks.append(Task(f"task {i}", draw(law(MEANS, coarse)), "adding"))
        handoff = None if transit is None else Handoff(transit=Span(transit))
        steps.append(Step(f"S{i}", f"T{i}", (StepTask(f"task {i}"),), handoff=handoff))
    backlog = (Backlog("a", "S0", 4, Distribution("uniform", (0.0, float(DAY)))),) if draw(st.booleans()) else ()
    backlog = () if steps[0].handoff else backlog
    return simple_model(
        classes, tasks, teams, steps, Run(draw(st.sampled_from([3 * HOUR, 12 * HOUR])), 0, "always"), backlog=backlog
    )


@st.composite
def chased(draw: st.DrawFn, coarse: bool) -> Model:
    """A desk that is slow for its customers, and one that hears of it."""
    rule = Chasing(
        "a: chasing",
        Span(draw(law(MEANS, coarse)), draw(st.sampled_from([None, None, "office"]))),
        draw(st.sampled_from([1.0, 0.6])),
        draw(st.sampled_from([None, Wait(10 * MINUTE), Wait(HOUR, "mornings")])),
        draw(st.sampled_from([None, 1, 3])),
    )
    gap = draw(law(MEANS, coarse))
    promise = Wait(draw(st.integers(1, 40)) * MINUTE, draw(st.sampled_from([None, "office"])))
    classes = [
        RequestClass("a", Arrivals(gap), promise, chasing=rule),
        RequestClass("b", Arrivals(draw(law(MEANS, coarse)))),
        RequestClass("a: chasing", Arrivals(), journey=("Answer",)),
    ]
    tasks = [Task("serve", draw(law(MEANS, coarse)), "adding", ("a", "b"))]
    tasks.append(Task("answer", draw(law(MEANS, coarse)), "waste", ("a: chasing",)))
    teams = [
        Team("Desk", draw(st.integers(1, 3)), draw(CALENDARS)),
        Team("Front", draw(st.integers(1, 2)), draw(CALENDARS)),
    ]
    steps = [
        Step("Serve", "Desk", (StepTask("serve"),), ("a", "b")),
        Step("Answer", "Front", (StepTask("answer"),), ("a: chasing",)),
    ]
    backlog = (Backlog("a", "Serve", 3, Distribution("uniform", (0.0, float(DAY)))),) if draw(st.booleans()) else ()
    length = draw(st.sampled_from([2 * HOUR, 3 * HOUR if rule.at_most is None else 8 * HOUR]))
    return simple_model(classes, tasks, teams, steps, Run(length, 0, "always"), backlog=backlog)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(impatient), st.integers(0, 2**31))
def test_r15_withdrawals_equal_the_recursion(model: Model, seed: int) -> None:
    """80 random models, half of them in whole minutes: patience often ends at the instant of an end or a start (R3)."""
    check(model, seed, row_with_patience)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(chased), st.integers(0, 2**31))
def test_r15_chases_equal_the_recursion(model: Model, seed: int) -> None:
    """80 random models, half of them in whole minutes."""
    check(model, seed, desk_with_chases)


def slow(patience: Span | None = None, chasing: Chasing | None = None) -> Model:
    """A desk at some 90 % load, and one for chases."""
    classes = [
        RequestClass("a", Arrivals(Distribution("exponential", (11.0 * MINUTE,))), Wait(30 * MINUTE), 1, ("Serve",))
    ]
    classes = [replace(classes[0], patience=patience, chasing=chasing)]
    steps = [Step("Serve", "Desk", (StepTask("serve"),), ("a",))]
    tasks = [Task("serve", Distribution("exponential", (10.0 * MINUTE,)), "adding", ("a",))]
    if chasing is not None:
        classes.append(RequestClass(chasing.klass, Arrivals(), journey=("Answer",)))
        steps.append(Step("Answer", "Front", (StepTask("answer"),), (chasing.klass,)))
        tasks.append(Task("answer", Distribution("constant", (2.0 * MINUTE,)), "waste", (chasing.klass,)))
    teams = [Team("Desk", 1, "always"), Team("Front", 1, "always")][: len(steps)]
    return simple_model(classes, tasks, teams, steps, Run(2 * DAY, 0, "always"))


PATIENCE = Span(Distribution("exponential", (40.0 * MINUTE,)))
CHASING = Chasing("chase", Span(Distribution("uniform", (5.0 * MINUTE, 15.0 * MINUTE))), 0.7, at_most=3)


def test_r15_a_slow_desk() -> None:
    """Many withdraw, many chase."""
    check(slow(patience=PATIENCE), 3, row_with_patience)
    check(slow(chasing=CHASING), 3, desk_with_chases)
    record = run(slow(patience=PATIENCE), Draws(3, 1))
    assert record.requests["outcome"].tolist().count(record.outcomes.index("withdrawn")) > 20
    assert (run(slow(chasing=CHASING), Draws(3, 1)).requests["chase"] > 0).sum() > 50


@pytest.mark.parametrize(
    ("right", "other", "oracle"),
    [
        (slow(PATIENCE), slow(Span(Distribution("exponential", (41.0 * MINUTE,)))), row_with_patience),
        (slow(PATIENCE), slow(), row_with_patience),
        (slow(chasing=CHASING), slow(chasing=replace(CHASING, share=0.72)), desk_with_chases),
        (slow(chasing=CHASING), slow(chasing=replace(CHASING, at_most=4)), desk_with_chases),
        (slow(chasing=CHASING), slow(chasing=replace(CHASING, after=Wait(31 * MINUTE))), desk_with_chases),
    ],
    ids=["patience", "no patience", "share", "at most", "after"],
)
def test_r15_the_comparison_goes_red_for_another_model(right: Model, other: Model, oracle: Oracle) -> None:
    """Spoiled: the record of one model held against the recursion for a slightly other one."""
    record = run(right, Draws(3, 1))
    assert differences(right, oracle(other, Draws(3, 1)), record) != []


@pytest.mark.parametrize(
    ("column", "model", "oracle"),
    [
        ("released", slow(PATIENCE), row_with_patience),
        ("kind", slow(PATIENCE), row_with_patience),
        ("started", slow(chasing=CHASING), desk_with_chases),
    ],
)
def test_r15_the_comparison_goes_red_for_one_number(column: str, model: Model, oracle: Oracle) -> None:
    """Spoiled: one number of one visit is one more."""
    record = run(model, Draws(3, 1))
    record.visits[column][100] += 1
    assert len(differences(model, oracle(model, Draws(3, 1)), record)) == 1


def test_r15_the_comparison_goes_red_for_another_parent() -> None:
    """Spoiled: one chase is about another request."""
    model = slow(chasing=CHASING)
    record = run(model, Draws(3, 1))
    record.requests["parent"][-1] -= 1
    assert len(differences(model, desk_with_chases(model, Draws(3, 1)), record)) == 1
