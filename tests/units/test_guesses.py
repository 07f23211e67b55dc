"""Guesses as text: ends, what lies between them, counts, and what is refused."""

from __future__ import annotations

import pytest

from flowsim.units import QuantityError, guess_error, has_range, parse_guess, parse_quantity

BETWEEN = [
    ("10 min .. 20 min unsure", "10 min", "15 min", "20 min", 0),
    ("10 .. 20 min unsure", "10 min", "15 min", "20 min", 0),
    ("10..20min ONZEKER", "10min", "15min", "20min", 0),
    ("10% .. 20% to Register unsure", "10% to Register", "15% to Register", "20% to Register", 0),
    ("8 .. 12 per working day onzeker", "8 per working day", "10 per working day", "12 per working day", 0),
    ("every 10 .. 20 min unsure", "every 10 min", "every 15 min", "every 20 min", 0),
    ("exponential(10 .. 20 min) unsure", "exponential(10 min)", "exponential(15 min)", "exponential(20 min)", 0),
    ("20 min ± 10 min .. 40 min ± 20 min unsure", "20 min ± 10 min", "30 min ± 15 min", "40 min ± 20 min", 0),
    ("5 .. 15 min .. 10 .. 20 min unsure", "5 .. 15 min", "7.5 .. 17.5 min", "10 .. 20 min", 0),
    ("5 .. 10 requests or 2 h unsure", "5 requests or 2 h", "8 requests or 2 h", "10 requests or 2 h", 6),
    ("2 .. 4 unsure", "2", "3", "4", 3),
    ("2.0 .. 5.0 unsure", "2.0", "3.5", "5.0", 0),
    ("1 .. 3 .. 2 .. 6 unsure", "1 .. 3", "2 .. 5", "2 .. 6", 0),
    ("30 min .. 2 h unsure", "30 min", "1 h 15 min", "2 h", 0),
    (
        "4 working hours .. 1 working day unsure",
        "4 working hours",
        "0.5 working days 2 working hours",
        "1 working day",
        0,
    ),
    ("1 .. 1.25 h unsure", "1 h", "1.1250 h", "1.25 h", 0),
]


@pytest.mark.parametrize(("text", "low", "middle", "high", "levels"), BETWEEN)
def test_what_lies_between_the_ends(text: str, low: str, middle: str, high: str, levels: int) -> None:
    guess = parse_guess(text)
    assert (guess.low, guess.at(0.5), guess.high, guess.levels) == (low, middle, high, levels)
    assert (guess.at(0), guess.at(1)) == (low, high)


def test_counts_are_as_likely_each() -> None:
    guess = parse_guess("2 .. 4 unsure")
    drawn = [guess.at((n + 0.5) / 300) for n in range(300)]
    assert [drawn.count(number) for number in ("2", "3", "4")] == [100, 100, 100]


def test_a_number_between_never_looks_like_grouped_thousands() -> None:
    guess = parse_guess("1 .. 2 min unsure")
    for n in range(1, 1000):
        assert parse_quantity(guess.at(n / 1000)).lengths[0].ticks == pytest.approx(60_000 + 60 * n)


WRONG = [
    ("10 min unsure", "FS226", "there is none"),
    ("20 .. 10 min unsure", "FS226", "ends below its beginning"),
    ("2 h .. 30 min unsure", "FS226", "does not end above"),
    ("10 min .. 20% unsure", "FS226", "more than their numbers"),
    ("5 min .. 5 min unsure", "FS226", "both ends are the same"),
    ("2 h .. 1 working day unsure", "FS226", "working time"),
    ("1.2.3 .. 4 unsure", "FS226", "more than their numbers"),
    (".. unsure", "FS226", "more than their numbers"),
    ("09:00 .. 10:00 unsure", "FS227", "time of the clock"),
    ("2026-01-05 .. 2026-03-01 unsure", "FS227", "a date"),
]


@pytest.mark.parametrize(("text", "code", "why"), WRONG)
def test_what_is_no_guess_is_refused(text: str, code: str, why: str) -> None:
    with pytest.raises(QuantityError, match=why) as told:
        parse_guess(text)
    assert told.value.code == code
    assert guess_error(text) is not None


def test_only_the_word_at_the_end_of_a_range_makes_a_guess() -> None:
    assert not has_range("5 .. 10 min")
    assert not has_range("Very unsure")
    assert has_range("x .. y unsure")
    assert guess_error("5 .. 10 min") is None
