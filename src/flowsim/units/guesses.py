"""Values that somebody is not sure of: "10 .. 20 min unsure", "10% .. 20% onzeker", "2 .. 4 unsure".

That is one value, not known, which may be anything between two ends, all as likely; not a spread between requests,
which is the same range without the word. A guess is read as text, so that it may stand for anything that has a number:
its two ends are texts that differ in their numbers only, and what lies between them is such a text too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from flowsim.units.batches import NOUNS
from flowsim.units.lengths import Length, parse_length, write_length
from flowsim.units.reading import MAX_TEXT, QuantityError, shown

WORDS = ("unsure", "onzeker")
"""What makes a range a guess, at its end."""

FORM = "10 .. 20 min unsure"

_MARKED = re.compile(r"(.*?)\s+(?:unsure|onzeker)", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"[^\W\d_]+\s*\(")
_DOTS = re.compile(r"\.\.\.?|…")
_PIECE = re.compile(
    r"""(?P<moment> \d{4}-\d{2}-\d{2} | \d{1,2}:\d{2} )
    | (?P<number> (?<![^\W_]) [0-9]+ (?:[.,][0-9]+)* (?:e[+-]?[0-9]+(?!\w))? )
    | (?P<other> \w+ | \s+ | . )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_RANGE = re.compile(r"\s*(?:\.\.\.?|…)\s*[0-9.,]+")
_NEXT = re.compile(r"\s*(\w+)?\s*(\S*)")
_DIGITS = 12


@dataclass(frozen=True)
class _Number:
    """A number that differs between the two ends: as written, its value, and whether it stays whole."""

    low: Fraction
    high: Fraction
    whole: bool

    def at(self, u: float) -> str:
        """What stands for it at `u` of the way."""
        if not self.whole:
            return _written(self.low + Fraction(u) * (self.high - self.low))
        least, most = sorted((int(self.low), int(self.high)))
        step = min(floor(Fraction(u) * (most - least + 1)), most - least)
        return str(least + step if self.low <= self.high else most - step)


@dataclass(frozen=True)
class Guess:
    """A value that is not known: `text` as written, `low` and `high` the texts that stand for its two ends, and
    `levels`, how many values it may have (0: anything between; a count stays whole).
    """

    text: str
    low: str
    high: str
    levels: int
    _parts: tuple[str | _Number, ...] = ()
    _lengths: tuple[Length, Length] | None = None

    def at(self, u: float) -> str:
        """The text of the value at `u` of the way from low to high, 0 to 1; at the ends exactly as written there."""
        if not 0 <= u <= 1:
            raise ValueError(f"{u!r} is not between 0 and 1")
        if u in (0, 1):
            return self.high if u else self.low
        if self._lengths is not None:
            return _between(*self._lengths, u)
        return "".join(part if isinstance(part, str) else part.at(u) for part in self._parts)


def is_marked(text: str) -> bool:
    """Whether a text ends as a guess does, well written or not."""
    return len(text) <= MAX_TEXT and _MARKED.fullmatch(text.strip()) is not None


def has_range(text: str) -> bool:
    """Whether it also has the two dots of a range, which no name can have."""
    return is_marked(text) and _DOTS.search(text) is not None


def parse_guess(text: str) -> Guess:
    """A guess: LOW .. HIGH and the word. What the two ends share may be said once: "10 .. 20 min", "every 10 .. 20
    min", "exponential(10 .. 20 min)", "10% .. 20% to Register". Fixed lengths may have units of their own: "30 min ..
    2 h". Raises QuantityError FS226, and FS227 for dates and times of the clock.
    """
    found = _MARKED.fullmatch(text.strip())
    if found is None:
        raise _error(text, "a guess ends in 'unsure'")
    body = found[1]
    dots = [(found.start(), found.end()) for found in _DOTS.finditer(body)]
    places = [place for place in dots if _outside(body, place[0])] or (dots if _NAMED.match(body) else [])
    if not places:
        raise _error(text, "'unsure' stands behind a range from the lowest to the highest, and there is none")
    halves = [(body[:start].strip(), body[end:].strip()) for start, end in places]
    for reading in (_alike, _shared, _lengths):
        for low, high in halves:
            guess = reading(" ".join(text.split()), low, high) if low and high else None
            if guess is not None:
                return guess
    moments = any(_moments(low) or _moments(high) for low, high in halves)
    if moments:
        raise QuantityError(
            f"{shown(text.strip())}: a date or a time of the clock is chosen, so it cannot be unsure",
            code="FS227",
            hint="write one of them",
        )
    raise _error(text, "the two ends of what is unsure differ in more than their numbers")


def guess_error(text: str) -> QuantityError | None:
    """What is wrong with a text that ends as a guess does; None for a sound guess, and for what does not end so."""
    if not is_marked(text):
        return None
    try:
        parse_guess(text)
    except QuantityError as error:
        return error
    return None


