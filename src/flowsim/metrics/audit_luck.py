"""The audit's own reading of the draws (R4): what each visit must have drawn, by purpose, class, ordinal and visit.

Whole columns at a time and from the bit streams themselves; the engine asks one number after another.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.draws.keyed import to_ticks, to_uniform
from flowsim.metrics.audit_ground import BoolArray, Ground, IntArray, count_before, group_rows
from flowsim.model import Distribution, Need, Step
from flowsim.record import NONE, Kind, Via

VALUES = ("adding", "necessary", "waste")
_NEVER = 1 << 62


class Luck:
    """What the draws say of one record. Arrays have one element a visit unless said otherwise."""

    def __init__(self, ground: Ground, draws: Draws) -> None:
        self.ground = ground
        self.draws = draws
        self.classes = ground.model.classes

    # -- numbers ---------------------------------------------------------------------------------------------------

    def uniforms(self, purpose: str, klass: int, ordinal: IntArray, visit: IntArray) -> npt.NDArray[np.float64]:
        """The uniforms of these ordinals and visits of a class."""
        found = np.empty(len(ordinal), dtype=np.float64)
        left = np.arange(len(ordinal))
        while len(left):
            number = int(visit[left[0]])
            same = visit[left] == number
            rows = left[same]
            bits = self.draws.stream(purpose, self.classes[klass].name, number)
            raw = np.asarray(bits.random_raw(int(ordinal[rows].max()) + 1))
            found[rows] = to_uniform(raw[ordinal[rows]])
            left = left[~same]
        return found

    def ticks(
        self, purpose: str, distribution: Distribution, klass: int, ordinal: IntArray, visit: IntArray
    ) -> IntArray:
        """The durations of these ordinals and visits of a class, in whole ticks."""
        return to_ticks(distribution.inverse(self.uniforms(purpose, klass, ordinal, visit)))

    def by_class(self, rows: IntArray) -> list[tuple[int, IntArray]]:
        """These rows by class, empty classes left out."""
        if len(self.classes) == 1:
            return [(0, rows)] if len(rows) else []
        groups = group_rows(self.ground.klass[rows], len(self.classes))
        return [(c, rows[own]) for c, own in enumerate(groups) if len(own)]

    def drawn(self, purpose: str, distribution: Distribution, rows: IntArray, visit: IntArray) -> IntArray:
        """A duration for each of these rows, `visit` the number of the draw of each row of the record."""
        found = np.zeros(self.ground.visits, dtype=np.int64)
        for klass, own in self.by_class(rows):
            found[own] = self.ticks(purpose, distribution, klass, self.ground.ordinal[own], visit[own])
        return found[rows]

    # -- needs (R13) -----------------------------------------------------------------------------------------------

    @cached_property
    def known(self) -> list[int]:
        """By class: how many ordinals are asked for."""
        r = self.ground.r
        return [int(r["ordinal"][r["class"] == c].max(initial=-1)) + 1 for c in range(len(self.classes))]

    def needs(self, klass: int, needs: tuple[Need, ...]) -> BoolArray:
        """By ordinal of a class: whether all these needs are there; one draw a request each."""
        ordinal = np.arange(self.known[klass])
        found = np.ones(len(ordinal), dtype=np.bool_)
        for need in needs:
            found &= self.uniforms(need.purpose, klass, ordinal, np.ones_like(ordinal)) < need.share
        return found

    @cached_property
    def work_needed(self) -> dict[tuple[int, int, int], BoolArray]:
        """By (step, item of its tasks, class): by ordinal, whether the request needs that work there; where it may."""
        found = {}
        for s, step in enumerate(self.ground.model.steps):
            for i, item in enumerate(step.tasks):
                task = self.ground.model.task(item.task)
                for c, cls in enumerate(self.classes):
                    if task.only is None or cls.name in task.only:
                        needs = (task.need, *item.needs) if task.need is not None else item.needs
                        found[s, i, c] = self.needs(c, needs)
        return found

    @cached_property
    def landing(self) -> list[IntArray]:
        """By class: (ordinals, steps + 1) where a request aimed at a step lands, those not needed skipped in file
        order; the number of steps is the end."""
        steps = self.ground.model.steps
        found = []
        for c, cls in enumerate(self.classes):
            table = np.full((self.known[c], len(steps) + 1), len(steps), dtype=np.int64)
            for s in range(len(steps) - 1, -1, -1):
                table[:, s] = np.where(self._visited(s, steps[s], c, cls.name), s, table[:, s + 1])
            found.append(table)
        return found

    def _visited(self, s: int, step: Step, klass: int, name: str) -> BoolArray:
        visited = np.zeros(self.known[klass], dtype=np.bool_)
        if step.only is not None and name not in step.only:
            return visited
        if not step.tasks:
            return ~visited
        for i in range(len(step.tasks)):
            needed = self.work_needed.get((s, i, klass))
            if needed is not None:
                visited |= needed
        return visited

    # -- work ------------------------------------------------------------------------------------------------------

    @cached_property
    def reading(self) -> IntArray:
        """Reading in, in ticks; also of visits not yet begun."""
        g = self.ground
        found = np.zeros(g.visits, dtype=np.int64)
        for s, step in enumerate(g.model.steps):
            if step.handoff is not None and step.handoff.reread is not None:
                rows = g.step_rows[s][g.crosses[g.step_rows[s]]]
                found[rows] = self.drawn(f"read into {step.name}", step.handoff.reread, rows, g.v["pass"])
        return found

    @cached_property
    def work(self) -> dict[str, IntArray]:
        """By value: the work that a visit needs, in ticks; also of visits not yet begun or that end in a question."""
        g = self.ground
        found = {value: np.zeros(g.visits, dtype=np.int64) for value in VALUES}
        places: dict[str, list[tuple[int, int]]] = {}
        for s, step in enumerate(g.model.steps):
            for i, item in enumerate(step.tasks):
                places.setdefault(item.task, []).append((s, i))
        for name, where in places.items():
            task = g.model.task(name)
            for klass in range(len(self.classes)):
                rows, visit = self._times(where, klass)
                if len(rows):
                    ticks = self.ticks(f"task:{name}", task.time, klass, g.ordinal[rows], visit)
                    np.add.at(found[task.value], rows, ticks)
        return found

    def _times(self, where: list[tuple[int, int]], klass: int) -> tuple[IntArray, IntArray]:
        """Rows of a class at which a task is needed, and the how-manieth time its request does it."""
        g = self.ground
        parts = []
        for s, i in where:
            needed = self.work_needed.get((s, i, klass))
            if needed is not None:
                rows = g.step_rows[s]
                if len(self.classes) > 1:
                    rows = rows[g.klass[rows] == klass]
                parts.append(rows if needed.all() else rows[needed[g.ordinal[rows]]])
        if not parts:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        if len(where) == 1:
            return parts[0], g.v["pass"][parts[0]]
        rows = np.sort(np.concatenate(parts))
        does = (g.v["started"][rows] != NONE) & (g.v["kind"][rows] < int(Kind.QUESTION))
        return rows, count_before(g.request[rows], does) + 1

    @cached_property
    def answer(self) -> IntArray:
        """The length of each answer, in ticks."""
        g = self.ground
        found = np.zeros(g.visits, dtype=np.int64)
        answers = np.flatnonzero(g.is_answer)
        for s, step in enumerate(g.model.steps):
            question = step.handoff.question if step.handoff is not None else None
            if question is not None:
                rows = answers[g.v["from_step"][answers] == s]
                found[rows] = self.drawn(f"answer at {step.name}", question.answer.time, rows, g.v["pass"])
        return found

    @cached_property
    def content(self) -> IntArray:
        """Reading and work that a visit joins its list with, in ticks (R8, shortest first)."""
        return np.asarray(self.reading + self.answer + sum(self.work.values()))

    @cached_property
    def asks(self) -> BoolArray:
        """Whether reading in leaves a question (R12)."""
        g = self.ground
        found = np.zeros(g.visits, dtype=np.bool_)
        for s, step in enumerate(g.model.steps):
            question = step.handoff.question if step.handoff is not None else None
            if question is None:
                continue
            rows = g.step_rows[s][g.crosses[g.step_rows[s]]]
            if question.to == "sender":
                rows = rows[g.v["from_team"][rows] != NONE]
            for klass, own in self.by_class(rows):
                u = self.uniforms(f"question at {step.name}", klass, g.ordinal[own], g.v["pass"][own])
                found[own] = u < question.chance
        return found

    # -- units -----------------------------------------------------------------------------------------------------

    def set_up(self) -> tuple[IntArray, BoolArray]:
        """By unit: set-up and change-over in ticks, and whether it is certain (two units that one person took up in
        one instant leave open whose class he had last)."""
        g, units = self.ground, self.ground.units
        found = np.zeros(len(units.first), dtype=np.int64)
        certain = np.ones(len(units.first), dtype=np.bool_)
        step_of = np.where(g.is_answer[units.first], NONE, g.v["step"][units.first])
        changed = None
        for s, step in enumerate(g.model.steps):
            own = np.flatnonzero(step_of == s)
            rows = units.first[own]
            if step.set_up is not None:
                found[own] += self.drawn(f"set-up at {step.name}", step.set_up, rows, g.v["pass"])
            if step.change_over is not None:
                if changed is None:
                    changed, certain = self._changed(step_of)
                ticks = self.drawn(f"change-over at {step.name}", step.change_over, rows, g.v["pass"])
                found[own] += np.where(changed[own], ticks, 0)
        return found, certain

    def _changed(self, step_of: IntArray) -> tuple[BoolArray, BoolArray]:
        """By unit: whether its person last worked for another class, and whether that is certain."""
        g, units = self.ground, self.ground.units
        known = np.flatnonzero((units.started < _NEVER) & (step_of != NONE))
        takes = units.ended[known] > units.started[known]
        key = (takes, units.started[known], units.person[known], units.team[known])
        order = known[np.lexsort(key)]
        last = units.members[units.begins + units.size - 1]
        klass_first, klass_last = g.klass[units.first[order]], g.klass[last[order]]
        same = (units.team[order][1:] == units.team[order][:-1]) & (units.person[order][1:] == units.person[order][:-1])
        changed = np.zeros(len(units.first), dtype=np.bool_)
        certain = np.ones(len(units.first), dtype=np.bool_)
        changed[order[1:]] = same & (klass_first[1:] != klass_last[:-1])
        at_once = same & (units.started[order][1:] == units.started[order][:-1])
        certain[order[1:][at_once]] = False
        certain[order[:-1][at_once]] = False
        after = same[1:] & at_once[:-1] if len(same) > 1 else np.zeros(0, dtype=np.bool_)
        certain[order[2:][after]] = False
        return changed, certain

    def transit(self) -> tuple[IntArray, IntArray]:
        """Rows that travel, and when each must be delivered: one draw a batch, that of its first member (R7)."""
        g = self.ground
        v = g.v
        rows_found, due = [], []
        for s, step in enumerate(g.model.steps):
            transit = step.handoff.transit if step.handoff is not None else None
            if transit is None:
                continue
            rows = g.step_rows[s]
            rows = rows[g.crosses[rows] & (v["gathered"][rows] != NONE)]
            batch = np.where(v["transfer_batch"][rows] == NONE, -1 - rows, v["transfer_batch"][rows])
            rows = rows[np.lexsort((rows, v["sent"][rows], batch))]
            batch = np.where(v["transfer_batch"][rows] == NONE, -1 - rows, v["transfer_batch"][rows])
            heads = np.append(True, batch[1:] != batch[:-1]) if len(rows) else np.zeros(0, dtype=np.bool_)
            ticks = self.drawn(f"transit into {step.name}", transit.time, rows[heads], v["pass"])
            arrives = g.after(transit.calendar, v["gathered"][rows[heads]], ticks)
            rows_found.append(rows)
            due.append(arrives[np.cumsum(heads) - 1])
        if not rows_found:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        return np.concatenate(rows_found), np.concatenate(due)

    # -- what comes next (R12, R13) ------------------------------------------------------------------------------------

    def next_moves(self, s: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """For the visits at a step that were released after work: their rows, and for each what brings the next
        visit about (a Via), its step (the number of steps: the end) and the outcome if the journey ends so."""
        g = self.ground
        rows = g.step_rows[s]
        rows = rows[(g.v["released"][rows] != NONE) & (g.v["kind"][rows] < int(Kind.QUESTION))]
        via = np.full(len(rows), int(Via.NEXT), dtype=np.int64)
        aim = np.full(len(rows), s + 1, dtype=np.int64)
        outcome = np.full(len(rows), self._outcome("done"), dtype=np.int64)
        steps = len(g.model.steps)
        groups = group_rows(g.klass[rows], len(self.classes))
        for klass, own in enumerate(groups):
            if len(own):
                self._routes(s, klass, rows[own], own, aim, outcome)
                self._returns(s, klass, rows[own], own, via, aim, outcome)
        landing = np.full(len(rows), steps, dtype=np.int64)
        for klass, own in enumerate(groups):
            landing[own] = self.landing[klass][g.ordinal[rows[own]], aim[own]]
        return rows, via, landing, outcome

    def _outcome(self, name: str) -> int:
        outcomes = self.ground.record.outcomes
        return outcomes.index(name) if name in outcomes else NONE

    def _routes(self, s: int, klass: int, rows: IntArray, own: IntArray, aim: IntArray, outcome: IntArray) -> None:
        """The route drawn, by shares one after another; file order if the step names none for the class."""
        g = self.ground
        step = g.model.steps[s]
        name = self.classes[klass].name
        route = next((r for r in step.routes if r.only is None or name in r.only), None)
        if route is None or not route.targets:
            return
        u = self.uniforms(f"route at {step.name}", klass, g.ordinal[rows], g.v["pass"][rows])
        chosen = np.searchsorted(_running([share for _, share, _ in route.targets]), u, side="right")
        chosen = np.minimum(chosen, len(route.targets) - 1)
        steps = len(g.model.steps)
        aims = np.array([g.step_index.get(to, steps) for to, _, _ in route.targets], dtype=np.int64)
        ends = np.array([self._outcome(o if to == "" else "done") for to, _, o in route.targets], dtype=np.int64)
        aim[own], outcome[own] = aims[chosen], ends[chosen]

    def _returns(
        self,
        s: int,
        klass: int,
        rows: IntArray,
        own: IntArray,
        via: IntArray,
        aim: IntArray,
        outcome: IntArray,
    ) -> None:
        """The return drawn: rules in order, each one uniform a pass, its targets tried in order, at most so often."""
        g = self.ground
        request, pass_ = g.request[rows], g.v["pass"][rows]
        passing = np.ones(len(rows), dtype=np.bool_)
        for rule in g.model.steps[s].returns:
            u = self.uniforms(rule.purpose, klass, g.ordinal[rows], pass_)
            target = np.full(len(rows), NONE, dtype=np.int64)
            total = np.zeros(len(rows), dtype=np.float64)
            for to, chances in rule.targets:
                total += np.array(chances, dtype=np.float64)[np.minimum(pass_, len(chances)) - 1]
                target[(target == NONE) & (u < total)] = g.step_index[to]
            hit = passing & (target != NONE)
            if rule.at_most is not None:
                hit &= count_before(request, hit) < rule.at_most
            via[own[hit]], aim[own[hit]] = int(Via.RETURN), target[hit]
            outcome[own[hit]] = self._outcome("done")
            passing &= ~hit


def _running(shares: list[float]) -> npt.NDArray[np.float64]:
    """Shares added up one after another."""
    total, found = 0.0, []
    for share in shares:
        total += share
        found.append(total)
    return np.array(found)
