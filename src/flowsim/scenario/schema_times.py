"""The fields of calendars and arrivals: when people are there, and when requests come (R2, R5)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from flowsim import units
from flowsim.scenario.fields import (
    ByName,
    MaybeLength,
    MaybeQuantity,
    MaybeRate,
    MaybeText,
    Reader,
    Several,
    parse_dates,
    parse_day_off,
    parse_week,
)
from flowsim.scenario.forms import Form, fail

Hours = tuple[tuple[int, int], ...]
_Hours = Annotated[str, Reader(parse_week, "hours of a week", ("mon-fri 09:00-12:00 13:00-17:00",))]
_DayHours = Annotated[Hours, Reader(units.parse_day_hours, "hours of a day", ("09:00-12:00", "closed"))]
_DayOff = Annotated[str, Reader(parse_day_off, "a country or a date", ("BE", "DE-BY", "2026-05-15"))]
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
        return self
