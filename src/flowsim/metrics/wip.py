"""How much was in process (WIP): overall, at each step and team, in each stage of a visit. Exact, from the instants.

A request is in process from its arrival to its end; at a step or team from `sent` to `released` of a visit there; in a
stage between two instants of a visit (STAGES). All requests count, measured or not: WIP is a fact about the system, not
about a sample. A window is [frame.lo, frame.hi): from the warm-up to the length of the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.metrics.frame import Frame, IntArray, sum_by
from flowsim.record import INSTANTS, NONE, Kind

STAGES = {
    "gathering": ("sent", "gathered"),
    "transit": ("gathered", "delivered"),
    "blocked": ("delivered", "admitted"),
    "assembling": ("admitted", "assembled"),
    "waiting": ("assembled", "started"),
    "set-up": ("started", "set_up"),
    "turn": ("set_up", "turn"),
    "reading": ("turn", "read"),
    "working": ("read", "worked"),
    "holding": ("worked", "released"),
    "answer": ("sent", "released"),
}
"""Stage of a visit -> the instants it lies between, closed hours included. The whole of a visit in which a question is
answered is the stage "answer", and it is in no other; so the stages of all visits add up to the requests in process.
"""

Spans = tuple[IntArray, IntArray]
Key = tuple[str, str]


def spans(frame: Frame) -> dict[Key, Spans]:
    """(scope, name) -> begins and ends, in ticks, of every stay there; the one entry of scope "all" is named "all"."""
    found = {("all", "all"): request_spans(frame)}
    sent, released = frame.at["sent"], frame.at["released"]
    for scope, names in _places(frame):
        index = frame.visits[scope]
        for i, name in enumerate(names):
            rows = np.flatnonzero(index == i)
            found[scope, name] = (sent[rows], released[rows])
    for stage in STAGES:
        found["stage", stage] = stage_spans(frame, stage)
    return found


def _places(frame: Frame) -> tuple[tuple[str, list[str]], ...]:
    """The scopes that are columns of the visits, and their names by index."""
    return ("step", [s.name for s in frame.model.steps]), ("team", [t.name for t in frame.model.teams])


def request_spans(frame: Frame) -> Spans:
    """Arrival and end (now while open) of every request, in ticks."""
    return frame.filled(frame.requests["arrived"]), frame.filled(frame.requests["ended"])


def stage_spans(frame: Frame, stage: str) -> Spans:
    """Begin and end, in ticks, of every stay in a stage that took any time."""
    begins, ends = (frame.at[name] for name in STAGES[stage])
    rows = np.flatnonzero((ends > begins) & (frame.is_answer == (stage == "answer")))
    return begins[rows], ends[rows]


def place_areas(frame: Frame, scope: str) -> IntArray:
    """`wip_area` over the window of every place of the scope "step" or "team": int64 ticks, in the Model's order."""
    names = dict(_places(frame))[scope]
    inside = np.minimum(frame.at["released"], frame.hi) - np.maximum(frame.at["sent"], frame.lo)
    return sum_by(frame.visits[scope] + 1, np.maximum(inside, 0), len(names) + 1)[1:]


def wip_distributions(frame: Frame) -> dict[Key, tuple[IntArray, IntArray]]:
    """(scope, name) -> `wip_distribution` over the window, for every entry of `spans`."""
    found: dict[Key, tuple[IntArray, IntArray]] = {}
    steps = frame.model.steps
    only = {s.team: s.name for s in steps if [t.team for t in steps].count(s.team) == 1}
    for (scope, name), (begins, ends) in spans(frame).items():
        if scope == "team" and name in only:  # a team with one step has what the step has
            found[scope, name] = found["step", only[name]]
        else:
            found[scope, name] = wip_distribution(begins, ends, frame.lo, frame.hi)
    return found


def wip_area(begins: IntArray, ends: IntArray, lo: int, hi: int) -> int:
    """The integral of the number present over [lo, hi): ticks, exact."""
    inside = np.minimum(ends, hi) - np.maximum(begins, lo)
    return int(np.maximum(inside, 0).sum())


def wip_mean(begins: IntArray, ends: IntArray, lo: int, hi: int) -> float | None:
    """The time-average number present in [lo, hi); None for an empty window."""
    return wip_area(begins, ends, lo, hi) / (hi - lo) if hi > lo else None


def wip_distribution(begins: IntArray, ends: IntArray, lo: int, hi: int) -> tuple[IntArray, IntArray]:
    """(n, ticks): for how long exactly n were present within [lo, hi), n ascending, ticks > 0 and adding up to hi - lo.

    (Semantics section 5: WIP is time-weighted.)
    """
    # One sorted array of instants; the lowest bit says whether someone came (0) or went (1). The first and the last are
    # the window's own. Who was there only outside the window comes and goes at its edge: for no time at all.
    size = begins.size
    events = np.empty(2 * size + 2, dtype=np.int64)
    np.clip(begins, lo, hi, out=events[1 : size + 1])
    np.clip(ends, lo, hi, out=events[size + 1 : -1])
    events[0], events[-1] = lo, hi
    events *= 2
    events[size + 1 : -1] += 1
    events.sort()
    present = np.cumsum(1 - 2 * (events & 1))[:-1] - 1
    lengths = np.diff(events >> 1)
    ticks = np.zeros(int(present.max()) + 1, dtype=np.int64)
    np.add.at(ticks, present, lengths)
    n = np.flatnonzero(ticks)
    return n, ticks[n]


