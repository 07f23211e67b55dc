"""How long a request waited because one that joined later was taken first (docs/semantics.md section 4, R8).

While v waits, w overtakes it when w joined the same team's list later (by time joined, then request number), was taken
first, and is still in its person's hands: that person could have been at work on v. Anyone in service at an instant of
v's wait was started before v, so the overtaken ticks of v are the open time within its wait at which the latest-joined
unit in service joined after v. That makes it one question per waiting visit about one step function of time:

    M(t) = the largest place in the order of joining among those in service at t
    overtaken(v) = open time of { t in [assembled, started) : M(t) > place(v) }

answered for all visits at once with a wavelet matrix (F. Claude, G. Navarro and A. Ordóñez, "The wavelet matrix",
Information Systems 47, 2015): O((n + q) log n), no loop over visits. A team that starts in the order of joining needs
none of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import Frame, IntArray
from flowsim.model import OpenTimes
from flowsim.record import NONE


@dataclass(frozen=True)
class _Line:
    """All visits of one team, in the order of joining; place = index + 1, 0 stands for nobody.

    Units are what is taken up in one go (R11), so members of one process batch share a place.
    """

    rows: IntArray  # into Record.visits
    place: IntArray
    joined: IntArray
    started: IntArray


def overtaken_ticks(frame: Frame) -> IntArray:
    """Open ticks of each visit's wait in which it was overtaken; int64, one a visit. Answers have none."""
    found = np.zeros(frame.n_visits, dtype=np.int64)
    team = frame.visits["team"]
    for index in range(len(frame.model.teams)):
        rows = np.flatnonzero(team == index)
        if _in_order(frame, rows):
            continue
        line = _line(frame, rows)
        clock, let_go = frame.team_clock(index), frame.let_go[line.rows]
        waiting = np.flatnonzero(_overtaken_at_all(line) & ~frame.is_answer[line.rows])
        limit = _limits(frame)[frame.visits["step"][line.rows]]
        for x in np.unique(limit[waiting]).tolist():
            asked = waiting[limit[waiting] == x]
            served = np.flatnonzero((let_go > line.started) & _may_begin(clock, line.started, x))
            found[line.rows[asked]] = _measure(clock, line, let_go, served, asked)
    return found


def _in_order(frame: Frame, rows: IntArray) -> bool:
    """Whether the team took all its visits up in the order of joining; rows are in order of request number."""
    order = np.argsort(frame.at["assembled"][rows], kind="stable")
    return bool((np.diff(frame.at["started"][rows][order]) >= 0).all())


def _line(frame: Frame, rows: IntArray) -> _Line:
    joined = frame.at["assembled"][rows]
    batch = frame.visits["process_batch"][rows]
    unit = np.arange(rows.size)
    if (batch != NONE).any():
        # A batch stands in line as its first member: first admitted, then lowest request number (R3).
        by_batch = np.lexsort((frame.visits["request"][rows], frame.at["admitted"][rows], batch))
        together = (batch[by_batch][1:] == batch[by_batch][:-1]) & (batch[by_batch][1:] != NONE)
        head = np.maximum.accumulate(np.where(np.append(True, ~together), np.arange(rows.size), 0))
        unit[by_batch] = by_batch[head]
        order = np.lexsort((unit, joined))  # rows are in order of request number, so units are too
    else:
        order = np.argsort(joined, kind="stable")
    unit = unit[order]
    place = np.cumsum(np.append(True, unit[1:] != unit[:-1])[: unit.size])
    rows = rows[order]
    return _Line(rows, place, joined[order], frame.at["started"][rows])


def _overtaken_at_all(line: _Line) -> np.ndarray:
    """Which visits saw a later-joined one start strictly before them; a cheap sieve for the measure proper."""
    by_start = np.argsort(line.started, kind="stable")
    highest = np.append(0, np.maximum.accumulate(line.place[by_start]))
    earlier = np.searchsorted(line.started[by_start], line.started, side="left")
    return np.asarray(highest[earlier] > line.place)


