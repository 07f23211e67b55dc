"""The audit's counts: nobody is lost (identity 3), all are measured rightly (R16), and WIP adds up (Little)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from flowsim.metrics.audit_arrays import IntArray, count_before, group_rows, sort_key
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.record import BACKLOG, INSTANTS, NONE


def check_conservation(ground: Ground) -> Check:
    """Identity 3: arrived = ended + in process; chases stand in order, each about a request that may be chased."""
    trial = Trial("conservation", "identity 3: arrived = ended + in process; nobody is lost or made up")
    r = ground.r
    ended, outcome = r["ended"], r["outcome"]
    trial.hold(
        (ended == NONE) == (outcome == NONE),
        lambda i: f"request {i}: ended at {ground.when(int(ended[i]))} with outcome {int(outcome[i])}",
    )
    open_ = np.zeros(ground.requests, dtype=np.bool_)
    open_[ground.request[ground.v["released"] == NONE]] = True
    trial.equal(int((ended != NONE).sum()) + int(open_.sum()), ground.requests, "requests ended and in process")
    rows = np.flatnonzero(ground.is_chase)
    if len(rows):
        _check_parents(trial, ground, rows)
    return trial.done()


def _check_parents(trial: Trial, ground: Ground, rows: IntArray) -> None:
    """A chase is about a request whose customers may chase; it has its ordinal, and those of one are numbered (R15)."""
    r, model = ground.r, ground.model
    parent = r["parent"][rows]
    names = [cls.name for cls in model.classes]
    klass = np.array([names.index(c.chasing.klass) if c.chasing else NONE for c in model.classes], dtype=np.int64)
    order = np.argsort(parent, kind="stable")
    number = np.empty(len(rows), dtype=np.int64)
    number[order] = count_before(parent[order], np.ones(len(rows), dtype=np.bool_)) + 1
    key = sort_key(r["arrived"][rows], parent, r["chase"][rows])
    trial.hold(
        key[1:] > key[:-1],
        lambda i: f"requests {rows[i]} and {rows[i + 1]}: chases are not in order of (arrival, parent)",
    )
    right = ~ground.is_chase[parent] & (r["class"][rows] == klass[r["class"][parent]])
    right &= (r["ordinal"][rows] == r["ordinal"][parent]) & (r["chase"][rows] == number) & (r["age"][rows] == 0)
    trial.hold(
        right,
        lambda i: (
            f"request {rows[i]}: chase {r['chase'][rows[i]]} with ordinal {r['ordinal'][rows[i]]}, expected number "
            f"{number[i]} about request {parent[i]} with ordinal {r['ordinal'][parent[i]]}, of the class of its chases"
        ),
    )


def check_measuring(ground: Ground) -> Check:
    """R16: who is measured, when each is due, and that the run ended when it should."""
    trial = Trial("measuring", "R16: measured are the arrivals in [warm-up, length); the run goes on for them")
    r, run = ground.r, ground.model.run
    arrived, measured, chase = r["arrived"], r["measured"], ground.is_chase
    trial.fact(not (r["chase"][~chase] != 0).any(), "a request that is no chase has the number of one")
    by_itself = ~chase & (r["ordinal"] < BACKLOG)
    right = measured == (by_itself & (arrived >= run.warm_up) & (arrived < run.length))
    trial.hold(
        right,
        lambda i: f"request {i}, arrived at {ground.when(int(arrived[i]))}, has measured {int(measured[i])}",
    )
    for cls, rows in zip(ground.model.classes, ground.by_class, strict=True):
        due = np.full(len(rows), NONE, dtype=np.int64)
        if cls.promise is not None:
            length = np.full(len(rows), cls.promise.ticks, dtype=np.int64)
            due = np.maximum(0, ground.after(cls.promise.calendar, arrived[rows], length) - r["age"][rows])
            due[chase[rows]] = NONE
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
    spent = released - v["sent"]
    own = int(spent.sum()) if not ground.branches else int(spent[ground.is_critical].sum())
    trial.equal(area, own, "the engine's integral of WIP against the times of critical visits")
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
    trial.equal(total, int(spent.sum()), "WIP integrated stage by stage")
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
