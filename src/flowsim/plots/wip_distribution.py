"""How many requests are in the process at once: the share of the time at each number, one panel a state."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from flowsim.plots.data import WipDistribution, WipShares
from flowsim.plots.layout import MARGIN, Entry, Page
from flowsim.plots.scales import scale_x, scale_y
from flowsim.plots.style import INK, STATE_LINES, Style, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts

_LEFT = MARGIN + 84


def title_wip_distribution(data: WipDistribution, texts: Texts) -> str:
    """What the plot shows, with the number not exceeded 95% of the time."""
    first, *others = data.states
    most = texts.short(first.most)
    main = texts.t("95% of the time at most {count} requests are in the process", count=most)
    return with_others(texts, main, [(s.state, texts.short(s.most)) for s in others])


def describe_wip_distribution(data: WipDistribution, texts: Texts) -> str:
    """One sentence a state for those who cannot see the plot."""
    return " ".join(
        texts.t(
            "{state}: on average {count} requests in the process, 95% of the time at most {most}.",
            state=s.state,
            count=texts.short(s.average),
            most=texts.short(s.most),
        )
        for s in data.states
    )


@under_settings
def draw_wip_distribution(data: WipDistribution, texts: Texts, style: Style | None = None) -> Figure:
    """The time-weighted distribution of requests in the process, states one above the other on the same scale."""
    page = Page(style or Style())
    page.heading(title_wip_distribution(data, texts))
    count = len(data.states)
    low = min(float(s.count[0]) for s in data.states)
    high = max(float(s.count[-1]) for s in data.states)
    low, high = (0.0 if low < 0.4 * high else low) - 0.6, high + max(0.6, 0.02 * high)
    head = page.line(page.style.body) + 8
    room = (page.height - 74 - page.top) / count
    for i, state in enumerate(data.states):
        top = page.top + i * room
        _panel_head(page, state, i, texts, top)
        axes = page.axes(_LEFT, top + head, page.width - MARGIN - 10, top + room - 14)
        _panel(axes, state, i, texts, room - head)
        scale_x(axes, texts, low, high, whole=True)
        if i < count - 1:
            axes.tick_params(labelbottom=False)
        else:
            page.name_axis(axes, texts.t("requests in the process at once"))
    middle = (page.top + page.height - 74) / 2
    page.put(
        MARGIN + 6,
        middle,
        texts.t("share of the time"),
        page.style.body,
        ha="center",
        va="center",
        rotation=90,
    )
    return page.figure


def _panel_head(page: Page, state: WipShares, index: int, texts: Texts, top: float) -> None:
    """The state's name and what its two lines mark."""
    size = page.style.body
    middle = top + page.line(size) / 2
    name = page.fit(state.state, 420, size, 1, "bold")[0]
    page.put(_LEFT, middle, name, size, weight="bold", color=STATE_LINES[index].color)
    entries = [
        Entry(texts.t("on average {count}", count=texts.short(state.average)), _mean_line()),
        Entry(texts.t("95% of the time at most {count}", count=texts.short(state.most)), _most_line()),
    ]
    left = _LEFT + max(page.measure(name, size, "bold") + 30, 200)
    page.key(entries, left, top + 1, page.width - MARGIN - left)


def _mean_line() -> Line2D:
    return Line2D([], [], color=INK, linewidth=2.0)


def _most_line() -> Line2D:
    return Line2D([], [], color=INK, linewidth=2.0, linestyle=(0, (2, 1.6)))


def _panel(axes: Axes, state: WipShares, index: int, texts: Texts, height: float) -> None:
    look = STATE_LINES[index]
    edges = np.concatenate([state.count - 0.5, [state.count[-1] + 0.5]])
    percent = 100 * state.share
    axes.stairs(percent, edges, fill=True, color=look.color, alpha=0.3, linewidth=0)
    outline = np.where(percent > 0, percent, np.nan)
    axes.stairs(outline, edges, color=look.color, linewidth=1.5, linestyle=look.dash)
    for value, line in ((state.average, _mean_line()), (state.most, _most_line())):
        axes.axvline(value, color=line.get_color(), linestyle=line.get_linestyle(), linewidth=line.get_linewidth())
    top = max(float(percent.max()) * 1.12, 1e-6)
    scale_y(axes, texts, 0, top, ticks=max(2, int(height / 45)), unit="%")
