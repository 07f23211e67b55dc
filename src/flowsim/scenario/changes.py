"""One change of a redesign: set, remove, add and merge, done to the tree in the order written.

Codes: FS150 not a change, FS151 not a value for set, remove or add, FS152 there already, FS153 unknown field,
FS154 cannot be merged, FS155 unknown team or step, FS156 not a return, FS157 a reference that cannot be kept; and
FS130 to FS133 of paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ParamSpec

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario.commas import broken_at
from flowsim.scenario.joining import Remarks
from flowsim.scenario.merging import merge
from flowsim.scenario.names import key_form, look_up, suggest
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar, copy, refuse
from flowsim.scenario.paths import remove, set_value
from flowsim.scenario.retarget import drop, field, items_of, put
from flowsim.scenario.syntax import shorten

_Given = ParamSpec("_Given")

MERGE = "merge"
ADDED = ("calendars", "requests", "tasks", "teams", "people")


def apply_change(root: Mapping, change: Node, remarks: Remarks) -> list[Problem]:
    """Do one change to `root`; returns what is wrong with it, each with its place. When anything is, `root` may be
    changed in part. What there is to say about a sound change is added to `remarks`.
    """
    if not isinstance(change, Mapping):
        hint = "{name: One by one, set: {steps.*.handoff.batch: none}}"
        return [Problem("FS150", "expected a change with a name", hint, change.place)]
    problems: list[Problem] = []
    done = 0
    for key, node in change.entries.items():
        word = key_form(key)
        if word in _OPERATIONS or word == MERGE:
            done += 1
            several = isinstance(node, Listing) and word in ("add", MERGE)  # each in its turn
            for one in node.items if isinstance(node, Listing) and several else [node]:
                if word == MERGE:
                    problems += caught(one.place, merge, root, one, remarks)
                else:
                    problems += caught(one.place, _OPERATIONS[word], root, one)
        elif word not in ("name", "about"):
            hint = suggest(key, ["name", *_OPERATIONS, MERGE], "known fields")
            problems.append(Problem("FS153", f"unknown field '{shorten(key)}' in a change", hint, change.keys[key]))
    if not done and not problems:
        problems.append(Problem("FS150", "this change changes nothing", "use set, remove, add or merge", change.place))
    return problems


def caught(place: Place, act: Callable[_Given, object], *args: _Given.args, **kwargs: _Given.kwargs) -> list[Problem]:
    """The problems that an act raises; those that have no place yet stand at `place`."""
    try:
        act(*args, **kwargs)
    except ScenarioError as error:
        return [problem if problem.place else replace(problem, place=place) for problem in error.problems()]
    return []


def _set(root: Mapping, node: Node) -> None:
    if not isinstance(node, Mapping) or not node.entries:
        refuse("FS151", "expected paths with their new values", "{steps.*.handoff.batch: none}", node.place)
    broken = {path: piece for path in node.entries if (piece := broken_at(node, path)) is not None}
    problems: list[Problem] = []
    for path, value in node.entries.items():
        at = node.keys[path]
        if path not in broken:
            problems += caught(at, set_value, root, path, value, at)
        elif broken[path].pieces[0] == path:
            message = f"'{shorten(path)}' is the rest of the value of '{shorten(broken[path].key)}', behind a comma"
            problems.append(Problem("FS151", message, broken[path].hint, at))
    _raise(problems)


def _remove(root: Mapping, node: Node) -> None:
    paths = items_of(node)
    if not paths:
        refuse("FS151", "expected a path or a list of paths", "remove: steps.Check the file.returns", node.place)
    _raise(problem for path in paths for problem in caught(path.place, _remove_one, root, path))


def _remove_one(root: Mapping, path: Node) -> None:
    if not isinstance(path, Scalar):
        refuse("FS151", "expected a path", "for example: steps.Check the file.returns", path.place)
    remove(root, path.text)


def _add(root: Mapping, node: Node) -> None:
    if not isinstance(node, Mapping) or not node.entries:
        refuse("FS151", "expected what to add", "{step: Rush desk, after: Register, team: Rush}", node.place)
    sections = [key for key in node.entries if key_form(key) in ADDED]
    problems = []
    for key in sections:
        problems += caught(node.keys[key], _add_named, root, key_form(key), node.entries[key])
    if len(sections) < len(node.entries):
        problems += caught(node.place, _add_step, root, node, sections)
    _raise(problems)


def _add_named(root: Mapping, kind: str, node: Node) -> None:
    """Add calendars, requests, tasks, teams or people."""
    if not isinstance(node, Mapping) or not node.entries:
        refuse("FS151", f"expected {kind} by name", f"{{{kind}: {{NAME: {{...}}}}}}", node.place)
    section = _section(root, kind, node.place)
    problems = []
    for name, value in node.entries.items():
        there = look_up(section.entries, name, names=True)
        if there is not None:
            message = f"there is a '{shorten(there)}' in {kind} already"
            problems.append(Problem("FS152", message, "choose another name, or use set", node.keys[name]))
            continue
        section.entries[name] = copy(value)
        section.keys[name] = node.keys[name]
    _raise(problems)


def _add_step(root: Mapping, node: Mapping, sections: list[str]) -> None:
    """Add a step, whose fields stand beside its name, behind or before another one, else last."""
    name = field(node, "step")
    if not isinstance(name, Scalar):
        key = next(key for key in node.entries if key not in sections)
        hint = suggest(key, ["step", "after", "before", *ADDED], "known fields")
        refuse("FS151", f"'{shorten(key)}' is added to no step: 'step' is missing", hint, node.keys[key])
    steps = _section(root, "steps", node.place)
    there = look_up(steps.entries, name.text.strip(), names=True)
    if there is not None:
        refuse(
            "FS152", f"there is a '{shorten(there)}' in steps already", "choose another name, or use set", name.place
        )
    position = _position(steps, node)
    step = copy(node)
    for key in ("step", "after", "before", *sections):
        drop(step, key)
    entries, keys = list(steps.entries.items()), dict(steps.keys)
    entries.insert(position, (name.text.strip(), step))
    keys[name.text.strip()] = name.place
    steps.entries.clear()
    steps.entries.update(entries)
    steps.keys.update(keys)


def _position(steps: Mapping, node: Mapping) -> int:
    """Where in the order of steps a new one comes."""
    words = [word for word in ("after", "before") if field(node, word) is not None]
    if not words:
        return len(steps.entries)
    target = field(node, words[0])
    if len(words) > 1 or not isinstance(target, Scalar):
        refuse("FS151", "a step comes after or before one other step", "after: Register", node.place)
    known = look_up(steps.entries, target.text.strip(), names=True)
    if known is None:
        hint = suggest(target.text, steps.entries, "there is")
        refuse("FS155", f"there is no '{shorten(target.text)}' in steps", hint, target.place)
    return list(steps.entries).index(known) + (words[0] == "after")


def _section(root: Mapping, kind: str, place: Place) -> Mapping:
    """The mapping of a section, made when the file has none."""
    section = field(root, kind)
    if section is None:
        section = Mapping(place)
        put(root, kind, section)
    if not isinstance(section, Mapping):
        refuse("FS151", f"'{kind}' holds no names, so nothing can be added to it", "write them by name", section.place)
    return section


def _raise(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise ScenarioError(found)


_OPERATIONS: dict[str, Callable[[Mapping, Node], None]] = {"set": _set, "remove": _remove, "add": _add}
