"""The audit of the same person (R8): whoever did the step before goes straight on where the step says so."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, count_same, take
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.record import NONE, Via


def check_same_person(ground: Ground) -> Check:
    """R8: who did the step before with this request alone goes straight on, when the request may enter and his team is
    open, and the step lets work begin (R9): in no time, without handoff. Of branches that begin together the first."""
    trial = Trial("same person", "R8: whoever did the step before goes straight on with it")
    rows = np.flatnonzero(ground.of_step([step.same_person for step in ground.model.steps]))
    if not len(rows):
        return trial.done()
    must = rows[_must_go_on(ground, rows)]
    right = ground.straight[must]
    v, before = ground.v, ground.tree.previous
    trial.hold(
        right,
        lambda i: (
            f"{ground.visit(int(must[i]))}: whoever did {ground.visit(int(before[must[i]]))} was to go straight on "
            f"with it at {ground.when(int(v['sent'][must[i]]))}; it was started at "
            f"{ground.when(int(v['started'][must[i]]))}"
        ),
    )
    # One that took no time may have left him free to take up the next from the list in the same instant.
    again = np.flatnonzero(ground.straight & ground.enters & (v["released"] != v["started"]))
    twice = count_same(before[again])
    trial.hold(
        twice == 0,
        lambda i: f"{ground.visit(int(again[i]))}: somebody went straight on with two branches",
    )
    own = np.flatnonzero(ground.straight)
    for name in ("gathered", "delivered", "admitted", "assembled", "started"):
        trial.hold(
            v[name][own] == v["sent"][own],
            lambda i, name=name: (
                f"{ground.visit(int(own[i]))}: {name} is not when it was sent, though gone straight on"
            ),  # type: ignore[misc]
        )
    return trial.done()


def _must_go_on(ground: Ground, rows: IntArray) -> BoolArray:
    """Which of these visits, to steps for the same person, he must go straight on with for certain."""
    v, before = ground.v, ground.tree.previous[rows]
    model, staff = ground.model, ground.staff
    did = ground.is_work & ground.begun & (v["process_batch"] == NONE)
    did &= ~ground.of_step([step.several for step in model.steps])
    must = (v["via"][rows] == int(Via.NEXT)) & (ground.tree.joins[rows] == NONE)
    must &= take(did.astype(np.int64), before, 0) == 1
    must &= ~ground.is_withdrawn[rows] & (v["admitted"][rows] == v["sent"][rows])
    must &= ~np.isin(v["sent"][rows], ground.busy_instants)
    siblings = np.bincount(np.maximum(before, 0), minlength=ground.visits)[before]
    keeps = ground.of_step([step.blocking == "person" for step in model.steps])
    must &= ~ground.enters[rows] | ((siblings == 1) & ~take(keeps.astype(np.int64), before, 0).astype(np.bool_))
    for place, row in enumerate(rows.tolist()):
        if must[place]:
            who = int(staff.who[v["team"][before[place]], v["person"][before[place]]])
            must[place] = _may(ground, row, who, int(v["team"][before[place]]))
    return np.asarray(must)


def _may(ground: Ground, row: int, who: int, had: int) -> bool:
    """Whether somebody belongs to a team that may take a visit, which is open when it is sent and lets it begin."""
    step = int(ground.v["step"][row])
    own = [team for team in ground.takers[step] if who >= 0 and team in ground.staff.teams[who]]
    if not own:
        return False
    team = had if had in own else own[0]
    sent = ground.v["sent"][row : row + 1]
    closing = int(ground.hours(ground.model.teams[team].calendar).closing(sent)[0])
    return closing > int(sent[0]) and closing - int(sent[0]) >= ground.model.steps[step].no_start_within
