"""What each handoff costs: its waiting to travel, the travel, the wait for room, the reading in, the queue behind it,
and the questions and returns it brings (docs/semantics.md section 5).

Over the handoffs of measured requests (`Frame.is_handoff`), open visits included up to now. Of requests that went two
ways at once (R13) every move counts; towards the lead time only those do that it hung on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.crews import head_counts
from flowsim.metrics.frame import Frame, IntArray, sum_by
from flowsim.metrics.ledger import Ledger
from flowsim.metrics.travel import Travel
from flowsim.record import NONE, Kind, Via


@dataclass(frozen=True)
class HandoffRow:
    """All moves from one step to another, from the team that had the request to the one that took it (R8: any of
    several may); ticks are sums over these moves.

    `batch` is sent → gathered, `transit` gathered → delivered, `blocked` delivered → admitted, `reread` the reading in,
    `queue` assembled → started with the hours the receiving team was closed. `batch_size` is the mean size of the
    transfer batches these moves were in (each batch once, all its members counted; a move without a batch is one of 1).
    `questions` were asked by the receiver after these moves; `answer` is the wait for their answers, and the queue
    behind these until the request was taken up again. `returns` were sent by the receiving step straight back to the
    team it came from; `returned` is their time: from such a return until the next one or until the request has again
    left the furthest step it had reached, of the visits its lead time hung on. What a return passes through is counted
    at those handoffs too, so `returned` is not to be added to the other columns of other rows.

    `lead` is what the moves on the way of the lead time took of it: batch, transit, blocked, reading in, queue, and
    answers. `people` is what they took of people's time: of everybody who read in, of the team that answered, and of
    those who did the work of the returns again.
    """

    from_step: int
    to_step: int
    from_team: int
    to_team: int
    moves: int
    batch_size: float
    batch: int
    transit: int
    blocked: int
    reread: int
    queue: int
    questions: int
    answer: int
    returns: int
    returned: int
    lead: int
    people: int

    @property
    def own(self) -> int:
        """Ticks of the handoffs themselves: batch, transit, the wait for room, reading in and queue."""
        return self.batch + self.transit + self.blocked + self.reread + self.queue


def handoff_rows(frame: Frame, visit_parts: Ledger) -> list[HandoffRow]:
    """A row for each pair of steps and teams between which there was a handoff, in order of (from step, to step)."""
    at = frame.at
    moves, slot, ends = _slots(frame)
    size = len(ends)
    own = {
        "batch": at["gathered"] - at["sent"],
        "transit": at["delivered"] - at["gathered"],
        "blocked": at["admitted"] - at["delivered"],
        "reread": visit_parts["reread"],
        "queue": at["started"] - at["assembled"],
    }
    sums = {name: sum_by(slot[moves], ticks[moves], size) for name, ticks in own.items()}
    sums["moves"] = np.bincount(slot[moves], minlength=size)
    hung_on = moves[frame.critical[moves]]
    sums["lead"] = sum_by(slot[hung_on], sum(own.values(), np.zeros(frame.n_visits, dtype=np.int64))[hung_on], size)
    sums["people"] = np.zeros(size, dtype=np.int64)
    travel = Travel(frame)
    owner = slot[travel.entries]
    heads = head_counts(frame)
    for more in (
        _questions(frame, owner, size),
        _returns(frame, travel, owner, heads * visit_parts["rework"], size),
        _reading_and_answering(frame, owner, heads, visit_parts, size),
    ):
        sums |= {name: ticks + sums.get(name, 0) for name, ticks in more.items()}
    sizes = _batch_sizes(frame, slot, moves, size)
    return [
        HandoffRow(*end, batch_size=sizes[i], **{name: int(column[i]) for name, column in sums.items()})
        for i, end in enumerate(ends)
    ]


def entries(frame: Frame) -> IntArray:
    """`Travel.entries` of a frame."""
    return Travel(frame).entries


def _slots(frame: Frame) -> tuple[IntArray, IntArray, list[tuple[int, int, int, int]]]:
    """The rows of the moves; for each visit that is one its row of the result, else NONE; and for each row of the
    result (from step, to step, from team, to team).
    """
    visits = frame.visits
    steps, teams = len(frame.model.steps), len(frame.model.teams)
    moves = np.flatnonzero(frame.is_handoff & frame.measured_visits)
    key = visits["from_step"][moves] * steps + visits["step"][moves]
    key = (key * teams + visits["from_team"][moves]) * teams + visits["team"][moves]
    used, place = np.unique(key, return_inverse=True)
    slot = np.full(frame.n_visits, NONE, dtype=np.int64)
    slot[moves] = place
    ends = []
    for k in used.tolist():
        (pair, from_team), to_team = divmod(k // teams, teams), k % teams
        ends.append((*divmod(pair, steps), from_team, to_team))
    return moves, slot, ends


def _questions(frame: Frame, owner: IntArray, size: int) -> dict[str, IntArray]:
    """Questions that arose after each handoff, and what their answers took."""
    at, known = frame.at, owner != NONE
    asked = np.flatnonzero(frame.is_kind(Kind.QUESTION) & known)
    answers = np.flatnonzero(frame.is_answer & known)
    back = np.flatnonzero((frame.visits["via"] == int(Via.ANSWER)) & known)
    rows = np.concatenate([answers, back])
    took = np.concatenate([at["released"][answers], at["started"][back]]) - at["sent"][rows]
    hung_on = frame.critical[rows]
    return {
        "questions": np.bincount(owner[asked], minlength=size),
        "answer": sum_by(owner[rows], took, size),
        "lead": sum_by(owner[rows[hung_on]], took[hung_on], size),
    }


def _reading_and_answering(
    frame: Frame, owner: IntArray, heads: IntArray, parts: Ledger, size: int
) -> dict[str, IntArray]:
    """What reading in and answers took of people's time."""
    rows = np.flatnonzero(owner != NONE)
    answering = np.where(frame.is_answer[rows], parts["rework"][rows], 0)
    return {"people": sum_by(owner[rows], heads[rows] * (parts["reread"][rows] + answering), size)}


