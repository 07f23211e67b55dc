"""Teams, people with a name, tasks and limits of a scenario in the making."""

from __future__ import annotations

from typing import Any

from draft import NAMES, SLOTS, Draft, Tree

QUEUES = ("first in", "last in", "due date", "shortest", "furthest", "random")


def name_people(d: Draft) -> None:
    """Who there is, before anything is said of them."""
    d.teams = list(NAMES["team"][: d.c.weighed({2: 4, 1: 2, 3: 4, 4: 2})])
    d.people = list(NAMES["person"][: d.c.weighed({0: 6, 1: 2, 2: 2, 3: 1})])
    d.own = {team: d.c.weighed({1: 5, 2: 4, 3: 2}) for team in d.teams}


def teams_and_people(d: Draft) -> tuple[Tree, Tree]:
    """The sections `teams` and `people`."""
    people = {name: _person(d) for name in d.people}
    for person in people.values():
        words = person if isinstance(person, str) else person["teams"]
        first = words if isinstance(words, str) else words[0]
        home = next(team for team in d.teams if team.casefold() == first.casefold())
        if d.c.chance(25):
            d.own[home] = 0
    return {name: _team(d, name) for name in d.teams}, people


def _person(d: Draft) -> Any:
    c, pen = d.c, d.pen
    teams = [pen.name(team) for team in c.some(d.teams, 1, 3)]
    if len(teams) == 1 and c.chance(40):
        return teams[0]
    found: Tree = {"teams": teams[0] if len(teams) == 1 and c.chance(50) else teams}
    if c.chance(60):
        found["speed"] = c.pick(("120%", "0.8", "3/2", "200%", "50 procent"))
    return found


def _team(d: Draft, name: str) -> Tree:
    c, pen = d.c, d.pen
    found: Tree = {"people": str(d.own[name])}
    if len(d.calendars) > 1 or (d.calendars and c.chance(30)):
        found["calendar"] = d.some_calendar() if c.chance(40) else pen.name(d.calendars[0])
    if c.chance(12):
        found["slots"] = c.pick(SLOTS) if c.chance(60) else c.some(SLOTS, 1, 2)
    for key in ("absence", "presence"):
        if c.chance(10):
            found[key] = pen.share(low=5, high=90)
    if c.chance(15):
        found["target"] = _target(d)
    if c.chance(40):
        found["cost"] = c.pick(("40 per hour", "70", "50 euro / hour", "37.5 per uur", "0"))
    if c.chance(50):
        queue = c.pick(QUEUES)
        found["queue"] = pen.word(queue)
    return found


def _target(d: Draft) -> Any:
    within = d.pen.wait(d.length // 4, calendar=bool(d.calendars))
    form = d.c.pick(("within", "binnen", "alone", "fields", "none"))
    if form == "fields":
        return {"share": d.pen.share(), "within": within}
    if form in ("none", "alone"):
        return within if form == "alone" else "none"
    return f"{d.pen.share()} {form} {within}"


def tasks(d: Draft) -> Tree:
    """The section `tasks`."""
    return {name: _task(d) for name in d.tasks}


def _task(d: Draft) -> Tree:
    c, pen = d.c, d.pen
    found: Tree = {"time": pen.work(d.most_work), "value": pen.word(c.pick(("adding", "necessary", "waste")))}
    if c.chance(12):
        found["share"] = pen.share(low=20)
    if c.chance(8):
        found["only"] = one_or_list(d, c.some(d.classes, 1, 2))
    return found


def one_or_list(d: Draft, names: list[str]) -> Any:
    """Names as a list, or the only one by itself."""
    words = [d.pen.name(name) for name in names]
    return words[0] if len(words) == 1 and d.c.chance(60) else words


def limits(d: Draft) -> Tree:
    """The section `limits`: of steps, of teams, of the whole. Narrow ones make a process lock, so most are wide."""
    c = d.c
    options = [("all", "")] + [("step", step) for step in d.everywhere()] + [("team", team) for team in d.teams]
    found: Tree = {}
    for kind, name in c.some(options, 1, 3):
        word = "all" if kind == "all" else d.pen.name(name)
        if kind != "all" and c.chance(20):
            word = f"{c.pick((kind, kind, 'stap' if kind == 'step' else kind))} {name}"
        low = 1 if kind == "step" else 2
        found[word] = "none" if c.chance(4) else str(c.whole(low, 8))
    return found
