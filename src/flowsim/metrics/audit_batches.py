"""The audit of gates: transfer batches (R7) and process batches (R11) leave when their rule says, none is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, coming, level
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_time import into_week
from flowsim.model import BatchRule, Clock
from flowsim.model.calendar import DAY, FOREVER, WEEK
from flowsim.record import NONE


def check_transfer_batches(ground: Ground) -> Check:
    """R7: who waits for company, how many leave together and when; who does not, leaves at once."""
    trial = Trial("transfer batches", "R7: a transfer batch leaves at its size, wait or clock, whichever is first")
    for index, step in enumerate(ground.model.steps):
        rows = ground.step_rows[index]
        rule = step.handoff.batch if step.handoff is not None else None
        bound = ground.crosses[rows] if rule is not None else np.zeros(len(rows), dtype=np.bool_)
        _check_gate(trial, ground, rule, rows, bound, ("sent", "gathered", "transfer_batch", "sent"))
    _check_ungathered(trial, ground, np.flatnonzero(ground.is_answer), ("sent", "gathered", "transfer_batch"))
    _check_numbers(trial, ground, "transfer_batch", ("step", "gathered"), ("delivered",))
    return trial.done()


def check_process_batches(ground: Ground) -> Check:
    """R11: the same for those handled together by one person."""
    trial = Trial("process batches", "R11: a process batch is complete at its size, its wait or its clock")
    v = ground.v
    for index, step in enumerate(ground.model.steps):
        rows = ground.step_rows[index]
        moved = ground.moved[rows]  # one back with an answer is taken up by itself
        bound = moved if step.batch is not None else np.zeros(len(rows), dtype=np.bool_)
        _check_gate(trial, ground, step.batch, rows, bound, ("admitted", "assembled", "process_batch", "gathering"))
    _check_ungathered(trial, ground, np.flatnonzero(ground.is_answer), ("admitted", "assembled", "process_batch"))
    shared = ("team", "started", "set_up", "person", "set_up_ticks")
    _check_numbers(trial, ground, "process_batch", ("step", "assembled"), shared)
    both = np.flatnonzero(_numbers(v["transfer_batch"]) & _numbers(v["process_batch"]))
    trial.fact(not len(both), f"the numbers {both[:3].tolist()} are those of transfer and of process batches")
    return trial.done()


@dataclass(frozen=True)
class _Names:
    """The columns of one kind of gate."""

    joined: str
    left: str
    batch: str
    late: str


def _check_gate(
    trial: Trial,
    ground: Ground,
    rule: BatchRule | None,
    rows: IntArray,
    bound: BoolArray,
    columns: tuple[str, str, str, str],
) -> None:
    """One gate: `bound` of the rows must pass it, the others must not be held up."""
    names = _Names(*columns)
    _check_ungathered(trial, ground, rows[~bound], (names.joined, names.left, names.batch))
    if rule is None:
        return
    rows = rows[bound]
    rows = rows[ground.v[names.joined][rows] != NONE]
    if ground.is_withdrawn.any():
        rows = _check_cut(trial, ground, rule, rows, names)
    left, batch = ground.v[names.left][rows], ground.v[names.batch][rows]
    trial.hold(
        (batch == NONE) == (left == NONE),
        lambda i: (
            f"{ground.visit(int(rows[i]))}: {names.batch} {int(batch[i])}, {names.left} at {ground.when(int(left[i]))}"
        ),
    )
    if len(rows):
        _check_departures(trial, ground, rule, rows, names)


def _check_cut(trial: Trial, ground: Ground, rule: BatchRule, rows: IntArray, names: _Names) -> IntArray:
    """Who withdrew while he waited for company leaves the others as they are (R15): not later than his batch could have
    left at the latest, and never were enough together for one. Returns the rows of all others."""
    v = ground.v
    cut = ground.is_withdrawn[rows] & (v[names.batch][rows] == NONE)
    gone = rows[cut]
    latest = _due(ground, rule, v[names.joined][gone])
    trial.hold(
        (v[names.left][gone] == v["released"][gone]) & (v["released"][gone] <= latest),
        lambda i: (
            f"{ground.visit(int(gone[i]))}: {names.left} at {ground.when(int(v[names.left][gone[i]]))} as it was cut "
            f"short at {ground.when(int(v['released'][gone[i]]))}; its batch left at the latest at "
            f"{ground.when(int(latest[i]))}"
        ),
    )
    if rule.size is not None:
        joined, left = v[names.joined][rows], coming(v[names.left][rows])
        there = level(joined, joined, left)
        trial.hold(
            (there < rule.size),
            lambda i: (
                f"{ground.visit(int(rows[i]))}: {int(there[i])} wait together from "
                f"{ground.when(int(joined[i]))} on, and {rule.size} make a batch"
            ),
        )
    return np.asarray(rows[~cut])


def _check_ungathered(trial: Trial, ground: Ground, rows: IntArray, names: tuple[str, str, str]) -> None:
    """Those that pass no gate go on in the same instant, with no batch."""
    joined, left, batch = (ground.v[name][rows] for name in names)
    trial.hold(
        (left == joined) & (batch == NONE),
        lambda i: (
            f"{ground.visit(int(rows[i]))}: no batch is formed here, but {names[1]} at "
            f"{ground.when(int(left[i]))} is {int(left[i] - joined[i]):+d} ticks off {names[0]} "
            f"({names[2]} {int(batch[i])})"
        ),
    )


@dataclass(frozen=True)
class _Batches:
    """The batches of one gate in the order they left; those that still wait are the last one, its `departure` FOREVER.

    `first` and `last` are rows of visits, `begins` and `fills` when these came in; `some_late` whether a member came in
    a later round of its instant (R3).
    """

    size: IntArray
    first: IntArray
    last: IntArray
    begins: IntArray
    fills: IntArray
    departure: IntArray
    some_late: BoolArray


def _batches(ground: Ground, rows: IntArray, names: _Names) -> _Batches:
    v = ground.v
    joined, departure = v[names.joined], coming(v[names.left])
    batch = np.where(departure[rows] == FOREVER, FOREVER, v[names.batch][rows])
    order = np.lexsort((joined[rows], batch))  # and, being stable, by request number
    rows, batch = rows[order], batch[order]
    heads = np.flatnonzero(np.append(True, batch[1:] != batch[:-1]))
    leads = rows[heads]
    some_late = np.add.reduceat(ground.late[names.late][rows].astype(np.int64), heads) > 0
    in_turn = np.lexsort((leads, some_late, joined[leads], departure[leads]))
    first, last = leads[in_turn], rows[np.append(heads[1:], len(rows)) - 1][in_turn]
    size = np.diff(np.append(heads, len(rows)))[in_turn]
    return _Batches(size, first, last, joined[first], joined[last], departure[first], some_late[in_turn])


def _check_departures(trial: Trial, ground: Ground, rule: BatchRule, rows: IntArray, names: _Names) -> None:
    """Each batch of a gate leaves with its last member if it is full, else when it is due, with all who are there."""
    b = _batches(ground, rows, names)

    def tell(k: int, what: str) -> str:
        return (
            f"the batch of {int(b.size[k])} with {ground.visit(int(b.first[k]))} ({names.left} at "
            f"{ground.when(int(b.departure[k]))}; first in at {ground.when(int(b.begins[k]))}, last at "
            f"{ground.when(int(b.fills[k]))}): {what}"
        )

    most = FOREVER if rule.size is None else rule.size
    due = _due(ground, rule, b.begins)
    full = (b.size == most) & (b.fills <= due)
    expected = np.where(full, b.fills, due)
    waiting = b.departure == FOREVER
    trial.hold(b.size <= most, lambda k: tell(k, f"{int(b.size[k]) - most} more than the size of {most}"))
    trial.hold(
        b.fills <= b.departure, lambda k: tell(k, f"its last came {int(b.fills[k] - b.departure[k])} ticks later")
    )
    trial.hold(
        np.where(waiting, expected >= ground.end, b.departure == expected),
        lambda k: tell(
            k,
            f"should have left at {ground.when(int(expected[k]))}"
            + ("" if waiting[k] else f", {int(b.departure[k] - expected[k]):+d} ticks off"),
        ),
    )
    # The next batch begins after this one; in one instant by request number, but for who came in a later round (R3).
    closed = np.where(full[:-1], b.fills[:-1], np.minimum(b.departure[:-1], ground.end))
    by_number = (b.first[1:] > b.last[:-1]) & full[:-1]
    by_round = ground.late[names.late][b.first[1:]] | b.some_late[:-1]
    trial.hold(
        (b.begins[1:] > closed) | ((b.begins[1:] == closed) & (by_number | by_round)),
        lambda k: tell(
            k, f"left without {ground.visit(int(b.first[k + 1]))}, in at {ground.when(int(b.begins[k + 1]))}"
        ),
    )


def _due(ground: Ground, rule: BatchRule, begins: IntArray) -> IntArray:
    """When all leave at the latest whose first came in at `begins`; FOREVER when only the size decides."""
    due = np.full(len(begins), FOREVER, dtype=np.int64)
    if rule.wait is not None:
        length = np.full(len(begins), rule.wait.ticks, dtype=np.int64)
        due = ground.after(rule.wait.calendar, begins, length)
    if rule.clock is not None:
        strikes = _strikes(ground, rule.clock)
        due = np.minimum(due, strikes[np.searchsorted(strikes, begins)])
    return due


def _strikes(ground: Ground, clock: Clock) -> IntArray:
    """Every departure by the clock from the week of tick 0 until past the end of the run; FOREVER at the end."""
    offset = into_week(ground.model.start)
    mondays = np.arange(-offset, ground.end + WEEK, WEEK, dtype=np.int64)
    strikes = (mondays[:, None] + np.array(clock.times, dtype=np.int64)[None, :]).reshape(-1)
    if clock.calendar is not None:
        midnight = (strikes + offset) // DAY * DAY - offset
        hours = ground.hours(clock.calendar)
        strikes = strikes[hours.opened(midnight + DAY) > hours.opened(midnight)]
    return np.append(strikes, FOREVER)


def check_transit(ground: Ground) -> Check:
    """R7: a handoff without transit takes no time; one in working time ends in open time."""
    trial = Trial("transit", "R7: only a handoff with a transit takes time, and working time passes only while open")
    v = ground.v
    for index, step in enumerate(ground.model.steps):
        rows = ground.step_rows[index]
        gathered, delivered = v["gathered"][rows], v["delivered"][rows]
        transit = step.handoff.transit if step.handoff is not None else None
        bound = ground.crosses[rows] if transit is not None else np.zeros(len(rows), dtype=np.bool_)
        right = bound | (gathered == delivered)
        if transit is not None and transit.calendar is not None:
            at_work = ground.hours(transit.calendar).is_open(delivered - 1)
            cut = ground.is_withdrawn[rows] & (delivered == v["released"][rows])
            right &= ~bound | (delivered == gathered) | (delivered == NONE) | at_work | cut

        def tell(i: int, rows: IntArray = rows) -> str:
            row = int(rows[i])
            return (
                f"{ground.visit(row)}: gathered at {ground.when(int(v['gathered'][row]))}, delivered at "
                f"{ground.when(int(v['delivered'][row]))}"
            )

        trial.hold(right, tell)
    rows = np.flatnonzero(ground.is_answer)
    trial.hold(
        (v["gathered"][rows] == v["delivered"][rows]),
        lambda i: f"{ground.visit(int(rows[i]))}: a question travels in no time",
    )
    return trial.done()


def _numbers(batch: IntArray) -> BoolArray:
    """By number up to the largest that may be: whether a batch has it."""
    found = np.zeros(2 * len(batch) + 2, dtype=np.bool_)
    found[batch] = True
    found[NONE] = False
    return found


def _check_numbers(trial: Trial, ground: Ground, name: str, always: tuple[str, ...], shared: tuple[str, ...]) -> None:
    """A batch has one of everything its members share (who withdrew, only what they had `always` shared); its number is
    no other batch's."""
    v = ground.v
    rows = np.flatnonzero(v[name] != NONE)
    rows = rows[np.argsort(v[name][rows], kind="stable")]
    for columns in (always, shared):
        if columns is shared and ground.is_withdrawn.any():
            rows = rows[~ground.is_withdrawn[rows]]
        batch = v[name][rows]
        same = batch[1:] == batch[:-1]
        for column in columns:
            value = v[column][rows]
            trial.hold(
                ~same | (value[1:] == value[:-1]),
                lambda i, column=column, value=value, rows=rows, batch=batch: (  # type: ignore[misc]
                    f"{ground.visit(int(rows[i + 1]))}: {column} {int(value[i + 1])} in {name} {int(batch[i])}, whose "
                    f"others have {int(value[i])}"
                ),
            )
