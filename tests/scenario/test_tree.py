"""Reading a file as a tree: what stands where, and everything that is refused, with its code and place."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario import tree
from flowsim.scenario.tree import Listing, Mapping, Node, Scalar


def problems(text: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        tree.parse(text, "f.yaml")
    return caught.value.problems()


def found(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every problem of a text."""
    return [(p.code, p.place.line, p.place.column) for p in problems(text) if p.place]


def places(node: Node, path: str = "") -> dict[str, tuple[int, int]]:
    """The line and column of every value, by path."""
    result = {path: (node.place.line, node.place.column)}
    if isinstance(node, Mapping):
        for key, value in node.entries.items():
            result |= places(value, f"{path}/{key}")
    if isinstance(node, Listing):
        for number, item in enumerate(node.items, 1):
            result |= places(item, f"{path}/{number}")
    return result


# -- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "09:30",
        "9:30",
        "17:00",
        "no",
        "yes",
        "on",
        "true",
        "null",
        "~",
        "1e3",
        "010",
        "0x1F",
        "1_000",
        ".inf",
        "2026-01-05",
    ],
)
def test_no_type_is_guessed(text: str) -> None:
    assert tree.plain(tree.parse(f"a: {text}", "f.yaml").root) == {"a": text}


def test_everything_knows_its_place() -> None:
    text = 'flowsim: 1\n# a comment\nteams:\n  Front desk: {people: 2, "cost": "42"}\nlist:\n- a\n-   [b, c]\nempty:\n'
    root = tree.parse(text, "f.yaml").root
    assert tree.plain(root) == {
        "flowsim": "1",
        "teams": {"Front desk": {"people": "2", "cost": "42"}},
        "list": ["a", ["b", "c"]],
        "empty": "",
    }
    assert places(root) == {
        "": (1, 1),
        "/flowsim": (1, 10),
        "/teams": (4, 3),
        "/teams/Front desk": (4, 15),
        "/teams/Front desk/people": (4, 24),
        "/teams/Front desk/cost": (4, 35),
        "/list": (6, 1),
        "/list/1": (6, 3),
        "/list/2": (7, 5),
        "/list/2/1": (7, 6),
        "/list/2/2": (7, 9),
        "/empty": (8, 1),
    }
    desk = root.entries["teams"]
    assert isinstance(desk, Mapping)
    assert desk.keys["Front desk"] == Place("f.yaml", 4, 3)


def test_quotes_and_folded_text() -> None:
    root = tree.parse("a: '1'\nb: 1\nc: \"\"\nd:\ne: >-\n  two\n  words\nf: |\n  one\n  \ttab\n  two\n", "f.yaml").root
    assert tree.plain(root)["e"] == "two words"
    quoted = {key: value.quoted for key, value in root.entries.items() if isinstance(value, Scalar)}
    assert quoted == {"a": True, "b": False, "c": True, "d": False, "e": False, "f": False}


def test_byte_order_mark_and_crlf_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  c: x\r\n")
    document = tree.read(path)
    assert tree.plain(document.root) == {"a": "1", "b": {"c": "x"}}
    assert places(document.root) == {"": (1, 1), "/a": (1, 4), "/b": (3, 3), "/b/c": (3, 6)}
    assert document.source(Place(str(path), 3, 6)) == "  c: x"
    assert document.folder == tmp_path


def test_source_of_an_unknown_place_is_empty() -> None:
    document = tree.parse("a: 1\n", "f.yaml")
    assert [document.source(p) for p in (None, Place("f.yaml"), Place("f.yaml", 9, 1), Place("g.yaml", 1, 1))] == [
        ""
    ] * 4


def test_copy_is_deep_and_keeps_places() -> None:
    root = tree.parse("a: {b: [1]}", "f.yaml").root
    twin = tree.copy(root)
    assert twin == root
    inner = twin.entries["a"]
    assert isinstance(inner, Mapping)
    inner.entries.clear()
    assert tree.plain(root) == {"a": {"b": ["1"]}}


# -- what is refused, each with its code and place -------------------------------------------------------------------

