"""What `verify FILE` says of a whole model: agrees where it should, and goes red for what is spoiled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import pytest
from own_models import OFFICE, model

from flowsim.model import Model
from flowsim.verification.own import judge as judging
from flowsim.verification.own.busy import ENDS, EXPLAINED, Load, capacity, team_loads, window_model
from flowsim.verification.own.judge import AGREES, DIFFERS, UNCLEAR, judge, most_errors
from flowsim.verification.own.report import report
from flowsim.verification.own.seen import Busy, Job, Seen, look
from flowsim.verification.own.verify import verify

RUNS = 12


@lru_cache(maxsize=4)
def runs(*sets: str) -> tuple[Model, tuple[Seen, ...]]:
    """The replications of the small process with these values."""
    changed = model(*sets)
    return changed, tuple(look(Job(changed, 31, n)) for n in range(1, RUNS + 1))


# -- judging ----------------------------------------------------------------------------------------------------------

VALUES = (9.0, 10.0, 11.0, 10.0)
ERROR = math.sqrt(2 / 3) / 2


def test_a_figure_agrees_differs_or_is_unclear() -> None:
    """Each at its edge."""
    far = most_errors(4) * ERROR
    assert far == pytest.approx(28.0 * ERROR, rel=0.01)  # Student's t with 3 degrees of freedom
    assert judge(VALUES, 10.0 + 0.99 * far).verdict == UNCLEAR
    assert judge(VALUES, 10.0 + 1.01 * far).verdict == DIFFERS
    assert judge(VALUES, 10.0 - 1.01 * far).verdict == DIFFERS
    sure = [10.0 + 0.001 * x for x in VALUES]
    assert judge(sure, 10.01).verdict == AGREES
    assert judge(sure, 10.01).off == pytest.approx(0.0)


def test_a_lean_gives_room_and_takes_power() -> None:
    sure = [10.0 + 0.001 * x for x in VALUES]
    assert judge(sure, 11.0).verdict == DIFFERS
    assert judge(sure, 11.0, leaning=0.1).verdict == AGREES
    assert judge(sure, 11.0, leaning=0.25).verdict == UNCLEAR
    assert judge(sure, 11.0, leaning=0.25).needed == 0


def test_how_many_more_runs_are_needed() -> None:
    few = judge(VALUES, 10.0)
    assert few.needed > 4
    sd = ERROR * 2
    assert most_errors(few.needed) * sd / math.sqrt(few.needed) <= judging.POWER * 10.0
    one = judge([10.0], 10.0)
    assert (one.verdict, one.error, one.off, one.needed) == (UNCLEAR, None, None, 0)


def test_a_true_figure_is_seldom_called_wrong() -> None:
    """The level: by Student's t of the few runs there are, not by the normal law."""
    assert [round(most_errors(n), 1) for n in (5, 10, 20, 40)] == [15.5, 6.6, 4.9, 4.3]


# -- theory -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sets",
    [
        ("steps.Look.returns=10% to Serve",),
        (*OFFICE, "requests.one.priority=rush", "tasks.serve.time=10 min", "run.length=30 weeks"),
    ],
    ids=["network", "priorities in office hours"],
)
def test_theory_and_loads_hold(sets: tuple[str, ...]) -> None:
    changed, seen = runs(*sets)
    found = report("current", changed, 31, seen)
    assert found.passed
    exact = [wait for wait in found.waits if wait.formula]
    assert len(exact) == 2
    assert {wait.judged.verdict for wait in exact if wait.judged is not None} <= {AGREES, UNCLEAR}
    assert exact[0].judged is not None
    assert exact[0].judged.verdict == AGREES
    assert [row.verdict for row in found.loads] == [AGREES, AGREES]
    assert found.identities == RUNS * len(seen[0].identities)
    assert found.broken == ()


@pytest.mark.parametrize(
    "wrong", ["requests.one.arrivals=2.6 per hour", "tasks.serve.time=exponential(12 min)", "teams.Back.people=1"]
)
def test_the_theory_of_another_model_differs(wrong: str) -> None:
    """Spoiled: the runs of one model held against the formulas and loads of another."""
    sets = ("steps.Look.returns=10% to Serve",)
    found = report("current", model(*sets, wrong), 31, runs(*sets)[1])
    assert not found.passed
    assert any(said.startswith("the wait at") for said in found.contradicted)
    if "people" not in wrong:
        assert any(said.startswith("the load of") for said in found.contradicted)