def _returns(frame: Frame, travel: Travel, owner: IntArray, again: IntArray, size: int) -> dict[str, IntArray]:
    """Returns by the receiver of each handoff to the team it came from, the time they took, and of what was done again
    (`again`: people's ticks of each visit) what was done for them.
    """
    visits, at = frame.visits, frame.at
    rows = np.flatnonzero(visits["via"] == int(Via.RETURN))
    came_by = travel.entries[travel.before(rows)]
    caused = (owner[came_by] != NONE) & (visits["team"][rows] == visits["from_team"][came_by])
    of_return = np.full(frame.n_visits + 1, NONE, dtype=np.int64)  # the last is for visits in no return
    of_return[rows[caused]] = owner[came_by[caused]]
    whose = of_return[travel.returns]
    within = np.flatnonzero(whose != NONE)
    hung_on = within[frame.critical[within]]
    redone = within[~frame.is_answer[within]]
    return {
        "returns": np.bincount(owner[came_by[caused]], minlength=size),
        "returned": sum_by(whose[hung_on], (at["released"] - at["sent"])[hung_on], size),
        "people": sum_by(whose[redone], again[redone], size),
    }


def _batch_sizes(frame: Frame, slot: IntArray, moves: IntArray, size: int) -> list[float]:
    """Mean number of requests in the transfer batches of each handoff; a move without a batch is a batch of one."""
    batch = frame.visits["transfer_batch"]
    members = np.bincount(batch[batch != NONE])
    alone = np.bincount(slot[moves[batch[moves] == NONE]], minlength=size)
    together = moves[batch[moves] != NONE]
    trips = np.sort(batch[together] * size + slot[together])
    trips = trips[np.diff(trips, prepend=NONE) != 0]
    trip_batch, owner = trips // max(size, 1), trips % max(size, 1)
    total = sum_by(owner, members[trip_batch], size) + alone
    return (total / (np.bincount(owner, minlength=size) + alone)).tolist() if size else []
