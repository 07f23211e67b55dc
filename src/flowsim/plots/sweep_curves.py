"""How a measure answers to what is varied: a curve a combination, with its 95 % band; and wait against load, the elbow.

The elbow is the reason why busy people mean waiting customers: waiting grows with ρ/(1 − ρ) (Kingman 1961; Hopp &
Spearman, Factory Physics, ch. 8).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from flowsim.plots.layout import MARGIN, Entry, Page
from flowsim.plots.scales import scale_x, scale_y
from flowsim.plots.style import INK, STATE_LINES, Style, under_settings
from flowsim.plots.sweep_data import Elbow, Measured, Response, ResponseCurve
from flowsim.plots.words import clean
from flowsim.texts import Texts

_LEFT = MARGIN + 92
_MARKERS, _SIGNS = "os^Dv*", "●■▲◆▼★"


def title_response(data: Response, texts: Texts) -> str:
    """What the picture shows, with the lowest and the highest cell."""
    dots = [dot for curve in data.curves for dot in curve.dots]
    low, high = min(dots, key=lambda d: d.value), max(dots, key=lambda d: d.value)
    return texts.t(
        "{measure}: from {low} to {high}, by {path}",
        measure=data.measure.head(texts),
        low=data.measure.said(low.value, texts),
        high=data.measure.said(high.value, texts),
        path=clean(data.path),
    )


def describe_response(data: Response, texts: Texts) -> str:
    """The values of every curve, for those who cannot see the picture."""
    sentences = []
    for curve in data.curves:
        told = ", ".join(f"{_level(data, dot.x, texts)}: {data.measure.said(dot.value, texts)}" for dot in curve.dots)
        sentences.append(f"{clean(curve.label)}: {told}." if curve.label else f"{told}.")
    return " ".join(sentences)


@under_settings
def draw_response(data: Response, texts: Texts, style: Style | None = None) -> Figure:
    """A curve for each combination of everything else, with a band of 95 %."""
    page = Page(style or Style())
    page.heading(title_response(data, texts), _note(data, texts))
    entries = [Entry(curve.label, STATE_LINES[i]) for i, curve in enumerate(data.curves) if curve.label]
    top = page.top + (page.key(entries, _LEFT, page.top, page.width - MARGIN - _LEFT) + 10 if entries else 0)
    axes = page.axes(_LEFT, top, page.width - MARGIN - 20, page.height - 78)
    xs = [dot.x for curve in data.curves for dot in curve.dots]
    _scale_across(page, axes, data, texts, (min(xs), max(xs)))
    _scale_up(axes, data.measure, data.curves, texts)
    for i, curve in enumerate(data.curves):
        _curve(axes, curve, i, data.numeric)
    page.name_axis(axes, clean(data.path) + (f" ({clean(data.unit)})" if data.unit else ""))
    page.name_side(axes, data.measure.side(texts))
    return page.figure


def _note(data: Response, texts: Texts) -> str:
    note = texts.t("bands: 95% intervals over the runs")
    if data.left_out:
        left = texts.n("{n} other combination is not drawn", "{n} other combinations are not drawn", data.left_out)
        note = f"{note}; {left}"
    return note


def _level(data: Response, x: float, texts: Texts) -> str:
    return f"{texts.short(x)} {data.unit}".strip() if data.numeric else clean(data.levels[int(x)])


def _scale_across(page: Page, axes: Axes, data: Response, texts: Texts, ends: tuple[float, float]) -> None:
    low, high = ends
    space = 0.04 * (high - low) or 0.5
    if data.numeric:
        whole = all(dot.x == round(dot.x) for curve in data.curves for dot in curve.dots)
        scale_x(axes, texts, low - space, high + space, whole=whole)
        return
    axes.set_xlim(-0.5, len(data.levels) - 0.5)
    axes.xaxis.set_major_locator(FixedLocator(list(range(len(data.levels)))))
    box = page.box(axes)
    room = (box[2] - box[0]) / len(data.levels) - 10
    short = [page.fit(level, room, page.style.small)[0] for level in data.levels]
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: short[int(value)] if value in range(len(short)) else "")
    )


def _scale_up(axes: Axes, measure: Measured, curves: Sequence[ResponseCurve], texts: Texts) -> None:
    lows = [dot.low for curve in curves for dot in curve.dots]
    highs = [dot.high for curve in curves for dot in curve.dots]
    low, high = min(lows), max(highs)
    low = 0.0 if low >= 0 and low < 0.6 * high else low - 0.08 * (high - low or abs(high) or 1)
    high += 0.06 * (high - low or 1)
    if measure.unit == "share":
        low, high = max(low, 0.0), min(high, 1.0)
    scale_y(axes, texts, low, high if high > low else low + 1)
    if measure.unit == "share":
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.share(value)))


def _curve(axes: Axes, curve: ResponseCurve, index: int, joined: bool) -> None:
    look = STATE_LINES[index]
    x, y, low, high = (np.array([getattr(d, name) for d in curve.dots]) for name in ("x", "value", "low", "high"))
    if joined:
        axes.fill_between(x, low, high, color=look.color, alpha=0.18, linewidth=0)
    else:
        x = x + 0.06 * (index - 2.5)  # beside each other, so that no interval hides another
        axes.vlines(x, low, high, color=look.color, linewidth=1.6)
    axes.plot(x, y, color=look.color, linestyle=look.dash, linewidth=2.6 if joined else 1.2, marker="o", markersize=6)


# -- the elbow ---------------------------------------------------------------------------------------------------------


def title_elbow(data: Elbow, texts: Texts) -> str:
    """What the picture shows, with the least and the most loaded cell."""
    dots = [dot for state in data.states for dot in state.dots]
    least, most = min(dots, key=lambda d: d.x), max(dots, key=lambda d: d.x)
    return texts.t(
        "{measure}: {low} at a load of {least}, {high} at a load of {most}",
        measure=data.measure.head(texts),
        low=data.measure.said(least.value, texts),
        high=data.measure.said(most.value, texts),
        least=texts.share(least.x),
        most=texts.share(most.x),
    )


def describe_elbow(data: Elbow, texts: Texts) -> str:
    """One sentence a state for those who cannot see the picture."""
    sentences = []
    for state in data.states:
        told = ", ".join(f"{texts.share(d.x)}: {data.measure.said(d.value, texts)}" for d in state.dots)
        sentences.append(
            texts.t("{state}, by the load of the busiest team: {told}.", state=clean(state.label), told=told)
        )
    return " ".join(sentences)


@under_settings
def draw_elbow(data: Elbow, texts: Texts, style: Style | None = None) -> Figure:
    """A dot a cell: how long customers wait against how busy the busiest team is."""
    page = Page(style or Style())
    page.heading(title_elbow(data, texts), texts.t("a dot is a cell; bars: 95% intervals over the runs"))
    entries = [Entry(f"{_SIGNS[i]} {state.label}", STATE_LINES[i]) for i, state in enumerate(data.states)]
    top = page.top + (page.key(entries, _LEFT, page.top, page.width - MARGIN - _LEFT) + 10 if len(entries) > 1 else 0)
    axes = page.axes(_LEFT, top, page.width - MARGIN - 20, page.height - 78)
    xs = [dot.x for state in data.states for dot in state.dots]
    space = 0.05 * (max(xs) - min(xs)) or 0.05
    scale_x(axes, texts, max(0.0, min(xs) - space), max(xs) + space)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.share(value)))
    if max(xs) + space > 1.0:
        axes.axvline(1.0, color=INK, linewidth=1.2, linestyle=(0, (2, 2)))
    _scale_up(axes, data.measure, data.states, texts)
    for i, state in enumerate(data.states):
        look = STATE_LINES[i]
        for dot in state.dots:
            axes.vlines(dot.x, dot.low, dot.high, color=look.color, linewidth=1.4)
        x, y = [d.x for d in state.dots], [d.value for d in state.dots]
        axes.plot(x, y, linestyle="none", marker=_MARKERS[i], color=look.color, markersize=7)
    page.name_axis(axes, texts.t("load: the share of its open time that the busiest team is at work"))
    page.name_side(axes, data.measure.side(texts))
    return page.figure
