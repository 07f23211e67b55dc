"""What a merge of teams does that its words do not say: fields on which the teams differ, handoffs that end (R7).

Codes: FS166 the merged teams differ in a field and the merge does not say which holds, FS167 handoffs that become moves
inside a team, so that their rules hold no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic_core import PydanticCustomError

from flowsim import units
from flowsim.errors import Place, Problem
from flowsim.scenario import retarget
from flowsim.scenario.fields import parse_cost
from flowsim.scenario.names import key_form, look_up, name_form
from flowsim.scenario.nodes import Mapping, Node, Scalar, refuse
from flowsim.scenario.retarget import items_of, whole_number
from flowsim.scenario.syntax import shorten
from flowsim.scenario.ways import Ways

Teams = Sequence[tuple[str, Mapping]]
Moves = tuple[tuple[str, str], ...]

_RULES = (
    ("question", "asks its question"),
    ("batch", "waits for its batch"),
    ("transit", "takes its time to arrive"),
    ("reread", "reads in"),
)
_TOLD = 2  # steps in a message; of the others the number is told
_YES = ("yes", "true", "ja")


@dataclass(frozen=True)
class Joined:
    """Teams that became one: the `moves` (from a step, to a step) that were handoffs between them, and where the merge
    stands.
    """

    moves: Moves
    place: Place


@dataclass
class Remarks:
    """What there is to say about changes that are sound: `notes` as it is, `joined` when all changes are done."""

    notes: list[Problem] = field(default_factory=list)
    joined: list[Joined] = field(default_factory=list)


# -- fields of the merged team ---------------------------------------------------------------------------------------


def differences(root: Mapping, teams: Teams, given: Mapping, into: Scalar) -> Iterator[Problem]:
    """FS166 for calendar, queue, absence and presence of merged teams: that of the first was taken, another differs."""
    calendars = retarget.field(root, "calendars")
    implied = next(iter(calendars.entries), "always") if isinstance(calendars, Mapping) else "always"
    usual = {"calendar": implied, "queue": "first in", "absence": "0%", "presence": "100%"}
    for key, default in usual.items():
        if look_up(given.entries, key) is not None:
            continue
        said = [_said(team, key, default) for _, team in teams]
        meant = [_share(word) if key in ("absence", "presence") else key_form(word) for word in said]
        other = next((n for n, value in enumerate(meant) if value != meant[0]), None)
        if other is not None:
            message = (
                f"'{shorten(into.text)}' has the {key} of {shorten(teams[0][0])}, '{shorten(said[0])}'; "
                f"that of {shorten(teams[other][0])} is '{shorten(said[other])}'"
            )
            yield _unsaid(message, f"{key}: {shorten(said[0])}", into.place)


def merged_cost(root: Mapping, teams: Teams, into: Scalar) -> tuple[Node | None, list[Problem]]:
    """What an hour of the merged team costs: the one cost they share, else the mean over their people, those at home in
    it by name too; None and FS166 when some team has no cost or no number of people.
    """
    written = [retarget.field(team, "cost") for _, team in teams]
    costs = [_cost(node) for node in written]
    if any(node is not None and cost is None for node, cost in zip(written, costs, strict=True)):
        return next(node for node, cost in zip(written, costs, strict=True) if node is not None and cost is None), []
    if all(cost is None for cost in costs):
        return None, []
    people = [_heads(root, name, team) for name, team in teams]
    known = [cost for cost in costs if cost is not None]
    if len(known) == len(costs) and len(set(known)) == 1:
        return written[0], []
    if len(known) == len(costs) and all(people):
        heads = [n or 0 for n in people]
        mean = math.fsum(cost * n for cost, n in zip(known, heads, strict=True)) / sum(heads)
        return Scalar(f"{_digits(mean)} per hour", into.place), []
    without = next((name for (name, _), cost in zip(teams, costs, strict=True) if cost is None), "")
    why = f"{shorten(without)} has none" if without else "the people are not whole numbers, so there is no mean"
    return None, [
        _unsaid(f"'{shorten(into.text)}' has no cost: {why}", f"cost: {_digits(known[0])} per hour", into.place)
    ]


def _heads(root: Mapping, name: str, team: Mapping) -> int | None:
    """How many people are at home in a team; None when that is no whole number."""
    number = whole_number(retarget.field(team, "people"))
    if number is None:
        return None
    people = retarget.field(root, "people")
    for person in people.entries.values() if isinstance(people, Mapping) else ():
        teams = items_of(retarget.field(person, "teams") if isinstance(person, Mapping) else person)
        home = teams[0] if teams else None
        number += isinstance(home, Scalar) and name_form(home.text.strip()) == name_form(name)
    return number


def agree_on_slots(teams: Teams, into: Scalar) -> None:
    """Raise ScenarioError FS154 when merged teams differ in slots: those of the first cannot hold for all."""
    written = [retarget.field(team, "slots") for _, team in teams]
    said = [_slots(node) for node in written]
    other = next((n for n, value in enumerate(said) if value != said[0]), None)
    if other is not None:
        words = [item.text.strip() for node in written for item in items_of(node) if isinstance(item, Scalar)]
        message = f"'{shorten(teams[0][0])}' and '{shorten(teams[other][0])}' differ in slots"
        refuse(
            "FS154",
            message,
            f"say it in the merge, for example slots: {shorten(words[0] if words else 'tue thu')}",
            into.place,
        )


def _slots(node: Node | None) -> object:
    """What slots come down to; their text when it cannot be read."""
    texts = [item.text.strip() for item in items_of(node) if isinstance(item, Scalar)]
    try:
        return units.joined([interval for text in texts for interval in units.parse_part(text)])
    except units.QuantityError:
        return texts


def _share(text: str) -> object:
    """A share; its text when it cannot be read."""
    try:
        return units.parse_share(text)
    except units.QuantityError:
        return text


def _unsaid(message: str, example: str, place: Place) -> Problem:
    return Problem("FS166", message, f"say it in the merge, for example: {example}", place, severity="warning")


def _said(team: Mapping, key: str, default: str) -> str:
    node = retarget.field(team, key)
    return node.text.strip() if isinstance(node, Scalar) else default


def _cost(node: Node | None) -> float | None:
    try:
        return parse_cost(node.text.strip()) if isinstance(node, Scalar) else None
    except (units.QuantityError, PydanticCustomError):
        return None


def _digits(number: float) -> str:
    """A number as it can be read back: three decimals would look like grouped thousands."""
    digits = f"{number:.6f}".rstrip("0").rstrip(".")
    return digits + "0" * (len(digits.partition(".")[2]) == 3)


# -- handoffs that end -----------------------------------------------------------------------------------------------


def moves_between(root: Mapping, teams: set[str]) -> Moves:
    """The moves (from a step, to a step) from one of these teams (in their `name_form`) to another of them."""
    ways = Ways(root)
    team = {name: _teams(step) for name, step in ways.steps.entries.items() if isinstance(step, Mapping)}
    return tuple(
        (origin, target)
        for target in team
        for origin in team
        if team[origin] & teams
        and team[target] & teams
        and not team[origin] & team[target]
        and target in _reached(ways, origin)
    )


def ended(root: Mapping, joined: Joined) -> Problem | None:
    """FS167: which rules of handoffs hold no more in the finished tree because their two teams are one; None if none
    do.
    """
    steps = retarget.field(root, "steps")
    found: dict[str, tuple[list[str], list[str]]] = {}
    for origin, target in joined.moves:
        rules = _rules_without(steps, origin, target)
        if rules:
            found.setdefault(target, (rules, []))[1].append(shorten(origin))
    if not found:
        return None
    told = [
        f"'{shorten(step)}' no longer {_list(rules, 'or')} for what comes from {_list(origins, 'and')}"
        for step, (rules, origins) in found.items()
    ]
    if len(told) > _TOLD + 1:
        told = [*told[:_TOLD], f"{len(told) - _TOLD} more steps likewise"]
    hint = f"say `within team: yes` in {'its handoff' if len(found) == 1 else 'their handoffs'} to keep it"
    message = f"{_list(told, 'and')}: they are one team now"
    return Problem("FS167", message, hint, joined.place, severity="note")


def _rules_without(steps: Node | None, origin: str, target: str) -> list[str]:
    """The rules of the handoff into `target` that a move from `origin` passes by."""
    if not isinstance(steps, Mapping) or not {origin, target} <= steps.entries.keys():
        return []
    before, after = steps.entries[origin], steps.entries[target]
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    handoff = retarget.field(after, "handoff")
    within = retarget.field(handoff, "within team")
    kept = isinstance(within, Scalar) and within.text.strip().casefold() in _YES
    if kept or not _teams(before) & _teams(after):
        return []
    return [words for key, words in _RULES if retarget.field(handoff, key) is not None]


def _reached(ways: Ways, origin: str) -> set[str]:
    """The steps to which a request may go straight from a step, past steps that not all requests visit."""
    found: set[str] = set()
    waiting = [*ways.onward(origin), *ways.back(origin)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        step = ways.steps.entries[name]
        if retarget.field(step, "share") is not None or retarget.field(step, "only") is not None:
            waiting += ways.onward(name)
    return found


def _teams(step: Node) -> set[str]:
    """The teams that may take a step, in their `name_form`."""
    named = items_of(retarget.field(step, "team"))
    return {name_form(item.text.strip()) for item in named if isinstance(item, Scalar)}


def _list(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
