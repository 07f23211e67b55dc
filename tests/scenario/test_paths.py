"""The path grammar: what a path stands for, setting and removing, and the words for a path that stands for nothing."""

from __future__ import annotations

import pytest

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario import paths, tree
from flowsim.scenario.tree import Mapping, Scalar

TEXT = """\
name: Permit
run: {length: 10 days}
teams:
  Front desk: {people: 2, calendar: office}
  Légal: {people: 1}
steps:
  Register: {team: Front desk, does: register, handoff: none}
  Check the file:
    team: Intake
    handoff: {batch: 10 requests, set-up: 5 min}
    returns: [{chance: 15%, to: Register}, 5% to Check the file]
  Send:
    team: Intake
    returns: 15% to Register
"""


def root() -> Mapping:
    return tree.parse(TEXT, "f.yaml").root


def problem(act: object, *args: object, **options: object) -> Problem:
    assert callable(act)
    with pytest.raises(ScenarioError) as caught:
        act(*args, **options)
    (only,) = caught.value.problems()
    return only


def value(text: str) -> tree.Node:
    return tree.parse_value(text, Place("g.yaml", 7, 3))


def after_setting(path: str, text: str) -> object:
    changed = root()
    paths.set_value(changed, path, value(text), Place("g.yaml", 7, 1))
    return tree.plain(changed)


# -- parsing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("name", ("name",)),
        ("steps.Check the file.handoff.batch", ("steps", "Check the file", "handoff", "batch")),
        ("steps.*.returns.1", ("steps", "*", "returns", "1")),
        (" steps . Register ", ("steps", "Register")),
        ("tasks._$x/<b>.time", ("tasks", "_$x/<b>", "time")),
    ],
)
def test_parse_path(text: str, parts: tuple[str, ...]) -> None:
    assert paths.parse_path(text) == parts
    assert paths.parse_path(paths.format_path(parts)) == parts


@pytest.mark.parametrize(
    "text", ["", ".", "a..b", ".a", "a.", "a. .b", "a*", "steps.*x.y", "a\x1bb", "a\nb", "a." * 20 + "a"]
)
def test_what_is_no_path(text: str) -> None:
    found = problem(paths.parse_path, text)
    assert found.code == "FS130"
    assert not any(ord(c) < 32 for c in found.message)


def test_all_paths_are_found_again() -> None:
    everything = paths.all_paths(root())
    assert "steps.Check the file.returns.1.chance" in everything
    assert len(everything) == len(set(everything)) == 27
    for path in everything:
        (match,) = paths.find(root(), path)
        assert paths.format_path(match.path) == path
        assert match.node == paths.get(root(), path)


def test_names_out_of_reach_are_not_among_all_paths() -> None:
    assert paths.all_paths(tree.parse("a: {b.c: {d: 1}, '*': 1, e: 1}", "f.yaml").root) == ["a", "a.e"]


# -- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "spelled"),
    [
        ("STEPS.register.Team", ["steps.Register.team"]),
        ("teams.LE\u0301GAL.people", ["teams.Légal.people"]),
        ("steps.check the file.handoff.set_up", ["steps.Check the file.handoff.set-up"]),
        ("steps.check the file.handoff.set up", ["steps.Check the file.handoff.set-up"]),
        ("steps.*.team", ["steps.Register.team", "steps.Check the file.team", "steps.Send.team"]),
        ("steps.*.handoff.batch", ["steps.Check the file.handoff.batch"]),
        ("steps.Check the file.returns.2", ["steps.Check the file.returns.2"]),
        ("teams.*", ["teams.Front desk", "teams.Légal"]),
        ("steps.Check the file.returns.*", ["steps.Check the file.returns.1", "steps.Check the file.returns.2"]),
    ],
)
def test_find(path: str, spelled: list[str]) -> None:
    assert [paths.format_path(match.path) for match in paths.find(root(), path)] == spelled


@pytest.mark.parametrize(
    ("path", "code", "message", "hint"),
    [
        ("stepz.Register", "FS131", "there is no 'stepz' in the scenario", "did you mean 'steps'?"),
        ("steps.Registre.team", "FS131", "there is no 'Registre' in steps", "did you mean 'Register'?"),
        (
            "steps.Check-the-file.team",
            "FS131",
            "there is no 'Check-the-file' in steps",
            "did you mean 'Check the file'?",
        ),
        ("steps.Register.tema", "FS131", "there is no 'tema' in steps.Register", "there is: team, does, handoff"),
        ("steps.Register.handoff.batch", "FS131", "there is no 'batch' in steps.Register.handoff", "it is empty"),
        ("steps.Check the file.returns.3", "FS131", "there is no item '3'", "number them from 1 to 2"),
        ("steps.Check the file.returns.0", "FS131", "there is no item '0'", "number them from 1 to 2"),
        ("steps.Check the file.returns.x", "FS131", "there is no item 'x'", "number them from 1 to 2"),
        ("steps.Check the file.returns." + "9" * 5000, "FS131", "there is no item '999", "number them from 1 to 2"),
        (
            "steps.Send.returns.chance",
            "FS132",
            "is the text '15% to Register', so there is no 'chance'",
            "as a whole",
        ),
        ("steps.*.returns.chance", "FS132", "is the text '15% to Register'", "as a whole"),
        ("name.x", "FS132", "name is the text 'Permit'", "as a whole"),
        ("steps.*.handof.batch", "FS133", "'steps.*.handof.batch' matches nothing", "did you mean 'handoff'?"),
    ],
)
def test_unknown_path(path: str, code: str, message: str, hint: str) -> None:
    found = problem(paths.find, root(), path)
    assert (found.code, message in found.message, hint in found.hint) == (code, True, True), found
    assert found.path == (path if len(path) <= 60 else path[:59] + "…")


