"""Quantities as people read them, in English ("en") and Dutch ("nl"): three digits at most, decimal comma
in Dutch.
"""

from __future__ import annotations

import math

from flowsim.units.lengths import DAY, HOUR, MINUTE, SECOND

NOTHING = "–"
"""What stands for a value that is not there (NaN) or has no end."""

_NAMES = {
    "en": {"h": ("h", "h"), "day": ("day", "days"), "working day": ("working day", "working days")},
    "nl": {"h": ("uur", "uur"), "day": ("dag", "dagen"), "working day": ("werkdag", "werkdagen")},
}
_SMALL = ((SECOND, "ms", 1), (MINUTE, "s", SECOND), (HOUR, "min", MINUTE))


def format_number(x: float, digits: int, lang: str = "en") -> str:
    """`x` with that many decimals, and a decimal comma in Dutch; digits are not grouped."""
    if not math.isfinite(x):
        return NOTHING
    text = f"{x:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace(".", ",") if lang == "nl" else text


def format_share(x: float, lang: str = "en") -> str:
    """A share as a percentage: whole from 10% to 99%, with one decimal nearer to 0% or 100%, where it
    matters.
    """
    if not math.isfinite(x):
        return NOTHING
    percent = 100 * x
    size = abs(percent)
    if 0 < percent < 0.05 or 99.95 <= percent < 100:  # never 0% or 100% for what is not
        edge = format_number(0.1 if percent < 50 else 99.9, 1, lang)
        return f"{'<' if percent < 50 else '>'}{edge}%"
    fine = 0 < size < 9.95 or 99 < size < 100
    text = format_number(percent, 1 if fine else 0, lang)
    return f"{_without_zero(text)}%"


def format_length(ticks: float, lang: str = "en") -> str:
    """A length of clock time: "20 min", "1.5 h", "2.4 days"; hours up to two days. Negative ones are
    differences.
    """
    small = _small(ticks, 2 * DAY, lang)
    return small or _with_unit(ticks / DAY, "day", lang)


def format_working(ticks: float, working_day: int, lang: str = "en") -> str:
    """A length of open time: "4.3 working days", "4,3 werkdagen"; below one working day in hours, min or s.

    `working_day` is the open time in ticks of one working day; 0 when there is none: then always in hours.
    """
    small = _small(ticks, working_day if working_day > 0 else math.inf, lang)
    return small or _with_unit(ticks / working_day, "working day", lang)


def _small(ticks: float, below: float, lang: str) -> str:
    """The length in ms, s, min or h when that reads as less than `below` ticks; else ""."""
    if not math.isfinite(ticks):
        return NOTHING
    if ticks == 0:
        return "0 min"
    for limit, name, size in (*_SMALL, (below, "h", HOUR)):
        if abs(_rounded(ticks / size)) * size < min(limit, below):
            return _with_unit(ticks / size, name, lang)
    return ""


def _rounded(x: float) -> float:
    """At most one decimal, and none from 100."""
    return round(x) if abs(x) >= 99.95 else round(x, 1)


def _with_unit(x: float, name: str, lang: str) -> str:
    value = _rounded(x)
    number = _without_zero(format_number(value, 0 if abs(value) >= 100 else 1, lang))
    one, many = _NAMES.get(lang, _NAMES["en"]).get(name, (name, name))
    return f"{number} {one if number in ('1', '-1') else many}"


def _without_zero(number: str) -> str:
    """Without a decimal that is 0."""
    return number[:-2] if number.endswith((".0", ",0")) else number
