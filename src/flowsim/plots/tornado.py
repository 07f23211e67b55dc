"""What would help: every lever as a bar from nothing changed, the largest gain at the top."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from flowsim.plots.data import LeverBar, Tornado
from flowsim.plots.effect_rows import (
    AXIS,
    COLUMN,
    LESS,
    LESS_UNSURE,
    MORE,
    MORE_UNSURE,
    NAMES,
    BarRow,
    digits_for,
    draw_rows,
    heads,
    height_for,
    signed,
    with_half,
)
from flowsim.plots.layout import MARGIN, Entry, Page
from flowsim.plots.scales import scale_x, unit_name
from flowsim.plots.style import INK, Fill, Style, under_settings
from flowsim.texts import Texts


def title_tornado(data: Tornado, texts: Texts) -> str:
    """What the plot shows: the lever that gains most, and how much."""
    best = data.levers[0] if data.levers else None
    now = texts.amount(data.now, data.unit)
    if best is None or best.value >= 0 or not best.sure:
        return texts.t(
            "{state}: a customer waits {now}; nothing that was tried helps for sure", state=data.state, now=now
        )
    return texts.t(
        "{state}: a customer waits {now}; what helps most, {lever}, makes that {after}",
        state=data.state,
        now=now,
        lever=_name(best, texts),
        after=texts.amount(data.now + best.value, data.unit),
    )


def describe_tornado(data: Tornado, texts: Texts) -> str:
    """Every lever with what it does, for those who cannot see the plot."""
    digits = _digits(data)
    told = [f"{_name(bar, texts)}: {with_half(texts, bar.value, bar.ends, digits)}" for bar in data.levers]
    demand = [f"{_name(bar, texts)}: {with_half(texts, bar.value, bar.ends, digits)}" for bar in data.demand]
    return texts.t(
        "Change in how long a customer waits, {unit}: {levers}.",
        unit=unit_name(data.unit, texts),
        levers="; ".join([*told, *demand]),
    )


@under_settings
def draw_tornado(data: Tornado, texts: Texts, style: Style | None = None) -> Figure:
    """The levers by what they gain, and apart from them another demand, on one scale."""
    blocks = [block for block in (data.levers, data.demand) if block]
    rows = sum(map(len, blocks))
    page = Page(style or Style(height=height_for(rows, len(blocks))))
    note = texts.t(
        "Each was tried by itself, with the same requests and the same luck. Whiskers are so wide that all of them"
        " hold at once, 95% sure."
    )
    page.heading(title_tornado(data, texts), note)
    entries = [
        Entry(texts.t("less waiting"), LESS),
        Entry(texts.t("more waiting"), MORE),
        Entry(texts.t("may be chance"), LESS_UNSURE),
    ]
    page.top += page.key(entries, MARGIN, page.top, page.width - 2 * MARGIN) + 6
    head = page.line(page.style.body) + 6
    bottom = page.height - AXIS - 12
    pitch = (bottom - page.top - head * len(blocks) - 10 * (len(blocks) - 1)) / rows
    right = page.width - MARGIN - 2 * COLUMN
    least, most = _span(data)
    digits, top = _digits(data), page.top
    for number, block in enumerate(blocks):
        _heading(page, texts, block is data.demand, top + head / 2, right)
        axes = page.axes(MARGIN + NAMES, top + head, right, top + head + pitch * len(block))
        scale_x(axes, texts, least, most, ticks=8)
        draw_rows(page, axes, [_row(bar, texts, digits) for bar in block], 2)
        _zero(axes, len(block))
        last = number == len(blocks) - 1
        axes.tick_params(labelbottom=last)
        if last:
            page.name_axis(
                axes, texts.t("change in how long a customer waits, {unit}", unit=unit_name(data.unit, texts))
            )
        top += head + pitch * len(block) + 10
    return page.figure


def _heading(page: Page, texts: Texts, demand: bool, middle: float, right: float) -> None:
    """What the rows below are, and what the numbers beside them."""
    words = texts.t("if there were other demand") if demand else texts.t("what if")
    row = page.fit(words, NAMES, page.style.body, 1, "bold")[0]
    page.put(MARGIN, middle, row, page.style.body, weight="bold")
    if not demand:
        heads(page, right, middle, [texts.t("wait"), texts.t("people more")])


def _zero(axes: Axes, rows: int) -> None:
    axes.plot([0, 0], [0, rows], color=INK, linewidth=1.2, zorder=4)


def _row(bar: LeverBar, texts: Texts, digits: int) -> BarRow:
    people = signed(texts, bar.people, 0 if bar.people == round(bar.people) else 1) if bar.people else ""
    cells = (with_half(texts, bar.value, bar.ends, digits), people)
    return BarRow(_name(bar, texts), 0.0, bar.value, _look(bar), bar.ends, cells)


def _look(bar: LeverBar) -> Fill:
    if bar.value <= 0:
        return LESS if bar.sure else LESS_UNSURE
    return MORE if bar.sure else MORE_UNSURE


def _name(bar: LeverBar, texts: Texts) -> str:
    return texts.lever(bar.kind, bar.about)


def _digits(data: Tornado) -> int:
    return digits_for([bar.value for bar in (*data.levers, *data.demand)])


def _span(data: Tornado) -> tuple[float, float]:
    bars: Sequence[LeverBar] = [*data.levers, *data.demand]
    found = [0.0, *(x for bar in bars for x in (bar.value, *(bar.ends or ())))]
    least, most = min(found), max(found)
    room = 0.04 * ((most - least) or 1.0)
    return least - room, most + room
