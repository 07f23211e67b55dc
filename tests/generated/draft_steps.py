"""The steps of a scenario in the making: first in what order requests travel, then what is done at each, and how."""

from __future__ import annotations

from typing import Any

from draft import NAMES, Draft, Tree
from draft_people import one_or_list

OUTCOMES = ("end", "end as refused", "einde", "end as Weg ermee")


def lay_out(d: Draft) -> None:
    """The trunk, its branches (which may split again), where they join, and the journeys of classes."""
    c = d.c
    d.tasks = list(NAMES["task"][: c.weighed({2: 4, 1: 2, 3: 3, 4: 2, 5: 1})])
    names = list(NAMES["step"])
    d.trunk = [names.pop(0) for _ in range(c.weighed({2: 4, 1: 1, 3: 4, 4: 2}))]
    if c.chance(35):
        split = c.pick(d.trunk)
        d.branches[split] = [[names.pop(0) for _ in range(c.whole(1, 2))] for _ in range(c.weighed({2: 3, 3: 1}))]
        if len(names) >= 2 and c.chance(40):
            inner = c.pick([step for path in d.branches[split] for step in path])
            d.branches[inner] = [[names.pop(0)] for _ in range(2)]
    _join(d)
    if c.chance(30):
        for klass in d.classes:
            if c.chance(60):
                d.journeys[klass] = _journey(d)


def _join(d: Draft) -> None:
    for split in d.branches:
        path = d.home(split)
        later = path[path.index(split) + 1 :]
        d.joins[split] = d.c.pick([*later[:1], "end", *later[1:]])


def _journey(d: Draft) -> list[str]:
    """Some steps of the trunk in any order, with each join behind its split."""
    journey = d.c.some(d.trunk, 1, len(d.trunk))
    for split, join in d.joins.items():
        if split in journey and join != "end":
            if join in journey:
                journey.remove(join)
            journey.append(join)
    return journey


def steps(d: Draft) -> Tree:
    """The section `steps`; those of branches stand anywhere."""
    order = list(d.trunk)
    for paths in d.branches.values():
        for path in paths:
            for step in path:
                order.insert(d.c.whole(0, len(order)) if d.c.chance(30) else len(order), step)
    return {name: _step(d, name) for name in order}


