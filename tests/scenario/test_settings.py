"""Values from the command line: `--set PATH=VALUE`, `--set STATE:PATH=VALUE`."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.scenario import load, load_text, tree
from flowsim.scenario.states import StateTree, apply_state

SHIPPED = Path(__file__).parents[2] / "scenarios"

TEXT = """\
flowsim: 1
name: A
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {permit: {arrivals: 8 per working day, calendar: office}}
tasks: {register: {time: 5 min, value: adding}, decide: {time: 5 min, value: adding}}
teams: {Desk: {people: 2, target: 1 working day}, Legal: {people: 1}}
steps:
  Register: {team: Desk, does: register}
  Decide: {team: Legal, does: decide, handoff: {batch: 5 requests, transit: 2 h}, returns: 5% to Register}
run: {length: 20 working days}
states:
  current: {}
  future:
    changes:
      - name: More people
        set: {teams.Legal.people: 3}
      - name: At once
        set: {steps.*.handoff.batch: none}
      - name: Right first
        remove: steps.Decide.returns
      - name: One team
        merge: {teams: [Desk, Legal], into: Case team}
"""


def made(state: str, *sets: str, only: tuple[int, ...] | None = None) -> StateTree:
    pairs = [(path, value) for path, _, value in (item.partition("=") for item in sets)]
    return apply_state(tree.parse(TEXT, "a.yaml"), state, pairs, only)


def value(state: StateTree, path: str) -> object:
    return tree.plain(tree_at(state, path))


def tree_at(state: StateTree, path: str) -> tree.Node:
    from flowsim.scenario.paths import get

    return get(state.root, path)


def codes(state: StateTree) -> list[str]:
    return [note.code for note in state.notes if note.code == "FS165"]


def test_a_setting_comes_before_the_changes() -> None:
    """The merged team has the people that were set, and those of the change."""
    assert value(made("current", "teams.Desk.people=5"), "teams.Desk.people") == "5"
    future = made("future", "teams.Desk.people=5")
    assert value(future, "teams.Case team.people") == "8"
    assert codes(future) == []


def test_a_path_that_comes_with_the_changes_is_set_after_them() -> None:
    assert value(made("future", "teams.Case team.people=9"), "teams.Case team.people") == "9"


def test_a_setting_for_one_state_comes_last_and_only_there() -> None:
    sets = ("Future:teams.case team.people=9", "FUTURE:steps.Decide.handoff.batch=2 requests")
    future = made("future", *sets)
    assert value(future, "teams.Case team.people") == "9"
    assert value(future, "steps.Decide.handoff.batch") == "2 requests"
    assert made("current", *sets).root == made("current").root
    assert codes(future) == []


def test_a_change_that_sets_again_is_told() -> None:
    """FS165, with how to have the last word."""
    future = made("future", "teams.Legal.people=7")
    (note,) = [note for note in future.notes if note.code == "FS165"]
    assert note.severity == "warning"
    assert note.message == (
        "the change 'More people' of state 'future' sets teams.Legal.people again, so --set has no effect there"
    )
    assert note.hint == "write future:teams.Legal.people=7"
    assert (str(note.place), note.source) == ("--set:1:1", "teams.Legal.people=7")
    assert codes(made("current", "teams.Legal.people=7")) == []
    assert codes(made("future", "teams.Legal.people=1")) == ["FS165"]  # the value of the file: it has no effect either


def test_what_a_change_takes_away_is_told() -> None:
    (note,) = [n for n in made("future", "steps.Decide.returns=9% to Register").notes if n.code == "FS165"]
    assert "'Right first' of state 'future' takes steps.Decide.returns away" in note.message
    (note,) = [n for n in made("future", "teams.Desk.target=2 working days").notes if n.code == "FS165"]
    assert "'One team' of state 'future' takes teams.Desk.target away" in note.message


def test_what_a_change_sets_again_in_part_keeps_its_effect() -> None:
    assert codes(made("future", "steps.Decide.handoff={batch: 3 requests, transit: 4 h}")) == []
    assert codes(made("future", "steps.*.handoff.batch=3 requests")) == ["FS165"]


def test_only_some_changes_with_settings() -> None:
    """`only`: a change that is not done undoes nothing, and what it would bring need not be there."""
    some = made("future", "teams.Legal.people=7", "future:teams.Case team.people=9", only=(1,))
    assert value(some, "teams.Legal.people") == "7"
    assert some.notes == ()
    assert [change.name for change in some.changes] == ["At once"]
    with pytest.raises(ScenarioError):
        made("future", "future:teams.Nobody.people=9", only=(1,))


def test_an_error_of_a_setting_names_the_state_when_others_take_it() -> None:
    with pytest.raises(ScenarioError) as caught:
        made("current", "teams.Case team.people=9")
    (problem,) = caught.value.problems()
    assert problem.message == "in state current: there is no 'Case team' in teams"
    assert problem.hint.startswith("for one state write future:teams.Case team.people=9; ")
    with pytest.raises(ScenarioError) as caught:
        made("current", "teams.Nobody.people=9")
    assert caught.value.problems()[0].message == "there is no 'Nobody' in teams"


def test_settings_reach_the_model_with_their_warnings() -> None:
    compiled = load_text(TEXT, "a.yaml").compile("future", ["teams.Legal.people=7"])
    assert "FS165" in [p.code for p in compiled.warnings]
    (team,) = compiled.model.teams
    assert team.people == 5


# -- dated arrivals --------------------------------------------------------------------------------------------------


def test_the_file_of_arrivals_alone_is_enough(tmp_path: Path) -> None:
    """A rate written as text gives way to the file, whose column of dates is found by its name."""
    path = tmp_path / "arrivals.csv"
    path.write_text("case,Arrived\na,2010-10-03 00:00:00\nb,2010-10-04 09:30:00\n", encoding="utf-8")
    scenario = load(SHIPPED / "receipt.yaml")
    for state in scenario.states:
        model = scenario.compile(state, [f"requests.permit.arrivals.file={path}"]).model
        assert model.classes[0].arrivals.dates == (2 * 86_400_000, 3 * 86_400_000 + 34_200_000)


@pytest.mark.parametrize(
    ("header", "extra", "found"),
    [
        ("when", (), True),
        ("id,datum", (), True),
        ("id,binnen", (), False),
        ("id,binnen", ("requests.permit.arrivals.column=binnen",), True),
    ],
)
def test_the_column_of_dates(header: str, extra: tuple[str, ...], found: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lead = "1," if "," in header else ""
    path.write_text(f"{header}\n{lead}2026-01-05\n{lead}2026-01-06 08:00\n", encoding="utf-8")
    sets = [*extra, f"requests.*.arrivals.file={path}"]
    if found:
        assert load_text(TEXT, "a.yaml").compile("current", sets).model.classes[0].arrivals.dates == (0, 115_200_000)
        return
    with pytest.raises(ScenarioError) as caught:
        load_text(TEXT, "a.yaml").compile("current", sets)
    (problem,) = caught.value.problems()
    assert problem.code == "FS433"
    assert problem.hint.endswith("columns: id, binnen")
