"""What a search found: every design by what is to be best and by a goal, with the finalists and the best one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from flowsim.plots.layout import MARGIN, Entry, Page
from flowsim.plots.scales import scale_x, scale_y
from flowsim.plots.style import INK, SOFT_INK, STATE_LINES, StateLine, Style, under_settings
from flowsim.plots.sweep_data import Dot, Measured
from flowsim.texts import Texts

_LEFT = MARGIN + 92


@dataclass(frozen=True)
class Frontier:
    """Designs as dots: x is what is to be best (`aim`), y the measure of a goal. `tried` are those of the search,
    `finalists` those that were compared to the end, `best` the one chosen and `now` the process as it is (None: none).

    `bound`: what the goal asks, at most or at least (`at_most`). `limit`: of a share of requests, within how long, and
    the unit of that.
    """

    aim: Measured
    goal: Measured
    bound: float
    at_most: bool
    tried: Sequence[Dot]
    finalists: Sequence[Dot]
    best: Dot | None
    now: Dot | None
    limit: tuple[float, str] | None = None

    def __post_init__(self) -> None:
        if not (self.tried or self.finalists):
            raise ValueError("no design has a value to draw")

    def label(self, texts: Texts) -> str:
        """What y is, for people."""
        if self.limit is None:
            return self.goal.axis(texts)
        return texts.t("share of requests within {time}", time=texts.amount(*self.limit))


def title_frontier(data: Frontier, texts: Texts) -> str:
    """What the picture shows: the best design, beside the process as it is."""
    if data.best is None:
        return texts.t("None of {n} designs meets the goal for sure", n=texts.number(len(data.tried)))
    value = data.aim.said(data.best.x, texts)
    if data.now is None or data.now.x == data.best.x:
        return texts.t("{measure}: {value} is the best that meets the goal", measure=data.aim.head(texts), value=value)
    return texts.t(
        "{measure}: {value} is the best that meets the goal, and {now} now",
        measure=data.aim.head(texts),
        value=value,
        now=data.aim.said(data.now.x, texts),
    )


def describe_frontier(data: Frontier, texts: Texts) -> str:
    """The best design, the process as it is and the finalists, for those who cannot see the picture."""
    told = [texts.t("{measure} against {goal}.", measure=data.aim.head(texts), goal=data.label(texts))]
    named = [(texts.t("best"), [data.best]), (texts.t("now"), [data.now]), (texts.t("finalists"), data.finalists)]
    for name, dots in named:
        pairs = [
            f"{data.aim.said(dot.x, texts)} – {data.goal.said(dot.value, texts)}" for dot in dots if dot is not None
        ]
        if pairs:
            told.append(f"{name}: {'; '.join(pairs)}.")
    told.append(texts.n("{n} design was tried.", "{n} designs were tried.", len(data.tried)))
    return " ".join(told)


@under_settings
def draw_frontier(data: Frontier, texts: Texts, style: Style | None = None) -> Figure:
    """A dot a design; what meets the goal lies on one side of the line."""
    page = Page(style or Style())
    page.heading(title_frontier(data, texts), texts.t("a dot is a design; bars: 95% intervals over the runs"))
    looks = _looks()
    shown: list[tuple[str, str, str, Sequence[Dot]]] = [
        (texts.t("tried"), "tried", "●", data.tried),
        (texts.t("finalists"), "finalists", "■", data.finalists),
        (texts.t("now"), "now", "◆", [data.now] if data.now is not None else []),
        (texts.t("best"), "best", "★", [data.best] if data.best is not None else []),
    ]
    entries = [Entry(f"{sign} {name}", looks[kind]) for name, kind, sign, dots in shown if dots]
    top = page.top + page.key(entries, _LEFT, page.top, page.width - MARGIN - _LEFT) + 10
    axes = page.axes(_LEFT, top, page.width - MARGIN - 20, page.height - 78)
    _scale(axes, data, texts, [dot for *_, dots in shown for dot in dots])
    axes.axhline(data.bound, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    markers = {"tried": ("o", 5), "finalists": ("s", 6), "now": ("D", 8), "best": ("*", 14)}
    for _, kind, _, dots in shown:
        marker, size = markers[kind]
        color = looks[kind].color
        if kind != "tried":
            for dot in dots:
                axes.vlines(dot.x, dot.low, dot.high, color=color, linewidth=1.4)
        x, y = [dot.x for dot in dots], [dot.value for dot in dots]
        axes.plot(
            x, y, linestyle="none", marker=marker, color=color, markersize=size, alpha=0.6 if kind == "tried" else 1
        )
    page.name_axis(axes, data.aim.axis(texts))
    sign = texts.t("at most") if data.at_most else texts.t("at least")
    page.name_side(axes, f"{data.label(texts)}, {sign} {data.goal.said(data.bound, texts)}")
    return page.figure


def _looks() -> dict[str, StateLine]:
    grey = StateLine(SOFT_INK, STATE_LINES[0].dash)
    return {"tried": grey, "finalists": STATE_LINES[0], "now": STATE_LINES[1], "best": STATE_LINES[2]}


def _scale(axes: Axes, data: Frontier, texts: Texts, dots: Sequence[Dot]) -> None:
    xs = [dot.x for dot in dots]
    space = 0.05 * (max(xs) - min(xs)) or 0.05 * (abs(xs[0]) or 1.0)
    scale_x(axes, texts, min(xs) - space, max(xs) + space)
    ys = [end for dot in dots for end in (dot.low, dot.high)] + [data.bound]
    space = 0.06 * (max(ys) - min(ys)) or 0.05 * (abs(ys[0]) or 1.0)
    low, high = min(ys) - space, max(ys) + space
    share = data.goal.unit == "share"
    if min(ys) >= 0.0:
        low = max(low, 0.0)
    scale_y(axes, texts, low, min(high, 1.02) if share else high)
    for axis, measure in ((axes.xaxis, data.aim), (axes.yaxis, data.goal)):
        if measure.unit == "share":
            axis.set_major_formatter(FuncFormatter(lambda value, _: texts.share(value)))


__all__ = ["Frontier", "describe_frontier", "draw_frontier", "title_frontier"]
