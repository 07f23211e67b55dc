"""Every plot can be read from the back of a room: nothing off the page, nothing over something else."""

from __future__ import annotations

from itertools import product

import pytest
from extents import off_page, overlaps, struck, words
from sample_plots import NASTY, SAMPLES, STAGES, cumulative_flow, distribution, life_strips

from flowsim.plots import KINDS, Style
from flowsim.plots.layout import Page
from flowsim.plots.places import clear_of, spread
from flowsim.plots.style import (
    PART_FILLS,
    STATE_LINES,
    contrast,
    ink_on,
    luminance,
)
from flowsim.plots.words import clean, wrap
from flowsim.texts import PARTS, Texts

STATES = {
    1: ("current",),
    2: ("current", "future"),
    3: ("huidig", "toekomst", "ideaal"),
}


@pytest.mark.parametrize(("kind", "lang", "count"), list(product(KINDS, ("en", "nl"), STATES)))
def test_words_stay_on_the_page_and_apart(kind: str, lang: str, count: int) -> None:
    figure = KINDS[kind].draw(SAMPLES[kind](STATES[count]), Texts(lang))
    assert off_page(figure) == []
    assert overlaps(figure) == []


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_and_long_names_stay_on_the_page_and_apart(kind: str) -> None:
    figure = KINDS[kind].draw(SAMPLES[kind](NASTY[3:5]), Texts("nl"))
    assert off_page(figure) == []
    assert overlaps(figure) == []


@pytest.mark.parametrize(
    "kind", ["distribution", "ledger", "wip-over-time", "wip-distribution", "cumulative-flow", "warm-up"]
)
def test_six_states_fit(kind: str) -> None:
    figure = KINDS[kind].draw(SAMPLES[kind](tuple(f"state {i}" for i in range(6))), Texts("nl"))
    assert off_page(figure) == []
    assert overlaps(figure) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_smaller_page_still_holds_the_words(kind: str) -> None:
    figure = KINDS[kind].draw(SAMPLES[kind](("current", "future")), Texts("nl"), Style(width=1000, height=640))
    assert off_page(figure) == []
    assert overlaps(figure) == []


def test_many_promises_stages_and_requests_fit() -> None:
    texts = Texts("nl")
    figures = [
        KINDS["distribution"].draw(distribution(classes=NASTY[2:6]), texts),
        KINDS["cumulative-flow"].draw(cumulative_flow(stages=tuple(f"{s} {k}" for s in STAGES for k in "ab")), texts),
        KINDS["cumulative-flow"].draw(cumulative_flow(stages=NASTY), texts),
        KINDS["life-strips"].draw(life_strips(requests=tuple(f"request {i}" for i in range(15))), texts),
        KINDS["life-strips"].draw(life_strips(requests=NASTY), texts),
    ]
    for figure in figures:
        assert off_page(figure) == []
        assert overlaps(figure) == []


def test_no_line_runs_through_a_label_of_the_distribution() -> None:
    for names in STATES.values():
        figure = KINDS["distribution"].draw(distribution(names), Texts("nl"))
        assert struck(figure) == []


def test_the_checks_see_what_is_wrong() -> None:
    page = Page(Style())
    page.put(100, 100, "one text", 12)
    page.put(104, 103, "another text", 12)
    page.put(1270, 300, "over the edge", 12)
    axes = page.axes(200, 400, 600, 700)
    axes.plot([0, 1], [0, 1])
    axes.set_axis_off()
    page.put(380, 550, "under the line", 12)
    assert overlaps(page.figure) == [("one text", "another text")]
    assert off_page(page.figure) == ["over the edge"]
    assert struck(page.figure) == ["under the line"]


@pytest.mark.parametrize("kind", KINDS)
def test_letters_are_large_enough_for_a_projector(kind: str) -> None:
    figure = KINDS[kind].draw(SAMPLES[kind](("current", "future")), Texts("en"))
    assert min(artist.get_fontsize() for *_, artist in words(figure)) >= 10


def test_state_colours_and_labels_contrast_with_their_ground() -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1."""
    assert min(contrast(look.color, "white") for look in STATE_LINES) >= 4.5
    assert min(contrast(fill.color, ink_on(fill.color)) for fill in PART_FILLS.values()) >= 4.5
    assert contrast("white", "black") == pytest.approx(21)


def test_parts_and_states_differ_without_colour() -> None:
    assert list(PART_FILLS) == list(PARTS)
    for one, other in product(PART_FILLS.values(), repeat=2):
        if one is not other and one.hatch == other.hatch:
            assert abs(luminance(one.color) - luminance(other.color)) > 0.08, (one, other)
    assert len({str(look.dash) for look in STATE_LINES}) == len(STATE_LINES)


def test_names_are_wrapped_then_cut() -> None:
    def measure(text: str) -> float:
        return float(len(text))

    assert wrap("Check the file", 20, 2, measure) == ["Check the file"]
    assert wrap("Check the file", 9, 2, measure) == ["Check the", "file"]
    assert wrap("Check the file again", 9, 2, measure) == ["Check the", "file aga…"]
    assert wrap("W" * 30, 10, 2, measure) == ["W" * 10, "W" * 9 + "…"]
    assert wrap("", 10, 2, measure) == [""]


def test_control_and_bidi_characters_are_shown_as_such() -> None:
    assert clean("a\x00b\x1bc\u202ed\ud800e\nf") == "a�b�c�d�e f"
    assert clean("Ünïcode 日本 $\\foo$ </b>") == "Ünïcode 日本 $\\foo$ </b>"


def test_labels_are_spread_and_kept_inside() -> None:
    assert spread([50, 52, 300], 20, 0, 310) == [50, 70, 300]
    assert spread([300, 300], 20, 0, 310) == [280, 300]


def test_a_place_is_clear_only_without_boxes_and_lines() -> None:
    import numpy as np

    bounds = (0.0, 0.0, 100.0, 100.0)
    assert clear_of((10, 10, 20, 20), [], [], bounds)
    assert not clear_of((10, 10, 20, 20), [(15, 15, 30, 30)], [], bounds)
    assert not clear_of((10, 10, 20, 20), [], [np.array([[15.0, 15.0]])], bounds)
    assert not clear_of((90, 10, 110, 20), [], [], bounds)
