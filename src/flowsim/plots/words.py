"""Names made harmless and cut to size; titles that carry the numbers of several states."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from flowsim.texts import Texts

ELLIPSIS = "…"
_UNSAFE = (
    "Cc",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
)  # control, lone surrogate, private, unassigned, line separators
_BIDI = {chr(c) for c in (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def clean(text: str) -> str:
    """`text` on one line, with every character that could break a file or turn the reading direction shown as �."""
    kept = ("�" if unicodedata.category(c) in _UNSAFE or c in _BIDI else c for c in text.replace("\n", " "))
    return "".join(kept)


def wrap(text: str, width: float, lines: int, measure: Callable[[str], float]) -> list[str]:
    """`text` on at most `lines` lines of `width` pixels, broken at spaces, long words cut, the rest as an ellipsis."""
    rows: list[str] = []
    rest = text
    if not text:
        return [""]
    while rest and len(rows) < lines:
        row = _longest_fit(rest, width, measure)
        if row == rest:
            rows.append(row)
            return rows
        if len(rows) == lines - 1:
            break
        space = row.rfind(" ") if not rest[len(row)].isspace() else len(row)
        row = row[:space] if space > 0 else row
        rows.append(row.rstrip())
        rest = rest[len(row) :].lstrip()
    if rest:
        room = width - measure(ELLIPSIS)
        rows.append(_longest_fit(rest, room, measure).rstrip() + ELLIPSIS)
    return rows


def _longest_fit(text: str, width: float, measure: Callable[[str], float]) -> str:
    """The longest beginning of `text` within `width`; one character at least."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low]


def with_others(texts: Texts, first: str, others: Sequence[tuple[str, str]]) -> str:
    """The sentence about the first state, then the same number of each other state between brackets."""
    if not others:
        return first
    return f"{first} ({'; '.join(texts.t('{state}: {value}', state=s, value=v) for s, v in others)})"
