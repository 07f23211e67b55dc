"""Scenario files from their kept texts alone: notes, what each change altered, settings, two files, based on files."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import FlowsimError
from flowsim.scenario import load
from flowsim.scenario.kept import ORDER_OF_STEPS, DataFile, Difference, KeptState, differences, kept_states
from flowsim.scenario.tree import parse

TEXT = """\
flowsim: 1
name: A
purpose: >-
  Two
  lines.
sources: [One, "Two: more"]
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {permit: {arrivals: 3 per working day, calendar: office}}
tasks: {register: {time: 5 min, value: adding}, decide: {time: 9 min, value: adding}}
teams: {Desk: {people: 1}, Legal: {people: 2, cost: 40 per hour}}
steps:
  Register: {team: Desk, does: register}
  Decide: {team: Legal, does: decide, handoff: {batch: 3 requests}}
run: {length: 20 working days}
states:
  current: {}
  future:
    about: Better
    changes:
      - name: One by one
        about: No piles
        set: {steps.*.handoff.batch: none}
      - name: One team
        merge: {teams: [Desk, Legal], into: Team}
  other:
    based on: future
    changes:
      - {name: A check, add: {step: Check, after: Register, team: Team, does: decide}}
"""


def kept(text: str = TEXT, *states: str, sets: tuple[str, ...] = ()) -> list[KeptState]:
    return kept_states({"folder/x.yaml": text}, [(state, sets) for state in states or ("current", "future", "other")])


def test_notes_are_read_as_the_scenario_reads_them(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(TEXT, encoding="utf-8")
    assert kept()[0].notes == load(tmp_path / "x.yaml").notes
    assert kept()[0].notes.purpose == "Two lines."


def test_each_change_says_what_it_altered() -> None:
    first, future, other = kept()
    assert first.changes == ()
    assert first.against_first == ()
    one, team = future.changes
    assert (one.name, one.about) == ("One by one", "No piles")
    assert one.differences == (Difference("steps.Decide.handoff.batch", "3 requests", None),)
    found = {d.path: (d.before, d.after) for d in team.differences}
    assert found["teams.Desk"] == ("{people: 1}", None)
    assert found["steps.Register.team"] == ("Desk", "Team")
    before, after = found["teams.Team"]
    assert before is None
    assert after is not None
    assert "people: 3" in after
    assert [change.name for change in other.changes] == ["One by one", "One team", "A check"]
    order = other.changes[2].differences[-1]
    assert order == Difference(ORDER_OF_STEPS, "Register, Decide", "Register, Check, Decide")
    assert "steps.Check" in {d.path for d in other.against_first}


def test_what_is_not_there_and_none_are_the_same() -> None:
    old, new = (parse(text, "x").root for text in ("a: {b: none, c: 1}", "a: {c: 1, d: none}"))
    assert list(differences(old, new)) == []
    other = parse("a: {c: [1, {e: f}]}", "x").root
    assert list(differences(old, other)) == [Difference("a.c", "1", "[1, {e: f}]")]


def test_settings_of_the_command_line() -> None:
    (state,) = kept(TEXT, "current", sets=("teams.Desk.people=4", "purpose=Another"))
    assert Difference("teams.Desk.people", "1", "4") in state.settings
    assert state.notes.purpose == "Another"


def test_two_files_are_two_states() -> None:
    other = TEXT.replace("people: 1", "people: 7").replace("sources", "assumptions").partition("states:")[0]
    found = kept_states({"a/x.yaml": TEXT, "a/y.yaml": other}, [("x", ()), ("y", ())])
    assert found[0].notes.sources == ("One", "Two: more")
    assert found[1].notes.assumptions == ("One", "Two: more")
    assert Difference("teams.Desk.people", "1", "7") in found[1].against_first
    assert found[1].changes == ()


@pytest.mark.parametrize("names", [("a/x.yaml", "a/sub/base.yaml"), ("a\\x.yaml", "a\\sub\\base.yaml")])
def test_files_based_on_files_need_no_disk(names: tuple[str, str]) -> None:
    """Also those that were kept on a system that writes paths another way."""
    top = "flowsim: 1\nbased on: sub/base.yaml\npurpose: Of the top\nteams: {Desk: {people: 9}}\n"
    found = kept_states({names[0]: top, names[1]: TEXT}, [("current", ()), ("future", ())])
    assert found[0].notes.purpose == "Of the top"
    assert found[0].notes.sources == ("One", "Two: more")
    merged = {d.path: d.after for d in found[1].changes[1].differences}["teams.Team"]
    assert merged is not None
    assert "people: 11" in merged


def test_data_files_are_found() -> None:
    text = TEXT.replace("3 per working day", "{file: data/x.csv, column: Arrived}").replace(
        "9 min", '"empirical(m.csv, minutes, min)"'
    )
    assert kept(text, "current")[0].data == (
        DataFile("requests.permit.arrivals", "data/x.csv", "Arrived"),
        DataFile("tasks.decide.time", "m.csv", "minutes"),
    )


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, "current"),
        ({"x.yaml": "a: ["}, "current"),
        ({"x.yaml": TEXT}, "nowhere"),
        ({"x.yaml": "flowsim: 1\nbased on: other.yaml\n"}, "current"),
    ],
)
def test_texts_that_are_no_scenario_are_refused(files: dict[str, str], state: str) -> None:
    with pytest.raises(FlowsimError):
        kept_states(files, [(state, ())])
