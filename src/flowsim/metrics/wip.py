"""How much was in process (WIP): overall, at each step and team, in each stage of a visit. Exact, from the instants.

Overall: the requests of customers, from arrival to end; chases (R15) are work about a request that counts already. At a
step or team: every visit, whosever, on every branch, from `sent` to `released`; while a request waits for room where it
is (R14) it counts there, not where it is bound for. In a stage of a visit (STAGES): of the requests of customers, and
of their branches the one that is waited for (R13), so that the stages add up to the requests in process. All count,
measured or not: WIP is a fact about the system, not about a sample. A window is [frame.lo, frame.hi): from the warm-up
to the length of the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.metrics.frame import ALL, BoolArray, Frame, IntArray, Selection, sum_by
from flowsim.model import Model, paths
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
answered is the stage "answer", and it is in no other; so the stages of all critical visits of customers' requests add
up to the requests in process.
"""

Spans = tuple[IntArray, IntArray]
Key = tuple[str, str]


def spans(frame: Frame) -> dict[Key, Spans]:
    """(scope, name) -> begins and ends, in ticks, of every stay there; the one entry of scope "all" is named "all"."""
    found = {("all", "all"): request_spans(frame)}
    for scope, names in _places(frame):
        index, begins, ends = stays(frame, scope)
        for i, name in enumerate(names):
            rows = np.flatnonzero(index == i)
            found[scope, name] = (begins[rows], ends[rows])
    for stage in STAGES:
        found["stage", stage] = stage_spans(frame, stage)
    return found


def _places(frame: Frame) -> tuple[tuple[str, list[str]], ...]:
    """The scopes that are columns of the visits, and their names by index."""
    return ("step", [s.name for s in frame.model.steps]), ("team", [t.name for t in frame.model.teams])


def stays(frame: Frame, scope: str) -> tuple[IntArray, IntArray, IntArray]:
    """Every stay at a place of the scope "step" or "team": the index of the place (NONE: the customer), begin and end
    in ticks. First that of each visit, in order; then those of requests that waited for room where they were (R14).
    """
    visits, at, held = frame.visits, frame.at, frame.held
    if not held.rows.size:
        return visits[scope], at["sent"], at["released"]
    begins = at["sent"].copy()
    begins[held.rows] = at["admitted"][held.rows]
    stayed = held.rows[held.last]
    place = np.append(visits[scope], visits[f"from_{scope}"][stayed])
    return place, np.append(begins, at["sent"][stayed]), np.append(at["released"], at["admitted"][stayed])


def request_spans(frame: Frame) -> Spans:
    """Arrival (the start, for a backlog) and end (now while open) of every request of a customer, in ticks."""
    own = _customers(frame)
    return frame.filled(frame.requests["arrived"])[own], frame.filled(frame.requests["ended"])[own]


def let_in_spans(frame: Frame) -> Spans:
    """First admission and end (now while open) of every request of a customer, in ticks: while it has its place in the
    limit of the whole (R14). One that was never let in has no length.
    """
    visits, own = frame.visits, _customers(frame)
    admitted = frame.at["admitted"]
    cut = frame.is_kind(Kind.WITHDRAWN) & (visits["admitted"] == visits["released"])
    rows = np.flatnonzero(~frame.is_answer & ~cut)
    begins = frame.filled(frame.requests["ended"])
    ends = begins.copy()
    np.minimum.at(begins, visits["request"][rows], admitted[rows])
    return begins[own], ends[own]


def stage_spans(frame: Frame, stage: str) -> Spans:
    """Begin and end, in ticks, of every stay in a stage that took any time."""
    begins, ends = (frame.at[name] for name in STAGES[stage])
    rows = np.flatnonzero((ends > begins) & (frame.is_answer == (stage == "answer")) & _own_chain(frame))
    return begins[rows], ends[rows]


def place_areas(frame: Frame, scope: str) -> IntArray:
    """`wip_area` over the window of every place of the scope "step" or "team": int64 ticks, in the Model's order."""
    names = dict(_places(frame))[scope]
    place, begins, ends = stays(frame, scope)
    inside = np.minimum(ends, frame.hi) - np.maximum(begins, frame.lo)
    return sum_by(place + 1, np.maximum(inside, 0), len(names) + 1)[1:]


