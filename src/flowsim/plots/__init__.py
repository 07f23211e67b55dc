"""Plots: `draw_*(data, texts, style)` makes a matplotlib Figure from numbers counted elsewhere; `save` writes it.

`KINDS` lists them. Only matplotlib's objects are used, never pyplot, so nothing here depends on what was drawn before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flowsim.plots.backend  # noqa: F401

# isort: split
from matplotlib.figure import Figure

from flowsim.plots import data
from flowsim.plots.cumulative_flow import (
    describe_cumulative_flow,
    draw_cumulative_flow,
    title_cumulative_flow,
)
from flowsim.plots.data_unsure import Unsure
from flowsim.plots.distribution import describe_distribution, draw_distribution, title_distribution
from flowsim.plots.frontier import Frontier, describe_frontier, draw_frontier, title_frontier
from flowsim.plots.ledger import describe_ledger, draw_ledger, title_ledger
from flowsim.plots.life_strips import describe_life_strips, draw_life_strips, title_life_strips
from flowsim.plots.save import FORMATS, render, save
from flowsim.plots.style import Style
from flowsim.plots.tornado import describe_tornado, draw_tornado, title_tornado
from flowsim.plots.unsure import describe_unsure, draw_unsure, title_unsure
from flowsim.plots.warm_up import describe_warm_up, draw_warm_up, title_warm_up
from flowsim.plots.waterfall import describe_waterfall, draw_waterfall, title_waterfall
from flowsim.plots.wip_distribution import (
    describe_wip_distribution,
    draw_wip_distribution,
    title_wip_distribution,
)
from flowsim.plots.wip_over_time import describe_wip_over_time, draw_wip_over_time, title_wip_over_time
from flowsim.texts import msg


@dataclass(frozen=True)
class PlotKind:
    """A kind of plot: what it is drawn from, how, and what it tells. `title` and `describe` take (data, texts)."""

    data: type
    draw: Callable[..., Figure]
    title: Callable[..., str]
    describe: Callable[..., str]
    about: str


KINDS: dict[str, PlotKind] = {
    "distribution": PlotKind(
        data.Distribution,
        draw_distribution,
        title_distribution,
        describe_distribution,
        msg("how long requests take or wait, against the promise"),
    ),
    "ledger": PlotKind(
        data.LedgerBars, draw_ledger, title_ledger, describe_ledger, msg("where the time of a request goes")
    ),
    "wip-over-time": PlotKind(
        data.WipOverTime,
        draw_wip_over_time,
        title_wip_over_time,
        describe_wip_over_time,
        msg("requests in the process, day by day"),
    ),
    "wip-distribution": PlotKind(
        data.WipDistribution,
        draw_wip_distribution,
        title_wip_distribution,
        describe_wip_distribution,
        msg("how many requests are in the process at once"),
    ),
    "cumulative-flow": PlotKind(
        data.CumulativeFlow,
        draw_cumulative_flow,
        title_cumulative_flow,
        describe_cumulative_flow,
        msg("where requests pile up"),
    ),
    "life-strips": PlotKind(
        data.LifeStrips,
        draw_life_strips,
        title_life_strips,
        describe_life_strips,
        msg("sampled requests, from arrival to end"),
    ),
    "waterfall": PlotKind(
        data.Waterfall,
        draw_waterfall,
        title_waterfall,
        describe_waterfall,
        msg("what each change of a redesign buys"),
    ),
    "tornado": PlotKind(
        data.Tornado, draw_tornado, title_tornado, describe_tornado, msg("what would help, tried one by one")
    ),
    "frontier": PlotKind(
        Frontier,
        draw_frontier,
        title_frontier,
        describe_frontier,
        msg("every design that was tried, by what is to be best and by a goal"),
    ),
    "warm-up": PlotKind(
        data.Start,
        draw_warm_up,
        title_warm_up,
        describe_warm_up,
        msg("how long the start of a run is not yet like the rest"),
    ),
    "unsure": PlotKind(
        Unsure,
        draw_unsure,
        title_unsure,
        describe_unsure,
        msg("which of the values that are not known matter"),
    ),
}
"""Name of a kind of plot, as the command line takes it → what it is. `about` is translated where it is shown."""

__all__ = ["FORMATS", "KINDS", "PlotKind", "Style", "data", "render", "save"]
