"""The states of a scenario in the making: redesigns as changes that set, remove, add and merge."""

from __future__ import annotations

from typing import Any

from draft import Draft, Tree
from draft_people import QUEUES


def states(d: Draft, tree: Tree) -> Tree:
    """The section `states`: the process as it is, and one or two redesigns, the second perhaps based on the first."""
    c, pen = d.c, d.pen
    found: Tree = {"current": c.pick(({}, {"about": "As it is."}, "none"))}
    if c.chance(10):
        found = {}
    taken: set[str] = set()
    for name in ("future", "Later on")[: c.weighed({1: 4, 2: 1})]:
        state: Tree = {"about": "A redesign."} if c.chance(20) else {}
        if name == "Later on" and c.chance(60):
            state[pen.key("based on")] = "future"
        elif c.chance(5) and "current" in found:
            state[pen.key("based on")] = "current"
        state["changes"] = [_change(d, tree, taken) for _ in range(c.whole(1, 2))]
        found[name] = state
    return found


def _change(d: Draft, tree: Tree, taken: set[str]) -> Tree:
    c = d.c
    found: Tree = {"name": f"Change {len(taken) + 1}"}
    taken.add(found["name"])
    if c.chance(15):
        found["about"] = "A change."
    kinds = {"set": _set, "remove": _remove, "add": _add, "merge": _merge}
    kind = c.weighed({"set": 5, "remove": 2, "add": 4, "merge": 3})
    made = kinds[kind](d, tree, taken)
    if made is None:
        kind, made = "set", _set(d, tree, taken)
    found[kind] = made
    return found


def _once(taken: set[str], word: str) -> bool:
    """Whether nothing was done to this yet."""
    if word in taken:
        return False
    taken.add(word)
    return True


def _set(d: Draft, tree: Tree, taken: set[str]) -> Tree:
    c, pen = d.c, d.pen
    steps, teams = list(tree["steps"]), list(tree["teams"])
    step, team = c.pick(steps), c.pick(teams)
    options: dict[str, Any] = {
        "teams.*.queue": pen.word(c.pick(QUEUES)),
        f"steps.{step}.handoff.batch": pen.batch(most=3, wait=d.length // 4, calendar=bool(d.calendars)),
        f"steps.{step}.handoff.transit": pen.drawn_wait(60, calendar=bool(d.calendars)),
        f"steps.{step}.closing": pen.word("finish"),
        f"tasks.{d.tasks[0]}.time": pen.work(30),
        f"steps.{step}.handoff": {"reread": pen.work(15), "question": "none"},
        f"requests.{c.pick(d.classes)}.priority": "0",
    }
    if _once(taken, f"team {team}"):
        options[f"teams.{team}.people"] = str(d.own[team] + 1)
    if any("handoff" in one and isinstance(one["handoff"], dict) for one in tree["steps"].values()):
        options["steps.*.handoff.batch"] = "none"
    return {path: options[path] for path in c.some(list(options), 1, 2)}


def _remove(d: Draft, tree: Tree, taken: set[str]) -> Any:
    paths = [
        f"{section}.{name}.{key}"
        for section, keys in (
            ("steps", ("returns", "handoff", "share", "batch", "set-up", "blocking")),
            ("teams", ("queue", "absence", "presence", "target", "slots")),
            ("requests", ("patience", "priority", "chasing")),
        )
        for name, one in tree[section].items()
        for key in keys
        if key in one and f"{section} {name}" not in taken
    ]
    chosen = [path for path in d.c.some(paths, 1, 2) if _once(taken, path)]
    if not chosen:
        return None
    return chosen[0] if len(chosen) == 1 and d.c.chance(70) else chosen


def _add(d: Draft, tree: Tree, taken: set[str]) -> Any:
    c, pen = d.c, d.pen
    if not _once(taken, "add"):
        return None
    calendar = pen.name(c.pick(d.calendars)) if d.calendars else "always"
    team, task = c.pick(list(tree["teams"])), c.pick(d.tasks)
    things: dict[str, Tree] = {
        "teams": {"teams": {"Extra": {"people": "1", "calendar": calendar}}},
        "tasks": {"tasks": {"call back": {"time": pen.work(20), "value": "adding"}}},
        "people": {"people": {"Zoë": {"teams": [team], "speed": "90%"}}},
        "calendars": {"calendars": {"evening": {"hours": "mon-sun 17:00-23:00"}}},
        "requests": {"requests": {"extra": {"arrivals": f"every {d.length // 4} min"}}},
    }
    chosen = c.some(list(things), 0, 2)
    found = [things[word] for word in chosen]
    step: Tree = {"step": "New step", "team": "Extra" if "teams" in chosen and c.chance(70) else pen.name(team)}
    step["does"] = "call back" if "tasks" in chosen else pen.name(task)
    where = c.pick(("", "after", "before"))
    if where and not any(name in d.branches for name in d.trunk):
        step[where] = pen.name(c.pick(d.trunk))
    if not found or c.chance(70):
        found.append(step)
    if len(found) == 2 and c.chance(40) and "step" not in found[0]:
        return {**found[0], **found[1]}
    return found[0] if len(found) == 1 else found


def _merge(d: Draft, tree: Tree, taken: set[str]) -> Any:
    c, pen = d.c, d.pen
    if not _once(taken, "merge") or any(word.startswith(("team ", "steps.", "teams.")) for word in taken):
        return None
    if c.chance(50) and len(d.teams) > 1:
        merge: Tree = {"teams": [pen.name(team) for team in c.some(d.teams, 2, 3)], "into": "Case team"}
        if c.chance(50):
            merge["people"] = str(c.whole(2, 4))
        taken.update(f"team {team}" for team in d.teams)
    elif len(d.trunk) > 1:
        first = c.whole(0, len(d.trunk) - 2)
        merge = {"steps": [pen.name(step) for step in d.trunk[first : first + 2]], "into": "Case"}
        if c.chance(20):
            merge["handoff"] = {"reread": pen.work(10)}
    else:
        return None
    return [merge] if c.chance(20) else merge
