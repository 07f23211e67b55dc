"""The schema: what may be written, how it is understood, and what is said when it may not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from flowsim.errors import Problem, ScenarioError
from flowsim.scenario import Scenario, load_text
from flowsim.scenario.faults import MEANT
from flowsim.scenario.forms import Form
from flowsim.scenario.schema import MOST_STEPS, ScenarioForm
from flowsim.scenario.schema_people import TeamForm
from flowsim.scenario.schema_requests import RequestForm
from flowsim.scenario.schema_steps import Branch, NextReader, StepForm

HEAD = """\
flowsim: 1
name: A
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {permit: {arrivals: 8 per working day, calendar: office}}
tasks: {register: {time: 5 min, value: adding}}
teams: {Desk: {people: 1}}
run: {length: 20 working days}
"""


def read(steps: str) -> Scenario:
    return load_text(f"{HEAD}steps:\n{steps}\n", "a.yaml")


def problems(steps: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        read(steps)
    return caught.value.problems()


def test_all_problems_are_told_at_once_in_order_of_place() -> None:
    found = problems("  A: {does: register, colour: red}\n  B: {team: Desk, does: register, set-up: 5}")
    assert [(p.code, p.place.line, p.place.column) for p in found if p.place] == [
        ("FS303", 9, 3),
        ("FS301", 9, 23),
        ("FS207", 10, 43),
    ]


def test_a_problem_says_place_path_source_and_hint() -> None:
    (found,) = problems("  A: {team: Desk, does: register, hand-of: none}")
    assert str(found.place) == "a.yaml:9:35"
    assert found.path == "steps.A.hand-of"
    assert found.source == "  A: {team: Desk, does: register, hand-of: none}"
    assert found.hint.startswith("did you mean 'handoff'? known fields: team, ")
    assert str(found).splitlines()[2] == " " * 6 + "| " + " " * 34 + "^"


def test_the_items_of_a_list_are_numbered_from_1_in_paths() -> None:
    (found,) = problems("  A:\n    team: Desk\n    does: register\n    returns:\n      - 5% to A\n      - never")
    assert found.path == "steps.A.returns.2"
    assert found.place is not None
    assert found.place.line == 14


@pytest.mark.parametrize("word", sorted(MEANT))
def test_a_word_that_is_no_field_there_is_told_how_to_write_it(word: str) -> None:
    """Under a task, where none of these words is a field."""
    text = HEAD.replace("value: adding", f"value: adding, {word}: 3")
    with pytest.raises(ScenarioError) as caught:
        load_text(f"{text}steps: {{A: {{team: Desk, does: register}}}}\n", "a.yaml")
    (found,) = caught.value.problems()
    assert (found.code, found.message) == ("FS301", f"unknown field '{word}'")
    assert found.hint == MEANT[word]


def test_a_hint_says_where_there_is_such_a_field() -> None:
    """What `MEANT` tells to write, is there: each place that it names, and each field that it shows."""
    forms = {"requests": RequestForm, "teams": TeamForm, "steps": StepForm}
    named = 0
    for hint in MEANT.values():
        for section, field in re.findall(r"(requests|teams|steps)\.NAME\.([a-z ]+)", hint):
            named += 1
            assert field in forms[section].fields()
    assert named > 8


def every_form(form: type[Form]) -> list[type[Form]]:
    from flowsim.scenario.faults import form_in, inner

    found: list[type[Form]] = []
    for info in form.model_fields.values():
        below = form_in(inner(info.annotation)) or form_in(info.annotation)
        if below is not None and below not in found:
            found += [below, *every_form(below)]
    return found


def test_every_field_is_described_with_an_example_that_it_takes() -> None:
    """What `explain` prints is true: each example of each field is read by the field itself."""
    forms = [ScenarioForm, *every_form(ScenarioForm)]
    assert len(forms) > 15
    for form in forms:
        assert form.__doc__
        for name, info in form.model_fields.items():
            assert info.description, (form, name)
            assert info.description.endswith("."), (form, name)
            assert info.examples, (form, name)
            for example in info.examples:
                assert takes(form, info.alias or name, example), (form, name, example)


def takes(form: type[Form], field: str, example: str) -> bool:
    """Whether the field reads the example without an error of its own (others may be missing)."""
    from pydantic import ValidationError

    from flowsim.errors import Place
    from flowsim.scenario.tree import parse_value, plain

    value = plain(parse_value(example, Place("example", 1, 1)))
    try:
        form.model_validate({field: value})
    except ValidationError as error:
        own = [e for e in error.errors() if e["loc"] and e["loc"][0] == field]
        whole = [e for e in error.errors() if not e["loc"] and e["type"] not in ("FS313",)]
        return not own and not whole
    return True


def test_an_example_that_is_not_taken_goes_red() -> None:
    assert not takes(ScenarioForm, "flowsim", "2")
    assert not takes(ScenarioForm, "teams", "{Intake: {people: none}}")


@pytest.mark.parametrize("spelling", ["no start within", "no-start-within", "No_Start_Within", "NO START-WITHIN"])
def test_keys_match_whatever_their_case_and_their_spaces(spelling: str) -> None:
    scenario = read(f"  A: {{team: Desk, does: register, {spelling}: 30 min}}")
    assert scenario.compile("current").model.steps[0].no_start_within == 30 * 60_000


def test_too_many_steps_are_refused() -> None:
    steps = "\n".join(f"  S{i}: {{team: Desk, does: register}}" for i in range(MOST_STEPS + 1))
    (found,) = problems(steps)
    assert found.code == "FS317"
    assert found.place is not None
    assert found.place.line == 8


def branches(value: Any) -> list[tuple[str, list[tuple[str, float, str | None]]]]:
    read: tuple[Branch, ...] = NextReader().read(value)
    return [(b.name, [(g.to, g.share, g.outcome) for g in b.goals]) for b in read]


def test_next_is_a_step_or_shares_or_by_class() -> None:
    """R13: routes."""
    assert branches("") == []
    assert branches("none") == []
    assert branches("Legal") == [("", [("Legal", 1.0, None)])]
    assert branches("end") == [("", [("end", 1.0, "done")])]
    assert branches("End as Refused") == [("", [("End as Refused", 1.0, "Refused")])]
    assert branches({"Legal": "60%", "end as refused": "0.4"}) == [
        ("", [("Legal", 0.6, None), ("end as refused", 0.4, "refused")])
    ]
    assert branches({"rush": "Legal", "others": {"A": "1/4", "end": "75 %"}}) == [
        ("rush", [("Legal", 1.0, None)]),
        ("others", [("A", 0.25, None), ("end", 0.75, "done")]),
    ]


@pytest.mark.parametrize(
    "value",
    ["2026-01-05", "2026-01-05 08:30", "2026-01-05T08:30"],
)
def test_a_start_is_a_date_with_or_without_a_time(value: str) -> None:
    """R1: local date and time of tick 0."""
    scenario = load_text(f"{HEAD}start: {value}\nsteps: {{A: {{team: Desk, does: register}}}}\n", "a.yaml")
    expected = value.replace("T", " ") if len(value) > 10 else f"{value} 00:00"
    assert scenario.compile("current").model.start == expected


@pytest.mark.parametrize(
    "value",
    ["20260105", "2026-W02-1", "05-01-2026", "2026-13-01", "1899-12-31", "2026-01-05 08:30+01:00", "24 u"],
)
def test_other_starts_are_refused(value: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(f"{HEAD}start: {value}\nsteps: {{A: {{team: Desk, does: register}}}}\n", "a.yaml")
    assert [p.code for p in caught.value.problems()] == ["FS310"]


@pytest.mark.parametrize(("text", "value"), [("rush", 0), ("Normal", 1), ("low", 2), ("0", 0), ("7", 7)])
def test_priorities_in_words(text: str, value: int) -> None:
    """R8: 0 first."""
    head = HEAD.replace("calendar: office}}", f"calendar: office, priority: {text}}}}}")
    scenario = load_text(f"{head}steps: {{A: {{team: Desk, does: register}}}}\n", "a.yaml")
    assert scenario.compile("current").model.classes[0].priority == value


def test_every_short_form_is_read_by_its_form() -> None:
    shorts = [(form, text) for form in every_form(ScenarioForm) for text in form.short]
    assert len(shorts) >= 8
    for form, text in shorts:
        form.model_validate(text)


def test_a_decimal_comma_inside_braces_is_told_to_be_quoted() -> None:
    """YAML takes `{time: 1,5 uur}` for two fields; the hint says how to write it."""
    text = "flowsim: 1\nname: x\nrequests: {r: {arrivals: 1 per day}}\ntasks: {a: {time: 1,5 uur, value: adding}}\n"
    text += "teams: {T: {people: 1}}\nsteps: {S: {team: T, does: a}}\n"
    with pytest.raises(ScenarioError) as caught:
        load_text(text, "x.yaml")
    problems = caught.value.problems()
    assert [problem.code for problem in problems] == ["FS303", "FS301"]  # the first: `run` is missing
    assert problems[1].hint.endswith('between quotes, like time: "1,5 uur"')
