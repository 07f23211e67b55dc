"""The one path grammar: `steps.Check the file.handoff.batch`, as used by changes, --set, sweeps and messages.

Parts are joined by dots. Names match whatever their case, keys also whether a space, `-` or `_` is used; `*` stands for
every name at its level; the items of a list are numbered from 1. Messages have no place yet: the caller knows where the
path stands.

Codes: FS130 not a path, FS131 unknown name, FS132 a text stands where fields are expected, FS133 matches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario.names import key_form, look_up, suggest
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar, copy, refuse
from flowsim.scenario.syntax import refused_in, shorten

Path = tuple[str, ...]

SECTIONS = ("calendars", "requests", "tasks", "teams", "people", "steps", "states")
"""The top-level keys whose entries are named by the user; a path never makes a new name there."""
FIELDS = ("flowsim", "name", "about", "purpose", "sources", "assumptions", "start", "limits", "run")
"""The other top-level keys of the format; setting a path may make them."""
FROM_FILE = ("file", "column")
"""The fields of dated arrivals; setting them turns `arrivals: 8 per day` into fields."""
NOTHING = ("", "none", "geen")
"""The texts that say that something is not there."""

MAX_PARTS = 20
ANY = "*"


@dataclass(frozen=True)
class Match:
    """What a path stands for: `path` as spelled in the tree, the mapping or list it stands in, its key or index (from
    0) there, and its node. When a path that is to be set is not there yet, `node` is None and `missing` are the names
    below `key` that have to be made with it.
    """

    path: Path
    parent: Mapping | Listing
    key: str | int
    node: Node | None
    missing: Path = ()


def parse_path(text: str) -> Path:
    """The parts of a path. Raises ScenarioError FS130."""
    parts = tuple(part.strip() for part in text.split("."))
    hint = "for example: steps.Register.handoff.batch"
    shown = shorten(text)
    for _, what in refused_in(text, name=True):
        refuse("FS130", f"the path '{shown}' holds a {what}", hint, path=shown)
    if not all(parts):
        message = (
            "the path is empty" if not any(parts) else f"the path '{shown}' has nothing before, after or between dots"
        )
        refuse("FS130", message, hint, path=shown)
    if any(ANY in part and part != ANY for part in parts):
        refuse(
            "FS130",
            f"the path '{shown}' has a '*' within a name",
            "a '*' stands alone: steps.*.team",
            path=shown,
        )
    if len(parts) > MAX_PARTS:
        refuse("FS130", f"the path '{shown}' has more than {MAX_PARTS} parts", hint, path=shown)
    return parts


def format_path(parts: Path) -> str:
    """The text of a path."""
    return ".".join(parts)


def find(root: Mapping, path: str | Path, *, create: bool = False) -> list[Match]:
    """All that a path stands for, in file order; at least one. Nothing is changed.

    With `create`, a path without `*` may end in fields that are not there yet, but what it names at the top
    (`steps.NAME`) must be there; with `*`, only the last field may be absent. Raises ScenarioError FS130 to FS133.
    """
    parts = parse_path(path) if isinstance(path, str) else path
    search = _Search(parts, create)
    matches = list(search.below(root, ()))
    if search.texts:
        raise ScenarioError(search.texts)
    if matches:
        return matches
    if ANY not in parts and search.unknown:
        raise ScenarioError(search.unknown)
    near = next((p for p in search.unknown if "did you mean" in p.hint), None)
    near = near or (search.unknown[-1] if search.unknown else None)
    hint = f"{near.message}; {near.hint}" if near else ""
    shown = shorten(format_path(parts))
    raise ScenarioError([Problem("FS133", f"'{shown}' matches nothing", hint, path=shown)])


def get(root: Mapping, path: str | Path) -> Node:
    """The node that a path without `*` stands for. Raises ScenarioError FS130 to FS132."""
    parts = parse_path(path) if isinstance(path, str) else path
    if ANY in parts:
        refuse("FS130", "a path without '*' is expected here", "name one", path=format_path(parts))
    node = find(root, parts)[0].node
    assert node is not None  # only a path to be set may be absent
    return node


def set_value(root: Mapping, path: str | Path, node: Node, place: Place | None = None) -> list[Path]:
    """Put (copies of) `node` at all that a path stands for, and make the fields that lead there; `place` is where the
    path stands, for the names that are made. `requests.X.arrivals.file` takes the place of a rate. Returns the paths
    set, as spelled in the tree. Raises as `find`.
    """
    parts = parse_path(path) if isinstance(path, str) else path
    if tuple(map(key_form, parts[::2])) == ("requests", "arrivals") and key_form(parts[-1]) in FROM_FILE:
        _dated(root, parts, place or node.place)
    matches = find(root, parts, create=True)
    at = place or node.place
    for match in matches:
        value = copy(node)
        for name in reversed(match.missing):
            value = Mapping(at, {name: value}, {name: at})
        if isinstance(match.parent, Mapping):
            key = str(match.key)
            match.parent.entries[key] = value
            match.parent.keys.setdefault(key, at)
        else:
            match.parent.items[int(match.key)] = value
    return [match.path for match in matches]


def _dated(root: Mapping, parts: Path, place: Place) -> None:
    """Make room for a file of dated arrivals: what it replaces goes: a rate with its profile, or its short form."""
    try:
        matches = find(root, parts[:-1])
    except ScenarioError:  # said when the whole path is looked for
        return
    for match in matches:
        node = match.node
        if isinstance(node, Scalar) and isinstance(match.parent, Mapping):
            match.parent.entries[str(match.key)] = Mapping(place)
        elif isinstance(node, Mapping) and key_form(parts[-1]) == FROM_FILE[0]:
            for key in [key for key in node.entries if key_form(key) in ("rate", "every", "profile")]:
                del node.entries[key]
                node.keys.pop(key, None)


def remove(root: Mapping, path: str | Path) -> list[Path]:
    """Take away all that a path stands for. Returns the paths removed. Raises as `find`."""
    matches = find(root, path)
    for match in reversed(matches):  # from the last item of a list to the first, so that the numbers stay right
        if isinstance(match.parent, Mapping):
            match.parent.entries.pop(str(match.key))
            match.parent.keys.pop(str(match.key), None)
        else:
            del match.parent.items[int(match.key)]
    return [match.path for match in matches]


def all_paths(root: Mapping) -> list[str]:
    """Every path into the tree, in file order; names with `.` or `*` are out of reach."""
    return [format_path(path) for path in _paths_below(root, ())]


def _paths_below(node: Node, done: Path) -> Iterator[Path]:
    for name, child in _children(node):
        if "." not in name and ANY not in name:
            yield (*done, name)
            yield from _paths_below(child, (*done, name))


def _children(node: Node) -> list[tuple[str, Node]]:
    if isinstance(node, Mapping):
        return list(node.entries.items())
    if isinstance(node, Listing):
        return [(str(number), item) for number, item in enumerate(node.items, 1)]
    return []


class _Search:
    """One look for a path: what is not there (`unknown`), and the texts met where fields are expected (`texts`)."""

    def __init__(self, parts: Path, create: bool) -> None:
        self.parts = parts
        self.create = create
        self.unknown: list[Problem] = []
        self.texts: list[Problem] = []

    def below(self, node: Mapping | Listing, done: Path) -> Iterator[Match]:
        """The matches within a node that stands at the path `done`."""
        part = self.parts[len(done)]
        if part == ANY:
            for name, _ in _children(node):
                yield from self._entered(node, done, name)
            if not _children(node):
                self._unknown(done, "there is nothing in", "")
            return
        if isinstance(node, Listing):
            if re.fullmatch(r"[1-9][0-9]{0,5}", part) and int(part) <= len(node.items):
                yield from self._entered(node, done, part)
            else:
                hint = f"number them from 1 to {len(node.items)}, or write '*' for all" if node.items else "it is empty"
                self._unknown(done, f"there is no item '{shorten(part)}' in the list", hint)
            return
        key = look_up(node.entries, part, names=self._named(done))
        if key is not None:
            yield from self._entered(node, done, key)
        elif self._may_make(done):
            rest = self.parts[len(done) + 1 :]
            name = _field(part) if not done else part
            yield Match((*done, name, *rest), node, name, None, rest)
        else:
            known = [
                *node.entries,
                *(f for f in FIELDS if not done and self.create and f not in node.entries),
            ]
            self._unknown(done, f"there is no '{shorten(part)}' in", suggest(part, known, "there is"))

    def _entered(self, node: Mapping | Listing, done: Path, name: str) -> Iterator[Match]:
        """The matches at and below the child `name` of a node."""
        key: str | int = name if isinstance(node, Mapping) else int(name) - 1
        child = node.entries[name] if isinstance(node, Mapping) else node.items[int(name) - 1]
        path = (*done, name)
        rest = self.parts[len(path) :]
        if not rest:
            yield Match(path, node, key, child)
        elif not isinstance(child, Scalar):
            yield from self.below(child, path)
        elif child.text.strip().casefold() not in NOTHING:
            self._text(path, child)
        elif ANY not in self.parts and self._may_make(path):
            yield Match((*path, *rest), node, key, None, rest)
        else:
            self._unknown(path, f"there is no '{shorten(rest[0])}' in", "it is empty")

    def _may_make(self, done: Path) -> bool:
        """Whether the next part, which is not there at `done`, may be made with all that follows."""
        rest = self.parts[len(done) :]
        if not self.create or ANY in rest:
            return False
        if ANY in self.parts:
            return len(rest) == 1 and len(done) > 1
        if not done:
            return key_form(rest[0]) in map(key_form, FIELDS)
        return len(done) > 1 or key_form(done[0]) in map(key_form, FIELDS)

    def _named(self, done: Path) -> bool:
        return len(done) == 1 and key_form(done[0]) in SECTIONS

    def _unknown(self, done: Path, message: str, hint: str) -> None:
        where = shorten(format_path(done)) or "the scenario"
        self.unknown.append(Problem("FS131", f"{message} {where}", hint, path=shorten(format_path(self.parts))))

    def _text(self, path: Path, child: Scalar) -> None:
        where = shorten(format_path(path))
        part = shorten(self.parts[len(path)])
        self.texts.append(
            Problem(
                "FS132",
                f"{where} is the text '{shorten(child.text)}', so there is no '{part}' in it",
                f"write {where} as fields in the file, or name {where} as a whole",
                path=shorten(format_path(self.parts)),
            )
        )


def _field(part: str) -> str:
    """A top-level key as the format spells it."""
    return next(f for f in FIELDS if key_form(f) == key_form(part))
