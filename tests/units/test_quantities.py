"""Distributions as people write them, in English and Dutch, and the parameters they become."""

from __future__ import annotations

import pytest

from flowsim.model.distribution import Distribution
from flowsim.model.families import FAMILIES
from flowsim.units import Quantity, QuantityError, parse_quantity
from flowsim.units.lengths import DAY, HOUR, MINUTE, WEEK
from flowsim.units.quantities import FORMS, NAMES

M = float(MINUTE)


@pytest.mark.parametrize(
    ("text", "name", "params"),
    [
        ("15 min", "constant", (15 * M,)),
        ("1,5 uur", "constant", (90 * M,)),
        ("constant(15 min)", "constant", (15 * M,)),
        ("5 min .. 15 min", "uniform", (5 * M, 15 * M)),
        ("5 .. 15 min", "uniform", (5 * M, 15 * M)),
        ("5..15min", "uniform", (5 * M, 15 * M)),
        ("5 … 15 min", "uniform", (5 * M, 15 * M)),
        ("5 to 15 min", "uniform", (5 * M, 15 * M)),
        ("5 tot 15 minuten", "uniform", (5 * M, 15 * M)),
        ("30 s .. 1 h 30 min", "uniform", (M / 2, 90 * M)),
        ("uniform(5 min, 15 min)", "uniform", (5 * M, 15 * M)),
        ("Uniform (5; 15 min)", "uniform", (5 * M, 15 * M)),
        ("30 min ± 20 min", "lognormal", (30 * M, 20 * M)),
        ("30 ± 20 min", "lognormal", (30 * M, 20 * M)),
        ("30 min +/- 20 min", "lognormal", (30 * M, 20 * M)),
        ("0,5 u ± 20 min", "lognormal", (30 * M, 20 * M)),
        ("30 min ± 0 min", "lognormal", (30 * M, 0)),
        ("lognormaal(30 min, 20 min)", "lognormal", (30 * M, 20 * M)),
        ("20 min (10 min .. 1 h)", "pert", (10 * M, 20 * M, 60 * M)),
        ("20 min (10 .. 60)", "pert", (10 * M, 20 * M, 60 * M)),
        ("20 (10 .. 60 min)", "pert", (10 * M, 20 * M, 60 * M)),
        ("20 min (10 min tot 1 uur)", "pert", (10 * M, 20 * M, 60 * M)),
        ("pert(10, 20, 60 min)", "pert", (10 * M, 20 * M, 60 * M)),
        ("triangular(10 min, 20 min, 1 h)", "triangular", (10 * M, 20 * M, 60 * M)),
        ("driehoek(10 min, 20 min, 1 uur)", "triangular", (10 * M, 20 * M, 60 * M)),
        ("exponential(5 min)", "exponential", (5 * M,)),
        ("EXPONENTIEEL(5 minuten)", "exponential", (5 * M,)),
        ("erlang(15 min, 3)", "erlang", (15 * M, 3)),
        ("gamma(1 h, 30 min)", "gamma", (60 * M, 30 * M)),
        ("weibull(1 h, 1.5)", "weibull", (60 * M, 1.5)),
        ("weibull(1 uur, 1,5)", "weibull", (60 * M, 1.5)),
        ("beta(10 min, 1 h, 30 min, 10 min)", "beta", (10 * M, 60 * M, 30 * M, 10 * M)),
        ("normal(30 min, 10 min)", "normal", (30 * M, 10 * M)),
        ("normaal(30, 10 min)", "normal", (30 * M, 10 * M)),
        ("discrete(5 min: 30%, 10 min: 70%)", "discrete", (5 * M, 0.3, 10 * M, 0.7)),
        ("discreet(5: 0,3; 10 min: 0,7)", "discrete", (5 * M, 0.3, 10 * M, 0.7)),
    ],
)
def test_forms(text: str, name: str, params: tuple[float, ...]) -> None:
    quantity = parse_quantity(text)
    assert quantity.resolve(7 * HOUR, 35 * HOUR) == Distribution(name, params)
    assert not quantity.working
    assert quantity.text == text
    assert quantity.source is None


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("1 working day", (7 * HOUR,)),
        ("1 werkdag ± 2 werkuren", (7 * HOUR, 2 * HOUR)),
        ("1 .. 2 working days", (7 * HOUR, 14 * HOUR)),
        ("1 working day .. 1 working week", (7 * HOUR, 35 * HOUR)),
        ("discrete(1: 50%, 2 werkdagen: 50%)", (7 * HOUR, 0.5, 14 * HOUR, 0.5)),
    ],
)
def test_working_time_waits_for_the_calendar_r2(text: str, params: tuple[float, ...]) -> None:
    quantity = parse_quantity(text)
    assert quantity.working
    assert quantity.resolve(7 * HOUR, 35 * HOUR).params == params


