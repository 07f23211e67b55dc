"""The audit of customers (R15): who withdraws, when and when not, and who chases."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import IntArray, coming, sort_key
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_luck import Luck
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model import Chasing
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE

# -- withdrawing -------------------------------------------------------------------------------------------------------


def check_withdrawals(ground: Ground, luck: Luck | None) -> Check:
    """R15: customers withdraw when their patience is over and nobody is at work on the request, and then all that is
    open of it is cut short. Without draws: as far as the record tells."""
    trial = Trial("withdrawals", "R15: customers withdraw when patience is over, never while somebody is at work")
    v, r = ground.v, ground.r
    cut = np.flatnonzero(ground.is_withdrawn)
    request = ground.request[cut]
    right = ground.gave_up[request] & (v["released"][cut] == r["ended"][request]) & (v["person"][cut] == NONE)
    for name in ("started", "set_up", "turn", "read", "worked"):
        right &= v[name][cut] == v["released"][cut]
    trial.hold(
        right,
        lambda i: (
            f"{ground.visit(int(cut[i]))}: cut short at {ground.when(int(v['released'][cut[i]]))}, its request ended "
            f"at {ground.when(int(r['ended'][request[i]]))}, or an instant is that of something that came"
        ),
    )
    patient = np.array([cls.patience is not None for cls in ground.model.classes], dtype=np.bool_)
    trial.hold(
        patient[r["class"]] | ~ground.gave_up,
        lambda i: f"request {i}: its customer withdrew, of a class whose customers wait for ever",
    )
    if patient.any():
        _check_at_work(trial, ground)
        if luck is not None:
            _check_instants(trial, ground, luck)
    return trial.done()


def _hands(ground: Ground) -> IntArray:
    """Visits that somebody was at work on, for some time."""
    v = ground.v
    return np.flatnonzero(ground.begun & (v["team"] != NONE) & (coming(v["released"]) > v["started"]))


def _check_at_work(trial: Trial, ground: Ground) -> None:
    """Nobody withdraws in the middle of work on his request (a batch is at work on all its members)."""
    v, rows = ground.v, _hands(ground)
    request = ground.request[rows]
    ended = ground.r["ended"][request]
    inside = (v["started"][rows] < ended) & (ended < coming(v["released"][rows]))
    trial.hold(
        ~(ground.gave_up[request] & inside),
        lambda i: f"{ground.visit(int(rows[i]))}: somebody was at work on it when its customer withdrew",
    )


def _check_instants(trial: Trial, ground: Ground, luck: Luck) -> None:
    """Each request of a class with patience ends at the latest when that is over, or the work then under way; and none
    is withdrawn at another instant."""
    r, chases = ground.r, ground.is_chase
    limit = np.full(ground.requests, FOREVER, dtype=np.int64)
    for klass, cls in enumerate(ground.model.classes):
        own = ground.by_class[klass]
        own = own[~chases[own]]
        if cls.patience is None or not len(own):
            continue
        ticks = luck.ticks("patience", cls.patience.time, klass, r["ordinal"][own], np.ones_like(own))
        limit[own] = ground.after(cls.patience.calendar, r["arrived"][own], ticks)
    leave = _put_down(ground, limit)
    ended = coming(r["ended"])
    patient = limit < FOREVER
    trial.hold(
        ~patient | (ended <= leave) | (leave >= ground.end),
        lambda i: (
            f"request {i}: patience is over at {ground.when(int(limit[i]))}, nobody is at work on it from "
            f"{ground.when(int(leave[i]))} on, but it goes on"
        ),
    )
    trial.hold(
        ~ground.gave_up | (ended == leave),
        lambda i: (
            f"request {i}: its customer withdrew at {ground.when(int(ended[i]))}; patience is over at "
            f"{ground.when(int(limit[i]))}, and nobody is at work on it at {ground.when(int(leave[i]))}"
        ),
    )
    v, request = ground.v, ground.request
    left = ground.is_withdrawn | (ground.is_answer & (v["team"] == NONE) & (v["released"] == r["ended"][request]))
    open_then = np.zeros(ground.requests, dtype=np.bool_)
    open_then[request[left]] = True
    trial.hold(
        ~ground.gave_up | (ended > limit) | open_then,
        lambda i: (
            f"request {i}: its customer withdrew at {ground.when(int(ended[i]))}, as his patience ended, with "
            "nothing of it open then: what is done at that instant goes on first (R3)"
        ),
    )


def _put_down(ground: Ground, limit: IntArray) -> IntArray:
    """By request: the first instant from its limit on that lies within nobody's work on it."""
    v, rows = ground.v, _hands(ground)
    rows = rows[limit[ground.request[rows]] < FOREVER]
    rows = rows[np.argsort(sort_key(ground.request[rows], v["started"][rows]), kind="stable")]
    found = limit.copy()
    request, started, released = ground.request[rows], v["started"][rows], coming(v["released"][rows])
    if not ground.branches:  # one visit after another: at most one of them holds the limit
        inside = (started < found[request]) & (found[request] < released)
        found[request[inside]] = released[inside]
        return found
    for one, begins, ends in zip(request.tolist(), started.tolist(), released.tolist(), strict=True):
        if begins < found[one] < ends:
            found[one] = ends
    return found


