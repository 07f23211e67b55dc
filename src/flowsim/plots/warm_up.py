"""How runs begin: lead times by when requests arrived, and requests in the process, with the warm-up and the cut."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from flowsim.plots.data import Start, StartCurve
from flowsim.plots.layout import MARGIN, Page
from flowsim.plots.places import spread
from flowsim.plots.scales import scale_x, scale_y, unit_name
from flowsim.plots.shapes import Floats
from flowsim.plots.style import SOFT_INK, STATE_LINES, Style, under_settings
from flowsim.plots.words import with_others
from flowsim.texts import Texts

_LABELS = 210.0  # pixels right of the axes for the names of the lines


def title_warm_up(data: Start, texts: Texts) -> str:
    """What the plot shows: how long the start lasts, and what the warm-up leaves out."""
    first, *others = data.curves
    if all(curve.cut is None for curve in data.curves):
        if data.why == "runs":
            return texts.t("Too few runs to tell how long their start lasts")
        return texts.t("The runs are too short to tell how long their start lasts")
    cut = _length(first, texts)
    main = texts.t("The start lasts {cut}; there is no warm-up", cut=cut)
    if data.warm_up > 0.0:
        warm_up = texts.amount(data.warm_up, "day")
        main = texts.t("The start lasts {cut}; the warm-up leaves out {warm_up}", cut=cut, warm_up=warm_up)
    return with_others(texts, main, [(c.state, _length(c, texts)) for c in others])


def _length(curve: StartCurve, texts: Texts) -> str:
    return texts.t("nobody can tell how long") if curve.cut is None else texts.amount(curve.cut, "day")


def describe_warm_up(data: Start, texts: Texts) -> str:
    """One sentence a state for those who cannot see the plot."""
    sentences = [texts.t("{state}: the start lasts {cut}.", state=c.state, cut=_length(c, texts)) for c in data.curves]
    return " ".join([*sentences, _note(data, texts)])


@under_settings
def draw_warm_up(data: Start, texts: Texts, style: Style | None = None) -> Figure:
    """Two panels over the days of the runs: lead times above, requests in the process below."""
    page = Page(style or Style())
    page.heading(title_warm_up(data, texts), _note(data, texts))
    left, right = MARGIN + 72, page.width - MARGIN - _LABELS
    top, bottom = page.top + 6, page.height - 74
    middle = (top + bottom) / 2
    above = page.axes(left, top, right, middle - 18)
    below = page.axes(left, middle + 18, right, bottom)
    _panel(above, data, texts, [(c.lead, c.smooth_lead) for c in data.curves])
    _panel(below, data, texts, [(c.wip, c.smooth_wip) for c in data.curves])
    above.set_xticklabels([])
    page.name_side(above, texts.t("lead time, {unit}", unit=unit_name(data.unit, texts)))
    page.name_side(below, texts.t("in the process"))
    page.name_axis(below, texts.t("days since the start (of 24 hours, weekends included)"))
    _labels(page, data, texts, below, right)
    return page.figure


def _panel(axes: Axes, data: Start, texts: Texts, lines: list[tuple[Floats, Floats]]) -> None:
    """Thin lines for the means, thick ones for their moving averages; grey the warm-up, dashes the cuts."""
    highest = max((float(raw.max()) for raw, _ in lines if raw.size), default=0.0)
    scale_x(axes, texts, 0.0, float(data.days[-1]))
    scale_y(axes, texts, 0, max(highest * 1.06, 1e-3), 4)
    for i, (raw, smooth) in enumerate(lines):
        look = STATE_LINES[i]
        if raw.size:
            axes.plot(data.days, raw, color=look.color, linewidth=0.9, alpha=0.6)
            axes.plot(data.days, smooth, color=look.color, linestyle=look.dash, linewidth=2.4)
        cut = data.curves[i].cut
        if cut:
            axes.axvline(cut, color=look.color, linewidth=1.6, linestyle=(0, (5, 3)))
    if data.warm_up > 0.0:
        axes.axvspan(0.0, data.warm_up, facecolor="#BBBBBB", alpha=0.3, zorder=0)
        axes.axvline(data.warm_up, color=SOFT_INK, linewidth=1.2)


def _note(data: Start, texts: Texts) -> str:
    """What the lines are."""
    note = texts.t(
        "Thin line: mean of {runs} runs, by time of arrival. Thick line: its moving average.",
        runs=texts.number(data.runs),
    )
    if any(curve.cut for curve in data.curves):
        note += " " + texts.t("Dashes: where the start is over (MSER-5).")
    if data.warm_up > 0.0:
        note += " " + texts.t("Grey: warm-up, not counted.")
    return note


def _labels(page: Page, data: Start, texts: Texts, axes: Axes, right: float) -> None:
    """Each state's name at the right end of its line in the lower panel, moved apart where lines end close together."""
    box, (low, high), size = page.box(axes), axes.get_ylim(), page.style.body
    ends = [float(c.smooth_wip[-1]) if c.smooth_wip.size else 0.0 for c in data.curves]
    wanted = [box[3] - (end - low) / (high - low) * (box[3] - box[1]) for end in ends]
    most = max(len(page.fit(c.state, _LABELS - 24, size, 2, "bold")) for c in data.curves)
    for i, middle in enumerate(spread(wanted, page.line(size) * most + 6, page.top, box[3] + 20)):
        rows = page.fit(data.curves[i].state, _LABELS - 24, size, 2, "bold")
        page.put_lines(right + 14, middle, rows, size, weight="bold", color=STATE_LINES[i].color)