def test_lengths_may_contradict_each_other_on_one_calendar_only() -> None:
    quantity = parse_quantity("1 working day .. 10 working hours")
    assert quantity.resolve(8 * HOUR, 40 * HOUR).params == (8 * HOUR, 10 * HOUR)
    with pytest.raises(QuantityError) as caught:
        quantity.resolve(DAY, WEEK)
    assert caught.value.code == "FS214"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "FS201", "15 min"),
        ("15", "FS207", "15 min, 15 h or 15 days?"),
        ("5 .. 15", "FS207", "5 min, 5 h or 5 days?"),
        ("20 min (10 .. 1 h)", "FS207", "10 min"),
        ("erlang(15, 3)", "FS207", "15 min"),
        ("5 mn .. 15 min", "FS208", "'5 min'"),
        ("yes", "FS209", "15 min"),
        ("5-15 min", "FS210", "5 min .. 15 min"),
        ("15 min ± 20%", "FS210", "30 min ± 20 min"),
        ("20 min (10 min, 1 h)", "FS210", "20 min (10 min .. 1 h)"),
        ("20 min (10 min .. 1 h", "FS210", "15 min"),
        ("exponential(5 min", "FS210", "exponential(15 min)"),
        ("exponential(5 min))", "FS210", "exponential(15 min)"),
        ("discrete(5 min 30%)", "FS207", "1 h 30 min"),
        ("discrete(5 min)", "FS210", "discrete(5 min: 30%"),
        ("1 working day ± 2 h", "FS211", "working hours"),
        ("expnential(5 min)", "FS212", "exponential(15 min)"),
        ("poisson(5 min)", "FS212", "there are constant"),
        ("uniform(5,15 min)", "FS213", "decimal comma"),
        ("uniform()", "FS213", "5 min .. 15 min"),
        ("exponential(5 min, 3 min)", "FS213", "exponential(15 min)"),
        ("erlang(15 min)", "FS213", "erlang(15 min, 3)"),
        ("discrete()", "FS213", "discrete("),
        ("15 .. 5 min", "FS214", "5 min .. 15 min"),
        ("20 min (1 h .. 2 h)", "FS214", "20 min (10 min .. 1 h)"),
        ("erlang(15 min, 2.5)", "FS214", "erlang(15 min, 3)"),
        ("beta(0 min, 1 h, 30 min, 30 min)", "FS214", "beta("),
        ("0 min ± 5 min", "FS214", "30 min ± 20 min"),
        ("discrete(5 min: 30%, 10 min: 60%)", "FS214", "discrete("),
        ("discrete(5 min: 130%)", "FS215", "100%"),
        ("30 min ± -5 min", "FS205", "30 min ± 20 min"),
        ("empirical(times.csv, min)", "FS213", "empirical(file.csv, column, min)"),
        ("empirical(times.csv, minutes, mn)", "FS208", "min"),
        ("empirical(times.csv, minutes, min", "FS210", "empirical("),
        ("empirical(" + "x" * 300 + ", a, min)", "FS202", "300 characters"),
    ],
)
def test_what_is_no_quantity(text: str, code: str, words: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)
    assert caught.value.code == code
    assert words in caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["empirical(data/times 2.csv, minutes, min)", "Empirisch( 'data/times 2.csv' ; minutes ; minuten )"],
)
def test_empirical_names_its_file(text: str) -> None:
    quantity = parse_quantity(text)
    assert quantity.name == "empirical"
    assert quantity.source is not None
    assert quantity.source[:2] == ("data/times 2.csv", "minutes")
    law = quantity.resolve(7 * HOUR, 35 * HOUR, [3, 1, 2.5])
    assert law == Distribution("empirical", (M, 2.5 * M, 3 * M))


@pytest.mark.parametrize(
    ("values", "code"), [(None, "FS222"), ([], "FS222"), ([1, -1], "FS214"), ([1, float("nan")], "FS214")]
)
def test_empirical_needs_sound_values(values: list[float] | None, code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity("empirical(a.csv, b, min)").resolve(DAY, WEEK, values)
    assert caught.value.code == code


def test_empirical_in_working_days_takes_them_from_the_calendar() -> None:
    quantity = parse_quantity("empirical(a.csv, b, working days)")
    assert quantity.working
    assert quantity.resolve(7 * HOUR, 35 * HOUR, [2.0]).params == (14 * HOUR,)


def test_every_family_can_be_written_and_every_form_is_read_as_its_family() -> None:
    assert list(FORMS) == list(FAMILIES)
    assert set(NAMES.values()) == set(FAMILIES)
    for name, form in FORMS.items():
        assert parse_quantity(form).name == name


def test_in_every_family_but_discrete_the_lengths_come_first() -> None:
    for name, family in FAMILIES.items():
        lengths = [length for _, length in family.parameters]
        assert name == "discrete" or lengths == sorted(lengths, reverse=True)


def test_equal_texts_give_equal_quantities() -> None:
    assert parse_quantity("5 .. 15 min") == parse_quantity("5 .. 15 min")
    assert isinstance(hash(parse_quantity("5 .. 15 min")), int)
    assert isinstance(parse_quantity("5 min"), Quantity)
