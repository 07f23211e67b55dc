"""Values that are unsure: in the file, in states and changes, `based on`, `--set`; ends, notes, messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.scenario import Scenario, check, load, load_text

FILE = """\
flowsim: 1
name: Between 1 .. 3 and 5 .. 9 min, unsure
about: It takes 5 .. 10 min unsure
assumptions: [Reading takes 1 .. 2 min unsure]
requests: {letter: {arrivals: 8 .. 12 per day unsure}}
tasks: {read: {time: 10 .. 20 min unsure, value: adding}}
teams: {A: {people: 1 .. 3 unsure}, B: {people: 1}}
steps:
  One: {team: A, does: read}
  Two: {team: B, does: read, returns: 10% .. 30% to One unsure}
run: {length: 5 days}
states:
  now: {}
  then:
    changes:
      - {name: "Unsure, 1 .. 2 unsure", set: {tasks.read.time: 4 .. 6 min unsure}}
      - {name: One team, merge: {teams: [A, B], into: C}}
"""


def scenario(old: str = "", new: str = "", text: str = FILE) -> Scenario:
    return load_text(text.replace(old, new) if old else text, "x.yaml")


def codes(text: str) -> list[tuple[str, int]]:
    with pytest.raises(ScenarioError) as told:
        load_text(text, "x.yaml").check()
    return [(problem.code, problem.place.line if problem.place else 0) for problem in told.value.problems()]


def minutes(made: Scenario, state: str, at: dict[str, float] | None = None) -> float:
    return made.compile(state, at=at).model.tasks[0].time.mean() / 60_000


def test_the_middle_is_used_and_said_once() -> None:
    compiled = scenario().compile("now")
    assert compiled.model.tasks[0].time.params == (15 * 60_000.0,)
    assert compiled.model.teams[0].people == 2
    assert [one.path for one in compiled.unsure] == [
        "requests.letter.arrivals",
        "tasks.read.time",
        "teams.A.people",
        "steps.Two.returns",
    ]
    problems, _ = scenario().check()
    notes = [problem for problem in problems if problem.code == "FS169"]
    assert len(notes) == 1
    assert notes[0].message.startswith(
        "5 values are unsure, and the middle of each is used: requests.letter.arrivals (10"
    )


def test_free_texts_stay_as_they_are() -> None:
    made = scenario()
    assert made.name == "Between 1 .. 3 and 5 .. 9 min, unsure"
    assert made.notes.assumptions == ("Reading takes 1 .. 2 min unsure",)
    assert made.compile("then").changes[0] == "Unsure, 1 .. 2 unsure"


def test_a_guess_is_settled_before_changes_so_merged_people_are_counted() -> None:
    made = scenario()
    low, high = (made.compile("then", at={"teams.A.people": end}).model.teams[0].people for end in (0.0, 1.0))
    assert (low, high) == (2, 4)
    felt = {one.key: one for one in made.unsure("then")}
    assert (felt["teams.A.people"].path, felt["teams.A.people"].high) == ("teams.C.people", "4")


def test_what_a_change_sets_again_is_not_felt() -> None:
    made = scenario()
    keys = [one.key for one in made.unsure("then")]
    assert "tasks.read.time" not in keys
    assert [one.path for one in made.unsure("then") if one.key.startswith("states.")] == ["tasks.read.time"]


def test_a_guess_is_where_it_is_said_to_be() -> None:
    made = scenario()
    assert [round(minutes(made, "now", {"tasks.read.time": u}), 6) for u in (0.0, 0.25, 1.0)] == [10, 12.5, 20]
    key = next(one.key for one in made.unsure("then") if one.path == "tasks.read.time")
    assert round(minutes(made, "then", {key: 1.0}), 6) == 6
    assert made.compile("now", at={"tasks.read.time": 0.5}).model == made.compile("now").model


def test_a_setting_may_be_a_guess_and_may_take_one_away() -> None:
    made = scenario()
    assert len(made.unsure("now", ["tasks.read.time=7 min"])) == 3
    own = made.unsure("now", ["teams.B.people=1 .. 5 unsure"])[-1]
    assert (own.key, own.path, own.levels) == ("--set teams.B.people", "teams.B.people", 5)
    assert made.compile("now", ["teams.B.people=1 .. 5 unsure"], at={own.key: 1.0}).model.teams[1].people == 5
    with pytest.raises(ScenarioError, match="chosen rather than known"):
        made.compile("now", ["run.replications=5 .. 10 unsure"])


def test_a_file_that_it_is_based_on_may_have_guesses(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "y.yaml").write_text("based on: x.yaml\ntasks: {read: {time: 1 .. 2 h unsure}}\n", encoding="utf-8")
    made = load(tmp_path / "y.yaml")
    assert minutes(made, "now") == 90
    assert "requests.letter.arrivals" in [one.key for one in made.unsure("now")]
    assert [p.code for p in check(tmp_path / "y.yaml")[0] if p.severity == "error"] == []


def test_all_that_is_wrong_is_told_at_once_with_its_place() -> None:
    text = FILE.replace("10 .. 20 min unsure", "10 min .. 20% unsure").replace("1 .. 3 unsure", "2 unsure")
    text = text.replace("{length: 5 days}", "{length: 5 .. 9 days unsure, seed: x}")
    assert codes(text)[:3] == [("FS226", 6), ("FS226", 7), ("FS227", 11)]
    assert len(codes(text)) == 4


def test_both_ends_have_to_be_sound() -> None:
    with pytest.raises(ScenarioError) as told:
        scenario("10% .. 30% to One", "10% .. 130% to One").compile("now")
    assert [problem.code for problem in told.value.problems()] == ["FS215"]
    assert told.value.problems()[0].message.startswith("with everything that is unsure at its highest: '130%")


def test_a_file_without_guesses_is_left_as_it_is() -> None:
    plain = FILE.replace(" unsure", "").replace("1 .. 3}", "2}").replace("8 .. 12", "8").replace("10% .. 30%", "10%")
    assert scenario(text=plain).compile("now").unsure == ()
    assert not any(problem.code == "FS169" for problem in scenario(text=plain).check()[0])
