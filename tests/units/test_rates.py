"""Rates (R5) in English and Dutch, and the mean gap between two on a calendar."""

from __future__ import annotations

import pytest

from flowsim.units import QuantityError, Rate, parse_rate
from flowsim.units.lengths import DAY, HOUR, WEEK


@pytest.mark.parametrize(
    ("text", "count", "per"),
    [
        ("8 per working day", 8, "working day"),
        ("8 per werkdag", 8, "working day"),
        ("3 per hour", 3, "hour"),
        ("3 per uur", 3, "hour"),
        ("3 per working hour", 3, "hour"),
        ("3/h", 3, "hour"),
        ("2,5 per dag", 2.5, "day"),
        ("40 per week", 40, "week"),
        ("40 per working week", 40, "week"),
        ("120 per maand", 120, "month"),
        ("900 Per Year", 900, "year"),
        ("900 per jaar", 900, "year"),
        ("8 requests per day", 8, "day"),
        ("70 euro per uur", 70, "hour"),
    ],
)
def test_rates(text: str, count: float, per: str) -> None:
    assert parse_rate(text) == Rate(count, per)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("8", "FS217", "8 per hour, 8 per working day or 8 per week?"),
        ("8 per", "FS217", "periods are hour"),
        ("8 per dya", "FS217", "did you mean 'per day'?"),
        ("8 per fortnight", "FS217", "periods are hour"),
        ("8 per working month", "FS217", "periods are hour"),
        ("8 per 15 min", "FS217", "every 15 min"),
        ("0 per day", "FS217", "leave it out"),
        ("-8 per day", "FS205", "8 per working day"),
        ("2e9 per day", "FS206", "8 per working day"),
        ("1e-9 per day", "FS206", "8 per working day"),
        ("per day", "FS203", "8 per working day"),
        ("8 per day per day", "FS210", "8 per working day"),
        ("1.125 per jaar", "FS204", "write 1125"),
    ],
)
def test_what_is_no_rate(text: str, code: str, words: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_rate(text)
    assert caught.value.code == code
    assert words in caught.value.hint


def test_a_rate_of_0_only_where_it_is_asked_for() -> None:
    assert parse_rate("0 per hour", zero=True) == Rate(0, "hour")
    with pytest.raises(QuantityError):
        Rate(0, "hour").gap(DAY, WEEK)


@pytest.mark.parametrize(
    ("rate", "gap"),
    [
        (Rate(3, "hour"), HOUR / 3),
        (Rate(8, "working day"), 7 * HOUR / 8),
        (Rate(5, "day"), HOUR),
        (Rate(35, "week"), HOUR),
        (Rate(12, "month"), 35 * HOUR / (12 * 12 * 7 / 365.25)),
        (Rate(365.25, "year"), 5 * HOUR),
    ],
)
def test_mean_gap_in_open_time_r5(rate: Rate, gap: float) -> None:
    """On a calendar open 35 h a week, with a working day of 7 h."""
    assert rate.gap(7 * HOUR, 35 * HOUR) == pytest.approx(gap, rel=1e-14)


def test_no_gap_beyond_1000_years() -> None:
    with pytest.raises(QuantityError) as caught:
        Rate(1e-5, "year").gap(DAY, WEEK)
    assert caught.value.code == "FS206"


def test_no_gap_on_a_calendar_that_never_opens() -> None:
    with pytest.raises(QuantityError) as caught:
        Rate(8, "week").gap(0, 0)
    assert caught.value.code == "FS218"
