"""Lengths of time: "15 min", "1 h 30 min", "1,5 uur", "2 working days", and back to text without loss.

A day is 24 hours on the clock. A working day is the open time of one full day of the calendar in force
(R2), a working week the open time of its week, a working hour one hour of open time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flowsim.units.reading import Cursor, QuantityError, closest, shown, word_set

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

YEAR = 365.25 * DAY
LONGEST_YEARS = 1000

UNITS_LISTED = "ms, s, min, h, days, weeks, working hours, working days, working weeks"


@dataclass(frozen=True)
class Unit:
    """A unit: `ticks` of one, `working` when counted in open time; of a working day or week the ticks
    depend on the calendar, and the ones here only put units in order.
    """

    name: str
    ticks: int
    working: bool = False


_CLOCK = {
    "ms": Unit("ms", 1),
    "s": Unit("s", SECOND),
    "min": Unit("min", MINUTE),
    "h": Unit("h", HOUR),
    "day": Unit("day", DAY),
    "week": Unit("week", WEEK),
}
_WORKING = {name: Unit(f"working {name}", unit.ticks, working=True) for name, unit in _CLOCK.items()}

_SPELLINGS = {
    "ms": "ms millisecond milliseconds milliseconde milliseconden",
    "s": "s sec secs second seconds seconde seconden",
    "min": "min mins minute minutes minuut minuten",
    "h": "h hr hrs hour hours uur uren u",
    "day": "d day days dag dagen",
    "week": "week weeks weken",
}
_DUTCH_WORKING = {"min": "werkminuut werkminuten", "h": "werkuur werkuren", "day": "werkdag werkdagen"}
_DUTCH_WORKING["week"] = "werkweek werkweken"
_ENGLISH_WORKING = {"day": "workday workdays", "week": "workweek workweeks"}
PREFIXES = ("working", "work", "business")

WORDS: dict[str, Unit] = {
    **{word: _CLOCK[name] for name, words in _SPELLINGS.items() for word in words.split()},
    **{word: _WORKING[name] for name, words in _DUTCH_WORKING.items() for word in words.split()},
    **{word: _WORKING[name] for name, words in _ENGLISH_WORKING.items() for word in words.split()},
}
"""Every unit that is one word."""

_OF_WORKING = {word: _WORKING[name] for name, words in _SPELLINGS.items() for word in words.split()}
_NO_UNITS = word_set("to tot per a an een or of and en at om")
UNSTEADY = word_set("month months maand maanden year years jaar jaren quarter kwartaal")


@dataclass(frozen=True)
class Length:
    """A fixed length of time as written.

    `working`: counted in open time, and then `ticks` (the part written in hours or less), `working_days` and
    `working_weeks` add up once a calendar is known. Otherwise `ticks` is all there is.
    """

    ticks: float
    working_days: float = 0.0
    working_weeks: float = 0.0
    working: bool = False

    def exact(self, working_day: int, weekly_open: int) -> float:
        """The length in ticks, not rounded; see `resolve`."""
        if (self.working_days > 0 >= working_day) or (self.working_weeks > 0 >= weekly_open):
            raise QuantityError(
                "a length in working days needs a calendar that opens",
                code="FS218",
                hint="give the calendar weekly hours, or say hours or days",
            )
        return self.ticks + self.working_days * working_day + self.working_weeks * weekly_open

    def resolve(self, working_day: int, weekly_open: int) -> int:
        """Whole ticks (R1) with a working day and a week of that many open ticks. Raises QuantityError when a
        working day or week is asked of a calendar that has none.
        """
        return round(self.exact(working_day, weekly_open))


Terms = list[tuple[Fraction, Unit | None]]
"""A length as read: (number, unit or None when none is written), the largest unit first."""


def parse_length(text: str) -> Length:
    """A fixed length of time. Raises QuantityError."""
    cursor = Cursor(text, "15 min")
    terms = read_terms(cursor)
    cursor.finish()
    return settle(cursor, terms, None)


def parse_unit(text: str) -> Length:
    """One of a unit: "min" is a minute, "working days" one working day. Raises QuantityError."""
    cursor = Cursor(text, "min")
    if cursor.next.kind != "word":
        raise cursor.error("FS208", "a unit of time is expected", f"units are {UNITS_LISTED}")
    unit = read_unit(cursor, "1")
    cursor.finish()
    return settle(cursor, [(Fraction(1), unit)], None)


def read_terms(cursor: Cursor) -> Terms:
    """Read a length, "1 h 30 min" or "15", at the cursor."""
    terms: Terms = []
    while True:
        written = cursor.next.text
        number = cursor.number()
        unit = read_unit(cursor, written)
        if terms:
            _check_order(cursor, terms, written, unit)
        terms.append((number, unit))
        linked = cursor.next.text in ("and", "en") and cursor.ahead(1).kind == "number"
        if unit is None or not (linked or cursor.next.kind == "number"):
            return terms
        if linked:
            cursor.take()


def read_unit(cursor: Cursor, number: str) -> Unit | None:
    """Read a unit at the cursor if a word comes next that can be meant as one; `number` stands before it."""
    token = cursor.next
    if token.kind != "word" or token.text in _NO_UNITS:
        return None
    cursor.take()
    if token.text in PREFIXES:
        unit = _OF_WORKING.get(cursor.next.text) if cursor.next.kind == "word" else None
        if unit is not None:
            cursor.take()
            return unit
        hint = "working hours, working days or working weeks?"
        raise cursor.error("FS208", f"{shown(token.text)} needs a unit after it", hint)
    if token.text in WORDS:
        return WORDS[token.text]
    if token.text in UNSTEADY:
        raise cursor.error("FS208", f"{shown(token.text)} has no fixed length", "say it in days, weeks or working days")
    near = "min" if token.text == "m" else closest(token.text, WORDS)
    hint = f"did you mean '{number} {near}'?" if near else f"units are {UNITS_LISTED}"
    raise cursor.error("FS208", f"unknown unit {shown(token.text)}", hint)


def _check_order(cursor: Cursor, terms: Terms, written: str, unit: Unit | None) -> None:
    """Parts of one length go from large to small and are all working time or all clock time."""
    last = terms[-1][1]
    if unit is None:
        raise cursor.error("FS207", f"{shown(written)} has no unit", "write for example: 1 h 30 min")
    if last is None or unit.working != last.working:
        raise mixed_clocks(cursor)
    if unit.ticks >= last.ticks:
        hint = "a range is written 5 min .. 15 min, a sum 1 h 30 min"
        raise cursor.error("FS210", f"{shown(written + ' ' + unit.name)} cannot follow a length in {last.name}", hint)


def mixed_clocks(cursor: Cursor) -> QuantityError:
    """The error that working time and clock time stand together."""
    hint = "say all of it in working hours and days, or all in hours and days of 24 hours"
    return cursor.error("FS211", "working time and clock time are mixed", hint)


def settle(cursor: Cursor, terms: Terms, shared: Unit | None) -> Length:
    """The length that was read; a number alone takes the unit `shared`. Refuses one without one, or beyond
    1000 years.
    """
    parts = {"ticks": Fraction(0), "days": Fraction(0), "weeks": Fraction(0)}
    working = False
    total = Fraction(0)
    for number, written in terms:
        unit = written or shared
        if unit is None:
            raise need_unit(cursor, number)
        working = unit.working
        total += number * unit.ticks
        if unit.name == "working day":
            parts["days"] += number
        elif unit.name == "working week":
            parts["weeks"] += number
        else:
            parts["ticks"] += number * unit.ticks
    if total > Fraction(LONGEST_YEARS * YEAR):
        raise cursor.error("FS206", f"longer than {LONGEST_YEARS} years", f"write for example: {cursor.form}")
    return Length(float(parts["ticks"]), float(parts["days"]), float(parts["weeks"]), working)


def need_unit(cursor: Cursor, number: Fraction) -> QuantityError:
    """The error that a number has no unit, and name three likely ones."""
    n = f"{float(number):.6g}"
    return cursor.error("FS207", "a time needs a unit", f"{n} min, {n} h or {n} days?")


def format_exact(ticks: float, *, working: bool = False) -> str:
    """Text from which `parse_length` gets exactly these ticks back; `working`: as open time.

    Whole ticks are written in days, hours and so on ("1 h 30 min"), others in ms. Raises ValueError for
    ticks that are negative, not finite or more than 1000 years.
    """
    if not 0 <= ticks <= LONGEST_YEARS * YEAR:
        raise ValueError(f"{ticks!r} is not a length of time")
    if ticks != math.floor(ticks):
        return _term(_digits(ticks), "ms", working=working)
    names = {name: unit.ticks for name, unit in _CLOCK.items() if not (working and unit.ticks >= DAY)}
    left, found = int(ticks), []
    for name, size in sorted(names.items(), key=lambda pair: -pair[1]):
        count, left = divmod(left, size)
        if count:
            found.append(_term(str(count), name, working=working))
    return " ".join(found) or _term("0", "min", working=working)


def write_length(length: Length) -> str:
    """Text from which `parse_length` gets exactly this length back."""
    parts = []
    for number, name in ((length.working_weeks, "week"), (length.working_days, "day")):
        if number:
            parts.append(_term(_digits(number), name, working=True))
    if length.ticks or not parts:
        parts.append(format_exact(length.ticks, working=length.working))
    return " ".join(parts)


def _digits(number: float) -> str:
    """The shortest text that reads back as this number, without looking like grouped thousands (1.125 →
    1.1250).
    """
    digits = repr(float(number)).removesuffix(".0")
    decimals = digits.partition(".")[2]
    return digits + "0" * (len(decimals) == 3 and decimals.isdecimal())


def _term(number: str, name: str, *, working: bool) -> str:
    plural = "s" if name in ("day", "week") and number != "1" else ""
    if working and name == "h":
        name, plural = "hour", "s" if number != "1" else ""
    return f"{number} {'working ' if working else ''}{name}{plural}"
