"""Numbers in a row or a table in one unit, so that they can be held against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from flowsim.units import format_number

HOUR = 60.0
DAY = 24 * HOUR


@dataclass(frozen=True)
class Unit:
    """A unit of time: its name after a number (`short`) and in a heading (`long`), its length in minutes, and the
    decimals to show.
    """

    short: str
    long: str
    minutes: float
    digits: int = 2

    def figure(self, minutes: float | None) -> str:
        """A time in this unit, without its name; "–" for none, "0" for nothing at all."""
        return "–" if minutes is None else "0" if minutes == 0 else format_number(minutes / self.minutes, self.digits)

    def around(self, half: float | None) -> str:
        """Half the width of an interval, as " (± 0.04)"; "" where there is none."""
        if half is None or half == 0:
            return ""
        figure = self.figure(half)
        small = format_number(10.0**-self.digits, self.digits)
        return f" (± {figure})" if float(figure) else f" (less than ± {small})"

    def told(self, minutes: float) -> str:
        """A time in this unit, with its name."""
        return f"{self.figure(minutes)} {self.short}"


SECONDS, MINUTES, HOURS, DAYS = (
    Unit("s", "seconds", 1 / 60, 1),
    Unit("min", "minutes", 1.0, 1),
    Unit("h", "hours", HOUR),
    Unit("days", "days", DAY),
)


def unit_for(minutes: Iterable[float | None], working_day: float | None = None) -> Unit:
    """The unit in which the largest of these reads best. `working_day`: its length in minutes, for open time (0: there
    is none); None for clock time.
    """
    most = max((abs(x) for x in minutes if x is not None and isfinite(x)), default=0.0)
    if working_day and most >= working_day:
        return Unit("working days", "working days", working_day)
    if working_day is None and most >= 30 * DAY:
        return DAYS
    return HOURS if most >= HOUR else MINUTES if most >= 1 or most == 0 else SECONDS


def count(x: float | None) -> str:
    """How many on average: "2.2", a whole number as such; "–" for none."""
    return "–" if x is None else format_number(x, 0 if x == round(x) else 1)


def difference(value: float, half: float | None, digits: int) -> str:
    """A difference and half the width of its interval, signed: "−1.30 ± 0.04"; "0" when there is none at all."""
    if value == 0 and not half:
        return "0"
    size = format_number(abs(value), digits)
    sign = "" if float(size) == 0 else "−" if value < 0 else "+"
    return f"{sign}{size}" if half is None else f"{sign}{size} ± {format_number(half, digits)}"
