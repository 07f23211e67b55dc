"""How many requests are in the process over time: the mean of the runs, their band, and one run if given."""

from __future__ import annotations

from matplotlib.figure import Figure

from flowsim.plots.data import WipOverTime
from flowsim.plots.layout import MARGIN, Page
from flowsim.plots.places import spread
from flowsim.plots.scales import scale_x, scale_y
from flowsim.plots.style import SOFT_INK, STATE_LINES, Style, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts

_LABELS = 210.0  # pixels right of the axes for the names of the lines


def title_wip_over_time(data: WipOverTime, texts: Texts) -> str:
    """What the plot shows, with the time average of each state."""
    first, *others = data.curves
    main = texts.t("On average {count} requests are in the process", count=texts.short(first.average))
    return with_others(texts, main, [(c.state, texts.short(c.average)) for c in others])


def describe_wip_over_time(data: WipOverTime, texts: Texts) -> str:
    """One sentence a state for those who cannot see the plot."""
    counted = data.days >= min(data.warm_up, float(data.days[-1]))
    sentences = [
        texts.t(
            "{state}: on average {count} requests in the process, between {low} and {high}.",
            state=c.state,
            count=texts.short(c.average),
            low=texts.short(float(c.low[counted].min())),
            high=texts.short(float(c.high[counted].max())),
        )
        for c in data.curves
    ]
    return " ".join([*sentences, _note(data, texts)])


@under_settings
def draw_wip_over_time(data: WipOverTime, texts: Texts, style: Style | None = None) -> Figure:
    """Requests in the process over the days of a run, per state."""
    page = Page(style or Style())
    page.heading(title_wip_over_time(data, texts), _note(data, texts))
    right = page.width - MARGIN - _LABELS
    axes = page.axes(MARGIN + 72, page.top + 6, right, page.height - 74)
    top = max(float(max(c.high.max(), c.one.max() if c.one.size else 0.0)) for c in data.curves)
    scale_x(axes, texts, float(data.days[0]), float(data.days[-1]))
    scale_y(axes, texts, 0, max(top * 1.06, 1.0))
    page.name_axis(axes, texts.t("days since the start (of 24 hours, weekends included)"))
    page.name_side(axes, texts.t("requests in the process"))
    for i, curve in enumerate(data.curves):
        look = STATE_LINES[i]
        axes.fill_between(data.days, curve.low, curve.high, color=look.color, alpha=0.18, linewidth=0)
        if curve.one.size:
            axes.plot(data.days, curve.one, color=look.color, linewidth=0.9, alpha=0.75)
        axes.plot(data.days, curve.mean, color=look.color, linestyle=look.dash, linewidth=2.6)
    if data.warm_up > data.days[0]:
        axes.axvspan(float(data.days[0]), data.warm_up, facecolor="#BBBBBB", alpha=0.3, zorder=0)
        axes.axvline(data.warm_up, color=SOFT_INK, linewidth=1.2)
    _line_labels(page, data, texts, (right, *axes.get_ylim()), page.box(axes))
    return page.figure


def _note(data: WipOverTime, texts: Texts) -> str:
    """What line, band and thin line are."""
    runs = texts.number(data.runs)
    if data.runs == 1:
        note = texts.t("One run.")
    elif data.band == "range":
        note = texts.t("Line: mean of {runs} runs. Band: from the lowest to the highest run.", runs=runs)
    else:
        note = texts.t("Line: mean of {runs} runs. Band: 8 of 10 runs lie in it.", runs=runs)
    if any(curve.one.size for curve in data.curves):
        note += " " + texts.t("Thin line: one run.")
    if data.warm_up > data.days[0]:
        note += " " + texts.t("Grey: warm-up, not counted.")
    return note


def _line_labels(
    page: Page, data: WipOverTime, texts: Texts, scale: tuple[float, float, float], box: tuple[float, ...]
) -> None:
    """Each state's name and average at the right end of its line, moved apart where lines end close together."""
    right, low, high = scale
    size = page.style.body
    wanted = [box[3] - (float(c.mean[-1]) - low) / (high - low) * (box[3] - box[1]) for c in data.curves]
    most = max(len(page.fit(c.state, _LABELS - 24, size, 2, "bold")) for c in data.curves)
    height = page.line(size) * (most + 1) + 6
    for i, middle in enumerate(spread(wanted, height, box[1], box[3] + 20)):
        curve = data.curves[i]
        rows = page.fit(curve.state, _LABELS - 24, size, 2, "bold")
        step = page.line(size)
        start = middle - (len(rows) + 1) * step / 2
        for j, row in enumerate(rows):
            page.put(right + 14, start + (j + 0.5) * step, row, size, weight="bold", color=STATE_LINES[i].color)
        text = texts.t("on average {count}", count=texts.short(curve.average))
        page.put(right + 14, start + (len(rows) + 0.5) * step, text, size, color=STATE_LINES[i].color)
