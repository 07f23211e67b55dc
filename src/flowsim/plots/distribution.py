"""How long a request takes or waits: the share done within a time, the promise, 9 of 10, and the numbers beneath.

The curve is the empirical distribution function, the plot a promise is read from (lean practice: "85% within …").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from flowsim.plots.data import Curve, Distribution
from flowsim.plots.distribution_table import ROW, draw_table
from flowsim.plots.layout import MARGIN, Page
from flowsim.plots.places import Box, clear_of, dense
from flowsim.plots.scales import scale_x, unit_name
from flowsim.plots.shapes import Floats
from flowsim.plots.style import GRID, INK, SOFT_INK, STATE_LINES, Style, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts

_LEFT = MARGIN + 66
_BAND = 44.0


def title_distribution(data: Distribution, texts: Texts) -> str:
    """What the plot shows, with the 90% value of each state."""
    first, *others = data.curves
    rest = [(c.state, texts.short(c.percentiles[90]) if c.p.size else texts.t("no request ended")) for c in others]
    if not first.p.size:
        return with_others(texts, texts.t("{state}: no request ended", state=first.state), rest)
    time = texts.amount(first.percentiles[90], data.unit)
    if data.measure == "lead_time":
        return with_others(texts, texts.t("9 of 10 requests are done within {time}", time=time), rest)
    return with_others(texts, texts.t("9 of 10 requests wait no longer than {time}", time=time), rest)


def describe_distribution(data: Distribution, texts: Texts) -> str:
    """One sentence a state for those who cannot see the plot."""
    sentences = []
    for curve in data.curves:
        if not curve.p.size:
            sentences.append(texts.t("{state}: no request ended.", state=curve.state))
            continue
        sentences.append(
            texts.t(
                "{state}: {measure}, half within {half}, 9 of 10 within {most}, mean {mean}.",
                state=curve.state,
                measure=texts.measure(data.measure),
                half=texts.amount(curve.percentiles[50], data.unit),
                most=texts.amount(curve.percentiles[90], data.unit),
                mean=texts.amount(curve.mean, data.unit),
            )
        )
        for promise, share in zip(data.promises, curve.within, strict=True):
            sentences.append(
                texts.t(
                    "Promise {promise} ({time}): {share} kept.",
                    promise=promise.label,
                    time=texts.amount(promise.value, data.unit),
                    share=texts.share(share),
                )
            )
    return " ".join(sentences)


@under_settings
def draw_distribution(data: Distribution, texts: Texts, style: Style | None = None) -> Figure:
    """The distribution of lead or waiting time of each state. Raises ValueError only for data that are not valid."""
    page = Page(style or Style())
    page.heading(title_distribution(data, texts))
    high, slowest = _reach(data)
    rows = len(data.curves)
    table_top = page.height - 20 - ROW * rows - page.line(page.style.small) * 2 - 6
    right = page.width - MARGIN - 10
    bottom = table_top - 66
    top = _promise_labels(page, data, texts, high, right)
    if data.edges.size and rows <= 3:
        top = _histograms(page, data, top, right, high)
    axes = page.axes(_LEFT, top, right, bottom)
    scale_x(axes, texts, 0, high)
    axes.set_ylim(0, 1.0)
    axes.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 0.9, 1.0]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.share(value)))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    page.name_side(axes, texts.t("share of requests"))
    name = {
        "lead_time": texts.t("lead time, from the customer's request to the answer"),
        "waiting_time": texts.t("waiting time, all the time nobody works on the request"),
    }[data.measure]
    if slowest > high:
        name += texts.t("; the slowest: {time}", time=texts.short(slowest))
    page.name_axis(axes, f"{name} ({unit_name(data.unit, texts)})")
    _curves(page, axes, data, texts, high)
    draw_table(page, data, texts, table_top)
    return page.figure


def _reach(data: Distribution) -> tuple[float, float]:
    """Where the x axis ends, and the slowest request: the last 1% may lie outside, a far promise too."""
    drawn = [curve for curve in data.curves if curve.p.size]
    slowest = max((float(c.value[-1]) for c in drawn), default=0.0)
    most = max((float(c.value[np.searchsorted(c.p, 0.99)]) for c in drawn), default=0.0)
    near = [p.value for p in data.promises if not drawn or p.value <= 1.6 * most]
    end = max([slowest if slowest <= 1.5 * most else most, *near])
    return (end * 1.06 if end > 0 else 1.0), slowest


def _promise_labels(page: Page, data: Distribution, texts: Texts, high: float, right: float) -> float:
    """The promises' labels over the plot, in as many rows as keep them apart; returns where the axes may begin."""
    size = page.style.small
    taken: list[tuple[float, float, int]] = []
    step = page.line(size)
    for promise in sorted(data.promises, key=lambda p: p.value):
        time = texts.amount(promise.value, data.unit)
        label = page.fit(promise.label, 260, size)[0]
        far = promise.value > high
        text = texts.t("promise “{promise}”: {time}", promise=label, time=time) + (" →" if far else "")
        half = page.measure(text, size) / 2
        at = _LEFT + min(promise.value / high, 1.0) * (right - _LEFT)
        middle = min(max(at, _LEFT + half), right - half)
        row = next(r for r in range(9) if all(r != o or abs(middle - m) > half + h + 14 for m, h, o in taken))
        taken.append((middle, half, row))
        y = page.top + (row + 0.5) * step
        page.put(middle, y, text, size, ha="center")
    return page.top + (max((row for *_, row in taken), default=-1) + 1) * step + 6


