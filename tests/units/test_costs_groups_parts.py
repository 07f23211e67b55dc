"""Costs of time, sizes of groups, parts of the week, and factors: what is read, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flowsim.units import (
    Length,
    QuantityError,
    joined,
    parse_cost_of_time,
    parse_factor,
    parse_group,
    parse_part,
    parse_size,
)

HOUR = 3_600_000
DAY = 24 * HOUR


def hours(text: str) -> list[tuple[float, float]]:
    return [(opens / HOUR, closes / HOUR) for opens, closes in parse_part(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mon", [(0, 24)]),
        ("za zo", [(120, 168)]),
        ("fri 13:00-17:00", [(109, 113)]),
        ("dinsdag en donderdag 9-12", [(33, 36), (81, 84)]),
        ("tue, thu 09:00-10:00; sat", [(33, 34), (81, 82), (120, 144)]),
        ("09:00-11:00", [(24 * day + 9, 24 * day + 11) for day in range(7)]),
        ("every day 09:00-11:00", [(24 * day + 9, 24 * day + 11) for day in range(7)]),
        ("weekdays", [(0, 120)]),
        ("sun 22:00-06:00", [(0, 6), (166, 168)]),
        ("mon 09:00-12:00 11:00-13:00", [(9, 13)]),
    ],
)
def test_parts_of_the_week(text: str, found: list[tuple[float, float]]) -> None:
    """R5, R10: days, hours or both, in ticks since Monday, within the week."""
    assert hours(text) == found


@pytest.mark.parametrize(
    "text", ["", "foo", "9", "mon 9", "mon at 9", "every", "closed", "12:00-12:00", "mon 25:00-26:00"]
)
def test_what_is_no_part_of_the_week(text: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_part(text)
    assert caught.value.code in ("FS201", "FS210", "FS219", "FS220")
    assert caught.value.hint


def test_parts_are_joined() -> None:
    assert joined([(5, 9), (1, 2), (2, 3), (6, 7)]) == ((1, 3), (5, 9))


@pytest.mark.parametrize(
    ("text", "amount", "per"),
    [
        ("20 per working day", 20, Length(0, working_days=1, working=True)),
        ("20,5 euro per dag", 20.5, Length(DAY)),
        ("5/h", 5, Length(HOUR)),
        ("100 per 2 weken", 100, Length(14 * DAY)),
        ("3 per working hour", 3, Length(HOUR, working=True)),
        ("0 per day", 0, Length(DAY)),
    ],
)
def test_costs_of_time(text: str, amount: float, per: Length) -> None:
    found = parse_cost_of_time(text)
    assert (found.amount, found.per) == (amount, per)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20", "FS225"),
        ("20 per", "FS225"),
        ("20 per 0 h", "FS225"),
        ("20 per month", "FS208"),
        ("20 per dya", "FS208"),
        ("-1 per day", "FS205"),
        ("1e12 per day", "FS206"),
        ("20 per day off", "FS210"),
    ],
)
def test_what_is_no_cost_of_time(text: str, code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_cost_of_time(text)
    assert caught.value.code == code


def test_sizes_of_groups() -> None:
    """R5: a range has even chances."""
    assert parse_group("3") == ((3, 1.0),)
    assert parse_group("1 .. 4") == ((1, 0.25), (2, 0.25), (3, 0.25), (4, 0.25))
    assert parse_group("2 tot 3") == ((2, 0.5), (3, 0.5))
    assert parse_size("12") == 12


@pytest.mark.parametrize("text", ["0", "1.5", "0 .. 3", "5 .. 1", "1-5", "1 .. 5000", "10001"])
def test_what_is_no_size_of_a_group(text: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_group(text)
    assert caught.value.code == "FS224"


@pytest.mark.parametrize(
    ("text", "value"),
    [("150%", "3/2"), ("0%", "0"), ("1.5", "3/2"), ("1,5", "3/2"), ("3/2", "3/2"), ("33,3 procent", "333/1000")],
)
def test_factors_are_exact(text: str, value: str) -> None:
    assert parse_factor(text) == Fraction(value)


@pytest.mark.parametrize(
    ("text", "code"), [("150", "FS223"), ("20000%", "FS223"), ("1/0", "FS203"), ("-5%", "FS205"), ("50% of", "FS210")]
)
def test_what_is_no_factor(text: str, code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_factor(text)
    assert caught.value.code == code
