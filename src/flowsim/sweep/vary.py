"""What is varied: `PATH=V1, V2`, `PATH=1..6`, `PATH=10 min .. 30 min in 5`, each also for one state (`STATE:PATH=…`).

Values are texts as the scenario format writes them, so a comma inside brackets or quotes is a part of its value. A
range stands alone; in a list `5 min .. 15 min` is a value of the format, a time that differs from request to request.

Codes: FS740 a `--vary` that cannot be read, FS741 a path that is varied twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario.names import key_form

VARY = "--vary"
"""Stands for the file in the places of what is varied."""

MAX_LEVELS = 10_000
_RANGE = re.compile(
    r"(?P<low>-?\d+(?:[.,]\d+)?)\s*(?P<unit>[^\d.,]*?)\s*\.\.\s*"
    r"(?P<high>-?\d+(?:[.,]\d+)?)\s*(?P<last>[^\d.,]*?)\s*(?:\bin\s+(?P<points>\d+))?"
)
_EXAMPLE = "for example: --vary 'teams.Legal.people=1..4' or --vary 'steps.Check.handoff.batch=none, 5 requests'"
_OPEN, _CLOSE = "([{", ")]}"


@dataclass(frozen=True)
class Axis:
    """One thing that is varied. `path` is as on the command line, with the state before it if there is one.

    Either `levels` are its values, or there is a range from `low` to `high` of numbers with `unit` behind them;
    `whole`: only whole numbers of it count; `points`: how many of it a grid takes (0: nobody said).
    """

    path: str
    levels: tuple[str, ...] = ()
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    unit: str = ""
    whole: bool = False
    points: int = 0

    def values(self) -> tuple[str, ...]:
        """Every value of a grid. Raises ValueError for a range of which nobody said how many."""
        if self.levels:
            return self.levels
        if self.points:
            step = (self.high - self.low) / (self.points - 1)
            return tuple(self._text(self.low + k * step) for k in range(self.points))
        if self.whole:
            return tuple(self._text(Fraction(n)) for n in range(int(self.low), int(self.high) + 1))
        low, high = self._text(self.low), self._text(self.high)
        raise ValueError(f"{self.path}={low} .. {high} in 5")

    def told(self) -> str:
        """The whole range, or the list, as a sample is taken from it."""
        return ", ".join(self.levels) or f"{self._text(self.low)} .. {self._text(self.high)}"

    def at(self, u: float) -> str:
        """The value at the share `u` (0 to 1) of the way: of a list or of whole numbers each has an equal part."""
        share = min(max(Fraction(u).limit_denominator(10**9), Fraction(0)), Fraction(1))
        if self.levels or self.whole:
            count = len(self.levels) or int(self.high - self.low) + 1
            n = min(int(share * count), count - 1)
            return self.levels[n] if self.levels else self._text(self.low + n)
        return self._text(self.low + share * (self.high - self.low))

    def _text(self, value: Fraction) -> str:
        """A number with its unit, to six digits."""
        number = str(value.numerator) if value.denominator == 1 else f"{Decimal(f'{float(value):.6g}'):f}"
        if len(number.partition(".")[2]) == 3:
            number += "0"  # three decimals could be thousands, and are refused
        return f"{number} {self.unit}".strip()


def read_axes(texts: Sequence[str]) -> tuple[Axis, ...]:
    """What `--vary` says, each text one axis. Raises ScenarioError with everything that is wrong, at once."""
    axes: list[Axis] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for number, text in enumerate(texts, 1):
        try:
            axis = read_axis(text)
        except _UnreadError as error:
            place = Place(VARY, number, error.column)
            problems.append(Problem("FS740", str(error), error.hint, place, source=_shown(text)))
            continue
        axes.append(axis)
        before = seen.setdefault(key_form(axis.path), axis.path)
        if before is not axis.path:
            problems.append(
                Problem("FS741", f"'{axis.path}' is varied twice", "put all its values into one --vary", Place(VARY))
            )
    if problems:
        raise ScenarioError(problems)
    return tuple(axes)


class _UnreadError(ValueError):
    """One `--vary` that cannot be read: why, how to mend it, and where in it."""

    def __init__(self, message: str, hint: str, column: int = 1) -> None:
        super().__init__(message)
        self.hint = hint
        self.column = column


def read_axis(text: str) -> Axis:
    """One axis. Raises ValueError, with a sentence, when it cannot be read."""
    path, equals, rest = text.partition("=")
    if not equals or not path.strip():
        raise _UnreadError(f"expected PATH=VALUES, found '{_shown(text)}'", _EXAMPLE)
    path, begin = path.strip(), len(path) + 2
    if found := _RANGE.fullmatch(rest.strip()):
        return _range(path, found, begin)
    parts = _split(rest, begin)
    for part, column in parts:
        if not part:
            hint = "a value that is not there is written: none"
            raise _UnreadError(f"'{_shown(path)}' has nothing before, after or between commas", hint, column)
    values = [part for part, _ in parts]
    if len(set(values)) < len(values):
        twice = next(value for value in values if values.count(value) > 1)
        raise _UnreadError(f"'{_shown(path)}' has the value '{_shown(twice)}' twice", "leave one of them out", begin)
    if len(values) > MAX_LEVELS:
        raise _UnreadError(f"'{_shown(path)}' has {len(values)} values", f"{MAX_LEVELS} is the most", begin)
    return Axis(path, tuple(values))


def _range(path: str, found: re.Match[str], column: int) -> Axis:
    low, high = (Fraction(found[name].replace(",", ".")) for name in ("low", "high"))
    unit, last = found["unit"].strip(), found["last"].strip()
    if unit and last and unit != last:
        hint = f"write both ends in one unit: {found['low']} {unit} .. … {unit}"
        raise _UnreadError(f"a range from '{unit}' to '{last}' cannot be divided", hint, column)
    if low >= high:
        way = f"did you mean {found['high']} .. {found['low']}?" if low > high else "write the one value alone"
        raise _UnreadError(f"the range of '{_shown(path)}' does not end above its beginning", way, column)
    points = int(found["points"] or 0)
    whole = not (unit or last) and low.denominator == high.denominator == 1
    count = points or (int(high - low) + 1 if whole else 0)
    if points == 1 or count > MAX_LEVELS:
        hint = f"2 to {MAX_LEVELS}, such as: 10 min .. 30 min in 5"
        raise _UnreadError(f"a range cannot have {count} values", hint, column)
    return Axis(path, low=low, high=high, unit=last or unit, whole=whole, points=points)


def _split(text: str, begin: int) -> list[tuple[str, int]]:
    """The values between commas, and where each begins; not at commas in quotes or brackets."""
    parts: list[tuple[str, int]] = []
    depth, quote, start = 0, "", 0
    for i, c in enumerate(text):
        before = text[start:i].strip()
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'" and (not before or before[-1] in "([{,:"):
            quote = c
        elif c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth -= 1
        elif c == "," and depth <= 0:
            if text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit():
                hint = f"two values: {text[i - 1]}, {text[i + 1]}; one number: {text[i - 1]}.{text[i + 1]}"
                raise _UnreadError(
                    "a comma between two digits may divide values or be a decimal comma", hint, begin + i
                )
            parts.append((before, begin + start))
            start = i + 1
    if quote:
        raise _UnreadError(f"a quote {quote} is not closed", "close it, or leave it out", begin + len(text))
    parts.append((text[start:].strip(), begin + start))
    return parts


def _shown(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
