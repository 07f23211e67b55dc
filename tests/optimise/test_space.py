"""What a search may choose: what leaves the process as it is, levers by name, kind and group, changes of a state."""

from __future__ import annotations

import pytest

from flowsim.errors import ScenarioError, UsageError
from flowsim.model import identity
from flowsim.optimise.space import Space, make_space
from flowsim.scenario import load_text
from flowsim.sweep.vary import read_axes

OFFICE = """\
flowsim: 1
name: An office
start: 2026-01-05
requests: {form: {arrivals: every 2 h}}
tasks:
  open: {time: 1 h, value: necessary}
  look: {time: 30 min, value: adding}
teams:
  One: {people: 1, calendar: always}
  Two: {people: 2, calendar: always}
steps:
  Open: {team: One, does: open}
  Look: {team: Two, does: look, batch: 2 requests or 4 h, handoff: {batch: 3 requests or 1 h, transit: 30 min}}
run: {length: 2 days, replications: 2, seed: 1}
states:
  current: {}
  future:
    changes:
      - {name: No way, set: {steps.Look.handoff.transit: none}}
      - {name: Quick, set: {tasks.look.time: 10 min}}
"""
SCENARIO = load_text(OFFICE, "office.yaml")


def space(*vary: str, levers: tuple[str, ...] = (), changes: str | None = None) -> Space:
    return make_space(SCENARIO, "current", (), axes=read_axes(vary), levers=levers, changes=changes)


def test_the_option_that_changes_nothing_is_known() -> None:
    found = space("teams.Two.people=1..3", "tasks.look.time=20 min, 0.5 h")
    assert [choice.present for choice in found.choices] == [1, 1]  # half an hour is thirty minutes
    assert found.size == 6
    assert found.present == (1, 1)
    assert identity(found.model((1, 1))) == identity(SCENARIO.compile("current").model)
    assert found.model((2, 0)).team("Two").people == 3
    assert found.chosen((2, 1)) == (("teams.Two.people", "3"),)


def test_no_option_need_be_the_present_one() -> None:
    found = space("teams.Two.people=3, 4")
    assert found.choices[0].present == -1
    assert found.chosen((0,)) == (("teams.Two.people", "3"),)


def test_levers_by_name_kind_and_group() -> None:
    names = [choice.name for choice in space(levers=("at once: Look",)).choices]
    assert names == ["at once: Look"]
    assert [choice.name for choice in space(levers=("one more",)).choices] == ["one more: One", "one more: Two"]
    batches = [choice.name for choice in space(levers=("batches",)).choices]
    assert batches == ["no batch: Look", "one by one: Look"]  # not the one on all of them
    assert len(space(levers=("batches", "no batch", "no batch: Look")).choices) == 2


def test_a_lever_is_pulled_or_not() -> None:
    found = space(levers=("at once: Look",))
    assert found.model((0,)).step("Look").handoff is not None
    assert found.model((1,)).step("Look").handoff is None
    assert found.change_of(found.choices[0], 0) == ""
    assert "steps.Look.handoff.batch: none" in found.change_of(found.choices[0], 1)


def test_what_is_usual_when_nothing_is_named() -> None:
    names = [choice.name for choice in space().choices]
    assert names == ["teams.One.people", "teams.Two.people", "at once: Look", "one by one: Look", "one team: One + Two"]
    assert [option.text for option in space().choices[0].options] == ["1", "2", "3"]  # nobody is too few


def test_the_changes_of_a_state_each_by_itself() -> None:
    found = space(changes="future")
    assert [choice.name for choice in found.choices] == ["No way", "Quick"]
    assert identity(found.model((0, 0))) == identity(SCENARIO.compile("current").model)
    assert identity(found.model((1, 1))) == identity(SCENARIO.compile("future").model)
    quick = found.model((0, 1))
    assert quick.task("look").time.mean() == 600_000
    assert quick.step("Look").handoff == SCENARIO.compile("current").model.step("Look").handoff


def test_what_cannot_be_chosen_is_told_all_at_once() -> None:
    with pytest.raises(ScenarioError) as raised:
        space("teams.Nobody.people=1, 2", "teams.Two.people=1, 2", "tasks.nothing.time=1 h, 2 h")
    assert [p.code for p in raised.value.problems()] == ["FS753", "FS753"]
    assert [p.place.line for p in raised.value.problems() if p.place] == [1, 3]


def test_a_lever_that_is_not_there_is_told() -> None:
    with pytest.raises(UsageError, match="no lever 'one mor'") as raised:
        space(levers=("one mor",))
    assert raised.value.code == "FS752"


def test_a_range_needs_steps() -> None:
    with pytest.raises(UsageError, match="no steps of its own") as raised:
        space("tasks.look.time=10 min .. 30 min")
    assert "in 5" in raised.value.hint
