"""The audit of journeys (R12, R13): every move is one the model allows, on the trunk and on branches.

What the draws decided is not looked at here (see `audit_draws`): only what is possible at all.
"""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import IntArray, take
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_ways import Moves
from flowsim.record import NONE, Via


def check_routing(ground: Ground) -> Check:
    """R13: every move from step to step, into a branch and out of it, and every end, is one the model allows."""
    trial = Trial("routing", "R12, R13: every move and every end is one the model allows")
    moves = ground.moves
    b, known = ground.b, ground.branch_home != NONE
    trial.hold(known, lambda i: f"request {b['request'][i]}, branch {b['branch'][i]}: its class has no such split")
    if known.all():
        _check_moves(trial, ground, moves, ground.home)
        _check_ends(trial, ground, moves, ground.home)
    _check_origins(trial, ground)
    back = ground.v["via"] == int(Via.RETURN)
    _check_at_most(trial, ground, np.where(back, ground.v["from_step"], NONE))
    return trial.done()


def _check_moves(trial: Trial, ground: Ground, moves: Moves, home: IntArray) -> None:
    v, tree = ground.v, ground.tree
    via, step, klass, came = v["via"], v["step"], ground.klass, ground.before(v["step"])
    moved = (via == int(Via.NEXT)) | (via == int(Via.RETURN))
    allowed = np.where(via == int(Via.NEXT), moves.onward[klass, home, came, step], moves.back[klass, home, came, step])
    if ground.branches:
        split = take(v["step"], tree.joins)
        onward = via == int(Via.NEXT)
        allowed = np.where(tree.joins != NONE, onward & moves.joined[klass, home, split, step], allowed)
        allowed = np.where(ground.enters, onward & moves.enters[klass, home, came, step], allowed)
    name = [s.name for s in ground.model.steps] + ["the customer"]
    trial.hold(
        allowed | ~moved,
        lambda i: (
            f"{ground.visit(i)}: no {Via(int(via[i])).name.lower()} leads here from {name[int(came[i])]!r} for "
            f"class {ground.model.classes[int(klass[i])].name!r}"
        ),
    )
    first = np.flatnonzero(ground.is_first)
    begins = moves.begins[klass[first], ground.aim[ground.request[first]], step[first]]
    trial.hold(begins, lambda i: f"{ground.visit(int(first[i]))}: a journey does not begin here")


def _check_origins(trial: Trial, ground: Ground) -> None:
    """From where a request came is where it was, after a join where its critical branch was (R13)."""
    v = ground.v
    moved = ground.moved
    for column, before in (("from_step", "step"), ("from_team", "team")):
        found, origin = v[column], ground.before(v[before])
        trial.hold(
            (found == origin) | ~moved,
            lambda i, column=column, found=found, origin=origin: (  # type: ignore[misc]
                f"{ground.visit(i)}: {column} {int(found[i])}, expected {int(origin[i])}"
            ),
        )


def _check_at_most(trial: Trial, ground: Ground, sent_back_by: IntArray) -> None:
    """Nobody is sent back by a step more often than its rules together allow (R12)."""
    for s, step in enumerate(ground.model.steps):
        limits = [rule.at_most for rule in step.returns]
        if not limits or None in limits:
            continue
        most = sum(limit or 0 for limit in limits)
        times = np.bincount(ground.request[sent_back_by == s], minlength=ground.requests)
        trial.hold(
            times <= most,
            lambda i, times=times, most=most, name=step.name: (  # type: ignore[misc]
                f"request {i} was sent back {int(times[i])} times from {name!r}, at most {most} are allowed"
            ),
        )


def _check_ends(trial: Trial, ground: Ground, moves: Moves, home: IntArray) -> None:
    """Journeys end after work or a join, at a step and with an outcome the model names, but where the customer
    withdrew; branches end where their path does."""
    r, v, b, tree = ground.r, ground.v, ground.b, ground.tree
    last = np.full(ground.requests, NONE, dtype=np.int64)
    last_rows = np.flatnonzero(ground.is_last & (v["branch"] == 0))
    last[ground.request[last_rows]] = last_rows
    ended = np.flatnonzero((r["ended"] != NONE) & ~ground.gave_up)
    row = last[ended]
    visited = row != NONE
    at_work = np.append(ground.is_work, True)[row]
    step = np.append(v["step"], len(ground.model.steps))[row]
    right = at_work & moves.ends[r["class"][ended], step, r["outcome"][ended]]
    trial.hold(
        right,
        lambda i: (
            f"request {int(ended[i])} ended as {ground.record.outcomes[int(r['outcome'][ended[i]])]!r} after "
            + (ground.visit(int(row[i])) if visited[i] else "no visit")
        ),
    )
    if not ground.branches:
        return
    over = np.flatnonzero((b["ended"] != NONE) & ~ground.gave_up[b["request"]])
    row, klass = tree.last[over], r["class"][b["request"][over]]
    at = np.maximum(row, 0)
    here, where = v["step"][at], home[at]
    split = tree.begun[at] != NONE
    after = moves.onward[klass, where, here, -1] | moves.back[klass, where, here, -1]
    right = ground.is_work[at] & np.where(split, moves.joined[klass, where, here, -1], after)
    own = moves.enters[klass, ground.branch_home[over], b["split"][over], -1]
    right = np.where(row == NONE, own, right)
    trial.hold(
        right,
        lambda i: (
            f"request {b['request'][over[i]]}, branch {b['branch'][over[i]]} ended at "
            f"{ground.when(int(b['ended'][over[i]]))} after "
            + (ground.visit(int(row[i])) if row[i] != NONE else "no visit, with something to do")
        ),
    )
