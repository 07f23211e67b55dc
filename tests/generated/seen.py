"""What of the file format occurs in scenarios: every field of every form, every choice of a field, every family.

The format is read from its own forms, as `docs/generate.py` does, so what is added to it is missing here at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from anything import Drawn
from pydantic.fields import FieldInfo

from flowsim import units
from flowsim.model.families import FAMILIES
from flowsim.scenario.faults import form_in, inner
from flowsim.scenario.fields import PRIORITIES, ByName, Reader
from flowsim.scenario.forms import Form
from flowsim.scenario.names import key_form
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.schema_next import SplitForm
from flowsim.units.quantities import NAMES

GUESSES = {"a guess", "a guess of a count", "a guess in a change"}
"""Forms of what is unsure, which may stand for any value with a number."""


def whole_format(root: type[Form] = ScenarioForm) -> set[str]:
    """Everything that the format has: "Form.field", "Form.field = choice", "family NAME", "distribution WORD"."""
    found = {f"family {name}" for name in FAMILIES} | {f"distribution {word}" for word in NAMES}
    for form in _forms(root):
        for field, info in _fields(form).items():
            found.add(f"{form.__name__}.{field}")
            found |= {f"{form.__name__}.{field} = {choice}" for choice in _choices(info)}
    return found | {f"RequestForm.priority = {word}" for word in PRIORITIES} | GUESSES


def written_in(drawn: Drawn) -> Counter[str]:
    """What of the format occurs in a drawn file, and how often."""
    found: Counter[str] = Counter()
    for tree in (drawn.tree, drawn.below):
        if tree is not None:
            _walk(ScenarioForm, _settled(tree, found, changed=False), found)
    return found


def _settled(node: Any, found: Counter[str], changed: bool) -> Any:
    """The same with the middle in the place of each guess, which is counted."""
    if isinstance(node, Mapping):
        return {key: _settled(value, found, changed or key == "set") for key, value in node.items()}
    if isinstance(node, list):
        return [_settled(value, found, changed) for value in node]
    if not isinstance(node, str) or not units.has_range(node):
        return node
    guess = units.parse_guess(node)
    found["a guess"] += 1
    found["a guess of a count"] += guess.levels > 0
    found["a guess in a change"] += changed
    return guess.at(0.5)


def _forms(root: type[Form]) -> set[type[Form]]:
    found: set[type[Form]] = set()
    waiting = [root]
    while waiting:
        form = waiting.pop()
        if form not in found:
            found.add(form)
            below = (form_in(inner(info.annotation)) or form_in(info.annotation) for info in form.model_fields.values())
            waiting += [one for one in below if one is not None]
    return found


def _fields(form: type[Form]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in form.model_fields.items()}


def _readers(kind: Any) -> Iterator[Reader]:
    """The Readers in an annotation."""
    if isinstance(kind, Reader):
        yield kind
    for argument in (*get_args(kind), *getattr(kind, "__metadata__", ())):
        yield from _readers(argument)


def _choices(info: FieldInfo) -> set[str]:
    readers = [*(item for item in info.metadata if isinstance(item, Reader)), *_readers(info.annotation)]
    return {choice for reader in readers for choice in reader.choices}


def _walk(form: type[Form], node: Any, found: Counter[str]) -> None:
    """Count what occurs in a mapping of a form, or in the text that stands for it."""
    if isinstance(node, str):
        if not node.strip() or node.strip().casefold() in ("none", "geen"):
            return
        node = form.from_text(node)
    known = {key_form(field): (field, info) for field, info in _fields(form).items()}
    for key, value in node.items():
        if key_form(key) not in known:
            continue  # beside `add` and `merge`: the fields of a step or a team
        field, info = known[key_form(key)]
        found[f"{form.__name__}.{field}"] += 1
        _count_texts(f"{form.__name__}.{field}", info, value, found)
        below = form_in(inner(info.annotation)) or form_in(info.annotation)
        if below is None or (below is SplitForm and not _splits(value)):
            continue
        named = any(isinstance(item, ByName) for item in info.metadata) and isinstance(value, Mapping)
        for one in value.values() if named else value if isinstance(value, list) else [value]:
            _walk(below, one, found)


def _splits(value: Any) -> bool:
    return isinstance(value, Mapping) and any(key_form(key) == "parallel" for key in value)


def _count_texts(where: str, info: FieldInfo, value: Any, found: Counter[str]) -> None:
    choices = _choices(info) | (set(PRIORITIES) if where == "RequestForm.priority" else set())
    quantities = any(reader.parse is units.parse_quantity for reader in _all_readers(info))
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str):
            continue
        if text.strip().casefold() in choices:
            found[f"{where} = {text.strip().casefold()}"] += 1
        if quantities and text.casefold() not in ("none", "geen"):
            found[f"family {units.parse_quantity(text).name}"] += 1
            word = text.partition("(")[0].strip().casefold()
            if word in NAMES:
                found[f"distribution {word}"] += 1


def _all_readers(info: FieldInfo) -> list[Reader]:
    return [*(item for item in info.metadata if isinstance(item, Reader)), *_readers(info.annotation)]
