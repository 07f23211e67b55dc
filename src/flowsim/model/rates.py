"""How often things come, per average week of the run: requests, departures by the clock, members of a batch.

An average week is the run [0, length) divided into weeks, so holidays and other closed days count.
"""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache

import numpy as np

from flowsim.model.calendar import DAY, WEEK, Calendar, IntArray, OpenTimes
from flowsim.model.process import BatchRule, Clock, Model, RequestClass


@lru_cache(maxsize=64)
def laid_out(calendar: Calendar, start: str) -> OpenTimes:
    """A calendar laid out from a start; the same one for the same question, since laying out a year takes its time."""
    return OpenTimes(calendar, start)


def arrivals_per_week(model: Model, cls: RequestClass) -> float:
    """Requests of a class in an average week of the run [0, length); infinite when the gaps are 0 (R5)."""
    length = model.run.length
    if cls.arrivals.dates is not None:
        number: float = sum(1 for date in cls.arrivals.dates if 0 <= date < length)
    else:
        assert cls.arrivals.gap is not None
        open_time = length
        if cls.arrivals.calendar is not None:
            open_time = laid_out(model.calendar(cls.arrivals.calendar), model.start).worked(0, length)
        gap = cls.arrivals.gap.mean()
        number = 0.0 if open_time == 0 else (open_time / gap if gap > 0.0 else math.inf)
    return number * WEEK / length


def strikes(clock: Clock, model: Model, until: int) -> int:
    """How many departures a clock has in [0, until): only on days on which its calendar opens (R7)."""
    start = datetime.fromisoformat(model.start)
    into_day = ((start.hour * 60 + start.minute) * 60 + start.second) * 1000 + start.microsecond // 1000
    into_week = start.weekday() * DAY + into_day
    weeks = np.arange(until // WEEK + 2, dtype=np.int64) * WEEK - into_week
    instants = (weeks[:, None] + np.array(clock.times, dtype=np.int64)[None, :]).ravel()
    instants = instants[(instants >= 0) & (instants < until)]
    if clock.calendar is None:
        return len(instants)
    midnights: IntArray = (instants + into_day) // DAY * DAY - into_day
    times = laid_out(model.calendar(clock.calendar), model.start)
    return int((times.worked_array(midnights, midnights + DAY) > 0).sum())


def batch_size(model: Model, rule: BatchRule | None, per_week: float) -> float:
    """Expected size of a batch to which `per_week` requests come (R7, R11): 1 without a rule or without requests.

    By size alone, the size. Otherwise an estimate that takes requests to come at random: a wait of w lets 1 + λw go
    together, a clock that strikes every m requests m / (1 - e⁻ᵐ) (those that find somebody), the smaller of the two,
    and a size cuts what Poisson chance would bring above it.
    """
    if rule is None or not 0.0 < per_week < math.inf:
        return 1.0
    joining = math.inf  # expected further requests before the rest of the batch leaves
    if rule.wait is not None:
        span = float(rule.wait.ticks)
        if rule.wait.calendar is not None:
            times = laid_out(model.calendar(rule.wait.calendar), model.start)
            open_share = times.worked(0, model.run.length) / model.run.length
            span = span / open_share if open_share else math.inf
        joining = per_week * span / WEEK
    if rule.clock is not None:
        struck = strikes(rule.clock, model, model.run.length)
        if struck:
            between = per_week * model.run.length / WEEK / struck
            joining = min(joining, between / -math.expm1(-between) - 1.0)
    if rule.size is None:
        return 1.0 + joining if joining < math.inf else 1.0
    if joining == math.inf:
        return float(rule.size)
    return 1.0 + _cut(joining, rule.size - 1)


def _cut(mean: float, limit: int) -> float:
    """E[min(X, limit)] for X ~ Poisson(mean)."""
    if limit <= 0:
        return 0.0
    from scipy.special import pdtr, pdtrc  # costs a fifth of a second, and few scenarios need it

    below = mean * float(pdtr(limit - 2, mean)) if limit >= 2 else 0.0
    return below + limit * float(pdtrc(limit - 1, mean))
