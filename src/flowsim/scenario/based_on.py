"""`based on: other.yaml`: a scenario that begins as another file, with its own values laid over it.

The other file lies in the folder of the file that names it, or below, links followed: a scenario that came by mail can
name no file elsewhere.

Codes: FS140 not a file name, FS141 outside the folder, FS142 a circle, FS143 too many files in a row, FS144 another
format version.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario import tree
from flowsim.scenario.names import look_up
from flowsim.scenario.nodes import Mapping, Scalar, copy
from flowsim.scenario.paths import SECTIONS
from flowsim.scenario.syntax import shorten
from flowsim.scenario.tree import Document

MAX_FILES = 5  # so many times `based on` in a row
KEY = "based on"


def resolve_based_on(document: Document, reader: Callable[[Path], Document] = tree.read) -> Document:
    """The document with the files it is based on under it, and without its `based on`. Every node keeps its place in
    the file it was written in; `reader` gives the tree of another file. Raises ScenarioError, of FS140 to FS144 or of
    the other file.
    """
    layers = [document]
    seen = {_real(document.root.place.file): document.root.place.file}
    while (key := look_up(layers[-1].root.entries, KEY)) is not None:
        top = layers[-1]
        node = top.root.entries[key]
        if not isinstance(node, Scalar) or not node.text.strip():
            _refuse(layers, "FS140", "expected the name of a file", "for example: based on: permit.yaml", node.place)
        path = _inside(layers, node)
        real = _real(str(path))
        if real in seen:
            files = [*list(seen.values())[list(seen).index(real) :], str(path)]
            circle = " -> ".join(_shown(layers, file) for file in files)
            message = f"files are based on each other in a circle: {circle}"
            _refuse(layers, "FS142", message, "remove one 'based on'", node.place)
        if len(layers) > MAX_FILES:
            message = f"more than {MAX_FILES} files are based on each other in a row"
            _refuse(layers, "FS143", message, "put some of them together", node.place)
        seen[real] = str(path)
        layers.append(_read(layers, path, node.place, reader))
    if len(layers) == 1:
        return document
    root = Mapping(document.root.place)
    for layer in reversed(layers):
        _check_format(layers, root, layer)
        _lay_over(root, layer.root, names=False, top=True)
    key = look_up(root.entries, KEY)
    if key is not None:
        del root.entries[key], root.keys[key]
    return Document(root, _lines(layers), document.folder)


def _inside(layers: list[Document], node: Scalar) -> Path:
    """The file that a `based on` names, in or below the folder of the file it stands in."""
    text = node.text.strip()
    folder = layers[-1].folder
    if folder is None:
        message = "a text that came from no file cannot be based on a file"
        _refuse(layers, "FS140", message, "write the text to a file first", node.place)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) or text.startswith(("/", "\\", "~")) or "\\" in text:
        message = f"expected a file in the folder of this one, found '{shorten(text)}'"
        _refuse(layers, "FS141", message, "write a name such as permit.yaml, with '/' between folders", node.place)
    path = folder / text
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name no system takes
        inside = False
    if not inside:
        message = f"'{shorten(text)}' does not lie in the folder of this file"
        _refuse(layers, "FS141", message, "copy the file into the folder of this one", node.place)
    return path


def _shown(layers: list[Document], file: str) -> str:
    """A file as seen from the folder of the first one."""
    folder = layers[0].folder
    inside = folder is not None and Path(file).is_relative_to(folder)
    return shorten(str(Path(file).relative_to(folder)) if folder is not None and inside else file)


def _real(name: str) -> str:
    return str(Path(name).resolve())


def _read(layers: list[Document], path: Path, place: Place, reader: Callable[[Path], Document]) -> Document:
    """The other file; when it is not there or cannot be read at all, that is said where it is named."""
    try:
        return reader(path)
    except ScenarioError as error:
        found = error.problems()
        if found[0].code not in ("FS100", "FS101", "FS102"):
            raise
        lost = found[0]
        message = f"{_shown(layers, str(path))}: {lost.message}"
        _refuse(layers, lost.code, message, lost.hint, place)


def _check_format(layers: list[Document], below: Mapping, layer: Document) -> None:
    """Refuse to lay a file of one format version over one of another."""
    versions = []
    for root in (below, layer.root):
        key = look_up(root.entries, "flowsim")
        versions.append(root.entries[key] if key is not None else None)
    old, own = versions
    if isinstance(old, Scalar) and isinstance(own, Scalar) and old.text.strip() != own.text.strip():
        message = f"this is format {shorten(own.text)}, the file it is based on is format {shorten(old.text)}"
        _refuse(layers, "FS144", message, "bring both files to the same format", own.place)


def _lay_over(below: Mapping, own: Mapping, *, names: bool, top: bool = False) -> None:
    """Merge `own` into `below`: mappings deep, all else replaced. `names`: the keys are names given by the user."""
    for key, value in own.entries.items():
        known = look_up(below.entries, key, names=names)
        spelled = key if known is None else known
        old = below.entries.get(spelled)
        below.keys[spelled] = own.keys.get(key, value.place)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            _lay_over(old, value, names=top and look_up(dict.fromkeys(SECTIONS), key) is not None)
        else:
            below.entries[spelled] = copy(value)


def _lines(layers: list[Document]) -> dict[str, list[str]]:
    return {name: lines for layer in layers for name, lines in layer.lines.items()}


def _refuse(layers: list[Document], code: str, message: str, hint: str, place: Place) -> NoReturn:
    source = next((line for layer in layers if (line := layer.source(place))), "")
    raise ScenarioError([Problem(code, message, hint, place, path=KEY, source=source)]) from None
