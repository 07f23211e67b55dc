"""Scenario files as a results folder keeps them: only their texts, no disk, and what they say of the states that ran.

The Models are kept beside the texts, so nothing is compiled here: this is about what only the files know, in the words
in which they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowsim import units
from flowsim.errors import Place
from flowsim.scenario import nodes, retarget, tree
from flowsim.scenario.based_on import KEY, resolve_based_on
from flowsim.scenario.names import look_up
from flowsim.scenario.nodes import Listing, Node, Scalar
from flowsim.scenario.scenario import Notes
from flowsim.scenario.states import StateTree, apply_state, state_names
from flowsim.scenario.tree import Document

ORDER_OF_STEPS = "steps"
"""The path of a Difference in the order of the steps; a step's own is longer."""


@dataclass(frozen=True)
class Difference:
    """A place of the scenario before and after, as the file writes it; None where it has nothing."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class KeptChange:
    """A named change: what the file says about it, and what it altered."""

    name: str
    about: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class DataFile:
    """A data file that the scenario names: where, its name and its column ("": not said)."""

    path: str
    file: str
    column: str


@dataclass(frozen=True)
class KeptState:
    """What the files say of a state that was run. `settings`: what was set on the command line altered;
    `against_first`: how the whole differs from the first of the states.
    """

    notes: Notes
    changes: tuple[KeptChange, ...]
    settings: tuple[Difference, ...]
    against_first: tuple[Difference, ...]
    data: tuple[DataFile, ...]


def kept_states(files: Mapping[str, str], states: Sequence[tuple[str, Sequence[str]]]) -> list[KeptState]:
    """For each state that was run, by its name and the settings ("PATH=VALUE") of the command line: what the files say.
    `files` are texts by name in the order in which a Scenario has them; where there are two scenarios (`flowsim compare
    A B`) each of the states is the first of its file.

    Raises ScenarioError or UsageError when the texts are no scenario that this flowsim can read.
    """
    documents = _scenarios(files)
    found: list[KeptState] = []
    first: nodes.Mapping | None = None
    for number, (name, settings) in enumerate(states):
        document = documents[min(number, len(documents) - 1)]
        own = name if len(documents) == 1 else state_names(document.root)[0]
        pairs = [(path.strip(), value.strip()) for path, _, value in (text.partition("=") for text in settings)]
        last = apply_state(document, own, pairs)
        first = first or last.root
        found.append(
            KeptState(
                notes=_notes(last.root),
                changes=tuple(_changes(document, last)),
                settings=tuple(differences(apply_state(document, own).root, last.root)) if pairs else (),
                against_first=tuple(differences(first, last.root)),
                data=tuple(_data(last.root, "")),
            )
        )
    return found


def differences(before: nodes.Mapping, after: nodes.Mapping) -> Iterator[Difference]:
    """Where two trees differ, the nearest to the leaves; and the order of the steps, when that is another."""
    yield from _differences(before, after, "")
    old, new = (_names_of_steps(root) for root in (before, after))
    if old != new:
        yield Difference(ORDER_OF_STEPS, ", ".join(old), ", ".join(new))


def _scenarios(files: Mapping[str, str]) -> list[Document]:
    """Every file that no other is based on, with those it is based on under it."""
    found: list[Document] = []
    used: set[str] = set()

    def reader(path: Path) -> Document:
        name = next((n for n in files if n == str(path)), None)
        if name is None:  # kept on a system that writes paths another way
            name = next((n for n in files if n.replace("\\", "/").rsplit("/", 1)[-1] == path.name), None)
        if name is None:
            nodes.refuse("FS100", "there is no such file", "", Place(str(path)))
        used.add(name)
        return tree.parse(files[name], name, path.parent)

    for name, text in files.items():
        if name not in used:
            used.add(name)
            found.append(resolve_based_on(tree.parse(text, name, Path(name).parent), reader))
    if not found:
        nodes.refuse("FS100", "there is no scenario file", "")
    return found


def _notes(root: nodes.Mapping) -> Notes:
    """What the file says about itself."""
    about, purpose = (retarget.field(root, key) for key in ("about", "purpose"))
    texts = [node.text if isinstance(node, Scalar) else "" for node in (about, purpose)]
    lists = [
        tuple(item.text for item in retarget.items_of(retarget.field(root, key)) if isinstance(item, Scalar))
        for key in ("sources", "assumptions")
    ]
    return Notes(_one_line(texts[0]), _one_line(texts[1]), *(tuple(map(_one_line, many)) for many in lists))


def _changes(document: Document, state: StateTree) -> Iterator[KeptChange]:
    """Each change with what it altered in the process as the changes before it left it."""
    before = apply_state(document, state.name, only=()).root
    for number, change in enumerate(state.changes):
        after = apply_state(document, state.name, only=range(number + 1)).root
        yield KeptChange(change.name, _one_line(change.about), tuple(differences(before, after)))
        before = after


def _names_of_steps(root: nodes.Mapping) -> list[str]:
    steps = retarget.field(root, "steps")
    return list(steps.entries) if isinstance(steps, nodes.Mapping) else []


def _differences(before: Node | None, after: Node | None, path: str) -> Iterator[Difference]:
    if isinstance(before, nodes.Mapping) and isinstance(after, nodes.Mapping):
        for key, old in before.entries.items():
            known = look_up(after.entries, key)
            yield from _differences(old, after.entries[known] if known is not None else None, _under(path, key))
        for key, new in after.entries.items():
            if look_up(before.entries, key) is None and not retarget.is_nothing(new):
                yield Difference(_under(path, key), None, _written(new))
        return
    old_text, new_text = (
        _written(node) if node and not retarget.is_nothing(node) else None for node in (before, after)
    )
    if old_text != new_text:
        yield Difference(path, old_text, new_text)


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _written(node: Node) -> str:
    """A value on one line, as it could stand in a file; texts without their quotes."""
    if isinstance(node, Scalar):
        return _one_line(node.text)
    if isinstance(node, Listing):
        return f"[{', '.join(_written(item) for item in node.items)}]"
    return f"{{{', '.join(f'{key}: {_written(value)}' for key, value in node.entries.items())}}}"


def _data(node: Node, path: str) -> Iterator[DataFile]:
    """Data files: mappings with a `file`, and `empirical(file, column, unit)`."""
    if isinstance(node, nodes.Mapping):
        file = retarget.field(node, "file")
        if isinstance(file, Scalar):
            column = retarget.field(node, "column")
            yield DataFile(path, _one_line(file.text), _one_line(column.text) if isinstance(column, Scalar) else "")
        for key, value in node.entries.items():
            if key != KEY:
                yield from _data(value, _under(path, key))
    elif isinstance(node, Listing):
        for number, item in enumerate(node.items):
            yield from _data(item, _under(path, str(number + 1)))
    elif "(" in node.text:
        try:
            drawn_from = units.parse_quantity(node.text).source
        except units.QuantityError:
            return
        if drawn_from is not None:
            yield DataFile(path, drawn_from[0], drawn_from[1])


def _one_line(text: str) -> str:
    return " ".join(text.split())
