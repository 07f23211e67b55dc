"""Quantities in words: exact, in English and Dutch; the arrows of a flowchart."""

from __future__ import annotations

from dataclasses import replace

import pytest
import report_sample  # noqa: F401  (makes features importable)

from flowsim.model import BatchRule, Calendar, Clock, Distribution, Model, Route, Span, Wait, families
from flowsim.model.calendar import DAY, HOUR, MINUTE
from flowsim.report.diagram import Flowchart
from flowsim.report.say import FAMILIES, PARAMETERS, Say
from flowsim.texts import Texts

from features import FEATURES, OFFICE, plain  # isort: skip  (report_sample makes it importable)


def say(lang: str = "en", model: Model | None = None) -> Say:
    return Say(Texts(lang), model or plain())


@pytest.mark.parametrize(
    ("ticks", "english", "dutch"),
    [
        (0, "0 min", "0 min"),
        (1.5, "1.5 ms", "1,5 ms"),
        (1500, "1.5 s", "1,5 s"),
        (MINUTE, "1 min", "1 min"),
        (2800000.0, "46.6667 min", "46,6667 min"),
        (90 * MINUTE, "1.5 h", "1,5 uur"),
        (DAY, "1 day", "1 dag"),
        (1.25 * DAY, "1.25 days", "1,25 dagen"),
        (1000 * DAY, "1000 days", "1000 dagen"),
    ],
)
def test_lengths(ticks: float, english: str, dutch: str) -> None:
    assert (say().length(ticks), say("nl").length(ticks)) == (english, dutch)


def test_long_lengths_without_fractions() -> None:
    assert say().elapsed(25 * DAY + 17 * HOUR + 30 * MINUTE) == "25 days 17 h 30 min"
    assert say("nl").elapsed(DAY + HOUR) == "1 dag 1 uur"
    assert say().elapsed(20 * HOUR) == "20 h"
    assert say().elapsed(2 * DAY) == "2 days"


