"""Oracles for one always open desk, first in, first out: the recursions of Lindley and of Kiefer and Wolfowitz, over
waits.

Neither knows people, events or a list: only how long whoever comes now has to wait. See `plain_rules.py`.
"""

from __future__ import annotations

from plain_rules import Expected, Foreseen, arriving, drawn, whole_run

from flowsim.draws import Draws
from flowsim.model import Model


def lindley(model: Model, draws: Draws) -> Foreseen:
    """One person (Lindley 1952): the next one waits max(0, wait + work - gap)."""
    requests = arriving(model, draws)
    work = drawn(model, draws, model.steps[0].tasks[0].task)
    wait = before = at = 0  # of the last one: his wait, his work, his arrival
    for r in requests:
        wait = max(0, wait + before - (r.arrived - at))
        before, at = work(r), r.arrived
        served(r, wait, before)
        r.visits[0]["person"] = 0
    return whole_run(model, requests)


def kiefer_wolfowitz(model: Model, draws: Draws) -> Foreseen:
    """Several people (Kiefer and Wolfowitz 1955): the work before each of them in ascending order is all there is to
    know. Whoever comes waits for the least; his work comes on top of that, and all melt by the gap, none below 0.
    """
    requests = arriving(model, draws)
    work = drawn(model, draws, model.steps[0].tasks[0].task)
    before = [0] * model.teams[0].people
    at = 0
    for r in requests:
        before = sorted(max(0, left - (r.arrived - at)) for left in before)
        at = r.arrived
        served(r, before[0], work(r))
        before[0] += work(r)
    return whole_run(model, requests)


def served(request: Expected, wait: int, work: int) -> None:
    """Its one visit, by how long it waits and how long the work is."""
    started = request.arrived + wait
    request.ended = started + work
    chain = {"sent": request.arrived, "delivered": request.arrived, "assembled": request.arrived, "started": started}
    request.visits.append(chain | {"worked": request.ended, "released": request.ended})
