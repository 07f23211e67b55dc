"""Rates: "8 per working day", "3 per hour", "40 per week", "120 per maand"."""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.units.lengths import HOUR, LONGEST_YEARS, WEEK, YEAR
from flowsim.units.reading import Cursor, QuantityError, closest, shown

_PERIODS = {
    "hour": "hour hours h hr uur uren u werkuur",
    "working day": "werkdag werkdagen workday workdays",
    "day": "day days dag dagen",
    "week": "week weeks weken werkweek",
    "month": "month months maand maanden",
    "year": "year years jaar jaren",
}
_WORDS = {word: period for period, words in _PERIODS.items() for word in words.split()}
_AFTER_WORKING = {"hour": "hour", "day": "working day", "week": "week"}

MOST = 1e9
"""The largest count of a rate: beyond it thousands would come in one tick."""

LEAST = 1e-6
"""The smallest count above 0: below it none would ever come."""


@dataclass(frozen=True)
class Rate:
    """`count` per `per`: "hour" (an open hour), "working day", or on the average calendar "day", "week",
    "month" (a twelfth of a year) or "year" (365.25 days).
    """

    count: float
    per: str

    def gap(self, working_day: int, weekly_open: int) -> float:
        """The mean open time in ticks between two, on a calendar with a working day and a week of that many
        open ticks (R5). Raises QuantityError for a rate of 0 or next to it, and for a calendar that
        never opens.
        """
        in_a_week = {"day": 7.0, "week": 1.0, "month": WEEK / (YEAR / 12), "year": WEEK / YEAR}
        if self.count <= 0:
            raise QuantityError("a rate of 0 has no time between two", code="FS217", hint="leave it out")
        if weekly_open <= 0 or (self.per == "working day" and working_day <= 0):
            hint = "give the calendar weekly hours"
            raise QuantityError("a rate needs a calendar that opens", code="FS218", hint=hint)
        if self.per == "hour":
            gap = HOUR / self.count
        elif self.per == "working day":
            gap = working_day / self.count
        else:
            gap = weekly_open / (self.count * in_a_week[self.per])
        if gap > LONGEST_YEARS * YEAR:
            message = f"a rate of less than one in {LONGEST_YEARS} years of open time"
            raise QuantityError(message, code="FS206", hint="leave it out")
        return gap


def parse_rate(text: str, *, zero: bool = False) -> Rate:
    """A rate: a number, at most one word for what is counted, "per" or "/", and a period.

    A working hour or week counts as hour or week, which are open time already. A rate of 0 is refused
    unless `zero` (a cost may be nothing, arrivals may not). Raises QuantityError.
    """
    cursor = Cursor(text, "8 per working day")
    count = float(cursor.number())
    if cursor.next.kind == "word" and cursor.next.text != "per" and cursor.ahead(1).text in ("per", "/"):
        cursor.take()
    if not (cursor.word(("per",)) or cursor.sign("/")):
        hint = f"{count:g} per hour, {count:g} per working day or {count:g} per week?"
        raise cursor.error("FS217", "a rate is so many per period", hint)
    per = _period(cursor)
    cursor.finish()
    if count > MOST or 0 < count < LEAST:
        raise cursor.error("FS206", "too many or too few to simulate", f"write for example: {cursor.form}")
    if count == 0 and not zero:
        raise cursor.error("FS217", "a rate must be above 0", "leave it out if there is nothing to count")
    return Rate(count, per)


def _period(cursor: Cursor) -> str:
    token = cursor.take()
    listed = f"periods are {', '.join(_PERIODS)}"
    if token.kind == "number":
        hint = "write so many per hour, day or week; or, for arrivals, every 15 min"
        raise cursor.error("FS217", "the period is one word without a number", hint)
    if token.text in ("working", "work", "business"):
        word = cursor.take().text
        period = _AFTER_WORKING.get(_WORDS.get(word, ""))
        if period is None:
            raise cursor.error("FS217", f"{shown('working ' + word)} is no period", listed)
        return period
    if token.text in _WORDS:
        return _WORDS[token.text]
    near = closest(token.text, _WORDS) if token.kind == "word" else ""
    found = shown(token.text) if token.kind != "end" else "nothing"
    raise cursor.error("FS217", f"{found} is no period", f"did you mean 'per {near}'?" if near else listed)
