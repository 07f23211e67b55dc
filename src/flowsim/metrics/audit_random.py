"""The audit of random waiting lists (R8): played again from the lots drawn (R4), place by place."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np
import numpy.typing as npt

from flowsim.metrics.audit_arrays import IntArray
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_luck import Luck
from flowsim.metrics.audit_report import Trial
from flowsim.record import Via


def check_random_list(trial: Trial, ground: Ground, luck: Luck, index: int, own: IntArray) -> None:
    """Each of these units joins the list of a team at the place that its lot says, and the first is taken.

    For a team whose people are alike and alone at what only they may take. Left out, until the list is empty again, is
    what follows an instant in which the order of joining is open: in several rounds (R3), or with a withdrawal in it.
    """
    units = ground.units
    first = units.first[own]
    cut_short = ground.is_withdrawn[first]
    gone, came = cut_short.tolist(), (~cut_short | (units.joined[own] < units.left[own])).tolist()
    joined = units.joined[own].tolist()
    unsure = (ground.late["assembled"][first] | units.lost[own]).tolist()
    instants = np.unique(np.concatenate([units.joined[own], units.left[own]]))
    instants = instants[instants < ground.end]
    joins = _by_instant(instants, units.joined[own], np.lexsort((ground.v["branch"][first], ground.request[first])))
    leaves = _by_instant(instants, units.left[own], np.arange(len(own)))
    closing = ground.hours(ground.model.teams[index].calendar).closing(instants)
    limit, priority = ground.start_limit[first].tolist(), ground.priority[first].tolist()
    lots = _lots(ground, luck, first).tolist()
    line: dict[int, list[int]] = {one: [] for one in sorted(set(priority))}
    known = True
    for t, close, new, off in zip(instants.tolist(), closing.tolist(), joins, leaves, strict=True):
        cut = [k for k in off if gone[k]]
        known = known and not any(unsure[k] for k in new) and not (cut and set(new) - set(cut))
        for k in new:
            if came[k]:
                row = line[priority[k]]
                row.insert(math.floor(lots[k] * (len(row) + 1)), k)
        taken = {k for k in off if not gone[k]}
        for k in cut:
            if came[k]:
                line[priority[k]].remove(k)
        if taken and known:
            may = (k for row in line.values() for k in row if close - t >= limit[k])
            first_ones = list(islice(may, len(taken)))
            known = set(first_ones) == taken
            wrong = next((k for k in first_ones if k not in taken), None)
            trial.fact(known, "" if wrong is None else _told(ground, index, int(first[wrong]), t))
        for k in taken:
            if joined[k] <= t:  # else the record is wrong, and another check says so
                line[priority[k]].remove(k)
        known = known or not any(line.values())


def _told(ground: Ground, index: int, row: int, t: int) -> str:
    return (
        f"{ground.visit(row)} came first in the random list of {ground.model.teams[index].name!r} at {ground.when(t)}, "
        "by the lots drawn, and was not taken"
    )


def _by_instant(instants: IntArray, at: IntArray, order: IntArray) -> list[list[int]]:
    """For each instant the positions of those whose it is, in this order."""
    order = order[np.argsort(at[order], kind="stable")]
    low, high = (np.searchsorted(at[order], instants, side=side) for side in ("left", "right"))
    return [order[a:b].tolist() for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _lots(ground: Ground, luck: Luck, rows: IntArray) -> npt.NDArray[np.float64]:
    """The lot of each of these visits: of an answer one a pass, of others one each time the request joins (R4)."""
    v, found = ground.v, np.zeros(ground.visits, dtype=np.float64)
    again = v["via"] == int(Via.ANSWER)
    answers, asked = ground.is_answer, v["from_step"]
    for s, step in enumerate(ground.model.steps):
        for purpose, own, turn in (
            (f"queue at {step.name}", rows[~answers[rows] & (v["step"][rows] == s)], 2 * ground.turn - ~again),
            (f"queue of answers to {step.name}", rows[answers[rows] & (asked[rows] == s)], ground.turn),
        ):
            for klass, some in luck.by_class(own):
                found[some] = luck.uniforms(purpose, klass, ground.ordinal[some], turn[some])
    return found[rows]
