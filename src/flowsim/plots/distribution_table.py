"""The numbers under the plot of a distribution: a row a state, and the key of its lines at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.lines import Line2D

from flowsim.plots.data import Distribution
from flowsim.plots.layout import MARGIN, Page
from flowsim.plots.scales import unit_name
from flowsim.plots.style import SOFT_INK, STATE_LINES
from flowsim.texts import Texts

ROW = 25.0  # height of a row in pixels
_NUMBER = 74.0  # least width of a column of numbers
_PROMISE = 138.0  # least width of a column of promises kept


@dataclass(frozen=True)
class _Column:
    """A column of the table: its right edge in pixels, its head (one row or two) and a cell a state."""

    right: float
    head: Sequence[str]
    cells: Sequence[str]
    weight: str


def draw_table(page: Page, data: Distribution, texts: Texts, top: float) -> None:
    """A row of numbers a state: the times within which 50%, 80%, … are done, the mean, and the promises kept."""
    size = page.style.small
    head = page.line(size) * 2
    columns = _columns(page, data, texts)
    first = columns[0].right - _NUMBER + 18 if columns else page.width - MARGIN
    for column in columns:
        rows = ["", column.head[0]] if len(column.head) == 1 else list(column.head)
        for i, row in enumerate(rows):
            y = top + (i + 0.5) * page.line(size)
            page.put(column.right, y, row, size, ha="right", color=SOFT_INK)
    unit = unit_name(data.unit, texts)
    above = {
        "lead_time": texts.t("done within … {unit}:", unit=unit),
        "waiting_time": texts.t("waited at most … {unit}:", unit=unit),
    }[data.measure]
    if columns:
        page.put(first, top + page.line(size) / 2, above, size, color=SOFT_INK)
    y = top + head + 4
    rule = Line2D([MARGIN, page.width - MARGIN], [y, y], color=SOFT_INK, linewidth=0.8, transform=page.pixels)
    page.figure.add_artist(rule)
    for i, curve in enumerate(data.curves):
        middle = y + (i + 0.5) * ROW + 2
        page.swatch(STATE_LINES[i], MARGIN, middle, 44)
        nothing = "" if curve.p.size else texts.t("no request ended")
        room = min(first, page.width - MARGIN - page.measure(nothing, size)) - MARGIN - 70
        name = page.fit(curve.state, room, size, 1, "bold")[0]
        page.put(MARGIN + 54, middle, name, size, weight="bold")
        if nothing:
            start = first if columns else MARGIN + 70 + page.measure(name, size, "bold")
            page.put(start, middle, nothing, size)
            continue
        for column in columns:
            page.put(column.right, middle, column.cells[i], size, ha="right", weight=column.weight)


def _columns(page: Page, data: Distribution, texts: Texts) -> list[_Column]:
    """The columns from left to right, as wide as their heads need, set against the right margin."""
    size = page.style.small
    if not any(curve.p.size for curve in data.curves):
        return []
    columns: list[tuple[float, tuple[str, ...], list[str], str]] = []
    percents = sorted({p for curve in data.curves for p in curve.percentiles})
    if len(data.promises) > 2:  # the names of the states need the room
        percents = [p for p in percents if p in (50, 90, 95)]
    for percent in percents:
        cells = [texts.short(c.percentiles.get(percent, float("nan"))) for c in data.curves]
        columns.append((_NUMBER, (texts.share(percent / 100),), cells, "normal"))
    mean = texts.t("mean")
    cells = [texts.short(c.mean) for c in data.curves]
    columns.append((max(_NUMBER, page.measure(mean, size) + 24), (mean,), cells, "normal"))
    within = texts.t("within promise")
    width = max(_PROMISE, page.measure(within, size) + 20)
    for j, promise in enumerate(data.promises):
        cells = [texts.share(c.within[j]) if c.p.size else "" for c in data.curves]
        columns.append((width, (within, page.fit(promise.label, width - 20, size)[0]), cells, "bold"))
    right = page.width - MARGIN
    placed = []
    for wide, heads, cells, weight in reversed(columns):
        placed.append(_Column(right, heads, cells, weight))
        right -= wide
    return placed[::-1]
