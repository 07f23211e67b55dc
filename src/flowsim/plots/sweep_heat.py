"""A measure over two inputs as a heat map: colour to see the shape, the number in each cell to read it."""

from __future__ import annotations

import matplotlib
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from flowsim.plots.layout import MARGIN, Page
from flowsim.plots.style import GRID, Style, ink_on, under_settings
from flowsim.plots.sweep_data import HeatMap
from flowsim.plots.words import clean
from flowsim.texts import Texts

_LEFT = MARGIN + 190


def title_heat_map(data: HeatMap, texts: Texts) -> str:
    """What the picture shows, with the lowest and the highest cell."""
    values = [value for row in data.values for value in row if value is not None]
    return texts.t(
        "{measure}: from {low} to {high}",
        measure=data.measure.head(texts),
        low=data.measure.said(min(values), texts),
        high=data.measure.said(max(values), texts),
    )


def describe_heat_map(data: HeatMap, texts: Texts) -> str:
    """Every cell in words, row by row."""
    rows = []
    for name, values in zip(data.rows, data.values, strict=True):
        told = [
            f"{clean(column)}: {data.measure.said(value, texts) if value is not None else '–'}"
            for column, value in zip(data.columns, values, strict=True)
        ]
        rows.append(f"{clean(name)}: {', '.join(told)}.")
    across = texts.t(
        "{state}: {rows} down, {columns} across.",
        state=clean(data.state),
        rows=clean(data.row_path),
        columns=clean(data.column_path),
    )
    return " ".join([across, *rows])


@under_settings
def draw_heat_map(data: HeatMap, texts: Texts, style: Style | None = None) -> Figure:
    """A cell for each pair of levels, in cividis, with its value and half the width of its interval."""
    page = Page(style or Style())
    note = texts.t("state {state}; ±: half the width of the 95% interval over the runs", state=clean(data.state))
    page.heading(title_heat_map(data, texts), f"{note}; {clean(data.fixed)}" if data.fixed else note)
    top, bottom, right = page.top + 6, page.height - 84.0, page.width - MARGIN
    wide, high = (right - _LEFT) / len(data.columns), (bottom - top) / len(data.rows)
    values = [value for row in data.values for value in row if value is not None]
    low, span = min(values), (max(values) - min(values)) or 1.0
    colours = matplotlib.colormaps["cividis"]
    for i, row in enumerate(data.values):
        for j, value in enumerate(row):
            x, y = _LEFT + j * wide, top + i * high
            colour = "#FFFFFF" if value is None else to_hex(colours((value - low) / span))
            edge = GRID if value is None else "white"
            square = Rectangle(
                (x, y), wide, high, linewidth=1.0, transform=page.pixels, facecolor=colour, edgecolor=edge
            )
            page.figure.add_artist(square)
            _number(page, data, texts, (i, j), (x + wide / 2, y + high / 2), (wide, high), ink_on(colour))
    size = page.style.small
    for i, name in enumerate(data.rows):
        fitted = page.fit(name, 150, size, 2 if high > 34 else 1)
        page.put_lines(_LEFT - 10, top + (i + 0.5) * high, fitted, size, ha="right")
    for j, name in enumerate(data.columns):
        page.put(_LEFT + (j + 0.5) * wide, bottom + 16, page.fit(name, wide - 6, size)[0], size, ha="center")
    body = page.style.body
    across = page.fit(data.column_path, right - _LEFT, body)[0]
    page.put((_LEFT + right) / 2, bottom + 44, across, body, ha="center")
    down = page.fit(data.row_path, bottom - top, body)[0]
    page.put(MARGIN + 6, (top + bottom) / 2, down, body, ha="center", va="center", rotation=90)
    return page.figure


def _number(
    page: Page,
    data: HeatMap,
    texts: Texts,
    at: tuple[int, int],
    middle: tuple[float, float],
    room: tuple[float, float],
    ink: str,
) -> None:
    """The value of a cell, and its interval where there is room for it; nothing where not even the value fits."""
    value, half = data.values[at[0]][at[1]], data.halves[at[0]][at[1]]
    share = data.measure.unit == "share"
    text = "–" if value is None else (texts.share(value) if share else texts.short(value))
    rows = [text]
    if value is not None and half is not None:
        rows.append(f"± {texts.number(100 * half, 1) if share else _as_exact(half, text, texts)}")
    for size, lines in (
        (page.style.body + 1, rows),
        (page.style.small, rows),
        (page.style.small, rows[:1]),
        (8.0, rows[:1]),
    ):
        if max(page.measure(line, size) for line in lines) <= room[0] - 4 and page.line(size) * len(lines) <= room[1]:
            page.put_lines(middle[0], middle[1], lines, size, ha="center", color=ink)
            return


def _as_exact(half: float, value: str, texts: Texts) -> str:
    """Half a width with as many decimals as the value has; more where it would else read 0."""
    decimals = len(value.replace(",", ".").partition(".")[2])
    more = (texts.number(half, places) for places in range(decimals, decimals + 6))
    return next((text for text in more if any(c in "123456789" for c in text)), texts.short(half))
