"""The limit of what became one (R14): the sum of the limits of its parts.

Codes: FS168 a limit that only some of the merged teams or steps had holds for what they became.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flowsim.errors import Problem
from flowsim.scenario.names import look_up, name_form
from flowsim.scenario.nodes import Mapping, Scalar, refuse
from flowsim.scenario.references_requests import KINDS
from flowsim.scenario.retarget import field, is_nothing, put, whole_number
from flowsim.scenario.syntax import shorten


def merge_limits(root: Mapping, kind: str, names: Sequence[str], into: Scalar) -> Iterator[Problem]:
    """Make one limit of those of the merged things, `kind` being "teams" or "steps", before they are gone. Yields a
    warning when not all of them had one. Raises ScenarioError FS157 for limits that do not add up.
    """
    limits = field(root, "limits")
    if not isinstance(limits, Mapping):
        return
    other = field(root, "steps" if kind == "teams" else "teams")
    others = other.entries if isinstance(other, Mapping) else {}
    words = {word: _meant(word, kind, names) for word in limits.entries}
    met = [
        word
        for word, name in words.items()
        if name is not None and (_prefixed(word, name) or look_up(others, name, names=True) is None)
    ]
    said = [word for word in met if not is_nothing(limits.entries[word])]
    if not met:
        return
    first = limits.entries[(said or met)[0]]
    if len(said) > 1:
        numbers = [whole_number(limits.entries[word]) for word in said]
        if None in numbers:
            refuse("FS157", f"the limits of {' and '.join(said)} do not add up", "set one of them first", first.place)
        first = Scalar(str(sum(n for n in numbers if n is not None)), first.place)
    new = into.text.strip()
    doubt = any(_prefixed(word, words[word] or "") for word in met) or look_up(others, new, names=True) is not None
    entries, keys = dict(limits.entries), dict(limits.keys)
    limits.entries.clear()
    limits.keys.clear()
    for word, value in entries.items():
        if word not in met:
            put(limits, word, value, keys.get(word))
        elif word == met[0]:
            put(limits, f"{kind.removesuffix('s')} {new}" if doubt else new, first, keys.get(word))
    without = [name for name in names if name not in {words[word] for word in said}]
    if said and without and isinstance(first, Scalar):
        message = f"'{shorten(new)}' has the limit {shorten(first.text)}, and '{shorten(without[0])}' had none"
        hint = f"say it in a change after this one, for example set: {{limits.{shorten(new)}: none}}"
        yield Problem("FS168", message, hint, into.place, severity="warning")


def _meant(word: str, kind: str, names: Sequence[str]) -> str | None:
    """Which of the merged things a word under `limits` stands for, None for none of them."""
    named = dict.fromkeys(names)
    found = look_up(named, word.strip(), names=True)
    first, _, rest = word.strip().partition(" ")
    if found is None and KINDS.get(name_form(first)) == kind.removesuffix("s"):
        found = look_up(named, rest.strip(), names=True)
    return found


def _prefixed(word: str, name: str) -> bool:
    """Whether the word says besides the name what kind of thing it is."""
    return name_form(word.strip()) != name_form(name)
