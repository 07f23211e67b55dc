"""The audit of set-up (R11): what each unit must have drawn, and who changes over from something else (R8)."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, take
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_luck import Luck
from flowsim.model import Step
from flowsim.record import NONE


def drawn_set_up(ground: Ground, luck: Luck) -> tuple[IntArray, BoolArray]:
    """By unit: set-up and change-over in ticks, and whether it is certain (two units that one person took up in one
    instant leave open what he had last)."""
    units = ground.units
    found = np.zeros(len(units.first), dtype=np.int64)
    certain = np.ones(len(units.first), dtype=np.bool_)
    step_of = np.where(ground.is_answer[units.first], NONE, ground.v["step"][units.first])
    last = None
    for s, step in enumerate(ground.model.steps):
        own = np.flatnonzero(step_of == s)
        rows = units.first[own]
        if step.set_up is not None:
            found[own] += luck.drawn(f"set-up at {step.name}", step.set_up, rows, ground.turn)
        if step.change_over is not None:
            if last is None:
                last = _last_work(ground, step_of)
                certain = last[2]
            changed = _changed(ground, step, last[0], last[1])
            ticks = luck.drawn(f"change-over at {step.name}", step.change_over, rows, ground.turn)
            found[own] += np.where(changed[own], ticks, 0)
    return found, certain


def _last_work(ground: Ground, step_of: IntArray) -> tuple[IntArray, IntArray, BoolArray]:
    """Of each taking of work: its unit and the unit that the same person had before, NONE for none; and by unit whether
    that is certain of all its people. Answers do not count (R12)."""
    takings, units = ground.takings, ground.units
    known = np.flatnonzero(step_of[takings.unit] != NONE)  # sorted by person and time
    unit, who, started = takings.unit[known], takings.who[known], takings.started[known]
    same = who[1:] == who[:-1]
    before = np.full(len(unit), NONE, dtype=np.int64)
    before[1:] = np.where(same, unit[:-1], NONE)
    certain = np.ones(len(units.first), dtype=np.bool_)
    at_once = same & (started[1:] == started[:-1])
    certain[unit[1:][at_once]] = False
    certain[unit[:-1][at_once]] = False
    after = same[1:] & at_once[:-1] if len(same) > 1 else np.zeros(0, dtype=np.bool_)
    certain[unit[2:][after]] = False
    return unit, before, certain


def _changed(ground: Ground, step: Step, unit: IntArray, before: IntArray) -> BoolArray:
    """By unit: whether anybody at work on it had something else before: a request of another class, another first task
    (R8)."""
    units, model = ground.units, ground.model
    last = units.members[units.begins + units.size - 1]
    other = np.zeros(len(unit), dtype=np.bool_)
    if "class" in step.change_over_by:
        other |= ground.klass[units.first[unit]] != take(ground.klass[last], before)
    if "task" in step.change_over_by:
        names = [task.name for task in model.tasks]
        first = np.array([names.index(s.tasks[0].task) if s.tasks else NONE for s in model.steps], dtype=np.int64)
        task = first[ground.v["step"][units.first]]
        had = take(task, before)
        other |= (task[unit] != had) & (had != NONE)
    changed = np.zeros(len(units.first), dtype=np.bool_)
    changed[unit[other & (before != NONE)]] = True
    return changed
