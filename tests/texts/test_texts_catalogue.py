"""The two languages: every English text has its Dutch, placeholders match, nothing is left over."""

from __future__ import annotations

import ast
import gettext
import io
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

import flowsim
from flowsim.metrics.ledger import PARTS as LEDGER_PARTS
from flowsim.texts import MEASURES, PARTS, Texts
from flowsim.texts.po import Message, compile_mo, read_po

ROOT = Path(flowsim.__file__).parent
PO = files("flowsim.texts").joinpath("locale/nl/LC_MESSAGES/flowsim.po").read_text(encoding="utf-8")


def calls(path: Path) -> list[ast.Call]:
    """Calls of `….t(…)`, `….n(…)` and `msg(…)` in a source file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if (name in ("t", "n") and isinstance(node.func, ast.Attribute)) or name == "msg":
                found.append(node)
    return found


def literals(call: ast.Call) -> list[str]:
    return [arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def used() -> set[str]:
    return {text for path in ROOT.rglob("*.py") for call in calls(path) for text in literals(call)}


def known() -> set[str]:
    return {text for m in read_po(PO) for text in (m.id, m.plural) if text}


def test_every_english_text_has_its_dutch() -> None:
    assert used() - known() == set()
    assert len(used()) > 80


def test_no_dutch_is_left_without_its_english() -> None:
    assert known() - used() == set()


def test_texts_in_plots_are_literals_so_that_the_two_tests_above_see_them() -> None:
    for path in (ROOT / "plots").glob("*.py"):
        for call in calls(path):
            assert literals(call), f"{path.name}:{call.lineno}"


def fields(text: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(text) if name is not None}


def test_placeholders_match() -> None:
    for message in read_po(PO):
        if message.id:
            wanted = fields(message.plural or message.id) | fields(message.id)
            for string in message.strings:
                assert fields(string) <= wanted, message.id
            assert fields(message.strings[-1]) == fields(message.plural or message.id), message.id


def test_entries_have_the_forms_dutch_needs() -> None:
    for message in read_po(PO):
        assert len(message.strings) == (2 if message.plural else 1), message.id
    assert "fuzzy" not in PO


def test_every_ledger_part_has_a_name_in_both_languages() -> None:
    """Semantics §4; the keys are those of the ledger."""
    assert set(PARTS) == set(LEDGER_PARTS)
    english, dutch = ([Texts(lang).part(key) for key in PARTS] for lang in ("en", "nl"))
    assert english == list(PARTS.values())
    assert len(set(dutch)) == len(PARTS)
    assert not set(english) & set(dutch)
    assert Texts("nl").part("queue") == "wachten op een medewerker"


def test_every_measure_has_a_name_in_both_languages() -> None:
    for key, english in MEASURES.items():
        assert Texts("en").measure(key) == english
        assert Texts("nl").measure(key) != english


def test_mo_bytes_are_what_gettext_reads() -> None:
    header = Message(
        "", None, ["Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"]
    )
    messages = [header, Message("day", "days", ["dag", "dagen"]), Message("café “x”", None, ["ja"])]
    catalogue = gettext.GNUTranslations(io.BytesIO(compile_mo(messages)))
    assert catalogue.ngettext("day", "days", 1) == "dag"
    assert catalogue.ngettext("day", "days", 3) == "dagen"
    assert catalogue.gettext("café “x”") == "ja"
    assert compile_mo(messages) == compile_mo(messages[::-1])


def test_po_is_read_with_escapes_and_continued_lines() -> None:
    text = '# c\nmsgid "a\\n"\n"b \\"c\\""\nmsgstr ""\n"d"\n\n'
    text += 'msgid "x"\nmsgid_plural "xs"\nmsgstr[0] "y"\nmsgstr[1] "ys"\n'
    assert read_po(text) == [Message('a\nb "c"', None, ["d"]), Message("x", "xs", ["y", "ys"])]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('msgid "a"\n', "no translation for 'a'"),
        ('msgid "a"\nmsgstr ""\n', "no translation for 'a'"),
        ('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n', "twice"),
        ('msgid "a\n', "line 1: expected a quoted string"),
        ("msgid 3\n", "line 1: expected a quoted string"),
        ('msgstr "a"\n', "line 1: 'msgstr' before any msgid"),
        ('"a"\n', "line 1: a string before any msgid"),
        ('msgid "a"\nmsgtxt "b"\n', "line 2: unknown or misplaced keyword 'msgtxt'"),
        ('msgid "a"\nmsgstr[1] "b"\n', "line 2: unknown or misplaced keyword"),
    ],
)
def test_a_broken_po_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("[", r"\[")):
        read_po(text)