def test_get_takes_no_star() -> None:
    assert problem(paths.get, root(), "steps.*.team").code == "FS130"
    assert tree.plain(paths.get(root(), "teams.front desk.people")) == "2"


# -- setting ---------------------------------------------------------------------------------------------------------


def test_set_keeps_the_place_of_the_value() -> None:
    changed = root()
    assert paths.set_value(changed, "TEAMS.front desk.people", value("3")) == [("teams", "Front desk", "people")]
    node = paths.get(changed, "teams.Front desk.people")
    assert node == Scalar("3", Place("g.yaml", 7, 3))


def test_set_makes_fields_that_are_absent() -> None:
    changed = root()
    paths.set_value(changed, "steps.Send.handoff.question.chance", value("10%"), Place("g.yaml", 7, 1))
    send = paths.get(changed, "steps.Send")
    assert isinstance(send, Mapping)
    assert tree.plain(send.entries["handoff"]) == {"question": {"chance": "10%"}}
    assert send.keys["handoff"] == Place("g.yaml", 7, 1)


def test_set_lays_fields_in_what_is_none() -> None:
    changed = root()
    paths.set_value(changed, "steps.Register.handoff.batch", value("2 requests"))
    assert tree.plain(paths.get(changed, "steps.Register.handoff")) == {"batch": "2 requests"}


def test_set_of_another_spelling_makes_no_second_key() -> None:
    changed = root()
    paths.set_value(changed, "steps.Check the file.handoff.set_up", value("1 min"))
    assert tree.plain(paths.get(changed, "steps.Check the file.handoff")) == {"batch": "10 requests", "set-up": "1 min"}


@pytest.mark.parametrize("path", ["start", "run.seed", "RUN.Warm-up", "limits.Legal", "about"])
def test_set_makes_known_fields_at_the_top(path: str) -> None:
    changed = root()
    paths.set_value(changed, path, value("1"))
    assert tree.plain(paths.get(changed, path)) == "1"


def test_set_with_a_star_only_where_the_parent_is() -> None:
    changed = root()
    assert paths.set_value(changed, "steps.*.handoff.transit", value("none")) == [
        ("steps", "Check the file", "handoff", "transit")
    ]
    assert tree.plain(paths.get(changed, "steps.Register.handoff")) == "none"
    assert paths.set_value(changed, "teams.*.queue", value("due date")) == [
        ("teams", "Front desk", "queue"),
        ("teams", "Légal", "queue"),
    ]


def test_set_with_a_star_makes_no_name_in_a_section() -> None:
    sections = tree.parse("teams: {A: {}}\nrun: {length: 1}\n", "f.yaml").root
    assert problem(paths.set_value, sections, "*.x", value("1")).code == "FS133"


def test_set_puts_copies() -> None:
    changed = root()
    paths.set_value(changed, "teams.*.target", value("{share: 90%}"))
    paths.set_value(changed, "teams.Légal.target.share", value("80%"))
    assert tree.plain(paths.get(changed, "teams.Front desk.target")) == {"share": "90%"}


def test_set_an_item_of_a_list() -> None:
    changed = root()
    paths.set_value(changed, "steps.Check the file.returns.2", value("1% to Send"))
    assert tree.plain(paths.get(changed, "steps.Check the file.returns.2")) == "1% to Send"


@pytest.mark.parametrize(
    ("path", "code", "hint"),
    [
        ("teams.Legl.people", "FS131", "did you mean 'Légal'?"),
        ("teams.New", "FS131", "there is: Front desk, Légal"),
        ("calendars.office.hours", "FS131", "there is: "),
        ("rnu.seed", "FS131", "did you mean 'run'?"),
        ("strat", "FS131", "did you mean 'start'?"),
        ("based on", "FS131", "there is: "),
        ("steps.Send.returns.chance", "FS132", "as a whole"),
        ("steps.Check the file.returns.3.chance", "FS131", "number them from 1 to 2"),
        ("steps.Send.handoff.*", "FS133", "there is no 'handoff' in steps.Send"),
        ("steps.*.question.chance", "FS133", "there is no 'question'"),
        ("*.seed", "FS132", "as a whole"),
    ],
)
def test_set_refuses_typing_errors_and_leaves_all_as_it_was(path: str, code: str, hint: str) -> None:
    changed = root()
    found = problem(paths.set_value, changed, path, value("1"))
    assert (found.code, hint in found.hint) == (code, True), found
    assert changed == root()


# -- removing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        ("steps.Check the file.returns", ["steps.Check the file.returns"]),
        ("STEPS.*.Returns", ["steps.Check the file.returns", "steps.Send.returns"]),
        ("teams.Légal", ["teams.Légal"]),
        ("run", ["run"]),
    ],
)
def test_remove(path: str, gone: list[str]) -> None:
    changed = root()
    assert [paths.format_path(p) for p in paths.remove(changed, path)] == gone
    left = [p for p in paths.all_paths(root()) if not any(p == g or p.startswith(g + ".") for g in gone)]
    assert paths.all_paths(changed) == left


def test_remove_items_of_a_list() -> None:
    changed = root()
    paths.remove(changed, "steps.Check the file.returns.1")
    assert tree.plain(paths.get(changed, "steps.Check the file.returns")) == ["5% to Check the file"]
    changed = root()
    paths.remove(changed, "steps.Check the file.returns.*")
    assert tree.plain(paths.get(changed, "steps.Check the file.returns")) == []


def test_remove_what_is_not_there() -> None:
    changed = root()
    assert problem(paths.remove, changed, "steps.Send.handoff").code == "FS131"
    assert problem(paths.remove, changed, "limits").code == "FS131"
    assert changed == root()
