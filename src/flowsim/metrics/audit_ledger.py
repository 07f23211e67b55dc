"""The audit of the ledger (identity 1): its parts add up, and those the record tells outright are what it tells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_pace import Pace
from flowsim.metrics.audit_report import Check, Trial
from flowsim.record import NONE, Kind


def check_ledger(ground: Ground, ledger: Mapping[str, IntArray]) -> Check:
    """Identity 1: parts are never negative and add up to each visit's time, and over its critical visits (R13) to each
    request's lead time.

    `ledger` is what `flowsim.metrics.ledger.visit_ledger` gave for the record: by part an int64 array, one a visit.
    """
    trial = Trial("ledger", "semantics 4, identity 1: the parts add up to the lead time, to the tick")
    v, r = ground.v, ground.r
    for name, part in ledger.items():
        fits = part.dtype == np.int64 and part.shape == (ground.visits,)
        trial.fact(fits, f"{name} is {part.dtype}{part.shape}, expected int64 of {ground.visits} visits")
    if not trial.clean:
        return trial.done()
    for name, part in ledger.items():
        _hold(trial, ground, part >= 0, name, part, np.zeros_like(part))
    total = sum(ledger.values(), np.zeros(ground.visits, dtype=np.int64))
    now = np.where(v["released"] == NONE, ground.end, v["released"])
    _hold(trial, ground, total == now - v["sent"], "the sum of the parts", total, now - v["sent"])
    by_request = np.zeros(ground.requests, dtype=np.int64)
    critical = np.flatnonzero(ground.is_critical) if ground.branches else slice(None)
    np.add.at(by_request, ground.request[critical], total[critical])
    lead = np.where(r["ended"] == NONE, ground.end, r["ended"]) - r["arrived"]
    trial.hold(
        by_request == lead,
        lambda i: f"request {i}: its parts add up to {int(by_request[i])} ticks, its lead time is {int(lead[i])}",
    )
    _check_told(trial, ground, ledger)
    _check_closed(trial, ground, ledger["closed"], now)
    return trial.done()


def _hold(trial: Trial, ground: Ground, right: BoolArray, what: str, found: IntArray, expected: IntArray) -> None:
    trial.hold(
        right,
        lambda i: (
            f"{ground.visit(i)}: {what} {int(found[i])}, expected {int(expected[i])}, "
            f"{int(found[i] - expected[i]):+d} ticks off"
        ),
    )


def _check_told(trial: Trial, ground: Ground, ledger: Mapping[str, IntArray]) -> None:
    """Finished visits: people's time is exactly what was drawn, rework and answers under their own name."""
    v = ground.v
    done = (v["released"] != NONE) & (v["team"] != NONE)
    first_time = v["kind"] == int(Kind.WORK)
    pace = Pace(ground)
    set_up, reading, working = pace.lengths(np.arange(ground.visits))
    adding, necessary, waste = (
        pace.ticks(slice(None), v[f"{value}_ticks"]) for value in ("adding", "necessary", "waste")
    )
    for name, drawn in (
        ("setup", set_up),
        ("reread", reading),
        ("work_adding", np.where(first_time, adding, 0)),
        ("work_necessary", np.where(first_time, necessary, 0)),
        ("work_waste", np.where(first_time, waste, 0)),
        ("rework", np.where(first_time, 0, working)),
        ("transit", v["delivered"] - v["gathered"]),
        ("blocked", v["admitted"] - v["delivered"]),
    ):
        _hold(trial, ground, ~done | (ledger[name] == drawn), name, ledger[name], drawn)


def _check_closed(trial: Trial, ground: Ground, closed: IntArray, now: IntArray) -> None:
    """`closed` is the closed time from joining the list on, of work for several (R8) that in which not all its teams
    are open; in overtime only until the start (R9)."""
    v, model = ground.v, ground.model
    overtime = ground.of_step([step.closing == "finish" for step in model.steps]) & ground.begun
    until = np.where(overtime, v["started"], now)
    since = np.where(v["assembled"] == NONE, now, v["assembled"])
    several = ground.of_step([step.several for step in model.steps])
    at_work: list[tuple[tuple[str, ...], BoolArray]] = [
        ((team.calendar,), (v["team"] == i) & ~several) for i, team in enumerate(model.teams)
    ]
    for i, step in enumerate(model.steps):
        if step.several:
            at_work.append((ground.meeting_calendars(step), several & (v["step"] == i)))
    expected = np.zeros(ground.visits, dtype=np.int64)
    for calendars, mask in at_work:
        rows = np.flatnonzero(mask)
        hours = ground.hours(*calendars)
        if not hours.always:
            a, b = since[rows], until[rows]
            expected[rows] = b - a - (hours.opened(b) - hours.opened(a))
    _hold(trial, ground, closed == expected, "closed", closed, expected)
