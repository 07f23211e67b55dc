"""What a Record holds: the columns, their types and their meaning. Both engines fill exactly these.

An instant that had not come when the run ended is `NONE` (-1); so is a team, person or batch that does not apply.
Indices count from 0 in the Model's order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from flowsim.draws import BACKLOG as BACKLOG

NONE = -1

WITHDRAWN = "withdrawn"
"""The outcome of a request whose customer withdrew (R15)."""

Column = npt.NDArray[np.int64]


class Kind(IntEnum):
    """What a visit turned out to be (R12)."""

    WORK = 0
    REWORK = 1  # work with pass > 1
    QUESTION = 2  # ended in a question after reading in; no task was done
    ANSWER = 3  # the answering of a question, by a team or by the customer (team NONE)
    WITHDRAWN = 4  # cut short: the customer withdrew before anybody took it up (R15)


class Via(IntEnum):
    """What brought the request to this visit."""

    ARRIVAL = 0  # from the customer
    NEXT = 1  # the route
    RETURN = 2  # sent back to an earlier step
    QUESTION = 3  # a question was asked (an ANSWER visit)
    ANSWER = 4  # back with the answer
    BACKLOG = 5  # it was there when the run began (R5)


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
    "branch": "number of the branch within the request (R13): 0 the trunk, else a row of `branches`",
    "team": "index of the serving team; before somebody took it up the first the step names (NONE: the customer)",
    "person": "number of the person within the team, the first of several (NONE: nobody, or the customer)",
    "kind": "a Kind, as decided when the visit started or was cut short (before that: WORK, REWORK or ANSWER)",
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
"""Columns of `Record.visits`, all int64, sorted by (request, visit). Instants and ticks are as drawn and as they came;
a person's speed (R8) lies between the two. Of a visit that is WITHDRAWN every instant that had not come is that of the
withdrawal, `released` included, so that its time still has its names.
"""

CREW_COLUMNS: dict[str, str] = {
    "request": "request number",
    "visit": "number of its visit; of a process batch the first member's",
    "team": "index of the team",
    "person": "number of the person within the team",
}
"""Columns of `Record.crew`, all int64, sorted by all of them: who else was at work besides the visit's person (R8)."""

BRANCH_COLUMNS: dict[str, str] = {
    "request": "request number",
    "branch": "1, 2, … within the request, in the order in which they began",
    "parent": "the branch it is part of (0: the trunk)",
    "split": "index of the step after which it began",
    "place": "its place among the branches of the split, from 0",
    "began": "instant, ticks since the start",
    "ended": "instant at which it came to the join, or was cut short (NONE: not yet)",
    "joined": "instant at which all branches of the split had come, or were cut short (NONE: not yet)",
}
"""Columns of `Record.branches`, all int64, sorted by (request, branch)."""

AWAY_COLUMNS: dict[str, str] = {
    "team": "index of the team whose absence and presence it is: a named person's home",
    "person": "number of the person within that team",
    "begins": "instant, ticks since the start",
    "ends": "instant; after it the person is there again",
}
"""Columns of `Record.away`, all int64, sorted by all of them: when people were away for a day or an hour (R10), within
[0, ended_at), for teams with absence or a share of presence. Intervals that touch are one; whether the team is open
then is not looked at.
"""

REQUEST_COLUMNS: dict[str, str] = {
    "class": "index of the class",
    "ordinal": "0, 1, … within its class; of a backlog BACKLOG + 0, 1, …; of a chase its parent's",
    "arrived": "instant, ticks since the start",
    "age": "ticks it was already old then: 0 but for a backlog",
    "due": "instant the promise ends, 0 when it ended before the start (NONE: no promise)",
    "ended": "instant the journey ended (NONE: still open when the run ended)",
    "outcome": "index into Record.outcomes (NONE: still open)",
    "measured": "1 when it arrived by itself in [warm-up, length), else 0",
    "parent": "of a chase the request it is about (NONE: it is no chase)",
    "chase": "of a chase 1, 2, …: which one of its parent; else 0",
}
"""Columns of `Record.requests`, all int64; row i is request number i. Those that come by themselves stand first, in
order of (arrived - age, class, ordinal); then the chases (R15), in order of (arrived, parent).
"""


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
    crew: dict[str, Column] = field(default_factory=lambda: empty(CREW_COLUMNS))
    branches: dict[str, Column] = field(default_factory=lambda: empty(BRANCH_COLUMNS))
    away: dict[str, Column] = field(default_factory=lambda: empty(AWAY_COLUMNS))


def empty(columns: Iterable[str]) -> dict[str, Column]:
    """These columns without a row."""
    return {name: np.empty(0, dtype=np.int64) for name in columns}
