"""A failing scenario made small: parts of its tree are taken away, and values made plain, as long as it fails alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import Any

from anything import Drawn, written
from draft import Tree

Path_ = tuple[str | int, ...]
Edit = Callable[[Tree], Tree | None]
PLAIN = ("0 min", "15 min", "1 h", "1 day", "1", "100%", "every 1 h", "none", "always", "first in")
"""Values to try in the place of others, the plainest first."""


def smallest(drawn: Drawn, fails: Callable[[Drawn], bool], tries: int = 2000) -> Drawn:
    """The smallest scenario found in so many tries that still fails; what is refused or passes does not fail. Data
    files stay as long as they are named.
    """
    best, again = drawn, True
    while again:
        again = False
        for edit in _edits(best.tree):
            tree = edit(best.tree)
            found = best if tree is None else _with(best, tree)
            if _size(found) >= _size(best):
                continue
            if not tries:
                return best
            tries -= 1
            if fails(found):
                best, again = found, True  # and on with what is left of the edits
    return best


def _with(drawn: Drawn, tree: Tree) -> Drawn:
    text = written(tree)
    return replace(drawn, tree=tree, data={name: data for name, data in drawn.data.items() if name in text})


def _size(drawn: Drawn) -> tuple[int, int]:
    """How much there is: first fields, then characters."""
    return len(list(_paths(drawn.tree))), sum(map(len, drawn.files.values()))


def _paths(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Every place in a tree, those above before those below."""
    if at:
        yield at
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(one, (*at, key))


def _edits(tree: Tree) -> Iterator[Edit]:
    """What can be done to a tree: take one thing away, the largest first; put what is in a thing in its place; make a
    value plain. An edit gives None when an earlier one took its place away.
    """
    places = list(_paths(tree))
    for at in sorted(places, key=len):
        yield partial(_edited, at, _gone)
    for at in places:
        yield partial(_edited, at, _inside)
        for plain in PLAIN:
            yield partial(_edited, at, partial(_plainer, plain))


def _edited(at: Path_, change: Callable[[Any], Any], tree: Tree) -> Tree | None:
    """The tree with a change at one place; None when there is no such place, or nothing to change."""
    found = deepcopy(tree)
    try:
        above = _get(found, at[:-1])
        value = change(above[at[-1]])
    except (KeyError, IndexError, TypeError):
        return None
    if isinstance(above, str):  # an earlier edit put a text where the thing stood, and a text has places too
        return None
    if value is _GONE:
        del above[at[-1]]
    elif value is None:
        return None
    else:
        above[at[-1]] = value
    return found


_GONE = object()


def _gone(value: Any) -> Any:
    return _GONE


def _inside(value: Any) -> Any:
    if isinstance(value, list | dict) and len(value) == 1:
        return next(iter(value.values() if isinstance(value, dict) else value))
    return None


def _plainer(plain: str, value: Any) -> Any:
    return plain if isinstance(value, str) and (len(plain), plain) < (len(value), value) else None


def _get(tree: Any, at: Path_) -> Any:
    for key in at:
        tree = tree[key]
    return tree