REFUSED = {
    "anchor": ("a: &x 1\n", "FS120", 1, 4),
    "anchor on a list": ("a:\n  - &x [1]\n", "FS120", 2, 5),
    "alias": ("a: 1\nb: *x\n", "FS121", 2, 4),
    "merge key": ("a: 1\nb:\n  <<: {c: 1}\n", "FS122", 3, 3),
    "tag": ("a: !x 1\n", "FS123", 1, 4),
    "known tag": ("a: !!python/object:os.system x\n", "FS123", 1, 4),
    "second document": ("a: 1\n---\nb: 1\n", "FS114", 2, 1),
    "directive": ("# c\n%YAML 1.1\n---\na: 1\n", "FS115", 2, 1),
    "unknown version": ("%YAML 1.3\n---\na: 1\n", "FS115", 1, 1),
    "duplicate": ("a: 1\nb: 1\na: 2\n", "FS124", 3, 1),
    "duplicate in other case": ("t:\n  Legal: 1\n  LEGAL: 2\n", "FS124", 3, 3),
    "duplicate in other accents": ("e\u0301: 1\n\u00e9: 2\n", "FS124", 2, 1),
    "list as a name": ("{[a]: b}\n", "FS125", 1, 2),
    "names as a name": ("a: 1\n? {b: 1}\n: c\n", "FS125", 2, 3),
    "no name": ("a: 1\n: b\n", "FS126", 2, 1),
    "empty name": ("a: 1\n'': b\n", "FS126", 2, 1),
    "blank name": ("a: 1\n'  ': b\n", "FS126", 2, 1),
    "line end in a name": ('a: 1\n"b\\nc": 1\n', "FS105", 2, 1),
    "tab in a name": ('a: 1\n"b\\tc": 1\n', "FS105", 2, 1),
    "nul": ("a: 1\nb: x\x00y\n", "FS105", 2, 5),
    "escape": ("a: 1\nb\x1b[31m: x\n", "FS105", 2, 2),
    "c1": ("a: x\x9by\n", "FS105", 1, 5),
    "next line": ("a: x\x85b\n", "FS105", 1, 5),
    "direction": ("a: 1\n# \u202e comment\n", "FS105", 2, 3),
    "direction isolate": ("Legal\u2066: 1\n", "FS105", 1, 6),
    "line separator": ("a: x\u2028y\n", "FS105", 1, 5),
    "lone surrogate": ("a: \ud800\n", "FS105", 1, 4),
    "byte order mark inside": ("a: x\ufeff\n", "FS105", 1, 5),
    "escape by its code": ('a: "x\\x1b"\n', "FS105", 1, 4),
    "direction by its code": ('a: "\\u202e"\n', "FS105", 1, 4),
    "surrogate by its code": ('a: "\\ud800"\n', "FS105", 1, 4),
    "surrogate by its code in a name": ('"\\ud800": 1\n', "FS105", 1, 1),
    "carriage return by its code": ('a: "x\\ry"\n', "FS105", 1, 4),
    "empty": ("", "FS112", 1, 1),
    "only comments": ("# nothing\n\n", "FS112", 1, 1),
    "only ---": ("---\n", "FS112", 1, 1),
    "list at the top": ("- a\n- b\n", "FS113", 1, 1),
    "text at the top": ("\nhello\n", "FS113", 2, 1),
    "tab in the indentation": ("a:\n\tb: 1\n", "FS111", 2, 1),
    "tab after spaces": ("a:\n  b: 1\n  \tc: 2\n", "FS111", 3, 3),
    "colon in a value": ("a: 1\nb: 5 min: x\n", "FS110", 2, 9),
    "name too deep": ("a: 1\n  b: 2\n", "FS110", 2, 4),
    "name too shallow": ("a:\n    b: 1\n  c: 2\n", "FS110", 3, 3),
    "outdented": ("  a: 1\nb: 2\n", "FS110", 2, 1),
    "text behind a list": ("[a]\nb: 1\n", "FS110", 2, 1),
    "bad tag": ("a: !<x y\n", "FS110", 1, 4),
    "no colon": ("a: 1\nb\nc: 2\n", "FS110", 2, 2),
    "list behind a name": ("a: - b\n", "FS110", 1, 4),
    "open bracket": ("a: [1, 2\nb: 3\n", "FS110", 1, 4),
    "open brace": ("a: {b: 1\n", "FS110", 1, 4),
    "open quote": ("a: 1\nb: 'x\nc: 1\n", "FS110", 2, 4),
    "percent": ("a: %x\n", "FS110", 1, 4),
    "at": ("a: @x\n", "FS110", 1, 4),
    "star": ("a: *\n", "FS110", 1, 4),
    "unknown escape": ('a: "\\q"\n', "FS110", 1, 6),
    "impossible escape": ('a: "\\UFFFFFFFF"\n', "FS110", 1, 1),
    "unknown tag handle": ("a: !e!x y\n", "FS110", 1, 4),
    "text behind quotes": ('a: "x" y\n', "FS110", 1, 8),
    "text behind dots": ("a: 1\n... x\n", "FS110", 2, 5),
    "bad block": ("a: |x\n y\n", "FS110", 1, 5),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    text, *expected = REFUSED[case]
    assert found(text) == [tuple(expected)]
    assert all(p.hint and not p.message.endswith(".") for p in problems(text))


def test_message_shows_line_and_caret() -> None:
    (problem,) = problems("a: 1\nb: 5 min: x\n")
    assert str(problem) == (
        "f.yaml:2:9: a ':' stands where no name can begin [FS110]\n"
        "    2 | b: 5 min: x\n"
        "      |         ^\n"
        '       = help: put the value between quotes if it contains ": "'
    )


def test_duplicate_says_where_the_first_stands() -> None:
    assert "first at line 2" in problems("x: 0\na: 1\nb: 1\nA: 2\n")[0].message


def test_all_problems_at_once_in_order_of_place() -> None:
    text = "a: &x 1\nb: *x\na: 2\nc: {<<: 1, d: !t 1}\ne: \x1b\n"
    assert found(text) == [
        ("FS120", 1, 4),
        ("FS121", 2, 4),
        ("FS124", 3, 1),
        ("FS122", 4, 5),
        ("FS123", 4, 15),
        ("FS105", 5, 4),
    ]


def test_problems_before_a_syntax_error_are_kept() -> None:
    assert found("a: 1\na: 2\nb: [\n")[:2] == [("FS124", 2, 1), ("FS110", 3, 4)]


def test_no_message_repeats_a_control_character() -> None:
    text = "a\x1b[31m: \u202e\nb: 'x\x9b'\n"
    shown = "".join(map(str, problems(text)))
    assert not any(c in shown for c in "\x1b\u202e\x9b")


def test_a_long_line_is_not_shown() -> None:
    assert len(str(problems("a: " + "x" * 100_000 + " *a: b\n")[0])) < 1000


# -- bombs -----------------------------------------------------------------------------------------------------------


def _laughs() -> str:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(lines)


def _merges() -> str:
    lines = ["a0: &a0 {k: v}"] + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30)]
    return "\n".join(lines)


