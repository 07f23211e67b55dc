"""Splits (R13): which branch the others wait for, and how long.

A branch that has ended waits for the others of its split; that is no part of the request's ledger, which follows the
branch that ended last. Branches in which the request needed nothing wait for nobody, and do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import BoolArray, Frame, IntArray, sum_by
from flowsim.record import NONE


@dataclass(frozen=True)
class SplitRow:
    """One branch of a split, over the requests that are measured: `count` of them went through it and came to the join;
    of these it was the one waited for `last` times. Sums of ticks: `wait`, from its end until all had come, and
    `duration`, from its beginning to its end. `steps` are the names of its own steps.
    """

    split: str
    place: int
    steps: tuple[str, ...]
    count: int
    last: int
    wait: int
    duration: int


def branch_waits(frame: Frame) -> tuple[IntArray, IntArray]:
    """The branches (rows of `Record.branches`) that were joined by now, and how long each had waited for that: int64
    ticks. Left out are those without a visit, and those that were cut short (R15).
    """
    own = frame.forks.rows
    rows = np.flatnonzero(_joined(frame) & _visited(frame))
    return rows, own["joined"][rows] - own["ended"][rows]


def split_rows(frame: Frame) -> list[SplitRow]:
    """A row for each branch of each split, in the Model's order."""
    own = frame.forks.rows
    rows, waits = branch_waits(frame)
    measured = frame.measured[own["request"][rows]]
    rows, waits = rows[measured], waits[measured]
    keys = [
        (index, place)
        for index, step in enumerate(frame.model.steps)
        if step.split
        for place in range(len(step.split.branches))
    ]
    most = 1 + max((place for _, place in keys), default=0)
    slot = np.full(len(frame.model.steps) * most, NONE, dtype=np.int64)
    for k, (index, place) in enumerate(keys):
        slot[index * most + place] = k
    where = slot[own["split"][rows] * most + own["place"][rows]]
    count = np.bincount(where, minlength=len(keys))
    last = sum_by(where, frame.forks.last[rows], len(keys))
    wait = sum_by(where, waits, len(keys))
    duration = sum_by(where, own["ended"][rows] - own["began"][rows], len(keys))
    found = []
    for k, (index, place) in enumerate(keys):
        step = frame.model.steps[index]
        assert step.split is not None
        sums = (int(column[k]) for column in (count, last, wait, duration))
        found.append(SplitRow(step.name, place, step.split.branches[place], *sums))
    return found


def _joined(frame: Frame) -> BoolArray:
    """Branches whose split was joined by now, and not because the customer withdrew."""
    own = frame.forks.rows
    joined = own["joined"]
    cut = frame.withdrawn[own["request"]] & (joined == frame.requests["ended"][own["request"]])
    found: BoolArray = (joined != NONE) & (joined <= frame.now) & ~cut
    return found


def _visited(frame: Frame) -> BoolArray:
    """Branches that have a visit of their own."""
    found = np.zeros(frame.forks.size + 1, dtype=np.bool_)
    found[frame.forks.of_visits] = True  # the last element is that of the trunk
    return found[:-1]
