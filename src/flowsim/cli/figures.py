"""Numbers in a row or a table in one unit, so that they can be held against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from flowsim.units import format_number

UNEVEN = 1.25
"""How much longer one side of an interval may be than the other and still be shown with a "±"."""

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

    def around(self, value: float, low: float | None, high: float | None) -> str:
        """The interval of a value, as " (± 0.04)", or " (4.31 to 4.55)" when its sides differ; "" for none."""
        if low is None or high is None or low == high:
            return ""
        half = even(value / self.minutes, low / self.minutes, high / self.minutes, self.digits)
        if half is None:
            return f" ({self.figure(low)} to {self.figure(high)})"
        figure = format_number(half, self.digits)
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


def difference(value: float, low: float | None, high: float | None, digits: int) -> str:
    """A difference and the longer side of its interval, signed: "−1.30 ± 0.04"; "0" when there is none at all. Where
    that would hold 0 and the interval does not, both ends: "−1.30 (−2.92 to −0.26)".
    """
    if value == 0 and low == high:
        return "0"
    if low is None or high is None:
        return signed(value, digits)
    longer = max(value - low, high - value)
    if not low <= 0 <= high and longer >= abs(value):
        return f"{signed(value, digits)} ({signed(low, digits)} to {signed(high, digits)})"
    return f"{signed(value, digits)} ± {format_number(longer, digits)}"


def signed(value: float, digits: int) -> str:
    """A number with its sign; none when it shows as 0."""
    size = format_number(abs(value), digits)
    return f"{'' if float(size) == 0 else '−' if value < 0 else '+'}{size}"


def even(value: float, low: float, high: float, digits: int | None = None) -> float | None:
    """The longer side of an interval, for behind "±", when both are about as long, or look so with so many digits; None
    when they differ by more than a quarter.
    """
    down, up = value - low, high - value
    longer, shorter = max(down, up), min(down, up)
    alike = digits is not None and abs(round(down, digits) - round(up, digits)) <= 1.01 * 10.0**-digits
    return longer if alike or longer <= UNEVEN * shorter else None
