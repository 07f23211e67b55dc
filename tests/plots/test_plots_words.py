"""What plots say: titles with the numbers given, states without requests, hostile names, both languages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from extents import words
from sample_plots import (
    CHANGES,
    GUESSES,
    NASTY,
    SAMPLES,
    distribution,
    ledger,
    life_strips,
    wip_distribution,
    wip_over_time,
)

from flowsim.plots import KINDS, render
from flowsim.plots.data import (
    CumulativeFlow,
    Curve,
    Distribution,
    Flow,
    LedgerBar,
    LedgerBars,
    LifeStrips,
    Lives,
    Start,
    StartCurve,
    Strip,
    WipCurve,
    WipDistribution,
    WipOverTime,
    WipShares,
)
from flowsim.plots.words import clean
from flowsim.texts import Texts


def title(kind: str, data: object, lang: str = "en") -> str:
    return KINDS[kind].title(data, Texts(lang))


def drawn(kind: str, data: object, lang: str = "en") -> list[str]:
    return [text for text, *_ in words(KINDS[kind].draw(data, Texts(lang)))]


def test_kinds_has_every_draw_function_once() -> None:
    import flowsim.plots as plots

    functions = {name for name in vars(plots) if name.startswith("draw_")}
    assert {kind.draw.__name__ for kind in KINDS.values()} == functions
    assert set(SAMPLES) == set(KINDS)
    for name, kind in KINDS.items():
        assert isinstance(SAMPLES[name](("a",)), kind.data)
        assert Texts("nl").t(kind.about) != kind.about


def test_titles_carry_the_numbers_given() -> None:
    data = distribution()
    first, second = (c.percentiles[90] for c in data.curves)
    assert (
        title("distribution", data)
        == f"9 of 10 requests are done within {first:.1f} working days (future: {second:.2f})"
    )
    comma = f"{first:.1f}".replace(".", ","), f"{second:.2f}".replace(".", ",")
    assert title("distribution", data, "nl") == (
        f"9 van de 10 aanvragen zijn klaar binnen {comma[0]} werkdagen (future: {comma[1]})"
    )
    waits = dataclasses.replace(data, measure="waiting_time")
    assert title("distribution", waits).startswith(f"9 of 10 requests wait no longer than {first:.1f} working days")
    assert (
        title("ledger", ledger())
        == "A request takes 4.6 days; somebody works on it for 56 min (future: 2 h, work 42 min)"
    )
    assert title("wip-over-time", wip_over_time()) == "On average 149 requests are in the process (future: 4.1)"
    most = title("wip-distribution", wip_distribution(("a",)))
    assert most == "95% of the time at most 178 requests are in the process"
    flow = SAMPLES["cumulative-flow"](("current", "future"))
    assert title("cumulative-flow", flow) == "Arrived but not answered: 125 requests on average (future: 5)"
    strips = "4 requests as the customer lives them: the slowest takes 2.9 days (future: 1.2 h)"
    assert title("life-strips", life_strips()) == strips
    start = SAMPLES["warm-up"](("current", "future"))
    told = "The start lasts 21 days; the warm-up leaves out 10 days (future: nobody can tell how long)"
    assert title("warm-up", start) == told
    assert title("warm-up", dataclasses.replace(start, warm_up=0.0)).startswith("The start lasts 21 days; there is no")
    unknown = dataclasses.replace(start, curves=start.curves[1:])
    assert title("warm-up", unknown) == "The runs are too short to tell how long their start lasts"
    few = dataclasses.replace(unknown, why="runs")
    assert title("warm-up", few) == "Too few runs to tell how long their start lasts"


@pytest.mark.parametrize("kind", KINDS)
def test_the_title_is_drawn(kind: str) -> None:
    data = SAMPLES[kind](("current", "future"))
    page = " ".join(drawn(kind, data))
    assert title(kind, data) in page


def test_the_table_of_a_distribution_holds_its_numbers() -> None:
    data = distribution(("current",), ("wants speed",))
    curve = dataclasses.replace(data.curves[0], within=[0.377], mean=3.21)
    shown = drawn("distribution", dataclasses.replace(data, curves=[curve]))
    assert "38%" in shown
    assert "3.2" in shown
    for percent, value in curve.percentiles.items():
        assert f"{percent}%" in shown
        assert f"{value:.1f}" in shown


def test_the_ledger_shows_time_and_share_of_each_part() -> None:
    shown = drawn("ledger", LedgerBars([LedgerBar("now", {"queue": 90.0, "work_adding": 30.0}, 30.0)]))
    assert {"waiting for a person", "1.5 h · 75%", "work: value adding", "30 min · 25%", "2 h"} <= set(shown)


def test_the_ledger_leaves_out_closed_in_its_second_panel() -> None:
    """Semantics §4: closed is shown apart."""
    bars = [LedgerBar("now", {"queue": 60.0, "closed": 540.0}, 0.0)]
    both = "The same without the last part; batches, transit and answers still last through nights"
    assert both in drawn("ledger", LedgerBars(bars))
    assert both not in drawn("ledger", LedgerBars(bars, panels="all"))
    only = drawn("ledger", LedgerBars(bars, panels="open"))
    assert both in only
    assert "1 h" in only
    little = [LedgerBar("now", {"queue": 540.0, "closed": 60.0}, 0.0)]
    assert both not in drawn("ledger", LedgerBars(little))


def test_the_words_about_work_in_process_leave_the_warm_up_out() -> None:
    """Semantics R16: what is measured begins after the warm-up."""
    low = np.array([0.0, 0.0, 7.0, 8.0])
    data = WipOverTime(np.arange(4.0), [WipCurve("now", low + 1, low, low + 2, 8.5)], 3, warm_up=2.0)
    said = "now: on average 8.5 requests in the process, between 7 and 10."
    assert KINDS["wip-over-time"].describe(data, Texts("en")).startswith(said)


def test_a_short_bar_is_shown_again_with_how_many_times() -> None:
    long, short = {"queue": 6000.0}, {"queue": 30.0}
    shown = drawn("ledger", LedgerBars([LedgerBar("now", long, 0), LedgerBar("then", short, 0)]))
    assert [text for text in shown if text.startswith("enlarged")] == ["enlarged 100 times"]


def test_a_far_promise_is_named_with_an_arrow() -> None:
    data = distribution()
    far = dataclasses.replace(data.promises[1], value=60.0)
    shown = drawn("distribution", dataclasses.replace(data, promises=[data.promises[0], far]))
    assert "promise “wants certainty”: 60 working days →" in shown


EMPTY = {
    "distribution": Distribution("lead_time", "working day", [Curve("now"), Curve("then")]),
    "ledger": LedgerBars([LedgerBar("now", {}, 0.0)]),
    "life-strips": LifeStrips([Lives("now", [])]),
}


@pytest.mark.parametrize("kind", EMPTY)
@pytest.mark.parametrize(("lang", "said"), [("en", "no request ended"), ("nl", "geen aanvraag afgerond")])
def test_a_state_in_which_nothing_ended_says_so(kind: str, lang: str, said: str) -> None:
    shown = drawn(kind, EMPTY[kind], lang)
    assert said in shown
    assert any(text.startswith(f"now: {said}") for text in shown)
    assert said in KINDS[kind].describe(EMPTY[kind], Texts(lang))


ROW = np.array([0.0, 1.0])
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Distribution("lead_time", "day", []), "nothing to draw"),
    (lambda: LedgerBars([]), "nothing to draw"),
    (lambda: WipOverTime(ROW, [], 1), "nothing to draw"),
    (lambda: WipOverTime(ROW[:1], wip_over_time().curves, 1), "nothing to draw"),
    (lambda: WipDistribution([]), "nothing to draw"),
    (lambda: WipShares("a", ROW[:0], ROW[:0], 0, 0), "nothing to draw"),
    (lambda: CumulativeFlow(ROW, ("A",), []), "nothing to draw"),
    (lambda: LifeStrips([]), "nothing to draw"),
    (lambda: Strip("a", []), "needs a segment"),
    (lambda: Start(ROW, "day", [], 5), "nothing to draw"),
    (lambda: Start(ROW, "day", [StartCurve("a", ROW, ROW, ROW[:1], ROW, None)], 5), "one value an instant"),
    (lambda: Start(ROW, "day", [StartCurve("a", *[ROW[:0]] * 4, None)], 5), "no state has a curve"),
    (lambda: Start(ROW, "day", [StartCurve("a", ROW, ROW, ROW, ROW, None)], 5, why="luck"), "unknown reason"),
    (lambda: LedgerBars([LedgerBar("a", {}, 0)] * 7), "at most 6 states"),
    (lambda: LedgerBar("a", {"waiting": 1.0}, 0), "unknown ledger parts"),
    (lambda: LedgerBar("a", {"queue": -1.0}, 0), "negative"),
    (lambda: LedgerBar("a", {"queue": float("nan")}, 0), "finite"),
    (lambda: LedgerBar("a", {"queue": 1.0}, 2), "at_work"),
    (lambda: Curve("a", ROW, ROW[::-1], 0, {50: 0, 90: 1}), "must rise"),
    (lambda: Curve("a", ROW, ROW, 0, {50: 0}), "percentiles"),
    (lambda: Curve("a", ROW, np.zeros(3)), "same length"),
    (lambda: Distribution("lead_time", "day", distribution().curves), "one share within a promise"),
    (lambda: Distribution("speed", "day", [Curve("a")]), "unknown measure"),
    (lambda: WipShares("a", ROW * 2, ROW, 0, 0), "without gap"),
    (lambda: CumulativeFlow(ROW, ("A",), [Flow("a", np.zeros((3, 2)), 0)]), "stages"),
    (lambda: CumulativeFlow(ROW, ("A",), [Flow("a", np.array([[0.0, 0], [1, 1]]), 0)]), "more left"),
    (lambda: Strip("a", [(2, 1, "queue")]), "ends before"),
    (lambda: Strip("a", [(1, 2, "lunch")]), "unknown ledger part"),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_data_that_cannot_be_drawn_are_refused_by_name(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_names_are_drawn_as_they_are(kind: str) -> None:
    """Names with `$`, a leading `_` and HTML are legal (file format); control characters cannot break the file."""
    for one, other in ((NASTY[0], NASTY[1]), (NASTY[2], NASTY[5])):
        data = SAMPLES[kind]((one, other))
        figure = KINDS[kind].draw(data, Texts("en"))
        svg = render(figure, "svg", KINDS[kind].title(data, Texts("en")), KINDS[kind].describe(data, Texts("en")))
        assert b"<script>" not in svg
        assert render(figure, "png", "t", "d").startswith(b"\x89PNG")
        if one != NASTY[2]:
            shown = [text for text, *_ in words(figure)]
            for name in (one, other):  # in some, names stand in sentences
                within = kind in ("tornado", "frontier") and any(clean(name) in text for text in shown)
                assert clean(name) in shown or within


@pytest.mark.parametrize("kind", KINDS)
def test_dutch_plots_hold_no_english_sentence(kind: str) -> None:
    """Every text but the names differs between the languages, or is a number or a name."""
    data = SAMPLES[kind](("S1", "S2"))
    english, dutch = set(drawn(kind, data, "en")), set(drawn(kind, data, "nl"))
    same = {text for text in english & dutch if any(c.isalpha() for c in text)}
    allowed = {"S1", "S2", "wants speed", "wants certainty", "A 1", "A 2", "A 3", "A 4"}
    allowed |= {"Register", "Check the file", "Legal opinion", "Decide the fee", "Send the answer", *GUESSES}
    allowed |= {text for text in same if any(text.lstrip("12345 ").rstrip("…") in change for change in CHANGES)}
    assert {text for text in same - allowed if not text.split(" min")[0].replace(".", "").isdigit()} == set()
