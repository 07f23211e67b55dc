"""Branches and joins against recursions on the same draws: equal, tick for tick (R13)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_check import check
from plain_laws import MEANS, law
from plain_rows import with_branches
from plain_rules import differences, simple_model

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.model import (
    Arrivals,
    Distribution,
    Model,
    Need,
    RequestClass,
    Run,
    Split,
    Step,
    StepTask,
    Task,
    Team,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE
from flowsim.model.process import END

SHAPES: tuple[dict[str, tuple[tuple[tuple[str, ...], ...], str]], ...] = (
    {"A": ((("B",), ("C",)), "Z")},
    {"A": ((("B", "C"), ("D",), ("E",)), "Z")},
    {"A": ((("B", "C"), ("D",)), END)},
    {"A": ((("B", "E"), ("F",)), "Z"), "B": ((("C",), ("D",)), "E")},
    {"A": ((("B",), ("E",)), "F"), "B": ((("C",), ("D",)), END), "F": ((("G",), ("H",)), "Z")},
)
"""Splits by step: branches and join. Steps in alphabetical order; A and Z are on the trunk, and so is F in the last."""


def shaped(
    shape: dict[str, tuple[tuple[tuple[str, ...], ...], str]],
    classes: list[RequestClass],
    works: dict[str, Distribution],
    shares: dict[str, float],
    people: dict[str, tuple[int, str]],
    run_: Run,
) -> Model:
    """A model with these splits; `shares` of steps that not all need; people and calendar by step."""
    names = sorted({"A"} | {n for ways, join in shape.values() for n in (join, *(s for w in ways for s in w)) if n})
    steps = []
    for name in names:
        ways, join = shape.get(name, ((), ""))
        needs = (Need(shares[name], f"share of {name}"),) if name in shares else ()
        split = Split(ways, join) if ways else None
        steps.append(Step(name, f"Team {name}", (StepTask(f"task {name}", needs),), split=split))
    return simple_model(
        classes,
        [Task(f"task {name}", works[name], "adding") for name in names],
        [Team(f"Team {name}", *people[name]) for name in names],
        steps,
        run_,
    )


@st.composite
def forks(draw: st.DrawFn, coarse: bool) -> Model:
    """One of the shapes; some steps are skipped by some requests."""
    shape = draw(st.sampled_from(SHAPES))
    classes = [
        RequestClass(name, Arrivals(draw(law(MEANS, coarse)), group=draw(st.sampled_from([None, ((2, 1.0),)]))))
        for name in ("a", "b")[: draw(st.integers(1, 2))]
    ]
    works = {name: draw(law(MEANS, coarse)) for name in "ABCDEFGHZ"}
    shares = {name: 0.5 for name in "BCDEGH" if draw(st.integers(0, 2)) == 0}
    calendars = st.sampled_from(["always", "always", "office", "mornings"])
    people = {name: (draw(st.integers(1, 3)), draw(calendars)) for name in "ABCDEFGHZ"}
    length = draw(st.sampled_from([3 * HOUR, 8 * HOUR]))
    return shaped(shape, classes, works, shares, people, Run(length, 0, "always"))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(forks), st.integers(0, 2**31))
def test_r13_branches_equal_the_recursion(model: Model, seed: int) -> None:
    """80 random models, half of them in whole minutes: branches often end at the same instant."""
    check(model, seed, with_branches)


def advice(share: float = 0.7, work: float = 9.0, join: str = "E") -> Model:
    """Two branches within one of two branches."""
    shape = {"A": ((("B", "E"), ("F",)), "Z"), "B": ((("C",), ("D",)), join)}
    minutes = dict.fromkeys("ABCDEFZ", Distribution("exponential", (9.0 * MINUTE,)))
    return shaped(
        shape,
        [RequestClass("a", Arrivals(Distribution("exponential", (12.0 * MINUTE,))))],
        minutes | {"F": Distribution("exponential", (work * MINUTE,))},
        {"C": share, "F": 0.9},
        dict.fromkeys("ABCDEFZ", (1, "always")),
        Run(2 * DAY, 0, "always"),
    )


def test_r13_a_long_run_of_branches_in_branches() -> None:
    """Some 240 requests."""
    check(advice(), 4, with_branches)


@pytest.mark.parametrize("other", [advice(share=0.72), advice(work=9.1)], ids=["share", "work"])
def test_r13_the_comparison_goes_red_for_another_model(other: Model) -> None:
    """Spoiled: the record of one model held against the recursion for a slightly other one."""
    record = run(advice(), Draws(4, 1))
    assert differences(advice(), with_branches(other, Draws(4, 1)), record) != []


@pytest.mark.parametrize("column", ["sent", "started", "released", "branch", "from_step", "from_team"])
def test_r13_the_comparison_goes_red_for_one_number_of_a_visit(column: str) -> None:
    """Spoiled: one number of one visit is one more."""
    record = run(advice(), Draws(4, 1))
    record.visits[column][321] += 1
    assert len(differences(advice(), with_branches(advice(), Draws(4, 1)), record)) == 1


@pytest.mark.parametrize("column", ["parent", "split", "place", "began", "ended", "joined"])
def test_r13_the_comparison_goes_red_for_one_number_of_a_branch(column: str) -> None:
    """Spoiled: one number of one branch is one more."""
    record = run(advice(), Draws(4, 1))
    record.branches[column][77] += 1
    assert differences(advice(), with_branches(advice(), Draws(4, 1)), record) == ["branches"]


def test_r13_branches_one_after_another_are_no_branches() -> None:
    """Spoiled: the same steps in a row."""
    model = advice()
    row = replace(model, steps=tuple(replace(step, split=None) for step in model.steps))
    record = run(row, Draws(4, 1))
    assert differences(model, with_branches(model, Draws(4, 1)), record) != []
