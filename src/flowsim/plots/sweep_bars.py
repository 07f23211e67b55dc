"""Which input matters most: a tornado of paired differences, the elementary effects of Morris, the shares of Sobol."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from flowsim.plots.layout import MARGIN, Entry, Page
from flowsim.plots.scales import scale_x
from flowsim.plots.style import INK, PART_FILLS, Fill, Style, under_settings
from flowsim.plots.sweep_data import Bar, Bars
from flowsim.plots.words import clean
from flowsim.texts import Texts

_LABELS = 380.0
_FIRST = Fill("#005A9C", None, "#003A66")
_SECOND = Fill("#F0A32B", "//", "#A86B00")


def title_bars(data: Bars, texts: Texts) -> str:
    """What the picture shows: the input that matters most."""
    first = data.bars[0]
    measure, name = data.measure.head(texts), clean(first.label)
    if data.kind == "one-at-a-time":
        sign = "−" if first.value < 0 else "+"
        change = f"{sign}{data.measure.said(abs(first.value), texts)}"
        return texts.t("{measure}: {name} changes it most, by {change}", measure=measure, name=name, change=change)
    return texts.t("{measure}: {name} matters most", measure=measure, name=name)


def describe_bars(data: Bars, texts: Texts) -> str:
    """Every bar in words, and how much of it is noise."""
    told = [
        f"{clean(bar.label)}: {' – '.join(_value(data, x, texts) for x in (bar.low, bar.high))}" for bar in data.bars
    ]
    return f"{clean(data.state)}. {'; '.join(told)}. {_note(data, texts)}"


@under_settings
def draw_bars(data: Bars, texts: Texts, style: Style | None = None) -> Figure:
    """A bar an input, the one that matters most on top, each with its 95 % interval."""
    page = Page(style or Style())
    page.heading(title_bars(data, texts), _note(data, texts))
    top = page.top
    if data.kind != "one-at-a-time":
        names = (
            (texts.t("mean size of its effect (μ*)"), texts.t("how much that differs from place to place (σ)"))
            if data.kind == "morris"
            else (texts.t("alone (S1)"), texts.t("with all it does together with others (ST)"))
        )
        entries = [Entry(names[0], _FIRST), Entry(names[1], _SECOND)]
        top += page.key(entries, MARGIN, top, page.width - 2 * MARGIN) + 8
    left = MARGIN + _LABELS
    axes = page.axes(left, top, page.width - MARGIN - 20, page.height - 78)
    low, high = _reach(data)
    scale_x(axes, texts, low, high)
    if data.kind == "sobol" or data.measure.unit == "share":
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(value, texts)))
    axes.set_ylim(len(data.bars) - 0.4, -0.6)
    axes.yaxis.set_visible(False)
    axes.spines[["left"]].set_visible(False)
    axes.axvline(0, color=INK, linewidth=1.2)
    box = page.box(axes)
    step = (box[3] - box[1]) / (len(data.bars) + 0.2)
    for i, bar in enumerate(data.bars):
        _bar(axes, data, bar, i)
        rows = page.fit(bar.label, _LABELS - 16, page.style.body, 2 if step > 40 else 1)
        page.put_lines(left - 12, box[1] + (i + 0.6) * step, rows, page.style.body, ha="right")
    page.name_axis(axes, _axis(data, texts))
    return page.figure


def _bar(axes: Axes, data: Bars, bar: Bar, row: int) -> None:
    two = bar.second is not None
    height = 0.34 if two else 0.6
    at = row - height / 2 - 0.02 if two else float(row)
    falls = data.kind == "one-at-a-time" and bar.value < 0
    fill = PART_FILLS["work_necessary"] if falls else _FIRST
    axes.barh(at, bar.value, height=height, color=fill.color, hatch=fill.hatch, edgecolor=fill.line, linewidth=0.8)
    axes.hlines(at, bar.low, bar.high, color=INK, linewidth=1.6)
    if bar.second is not None:
        below = row + height / 2 + 0.02
        axes.barh(
            below,
            bar.second,
            height=height,
            linewidth=0.8,
            color=_SECOND.color,
            hatch=_SECOND.hatch,
            edgecolor=_SECOND.line,
        )
        if bar.second_high > bar.second_low:
            axes.hlines(below, bar.second_low, bar.second_high, color=INK, linewidth=1.6)


def _reach(data: Bars) -> tuple[float, float]:
    ends = [
        e
        for bar in data.bars
        for e in (bar.low, bar.high, bar.value, bar.second or 0.0, bar.second_low, bar.second_high)
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    space = 0.05 * (high - low) or 1.0
    return (low - space if low < 0 else 0.0), high + space


def _value(data: Bars, value: float, texts: Texts) -> str:
    return _percent(value, texts) if data.kind == "sobol" else _signed(data, value, texts)


def _signed(data: Bars, value: float, texts: Texts) -> str:
    text = data.measure.said(abs(value), texts)
    return f"−{text}" if value < 0 else text


def _percent(value: float, texts: Texts) -> str:
    return f"−{texts.share(-value)}" if value < 0 else texts.share(value)


def _axis(data: Bars, texts: Texts) -> str:
    if data.kind == "one-at-a-time":
        return texts.t("change of: {measure}", measure=data.measure.axis(texts))
    if data.kind == "morris":
        return texts.t("effect on: {measure}", measure=data.measure.axis(texts))
    return texts.t("share of the variance of: {measure}", measure=data.measure.label(texts))


def _note(data: Bars, texts: Texts) -> str:
    parts = [texts.t("state {state}; lines: 95% intervals", state=clean(data.state))]
    if data.kind == "one-at-a-time":
        base = data.measure.said(data.base, texts)
        parts.append(texts.t("one input at a time, all else as the file says ({base})", base=base))
    elif data.noise is not None:
        parts.append(
            texts.t("{share} of the variance between points is noise of the runs", share=texts.share(data.noise))
        )
    else:
        parts.append(texts.t("how much is noise cannot be told from one run a point"))
    if data.left_out:
        parts.append(texts.n("{n} smaller one is not drawn", "{n} smaller ones are not drawn", data.left_out))
    return "; ".join(parts)
