"""What `merge` does to the tree: teams that become one team, steps that become one step.

A merged step keeps the luck of its parts (R4): its tasks and returns carry `luck of: OLD STEP`, so the same requests
need the same work and meet the same returns in both designs; returns with the same `luck of` share one draw.
"""

from __future__ import annotations

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario.joining import Joined, Remarks, agree_on_slots, differences, merged_cost, moves_between
from flowsim.scenario.merging_limits import merge_limits
from flowsim.scenario.names import key_form, look_up, name_form, suggest
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar, copy, refuse
from flowsim.scenario.retarget import (
    drop,
    field,
    is_nothing,
    items_of,
    put,
    retarget_steps,
    whole_number,
    written_out,
)
from flowsim.scenario.retarget_teams import retarget_teams
from flowsim.scenario.syntax import shorten
from flowsim.scenario.ways import Ways

Named = list[tuple[str, Mapping]]  # things of one section, by their names as defined


def merge(root: Mapping, node: Node, remarks: Remarks) -> None:
    """Do one `merge`; what its words do not say is added to `remarks`. Raises ScenarioError FS154 to FS157, with
    places.
    """
    if not isinstance(node, Mapping):
        refuse("FS154", "expected what to merge", "{teams: [A, B], into: C}", node.place)
    kinds = [kind for kind in ("teams", "steps") if field(node, kind) is not None]
    if len(kinds) != 1:
        found = "both" if kinds else "neither"
        refuse("FS154", f"a merge is of teams or of steps, found {found}", "{teams: [A, B], into: C}", node.place)
    kind = kinds[0]
    section = field(root, kind)
    if not isinstance(section, Mapping):
        refuse("FS155", f"there are no {kind} to merge", f"define {kind} first", node.place)
    parts = _parts(section, kind, node)
    into = _into(section, parts, node)
    given = Mapping(node.place)
    for key, value in node.entries.items():
        if key_form(key) not in (kind, "into"):
            put(given, key, copy(value), node.keys.get(key))
    old = {name_form(name) for name, _ in parts}
    if kind == "teams":
        merged = _team(root, parts, given, into, remarks)
        remarks.notes += differences(root, parts, given, into)
        remarks.joined.append(Joined(moves_between(root, old), into.place))
    else:
        merged = _step(root, parts, given)
    remarks.notes += merge_limits(root, kind, [name for name, _ in parts], into)
    _replace(section, parts, into, merged)
    retarget = retarget_teams if kind == "teams" else retarget_steps
    retarget(root, old, into.text.strip())


def _parts(section: Mapping, kind: str, node: Mapping) -> Named:
    """What is to be merged, in the order named."""
    listed = field(node, kind)
    assert listed is not None
    problems: list[Problem] = []
    parts: Named = []
    for item in items_of(listed):
        text = item.text.strip() if isinstance(item, Scalar) else ""
        name = look_up(section.entries, text, names=True) if text else None
        value = section.entries[name] if name is not None else None
        if name is None:
            hint = suggest(text, section.entries, "there is")
            problems.append(Problem("FS155", f"there is no '{shorten(text)}' in {kind}", hint, item.place))
        elif not isinstance(value, Mapping):
            message = f"{kind}.{shorten(name)} has no fields, so it cannot be merged"
            problems.append(Problem("FS154", message, "write its fields first", item.place))
        elif name in (known for known, _ in parts):
            problems.append(Problem("FS154", f"'{shorten(name)}' stands here twice", "name each once", item.place))
        else:
            parts.append((name, value))
    if problems:
        raise ScenarioError(problems)
    if len(parts) < 2:
        refuse("FS154", f"expected at least two {kind} to merge", f"{{{kind}: [A, B], into: C}}", listed.place)
    return parts


def _into(section: Mapping, parts: Named, node: Mapping) -> Scalar:
    """The name of what they become: a new one, or that of a part."""
    into = field(node, "into")
    if not isinstance(into, Scalar):
        refuse("FS154", "a merge needs 'into', a name", "{teams: [A, B], into: C}", into.place if into else node.place)
    there = look_up(section.entries, into.text.strip(), names=True)
    if there is not None and there not in (name for name, _ in parts):
        message = f"there is a '{shorten(there)}' already, and it is not one of those merged"
        refuse("FS154", message, "choose another name, or merge it too", into.place)
    return into


