"""The second pass: do the names that are used exist, and may they be called that?

A `Directory` knows every name of a scenario and finds the one that a word stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flowsim.errors import Problem
from flowsim.scenario.names import name_form, suggest
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.references_requests import limit_problems, taken_problems, used_by_requests
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.schema_next import END_WORDS, SplitForm, outcome_of
from flowsim.scenario.syntax import shorten

ALWAYS = "always"

_SECTIONS = {
    "calendar": "calendars",
    "class": "requests",
    "task": "tasks",
    "team": "teams",
    "person": "people",
    "step": "steps",
}
_UNKNOWN = {"calendar": "FS401", "class": "FS402", "task": "FS403", "team": "FS404", "step": "FS405"}
_RESERVED = {
    "calendar": ("always", "none", "geen"),
    "class": ("others", "overige", "parallel", "none", "geen"),
    "task": ("none", "geen"),
    "team": ("customer", "sender", "all", "none", "geen"),
    "person": ("none", "geen"),
    "step": ("all", "none", "geen", *END_WORDS),
}


@dataclass(frozen=True)
class Directory:
    """The names of a scenario by kind ("calendar", "class", "task", "team", "person", "step"): form of the name -> the
    name as written.
    """

    names: Mapping[str, Mapping[str, str]]

    def find(self, kind: str, word: str) -> str | None:
        """The name as its definition writes it; None when there is none."""
        return self.names[kind].get(name_form(word.strip()))

    def get(self, kind: str, word: str) -> str:
        """The name as its definition writes it. KeyError when there is none; the second pass has seen to that."""
        return self.names[kind][name_form(word.strip())]

    def known(self, kind: str) -> list[str]:
        """All names of a kind, in file order."""
        return list(self.names[kind].values())


def directory(spec: ScenarioForm) -> Directory:
    """The names that a scenario defines, and the calendar `always`."""
    names: dict[str, dict[str, str]] = {}
    for kind, section in _SECTIONS.items():
        names[kind] = {name_form(name): name for name in getattr(spec, section)}
    names["calendar"].setdefault(ALWAYS, ALWAYS)
    return Directory(names)


def name_problems(spec: ScenarioForm, places: Places, known: Directory) -> list[Problem]:
    """Names that are reserved, or are used and not defined. (Names that stand twice are refused by `tree`.)"""
    return [
        *_reserved(spec, places),
        *taken_problems(spec, places, known),
        *_used(spec, places, known),
        *limit_problems(spec, places, known),
    ]


def _reserved(spec: ScenarioForm, places: Places) -> Iterator[Problem]:
    for kind, section in _SECTIONS.items():
        for name in getattr(spec, section):
            form = name_form(name)
            first, _, _ = form.partition(" as ")
            if form in _RESERVED[kind] or (kind == "step" and first in END_WORDS):
                message = f"'{shorten(name)}' has a meaning of its own and cannot be the name of a {kind}"
                yield places.problem("FS407", message, "give it another name", (section, name), key=True)


def _used(spec: ScenarioForm, places: Places, known: Directory) -> Iterator[Problem]:
    for kind, word, loc, key in references(spec):
        if known.find(kind, word) is None:
            hint = suggest(word, known.known(kind), f"known {'classes' if kind == 'class' else kind + 's'}")
            yield places.problem(_UNKNOWN[kind], f"there is no {kind} '{shorten(word)}'", hint, loc, key=key)


def references(spec: ScenarioForm) -> Iterator[tuple[str, str, Loc, bool]]:
    """Every use of a name: its kind, the word, where it stands, and whether it stands there as a key."""
    if spec.run.calendar is not None:
        yield "calendar", spec.run.calendar, ("run", "calendar"), False
    yield from used_by_requests(spec)
    for name, task in spec.tasks.items():
        for i, word in enumerate(task.only):
            yield "class", word, ("tasks", name, "only", i), False
    for name, team in spec.teams.items():
        if team.calendar is not None:
            yield "calendar", team.calendar, ("teams", name, "calendar"), False
    for name in spec.steps:
        yield from _used_by_step(spec, name)


def _used_by_step(spec: ScenarioForm, name: str) -> Iterator[tuple[str, str, Loc, bool]]:
    step, at = spec.steps[name], ("steps", name)
    for i, word in enumerate(step.teams):
        yield "team", word, (*at, "team", i), False
    for guests in step.together:
        yield "team", guests.team, (*at, "with", *guests.at), guests.key
    for i, item in enumerate(step.does):
        yield "task", item.task, (*at, "does", i, "task"), False
    for i, word in enumerate(step.only):
        yield "class", word, (*at, "only", i), False
    if step.handoff is not None and step.handoff.calendar is not None:
        yield "calendar", step.handoff.calendar, (*at, "handoff", "calendar"), False
    for i, rule in enumerate(step.returns):
        yield "step", rule.to, (*at, "returns", i, "to"), False
    if step.split is not None:
        yield from _used_by_split(step.split, (*at, "next"))
    for branch in step.routes:
        if not branch.others:
            yield "class", branch.name, (*at, "next", *branch.at), True
        for goal in branch.goals:
            if goal.outcome is None:
                yield "step", goal.to, (*at, "next", *goal.at), goal.key


def _used_by_split(split: SplitForm, at: Loc) -> Iterator[tuple[str, str, Loc, bool]]:
    for i, branch in enumerate(split.parallel):
        for j, word in enumerate(branch):
            yield "step", word, (*at, "parallel", i, j), False
    if split.join is not None and outcome_of(split.join) is None:
        yield "step", split.join, (*at, "join"), False
