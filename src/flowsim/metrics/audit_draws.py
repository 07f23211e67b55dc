"""The audit of luck (R4): durations and decisions are those of the keyed draws, all of them."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import IntArray, take
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_luck import VALUES, Luck
from flowsim.metrics.audit_next import next_moves
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_set_up import drawn_set_up
from flowsim.record import NONE, Kind, Via


def check_durations(ground: Ground, luck: Luck) -> Check:
    """R4: every duration of every visit that was begun is the one drawn for its purpose, ordinal and visit."""
    trial = Trial("durations", "R4: every duration is the one its key draws")
    v, begun = ground.v, ground.begun
    at_work = begun & (v["kind"] < int(Kind.QUESTION))
    expected = {f"{value}_ticks": np.where(at_work, luck.work[value], 0) for value in VALUES}
    expected["waste_ticks"] = np.where(begun & ground.is_answer, luck.answer, expected["waste_ticks"])
    expected["read_ticks"] = np.where(begun, luck.reading, 0)
    rows = np.flatnonzero(~luck.unsure)
    for name, drawn in expected.items():
        _compare(trial, ground, name, rows, drawn[rows])
    if len(rows) < ground.visits:
        _compare_together(trial, ground, luck, expected)
    units = ground.units
    set_up, certain = drawn_set_up(ground, luck)
    member = np.repeat(np.where(certain & begun[units.first], set_up, NONE), units.size)
    some = member != NONE
    _compare(trial, ground, "set_up_ticks", units.members[some], member[some])
    rows, due = luck.transit()
    if ground.is_withdrawn.any():
        due = np.where(ground.is_withdrawn[rows], np.minimum(due, v["released"][rows]), due)
    _compare(trial, ground, "delivered", rows, np.where(due >= ground.end, NONE, due))
    return trial.done()


def _compare(trial: Trial, ground: Ground, name: str, rows: IntArray, drawn: IntArray) -> None:
    found = ground.v[name][rows]
    trial.hold(
        found == drawn,
        lambda i: (
            f"{ground.visit(int(rows[i]))}: {name} {int(found[i])}, drawn {int(drawn[i])}, "
            f"{int(found[i] - drawn[i]):+d} ticks off"
        ),
    )


def _compare_together(trial: Trial, ground: Ground, luck: Luck, expected: dict[str, IntArray]) -> None:
    """Two branches that do the same task from one instant on: all of their request's work together is what is drawn."""
    v = ground.v
    requests = np.unique(ground.request[luck.unsure])
    work = sum((v[f"{value}_ticks"] - expected[f"{value}_ticks"] for value in VALUES), np.zeros_like(v["request"]))
    off = np.zeros(ground.requests, dtype=np.int64)
    np.add.at(off, ground.request, work)
    trial.hold(
        off[requests] == 0,
        lambda i: f"request {requests[i]}: its work on all branches is {int(off[requests[i]]):+d} ticks off",
    )


def check_decisions(ground: Ground, luck: Luck) -> Check:
    """R4, R12, R13: every need, route, return and question is decided as drawn."""
    trial = Trial("decisions", "R4, R12, R13: every need, route, return and question is as drawn")
    v = ground.v
    asked = v["kind"] == int(Kind.QUESTION)
    trial.hold(
        asked == (luck.asks & ground.begun),
        lambda i: f"{ground.visit(i)}: {'a' if asked[i] else 'no'} question, drawn otherwise",
    )
    steps = len(ground.model.steps)
    first = take(v["step"], ground.first_row, steps)
    for klass, own in enumerate(ground.by_class):
        begin = ground.paths[klass].first
        aim = np.where(ground.aim[own] == steps, begin if begin >= 0 else steps, ground.aim[own])
        expected = np.where(ground.aim[own] < steps, aim, luck.landing(klass, 0)[np.arange(len(own)), aim])
        trial.hold(
            first[own] == expected,
            lambda i, own=own, expected=expected: (  # type: ignore[misc]
                f"request {int(own[i])} goes first to {_name(ground, int(first[own[i]]))}, drawn "
                f"{_name(ground, int(expected[i]))}"
            ),
        )
    for s in range(steps):
        _check_leaving(trial, ground, luck, s)
    if ground.branches:
        _check_entering(trial, ground, luck)
        _check_joining(trial, ground, luck)
    return trial.done()


