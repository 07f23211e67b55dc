"""Values of a scenario that somebody is not sure of (`10 .. 20 min unsure`), settled before anything else reads them.

A guess is one value that is not known, written once. Wherever it gets to (by `*`, by a merge, in every state) it is the
same value, so designs are compared in the same world. It is settled in the tree, as text, so the schema, the changes of
a redesign and the Model see a plain value; without more that is the one in the middle.

What is chosen rather than known (how a run is done, dates, times of the clock) cannot be unsure: FS227.
"""

from __future__ import annotations

from collections.abc import Mapping as Keyed
from dataclasses import dataclass

from flowsim import units
from flowsim.errors import Place, Problem
from flowsim.scenario.names import key_form
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar
from flowsim.scenario.paths import Path, format_path
from flowsim.scenario.syntax import shorten

MIDDLE = 0.5
"""How far from low to high a guess is when nothing else is said."""

At = Keyed[str, float]
"""How far from low to high each guess is, 0 to 1, by its key; those that are not there are in the middle."""

_TEXTS = ("name", "about", "purpose", "sources", "assumptions")
_CHOSEN = ("flowsim", "run", "start", "based on")


@dataclass(frozen=True)
class Written:
    """A guess where it is written: `key` is its path in the file, those of changes included; `--set PATH` for one from
    the command line.
    """

    key: str
    guess: units.Guess
    node: Scalar


@dataclass(frozen=True)
class Unsure:
    """A guess that makes a difference in a state: its `key`, the `path` where the state has it (of several the first),
    what stands there at its `low` end, in the `middle` and at its `high` end, the text as `written`, how many values it
    may have (0: any between), and the `place` where it is written.
    """

    key: str
    path: str
    low: str
    middle: str
    high: str
    written: str
    levels: int
    place: Place


class Settling:
    """Settles trees: every guess becomes the text at its place between low and high. `found` are those met, `wrong`
    is what is wrong with others, which stay as they are.
    """

    def __init__(self, at: At | None = None) -> None:
        self.at = at or {}
        self.found: list[Written] = []
        self.wrong: list[Problem] = []

    def tree(self, root: Mapping) -> Mapping:
        """A file's tree with its states; the same one when it has no guess, else another."""
        settled = self._node(root, ())
        assert isinstance(settled, Mapping)
        return settled

    def value(self, path: str, node: Node) -> Node:
        """The value that the command line sets at a path."""
        return self._node(node, (f"--set {path}",), path)

    def _node(self, node: Node, path: Path, told: str = "") -> Node:
        if isinstance(node, Scalar):
            return self._scalar(node, path, told)
        if isinstance(node, Listing):
            items = [self._node(item, (*path, str(n)), told) for n, item in enumerate(node.items, 1)]
            same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if same else Listing(items, node.place)
        entries = {key: self._node(value, (*path, key), told) for key, value in node.entries.items()}
        same = all(entries[key] is node.entries[key] for key in entries)
        return node if same else Mapping(node.place, entries, node.keys)

    def _scalar(self, node: Scalar, path: Path, told: str) -> Scalar:
        if not units.has_range(node.text):
            return node
        within = _within(path, told)
        if _is_text(within):
            return node
        key = format_path(path)
        if within and key_form(within[0]) in _CHOSEN:
            shown = shorten(node.text.strip())
            message = f"'{shown}': how a run is done is chosen rather than known, so it cannot be unsure"
            self.wrong.append(Problem("FS227", message, "write one value", node.place, shorten(key)))
            return node
        try:
            guess = units.parse_guess(node.text)
        except units.QuantityError as error:
            self.wrong.append(Problem(error.code, error.message, error.hint, node.place, shorten(key)))
            return node
        self.found.append(Written(key, guess, node))
        return Scalar(guess.at(self.at.get(key, MIDDLE)), node.place, node.quoted)


def _within(path: Path, told: str) -> Path:
    """The path of a value in the scenario, as far as it tells what is a free text and what is chosen. `told`: the path
    of a setting, behind which `path` goes on.
    """
    parts = list(path)
    if told:
        return (*_parts(told.partition(":")[2] or told), *parts[1:])
    if len(parts) > 4 and key_form(parts[0]) == "states" and key_form(parts[4]) == "set":
        return tuple(part for text in parts[5:] for part in _parts(text))
    return path


def _parts(text: str) -> Path:
    return tuple(part.strip() for part in text.split("."))


def _is_text(path: Path) -> bool:
    """Whether a free text stands there: what a file, a state or a change says of itself."""
    if key_form(path[0]) == "states":
        return len(path) in (3, 5) and key_form(path[-1]) in _TEXTS
    return key_form(path[0]) in _TEXTS and len(path) <= 2


def differing(one: Node, other: Node, path: Path = ()) -> Path | None:
    """The first place at which two trees differ, in text or in shape; None where they are alike."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return None if one.text == other.text else path
    if isinstance(one, Mapping) and isinstance(other, Mapping) and list(one) == list(other):
        pairs = [(key, one.entries[key], other.entries[key]) for key in one]
    elif isinstance(one, Listing) and isinstance(other, Listing) and len(one.items) == len(other.items):
        pairs = [(str(n), a, b) for n, (a, b) in enumerate(zip(one.items, other.items, strict=True), 1)]
    else:
        return path
    return next((found for key, a, b in pairs if (found := differing(a, b, (*path, key))) is not None), None)


def text_at(root: Node, path: Path) -> str:
    """The text at a place in a tree; "" where there is none."""
    for part in path:
        if isinstance(root, Mapping) and part in root.entries:
            root = root.entries[part]
        elif isinstance(root, Listing) and part.isdecimal() and 0 < int(part) <= len(root.items):
            root = root.items[int(part) - 1]
        else:
            return ""
    return root.text if isinstance(root, Scalar) else ""


__all__ = ["MIDDLE", "At", "Settling", "Unsure", "Written", "differing", "text_at"]