@dataclass(frozen=True)
class Grid:
    """Evenly spaced instants: 0, every, 2 · every, … `count` of them, in ticks."""

    every: int
    count: int

    @property
    def instants(self) -> IntArray:
        """The instants, int64 ticks."""
        return np.arange(self.count, dtype=np.int64) * self.every

    def slots(self, t: IntArray) -> IntArray:
        """Index of the first grid instant ≥ t, at most `count`; int64, same shape."""
        return np.minimum((t + (self.every - 1)) // self.every, self.count)

    def seen(self, slots: IntArray) -> IntArray:
        """For each grid instant g the number of events at or before g, from their slots."""
        return np.cumsum(np.bincount(slots, minlength=self.count + 1)[: self.count])

    def seen_by(self, keys: IntArray, slots: IntArray, size: int) -> IntArray:
        """`seen` for each key in [0, size): shape (size, count)."""
        wide = np.bincount(keys * (self.count + 1) + slots, minlength=size * (self.count + 1))
        return np.cumsum(wide.reshape(size, self.count + 1)[:, : self.count], axis=1)


def grid_for(frame: Frame, most: int = 400) -> Grid:
    """A grid over [0, now), warm-up included: the finest of 1 min … 1 week that needs at most `most` instants, and
    coarser, in whole weeks, for a very long run. What is open at now has no end on it.
    """
    minute, week = 60_000, 7 * 24 * 60
    for minutes in (1, 5, 15, 60, 120, 240, 480, 1440, week):
        if -(-frame.now // (minutes * minute)) <= most:
            break
    else:
        minutes = week * -(-frame.now // (week * minute * most))
    every = minutes * minute
    return Grid(every, -(-frame.now // every))


def wip_series(frame: Frame, grid: Grid) -> dict[Key, IntArray]:
    """(scope, name) -> the number present at each grid instant g: those with begin ≤ g < end."""
    arrived, ended = request_spans(frame)
    found = {("all", "all"): grid.seen(grid.slots(arrived)) - grid.seen(grid.slots(ended))}
    slots = {name: grid.slots(frame.at[name]) for name in INSTANTS}
    for scope, names in _places(frame):
        keys = frame.visits[scope] + 1  # 0: the customer
        size = len(names) + 1
        counts = grid.seen_by(keys, slots["sent"], size) - grid.seen_by(keys, slots["released"], size)
        found |= {(scope, name): row for name, row in zip(names, counts[1:], strict=True)}
    answers = np.flatnonzero(frame.is_answer)
    passed = {name: grid.seen(s) - grid.seen(s[answers]) for name, s in slots.items()}
    for stage, (begin, end) in STAGES.items():
        if stage == "answer":
            found["stage", stage] = grid.seen(slots[begin][answers]) - grid.seen(slots[end][answers])
        else:
            found["stage", stage] = passed[begin] - passed[end]
    return found


def cumulative(frame: Frame, grid: Grid) -> npt.NDArray[np.int64]:
    """For the cumulative flow diagram: shape (steps + 2, grid.count). Row 0 counts arrivals up to each grid instant,
    row k + 1 the requests that have gone beyond step k (sent to a step later in the file for the first time, or ended),
    and the last row those that have ended.

    No row ever falls, nor is above the one before it. The gap between rows k and k + 1 is the number of requests whose
    furthest step so far is k; one that was sent back is still counted at the furthest step it had reached.
    """
    size = len(frame.model.steps)
    arrived, ended = request_spans(frame)
    gone = frame.ended
    request, step = frame.visits["request"], frame.visits["step"]
    onward = np.flatnonzero((frame.visits["kind"] != int(Kind.ANSWER)) & (step != NONE))
    request, step = request[onward], step[onward]
    # The furthest step so far, within each request: requests ascend, so one running maximum does for all of them.
    reach = np.maximum.accumulate(request * (size + 1) + step + 1) - request * (size + 1)
    first = np.diff(request, prepend=NONE) != 0
    before = np.where(first, 0, np.append(0, reach[:-1])[: reach.size])
    further = np.flatnonzero(reach > before)
    furthest = np.zeros(frame.n_requests, dtype=np.int64)
    np.maximum.at(furthest, request, reach)
    # An event lifts the counts of all steps it passes: up at the first of them, down again after the last.
    slots = grid.slots(frame.at["sent"][onward][further])
    last = grid.slots(ended[gone])
    up = grid.seen_by(np.maximum(before[further] - 1, 0), slots, size + 1)
    up += grid.seen_by(np.maximum(furthest[gone] - 1, 0), last, size + 1)
    down = grid.seen_by(reach[further] - 1, slots, size + 1)
    passed = np.cumsum(up - down, axis=0)[:size]
    return np.vstack([grid.seen(grid.slots(arrived)), passed, grid.seen(last)])
