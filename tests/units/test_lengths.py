"""Lengths of time in English and Dutch, exact to the tick, and back to text without loss (R1, R2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.units import Length, QuantityError, format_exact, parse_length, parse_unit, write_length
from flowsim.units.lengths import DAY, HOUR, LONGEST_YEARS, MINUTE, SECOND, WEEK, YEAR


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("0 min", 0),
        ("7 ms", 7),
        ("1 s", SECOND),
        ("2 sec", 2 * SECOND),
        ("2 seconds", 2 * SECOND),
        ("1 seconde", SECOND),
        ("30 seconden", 30 * SECOND),
        ("15 min", 15 * MINUTE),
        ("15min", 15 * MINUTE),
        ("1 minute", MINUTE),
        ("15 Minutes", 15 * MINUTE),
        ("1 minuut", MINUTE),
        ("15 MINUTEN", 15 * MINUTE),
        ("1 h", HOUR),
        ("2 hours", 2 * HOUR),
        ("2u", 2 * HOUR),
        ("2 uren", 2 * HOUR),
        ("1.5 h", 90 * MINUTE),
        ("1,5 uur", 90 * MINUTE),
        ("0.1 min", 6 * SECOND),
        ("1.1 min", 66 * SECOND),
        ("1 h 30 min", 90 * MINUTE),
        ("1h30min", 90 * MINUTE),
        ("1 uur en 30 minuten", 90 * MINUTE),
        ("1 hour and 30 min", 90 * MINUTE),
        ("1 day", DAY),
        ("2 dagen", 2 * DAY),
        ("2 days 3 h 4 min 5 s 6 ms", 2 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND + 6),
        ("1 week", WEEK),
        ("2 weken", 2 * WEEK),
        ("1e3 min", 1000 * MINUTE),
        ("15\u00a0min", 15 * MINUTE),
    ],
)
def test_clock_time(text: str, ticks: int) -> None:
    assert parse_length(text) == Length(float(ticks))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1 working hour", Length(HOUR, working=True)),
        ("2 werkuren", Length(2 * HOUR, working=True)),
        ("1 werkuur", Length(HOUR, working=True)),
        ("30 working minutes", Length(30 * MINUTE, working=True)),
        ("1 working day", Length(0, 1, working=True)),
        ("2 Working Days", Length(0, 2, working=True)),
        ("1,5 werkdagen", Length(0, 1.5, working=True)),
        ("1 werkdag", Length(0, 1, working=True)),
        ("2 business days", Length(0, 2, working=True)),
        ("1 working week", Length(0, 0, 1, working=True)),
        ("2 werkweken", Length(0, 0, 2, working=True)),
        ("1 working week 2 working days 3 working hours", Length(3 * HOUR, 2, 1, working=True)),
    ],
)
def test_working_time(text: str, length: Length) -> None:
    assert parse_length(text) == length


def test_working_days_take_their_length_from_the_calendar_r2() -> None:
    length = parse_length("1 working week 2 working days 3 working hours")
    assert length.resolve(7 * HOUR, 35 * HOUR) == (35 + 14 + 3) * HOUR
    assert length.resolve(DAY, WEEK) == WEEK + 2 * DAY + 3 * HOUR
    assert parse_length("2 days").resolve(7 * HOUR, 35 * HOUR) == 2 * DAY


def test_resolved_ticks_are_whole_r1() -> None:
    assert parse_length("0.4 ms").resolve(DAY, WEEK) == 0
    assert parse_length("0.6 ms").resolve(DAY, WEEK) == 1
    assert parse_length("0,3333333 working days").resolve(7 * HOUR, 35 * HOUR) == 8399999
    assert type(parse_length("1 h").resolve(DAY, WEEK)) is int


@pytest.mark.parametrize(("text", "days", "weeks"), [("1 working day", 0, WEEK), ("1 working week", DAY, 0)])
def test_a_calendar_that_never_opens_has_no_working_days(text: str, days: int, weeks: int) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_length(text).resolve(days, weeks)
    assert caught.value.code == "FS218"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "FS201", "15 min"),
        ("1.500 min", "FS204", "write 1500 or 1.5000"),
        ("1.500,5 min", "FS203", "without grouping"),
        ("1.5.2 min", "FS203", "at most one decimal"),
        ("-5 min", "FS205", "15 min"),
        ("1e400 h", "FS206", "15 min"),
        ("nan", "FS206", "15 min"),
        ("nan min", "FS206", "15 min"),
        ("1001 years", "FS208", "days, weeks"),
        ("53000 weeks", "FS206", "15 min"),
        ("366000 working days", "FS206", "15 min"),
        ("15", "FS207", "15 min, 15 h or 15 days?"),
        ("1,5", "FS207", "1.5 min, 1.5 h or 1.5 days?"),
        ("1 h 30", "FS207", "1 h 30 min"),
        ("15 mn", "FS208", "did you mean '15 min'?"),
        ("5 m", "FS208", "did you mean '5 min'?"),
        ("2 wekdagen", "FS208", "did you mean '2 werkdagen'?"),
        ("2 months", "FS208", "weeks or working days"),
        ("5 working", "FS208", "working hours, working days"),
        ("5 qqqq", "FS208", "units are ms, s, min"),
        ("yes", "FS209", "15 min"),
        ("1:30", "FS210", "1 h 30 min"),
        ("5 min 15 min", "FS210", "5 min .. 15 min"),
        ("30 min 1 h", "FS210", "1 h 30 min"),
        ("15 min!", "FS210", "15 min"),
        ("15 min later", "FS210", "15 min"),
        ("1 working day 2 h", "FS211", "hours and days of 24 hours"),
        ("2 h 1 working day", "FS211", "hours and days of 24 hours"),
        ("min", "FS203", "15 min"),
        ("½ h", "FS203", "15 min"),
    ],
)
def test_what_is_no_length(text: str, code: str, words: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_length(text)
    assert caught.value.code == code
    assert words in caught.value.hint


def test_units_alone() -> None:
    assert parse_unit("min") == Length(MINUTE)
    assert parse_unit(" Uren ") == Length(HOUR)
    assert parse_unit("working days") == Length(0, 1, working=True)
    for text in ("", "5 min", "mn", "to", "min h"):
        with pytest.raises(QuantityError):
            parse_unit(text)


@pytest.mark.parametrize(
    ("ticks", "text"),
    [
        (0, "0 min"),
        (1, "1 ms"),
        (90 * MINUTE, "1 h 30 min"),
        (DAY, "1 day"),
        (WEEK + 2 * DAY, "1 week 2 days"),
        (1500, "1 s 500 ms"),
        (0.5, "0.5 ms"),
        (1.125, "1.1250 ms"),
    ],
)
def test_exact_text(ticks: float, text: str) -> None:
    assert format_exact(ticks) == text


@pytest.mark.parametrize("ticks", [-1.0, float("nan"), float("inf"), 1e14])
def test_exact_text_refuses_what_is_no_length(ticks: float) -> None:
    with pytest.raises(ValueError, match="not a length"):
        format_exact(ticks)


LONGEST = LONGEST_YEARS * YEAR
TICKS = st.one_of(st.floats(0, LONGEST), st.floats(0, 1e4), st.integers(0, int(LONGEST)).map(float))


@given(TICKS)
def test_round_trip_of_ticks(ticks: float) -> None:
    assert parse_length(format_exact(ticks)) == Length(ticks)
    assert parse_length(format_exact(ticks, working=True)) == Length(ticks, working=True)


@given(TICKS.map(lambda x: x / 10), st.floats(0, 1e5), st.floats(0, 1e4))
def test_round_trip_of_working_lengths(ticks: float, days: float, weeks: float) -> None:
    length = Length(ticks, days, weeks, working=True)
    assert parse_length(write_length(length)) == length


@given(TICKS)
def test_round_trip_of_clock_lengths(ticks: float) -> None:
    assert parse_length(write_length(Length(ticks))) == Length(ticks)
