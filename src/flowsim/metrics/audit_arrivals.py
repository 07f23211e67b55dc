"""The audit of who comes (R5): arrivals by profile and in groups, backlogs, and the numbers of requests.

Nothing is laid into open time again: of each instant found it is proved that the gaps drawn have passed by it and not
a tick earlier, with profiles, calendars and draws read a second time.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from flowsim.draws import BACKLOG, Draws
from flowsim.draws.keyed import to_ticks, to_uniform
from flowsim.metrics.audit_arrays import BoolArray, IntArray
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_time import OpenHours, into_week
from flowsim.model import Arrivals, Calendar, RequestClass
from flowsim.model.calendar import FOREVER, WEEK
from flowsim.record import NONE

_MONDAY = "2001-01-01T00:00:00"  # of a week far from everything, for what a standard week holds


# -- numbers -----------------------------------------------------------------------------------------------------------


def check_numbering(ground: Ground) -> Check:
    """Identity 3: requests that come by themselves are in order, their ordinals have no gap, the backlog is whole."""
    trial = Trial("numbering", "identity 3, R5: requests are numbered by time, class and ordinal; none is missing")
    r = ground.r
    own = np.flatnonzero(r["chase"] == 0)
    trial.equal(int(own.max(initial=-1)) + 1, len(own), "requests that come by themselves stand before all chases")
    waits = r["ordinal"] >= BACKLOG
    trial.hold(
        (r["parent"][own] == NONE) & ((r["age"][own] == 0) | waits[own]) & ((r["arrived"][own] == 0) | ~waits[own]),
        lambda i: (
            f"request {own[i]} arrived at {ground.when(int(r['arrived'][own[i]]))} with ordinal "
            f"{int(r['ordinal'][own[i]])}, age {int(r['age'][own[i]])} and parent {int(r['parent'][own[i]])}"
        ),
    )
    order = np.lexsort((r["ordinal"][own], r["class"][own], r["arrived"][own] - r["age"][own]))
    trial.hold(
        order == np.arange(len(own)),
        lambda i: (
            f"request {i} is not in order of (arrival less age, class, ordinal): request {order[i]} belongs there"
        ),
    )
    for index, cls in enumerate(ground.model.classes):
        ordinals = np.sort(r["ordinal"][own][r["class"][own] == index])
        size = sum(backlog.number for backlog in ground.model.backlog if backlog.klass == cls.name)
        trial.equal(int((ordinals >= BACKLOG).sum()), size, f"requests in the backlog of {cls.name!r}")
        came = np.arange(len(ordinals))
        expected = np.where(ordinals < BACKLOG, came, came - int((ordinals < BACKLOG).sum()) + BACKLOG)
        trial.hold(
            ordinals == expected,
            lambda i, cls=cls, ordinals=ordinals, expected=expected: (  # type: ignore[misc]
                f"{cls.name!r} has ordinal {int(ordinals[i])} where {int(expected[i])} is expected"
            ),
        )
        if cls.arrivals.dates is not None:
            _check_dates(trial, ground, index, cls)
    return trial.done()


def _check_dates(trial: Trial, ground: Ground, index: int, cls: RequestClass) -> None:
    """Each date before the end brought somebody, and nothing else did; how many is for the draws to say."""
    r = ground.r
    dates = np.array([date for date in cls.arrivals.dates or () if date < ground.end], dtype=np.int64)
    found = r["arrived"][(r["class"] == index) & (r["ordinal"] < BACKLOG)]
    if cls.arrivals.group is None:
        trial.equal(len(found), len(dates), f"arrivals of {cls.name!r}")
    elif any(size == 0 for size, _ in cls.arrivals.group):
        dates = dates[np.isin(dates, found)]
    odd = np.setxor1d(found, dates)
    trial.hold(
        np.zeros(len(odd), dtype=np.bool_),
        lambda i: (
            f"class {cls.name!r} at {ground.when(int(odd[i]))}: a date without arrival, or an arrival without date"
        ),
    )


# -- arrivals (R4, R5) -------------------------------------------------------------------------------------------------


def check_arrivals(ground: Ground, draws: Draws) -> Check:
    """R4, R5: who arrives when: gaps drawn, in open time, weighted by the profile; groups; the ages of a backlog."""
    trial = Trial("arrivals", "R4, R5: arrivals, groups and ages are those drawn, in open time")
    for index, cls in enumerate(ground.model.classes):
        if cls.arrivals.gap is not None:
            _check_gaps(trial, ground, draws, index, cls)
        elif cls.arrivals.dates is not None:
            dates = np.array(cls.arrivals.dates, dtype=np.int64)
            _check_groups(trial, ground, draws, index, cls, dates[dates < ground.end])
        else:
            trial.equal(len(_came(ground, index)), 0, f"arrivals of {cls.name!r}, which does not arrive by itself")
        _check_ages(trial, ground, draws, index, cls)
    return trial.done()


def _came(ground: Ground, index: int) -> IntArray:
    """Rows of the requests of a class that arrived by themselves, by ordinal."""
    r = ground.r
    rows = np.flatnonzero((r["class"] == index) & (r["chase"] == 0) & (r["ordinal"] < BACKLOG))
    return rows[np.argsort(r["ordinal"][rows], kind="stable")]


def _check_gaps(trial: Trial, ground: Ground, draws: Draws, index: int, cls: RequestClass) -> None:
    """Gap n has passed by the instant of arrival n, and had not one tick earlier."""
    clock = _Clock(ground, cls.arrivals)
    rows = _came(ground, index)
    if clock.mean == 0:
        trial.equal(len(rows), 0, f"arrivals of {cls.name!r}, for which no hour of the week counts")
        return
    horizon = int(clock.passed(ground.end) / clock.mean)
    assert cls.arrivals.gap is not None
    ends = np.cumsum(draws.gaps(cls.name, cls.arrivals.gap, horizon))
    last = Fraction(clock.passed(ground.end - 1)) / clock.mean
    ends = ends[ends <= int(last)]  # the gaps that have passed before the run ended
    sizes = _sizes(draws, cls, len(ends))
    trial.equal(len(rows), int(sizes.sum()), f"arrivals of {cls.name!r}")
    gaps = np.repeat(ends, sizes)[: len(rows)]
    arrived = ground.r["arrived"][rows][: len(gaps)]
    late = clock.reached(arrived - 1, gaps) & (arrived > 0)
    trial.hold(
        clock.reached(arrived, gaps) & ~late,
        lambda i: (
            f"request {int(rows[i])}, arrival {i} of {cls.name!r}, at {ground.when(int(arrived[i]))} is too "
            f"{'late' if late[i] else 'early'} for the gaps drawn"
        ),
    )


def _check_groups(
    trial: Trial, ground: Ground, draws: Draws, index: int, cls: RequestClass, instants: IntArray
) -> None:
    """Each instant brings a group of the size drawn."""
    rows = _came(ground, index)
    expected = np.repeat(instants, _sizes(draws, cls, len(instants)))
    trial.equal(len(rows), len(expected), f"arrivals of {cls.name!r}")
    both = min(len(rows), len(expected))
    found = ground.r["arrived"][rows[:both]]
    trial.hold(
        found == expected[:both],
        lambda i: (
            f"request {int(rows[i])}, arrival {i} of {cls.name!r}, at {ground.when(int(found[i]))}, "
            f"{int(found[i] - expected[i]):+d} ticks off"
        ),
    )


def _sizes(draws: Draws, cls: RequestClass, groups: int) -> IntArray:
    """How many arrive together, by number of the group."""
    if cls.arrivals.group is None:
        return np.ones(groups, dtype=np.int64)
    u = to_uniform(np.asarray(draws.stream("group", cls.name, 1).random_raw(groups)))
    sizes = np.full(groups, cls.arrivals.group[-1][0], dtype=np.int64)
    open_still = np.ones(groups, dtype=np.bool_)
    upto = 0.0
    for size, share in cls.arrivals.group:
        upto += share
        sizes[open_still & (u < upto)] = size
        open_still &= u >= upto
    return sizes


def _check_ages(trial: Trial, ground: Ground, draws: Draws, index: int, cls: RequestClass) -> None:
    """Each request of a backlog is as old as its own draw says, and due that much earlier, but not before the start."""
    r = ground.r
    begins = 0
    for backlog in ground.model.backlog:
        if backlog.klass != cls.name:
            continue
        ends = begins + backlog.number
        bits = draws.stream(f"age at {backlog.step}", cls.name, 1, backlog=True)
        age = to_ticks(backlog.age.inverse(to_uniform(np.asarray(bits.random_raw(ends)))))
        rows = np.flatnonzero(
            (r["class"] == index)
            & (r["chase"] == 0)
            & (r["ordinal"] >= BACKLOG + begins)
            & (r["ordinal"] < BACKLOG + ends)
        )
        drawn = age[r["ordinal"][rows] - BACKLOG]
        due = np.full(len(rows), NONE, dtype=np.int64)
        if cls.promise is not None:
            ticks = np.full(len(rows), cls.promise.ticks, dtype=np.int64)
            due = ground.after(cls.promise.calendar, np.zeros(len(rows), dtype=np.int64), ticks)
            due = np.where(due < FOREVER, np.maximum(due - drawn, 0), due)
        trial.hold(
            (r["age"][rows] == drawn) & (r["due"][rows] == due),
            lambda i, rows=rows, drawn=drawn, due=due: (  # type: ignore[misc]
                f"request {int(rows[i])} of the backlog is {int(r['age'][rows[i]])} ticks old and due at "
                f"{int(r['due'][rows[i]])}; drawn {int(drawn[i])} and due at {int(due[i])}"
            ),
        )
        begins = ends


class _Clock:
    """Open time of [0, end] in which a class's gaps pass, each tick as often as its weight in the profile."""

    def __init__(self, ground: Ground, arrivals: Arrivals) -> None:
        self._hours = None if arrivals.calendar is None else ground.hours(arrivals.calendar)
        pieces = arrivals.profile or ((0, WEEK, 1),)
        monday = -into_week(ground.model.start)
        edges, weights = [0], []
        for week in range(monday, ground.end, WEEK):
            for _, ends, weight in pieces:
                if week + ends > 0 and edges[-1] < ground.end:
                    edges.append(min(week + ends, ground.end))
                    weights.append(weight)
        self._edges = np.array(edges, dtype=np.int64)
        self._weights = np.array(weights, dtype=np.int64)
        self._opened = self._open(self._edges)
        self._upto = np.concatenate([[0], np.cumsum(np.diff(self._opened) * self._weights)])
        weekly = ((0, WEEK),) if arrivals.calendar is None else ground.model.calendar(arrivals.calendar).weekly
        self.mean = _mean_weight(pieces, weekly)

    def _open(self, t: IntArray) -> IntArray:
        return t if self._hours is None else self._hours.opened(t)

    def passed(self, t: int) -> int:
        """Weighted open ticks in [0, t), for t up to the end."""
        return int(self._passed(np.array([t], dtype=np.int64))[0])

    def _passed(self, t: IntArray) -> IntArray:
        k = np.clip(np.searchsorted(self._edges, t, side="right") - 1, 0, len(self._weights) - 1)
        return np.asarray(self._upto[k] + self._weights[k] * (self._open(t) - self._opened[k]))

    def reached(self, t: IntArray, gaps: IntArray) -> BoolArray:
        """Whether by each instant so many ticks of gaps have passed: weighted time ≥ gaps × mean weight, exactly."""
        passed, over, under = self._passed(t), self.mean.denominator, self.mean.numerator
        top = max(int(passed.max(initial=0)) * over, int(gaps.max(initial=0)) * under)
        if top >= 1 << 62:
            passed, gaps = passed.astype(object), gaps.astype(object)
        return np.asarray(passed * over >= gaps * under, dtype=np.bool_)


def _mean_weight(pieces: tuple[tuple[int, int, int], ...], weekly: tuple[tuple[int, int], ...]) -> Fraction:
    """The mean weight over the open time of a week without exceptions; over all of it when it has none."""
    hours = OpenHours(Calendar("a standard week", weekly), _MONDAY)
    edges = np.array([0, *(ends for _, ends, _ in pieces)], dtype=np.int64) + 4 * WEEK
    opened = np.diff(hours.opened(edges)).tolist()
    if not sum(opened):
        opened = np.diff(edges).tolist()
    return Fraction(sum(n * weight for n, (_, _, weight) in zip(opened, pieces, strict=True)), sum(opened))
