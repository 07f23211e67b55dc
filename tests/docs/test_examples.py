"""Every worked example in docs/ is run, and every number in the tables below it is held against what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import DOCS, PAGES, Example, differences, examples, outcome, table

SEMANTICS = (DOCS / "semantics.md").read_text(encoding="utf-8")
BASE = examples("semantics.md", SEMANTICS)[0].base
EXAMPLES = [e for page in PAGES for e in examples(page.name, page.read_text(encoding="utf-8"), BASE)]
RULES = tuple(f"R{number}" for number in range(1, 17))
SHOWN_OTHERWISE = ("R4",)
"""Rules that a page shows by a program of its own: R4 compares two designs."""


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_comes_out_as_the_page_says(example: Example, tmp_path: Path) -> None:
    assert example.tables, "no table of results below it"
    model, found = outcome(example, tmp_path)
    assert [wrong for rows in example.tables for wrong in differences(rows, model, found)] == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_an_example(rule: str) -> None:
    section = re.search(rf"^### {rule} .*?(?=^##)", SEMANTICS + "\n##", re.DOTALL | re.MULTILINE)
    assert section
    assert ("```python" if rule in SHOWN_OTHERWISE else "```yaml example") in section[0]


def test_no_rule_is_left_for_later() -> None:
    assert "not in this version" not in SEMANTICS


def test_a_wrong_number_is_seen(tmp_path: Path) -> None:
    """The comparison goes red for a wrong instant, a missing visit and one too many."""
    page = f"```yaml base\n{BASE}```\n```yaml example\nbased on: base.yaml\n```\n"
    text = f"{page}| request | step | worked |\n|---|---|---|\n"
    good = text + "| 0 | Register | 09:20 |\n| 0 | Decide | 09:50 |\n"
    late = text + "| 0 | Register | 09:21 |\n| 0 | Decide | 09:50 |\n"
    more = text + "| 0 | Register | 09:20 |\n| 0 | Register | 09:20 |\n"
    (example,) = examples("page", good)
    model, found = outcome(example, tmp_path)
    assert differences(example.tables[0], model, found) == []
    for spoiled in (late, more):
        assert differences(examples("page", spoiled)[0].tables[0], model, found)
    assert differences(table("| request | lead |\n|---|---|\n| 0 | 51 min |\n"), model, found)


def test_a_wrong_branch_crew_or_absence_is_seen(tmp_path: Path) -> None:
    """The same for the other tables of results: each is held against its own."""
    page = f"```yaml base\n{BASE}```\n```yaml example\nbased on: base.yaml\n"
    page += "teams: {Legal: {absence: 99.9999%}, Fire: {people: 2, calendar: office}}\n"
    page += "steps:\n  Register: {people: 2, team: Fire, next: {parallel: [A, B], join: Decide}}\n"
    page += "  A: {team: Desk, does: decide}\n  B: {team: Fire, does: decide}\n```\n"
    branches = "| request | branch | split | joined |\n|---|---|---|---|\n| 0 | 1 | Register | 09:50 |\n"
    branches += "| 0 | 2 | Register | 09:50 |\n"
    crew = "| request | step | crew |\n|---|---|---|\n| 0 | Register | Fire 1 |\n"
    away = "| team | person | begins | ends |\n|---|---|---|---|\n| Legal | 0 | 08:00 | 14:00 |\n"
    (example,) = examples("page", f"{page}\n{branches}\n{crew}\n{away}")
    model, found = outcome(example, tmp_path)
    assert [differences(rows, model, found) for rows in example.tables] == [[], [], []]
    for good, bad in (
        ("09:50", "09:51"),
        ("Fire 1", "Fire 0"),
        ("14:00", "15:00"),
        ("| 0 | 2 | Register | 09:50 |\n", ""),
    ):
        (spoiled,) = examples("page", f"{page}\n{branches}\n{crew}\n{away}".replace(good, bad))
        assert [wrong for rows in spoiled.tables for wrong in differences(rows, model, found)], bad