BOMBS = {
    "laughs": (_laughs(), "FS120"),
    "merges": (_merges(), "FS120"),
    "brackets": ("[" * 100_000, "FS127"),
    "brackets on lines": ("[\n" * 100_000, "FS127"),
    "braces": ("{a: " * 100_000, "FS127"),
    "dashes": ("- " * 100_000, "FS127"),
    "indents": ("\n".join(" " * n + "a:" for n in range(900)), "FS127"),
    "bytes": ("a: " + "x" * 5_000_000, "FS103"),
    "bytes of long characters": ("a: " + "€" * 400_000, "FS103"),
    "duplicates": ("a: 1\n" * 90_000, "FS124"),
    "control characters": ("\x1b" * 450_000, "FS105"),
}


@pytest.mark.parametrize("case", BOMBS)
def test_bomb_is_refused_early(case: str) -> None:
    text, code = BOMBS[case]
    began = time.monotonic()
    found = problems(text)
    assert time.monotonic() - began < 5
    assert found[0].code == code
    assert len(found) <= 50


def test_depth_and_number_of_values_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    deepest = "{a: " * (tree.MAX_DEPTH - 1) + "{a: 1" + "}" * tree.MAX_DEPTH
    assert tree.parse(deepest, "f.yaml").root
    assert found("{a: " * tree.MAX_DEPTH + "{a: 1" + "}" * (tree.MAX_DEPTH + 1)) == [
        ("FS127", 1, 4 * tree.MAX_DEPTH + 1)
    ]
    monkeypatch.setattr("flowsim.scenario.events.MAX_NODES", 3)
    assert tree.parse("a: 1", "f.yaml").root
    assert found("a: 1\nb: 2\n") == [("FS128", 2, 1)]


# -- files -----------------------------------------------------------------------------------------------------------


def refused_file(path: Path) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        tree.read(path)
    (problem,) = caught.value.problems()
    assert problem.place is not None
    return problem


def test_no_such_file(tmp_path: Path) -> None:
    problem = refused_file(tmp_path / "none.yaml")
    assert (problem.code, problem.place) == ("FS100", Place(str(tmp_path / "none.yaml")))
    (tmp_path / "file").write_text("a: 1")
    assert refused_file(tmp_path / "file" / "x.yaml").code == "FS100"


def test_a_folder_or_a_pipe_is_no_file(tmp_path: Path) -> None:
    assert refused_file(tmp_path).code == "FS101"
    os.mkfifo(tmp_path / "pipe")
    assert refused_file(tmp_path / "pipe").code == "FS101"


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused_file(tmp_path / "a\x00b").code == "FS102"
    assert refused_file(tmp_path / ("x" * 300)).code == "FS102"
    path = tmp_path / "f.yaml"
    path.write_text("a: 1")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    problem = refused_file(path)
    assert problem.code == "FS102"
    assert "Permission denied" in problem.message


def test_not_utf8_says_byte_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("a: 1\r\nb: één\n".encode("latin-1"))
    problem = refused_file(path)
    assert (problem.code, problem.place) == ("FS104", Place(str(path), 2, 4))
    assert "byte 9 " in problem.message
    assert problem.hint == "save as UTF-8"
    path.write_text("a: 1\n", encoding="utf-16")
    assert "UTF-16" in refused_file(path).message


