"""The life of sampled requests: one strip each, coloured by where its time went, the slowest on top.

The bridge from averages to a customer's story. States share one time scale; a panel whose strips are too short to read
is shown again enlarged, in a frame with its own scale.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from flowsim.plots.data import LifeStrips, Lives, Strip
from flowsim.plots.layout import MARGIN, Page, filled
from flowsim.plots.scales import part_entries, scale_x, time_unit
from flowsim.plots.style import PART_FILLS, SOFT_INK, STATE_LINES, Style, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts

_NAMES = 150.0
_FOOT = 30.0  # pixels for the scale of enlarged strips
_TOTALS = 84.0
_HEAD = 26.0
_EMPTY_ROWS = 2  # room, in strips, for a state without a request


def title_life_strips(data: LifeStrips, texts: Texts) -> str:
    """What the plot shows, with the slowest sampled request of each state."""
    first, *others = data.states
    rest = [(s.state, texts.length(_slowest(s)) if s.strips else texts.t("no request ended")) for s in others]
    if not first.strips:
        return with_others(texts, texts.t("{state}: no request ended", state=first.state), rest)
    main = texts.n(
        "A request as the customer lives it: {time}",
        "{n} requests as the customer lives them: the slowest takes {time}",
        len(first.strips),
        time=texts.length(_slowest(first)),
    )
    return with_others(texts, main, rest)


def describe_life_strips(data: LifeStrips, texts: Texts) -> str:
    """One sentence a state for those who cannot see the plot."""
    sentences = []
    for lives in data.states:
        if not lives.strips:
            sentences.append(texts.t("{state}: no request ended.", state=lives.state))
            continue
        sentences.append(
            texts.t(
                "{state}: from {low} to {high} per request.",
                state=lives.state,
                low=texts.length(min(strip.lead for strip in lives.strips)),
                high=texts.length(_slowest(lives)),
            )
        )
    return " ".join(sentences)


@under_settings
def draw_life_strips(data: LifeStrips, texts: Texts, style: Style | None = None) -> Figure:
    """One strip a request over its elapsed time, states one above the other."""
    page = Page(style or Style())
    page.heading(title_life_strips(data, texts))
    keys = [part for lives in data.states for strip in lives.strips for *_, part in strip.segments]
    entries = part_entries(keys, texts)
    width = page.width - 2 * MARGIN
    step = page.line(page.style.small) + 3
    key_top = page.height - 14 - step * len(page.key_rows(entries, width))
    bottom = key_top - 58
    counts = [max(len(lives.strips), _EMPTY_ROWS) for lives in data.states]
    pitch = min(36.0, (bottom - page.top - (_HEAD + 12) * len(counts)) / sum(counts))
    longest = max((_slowest(lives) for lives in data.states if lives.strips), default=0.0) or 1.0
    divisor, unit = time_unit(longest, texts)
    left, right = MARGIN + _NAMES, page.width - MARGIN - _TOTALS
    top = page.top
    for i, lives in enumerate(data.states):
        page.top = top
        page.subheading(lives.state, MARGIN, width, STATE_LINES[i].color)
        axes = page.axes(left, top + _HEAD, right, top + _HEAD + counts[i] * pitch)
        axes.spines[["left"]].set_visible(False)
        axes.tick_params(left=False, labelleft=False, labelbottom=i == len(counts) - 1)
        scale_x(axes, texts, 0, longest / divisor, ticks=12)
        axes.set_ylim(counts[i] - 0.5, -0.5)
        _panel(page, axes, lives, texts, longest, pitch)
        top += _HEAD + counts[i] * pitch + 12
    page.name_axis(axes, texts.t("time since the request arrived, {unit}", unit=unit))
    page.key(entries, MARGIN, key_top, width)
    return page.figure


def _slowest(lives: Lives) -> float:
    return max(strip.lead for strip in lives.strips)


def _panel(page: Page, axes: Axes, lives: Lives, texts: Texts, longest: float, pitch: float) -> None:
    left, top, right, bottom = page.box(axes)
    size = page.style.small
    if not lives.strips:
        page.put(left + 10, (top + bottom) / 2, texts.t("no request ended"), page.style.body)
        return
    strips = sorted(lives.strips, key=lambda strip: (-strip.lead, strip.name))
    per_pixel = (right - left) / longest
    slowest = strips[0].lead
    enlarge = 0 < slowest < 0.15 * longest and len(strips) * pitch >= 60
    if enlarge:
        pitch = (bottom - top - _FOOT) / len(strips)  # the enlarged strips stand beside theirs, above their own scale
    readable = pitch >= page.line(size) * 0.85
    widest = 0.0
    for i, strip in enumerate(strips):
        middle = top + (i + 0.5) * pitch
        _strip(page, strip, left, middle, pitch * 0.74, per_pixel)
        if readable or i in (0, len(strips) - 1):
            total = texts.length(strip.lead)
            page.put(left + strip.lead * per_pixel + 8, middle, total, size)
            widest = max(widest, page.measure(total, size))
        if readable:
            page.put(left - 10, middle, page.fit(strip.name, _NAMES - 16, size)[0], size, ha="right")
    if enlarge:
        free = left + slowest * per_pixel + widest + 40
        _enlarged(page, strips, texts, (free, top, right, bottom), pitch)


def _strip(page: Page, strip: Strip, left: float, middle: float, height: float, per_pixel: float) -> None:
    for start, end, part in strip.segments:
        if end > start:
            width = (end - start) * per_pixel
            patch = filled(PART_FILLS[part], left + start * per_pixel, middle - height / 2, width, height, page.pixels)
            page.figure.add_artist(patch)


def _enlarged(
    page: Page, strips: Sequence[Strip], texts: Texts, box: tuple[float, float, float, float], pitch: float
) -> None:
    """The same strips on a scale of their own, framed, in the space they leave free."""
    left, top, right, bottom = box
    size = page.style.small
    slowest = strips[0].lead
    divisor, unit = time_unit(slowest, texts)
    rows = [texts.t("enlarged;"), texts.t("scale in {unit}", unit=unit)]
    caption = max(page.measure(row, size) for row in rows) + 26
    page.figure.add_artist(
        Rectangle(
            (left, top - 2),
            right - left,
            bottom - top - 1,
            facecolor="white",
            edgecolor=SOFT_INK,
            linewidth=0.9,
            linestyle=(0, (3, 2)),
            transform=page.pixels,
            zorder=2,
        )
    )
    page.put_lines(left + 12, (top + bottom) / 2, rows, size, color=SOFT_INK)
    axes = page.axes(left + caption, top, right - 16, top + len(strips) * pitch)
    axes.set_zorder(3)
    axes.spines[["left"]].set_visible(False)
    axes.tick_params(left=False, labelleft=False)
    scale_x(axes, texts, 0, slowest / divisor, ticks=8)
    axes.set_ylim(len(strips) - 0.5, -0.5)
    for i, strip in enumerate(strips):
        for start, end, part in strip.segments:
            if end > start:
                look = PART_FILLS[part]
                axes.add_patch(filled(look, start / divisor, i - 0.37, (end - start) / divisor, 0.74, axes.transData))
