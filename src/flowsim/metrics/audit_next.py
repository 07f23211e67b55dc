"""What the draws say comes next (R12, R13): after each step a return, a route, or the next step of the path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.metrics.audit_arrays import BoolArray, IntArray, count_before, group_rows
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_luck import Luck
from flowsim.record import NONE, Via


@dataclass(frozen=True)
class NextMoves:
    """For the visits at a step that were released after work: their rows, and for each what brings the next visit about
    (a Via), its step (the number of steps: the end of the path), the outcome if the journey ends so, and whether
    branches begin instead.
    """

    rows: IntArray
    via: IntArray
    landing: IntArray
    outcome: IntArray
    splits: BoolArray


def next_moves(ground: Ground, luck: Luck, s: int) -> NextMoves:
    """What comes next after the step with that index."""
    rows = ground.step_rows[s]
    rows = rows[(ground.v["released"][rows] != NONE) & ground.is_work[rows]]
    via = np.full(len(rows), int(Via.NEXT), dtype=np.int64)
    landing = np.full(len(rows), len(ground.model.steps), dtype=np.int64)
    outcome = np.full(len(rows), _outcome(ground, "done"), dtype=np.int64)
    splits = np.zeros(len(rows), dtype=np.bool_)
    sent_back = np.zeros(len(rows), dtype=np.bool_)
    sent_to = np.full(len(rows), NONE, dtype=np.int64)
    for klass, own in enumerate(group_rows(ground.klass[rows], len(luck.classes))):
        if len(own):  # a request is sent back at most so often, on whatever branch
            to = np.full(len(own), NONE, dtype=np.int64)
            sent_back[own] = _returns(ground, luck, s, klass, rows[own], to)
            sent_to[own] = to
    for klass, home, own in _alike(ground, luck, rows):
        if len(own):
            aim = np.full(len(own), ground.ways[klass].onward[home, s], dtype=np.int64)
            done = outcome[own]
            _route(ground, luck, s, klass, rows[own], aim, done)
            back = sent_back[own]
            aim[back] = sent_to[own[back]]
            done[back] = _outcome(ground, "done")
            via[own[back]] = int(Via.RETURN)
            splits[own] = ~back & (s in ground.paths[klass].branches)
            landing[own] = luck.landing(klass, home)[ground.slot[ground.request[rows[own]]], aim]
            outcome[own] = done
    return NextMoves(rows, via, landing, outcome, splits)


def _alike(ground: Ground, luck: Luck, rows: IntArray) -> Iterator[tuple[int, int, IntArray]]:
    """Positions in `rows` by class and home."""
    homes = ground.home[rows]
    for klass, own in enumerate(group_rows(ground.klass[rows], len(luck.classes))):
        for home in np.unique(homes[own]).tolist() if ground.branches else (0,):
            yield klass, home, own[homes[own] == home] if ground.branches else own


def _outcome(ground: Ground, name: str) -> int:
    outcomes = ground.record.outcomes
    return outcomes.index(name) if name in outcomes else NONE


def _route(ground: Ground, luck: Luck, s: int, klass: int, rows: IntArray, aim: IntArray, outcome: IntArray) -> None:
    """The route drawn, by shares one after another; nothing if the step names none for the class."""
    step = ground.model.steps[s]
    name = ground.model.classes[klass].name
    route = next((r for r in step.routes if r.only is None or name in r.only), None)
    if route is None or not route.targets:
        return
    u = luck.uniforms(f"route at {step.name}", klass, ground.ordinal[rows], ground.turn[rows])
    chosen = np.searchsorted(_running([share for _, share, _ in route.targets]), u, side="right")
    chosen = np.minimum(chosen, len(route.targets) - 1)
    steps = len(ground.model.steps)
    aims = np.array([ground.step_index.get(to, steps) for to, _, _ in route.targets], dtype=np.int64)
    ends = np.array([_outcome(ground, o if to == "" else "done") for to, _, o in route.targets], dtype=np.int64)
    aim[:], outcome[:] = aims[chosen], ends[chosen]


def _returns(ground: Ground, luck: Luck, s: int, klass: int, rows: IntArray, aim: IntArray) -> BoolArray:
    """The return drawn: rules in order, each one uniform a pass, its targets tried in order, at most so often. Sets the
    aim of those sent back, and tells which they are."""
    request, pass_ = ground.request[rows], ground.v["pass"][rows]
    back = np.zeros(len(rows), dtype=np.bool_)
    for rule in ground.model.steps[s].returns:
        u = luck.uniforms(rule.purpose, klass, ground.ordinal[rows], ground.turn[rows])
        target = np.full(len(rows), NONE, dtype=np.int64)
        total = np.zeros(len(rows), dtype=np.float64)
        for to, chances in rule.targets:
            total += np.array(chances, dtype=np.float64)[np.minimum(pass_, len(chances)) - 1]
            target[(target == NONE) & (u < total)] = ground.step_index[to]
        hit = ~back & (target != NONE)
        if rule.at_most is not None:
            hit &= count_before(request, hit) < rule.at_most
        aim[hit] = target[hit]
        back |= hit
    return back


def _running(shares: list[float]) -> npt.NDArray[np.float64]:
    """Shares added up one after another."""
    total, found = 0.0, []
    for share in shares:
        total += share
        found.append(total)
    return np.array(found)
