"""What each handoff costs: its waiting to travel, the travel, the reading in, the queue behind it, and the questions
and returns it brings (docs/semantics.md section 5).

Over the handoffs of measured requests (`Frame.is_handoff`), open visits included up to now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import Frame, IntArray, sum_by
from flowsim.metrics.ledger import Ledger
from flowsim.record import NONE, Kind, Via


@dataclass(frozen=True)
class HandoffRow:
    """All moves from one step to a step of another team; ticks are sums over these moves.

    `batch` is sent → gathered, `transit` gathered → delivered, `reread` the reading in, `queue` assembled → started
    with the hours the receiving team was closed. `batch_size` is the mean size of the transfer batches these moves were
    in (each batch once, all its members counted; a move without a batch is one of 1). `questions` were asked by the
    receiver after these moves; `answer` is the wait for their answers, and the queue behind these until the request was
    taken up again. `returns` were sent by the receiving step straight back to the team it came from; `returned` is
    their time: from such a return until the next one or until the request has again left the furthest step it had
    reached. What a return passes through is counted at those handoffs too, so `returned` is not to be added to
    the other columns of other rows.
    """

    from_step: int
    to_step: int
    from_team: int
    to_team: int
    moves: int
    batch_size: float
    batch: int
    transit: int
    reread: int
    queue: int
    questions: int
    answer: int
    returns: int
    returned: int

    @property
    def own(self) -> int:
        """Ticks of the handoff itself: batch, transit, reading in and queue."""
        return self.batch + self.transit + self.reread + self.queue


def handoff_rows(frame: Frame, visit_parts: Ledger) -> list[HandoffRow]:
    """A row for each pair of steps between which there was a handoff, ordered by (from step, to step)."""
    visits, at = frame.visits, frame.at
    size = len(frame.model.steps)
    moves = np.flatnonzero(frame.is_handoff & frame.measured_visits)
    pair = np.full(frame.n_visits, NONE, dtype=np.int64)
    pair[moves] = visits["from_step"][moves] * size + visits["step"][moves]
    used = np.flatnonzero(np.bincount(pair[moves], minlength=size * size))
    place = np.full(size * size + 1, NONE, dtype=np.int64)  # the last stays NONE, for pair NONE
    place[used] = np.arange(used.size)
    slot = place[pair]  # row of the result for each visit that is such a move, else NONE

    own = {
        "batch": at["gathered"] - at["sent"],
        "transit": at["delivered"] - at["gathered"],
        "reread": visit_parts["reread"],
        "queue": at["started"] - at["assembled"],
    }
    sums = {name: sum_by(slot[moves], ticks[moves], used.size) for name, ticks in own.items()}
    sums["moves"] = np.bincount(slot[moves], minlength=used.size)
    entry = entries(frame)
    sums |= _questions(frame, slot, entry, used.size) | _returns(frame, slot, entry, used.size)
    sizes = _batch_sizes(frame, slot, moves, used.size)
    rows = []
    teams = [t.name for t in frame.model.teams]
    team_of = [teams.index(s.team) for s in frame.model.steps]
    for index, (from_step, to_step) in enumerate(divmod(p, size) for p in used.tolist()):
        values = {name: int(column[index]) for name, column in sums.items()}
        ends = (from_step, to_step, team_of[from_step], team_of[to_step])
        rows.append(HandoffRow(*ends, batch_size=sizes[index], **values))
    return rows


def entries(frame: Frame) -> IntArray:
    """For each visit the row of the visit by which the request came to do the step's work this time: itself, or for the
    answer to a question and the visit that it allows, the one in which the question arose (R12). int64.
    """
    via = frame.visits["via"]
    asking = (via == int(Via.QUESTION)) | (via == int(Via.ANSWER))
    return np.maximum.accumulate(np.where(asking, 0, np.arange(frame.n_visits)))


def _questions(frame: Frame, slot: IntArray, entry: IntArray, size: int) -> dict[str, IntArray]:
    """Questions that arose after each handoff, and what their answers took."""
    at = frame.at
    owner = slot[entry]
    asked = np.flatnonzero(frame.is_kind(Kind.QUESTION) & (owner != NONE))
    answers = np.flatnonzero(frame.is_answer & (owner != NONE))
    back = np.flatnonzero((frame.visits["via"] == int(Via.ANSWER)) & (owner != NONE))
    answered = sum_by(owner[answers], at["released"][answers] - at["sent"][answers], size)
    again = sum_by(owner[back], at["started"][back] - at["sent"][back], size)
    return {"questions": np.bincount(owner[asked], minlength=size), "answer": answered + again}


def _returns(frame: Frame, slot: IntArray, entry: IntArray, size: int) -> dict[str, IntArray]:
    """Returns by the receiver of each handoff to the team it came from, and the time they took."""
    visits, at = frame.visits, frame.at
    sent_back = visits["via"] == int(Via.RETURN)
    rows = np.flatnonzero(sent_back)
    # All time in a return belongs to the latest return before it; the time of a return is then one sum.
    latest = np.maximum.accumulate(np.where(sent_back, np.arange(frame.n_visits), 0))
    within = np.flatnonzero(visits["in_return"] == 1)
    took = sum_by(latest[within], (at["released"] - at["sent"])[within], frame.n_visits)
    came_by = entry[rows - 1]  # the row before a return is the visit that sent the request back
    caused = (slot[came_by] != NONE) & (visits["team"][rows] == visits["from_team"][came_by])
    owner = slot[came_by[caused]]
    return {
        "returns": np.bincount(owner, minlength=size),
        "returned": sum_by(owner, took[rows[caused]], size),
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
