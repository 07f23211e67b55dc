"""Quantities that may vary: "15 min", "30 min ± 20 min", "20 min (10 min .. 1 h)", "5 .. 15 min", "gamma(1
h, 30 min)".

What is written is kept as lengths; ticks come when the calendar is known (`Quantity.resolve`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowsim.units.lengths import (
    DAY,
    WEEK,
    Length,
    Terms,
    mixed_clocks,
    need_unit,
    parse_unit,
    read_terms,
    settle,
)
from flowsim.units.reading import MAX_TEXT, Cursor, QuantityError, closest, read_share, shown

if TYPE_CHECKING:
    from flowsim.model.distribution import Distribution
    from flowsim.model.families import Family

FORMS: dict[str, str] = {
    "constant": "constant(15 min)",
    "uniform": "5 min .. 15 min",
    "triangular": "triangular(10 min, 20 min, 1 h)",
    "pert": "20 min (10 min .. 1 h)",
    "exponential": "exponential(15 min)",
    "erlang": "erlang(15 min, 3)",
    "gamma": "gamma(30 min, 20 min)",
    "lognormal": "30 min ± 20 min",
    "weibull": "weibull(30 min, 1.5)",
    "beta": "beta(10 min, 1 h, 30 min, 10 min)",
    "normal": "normal(30 min, 10 min)",
    "discrete": "discrete(5 min: 30%, 10 min: 70%)",
    "empirical": "empirical(file.csv, column, min)",
}
"""Every distribution with the way it is best written."""

_DUTCH = {
    "constante": "constant",
    "uniforme": "uniform",
    "driehoek": "triangular",
    "driehoekig": "triangular",
    "exponentieel": "exponential",
    "lognormaal": "lognormal",
    "normaal": "normal",
    "discreet": "discrete",
    "empirisch": "empirical",
}
NAMES: dict[str, str] = {**{name: name for name in FORMS}, **_DUTCH}
"""What a distribution may be called, in English or Dutch, and its name in the Model."""


@dataclass(frozen=True)
class Quantity:
    """A distribution as written, before a calendar is known.

    `name` is the family; `lengths` its durations and `numbers` its other parameters, each in the family's
    order (of `discrete`: the values, and the shares). `working`: all lengths count in open time. `source`
    is (file, column, unit) of an `empirical` one, whose only length is one such unit; None for all others.
    """

    name: str
    lengths: tuple[Length, ...]
    numbers: tuple[float, ...]
    text: str
    working: bool
    source: tuple[str, str, str] | None = None

    def resolve(self, working_day: int, weekly_open: int, values: Sequence[float] | None = None) -> Distribution:
        """The distribution in ticks, with a working day and a week of that many open ticks.

        `values` are those of the file, in its unit and any order, for an `empirical` quantity and only for
        it. Raises QuantityError when the lengths contradict each other on this calendar, or values are
        missing.
        """
        from flowsim.model.distribution import Distribution

        params = self._params(working_day, weekly_open, values)
        complaint = _complaint(self.name, params)
        if complaint:
            raise QuantityError(
                f"{shown(self.text)}: {complaint}",
                code="FS214",
                hint=f"write for example: {FORMS[self.name]}",
            )
        return Distribution(self.name, params)

    def _params(self, working_day: int, weekly_open: int, values: Sequence[float] | None) -> tuple[float, ...]:
        ticks = [length.exact(working_day, weekly_open) for length in self.lengths]
        if self.name == "empirical":
            if values is None or len(values) == 0:
                hint = "give the file at least one value"
                raise QuantityError(f"{shown(self.text)}: there are no values", code="FS222", hint=hint)
            return tuple(sorted(value * ticks[0] for value in values))
        if self.name == "discrete":
            return tuple(p for pair in zip(ticks, self.numbers, strict=True) for p in pair)
        return (*ticks, *self.numbers)  # in every other family the numbers come after the lengths


def parse_quantity(text: str) -> Quantity:
    """A quantity: a fixed length, or any distribution in one of the `FORMS`. Raises QuantityError."""
    if len(text) <= MAX_TEXT and _is_empirical(text):
        return _from_file(text.strip())
    cursor = Cursor(text, "15 min")
    if cursor.next.kind == "word" and cursor.ahead(1).text == "(":
        name, terms, numbers = _named(cursor)
    else:
        name, terms = _plain(cursor)
        numbers = []
    cursor.finish()
    lengths = _settle_all(cursor, terms)
    working = any(length.working for length in lengths)
    quantity = Quantity(name, lengths, tuple(numbers), text.strip(), working)
    if len(_kinds(lengths)) <= 1:  # else it depends on the calendar whether they fit together
        quantity.resolve(DAY, WEEK)
    return quantity


def _plain(cursor: Cursor) -> tuple[str, list[Terms]]:
    """One length, mean ± sd, likely (low .. high), or low .. high."""
    first = read_terms(cursor)
    if cursor.sign("±"):
        cursor.form = FORMS["lognormal"]
        return "lognormal", [first, read_terms(cursor)]
    if cursor.sign("("):
        low = read_terms(cursor)
        _expect_range(cursor)
        high = read_terms(cursor)
        _expect(cursor, ")")
        return "pert", [low, first, high]
    if _range(cursor):
        return "uniform", [first, read_terms(cursor)]
    if cursor.next.text == "-" and cursor.ahead(1).kind == "number":
        raise cursor.error("FS210", "a range is not written with a dash", "write for example: 5 min .. 15 min")
    return "constant", [first]


def _named(cursor: Cursor) -> tuple[str, list[Terms], list[float]]:
    """A distribution by name, with its parameters between brackets."""
    from flowsim.model.families import FAMILIES

    word = cursor.take().text
    if word not in NAMES:
        near = closest(word, NAMES)
        hint = f"did you mean {FORMS[NAMES[near]]}?" if near else f"there are {', '.join(FORMS)}"
        raise cursor.error("FS212", f"unknown distribution {shown(word)}", hint)
    name = NAMES[word]
    cursor.form = FORMS[name]
    cursor.take()
    family = FAMILIES[name]
    terms: list[Terms] = []
    numbers: list[float] = []
    if not cursor.sign(")"):
        while True:
            _read_parameter(cursor, family, name, terms, numbers)
            if not cursor.sign(",", ";"):
                break
        _expect(cursor, ")")
    _check_count(cursor, family, name, len(terms) + len(numbers))
    return name, terms, numbers


def _read_parameter(cursor: Cursor, family: Family, name: str, terms: list[Terms], numbers: list[float]) -> None:
    if name == "discrete":
        terms.append(read_terms(cursor))
        _expect(cursor, ":")
        numbers.append(float(read_share(cursor)))
    elif _is_number(family, len(terms) + len(numbers)):
        numbers.append(float(cursor.number()))
    else:
        terms.append(read_terms(cursor))


def _is_number(family: Family, place: int) -> bool:
    return place < len(family.parameters) and not family.parameters[place][1]


def _check_count(cursor: Cursor, family: Family, name: str, count: int) -> None:
    if family.takes(count):
        return
    hint = f"write for example: {FORMS[name]}"
    if any(token.kind == "number" and "," in token.text for token in cursor.tokens):
        hint = "a comma between digits is a decimal comma: put a space after one that separates, or write ;"
    raise cursor.error("FS213", f"{name} needs {family.described()}; here it has {count}", hint)


def _range(cursor: Cursor) -> bool:
    return cursor.sign("..") or bool(cursor.word(("to", "tot")))


def _expect_range(cursor: Cursor) -> None:
    if not _range(cursor):
        hint = f"write for example: {FORMS['pert']}"
        raise cursor.error("FS210", "'..' is expected between the lowest and the highest", hint)


def _expect(cursor: Cursor, *signs: str) -> None:
    if not cursor.sign(*signs):
        found = shown(cursor.next.text) if cursor.next.kind != "end" else "the end"
        raise cursor.error("FS210", f"'{signs[0]}' is expected at {found}", f"write for example: {cursor.form}")


def _settle_all(cursor: Cursor, terms: list[Terms]) -> tuple[Length, ...]:
    """The lengths read; when just one unit is written in all of them, it also holds for numbers without any."""
    units = {unit for length in terms for _, unit in length if unit is not None}
    if len({unit.working for unit in units}) > 1:
        raise mixed_clocks(cursor)
    shared = next(iter(units)) if len(units) == 1 else None
    bare = [length[0][0] for length in terms if length[0][1] is None]
    if bare and shared is None:
        raise need_unit(cursor, bare[0])
    return tuple(settle(cursor, length, shared) for length in terms)


def _kinds(lengths: Sequence[Length]) -> set[str]:
    """Which of ticks, working days and working weeks occur."""
    found = set()
    for length in lengths:
        found |= {"ticks"} if length.ticks else set()
        found |= {"days"} if length.working_days else set()
        found |= {"weeks"} if length.working_weeks else set()
    return found


def _complaint(name: str, params: tuple[float, ...]) -> str:
    from flowsim.model.families import FAMILIES, complaint_about

    return complaint_about(FAMILIES[name], params)


def _is_empirical(text: str) -> bool:
    return NAMES.get(text.partition("(")[0].strip().casefold()) == "empirical" and "(" in text


def _from_file(text: str) -> Quantity:
    """empirical(file, column, unit); file and column are taken as they stand, quotes around them removed."""
    hint = f"write for example: {FORMS['empirical']}"
    if not text.endswith(")"):
        raise QuantityError(f"{shown(text)}: ')' is expected at the end", code="FS210", hint=hint)
    inside = text[text.index("(") + 1 : -1]
    parts = [p.strip().strip("\"'").strip() for p in inside.split(";" if ";" in inside else ",")]
    if len(parts) != 3 or not all(parts):
        message = f"{shown(text)}: empirical needs a file, a column and a unit"
        raise QuantityError(message, code="FS213", hint=hint)
    file, column, unit = parts
    one = parse_unit(unit)
    return Quantity("empirical", (one,), (), text, one.working, (file, column, unit))
