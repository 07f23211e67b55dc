"""The fields of calendars and arrivals: when people are there, and when requests come (R2, R5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from flowsim import units
from flowsim.scenario.fields import (
    NOTHING,
    ByName,
    MaybeLength,
    MaybeQuantity,
    MaybeRate,
    MaybeText,
    Reader,
    Several,
    parse_dates,
    parse_day_off,
    parse_part,
    parse_week,
)
from flowsim.scenario.forms import TEXT, Form, fail, kind_of

Hours = tuple[tuple[int, int], ...]
_Hours = Annotated[str, Reader(parse_week, "hours of a week", ("mon-fri 09:00-12:00 13:00-17:00",))]
_DayHours = Annotated[Hours, Reader(units.parse_day_hours, "hours of a day", ("09:00-12:00", "closed"))]
_DayOff = Annotated[str, Reader(parse_day_off, "a country or a date", ("BE", "DE-BY", "2026-05-15"))]
_Part = Annotated[str, Reader(parse_part, "a part of the week", ("mon", "09:00-11:00", "fri 13:00-17:00"))]
_Factor = Annotated[Fraction, Reader(units.parse_factor, "a factor", ("150%",))]
_Dates = Annotated[tuple[date, date], Reader(parse_dates, "a date", ("2026-12-24", "2026-08-03 .. 2026-08-14"))]


class CalendarForm(Form):
    """When people are there: the hours of a week, holidays, and dates with hours of their own.

    The calendar `always` is open day and night and needs no definition.
    """

    hours: Annotated[list[_Hours], Several()] = Field(
        min_length=1,
        description="The hours of a week: days, then times. Join lines with ';' or write a list. Dutch names of days "
        "work too; a time past midnight runs into the next day.",
        examples=[
            "mon-fri 09:00-12:00 13:00-17:00",
            "tue thu 09:00-12:00",
            "every day 0:00-24:00",
            "mon 22:00-06:00",
        ],
    )
    holidays: Annotated[list[_DayOff], Several()] = Field(
        default=[],
        description="Days on which it is closed: the code of a country (or of a region of it), dates, or a "
        "list of these.",
        examples=["BE", "DE-BY", "[NL, 2026-05-15]"],
    )
    exceptions: Annotated[dict[_Dates, _DayHours], ByName("hours by date", free=True)] = Field(
        default={},
        alias="except",
        description="Dates with hours of their own, or closed; a range of dates has '..' between the first and "
        "the last. They go before the holidays.",
        examples=["{2026-12-24: 09:00-12:00, 2026-08-03 .. 2026-08-14: closed}"],
    )
    working_day: MaybeLength = Field(
        default=None,
        alias="working day",
        description="The open time that '1 working day' stands for. Default: that of the weekday that is open longest.",
        examples=["7 h"],
    )


SLACK = 1e-9
"""Shares may miss 100 % by this much: rounding."""


@dataclass(frozen=True)
class GroupReader:
    """`group`: a size, a range of sizes with even chances, or sizes with their shares."""

    def read(self, value: object) -> units.Group | None:
        """Sizes with shares, ascending; None for one by one. Raises PydanticCustomError."""
        if isinstance(value, str) and value.strip().casefold() in ("", *NOTHING):
            return None
        if isinstance(value, str):
            try:
                found = units.parse_group(value)
            except units.QuantityError as error:
                fail(error.code, error.message, error.hint)
        elif isinstance(value, dict) and value:
            found = tuple(sorted(self._shares(value)))
        else:
            hint = "for example: 1 .. 5, or {1: 50%, 2: 30%, 5: 20%}"
            fail("FS304", f"expected a size of group, or sizes with shares, found {kind_of(value)}", hint)
        return None if found == ((1, 1.0),) else found

    def _shares(self, value: dict[str, Any]) -> Iterator[tuple[int, float]]:
        """The sizes that occur. Raises PydanticCustomError."""
        found: dict[int, float] = {}
        for key, text in value.items():
            try:
                if not isinstance(text, str):
                    fail("FS304", f"expected a share, found {kind_of(text)}", "for example: 50%", below=(key,))
                size, share = units.parse_size(key), units.parse_share(text)
            except units.QuantityError as error:
                fail(error.code, error.message, error.hint, below=(key,))
            if size in found:
                fail("FS406", f"the size {size} stands here twice", "keep one", below=(key,), key=True)
            found[size] = share
        if abs(sum(found.values()) - 1) > SLACK:
            total = round(sum(found.values()) * 100, 6)
            fail("FS410", f"these shares add up to {total:g}%, expected 100%", "let the last one be what is left")
        yield from ((size, share) for size, share in found.items() if share > 0)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        shares = {"type": "object", "additionalProperties": {"type": TEXT}}
        return {"anyOf": [{"type": TEXT, "examples": ["3", "1 .. 5"]}, shares, {"type": "null"}]}


class ArrivalsForm(Form):
    """How requests arrive: by a rate (at random, a Poisson stream), at gaps, or at the dates in a file."""

    short: ClassVar[tuple[str, ...]] = ("8 per working day", "3 per hour", "120 per month", "every 15 min")

    rate: MaybeRate = Field(
        default=None,
        description="So many per hour, working day, day, week, month or year, at random moments (Poisson) in the open "
        "time of the class's calendar. 'per hour' is per open hour; the others are averages over the calendar.",
        examples=["8 per working day", "40 per week"],
    )
    every: MaybeQuantity = Field(
        default=None,
        description="The time from one request to the next: fixed or a distribution, in the open time of the calendar.",
        examples=["15 min", "erlang(15 min, 3)"],
    )
    file: MaybeText = Field(
        default=None,
        description="A CSV file with one request a row, in the folder of the scenario or below it. Dates before the "
        "start are errors, dates after the end are left out.",
        examples=["arrivals.csv"],
    )
    column: MaybeText = Field(
        default=None,
        description="The column of the file that holds the date (and time) of arrival. Default: the first that is "
        "called arrived, arrival, aankomst, date or datum, else the only one.",
        examples=["arrived"],
    )
    profile: Annotated[dict[_Part, _Factor], ByName("factors by part of the week", free=True)] = Field(
        default={},
        description="Parts of the week in which more or fewer of them come than on average: days, hours or both, each "
        "with a factor. Factors multiply where parts overlap, to a tenth of a percent; the rate stays the mean.",
        examples=["{mon: 150%, 09:00-11:00: 200%, fri 13:00-17:00: 50%}"],
    )
    group: Annotated[units.Group | None, GroupReader()] = Field(
        default=None,
        description="How many come together: a number, a range with even chances, or numbers with shares. The rate is "
        "then that of the groups. Default: one by one.",
        examples=["3", "1 .. 5", "{1: 50%, 2: 30%, 5: 20%}"],
    )

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """ "every 15 min" is a gap; anything else a rate."""
        first, _, rest = text.partition(" ")
        return {"every": rest} if first.casefold() in ("every", "elke", "iedere") else {"rate": text}

    @model_validator(mode="after")
    def _one_way(self) -> ArrivalsForm:
        if self.file is None and self.column is not None:
            fail("FS313", "a column belongs to a file: there is none", "{file: arrivals.csv, column: arrived}")
        ways = [name for name in ("rate", "every", "file") if getattr(self, name) is not None]
        if len(ways) != 1:
            found = " and ".join(ways) or "none of them"
            fail(
                "FS313",
                f"arrivals are one of rate, every and file; found {found}",
                "for example: 8 per working day",
            )
        if self.file is not None and self.profile:
            fail("FS313", "a profile belongs to a rate or to gaps: the dates of a file are as they are", "leave it out")
        return self
