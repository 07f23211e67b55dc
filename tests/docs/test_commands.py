"""Every command and piece of Python that a page shows is run, and the output it shows is held against the real one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pages import DOCS, PAGES, ROOT, blocks

sys.path.insert(0, str(DOCS))

import console

TEXTS = {page.name: page.read_text(encoding="utf-8") for page in [*PAGES, ROOT / "CONTRIBUTING.md"]}
SHOWING = [name for name, text in TEXTS.items() if {"console", "python"} & {block.kind for block in blocks(text)}]


@pytest.mark.parametrize("page", SHOWING)
def test_what_a_page_shows_is_what_happens(page: str, tmp_path: Path) -> None:
    turns = console.run_page(TEXTS[page], tmp_path)
    assert [turn.wrong for turn in turns if turn.wrong] == []


def test_a_wrong_output_is_seen(tmp_path: Path) -> None:
    """The comparison goes red for another output, another exit code and Python that fails."""
    fence = "```"
    good = f"{fence}console\n$ flowsim --version\nflowsim …\n{fence}\n"
    assert [turn.wrong for turn in console.run_page(good, tmp_path)] == [""]
    for spoiled in (
        good.replace("flowsim …", "flowsim 99"),
        good.replace("console", "console (exit 2)"),
        good.replace("--version", "--nothing"),
        f"{fence}python\nassert 1 == 2\n{fence}\n",
    ):
        assert [turn.wrong for turn in console.run_page(spoiled, tmp_path) if turn.wrong], spoiled
    with pytest.raises(ValueError, match="neither flowsim"):
        console.run_page(good.replace("flowsim --version", "rm -rf x"), tmp_path)


@pytest.mark.parametrize(
    ("expected", "output", "same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a …c", "a bbb c\n", True),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("a\n…\nd", "a\nd\n", True),
        ("a", "a\nb\n", False),
        ("a …c", "a b\nc\n", False),
        ("a.c", "abc\n", False),
    ],
)
def test_matching(expected: str, output: str, same: bool) -> None:
    assert console.matches(expected, output) is same


def test_outputs_are_made_anew(tmp_path: Path) -> None:
    page = "```console\n$ flowsim --version\nold\n$ flowsim --version\nflowsim …\n```\n"
    fresh = console.with_outputs(page, tmp_path)
    assert "old" not in fresh
    assert fresh.endswith("$ flowsim --version\nflowsim …\n```\n")
