"""The public names of the room: load, compile, check, explain, json_schema."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flowsim.errors import ScenarioError, UsageError
from flowsim.model import identity
from flowsim.scenario import check, explain, json_schema, load, load_text

SCENARIOS = Path(__file__).parents[1] / "scenarios"
VALID = SCENARIOS / "valid"
INVALID = SCENARIOS / "invalid"


# -- scenarios -------------------------------------------------------------------------------------------------------


def test_a_scenario_knows_its_states_notes_and_text() -> None:
    scenario = load(VALID / "R13_states.yaml")
    assert scenario.name == "A"
    assert scenario.path == VALID / "R13_states.yaml"
    assert scenario.states == ("current", "faster", "together")
    assert scenario.text == {str(scenario.path): scenario.path.read_text()}
    notes = load(VALID / "R4_notes.yaml").notes
    assert notes.about == "A citizen asks."
    assert notes.purpose == "To see."
    assert notes.sources == ("Time study", "Interviews, 2026")
    assert notes.assumptions == ("Nobody is ill.",)


def test_the_text_is_exact_and_holds_the_files_it_is_based_on(tmp_path: Path) -> None:
    text = (VALID / "R1_start.yaml").read_text().replace("\n", "\r\n")
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / "b.yaml").write_text("based on: a.yaml\nname: B\n")
    scenario = load(tmp_path / "b.yaml")
    assert scenario.name == "B"
    assert scenario.text == {
        str(tmp_path / "b.yaml"): "based on: a.yaml\nname: B\n",
        str(tmp_path / "a.yaml"): "\ufeff" + text,
    }


def test_a_file_without_states_has_one_called_current() -> None:
    scenario = load(VALID / "R1_start.yaml")
    assert scenario.states == ("current",)
    assert scenario.compile("current").changes == ()


def test_a_state_is_compiled_with_its_changes() -> None:
    scenario = load(VALID / "R13_states.yaml")
    faster = scenario.compile("Faster")
    assert (faster.state, faster.about) == ("faster", "Pass on at once")
    assert faster.changes == ("One by one", "Right the first time")
    assert faster.model.step("Decide").handoff is None
    assert faster.model.step("Decide").returns == ()
    assert [t.name for t in scenario.compile("together").model.teams] == ["Case team", "Rush"]


def test_some_of_the_changes_may_be_done() -> None:
    scenario = load(VALID / "R13_states.yaml")
    only = scenario.compile("faster", only=[1])
    assert only.changes == ("Right the first time",)
    assert only.model.step("Decide").handoff is not None
    assert identity(scenario.compile("faster", only=[]).model) == identity(scenario.compile("current").model)


def test_settings_of_the_command_line_are_laid_over_the_state() -> None:
    scenario = load(VALID / "R13_states.yaml")
    for setting in ("teams.Legal.people=3", ("teams.legal.people", "3")):
        assert scenario.compile("current", [setting]).model.team("Legal").people == 3
    assert scenario.compile("current").model.team("Legal").people == 1


def test_further_changes_come_last() -> None:
    """After those of the state and the values of the command line, which they see; the scenario stays what it was."""
    text = (
        "flowsim: 1\nname: x\nrequests: {r: {arrivals: every 1 h}}\ntasks: {t: {time: 1 min, value: adding}}\n"
        "teams: {A: {people: 1, calendar: always}, B: {people: 1, calendar: always}}\n"
        "steps: {S: {team: A, does: t}, T: {team: B, does: t}}\nrun: {length: 1 day}\n"
    )
    scenario = load_text(text, "small.yaml")
    before = identity(scenario.compile("current").model)
    merge = "{merge: {teams: [A, B], into: C}}"
    made = scenario.compile("current", ["teams.A.people=4"], more=[merge, "{set: {teams.C.queue: last in}}"]).model
    assert [(team.name, team.people, team.queue) for team in made.teams] == [("C", 5, "last in")]
    assert identity(scenario.compile("current").model) == before
    with pytest.raises(ScenarioError) as caught:
        scenario.compile("current", more=["{set: {teams.D.people: 1}}", "nothing"])
    assert [problem.code for problem in caught.value.problems()] == ["FS150", "FS131"]
    assert {problem.place.file for problem in caught.value.problems() if problem.place} == {"a change"}


def test_a_wrong_setting_is_told_with_its_own_line() -> None:
    scenario = load(VALID / "R13_states.yaml")
    with pytest.raises(ScenarioError) as caught:
        scenario.compile("current", ["teams.Legal.people=none at all"])
    (found,) = caught.value.problems()
    assert found.place is not None
    assert (found.place.file, found.place.line) == ("--set", 1)
    assert found.source == "teams.Legal.people=none at all"
    with pytest.raises(UsageError) as usage:
        scenario.compile("current", ["teams.Legal.people"])
    assert usage.value.code == "FS330"


def test_an_unknown_state_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        load(VALID / "R13_states.yaml").compile("fastr")
    assert "faster" in caught.value.hint


def test_a_text_may_be_loaded_without_a_file() -> None:
    scenario = load_text((VALID / "R1_start.yaml").read_text(), "made up")
    assert scenario.path is None
    assert list(scenario.text) == ["made up"]
    with pytest.raises(ScenarioError) as caught:
        load_text((VALID / "R5_dates.yaml").read_text(), "made up").compile("current")
    assert [p.code for p in caught.value.problems()] == ["FS430"]
    there = load_text((VALID / "R5_dates.yaml").read_text(), "made up", VALID).compile("current")
    assert there.model.classes[0].arrivals.dates is not None


# -- check -----------------------------------------------------------------------------------------------------------


def test_check_compiles_every_state() -> None:
    problems, states = check(VALID / "R13_states.yaml")
    assert list(states) == ["current", "faster", "together"]
    assert {p.severity for p in problems} <= {"note"}


@pytest.mark.parametrize("name", ["nowhere.yaml", ".", "\0"])
def test_check_never_raises_for_what_is_no_scenario(name: str, tmp_path: Path) -> None:
    problems, states = check(tmp_path / name)
    assert problems
    assert states == {}


def test_advice_about_a_step_with_a_number_for_a_name_stands_at_that_step() -> None:
    text = (VALID / "R13_next.yaml").read_text().replace("Register:", "2:").replace("Check:", "1:", 1)
    text = text.replace("  Check: {team", "  1: {team").replace("{1: 60%", "{end: 60%")
    (found,) = [p for p in load_text(text, "a").check()[0] if p.code == "FS504"]
    assert found.place is not None
    assert found.source.startswith("  1: {team: Desk")


def test_check_takes_settings() -> None:
    problems, states = check(VALID / "R1_start.yaml", ["teams.Desk.people=0"])
    assert [p.code for p in problems] == ["FS309"]
    assert states == {}


def test_what_a_redesign_leaves_unused_is_no_warning() -> None:
    """FS451, FS453: only what no state uses is unused."""
    text = """\