def test_a_run_that_begins_empty_is_given_room() -> None:
    """At 95% load and without a warm-up theory may not be called wrong by runs that are too short for it."""
    sets = ("requests.one.arrivals=4.7 per hour", "run.length=3 days", "run.warm-up=0 days")
    changed = model(*sets)
    seen = [look(Job(changed, 31, n)) for n in range(1, 25)]
    wait = next(wait for wait in report("current", changed, 31, seen).waits if wait.team == "Desk")
    assert wait.formula == "M/M/1"
    assert wait.judged is not None
    assert wait.judged.verdict == UNCLEAR


# -- loads and capacity -----------------------------------------------------------------------------------------------


def spoiled(seen: Sequence[Seen], factor: float) -> list[Seen]:
    """As if the first team had been at work so much more."""
    return [
        replace(one, busy=(Busy(int(one.busy[0].at_work * factor), one.busy[0].present), *one.busy[1:])) for one in seen
    ]


def first_load(changed: Model, seen: Sequence[Seen]) -> Load:
    return team_loads(changed, seen)[0]


def test_people_who_work_too_much_are_seen() -> None:
    """Spoiled: a tenth more work than comes, and a tenth less; and more than there is time for."""
    changed, seen = runs("steps.Look.returns=10% to Serve")
    assert first_load(changed, seen).verdict == AGREES
    for factor in (1.1, 0.9):
        assert first_load(changed, spoiled(seen, factor)).verdict == DIFFERS
    assert capacity(changed, seen).holds
    assert capacity(changed, seen).hours == 2 * RUNS
    beyond = capacity(changed, spoiled(seen, 2.0))
    assert not beyond.holds
    assert beyond.beyond.startswith("Desk, run 1: ")


def test_more_that_end_than_can_be_done_are_seen() -> None:
    """Spoiled: twice as many requests end as arrive."""
    changed, seen = runs("steps.Look.returns=10% to Serve")
    assert not capacity(changed, [replace(one, ended=2 * one.ended) for one in seen]).holds


@pytest.mark.parametrize(
    ("sets", "why"),
    [
        (("requests.one.arrivals=6 per hour", "run.length=12 days"), "more work than time"),
        (
            (
                "requests.two.promise=1 min",
                CALLS := "requests.two.chasing={to: Desk, takes: 12 min, every: 20 min, at most: 2}",
            ),
            "calls",
        ),
        (("requests.*.patience=5 min", "requests.one.arrivals=4 per hour", "run.length=20 days"), "who gives up"),
        (("limits.all=1", "requests.one.arrivals=4 per hour", "run.length=20 days"), "limits"),
    ],
)
def test_what_the_model_explains_is_no_contradiction(sets: tuple[str, ...], why: str) -> None:
    """Each of these makes a team more or less busy than worked out, and says so."""
    changed = model(*sets)
    row = first_load(changed, [look(Job(changed, 31, n)) for n in range(1, 7)])
    assert row.verdict == EXPLAINED
    assert why in row.why
    assert row.holds
    assert (row.grows_by > 0) == (why == "more work than time")


def test_the_same_difference_without_a_reason_is_one() -> None:
    """Spoiled: calls in the runs, none in the model."""
    with_calls = model("requests.two.promise=1 min", CALLS, "run.length=20 days")
    seen = [look(Job(with_calls, 31, n)) for n in range(1, 11)]
    assert first_load(model("run.length=20 days"), seen).verdict == DIFFERS


def test_what_is_still_in_process_is_told() -> None:
    """A wave of 60 every 5 days, of which much is still there at the end; spoiled: half of that work never came."""
    wave = ("requests.one.arrivals={every: 5 days, group: 60}", "requests.two.arrivals=1 per day")
    changed = model(*wave, "tasks.serve.time=100 min", "run.length=11 days", "run.warm-up=0 days")
    seen = [look(Job(changed, 31, n)) for n in range(1, 7)]
    assert (first_load(changed, seen).verdict, first_load(changed, seen).why) == (EXPLAINED, ENDS)
    assert first_load(changed, spoiled(seen, 0.3)).verdict == DIFFERS


def test_the_window_is_a_run_of_its_own() -> None:
    changed = model("requests.one.backlog={at: Serve, requests: 3, age: 1 day}")
    window = window_model(changed)
    assert window.backlog == ()
    assert window.start == "2026-01-15T00:00:00"
    assert (window.run.length, window.run.warm_up) == (30 * 86_400_000, 0)


# -- the whole --------------------------------------------------------------------------------------------------------


def test_workers_change_nothing() -> None:
    """The same report by one process and by two."""
    states = [("a", model("run.length=12 days")), ("b", model("run.length=12 days", "teams.Desk.people=2"))]
    done: list[tuple[int, int]] = []
    one = verify(states, 3, 3, 1, lambda *pair: done.append(pair))
    assert [(r.state, r.replications) for r in one] == [("a", 3), ("b", 3)]
    assert done == [(n, 6) for n in range(1, 7)]
    assert verify(states, 3, 3, 2) == one
