"""Where steps and teams are referred to by name, and the short forms in which that may be written.

When teams or steps become one, every reference to them is made to point at the new one; a short form that has to change
is written out (`returns: 15% to Register` becomes `{chance: 15%, to: ...}`), each part keeping its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from flowsim.errors import Place
from flowsim.scenario.names import look_up, name_form
from flowsim.scenario.nodes import Listing, Mapping, Node, Scalar, copy, refuse
from flowsim.scenario.paths import NOTHING
from flowsim.scenario.syntax import shorten

_RETURN = re.compile(r"\s*(?P<chance>\S.*?)\s+(?:to|naar)\s+(?P<to>\S.*?)\s*", re.IGNORECASE | re.DOTALL)
_SHARE = re.compile(r"\s*(?:.*%|[\d.,]+|\d+\s*/\s*\d+)\s*", re.DOTALL)
_WHOLE = re.compile(r"\s*(\d{1,6})\s*")


def field(mapping: Node | None, key: str) -> Node | None:
    """The value of a key of a mapping, None when it is not there or says that there is none."""
    if not isinstance(mapping, Mapping):
        return None
    known = look_up(mapping.entries, key)
    node = mapping.entries[known] if known is not None else None
    return None if is_nothing(node) else node


def is_nothing(node: Node | None) -> bool:
    """Whether a value is absent, empty or `none`."""
    return node is None or (isinstance(node, Scalar) and node.text.strip().casefold() in NOTHING)


def put(mapping: Mapping, key: str, node: Node, place: Place | None = None) -> None:
    """Set a key of a mapping, however it is spelled there; a new one stands at `place` (default: where `node` does)."""
    known = look_up(mapping.entries, key)
    spelled = key if known is None else known
    mapping.entries[spelled] = node
    mapping.keys.setdefault(spelled, place or node.place)


def drop(mapping: Mapping, key: str) -> None:
    """Take away a key of a mapping, however it is spelled there, if it is there."""
    known = look_up(mapping.entries, key)
    if known is not None:
        del mapping.entries[known]
        mapping.keys.pop(known, None)


def items_of(node: Node | None) -> list[Node]:
    """The items of a list; a single value is a list of one, nothing a list of none."""
    if node is None or is_nothing(node):
        return []
    return [item for item in node.items if not is_nothing(item)] if isinstance(node, Listing) else [node]


def whole_number(node: Node | None) -> int | None:
    """The whole number a value says, None when it says none."""
    found = _WHOLE.fullmatch(node.text) if isinstance(node, Scalar) else None
    return int(found[1]) if found else None


def written_out(item: Node) -> Mapping:
    """A return as a mapping with `chance` and `to`. Raises ScenarioError FS156 when it is no return."""
    if isinstance(item, Mapping):
        return copy(item)
    found = _RETURN.fullmatch(item.text) if isinstance(item, Scalar) else None
    if not isinstance(item, Scalar) or not found:
        shown = f"'{shorten(item.text)}'" if isinstance(item, Scalar) else "a list"
        refuse(
            "FS156", f"expected a return such as '15% to Register', found {shown}", "write 'SHARE to STEP'", item.place
        )
    result = Mapping(item.place)
    for key in ("chance", "to"):
        put(result, key, Scalar(found[key], _within(item, found.start(key))))
    return result


def retarget_steps(root: Mapping, old: Collection[str], new: str) -> None:
    """Make every reference to the steps `old` (in their `name_form`) point at `new`: returns, next and limits.
    Raises ScenarioError FS157 when a route parts between two of them.
    """
    for step in _entries(root, "steps"):
        returns = field(step, "returns")
        if isinstance(step, Mapping) and returns is not None:
            put(step, "returns", _returns_to(returns, old, new))
        following = field(step, "next")
        if isinstance(step, Mapping) and following is not None:
            put(step, "next", _next_to(following, old, new))
    _limits_to(root, old, new)


def retarget_teams(root: Mapping, old: Collection[str], new: str) -> None:
    """Make every reference to the teams `old` (in their `name_form`) point at `new`: teams of steps, and limits."""
    for step in _entries(root, "steps"):
        team = field(step, "team")
        if not isinstance(step, Mapping) or team is None:
            continue
        if isinstance(team, Listing):
            named = [_renamed(item, old, new) for item in team.items]
            first = {item.text: n for n, item in reversed(list(enumerate(named))) if isinstance(item, Scalar)}
            once = [item for n, item in enumerate(named) if not isinstance(item, Scalar) or first[item.text] == n]
            put(step, "team", Listing(once, team.place))
        else:
            put(step, "team", _renamed(team, old, new))
    _limits_to(root, old, new)


def _entries(root: Mapping, section: str) -> list[Node]:
    node = field(root, section)
    return list(node.entries.values()) if isinstance(node, Mapping) else []


def _renamed(node: Node, old: Collection[str], new: str) -> Node:
    if isinstance(node, Scalar) and name_form(node.text.strip()) in old:
        return Scalar(new, node.place, node.quoted)
    return node


def _returns_to(returns: Node, old: Collection[str], new: str) -> Node:
    if isinstance(returns, Listing):
        return Listing(
            [item if is_nothing(item) else _returns_to(item, old, new) for item in returns.items], returns.place
        )
    if isinstance(returns, Scalar):
        found = _RETURN.fullmatch(returns.text)
        if not found or name_form(found["to"]) not in old:
            return returns
        returns = written_out(returns)
    to = field(returns, "to")
    if to is not None:
        put(returns, "to", _renamed(to, old, new))
    return returns


def _next_to(following: Node, old: Collection[str], new: str) -> Node:
    """`next` in each of its forms: a step; shares by step; or one of these by class."""
    if isinstance(following, Listing):
        return Listing([_next_to(item, old, new) for item in following.items], following.place)
    if isinstance(following, Scalar):
        return _renamed(following, old, new)
    shares = [
        key for key, value in following.entries.items() if isinstance(value, Scalar) and _SHARE.fullmatch(value.text)
    ]
    met = [key for key in shares if name_form(key.strip()) in old]
    if len(met) > 1:
        message = f"requests part here between {' and '.join(shorten(key) for key in met)}, which become one step"
        refuse("FS157", message, "first set this 'next' to where they all go", following.place)
    result = Mapping(following.place)
    for key, value in following.entries.items():
        place = following.keys.get(key, value.place)
        if key in shares:
            put(result, new if key in met else key, value, place)
        else:
            put(result, key, _next_to(value, old, new), place)
    return result


def goals_of(following: Node) -> list[str]:
    """The words of a `next`, in any of its forms, that stand for where requests go."""
    if isinstance(following, Scalar):
        return [following.text.strip()]
    if isinstance(following, Listing):
        return [word for item in following.items for word in goals_of(item)]
    found: list[str] = []
    for key, value in following.entries.items():
        share = isinstance(value, Scalar) and _SHARE.fullmatch(value.text)
        found += [key.strip()] if share else goals_of(value)
    return found


def _limits_to(root: Mapping, old: Collection[str], new: str) -> None:
    """One limit for what became one: the only one there was, or their sum."""
    limits = field(root, "limits")
    if not isinstance(limits, Mapping):
        return
    met = [key for key in limits.entries if name_form(key) in old]
    if not met:
        return
    first = limits.entries[met[0]]
    if len(met) > 1:
        numbers = [whole_number(limits.entries[key]) for key in met]
        if None in numbers:
            refuse("FS157", f"the limits of {' and '.join(met)} do not add up", "set one of them first", first.place)
        first = Scalar(str(sum(n for n in numbers if n is not None)), first.place)
    entries, keys = dict(limits.entries), dict(limits.keys)
    limits.entries.clear()
    limits.keys.clear()
    for key, value in entries.items():
        if key not in met:
            put(limits, key, value, keys.get(key))
        elif key == met[0]:
            put(limits, new, first, keys.get(key))


def _within(scalar: Scalar, offset: int) -> Place:
    """The place of a part of a text, when the text stands on one line as it is."""
    place = scalar.place
    if scalar.quoted or "\n" in scalar.text:
        return place
    return Place(place.file, place.line, place.column + offset)
