"""What no request can beat: its own work, as it was drawn, with nobody before it and no door closed.

Along its way as it went: each visit's set-up, reading in and work at the speed of the fastest who may do it, each
transit as drawn, each answer; of branches side by side the longest. What is left out is waiting of every kind: for a
person, a batch, a place, an opening, the other branches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.metrics.frame import Frame
from flowsim.model import Model
from flowsim.model.capacity import pace
from flowsim.record import NONE

IntArray = npt.NDArray[np.int64]

WORK = ("adding_ticks", "necessary_ticks", "waste_ticks")


@dataclass(frozen=True)
class Least:
    """Of the measured requests that ended otherwise than by giving up: how many, the sum of the fastest possible and of
    the lead times in ticks, the smallest difference (None: no request), and of those that were faster than possible how
    many and the first in words.
    """

    counted: int
    least: int
    lead: int
    margin: int | None
    beaten: int
    first: str


def least(frame: Frame) -> Least:
    """Every measured request of a run against the fastest possible."""
    rows = np.flatnonzero(frame.measured & frame.delivered)
    fastest = fastest_possible(frame)[rows]
    lead = (frame.requests["ended"] - frame.requests["arrived"])[rows]
    margin = lead - fastest
    beaten = np.flatnonzero(margin < 0)
    first = ""
    if beaten.size:
        i = int(beaten[0])
        first = f"request {rows[i]} took {lead[i]} ms, and needs {fastest[i]} ms"
    smallest = int(margin.min()) if rows.size else None
    return Least(rows.size, int(fastest.sum()), int(lead.sum()), smallest, beaten.size, first)


def fastest_possible(frame: Frame) -> IntArray:
    """Ticks that each request needs at the very least; int64, one a request."""
    each = of_visits(frame)
    branch = frame.visits["branch"]
    trunk = np.flatnonzero(branch == 0)
    found = np.zeros(frame.n_requests, dtype=np.int64)
    np.add.at(found, frame.visits["request"][trunk], each[trunk])
    if frame.forks.size:
        _add_branches(frame, each, found)
    return found


def _add_branches(frame: Frame, each: IntArray, found: IntArray) -> None:
    """Of each split the longest branch, with what splits within it, added to what it is part of."""
    rows = frame.record.branches
    names = ("request", "branch", "parent", "split", "began")
    own: dict[tuple[int, int], int] = {}
    side = np.flatnonzero(frame.visits["branch"] > 0)
    visits = (frame.visits["request"][side].tolist(), frame.visits["branch"][side].tolist(), each[side].tolist())
    for request, branch, ticks in zip(*visits, strict=True):
        own[request, branch] = own.get((request, branch), 0) + ticks
    longest: dict[tuple[int, int, int, int], int] = {}
    inside: dict[tuple[int, int], list[tuple[int, int, int, int]]] = {}  # the splits in each branch
    table = list(zip(*(rows[name].tolist() for name in names), strict=True))
    for request, branch, parent, split, began in reversed(table):  # those within others have the higher numbers
        whole = own.get((request, branch), 0) + sum(longest[key] for key in inside.get((request, branch), ()))
        key = (request, parent, split, began)
        if key not in longest:
            inside.setdefault((request, parent), []).append(key)
        longest[key] = max(longest.get(key, 0), whole)
    for (request, parent, _, _), ticks in longest.items():
        if parent == 0:
            found[request] += ticks


def of_visits(frame: Frame) -> IntArray:
    """Ticks that each visit takes at the very least: what was drawn, without any waiting; int64, one a visit."""
    visits, model = frame.visits, frame.model
    speed = _speeds(model)[np.where(frame.is_answer, len(model.steps), visits["step"])]
    spent = [visits["set_up_ticks"], visits["read_ticks"], sum((visits[name] for name in WORK), np.int64(0))]
    least: IntArray = sum((ticks * 1000 // speed for ticks in spent), np.zeros(frame.n_visits, dtype=np.int64))
    # Each drawn length is rounded by itself (R8): at another speed than the usual half a tick may go each time.
    rounding = np.where(speed == 1000, 0, max((len(step.tasks) for step in model.steps), default=0) + 2)
    return np.maximum(least - rounding, 0) + _on_the_way(frame)


def _speeds(model: Model) -> IntArray:
    """By step the greatest speed at which it may be done, in thousandths of the usual; last, that of an answer."""
    fastest = max([1000, *(person.speed for person in model.people)])
    return np.array([*(round(pace(model, step) * 1000) for step in model.steps), fastest], dtype=np.int64)


def _on_the_way(frame: Frame) -> IntArray:
    """The transit of each visit as drawn: the time between, or what of it lies in the hours in which it is counted."""
    visits = frame.visits
    gone, there = frame.at["gathered"], frame.at["delivered"]
    found = there - gone
    for index, step in enumerate(frame.model.steps):
        transit = step.handoff.transit if step.handoff is not None else None
        if transit is not None and transit.calendar is not None:
            rows = np.flatnonzero((visits["step"] == index) & (there > gone) & (visits["team"] != NONE))
            found[rows] = frame.clock(transit.calendar).worked_array(gone[rows], there[rows])
    return found