def _histograms(page: Page, data: Distribution, top: float, right: float, high: float) -> float:
    """One small histogram a state, each on its own height: the shape only."""
    for i, curve in enumerate(data.curves):
        if curve.shares.size and curve.shares.max() > 0:
            axes = page.axes(_LEFT, top, right, top + _BAND)
            axes.set_xlim(0, high)
            axes.set_ylim(0, float(curve.shares.max()) * 1.08)
            axes.spines[["left"]].set_visible(False)
            axes.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
            look = STATE_LINES[i]
            axes.stairs(curve.shares, data.edges, fill=True, color=look.color, alpha=0.25, linewidth=0)
            outline = np.where(curve.shares > 0, curve.shares, np.nan)
            axes.stairs(outline, data.edges, color=look.color, linestyle=look.dash, linewidth=1.2)
            _promise_lines(axes, data, high)
            size = page.style.small
            name = page.fit(curve.state, _LEFT - 26, size, 2, "bold")
            page.put_lines(_LEFT - 10, top + _BAND / 2, name, size, ha="right", weight="bold", color=look.color)
        top += _BAND + 4
    return top + 6


def _promise_lines(axes: Axes, data: Distribution, high: float) -> None:
    for promise in data.promises:
        if promise.value <= high:
            axes.axvline(promise.value, color=INK, linewidth=1.4, zorder=1.5)


def _curves(page: Page, axes: Axes, data: Distribution, texts: Texts, high: float) -> None:
    """Promise lines, curves with their 9-of-10 markers, and each state's name where there is room for it."""
    _promise_lines(axes, data, high)
    axes.axhline(0.9, color=SOFT_INK, linewidth=1.1, linestyle=(0, (2, 2)), zorder=1.4)
    paths: list[Floats] = []
    for i, curve in enumerate(data.curves):
        if not curve.p.size:
            continue
        look = STATE_LINES[i]
        x = np.concatenate([[curve.value[0]], curve.value, [max(high, curve.value[-1])]])
        y = np.concatenate([[0.0], curve.p, [1.0]])
        axes.plot(x, y, color=look.color, linestyle=look.dash, linewidth=2.8, zorder=3, clip_on=True)
        most = curve.percentiles[90]
        axes.plot([most, most], [0, 0.9], color=look.color, linewidth=1.0, linestyle=(0, (1, 2)), zorder=2)
        axes.plot([most], [0.9], "o", color=look.color, markersize=8, zorder=4)
        box = page.box(axes)
        path = page.to_pixels(axes, np.minimum(x, high * 1.02), y)
        paths += [dense(path), dense(page.to_pixels(axes, np.array([most, most]), np.array([0.0, 0.9])))]
    for promise in data.promises:
        if promise.value <= high:
            paths.append(dense(page.to_pixels(axes, np.array([promise.value] * 2), np.array([0.0, 1.0]))))
    box = page.box(axes)
    paths.append(dense(page.to_pixels(axes, np.array([0.0, high]), np.array([0.9, 0.9]))))
    taken: list[Box] = []
    for i, curve in enumerate(data.curves):
        if curve.p.size:
            _direct_label(page, axes, data, curve, i, texts, (paths, taken, box))


def _direct_label(
    page: Page,
    axes: Axes,
    data: Distribution,
    curve: Curve,
    index: int,
    texts: Texts,
    busy: tuple[Sequence[Floats], list[Box], Box],
) -> None:
    """Write the state and its 90% value beside its curve, at the first of several places that is free; else nowhere:
    the table below names every line."""
    paths, taken, bounds = busy
    size = page.style.body
    value = texts.short(curve.percentiles[90])
    rows = [page.fit(curve.state, 220, size, 1, "bold")[0], texts.t("9 of 10: {time}", time=value)]
    width = max(page.measure(row, size, "bold") for row in rows)
    height = page.line(size) * len(rows)
    for gap, p in product((14, 22, 32, 44), (0.82, 0.72, 0.62, 0.52, 0.42, 0.32, 0.22)):
        at = float(np.interp(p, curve.p, curve.value))
        x, y = page.to_pixels(axes, np.array([at]), np.array([p]))[0]
        for left in (x + gap, x - gap - width):
            box = (left - 4, y - height / 2 - 2, left + width + 4, y + height / 2 + 2)
            if clear_of(box, taken, paths, bounds):
                taken.append(box)
                for i, row in enumerate(rows):
                    middle = y + (i - 0.5) * page.line(size)
                    weight = "normal" if i else "bold"
                    page.put(left, middle, row, size, color=STATE_LINES[index].color, weight=weight)
                return
