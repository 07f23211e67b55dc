"""Branches (R13): which one a lead time hangs on, the ledger along it, and how long the others waited."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from records import NONE, cut, fork, model, record, request, step, team, visit
from rich_models import RichModel

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics import PARTS, Frame, request_ledger, visit_ledger
from flowsim.metrics.journey import Journeys
from flowsim.metrics.splits import branch_waits, split_rows
from flowsim.model import Model, Split
from flowsim.record import Record

NAMES = ("Start", "L", "R", "Inner", "Deep", "End")
TREE = model(
    [team("T", 9)],
    [
        step("Start", "T", split=Split((("L",), ("R",)), "End")),
        step("L", "T"),
        step("R", "T", split=Split((("Inner",), ("Deep",)), "")),
        *(step(name, "T") for name in NAMES[3:]),
    ],
)


def on(branch: int, where: str, sent: int, released: int, **more: int) -> dict[str, int]:
    """A visit of request 0, all of it work."""
    chain = {"sent": sent, "worked": released, "work": released - sent}
    return visit(0, step=NAMES.index(where), branch=branch, **chain, **more)


def split_once(left: int, right: int) -> Record:
    """Two branches from 10 on, to these instants, and the join."""
    rows = [on(0, "Start", 0, 10), on(1, "L", 10, left), on(2, "R", 10, right), on(0, "End", max(left, right), 100)]
    return record(rows, branches=fork(0, 0, 10, left, right))


@pytest.mark.parametrize(
    ("left", "right", "critical"),
    [(20, 50, [1, 0, 1, 1]), (50, 20, [1, 1, 0, 1]), (50, 50, [1, 1, 0, 1])],
)
def test_r13_critical_is_the_branch_that_ended_last_and_of_two_the_first(
    left: int, right: int, critical: list[int]
) -> None:
    r = split_once(left, right)
    assert Frame(TREE, r).critical.tolist() == [bool(x) for x in critical]
    parts = request_ledger(TREE, r, visit_ledger(TREE, r))
    assert {p: t[0] for p, t in parts.items() if t[0]} == {"work_adding": 100}
    journey = Journeys(TREE, r, visit_ledger(TREE, r)).of(0)
    assert (journey[0].start, journey[-1].end) == (0, 100)
    assert [s.row for s in journey] == [i for i, x in enumerate(critical) if x]


def test_r13_while_a_branch_is_open_the_split_waits_for_the_first_that_is() -> None:
    for left, right, critical in ((NONE, 20, [1, 1, 0]), (20, NONE, [1, 0, 1]), (NONE, NONE, [1, 1, 0])):
        ends = {"L": left, "R": right}
        rows = [on(0, "Start", 0, 10)]
        for branch, (where, end) in enumerate(ends.items(), start=1):
            still = {"open_at": "worked"} if end == NONE else {}
            rows.append(on(branch, where, 10, 90 if end == NONE else end, **still))
        r = record(rows, [request(0)], ended_at=70, branches=fork(0, 0, 10, left, right))
        assert Frame(TREE, r).critical.tolist() == [bool(x) for x in critical]
        parts = request_ledger(TREE, r, visit_ledger(TREE, r))
        assert sum(parts[p][0] for p in PARTS) == 70


def test_r13_seen_earlier_the_open_branch_is_the_critical_one() -> None:
    r = split_once(20, 50)
    assert Frame(TREE, r, until=15).critical.tolist() == [True, True, False, True]
    assert Frame(TREE, r, until=20).critical.tolist() == [True, False, True, True]
    for until in range(100):
        parts = request_ledger(TREE, r, visit_ledger(TREE, r, until), until)
        assert sum(parts[p][0] for p in PARTS) == until


def test_r13_within_a_branch_that_is_not_waited_for_nothing_is_critical() -> None:
    """R splits again: its inner branches end at 40 and 60, L at 30 or at 90."""
    for left, critical in ((30, [1, 0, 1, 0, 1, 1]), (90, [1, 1, 0, 0, 0, 1])):
        rows = [
            on(0, "Start", 0, 10),
            on(1, "L", 10, left),
            on(2, "R", 10, 20),
            on(3, "Inner", 20, 40),
            on(4, "Deep", 20, 60),
            on(0, "End", max(left, 60), 100),
        ]
        branches = [*fork(0, 0, 10, left, 60), *fork(0, 2, 20, 40, 60, parent=2, first=3)]
        r = record(rows, branches=branches)
        assert Frame(TREE, r).critical.tolist() == [bool(x) for x in critical]
        parts = request_ledger(TREE, r, visit_ledger(TREE, r))
        assert parts["work_adding"][0] == 100


def test_r13_a_step_that_splits_twice_has_two_splits() -> None:
    """All is done again after a return, in no time: the second branches are not those of the first."""
    rows = [
        on(0, "Start", 0, 0),
        *(on(b, where, 0, 0) for b, where in ((1, "L"), (2, "L"), (3, "R"), (4, "R"))),
        on(0, "End", 0, 5),
    ]
    twice = [dict(row, branch=b) for b, row in zip((1, 3, 2, 4), fork(0, 0, 0, 0, 0) * 2, strict=True)]
    frame = Frame(TREE, record(rows, branches=twice))
    assert frame.forks.fork[[0, 2]].tolist() == [frame.forks.fork[0]] * 2
    assert frame.forks.fork[[1, 3]].tolist() == [frame.forks.fork[1]] * 2
    assert frame.forks.fork[0] != frame.forks.fork[1]
    assert frame.forks.critical.tolist() == [True, True, False, False]


def test_r15_of_branches_cut_short_together_the_first_is_waited_for() -> None:
    chain = dict.fromkeys(("sent", "gathered", "delivered", "admitted", "assembled"), 10)
    rows = [on(0, "Start", 0, 10), cut(0, 40, step=1, branch=1, **chain), cut(0, 40, step=2, branch=2, **chain)]
    r = record(rows, [request(0, 40, outcome=1)], branches=fork(0, 0, 10, 40, 40), outcomes=("done", "withdrawn"))
    parts = request_ledger(TREE, r, visit_ledger(TREE, r))
    assert {p: int(t[0]) for p, t in parts.items() if t[0]} == {"work_adding": 10, "queue": 30}
    assert branch_waits(Frame(TREE, r))[0].size == 0


def test_time_in_a_return_is_that_of_critical_visits() -> None:
    rows = [
        on(0, "Start", 0, 10),
        on(1, "L", 10, 20),
        on(2, "R", 10, 30),
        on(1, "L", 20, 25, in_return=1),
        on(2, "R", 30, 37, in_return=1),
        on(0, "End", 37, 40),
    ]
    r = record(rows, branches=fork(0, 0, 10, 25, 37))
    assert request_ledger(TREE, r, visit_ledger(TREE, r))["return_time"].tolist() == [7]


def test_what_each_branch_of_a_split_waited_for_the_others() -> None:
    def one(number: int, left: int, right: int) -> list[dict[str, int]]:
        found = [on(0, "Start", 0, 10), on(1, "L", 10, left), on(2, "R", 10, right), on(0, "End", max(left, right), 99)]
        return [row | {"request": number} for row in found]

    visits = [*one(0, 20, 50), *one(1, 70, 40), *one(2, 30, 60), *one(3, 20, 20)[:3]]
    visits = [v for v in visits if not (v["request"] == 2 and v["step"] == 1)]  # needs nothing of the left branch
    branches = [
        b | {"request": n}
        for n, ends in enumerate(((20, 50), (70, 40), (10, 60), (20, NONE)))
        for b in fork(0, 0, 10, *ends)
    ]
    requests = [request(0, 99), request(0, 99), request(0, 99), request(0)]
    r = record(visits, requests, ended_at=100, branches=branches)
    left, right, *inner = split_rows(Frame(TREE, r))
    assert (left.split, left.place, left.steps, right.steps) == ("Start", 0, ("L",), ("R",))
    assert (left.count, left.last, left.wait, left.duration) == (2, 1, 30, 10 + 60)
    assert (right.count, right.last, right.wait, right.duration) == (3, 2, 30, 40 + 30 + 50)
    assert [(row.split, row.place, row.count) for row in inner] == [("R", 0, 0), ("R", 1, 0)]
    unmeasured = record(visits, [q | {"measured": 0} for q in requests], ended_at=100, branches=branches)
    assert all(row.count == 0 for row in split_rows(Frame(TREE, unmeasured)))


# -- against the words of R13, on records of the engine ------------------------------------------------------------


def by_definition(r: Record, number: int, now: int) -> set[int]:
    """The branches of a request that are critical, from the trunk inwards."""
    rows = [i for i, q in enumerate(r.branches["request"].tolist()) if q == number]
    own = {int(r.branches["branch"][i]): {c: int(x[i]) for c, x in r.branches.items()} for i in rows}

    def inwards(parent: int) -> Iterator[int]:
        splits: dict[tuple[int, int, int], list[int]] = {}
        seen: dict[tuple[int, int, int], int] = {}
        for branch, row in own.items():
            if row["parent"] == parent:
                place = (row["split"], row["began"], row["place"])
                seen[place] = seen.get(place, -1) + 1
                splits.setdefault((row["split"], row["began"], seen[place]), []).append(branch)
        for branches in splits.values():
            ends = {
                b: own[b]["ended"] if own[b]["ended"] != NONE and own[b]["ended"] <= now else 1 << 60 for b in branches
            }
            last = min(branches, key=lambda b: (-ends[b], own[b]["place"]))
            yield last
            yield from inwards(last)

    return set(inwards(0))


def rich(seed: int) -> tuple[Model, Record]:
    m = RichModel(seed).model()
    return m, run(m, Draws(seed, 1))


@pytest.mark.parametrize("seed", range(1, 9))
def test_identity_1_the_ledger_adds_up_along_the_critical_branches(seed: int) -> None:
    m, r = rich(seed)
    assert len(r.branches["request"]) > 20
    for until in (None, r.ended_at // 2, r.ended_at // 3 + 12_345):
        frame = Frame(m, r, until)
        for number in np.unique(r.branches["request"]).tolist()[:40]:
            mine = np.flatnonzero(r.branches["request"] == number)
            found = set(r.branches["branch"][mine][frame.forks.critical[mine]].tolist())
            assert found == by_definition(r, number, frame.now)
        parts = request_ledger(m, r, visit_ledger(m, r, until), until)
        lead = frame.filled(r.requests["ended"]) - frame.filled(r.requests["arrived"])
        assert sum(parts[p] for p in PARTS).tolist() == lead.tolist()


@pytest.mark.parametrize("seed", [2, 4])
def test_a_journey_is_the_critical_chain(seed: int) -> None:
    m, r = rich(seed)
    ledger = visit_ledger(m, r)
    of_request = request_ledger(m, r, ledger)
    told = Journeys(m, r, ledger)
    for number in np.unique(r.branches["request"]).tolist()[:15]:
        segments = told.of(number)
        end = int(r.requests["ended"][number])
        assert segments[0].start == r.requests["arrived"][number]
        assert segments[-1].end == (r.ended_at if end == NONE else end)
        assert all(a.end == b.start for a, b in pairwise(segments))
        for part in set(PARTS) - {"queue", "overtaken"}:
            booked = sum(s.end - s.start for s in segments if s.part == part)
            assert booked == of_request[part][number], (number, part)
