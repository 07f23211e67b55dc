"""What follows what in a request (R6, R13): on the trunk, into branches, and out of them where they join."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, count_same, sort_key, take
from flowsim.model import Model, Paths
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind, Record, Via


@dataclass(frozen=True)
class Tree:
    """Who is whose neighbour. `previous` … `home` have one element a row of visits, the others one a row of branches;
    all are rows, NONE where there is none.

    `previous`: the visit it came from (R13: after a join the last one on the critical branch). `after`: the next visit
    on the same branch. `begun`: the first branch that began after it. `joins`: the visit whose branches joined just
    before it. `home`: the branch it is on, NONE on the trunk.

    `splitter`: the visit after which the branch began. `head`: the first branch of the same split. `last`: its last
    visit. `critical`: whether the branch is critical to the request: it ended last among its own, and so did those it
    is part of. `above`: the branch it is part of.
    """

    previous: IntArray
    after: IntArray
    begun: IntArray
    joins: IntArray
    home: IntArray
    splitter: IntArray
    head: IntArray
    last: IntArray
    critical: BoolArray
    above: IntArray


def splits_of(model: Model, found: list[Paths]) -> BoolArray:
    """By class and step whether branches begin after it; a last column for no step."""
    splits = np.zeros((len(found), len(model.steps) + 1), dtype=np.bool_)
    for klass, paths in enumerate(found):
        splits[klass, list(paths.branches)] = True
    return splits


def fork_of(branches: dict[str, IntArray]) -> IntArray:
    """For each branch the row of the first of its split: the n-th of its place of a split at one instant goes with the
    n-th of each other place."""
    if not len(branches["request"]):
        return np.empty(0, dtype=np.int64)
    split = sort_key(*(branches[name] for name in ("request", "parent", "split", "began")))
    fork = sort_key(split, count_same(sort_key(split, branches["place"])))
    order = np.lexsort((branches["place"], fork))
    heads = np.append(True, fork[order][1:] != fork[order][:-1])
    found = np.empty(len(fork), dtype=np.int64)
    found[order] = order[heads][np.cumsum(heads) - 1]
    return found


def tree(record: Record, first: BoolArray, splits: BoolArray) -> Tree:
    """The neighbours of a record that has the form of the contract; `first` marks the first visit of each request,
    `splits` is that of `splits_of`."""
    rows = np.arange(len(first))
    none = np.full(len(rows), NONE, dtype=np.int64)
    if not len(record.branches["request"]):
        previous = np.where(first, NONE, rows - 1)
        after = np.where(np.append(first[1:], True)[: len(rows)], NONE, rows + 1)
        nothing = none[:0]
        never = np.zeros(0, dtype=np.bool_)
        return Tree(previous, after, none, none, none, nothing, nothing, nothing, never, nothing)
    return _branched(record, splits)


def _branched(record: Record, splits: BoolArray) -> Tree:
    v, b = record.visits, record.branches
    most = int(max(b["branch"].max(), v["branch"].max())) + 1
    of_branch = b["request"] * most + b["branch"]
    of_visit = v["request"] * most + v["branch"]
    home = _found(of_branch, of_visit)
    above = _found(of_branch, b["request"] * most + b["parent"])
    order = np.argsort(of_visit, kind="stable")
    together = of_visit[order][1:] == of_visit[order][:-1]
    before, after = np.full(len(order), NONE, dtype=np.int64), np.full(len(order), NONE, dtype=np.int64)
    before[order[1:][together]] = order[:-1][together]
    after[order[:-1][together]] = order[1:][together]
    last = _last_visits(of_branch, of_visit, order)

    head = fork_of(b)
    heads = np.flatnonzero(head == np.arange(len(head)))
    of_head = np.full(len(head), NONE, dtype=np.int64)
    of_head[heads] = _splitters(record, splits, after, heads, most)
    splitter = of_head[head]
    begun = np.full(len(order), NONE, dtype=np.int64)
    known = heads[splitter[heads] != NONE]
    begun[splitter[known]] = known

    critical = _critical(b, head)
    ends = _last_of_all(heads, head, critical, last, begun, splitter)
    joins = np.where(take(begun, before) == NONE, NONE, before)
    previous = np.where(before == NONE, take(splitter, home), before)
    after_join = joins != NONE
    previous[after_join] = ends[begun[joins[after_join]]]
    counts = critical.copy()
    for row in np.flatnonzero(above != NONE).tolist():  # a branch stands after the one it is part of
        counts[row] &= counts[above[row]]
    return Tree(previous, after, begun, joins, home, splitter, head, last, counts, above)


def _found(of_branch: IntArray, wanted: IntArray) -> IntArray:
    """The row of branches with each wanted (request, branch); NONE for the trunk."""
    at = np.minimum(np.searchsorted(of_branch, wanted), len(of_branch) - 1)
    return np.where(of_branch[at] == wanted, at, NONE)


def _last_visits(of_branch: IntArray, of_visit: IntArray, order: IntArray) -> IntArray:
    """By branch its last visit."""
    at = np.searchsorted(of_visit[order], of_branch, side="right") - 1
    row = order[np.maximum(at, 0)]
    return np.where((at >= 0) & (of_visit[row] == of_branch), row, NONE)


def _splitters(record: Record, splits: BoolArray, after: IntArray, heads: IntArray, most: int) -> IntArray:
    """By split the visit after which it took place: the n-th time on its branch that work at the step was done and not
    sent back is that of the n-th split."""
    v, b = record.visits, record.branches
    worked = (v["kind"] == int(Kind.WORK)) | (v["kind"] == int(Kind.REWORK))
    sent_back = take(v["via"], after) == int(Via.RETURN)
    klass = record.requests["class"][v["request"]]
    rows = np.flatnonzero(splits[klass, v["step"]] & worked & (v["released"] != NONE) & ~sent_back)
    steps = splits.shape[1]
    of_row = (v["request"][rows] * most + v["branch"][rows]) * steps + v["step"][rows]
    of_split = (b["request"][heads] * most + b["parent"][heads]) * steps + b["split"][heads]
    times = np.concatenate([count_same(of_row), count_same(of_split)])
    key = sort_key(np.concatenate([of_row, of_split]), times)
    key_row, key_split = key[: len(rows)], key[len(rows) :]
    if not len(rows):
        return np.full(len(heads), NONE, dtype=np.int64)
    order = np.argsort(key_row)
    at = np.minimum(np.searchsorted(key_row[order], key_split), len(rows) - 1)
    row = order[at]
    return np.where(key_row[row] == key_split, rows[row], NONE)


def _critical(b: dict[str, IntArray], head: IntArray) -> BoolArray:
    """By branch whether it is the critical one of its split: it ended last, ties to the lowest place."""
    ended = np.where(b["ended"] == NONE, FOREVER, b["ended"])
    order = np.lexsort((b["place"], -ended, head))
    found = np.zeros(len(head), dtype=np.bool_)
    found[order[np.append(True, head[order][1:] != head[order][:-1])]] = True
    return found


def _last_of_all(
    heads: IntArray, head: IntArray, critical: BoolArray, last: IntArray, begun: IntArray, splitter: IntArray
) -> IntArray:
    """By branch that is the first of a split: the last visit on the critical branch, within that on the critical one of
    a split it ended in; without any, the visit that split."""
    found = np.full(len(critical), NONE, dtype=np.int64)
    chosen = np.empty(len(critical), dtype=np.int64)
    chosen[head[critical]] = np.flatnonzero(critical)
    for one in heads[::-1].tolist():  # splits within splits come later
        visit = int(last[chosen[one]])
        inner = NONE if visit == NONE else int(begun[visit])
        found[one] = splitter[one] if visit == NONE else visit if inner == NONE else found[inner]
    return found
