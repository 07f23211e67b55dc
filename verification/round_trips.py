"""What was written is read back as the same: lengths, working lengths, numbers, shares, in English and Dutch.

A text for people is rounded, so what must hold is that it means what it shows: read and written again it is the same
text. What is written without loss is read back exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from flowsim.units import (
    Length,
    format_exact,
    format_length,
    format_number,
    format_share,
    format_working,
    parse_length,
    parse_number,
    parse_share,
    write_length,
)
from flowsim.units.lengths import HOUR, LONGEST_YEARS, YEAR

LANGS = st.sampled_from(("en", "nl"))
TICKS = st.one_of(st.floats(0, 1e4), st.floats(0, LONGEST_YEARS * YEAR * 0.99), st.integers(0, 10**12).map(float))
DAYS = st.one_of(st.floats(0, 1e5), st.integers(0, 1000).map(float))


def exact_length(ticks: float, days: float, lang: str) -> None:
    """Without loss: ticks, and working days with hours."""
    assert parse_length(format_exact(ticks)) == Length(ticks)
    assert parse_length(write_length(Length(ticks / 10, days, working=True))) == Length(ticks / 10, days, working=True)


def length_for_people(ticks: float, days: float, lang: str) -> None:
    """Clock time, rounded."""
    text = format_length(ticks, lang)
    again = parse_length(text)
    assert format_length(again.ticks, lang) == text or again.ticks == 0  # 0 ms is written 0 min
    assert abs(again.ticks - ticks) <= 0.051 * max(ticks, 1)


def working_for_people(ticks: float, days: float, lang: str) -> None:
    """Open time, rounded: in working days, or in hours below one."""
    day = 8 * HOUR
    text = format_working(days * day, day, lang)
    again = parse_length(text)
    ticks = again.ticks + again.working_days * day
    assert format_working(ticks, day, lang) == text or ticks == 0
    assert abs(ticks - days * day) <= 0.051 * max(days * day, 1)


def number_for_people(ticks: float, days: float, lang: str) -> None:
    """Numbers with 0 to 4 decimals, but for three, which may be thousands, and of which neither is written."""
    for digits in (0, 1, 2, 4):
        for value in (days, -days):
            text = format_number(value, digits, lang)
            assert parse_number(text) == float(f"{value:.{digits}f}")


def share_for_people(ticks: float, days: float, lang: str) -> None:
    """Shares, rounded; what is next to nothing or to all is told as less or more than, which nobody reads."""
    share = days / 1e5
    text = format_share(share, lang)
    if text[0] in "<>":
        assert share < 0.001 or share > 0.999
    else:
        assert format_share(parse_share(text), lang) == text


PROPERTIES: Mapping[str, Callable[[float, float, str], None]] = {
    p.__name__: p for p in (exact_length, length_for_people, working_for_people, number_for_people, share_for_people)
}


def hold(
    properties: Mapping[str, Callable[[float, float, str], None]], examples: int, *, fixed: bool, smallest: bool = True
) -> None:
    """Try each property on so many values; `fixed`: the same ones each time; `smallest`: when one fails, look for the
    smallest that does. Raises what a property raises.
    """
    phases = [Phase.generate, *((Phase.shrink,) if smallest else ())]
    for holds in properties.values():
        tried = settings(
            max_examples=examples,
            derandomize=fixed,
            deadline=None,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
        )
        tried(given(TICKS, DAYS, LANGS)(holds))()
