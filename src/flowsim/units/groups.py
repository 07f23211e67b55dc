"""How many requests come together (R5): "3", "1 .. 5"."""

from __future__ import annotations

from flowsim.units.reading import Cursor

LARGEST_GROUP = 10_000
"""The most requests that come together."""

MOST_SIZES = 1_000
"""The most sizes that a range may have."""

Group = tuple[tuple[int, float], ...]
"""Sizes of a group with the share of each, ascending."""


def parse_group(text: str) -> Group:
    """A size of group, or a range of sizes with even chances: "3", "1 .. 5", "1 tot 5". Raises QuantityError."""
    cursor = Cursor(text, "1 .. 5")
    low = high = _size(cursor)
    if cursor.sign("..") or cursor.word(("to", "tot")):
        high = _size(cursor)
    elif cursor.next.text == "-":
        raise cursor.error("FS224", "a range is not written with a dash", "write for example: 1 .. 5")
    cursor.finish()
    if high < low:
        raise cursor.error("FS224", "the range ends below its beginning", f"did you mean {high} .. {low}?")
    if high - low >= MOST_SIZES:
        raise cursor.error("FS224", f"a range has at most {MOST_SIZES} sizes", "write sizes with shares")
    return tuple((size, 1 / (high - low + 1)) for size in range(low, high + 1))


def parse_size(text: str) -> int:
    """One size of group: a whole number from 1. Raises QuantityError."""
    cursor = Cursor(text, "3")
    size = _size(cursor)
    cursor.finish()
    return size


def _size(cursor: Cursor) -> int:
    value = cursor.number()
    if value.denominator != 1 or not 1 <= value <= LARGEST_GROUP:
        message = f"a group is a whole number of requests, from 1 to {LARGEST_GROUP}"
        raise cursor.error("FS224", message, f"write for example: {cursor.form}")
    return int(value)