def _replace(section: Mapping, parts: Named, into: Scalar, merged: Mapping) -> None:
    """Put what was merged in the place of the first part, and take away the others."""
    names = [name for name, _ in parts]
    entries, keys = dict(section.entries), dict(section.keys)
    section.entries.clear()
    section.keys.clear()
    for key, value in entries.items():
        if key == names[0]:
            section.entries[into.text.strip()] = merged
            section.keys[into.text.strip()] = into.place
        elif key not in names:
            section.entries[key] = value
            section.keys[key] = keys.get(key, value.place)


def _lay_given(result: Mapping, given: Mapping) -> Mapping:
    for key, value in given.entries.items():
        drop(result, key)
        put(result, key, value, given.keys.get(key))
    return result


# -- teams -----------------------------------------------------------------------------------------------------------


def _team(root: Mapping, parts: Named, given: Mapping, into: Scalar, remarks: Remarks) -> Mapping:
    """The first team, its calendar, queue, absence and presence, with the people of all, their mean cost and no target,
    unless these are given. On slots they have to agree.
    """
    result = copy(parts[0][1])
    drop(result, "target")
    drop(result, "cost")
    if look_up(given.entries, "cost") is None:
        cost, unsaid = merged_cost(root, parts, into)
        remarks.notes += unsaid
        if cost is not None:
            put(result, "cost", cost)
    if look_up(given.entries, "slots") is None:
        agree_on_slots(parts, into)
    if field(given, "people") is None:
        numbers = [whole_number(field(team, "people")) for _, team in parts]
        if None in numbers:
            name = parts[numbers.index(None)][0]
            message = f"the people of '{shorten(name)}' are not a whole number, so they do not add up"
            refuse("FS154", message, "say how many people the new team has: people: 3", given.place)
        put(result, "people", Scalar(str(sum(n for n in numbers if n is not None)), given.place))
    return _lay_given(result, given)


# -- steps -----------------------------------------------------------------------------------------------------------


def _step(root: Mapping, parts: Named, given: Mapping) -> Mapping:
    """The first step, with the tasks and returns of all."""
    result = copy(parts[0][1])
    for key in ("does", "share", "returns", "next"):
        drop(result, key)
    ways = Ways(root)
    if look_up(given.entries, "only") is None:
        _same_classes(parts, given.place)
        if look_up(given.entries, "does") is None:
            _same_journeys(root, ways, parts, given.place)
    if look_up(given.entries, "does") is None:
        known = field(root, "tasks")
        tasks = [task for name, step in parts for task in _tasks(name, step, known, given.place)]
        put(result, "does", Listing(tasks, _place(parts[0][1], "does")))
    if look_up(given.entries, "returns") is None:
        returns = [entry for name, step in parts for entry in _returns(name, step)]
        if returns:
            put(result, "returns", Listing(returns, returns[0].place))
    if look_up(given.entries, "next") is None:
        following = _following(ways, parts, given.place)
        if following is not None:
            put(result, "next", following)
    return _lay_given(result, given)


def _same_classes(parts: Named, place: Place) -> None:
    """Refuse to merge steps for different classes: the merged step would do work for requests that never needed it."""
    classes = []
    for _, step in parts:
        only = items_of(field(step, "only"))
        classes.append({name_form(item.text.strip()) for item in only if isinstance(item, Scalar)})
    for (name, _), these in zip(parts, classes, strict=True):
        if these != classes[0]:
            message = f"'{shorten(parts[0][0])}' and '{shorten(name)}' are for different classes"
            refuse("FS154", message, "say 'only' in the merge; the tasks themselves may have an 'only' too", place)


