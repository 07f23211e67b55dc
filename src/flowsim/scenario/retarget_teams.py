"""Where teams are referred to by name: steps and their meetings, people with a name, chases.

When teams become one, every reference to them is made to point at the new one, and the people that a step needs of them
are added up.
"""

from __future__ import annotations

from collections.abc import Collection

from flowsim.scenario.names import name_form
from flowsim.scenario.nodes import Mapping, Node, Scalar, refuse
from flowsim.scenario.retarget import drop, entries_of, field, is_nothing, items_of, once, put, renamed, whole_number
from flowsim.scenario.syntax import shorten


def retarget_teams(root: Mapping, old: Collection[str], new: str) -> None:
    """Make every reference to the teams `old` (in their `name_form`) point at `new`. Raises ScenarioError FS157 when
    the people that a step needs do not add up.
    """
    for step in entries_of(root, "steps"):
        team = field(step, "team")
        if not isinstance(step, Mapping) or team is None:
            continue
        _meeting_to(step, old, new)
        put(step, "team", once(team, old, new))
    for request in entries_of(root, "requests"):
        chasing = field(request, "chasing")
        to = field(chasing, "to")
        if isinstance(chasing, Mapping) and to is not None:
            put(chasing, "to", renamed(to, old, new))
    people = field(root, "people")
    for name, person in list(people.entries.items()) if isinstance(people, Mapping) else ():
        teams = field(person, "teams")
        if isinstance(person, Mapping) and teams is not None:
            put(person, "teams", once(teams, old, new))
        elif isinstance(people, Mapping):
            people.entries[name] = renamed(person, old, new)


def _meeting_to(step: Mapping, old: Collection[str], new: str) -> None:
    """People of several old teams at once are so many of the new one; of the step's own, if that is among them."""
    written = field(step, "with")
    guests = _guests(written)
    met = [name for name in guests if name_form(name.strip()) in old]
    if written is None or not met:
        return
    own = [item for item in items_of(field(step, "team")) if _is_old(item, old)]
    if len(met) == 1 and not own:
        counts = {new if name in met else name: node for name, node in guests.items()}
    else:
        total = sum(_count(guests[name], name) for name in met)
        counts = {name: node for name, node in guests.items() if name not in met}
        if own:
            people = field(step, "people")
            more = 1 if people is None else _count(people, "the step's own team")
            put(step, "people", Scalar(str(more + total), written.place))
        else:
            counts[new] = Scalar(str(total), written.place)
    drop(step, "with")
    if counts:
        put(step, "with", Mapping(written.place, dict(counts), {name: node.place for name, node in counts.items()}))


def _guests(written: Node | None) -> dict[str, Node]:
    """How many people of each team a `with` asks for; one of each that is only named."""
    if isinstance(written, Mapping):
        return {name: node for name, node in written.entries.items() if not is_nothing(node)}
    return {item.text: Scalar("1", item.place) for item in items_of(written) if isinstance(item, Scalar)}


def _count(node: Node, whose: str) -> int:
    number = whole_number(node)
    if number is None:
        message = f"how many people of {shorten(whose)} are needed at once is no whole number, so they do not add up"
        refuse("FS157", message, "write a number", node.place)
    return number


def _is_old(item: Node, old: Collection[str]) -> bool:
    return isinstance(item, Scalar) and name_form(item.text.strip()) in old
