"""What a search may choose: values of the file, changes of a state, levers; and the Model that choices give.

A choice has options; a point takes one of each. Codes: FS752 nothing to choose from, or no such lever, FS753 a choice
of which no option can be made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import product

from flowsim.errors import FlowsimError, Place, Problem, ScenarioError, UsageError
from flowsim.model import Model, identity
from flowsim.redesign.designs import designs_for
from flowsim.redesign.levers import GROUPS, HANDOFFS, KINDS, PRICE, TEAMS, Lever, levers_of
from flowsim.scenario import Scenario
from flowsim.scenario.scenario import Setting
from flowsim.sweep.vary import VARY, Axis

Point = tuple[int, ...]
"""The number of the option taken of each choice."""

USUAL = (HANDOFFS, "one by one", TEAMS)
"""Levers that are tried when nobody says what: what an organisation can decide by itself. What is handed over at once
has no batch on its way either.
"""

FEWER, MORE = 1, 2
"""When nobody says what: so many people fewer or more in each team, at most."""

ON, OFF = "yes", "no"


@dataclass(frozen=True)
class Option:
    """One way to choose: its text, and what it is in the language of the file: a setting, a change, or the place of a
    change among those of the state.
    """

    text: str
    setting: tuple[str, str] | None = None
    change: str = ""
    place: int | None = None


@dataclass(frozen=True)
class Choice:
    """Something to choose. `present`: the option that leaves the process as it is (−1: none of them does)."""

    name: str
    options: tuple[Option, ...]
    present: int = -1


class Space:
    """All designs that may be chosen, made when they are asked for.

    `state` is what they start from: `shared` of its changes are in every one, the others in those that choose them.
    """

    def __init__(
        self, scenario: Scenario, state: str, sets: Sequence[str], choices: Sequence[Choice], shared: int | None = None
    ) -> None:
        self.scenario, self.state, self.sets = scenario, state, tuple(sets)
        self.choices, self.shared = tuple(choices), shared

    @property
    def size(self) -> int:
        """How many points there are."""
        return math.prod(len(choice.options) for choice in self.choices)

    @property
    def present(self) -> Point:
        """The point nearest to the process as it is."""
        return tuple(max(choice.present, 0) for choice in self.choices)

    def points(self) -> list[Point]:
        """All of them."""
        return list(product(*(range(len(choice.options)) for choice in self.choices)))

    def model(self, point: Point) -> Model:
        """The Model of a point. Raises ScenarioError and UsageError for one that cannot be made."""
        chosen = [choice.options[n] for choice, n in zip(self.choices, point, strict=True)]
        sets: list[Setting] = [*self.sets, *(one.setting for one in chosen if one.setting is not None)]
        only = None
        if self.shared is not None:
            only = [*range(self.shared), *(one.place for one in chosen if one.place is not None)]
        return self.scenario.compile(self.state, sets, only, [one.change for one in chosen if one.change]).model

    def chosen(self, point: Point) -> tuple[tuple[str, str], ...]:
        """What differs from the process as it is: (choice, option)."""
        return tuple(
            (choice.name, choice.options[n].text)
            for choice, n in zip(self.choices, point, strict=True)
            if n != choice.present
        )

    def change_of(self, choice: Choice, n: int) -> str:
        """How a file writes an option, as a change; "" for one that is nothing, or a change of the state itself."""
        option = choice.options[n]
        if n == choice.present:
            return ""
        if option.setting is not None:
            path, value = option.setting
            return f"{{set: {{{_quoted(path)}: {_quoted(value)}}}}}"
        return option.change


def make_space(
    scenario: Scenario,
    state: str,
    sets: Sequence[str],
    *,
    axes: Sequence[Axis] = (),
    changes: str | None = None,
    levers: Sequence[str] = (),
    name_of: Callable[[Lever], str] = lambda lever: f"{lever.kind}: {lever.about}",
) -> Space:
    """What is to be searched: values (`axes`), the changes of another state done or not, and levers (by name, kind or
    group) pulled or not; when nothing is named, what is usual. `name_of`: what a lever is called where people see it.

    Raises UsageError FS752, FS721; ScenarioError FS753, and as `Scenario.compile`.
    """
    base = scenario.compile(state, sets).model
    found = [Choice(axis.path, tuple(Option(text, (axis.path, text)) for text in _values(axis))) for axis in axes]
    if not axes and changes is None and not levers:
        found += [*_people(base)]
        levers = USUAL
    if levers:
        every = levers_of(scenario, state, sets, doubles=True)
        known = [one for one in every if one.change and one.model is not None and one.group != PRICE]
        for lever in _wanted(known, levers, name_of):
            found.append(Choice(name_of(lever), (Option(OFF), Option(ON, change=lever.change)), 0))
    shared = None
    if changes is not None:
        designs = designs_for(scenario, state, changes, sets)
        state, shared = designs.state, designs.shared
        for place in range(shared, len(designs.names)):
            found.append(Choice(designs.names[place], (Option(OFF), Option(ON, place=place)), 0))
    if not found:
        hint = "name values (--vary 'teams.Legal.people=1..4'), levers (--lever) or the changes of a state (--changes)"
        raise UsageError(f"there is nothing to choose from in '{state}'", code="FS752", hint=hint)
    space = Space(scenario, state, sets, [], shared)
    return Space(scenario, state, sets, _placed(space, found, identity(base)), shared)


def _placed(space: Space, choices: Sequence[Choice], base: str) -> list[Choice]:
    """Choices with the option that changes nothing known. Raises ScenarioError FS753 with those that cannot be made."""
    found: list[Choice] = []
    wrong: list[Problem] = []
    for number, choice in enumerate(choices, 1):
        if choice.present >= 0:
            found.append(choice)
            continue
        told: list[Problem] = []
        present = -1
        for n in range(len(choice.options)):
            try:
                model = Space(space.scenario, space.state, space.sets, [choice], space.shared).model((n,))
            except FlowsimError as error:
                told.append(error.problems()[0])
                continue
            if present < 0 and identity(model) == base:
                present = n
        if len(told) == len(choice.options):
            first = told[0]
            message = f"'{choice.name}' cannot be chosen: {first.message}"
            wrong.append(
                replace(first, code="FS753", message=message, place=Place(VARY, number, 1), source=f"{choice.name}=…")
            )
        found.append(replace(choice, present=present))
    if wrong:
        raise ScenarioError(wrong)
    return found


def _values(axis: Axis) -> tuple[str, ...]:
    try:
        return axis.values()
    except ValueError as error:
        hint = f"say how many values: {error}"
        raise UsageError(f"the range of '{axis.path}' has no steps of its own", code="FS752", hint=hint) from None


def _people(model: Model) -> list[Choice]:
    """For each team a few people fewer and more; a team of named people only is left as it is."""
    found = []
    for team in model.teams:
        if team.people:
            counts = range(max(1, team.people - FEWER), team.people + MORE + 1)
            path = f"teams.{team.name}.people"
            found.append(Choice(path, tuple(Option(str(n), (path, str(n))) for n in counts)))
    return found


def _wanted(levers: Sequence[Lever], words: Sequence[str], name_of: Callable[[Lever], str]) -> list[Lever]:
    """The levers that are named, those that do the same once: one by its name or "kind: about", all of a kind or of a
    group; of a group those on everything at once are left out, for the single ones together do the same.
    """
    found: dict[str, Lever] = {}
    for word in words:
        low = word.strip().casefold()
        own = [one for one in levers if low in (name_of(one).casefold(), f"{one.kind}: {one.about}".casefold())]
        own = own or [one for one in levers if low == one.kind]
        own = own or [one for one in levers if low == one.group and (one.about or _alone(one, levers))]
        if not own and low not in (*GROUPS, *KINDS):
            names = [name_of(one) for one in levers]
            near = get_close_matches(word, names, n=3, cutoff=0.4)
            hint = f"did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
            hint += "flowsim levers FILE lists them"
            raise UsageError(f"there is no lever '{word[:80]}'", code="FS752", hint=hint)
        for one in own:
            assert one.model is not None
            found.setdefault(identity(one.model), one)
    return list(found.values())


def _alone(lever: Lever, levers: Sequence[Lever]) -> bool:
    """Whether a lever on everything has no single ones beside it in its group."""
    return not any(one.about for one in levers if one.group == lever.group)


def _quoted(text: str) -> str:
    """As YAML has it inside braces."""
    plain = text.replace(".", "").replace(" ", "").replace("_", "").isalnum() and not text[:1].isspace()
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