def test_too_large_a_file(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"#" * (tree.MAX_BYTES + 1))
    assert refused_file(path).code == "FS103"
    path.write_bytes(b"a: 1\n" + b"#" * (tree.MAX_BYTES - 5))
    assert tree.plain(tree.read(path).root) == {"a": "1"}


# -- values from the command line ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("none", "none"),
        ("3", "3"),
        ("", ""),
        ("{a: [1, 2]}", {"a": ["1", "2"]}),
        ("15% to Register", "15% to Register"),
        ("90% within 1 working day, more", "90% within 1 working day, more"),
        ("[]", []),
    ],
)
def test_parse_value(text: str, value: object) -> None:
    assert tree.plain(tree.parse_value(text, Place("--set", 1, 5))) == value


def test_parse_value_places_its_errors_in_the_line_it_came_from() -> None:
    with pytest.raises(ScenarioError) as caught:
        tree.parse_value("{b: *x}", Place("--set", 2, 5), "a.b={b: *x}")
    (problem,) = caught.value.problems()
    assert (problem.code, problem.place, problem.source) == ("FS121", Place("--set", 2, 9), "a.b={b: *x}")
    node = tree.parse_value("[a,\n b]", Place("--set", 2, 5))
    assert places(node) == {"": (2, 5), "/1": (2, 6), "/2": (3, 2)}


# -- writing ---------------------------------------------------------------------------------------------------------

_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\u061c\ufeff"), max_size=20
)
_SAFE = _TEXT.filter(
    lambda text: not any(0x200E <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in text)
).filter(lambda text: not any(ord(c) in (0xFFFE, 0xFFFF) for c in text))
_AWKWARD = st.sampled_from(
    [
        "",
        "-",
        "- a",
        "a: b",
        "a #b",
        "a:",
        "*x",
        "&x",
        "!x",
        "%x",
        "@x",
        "{",
        "[a",
        "<<",
        "~",
        "'",
        '"',
        "\\",
        "? a",
        "---",
        "a\nb",
        "\n",
        "a\tb",
        " a",
        "a ",
        "...",
        "#",
        "null",
        "09:30",
        "é",
        "x" * 1500,
        ",",
        "a, b",
        "1..2",
        "|",
        ">",
        "a::b",
    ]
)
_WORD = st.one_of(_SAFE, _AWKWARD)
_NAME = _WORD.filter(lambda text: text.strip() and "\n" not in text and "\t" not in text)
_VALUE = st.recursive(
    _WORD, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAME, inner, max_size=4), max_leaves=12
)


def _node(value: object) -> Node:
    place = Place("x")
    if isinstance(value, dict):
        return Mapping(place, {key: _node(item) for key, item in value.items()}, dict.fromkeys(value, place))
    if isinstance(value, list):
        return Listing([_node(item) for item in value], place)
    return Scalar(str(value), place)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(_NAME, _VALUE, max_size=5))
def test_dump_is_read_back_equal(value: dict[str, object]) -> None:
    root = _node(value)
    assert isinstance(root, Mapping)
    text = tree.dump(root)
    try:
        again = tree.parse(text, "f.yaml").root
    except ScenarioError as error:
        if {p.code for p in error.problems()} == {"FS124"}:  # names that differ in case only
            return
        raise
    assert tree.plain(again) == value
    assert tree.dump(again) == text


def test_dump_is_plain_to_read() -> None:
    text = 'a: 15% to Register\nb:\n  - 09:30\n  - c: ""\n    d: "x: y"\ne:\nf: []\ng: {}\n'
    assert tree.dump(tree.parse(text, "f.yaml").root) == text


# -- spoilt inputs ---------------------------------------------------------------------------------------------------

_GOOD = """\
flowsim: 1
calendars: {office: {hours: mon-fri 09:00-12:00 13:00-17:00}}
steps:
  Register: {team: Front desk, does: "register", returns: [15% to Register]}
  'Check the file':
    about: >-
      text
"""


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(0, len(_GOOD)), st.integers(0, 3), st.text(max_size=3) | _AWKWARD), min_size=1, max_size=4
    )
)
def test_spoilt_text_is_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    """Whatever is in a file, it is read or refused with places; nothing else is ever raised."""
    text = _GOOD
    for at, length, put in edits:
        text = text[:at] + put + text[at + length :]
    try:
        document = tree.parse(text, "f.yaml")
    except ScenarioError as error:
        unplaced = [p for p in error.problems() if not (p.place and p.place.line and p.code.startswith("FS1"))]
        if unplaced:
            raise
        return
    assert tree.plain(tree.parse(tree.dump(document.root), "f.yaml").root) == tree.plain(document.root)
