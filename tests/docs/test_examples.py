"""Every worked example in docs/ is run, and every number in the tables below it is held against what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import DOCS, PAGES, Example, differences, examples, outcome, table

SEMANTICS = (DOCS / "semantics.md").read_text(encoding="utf-8")
BASE = examples("semantics.md", SEMANTICS)[0].base
EXAMPLES = [e for page in PAGES for e in examples(page.name, page.read_text(encoding="utf-8"), BASE)]
IMPLEMENTED = ("R1", "R2", "R3", "R5", "R6", "R7", "R8", "R9", "R11", "R12", "R13", "R16")
NOT_YET = ("R10", "R14", "R15")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_comes_out_as_the_page_says(example: Example, tmp_path: Path) -> None:
    assert example.tables, "no table of requests below it"
    model, found = outcome(example, tmp_path)
    assert [wrong for rows in example.tables for wrong in differences(rows, model, found)] == []


@pytest.mark.parametrize("rule", IMPLEMENTED)
def test_every_rule_has_an_example(rule: str) -> None:
    section = re.search(rf"^### {rule} .*?(?=^##)", SEMANTICS + "\n##", re.DOTALL | re.MULTILINE)
    assert section
    assert "```yaml example" in section[0]


@pytest.mark.parametrize("rule", NOT_YET)
def test_rules_that_are_not_in_this_version_say_so(rule: str) -> None:
    heading = re.search(rf"^### {rule} .*$", SEMANTICS, re.MULTILINE)
    assert heading
    assert heading[0].endswith("(not in this version)")


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
