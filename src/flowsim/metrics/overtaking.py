"""How long a request waited because one that joined later was taken first (docs/semantics.md section 4, R8).

While v waits, w overtakes it when w joined later (by time joined, then request number, then branch), was taken first by
somebody of a team in whose list v stands, and is still in that person's hands: he could have been at work on v. Anyone
in service at an instant of v's wait was started before v, so the overtaken ticks of v are the open time within its wait
at which the latest-joined unit in service joined after v. That makes it one question per waiting visit about one step
function of time:

    M(t) = the largest place in the order of joining among those in service at t
    overtaken(v) = open time of { t in [assembled, started) : M(t) > place(v) }

answered for all visits at once with a wavelet matrix (F. Claude, G. Navarro and A. Ordóñez, "The wavelet matrix",
Information Systems 47, 2015): O((n + q) log n), no loop over visits. A team that starts in the order of joining needs
none of it.

A visit that any of several teams may take stands in the lists of all of them: in service are the people of all, and
open time is that of the team that took it. Of work for several people everybody is in service, each in his own team.
Such work itself is never overtaken: it comes before all work for one of the same or lower priority (R8), and what keeps
it waiting is that its people do not come free together; that is plain queueing. What was cut short (R15) waited until
then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.crews import crew_visits
from flowsim.metrics.frame import BoolArray, Frame, IntArray
from flowsim.model import OpenTimes
from flowsim.record import NONE


@dataclass(frozen=True)
class _Line:
    """The visits that some teams served or that wait for them, in the order of joining; place = index + 1 of the unit,
    0 stands for nobody.

    Units are what is taken up in one go (R11), so members of one process batch share a place.
    """

    rows: IntArray  # into Record.visits
    place: IntArray
    joined: IntArray
    started: IntArray


def overtaken_ticks(frame: Frame) -> IntArray:
    """Open ticks of each visit's wait in which it was overtaken; int64, one a visit. Answers have none, nor has work
    for several people.
    """
    found = np.zeros(frame.n_visits, dtype=np.int64)
    crew = crew_visits(frame)
    of_step = _lists(frame)
    for teams in dict.fromkeys(of_step):
        rows = _rows(frame, teams, crew)
        if _in_order(frame, rows):
            continue
        line = _line(frame, rows)
        let_go = frame.let_go[line.rows]
        here = np.array([*(own == teams for own in of_step), False])[frame.visits["step"][line.rows]]
        waiting = np.flatnonzero(_overtaken_at_all(line) & here & ~frame.is_answer[line.rows])
        limit = _limits(frame)[frame.visits["step"][line.rows]]
        own = frame.visits["team"][line.rows]
        for team in teams:  # the open time of a wait is that of the visit's own team
            for x in np.unique(limit[waiting[own[waiting] == team]]).tolist():
                asked = waiting[(own[waiting] == team) & (limit[waiting] == x)]
                served = _served(frame, line, teams, crew, x)
                found[line.rows[asked]] = _measure(frame.team_clock(team), line, let_go, served, asked)
    return found


def _lists(frame: Frame) -> list[tuple[int, ...]]:
    """By step the teams in whose lists its visits stand for one of their people, ascending; none for several people."""
    return [() if s.several else tuple(sorted(t)) for s, t in zip(frame.model.steps, frame.takers, strict=True)]


def _rows(frame: Frame, teams: tuple[int, ...], crew: IntArray) -> IntArray:
    """The visits that these teams served or that wait for them, and those on which their people were at work with
    others; ascending.
    """
    team = frame.visits["team"]
    if len(teams) == 1 and not crew.size:
        return np.flatnonzero(team == teams[0])
    lent = crew[np.isin(frame.record.crew["team"], teams)]
    return np.union1d(np.flatnonzero(np.isin(team, teams)), lent)


def _served(frame: Frame, line: _Line, teams: tuple[int, ...], crew: IntArray, limit: int) -> IntArray:
    """Which of the line were in service with people of these teams, begun when their teams might begin a step with this
    `no_start_within`.
    """
    let_go, taken = frame.let_go[line.rows], frame.taken_up[line.rows]
    found: BoolArray = np.zeros(line.rows.size, dtype=np.bool_)
    for team in teams:
        people = frame.visits["team"][line.rows] == team
        if crew.size:
            people |= np.isin(line.rows, crew[frame.record.crew["team"] == team])
        some = np.flatnonzero(people & taken & (let_go > line.started))
        found[some[_may_begin(frame.team_clock(team), line.started[some], limit)]] = True
    return np.flatnonzero(found)


def _in_order(frame: Frame, rows: IntArray) -> bool:
    """Whether all of these were taken up in the order of joining; rows are in order of request number."""
    order = _joining(frame, rows)
    return bool((np.diff(frame.at["started"][rows][order]) >= 0).all())


def _joining(frame: Frame, rows: IntArray) -> IntArray:
    """The order of joining: by time, then request number, then branch (R3)."""
    joined = frame.at["assembled"][rows]
    if frame.forks.size:
        return np.lexsort((frame.visits["branch"][rows], frame.visits["request"][rows], joined))
    return np.argsort(joined, kind="stable")  # rows are in order of request number


def _line(frame: Frame, rows: IntArray) -> _Line:
    visits = frame.visits
    rows = rows[_joining(frame, rows)]
    joined = frame.at["assembled"][rows]
    batch = visits["process_batch"][rows]
    unit = np.arange(rows.size)
    if (batch != NONE).any():
        # A batch stands in line as its first member: first admitted, then lowest request number, then branch (R3).
        keys = (visits["branch"][rows], visits["request"][rows], frame.at["admitted"][rows], batch)
        by_batch = np.lexsort(keys)
        together = (batch[by_batch][1:] == batch[by_batch][:-1]) & (batch[by_batch][1:] != NONE)
        head = np.maximum.accumulate(np.where(np.append(True, ~together), np.arange(rows.size), 0))
        unit[by_batch] = by_batch[head]
        order = np.lexsort((unit, joined))  # of those that joined at once the heads are in order
        rows, joined, unit = rows[order], joined[order], unit[order]
    place = np.cumsum(np.append(True, unit[1:] != unit[:-1])[: unit.size])
    return _Line(rows, place, joined, frame.at["started"][rows])


def _overtaken_at_all(line: _Line) -> BoolArray:
    """Which visits saw a later-joined one start strictly before them; a cheap sieve for the measure proper."""
    by_start = np.argsort(line.started, kind="stable")
    highest = np.append(0, np.maximum.accumulate(line.place[by_start]))
    earlier = np.searchsorted(line.started[by_start], line.started, side="left")
    return np.asarray(highest[earlier] > line.place)


def _limits(frame: Frame) -> IntArray:
    """`no_start_within` by step index; the customer's (-1) is 0."""
    return np.array([*(s.no_start_within for s in frame.model.steps), 0], dtype=np.int64)


def _may_begin(clock: OpenTimes, t: IntArray, limit: int) -> BoolArray:
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
