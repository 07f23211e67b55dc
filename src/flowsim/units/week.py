"""Weekdays, opening hours and clock times in English and Dutch, as ticks since Monday 00:00.

Times of day are 9:00, 09:00, 9.30, 8h30, 8u30 or 9 uur; where hours stand by themselves ("9-12") the number
may stand alone. Days are mon, Tuesday, wo, donderdag; ranges go mon-fri, "ma t/m vr", and around the week's
end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flowsim.units.lengths import DAY, HOUR, MINUTE, SECOND, WEEK
from flowsim.units.reading import Cursor, QuantityError, closest, shown, word_set

Interval = tuple[int, int]

_DAYS = (
    "mon monday mondays ma maandag maandagen maandags",
    "tue tues tuesday tuesdays di dinsdag dinsdagen dinsdags",
    "wed wednesday wednesdays wo woensdag woensdagen woensdags",
    "thu thur thurs thursday thursdays do donderdag donderdagen donderdags",
    "fri friday fridays vr vrijdag vrijdagen vrijdags",
    "sat saturday saturdays za zaterdag zaterdagen zaterdags",
    "sun sunday sundays zo zondag zondagen zondags",
)
DAY_WORDS: dict[str, int] = {word: k for k, words in enumerate(_DAYS) for word in words.split()}
"""Every word for a weekday; Monday is 0."""

_EVERY = word_set("every each elke iedere alle all")
_DAY = word_set("day days dag dagen")
_DAILY = word_set("daily dagelijks")
_WORKDAY = word_set("workday workdays werkdag werkdagen")
_WEEKDAY = word_set("weekday weekdays weekdag weekdagen")
_WORKING = word_set("working business work")
_CLOSED = word_set("closed gesloten dicht")
_AT = word_set("at om")
_ON = word_set("on op")
_AND = word_set("and en")
_UNTIL = word_set("to tot until")
_OCLOCK = word_set("h u uur hr")

CLOCK_WORDS = frozenset(DAY_WORDS) | _EVERY | _DAILY | _WORKDAY | _WEEKDAY | _WORKING | _AT | _ON
"""A clock time begins with one of these, or with a time of day."""

WHOLE_WEEK = tuple(range(7))
MONDAY_TO_FRIDAY = tuple(range(5))


@dataclass(frozen=True)
class ClockText:
    """Times of departure: `times` in ticks since Monday 00:00, ascending; `open_days_only`: only on days on
    which the calendar opens at all (all but "every day").
    """

    times: tuple[int, ...]
    open_days_only: bool


def parse_hours(text: str | Sequence[str]) -> tuple[Interval, ...]:
    """Weekly opening hours: "mon-fri 09:00-12:00 13:00-17:00", "ma di 8u30-12u; do 13u-17u", "every day
    0:00-24:00".

    Several lines are given as a list or joined by ";". The result is sorted, without overlap, each interval
    beginning on its own day; one that goes past midnight runs on past the end of its day or week. Hours
    that touch at midnight stay apart, so that a dated exception takes away its own day only. Raises
    QuantityError.
    """
    lines = [text] if isinstance(text, str) else list(text)
    if not lines:
        raise QuantityError("no hours are written here", code="FS201", hint="write for example: mon-fri 09:00-17:00")
    found: list[Interval] = []
    for line in lines:
        cursor = Cursor(line, "mon-fri 09:00-12:00 13:00-17:00")
        while cursor.next.kind != "end":
            found += _line(cursor)
            while cursor.sign(",", ";"):
                pass
    return _around_the_week(found)


def parse_part(text: str) -> tuple[Interval, ...]:
    """A part of the week: days ("mon", "za zo"), hours of every day ("09:00-11:00") or hours of some days ("fri
    13:00-17:00"), several joined by ";".

    In ticks since Monday 00:00, sorted, without overlap and within the week: what goes past its end begins it.
    Raises QuantityError.
    """
    cursor = Cursor(text, "fri 13:00-17:00")
    found: list[Interval] = []
    while True:
        cursor.word(_ON)
        days = _days_of_a_line(cursor, every=bool(cursor.word(_EVERY)))
        if days is None and cursor.next.kind != "number":
            raise _no_day(cursor)
        cursor.sign(":")
        hours = _ranges(cursor) if cursor.next.kind == "number" else [(0, DAY)]
        for day in days or WHOLE_WEEK:
            found += [(day * DAY + opens, day * DAY + closes) for opens, closes in hours]
        if not cursor.sign(",", ";"):
            break
    cursor.finish()
    return tuple(_within_the_week(found))


def parse_day_hours(text: str) -> tuple[Interval, ...]:
    """The hours of one date, in ticks since its midnight: "09:00-12:00 13:00-16:00"; () for "closed",
    "gesloten".
    """
    cursor = Cursor(text, "09:00-12:00")
    if cursor.word(_CLOSED):
        cursor.finish()
        return ()
    found = _ranges(cursor)
    cursor.finish()
    return tuple(found)


def parse_clock(text: str) -> ClockText:
    """Times of departure: "every working day at 16:00", "Tuesday and Thursday at 14:00", "at 10:00 and
    15:00" (every working day), "elke dag om 9 uur". Raises QuantityError.
    """
    cursor = Cursor(text, "every working day at 16:00")
    clock = read_clock(cursor)
    cursor.finish()
    return clock


def read_clock(cursor: Cursor) -> ClockText:
    """Read times of departure at the cursor: days and times, or times and days, or only times."""
    days = _days_or_none(cursor)
    times = _times(cursor)
    if days is None:
        days = _days_or_none(cursor)
    chosen, open_days_only = days if days is not None else (WHOLE_WEEK, True)
    return ClockText(tuple(sorted({day * DAY + time for day in chosen for time in times})), open_days_only)


# -- days --------------------------------------------------------------------------------------------------


def _days_or_none(cursor: Cursor) -> tuple[tuple[int, ...], bool] | None:
    """Days of departures and whether only open ones count; None when no day comes next.

    "Every working day" is every day of the week that turns out to be open: the calendar knows which.
    """
    said = cursor.word(_ON)
    if cursor.word(_DAILY):
        return WHOLE_WEEK, False
    every = cursor.word(_EVERY)
    if every and cursor.word(_DAY):
        return WHOLE_WEEK, False
    if _working_day(cursor):
        return WHOLE_WEEK, True
    if cursor.word(_WEEKDAY):
        return MONDAY_TO_FRIDAY, True
    if cursor.next.text in DAY_WORDS:
        return _day_list(cursor), True
    if said or every:
        raise _no_day(cursor)
    return None


def _line(cursor: Cursor) -> list[Interval]:
    """Days and the hours on them, in ticks of the week."""
    cursor.word(_ON)
    every = bool(cursor.word(_EVERY))
    days = _days_of_a_line(cursor, every=every)
    if days is None:
        if not every and cursor.next.text in _CLOSED and len(cursor.tokens) == 2:
            cursor.take()
            return []
        raise _no_day(cursor)
    cursor.sign(":")
    if cursor.word(_CLOSED):
        return []
    hours = _ranges(cursor)
    return [(day * DAY + opens, day * DAY + closes) for day in days for opens, closes in hours]


def _days_of_a_line(cursor: Cursor, *, every: bool) -> tuple[int, ...] | None:
    """The days of a week that are written next, `every` having been read before them; None when no day is."""
    if cursor.word(_DAILY) or (every and cursor.word(_DAY)):
        return WHOLE_WEEK
    if cursor.next.text in DAY_WORDS:
        return _day_list(cursor)
    return MONDAY_TO_FRIDAY if _working_day(cursor) or cursor.word(_WEEKDAY) else None


def _working_day(cursor: Cursor) -> bool:
    if cursor.word(_WORKDAY):
        return True
    if cursor.next.text in _WORKING and cursor.ahead(1).text in _DAY:
        cursor.take()
        cursor.take()
        return True
    return False


def _day_list(cursor: Cursor) -> tuple[int, ...]:
    """Weekdays and ranges of them, joined by spaces, commas, "and" or "en"."""
    found: list[int] = []
    while True:
        first = _day(cursor)
        if cursor.sign("-", "t/m") or cursor.word(_UNTIL):
            last = _day(cursor)
            found += [(first + k) % 7 for k in range((last - first) % 7 + 1)]
        else:
            found.append(first)
        joined = cursor.next.text in _AND or cursor.next.text in (",", "&", "+")
        if cursor.ahead(1 if joined else 0).text not in DAY_WORDS:
            return tuple(found)
        if joined:
            cursor.take()


def _day(cursor: Cursor) -> int:
    if cursor.next.text not in DAY_WORDS:
        raise _no_day(cursor)
    return DAY_WORDS[cursor.take().text]


def _no_day(cursor: Cursor) -> QuantityError:
    token = cursor.next
    found = shown(token.text) if token.kind != "end" else "the end"
    near = closest(token.text, [w for w in DAY_WORDS if len(w) > 2]) if token.kind == "word" else ""
    hint = f"did you mean '{near}'?" if near else f"write for example: {cursor.form}"
    return cursor.error("FS219", f"a weekday is expected at {found}", hint)


# -- times of day ------------------------------------------------------------------------------------------


def _times(cursor: Cursor) -> list[int]:
    """One or more times of day after an optional "at"."""
    named = bool(cursor.word(_AT))
    found = [_time(cursor, bare=named)]
    while True:
        joined = cursor.next.text in _AND or cursor.next.text in (",", "&")
        again = cursor.ahead(1).text in _AT if joined else cursor.next.text in _AT
        ahead = cursor.ahead(joined + again)
        if ahead.kind != "number":
            return found
        for _ in range(joined + again):
            cursor.take()
        found.append(_time(cursor, bare=named))


def _ranges(cursor: Cursor) -> list[Interval]:
    """Opening hours of one day, sorted and joined where they touch; past midnight when they close before
    they open.
    """
    found: list[Interval] = []
    while True:
        opens = _time(cursor, bare=True)
        if not (cursor.sign("-") or cursor.word(_UNTIL)):
            raise cursor.error("FS219", "opening hours go from a time to a time", "write for example: 09:00-12:00")
        closes = _time(cursor, bare=True, closing=True)
        if closes == opens:
            hint = "write 0:00-24:00 for the whole day"
            raise cursor.error("FS219", "opening hours end when they begin", hint)
        found.append((opens, closes if closes > opens else closes + DAY))
        joined = cursor.next.text in _AND or cursor.next.text in (",", "&", "+")
        if cursor.ahead(1 if joined else 0).kind != "number":
            return _join(found)
        if joined:
            cursor.take()


def _time(cursor: Cursor, *, bare: bool, closing: bool = False) -> int:
    """A time of day in ticks since midnight. `bare`: a number alone is an hour; `closing`: 24:00 is allowed."""
    token = cursor.next
    if token.kind != "number":
        found = shown(token.text) if token.kind != "end" else "the end"
        raise cursor.error("FS220", f"a time of day is expected at {found}", "write for example: 16:00")
    cursor.take()
    parts, named = [token.text], bare
    if "." in token.text:
        parts = token.text.split(".")
    elif cursor.next.text in _OCLOCK and cursor.next.kind == "word":
        named = True
        mark = cursor.take()
        if cursor.next.kind == "number" and cursor.next.start == mark.end:
            parts.append(cursor.take().text)
    else:
        while len(parts) < 3 and cursor.next.text == ":" and cursor.ahead(1).kind == "number":
            cursor.take()
            parts.append(cursor.take().text)
    if cursor.next.text in ("am", "pm"):
        raise cursor.error("FS220", "times of day go from 0:00 to 24:00", "write 16:00 for 4 pm")
    if len(parts) == 1 and not named:
        raise cursor.error("FS220", f"{shown(token.text)} may be a time of day", f"write {token.text}:00")
    return _ticks_of(cursor, parts, closing=closing)


def _ticks_of(cursor: Cursor, parts: list[str], *, closing: bool) -> int:
    """Hours, minutes and seconds as ticks since midnight."""
    whole = ":".join(parts)
    sound = all(part.isdecimal() and len(part) == 2 for part in parts[1:]) and len(parts) <= 3
    if not (sound and parts[0].isdecimal() and len(parts[0]) <= 2):
        raise cursor.error("FS220", f"{shown(whole)} is no time of day", "write for example: 16:00")
    hours, minutes, seconds = (int(part) for part in (*parts, "0", "0")[:3])
    time = hours * HOUR + minutes * MINUTE + seconds * SECOND
    if minutes > 59 or seconds > 59 or time > DAY or (time == DAY and not closing):
        raise cursor.error("FS220", f"{shown(whole)} is no time of day", "a day goes from 0:00 to 24:00")
    return time


# -- intervals ---------------------------------------------------------------------------------------------


def _join(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted, and joined where they overlap or touch."""
    found: list[Interval] = []
    for opens, closes in sorted(intervals):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return found


def joined(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """Sorted, and joined where they overlap or touch."""
    return tuple(_join(intervals))


def _within_the_week(intervals: Sequence[Interval]) -> list[Interval]:
    """Sorted, joined, and cut at the end of the week: what goes past it stands at the beginning."""
    whole = [(opens, min(closes, WEEK)) for opens, closes in intervals]
    over = [(0, closes - WEEK) for _, closes in intervals if closes > WEEK]
    return _join([*whole, *over])


def _around_the_week(intervals: list[Interval]) -> tuple[Interval, ...]:
    """Sorted and without overlap, also from Sunday night into Monday; what begins on another day stays apart.

    An interval that runs into the next one is cut off there, and the next takes over what was left of it.
    """
    by_day = [_join(i for i in intervals if i[0] // DAY == day) for day in WHOLE_WEEK]
    found = [list(interval) for day in by_day for interval in day]
    for k, interval in enumerate(found):
        following = found[(k + 1) % len(found)]
        shift = WEEK if k + 1 == len(found) else 0
        if interval[1] > following[0] + shift:
            following[1] = max(following[1], interval[1] - shift)
            interval[1] = following[0] + shift
    joined = [_join((i[0], i[1]) for i in found if i[0] // DAY == day) for day in WHOLE_WEEK]
    return tuple(interval for day in joined for interval in day)
