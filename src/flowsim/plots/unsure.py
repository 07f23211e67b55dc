"""Which of the values that are not known matter: the share of the whole that each accounts for, state by state."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from flowsim.plots.data_unsure import Doubt, Doubts, Unsure
from flowsim.plots.layout import MARGIN, Entry, Page, filled
from flowsim.plots.scales import scale_x
from flowsim.plots.style import HATCHES, INK, SOFT_INK, STATE_LINES, Fill, Style, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts

_NAMES = 330.0
_FOOT = 62.0
MOST_ROWS = 14


def title_unsure(data: Unsure, texts: Texts) -> str:
    """What to measure first, with its share; that of the other states between brackets."""
    told = [(state, _first(state)) for state in data.states]
    (_, best), *others = [(state, first) for state, first in told if first is not None] or told
    if best is None:
        return texts.t("What is not known matters only together")
    main = texts.t(
        "Measure {name} first: {share} of what is not known about how long a customer waits",
        name=best.name,
        share=texts.share(best.share),
    )
    rest = [(s.state, f"{first.name} {texts.share(first.share)}") for s, first in others if first is not None]
    return with_others(texts, main, rest)


def describe_unsure(data: Unsure, texts: Texts) -> str:
    """One sentence a state for those who cannot see the plot."""
    sentences = []
    for state in data.states:
        if not state.doubts:
            sentences.append(texts.t("{state}: what is not known does not show above luck.", state=state.state))
            continue
        parts = ", ".join(f"{_name(doubt.name, texts)} {texts.share(doubt.share)}" for doubt in state.doubts)
        sentences.append(f"{_heading(state, texts)} {parts}.")
    return " ".join(sentences)


@under_settings
def draw_unsure(data: Unsure, texts: Texts, style: Style | None = None) -> Figure:
    """A bar for each value and state, with the interval of its share."""
    page = Page(style or Style())
    page.heading(title_unsure(data, texts), "; ".join(_heading(state, texts) for state in data.states))
    if len(data.states) > 1:
        page.top += page.key([Entry(s.state, _fill(i)) for i, s in enumerate(data.states)], *_key_place(page))
    page.top += 14
    names = data.names if len(data.names) <= MOST_ROWS else [*data.names[: MOST_ROWS - 1], ""]
    axes = page.axes(MARGIN + _NAMES, page.top, page.width - MARGIN - 60, page.height - _FOOT)
    axes.spines[["left"]].set_visible(False)
    scale_x(axes, texts, 0, 100, ticks=10, whole=True)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(left=False, labelleft=False)
    page.name_axis(axes, texts.t("share of what is not known about how long a customer waits, %; lines: 95% sure"))
    for row, name in enumerate(names):
        _row(page, axes, data, texts, row, name)
    return page.figure


def _key_place(page: Page) -> tuple[float, float, float]:
    return MARGIN, page.top, page.width - 2 * MARGIN


def _heading(state: Doubts, texts: Texts) -> str:
    return texts.t(
        "{state}: {part} not knowing, {rest} luck",
        state=state.state,
        part=texts.share(state.part),
        rest=texts.share(1 - state.part),
    )


def _name(name: str, texts: Texts) -> str:
    return name or texts.t("several together")


def _fill(index: int) -> Fill:
    return Fill(STATE_LINES[index].color, HATCHES[index], "white")


def _first(state: Doubts) -> Doubt | None:
    """The largest of the values by themselves."""
    return max((doubt for doubt in state.doubts if doubt.name), key=lambda doubt: doubt.share, default=None)


def _row(page: Page, axes: Axes, data: Unsure, texts: Texts, row: int, name: str) -> None:
    """The bars of one value."""
    left, top, right, bottom = page.box(axes)
    pitch = (bottom - top) / (-axes.get_ylim()[1] + axes.get_ylim()[0])
    middle = top + (row + 0.5) * pitch
    size = page.style.body
    lines = page.fit(_name(name, texts), _NAMES - 16, size, 2 if pitch > 2 * page.line(size) else 1)
    page.put_lines(left - 12, middle, lines, size, ha="right", color=INK if name else SOFT_INK)
    each = min(pitch * 0.8 / len(data.states), 30.0)
    for index, state in enumerate(data.states):
        doubt = next((one for one in state.doubts if one.name == name), None)
        if doubt is None:
            continue
        at = middle + (index - (len(data.states) - 1) / 2) * each
        wide = right - left
        page.figure.add_artist(
            filled(_fill(index), left, at - each * 0.42, doubt.share * wide, each * 0.84, page.pixels)
        )
        ends = [left + doubt.low * wide, left + doubt.high * wide]
        for color, width in (("white", 4.2), (INK, 1.8)):
            line = Line2D(ends, [at, at], transform=page.pixels, color=color, linewidth=width)
            page.figure.add_artist(line)
        page.put(max(ends[1], left + doubt.share * wide) + 8, at, texts.share(doubt.share), page.style.small)