def test_open_time_is_told_in_working_days_or_hours_never_in_days() -> None:
    assert say().wait(Wait(14 * HOUR, "office")) == "2 working days on calendar office"
    assert say().wait(Wait(7 * HOUR, "office")) == "1 working day on calendar office"
    assert say("nl").wait(Wait(7 * HOUR // 2, "office")) == "0,5 werkdagen op kalender office"
    assert say().wait(Wait(30 * HOUR, "office")) == "30 h on calendar office"
    assert say().wait(Wait(30 * HOUR)) == "1.25 days"


def test_numbers_and_shares() -> None:
    assert [say().figure(x) for x in (0, 12, 0.5, 1 / 3, 1234567.0, 0.00012345678)] == [
        *("0", "12", "0.5", "0.333333", "1234567", "0.000123457")
    ]
    assert (say("nl").share(0.526), say().share(0.0005), say().share(1.0)) == ("52,6%", "0.05%", "100%")
    assert say().figure(float("inf")) == "–"


@pytest.mark.parametrize(
    ("law", "english", "dutch"),
    [
        (("lognormal", (20 * MINUTE, 90.5 * MINUTE)), "lognormal: mean 20 min, sd 1.50833 h", None),
        (("uniform", (0.5 * HOUR, 1.5 * HOUR)), "uniform: lowest 30 min, highest 1.5 h", None),
        (("weibull", (DAY, 1.3)), "Weibull: mean 1 day, shape 1.3", "Weibull: gemiddeld 1 dag; vorm 1,3"),
        (("constant", (8 * MINUTE,)), "8 min", "8 min"),
        (("discrete", (MINUTE, 0.25, HOUR, 0.75)), "discrete: 1 min (25%), 1 h (75%)", None),
        (("empirical", tuple(n * MINUTE for n in range(1, 4))), "empirical: 1 min, 2 min, 3 min", None),
        (("empirical", tuple(n * MINUTE for n in range(1, 14))), "empirical: 13 values from 1 min to 13 min", None),
    ],
)
def test_distributions(law: tuple[str, tuple[float, ...]], english: str, dutch: str | None) -> None:
    assert say().law(Distribution(*law)) == english
    if dutch is not None:
        assert say("nl").law(Distribution(*law)) == dutch


def test_every_family_and_parameter_has_a_word() -> None:
    assert set(FAMILIES) == set(families.FAMILIES)
    assert {name for family in families.FAMILIES.values() for name, _ in family.parameters} <= set(PARAMETERS)


def test_hours_of_the_week() -> None:
    assert say().open_hours(OFFICE) == "Mon–Fri 09:00–12:00 13:00–17:00"
    assert say("nl").open_hours(OFFICE) == "ma–vr 09:00–12:00 13:00–17:00"
    two = Calendar("x", ((DAY + 9 * HOUR, DAY + 12 * HOUR), (3 * DAY + 9 * HOUR, 3 * DAY + 12 * HOUR)))
    assert say().open_hours(two) == "Tue, Thu 09:00–12:00"
    mixed = Calendar("x", (*((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(4)), (4 * DAY, 4 * DAY + HOUR)))
    assert say().open_hours(mixed) == "Mon–Thu 09:00–17:00; Fri 00:00–01:00"
    night = Calendar("x", ((6 * DAY + 22 * HOUR, 7 * DAY + 6 * HOUR),))
    assert say().open_hours(night) == "Sun 22:00–30:00"
    assert say().open_hours(plain().calendar("always")) == "always open"
    assert say().clock(HOUR + 90_500) == "01:01:30.500"


def test_batches_and_questions() -> None:
    rule = BatchRule(10, Wait(14 * HOUR, "office"), Clock(tuple(d * DAY + 16 * HOUR for d in range(7)), "office"))
    assert say().batch(rule) == (
        "when 10 are together or when the first has waited 2 working days on calendar office or by the clock, every "
        "day 16:00, on days on which calendar office opens, whichever comes first"
    )
    assert say("nl").batch(BatchRule(size=3)) == "als er 3 samen zijn"
    assert say().span(Span(Distribution("constant", (HOUR,)), "office")) == "1 h, open time of office"


def test_dates() -> None:
    assert say().moment("2026-01-05T00:00:00") == "5 January 2026 00:00"
    assert say("nl").moment("2026-03-01T08:05:30+01:00") == "1 maart 2026 08:05:30 (UTC+01:00)"


# -- the flowchart -----------------------------------------------------------------------------------------------------


def chart(model: Model) -> set[str]:
    """The arrows of a model, by the names of steps, classes and ends."""
    lines = Flowchart(model, say(model=model)).mermaid().split("\n")[1:]
    names = {}
    for line in lines:
        if '"]' in line.split("-->")[0] and not any(arrow in line for arrow in ("-->", "==>", "-.->")):
            node, _, label = line.strip().partition("[" if line.strip()[0] == "s" else "(")
            names[node] = label.strip('[("])').partition("<br/>")[0]
    arrows = [line.split() for line in lines if any(arrow in line for arrow in ("-->", "==>", "-.->"))]
    return {f"{names[words[0]]} {' '.join(words[1:-1])} {names[words[-1]]}" for words in arrows}


def test_arrows_of_the_plain_model() -> None:
    assert chart(plain()) == {
        *("rush --> Register", "normal --> Register", "Register ==> Check", "Check ==> Advise", "Advise ==> Price"),
        *("Price ==> Decide", "Decide ==> Send", "Send --> done"),
    }


def test_arrows_of_returns_routes_and_branches() -> None:
    assert 'Check -.->|"30%, 15%"| Register' in chart(FEATURES["returns"](plain()))
    routed = chart(FEATURES["routes"](plain()))
    assert {'Register ==>|"80%"| Check', 'Register -->|"20%"| refused'} <= routed
    split = chart(FEATURES["branches"](plain()))
    both = {'Check ==>|"at the same time"| Advise', 'Check ==>|"at the same time"| Price'}
    assert both | {"Advise ==> Decide", "Price ==> Decide"} <= split
    assert "Advise ==> Price" not in split
    nested = chart(FEATURES["nested branches"](plain()))
    assert {"Opinion ==> Sum up", "Note ==> Sum up", "Sum up ==> Decide", "Price ==> Decide"} <= nested
    to_the_end = chart(FEATURES["branches to the end"](plain()))
    assert {"Decide --> done", "Send --> done"} <= to_the_end


def test_arrows_of_classes_with_ways_of_their_own() -> None:
    own = chart(FEATURES["journey"](plain()))
    assert {'Check ==>|"normal"| Advise', 'Check -->|"rush"| Decide'} <= own
    chased = chart(FEATURES["chasing"](plain()))
    assert {"call --> Call", "Call --> done", "Send --> done"} <= chased
    only = tuple(replace(s, only=("normal",)) if s.name in ("Register", "Send") else s for s in plain().steps)
    some = chart(replace(plain(), steps=only))
    assert {"rush --> Check", "normal --> Register", 'Decide -->|"rush"| done', 'Decide ==>|"normal"| Send'} <= some


def test_an_odd_route_off_the_path_is_followed() -> None:
    model = FEATURES["journey"](plain())
    steps = tuple(
        replace(s, routes=(Route(None, (("Price", 1.0, ""),)),)) if s.name == "Check" else s for s in model.steps
    )
    assert 'Price -->|"rush"| done' in chart(replace(model, steps=steps))