def _alike(text: str, low: str, high: str) -> Guess | None:
    """Two whole texts that differ in numbers only; None when they do not."""
    ours, theirs = _pieces(low), [piece for piece in _pieces(high) if not piece[1].isspace()]
    if [_kind(piece) for piece in ours if not piece[1].isspace()] != [_kind(piece) for piece in theirs]:
        return None
    parts: list[str | _Number] = []
    others = iter(theirs)
    for at, one in enumerate(ours):
        other = one if one[1].isspace() else next(others)
        a, b = _value(one), _value(other)
        if a is None or b is None or a == b:
            parts.append(one[1])
            continue
        rest = "".join(piece for _, piece in ours[at + 1 :])
        parts.append(_Number(a, b, one[1].isdecimal() and other[1].isdecimal() and _counts(rest)))
    numbers = [part for part in parts if isinstance(part, _Number)]
    if not numbers:
        raise _error(text, "both ends are the same, so nothing is unsure")
    if len(numbers) == 1 and numbers[0].low > numbers[0].high:
        raise QuantityError(
            f"{shown(text)}: the range ends below its beginning",
            code="FS226",
            hint=f"write the lowest first: {high} .. {low} {WORDS[0]}",
        )
    levels = int(numbers[0].high - numbers[0].low) + 1 if len(numbers) == 1 and numbers[0].whole else 0
    return Guess(text, low, high, levels, tuple(parts))


def _shared(text: str, low: str, high: str) -> Guess | None:
    """The first end lacks what follows in the second, the second what goes before in the first."""
    ours, theirs = _pieces(low), _pieces(high)
    last = max((at for at, piece in enumerate(ours) if _value(piece) is not None), default=-1)
    if last < 0 or not theirs or _value(theirs[0]) is None:
        return None
    before = "".join(piece for _, piece in ours[:last])
    own, after = (_plain(pieces) for pieces in (ours[last + 1 :], theirs[1:]))
    if not after.startswith(own):
        return None
    rest = "".join(piece for _, piece in theirs[1:])
    return _alike(text, f"{before}{ours[last][1]}{rest}", f"{before}{high}")


def _lengths(text: str, low: str, high: str) -> Guess | None:
    """Two fixed lengths in units of their own."""
    try:
        one, other = parse_length(low), parse_length(high)
    except QuantityError:
        return None
    if one.working != other.working:
        raise _error(text, "one end is time on the clock and the other working time")
    if _size(one) >= _size(other):
        raise QuantityError(
            f"{shown(text)}: the range does not end above its beginning", code="FS226", hint="write the lowest first"
        )
    return Guess(text, low, high, 0, (), (one, other))


def _between(one: Length, other: Length, u: float) -> str:
    """The length at `u` of the way, to a tick."""

    def mixed(a: float, b: float) -> float:
        return float(f"{float(Fraction(a) + Fraction(u) * (Fraction(b) - Fraction(a))):.{_DIGITS}g}")

    days = mixed(one.working_days, other.working_days)
    weeks = mixed(one.working_weeks, other.working_weeks)
    return write_length(Length(float(round(mixed(one.ticks, other.ticks))), days, weeks, one.working))


def _size(length: Length) -> float:
    return length.exact(8 * 3_600_000, 40 * 3_600_000)


def _pieces(text: str) -> list[tuple[str, str]]:
    """The text in pieces: (kind, as written)."""
    return [(str(found.lastgroup), found[0]) for found in _PIECE.finditer(text)]


def _kind(piece: tuple[str, str]) -> str:
    """What has to be the same at both ends."""
    _, text = piece
    return "0" if _value(piece) is not None else text.casefold()


def _plain(pieces: list[tuple[str, str]]) -> str:
    """Pieces as one text for comparing, without spaces."""
    return "".join(text.casefold() for _, text in pieces if not text.isspace())


def _value(piece: tuple[str, str]) -> Fraction | None:
    """The value of a number; None for what is none."""
    kind, text = piece
    if kind != "number" or sum(mark in ".," for mark in text) > 1 or len(text.partition("e")[2]) > 4:
        return None
    return Fraction(text.replace(",", "."))


def _counts(rest: str) -> bool:
    """Whether a number counts things: nothing stands behind it, or what a batch may count does. Behind the first number
    of a range that is what stands behind the second.
    """
    found = _NEXT.match(_RANGE.sub("", rest, count=1))
    word, after = (found[1] or "", found[2]) if found else ("", "")
    if not word:
        return after[:1] in ("", ")", ",", ";")
    return word.casefold() in NOUNS and after.casefold() not in ("per", "/")


def _moments(text: str) -> bool:
    return any(kind == "moment" for kind, _ in _pieces(text))


def _outside(text: str, at: int) -> bool:
    """Whether a place in a text is in no brackets."""
    return text.count("(", 0, at) == text.count(")", 0, at)


def _written(value: Fraction) -> str:
    """The number to twelve digits, without looking like grouped thousands (1.125 → 1.1250)."""
    text = f"{float(value):.{_DIGITS}g}"
    decimals = text.partition(".")[2]
    return text + "0" * (len(decimals) == 3 and decimals.isdecimal())


def _error(text: str, why: str) -> QuantityError:
    return QuantityError(f"{shown(text.strip())}: {why}", code="FS226", hint=f"write for example: {FORM}")