def _check_leaving(trial: Trial, ground: Ground, luck: Luck, s: int) -> None:
    """Where those who leave a step go, or how their journey ends; who withdraws there need not go anywhere (R15)."""
    v, r, steps = ground.v, ground.r, len(ground.model.steps)
    moves = next_moves(ground, luck, s)
    rows, landing = moves.rows, moves.landing
    if not len(rows):
        return
    after, request = ground.tree.after[rows], ground.request[rows]
    last = after == NONE
    gone = last & ground.gave_up[request] & (v["released"][rows] == r["ended"][request]) & (landing != steps)
    went = take(v["step"], after, steps)
    found_via = take(v["via"], after)
    expected_via = np.where(landing == steps, NONE, moves.via)
    trial.hold(
        ((went == landing) & (found_via == expected_via)) | gone | moves.splits,
        lambda i: (
            f"{ground.visit(int(rows[i]))}: went on to {_name(ground, int(went[i]))}, drawn "
            f"{'a return to ' if expected_via[i] == int(Via.RETURN) else ''}{_name(ground, int(landing[i]))}"
        ),
    )
    split = ground.tree.begun[rows] != NONE
    given_up = ground.gave_up[request] & (v["released"][rows] == r["ended"][request])
    trial.hold(
        (split == moves.splits) | (given_up & ~split),
        lambda i: f"{ground.visit(int(rows[i]))}: {'' if split[i] else 'no '}branches began, drawn otherwise",
    )
    ends = np.flatnonzero((landing == steps) & last & ~moves.splits & (ground.home[rows] == 0))
    found = r["outcome"][request[ends]]
    trial.hold(
        found == moves.outcome[ends],
        lambda i: (
            f"{ground.visit(int(rows[ends[i]]))}: its journey ended with outcome {int(found[i])}, drawn "
            f"{int(moves.outcome[ends[i]])}"
        ),
    )


def _check_entering(trial: Trial, ground: Ground, luck: Luck) -> None:
    """Each branch begins at the first of its steps that the request needs."""
    b, r, steps = ground.b, ground.r, len(ground.model.steps)
    rows = np.flatnonzero(ground.enters)
    first = np.full(ground.branches, steps, dtype=np.int64)
    first[ground.tree.home[rows]] = ground.v["step"][rows]
    klass, slot = r["class"][b["request"]], ground.slot[b["request"]]
    cut = ground.gave_up[b["request"]] & (b["began"] == r["ended"][b["request"]]) & (first == steps)
    for c, ways in enumerate(ground.ways):
        for _, home, aim in ways.entries():
            own = np.flatnonzero((klass == c) & (ground.branch_home == home))
            expected = luck.landing(c, home)[slot[own], aim]
            trial.hold(
                (first[own] == expected) | cut[own],
                lambda i, own=own, expected=expected: (  # type: ignore[misc]
                    f"request {b['request'][own[i]]}, branch {b['branch'][own[i]]} goes first to "
                    f"{_name(ground, int(first[own[i]]))}, drawn {_name(ground, int(expected[i]))}"
                ),
            )


def _check_joining(trial: Trial, ground: Ground, luck: Luck) -> None:
    """After a join the request goes on where the path does, to the first step that it needs."""
    v, r, tree, steps = ground.v, ground.r, ground.tree, len(ground.model.steps)
    rows = np.flatnonzero(tree.begun != NONE)
    joined, request = ground.b["joined"][tree.begun[rows]], ground.request[rows]
    cut = ground.gave_up[request] & (joined == r["ended"][request]) & (tree.after[rows] == NONE)
    rows, request = rows[(joined != NONE) & ~cut], request[(joined != NONE) & ~cut]
    went = take(v["step"], tree.after[rows], steps)
    klass, home, step = ground.klass[rows], ground.home[rows], v["step"][rows]
    for c, ways in enumerate(ground.ways):
        for h in range(len(ways.homes)):
            own = np.flatnonzero((klass == c) & (home == h))
            if len(own):
                aim = ways.joined[h, step[own]]
                expected = luck.landing(c, h)[ground.slot[request[own]], aim]
                trial.hold(
                    went[own] == expected,
                    lambda i, own=own, expected=expected: (  # type: ignore[misc]
                        f"{ground.visit(int(rows[own[i]]))}: after the join it went on to "
                        f"{_name(ground, int(went[own[i]]))}, drawn {_name(ground, int(expected[i]))}"
                    ),
                )


def _name(ground: Ground, step: int) -> str:
    return repr(ground.model.steps[step].name) if step < len(ground.model.steps) else "the end"
