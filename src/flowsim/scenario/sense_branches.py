"""The second pass on the order of steps: parallel branches and their joins, journeys, routes and returns (R12, R13).

Codes: FS470 a step in two branches, FS471 a join that is not clear or does not come after its split, FS472 a way that
leaves a branch or leads into one, FS473 a journey that names a step of a branch, FS474 a way that leads off a journey;
and FS412.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.process import END
from flowsim.scenario.outline import Outline
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.schema_next import outcome_of
from flowsim.scenario.syntax import shorten

Way = tuple[str, str, str, Loc, bool]
"""A way out of a step: "route" or "return", the step, where it leads (a step or END), and where that stands as in
`references`."""


def branch_problems(outline: Outline, places: Places) -> list[Problem]:
    """What does not fit together in splits, journeys, routes and returns: first whether there are paths at all, and
    only then where the ways over them lead.
    """
    found = [*_branches(outline, places), *_joins(outline, places), *_journeys(outline, places)]
    if found:
        return found
    return [problem for way in _ways(outline) for problem in _way(outline, places, way)]


# -- splits ----------------------------------------------------------------------------------------------------------


def _branches(outline: Outline, places: Places) -> Iterator[Problem]:
    """Each step stands in one branch at most, once, and in none of its own."""
    seen: dict[str, str] = {}
    for split, branches in outline.branches.items():
        for i, branch in enumerate(branches):
            for j, name in enumerate(branch):
                at = ("steps", split, "next", "parallel", i, j)
                if name in seen:
                    where = "this split" if seen[name] == split else f"the split after '{shorten(seen[name])}'"
                    message = f"'{shorten(name)}' is in a branch of {where} already"
                    hint = "keep one; for the same work in two branches make two steps"
                    yield places.problem("FS470", message, hint, at)
                elif name == split or name in _around(outline, split):
                    message = f"'{shorten(name)}' would be in a branch of itself"
                    yield places.problem("FS470", message, "name the steps that come after it", at)
                seen.setdefault(name, split)


def _around(outline: Outline, step: str) -> set[str]:
    """The steps in whose branches a step is, at any depth."""
    found: set[str] = set()
    place = outline.home.get(step)
    while place is not None and place[0] not in found:
        found.add(place[0])
        place = outline.home.get(place[0])
    return found


def _joins(outline: Outline, places: Places) -> Iterator[Problem]:
    """A join is on the path of its split, behind it in the file."""
    for name in outline.branches:
        split = outline.spec.steps[name].split
        said = split is not None and split.join is not None
        at: Loc = ("steps", name, "next", "join") if said else ("steps", name, "next")
        join = outline.join(name)
        if join is None:
            options = " or ".join(f"'{shorten(step) if step else 'end'}'" for step in sorted(outline.onward(name)))
            message = f"where the branches after '{shorten(name)}' join is not the same for all classes"
            yield places.problem("FS471", message, f"say it, for example join: {options}", at)
            continue
        path = outline.path(name)
        if join != END and (join not in path or path.index(join) <= path.index(name)):
            where = "in the file" if name not in outline.home else "in its branch"
            message = f"the join '{shorten(join)}' does not come after '{shorten(name)}' {where}"
            hint = "a join is a later step outside these branches" if name not in outline.home else _later(path, name)
            yield places.problem("FS471", message, hint, at)


def _journeys(outline: Outline, places: Places) -> Iterator[Problem]:
    """A journey names steps of the trunk (those of branches come with the step that splits), and a join after each
    split.
    """
    for klass, journey in outline.journeys.items():
        for i, name in enumerate(journey):
            at = ("requests", klass, "journey", i)
            join = outline.join(name) if name in outline.branches else None
            if name in outline.home:
                split = shorten(outline.home[name][0])
                message = f"'{shorten(name)}' is in a branch after '{split}': a journey does not name it"
                yield places.problem("FS473", message, f"name '{split}' instead: the branches come with it", at)
            elif join and join not in journey[i + 1 :]:
                message = f"the branches after '{shorten(name)}' join at '{shorten(join)}', and this journey does not"
                hint = f"name '{shorten(join)}' after it in the journey, or say another join"
                yield places.problem("FS471", message, hint, at)


def _later(path: tuple[str, ...], step: str) -> str:
    """A hint: the steps behind another one on its branch."""
    later = [f"'{shorten(name)}'" for name in path[path.index(step) + 1 :]]
    return f"join at {' or '.join([*later, 'end'])}, the end being that of the branch"


# -- routes and returns ----------------------------------------------------------------------------------------------


def _ways(outline: Outline) -> Iterator[Way]:
    for name, step in outline.spec.steps.items():
        at = ("steps", name)
        for i, rule in enumerate(step.returns):
            yield "return", name, outline.known.get("step", rule.to), (*at, "returns", i, "to"), False
        for branch in step.routes:
            for goal in branch.goals:
                to = END if outcome_of(goal.to) is not None else outline.known.get("step", goal.to)
                yield "route", name, to, (*at, "next", *goal.at), goal.key


def _way(outline: Outline, places: Places, way: Way) -> Iterator[Problem]:
    """Ways stay in their branch; none but a return leads into one; none leads off a journey; a return goes back."""
    kind, name, to, at, key = way
    message, hint = _crossing(outline, kind, name, to)
    if message:
        yield places.problem("FS472", message, hint, at, key=key)
        return
    astray = [klass for klass in _travellers(outline, name, at) if _off(outline, klass, name, to)]
    if astray:
        message = f"this {kind} leads requests of '{shorten(astray[0])}' to '{shorten(to)}', off their journey"
        hint = f"name '{shorten(to)}' in that journey"
        hint += ", or say 'next' by class" if kind == "route" else ", or give that class a step of its own here"
        yield places.problem("FS474", message, hint, at, key=key)
    elif kind == "return" and _forward(outline, name, to):
        message = f"'{to}' comes after '{name}': a return goes to an earlier step"
        yield places.problem("FS412", message, "to go forward, write it under 'next'", at, key=key)


def _crossing(outline: Outline, kind: str, name: str, to: str) -> tuple[str, str]:
    """What is wrong, and a hint, when a way leaves its branch, or leads into one other than by a return from the trunk;
    "" when all is well.
    """
    place, shown = outline.home.get(name), shorten(to) if to else "end"
    within = place in list(outline.around(to)) and to not in outline.path(name)
    if within or (place is None and kind == "route" and to in outline.home):
        split = shorten(outline.home[to][0])
        message = f"'{shown}' is in a branch after '{split}', and this {kind} leads into it from outside"
        return message, f"go to '{split}', or take '{shown}' out of the branch"
    if place is not None and to not in outline.path(name):
        message = (
            f"'{shorten(name)}' is in a branch after '{shorten(place[0])}', and this {kind} to '{shown}' leaves it"
        )
        if kind == "return":
            return message, "return within the branch, or let a step after the join send back"
        return message, "leave it out: at its end a branch goes to its join by itself"
    return "", ""


def _travellers(outline: Outline, name: str, at: Loc) -> list[str]:
    """The classes that a way out of a step may be for: those that may visit it; of a route by class, those it names."""
    found = outline.visitors(name)
    step = outline.spec.steps[name]
    named = {outline.known.get("class", branch.name): branch for branch in step.routes if not branch.others}
    if at[2] != "next" or not named:
        return found
    own = [klass for klass, branch in named.items() if tuple(at[3 : 3 + len(branch.at)]) == branch.at]
    return [klass for klass in found if klass in own or (not own and klass not in named)]


def _off(outline: Outline, klass: str, name: str, to: str) -> bool:
    """Whether a class comes through one step and has the other on no path."""
    if klass not in outline.journeys or to == END:
        return False
    rank = outline.paths_of(klass).rank
    return rank[outline.steps.index(name)] >= 0 > rank[outline.steps.index(to)]


def _forward(outline: Outline, name: str, to: str) -> bool:
    """Whether a step comes after another one, for some class that passes both; in file order when none does."""
    here, there = outline.steps.index(name), outline.steps.index(to)
    if outline.plain:
        return there > here
    ranks = [outline.paths_of(klass).rank for klass in outline.visitors(name)]
    both = [rank[there] > rank[here] for rank in ranks if rank[here] >= 0 and rank[there] >= 0]
    return any(both) if both else there > here
