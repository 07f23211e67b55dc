"""The types of the fields: each reads a text of the file with the grammar of `flowsim.units`, and says what it wants.

A type is an `Annotated[value type, Reader(...)]`. The Reader parses, turns a QuantityError into an error that keeps its
code and hint, and gives the JSON Schema of the field. A field of an optional type may be written `none`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator
from pydantic_core import CoreSchema, core_schema

from flowsim import units
from flowsim.scenario.forms import TEXT, fail, kind_of, parsed
from flowsim.scenario.names import look_up, suggest
from flowsim.scenario.syntax import refused_in, shorten

FORMAT = 1
"""The version of the file format that is read."""

PRIORITIES = {"rush": 0, "spoed": 0, "normal": 1, "normaal": 1, "gewoon": 1, "low": 2, "laag": 2}
"""The words for a priority."""

DUTCH = {
    "waardetoevoegend": "adding",
    "noodzakelijk": "necessary",
    "verspilling": "waste",
    "klant": "customer",
    "afzender": "sender",
    "op volgorde": "first in",
    "laatste eerst": "last in",
    "vervaldatum": "due date",
    "kortste": "shortest",
    "verst": "furthest",
    "willekeurig": "random",
    "samen": "together",
    "elk": "each",
    "pauze": "pause",
    "afmaken": "finish",
    "plaats": "place",
    "persoon": "person",
    "klasse": "class",
    "taak": "task",
}
"""The Dutch words for the choices of the format."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

MAX_NAME = 60
MAX_LUCK = 2 * MAX_NAME + 4  # "TASK at STEP"
MAX_PEOPLE = 100_000
NOTHING = ("none", "geen")
"""How "there is none" is written."""


@dataclass(frozen=True)
class Reader:
    """How one text becomes a value. `expected` completes "expected …"; `none`: the field may be `none` (value None);
    `default`: the default of the field as it would be written, where its value does not look so.
    """

    parse: Callable[[str], Any]
    expected: str
    examples: tuple[str, ...] = ()
    none: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""

    def read(self, value: object) -> Any:
        """The value of a text. Raises PydanticCustomError with a code and a hint."""
        if not isinstance(value, str):
            fail("FS304", f"expected {self.expected}, found {kind_of(value)}", self._hint())
        text = value.strip()
        if not text:
            fail("FS305", f"expected {self.expected}, found nothing", self._hint())
        if self.none and text.casefold() in NOTHING:
            return None
        try:
            return parsed(self.parse, text)
        except units.QuantityError as error:
            told = units.guess_error(text) or error
            fail(told.code, told.message, told.hint)

    def _hint(self) -> str:
        return f"for example: {self.examples[0]}" if self.examples else ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        options = list(self.choices) + ([NOTHING[0]] if self.none and self.choices else [])
        if options:  # a list to choose from, which an editor completes
            return {"enum": options}
        schema = {"type": [*TEXT, "boolean"] if "yes" in self.examples else TEXT}
        return {**schema, "examples": list(self.examples)} if self.examples else schema


