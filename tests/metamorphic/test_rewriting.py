"""A file written otherwise is the same process: other order of its parts, other names, things in it that nobody uses.

What has an order by rule keeps it: steps (R13), teams (R3), classes (R5), people (R8), calendars (the first is that of
the run), shares of `next` and values of a `discrete` (which part of the draw is whose), groups of `with`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alike import Case, cases, compiled_of, differ, played
from anything import Drawn
from draft import NAMES, Tree

from flowsim.experiments.replicate import Job, simulate
from flowsim.record.fingerprint import fingerprint

COUNT = 24
FREE = ("tasks", "limits")
"""Sections in which things may stand in any order."""
NAMED = ("calendars", "requests", "teams", "steps", "people", *FREE)
ORDERED = ("next", "with", "group", "chance")
"""Fields whose parts have an order by rule, or are left alone."""


def whole(case: Case) -> bool:
    """Whether a case is one file without states: these speak of names in texts of their own."""
    return case.drawn.below is None and "states" not in case.drawn.tree


def played_twice(case: Case, tree: Tree) -> list[str]:
    """What differs when the tree of a case is written otherwise; the new file has to be legal."""
    other = compiled_of(replace(case.drawn, tree=tree))
    assert other is not None, (case.number, tree)
    assert other.seed == case.compiled.seed
    return differ(case.played, played(other.model, other.seed))


# -- order -------------------------------------------------------------------------------------------------------------


def shuffled(luck: random.Random, tree: Tree) -> Tree:
    """The tree with its sections, the fields in them, and what stands in FREE in another order."""

    def fields(value: Any, depth: int) -> Any:
        if isinstance(value, list):
            return [fields(one, depth + 1) for one in value]
        if not isinstance(value, dict):
            return value
        return in_any_order({k: v if key(k) in ORDERED else fields(v, depth + 1) for k, v in value.items()})

    def in_any_order(value: Tree) -> Tree:
        items = list(value.items())
        luck.shuffle(items)
        return dict(items)

    found: Tree = {}
    for name, value in in_any_order(tree).items():
        if name == "states":
            found[name] = value
        elif name in NAMED:
            things = {thing: fields(one, 1) for thing, one in value.items()}
            found[name] = in_any_order(things) if name in FREE else things
        else:
            found[name] = fields(value, 1)
    return found


def key(field: str) -> str:
    """A field as the format spells it."""
    return field.casefold().replace("_", " ").replace("-", " ")


@pytest.mark.parametrize("part", range(2))
def test_the_order_of_sections_and_fields_says_nothing(part: int) -> None:
    for case in cases(COUNT)[part::2]:
        tree = shuffled(random.Random(case.number), case.drawn.tree)
        assert tree == case.drawn.tree
        assert list(tree) != list(case.drawn.tree)
        assert played_twice(case, tree) == [], case.number


def test_nor_does_it_change_any_table() -> None:
    for case in cases(COUNT)[:6]:
        other = compiled_of(replace(case.drawn, tree=shuffled(random.Random(1), case.drawn.tree)))
        assert other is not None
        assert prints(case.compiled) == prints(other)


def prints(compiled: Any) -> dict[str, str]:
    """The fingerprint of each table of a run; of one that stops, of none."""
    if "stopped" in played(compiled.model, compiled.seed):
        return {}
    found = simulate(Job("one", compiled.model, compiled.seed, 1, audit=False)).tables
    return {name: fingerprint(table) for name, table in found.items()}


@pytest.mark.parametrize("section", ["steps", "teams", "requests"])
def test_where_order_has_a_meaning_it_shows(section: str) -> None:
    """Spoiled: steps, teams or classes the other way round are another process, in some of the scenarios at least."""
    changed = 0
    for case in cases(COUNT):
        tree = {**case.drawn.tree, section: dict(reversed(case.drawn.tree.get(section, {}).items()))}
        other = compiled_of(replace(case.drawn, tree=tree)) if whole(case) else None
        if other is not None:
            changed += differ(case.played, played(other.model, other.seed)) != []
    assert changed >= 3


# -- names -------------------------------------------------------------------------------------------------------------


def renamed(tree: Tree, names: Mapping[str, str]) -> Tree:
    """The tree with other names for things, wherever they stand by themselves or behind `team` and `step`."""
    new = {old.casefold(): name for old, name in names.items()}

    def text(word: str) -> str:
        first, _, rest = word.partition(" ")
        if first in ("team", "step", "stap") and rest.casefold() in new:
            return f"{first} {new[rest.casefold()]}"
        return new.get(word.casefold(), word)

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {text(k): walk(one) for k, one in value.items()}
        if isinstance(value, list):
            return [walk(one) for one in value]
        return text(value)

    return {section: walk(value) for section, value in tree.items()}


def other_names(kind: str) -> dict[str, str]:
    """New names for everything of a kind, in the other order of the alphabet."""
    return {name: f"{chr(ord('Z') - place)} new {place}" for place, name in enumerate(sorted(NAMES[kind]))}


def without_absence(tree: Tree) -> Tree:
    """The tree without absence and presence, whose draws have the name of a team and of a person in their key (R4)."""
    gone = ("absence", "presence")
    teams = {
        name: {field: value for field, value in team.items() if field not in gone}
        for name, team in tree["teams"].items()
    }
    return {**tree, "teams": teams}


def changes(kind: str, before: Callable[[Tree], Tree]) -> list[bool]:
    """For each case that names something of the kind: whether its run is another one under other names."""
    found = []
    for case in filter(whole, cases(COUNT)):
        tree = before(case.drawn.tree)
        one = compiled_of(replace(case.drawn, tree=tree))
        other = compiled_of(replace(case.drawn, tree=renamed(tree, other_names(kind))))
        assert one is not None
        assert other is not None, case.number
        assert names_of(one.model, kind).isdisjoint(names_of(other.model, kind))
        if names_of(one.model, kind):
            found.append(differ(played(one.model, one.seed), played(other.model, other.seed)) != [])
    return found


def names_of(model: Any, kind: str) -> set[str]:
    """The names of a kind in a model, `always` and those made of others left out."""
    parts = {"team": model.teams, "calendar": model.calendars, "person": model.people, "class": model.classes}
    return {one.name for one in parts[kind]} & {*NAMES[kind], *other_names(kind).values()}


@pytest.mark.parametrize("kind", ["team", "calendar", "person"])
def test_names_of_teams_calendars_and_people_say_nothing(kind: str) -> None:
    """Those of teams and of people as long as nobody is away by chance (R10)."""
    found = changes(kind, dict if kind == "calendar" else without_absence)
    assert len(found) >= 4
    assert not any(found)


@pytest.mark.parametrize("kind", ["team", "class"])
def test_names_that_stand_in_the_key_of_a_draw_say_something(kind: str) -> None:
    """Spoiled, or rather R4: a class draws by its name, and who is away is drawn by the name of the team."""
    assert sum(changes(kind, dict)) >= 2


# -- what nobody uses --------------------------------------------------------------------------------------------------

UNUSED: dict[str, tuple[str, Tree]] = {
    "team": ("teams", {"people": "5", "calendar": "always", "queue": "random", "cost": "90"}),
    "task": ("tasks", {"time": "exponential(3 h)", "value": "waste", "share": "40%"}),
    "class": ("requests", {"arrivals": "every 900 weeks", "promise": "1 day", "priority": "0"}),
    "calendar": ("calendars", {"hours": "sun 03:00-04:00", "holidays": "BE"}),
    "person": ("people", {"teams": "Unused team", "speed": "300%"}),
}
"""By kind: the section, and a thing that nothing uses; it stands last there."""
EXPECTED = {"FS451", "FS453", "FS505", "FS515", "FS516"}


def with_unused(tree: Tree, kind: str) -> Tree:
    """The tree with such a thing in it."""
    section, thing = UNUSED[kind]
    found = {**tree, section: {**tree.get(section, {}), f"Unused {kind}": thing}}
    return with_unused(found, "team") if kind == "person" else found


def may_have(case: Case, kind: str) -> bool:
    """Whether it may be added: a first calendar would be that of all, a second one leaves in doubt which is meant."""
    return whole(case) and (kind != "calendar" or len(case.drawn.tree.get("calendars", {})) > 1)


@pytest.mark.parametrize("kind", UNUSED)
def test_what_nobody_uses_changes_nothing(kind: str) -> None:
    chosen = [case for case in cases(COUNT) if may_have(case, kind)]
    assert len(chosen) >= 8
    for case in chosen:
        tree = with_unused(case.drawn.tree, kind)
        wrong = played_twice(case, tree)
        if kind == "class" and case.model.chasers:  # whose own classes come after it: numbers of classes, no more
            wrong = [column for column in wrong if column != "requests.class"]
        assert wrong == [], (kind, case.number)


@pytest.mark.parametrize("kind", ["team", "task", "calendar"])
def test_check_says_that_nobody_uses_it(kind: str, tmp_path: Path) -> None:
    case = next(case for case in cases(COUNT) if may_have(case, kind))

    def codes(drawn: Drawn) -> list[str]:
        problems, sound = drawn.scenario(tmp_path).check()
        assert sound
        return [problem.code for problem in problems if problem.severity == "warning"]

    more = codes(replace(case.drawn, tree=with_unused(case.drawn.tree, kind)))
    for code in codes(case.drawn):
        more.remove(code)
    assert more
    assert set(more) <= EXPECTED


def test_what_somebody_uses_changes_something() -> None:
    """Spoiled: the same team, added to a step that any of several may take."""
    changed = 0
    for case in filter(whole, cases(COUNT)):
        tree = with_unused(case.drawn.tree, "team")
        name, step = next(iter(tree["steps"].items()))
        if {"people", "with"} & set(step):
            continue
        teams = step["team"] if isinstance(step["team"], list) else [step["team"]]
        tree = {**tree, "steps": {**tree["steps"], name: {**step, "team": ["Unused team", *teams]}}}
        other = compiled_of(replace(case.drawn, tree=tree))
        if other is not None:
            changed += differ(case.played, played(other.model, other.seed)) != []
    assert changed >= 4
