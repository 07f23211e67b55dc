"""What a Record holds: the columns, their types and their meaning. Both engines fill exactly these.

An instant that had not come when the run ended is `NONE` (-1); so is a team, person or batch that does not apply.
Indices count from 0 in the Model's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

NONE = -1

Column = npt.NDArray[np.int64]


class Kind(IntEnum):
    """What a visit turned out to be (R12)."""

    WORK = 0
    REWORK = 1  # work with pass > 1
    QUESTION = 2  # ended in a question after reading in; no task was done
    ANSWER = 3  # the answering of a question, by a team or by the customer (team NONE)


class Via(IntEnum):
    """What brought the request to this visit."""

    ARRIVAL = 0  # from the customer
    NEXT = 1  # the route
    RETURN = 2  # sent back to an earlier step
    QUESTION = 3  # a question was asked (an ANSWER visit)
    ANSWER = 4  # back with the answer


KINDS = tuple(k.name.lower() for k in Kind)
VIAS = tuple(v.name.lower() for v in Via)

INSTANTS = (
    "sent",
    "gathered",
    "delivered",
    "admitted",
    "assembled",
    "started",
    "set_up",
    "turn",
    "read",
    "worked",
    "released",
)
"""The chain of a visit (R6), in order; each ≥ the one before it, in ticks since the start."""

VISIT_COLUMNS: dict[str, str] = {
    "request": "request number, in order of arrival",
    "visit": "1, 2, … within the request's journey",
    "step": "index of the step; for an ANSWER the step that is asked (NONE: the customer)",
    "team": "index of the serving team (NONE: the customer)",
    "person": "number of the person within the team (NONE: not yet taken, or the customer)",
    "kind": "a Kind, as decided when the visit started (before that: WORK, REWORK or ANSWER)",
    "pass": "1 for the first time the request comes to do this step's work, 2 after a first return to it, …",
    "via": "a Via",
    "in_return": "1 from a return until the request has again left the furthest step it had reached before, else 0",
    "from_step": "index of the step the request came from (NONE: the customer)",
    "from_team": "index of the team that had it (NONE: the customer)",
    "transfer_batch": "number of the transfer batch it travelled in (NONE: none), unique in the run",
    "process_batch": "number of the process batch it was handled in (NONE: none), unique in the run",
    **dict.fromkeys(INSTANTS, "instant (R6), ticks since the start"),
    "set_up_ticks": "set-up as drawn for its batch or itself, working ticks (it and the next four: 0 before the start)",
    "read_ticks": "reading in as drawn, working ticks",
    "adding_ticks": "work drawn, value adding",
    "necessary_ticks": "work drawn, necessary",
    "waste_ticks": "work drawn, waste; for an answer its work or the customer's wait",
}
"""Columns of `Record.visits`, all int64, sorted by (request, visit)."""

REQUEST_COLUMNS: dict[str, str] = {
    "class": "index of the class",
    "ordinal": "0, 1, … within its class",
    "arrived": "instant, ticks since the start",
    "due": "instant the promise ends (NONE: no promise)",
    "ended": "instant the journey ended (NONE: still open when the run ended)",
    "outcome": "index into Record.outcomes (NONE: still open)",
    "measured": "1 when it arrived in [warm-up, length), else 0",
}
"""Columns of `Record.requests`, all int64; row i is request number i, in order of arrival (ties: class, ordinal)."""


@dataclass(frozen=True)
class Record:
    """One replication. Every instant before `ended_at` is settled; nothing from `ended_at` on is known (R16: one tick
    after the last measured request ended, but not before the run's length and at most twice that length).

    `wip_area` is the engine's own running integral of the number of requests in process over [0, ended_at), kept
    while running so that the audit can hold it against the instants. `stuck` says, in words, what can never move
    again (a batch that cannot fill), empty when nothing is.
    """

    replication: int
    requests: dict[str, Column]
    visits: dict[str, Column]
    outcomes: tuple[str, ...]
    ended_at: int
    wip_area: int
    stuck: tuple[str, ...] = ()