def _limits(frame: Frame) -> IntArray:
    """`no_start_within` by step index; the customer's (-1) is 0."""
    return np.array([*(s.no_start_within for s in frame.model.steps), 0], dtype=np.int64)


def _may_begin(clock: OpenTimes, t: IntArray, limit: int) -> np.ndarray:
    """Whether a step with this `no_start_within` could have begun at t: the next `limit` ticks are all open (R9)."""
    if not limit:
        return np.ones(t.shape, dtype=np.bool_)
    return np.asarray(clock.worked_array(t, t + limit) == limit)


def _measure(clock: OpenTimes, line: _Line, let_go: IntArray, served: IntArray, asked: IntArray) -> IntArray:
    """Open ticks of each asked visit's wait during which one of `served` with a higher place was in service."""
    if not served.size:
        return np.zeros(asked.size, dtype=np.int64)
    times = np.unique(np.concatenate([line.started[served], let_go[served]]))
    first = np.searchsorted(times, line.started[served])
    last = np.searchsorted(times, let_go[served])
    highest = _highest(first, last, line.place[served], times.size)  # M over [times[k], times[k + 1])
    opened = clock.opened_array(times)
    weight = np.diff(opened, append=opened[-1])

    place = line.place[asked]
    found = np.zeros(asked.size, dtype=np.int64)
    span = []
    for instants, sign in ((line.joined[asked], -1), (line.started[asked], 1)):
        k = np.searchsorted(times, instants, side="right") - 1
        inside = np.flatnonzero((k >= 0) & (highest[k] > place))
        found[inside] += sign * (clock.opened_array(instants[inside]) - opened[k[inside]])
        span.append(np.maximum(k, 0))
    return found + _weight_above(highest, weight, span[0], span[1], place)


def _highest(first: IntArray, last: IntArray, value: IntArray, size: int) -> IntArray:
    """For each index the largest value of the half-open ranges [first, last) that hold it, 0 where none does.

    A sparse table filled backwards: a range is two overlapping ranges of a power of two, which are then halved.
    """
    level = np.frexp((last - first).astype(np.float64))[1] - 1
    table = np.zeros(size, dtype=np.int64)
    for k in range(int(level.max()), -1, -1):
        half = 1 << k
        if k < int(level.max()):  # table holds ranges of 2 * half: each gives to both its halves
            table[half:] = np.maximum(table[half:], table[:-half].copy())
        here = np.flatnonzero(level == k)
        np.maximum.at(table, first[here], value[here])
        np.maximum.at(table, last[here] - half, value[here])
    return table


def _weight_above(values: IntArray, weights: IntArray, lo: IntArray, hi: IntArray, least: IntArray) -> IntArray:
    """For each query the sum of weights[i] over lo ≤ i < hi with values[i] > least. All int64; exact."""
    keep = (values > 0) & (weights > 0)  # what weighs nothing is left out
    before = np.append(0, np.cumsum(keep))
    lo, hi = before[lo], before[hi]
    values, weights = values[keep], weights[keep]
    total = np.zeros(lo.size, dtype=np.int64)
    bits = int(max(values.max(initial=0), least.max(initial=0))).bit_length()
    for bit in range(bits - 1, -1, -1):
        one = (values >> bit) & 1 == 1
        zeros = np.append(0, np.cumsum(~one))
        ones_weight = np.append(0, np.cumsum(weights * one))
        least_one = (least >> bit) & 1 == 1
        above = ones_weight[hi] - ones_weight[lo]
        total += np.where(least_one, 0, above)
        lo_zero, hi_zero = zeros[lo], zeros[hi]
        lo = np.where(least_one, zeros[-1] + lo - lo_zero, lo_zero)
        hi = np.where(least_one, zeros[-1] + hi - hi_zero, hi_zero)
        values = np.concatenate([values[~one], values[one]])
        weights = np.concatenate([weights[~one], weights[one]])
    return total
