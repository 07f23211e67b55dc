"""A scenario file as a tree that knows where everything stands. All scalars are text; the schema gives them types.

The tree is built from YAML's events, so nothing ever guesses a type: `09:30`, `no`, `1e3` and `010` stay as written.
What makes YAML dangerous or surprising (anchors, aliases, merge keys, tags, several documents, duplicate keys) is
refused, with bounds on depth, number of nodes and bytes that end a bomb before it goes off.

Codes: FS100 not there, FS101 not a file, FS102 unreadable, FS103 too large, FS104 not UTF-8, FS105 control character,
FS110 not YAML, FS111 tab in the indentation, FS112 empty, FS113 top level, FS114 several documents, FS115 directive,
FS120 anchor, FS121 alias, FS122 merge key, FS123 tag, FS124 duplicate, FS125 key is no text, FS126 empty name,
FS127 too deep, FS128 too many values.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from flowsim.errors import Place
from flowsim.scenario.events import MAX_DEPTH, MAX_NODES, Reading
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar, copy, dump, plain, refuse
from flowsim.scenario.syntax import lines_of, shorten, with_arrows, without_refused

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Document",
    "Listing",
    "Mapping",
    "Node",
    "Scalar",
    "copy",
    "dump",
    "parse",
    "parse_value",
    "plain",
    "read",
]

MAX_BYTES = 500_000


@dataclass
class Document:
    """A file read: its tree, and the lines of every file it was made of (for showing a line in a message)."""

    root: Mapping
    lines: dict[str, list[str]]
    folder: Path | None  # where its relative paths start; None for text that came from no file

    def source(self, place: Place | None) -> str:
        """The line of the file at that place, or ""."""
        if place is None or not 1 <= place.line <= len(self.lines.get(place.file, [])):
            return ""
        return with_arrows(self.lines[place.file][place.line - 1])


def read(path: Path) -> Document:
    """The tree of a file. Raises ScenarioError with all that is wrong with it as YAML."""
    name = without_refused(str(path))
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device might never end
            kind = "a folder" if path.is_dir() else "not an ordinary file"
            refuse("FS101", f"this is {kind}, a scenario file is expected", "name a .yaml file", Place(name))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        refuse("FS100", "there is no such file", "check the name and the folder", Place(name))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        refuse("FS102", f"the file cannot be read: {why}", "check its name and permissions", Place(name))
    if len(data) > MAX_BYTES:
        _too_large(Place(name))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = lines_of(data[: error.start].decode("utf-8"))
        place = Place(name, len(before), len(before[-1].removeprefix("\ufeff")) + 1)
        wide = " (it looks like UTF-16)" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        refuse("FS104", f"byte {error.start} of the file is not UTF-8{wide}", "save as UTF-8", place)
    return parse(text, name, path.parent)


def parse(text: str, name: str, folder: Path | None = None) -> Document:
    """The tree of a text; `name` stands for the file in messages. Raises ScenarioError."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        _too_large(Place(name))
    reading = Reading(text.removeprefix("\ufeff"), name)
    root = reading.tree()
    if root is None or (isinstance(root, Scalar) and not root.text and not root.quoted):
        reading.problem("FS112", "the file is empty", "see an example with 'flowsim new'", Place(name, 1, 1))
    elif not isinstance(root, Mapping):
        kind = "a list" if isinstance(root, Listing) else f"the text '{shorten(root.text)}'"
        message = f"expected names with values at the top level, found {kind}"
        reading.problem("FS113", message, "begin with 'flowsim: 1' and 'name: ...'", root.place)
    reading.finish()
    assert isinstance(root, Mapping)
    return Document(root, {name: reading.lines}, folder)


def parse_value(text: str, place: Place, source: str = "") -> Node:
    """One value as it could stand behind a name (`none`, `3`, `{a: 1}`), `place` being where its text begins and
    `source` the line it stands in. Raises ScenarioError.
    """
    if len(text) > MAX_BYTES:
        _too_large(place)
    reading = Reading(text, place.file, place, source)
    root = reading.tree()
    reading.finish()
    return Scalar("", place) if root is None else root


def _too_large(place: Place) -> NoReturn:
    refuse(
        "FS103",
        f"there are more than {MAX_BYTES} bytes",
        "a scenario is much smaller; is this the right file?",
        place,
    )
