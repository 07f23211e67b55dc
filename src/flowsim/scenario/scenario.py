"""A scenario as the rest of flowsim sees it: read once, compiled to a Model for each state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.errors import FlowsimError, Place, Problem, ScenarioError, UsageError
from flowsim.model import Model
from flowsim.scenario.compile import Checked, check_tree, compile_model, validate
from flowsim.scenario.hints import model_problems
from flowsim.scenario.places import in_order
from flowsim.scenario.references import Directory
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.sense import unused
from flowsim.scenario.states import SET, apply_state, resolve_based_on, state_names
from flowsim.scenario.syntax import lines_of, shorten
from flowsim.scenario.tree import Document, parse, read

Setting = str | tuple[str, str]
"""A value from the command line: "PATH=VALUE", or the two apart."""


@dataclass(frozen=True)
class Notes:
    """What the file says about itself, as written; "" or () for what it does not say."""

    about: str
    purpose: str
    sources: tuple[str, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Compiled:
    """One state, ready to run. `changes` are the names of the changes done; `warnings` holds notes too (`severity`)."""

    state: str
    about: str
    model: Model
    replications: int
    seed: int
    changes: tuple[str, ...]
    warnings: tuple[Problem, ...]


class Scenario:
    """A scenario file that was read and has the right shape. `load` and `load_text` make one.

    `path` is None for a text from no file. `text` is the exact text by file name: the file, and those it is based on.
    `states` are the names of its states, in file order.
    """

    def __init__(self, document: Document, form: ScenarioForm, path: Path | None) -> None:
        self._document = document
        self.path = path
        self.name = form.name
        self.states = tuple(state_names(document.root))
        self.notes = Notes(form.about, form.purpose, tuple(form.sources), tuple(form.assumptions))
        self.text = {name: _exact(name, lines) for name, lines in document.lines.items()}

    def compile(
        self,
        state: str,
        sets: Sequence[Setting] = (),
        only: Collection[int] | None = None,
        more: Sequence[str] = (),
    ) -> Compiled:
        """The Model of a state, with values of the command line laid over it. `only`: the indices of the changes to do
        (None: all). `more`: further changes, as they would stand in the file, done last. Raises ScenarioError with all
        problems, and UsageError for an unknown state or change.
        """
        return self._compile(state, sets, only, more)[0]

    def check(self, sets: Sequence[Setting] = ()) -> tuple[list[Problem], dict[str, Compiled]]:
        """Every state compiled: all problems, warnings and notes in order of place, and the states that are sound."""
        told: dict[str, list[Problem]] = {}
        sound: dict[str, Compiled] = {}
        checked: list[Checked] = []
        for state in self.states:
            try:
                sound[state], tree = self._compile(state, sets, None)
            except FlowsimError as error:
                told[state] = error.problems()
                continue
            told[state] = list(sound[state].warnings)
            checked.append(tree)
        problems = _each_once(told)
        if len(sound) == len(self.states):  # else who knows what would be used
            problems += _unused_everywhere(checked)
        return in_order(problems), sound

    def _compile(
        self, state: str, sets: Sequence[Setting], only: Collection[int] | None, more: Sequence[str] = ()
    ) -> tuple[Compiled, Checked]:
        tree = apply_state(self._document, state, [_pair(item) for item in sets], only, more)
        document = replace(self._document, root=tree.root, lines=tree.lines)
        checked = check_tree(document, tree.root)
        model, plan = compile_model(checked, document.folder, frozenset({SET}))
        found = model_problems(model, checked.places)
        errors = [problem for problem in found if problem.severity == "error"]
        if errors:
            raise ScenarioError(in_order(errors))
        compiled = Compiled(
            state=tree.name,
            about=tree.about,
            model=model,
            replications=plan.replications,
            seed=plan.seed,
            changes=tuple(change.name for change in tree.changes),
            warnings=tuple(in_order([*tree.notes, *checked.warnings, *found])),
        )
        return compiled, checked


def load(path: Path) -> Scenario:
    """The scenario in a file. Raises ScenarioError with all that is wrong with its text or its shape."""
    return _scenario(read(path), path)


def load_text(text: str, name: str, folder: Path | None = None) -> Scenario:
    """The scenario in a text; `name` stands for the file in messages, `folder` is where its data files are. Raises
    ScenarioError.
    """
    return _scenario(parse(text, name, folder), None)


def load_tree(document: Document) -> Scenario:
    """The scenario in a tree that is at hand. Raises ScenarioError."""
    return _scenario(document, None)


def check(path: Path, sets: Sequence[Setting] = ()) -> tuple[list[Problem], dict[str, Compiled]]:
    """All problems, warnings and notes of a file, and its states as far as they are sound. Never raises for what is
    wrong with the file.
    """
    try:
        return load(path).check(sets)
    except FlowsimError as error:
        return in_order(error.problems()), {}


def _scenario(document: Document, path: Path | None) -> Scenario:
    whole = resolve_based_on(document)
    form, _ = validate(whole, whole.root)
    try:
        return Scenario(whole, form, path)
    except ScenarioError as error:  # states that are none; they do not know the lines of the file
        found = [replace(problem, source=whole.source(problem.place)) for problem in error.problems()]
    raise ScenarioError(found)


def _pair(setting: Setting) -> tuple[str, str]:
    """A setting as path and value. Raises UsageError."""
    if not isinstance(setting, str):
        return setting
    path, equals, value = setting.partition("=")
    if not equals or not path.strip():
        hint = "for example: teams.Legal.people=3"
        raise UsageError(f"expected PATH=VALUE, found '{shorten(setting)}'", code="FS330", hint=hint)
    return path.strip(), value.strip()


def _each_once(told: dict[str, list[Problem]]) -> list[Problem]:
    """The problems of all states, each once whatever the hint; what not every state has says where it is met when it is
    an error that does not stand in the state itself, or when other states have something else of that kind there.
    """
    first: dict[tuple[str, Place | None, str], Problem] = {}
    states: dict[tuple[str, Place | None, str], list[str]] = {}
    for state, problems in told.items():
        for problem in problems:
            key = (problem.code, problem.place, problem.message)
            first.setdefault(key, problem)
            states.setdefault(key, []).append(state)
    found = []
    for key, problem in first.items():
        met = list(dict.fromkeys(states[key]))
        others = [other for other in states if other[:2] == key[:2] and set(states[other]) != set(met)]
        own = (
            (problem.severity != "error" and not others)
            or problem.path.startswith("states.")
            or problem.message.startswith("in state ")
        )
        if len(met) < len(told) and not own:
            where = f"in state{'s' if len(met) > 1 else ''} {', '.join(shorten(name) for name in met)}"
            problem = replace(problem, message=f"{where}: {problem.message}")
        found.append(problem)
    return found


def _unused_everywhere(checked: Sequence[Checked]) -> list[Problem]:
    """Warnings about what no state uses; a redesign may well leave something of the present unused."""
    tables = [unused(tree.form, tree.places, tree.known) for tree in checked]
    found = {key: problem for table in tables for key, problem in table.items()}
    used = {
        (kind, form)
        for tree, table in zip(checked, tables, strict=True)
        for kind, form in _defined(tree.known)
        if (kind, form) not in table
    }
    return [problem for key, problem in found.items() if key not in used]


def _defined(known: Directory) -> list[tuple[str, str]]:
    return [(kind, form) for kind, names in known.names.items() for form in names]


def _exact(name: str, lines: list[str]) -> str:
    """The text of a file as it is on disk; when it is not (or no longer) there, its lines."""
    try:
        text = Path(name).read_bytes().decode("utf-8")
    except (OSError, ValueError):
        text = ""
    return text if lines_of(text.removeprefix("\ufeff")) == lines else "\n".join(lines)
