"""Names that mean harm: to Markdown, HTML, tables, Mermaid and terminals. None of it comes through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from markdown_it.token import Token
from report_sample import Material, by_hand, markdown, parser, shipped

from flowsim.model import Model
from flowsim.report.diagram import Flowchart
from flowsim.report.markdown import escaped, to_markdown
from flowsim.report.parts import Code, Item, Report, Section, Table, Text
from flowsim.report.say import Say
from flowsim.scenario.kept import DataFile, Difference, KeptChange, KeptState
from flowsim.scenario.scenario import Notes
from flowsim.texts import Texts

from features import FEATURES, plain  # isort: skip  (report_sample makes it importable)

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden",
    "![x](http://evil.example/x.png)",
    "[a](javascript:alert(1))",
    "[a]: http://evil.example",
    "a | b | c",
    "a\\| b",
    "```\n# owned\n```",
    "~~~",
    "`code`",
    "``",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "***bold***",
    "__bold__",
    "~~struck~~",
    "$x^2$",
    "&lt;b&gt; &#60;b&#62;",
    "---",
    "===",
    "|---|",
    'x"]; click s0 "javascript:alert(1)"',
    'x"] --> s1; subgraph evil',
    "%%{init: {'theme': 'evil'}}%%",
    "a#quot;b #35; c",
    "end",
    "</td></tr></table>",
    "<br/><b>x</b>",
    "\x1b[31mred\x1b[0m\x07",
    "\u202egnp.exe",
    "{0.__class__} {x}",
    "=HYPERLINK(1)",
    "\x00\x7f\u2028x",
    "line\nbreak\r\nand\ttab",
)


def renamed(model: Model, word: str) -> Model:
    """The same with a word in every name there is. (It need not be sound: a report only reads.)"""
    text = repr(model)
    names = [c.name for c in model.classes] + [t.name for t in (*model.tasks, *model.teams, *model.steps)]
    names += [c.name for c in model.calendars] + [p.name for p in model.people] + ["refused"]
    spoiled: dict[str, str] = {name: f"{word}{name}" for name in names}

    def of(value: object) -> object:
        if isinstance(value, str):
            return spoiled.get(value, value)
        if isinstance(value, tuple):
            return tuple(of(inside) for inside in value)
        if hasattr(value, "__dataclass_fields__") and type(value).__name__ != "Distribution":
            fields = value.__dataclass_fields__
            return replace(value, **{name: of(getattr(value, name)) for name in fields})  # type: ignore[type-var]
        return value

    found = of(model)
    assert isinstance(found, Model)
    assert repr(found) != text
    return replace(found, name=f"{word} process")


def material(word: str) -> Material:
    """Two states of a model with many features, and every word of theirs hostile."""
    model = plain()
    for name in ("chasing", "patience", "branches", "transfer batch", "cross-training", "routes", "backlog", "dates"):
        model = FEATURES[name](model) if name in FEATURES else model
    model = renamed(model, word)
    made = replace(
        by_hand(plain(), plain(), command=("flowsim", "run", word), warnings=(word,), engine=word, streams=word),
        models=(model, model),
    )
    states = tuple(
        replace(s, name=f"{word}{n}", about=word, changes=(word,), sets=(word,))
        for n, s in enumerate(made.manifest.states)
    )
    odd = (Difference(word, word, word), Difference("a`b", None, word))
    told = KeptState(
        Notes(word, word, (word,), (word,)), (KeptChange(word, word, odd),), odd, odd, (DataFile(word, word, word),)
    )
    return replace(made, folder=word, manifest=replace(made.manifest, states=states), told=(told, told))


def harm(text: str, tokens: Sequence[Token]) -> list[str]:
    """What a reader of Markdown finds in a report that flowsim did not put there."""
    found = []
    for token in tokens:
        if token.type in ("html_block", "hr", "code_block"):
            found.append(f"{token.type}: {token.content[:60]}")
        if token.type == "fence":
            found += [] if token.info == "mermaid" else [f"fence: {token.content[:60]}"]
        if token.type == "heading_open" and token.markup in ("=", "-"):
            found.append("a heading by underlining")
        for child in token.children or ():
            if child.type in ("html_inline", "image", "link_open", "em_open", "s_open", "hardbreak"):
                found.append(f"{child.type}: {token.content[:60]}")
    found += [f"steers: {line!r:.60}" for line in text.split("\n") if any(not c.isprintable() for c in line)]
    return found


def shape(tokens: Sequence[Token]) -> list[tuple[str, str, int]]:
    """The blocks of a report, with the number of cells in each row: what names may not change."""
    rows: list[tuple[str, str, int]] = []
    for token in tokens:
        if token.type in ("td_open", "th_open") and rows and rows[-1][0] == "row":
            rows[-1] = ("row", "", rows[-1][2] + 1)
        elif token.type == "tr_open":
            rows.append(("row", "", 0))
        elif token.type in ("heading_open", "bullet_list_open", "list_item_open", "blockquote_open", "table_open"):
            rows.append((token.type, token.tag, 0))
    return rows


TAME = shape(parser().parse(markdown(material("Tame "))))


@pytest.mark.parametrize("word", HOSTILE)
def test_no_name_does_harm(word: str) -> None:
    text = markdown(material(word))
    tokens = parser().parse(text)
    assert harm(text, tokens) == []
    assert shape(tokens) == TAME


@pytest.mark.parametrize("word", HOSTILE)
def test_what_can_be_seen_of_a_text_is_what_is_shown(word: str) -> None:
    """Read back, an escaped text is the text itself; in a cell, in a list, in a heading and alone."""
    plain_text = " ".join(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u202e]", "�", word).split())
    for before, after, kind in (
        ("", "", "paragraph"),
        ("- ", "", "list"),
        ("#### ", "", "heading"),
        ("| ", " |\n|---|\n| x |", "table"),
    ):
        tokens = parser().parse(f"{before}{escaped(word)}{after}\n")
        shown = ["".join(c.content for c in t.children or ()) for t in tokens if t.type == "inline"]
        assert shown[0] == plain_text, kind


def test_code_is_shown_as_it_is_typed() -> None:
    for word in ("a`b", "``", "a | b", "`", "C:\\x|y", "a b"):
        made = Report(
            "t",
            "en",
            (),
            (Section("1", "s", (Item("1.1", "i", (Text(Code(word)), Table(("a", "b"), ((Code(word), "x"),)))),)),),
        )
        tokens = parser().parse(to_markdown(made, Texts("en")))
        shown = [c.content for t in tokens for c in t.children or () if c.type == "code_inline"]
        assert shown == [word, word], word


def test_harm_that_comes_through_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without escaping every kind of harm is found."""
    monkeypatch.setattr("flowsim.report.markdown.escaped", lambda text: text)
    kinds = set()
    for word in ("<!-- x", "a <b>c</b>", "![x](y)", "*x* | y", "\x1b[0m"):
        text = markdown(material(word))
        tokens = parser().parse(text)
        kinds |= {said.partition(":")[0] for said in harm(text, tokens)}
        kinds |= {"shape"} if shape(tokens) != TAME else set()
    assert {"html_block", "html_inline", "image", "em_open", "steers", "shape"} <= kinds