def _step(d: Draft, name: str) -> Tree:
    c, pen = d.c, d.pen
    found: Tree = {}
    batch = _staff(d, found)
    found[pen.key("does")] = _does(d)
    if len(d.classes) > 1 and c.chance(10):
        found["only"] = one_or_list(d, c.some(d.classes, 1, 2))
    if c.chance(10):
        found["share"] = pen.share(low=30)
    if c.chance(45):
        found["handoff"] = _handoff(d)
    if batch:
        found["batch"] = pen.batch(most=4, wait=d.length // 4, calendar=bool(d.calendars), forced=d.limited)
    if c.chance(15):
        found[pen.key("set-up")] = pen.work(30)
    if c.chance(15):
        found[pen.key("change-over")] = _change_over(d)
    if c.chance(25 if batch else 4):
        found["release"] = pen.word(c.pick(("each", "together")))
    if c.chance(20):
        found["closing"] = pen.word(c.pick(("finish", "pause")))
    if c.chance(12):
        found[pen.key("no start within")] = pen.length(pen.minutes(60))
    if c.chance(20):
        returns = _returns(d, name)
        if returns is not None:
            found["returns"] = returns
    if c.chance(25 if d.limited else 4):
        found["blocking"] = pen.word(c.pick(("person", "place")))
    onward = _next(d, name)
    if onward is not None:
        found["next"] = onward
    return found


def _staff(d: Draft, found: Tree) -> bool:
    """Who does it; returns whether the step has a process batch."""
    c, pen = d.c, d.pen
    how = c.weighed({"one": 10, "any": 4, "people": 2, "with": 3, "same": 4})
    batch = how != "same" and c.chance(22)
    team = c.pick(d.teams)
    others = [other for other in d.teams if other != team]
    found["team"] = pen.name(team)
    if how == "any" and others:
        found["team"] = [pen.name(one) for one in [team, *c.some(others, 1, 2)]]
    elif how == "people" and d.own[team] > 1:
        found["people"] = str(c.whole(2, d.own[team]))
    elif how == "with":
        guests = [one for one in c.some(others, 1, 2) if d.own[one] > 0]
        if guests and c.chance(50):
            found["with"] = {pen.name(one): str(c.whole(1, d.own[one])) for one in guests}
        elif guests:
            found["with"] = one_or_list(d, guests)
        if guests and d.own[team] > 1 and c.chance(30):
            found["people"] = "2"
    elif how == "same":
        found[pen.key("same person")] = pen.yes(c.chance(90) or batch)
    return batch


def _does(d: Draft) -> Any:
    c, pen = d.c, d.pen
    items: list[Any] = []
    for task in c.some(d.tasks, 1, 2):
        form = c.weighed({"name": 6, "fields": 1, "share": 1})
        if form == "name":
            items.append(pen.name(task))
            continue
        item: Tree = {"task": pen.name(task)}
        if form == "share":
            item["share"] = pen.share(low=20)
            if c.chance(30):
                item[pen.key("luck of")] = c.pick(("Old desk", *d.trunk))
        items.append(item)
    return items[0] if len(items) == 1 and c.chance(70) else items


def _handoff(d: Draft) -> Any:
    c, pen = d.c, d.pen
    if c.chance(3):
        return c.pick(("none", "geen"))
    some = bool(d.calendars)
    found: Tree = {}
    if c.chance(40):
        found["batch"] = "none" if c.chance(5) else pen.batch(most=4, wait=d.length // 4, calendar=some)
    if c.chance(40):
        found["transit"] = "none" if c.chance(5) else pen.drawn_wait(120, calendar=some)
    if c.chance(35):
        found["reread"] = pen.work(15)
    if c.chance(35):
        to = c.pick(("customer", "sender"))
        answer = pen.work(30) if to == "sender" else pen.drawn_wait(180, calendar=some)
        found["question"] = {"chance": pen.share(low=10), "to": pen.word(to), "answer": answer}
    if c.chance(15):
        found["calendar"] = d.some_calendar()
    if c.chance(25):
        found[pen.key("within team")] = pen.yes(c.chance(85))
    return found


def _change_over(d: Draft) -> Any:
    c, pen = d.c, d.pen
    if c.chance(40):
        return pen.work(20)
    found: Tree = {"time": pen.work(20)}
    if c.chance(80):
        by = c.pick((["task"], ["class"], ["class", "task"], ["task", "class"]))
        words = [pen.word(word) for word in by]
        found["by"] = words[0] if len(words) == 1 and c.chance(60) else words
    return found


def _back(d: Draft, name: str) -> list[str]:
    """Where requests may be sent back to: itself, earlier steps of its path, from the trunk also into branches behind
    it; only what is on every journey, in the order of the file on each.
    """
    path = d.home(name)
    earlier = path[: path.index(name) + 1]
    if path is not d.trunk:
        return earlier
    for journey in d.journeys.values():
        if name in journey:
            earlier = [step for step in earlier if step in journey and journey.index(step) <= journey.index(name)]
    inside = []
    for split in list(earlier):
        join = d.joins.get(split, "end")
        if join in d.trunk and d.trunk.index(join) <= d.trunk.index(name) and not d.journeys:
            inside += [step for branch in d.branches[split] for step in branch]
    return [*earlier, *inside]


def _returns(d: Draft, name: str) -> Any:
    c, pen = d.c, d.pen
    goals = _back(d, name)
    if not goals:
        return None
    rules: list[Any] = []
    chosen = c.some(goals[::-1], 1, 2)
    most = str(c.whole(1, 3)) if c.chance(60) else None
    for to in chosen:
        if most is None and c.chance(50):
            rules.append(f"{c.whole(1, 8) * 5}%{c.pick((' to ', ' naar '))}{pen.name(to)}")
            continue
        chance = [pen.share(low=5, high=45) for _ in range(c.whole(1, 2))]
        rule: Tree = {"chance": chance[0] if len(chance) == 1 else chance, "to": pen.name(to)}
        if most is not None:
            rule[pen.key("at most")] = most
        if c.chance(20):
            rule[pen.key("luck of")] = c.pick(("Old desk", *d.trunk))
        rules.append(rule)
    return rules[0] if len(rules) == 1 and c.chance(70) else rules


def _next(d: Draft, name: str) -> Any:
    """Branches, where the step splits; else perhaps a route that stays on the path of the step and on all journeys."""
    c, pen = d.c, d.pen
    if name in d.branches:
        return _split(d, name)
    if not c.chance(22):
        return None
    path = d.home(name)
    here = path.index(name)
    goals = list(path[here + 1 :])
    if path is d.trunk:
        goals = [step for step in goals if all(step in journey for journey in d.journeys.values())]
        goals += c.some(OUTCOMES, 1, 2)
        if c.chance(20):  # back, on and on, but not for ever
            earlier = [s for s in path[: here + 1] if all(s in journey for journey in d.journeys.values())]
            if earlier:
                return {pen.name(c.pick(earlier)): "30%", c.pick(OUTCOMES): "70%"}
    if not goals:
        return None
    if c.chance(30):
        named = c.some(d.classes, 1, len(d.classes))
        found = {pen.name(klass): _goals(d, goals) for klass in named}
        if c.chance(60):
            found[c.pick(("others", "overige"))] = _goals(d, goals)
        return found
    return _goals(d, goals)


def _goals(d: Draft, goals: list[str]) -> Any:
    """One goal, or shares of two."""
    words = [goal if goal in OUTCOMES else d.pen.name(goal) for goal in d.c.some(goals, 1, 2)]
    if len(words) == 1:
        return words[0]
    return dict(zip(words, d.c.pick((("60%", "40%"), ("0.25", "0.75"), ("1/2", "50%"))), strict=True))


def _split(d: Draft, name: str) -> Tree:
    c, pen = d.c, d.pen
    paths: list[Any] = []
    for path in d.branches[name]:
        words = [pen.name(step) for step in path]
        paths.append(words[0] if len(words) == 1 and c.chance(70) else words)
    found: Tree = {pen.key("parallel"): paths}
    path, join = d.home(name), d.joins[name]
    later = path[path.index(name) + 1 :]
    plain = join == (later[0] if later else "end") and not (d.journeys and path is d.trunk)
    if not plain or c.chance(50):
        found["join"] = join if join == "end" else pen.name(join)
    return found