# -- chasing -----------------------------------------------------------------------------------------------------------


def check_chases(ground: Ground, luck: Luck) -> Check:
    """R4, R15: who chases, and when: an interval after the other from the due time on, until the request has ended."""
    trial = Trial("chases", "R4, R15: customers chase at the intervals drawn until their request has ended")
    for klass, cls in enumerate(ground.model.classes):
        if cls.chasing is not None:
            _check_class(trial, ground, luck, klass, cls.chasing)
    return trial.done()


def _check_class(trial: Trial, ground: Ground, luck: Luck, klass: int, rule: Chasing) -> None:
    """All chases there should be about requests of a class, and those there are, are the same."""
    r = ground.r
    name = ground.model.classes[klass].name
    own = ground.by_class[klass]
    u = luck.uniforms("chasing", klass, r["ordinal"][own], np.ones_like(own))
    own = own[u < rule.share]
    begin = r["due"][own]
    if rule.after is not None:
        length = np.full(len(own), rule.after.ticks, dtype=np.int64)
        begin = ground.after(rule.after.calendar, r["arrived"][own], length) - r["age"][own]
    begin = np.maximum(begin, 0)
    ended = coming(r["ended"])
    parents, numbers, instants = [], [], []
    which, waited = 0, np.zeros(len(own), dtype=np.int64)
    while len(own) and (rule.at_most is None or which < rule.at_most):
        which += 1
        drawn = luck.ticks("chase interval", rule.every.time, klass, r["ordinal"][own], np.full_like(own, which))
        waited = waited + np.maximum(drawn, 1)  # an interval is a tick at least
        at = np.maximum(ground.after(rule.every.calendar, begin, waited), r["arrived"][own])
        going = (at < ground.end) & (at <= ended[own])
        own, begin, waited, at = own[going], begin[going], waited[going], at[going]
        parents.append(own)
        numbers.append(np.full_like(own, which))
        instants.append(at)
    none = np.empty(0, dtype=np.int64)
    parent, number, at = (np.concatenate([none, *parts]) for parts in (parents, numbers, instants))
    rows = np.flatnonzero(ground.is_chase & (r["class"][np.maximum(r["parent"], 0)] == klass))
    _compare(trial, ground, name, rows, parent, number, at)


def _compare(
    trial: Trial, ground: Ground, name: str, rows: IntArray, parent: IntArray, number: IntArray, at: IntArray
) -> None:
    """One that falls on the instant at which its request ends may be there or not: only in another round (R3)."""
    r = ground.r
    wide = int(max(number.max(initial=0), r["chase"][rows].max(initial=0))) + 1
    expected, found = parent * wide + number, r["parent"][rows] * wide + r["chase"][rows]
    ended = r["ended"][parent]
    certain = (ended == NONE) | (at < ended)
    missing = np.flatnonzero(certain & ~np.isin(expected, found))
    trial.hold(
        ~np.isin(np.arange(len(expected)), missing),
        lambda i: f"request {int(parent[i])} ({name}): chase {int(number[i])} at {ground.when(int(at[i]))} never came",
    )
    order = np.argsort(expected, kind="stable")
    place = np.searchsorted(expected[order], found)
    known = np.zeros(len(found), dtype=np.bool_)
    if len(expected):
        nearest = order[np.minimum(place, len(expected) - 1)]
        known = (expected[nearest] == found) & (at[nearest] == r["arrived"][rows])
        known &= certain[nearest] | np.isin(at[nearest], _second_rounds(ground))
    trial.hold(
        known,
        lambda i: (
            f"request {int(rows[i])}: chase {int(r['chase'][rows[i]])} about request {int(r['parent'][rows[i]])} at "
            f"{ground.when(int(r['arrived'][rows[i]]))} was not drawn, or comes after the end"
        ),
    )


def _second_rounds(ground: Ground) -> IntArray:
    """Instants at which somebody's work took no time, so that there was a second round."""
    v = ground.v
    return np.asarray(v["started"][ground.begun & (v["worked"] == v["started"])])
