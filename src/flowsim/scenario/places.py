"""Where in the file a thing stands: from the keys of the schema to the tree's places, and so to a Problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.errors import Place, Problem
from flowsim.scenario.names import look_up
from flowsim.scenario.tree import Document, Listing, Mapping, Node, Scalar

Loc = Sequence[str | int]
"""Keys down from the root; the items of a list by index (int, from 0) or as in a path (text, from 1)."""


@dataclass(frozen=True)
class Spot:
    """What was found by following keys: the node reached, the place of its key, the path as written, and whether the
    keys could be followed to the end."""

    node: Node
    key: Place
    path: str
    whole: bool


class Places:
    """Finds places in a tree. `root` may be a redesign's tree: its nodes keep the places where they were written."""

    def __init__(self, document: Document, root: Mapping) -> None:
        self._document = document
        self._root = root

    def find(self, loc: Loc) -> Spot:
        """Follow the keys as far as the tree has them (a short form has none of its fields)."""
        node: Node = self._root
        key = self._root.place
        path: list[str] = []
        for item in loc:
            step = _into(node, item)
            if step is None:
                if isinstance(node, Listing) or not isinstance(item, int):
                    return Spot(node, key, ".".join(path), False)
                continue  # the only item of a list, written without the list
            node, place, word = step
            key = place
            path.append(word)
        return Spot(node, key, ".".join(path), True)

    def problem(
        self, code: str, message: str, hint: str, loc: Loc, *, key: bool = False, severity: str = "error"
    ) -> Problem:
        """A Problem at the value that `loc` leads to, or at its key; at its nearest parent when it is not there."""
        spot = self.find(loc)
        place = spot.key if key or (not spot.whole and isinstance(spot.node, Mapping)) else spot.node.place
        source = self._document.source(place)
        return Problem(code, message, hint, place, spot.path, source, severity)

    def text(self, loc: Loc) -> str:
        """The text written there; "" when there is none."""
        node = self.find(loc).node
        return node.text if isinstance(node, Scalar) else ""

    def file(self, loc: Loc) -> str:
        """The name of the file in which that was written."""
        return self.find(loc).node.place.file


def _into(node: Node, item: str | int) -> tuple[Node, Place, str] | None:
    """The child, the place of its key, and its key as written; None when there is none."""
    if isinstance(node, Mapping):
        word = look_up(node.entries, str(item))
        return None if word is None else (node.entries[word], node.keys.get(word, node.place), word)
    if isinstance(node, Listing):
        index = int(item) - 1 if isinstance(item, str) and item.isdecimal() else item  # paths count from 1
        if isinstance(index, int) and 0 <= index < len(node.items):
            return node.items[index], node.items[index].place, str(index + 1)
    return None


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Sorted by place, each said once."""
    seen: dict[Problem, None] = dict.fromkeys(problems)
    return sorted(
        seen,
        key=lambda p: (p.place.file, p.place.line, p.place.column, p.code) if p.place else ("", 0, 0, ""),
    )
