"""Little's law on one run, exactly: the number present, added up over time, is the sum of the times spent (1961).

Over any window each side is a whole number of ticks: ∫ N(t) dt on the left, the sum of what of each stay lies within
the window on the right. The left side is *swept* here: all comings and goings in order of time, counting up and down,
and never a look at who it was. The right side comes from elsewhere: from each stay by itself, from the ledger of the
visits (the table that says where the time goes), or, for the whole process, from the engine's own count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.metrics.frame import Frame
from flowsim.metrics.ledger import Ledger
from flowsim.record import INSTANTS, NONE

IntArray = npt.NDArray[np.int64]

WHOLE = "the whole process"

STAGES = (
    "in a transfer batch",
    "on the way",
    "kept out by a limit",
    "in a process batch",
    "waiting for a person",
    "set-up",
    "waiting for its turn in the batch",
    "being read in",
    "at work",
    "done, waiting for the others of the batch",
)
"""What a visit is at between each two of its instants (R6), closed hours included."""


@dataclass(frozen=True)
class Identity:
    """Two sides that must be equal, in ticks: `swept` from comings and goings, and what it is held against."""

    what: str
    against: str
    swept: int
    expected: int

    @property
    def holds(self) -> bool:
        """Whether both sides are the same number."""
        return self.swept == self.expected


@dataclass(frozen=True)
class Flow:
    """A place or stage in the window: `area` is the number there added up over time, `came` how many came there within
    the window and `stayed` how long these stayed in all; ticks.
    """

    scope: str
    name: str
    area: int
    came: int
    stayed: int


def sweep(begins: IntArray, ends: IntArray, lo: int, hi: int) -> int:
    """∫ N(t) dt over [lo, hi), N(t) being those who came and have not gone: the comings and goings in order of time,
    each counted when it happens. An end before its begin counts as it stands, so it shows.
    """
    times = np.concatenate([begins, ends])
    changes = np.concatenate([np.ones(begins.size, dtype=np.int64), np.full(ends.size, -1, dtype=np.int64)])
    order = np.argsort(times, kind="stable")
    present = np.cumsum(changes[order])
    edges = np.clip(np.append(times[order], hi), lo, hi)
    return int((present * np.diff(edges)).sum())


def within(begins: IntArray, ends: IntArray, lo: int, hi: int) -> int:
    """The sum of what of each stay lies within [lo, hi)."""
    return int(np.maximum(np.minimum(ends, hi) - np.maximum(begins, lo), 0).sum())


def identities(frame: Frame, ledger: Ledger) -> list[Identity]:
    """All of them, for one run: over the window for every place and stage, over the whole run for the process (against
    the engine's count) and for every step (against the ledger).
    """
    end, lo, hi = frame.now, frame.lo, frame.hi
    arrived, ended = frame.filled(frame.requests["arrived"]), frame.filled(frame.requests["ended"])
    found = [Identity(WHOLE, "the engine's own count", sweep(arrived, ended, 0, end), frame.record.wip_area)]
    for scope, name, begins, ends in stays(frame):
        times = "the times of each request" if scope == "all" else "the times of each visit"
        found.append(Identity(name, times, sweep(begins, ends, lo, hi), within(begins, ends, lo, hi)))
    spent = sum(ledger.values(), np.zeros(frame.n_visits, dtype=np.int64))
    for index, step in enumerate(frame.model.steps):
        rows = np.flatnonzero(frame.visits["step"] == index)
        swept = sweep(frame.at["sent"][rows], frame.at["released"][rows], 0, end)
        found.append(Identity(step.name, "where the time goes", swept, int(spent[rows].sum())))
    return found


def stays(frame: Frame) -> list[tuple[str, str, IntArray, IntArray]]:
    """(scope, name, begins, ends) of all there is to sweep: the requests of customers in the whole process, the visits
    to each step, and those in each stage.
    """
    own = np.flatnonzero(~frame.is_chase)
    arrived, ended = frame.filled(frame.requests["arrived"]), frame.filled(frame.requests["ended"])
    found = [("all", WHOLE, arrived[own], ended[own])]
    for index, step in enumerate(frame.model.steps):
        rows = np.flatnonzero(frame.visits["step"] == index)
        found.append(("step", step.name, frame.at["sent"][rows], frame.at["released"][rows]))
    ours = np.flatnonzero(frame.visits["team"] != NONE)  # the time of a customer who is asked is no stage of work
    for name, before, after in zip(STAGES, INSTANTS[:-1], INSTANTS[1:], strict=True):
        begins, ends = frame.at[before][ours], frame.at[after][ours]
        some = np.flatnonzero(ends != begins)
        found.append(("stage", name, begins[some], ends[some]))
    return found


def flows(frame: Frame) -> list[Flow]:
    """The familiar figures of each place and stage, in the window."""
    found = []
    for scope, name, begins, ends in stays(frame):
        came = np.flatnonzero((begins >= frame.lo) & (begins < frame.hi))
        area = sweep(begins, ends, frame.lo, frame.hi)
        found.append(Flow(scope, name, area, came.size, int((ends[came] - begins[came]).sum())))
    return found
