"""How often things come, per average week of the run: requests, departures by the clock, members of a batch.

An average week is the run [0, length) divided into weeks, so holidays and other closed days count.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np

from flowsim.model.calendar import DAY, WEEK, IntArray, laid_out
from flowsim.model.process import Arrivals, BatchRule, Clock, Model, RequestClass

_A_MONDAY = "2024-01-01T00:00:00"


def arrivals_per_week(model: Model, cls: RequestClass) -> float:
    """Requests of a class in an average week of the run [0, length); infinite when the gaps are 0 (R5).

    A profile keeps the mean over a standard week, and a group makes of each arrival as many as it is large on average.
    0 for a class that does not arrive by itself: one of which there is only a backlog, or one that chases.
    """
    length = model.run.length
    if cls.arrivals.dates is not None:
        number: float = sum(1 for date in cls.arrivals.dates if 0 <= date < length)
    elif cls.arrivals.gap is not None:
        open_time = _time_of_arrivals(model, cls.arrivals)
        gap = cls.arrivals.gap.mean()
        number = 0.0 if open_time == 0 else (open_time / gap if gap > 0.0 else math.inf)
    else:
        return 0.0
    return number * group_size(cls.arrivals) * WEEK / length


def group_size(arrivals: Arrivals) -> float:
    """How many arrive together on average."""
    return 1.0 if arrivals.group is None else math.fsum(number * share for number, share in arrivals.group)


def _time_of_arrivals(model: Model, arrivals: Arrivals) -> float:
    """The time of the run in which requests arrive; with a profile each tick counts by its weight ÷ the mean weight."""
    length = model.run.length
    if arrivals.profile is None:
        if arrivals.calendar is None:
            return length
        return laid_out(model.calendar(arrivals.calendar), model.start).worked(0, length)
    mean = _mean_weight(arrivals, _standard(model, arrivals))
    if mean == 0.0:
        return 0.0
    weeks = np.arange(length // WEEK + 2, dtype=np.int64) * WEEK - _into_week(model)
    total = 0
    for begins, ends, weight in arrivals.profile:
        since, until = np.clip(weeks + begins, 0, length), np.clip(weeks + ends, 0, length)
        total += weight * _open_in(model, arrivals, since, until)
    return total / mean


def _open_in(model: Model, arrivals: Arrivals, since: IntArray, until: IntArray) -> int:
    if arrivals.calendar is None:
        return int((until - since).sum())
    return int(laid_out(model.calendar(arrivals.calendar), model.start).worked_array(since, until).sum())


def _standard(model: Model, arrivals: Arrivals) -> list[int]:
    """By piece of the profile the ticks in which requests can arrive in a week without exceptions."""
    assert arrivals.profile is not None
    if arrivals.calendar is None:
        return [ends - begins for begins, ends, _ in arrivals.profile]
    plain = replace(model.calendar(arrivals.calendar), exceptions=())
    times = laid_out(plain, _A_MONDAY)
    return [times.worked(WEEK + begins, WEEK + ends) for begins, ends, _ in arrivals.profile]


def _mean_weight(arrivals: Arrivals, usual: list[int]) -> float:
    assert arrivals.profile is not None
    weighted = sum(weight * ticks for (_, _, weight), ticks in zip(arrivals.profile, usual, strict=True))
    return weighted / sum(usual) if sum(usual) else 0.0


def _into_day(model: Model) -> int:
    start = datetime.fromisoformat(model.start)
    return ((start.hour * 60 + start.minute) * 60 + start.second) * 1000 + start.microsecond // 1000


def _into_week(model: Model) -> int:
    """Ticks from the Monday before the start to the start."""
    return datetime.fromisoformat(model.start).weekday() * DAY + _into_day(model)


def strikes(clock: Clock, model: Model, until: int) -> int:
    """How many departures a clock has in [0, until)."""
    return len(departures(clock, model, until))


def departures(clock: Clock, model: Model, until: int) -> IntArray:
    """The departures of a clock in [0, until), ticks since the start: only on days on which its calendar opens (R7)."""
    into_day = _into_day(model)
    weeks = np.arange(until // WEEK + 2, dtype=np.int64) * WEEK - _into_week(model)
    instants = (weeks[:, None] + np.array(clock.times, dtype=np.int64)[None, :]).ravel()
    instants = instants[(instants >= 0) & (instants < until)]
    if clock.calendar is None:
        return np.sort(instants)
    midnights: IntArray = (instants + into_day) // DAY * DAY - into_day
    times = laid_out(model.calendar(clock.calendar), model.start)
    return np.sort(instants[times.worked_array(midnights, midnights + DAY) > 0])


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