def _same_journeys(root: Mapping, ways: Ways, parts: Named, place: Place) -> None:
    """Refuse to merge steps of which only some are on the journey of a class, when the others would be work for it."""
    for klass in ways.journeys:
        visited = ways.visited(klass)
        on = [name for name, _ in parts if name in visited]
        off = [(name, step) for name, step in parts if name not in visited and not _needless(root, step, klass)]
        if on and off:
            message = f"'{shorten(on[0])}' is on the journey of '{shorten(klass)}' and '{shorten(off[0][0])}' is not"
            hint = "say 'does' in the merge, or let the tasks of the other say 'only' for which classes they are"
            refuse("FS154", message, hint, place)


def _needless(root: Mapping, step: Mapping, klass: str) -> bool:
    """Whether none of the tasks of a step is for a class."""
    tasks = field(root, "tasks")
    for item in items_of(field(step, "does")):
        word = field(item, "task") if isinstance(item, Mapping) else item
        name = _defined(tasks, word)
        only = items_of(field(tasks.entries.get(name) if isinstance(tasks, Mapping) else None, "only"))
        if not only or any(isinstance(one, Scalar) and name_form(one.text.strip()) == name_form(klass) for one in only):
            return False
    return True


def _tasks(name: str, step: Mapping, known: Node | None, place: Place) -> list[Node]:
    """The tasks of an old step; each that only a share needs says whose luck decides (R4): that of the old step, or for
    a share of its own that of `TASK at OLD STEP`. `known` are the tasks of the scenario.
    """
    share = field(step, "share")
    tasks: list[Node] = []
    for item in items_of(field(step, "does")):
        own = field(item, "share")
        if share is not None and own is not None:
            message = f"'{shorten(name)}' has a share and so has a task in it, which one share cannot say"
            refuse("FS154", message, "say 'does' in the merge", place)
        if share is None and own is None:
            tasks.append(copy(item))
            continue
        task = copy(item) if isinstance(item, Mapping) else Mapping(item.place)
        if not isinstance(item, Mapping):
            put(task, "task", item)
        if share is not None:
            put(task, "share", share)
        if field(task, "luck of") is None:
            luck = name if own is None else f"{_defined(known, field(task, 'task'))} at {name}"
            put(task, "luck of", Scalar(luck, item.place))
        tasks.append(task)
    return tasks


def _defined(known: Node | None, task: Node | None) -> str:
    """The name of a task as its definition spells it."""
    text = task.text.strip() if isinstance(task, Scalar) else ""
    return (look_up(known.entries, text, names=True) if isinstance(known, Mapping) else None) or text


def _returns(name: str, step: Mapping) -> list[Node]:
    """The returns of an old step, written out, each saying whose luck decides (R4)."""
    returns: list[Node] = []
    for item in items_of(field(step, "returns")):
        entry = written_out(item)
        if field(entry, "luck of") is None:
            put(entry, "luck of", Scalar(name, entry.place))
        returns.append(entry)
    return returns


def _following(ways: Ways, parts: Named, place: Place) -> Node | None:
    """The `next` of the merged step, None for the order of its path. Raises ScenarioError FS154 if unclear."""
    routes = [field(step, "next") for _, step in parts]
    names = [name for name, _ in parts]
    linked = all(
        (isinstance(route, Scalar) and name_form(route.text.strip()) == name_form(names[n + 1]))
        or (route is None and ways.after(names[n]) == [names[n + 1]])
        for n, route in enumerate(routes[:-1])
    )
    if not linked:
        if not any(route is not None for route in routes):
            return None
        message = "the steps to be merged say where requests go 'next', which is not clear for the new one"
        refuse("FS154", message, "say 'next' in the merge", place)
    if routes[-1] is not None:
        return copy(routes[-1])
    onward, by_path = ways.after(names[-1]), ways.after(names[0])
    while len(by_path) == 1 and by_path[0] in names:
        by_path = ways.after(by_path[0])
    return None if onward == by_path or len(onward) > 1 else Scalar(onward[0] or "end", place)


def _place(mapping: Mapping, key: str) -> Place:
    node = field(mapping, key)
    return mapping.place if is_nothing(node) or node is None else node.place
