"""Quantities as people read them, in English and Dutch."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.units import format_length, format_number, format_share, format_working, parse_length
from flowsim.units.lengths import DAY, HOUR, MINUTE


@pytest.mark.parametrize(
    ("ticks", "en", "nl"),
    [
        (0, "0 min", "0 min"),
        (7, "7 ms", "7 ms"),
        (1500, "1.5 s", "1,5 s"),
        (59_970, "1 min", "1 min"),
        (20 * MINUTE, "20 min", "20 min"),
        (20.44 * MINUTE, "20.4 min", "20,4 min"),
        (59.98 * MINUTE, "1 h", "1 uur"),
        (90 * MINUTE, "1.5 h", "1,5 uur"),
        (36 * HOUR, "36 h", "36 uur"),
        (47.99 * HOUR, "2 days", "2 dagen"),
        (2.4 * DAY, "2.4 days", "2,4 dagen"),
        (99.97 * DAY, "100 days", "100 dagen"),
        (123.4 * DAY, "123 days", "123 dagen"),
        (-90 * MINUTE, "-1.5 h", "-1,5 uur"),
        (math.nan, "–", "–"),
        (math.inf, "–", "–"),
    ],
)
def test_clock_time(ticks: float, en: str, nl: str) -> None:
    assert format_length(ticks) == en
    assert format_length(ticks, "nl") == nl


@pytest.mark.parametrize(
    ("ticks", "en", "nl"),
    [
        (0, "0 min", "0 min"),
        (20 * MINUTE, "20 min", "20 min"),
        (6.5 * HOUR, "6.5 h", "6,5 uur"),
        (6.99 * HOUR, "1 working day", "1 werkdag"),
        (7 * HOUR, "1 working day", "1 werkdag"),
        (30.1 * HOUR, "4.3 working days", "4,3 werkdagen"),
        (-30.1 * HOUR, "-4.3 working days", "-4,3 werkdagen"),
        (math.nan, "–", "–"),
    ],
)
def test_working_time(ticks: float, en: str, nl: str) -> None:
    assert format_working(ticks, 7 * HOUR) == en
    assert format_working(ticks, 7 * HOUR, "nl") == nl


def test_working_time_without_a_working_day_is_in_hours() -> None:
    assert format_working(300 * HOUR, 0) == "300 h"


def test_working_days_shorter_than_an_hour() -> None:
    assert format_working(45 * MINUTE, 30 * MINUTE) == "1.5 working days"


@pytest.mark.parametrize(
    ("x", "digits", "en", "nl"),
    [
        (4.25, 1, "4.2", "4,2"),
        (1234.5, 1, "1234.5", "1234,5"),
        (3, 0, "3", "3"),
        (-0.04, 1, "0.0", "0,0"),
        (math.nan, 1, "–", "–"),
    ],
)
def test_numbers(x: float, digits: int, en: str, nl: str) -> None:
    assert format_number(x, digits) == en
    assert format_number(x, digits, "nl") == nl


@pytest.mark.parametrize(
    ("x", "en", "nl"),
    [
        (0, "0%", "0%"),
        (0.0001, "<0.1%", "<0,1%"),
        (0.046, "4.6%", "4,6%"),
        (0.06, "6%", "6%"),
        (0.38, "38%", "38%"),
        (0.993, "99.3%", "99,3%"),
        (0.99999, ">99.9%", ">99,9%"),
        (1, "100%", "100%"),
        (-0.05, "-5%", "-5%"),
        (math.nan, "–", "–"),
    ],
)
def test_shares(x: float, en: str, nl: str) -> None:
    assert format_share(x) == en
    assert format_share(x, "nl") == nl


@given(st.floats(0, 1000 * DAY), st.sampled_from(["en", "nl"]))
def test_what_is_shown_can_be_read_and_is_near(ticks: float, lang: str) -> None:
    """Half a unit of the last digit shown: one decimal below 100, never less than 1 in 20 of what is shown."""
    again = parse_length(format_length(ticks, lang)).ticks
    assert again == pytest.approx(ticks, rel=0.051, abs=0.051)
