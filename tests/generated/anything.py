"""A strategy of hypothesis for whole scenario files: any legal scenario that the format can express.

A scenario is drawn as it would be written: a tree of texts, lists and mappings, with the files that it names. Most are
legal, for what is drawn first (names, the order of steps) decides what can be drawn after it; what is not is told by
`check`. Each is small: some sixty requests, of a few steps.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import draft
import draft_people
import draft_requests
import draft_states
import draft_steps
from choices import Choices
from draft import NAMES, Draft, Tree
from hypothesis import strategies as st
from pen import Pen, guessed

from flowsim.errors import Place
from flowsim.scenario import Scenario, load, load_text
from flowsim.scenario.names import key_form
from flowsim.scenario.nodes import Listing, Mapping, Scalar, dump
from flowsim.scenario.scenario import load_tree
from flowsim.scenario.tree import Document

MAIN, BASE = "scenario.yaml", "base.yaml"


@dataclass(frozen=True)
class Drawn:
    """A scenario file: `tree` as it is written, and perhaps the tree `below` it that it is `based on`; `data` are the
    other files it names.
    """

    tree: Tree
    below: Tree | None = None
    data: dict[str, str] = field(default_factory=dict)
    coarse: bool = False

    @cached_property
    def files(self) -> dict[str, str]:
        """Every file, by name."""
        below = {} if self.below is None else {BASE: written(self.below)}
        return {MAIN: written(self.tree), **below, **self.data}

    def scenario(self, folder: Path, as_text: bool = True) -> Scenario:
        """The scenario read from its files, put into a folder when there is more than one. Raises ScenarioError.

        `as_text` False: what is one file is made from the tree that its text would give, which takes half the time
        and leaves out nothing but the reading of YAML.
        """
        if self.below is None and not self.data:
            if not as_text:
                return load_tree(Document(_node(self.tree), {MAIN: []}, None))
            return load_text(self.files[MAIN], MAIN)
        self.put(folder)
        return load(folder / MAIN)

    def put(self, folder: Path) -> None:
        """Write every file into a folder."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def __repr__(self) -> str:
        return "\n".join(f"--- {name}\n{text}" for name, text in self.files.items())


def written(tree: Tree) -> str:
    """The tree as YAML text, in blocks; what is small in one line."""
    lines: list[str] = []
    for key, value in tree.items():
        if isinstance(value, dict) and key in draft_sections():
            lines.append(f"{key}:")
            lines += [f"  {_quoted(name)}: {flow(one)}" for name, one in value.items()]
            if not value:
                lines[-1] = f"{key}: {{}}"
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n"


def draft_sections() -> tuple[str, ...]:
    """The sections that are written a line for each thing."""
    return ("calendars", "requests", "tasks", "teams", "steps", "people", "limits", "states")


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return _quoted(value)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -%_+.")


def _quoted(text: str) -> str:
    """A text as it is, where nothing in it has a meaning to YAML; else between quotes."""
    return text if _is_plain(text) else json.dumps(text, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    return bool(text) and text[0].isalnum() and _PLAIN.issuperset(text) and text.strip() == text


def blocks(tree: Tree) -> str:
    """The same tree as YAML in blocks."""
    return dump(_node(tree))


def _node(value: Any) -> Any:
    nowhere = Place(MAIN, 1, 1)
    if isinstance(value, dict):
        return Mapping(nowhere, {key: _node(one) for key, one in value.items()}, dict.fromkeys(value, nowhere))
    if isinstance(value, list):
        return Listing([_node(one) for one in value], nowhere)
    return Scalar(value, nowhere, quoted=not _is_plain(value))


def scenario_files() -> st.SearchStrategy[Drawn]:
    """Any scenario file. Hypothesis draws the number that all luck comes from, and no more: drawn piece by piece, five
    of six examples would be made of bits of the one before. What fails is made small by `smallest`.
    """
    return st.randoms(use_true_random=True).map(file_from)


def numbered(number: int) -> Drawn:
    """The scenario file of that number, the same on every machine."""
    return file_from(random.Random(number))


def file_from(luck: random.Random) -> Drawn:
    """Any scenario file, out of a stream of random numbers."""
    c = Choices(luck)
    pen = Pen(c, coarse=c.chance(50))
    d = Draft(c, pen)
    draft.length_of_run(d)
    tree = draft.head(d)
    d.limited = c.chance(22)
    d.classes = list(NAMES["class"][: c.weighed({1: 4, 2: 4, 3: 1})])
    calendars = draft.calendars(d)
    draft_people.name_people(d)
    draft_steps.lay_out(d)
    teams, people = draft_people.teams_and_people(d)
    parts: Tree = {"calendars": calendars, "requests": draft_requests.requests(d), "tasks": draft_people.tasks(d)}
    parts |= {"teams": teams, "steps": draft_steps.steps(d)}
    if people or c.chance(3):
        parts["people"] = people
    if d.limited:
        parts["limits"] = draft_people.limits(d)
    if not calendars and c.chance(50):
        del parts["calendars"]
    parts["run"] = draft.run(d)
    tree |= parts
    if c.chance(18):
        tree["states"] = draft_states.states(d, tree)
    if c.chance(8):
        unsure(c, tree)
    below = None
    if c.chance(4):
        below, tree = laid_over(c, tree)
    return Drawn(tree, below, dict(pen.files), pen.coarse)


NUMBERS = (
    *(
        "time",
        "arrivals",
        "rate",
        "every",
        "promise",
        "transit",
        "reread",
        "set-up",
        "answer",
        "takes",
        "age",
        "people",
    ),
    *("absence", "presence", "chance", "returns", "speed", "cost", "requests", "batch", "share"),
)
"""Fields whose values may be unsure; not those of which several have to fit together."""

SHARES = ("absence", "presence", "chance", "share", "speed", "returns")
"""Those among them that may be written without a sign or a unit."""


def unsure(c: Choices, tree: Tree) -> None:
    """Somebody is not sure of some of the values, in the file and in changes."""
    for section in ("requests", "tasks", "teams", "steps", "states", "people"):
        _unsure(c, tree.get(section))


def _unsure(c: Choices, node: Any) -> None:
    for key, value in node.items() if isinstance(node, dict) else ():
        field = key_form(key.rpartition(".")[2])
        if isinstance(value, str) and field in map(key_form, NUMBERS) and c.chance(40):
            node[key] = guessed(c, value) if field not in SHARES or "%" in value else value
        elif key_form(key) != "next":
            _unsure(c, value)
    for item in node if isinstance(node, list) else ():
        _unsure(c, item)


def laid_over(c: Choices, tree: Tree) -> tuple[Tree, Tree]:
    """The tree in two files: what is below, and what is laid over it."""
    below, own = {"flowsim": "1"}, {"based on": BASE}
    for key, value in tree.items():
        if key == "flowsim" or c.chance(50):
            own[key] = value
        else:
            below[key] = value
    if "tasks" in below and c.chance(50):  # the same again, laid into it
        own["tasks"] = {name: {"value": task["value"]} for name, task in below["tasks"].items()}
    return below, own
