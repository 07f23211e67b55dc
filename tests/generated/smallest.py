"""A failing scenario made small: parts of its tree are taken away, and values made plain, as long as it fails alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from anything import Drawn, written
from draft import Tree

Path_ = tuple[str | int, ...]
PLAIN = ("0 min", "15 min", "1 h", "1 day", "1", "100%", "every 1 h", "none", "always", "first in")
"""Values to try in the place of others, the plainest first."""


def smallest(drawn: Drawn, fails: Callable[[Drawn], bool], tries: int = 2000) -> Drawn:
    """The smallest scenario found in so many tries that still fails; what is refused or passes does not fail. Data
    files stay as long as they are named.
    """
    best, done = drawn, False
    while not done:
        done = True
        for tree in _smaller(best.tree):
            found = _with(best, tree)
            if _size(found) >= _size(best):
                continue
            if not tries:
                return best
            tries -= 1
            if fails(found):
                best, done = found, False
                break
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


def _smaller(tree: Tree) -> Iterator[Tree]:
    """The tree with one thing taken away, the largest first, or one value made plain."""
    for at in sorted(_paths(tree), key=len):
        yield _without(tree, at)
    for at in _paths(tree):
        value = _get(tree, at)
        if isinstance(value, list | dict) and len(value) == 1:
            yield _put(tree, at, next(iter(value.values() if isinstance(value, dict) else value)))
        if isinstance(value, str):
            for plain in PLAIN:
                if plain != value and (len(plain), plain) < (len(value), value):
                    yield _put(tree, at, plain)


def _get(tree: Any, at: Path_) -> Any:
    for key in at:
        tree = tree[key]
    return tree


def _without(tree: Tree, at: Path_) -> Tree:
    found = deepcopy(tree)
    del _get(found, at[:-1])[at[-1]]
    return found


def _put(tree: Tree, at: Path_, value: Any) -> Tree:
    found = deepcopy(tree)
    _get(found, at[:-1])[at[-1]] = value
    return found
