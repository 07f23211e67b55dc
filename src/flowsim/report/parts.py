"""What a report is made of: items with blocks of plain text. No markup anywhere: whoever renders escapes everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Code(str):
    """A text that is to be shown as it is typed: a path, a command, a hash."""

    __slots__ = ()


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Heading:
    """The heading of some blocks within an item."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list of sentences; `numbered`: in an order that matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells, each as many as the head has."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Diagram:
    """A drawing in the language of Mermaid, harmless whatever the names in it (`flowsim.report.diagram`)."""

    mermaid: str


@dataclass(frozen=True)
class Author:
    """What only the author can write: what is expected. `how`: what would fill it next time."""

    expected: str
    how: str


Block = Text | Heading | Bullets | Table | Diagram | Author

FILLED, IN_PART, EMPTY = "filled", "in part", "to be written"
"""What an item may be: all there, with something for the author to add, or all for the author to write."""


@dataclass(frozen=True)
class Item:
    """An item of the checklist: its number, its title there, and what is said."""

    number: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def marks(self) -> tuple[Author, ...]:
        """What is left to the author."""
        return tuple(block for block in self.blocks if isinstance(block, Author))

    @property
    def status(self) -> str:
        """FILLED, IN_PART or EMPTY."""
        if not self.marks:
            return FILLED
        return EMPTY if len(self.marks) == len(self.blocks) else IN_PART


@dataclass(frozen=True)
class Section:
    """A section of the checklist."""

    number: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Report:
    """A whole checklist. `about`: what it is about, as (what, value)."""

    title: str
    lang: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(item for section in self.sections for item in section.items)

    def count(self, status: str) -> int:
        """How many items have this status."""
        return sum(item.status == status for item in self.items)


def bullets(items: list[str]) -> list[Block]:
    """A list, or nothing when there is nothing to list."""
    return [Bullets(tuple(items))] if items else []


def table(head: list[str], rows: list[list[str]], *, narrow: bool = True) -> list[Block]:
    """A table, or nothing when it has no rows. `narrow`: columns without a word below their head are left out, but for
    the first.
    """
    if not rows:
        return []
    kept = [i for i in range(len(head)) if i == 0 or not narrow or any(row[i] for row in rows)]
    return [Table(tuple(head[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows))]


def to_data(report: Report) -> dict[str, Any]:
    """The report as an object for JSON."""
    return {
        "title": report.title,
        "lang": report.lang,
        "about": dict(report.about),
        "items": {"all": len(report.items), **{status: report.count(status) for status in (FILLED, IN_PART, EMPTY)}},
        "sections": [
            {
                "number": section.number,
                "title": section.title,
                "items": [
                    {
                        "number": item.number,
                        "title": item.title,
                        "status": item.status,
                        "blocks": [_block(block) for block in item.blocks],
                    }
                    for item in section.items
                ],
            }
            for section in report.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Bullets):
        return {"kind": "list", "numbered": block.numbered, "items": list(block.items)}
    if isinstance(block, Table):
        return {"kind": "table", "head": list(block.head), "rows": [list(row) for row in block.rows]}
    if isinstance(block, Diagram):
        return {"kind": "diagram", "mermaid": block.mermaid}
    if isinstance(block, Author):
        return {"kind": "author", "expected": block.expected, "how": block.how}
    return {"kind": type(block).__name__.lower(), "text": block.text}
