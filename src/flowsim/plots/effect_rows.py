"""Rows of horizontal bars with whiskers: names left, numbers right; what waterfall and tornado share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from flowsim.plots.layout import MARGIN, Page
from flowsim.plots.style import INK, SOFT_INK, Fill
from flowsim.texts import Texts

NAMES = 330.0  # pixels for the names left of the bars
COLUMN = 142.0  # pixels for a column of numbers right of them
AXIS = 54.0  # pixels under the bars for the numbers of the axis and its name

LESS = Fill("#005A9C", None, "#003A66")
MORE = Fill("#F0A32B", "//", "#A86B00")
WHOLE = Fill("#8A8A8A", None, "#555555")
LESS_UNSURE = Fill("#BFD6E8", "\\\\", "#5C86A8")
MORE_UNSURE = Fill("#F8DDB0", "\\\\", "#C79A4B")


@dataclass(frozen=True)
class BarRow:
    """One row: a bar from `begin` to `end`, the whisker, and the cells of the columns of numbers."""

    name: str
    begin: float
    end: float
    look: Fill
    whisker: tuple[float, float] | None
    cells: Sequence[str]
    bold: bool = False


def draw_rows(page: Page, axes: Axes, rows: Sequence[BarRow], columns: int) -> None:
    """The bars of rows in axes whose y runs from 0 at the top, a row each; names and numbers beside them."""
    left, top, right, bottom = page.box(axes)
    pitch = (bottom - top) / len(rows)
    size = page.style.body if pitch >= 21 else page.style.small
    axes.set_ylim(len(rows), 0)
    axes.tick_params(left=False, labelleft=False)
    axes.spines[["left"]].set_visible(False)
    for place, row in enumerate(rows):
        low, high = sorted((row.begin, row.end))
        axes.add_patch(
            Rectangle(
                (low, place + 0.2),
                high - low,
                0.6,
                facecolor=row.look.color,
                edgecolor=row.look.line,
                hatch=row.look.hatch,
                linewidth=0.7,
                zorder=2,
            )
        )
        if row.whisker is not None:
            _whisker(axes, row.whisker, place + 0.5)
        middle = top + (place + 0.5) * pitch
        weight = "bold" if row.bold else "normal"
        lines = 2 if pitch >= 2 * page.line(size) else 1
        names = page.fit(row.name, left - MARGIN - 14, size, lines, weight)
        page.put_lines(left - 12, middle, names, size, ha="right", weight=weight)
        for number, cell in enumerate(row.cells):
            edge = right + (number + 1) * COLUMN - (0 if number + 1 < columns else 4)
            page.put(edge, middle, cell, size, ha="right", weight=weight)


def _whisker(axes: Axes, ends: tuple[float, float], y: float) -> None:
    """An interval: a line with a stroke at either end, over a white one that keeps it visible on any bar."""
    low, high = ends
    for color, width in (("white", 3.4), (INK, 1.5)):
        axes.add_line(Line2D([low, high], [y, y], color=color, linewidth=width, zorder=3))
        for x in ends:
            axes.add_line(Line2D([x, x], [y - 0.14, y + 0.14], color=color, linewidth=width, zorder=3))


def heads(page: Page, right: float, middle: float, words: Sequence[str]) -> None:
    """What the columns of numbers are."""
    size = page.style.small
    for number, word in enumerate(words):
        row = page.fit(word, COLUMN - 8, size)[0]
        edge = right + (number + 1) * COLUMN - (0 if number + 1 < len(words) else 4)
        page.put(edge, middle, row, size, ha="right", color=SOFT_INK)


def height_for(rows: int, headings: int) -> int:
    """Pixels that a page needs for so many rows, at least those of the usual page."""
    return max(720, round(190 + 30 * rows + 34 * headings))


def signed(texts: Texts, value: float, digits: int) -> str:
    """A difference with its sign; 0 has none."""
    size = texts.number(abs(value), digits)
    if size == texts.number(0.0, digits):
        return size
    return f"{'−' if value < 0 else '+'}{size}"


def with_half(texts: Texts, value: float, ends: tuple[float, float] | None, digits: int) -> str:
    """A difference with half the width of its interval."""
    if value == 0 and (ends is None or ends == (0, 0)):
        return texts.number(0.0)
    told = signed(texts, value, digits)
    return told if ends is None else f"{told} ± {texts.number((ends[1] - ends[0]) / 2, digits)}"


def digits_for(values: Sequence[float]) -> int:
    """Decimals with which the largest of these has three figures, two at most."""
    most = max((abs(x) for x in values), default=0.0)
    return 2 if most < 10 else 1 if most < 100 else 0
