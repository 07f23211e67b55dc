"""`show --request` for all a request may meet: branches, colleagues, limits, chases, withdrawal (R5, R8, R13–R15)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from program import quick

from flowsim.cli.journal import journal_json
from flowsim.cli.output import Output
from flowsim.experiments.circumstances import circumstances
from flowsim.experiments.findings import Findings
from flowsim.experiments.journal import journal
from flowsim.experiments.replay import stored_record
from flowsim.experiments.store import open_run

CASE = """\
flowsim: 1
name: Case
start: 2026-01-05 08:00
calendars: {office: {hours: mon-fri 09:00-17:00}}
people: {Ann: {teams: Desk}}
limits: {step Left: 1}
requests:
  form:
    arrivals: every 1 h
    promise: 3 h
    backlog: {at: Decide, requests: 1, age: 2 days}
    chasing: {to: Desk, takes: 1 min, every: 1 h, at most: 2}
  hasty: {arrivals: every 100 min, patience: 15 min, journey: [Decide]}
tasks:
  open: {time: 10 min, value: necessary}
  left: {time: 30 min, value: adding}
  right: {time: 90 min, value: adding}
  decide: {time: 20 min, value: adding}
teams:
  Desk: {people: 0, calendar: office}
  Back: {people: 2, calendar: office}
  Board: {people: 2, calendar: office}
steps:
  Open: {team: Desk, does: open, next: {parallel: [Left, Right], join: Decide}}
  Left: {team: Back, does: left}
  Right: {team: Back, does: right}
  Decide: {team: Board, does: decide, with: Back}
run: {length: 1 day, replications: 1}
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    assert quick(folder, "run", "case.yaml", "--no-audit", "--out", "results/case").code == 0
    return folder


def shown(folder: Path, number: int) -> list[str]:
    answer = quick(folder, "show", "results/case", "--request", str(number))
    assert answer.code == 0
    return [" ".join(line.split()) for line in answer.out.splitlines()]


def test_r5_r8_a_backlog_its_age_and_a_meeting(kept: Path) -> None:
    assert shown(kept, 0) == [
        "Request 0 (form), current",
        "there when the run began, Mon 5 Jan 2026 08:00, and 2 days old by then, answered",
        "Mon 5 Jan 2026 09:20: 1.3 h, and for the customer 2.1 days; promised by Mon 5",
        "Jan 2026 08:00: late",
        "The customer chased once: Mon 5 Jan 2026 09:00.",
        "Decide (Board, 1 of Back), where it lay",
        "Mon 5 Jan 08:00 1 h nobody there (closed)",
        "Mon 5 Jan 09:00 20 min work: value adding",
    ]


