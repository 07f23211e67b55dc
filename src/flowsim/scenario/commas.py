"""A comma inside `{ }` ends a value: `{time: lognormal(25 min, 15 min)}` has a field `15 min)`. What was meant."""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.scenario.nodes import Mapping, Node, Scalar

RULE = "inside { } a comma begins a new field"


@dataclass(frozen=True)
class Broken:
    """A value that commas broke into pieces: the field `key` it began in, the other pieces, and the text as written."""

    key: str
    pieces: tuple[str, ...]
    text: str

    @property
    def hint(self) -> str:
        """How to write it."""
        inner = self.text.replace("\\", "\\\\").replace('"', '\\"')
        return f'{RULE}: write a value with a comma between quotes, like {self.key}: "{inner}"'


def broken_at(node: Node | None, piece: str) -> Broken | None:
    """The value that `piece`, a name without a value, is a part of: it stands behind a text on the same line. None when
    it is no such piece.
    """
    if not isinstance(node, Mapping) or not _is_piece(node, piece):
        return None
    names = list(node.entries)
    first = names.index(piece)
    while first and _is_piece(node, names[first]):
        first -= 1
    key, value = names[first], node.entries[names[first]]
    place = node.keys[piece]
    if not isinstance(value, Scalar) or value.quoted or not value.text or value.place.line != place.line:
        return None
    pieces = []
    text, end = value.text, value.place.column + len(value.text)
    for name in names[first + 1 :]:
        if not _is_piece(node, name) or node.keys[name].line != place.line:
            break
        pieces.append(name)
        text += "," + " " * max(node.keys[name].column - end - 1, 0) + name
        end = node.keys[name].column + len(name)
    return Broken(key, tuple(pieces), text)


def _is_piece(node: Mapping, name: str) -> bool:
    """Whether nothing stands behind the name, not even a ':' with a value on another line."""
    value = node.entries[name]
    return isinstance(value, Scalar) and not value.text and not value.quoted and value.place == node.keys.get(name)
