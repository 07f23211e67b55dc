"""Calendars of the file as calendars of the Model (R2): hours of the week, holidays frozen as dates, exceptions."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from flowsim import units
from flowsim.errors import Problem, ScenarioError
from flowsim.model import Calendar, DayException
from flowsim.model.calendar import DAY
from flowsim.scenario.fields import parse_date
from flowsim.scenario.places import Places
from flowsim.scenario.schema_times import CalendarForm
from flowsim.scenario.syntax import shorten

Years = range


def calendar(name: str, form: CalendarForm, years: Years, places: Places) -> Calendar:
    """The calendar of that name, with the holidays of those years. Raises ScenarioError with all its problems."""
    weekly = units.parse_hours(form.hours)
    closed, wrong = _holidays(name, form, years, places)
    own, doubles = _own_dates(name, form, places)
    day, unclear = _working_day(name, form, weekly, places)
    if wrong or doubles or unclear:
        raise ScenarioError([*wrong, *doubles, *unclear])
    dated = {when: DayException(when.isoformat(), (), reason) for when, reason in closed.items()} | own
    return Calendar(name, weekly, tuple(dated[when] for when in sorted(dated)), day)


def busiest_day(weekly: tuple[tuple[int, int], ...]) -> int:
    """The open time of the weekday that is open longest; a night shift counts for the day on which it begins."""
    by_day = [0] * 7
    for opens, closes in weekly:
        by_day[opens // DAY] += closes - opens
    return max(by_day)


def _working_day(
    name: str, form: CalendarForm, weekly: tuple[tuple[int, int], ...], places: Places
) -> tuple[int, list[Problem]]:
    """What "1 working day" stands for, in open ticks."""
    if form.working_day is None:
        return busiest_day(weekly), []
    at = ("calendars", name, "working day")
    if form.working_day.working_days or form.working_day.working_weeks:
        message = "a working day cannot be said in working days"
        return 0, [places.problem("FS420", message, "say it in hours, for example: 7 h", at)]
    ticks = form.working_day.resolve(0, 0)
    if not 0 < ticks <= DAY:
        message = f"expected a working day of more than 0 and at most 24 hours, found '{shorten(places.text(at))}'"
        return 0, [places.problem("FS309", message, "for example: 7 h", at)]
    return ticks, []


def _own_dates(name: str, form: CalendarForm, places: Places) -> tuple[dict[date, DayException], list[Problem]]:
    """The dates under `except`, each with its hours."""
    own: dict[date, DayException] = {}
    doubles: list[Problem] = []
    for (first, last), hours in form.exceptions.items():
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        twice = next((day for day in days if day in own), None)
        if twice is not None:
            message = f"{twice.isoformat()} is covered twice by the dates under 'except' of '{shorten(name)}'"
            hint = "let every date stand in one line only"
            doubles.append(places.problem("FS406", message, hint, ("calendars", name, "except")))
        own |= {day: DayException(day.isoformat(), hours, "" if hours else "closed") for day in days}
    return own, doubles


def _holidays(name: str, form: CalendarForm, years: Years, places: Places) -> tuple[dict[date, str], list[Problem]]:
    """Closed dates with their reason: the public holidays of countries and regions, and dates as written."""
    closed: dict[date, str] = {}
    wrong: list[Problem] = []
    for i, text in enumerate(form.holidays):
        try:
            for when, reason in _days_off(text, years):
                closed.setdefault(when, reason)
        except _UnknownError as error:
            at = ("calendars", name, "holidays", i)
            wrong.append(places.problem("FS409", str(error.args[0]), str(error.args[1]), at))
    return closed, wrong


class _UnknownError(Exception):
    """A country or region without known holidays: what was found, and a hint."""


def _days_off(text: str, years: Years) -> list[tuple[date, str]]:
    """A date as written, or all public holidays of a country or region in those years, each with a reason."""
    if text[0].isdecimal():
        return [(parse_date(text), "holiday")]
    return _public_holidays(text.upper().replace("_", "-"), years)


@lru_cache(maxsize=64)
def _public_holidays(code: str, years: Years) -> list[tuple[date, str]]:
    import holidays  # 0.2 s: only for who needs it

    country, _, region = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        near = "use the two letters of a country: BE, NL, DE, FR, GB, US, ..."
        raise _UnknownError(f"no holidays are known for '{shorten(code)}'", near)
    if region and region not in known[country]:
        regions = ", ".join(known[country][:12]) or "none"
        raise _UnknownError(
            f"no holidays are known for the region '{shorten(region)}' of {country}", f"regions: {regions}"
        )
    plain = holidays.country_holidays(country)
    # Without a language the names would follow the language of the machine, and with them the Model's identity.
    language = "en_US" if "en_US" in plain.supported_languages else plain.default_language
    found = holidays.country_holidays(country, subdiv=region or None, years=years, language=language)
    return sorted(found.items())
