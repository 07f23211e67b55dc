"""Where steps are referred to by name (teams: `retarget_teams`), and the short forms in which that may be written.

When steps become one, every reference to them is made to point at the new one; a short form that has to change
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
    """Make every reference to the steps `old` (in their `name_form`) point at `new`: returns, next, journeys and
    backlogs. Raises ScenarioError FS157 when a route parts between two of them.
    """
    for step in entries_of(root, "steps"):
        returns = field(step, "returns")
        if isinstance(step, Mapping) and returns is not None:
            put(step, "returns", _returns_to(returns, old, new))
        following = field(step, "next")
        if isinstance(step, Mapping) and following is not None:
            put(step, "next", _next_to(following, old, new))
    for request in entries_of(root, "requests"):
        journey = field(request, "journey")
        if isinstance(request, Mapping) and journey is not None:
            put(request, "journey", once(journey, old, new))
        for entry in items_of(field(request, "backlog")):
            at = field(entry, "at")
            if isinstance(entry, Mapping) and at is not None:
                put(entry, "at", renamed(at, old, new))


def entries_of(root: Mapping, section: str) -> list[Node]:
    """The things of a section, in file order."""
    node = field(root, section)
    return list(node.entries.values()) if isinstance(node, Mapping) else []


def renamed(node: Node, old: Collection[str], new: str) -> Node:
    """A name, `new` when it is one of the `old`."""
    if isinstance(node, Scalar) and name_form(node.text.strip()) in old:
        return Scalar(new, node.place, node.quoted)
    return node


def once(node: Node, old: Collection[str], new: str) -> Node:
    """A name or a list of names, those of the `old` made `new`, which stays in its first place only."""
    if not isinstance(node, Listing):
        return renamed(node, old, new)
    found: list[Node] = []
    for item in (renamed(item, old, new) for item in node.items):
        again = isinstance(item, Scalar) and item.text == new
        if not (again and any(isinstance(other, Scalar) and other.text == new for other in found)):
            found.append(item)
    return Listing(found, node.place)


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
        put(returns, "to", renamed(to, old, new))
    return returns


def _next_to(following: Node, old: Collection[str], new: str) -> Node:
    """`next` in each of its forms: a step; shares by step; one of these by class; or parallel branches."""
    if isinstance(following, Listing):
        return Listing([_next_to(item, old, new) for item in following.items], following.place)
    if isinstance(following, Scalar):
        return renamed(following, old, new)
    branches = field(following, "parallel")
    if isinstance(branches, Listing):
        return _split_to(following, branches, old, new)
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


def _split_to(following: Mapping, branches: Listing, old: Collection[str], new: str) -> Mapping:
    """Parallel branches: what became one step stays in its first place, and in one branch."""
    met = [branch for branch in branches.items if any(_is_any(step, old) for step in items_of(branch))]
    if len(met) > 1:
        message = "requests part here into parallel branches, and steps of two of them become one"
        refuse("FS157", message, "first set this 'next' to where they all go", following.place)
    result = copy(following)
    put(result, "parallel", Listing([once(branch, old, new) for branch in branches.items], branches.place))
    join = field(result, "join")
    if join is not None:
        put(result, "join", renamed(join, old, new))
    return result


def _is_any(node: Node, names: Collection[str]) -> bool:
    return isinstance(node, Scalar) and name_form(node.text.strip()) in names


def goals_of(following: Node) -> list[str]:
    """The words of a `next` that is no split, in any of its forms, that stand for where requests go."""
    if isinstance(following, Scalar):
        return [following.text.strip()]
    if isinstance(following, Listing):
        return [word for item in following.items for word in goals_of(item)]
    found: list[str] = []
    for key, value in following.entries.items():
        share = isinstance(value, Scalar) and _SHARE.fullmatch(value.text)
        found += [key.strip()] if share else goals_of(value)
    return found


def _within(scalar: Scalar, offset: int) -> Place:
    """The place of a part of a text, when the text stands on one line as it is."""
    place = scalar.place
    if scalar.quoted or "\n" in scalar.text:
        return place
    return Place(place.file, place.line, place.column + offset)
