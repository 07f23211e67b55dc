"""Sentences, numbers and lengths as people read them, and the choice of language."""

from __future__ import annotations

import pytest

from flowsim.errors import UsageError
from flowsim.texts import Texts, choose_lang


def test_sentences_are_filled_by_name() -> None:
    assert Texts("en").t("9 of 10: {time}", time="5.8") == "9 of 10: 5.8"
    assert Texts("nl").t("9 of 10: {time}", time="5,8") == "9 van de 10: 5,8"
    assert Texts("nl").t("not in the catalogue {x}", x="1") == "not in the catalogue 1"
    assert Texts("nl").t("") == ""


def test_a_value_with_braces_is_a_value_only() -> None:
    assert Texts("nl").t("{state}: {value}", state="{0.__class__}", value="{x}") == "{0.__class__}: {x}"


def test_plurals() -> None:
    assert Texts("nl").n("{x} day", "{x} days", 1, x="1") == "1 dag"
    assert Texts("nl").n("{x} day", "{x} days", 2, x="2") == "2 dagen"
    assert Texts("en").n("{n} thing", "{n} things", 3) == "3 things"


def test_decimal_comma_in_dutch() -> None:
    assert (Texts("en").number(1.5, 1), Texts("nl").number(1.5, 1)) == ("1.5", "1,5")
    assert (Texts("en").number(float("nan")), Texts("nl").share(float("inf"))) == ("–", "–")
    assert (Texts("en").share(0.377), Texts("nl").share(0.0123)) == ("38%", "1,2%")
    assert Texts("en").share(0.99999) == ">99.9%"


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (149.2, "149"),
        (12.34, "12.3"),
        (5.849, "5.8"),
        (2.0, "2"),
        (0.1349, "0.13"),
        (0.0456, "0.046"),
        (0.0, "0"),
    ],
)
def test_short_numbers(x: float, said: str) -> None:
    assert Texts("en").short(x) == said


@pytest.mark.parametrize(
    ("minutes", "english", "dutch"),
    [
        (29, "29 min", "29 min"),
        (990, "16.5 h", "16,5 uur"),
        (1440 * 3.08, "3.1 days", "3,1 dagen"),
        (0, "0 min", "0 min"),
    ],
)
def test_lengths_choose_their_unit(minutes: float, english: str, dutch: str) -> None:
    assert Texts("en").length(minutes) == english
    assert Texts("nl").length(minutes) == dutch


@pytest.mark.parametrize(
    ("x", "unit", "english", "dutch"),
    [
        (5.84, "working day", "5.8 working days", "5,8 werkdagen"),
        (1, "working day", "1 working day", "1 werkdag"),
        (1.04, "working day", "1.0 working days", "1,0 werkdagen"),
        (3, "day", "3 days", "3 dagen"),
        (4.25, "hour", "4.2 h", "4,2 uur"),
        (7, "minute", "7 min", "7 min"),
    ],
)
def test_amounts_carry_their_unit(x: float, unit: str, english: str, dutch: str) -> None:
    assert Texts("en").amount(x, unit) == english
    assert Texts("nl").amount(x, unit) == dutch


def test_unknown_units_and_languages_are_refused() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        Texts("en").amount(1, "fortnight")
    with pytest.raises(ValueError, match="'fr'"):
        Texts("fr")


@pytest.mark.parametrize(
    ("option", "environ", "lang"),
    [
        (None, {}, "en"),
        (None, {"LANG": "nl_BE.UTF-8"}, "nl"),
        (None, {"LANG": "nl_BE.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "en_US", "LC_MESSAGES": "nl_NL@euro"}, "nl"),
        (None, {"LANGUAGE": "fr:nl:en", "LC_ALL": "en_GB"}, "nl"),
        (None, {"LANGUAGE": "", "LANG": "nl"}, "nl"),
        (None, {"LC_ALL": "C", "LANG": "nl_NL"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        ("nl", {"LC_ALL": "en_GB"}, "nl"),
        ("en", {"LC_ALL": "nl_NL"}, "en"),
        ("NL-be", {}, "nl"),
    ],
)
def test_language_by_option_then_environment(option: str | None, environ: dict[str, str], lang: str) -> None:
    assert choose_lang(option, environ) == lang


def test_an_unknown_language_asked_for_is_an_error_with_a_way_out() -> None:
    with pytest.raises(UsageError, match="'fr'") as caught:
        choose_lang("fr", {})
    assert caught.value.code == "FS901"
    assert "en, nl" in caught.value.hint