def wip_distributions(frame: Frame) -> dict[Key, tuple[IntArray, IntArray]]:
    """(scope, name) -> `wip_distribution` over the window, for every entry of `spans`."""
    found: dict[Key, tuple[IntArray, IntArray]] = {}
    steps = frame.model.steps
    at_all = [team for step in steps for team in step.takers]
    only = {s.team: s.name for s in steps if at_all.count(s.team) == 1 and not s.others}
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
    for scope, names in _places(frame):
        place, begins, ends = stays(frame, scope)
        keys = place + 1  # 0: the customer
        size = len(names) + 1
        counts = grid.seen_by(keys, grid.slots(begins), size) - grid.seen_by(keys, grid.slots(ends), size)
        found |= {(scope, name): row for name, row in zip(names, counts[1:], strict=True)}
    chain = _own_chain(frame)
    rows = ALL if chain.all() else np.flatnonzero(chain)
    slots = {name: grid.slots(frame.at[name][rows]) for name in INSTANTS}
    answers = np.flatnonzero(frame.is_answer[rows])
    passed = {name: grid.seen(s) - grid.seen(s[answers]) for name, s in slots.items()}
    for stage, (begin, end) in STAGES.items():
        if stage == "answer":
            found["stage", stage] = grid.seen(slots[begin][answers]) - grid.seen(slots[end][answers])
        else:
            found["stage", stage] = passed[begin] - passed[end]
    return found


def cumulative(frame: Frame, grid: Grid) -> npt.NDArray[np.int64]:
    """For the cumulative flow diagram: shape (steps + 2, grid.count), over the requests of customers. Row 0 counts
    arrivals (a backlog at the start) up to each grid instant, row k + 1 the requests that have gone beyond step k, and
    the last row those that have ended.

    How far a request has come is the furthest step it was sent to so far, by the order of travel of its class
    (`Paths.rank`), along the branches that are waited for (R13). It has gone beyond step k when that is further than
    step k and all steps before it in the file, or when it has ended. So no row ever falls, nor is above the one before
    it, whatever the journeys. Where a class travels in the order of the file the gap between rows k and k + 1 is the
    number of requests whose furthest step so far is k; one that was sent back is still counted at the furthest step it
    had reached. Where a class travels against that order, those at the later ones of its steps in the file are counted
    at an earlier one that is further along.
    """
    size = len(frame.model.steps)
    arrived, _ = request_spans(frame)
    gone = frame.ended & ~frame.is_chase
    request, step = frame.visits["request"], frame.visits["step"]
    onward = np.flatnonzero(_own_chain(frame) & ~frame.is_answer & (step != NONE))
    request = request[onward]
    rows_passed = _rows_passed(frame.model)[frame.requests["class"][request], step[onward]]
    # The furthest so far, within each request: requests ascend, so one running maximum does for all of them.
    reach = np.maximum.accumulate(request * (size + 1) + rows_passed + 1) - request * (size + 1)
    first = np.diff(request, prepend=NONE) != 0
    before = np.where(first, 0, np.append(0, reach[:-1])[: reach.size])
    further = np.flatnonzero(reach > before)
    furthest = np.zeros(frame.n_requests, dtype=np.int64)
    np.maximum.at(furthest, request, reach)
    # An event lifts the counts of all steps it passes: up at the first of them, down again after the last.
    slots = grid.slots(frame.at["sent"][onward][further])
    last = grid.slots(frame.requests["ended"][gone])
    up = grid.seen_by(np.maximum(before[further] - 1, 0), slots, size + 1)
    up += grid.seen_by(np.maximum(furthest[gone] - 1, 0), last, size + 1)
    down = grid.seen_by(reach[further] - 1, slots, size + 1)
    passed = np.cumsum(up - down, axis=0)[:size]
    return np.vstack([grid.seen(grid.slots(arrived)), passed, grid.seen(last)])


def _rows_passed(model: Model) -> IntArray:
    """By class and step how many rows of `cumulative` a request passes when it is sent to that step: those up to which,
    in the order of the file, no step is as far along the journey; none where the class has no business. int64.
    """
    found = []
    for cls in model.classes:
        rank = np.array(paths(model, cls.name).rank, dtype=np.int64)
        found.append(np.searchsorted(np.maximum.accumulate(rank), rank, side="left"))
    return np.array(found, dtype=np.int64)


def _customers(frame: Frame) -> Selection:
    """The requests of customers: all but chases."""
    return np.flatnonzero(~frame.is_chase) if frame.is_chase.any() else ALL


def _own_chain(frame: Frame) -> BoolArray:
    """The visits that make up the time of customers' requests: critical ones (R13), of no chase."""
    chain = frame.critical
    return chain & ~frame.is_chase[frame.visits["request"]] if frame.is_chase.any() else chain
