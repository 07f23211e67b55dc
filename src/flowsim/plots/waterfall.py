"""What each change of a redesign buys: from the wait before to the wait after, a bar a change, in the file's order."""

from __future__ import annotations

from matplotlib.figure import Figure

from flowsim.plots.data import Waterfall, WaterfallPanel
from flowsim.plots.effect_rows import (
    AXIS,
    COLUMN,
    LESS,
    MORE,
    NAMES,
    WHOLE,
    BarRow,
    digits_for,
    draw_rows,
    heads,
    height_for,
    with_half,
)
from flowsim.plots.layout import MARGIN, Page
from flowsim.plots.scales import scale_x, unit_name
from flowsim.plots.style import Style, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts


def title_waterfall(data: Waterfall, texts: Texts) -> str:
    """What the plot shows: how long a customer waits before and after."""
    first, *others = data.panels
    main = texts.t(
        "{state}: a customer waits {after} instead of {before}",
        state=first.state,
        before=texts.amount(first.begin, data.unit),
        after=texts.amount(first.end, data.unit),
    )
    return with_others(texts, main, [(panel.state, texts.amount(panel.end, data.unit)) for panel in others])


def describe_waterfall(data: Waterfall, texts: Texts) -> str:
    """Every change with what it brings, for those who cannot see the plot."""
    digits = _digits(data)
    told = []
    for panel in data.panels:
        steps = "; ".join(
            texts.t(
                "{change}: {value} (fair share {share})",
                change=bar.name,
                value=with_half(texts, bar.value, bar.ends, digits),
                share=with_half(texts, bar.fair, bar.fair_ends, digits),
            )
            for bar in panel.bars
        )
        told.append(
            texts.t(
                "{state}, {unit}: from {before} to {after}. {steps}.",
                state=panel.state,
                unit=unit_name(data.unit, texts),
                before=texts.number(panel.begin, digits),
                after=texts.number(panel.end, digits),
                steps=steps,
            )
        )
    return " ".join(told)


@under_settings
def draw_waterfall(data: Waterfall, texts: Texts, style: Style | None = None) -> Figure:
    """A panel a state, all on one scale: before, each change on what those before it left, after."""
    rows = sum(len(panel.bars) + 2 for panel in data.panels)
    page = Page(style or Style(height=height_for(rows, len(data.panels))))
    note = texts.t(
        "Each bar adds to those above it, in the order of the file; whiskers are 95% sure. Fair shares do not depend"
        " on the order."
    )
    page.heading(title_waterfall(data, texts), note)
    head = page.line(page.style.body) + 6
    bottom = page.height - AXIS - 12
    pitch = (bottom - page.top - head * len(data.panels) - 10 * (len(data.panels) - 1)) / rows
    right = page.width - MARGIN - 2 * COLUMN
    least, most = _span(data)
    digits, top = _digits(data), page.top
    for number, panel in enumerate(data.panels):
        words = [texts.t("in this order"), texts.t("fair share")]
        heads(page, right, top + head / 2, words)
        if len(data.panels) > 1:
            name = page.fit(panel.state, NAMES, page.style.body, 1, "bold")[0]
            page.put(MARGIN, top + head / 2, name, page.style.body, weight="bold")
        height = pitch * (len(panel.bars) + 2)
        axes = page.axes(MARGIN + NAMES, top + head, right, top + head + height)
        scale_x(axes, texts, least, most, ticks=8)
        draw_rows(page, axes, _rows(panel, texts, digits), 2)
        last = number == len(data.panels) - 1
        axes.tick_params(labelbottom=last)
        if last:
            page.name_axis(axes, texts.t("how long a customer waits, {unit}", unit=unit_name(data.unit, texts)))
        top += head + height + 10
    return page.figure


def _digits(data: Waterfall) -> int:
    return digits_for([x for panel in data.panels for x in (panel.begin, panel.end)])


def _span(data: Waterfall) -> tuple[float, float]:
    """The ends of the axis: all levels and whiskers, and 0."""
    found = [0.0]
    for panel in data.panels:
        level = panel.begin
        found.append(level)
        for bar in panel.bars:
            found += [level + end for end in bar.ends or (bar.value, bar.value)]
            level += bar.value
            found.append(level)
    least, most = min(found), max(found)
    room = 0.03 * ((most - least) or 1.0)
    return least - (room if least < 0 else 0.0), most + room


def _rows(panel: WaterfallPanel, texts: Texts, digits: int) -> list[BarRow]:
    number = texts.number
    rows = [BarRow(panel.before, 0.0, panel.begin, WHOLE, None, (number(panel.begin, digits), ""), bold=True)]
    level = panel.begin
    for place, bar in enumerate(panel.bars, 1):
        ends = None if bar.ends is None else (level + bar.ends[0], level + bar.ends[1])
        cells = (with_half(texts, bar.value, bar.ends, digits), with_half(texts, bar.fair, bar.fair_ends, digits))
        look = LESS if bar.value <= 0 else MORE
        rows.append(BarRow(f"{place} {bar.name}", level, level + bar.value, look, ends, cells))
        level += bar.value
    rows.append(BarRow(panel.state, 0.0, panel.end, WHOLE, None, (number(panel.end, digits), ""), bold=True))
    return rows
