"""A report as Markdown (CommonMark, with GitHub's tables). All that is no Code is text and is escaped: no name in a
scenario can become HTML, an image, a link that hides where it leads, a formula, a cell or a heading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from flowsim.report.parts import (
    EMPTY,
    FILLED,
    IN_PART,
    Author,
    Block,
    Bullets,
    Code,
    Diagram,
    Heading,
    Report,
    Table,
    Text,
)
from flowsim.texts import Texts

MARK = "✎"
"""Stands before whatever the author has to write."""

_ACTIVE = re.compile(r"[\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|(?<!\S)#|&(?=#|\w+;)")
_BEGINNING = re.compile(r"(?:[-+=:](?=\s|$|[-=:])|\d{1,9}(?=[.)](?:\s|$)))")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def to_markdown(report: Report, texts: Texts) -> str:
    """The whole report; `texts` of its language."""
    lines = [f"# {escaped(report.title)}", ""]
    lines += [f"- **{escaped(what)}**: {_inline(value)}" for what, value in report.about]
    lines += ["", f"**{escaped(_count(report, texts))}**", ""]
    for section in report.sections:
        lines += [f"## {section.number}. {escaped(section.title)}", ""]
        for item in section.items:
            lines += [f"### {item.number} {escaped(item.title)}", ""]
            for block in item.blocks:
                lines += [*_rendered(block, texts), ""]
    left = [(item, mark) for item in report.items for mark in item.marks]
    lines += [f"## {MARK} {escaped(texts.t('Left to the author'))}", ""]
    for item, mark in left:
        lines.append(f"- **{item.number} {escaped(item.title)}**: {escaped(mark.expected)}. {_inline(mark.how)}.")
    if not left:
        lines.append(escaped(texts.t("Nothing: every item is filled.")))
    return "\n".join(lines).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    """A text on one line, without any meaning in Markdown or HTML; what cannot be seen is shown as �."""
    plain = " ".join(_visible(text).split())
    found = _ACTIVE.sub(lambda match: f"\\{match[0]}", plain)
    begin = _BEGINNING.match(found)
    if begin is None:
        return found
    end = begin.end()
    return f"{found[:end]}\\{found[end:]}" if found[0].isdigit() else f"\\{found}"


def _count(report: Report, texts: Texts) -> str:
    return texts.t(
        "{filled} of {all} items filled; {part} to be added to, {empty} to be written by the author (marked {mark})",
        filled=texts.number(report.count(FILLED)),
        all=texts.number(len(report.items)),
        part=texts.number(report.count(IN_PART)),
        empty=texts.number(report.count(EMPTY)),
        mark=MARK,
    )


def _rendered(block: Block, texts: Texts) -> Iterator[str]:
    """The lines of a block."""
    if isinstance(block, Text):
        yield _inline(block.text)
    elif isinstance(block, Heading):
        yield f"#### {_inline(block.text)}"
    elif isinstance(block, Bullets):
        for number, item in enumerate(block.items, start=1):
            yield f"{f'{number}.' if block.numbered else '-'} {_inline(item)}"
    elif isinstance(block, Table):
        yield _row(block.head)
        yield f"|{'---|' * len(block.head)}"
        for row in block.rows:
            yield _row(row)
    elif isinstance(block, Diagram):
        yield from ("```mermaid", *block.mermaid.split("\n"), "```")
    elif isinstance(block, Author):
        said = escaped(texts.t("To be written by the author:"))
        yield f"> {MARK} **{said}** {escaped(block.expected)}. {_inline(block.how)}."


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(_inline(cell, cell=True) for cell in cells)} |"


def _inline(text: str, *, cell: bool = False) -> str:
    """Text, or code between as many backticks as it takes; in a cell a pipe would end it, in code too."""
    if not isinstance(text, Code):
        return escaped(text)
    plain = " ".join(_visible(text).split())
    plain = plain.replace("|", "\\|") if cell else plain
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    fence, space = "`" * (longest + 1), " " if "`" in plain else ""
    return f"{fence}{space}{plain}{space}{fence}" if plain else ""


def _visible(text: str) -> str:
    """Without characters that steer a terminal, turn the direction of reading, or cannot be seen."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(c) in _UNSEEN and c not in "\n\t\r" else c for c in text)
