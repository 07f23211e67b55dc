"""The nodes of a scenario file's tree: texts, lists and mappings that know where they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, overload

from flowsim.errors import Place, Problem, ScenarioError


@dataclass(frozen=True)
class Scalar:
    """One value as written. `quoted` when it stood between quotes. Where nothing is written, the text is "" and
    the place that of its name.
    """

    text: str
    place: Place
    quoted: bool = False


@dataclass
class Listing:
    """A list: `- a` or `[a, b]`."""

    items: list[Node]
    place: Place


@dataclass
class Mapping:
    """Names with values, in file order. `keys` holds where each name stands."""

    place: Place
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)


Node = Scalar | Listing | Mapping


def refuse(code: str, message: str, hint: str, place: Place | None = None, path: str = "") -> NoReturn:
    """Raise ScenarioError with one problem."""
    raise ScenarioError([Problem(code, message, hint, place, path)]) from None


@overload
def copy(node: Mapping) -> Mapping: ...
@overload
def copy(node: Node) -> Node: ...
def copy(node: Node) -> Node:
    """A deep copy, places kept."""
    if isinstance(node, Mapping):
        return Mapping(node.place, {key: copy(value) for key, value in node.entries.items()}, dict(node.keys))
    if isinstance(node, Listing):
        return Listing([copy(item) for item in node.items], node.place)
    return node


def plain(node: Node) -> Any:
    """The node as str, list and dict, for pydantic."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return node.text


def dump(root: Mapping) -> str:
    """The tree as YAML text, which `parse` reads back as the same tree but for places."""
    return "\n".join(_dumped(root)) + "\n" if root.entries else "{}\n"


_BARE = re.compile(r"\w(?:[\w ./%()±+-]|:(?! )|,)*", re.ASCII)
_LONG = 1000  # YAML takes a name without `?` only up to 1024 characters


def _dumped(node: Node) -> list[str]:
    """The lines of a node as a block, without indentation; one line for what fits behind a name."""
    if isinstance(node, Scalar):
        return [_written(node.text, node.quoted)]
    lines: list[str] = []
    if isinstance(node, Listing):
        for item in node.items:
            inner = _dumped(item)
            lines.append(f"- {inner[0]}".rstrip())
            lines.extend(f"  {line}" for line in inner[1:])
        return lines or ["[]"]
    for key, value in node.entries.items():
        name = _written(key, quoted=not key)
        lead = f"{name}:"
        if len(name) > _LONG:
            lines.append(f"? {name}")
            lead = ":"
        inner = _dumped(value)
        if isinstance(value, Scalar) or inner in (["[]"], ["{}"]):
            lines.append(f"{lead} {inner[0]}".rstrip())
        else:
            lines.append(lead)
            lines.extend(f"  {line}" for line in inner)
    return lines or ["{}"]


def _written(text: str, quoted: bool) -> str:
    bare = _BARE.fullmatch(text) and not text.endswith((" ", ":"))
    if not quoted and (bare or not text):
        return text
    return json.dumps(text, ensure_ascii=False)
