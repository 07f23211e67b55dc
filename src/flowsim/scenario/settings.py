"""Values from the command line: `PATH=VALUE` for every state, `STATE:PATH=VALUE` for one.

A setting for every state is laid over the file itself, so that the changes of a state start from it; when its path only
comes to be by these changes, it is laid over what they leave. A setting for one state always comes last.

Codes: FS165 a change sets again what `--set` has set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario.changes import caught
from flowsim.scenario.names import look_up
from flowsim.scenario.nodes import Mapping, Node, copy, plain
from flowsim.scenario.paths import Path, find, format_path, remove, set_value
from flowsim.scenario.syntax import lines_of, shorten, without_refused
from flowsim.scenario.tree import parse_value
from flowsim.scenario.unsure import Settling

SET = "--set"  # stands for the file in the places of values from the command line
_MAY_COME = ("FS131", "FS132", "FS133")  # what a path does not find may be there after the changes
_SHOWN = 3  # paths in a message


@dataclass(frozen=True)
class Setting:
    """One value: the `state` it is for (None: all), its path and value, the value as written, and where it stands."""

    state: str | None
    path: str
    value: Node
    text: str
    place: Place


@dataclass(frozen=True)
class _Put:
    """One place that a setting was laid over: its path, what stood there before (None: nothing), and what now does."""

    setting: Setting
    path: Path
    before: Node | None
    value: Node


def read_settings(
    sets: Sequence[tuple[str, str]], states: Sequence[str], lines: dict[str, list[str]], settling: Settling
) -> tuple[list[Setting], list[Problem]]:
    """The settings, and what is wrong with their values; `lines` gets their text as that of a file named `--set`. What
    is unsure in them is settled.
    """
    found: list[Setting] = []
    problems: list[Problem] = []
    shown: list[str] = []
    for written, text in sets:
        source = f"{written}={text}"
        begin = Place(SET, len(shown) + 1, 1)
        shown += lines_of(without_refused(source))
        lines[SET] = shown
        word, colon, rest = written.partition(":")
        state = look_up(dict.fromkeys(states), word.strip(), names=True) if colon else None
        try:
            value = parse_value(text, replace(begin, column=len(written) + 2), source)
        except ScenarioError as error:
            problems += error.problems()
            continue
        value = settling.value(written, value)
        found.append(Setting(state, written if state is None else rest.strip(), value, text, begin))
    return found, problems


def lay(root: Mapping, setting: Setting) -> list[Problem]:
    """Lay a setting over a tree; returns what is wrong with its path."""
    return caught(setting.place, set_value, root, setting.path, setting.value, setting.place)


class Early:
    """Settings that are laid over the file, before any change, and whether a change undoes them. `late` are those whose
    path is not there yet.
    """

    def __init__(self, base: Mapping, settings: Sequence[Setting]) -> None:
        """`base` is the tree without any setting or change."""
        self._base = base
        self.late: list[Setting] = []
        self.wrong: list[Problem] = []
        self.done: list[Setting] = []
        self._live: list[_Put] = []
        self.root = copy(base)
        for setting in settings:
            problems = lay(tried := copy(self.root), setting)
            if not problems:
                before = self.root
                self.root = tried
                self._live += _puts(before, tried, setting)
                self.done.append(setting)
            elif all(problem.code in _MAY_COME for problem in problems):
                self.late.append(setting)
            else:
                self.wrong += problems
        self._live = [put for put in self._live if _at(self.root, put.path) == put.value]  # no later one replaced it

    def undone(
        self, root: Mapping, change: str, place: str, state: str, again: Callable[[Mapping], object]
    ) -> list[Problem]:
        """FS165 for the settings that the last change left without effect. `change` is its name, `place` the state it
        stands in and `state` the one that is made; `again` does all changes so far to another tree.
        """
        gone: dict[Setting, list[Path]] = {}
        rest = []
        for put in self._live:
            now = _at(root, put.path)
            if now == put.value:
                rest.append(put)
            elif self._no_effect(root, put, now, again):
                gone.setdefault(put.setting, []).append(put.path)
        self._live = rest
        return [_undone(setting, paths, root, change, place, state) for setting, paths in gone.items()]

    def _no_effect(self, root: Mapping, put: _Put, now: Node | None, again: Callable[[Mapping], object]) -> bool:
        """Whether the tree would be the same without the setting at that path. (A sum of people would not.)"""
        if put.before is not None and plain(put.before) == plain(put.value):
            return now is not None
        other = copy(self._base)
        for setting in self.done:
            lay(other, setting)
        if put.before is None:
            remove(other, put.path)
        else:
            set_value(other, put.path, put.before)
        again(other)
        return bool(plain(other) == plain(root))


def _puts(before: Mapping, after: Mapping, setting: Setting) -> list[_Put]:
    """What a setting that was laid over `before` did."""
    return [
        _Put(setting, match.path, _at(before, match.path), match.node)
        for match in find(after, setting.path)
        if match.node is not None
    ]


def _at(root: Mapping, path: Path) -> Node | None:
    try:
        return find(root, path)[0].node
    except ScenarioError:
        return None


def _undone(setting: Setting, paths: list[Path], root: Mapping, change: str, place: str, state: str) -> Problem:
    there = [format_path(path) for path in paths]
    listed = ", ".join(shorten(path) for path in there[:_SHOWN])
    if len(there) > _SHOWN:
        listed += f" and {len(there) - _SHOWN} more"
    kept = _at(root, paths[0]) is not None
    does = f"sets {listed} again" if kept else f"takes {listed} away"
    message = f"the change '{shorten(change)}' of state '{shorten(place)}' {does}, so --set has no effect there"
    path = there[0] if kept and len(there) == 1 else (setting.path if kept else "PATH")
    value = shorten(setting.text) if kept else "VALUE"
    end = "" if kept else ", with a path that is there after the changes"
    hint = f"write {shorten(state)}:{shorten(path)}={value}{end}"
    return Problem("FS165", message, hint, setting.place, shorten(there[0]), severity="warning")