def test_a_line_that_folds_pushes_no_other_out(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a narrow screen the last lines of a journal, however short the work, are still there."""
    wide = {number: shown(kept, number) for number in range(6)}
    monkeypatch.setattr(Output, "width", 56)
    for number, lines in wide.items():
        narrow = shown(kept, number)
        assert len(narrow) >= len(lines)
        assert " ".join(narrow).replace(" ", "") == " ".join(lines).replace(" ", "")


def test_r13_branches_and_which_was_waited_for(kept: Path) -> None:
    lines = shown(kept, 1)
    assert lines[1] == "arrived Mon 5 Jan 2026 09:00, answered Mon 5 Jan 2026 11:10: 2.2 h; promised by"
    assert lines[3:] == [
        "Open (Desk: Ann)",
        "Mon 5 Jan 09:00 10 min work: necessary",
        "Left (Back), branch 1 of 2 after Open",
        "Mon 5 Jan 09:10 30 min work: value adding",
        "Mon 5 Jan 09:40 1.2 h waiting for the other branches",
        "Right (Back), branch 2 of 2 after Open, the one waited for",
        "Mon 5 Jan 09:10 10 min waiting for a person",
        "Mon 5 Jan 09:20 1.5 h work: value adding",
        "Decide (Board, 1 of Back)",
        "Mon 5 Jan 10:50 20 min work: value adding",
    ]


def numbers(kept: Path) -> tuple[Findings, int]:
    found = Findings(open_run(kept / "results" / "case", kept))
    table = found.run.table("requests", ["request"])
    return found, len(table["request"])  # type: ignore[arg-type]


def test_r15_who_withdrew_who_chased_and_what_a_chase_is(kept: Path) -> None:
    _, count = numbers(kept)
    told = [shown(kept, number) for number in range(count)]
    gone = [lines for lines in told if any("withdrawn by the customer" in line for line in lines)]
    assert gone
    assert all(any(line.endswith(", until the customer withdrew") for line in lines) for lines in gone)
    assert not any("promised" in line for lines in gone for line in lines)
    (chase,) = [lines for lines in told if lines[2].startswith("The customer of request 0 asks")]
    assert chase[2] == "The customer of request 0 asks where it is, for the 1st time."
    assert chase[3] == "Chasing of form (Desk: Ann)"


def test_r14_where_it_stays_while_there_is_no_room(kept: Path) -> None:
    _, count = numbers(kept)
    lines = [line for number in range(count) for line in shown(kept, number)]
    assert any(line.endswith("waiting for room (limit reached), still at Open") for line in lines)


def test_what_went_on_around_it_for_programs(kept: Path) -> None:
    found, _ = numbers(kept)
    told = journal(found, "current", 1, 1, "current")
    assert "chased" not in journal_json(told)
    body = journal_json(told, circumstances(found, "current", 1, 1))
    assert (body["age_ms"], body["parent"], body["chase"], body["chased"]) == (0, None, 0, [])
    opening, left, _, decide = body["visits"]
    assert (opening["person"], opening["others"], opening["branch"]) == ("Ann", [], None)
    assert left["branch"] == {
        "split": "Open",
        "place": 1,
        "of": 2,
        "critical": False,
        "ended": "2026-01-05T09:40:00",
        "waited_ms": 4_200_000,
    }
    assert decide["others"] == [{"team": "Back", "name": None, "count": 1}]


CHASED = """\
flowsim: 1
name: Chased
start: 2026-01-05 08:00
requests: {form: {arrivals: every 4 h, promise: 1 h, chasing: {to: Desk, takes: 1 min, every: 1 h}}}
tasks: {decide: {time: 230 min, value: adding}}
teams: {Desk: {people: 1}, Board: {people: 1}}
calendars: {always open: {hours: every day 0:00-24:00}}
steps: {Decide: {team: Board, does: decide}}
run: {length: 1 day, replications: 1}
states:
  slow: {}
  quick: {changes: [{name: Faster, set: {tasks.decide.time: 150 min}}]}
"""


@pytest.fixture(scope="module")
def chased(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chased")
    (folder / "chased.yaml").write_text(CHASED, encoding="utf-8")
    assert quick(folder, "compare", "chased.yaml", "--out", "results/case").code == 0
    return folder


def chases(found: Findings, state: str) -> dict[tuple[int, int], int]:
    """The number of each chase in a state, by its parent and which one of it."""
    requests = stored_record(found, state, 1).requests
    keys = zip(requests["parent"].tolist(), requests["chase"].tolist(), strict=True)
    return {(parent, chase): number for number, (parent, chase) in enumerate(keys) if chase}


def test_r15_a_chase_is_the_same_in_every_design_by_its_parent_and_which_one_it_is(chased: Path) -> None:
    """In one design a request is chased twice, in the other once: each is found by its place, or missed."""
    found = Findings(open_run(chased / "results" / "case", chased))
    slow, fast = (chases(found, state) for state in ("slow", "quick"))
    assert {chase for _, chase in slow} == {1, 2}
    assert {chase for _, chase in fast} == {1}
    assert any(number != fast.get(key) for key, number in slow.items())
    for key, number in slow.items():
        if key in fast:
            told = journal(found, "quick", 1, number, "slow")
            assert (told.request, circumstances(found, "quick", 1, told.request).chase) == (fast[key], key[1])
    answer = quick(chased, "show", "results/case", "--request", str(slow[0, 2]))
    assert answer.code == 2
    assert "does not occur in every state [FS708]" in answer.err


def test_what_went_on_around_it_is_in_the_json_of_show(chased: Path) -> None:
    answer = quick(chased, "show", "results/case", "--request", "0", "--json")
    told = json.loads(answer.out)["states"]
    assert [(one["state"], len(one["chased"]), one["chase"], one["parent"]) for one in told] == [
        ("slow", 2, 0, None),
        ("quick", 1, 0, None),
    ]
    assert told[0]["visits"][0]["others"] == []


def test_r15_chases_are_no_class_of_customers_in_what_run_and_compare_say(chased: Path, kept: Path) -> None:
    """Of one class with a class of chases nothing is said by class; of two the chases are left out."""
    for state in ("slow", "quick"):
        assert "chasing" not in quick(chased, "show", "results/case", "--state", state).out.split("Teams")[0]
    assert "chasing" not in quick(chased, "show", "results/case").out.split("Teams")[0]
    told = quick(kept, "show", "results/case").out.split("Where the time goes")[0]
    assert "\n    form " in told
    assert "chasing" not in told
