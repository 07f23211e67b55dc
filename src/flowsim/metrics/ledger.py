"""Where the time went (docs/semantics.md section 4): every tick of a visit under one name, exactly.

The parts of a visit add up to its length; those of a request are the sums over its critical visits (R13: on the trunk
and on critical branches), and add up to its lead time. Work that several people do at once (R8) is one work time; what
it takes of everybody's time is `metrics.crews.people_ticks`. All in ticks, int64.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from flowsim.metrics.crews import USUAL, speeds
from flowsim.metrics.frame import Frame, IntArray, sum_by
from flowsim.metrics.overtaking import overtaken_ticks
from flowsim.model import Model
from flowsim.record import Kind, Record

PARTS = (
    "work_adding",
    "work_necessary",
    "work_waste",
    "rework",
    "setup",
    "reread",
    "transit",
    "queue",
    "overtaken",
    "blocked",
    "batch",
    "answer",
    "closed",
)
"""The parts of a lead time, in the order in which they are shown."""

AT_WORK = ("work_adding", "work_necessary", "work_waste", "rework", "setup", "reread")
"""The parts during which somebody is at work on the request: together its process time."""

HANDLING = ("assembled", "started", "set_up", "turn", "read", "worked", "released")
"""The instants between which the serving team's calendar counts; of work for several teams at once, all of theirs."""

Ledger = dict[str, IntArray]


def visit_ledger(model: Model, record: Record, until: int | None = None) -> Ledger:
    """The ledger of every visit: for each of PARTS an int64 array of ticks, one a visit.

    An open visit is booked up to now (`until`, else the end of the run) under its first missing instant. The parts add
    up to released - sent, or now - sent while it is not released. One that was cut short (R15) is booked up to then,
    under the instant that never came.
    """
    return ledger_of(Frame(model, record, until))


def request_ledger(model: Model, record: Record, visit_parts: Ledger, until: int | None = None) -> Ledger:
    """The ledger of every request: the sums of `visit_parts` (from `visit_ledger`, with the same `until`) over its
    critical visits (R13), and "return_time", the ticks of those of them that belong to a return (section 4). int64, one
    a request; exact: the parts add up to ended - arrived, or now - arrived while it is open; the age of a backlog lies
    before that (R5).
    """
    return request_ledger_of(Frame(model, record, until), visit_parts)


def ledger_of(frame: Frame) -> Ledger:
    """`visit_ledger` for a frame."""
    at = frame.at
    opened, full = _handling(frame)
    wait, setup, turn, reread, work, hold = opened
    closed = full - (wait + setup + turn + reread + work + hold)
    parts = {
        "setup": setup,
        "reread": reread,
        "transit": at["delivered"] - at["gathered"],
        "blocked": at["admitted"] - at["delivered"],
        "batch": (at["gathered"] - at["sent"]) + (at["assembled"] - at["admitted"]) + turn + hold,
        "closed": closed,
        **_work(frame, work),
        **_wait(frame, wait),
    }
    customer = np.flatnonzero(frame.visits["team"] < 0)
    if customer.size:  # the customer's own time is all one wait for an answer
        for part in PARTS:
            parts[part][customer] = 0
        parts["answer"][customer] = at["released"][customer] - at["sent"][customer]
    return {part: parts[part] for part in PARTS}


def request_ledger_of(frame: Frame, visit_parts: Ledger) -> Ledger:
    """`request_ledger` for a frame."""
    found = {part: frame.per_request(visit_parts[part], critical=True) for part in PARTS}
    rows = np.flatnonzero(frame.critical & (frame.visits["in_return"] == 1))
    length = sum((visit_parts[part][rows] for part in PARTS), np.zeros(rows.size, dtype=np.int64))
    found["return_time"] = sum_by(frame.visits["request"][rows], length, frame.n_requests)
    return found


def person_ticks(visit_parts: Ledger) -> IntArray:
    """Ticks for which a person was at work on each visit: set-up, reading in and work, overtime included.

    Every member of a process batch carries the whole set-up of its batch, for it lies in the lead time of each of them;
    people's own time is counted once a batch, in `metrics.teams`.
    """
    first, *rest = (visit_parts[part] for part in AT_WORK)
    return sum(rest, first)


def at_speeds(ticks: IntArray, speed: IntArray | None) -> IntArray:
    """`flowsim.model.at_speed` for arrays; None: all at the usual speed."""
    if speed is None:
        return ticks
    return np.where(speed == USUAL, ticks, (2 * USUAL * ticks + speed) // (2 * speed))


def _handling(frame: Frame) -> tuple[list[IntArray], IntArray]:
    """Open length of each interval between HANDLING instants, and the full length from assembled to released.

    Of a visit that finishes in overtime (R9) only the wait is split; the rest counts in full.
    """
    at = frame.at
    lengths = [at[b] - at[a] for a, b in pairwise(HANDLING)]
    full = at["released"] - at["assembled"]
    for clock, rows in frame.by_calendar:
        if clock.always:
            continue
        started, released = at["started"][rows], at["released"][rows]
        opened = clock.opened_array(started)
        lengths[0][rows] = opened - clock.opened_array(at["assembled"][rows])
        # Only where the team closed before the release is there anything more to split; that is seldom.
        closed_between = (clock.opened_array(released) - opened != released - started) & ~frame.finishes[rows]
        some = np.flatnonzero(closed_between)
        some = some if isinstance(rows, slice) else rows[some]
        opens = [clock.opened_array(at[name][some]) for name in HANDLING[1:]]
        for length, (before, after) in zip(lengths[1:], pairwise(opens), strict=True):
            length[some] = after - before
    return lengths, full


def _work(frame: Frame, work: IntArray) -> Ledger:
    """Work by its value, as drawn and at the speed of who did it (R8); unfinished work is first adding, then necessary,
    then waste. Rework apart.
    """
    first_time = work * frame.is_kind(Kind.WORK)
    speed = speeds(frame) if frame.model.people else None
    adding = np.minimum(first_time, at_speeds(frame.visits["adding_ticks"], speed))
    rest = first_time - adding
    necessary = np.minimum(rest, at_speeds(frame.visits["necessary_ticks"], speed))
    return {
        "work_adding": adding,
        "work_necessary": necessary,
        "work_waste": rest - necessary,
        "rework": work - first_time,
    }


def _wait(frame: Frame, wait: IntArray) -> Ledger:
    """The open part of assembled → started: waiting for an answer, being overtaken, or plain queueing."""
    answer = np.zeros_like(wait)
    rows = np.flatnonzero(frame.is_answer)
    answer[rows] = wait[rows]
    overtaken = overtaken_ticks(frame)
    return {"answer": answer, "overtaken": overtaken, "queue": wait - answer - overtaken}
