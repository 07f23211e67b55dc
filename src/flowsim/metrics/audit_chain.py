"""The audit of what follows what: each visit on the one before, branches on their split, the join on them (R6, R13)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, coming, count_before, sort_key, take
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_shape import TICKS
from flowsim.model.calendar import FOREVER
from flowsim.record import BACKLOG, NONE, Kind, Via


def check_chain(ground: Ground) -> Check:
    """R6: the next visit is sent when this one is released; the first at the arrival, the last at the end."""
    trial = Trial("chain", "R6, identity 1: no gap and no overlap from arrival to end")
    v, r = ground.v, ground.r
    sent, request, is_first = v["sent"], ground.request, ground.is_first
    previous = np.where(is_first, r["arrived"][request], ground.before(v["released"]))
    joined = take(ground.b["joined"], take(ground.tree.begun, ground.tree.joins))
    previous = np.where(ground.tree.joins == NONE, previous, joined)
    trial.hold(
        sent == previous,
        lambda i: (
            f"{ground.visit(i)}: sent at {ground.when(int(sent[i]))}, {int(sent[i] - previous[i]):+d} ticks off its "
            + ("arrival" if is_first[i] else "release before")
        ),
    )
    last = np.flatnonzero(ground.is_last & (v["branch"] == 0))
    ended, over = r["ended"][request[last]], path_ends(ground, last)
    trial.hold(
        ended == over,
        lambda i: (
            f"{ground.visit(int(last[i]))}, its last: over at {ground.when(int(over[i]))}, but the request ended at "
            f"{ground.when(int(ended[i]))}, {int(ended[i] - over[i]):+d} ticks off"
        ),
    )
    in_order = sent[1:] >= sent[:-1]
    if ground.branches:
        in_order &= _as_paths_run(ground)
    trial.hold(
        (request[1:] != request[:-1]) | in_order,
        lambda i: (
            f"{ground.visit(i + 1)} was sent before {ground.visit(i)}, or at once, and stands before it on its way"
        ),
    )
    _check_unvisited(trial, ground)
    _check_parts(trial, ground)
    return trial.done()


def _places(ground: Ground) -> Callable[[int], tuple[int, ...]]:
    """By visit where it stands as the paths run: where its branch is, and how many splits have joined before it there;
    a branch is where the visit is after which it began, and at its place among the others."""
    tree = ground.tree
    track = sort_key(ground.request, ground.v["branch"])
    order = np.argsort(track, kind="stable")
    joined = tree.joins != NONE
    segment = np.empty(ground.visits, dtype=np.int64)
    segment[order] = count_before(track[order], joined[order]) + joined[order]

    def place(row: int) -> tuple[int, ...]:
        home = int(tree.home[row])
        above = () if home == NONE else (*place(int(tree.splitter[home])), int(ground.b["place"][home]))
        return (*above, int(segment[row]))

    return place


def _as_paths_run(ground: Ground) -> BoolArray:
    """R13: for each two visits in a row, of one request and instant but of two branches, whether they stand as the
    paths run: what comes before a split, its branches by place, what comes after the join. True for all others.
    """
    v, tree, place = ground.v, ground.tree, _places(ground)
    right = np.ones(max(0, ground.visits - 1), dtype=np.bool_)
    at_once = (ground.request[1:] == ground.request[:-1]) & (v["sent"][1:] == v["sent"][:-1])
    known = (tree.home == NONE) | (take(tree.splitter, tree.home) != NONE)
    for row in np.flatnonzero(at_once & (v["branch"][1:] != v["branch"][:-1]) & known[1:] & known[:-1]).tolist():
        right[row] = place(row) < place(row + 1)
    return right


def path_ends(ground: Ground, last: IntArray) -> IntArray:
    """When the trunk or branch is over of which each of these visits is the last: with it, or with the join of the
    branches that began after it; NONE when it is not."""
    inner = ground.tree.begun[last]
    return np.where(inner == NONE, ground.v["released"][last], take(ground.b["joined"], inner))


def _check_unvisited(trial: Trial, ground: Ground) -> None:
    """A request that needs no step at all ends when it arrives."""
    r = ground.r
    rows = np.flatnonzero(ground.first_row == NONE)
    trial.hold(
        r["ended"][rows] == r["arrived"][rows],
        lambda i: (
            f"request {int(rows[i])} has no visit, arrived at {ground.when(int(r['arrived'][rows[i]]))} and ended at "
            f"{ground.when(int(r['ended'][rows[i]]))}"
        ),
    )


def _check_parts(trial: Trial, ground: Ground) -> None:
    """Identity 1: the times between the instants of its critical visits add up to each request's lead time so far; so
    do those of the trunk alone, with the time from each split on it to the join."""
    v, r, b = ground.v, ground.r, ground.b
    spent = np.where(v["released"] == NONE, ground.end, v["released"]) - v["sent"]
    lead = np.where(r["ended"] == NONE, ground.end, r["ended"]) - r["arrived"]

    def hold(rows: IntArray | slice, apart: IntArray | None, what: str) -> None:
        total = np.zeros(ground.requests, dtype=np.int64) if apart is None else apart
        np.add.at(total, ground.request[rows], spent[rows])
        trial.hold(
            total == lead,
            lambda i: f"request {i}: {what} add up to {int(total[i])} ticks, its lead time is {int(lead[i])}",
        )

    if not ground.branches:
        hold(slice(None), None, "its parts")
        return
    hold(np.flatnonzero(ground.is_critical), None, "its critical parts")
    apart = np.zeros(ground.requests, dtype=np.int64)
    heads = np.flatnonzero((b["place"] == 0) & (b["parent"] == 0))
    split = np.where(b["joined"] == NONE, ground.end, b["joined"]) - b["began"]
    np.add.at(apart, b["request"][heads], split[heads])
    hold(np.flatnonzero(v["branch"] == 0), apart, "its visits on the trunk and its splits")


def check_branches(ground: Ground) -> Check:
    """R13: branches begin when the step before is done, end with their last visit, and join when all have ended."""
    trial = Trial("branches", "R13: branches begin together after their step and join when all have ended")
    v, tree = ground.v, ground.tree
    splits = ground.splits[ground.klass, v["step"]] & ~ground.is_answer
    done = splits & ground.is_work & (v["released"] != NONE) & (take(v["via"], tree.after) != int(Via.RETURN))
    given_up = ground.gave_up[ground.request] & (v["released"] == ground.r["ended"][ground.request])
    # Sent back to nothing that it needs, it is at the end of its path; whether it was, the draws say (`decisions`).
    nowhere = np.zeros(ground.visits, dtype=np.bool_)
    some = np.flatnonzero(done & (tree.begun == NONE) & ground.is_last)
    nowhere[some] = ground.moves.back[ground.klass[some], ground.home[some], v["step"][some], -1]
    trial.hold(
        ~done | (tree.begun != NONE) | given_up | nowhere,
        lambda i: f"{ground.visit(i)} was done, but no branches began after it",
    )
    if ground.branches:
        _check_instants(trial, ground)
    return trial.done()


def _check_instants(trial: Trial, ground: Ground) -> None:
    b, v, tree = ground.b, ground.v, ground.tree

    def hold(found: IntArray, expected: IntArray, what: str) -> None:
        trial.hold(
            found == expected,
            lambda i: (
                f"request {b['request'][i]}, branch {b['branch'][i]}: {what} at {ground.when(int(found[i]))}, expected "
                f"{ground.when(int(expected[i]))}"
            ),
        )

    hold(b["began"], take(v["released"], tree.splitter, -2), "began")
    over = np.where(tree.last == NONE, b["began"], path_ends(ground, np.maximum(tree.last, 0)))
    hold(b["ended"], over, "ended")
    latest = np.zeros(ground.branches, dtype=np.int64)
    np.maximum.at(latest, tree.head, coming(b["ended"]))
    hold(b["joined"], np.where(latest == FOREVER, NONE, latest)[tree.head], "joined")
    place = _places(ground)
    same = (b["request"][1:] == b["request"][:-1]) & (tree.splitter[1:] != NONE) & (tree.splitter[:-1] != NONE)
    right = ~same | (b["began"][1:] >= b["began"][:-1])
    for row in np.flatnonzero(same & (b["began"][1:] == b["began"][:-1])).tolist():
        first, second = ((*place(int(tree.splitter[one])), int(b["place"][one])) for one in (row, row + 1))
        right[row] = first < second
    trial.hold(
        right,
        lambda i: f"request {b['request'][i]}: branches {b['branch'][i]} and {b['branch'][i + 1]} are not in order",
    )


def check_kinds(ground: Ground) -> Check:
    """R12: kind, pass and what brought a visit about agree; nothing is drawn for one that has not begun."""
    trial = Trial("kinds", "R12: kind, pass and cause of a visit agree")
    v = ground.v
    kind, via, pass_, team = v["kind"], v["via"], v["pass"], v["team"]
    is_answer = ground.is_answer

    def hold(right: BoolArray, what: str) -> None:
        trial.hold(
            right,
            lambda i: (
                f"{ground.visit(i)}: {what} (kind {Kind(int(kind[i])).name.lower()}, pass {int(pass_[i])}, "
                f"via {Via(int(via[i])).name.lower()})"
            ),
        )

    answers = (kind == int(Kind.ANSWER)) | (is_answer & ground.is_withdrawn & (team != NONE))
    hold(is_answer == answers, "an answer, and only an answer, follows from a question")
    again = (kind == int(Kind.REWORK)) == (pass_ > 1)
    cut = ground.is_withdrawn
    hold(again | is_answer | (kind == int(Kind.QUESTION)) | cut, "work with pass above 1, and only that, is rework")
    there = (via == int(Via.ARRIVAL)) | (via == int(Via.BACKLOG))
    hold(ground.is_first == there, "the first visit, and only that, is from the customer")
    backlog = ground.ordinal >= BACKLOG
    if backlog.any():
        backlog &= ~ground.is_chase[ground.request]
        hold((via == int(Via.BACKLOG)) == (backlog & there), "who was there at the beginning, and only he, comes so")
    else:
        hold(via != int(Via.BACKLOG), "nobody was there at the beginning")
    started = ground.begun
    step_of = np.append(ground.step_team, NONE)[v["step"]]
    own = team == np.where(is_answer & (team == NONE), NONE, step_of)
    hold(own | _is_taker(ground), "the serving team is one that may take it, before the start the first of them")
    hold((v["step"] != NONE) | is_answer, "only an answer may be the customer's")
    hold((v["step"] == NONE) == (team == NONE), "a step has a team, and the customer none")
    hold((v["person"] != NONE) == (started & (team != NONE)), "a person, and only when taken up by a team")
    people = np.array([*ground.staff.size, 0], dtype=np.int64)[team]
    hold(v["person"] < np.maximum(people, 0), "the person is one of the team's")
    hold((kind != int(Kind.QUESTION)) | started, "a question comes up only once work has begun")
    idle = ~started
    for name in TICKS:
        if v[name][idle].any():
            hold(started | (v[name] == 0), f"{name} is 0 before the start")
    quiet = (kind == int(Kind.QUESTION)) & (ground.work_ticks != 0)
    hold(~quiet, "a visit that ends in a question does no task")
    extra = is_answer & ((v["set_up_ticks"] + v["read_ticks"] + v["adding_ticks"] + v["necessary_ticks"]) != 0)
    hold(~extra, "an answer has no set-up, no reading in and no other work")
    return trial.done()


def _is_taker(ground: Ground) -> BoolArray:
    """Whether it was taken up, or asked of, a team that may take its step as well as the first (R8)."""
    v = ground.v
    found = np.zeros(ground.visits, dtype=np.bool_)
    for index, takers in enumerate(ground.takers):
        if len(takers) > 1:
            found |= (v["step"] == index) & (ground.begun | ground.is_answer) & np.isin(v["team"], takers)
    return found
