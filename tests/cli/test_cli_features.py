"""What `run`, `compare`, `show` and `check` say of branches, several people, limits and chases (R8, R13 to R15)."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import quick

CASE = """\
flowsim: 1
name: Case
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  form:
    arrivals: every 1 h
    promise: 1 h
    chasing: {to: Desk, takes: 1 min, every: 30 min, at most: 2}
tasks:
  open: {time: 10 min, value: necessary}
  left: {time: 30 min, value: adding}
  right: {time: 90 min, value: adding}
  decide: {time: 20 min, value: adding}
teams:
  Desk: {people: 2, calendar: office}
  Back: {people: 2, calendar: office}
  Board: {people: 2, calendar: office}
steps:
  Open: {team: Desk, does: open, next: {parallel: [Left, Right], join: Decide}}
  Left: {team: Back, does: left}
  Right: {team: Back, does: right}
  Decide: {team: Board, does: decide, people: 2}
limits: {all: 1}
run: {length: 3 days, replications: 2, seed: 7}
states:
  current: {}
  one after another:
    changes:
      - {name: Left first, set: {steps.Open.next: Left, limits.all: none}}
      - {name: One is enough, set: {steps.Decide.people: 1}}
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("features")
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    assert quick(folder, "run", "case.yaml", "--no-audit", "--out", "results/one").code == 0
    assert quick(folder, "compare", "case.yaml", "--no-audit", "--out", "results/two").code == 0
    return folder


def rows(folder: Path, run: str) -> dict[str, list[str]]:
    """First column -> the other columns of each table of two columns or more."""
    lines = quick(folder, "show", run).out.splitlines()
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]
    return {row[0]: row[1:] for row in reversed(cells) if len(row) > 1}


def test_one_state_tells_of_branches_people_limits_and_chases(kept: Path) -> None:
    told = rows(kept, "results/one")
    estimates = quick(kept, "show", "results/one", "--json").json
    value = {e["measure"]: e["value"] for e in estimates["estimates"] if e["class"] is None}
    assert told["Somebody works on it"][0].startswith("2 h = ")
    assert "of branches the" in told["Somebody works on it"][0]
    assert told["All people together"] == ["2.8 h of work a request"]  # 10 + 30 + 90 + 2 × 20 min
    assert value["people time"] == 170
    assert told["Branches wait for the last"][0].endswith("a request, added up")
    assert told["of which let in"] == [f"{value['WIP let in']:.1f} requests"]
    assert value["WIP let in"] <= 1 < value["WIP mean"]
    share = value["chases"] / (1 + value["chases"])
    assert told["Customers chase"] == [f"{value['chases']:.2f} times a request: {share * 100:.0f}% of contacts"]
    assert not any("chasing" in name for name in told)
    assert told["Promise kept"][0].endswith("% within 1 h")  # one class of customers: no name
    assert told["Left"] == ["0%", "0.50", "1.00"]
    assert told["Right"] == ["100%", "1.50", "0"]
    assert [(s["split"], s["steps"], s["critical"]) for s in estimates["splits"]] == [
        ("Open", "Left", 0.0),
        ("Open", "Right", 1.0),
    ]


def test_states_side_by_side_tell_it_where_they_have_it(kept: Path) -> None:
    out = quick(kept, "show", "results/two").out
    told = rows(kept, "results/two")
    assert told["All people together"][:2] == ["2.83", "–"]
    assert "works on it (of" in out
    assert told["Branches wait for the last"][1] == "–"
    assert told["of which let in"][1] == "–"
    assert len(told["Chases a request"]) == 3
    assert told["share of contacts"][0].endswith("%")
    assert "Branches in current" in out
    assert "Branches in one after another" not in out
    assert "form: chasing" not in out


def test_what_is_not_there_is_not_spoken_of(made: Path) -> None:
    for run in ("run", "compare"):
        out = quick(made, "show", run).out
        for words in ("All people together", "ranches", "let in", "hase"):
            assert words not in out


def test_a_difference_in_hours_says_that_they_are_working_hours(made: Path) -> None:
    verdict = quick(made, "show", "compare").out.partition("\n\nWhat changes")[2]
    assert " working hours" in " ".join(verdict.split())


def test_check_counts_the_steps_of_the_file(kept: Path) -> None:
    said = " ".join(quick(kept, "check", "case.yaml").out.split())
    assert "3 teams, 4 steps" in said
