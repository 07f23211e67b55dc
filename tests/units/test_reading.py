"""Numbers, counts and shares as people write them, and what every refusal carries."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flowsim.errors import FlowsimError
from flowsim.units import (
    CODES,
    QuantityError,
    parse_batch,
    parse_clock,
    parse_count,
    parse_day_hours,
    parse_hours,
    parse_length,
    parse_number,
    parse_quantity,
    parse_rate,
    parse_share,
    parse_unit,
)

PARSERS: list[Callable[[str], object]] = [
    parse_batch,
    parse_clock,
    parse_count,
    parse_day_hours,
    parse_hours,
    parse_length,
    parse_number,
    parse_quantity,
    parse_rate,
    parse_share,
    parse_unit,
]


def refusal(parse: Callable[[str], object], text: str) -> QuantityError:
    """The error of a text; fails when there is none."""
    with pytest.raises(QuantityError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3.0),
        ("1.5", 1.5),
        ("1,5", 1.5),
        (" 0,125 ", 0.125),
        ("-2", -2.0),
        ("−2,5", -2.5),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("1234,567", 1234.567),
        ("1.2345", 1.2345),
        ("0e-999", 0.0),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FS201"),
        (" \t\n", "FS201"),
        ("1" * 301, "FS202"),
        ("abc", "FS203"),
        ("1.5.2", "FS203"),
        ("1.500,5", "FS203"),
        ("1.500.000", "FS203"),
        ("1.500", "FS204"),
        ("1,500", "FS204"),
        ("100.000", "FS204"),
        ("nan", "FS206"),
        ("-inf", "FS206"),
        (".inf", "FS206"),
        ("1e400", "FS206"),
        ("1e99999999999", "FS206"),
        ("1e-99999999999", "FS206"),
        ("9" * 300, "FS206"),
        ("yes", "FS209"),
        ("1 500", "FS210"),
        ("1_500", "FS210"),
        ("1'500", "FS210"),
        ("--1", "FS203"),
        ("0x10", "FS210"),
        ("٣", "FS210"),
    ],
)
def test_what_is_no_number(text: str, code: str) -> None:
    assert refusal(parse_number, text).code == code


def test_doubtful_thousands_name_both_readings() -> None:
    error = refusal(parse_number, "1.500")
    assert error.message == "'1.500': '1.500' may mean 1500 or 1.5"
    assert error.hint == "write 1500 or 1.5000"
    assert parse_number("1.5000") == 1.5


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("3", 3), ("3.0", 3), ("1e3", 1000), ("1500", 1500)])
def test_counts(text: str, value: int) -> None:
    assert parse_count(text) == value
    assert type(parse_count(text)) is int


@pytest.mark.parametrize(
    ("text", "least", "code"),
    [
        ("2.5", 0, "FS216"),
        ("0", 1, "FS216"),
        ("-1", 0, "FS205"),
        ("3 people", 0, "FS210"),
        ("true", 0, "FS209"),
    ],
)
def test_what_is_no_count(text: str, least: int, code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_count(text, least=least)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60%", 0.6),
        ("60 %", 0.6),
        ("60 procent", 0.6),
        ("60 percent", 0.6),
        ("0.6", 0.6),
        ("0,6", 0.6),
        ("3/5", 0.6),
        ("3 / 5", 0.6),
        ("12,5%", 0.125),
        ("1.125%", 0.01125),
        ("0", 0.0),
        ("1", 1.0),
        ("100%", 1.0),
    ],
)
def test_shares(text: str, value: float) -> None:
    assert parse_share(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("60", "FS215"),
        ("120%", "FS215"),
        ("7/5", "FS215"),
        ("3/0", "FS203"),
        ("-5%", "FS205"),
        ("half", "FS203"),
        ("no", "FS209"),
        ("60%%", "FS210"),
        ("5% to Register", "FS210"),
    ],
)
def test_what_is_no_share(text: str, code: str) -> None:
    assert refusal(parse_share, text).code == code


def test_a_percentage_without_its_sign_is_asked_about() -> None:
    assert refusal(parse_share, "60").hint == "did you mean 60%?"


def test_a_refusal_is_a_flowsim_error_with_code_message_and_hint() -> None:
    error = refusal(parse_length, "15")
    assert isinstance(error, FlowsimError)
    assert isinstance(error, ValueError)
    assert error.exit_code == 2
    assert (error.code, error.message, error.hint) == (
        "FS207",
        "'15': a time needs a unit",
        "15 min, 15 h or 15 days?",
    )
    assert error.problems()[0].message == error.message
    assert str(error) == error.message


def test_messages_show_nothing_a_terminal_would_obey() -> None:
    message = refusal(parse_length, "15 \x1b[2J\u202emin").message
    assert message.isprintable()
    assert "\\u001b" in message
    assert len(refusal(parse_length, "x" * 299).message) < 200


def test_long_texts_are_refused_at_once_and_hard_ones_take_linear_time() -> None:
    begun = time.perf_counter()
    for parse in PARSERS:
        assert refusal(parse, "9" * 10_000_000).code == "FS202"
        for piece in ("1.", "1,", "1e", "(", "1 h ", "..", "+/", "a", "mon ", "9-", "at 9 and "):
            with pytest.raises(QuantityError):
                parse((piece * 300)[:300] + "?" if len(piece) == 1 else (piece * 300)[:299] + "?")
    assert time.perf_counter() - begun < 5


PIECES = """
    1 2 15 1,5 0 1e9 1e-9 09:00 24:00 8u30 min h uur u day days dag working werkdag week werkweken ms .. ± +/- ( )
    , ; : % / - to tot or of and en at om every elke per requests aanvragen mon-fri ma t/m zo closed gesloten pert(
    uniform( discrete( erlang( weibull( beta( normal( empirical( a.csv lognormaal( nan inf yes hour month
"""
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,:;%()±-+/ e", max_size=30),
    st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join),
)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example("empirical(")
@example("empirical(a, b, to)")
@example("discrete(5 min: 1e18/1e-300)")
@example("normal(1e-300 min, 1e-300 min)")
@example("1 h ± 1e-300 min")
@example("weibull(1 h, 1e-300)")
@example("İ")
@example("\ud800")
def test_any_text_gives_a_result_or_a_quantity_error(text: str) -> None:
    for parse in PARSERS:
        found = None
        try:
            parse(text)
        except QuantityError as error:
            found = error
        if found is not None:
            assert found.code in CODES
            assert found.message.isprintable()
            assert not found.message.endswith(".")


def test_reading_loads_neither_numpy_nor_scipy() -> None:
    script = (
        "import sys\n"
        "from flowsim.units import parse_length, format_length\n"
        "parse_length('15 min'); format_length(5.0)\n"
        "assert not {'numpy', 'scipy', 'pydantic'} & set(sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
