"""A page in pixels: places for axes, text measured before it is put down, keys that never lie over data.

Pixels count from the top left, as one reads. No layout engine is used: places are computed once, so a figure saved
twice is the same twice, and nothing can slide over something else at drawing time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from flowsim.plots.places import Box
from flowsim.plots.shapes import Floats
from flowsim.plots.style import INK, SOFT_INK, Fill, StateLine, Style
from flowsim.plots.words import clean, wrap

DPI = 100
MARGIN = 34.0


@dataclass(frozen=True)
class Entry:
    """One item of a key: a label with the line or the fill it explains."""

    label: str
    look: StateLine | Fill | Line2D


class Page:
    """A figure and the vertical place reached on it (`top`, pixels from the top edge)."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.figure = Figure(figsize=(style.width / DPI, style.height / DPI), dpi=DPI, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self._renderer: Any = FigureCanvasAgg.get_renderer(self.canvas)  # type: ignore[no-untyped-call]
        self.width, self.height = float(style.width), float(style.height)
        self.top = 22.0
        flip = Affine2D().scale(1 / self.width, -1 / self.height).translate(0, 1)
        self.pixels = flip + self.figure.transFigure

    # text -----------------------------------------------------------------------------------------------------

    def measure(self, text: str, size: float, weight: str = "normal") -> float:
        """Width in pixels of one line of text."""
        font = FontProperties(size=size, weight=weight)
        width, _, _ = self._renderer.get_text_width_height_descent(text, font, ismath=False)
        return float(width)

    @staticmethod
    def line(size: float) -> float:
        """Height in pixels of a line of text with its leading."""
        return size * DPI / 72 * 1.28

    def fit(self, text: str, width: float, size: float, lines: int = 1, weight: str = "normal") -> list[str]:
        """A name made harmless and fitted into `width` pixels on at most `lines` lines."""
        return wrap(clean(text), width, lines, lambda part: self.measure(part, size, weight))

    def put(self, x: float, y: float, text: str, size: float, **look: Any) -> Text:
        """Write one line at (x, y); `y` is the middle of the line unless `va` says otherwise."""
        return self.figure.text(
            x,
            y,
            text,
            transform=self.pixels,
            fontsize=size,
            parse_math=False,
            **{"color": INK, "ha": "left", "va": "center_baseline", **look},
        )

    def put_lines(self, x: float, middle: float, rows: Sequence[str], size: float, **look: Any) -> None:
        """Write several lines, centred vertically around `middle`."""
        step = self.line(size)
        for i, row in enumerate(rows):
            self.put(x, middle + (i - (len(rows) - 1) / 2) * step, row, size, **look)

    def heading(self, title: str, note: str = "") -> None:
        """The title (what is seen, with its numbers) on at most two lines and a note under it; moves `top` on."""
        width = self.width - 2 * MARGIN
        size, rows = self._title_rows(title, width)
        for row in rows:
            self.put(MARGIN, self.top + self.line(size) / 2, row, size, weight="bold")
            self.top += self.line(size)
        if note:
            for row in self.fit(note, width, self.style.body, 2):
                self.put(
                    MARGIN,
                    self.top + self.line(self.style.body) / 2 + 2,
                    row,
                    self.style.body,
                    color=SOFT_INK,
                )
                self.top += self.line(self.style.body)
        self.top += 14

    def _title_rows(self, title: str, width: float) -> tuple[float, list[str]]:
        """The title on one line if slightly smaller letters do it, else on two lines of about equal length."""
        full = self.style.title
        for size in (full, full - 1, full - 2, full - 3):
            if len(self.fit(title, width, size, 2, "bold")) == 1:
                return size, self.fit(title, width, size, 1, "bold")
        size = full
        while size > 14 and len(self.fit(title, width, size, 3, "bold")) > 2:
            size -= 1
        while len(self.fit(title, width - 20, size, 3, "bold")) <= 2:
            width -= 20
        return size, self.fit(title, width, size, 2, "bold")

    def subheading(self, text: str, left: float, width: float, color: str = INK) -> None:
        """A bold line over a panel; does not move `top`."""
        size = self.style.body
        row = self.fit(text, width, size, 1, "bold")[0]
        self.put(left, self.top + self.line(size) / 2, row, size, weight="bold", color=color)

    # axes -----------------------------------------------------------------------------------------------------

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Axes whose data area is exactly this box, with a quiet frame."""
        rect = (
            left / self.width,
            1 - bottom / self.height,
            (right - left) / self.width,
            (bottom - top) / self.height,
        )
        axes = self.figure.add_axes(rect)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(SOFT_INK)
        axes.tick_params(labelsize=self.style.small, colors=INK, color=SOFT_INK, length=4)
        axes.set_axisbelow(True)
        return axes

    def name_axis(self, axes: Axes, text: str) -> None:
        """The name of the x axis, right under its numbers."""
        box = self.box(axes)
        size = self.style.body
        row = self.fit(text, box[2] - box[0], size)[0]
        self.put((box[0] + box[2]) / 2, box[3] + 24 + self.line(size) / 2, row, size, ha="center")

    def name_side(self, axes: Axes, text: str) -> None:
        """The name of the y axis, written upwards left of its numbers."""
        low, high = sorted(axes.get_ylim())
        numbers = axes.yaxis.get_major_formatter().format_ticks([y for y in axes.get_yticks() if low <= y <= high])
        gap = 22 + max((self.measure(number, self.style.small) for number in numbers), default=0.0)
        box = self.box(axes)
        size = self.style.body
        row = self.fit(text, box[3] - box[1], size)[0]
        middle = (box[1] + box[3]) / 2
        self.put(box[0] - gap, middle, row, size, ha="center", va="center", rotation=90)

    def box(self, axes: Axes) -> Box:
        """Where the data area lies, in pixels of the page."""
        place = axes.get_position(original=True)
        left, right = place.x0 * self.width, place.x1 * self.width
        return (left, (1 - place.y1) * self.height, right, (1 - place.y0) * self.height)

    def to_pixels(self, axes: Axes, x: Floats, y: Floats) -> Floats:
        """Points (k, 2) of the page for data points, by the limits as they are now."""
        left, top, right, bottom = self.box(axes)
        (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
        across = left + (x - x0) / (x1 - x0) * (right - left)
        down = bottom - (y - y0) / (y1 - y0) * (bottom - top)
        return cast(Floats, np.column_stack([across, down]))

    # keys -----------------------------------------------------------------------------------------------------

    def swatch(self, look: StateLine | Fill | Line2D, x: float, y: float, width: float = 30) -> None:
        """A sample of a line or a fill, its left end at `x`, its middle at `y`."""
        if isinstance(look, Fill):
            self.figure.add_artist(filled(look, x, y - 7, width, 14, self.pixels))
            return
        style: dict[str, Any] = (
            {"color": look.color, "linestyle": look.dash, "linewidth": 2.6}
            if isinstance(look, StateLine)
            else {
                "color": look.get_color(),
                "linestyle": look.get_linestyle(),
                "linewidth": look.get_linewidth(),
            }
        )
        self.figure.add_artist(Line2D([x, x + width], [y, y], transform=self.pixels, **style))

    def key_rows(self, entries: Sequence[Entry], width: float) -> list[list[tuple[float, Entry, str]]]:
        """How the key breaks into rows: per item its left edge, itself and its fitted label."""
        rows: list[list[tuple[float, Entry, str]]] = [[]]
        x = 0.0
        for entry in entries:
            label = self.fit(entry.label, min(width - 40, 330), self.style.small)[0]
            need = 38 + self.measure(label, self.style.small)
            if rows[-1] and x + need > width:
                rows.append([])
                x = 0.0
            rows[-1].append((x, entry, label))
            x += need + 26
        return rows

    def key(self, entries: Sequence[Entry], left: float, top: float, width: float) -> float:
        """Draw a key in rows from `top`; returns its height in pixels."""
        rows = self.key_rows(entries, width)
        step = self.line(self.style.small) + 3
        for i, row in enumerate(rows):
            for x, entry, label in row:
                self.swatch(entry.look, left + x, top + (i + 0.5) * step)
                self.put(left + x + 38, top + (i + 0.5) * step, label, self.style.small)
        return len(rows) * step


def filled(look: Fill, x: float, y: float, width: float, height: float, transform: Any) -> Rectangle:
    """A hatched rectangle."""
    return Rectangle(
        (x, y),
        width,
        height,
        facecolor=look.color,
        edgecolor=look.line,
        hatch=look.hatch,
        linewidth=0.5,
        transform=transform,
    )
