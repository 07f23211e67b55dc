"""The last of a run: what was numbered as it came gets the numbers of the Record, whatever order events had (R3)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from flowsim.engine.parts import Branch
from flowsim.record import BRANCH_COLUMNS, CREW_COLUMNS, NONE
from flowsim.record.contract import empty

Column = npt.NDArray[np.int64]
Columns = dict[str, Column]


def chase_columns(chases: Sequence[tuple[int, int, int, int, int]]) -> Columns:
    """Requests columns of chases, from (class, ordinal, arrived, parent, which one); how they ended is left out."""
    klass, ordinal, arrived, parent, which = (np.array(column, dtype=np.int64) for column in zip(*chases, strict=True))
    none = np.full(len(chases), NONE, dtype=np.int64)
    found = {"class": klass, "ordinal": ordinal, "arrived": arrived, "parent": parent, "chase": which}
    return found | {"age": np.zeros_like(none), "due": none, "measured": np.zeros_like(none)}


def put_in_order(
    visits: Columns,
    crew: Sequence[tuple[int, int, int, int]],
    branches: Sequence[Branch],
    numbers: Column,
    ended_at: int,
) -> tuple[Columns, Columns, Columns]:
    """Visits, crew and branches with the numbers of the Record: `numbers` are those of the requests; branches of a
    request count as they began and visits as they were sent, those of one instant as the paths run (`_Course`).
    """
    people = np.array(crew, dtype=np.int64).reshape(-1, 4)
    found, new_visits = empty(BRANCH_COLUMNS), None
    if branches:
        course = _Course(branches)
        found = _branches(course, numbers)
        new_visits = _renumber(visits, course)
    visits["request"] = numbers[visits["request"]]
    if len(people):
        if new_visits is not None:
            people[:, 1] = [new_visits.get((r, v), v) for r, v in people[:, :2].tolist()]
        people[:, 0] = numbers[people[:, 0]]
        people = people[np.lexsort(people.T[::-1])]
    return visits, dict(zip(CREW_COLUMNS, people.T.copy(), strict=True)), found


class _Course:
    """How the paths of the requests that split run (R13): what comes before a split, its branches by place, what comes
    after the join.

    A visit stands there by a tuple: after how many splits of its trunk or branch it comes; before that, where the
    branch is: after how many splits it began, and its place.
    """

    def __init__(self, branches: Sequence[Branch]) -> None:
        self._splits: dict[tuple[int, Branch | None], list[int]] = {}  # visits after which a trunk or branch split
        self._where: dict[Branch | None, tuple[int, ...]] = {None: ()}
        for one in branches:  # in the order in which they began: each after the one it is part of
            fork = one.fork
            splits = self._splits.setdefault((fork.request.number, fork.branch), [])
            if one is fork.branches[0]:
                splits.append(fork.after)
            self._where[one] = (*self._where[fork.branch], len(splits) - 1, one.place)

        self.ordered = sorted(branches, key=lambda one: (one.fork.request.number, one.began, self._where[one]))
        self.new: dict[Branch, int] = {}  # by branch its number in the Record
        count: dict[int, int] = {}
        for one in self.ordered:
            number = one.fork.request.number
            self.new[one] = count[number] = count.get(number, 0) + 1

    def of(self, request: int, visit: int, branch: Branch | None) -> tuple[int, ...]:
        """Where a visit stands, of two numbers as they came."""
        return (*self._where[branch], bisect_left(self._splits.get((request, branch), ()), visit))


def _branches(course: _Course, numbers: Column) -> Columns:
    """The branches table."""
    rows = []
    for one in course.ordered:
        fork = one.fork
        parent = 0 if fork.branch is None else course.new[fork.branch]
        request = int(numbers[fork.request.number])
        rows.append((request, course.new[one], parent, fork.step, one.place, one.began, one.ended, one.joined))
    return dict(zip(BRANCH_COLUMNS, np.array(rows, dtype=np.int64).T.copy(), strict=True))


def _as_paths_run(order: Column, visits: Columns, course: _Course) -> Column:
    """The order of rows by (request, sent, branch, visit) with those of one request and instant, on several branches,
    as the paths run.
    """
    named = {(one.fork.request.number, one.number): one for one in course.ordered}
    request, sent, branch, visit = (visits[name][order] for name in ("request", "sent", "branch", "visit"))
    heads = np.append(True, (request[1:] != request[:-1]) | (sent[1:] != sent[:-1]))
    edges = np.append(np.flatnonzero(heads), len(order))
    across = np.append(0, np.cumsum((branch[1:] != branch[:-1]) & ~heads[1:]))
    some = np.flatnonzero(across[edges[1:] - 1] > across[edges[:-1]])
    found = order.copy()
    for a, b in zip(edges[some].tolist(), edges[some + 1].tolist(), strict=True):
        number = int(request[a])
        places = {
            row: (course.of(number, int(visit[row]), named.get((number, int(branch[row])))), int(visit[row]))
            for row in range(a, b)
        }
        found[a:b] = order[sorted(places, key=places.__getitem__)]
    return found


def _renumber(visits: Columns, course: _Course) -> dict[tuple[int, int], int]:
    """Give branches and visits of requests that split their new numbers, and sort the visits; by (request, old number)
    the new number of each visit that has another.
    """
    size = int(visits["branch"].max(initial=0)) + 1
    order = np.lexsort((visits["visit"], visits["branch"], visits["sent"], visits["request"]))
    order = _as_paths_run(order, visits, course)
    renamed = {(one.fork.request.number, one.number): new for one, new in course.new.items()}
    split = np.flatnonzero(np.isin(visits["request"], [request for request, _ in renamed]))
    keys = visits["request"][split] * size + visits["branch"][split]
    known, place = np.unique(keys, return_inverse=True)
    fresh = np.array([renamed.get(divmod(int(key), size), 0) for key in known], dtype=np.int64)
    visits["branch"][split] = fresh[place]
    for name, column in visits.items():
        visits[name] = column[order]
    request, before = visits["request"], visits["visit"]
    first = np.searchsorted(request, request, side="left")
    visits["visit"] = np.arange(len(request), dtype=np.int64) - first + 1
    moved = np.flatnonzero(visits["visit"] != before)
    pairs = zip(request[moved].tolist(), before[moved].tolist(), visits["visit"][moved].tolist(), strict=True)
    return {(r, b): n for r, b, n in pairs}
