"""Cumulative flow: requests that arrived, left each stage and ended. The height of a band is what lies in the stage.

Built only from cumulative counts of arrivals and departures; the horizontal gap between the first and the last
line is about a lead time (Little's law read off a picture).
"""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from flowsim.plots.data import CumulativeFlow, Flow
from flowsim.plots.layout import MARGIN, Entry, Page
from flowsim.plots.scales import scale_x, scale_y
from flowsim.plots.style import HATCHES, INK, STATE_LINES, Fill, Style, ink_on, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts


def title_cumulative_flow(data: CumulativeFlow, texts: Texts) -> str:
    """What the plot shows, with the time average of each state."""
    first, *others = data.flows
    main = texts.t("Arrived but not answered: {count} requests on average", count=texts.short(first.average))
    return with_others(texts, main, [(f.state, texts.short(f.average)) for f in others])


def describe_cumulative_flow(data: CumulativeFlow, texts: Texts) -> str:
    """One sentence a state for those who cannot see the plot."""
    sentences = []
    for flow in data.flows:
        inside = flow.counts[:-1, -1] - flow.counts[1:, -1]
        most = int(np.argmax(inside))
        sentences.append(
            texts.t(
                "{state}: at the end {count} requests are in the process, most of them at {stage} ({most}).",
                state=flow.state,
                count=texts.number(float(inside.sum())),
                stage=data.stages[most],
                most=texts.number(float(inside[most])),
            )
        )
    return " ".join(sentences)


@under_settings
def draw_cumulative_flow(data: CumulativeFlow, texts: Texts, style: Style | None = None) -> Figure:
    """Cumulative flow of each state, panels side by side on the same scales."""
    page = Page(style or Style())
    note = texts.t(
        "Height of a band: requests there at that moment. Sideways between the black lines: how long they stay."
    )
    page.heading(title_cumulative_flow(data, texts), note)
    fills = stage_fills(len(data.stages))
    entries = [Entry(stage, fill) for stage, fill in zip(data.stages, fills, strict=True)]
    key_width = page.width - 2 * MARGIN
    step = page.line(page.style.small) + 3
    key_top = page.height - 16 - step * len(page.key_rows(entries, key_width))
    low = min(float(flow.counts[-1, 0]) for flow in data.flows)
    high = max(float(flow.counts[0, -1]) for flow in data.flows)
    across = min(len(data.flows), 3)
    down = -(-len(data.flows) // across)
    left, gap = MARGIN + 84, 44.0
    width = (page.width - MARGIN - 10 - left - gap * (across - 1)) / across
    room = (key_top - 60 - page.top) / down
    for i, flow in enumerate(data.flows):
        x = left + (i % across) * (width + gap)
        top = page.top + (i // across) * room
        name = page.fit(flow.state, width, page.style.body, 1, "bold")[0]
        page.put(x, top + 10, name, page.style.body, weight="bold", color=STATE_LINES[i].color)
        axes = page.axes(x, top + 26, x + width, top + room - 12)
        scale_x(axes, texts, float(data.days[0]), float(data.days[-1]), ticks=7)
        scale_y(axes, texts, low, max(high, low + 1), whole=True)
        _bands(page, axes, data, flow, fills, texts)
        axes.tick_params(labelleft=i % across == 0, labelbottom=i + across >= len(data.flows))
        if i + across >= len(data.flows):
            page.name_axis(axes, texts.t("days since the start (of 24 hours)"))
    side = texts.t("requests since the start")
    middle = (page.top + 26 + page.top + room * down - 12) / 2
    page.put(MARGIN + 8, middle, side, page.style.body, ha="center", va="center", rotation=90)
    page.key(entries, MARGIN, key_top, key_width)
    return page.figure


def stage_fills(count: int) -> list[Fill]:
    """Fills for `count` stages, light to dark along cividis, neighbours apart by hatch as well."""
    shades = np.linspace(0.95, 0.12, count) if count > 1 else np.array([0.6])
    fills = []
    for i, shade in enumerate(shades):
        color = to_hex(colormaps["cividis"](float(shade)))
        line = to_hex(colormaps["cividis"](max(0.0, float(shade) - 0.3))) if shade > 0.4 else "#A9B4C4"
        fills.append(Fill(color, HATCHES[i % len(HATCHES)], line))
    return fills


def _bands(page: Page, axes: Axes, data: CumulativeFlow, flow: Flow, fills: list[Fill], texts: Texts) -> None:
    for row, fill in enumerate(fills):
        upper, lower = flow.counts[row], flow.counts[row + 1]
        axes.fill_between(
            data.days,
            lower,
            upper,
            facecolor=fill.color,
            edgecolor=fill.line,
            hatch=fill.hatch,
            linewidth=0.0,
        )
        axes.plot(data.days, lower, color="white", linewidth=0.7)
    axes.plot(data.days, flow.counts[0], color=INK, linewidth=2.0)
    axes.plot(data.days, flow.counts[-1], color=INK, linewidth=2.0)
    for row, fill in enumerate(fills):
        _band_label(page, axes, data, flow, row, fill)


def _band_label(page: Page, axes: Axes, data: CumulativeFlow, flow: Flow, row: int, fill: Fill) -> None:
    """The stage's name inside its band, where the band holds the whole label; else only the key names it."""
    size = page.style.small
    upper = page.to_pixels(axes, data.days, flow.counts[row])
    lower = page.to_pixels(axes, data.days, flow.counts[row + 1])
    label = page.fit(data.stages[row], 170, size)[0]
    width, height = page.measure(label, size) + 10, page.line(size)
    best, place = height + 4, None
    box = page.box(axes)
    for x in np.linspace(box[0] + width / 2 + 4, box[2] - width / 2 - 4, 40):
        under = (upper[:, 0] >= x - width / 2 - 4) & (upper[:, 0] <= x + width / 2 + 4)
        if not under.any():
            continue
        top, bottom = float(upper[under, 1].max()), float(lower[under, 1].min())
        if bottom - top > best:
            best, place = bottom - top, (float(x), (top + bottom) / 2)
    if place:
        patch = {"facecolor": fill.color, "edgecolor": "none", "pad": 1.5}
        page.put(*place, label, size, ha="center", color=ink_on(fill.color), bbox=patch)
