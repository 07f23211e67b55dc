"""The checklist as a whole: every item once, none empty, what is missing marked, in both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_sample import FILES, SHIPPED, by_hand, markdown, of_scenario, read, report, shipped, told

from flowsim.report import Material, parts
from flowsim.report.checklist import NUMBERS
from flowsim.report.parts import EMPTY, FILLED, IN_PART, Author, Bullets, Diagram, Table, to_data

LANG = {"vergunning.yaml": "nl"}


@pytest.mark.parametrize("file", FILES)
def test_every_item_is_there_once_and_says_something(file: str) -> None:
    for lang in dict.fromkeys([LANG.get(file, "en"), "nl"]):
        made = report(shipped(file), lang)
        assert tuple(item.number for item in made.items) == NUMBERS
        assert tuple(told(file, lang)) == NUMBERS
        for item in made.items:
            assert _says_something(item), item.number


def _says_something(item: parts.Item) -> bool:
    return bool(item.title) and bool(item.blocks) and all(_full(block) for block in item.blocks)


def _full(block: parts.Block) -> bool:
    if isinstance(block, Table):
        return bool(block.rows) and all(len(row) == len(block.head) and any(row) for row in block.rows)
    if isinstance(block, Bullets):
        return bool(block.items) and all(block.items)
    if isinstance(block, Author):
        return bool(block.expected and block.how)
    return bool(block.mermaid if isinstance(block, Diagram) else block.text)


def test_an_item_that_says_nothing_is_seen() -> None:
    assert not _says_something(parts.Item("9.9", "Nothing", ()))
    assert not _says_something(parts.Item("9.9", "A table", (Table(("a", "b"), (("1",),)),)))
    assert not _says_something(parts.Item("9.9", "A list", (Bullets(("a", "")),)))


TEXT = (SHIPPED / "permit.yaml").read_text(encoding="utf-8").replace(", holidays: BE", "")
KEYS = {
    "purpose": ("1.1", "purpose: Show what handoffs, batches and returns cost the customer.\n"),
    "sources": (
        "3.1",
        "sources:\n  - All numbers are invented, to show the file format; none was measured anywhere.\n",
    ),
    "assumptions": (
        "3.4",
        "assumptions:\n  - One citizen wants speed, another certainty; both need the same work.\n",
    ),
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_missing_is_marked_and_named(key: str, tmp_path: Path) -> None:
    number, lines = KEYS[key]
    assert lines in TEXT
    said = lines.splitlines()[-1].split("- ")[-1].removeprefix("purpose: ")
    file = tmp_path / "permit.yaml"
    for text, there in ((TEXT, True), (TEXT.replace(lines, ""), False)):
        file.write_text(text, encoding="utf-8")
        material = of_scenario(file)
        item = next(item for item in report(material).items if item.number == number)
        found = read(markdown(material))[number].whole
        assert (said in found) is there
        assert (f"The scenario says it under: {key}" in found) is not there
        assert [key in mark.how for mark in item.marks] == ([] if there else [True])


def test_without_a_redesign_the_aims_are_the_authors(tmp_path: Path) -> None:
    file = tmp_path / "permit.yaml"
    file.write_text(TEXT.partition("\nstates:")[0], encoding="utf-8")
    made = {item.number: item for item in report(of_scenario(file)).items}
    assert made["1.3"].status == IN_PART
    assert made["2.3"].status == FILLED
    assert next(i for i in report(shipped("permit.yaml")).items if i.number == "1.3").status == FILLED


def test_a_run_of_models_alone_leaves_all_words_to_the_author() -> None:
    from features import plain

    made = report(by_hand(plain()))
    assert [item.number for item in made.items if item.status == EMPTY] == ["1.1", "3.1", "3.2"]
    assert (made.count(FILLED), made.count(IN_PART)) == (16, 5)
    text = markdown(by_hand(plain()))
    assert "16 of 24 items filled; 5 to be added to, 3 to be written by the author" in text
    marks = sum(len(item.marks) for item in made.items)
    assert text.count("> ✎ ") == marks
    assert len(text.rpartition("## ✎ ")[2].strip().splitlines()) == marks + 2


def test_states_without_a_word_are_asked_about() -> None:
    from features import plain

    made = {item.number: item for item in report(by_hand(plain(), replace(plain(), name="other"))).items}
    assert "state 0, state 1" in made["1.3"].marks[0].expected


def test_the_object_for_json_has_the_same() -> None:
    made = report(shipped("permit.yaml"), "nl")
    data = to_data(made)
    assert [i["number"] for s in data["sections"] for i in s["items"]] == list(NUMBERS)
    assert data["items"] == {"all": 24, "filled": 20, "in part": 3, "to be written": 1}
    kinds = {b["kind"] for s in data["sections"] for i in s["items"] for b in i["blocks"]}
    assert kinds == {"text", "heading", "list", "table", "diagram", "author"}


def test_dutch_is_dutch_throughout() -> None:
    """No sentence of flowsim's own is the same in both languages, but for what has no words."""
    found = {lang: read(markdown(by_hand_of_vergunning(), lang)) for lang in ("en", "nl")}
    for number in NUMBERS:
        both = set(found["en"][number].texts) & set(found["nl"][number].texts)
        assert all(_has_no_words(text) for text in both), (number, both)
    assert "358 dagen 17 uur" in found["nl"]["4.2"].whole
    assert "52,5 min" in found["nl"]["3.3"].whole
    assert "5 januari 2026" in found["nl"]["4.1"].whole


def by_hand_of_vergunning() -> Material:
    """The Dutch scenario without its file, whose words stay as they are."""
    return replace(shipped("vergunning.yaml"), told=())


def _has_no_words(text: str) -> bool:
    """A name, a path of steps, a command, or nothing but names and numbers."""
    return text.startswith(("wil ", "flowsim ", "one check", "huidig", "toekomst", "Eén team")) or " " not in text
