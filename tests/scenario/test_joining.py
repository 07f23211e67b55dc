"""What a merge of teams does that its words do not say."""

from __future__ import annotations

import pytest

from flowsim.errors import Problem
from flowsim.scenario import load_text, tree
from flowsim.scenario.states import apply_state

HEAD = """\
flowsim: 1
name: A
calendars: {office: {hours: mon-fri 09:00-17:00}, long: {hours: mon-fri 08:00-20:00}}
requests: {permit: {arrivals: 8 per working day, calendar: office}}
tasks: {register: {time: 5 min, value: adding}, decide: {time: 5 min, value: adding}}
run: {length: 20 working days}
"""
STEPS = """\
steps:
  Take in: {team: Desk, does: register}
  Look: {team: Desk, does: register, share: 20%}
  Judge:
    team: Legal
    does: decide
    handoff: {batch: 5 requests, reread: 5 min, question: {chance: 10%, to: customer, answer: 1 day}}
    returns: 5% to Take in
  Send: {team: Post, does: decide, handoff: {transit: 2 h}}
"""


def merged(teams: str, steps: str = STEPS, more: str = "", changes: str = "") -> tuple[object, list[Problem]]:
    text = f"{HEAD}teams: {{{teams}, Post: {{people: 1, calendar: office}}}}\n{steps}states:\n  current: {{}}\n"
    text += (
        f"  future:\n    changes:\n      - {{name: x, merge: {{teams: [Desk, Legal], into: Case{more}}}}}\n{changes}"
    )
    state = apply_state(tree.parse(text, "a.yaml"), "future")
    load_text(text, "a.yaml").compile("future")
    return tree.plain(state.root)["teams"]["Case"], list(state.notes)


@pytest.mark.parametrize(
    ("one", "other", "more", "cost"),
    [
        ("people: 1, cost: 40 per hour", "people: 3, cost: 60 per hour", "", "55 per hour"),
        ("people: 1, cost: 40", "people: 1, cost: 42.25 per hour", "", "41.1250 per hour"),
        ("people: 1, cost: 40", "people: 1, cost: 40 per hour", "", "40"),
        ("people: 1, cost: 40", "people: 1, cost: 60", ", cost: 7 per hour", "7 per hour"),
        ("people: 1", "people: 3", "", None),
    ],
)
def test_the_cost_of_a_merged_team(one: str, other: str, more: str, cost: str | None) -> None:
    """The mean over the people of the teams that were, and nothing to be said about it."""
    team, notes = merged(f"Desk: {{calendar: office, {one}}}, Legal: {{calendar: office, {other}}}", more=more)
    assert isinstance(team, dict)
    assert team.get("cost") == cost
    assert [note.code for note in notes] == ["FS167"]


def test_a_cost_that_not_all_have_is_dropped_and_told() -> None:
    """FS166."""
    team, notes = merged("Desk: {people: 1, calendar: office, cost: 40}, Legal: {people: 1, calendar: office}")
    assert isinstance(team, dict)
    assert "cost" not in team
    (note,) = [note for note in notes if note.code == "FS166"]
    assert note.message == "'Case' has no cost: Legal has none"
    assert note.hint.endswith("cost: 40 per hour")


DIFFER = "Desk: {people: 1, calendar: office}, Legal: {people: 1, calendar: long, queue: due date}"


def test_a_calendar_and_a_queue_that_differ_are_told() -> None:
    """FS166."""
    _, notes = merged(DIFFER)
    assert [note.message for note in notes if note.code == "FS166"] == [
        "'Case' has the calendar of Desk, 'office'; that of Legal is 'long'",
        "'Case' has the queue of Desk, 'first in'; that of Legal is 'due date'",
    ]
    _, notes = merged(DIFFER, more=", calendar: long, queue: first in")
    assert [note.code for note in notes] == ["FS167"]


def test_a_handoff_that_becomes_a_move_inside_the_team_is_told() -> None:
    """FS167 (R7): its rules hold no more for what comes from there, also past a step that not all visit."""
    _, notes = merged("Desk: {people: 1, calendar: office}, Legal: {people: 1, calendar: office}")
    (note,) = notes
    assert (note.code, note.severity) == ("FS167", "note")
    assert note.message == (
        "in state future, 'Judge' no longer asks its question, waits for its batch or reads in "
        "for what comes from Take in and Look: they are one team now"
    )
    assert note.hint == "say `within team: yes` in its handoff to keep it"


@pytest.mark.parametrize(
    "change",
    [
        "set: {steps.Judge.handoff.within team: yes}",
        "remove: steps.Judge.handoff",
        "add: {teams: {New: {people: 1, calendar: office}}}, set: {steps.Judge.team: New}",
    ],
)
def test_a_handoff_that_is_kept_or_gone_anyway_is_not_told(change: str) -> None:
    changes = f"      - {{name: y, {change}}}\n"
    _, notes = merged("Desk: {people: 1, calendar: office}, Legal: {people: 1, calendar: office}", changes=changes)
    assert notes == []


def test_what_does_not_come_from_there_is_not_told() -> None:
    steps = STEPS.replace("  Judge:", "  Pass: {team: Post, does: decide}\n  Judge:").replace("5% to Take in", "none")
    _, notes = merged("Desk: {people: 1, calendar: office}, Legal: {people: 1, calendar: office}", steps)
    assert notes == []
