"""The names that classes of requests, people and limits use: the second pass, continued.

Codes: FS440 a limit for a name that is a step and a team, FS441 a limit for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from flowsim.errors import Problem
from flowsim.scenario.names import name_form, suggest
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.syntax import shorten

ALL = "all"
KINDS = {"step": "step", "stap": "step", "team": "team"}
"""The words that say under `limits` what kind of thing a name is."""

_NUMBERED = re.compile(r"person \d+")

Use = tuple[str, str, Loc, bool]
"""One use of a name: its kind, the word, where it stands, and whether it stands there as a key."""


class Names(Protocol):
    """The part of a `Directory` that is needed here."""

    def find(self, kind: str, word: str) -> str | None:
        """The name as its definition writes it; None when there is none."""

    def known(self, kind: str) -> list[str]:
        """All names of a kind, in file order."""


def used_by_requests(spec: ScenarioForm) -> Iterator[Use]:
    """The names that classes and people use."""
    for name, request in spec.requests.items():
        at = ("requests", name)
        if request.calendar is not None:
            yield "calendar", request.calendar, (*at, "calendar"), False
        for i, word in enumerate(request.journey):
            yield "step", word, (*at, "journey", i), False
        for i, entry in enumerate(request.backlog):
            yield "step", entry.at, (*at, "backlog", i, "at"), False
        if request.chasing is not None:
            yield "team", request.chasing.to, (*at, "chasing", "to"), False
    for name, person in spec.people.items():
        for i, word in enumerate(person.teams):
            yield "team", word, ("people", name, "teams", i), False


# -- limits ----------------------------------------------------------------------------------------------------------


def limited(word: str, known: Names) -> list[tuple[str, str]]:
    """What a word under `limits` may stand for, as (kind, name): ("all", "") is the whole; more than one is a doubt."""
    if name_form(word.strip()) == ALL:
        return [(ALL, "")]
    found = [(kind, known.find(kind, word)) for kind in ("step", "team")]
    first, _, rest = word.strip().partition(" ")
    kind = KINDS.get(name_form(first))
    if kind is not None and rest.strip() and not any(name for _, name in found):
        found = [(kind, known.find(kind, rest))]
    return [(kind, name) for kind, name in found if name is not None]


def limit_problems(spec: ScenarioForm, places: Places, known: Names) -> Iterator[Problem]:
    """Limits for what is not there, for what may be two things, and two for one thing."""
    seen: dict[tuple[str, str], str] = {}
    for word in spec.limits:
        meant, at = limited(word, known), ("limits", word)
        shown = shorten(word.strip())
        if not meant:
            hint = suggest(word.strip(), [ALL, *known.known("step"), *known.known("team")], "a step, a team, or all")
            yield places.problem("FS441", f"there is no step or team '{shown}'", hint, at, key=True)
        elif len(meant) > 1:
            message = f"'{shown}' is a step and a team: which of them has the limit is not clear"
            hint = f"write 'step {shown}' or 'team {shown}', or rename one of them"
            yield places.problem("FS440", message, hint, at, key=True)
        elif meant[0] in seen:
            message = f"'{shown}' has a limit already, as '{shorten(seen[meant[0]])}'"
            yield places.problem("FS406", message, "keep one", at, key=True)
        else:
            seen[meant[0]] = word.strip()


# -- names that are taken --------------------------------------------------------------------------------------------


def chase_names(klass: str) -> dict[str, str]:
    """What the chases about requests of a class become, by kind: a class, a task and a step of their own (R15)."""
    return {"class": f"{klass}: chasing", "task": f"chasing of {klass}", "step": f"Chasing of {klass}"}


def slots_name(calendar: str, team: str) -> str:
    """What the calendar of a team is called when its slots narrow it (R10)."""
    return f"{calendar} in the slots of {team}"


def taken_problems(spec: ScenarioForm, places: Places, known: Names) -> Iterator[Problem]:
    """Names of the file that flowsim needs for what it makes of it, and names of people that are numbers (R10)."""
    sections = {"class": "requests", "task": "tasks", "step": "steps"}
    for klass, request in spec.requests.items():
        for kind, name in chase_names(klass).items() if request.chasing is not None else ():
            there = known.find(kind, name)
            if there is not None:
                message = f"'{shorten(there)}' is what the chases of '{shorten(klass)}' are called"
                yield places.problem("FS407", message, "give it another name", (sections[kind], there), key=True)
    for team, form in spec.teams.items():
        for calendar in ("always", *spec.calendars) if form.slots else ():
            there = known.find("calendar", slots_name(calendar, team))
            if there is not None:
                message = f"'{shorten(there)}' is what the calendar of '{shorten(team)}' is called with its slots"
                yield places.problem("FS407", message, "give it another name", ("calendars", there), key=True)
    for name in spec.people:
        if _NUMBERED.fullmatch(name_form(name)):
            message = f"'{shorten(name)}' stands for somebody without a name"
            yield places.problem("FS407", message, "call them something else", ("people", name), key=True)
