"""The states of a scenario: the process as it is, and redesigns as named changes to it.

Codes: FS160 unknown state, FS161 a state or its changes are not as expected, FS162 unknown base of a state, FS163
states based on each other in a circle, FS164 no such change; those of a change are in `changes`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from flowsim.errors import Place, Problem, ScenarioError, UsageError
from flowsim.scenario import retarget
from flowsim.scenario.based_on import resolve_based_on
from flowsim.scenario.changes import apply_change
from flowsim.scenario.joining import Joined, Remarks, ended
from flowsim.scenario.names import key_form, look_up, suggest
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar, copy
from flowsim.scenario.settings import SET, Early, Setting, lay, read_settings
from flowsim.scenario.syntax import shorten, with_arrows
from flowsim.scenario.tree import Document, parse_value
from flowsim.scenario.unsure import At, Settling, Written

__all__ = [
    "SET",
    "AppliedChange",
    "StateTree",
    "apply_state",
    "change_names",
    "resolve_based_on",
    "state_names",
]

CURRENT = "current"
MORE = "a change"  # stands for the file in the places of changes that are given beside it
_STATE_FIELDS = ("about", "based on", "changes")


@dataclass(frozen=True)
class AppliedChange:
    """A change that was done: its `index` among all changes of the state (those of its base first), its name, the
    state it is written in, where, and what the file says about it ("": nothing).
    """

    index: int
    name: str
    state: str
    place: Place
    about: str = ""


@dataclass
class StateTree:
    """The scenario in one state: `root` is the tree after the changes, without `states`. `lines` are those of the
    document and, under the name `--set`, of the values set from the command line. `notes` are warnings and notes about
    the changes and these values. `guesses` are all that was settled, whether it makes a difference here or not.
    """

    name: str
    about: str
    root: Mapping
    changes: tuple[AppliedChange, ...]
    lines: dict[str, list[str]] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    guesses: tuple[Written, ...] = ()


@dataclass(frozen=True)
class _Listed:
    """A change as it stands in the file."""

    name: str
    state: str
    node: Node
    path: str


def state_names(root: Mapping) -> list[str]:
    """The names of the states in file order; only `current` when there are none. Raises ScenarioError FS161."""
    return list(_states(root).entries) or [CURRENT]


def change_names(document: Document, state: str) -> list[str]:
    """The names of a state's changes in the order they are done, those of the state it is based on first. Raises
    UsageError FS160 and ScenarioError FS161 to FS163.
    """
    return [change.name for change in _changes(document, _known(document, state))]


def apply_state(
    document: Document,
    state: str,
    sets: Sequence[tuple[str, str]] = (),
    only: Collection[int] | None = None,
    more: Sequence[str] = (),
    *,
    at: At | None = None,
) -> StateTree:
    """The scenario in one state: `sets` ((path, value as YAML) pairs) laid over the file, then the changes done in
    order, those of the state it is based on first. A setting whose path only comes to be by the changes, or that is for
    this state alone (`STATE:PATH`), is laid over what they leave. `only`: the indices (in `change_names`) of the
    changes to do; None: all. `more`: further changes, each as the text of a change, done after all of that.
    `at`: how far from low to high each guess is (`unsure`); else in the middle.

    The document is left as it is. Raises UsageError FS160, FS164 and ScenarioError with all that is wrong.
    """
    name = _known(document, state)
    settling = Settling(at)
    document = replace(document, root=settling.tree(document.root))
    changes = _changes(document, name)
    for index in only or ():
        if not 0 <= index < len(changes):
            message = f"there is no change {index} in the state '{shorten(name)}', which has {len(changes)}"
            raise UsageError(message, code="FS164", hint="changes are counted from 0")
    lines = dict(document.lines)
    settings, problems = read_settings(sets, state_names(document.root), lines, settling)
    problems += settling.wrong
    early = Early(_base(document), [setting for setting in settings if setting.state is None])
    problems += early.wrong
    root = copy(early.root)
    making = _Making(name, root, early)
    done: list[AppliedChange] = []
    for index, change in enumerate(changes):
        if only is None or index in only:
            making.do(change)
            about = retarget.field(change.node, "about")
            said = about.text if isinstance(about, Scalar) else ""
            done.append(AppliedChange(index, change.name, change.state, change.node.place, said))
    problems += making.problems
    last = [*early.late, *(setting for setting in settings if setting.state == name)]
    for setting in last:
        wrong = lay(root, setting)
        left_out = only is not None and bool(wrong) and setting in _lays(document, name, [setting])
        problems += [] if left_out else _where(document, name, setting, wrong)
    told = len(making.problems)
    for text in more:
        making.do(_Listed("a change", name, parse_value(text, Place(MORE, 1, 1), text), ""))
    problems += making.problems[told:]
    _raise(problems, lines)
    about = retarget.field(_states(document.root).entries.get(name), "about")
    text = about.text if isinstance(about, Scalar) else ""
    notes = tuple(_sourced(making.told(), lines))
    return StateTree(name, text, root, tuple(done), lines, notes, tuple(settling.found))


class _Making:
    """A state in the making: `root` as its changes are done, the `problems` met, and what there is to say."""

    def __init__(self, state: str, root: Mapping, early: Early) -> None:
        self.state = state
        self.root = root
        self.problems: list[Problem] = []
        self._early = early
        self._done: list[Node] = []
        self._notes: list[Problem] = []
        self._joined: list[tuple[_Listed, Joined]] = []

    def do(self, change: _Listed) -> None:
        """Do one change."""
        remarks = Remarks()
        self.problems += [replace(p, path=change.path) for p in apply_change(self.root, change.node, remarks)]
        self._done.append(change.node)
        self._notes += [replace(note, path=change.path) for note in remarks.notes]
        self._joined += [(change, joined) for joined in remarks.joined]
        self._notes += self._early.undone(self.root, change.name, change.state, self.state, self._again)

    def told(self) -> list[Problem]:
        """Warnings and notes about the state, now that it is finished."""
        ends = [(change, ended(self.root, joined)) for change, joined in self._joined]
        return self._notes + [
            replace(note, message=f"in state {shorten(change.state)}, {note.message}", path=change.path)
            for change, note in ends
            if note is not None
        ]

    def _again(self, other: Mapping) -> None:
        for node in self._done:
            apply_change(other, node, Remarks())


def _base(document: Document) -> Mapping:
    """The scenario without its states."""
    root = copy(document.root)
    retarget.drop(root, "states")
    return root


def _lays(document: Document, state: str, settings: Sequence[Setting]) -> list[Setting]:
    """Those settings that the state, with all its changes, has a place for."""
    root = _base(document)
    try:
        for change in _changes(document, state):
            apply_change(root, change.node, Remarks())
    except ScenarioError:  # said when that state is made
        return []
    return [setting for setting in settings if not lay(copy(root), setting)]


def _where(document: Document, name: str, setting: Setting, wrong: list[Problem]) -> list[Problem]:
    """The problems of a setting in one state; when it has its place in other states, that is said."""
    if not wrong or setting.state is not None:
        return wrong
    fine = [s for s in state_names(document.root) if s != name and _lays(document, s, [setting])]
    if not fine:
        return wrong
    value = f"{shorten(setting.path)}={shorten(setting.text)}"
    hint = f"for one state write {shorten(fine[0])}:{value}"
    return [
        replace(p, message=f"in state {shorten(name)}: {p.message}", hint=f"{hint}; {p.hint}" if p.hint else hint)
        for p in wrong
    ]


def _states(root: Mapping) -> Mapping:
    """The mapping of states; empty when there are none."""
    node = retarget.field(root, "states")
    if node is None:
        return Mapping(root.place)
    if not isinstance(node, Mapping):
        problem = Problem("FS161", "expected states by name", "states: {current: {}, future: {...}}", node.place)
        raise ScenarioError([replace(problem, path="states")])
    return node


def _known(document: Document, state: str) -> str:
    """The name of a state as defined. Raises UsageError FS160."""
    try:
        names = state_names(document.root)
    except ScenarioError as error:
        _raise(error.problems(), document.lines)
        raise
    name = look_up(dict.fromkeys(names), state, names=True)
    if name is None:
        message = f"there is no state '{shorten(state)}' in {shorten(document.root.place.file)}"
        raise UsageError(message, code="FS160", hint=suggest(state, names, "there is"))
    return name


def _changes(document: Document, name: str) -> list[_Listed]:
    """All changes of a state, those of the state it is based on first. Raises ScenarioError FS161 to FS163."""
    states = _states(document.root)
    problems: list[Problem] = []
    changes: list[_Listed] = []
    for state in reversed(_chain(states, name, problems)):
        node = states.entries[state]
        if isinstance(node, Mapping):
            changes += _listed(state, node, problems)
        elif not retarget.is_nothing(node):
            hint = "future: {about: ..., changes: [...]}"
            path = f"states.{shorten(state)}"
            problems.append(Problem("FS161", "expected the fields of a state", hint, node.place, path))
    first: dict[str, _Listed] = {}
    for change in changes:
        before = first.setdefault(key_form(change.name), change)
        if before is not change:
            message = f"two changes are called '{shorten(change.name)}', the first at line {before.node.place.line}"
            problems.append(Problem("FS161", message, "give each a name of its own", change.node.place, change.path))
    _raise(problems, document.lines)
    return changes


def _chain(states: Mapping, name: str, problems: list[Problem]) -> list[str]:
    """A state, the state it is based on, and so on."""
    chain = [name] if name in states.entries else []
    while chain:
        base = retarget.field(states.entries[chain[-1]], "based on")
        if base is None:
            break
        path = f"states.{shorten(chain[-1])}.based on"
        text = base.text.strip() if isinstance(base, Scalar) else ""
        known = look_up(states.entries, text, names=True) if text else None
        if known is None and key_form(text) == CURRENT:
            break  # the process as it is, which need not be written down
        if known is None:
            hint = suggest(text, states.entries, "there is")
            message = f"there is no state '{shorten(text)}'" if text else "expected the name of a state"
            problems.append(Problem("FS162", message, hint, base.place, path))
            break
        if known in chain:
            circle = " -> ".join(shorten(s) for s in [*chain[chain.index(known) :], known])
            message = f"states are based on each other in a circle: {circle}"
            problems.append(Problem("FS163", message, "remove one 'based on'", base.place, path))
            break
        chain.append(known)
    return chain


def _listed(state: str, node: Mapping, problems: list[Problem]) -> list[_Listed]:
    """The changes of one state as they stand in the file."""
    path = f"states.{shorten(state)}"
    for key in node.entries:
        if key_form(key) not in _STATE_FIELDS:
            hint = suggest(key, _STATE_FIELDS, "known fields")
            message = f"unknown field '{shorten(key)}' in a state"
            problems.append(Problem("FS153", message, hint, node.keys[key], path))
    changes = retarget.field(node, "changes")
    if changes is not None and not isinstance(changes, Listing):
        message = "expected a list of changes"
        problems.append(Problem("FS161", message, "begin each change with '- name: ...'", changes.place, path))
        return []
    listed = []
    for number, change in enumerate(retarget.items_of(changes), 1):
        name = retarget.field(change, "name")
        where = f"{path}.changes.{number}"
        if isinstance(change, Mapping) and not isinstance(name, Scalar):
            message = "a change has no name"
            problems.append(Problem("FS161", message, "begin it with '- name: ...'", change.place, where))
            name = None
        text = " ".join(name.text.split()) if isinstance(name, Scalar) else f"change {number}"
        listed.append(_Listed(text, state, change, where))
    return listed


def _raise(problems: Sequence[Problem], lines: dict[str, list[str]]) -> None:
    """Raise the problems in order of place, each with its source line; nothing when there are none."""
    if not problems:
        return
    found = _sourced(problems, lines)
    found.sort(
        key=lambda p: (
            (p.place.file == SET, p.place.file, p.place.line, p.place.column) if p.place else (False, "", 0, 0)
        )
    )
    raise ScenarioError(found)


def _sourced(problems: Sequence[Problem], lines: dict[str, list[str]]) -> list[Problem]:
    """The problems, each once and with its source line."""
    found = []
    for problem in dict.fromkeys(problems):
        place = problem.place
        known = lines.get(place.file, []) if place else []
        if place and not problem.source and 1 <= place.line <= len(known):
            problem = replace(problem, source=with_arrows(known[place.line - 1]))
        found.append(problem)
    return found
