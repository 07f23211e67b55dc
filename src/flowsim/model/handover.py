"""Which moves are handoffs, before any run (R7, R8): chances by origin and step, of what depends on who took it.

Of a step that any of several teams may take, `shares` says what part each takes on average; which team takes one visit
is held to be independent of which took the one before it, but for `same person`, which keeps to the team that had it.
"""

from __future__ import annotations

import numpy as np

from flowsim.model.process import Model, Step
from flowsim.model.routing import FloatArray


def goes_on(before: Step, step: Step) -> bool:
    """Whether who did `before` goes straight on with `step` (R8, `same_person`) when a team that may take it took
    `before`: he was alone, with one request, and some team may take both.
    """
    alone = not before.several and before.batch is None
    return step.same_person and alone and bool(set(before.takers) & set(step.takers))


class Handovers:
    """Chances for a move from a step (row; the last row: from the customer) to a step (column), arrays (S + 1, S).

    `between`: that it ends with another team than it began (a handoff; never for what comes from the customer).
    `sent`: that the rules of the handoff hold when it is sent (gate, transit): the sender is none of the takers, or
    they hold within the team too. `told`: that reading in and questions are due: another team than the sender's took
    it, or they are due within the team too. Both are 0 where there is no handoff. Someone who goes straight on with the
    same request passes no handoff; that he always can is an estimate. `shares` (S, T): the part of a step's visits that
    a team takes.
    """

    def __init__(self, model: Model, shares: FloatArray) -> None:
        steps, size = model.steps, len(model.steps)
        may = takers(model)
        same = shares @ shares.T  # (from, to): the same team takes both
        away = 1.0 - shares @ may.T  # (from, to): the sender may not take it
        stays = np.array([[goes_on(before, step) for step in steps] for before in steps], dtype=np.bool_)
        away, other = np.clip(away, 0.0, 1.0), np.clip(1.0 - same, 0.0, 1.0)
        other = np.where(stays, away, other)
        self.between: FloatArray = np.vstack([other, np.zeros(size)])
        handed = np.array([step.handoff is not None for step in steps])
        within = np.array([step.handoff is not None and step.handoff.within_team for step in steps])
        whole = within[None, :] & ~stays
        self.sent: FloatArray = np.vstack([np.where(whole, 1.0, away * handed), handed])
        self.told: FloatArray = np.vstack([np.where(whole, 1.0, other * handed), handed])


def takers(model: Model) -> FloatArray:
    """(S, T): 1 where a team may take a step, else 0."""
    return np.array([[float(team.name in step.takers) for team in model.teams] for step in model.steps])


def even_shares(model: Model) -> FloatArray:
    """(S, T): every team that may take a step takes as much of it as the others."""
    may = takers(model)
    shares: FloatArray = may / may.sum(axis=1, keepdims=True)
    return shares
