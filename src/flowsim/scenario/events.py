"""The pass over YAML's events that builds the tree of a text, and refuses what may not stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario.names import name_form
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar
from flowsim.scenario.syntax import (
    COLON_HINT,
    in_words,
    lines_of,
    missing_colon,
    refused_in,
    shorten,
    with_arrows,
    without_refused,
)

MAX_DEPTH = 40
MAX_NODES = 20_000
MAX_PROBLEMS = 50  # after so many, reading stops: they have one cause
_LONGEST_SHOWN = 400  # characters of a line that is shown with a message


@dataclass
class _Open:
    """A mapping or list that is being read. `key` is the name that awaits its value, `keep` whether that counts;
    `seen` are its names so far, in the form in which they are compared.
    """

    node: Mapping | Listing
    key: str | None = None
    keep: bool = True
    seen: dict[str, Place] = field(default_factory=dict)


class Reading:
    """One pass over the events of a text: the tree so far, and the problems found. The text begins at `origin`, in
    the line `source` (by default its own first line).
    """

    def __init__(self, text: str, name: str, origin: Place | None = None, source: str = "") -> None:
        self.name = name
        self.origin = origin or Place(name, 1, 1)
        self.text = without_refused(text)
        self.lines = lines_of(self.text)
        self.shown = lines_of(without_refused(source)) if source else self.lines
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.nodes = 0
        if self.text != text:
            self._refuse_characters(text)

    def tree(self) -> Node | None:
        """The tree of the text, None when it holds nothing. Raises ScenarioError when it cannot be read on."""
        first = next((n for n, line in enumerate(self.lines) if line.strip() and line.lstrip()[0] != "#"), 0)
        if self.lines[first].startswith("%"):
            hint = "remove the line, or put the value between quotes"
            self._stop("FS115", "a line with '%' (a YAML directive) is not used here", hint, self._place(first, 0))
        documents = 0
        mark: Any = None
        try:
            for event in YAML(typ="safe", pure=True).parse(self.text):
                mark = event.start_mark
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        message = "a second document begins here, a file holds one scenario"
                        self._stop("FS114", message, "put it in a file of its own", self._place_of(mark))
                elif isinstance(event, CollectionEndEvent):
                    self.open.pop()
                elif isinstance(event, NodeEvent):
                    self._node(event)
        except MarkedYAMLError as error:
            self._not_yaml(error)
        except (YAMLError, ValueError, OverflowError, AssertionError) as error:  # ruamel on absurd escapes
            message = f"this is no valid YAML ({shorten(str(error))})"
            self._stop("FS110", message, "put the value between quotes", self._place_of(mark))
        return self.root

    def finish(self) -> None:
        """Raise ScenarioError if there is any problem, in order of place."""
        if self.problems:
            self.problems.sort(key=lambda p: (p.place.line, p.place.column) if p.place else (0, 0))
            raise ScenarioError(self.problems)

    def problem(self, code: str, message: str, hint: str, place: Place) -> None:
        """Note a problem; raises ScenarioError when there are too many to go on."""
        line = place.line - self.origin.line
        source = self.shown[line] if 0 <= line < len(self.shown) else ""
        source = with_arrows(source) if len(source) <= _LONGEST_SHOWN else ""
        self.problems.append(Problem(code, message, hint, place, source=source))
        if len(self.problems) >= MAX_PROBLEMS:
            self.finish()

    def _stop(self, code: str, message: str, hint: str, place: Place) -> NoReturn:
        self.problem(code, message, hint, place)
        self.finish()
        raise AssertionError("finish raises when there is a problem")

    def _node(self, event: Any) -> None:
        place = self._place_of(event.start_mark)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop("FS128", f"there are more than {MAX_NODES} values", "a scenario is much smaller", place)
        if isinstance(event, AliasEvent):
            hint = "write the value out, or put it between quotes if it begins with '*'"
            self.problem("FS121", f"an alias (*{shorten(event.anchor)}) is not used here", hint, place)
            self._put(Scalar("", place, quoted=True))
            return
        if event.anchor:
            hint = "write the value out, or put it between quotes if it begins with '&'"
            self.problem("FS120", f"an anchor (&{shorten(event.anchor)}) is not used here", hint, place)
        if event.ctag is not None:
            hint = "remove it, or put the value between quotes if it begins with '!'"
            self.problem("FS123", f"a tag ({shorten(str(event.ctag))}) is not used here", hint, place)
        if isinstance(event, ScalarEvent):
            scalar = Scalar(event.value, place, quoted=event.style in ("'", '"'))
            if event.style == '"':  # the only style in which a character can be written by its code
                self._refuse_codes(scalar)
            self._put(scalar)
            return
        if len(self.open) >= MAX_DEPTH:
            self._stop("FS127", f"values stand more than {MAX_DEPTH} deep", "a scenario is much flatter", place)
        node = Mapping(place) if isinstance(event, MappingStartEvent) else Listing([], place)
        self._put(node)
        self.open.append(_Open(node))

    def _put(self, node: Node) -> None:
        """Give a node its place in the tree: as the root, an item, a name, or the value of the name before it."""
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if isinstance(top.node, Listing):
            top.node.items.append(node)
        elif top.key is None:
            top.key, top.keep = self._name(top.node, top.seen, node)
        else:
            if isinstance(node, Scalar) and not node.text and not node.quoted:  # nothing stands where its name stands
                node = Scalar("", top.node.keys.get(top.key, node.place))
            if top.keep:
                top.node.entries[top.key] = node
            top.key = None

    def _name(self, mapping: Mapping, seen: dict[str, Place], node: Node) -> tuple[str, bool]:
        """The name that a node at the place of a name stands for, and whether it may be kept."""
        if not isinstance(node, Scalar):
            kind = "a list" if isinstance(node, Listing) else "names with values"
            self.problem("FS125", f"expected a name, found {kind}", "put a name before the ':'", node.place)
            return "", False
        if node.text == "<<" and not node.quoted:
            self.problem("FS122", "a merge key (<<) is not used here", "write the values out", node.place)
            return "<<", False
        if not node.text.strip():
            self.problem("FS126", "a name is empty", "put a name before the ':'", node.place)
            return "", False
        for _, what in refused_in(node.text, name=True):
            if what in ("tab", "line end"):
                self.problem("FS105", f"a {what} stands in a name", "write it on one line, with spaces", node.place)
                return node.text, False
        form = name_form(node.text)
        if form in seen:
            message = f"'{shorten(node.text)}' stands here twice, first at line {seen[form].line}"
            self.problem("FS124", message, "remove one, or give it another name", node.place)
            return node.text, False
        seen[form] = mapping.keys[node.text] = node.place
        return node.text, True

    def _refuse_characters(self, text: str) -> None:
        """A problem for each refused character that stands in the text itself."""
        for number, line in enumerate(lines_of(text)):
            for column, what in refused_in(line):
                self.problem("FS105", f"{what} stands here", "remove it", self._place(number, column))

    def _refuse_codes(self, scalar: Scalar) -> None:
        r"""A problem for a refused character that stands in the text by its code, as in "\x1b"."""
        for _, what in refused_in(scalar.text.replace("\ufffd", "")):
            self.problem("FS105", f"{what} stands in this value", "remove it", scalar.place)
            return
        if "\r" in scalar.text:
            self.problem("FS105", "carriage return stands in this value", "remove it", scalar.place)

    def _not_yaml(self, error: MarkedYAMLError) -> NoReturn:
        said = error.problem or ""
        message, hint, opening = in_words(error.context or "", said)
        marks = (error.problem_mark, error.context_mark)
        mark = next((m for m in (reversed(marks) if opening else marks) if m is not None), None)
        place = self._place_of(mark)
        if "found '<stream end>'" in said and self.open:
            place = self.open[-1].node.place
        line = place.line - self.origin.line
        indent = re.match(r"[ \t]*", self.lines[line]) if line < len(self.lines) else None
        if indent and "\t" in indent.group() and not opening:
            place = self._place(line, indent.group().index("\t"))
            self._stop("FS111", "a tab stands in the indentation", "indent with spaces", place)
        if (meant := self._missing_colon(line, said)) is not None:
            message, hint, place = meant
        elif "mapping values" in said and ": " not in self.lines[line][: place.column - 1]:
            message = "this name stands deeper than the one above, which has a value already"
            hint = f"line it up with its neighbours; above it, {COLON_HINT}"
        self._stop("FS110", message, hint, place)

    def _missing_colon(self, line: int, said: str) -> tuple[str, str, Place] | None:
        """What to say about a name without a ':' or without a space behind it, at or above a line that YAML points at;
        None when it is something else.
        """
        if "mapping values" in said:
            above = next((n for n in range(line - 1, -1, -1) if self.lines[n].strip()), None)
            inside = above is None or self._goes_on(above)
            found = None if above is None or inside else missing_colon(self.lines[above], self.lines[line])
        elif "could not find expected ':'" in said:
            above, found = line, missing_colon(self.lines[line], self.lines[line])
        else:
            return None
        return None if found is None or above is None else (found[0], found[1], self._place(above, found[2]))

    def _goes_on(self, line: int) -> bool:
        """Whether a line goes on with the value of a line above it, which stands less deep."""
        indent = len(self.lines[line]) - len(self.lines[line].lstrip())
        for above in reversed(self.lines[:line]):
            if above.strip() and len(above) - len(above.lstrip()) < indent:
                return bool(re.search(r":\s+[^\s#]", above))
        return False

    def _place_of(self, mark: Any) -> Place:
        return self.origin if mark is None else self._place(mark.line, mark.column)

    def _place(self, line: int, column: int) -> Place:
        shift = self.origin.column - 1 if line == 0 else 0
        return Place(self.name, self.origin.line + line, column + 1 + shift)
