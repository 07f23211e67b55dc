"""Requests that wait for room where they are (R14): finished at a step, and not yet let in at the next.

A move keeps the places it had until it is let in, so until then the request counts where it was. Sent over a handoff
with a gate or a transit it gives them back, however short these were for it; from the customer, or at a join after
branches, it has none. Then it waits at the step it is bound for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsim.metrics.critical import BoolArray, Forks, IntArray
from flowsim.model import Model
from flowsim.record import NONE, Via

Columns = Mapping[str, IntArray]


@dataclass(frozen=True)
class Held:
    """Rows of the visits that were not let in at once while the request stayed where it was, from `delivered` to
    `admitted`, and for each the row of the visit it stayed with. `last`: of the branches of one split that which was
    let in last, for so long the request stays for all of them; of others each.
    """

    rows: IntArray
    behind: IntArray
    last: BoolArray


def held(model: Model, visits: Columns, at: Columns, forks: Forks) -> Held:
    """Who was held back; `at` has the instants of the visits, those to come as now."""
    moved = (visits["via"] == int(Via.NEXT)) | (visits["via"] == int(Via.RETURN))
    late = moved & (visits["from_step"] != NONE) & (at["admitted"] > at["delivered"])
    rows = np.flatnonzero(late & ~_travels(model, visits))
    behind = _behind(visits, forks, rows)
    known = behind != NONE
    rows, behind = rows[known], behind[known]
    order = np.lexsort((at["admitted"][rows], behind))
    rows, behind = rows[order], behind[order]
    return Held(rows, behind, np.append(behind[1:] != behind[:-1], True)[: rows.size])


def left(visits: Columns, at: Columns, stayed: Held) -> IntArray:
    """When each visit's request was gone from its step: `released`, or when it was let in further on; int64 ticks."""
    found = at["released"].copy()
    np.maximum.at(found, stayed.behind, at["admitted"][stayed.rows])
    return found


def _travels(model: Model, visits: Columns) -> BoolArray:
    """Visits whose move was over a handoff with a transfer batch or a transit, by the model: it crosses teams when the
    team that had the request is none of those that may take the step (R8), or the step says `within team` (R7). Who
    goes straight on (R8 `same_person`) does not travel, but he is always let in at once.
    """
    index = {team.name: i for i, team in enumerate(model.teams)}
    by_step = np.zeros((len(model.steps) + 1, len(model.teams) + 1), dtype=np.bool_)  # the last row and column: NONE
    for i, step in enumerate(model.steps):
        handoff = step.handoff
        if handoff is not None and (handoff.batch is not None or handoff.transit is not None):
            by_step[i] = True
            if not handoff.within_team:
                by_step[i, [index[name] for name in step.takers]] = False
    found: BoolArray = by_step[visits["step"], visits["from_team"]]
    return found


def _behind(visits: Columns, forks: Forks, rows: IntArray) -> IntArray:
    """For each of these visits the row of the one it comes from; NONE at a join and where there is none."""
    request, branch, visit = visits["request"], visits["branch"], visits["visit"]
    if not rows.size:
        return rows
    many, most = int(branch.max()) + 1, int(visit.max()) + 1
    line = request * many + branch
    keys = line * most + visit
    order = np.argsort(keys, kind="stable")
    keys = keys[order]

    def latest(lines: IntArray) -> IntArray:
        """The row of the last visit on each of these lines that comes before the visit in question."""
        found = order[np.maximum(np.searchsorted(keys, lines * most + visit[rows]) - 1, 0)]
        return np.where((line[found] == lines) & (visit[found] < visit[rows]), found, NONE)

    before = latest(line[rows])
    if not forks.size:
        return before
    joins = (before != NONE) & (visits["via"][rows] == int(Via.NEXT)) & _split_after(visits, forks, before)
    parent = np.append(forks.rows["parent"], NONE)[forks.of_visits[rows]]
    first = (before == NONE) & (branch[rows] > 0)
    return np.where(joins, NONE, np.where(first, latest(request[rows] * many + parent), before))


def _split_after(visits: Columns, forks: Forks, rows: IntArray) -> BoolArray:
    """Whether branches began after each of these visits; one of NONE has none."""
    own = forks.rows
    began = set(zip(*(own[c].tolist() for c in ("request", "parent", "split", "began")), strict=True))
    asked = zip(*(visits[c][rows].tolist() for c in ("request", "branch", "step", "released")), strict=True)
    found: BoolArray = np.array([key in began for key in asked], dtype=np.bool_) & (rows != NONE)
    return found
