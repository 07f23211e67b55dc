"""Rows of steps with limits against the max-plus recursion on the same draws: equal, tick for tick (R5, R9, R14)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_check import check
from plain_laws import MEANS, law
from plain_rows import row_with_limits
from plain_rules import differences, simple_model

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.model import (
    Arrivals,
    Backlog,
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
)
from flowsim.model.calendar import DAY, HOUR, MINUTE

GROUPS = (((1, 0.6), (3, 0.4)), ((2, 1.0),))


@st.composite
def rows(draw: st.DrawFn, coarse: bool) -> Model:
    """Two to four steps of one person each, most with a limit; perhaps a limit on all, groups, a backlog, transits."""
    count = draw(st.integers(2, 4))
    classes, backlog = [], []
    for name in ("a", "b")[: draw(st.integers(1, 2))]:
        arrivals = Arrivals(gap=draw(law(MEANS, coarse)), group=draw(st.sampled_from([None, None, *GROUPS])))
        classes.append(RequestClass(name, arrivals))
        if draw(st.booleans()):
            age = Distribution("uniform", (0.0, float(DAY)))
            backlog.append(Backlog(name, "S0", draw(st.integers(1, 6)), age))
    steps, teams, tasks = [], [], []
    for i in range(count):
        on_step, on_team = draw(st.sampled_from([(None, None), (1, None), (2, None), (3, None), (None, 2), (3, 1)]))
        transit = draw(st.sampled_from([None, None, Span(Distribution("constant", (float(7 * MINUTE),)))]))
        calendar = draw(st.sampled_from(["always", "always", "office", "mornings"]))
        teams.append(Team(f"T{i}", 1, calendar, limit=on_team))
        tasks.append(Task(f"task {i}", draw(law(MEANS, coarse)), "adding"))
        steps.append(
            Step(
                f"S{i}",
                f"T{i}",
                (StepTask(f"task {i}"),),
                handoff=None if transit is None else Handoff(transit=transit),
                limit=on_step,
                blocking=draw(st.sampled_from(["place", "person"])),
            )
        )
    whole = draw(st.sampled_from([None, None, 1, 3, 5]))
    length = draw(st.sampled_from([3 * HOUR, 12 * HOUR if coarse else 2 * DAY]))
    only = Run(length, draw(st.sampled_from([0, HOUR])), "always")
    return simple_model(classes, tasks, teams, steps, only, backlog=tuple(backlog), limit=whole)


@settings(derandomize=True, max_examples=20, deadline=None)
@given(rows(coarse=False), st.integers(0, 2**31))
def test_r14_rows_with_limits_equal_the_recursion(model: Model, seed: int) -> None:
    """80 random rows of drawn times."""
    check(model, seed, row_with_limits)


@settings(derandomize=True, max_examples=20, deadline=None)
@given(rows(coarse=True), st.integers(0, 2**31))
def test_r14_rows_with_limits_equal_the_recursion_when_much_happens_at_once(model: Model, seed: int) -> None:
    """80 random rows in whole minutes: many ends and admissions at the same instant (R3)."""
    check(model, seed, row_with_limits)


def busy() -> Model:
    """Three steps at about 90 % of what they can do with these limits."""
    steps = [
        Step(f"S{i}", f"T{i}", (StepTask(f"task {i}"),), limit=limit, blocking=blocking)
        for i, (limit, blocking) in enumerate([(4, "person"), (2, "place"), (1, "place")])
    ]
    work = Distribution("erlang", (8.0 * MINUTE, 2))
    return simple_model(
        [RequestClass("a", Arrivals(Distribution("exponential", (14.0 * MINUTE,)), group=((1, 0.8), (2, 0.2))))],
        [Task(f"task {i}", work, "adding") for i in range(3)],
        [Team(f"T{i}", 1, "always") for i in range(3)],
        steps,
        Run(2 * DAY, 0, "always"),
        limit=6,
    )


def test_r14_a_long_busy_row() -> None:
    """Some 250 requests, many of them blocked."""
    model = busy()
    check(model, 5, row_with_limits)
    record = run(model, Draws(5, 1))
    assert (record.visits["admitted"] > record.visits["delivered"]).sum() > 100


def changed(model: Model, step: int, **fields: object) -> Model:
    """With other fields of one step."""
    steps = list(model.steps)
    steps[step] = replace(steps[step], **fields)  # type: ignore[arg-type]
    return replace(model, steps=tuple(steps))


@pytest.mark.parametrize(
    "other",
    [
        changed(busy(), 1, limit=3),
        changed(busy(), 0, blocking="place"),
        changed(busy(), 2, limit=None),
        replace(busy(), limit=7),
        replace(busy(), run=Run(2 * DAY + HOUR, 0, "always")),
    ],
    ids=["limit", "blocking", "no limit", "limit on all", "length"],
)
def test_r14_the_comparison_goes_red_for_another_row(other: Model) -> None:
    """Spoiled: the record of one row held against the recursion for a slightly other one."""
    record = run(busy(), Draws(5, 1))
    assert differences(busy(), row_with_limits(other, Draws(5, 1)), record) != []


@pytest.mark.parametrize("column", ["sent", "delivered", "admitted", "started", "released"])
def test_r14_the_comparison_goes_red_for_one_tick(column: str) -> None:
    """Spoiled: one instant of one visit is one tick late."""
    record = run(busy(), Draws(5, 1))
    record.visits[column][123] += 1
    assert len(differences(busy(), row_with_limits(busy(), Draws(5, 1)), record)) == 1
