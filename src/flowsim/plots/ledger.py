"""Where the time goes: the ledger of an average request (semantics §4), one bar a state on the same scale.

The parts add up to the lead time, so the bar is the customer's wait cut into its causes. A second panel leaves out the
time nobody was there, because nights and weekends otherwise drown the rest; a bar too short to read is shown
again enlarged, in a frame that says how many times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from flowsim.plots.data import LedgerBar, LedgerBars
from flowsim.plots.layout import MARGIN, Page, filled
from flowsim.plots.scales import scale_x, time_unit
from flowsim.plots.style import INK, PART_FILLS, SOFT_INK, STATE_LINES, Style, ink_on, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import PARTS, Texts

_NAMES = 178.0  # pixels for the state names left of the bars
_TOTALS = 112.0  # pixels for the totals right of them
_ROW = 21.0
_GAP = 40.0  # pixels between two blocks of the table
_NUMBERS = 130.0  # pixels that time and share of one state need; with less, only the time is shown
_AXIS = 50.0  # pixels under a panel for its numbers and its unit


@dataclass(frozen=True)
class _Panel:
    """Which parts a panel shows and what it is called."""

    heading: str
    parts: Sequence[str]

    def total(self, bar: LedgerBar) -> float:
        return sum(bar.minutes.get(key, 0.0) for key in self.parts)


def title_ledger(data: LedgerBars, texts: Texts) -> str:
    """What the plot shows, with lead time and time at work of each state."""
    first, *others = data.bars
    rest = []
    for bar in others:
        pair = texts.t("{total}, work {work}", total=texts.length(bar.total), work=texts.length(bar.at_work))
        rest.append((bar.state, pair if bar.total else texts.t("no request ended")))
    if not first.total:
        return with_others(texts, texts.t("{state}: no request ended", state=first.state), rest)
    main = texts.t(
        "A request takes {total}; somebody works on it for {work}",
        total=texts.length(first.total),
        work=texts.length(first.at_work),
    )
    return with_others(texts, main, rest)


def describe_ledger(data: LedgerBars, texts: Texts) -> str:
    """Every part of every state in words, for those who cannot see the plot."""
    sentences = []
    for bar in data.bars:
        if not bar.total:
            sentences.append(texts.t("{state}: no request ended.", state=bar.state))
            continue
        parts = ", ".join(
            f"{texts.part(key)} {texts.length(bar.minutes[key])}" for key in PARTS if bar.minutes.get(key, 0.0) > 0
        )
        total = texts.length(bar.total)
        sentences.append(texts.t("{state}: {total} in all: {parts}.", state=bar.state, total=total, parts=parts))
    return " ".join(sentences)


@under_settings
def draw_ledger(data: LedgerBars, texts: Texts, style: Style | None = None) -> Figure:
    """Stacked bars of the ledger with a table of its parts as the key."""
    page = Page(style or Style())
    page.heading(title_ledger(data, texts))
    parts = [key for key in PARTS if any(bar.minutes.get(key, 0.0) > 0 for bar in data.bars)]
    panels = _panels(data, parts, texts)
    blocks = 2 if len(parts) > 4 and _numbers_width(page, data, 2) >= _NUMBERS else 1
    rows = -(-len(parts) // blocks)
    table_top = page.height - 16 - _ROW * rows - page.line(page.style.small) - 6
    room = (table_top - 18 - page.top) / len(panels)
    if len(panels) > 1 and (room - _AXIS - 30) / len(data.bars) < 24:  # too many states for two panels
        panels, room = panels[:1], room * 2
    for i, panel in enumerate(panels):
        _draw_panel(page, data, panel, texts, (page.top + i * room, page.top + (i + 1) * room), i == len(panels) - 1)
    _table(page, data, parts, texts, table_top, blocks)
    return page.figure


def _panels(data: LedgerBars, parts: Sequence[str], texts: Texts) -> list[_Panel]:
    every = _Panel(texts.t("All the time that passes, nights and weekends too"), parts)
    open_only = _Panel(
        texts.t("The same without the last part; batches, transit and answers still last through nights"),
        [key for key in parts if key != "closed"],
    )
    longest = max(data.bars, key=lambda bar: bar.total)
    dominates = longest.minutes.get("closed", 0.0) > 0.25 * longest.total
    if data.panels == "both" or (data.panels == "auto" and dominates):
        return [every, open_only]
    return [open_only if data.panels == "open" else every]


def _draw_panel(
    page: Page, data: LedgerBars, panel: _Panel, texts: Texts, rows: tuple[float, float], last: bool
) -> None:
    """One panel between two heights of the page."""
    left, right = MARGIN + _NAMES, page.width - MARGIN - _TOTALS
    page.put(MARGIN, rows[0] + 11, page.fit(panel.heading, right - MARGIN, page.style.body)[0], page.style.body)
    top, bottom = rows[0] + 28, rows[1] - _AXIS
    axes = page.axes(left, top, right, bottom)
    axes.spines[["left"]].set_visible(False)
    longest = max(panel.total(bar) for bar in data.bars)
    divisor, unit = time_unit(longest, texts)
    scale_x(axes, texts, 0, longest / divisor if longest else 1.0, ticks=10)
    axes.set_ylim(len(data.bars) - 0.5, -0.5)
    axes.tick_params(left=False, labelleft=False)
    page.name_axis(axes, texts.t("time per request, {unit}", unit=unit))
    pitch = (bottom - top) / len(data.bars)
    size = page.style.body
    for i, bar in enumerate(data.bars):
        middle = top + (i + 0.5) * pitch
        lines = 2 if pitch > 2 * page.line(size) else 1
        names = page.fit(bar.state, _NAMES - 14, size, lines, "bold")
        page.put_lines(left - 12, middle, names, size, ha="right", weight="bold", color=STATE_LINES[i].color)
        if not bar.total:
            page.put(left + 10, middle, texts.t("no request ended"), size)
            continue
        height = min(pitch * 0.78, 54.0)
        per_pixel = (right - left) / (longest / divisor) / divisor
        end = _segments(page, bar, panel.parts, texts, (left, middle, height), per_pixel)
        total = texts.length(panel.total(bar))
        page.put(end + 10, middle, total, size, weight="bold")
        free = end + 10 + page.measure(total, size, "bold") + 26
        if last and panel.total(bar) < 0.12 * longest:
            _enlarged(page, bar, panel, texts, (free, right, middle, min(height, pitch - 10)), per_pixel)


def _segments(
    page: Page,
    bar: LedgerBar,
    parts: Sequence[str],
    texts: Texts,
    place: tuple[float, float, float],
    per_pixel: float,
) -> float:
    """Draw a bar from (left, middle) with its labels where they fit; returns its right end in pixels."""
    x, middle, height = place
    whole = sum(bar.minutes.get(key, 0.0) for key in parts)
    for key in parts:
        width = bar.minutes.get(key, 0.0) * per_pixel
        if width <= 0:
            continue
        look = PART_FILLS[key]
        page.figure.add_artist(filled(look, x, middle - height / 2, width, height, page.pixels))
        _segment_label(page, key, bar.minutes[key], whole, texts, (x, middle, width, height))
        x += width
    return x


def _segment_label(
    page: Page, key: str, minutes: float, whole: float, texts: Texts, box: tuple[float, float, float, float]
) -> None:
    """Name, time and share on the segment; less where less fits, nothing where nothing does."""
    x, middle, width, height = box
    size, look = page.style.small, PART_FILLS[key]
    numbers = f"{texts.length(minutes)} · {texts.share(minutes / whole)}"
    room = width - 16
    step = page.line(size)
    for rows in ([texts.part(key), numbers], [numbers], [texts.share(minutes / whole)]):
        if step * len(rows) <= height + 1 and max(page.measure(row, size) for row in rows) <= room:
            patch = {"facecolor": look.color, "edgecolor": "none", "pad": 1.5}
            page.put_lines(
                x + width / 2,
                middle,
                rows,
                size,
                ha="center",
                color=ink_on(look.color),
                bbox=patch if look.hatch else None,
            )
            return


def _enlarged(
    page: Page,
    bar: LedgerBar,
    panel: _Panel,
    texts: Texts,
    place: tuple[float, float, float, float],
    per_pixel: float,
) -> None:
    """The same bar again on a larger scale, framed and marked with how many times, in the space it leaves free."""
    left, right, middle, height = place
    size = page.style.small
    total = panel.total(bar)
    times = 0.0
    caption = ""
    for candidate in (100, 50, 40, 30, 25, 20, 15, 10, 8, 6, 5, 4, 3, 2):
        caption = texts.t("enlarged {n} times", n=texts.number(candidate))
        start = left + 24 + page.measure(caption, size)
        if start + total * per_pixel * candidate <= right - 10:
            times = candidate
            break
    if not times:
        return
    width = total * per_pixel * times
    frame = FancyBboxPatch(
        (left, middle - height / 2 - 4),
        start - left + width + 10,
        height + 8,
        boxstyle="square,pad=0",
        facecolor="white",
        edgecolor=SOFT_INK,
        linewidth=0.9,
        linestyle=(0, (3, 2)),
        transform=page.pixels,
    )
    page.figure.add_artist(frame)
    page.put(left + 12, middle, caption, size, color=SOFT_INK)
    _segments(page, bar, panel.parts, texts, (start, middle, height), per_pixel * times)


def _block_width(page: Page, blocks: int) -> float:
    return (page.width - 2 * MARGIN - _GAP * (blocks - 1)) / blocks


def _numbers_width(page: Page, data: LedgerBars, blocks: int) -> float:
    """Pixels for the numbers of one state when the names of the parts have had their room."""
    return min(150.0, (_block_width(page, blocks) - 300) / len(data.bars))


def _table(page: Page, data: LedgerBars, parts: Sequence[str], texts: Texts, top: float, blocks: int) -> None:
    """The key: each part with its time and its share per state, in one or two blocks."""
    size = page.style.small
    rows = -(-len(parts) // blocks) if parts else 0
    width = _block_width(page, blocks)
    numbers = _numbers_width(page, data, blocks)
    head = page.line(size)
    for block in range(blocks):
        left = MARGIN + block * (width + _GAP)
        edge = left + width
        for i, bar in enumerate(data.bars):
            x = edge - numbers * (len(data.bars) - 1 - i)
            name = page.fit(bar.state, numbers - 12, size, 1, "bold")[0]
            page.put(x, top + head / 2, name, size, ha="right", weight="bold", color=STATE_LINES[i].color)
        y = top + head + 3
        page.figure.add_artist(Line2D([left, edge], [y, y], color=SOFT_INK, linewidth=0.8, transform=page.pixels))
        for j, key in enumerate(parts[block * rows : (block + 1) * rows]):
            middle = y + (j + 0.5) * _ROW + 3
            page.swatch(PART_FILLS[key], left, middle)
            label = page.fit(texts.part(key), width - numbers * len(data.bars) - 44, size)[0]
            page.put(left + 40, middle, label, size, color=INK)
            for i, bar in enumerate(data.bars):
                x = edge - numbers * (len(data.bars) - 1 - i)
                minutes = bar.minutes.get(key, 0.0)
                if not minutes:
                    page.put(x, middle, "–", size, ha="right", color=SOFT_INK)
                    continue
                if numbers < _NUMBERS:
                    page.put(x, middle, texts.length(minutes), size, ha="right")
                    continue
                page.put(x - 54, middle, texts.length(minutes), size, ha="right")
                page.put(x, middle, texts.share(minutes / bar.total), size, ha="right")
