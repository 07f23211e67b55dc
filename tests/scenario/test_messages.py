"""What a newcomer gets wrong, and what is then said."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import Problem, UsageError
from flowsim.scenario import check, explain, load_text
from flowsim.scenario.fields import DUTCH
from flowsim.scenario.syntax import missing_colon

TEXT = """\
flowsim: 1
name: A
start: 2026-01-05
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  permit: {arrivals: 8 per working day, calendar: office, priority: 1}
tasks:
  register: {time: 5 min, value: adding}
teams:
  Desk: {people: 1}
  Legal: {people: 1}
steps:
  Register: {team: Desk, does: register}
  Decide:
    team: Legal
    does: register
    handoff:
      question: none
      batch: none
run: {length: 20 working days}
states:
  current: {}
  future: {changes: [{name: x, merge: {teams: [Desk, Legal], into: Case}}]}
"""


def told(old: str, new: str, tmp_path: Path, *codes: str) -> list[Problem]:
    assert TEXT.count(old) == 1, old
    path = tmp_path / "a.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    return [p for p in check(path)[0] if p.severity == "error" or p.code in codes]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("lognormal(25 min, 15 min)", "lognormal(25 min, 15 min)"),
        ("45 min (20 min .. 2,5 uur)", "45 min (20 min .. 2,5 uur)"),
        ("triangular(10 min,  20 min, 1 h)", "triangular(10 min,  20 min, 1 h)"),
        ("empirical(a.csv, minutes, min)", "empirical(a.csv, minutes, min)"),
    ],
)
def test_a_comma_inside_braces_is_one_error_with_the_value_in_quotes(value: str, written: str, tmp_path: Path) -> None:
    (problem,) = told("time: 5 min", f"time: {value}", tmp_path)
    assert problem.code == "FS301"
    assert problem.hint.endswith(f'like time: "{written}"')


def test_a_comma_inside_braces_in_a_change(tmp_path: Path) -> None:
    change = "merge: {teams: [Desk, Legal], into: Case}"
    (problem,) = told(change, "set: {tasks.register.time: gamma(5 min, 2 min)}", tmp_path)
    assert problem.code == "FS151"
    assert problem.hint.endswith('like tasks.register.time: "gamma(5 min, 2 min)"')


def test_an_unknown_field_on_a_line_of_its_own_is_no_comma(tmp_path: Path) -> None:
    (problem,) = told("    does: register\n    handoff", "    does: register\n    doos:\n    handoff", tmp_path)
    assert problem.code == "FS301"
    assert "comma" not in problem.hint


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("priority: 1", "priority: urgent", "FS307", "rush (spoed) is 0, normal (gewoon) is 1, low (laag) is 2"),
        ("question: none", "question: 15%", "FS304", "{chance: 10%, to: customer, answer: 1 day ± 1 day}"),
        ("states:", "changes: []\nstates:", "FS301", "changes stand under a state: states.NAME.changes"),
        ("start: 2026-01-05", "start: 2026-02-30", "FS310", "February 2026 has 28 days"),
        ("start: 2026-01-05", "start: 31-04-2026", "FS310", "write year-month-day; April 2026 has 30 days"),
        ("start: 2026-01-05", "start: 2026-13-01", "FS310", "there is no month 13"),
        ("batch: none", "batch: 2x per dag", "FS221", "at 10:00 and 15:00"),
        ("batch: none", "batch: 10 doosjes", "FS221", "10 requests (10 aanvragen)"),
        ("Legal: {people", "Legal: {peoples", "FS301", "did you mean 'people'?"),
        ("    does: register\n    handoff", "    doet: register\n    handoff", "FS301", "did you mean 'does'?"),
    ],
)
def test_one_error_that_says_how_to_write_it(old: str, new: str, code: str, hint: str, tmp_path: Path) -> None:
    (problem,) = told(old, new, tmp_path)
    assert problem.code == code
    assert hint in problem.hint


def test_a_missing_field_that_no_other_stands_for_is_still_told(tmp_path: Path) -> None:
    found = told("  Desk: {people: 1}", "  Desk: {pets: 1}", tmp_path)
    assert [p.code for p in found] == ["FS303", "FS301"]


@pytest.mark.parametrize(
    ("new", "said", "hint"),
    [
        ("limits: 5", "expected limits by name, found the text '5'", "write each as 'name: ...' on a line"),
        ("people: [Ann]", "expected people by name, found a list", "write each as 'name: ...' on a line"),
    ],
)
def test_what_is_written_by_name_is_said_so_once(new: str, said: str, hint: str, tmp_path: Path) -> None:
    (problem,) = told("tasks:", f"{new}\ntasks:", tmp_path)
    assert (problem.code, problem.message, problem.hint) == ("FS304", said, hint)


def test_what_is_written_by_part_of_the_week_is_said_so_once(tmp_path: Path) -> None:
    (problem,) = told("arrivals: 8 per working day", "arrivals: {rate: 8 per working day, profile: 150%}", tmp_path)
    assert problem.message == "expected factors by part of the week, found the text '150%'"
    assert problem.hint == "write each as 'part of the week: ...' on a line"


@pytest.mark.parametrize(
    ("backlog", "above"),
    [
        ("{at: Register, requests: 3}", "requests.permit.backlog"),
        ("[{at: Register, requests: 3, age: 1 day}, {at: Register, requests: 3}]", "requests.permit.backlog.2"),
    ],
)
def test_a_missing_field_is_told_by_a_path_as_in_the_file(backlog: str, above: str, tmp_path: Path) -> None:
    (problem,) = told("priority: 1", f"backlog: {backlog}", tmp_path)
    assert problem.message == f"expected the field 'age' in '{above}', found none"


def test_a_number_in_a_path_to_what_is_no_list_is_no_comma(tmp_path: Path) -> None:
    text = TEXT.replace("priority: 1", "backlog: {at: Register, requests: 3, age: 1 day}")
    change = "changes: [{name: b, set: {requests.permit.backlog.1.requests: 7}}]"
    path = tmp_path / "a.yaml"
    path.write_text(text.replace("current: {}", f"current: {{{change}}}"), encoding="utf-8")
    (problem,) = [p for p in check(path)[0] if p.severity == "error"]
    assert (problem.code, problem.message) == ("FS301", "in state current: unknown field '1'")
    assert problem.hint == "there is no list here, so nothing has a number: leave '1' out of the path"


def test_an_error_of_two_states_is_told_once_and_of_one_state_with_its_name(tmp_path: Path) -> None:
    (problem,) = told("team: Legal", "team: Legl", tmp_path)
    assert problem.message == "there is no team 'Legl'"
    (problem,) = told("merge: {teams: [Desk, Legal], into: Case}", "set: {steps.Decide.team: Legl}", tmp_path)
    assert problem.message == "in state future: there is no team 'Legl'"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("mon-fri 17:00-09:00", "17:00-09:00 is read as a night shift of 16 h"),
        ("mon-fri 22:00-06:00", ""),
        ("every day 0:00-24:00", ""),
        ("mon-fri 09:00-17:00", ""),
    ],
)
def test_hours_the_wrong_way_round(hours: str, said: str, tmp_path: Path) -> None:
    """FS459: a note, once, with the hours by day."""
    found = [p for p in told("mon-fri 09:00-17:00", hours, tmp_path, "FS459") if p.code == "FS459"]
    assert [p.message for p in found] == ([said] if said else [])
    assert all(p.severity == "note" and p.hint.endswith("write 09:00-17:00") for p in found)


# -- dated arrivals --------------------------------------------------------------------------------------------------


def test_many_bad_rows_are_three_and_a_number(tmp_path: Path) -> None:
    rows = ["id;arrived", *(f"{n}; 02-03-2026 08:{n}" for n in range(10, 30))]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    found = told("arrivals: 8 per working day", "arrivals: {file: a.csv}", tmp_path)
    assert [p.message.startswith("expected a date") for p in found] == [True, True, True, False]
    assert (str(found[0].place), found[0].hint) == ("a.csv:2:5", "write 2026-03-02 08:10")
    assert found[0].source[found[0].place.column - 1 :] == "02-03-2026 08:10" if found[0].place else False
    assert found[3].message == "and 17 more rows"


def test_the_column_of_a_quoted_row_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,arrived\n"1, a",2026-02-30\n', encoding="utf-8")
    (problem,) = told("arrivals: 8 per working day", "arrivals: {file: a.csv}", tmp_path)
    assert str(problem.place) == "a.csv:2:0"
    assert problem.hint == "February 2026 has 28 days"


# -- YAML ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "below", "message", "offset"),
    [
        ("    team KCC", "    does: x", "there is no ':' behind 'team'", 8),
        ("    team:KCC  # who", "    does: x", "there is no space behind the ':' of 'team'", 8),
        ("  Check the file", "    team: x", "there is no ':' behind 'Check the file'", 16),
        ("    team: KCC", "      does: x", "", 0),
        ("  - team KCC", "    does: x", "", 0),
        ("    about", "  does: x", "", 0),
    ],
)
def test_a_missing_colon(line: str, below: str, message: str, offset: int) -> None:
    found = missing_colon(line, below)
    if not message:
        assert found is None
        return
    assert found is not None
    assert (found[0], found[2]) == (message, offset)
    assert found[1].startswith("write ")


def test_a_text_of_two_lines_is_no_missing_colon(tmp_path: Path) -> None:
    (problem,) = told("name: A", "name: A\n  long name\n  of: two", tmp_path)
    assert problem.code == "FS110"
    assert "no ':'" not in problem.message


def test_a_tab_is_shown(tmp_path: Path) -> None:
    (problem,) = told("    team: Legal", "\tteam: Legal", tmp_path)
    assert problem.source == "→team: Legal"


# -- words -----------------------------------------------------------------------------------------------------------


def test_dutch_words_stand_for_the_english_ones() -> None:
    """The same model, word for word."""
    english = TEXT.replace("Legal: {people: 1}", "Legal: {people: 1, queue: due date}")
    english = english.replace("question: none", "question: {chance: 10%, to: sender, answer: 5 min}")
    english = english.replace("does: register\n    h", "does: register\n    closing: finish\n    release: each\n    h")
    dutch = english
    for word in ("adding", "due date", "sender", "finish", "each"):
        dutch = dutch.replace(word, next(nl for nl, en in DUTCH.items() if en == word))
    dutch = dutch.replace("priority: 1", "priority: gewoon")
    assert dutch != english
    assert load_text(dutch, "a").compile("current").model == load_text(english, "a").compile("current").model


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("steps.handof", "If you meant the field: flowsim explain steps.handoff"),
        ("handoff", "steps.handoff\n"),
        ("steps", "it waits until the team opens"),
        ("fs207", "a number without a unit"),
        ("FS506", "FS506 (warning)"),
    ],
)
def test_explain_finds_what_was_meant(path: str, said: str) -> None:
    assert said in explain(path)


@pytest.mark.parametrize(
    ("path", "hint"), [("handof", "'steps.handoff'"), ("calendar", "'teams.calendar'"), ("FS301", "docs/messages.md")]
)
def test_explain_says_where_a_field_is(path: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        explain(path)
    assert hint in caught.value.hint


def test_a_name_that_is_no_field_gets_no_suggestion() -> None:
    assert "If you meant" not in explain("steps.Check the file")


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("people.speed", ["Default: 100%"]),
        ("teams.absence", ["Default: 0%"]),
        ("teams.presence", ["Default: 100%"]),
        ("limits.all", ["  all: 10"]),
        ("requests.arrivals.profile.mon", ["  mon: 150%"]),
    ],
)
def test_explain_shows_a_value_as_it_is_written(path: str, lines: list[str]) -> None:
    """A default and an example of the very thing asked for, not of the number kept or of all of them together."""
    shown = explain(path).splitlines()
    assert [line for line in shown if line.startswith(("Default", f"  {path.rpartition('.')[2]}:"))][-1:] == lines
    assert not any("{" in line for line in shown)


def test_defaults_shown_are_those_that_hold() -> None:
    from flowsim.scenario.fields import Reader
    from flowsim.scenario.schema_people import PersonForm, TeamForm

    for form, names in ((TeamForm, ("absence", "presence")), (PersonForm, ("speed",))):
        for name in names:
            info = form.model_fields[name]
            (reader,) = [item for item in info.metadata if isinstance(item, Reader)]
            assert reader.read(reader.default) == info.default


def test_what_is_different_in_each_state_names_the_state(tmp_path: Path) -> None:
    """FS508 by two states with other causes; what is the same in both is said once, without a name."""
    text = """\
flowsim: 1
name: A
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {permit: {arrivals: 8 per working day, calendar: office}}
tasks: {register: {time: 5 min, value: adding}}
teams: {Desk: {people: 1}, Legal: {people: 1}}
steps:
  Register: {team: Desk, does: register}
  Decide: {team: Legal, does: register}
run: {length: 20 working days}
states:
  current: {}
  future: {changes: [{name: x, set: {CHANGE}}]}
"""
    (tmp_path / "a.yaml").write_text(text.replace("CHANGE", "limits.Legal: 30"), encoding="utf-8")
    problems, _ = check(tmp_path / "a.yaml")
    messages = [p.message for p in problems if p.code == "FS508"]
    assert [m.partition(": every team is below 80 % busy")[0] for m in messages] == [
        "in state current",
        "in state future",
    ]
    (tmp_path / "a.yaml").write_text(text.replace("CHANGE", "teams.Legal.people: 2"), encoding="utf-8")
    problems, _ = check(tmp_path / "a.yaml")
    assert [p.message[:10] for p in problems if p.code == "FS508"] == ["every team"]