flowsim: 1
name: A
calendars: {office: {hours: mon-fri 09:00-17:00}, old: {hours: mon 09:00-17:00}, older: {hours: mon 09:00-12:00}}
requests: {permit: {arrivals: 1 per week, calendar: office}}
tasks: {register: {time: 5 min, value: adding}, check: {time: 5 min, value: waste}, idle: {time: 5 min, value: waste}}
teams: {Desk: {people: 1, calendar: old}}
steps: {Register: {team: Desk, does: [register, check]}}
run: {length: 100 working days}
states:
  current: {}
  later:
    changes:
      - name: x
        set: {teams.Desk.calendar: office, steps.Register.does: register}
"""
    problems, states = load_text(text, "a").check()
    assert list(states) == ["current", "later"]
    told = [(p.code, p.path, p.severity) for p in problems if p.severity == "warning"]
    assert told == [("FS453", "calendars.older", "warning"), ("FS451", "tasks.idle", "warning")]


def test_problems_are_told_once_however_many_states_have_them() -> None:
    text = (VALID / "R13_states.yaml").read_text().replace("time: 5 min", "time: 1 working day")
    problems, states = load_text(text, "a").check()
    assert [p.code for p in problems] == ["FS420"]
    assert states == {}


# -- explain ---------------------------------------------------------------------------------------------------------


def test_explain_says_what_a_field_is_with_examples() -> None:
    text = explain("steps.Check the file.handoff.batch")
    assert text.startswith("steps.Check the file.handoff.batch\n")
    assert "batch: 10 requests or 2 working days" in text
    assert "whichever comes first" in text
    assert "May be left out." in text


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("", "flowsim"),
        ("teams", "Each has a name of its own"),
        ("teams.Legal", "people"),
        ("Steps.*.No_Start_Within", "30 min"),
        ("steps.X.returns", "15% to Register"),
        ("steps.X.returns.2.chance", "by visit"),
        ("steps.X.returns.chance", "by visit"),
        ("states.future.changes.1.merge", "into"),
        ("calendars.office.except", "closed"),
        ("run.replications", "Default: 30"),
        ("steps.X.handoff.within team", "Default: no"),
        ("requests.permit.arrivals", "8 per working day"),
        ("name", "Required."),
        ("steps.handoff.batch", "travel together"),
        ("steps.batch", "handled together"),
        ("steps.X.batch", "handled together"),
        ("steps.share.team", "The team that does it"),
        ("steps.Legal", "Fields:"),
        ("teams.target.within", "delivery to release"),
        ("states.changes.merge.into", "new team or step"),
    ],
)
def test_explain_follows_every_kind_of_path(path: str, word: str) -> None:
    text = explain(path)
    assert word in text
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("steps.X.handof", "handoff"),
        ("team", "teams"),
        ("run.sede", "seed"),
        ("a..b", "example"),
        ("run.seed.x", "none"),
    ],
)
def test_explain_says_what_was_meant(path: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        explain(path)
    assert caught.value.code == "FS331"
    assert hint in caught.value.hint


# -- JSON Schema -----------------------------------------------------------------------------------------------------


KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "examples", "type", "enum", "anyOf", "if", "then", "else",
    "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "items",
    "minItems", "minProperties", "maxProperties", "minLength", "maxLength", "pattern",
}  # fmt: skip
TYPES: dict[str, Any] = {
    "string": str, "number": (int, float), "boolean": bool, "null": type(None), "object": dict, "array": list,
}  # fmt: skip


def fits(schema: Any, value: Any, whole: dict[str, Any]) -> bool:
    """Whether a value fits a JSON Schema: the keywords that ours uses, and an error for any other."""
    if isinstance(schema, bool):
        return schema
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema and not fits(whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, whole):
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(
        isinstance(value, TYPES[k]) and (k == "boolean") == (value is True or value is False) for k in kinds
    ):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "anyOf" in schema and not any(fits(option, value, whole) for option in schema["anyOf"]):
        return False
    if "if" in schema:
        branch = "then" if fits(schema["if"], value, whole) else "else"
        if not fits(schema.get(branch, True), value, whole):
            return False
    return _inside(schema, value, whole)


def _inside(schema: dict[str, Any], value: Any, whole: dict[str, Any]) -> bool:
    if isinstance(value, str):
        long = len(value) <= schema.get("maxLength", len(value)) and len(value) >= schema.get("minLength", 0)
        return long and bool(re.search(schema.get("pattern", ""), value))
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(fits(schema.get("items", True), v, whole) for v in value)
    if not isinstance(value, dict):
        return True
    if not set(schema.get("required", [])) <= set(value) or len(value) < schema.get("minProperties", 0):
        return False
    for key, inside in value.items():
        if not fits(schema.get("propertyNames", True), key, whole):
            return False
        rules = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        rules += [rule for p, rule in schema.get("patternProperties", {}).items() if re.search(p, key)]
        if not all(fits(rule, inside, whole) for rule in rules or [schema.get("additionalProperties", True)]):
            return False
    return True


def yaml_as_an_editor_sees_it(path: Path) -> Any:
    """Typed by YAML 1.2: numbers and true/false are no texts; dates are."""
    yaml = YAML(typ="safe")
    yaml.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = lambda c, node: node.value
    return yaml.load(path.read_text("utf-8"))


ODD = {"R4_names_and_keys"}  # keys in odd spellings, which an editor may well point at


@pytest.mark.parametrize("path", sorted(VALID.glob("*.yaml")), ids=lambda p: p.stem)
def test_the_json_schema_takes_every_valid_file(path: Path) -> None:
    schema = json_schema()
    assert fits(schema, yaml_as_an_editor_sees_it(path), schema) == (path.stem not in ODD)


def test_the_json_schema_takes_every_shipped_scenario() -> None:
    schema = json_schema()
    for path in sorted((SCENARIOS.parents[1] / "scenarios").rglob("*.yaml")):
        assert fits(schema, yaml_as_an_editor_sees_it(path), schema), path


@pytest.mark.parametrize(
    "name",
    [
        "FS301_unknown_field",
        "FS301_unknown_section",
        "FS301_patience_of_a_team",
        "FS303_missing_field",
        "FS303_missing_section",
        "FS304_text_instead_of_fields",
        "FS304_list_instead_of_names",
        "FS304_fields_instead_of_a_text",
        "FS307_unknown_choice",
        "FS308_point_in_a_name",
        "FS312_no_tasks_at_a_step",
        "FS153_unknown_field_in_a_change",
    ],
)
def test_the_json_schema_refuses_wrong_shapes(name: str) -> None:
    schema = json_schema()
    assert not fits(schema, yaml_as_an_editor_sees_it(INVALID / f"{name}.yaml"), schema)


def test_the_json_schema_says_its_dialect_and_describes_every_field() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for name, form in schema["$defs"].items():
        for part in form.get("anyOf", [form]):
            for field, about in part.get("properties", {}).items():
                assert about.get("description"), (name, field)


# -- imports ---------------------------------------------------------------------------------------------------------


def test_importing_the_room_loads_nothing_heavy() -> None:
    heavy = "('pydantic', 'ruamel.yaml', 'numpy', 'holidays')"
    code = f"import sys, flowsim.scenario; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
