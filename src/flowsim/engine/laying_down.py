"""The last of a run: what was numbered as it came gets the numbers of the Record, whatever order events had (R3)."""

from __future__ import annotations

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
    request count in order of (when they began, place among the splits); visits in order of (sent, branch), those of one
    branch as they came.
    """
    people = np.array(crew, dtype=np.int64).reshape(-1, 4)
    found = _branches(branches, numbers, ended_at) if branches else empty(BRANCH_COLUMNS)
    new_visits = None
    if branches:
        new_visits = _renumber(visits, branches)
    visits["request"] = numbers[visits["request"]]
    if len(people):
        if new_visits is not None:
            people[:, 1] = [new_visits.get((r, v), v) for r, v in people[:, :2].tolist()]
        people[:, 0] = numbers[people[:, 0]]
        people = people[np.lexsort(people.T[::-1])]
    return visits, dict(zip(CREW_COLUMNS, people.T.copy(), strict=True)), found


def _in_order(branches: Sequence[Branch]) -> list[Branch]:
    return sorted(branches, key=lambda one: (one.fork.request.number, one.order, one.number))


def _branches(branches: Sequence[Branch], numbers: Column, ended_at: int) -> Columns:
    """The branches table."""
    new = _new_numbers(branches)
    rows = []
    for one in _in_order(branches):
        fork = one.fork
        parent = 0 if fork.branch is None else new[fork.branch]
        row = (
            int(numbers[fork.request.number]),
            new[one],
            parent,
            fork.step,
            one.place,
            one.began,
            one.ended,
            one.joined,
        )
        rows.append(row)
    return dict(zip(BRANCH_COLUMNS, np.array(rows, dtype=np.int64).T.copy(), strict=True))


def _new_numbers(branches: Sequence[Branch]) -> dict[Branch, int]:
    new: dict[Branch, int] = {}
    count: dict[int, int] = {}
    for one in _in_order(branches):
        number = one.fork.request.number
        new[one] = count[number] = count.get(number, 0) + 1
    return new


def _renumber(visits: Columns, branches: Sequence[Branch]) -> dict[tuple[int, int], int]:
    """Give branches and visits of requests that split their new numbers, and sort the visits; by (request, old number)
    the new number of each visit that has another.
    """
    size = int(visits["branch"].max(initial=0)) + 1
    renamed = {(one.fork.request.number, one.number): new for one, new in _new_numbers(branches).items()}
    split = np.flatnonzero(np.isin(visits["request"], [one.fork.request.number for one in branches]))
    keys = visits["request"][split] * size + visits["branch"][split]
    known, place = np.unique(keys, return_inverse=True)
    fresh = np.array([renamed.get(divmod(int(key), size), 0) for key in known], dtype=np.int64)
    visits["branch"][split] = fresh[place]
    order = np.lexsort((visits["visit"], visits["branch"], visits["sent"], visits["request"]))
    for name, column in visits.items():
        visits[name] = column[order]
    request, before = visits["request"], visits["visit"]
    first = np.searchsorted(request, request, side="left")
    visits["visit"] = np.arange(len(request), dtype=np.int64) - first + 1
    moved = np.flatnonzero(visits["visit"] != before)
    pairs = zip(request[moved].tolist(), before[moved].tolist(), visits["visit"][moved].tolist(), strict=True)
    return {(r, b): n for r, b, n in pairs}
