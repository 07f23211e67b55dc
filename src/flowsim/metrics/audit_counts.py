"""The audit's counts: every request is there once (identity 3), measured rightly (R16), and WIP adds up (Little)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from flowsim.metrics.audit_ground import Ground, IntArray, group_rows, sort_key
from flowsim.metrics.audit_report import Check, Trial
from flowsim.record import INSTANTS, NONE


def check_conservation(ground: Ground) -> Check:
    """Identity 3: arrived = ended + in process; requests and ordinals have no gap; dated arrivals are all there."""
    trial = Trial("conservation", "identity 3: arrived = ended + in process; nobody is lost or made up")
    r = ground.r
    ended, outcome = r["ended"], r["outcome"]
    trial.hold(
        (ended == NONE) == (outcome == NONE),
        lambda i: f"request {i}: ended at {ground.when(int(ended[i]))} with outcome {int(outcome[i])}",
    )
    in_process = int((ground.v["released"][ground.is_last] == NONE).sum())
    trial.equal(int((ended != NONE).sum()) + in_process, ground.requests, "requests ended and in process")
    key = sort_key(r["arrived"], r["class"], r["ordinal"])
    trial.hold(
        key[1:] > key[:-1],
        lambda i: (
            f"request {i + 1} arrived at {ground.when(int(r['arrived'][i + 1]))}, request {i} at "
            f"{ground.when(int(r['arrived'][i]))}: not in order of (arrival, class, ordinal)"
        ),
    )
    for index, cls in enumerate(ground.model.classes):
        rows = np.flatnonzero(r["class"] == index)
        found = r["ordinal"][rows]
        trial.hold(
            found == np.arange(len(rows)),
            lambda i, rows=rows, found=found: f"request {rows[i]} has ordinal {found[i]}, expected {i}",  # type: ignore[misc]
        )
        if cls.arrivals.dates is not None:
            dates = np.array([d for d in cls.arrivals.dates if d < ground.end], dtype=np.int64)
            compare_arrivals(trial, ground, cls.name, r["arrived"][rows], dates)
    return trial.done()


def compare_arrivals(trial: Trial, ground: Ground, cls: str, found: IntArray, expected: IntArray) -> None:
    """The arrivals of a class must be exactly the expected instants."""
    trial.equal(len(found), len(expected), f"arrivals of {cls!r}")
    both = min(len(found), len(expected))
    trial.hold(
        found[:both] == expected[:both],
        lambda i: f"arrival {i} of {cls!r} at {ground.when(int(found[i]))}, {int(found[i] - expected[i]):+d} ticks off",
    )


def check_measuring(ground: Ground) -> Check:
    """R16: who is measured, when each is due, and that the run ended when it should."""
    trial = Trial("measuring", "R16: measured are the arrivals in [warm-up, length); the run goes on for them")
    r, run = ground.r, ground.model.run
    arrived, measured = r["arrived"], r["measured"]
    right = measured == ((arrived >= run.warm_up) & (arrived < run.length))
    trial.hold(
        right,
        lambda i: f"request {i}, arrived at {ground.when(int(arrived[i]))}, has measured {int(measured[i])}",
    )
    for index, cls in enumerate(ground.model.classes):
        rows = np.flatnonzero(r["class"] == index)
        due = np.full(len(rows), NONE, dtype=np.int64)
        if cls.promise is not None:
            length = np.full(len(rows), cls.promise.ticks, dtype=np.int64)
            due = ground.after(cls.promise.calendar, arrived[rows], length)
        found = r["due"][rows]
        trial.hold(
            found == due,
            lambda i, rows=rows, due=due, found=found: (  # type: ignore[misc]
                f"request {rows[i]} is due at {ground.when(int(found[i]))}, expected {ground.when(int(due[i]))}"
            ),
        )
    ended = r["ended"][measured == 1]
    latest = 2 * run.length
    if (ended != NONE).all():
        latest = min(latest, max(run.length, int(ended.max(initial=NONE)) + 1))
    trial.equal(ground.end, latest, "the instant the run ended")
    return trial.done()


def check_little(ground: Ground) -> Check:
    """Identities 2 and 6: the integral of WIP, kept by the engine or swept here, is the sum of times in the window."""
    trial = Trial("little", "identities 2 and 6: integral of WIP = sum of times, to the tick")
    v, r, end = ground.v, ground.r, ground.end
    area = ground.record.wip_area
    ended = np.where(r["ended"] == NONE, end, r["ended"])
    trial.equal(area, int((ended - r["arrived"]).sum()), "the engine's integral of WIP against the lead times")
    released = np.where(v["released"] == NONE, end, v["released"])
    trial.equal(area, int((released - v["sent"]).sum()), "the engine's integral of WIP against the visits' times")
    _sweep(trial, r["arrived"], ended, "requests in process")
    delivered = np.where(v["delivered"] == NONE, end, v["delivered"])
    names = [*(repr(team.name) for team in ground.model.teams), "the customer"]
    team = np.where(v["team"] == NONE, len(names) - 1, v["team"])
    for name, rows in zip(names, group_rows(team, len(names)), strict=True):
        _sweep(trial, delivered[rows], released[rows], f"delivered to {name} and not yet released")
    total = 0
    begins = v["sent"]
    for earlier, later in pairwise(INSTANTS):
        ends = np.where(v[later] == NONE, end, v[later])
        some = np.flatnonzero(ends != begins)
        total += _sweep(trial, begins[some], ends[some], f"between {earlier} and {later}")
        begins = ends
    trial.equal(total, area, "WIP integrated stage by stage")
    return trial.done()


def _sweep(trial: Trial, begins: IntArray, ends: IntArray, state: str) -> int:
    """The integral of the number in a state, layer by layer: there are at least k in it from the k-th coming to the
    k-th going. It must be the sum of times, with never fewer than none. Returns it."""
    coming, going = np.sort(begins), np.sort(ends)
    layers = going - coming
    trial.fact(bool((layers >= 0).all()), f"{state}: at some instant more had left than had come")
    integral = int(layers.sum())
    trial.equal(integral, int((ends - begins).sum()), f"the integral of WIP, {state}")
    return integral
