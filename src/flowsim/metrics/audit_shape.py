"""The audit's first checks: the record has the form of the contract, and every visit is a chain of instants (R6)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from flowsim.metrics.audit_ground import BoolArray, Ground, IntArray
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model import Model
from flowsim.record import INSTANTS, NONE, REQUEST_COLUMNS, VISIT_COLUMNS, Kind, Record, Via

_TICKS = ("set_up_ticks", "read_ticks", "adding_ticks", "necessary_ticks", "waste_ticks")


def check_columns(model: Model, record: Record) -> Check:
    """All columns are there, int64, of one length, sorted, with every index in its range; needs no sound record."""
    trial = Trial("columns", "contract of the Record")
    for kind, table, columns in (
        ("requests", record.requests, REQUEST_COLUMNS),
        ("visits", record.visits, VISIT_COLUMNS),
    ):
        names, wanted = sorted(table), sorted(columns)
        trial.fact(names == wanted, f"{kind} has columns {names}, expected {wanted}")
        if names != wanted:
            return trial.done()
        rows = len(table[next(iter(columns))])
        for name in columns:
            found = table[name]
            trial.fact(
                found.dtype == np.int64 and found.shape == (rows,),
                f"{kind}.{name} is {found.dtype}{found.shape}, expected int64 of {rows} rows",
            )
    if trial.clean:
        _check_ranges(trial, model, record)
    if trial.clean:
        _check_numbering(trial, record)
    return trial.done()


def _check_ranges(trial: Trial, model: Model, record: Record) -> None:
    """Every index points at something."""
    r, v = record.requests, record.visits
    steps, teams = len(model.steps), len(model.teams)
    rows = len(v["request"])

    def inside(table: str, name: str, low: int, high: int) -> None:
        column = (r if table == "requests" else v)[name]
        if len(column) and (int(column.min()) < low or int(column.max()) >= high):
            right = (column >= low) & (column < high)
            trial.hold(right, lambda i: f"{table}.{name} is {int(column[i])} in row {i}, outside [{low}, {high})")
        else:
            trial.fact(True, "")

    inside("requests", "class", 0, len(model.classes))
    inside("requests", "ordinal", 0, len(r["class"]) + 1)
    inside("requests", "outcome", NONE, len(record.outcomes))
    inside("requests", "measured", 0, 2)
    inside("requests", "arrived", 0, record.ended_at)
    inside("requests", "ended", NONE, record.ended_at)
    inside("requests", "due", NONE, 1 << 62)
    inside("visits", "request", 0, len(r["class"]))
    inside("visits", "step", NONE, steps)
    inside("visits", "from_step", NONE, steps)
    inside("visits", "team", NONE, teams)
    inside("visits", "from_team", NONE, teams)
    inside("visits", "kind", 0, len(Kind))
    inside("visits", "via", 0, len(Via))
    inside("visits", "in_return", 0, 2)
    inside("visits", "pass", 1, 1 << 62)
    inside("visits", "transfer_batch", NONE, max(1, 2 * rows))
    inside("visits", "process_batch", NONE, max(1, 2 * rows))
    people = max(team.people for team in model.teams) if model.teams else 0
    inside("visits", "person", NONE, people)
    for name in INSTANTS:
        inside("visits", name, NONE if name != "sent" else 0, record.ended_at)
    for name in _TICKS:
        inside("visits", name, 0, 1 << 62)


def _check_numbering(trial: Trial, record: Record) -> None:
    """Visits are sorted by (request, visit) and numbered 1, 2, … without a gap."""
    request, visit = record.visits["request"], record.visits["visit"]
    if not len(request):
        return
    trial.fact(int(visit[0]) == 1, f"the first row is visit {int(visit[0])} of request {int(request[0])}, expected 1")
    same = request[1:] == request[:-1]
    right = np.where(same, visit[1:] == visit[:-1] + 1, (request[1:] > request[:-1]) & (visit[1:] == 1))
    trial.hold(
        right,
        lambda i: (
            f"request {int(request[i + 1])}, visit {int(visit[i + 1])} follows "
            f"request {int(request[i])}, visit {int(visit[i])}"
        ),
    )


def check_instants(ground: Ground) -> Check:
    """R6: the instants of a visit never go back; those that have not come are at its end."""
    trial = Trial("instants", "R6: each instant is at or after the one before it")
    v = ground.v
    for earlier, later in pairwise(INSTANTS):
        a, b = v[earlier], v[later]
        right = b >= a
        if not right.all():
            right |= b == NONE  # the ones that came are followed by ones that have not

        def tell(i: int, earlier: str = earlier, later: str = later, a: IntArray = a, b: IntArray = b) -> str:
            if a[i] == NONE:
                return f"{ground.visit(i)}: {later} at {ground.when(int(b[i]))} without {earlier}"
            gap = int(a[i] - b[i])
            return f"{ground.visit(i)}: {later} at {ground.when(int(b[i]))} is {gap} ticks before {earlier}"

        trial.hold(right & ((a != NONE) | (b == NONE)), tell)
    return trial.done()


def check_chain(ground: Ground) -> Check:
    """R6: the next visit is sent when this one is released; the first at the arrival, the last at the end."""
    trial = Trial("chain", "R6, identity 1: no gap and no overlap from arrival to end")
    v, r = ground.v, ground.r
    sent, released, request = v["sent"], v["released"], ground.request
    is_first, is_last = ground.is_first, ground.is_last
    previous = np.where(is_first, r["arrived"][request], ground.before(released))
    trial.hold(
        sent == previous,
        lambda i: (
            f"{ground.visit(i)}: sent at {ground.when(int(sent[i]))}, {int(sent[i] - previous[i]):+d} ticks off its "
            + ("arrival" if is_first[i] else "release before")
        ),
    )
    last = np.flatnonzero(is_last)
    ended = r["ended"][request[last]]
    trial.hold(
        ended == released[last],
        lambda i: (
            f"{ground.visit(int(last[i]))}, its last: released at {ground.when(int(released[last[i]]))}, but the "
            f"request ended at {ground.when(int(ended[i]))}, {int(ended[i] - released[last[i]]):+d} ticks off"
        ),
    )
    _check_unvisited(trial, ground)
    _check_parts(trial, ground)
    return trial.done()


def _check_unvisited(trial: Trial, ground: Ground) -> None:
    """A request that needs no step at all ends when it arrives."""
    r = ground.r
    none = np.ones(ground.requests, dtype=np.bool_)
    none[ground.request] = False
    rows = np.flatnonzero(none)
    trial.hold(
        r["ended"][rows] == r["arrived"][rows],
        lambda i: (
            f"request {int(rows[i])} has no visit, arrived at {ground.when(int(r['arrived'][rows[i]]))} and ended at "
            f"{ground.when(int(r['ended'][rows[i]]))}"
        ),
    )


def _check_parts(trial: Trial, ground: Ground) -> None:
    """Identity 1: the times between the instants of its visits add up to each request's lead time so far."""
    v, r = ground.v, ground.r
    now = np.where(v["released"] == NONE, ground.end, v["released"])
    total = np.zeros(ground.requests, dtype=np.int64)
    np.add.at(total, ground.request, now - v["sent"])
    lead = np.where(r["ended"] == NONE, ground.end, r["ended"]) - r["arrived"]
    trial.hold(
        total == lead,
        lambda i: f"request {i}: its parts add up to {int(total[i])} ticks, its lead time is {int(lead[i])}",
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

    hold(is_answer == (via == int(Via.QUESTION)), "an answer, and only an answer, follows from a question")
    again = (kind == int(Kind.REWORK)) == (pass_ > 1)
    hold(again | is_answer | (kind == int(Kind.QUESTION)), "work with pass above 1, and only that, is rework")
    hold(ground.is_first == (via == int(Via.ARRIVAL)), "the first visit, and only that, is from the customer")
    started = v["started"] != NONE
    step_of = np.append(ground.step_team, NONE)[v["step"]]
    hold(team == np.where(is_answer & (team == NONE), NONE, step_of), "the serving team is the step's own")
    hold((v["step"] != NONE) | is_answer, "only an answer may be the customer's")
    hold((v["step"] == NONE) == (team == NONE), "a step has a team, and the customer none")
    hold((v["person"] != NONE) == (started & (team != NONE)), "a person, and only when taken up by a team")
    people = np.array([t.people for t in ground.model.teams] + [0], dtype=np.int64)[team]
    hold(v["person"] < np.maximum(people, 0), "the person is one of the team's")
    hold((kind != int(Kind.QUESTION)) | started, "a question comes up only once work has begun")
    idle = ~started
    for name in _TICKS:
        if v[name][idle].any():
            hold(started | (v[name] == 0), f"{name} is 0 before the start")
    quiet = (kind == int(Kind.QUESTION)) & (ground.work_ticks != 0)
    hold(~quiet, "a visit that ends in a question does no task")
    extra = is_answer & ((v["set_up_ticks"] + v["read_ticks"] + v["adding_ticks"] + v["necessary_ticks"]) != 0)
    hold(~extra, "an answer has no set-up, no reading in and no other work")
    return trial.done()
