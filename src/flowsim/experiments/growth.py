"""Whether a state can keep up, and by how much its queue grows when it cannot.

A team with as much work as time or more has a queue that grows as long as the run lasts: then no mean of lead times or
of requests in process is that of a steady process, and each depends on the length of the run. What can be said is how
fast it grows: the slope of the number in process over the weeks of the window, by least squares in each replication.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.experiments.findings import Findings, floats, rows_with
from flowsim.experiments.statistics import Estimate, Floats, exact_mean, mean_estimate, paired_difference
from flowsim.model import Model
from flowsim.model.load import loads

WEEK = 604_800_000
FULL = 1.0 - 1e-12
"""The load from which a team cannot keep up; less what sums of fractions may miss."""


@dataclass(frozen=True)
class Growth:
    """A state that cannot keep up: who, with the expected load, and by how many requests a week the number in process
    grows (None: the window is too short to see).
    """

    who: str
    load: float
    per_week: Estimate | None

    @property
    def grows(self) -> bool:
        """Whether the runs show it too, surely."""
        return self.per_week is not None and (self.per_week.low or 0.0) > 0.0


def overloaded(model: Model) -> tuple[str, float] | None:
    """The team, or step for several people, that is busiest above what it can do, and its expected load; None when all
    can keep up (`model.load`). A model whose customers give up finds a balance all the same (R15), and counts as none.
    """
    if any(cls.patience is not None for cls in model.classes):
        return None
    load = loads(model)
    found = [(team.utilisation, team.name) for team in load.teams if team.effort.total > 0.0]
    found += [(step.fills, step.name) for step in load.steps]
    most, who = max(found, default=(0.0, ""))
    return (who, most) if most >= FULL else None


def growth(found: Findings, state: str) -> Growth | None:
    """How the queue of a state grows; None when its teams are expected to keep up."""
    who = overloaded(found.model(state))
    if who is None:
        return None
    slopes = list(weekly_growth(found, state).values())
    return Growth(*who, mean_estimate(slopes) if slopes else None)


def growth_difference(found: Findings, before: str, after: str) -> Estimate | None:
    """By how much more the number in process grows a week after than before, in pairs; None without a pair."""
    old, new = weekly_growth(found, before), weekly_growth(found, after)
    both = sorted(old.keys() & new.keys())
    return paired_difference(np.array([old[r] for r in both]), np.array([new[r] for r in both])) if both else None


def weekly_growth(found: Findings, state: str) -> dict[int, float]:
    """By replication, the slope of the number in process within [warm-up, length), in requests a week of 168 hours."""
    run = found.model(state).run
    table = found.run.table("wip_series", ["state", "replication", "scope", "at_ms", "n"])
    here = rows_with(table["state"], state) & rows_with(table["scope"], "all")
    at, n, replication = (floats(table[name])[here] for name in ("at_ms", "n", "replication"))
    inside = (at >= run.warm_up) & (at <= run.length)
    slopes = {}
    for r in np.unique(replication):
        own = inside & (replication == r)
        if own.sum() >= 3:
            slopes[int(r)] = _slope(at[own] / WEEK, n[own])
    return slopes


def _slope(x: Floats, y: Floats) -> float:
    dx = x - exact_mean(x)
    return exact_mean(dx * (y - exact_mean(y))) / exact_mean(dx * dx)
