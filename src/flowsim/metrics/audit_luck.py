"""The audit's own reading of the draws (R4): what each visit must have drawn, by purpose, class, ordinal and visit.

Whole columns at a time and from the bit streams themselves; the engine asks one number after another.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.draws.keyed import to_ticks, to_uniform
from flowsim.metrics.audit_arrays import BoolArray, IntArray, count_before, count_same, group_rows
from flowsim.metrics.audit_ground import Ground
from flowsim.model import Distribution, Need, Step
from flowsim.record import BACKLOG, NONE, Kind, Via

VALUES = ("adding", "necessary", "waste")


class Luck:
    """What the draws say of one record. Arrays have one element a visit unless said otherwise."""

    def __init__(self, ground: Ground, draws: Draws) -> None:
        self.ground = ground
        self.draws = draws
        self.classes = ground.model.classes
        self._landings: dict[tuple[int, int], IntArray] = {}

    # -- numbers ---------------------------------------------------------------------------------------------------

    def uniforms(self, purpose: str, klass: int, ordinal: IntArray, visit: IntArray) -> npt.NDArray[np.float64]:
        """The uniforms of these ordinals and visits of a class."""
        found = np.empty(len(ordinal), dtype=np.float64)
        there = ordinal >= BACKLOG  # when the run began (R5): streams of their own
        for backlog in (False, True) if there.any() else (False,):
            place = ordinal - BACKLOG if backlog else ordinal
            left = np.flatnonzero(there == backlog)
            while len(left):
                number = int(visit[left[0]])
                same = visit[left] == number
                rows = left[same]
                bits = self.draws.stream(purpose, self.classes[klass].name, number, backlog)
                raw = np.asarray(bits.random_raw(int(place[rows].max()) + 1))
                found[rows] = to_uniform(raw[place[rows]])
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

    def needs(self, klass: int, needs: tuple[Need, ...]) -> BoolArray:
        """By request of a class (its `slot`): whether all these needs are there; one draw a request each."""
        r, own = self.ground.r, self.ground.by_class[klass]
        found = np.ones(len(own), dtype=np.bool_)
        for need in needs:
            visit = np.maximum(r["chase"][own], 1)
            found &= self.uniforms(need.purpose, klass, r["ordinal"][own], visit) < need.share
        return found

    @cached_property
    def work_needed(self) -> dict[tuple[int, int, int], BoolArray]:
        """By (step, item of its tasks, class): by request, whether it needs that work there; where it may."""
        found = {}
        for s, step in enumerate(self.ground.model.steps):
            for i, item in enumerate(step.tasks):
                task = self.ground.model.task(item.task)
                for c, cls in enumerate(self.classes):
                    if task.only is None or cls.name in task.only:
                        needs = (task.need, *item.needs) if task.need is not None else item.needs
                        found[s, i, c] = self.needs(c, needs)
        return found

    def landing(self, klass: int, home: int) -> IntArray:
        """(requests of the class, steps + 1): where each lands that is aimed at a step from a home (R13), what it does
        not need being skipped; the number of steps is the end."""
        if (klass, home) not in self._landings:
            steps, ways = self.ground.model.steps, self.ground.ways[klass]
            table = np.full((len(self.ground.by_class[klass]), len(steps) + 1), len(steps), dtype=np.int64)
            for s in ways.order:
                visited = self._visited(s, steps[s], klass, self.classes[klass].name)
                table[:, s] = np.where(visited, s, table[:, ways.onward[home, s]])
            self._landings[klass, home] = table
        return self._landings[klass, home]

    def _visited(self, s: int, step: Step, klass: int, name: str) -> BoolArray:
        visited = np.zeros(len(self.ground.by_class[klass]), dtype=np.bool_)
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
        return self._reading(self.ground.reads)

    def _reading(self, bound: BoolArray) -> IntArray:
        g = self.ground
        found = np.zeros(g.visits, dtype=np.int64)
        for s, step in enumerate(g.model.steps):
            if step.handoff is not None and step.handoff.reread is not None:
                rows = g.step_rows[s][bound[g.step_rows[s]]]
                found[rows] = self.drawn(f"read into {step.name}", step.handoff.reread, rows, g.turn)
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
                parts.append(rows if needed.all() else rows[needed[g.slot[g.request[rows]]]])
        if not parts:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        if len(where) == 1:
            return parts[0], g.turn[parts[0]]
        rows = np.sort(np.concatenate(parts))
        if g.branches:  # they do it in the order in which they begin
            begins = np.where(g.begun[rows], g.v["started"][rows], 1 << 62)
            rows = rows[np.lexsort((begins, g.request[rows]))]
            begins = np.where(g.begun[rows], g.v["started"][rows], 1 << 62)
            tie = (g.request[rows][1:] == g.request[rows][:-1]) & (begins[1:] == begins[:-1])
            tie &= rows[1:] != rows[:-1]
            self.unsure[rows[1:][tie]] = True
            self.unsure[rows[:-1][tie]] = True
            self.unplaced[rows] = True
        does = g.begun[rows] & (g.v["kind"][rows] < int(Kind.QUESTION))
        times: IntArray = np.asarray(count_before(g.request[rows], does) + 1)
        times += np.where(does, 0, count_same(rows))  # a visit still to come may do one task several times
        return rows, times + np.maximum(g.r["chase"][g.request[rows]] - 1, 0)

    @cached_property
    def unsure(self) -> BoolArray:
        """Visits begun at one instant on two branches, of which it is open which did a task first."""
        return np.zeros(self.ground.visits, dtype=np.bool_)

    @cached_property
    def unplaced(self) -> BoolArray:
        """Visits of which it is open how much work they joined the list with: another branch may do a task first."""
        return np.zeros(self.ground.visits, dtype=np.bool_)

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
                found[rows] = self.drawn(f"answer at {step.name}", question.answer.time, rows, g.turn)
        return found

    @cached_property
    def content(self) -> IntArray:
        """Reading and work that a visit joins its list with, in ticks (R8, shortest first); NONE when that is open.

        Who will take it is not known then: reading in counts when it crosses to a team that may take it."""
        g = self.ground
        there = g.v["via"] == int(Via.BACKLOG)
        handoff = g.of_step([step.handoff is not None for step in g.model.steps])
        found = self._reading(g.crosses | (there & handoff)) + self.answer + sum(self.work.values())
        return np.where(self.unplaced, NONE, found)

    @cached_property
    def asks(self) -> BoolArray:
        """Whether reading in leaves a question (R12)."""
        g = self.ground
        found = np.zeros(g.visits, dtype=np.bool_)
        for s, step in enumerate(g.model.steps):
            question = step.handoff.question if step.handoff is not None else None
            if question is None:
                continue
            rows = g.step_rows[s][g.reads[g.step_rows[s]]]
            if question.to == "sender":
                rows = rows[g.v["from_team"][rows] != NONE]
            for klass, own in self.by_class(rows):
                u = self.uniforms(f"question at {step.name}", klass, g.ordinal[own], g.turn[own])
                found[own] = u < question.chance
        return found

    # -- travel ----------------------------------------------------------------------------------------------------

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
            rows = rows[~g.is_withdrawn[rows] | (v["gathered"][rows] < v["released"][rows])]
            batch = np.where(v["transfer_batch"][rows] == NONE, -1 - rows, v["transfer_batch"][rows])
            rows = rows[np.lexsort((rows, v["sent"][rows], batch))]
            batch = np.where(v["transfer_batch"][rows] == NONE, -1 - rows, v["transfer_batch"][rows])
            heads = np.append(True, batch[1:] != batch[:-1]) if len(rows) else np.zeros(0, dtype=np.bool_)
            ticks = self.drawn(f"transit into {step.name}", transit.time, rows[heads], g.turn)
            arrives = g.after(transit.calendar, v["gathered"][rows[heads]], ticks)
            rows_found.append(rows)
            due.append(arrives[np.cumsum(heads) - 1])
        if not rows_found:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        return np.concatenate(rows_found), np.concatenate(due)
