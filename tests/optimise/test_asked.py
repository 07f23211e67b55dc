"""Goals and aims as somebody writes them: what they mean, and what is said of those that cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.errors import ScenarioError, UsageError
from flowsim.experiments.cells import Stretch, replication, take
from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.matters import Matters
from flowsim.model import Model
from flowsim.optimise.asked import COST, PAID, Aim, Goal, per_week, read_aim, read_goals
from flowsim.scenario import load_text

OFFICE = """\
flowsim: 1
name: An office
start: 2026-01-05
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  letter: {arrivals: 4 per working day, calendar: office, promise: 1 working day}
  parcel of wood: {arrivals: 2 per working day, calendar: office}
tasks: {read: {time: exponential(20 min), value: adding}}
teams: {Desk: {people: 1, calendar: office COST}}
steps: {Read: {team: Desk, does: read, handoff: {batch: 3 requests or 1 working day}}}
run: {length: 10 working days, replications: 2, seed: 1, calendar: office}
"""


def measured(cost: str = ", cost: 40 per hour") -> tuple[StateNumbers, Model]:
    model = load_text(OFFICE.replace(" COST", cost), "office.yaml").compile("current").model
    numbers = StateNumbers("")
    for number in (1, 2):
        take(numbers, replication(Stretch(model, 1, number, number), number))
    return per_week(numbers, model), model


NOW, MODEL = measured()


def goal(text: str) -> Goal:
    (found,) = read_goals([text], NOW, MODEL, Matters())
    return found


def aim(text: str, least: bool = True) -> Aim:
    return read_aim(text, least, NOW, MODEL, Matters())


@pytest.mark.parametrize(
    ("text", "measure", "klass", "at_most", "bound", "unit", "limit"),
    [
        ("p85 lead time <= 3 working days", "working lead time", "", False, 0.85, "share", 1440.0),
        ("P85  Lead Time ≤ 3 days", "lead time", "", False, 0.85, "share", 4320.0),
        ("lead time p99.5 at most 30 h", "lead time", "", False, 0.995, "share", 1800.0),
        ("p85 working lead time <= 8 h", "working lead time", "", False, 0.85, "share", 480.0),
        ("p85 lead time of parcel of wood <= 2 h", "lead time", "parcel of wood", False, 0.85, "share", 120.0),
        ("within 2 working days >= 90%", "working lead time", "", False, 0.9, "share", 960.0),
        ("share within 2 h of letter at least 1/2", "lead time", "letter", False, 0.5, "share", 120.0),
        ("within promise >= 90%", "within promise", "", False, 0.9, "share", None),
        ("utilisation desk <= 85 %", "utilisation Desk", "", True, 0.85, "share", None),
        ("mean lead time <= 2 working days", "working lead time mean", "", True, 960.0, "min", None),
        ("lead time mean < 2 h", "lead time mean", "", True, 120.0, "min", None),
        ("average working lead time of letter <= 90 min", "working lead time mean", "letter", True, 90.0, "min", None),
        ("WIP mean <= 4,5", "WIP mean", "", True, 4.5, "requests", None),
        ("cost <= 1700", COST, "", True, 1700.0, "currency", None),
        ("people >= 3", PAID, "", False, 3.0, "h", None),
        ("handoffs <= 1", "handoffs", "", True, 1.0, "per request", None),
    ],
)
def test_a_goal_means_what_it_says(
    text: str, measure: str, klass: str, at_most: bool, bound: float, unit: str, limit: float | None
) -> None:
    found = goal(text)
    assert (found.measure, found.klass, found.at_most, found.unit) == (measure, klass, at_most, unit)
    assert found.bound == pytest.approx(bound)
    assert found.limit == (None if limit is None else pytest.approx(limit))
    assert found.tolerance > 0.0
    assert found.values(NOW)


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("p85 lead time", "FS750", "expected MEASURE <= VALUE"),
        ("p85 lead time <=", "FS750", "nothing stands behind"),
        ("lead time <= 3 days", "FS750", "not one number"),
        ("p85 lead time >= 3 days", "FS750", "to be at most"),
        ("within 3 days <= 90%", "FS750", "to be at least"),
        ("p0 lead time <= 3 days", "FS750", "between 0% and 100%"),
        ("wip <= 3", "FS751", "no measure 'wip'"),
        ("WIP mean of letter <= 3", "FS751", "not measured by class"),
        ("working lead time mean <= 3 days", "FS750", "time on the clock"),
        ("p85 lead time <= 3 wombats", "FS208", "unknown unit"),
        ("within promise >= 90", "FS215", "a share such as 90%"),
        ("WIP mean <= many", "FS", "expected a number (requests)"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, code: str, told: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        goal(text)
    (problem,) = raised.value.problems()
    assert problem.code.startswith(code)
    assert told in problem.message
    assert problem.hint
    assert problem.place is not None
    assert problem.place.file == "--goal"


def test_all_goals_that_are_wrong_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as raised:
        read_goals(["wip <= 3", "cost <= 10", "lead time <= 1 h"], NOW, MODEL, Matters())
    assert [p.place.line for p in raised.value.problems() if p.place] == [1, 3]


def test_a_percentile_is_held_as_a_share_and_those_still_waiting_count_once_they_are_late() -> None:
    numbers = StateNumbers("")
    numbers.leads["lead time", ""] = {1: np.array([10.0, 20.0, 60.0, 61.0])}
    numbers.under_way["lead time", ""] = {1: np.array([5.0, 59.0, 600.0])}
    one = Goal("", "lead time", "", False, 0.8, 0.01, "share", 60.0)
    assert one.values(numbers) == {1: 3 / 5}
    assert one.margin(0.6) == pytest.approx(-0.2)


def test_margins_are_above_nothing_where_the_goal_is_met() -> None:
    assert goal("WIP mean <= 4").margin(3.0) == 1.0
    assert goal("within promise >= 90%").margin(0.95) == pytest.approx(0.05)


def test_a_week_of_an_office_costs_its_hours() -> None:
    assert [round(x) for x in NOW.values[COST, ""].values()] == [1600, 1600]
    assert [round(x) for x in NOW.values[PAID, ""].values()] == [40, 40]


def test_aims() -> None:
    assert aim("cost") == Aim("cost", COST, "", True, pytest.approx(16.0), "currency")
    assert aim("mean lead time").measure == "lead time mean"
    assert aim("p90 working lead time of letter") == Aim(
        "p90 working lead time of letter", "working lead time P90", "letter", True, pytest.approx(NOW_P90 / 100), "min"
    )
    greatest = aim("within promise", least=False)
    assert greatest.loss(0.9) == -0.9


NOW_P90 = sum(NOW.values["working lead time P90", "letter"].values()) / 2


@pytest.mark.parametrize(
    ("text", "least", "told"),
    [
        ("throughput", True, "what no customer wants"),
        ("cost", False, "what no customer wants"),
        ("lead time", True, "not one number"),
        ("happiness", True, "no measure"),
    ],
)
def test_aims_that_cannot_be_are_told(text: str, least: bool, told: str) -> None:
    with pytest.raises(UsageError, match=told) as raised:
        aim(text, least)
    assert raised.value.hint


def test_without_costs_the_least_cost_is_refused() -> None:
    numbers, model = measured("")
    with pytest.raises(UsageError, match="nobody's time has a cost"):
        read_aim("cost", True, numbers, model, Matters())
    assert read_aim("people", True, numbers, model, Matters()).unit == "h"
