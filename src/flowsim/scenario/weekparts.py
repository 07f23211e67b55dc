"""Parts of the week: what a profile weighs (R5), and what the slots of a team leave of its calendar (R10)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import gcd

from flowsim import units
from flowsim.model import Calendar, DayException
from flowsim.model.calendar import DAY, WEEK

Intervals = Sequence[tuple[int, int]]
Profile = tuple[tuple[int, int, int], ...]


def weights(profile: Mapping[str, Fraction]) -> Profile | None:
    """The week in pieces (from, to, weight) by whole weights without common divisor: the factors that hold in a piece,
    multiplied, to a thousandth. None when all pieces weigh the same (and something).
    """
    parts = [(units.parse_part(text), factor) for text, factor in profile.items()]
    cuts = {0, WEEK} | {cut for intervals, _ in parts for interval in intervals for cut in interval}
    found: list[tuple[int, int, int]] = []
    for begins, ends in itertools.pairwise(sorted(cuts)):
        product = Fraction(1000)
        for intervals, factor in parts:
            if any(a <= begins < b for a, b in intervals):
                product *= factor
        weight = round(product)
        if found and found[-1][2] == weight:
            found[-1] = (found[-1][0], ends, weight)
        else:
            found.append((begins, ends, weight))
    common = gcd(*(weight for _, _, weight in found)) or 1
    whole = tuple((a, b, weight // common) for a, b, weight in found)
    return None if len(whole) == 1 and whole[0][2] else whole


def overlap(hours: Intervals, parts: Intervals) -> list[tuple[int, int]]:
    """Weekly hours as far as they lie in parts of the week, sorted and each within one day: a night shift is cut at
    midnight, and what goes past the end of the week stands at its beginning.
    """
    found = []
    for opens, closes in hours:
        for day in range(opens // DAY, -(-closes // DAY)):
            begins, ends = max(opens, day * DAY), min(closes, (day + 1) * DAY)
            back = WEEK if begins >= WEEK else 0
            found += _cut(begins - back, ends - back, parts)
    return sorted(set(found))


def narrowed(calendar: Calendar, parts: Intervals, name: str) -> Calendar:
    """The calendar as far as it lies in these parts of the week, its dated exceptions too. Its working day is at most
    that of the weekday that is then open longest.
    """
    weekly = tuple(overlap(calendar.weekly, parts))
    own = {date.fromisoformat(e.date): e for e in calendar.exceptions}
    days = sorted(own.keys() | {day + timedelta(days=1) for day in own})
    exceptions = []
    for day in days:
        monday = day.weekday() * DAY
        hours = []
        for begun, shift in ((day - timedelta(days=1), -DAY), (day, 0)):  # a night shift of the day before runs on
            for opens, closes in own[begun].hours if begun in own else _of_weekday(calendar, begun.weekday()):
                begins, ends = max(opens + shift, 0), min(closes + shift, DAY)
                if begins < ends:
                    hours += [(a - monday, b - monday) for a, b in _cut(begins + monday, ends + monday, parts)]
        usual = [(a - monday, b - monday) for a, b in weekly if a // DAY == day.weekday()]
        left = tuple(sorted(set(hours)))
        if day in own or list(left) != usual:
            reason = own[day].reason if day in own else own[day - timedelta(days=1)].reason
            exceptions.append(DayException(day.isoformat(), left, reason))
    longest = max((sum(b - a for a, b in weekly if a // DAY == day) for day in range(7)), default=0)
    return Calendar(name, weekly, tuple(exceptions), min(calendar.working_day, longest))


def _of_weekday(calendar: Calendar, weekday: int) -> list[tuple[int, int]]:
    """The weekly hours that begin on a weekday, in ticks since its midnight."""
    monday = weekday * DAY
    return [(a - monday, b - monday) for a, b in calendar.weekly if a // DAY == weekday]


def _cut(begins: int, ends: int, parts: Intervals) -> list[tuple[int, int]]:
    """What lies in the parts of an interval within the week."""
    return [(max(begins, a), min(ends, b)) for a, b in parts if max(begins, a) < min(ends, b)]
