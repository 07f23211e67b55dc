"""A scenario as the rest of flowsim sees it: read once, compiled to a Model for each state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.errors import FlowsimError, Place, Problem, ScenarioError, UsageError
from flowsim.model import Model
from flowsim.scenario.compile import Checked, check_tree, compile_model, validate
from flowsim.scenario.hints import model_problems
from flowsim.scenario.paths import format_path
from flowsim.scenario.places import in_order
from flowsim.scenario.references import Directory
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.sense import unused
from flowsim.scenario.states import SET, StateTree, apply_state, resolve_based_on, state_names
from flowsim.scenario.syntax import lines_of, shorten
from flowsim.scenario.tree import Document, parse, read
from flowsim.scenario.unsure import MIDDLE, At, Settling, Unsure, Written, differing, text_at

Setting = str | tuple[str, str]
"""A value from the command line: "PATH=VALUE", or the two apart."""

GUESSES = "FS169"
"""The code of the note about what is unsure."""

_SHOWN = 3  # guesses in it


@dataclass(frozen=True)
class Notes:
    """What the file says about itself, as written; "" or () for what it does not say."""

    about: str
    purpose: str
    sources: tuple[str, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Compiled:
    """One state, ready to run. `changes` are the names of the changes done; `warnings` holds notes too (`severity`).
    `unsure` are the guesses that make a difference in it; none where the caller said where each of them is.
    """

    state: str
    about: str
    model: Model
    replications: int
    seed: int
    changes: tuple[str, ...]
    warnings: tuple[Problem, ...]
    unsure: tuple[Unsure, ...] = ()


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
        *,
        at: At | None = None,
    ) -> Compiled:
        """The Model of a state, with values of the command line laid over it. `only`: the indices of the changes to do
        (None: all). `more`: further changes, as they would stand in the file, done last. Guesses (`10 .. 20 min
        unsure`) are in the middle, and are sound at both ends too; `at`: they are so far from low to high, 0 to 1, by
        key (`unsure`), and nothing else is tried.

        Raises ScenarioError with all problems, and UsageError for an unknown state or change.
        """
        return self._compile(state, sets, only, at, more)[0]

    def unsure(self, state: str, sets: Sequence[Setting] = ()) -> tuple[Unsure, ...]:
        """The guesses that make a difference in a state, in file order, then those set. Raises as `compile`."""
        return self._unsure(state, sets, None)

    def check(self, sets: Sequence[Setting] = ()) -> tuple[list[Problem], dict[str, Compiled]]:
        """Every state compiled: all problems, warnings and notes in order of place, and the states that are sound."""
        told: dict[str, list[Problem]] = {}
        sound: dict[str, Compiled] = {}
        checked: list[Checked] = []
        for state in self.states:
            try:
                sound[state], tree = self._compile(state, sets, None, None)
            except FlowsimError as error:
                told[state] = error.problems()
                continue
            told[state] = [problem for problem in sound[state].warnings if problem.code != GUESSES]
            checked.append(tree)
        problems = _each_once(told) + self._note([one for compiled in sound.values() for one in compiled.unsure])
        if len(sound) == len(self.states):  # else who knows what would be used
            problems += _unused_everywhere(checked)
        return in_order(problems), sound

    def _compile(
        self,
        state: str,
        sets: Sequence[Setting],
        only: Collection[int] | None,
        at: At | None,
        more: Sequence[str] = (),
    ) -> tuple[Compiled, Checked]:
        compiled, checked, guesses = self._made(state, sets, only, at, more)
        if at is None and guesses:
            self._sound_at_the_ends(state, sets, only, guesses, more)
            unsure = self._unsure(state, sets, only, more)
            warnings = in_order([*compiled.warnings, *self._note(unsure)])
            compiled = replace(compiled, unsure=unsure, warnings=tuple(warnings))
        return compiled, checked

    def _made(
        self,
        state: str,
        sets: Sequence[Setting],
        only: Collection[int] | None,
        at: At | None,
        more: Sequence[str],
    ) -> tuple[Compiled, Checked, tuple[Written, ...]]:
        """A state with its guesses at one place each, and what was written of these."""
        tree = self._tree(state, sets, only, at, more)
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
        return compiled, checked, tree.guesses

    def _tree(
        self,
        state: str,
        sets: Sequence[Setting],
        only: Collection[int] | None,
        at: At | None = None,
        more: Sequence[str] = (),
    ) -> StateTree:
        return apply_state(self._document, state, [_pair(item) for item in sets], only, more, at=at)

    def _sound_at_the_ends(
        self,
        state: str,
        sets: Sequence[Setting],
        only: Collection[int] | None,
        guesses: Sequence[Written],
        more: Sequence[str],
    ) -> None:
        """Raise ScenarioError with what is wrong when every guess is at its lowest, and at its highest."""
        wrong: list[Problem] = []
        for u, end in ((0.0, "lowest"), (1.0, "highest")):
            try:
                self._made(state, sets, only, {guess.key: u for guess in guesses}, more)
            except ScenarioError as error:
                told = f"with everything that is unsure at its {end}"
                wrong += [replace(problem, message=f"{told}: {problem.message}") for problem in error.problems()]
        if wrong:
            raise ScenarioError(in_order(wrong))

    def _unsure(
        self, state: str, sets: Sequence[Setting], only: Collection[int] | None, more: Sequence[str] = ()
    ) -> tuple[Unsure, ...]:
        middle = self._tree(state, sets, only, None, more)
        found = []
        for written in {guess.key: guess for guess in middle.guesses}.values():
            low, high = (self._tree(state, sets, only, {written.key: end}, more).root for end in (0.0, 1.0))
            path = differing(low, high)
            if path is not None:
                guess = written.guess
                texts = [text_at(root, path) for root in (low, middle.root, high)]
                at_low, between, at_high = texts if all(texts) else (guess.low, guess.at(MIDDLE), guess.high)
                place = written.node.place
                found.append(
                    Unsure(written.key, format_path(path), at_low, between, at_high, guess.text, guess.levels, place)
                )
        return tuple(found)

    def _note(self, unsure: Sequence[Unsure]) -> list[Problem]:
        """FS169: how many values are unsure, and that the middle is used; nothing where none are."""
        if not unsure:
            return []
        known = {one.key: one for one in reversed(unsure)}
        each = [known[key] for key in dict.fromkeys(one.key for one in unsure)]
        listed = [f"{shorten(one.path)} ({shorten(one.middle, 40)})" for one in each[:_SHOWN]]
        listed += [f"{len(each) - _SHOWN} more"] if len(each) > _SHOWN else []
        lead = "1 value is unsure, and its middle is used"
        if len(each) > 1:
            lead = f"{len(each)} values are unsure, and the middle of each is used"
        message = f"{lead}: {', '.join(listed)}"
        hint = "flowsim unsure FILE says what not knowing them means"
        place = each[0].place
        return [Problem(GUESSES, message, hint, place, each[0].path, self._document.source(place), "note")]


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
    form = _form(whole)
    try:
        return Scenario(whole, form, path)
    except ScenarioError as error:  # states that are none; they do not know the lines of the file
        found = [replace(problem, source=whole.source(problem.place)) for problem in error.problems()]
    raise ScenarioError(found)


def _form(document: Document) -> ScenarioForm:
    """The form of a file with its guesses in the middle. Raises ScenarioError with all that is wrong."""
    settling = Settling()
    root = settling.tree(document.root)
    found = [replace(problem, source=document.source(problem.place)) for problem in settling.wrong]
    try:
        form, _ = validate(document, root)
    except ScenarioError as error:
        told = {problem.place for problem in found}
        found += [problem for problem in error.problems() if problem.place not in told]
        raise ScenarioError(in_order(found)) from None
    if found:
        raise ScenarioError(in_order(found))
    return form


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