@dataclass(frozen=True)
class Several:
    """A list that may be written as its only item, and as `none` or nothing when it is empty."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(as_list, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole = handler(schema)
        return {"anyOf": [whole["items"], whole]}


def as_list(value: object) -> object:
    """One item as a list of it; `none` and nothing as an empty list."""
    if isinstance(value, list):
        return value
    if isinstance(value, str) and (not value.strip() or value.strip().casefold() in NOTHING):
        return []
    return [value]


@dataclass(frozen=True)
class OrNone:
    """A mapping that may be written `none` or (unless it has to be `said`) left empty: value None."""

    said: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._begin, handler(source))

    def _begin(self, value: object) -> object:
        return value if self.said and isinstance(value, str) and not value.strip() else none_or_same(value)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole = handler(schema)
        options = [o for o in whole.get("anyOf", [whole]) if o != {"type": "null"}]
        return {"anyOf": [*options, {"enum": [NOTHING[0]] if self.said else [NOTHING[0], None]}]}


def none_or_same(value: object) -> object:
    """None for `none` and for nothing."""
    return None if isinstance(value, str) and value.strip().casefold() in ("", *NOTHING) else value


@dataclass(frozen=True)
class ByName:
    """A mapping from names to things; nothing written is an empty one. `what`: the things, with 'by ...' when it is not
    by name. `free`: keys are no names (paths, dates)."""

    what: str
    free: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._begin, handler(source))

    def _begin(self, value: object) -> object:
        if value == "":
            return {}
        if not isinstance(value, dict):
            things, _, key = self.what.partition(" by ")
            fail(
                "FS304",
                f"expected {things} by {key or 'name'}, found {kind_of(value)}",
                f"write each as '{key or 'name'}: ...' on a line",
            )
        return value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole = handler(schema)
        if not self.free:
            whole["propertyNames"] = {"minLength": 1, "maxLength": MAX_NAME, "pattern": "^[^.*]+$"}
        return {"anyOf": [whole, {"type": "null"}]}


# -- parsers ---------------------------------------------------------------------------------------------------------


def parse_name(text: str, most: int = MAX_NAME) -> str:
    """A name: what things are called, and referred to by."""
    if not text:
        fail("FS308", "a name may not be empty", "give it a name")
    shown = shorten(text)
    if text != text.strip():
        fail("FS308", f"the name '{shown}' begins or ends with a space", f"write '{shown.strip()}'")
    if len(text) > most:
        fail("FS308", f"the name '{shown}' has {len(text)} characters, {most} is the most", "shorten it")
    for sign in ".*":
        if sign in text:
            fail(
                "FS308",
                f"the name '{shown}' has a '{sign}', which is kept for paths",
                f"write it without '{sign}'",
            )
    for _, sign in refused_in(text, name=True):
        fail("FS308", f"the name '{shown}' holds a {sign}", "type it anew, in plain letters")
    return text


def parse_key(value: object) -> str:
    """A name that stands as a key: spaces around it are not stripped."""
    return parse_name(value if isinstance(value, str) else str(value))


def parse_start(text: str) -> str:
    """A local date or date and time as ISO text of tick 0."""
    moment = _moment(text, r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2})?")
    if moment is None or not 1900 <= moment.year <= 2200:
        why = "a date from 1900 to 2200, such as 2026-01-05 or '2026-01-05 08:00'"
        hint = days_hint(text) or "write year-month-day, then hours:minutes if need be"
        fail("FS310", f"expected {why}, found '{shorten(text)}'", hint)
    return moment.isoformat(sep=" ", timespec="minutes")


def parse_date(text: str) -> date:
    """A date written year-month-day."""
    moment = _moment(text, r"\d{4}-\d{2}-\d{2}")
    if moment is None:
        hint = days_hint(text) or "write year-month-day"
        fail("FS310", f"expected a date such as 2026-12-24, found '{shorten(text)}'", hint)
    return moment.date()


def days_hint(text: str) -> str:
    """How many days the month of an impossible date has; "" when the text is no such date. The day may come first."""
    found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", text, re.ASCII)
    back = re.match(r"(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)", text, re.ASCII)
    if found:
        year, month, day = map(int, found.groups())
    elif back:
        day, month, year = map(int, back.groups())
    else:
        return ""
    order = "" if found else "write year-month-day; "
    if month > 12:
        return f"{order}there is no month {month}"
    if month < 1 or year < 1:
        return ""
    days = monthrange(year, month)[1]
    return f"{order}{_MONTHS[month - 1]} {year} has {days} days" if day > days else ""


def _moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if re.fullmatch(form, text, re.ASCII) else None
    except ValueError:
        return None


def parse_day_off(text: str) -> str:
    """A date, or the code of a country or region (looked up when the years are known); kept as text."""
    if text[0].isdecimal():
        parse_date(text)
    return text


def parse_dates(text: object) -> tuple[date, date]:
    """A date, or two with `..` between them: the first and the last day."""
    first, dots, last = str(text).partition("..")
    days = parse_date(first.strip()), parse_date((last if dots else first).strip())
    if days[1] < days[0] or (days[1] - days[0]).days > 3660:
        fail(
            "FS310",
            f"'{shorten(str(text))}' ends before it begins or lasts ten years",
            "write the first date first",
        )
    return days


def parse_format(text: str) -> int:
    """The format version of the file; only 1 exists."""
    if not text.isdecimal() or int(text) < 1:
        fail("FS311", f"expected the format version, {FORMAT}, found '{shorten(text)}'", f"write 'flowsim: {FORMAT}'")
    if int(text) > FORMAT:
        fail("FS311", f"made for format {int(text)}; this flowsim reads {FORMAT}", "upgrade flowsim")
    return FORMAT


def counted(lowest: int, highest: int, what: str) -> Callable[[str], int]:
    """A parser of a whole number within bounds."""

    def parse(text: str) -> int:
        number = units.parse_count(text)
        if not lowest <= number <= highest:
            fail(
                "FS309",
                f"expected {what} from {lowest} to {highest}, found {number}",
                "write a number within it",
            )
        return number

    return parse


def parse_priority(text: str) -> int:
    """0 is served first; also in words."""
    word = text.casefold()
    if word in PRIORITIES:
        return PRIORITIES[word]
    if not re.match(r"[-+.,]*\d", text):
        hint = "rush (spoed) is 0, normal (gewoon) is 1, low (laag) is 2; or write a whole number"
        fail("FS307", f"expected rush | normal | low or a whole number, found '{shorten(text)}'", hint)
    return counted(0, 1000, "a priority")(text)


def parse_yes(text: str) -> bool:
    """Yes or no."""
    answer = {"yes": True, "true": True, "ja": True, "no": False, "false": False, "nee": False}.get(text.casefold())
    if answer is None:
        fail("FS307", f"expected yes or no, found '{shorten(text)}'", "write yes or no")
    return answer


def parse_cost(text: str) -> float:
    """A cost per hour, 0 or more: "70 per hour", or just the number."""
    if re.fullmatch(r"[\d.,e+]+", text):
        text += " per hour"
    rate = units.parse_rate(text, zero=True)
    if rate.per != "hour":
        fail("FS307", f"expected a cost per hour, found '{shorten(text)}'", "for example: 70 per hour")
    return rate.count


def parse_part(text: str) -> str:
    """A part of the week that can be read; kept as text."""
    units.parse_part(text)
    return text


def parse_week(text: str) -> str:
    """Hours of a week that can be read; kept as text, because lines are read together."""
    units.parse_hours(text)
    return text


def parse_text(text: str) -> str:
    """Any text."""
    return text


def one_of(*options: str) -> Callable[[str], str]:
    """A parser of one word out of several, in English or Dutch; the value is the English one."""
    words = {option: option for option in options} | _in_dutch(options)

    def parse(text: str) -> str:
        found = look_up(words, text)
        if found is None:
            message = f"expected {' | '.join(options)}, found '{shorten(text)}'"
            fail("FS307", message, suggest(text, options, "choices"))
        return words[found]

    return parse


def chooser(*options: str, none: bool = False) -> Reader:
    """The Reader of one word out of several."""
    return Reader(one_of(*options), " | ".join(options), options[:1], none, (*options, *_in_dutch(options)))


def _in_dutch(options: tuple[str, ...]) -> dict[str, str]:
    return {dutch: english for dutch, english in DUTCH.items() if english in options}


# -- types -----------------------------------------------------------------------------------------------------------

_QUANTITY = ("15 min", "30 min ± 20 min", "20 min (10 min .. 1 h)", "5 .. 15 min", "exponential(10 min)")
_LENGTH = ("2 working days", "4 h", "1 week")

Key = Annotated[str, PlainValidator(parse_key)]
Name = Annotated[str, Reader(parse_name, "a name", ("Legal",))]
MaybeLuck = Annotated[str | None, Reader(partial(parse_name, most=MAX_LUCK), "a name", ("Legal",), none=True)]
MaybeName = Annotated[str | None, Reader(parse_name, "a name", ("Legal",), none=True)]
Text = Annotated[str, Reader(parse_text, "a text")]
MaybeText = Annotated[str | None, Reader(parse_text, "a text", none=True)]
MaybeCount = Annotated[int | None, Reader(counted(1, 1_000_000, "a number"), "a number", ("2",), none=True)]
Quantity = Annotated[units.Quantity, Reader(units.parse_quantity, "a quantity", _QUANTITY)]
MaybeQuantity = Annotated[units.Quantity | None, Reader(units.parse_quantity, "a quantity", _QUANTITY, none=True)]
Length = Annotated[units.Length, Reader(units.parse_length, "a length of time", _LENGTH)]
MaybeLength = Annotated[units.Length | None, Reader(units.parse_length, "a length of time", _LENGTH, none=True)]
MaybeBatch = Annotated[
    units.BatchText | None,
    Reader(
        units.parse_batch,
        "a batch",
        ("10 requests", "10 requests or 2 working days", "every working day at 16:00"),
        none=True,
    ),
]
MaybeShare = Annotated[float | None, Reader(units.parse_share, "a share", ("60%",), none=True)]
MaybeRate = Annotated[units.Rate | None, Reader(units.parse_rate, "a rate", ("8 per working day",), none=True)]
YesNo = Annotated[bool, Reader(parse_yes, "yes or no", ("yes", "no"))]