GRAMMAR = re.compile(
    r"flowchart TD"
    r"|  [cse]\d+(?:\[\"[^\"\]\[<>`{}]*(?:<br/>[^\"\]\[<>`{}]*)*\"\]|\(\[\"[^\"\]\[<>`{}]*\"\]\))"
    r"|  [cse]\d+ (?:-->|==>|-\.->)(?:\|\"[^\"|<>`{}]*(?:<br/>[^\"|<>`{}]*)*\"\|)? [cse]\d+"
)
"""Every line that a chart of flowsim may have."""


@pytest.mark.parametrize("word", HOSTILE)
def test_a_chart_has_no_other_lines_than_its_own(word: str) -> None:
    model = material(word).base
    chart = Flowchart(model, Say(Texts("en"), model)).mermaid()
    assert [line for line in chart.split("\n") if not GRAMMAR.fullmatch(line)] == []
    assert "%%" not in chart


def test_a_chart_with_a_bare_name_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowsim.report.diagram._safe", lambda name: name)
    wrong = 0
    for word in HOSTILE:
        model = material(word).base
        chart = Flowchart(model, Say(Texts("en"), model)).mermaid()
        wrong += any(not GRAMMAR.fullmatch(line) for line in chart.split("\n"))
    assert wrong > 10


def test_ordinary_names_stay_readable() -> None:
    chart = Flowchart(shipped("vergunning.yaml").base, Say(Texts("nl"), shipped("vergunning.yaml").base)).mermaid()
    assert 's3["Tarief bepalen<br/>Financiën"]' in chart
    assert escaped("Time study, March 2026: see https://example.org/a_b?c=d#e (40 %)") == (
        "Time study, March 2026: see https://example.org/a_b?c=d#e (40 %)"
    )
