"""Where the words of a figure lie, in pixels: what is off the page and what lies over something else."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from flowsim.plots.style import settings


def words(figure: Figure) -> list[tuple[str, Bbox, Text]]:
    """Every text that is seen: label, extent in pixels, artist. Tick labels count when their tick is in view."""
    with settings():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        seen: list[Text] = list(figure.texts)
        for axes in figure.axes:
            seen += axes.texts
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                for tick in axis.get_major_ticks():
                    if tick.label1.get_visible() and low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                        seen.append(tick.label1)
        return [(t.get_text(), t.get_window_extent(), t) for t in seen if t.get_text() and t.get_visible()]


def off_page(figure: Figure) -> list[str]:
    """Texts that stick out of the figure."""
    width, height = figure.bbox.width, figure.bbox.height
    return [text for text, box, _ in words(figure) if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts of which one lies over the other by more than a pixel."""
    return [
        (one, other)
        for (one, a, _), (other, b, _) in combinations(words(figure), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


def struck(figure: Figure) -> list[str]:
    """Texts inside a plot that a line of it runs through (grid lines do not count)."""
    found = []
    for text, box, artist in words(figure):
        for axes in figure.axes:
            if artist not in figure.texts or not axes.bbox.contains(*box.get_points().mean(axis=0)):
                continue
            for line in axes.get_lines():
                path = line.get_transform().transform(line.get_xydata())
                steps = np.linspace(0, len(path) - 1, 40 * len(path))
                points = np.column_stack([np.interp(steps, np.arange(len(path)), path[:, i]) for i in (0, 1)])
                inside = (points > [box.x0, box.y0]) & (points < [box.x1, box.y1])
                if inside.all(axis=1).any():
                    found.append(text)
    return found
