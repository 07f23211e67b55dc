"""Who holds which place of a limit on the work in process, and from when to when (R14)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, coming, take
from flowsim.metrics.audit_ground import Ground
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE

Limit = tuple[str, int]
"""A limit: on a "step" or a "team" by index, or on the "whole" (0)."""


@dataclass(frozen=True)
class Held:
    """The places of one limit: how many there are, and each stay in them: the visit or request, and [begins, ends)."""

    name: str
    size: int
    holder: IntArray
    begins: IntArray
    ends: IntArray

    def room(self, times: IntArray) -> BoolArray:
        """Whether a place is free at each instant, once it is settled."""
        begun = np.searchsorted(np.sort(self.begins), times, side="right")
        return np.asarray(begun - np.searchsorted(np.sort(self.ends), times, side="right") < self.size)

    def room_before(self, times: IntArray) -> BoolArray:
        """Whether a place is free just before each instant."""
        begun = np.searchsorted(np.sort(self.begins), times, side="left")
        return np.asarray(begun - np.searchsorted(np.sort(self.ends), times, side="left") < self.size)


class Places:
    """All limits of a model with the stays in them, and which of them each visit needs.

    `limited`: visits that need places at all, if there are any (answers and chases do not). `needs`: by limit the
    visits that need a place in it which they do not hold already; `unsure`: those that may hold one, the first visits
    on branches: the last of these to go takes along what is held for all of them.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = g = ground
        self.limited = g.moved & ~g.is_chase[g.request]
        self.first_team = np.append(g.step_team, NONE)[g.v["step"]]
        self.until = self._until()
        self.held: dict[Limit, Held] = {}
        self.needs: dict[Limit, BoolArray] = {}
        self.unsure = np.zeros(g.visits, dtype=np.bool_)
        model = g.model
        for i, step in enumerate(model.steps):
            if step.limit is not None:
                self._add(("step", i), f"step {step.name!r}", step.limit, g.v["step"])
        for i, team in enumerate(model.teams):
            if team.limit is not None:
                self._add(("team", i), f"team {team.name!r}", team.limit, self.first_team)
        if model.limit is not None:
            self._add_whole(model.limit)

    def _until(self) -> IntArray:
        """When a visit's places are given back: when what follows it is admitted, or sent through a gate or with a
        transit; after a split when that is so of all branches; else when it is over. While a question is out they are
        kept."""
        g, v = self.ground, self.ground.v
        last = self.ground.stay_ends
        until = coming(v["released"][last])
        rows = np.flatnonzero((g.origin != NONE) & g.moved)
        gone = np.where(g.travels[rows], v["sent"][rows], coming(v["admitted"][rows]))
        most = np.full(g.visits, NONE, dtype=np.int64)
        np.maximum.at(most, g.origin[rows], gone)
        return np.maximum(until, most[last])

    def handed_on(self, limit: Limit) -> IntArray:
        """Instants at which a place of a limit came free only as its holder was let in elsewhere."""
        held, v, origin = self.held[limit], self.ground.v, self.ground.origin
        rows = np.flatnonzero((origin != NONE) & ~self.ground.travels & self.ground.moved)
        return np.intersect1d(held.ends, v["admitted"][rows])

    def _add(self, limit: Limit, name: str, size: int, of_visit: IntArray) -> None:
        g, v = self.ground, self.ground.v
        here = self.limited & (of_visit == limit[1])
        holds = here & (v["admitted"] != NONE) & ~(g.is_withdrawn & (v["admitted"] == v["released"]))
        rows = np.flatnonzero(holds)
        self.held[limit] = Held(name, size, rows, v["admitted"][rows], np.minimum(self.until[rows], g.end))
        origin = np.where(g.travels, NONE, g.origin)
        same = here & (take(of_visit, origin) == limit[1]) & self.limited
        self.unsure |= same & g.enters
        self.needs[limit] = here & ~(same & ~g.enters)

    def _add_whole(self, size: int) -> None:
        g, v = self.ground, self.ground.v
        admitted = self.limited & (v["admitted"] != NONE) & ~(g.is_withdrawn & (v["admitted"] == v["released"]))
        begins = np.full(g.requests, FOREVER, dtype=np.int64)
        np.minimum.at(begins, g.request[admitted], v["admitted"][admitted])
        own = np.flatnonzero(begins < FOREVER)
        ends = np.minimum(coming(g.r["ended"][own]), g.end)
        self.held["whole", 0] = Held("the whole", size, own, begins[own], ends)
        self.needs["whole", 0] = self.limited & g.is_first
