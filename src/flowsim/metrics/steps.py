"""The steps: how often each was done, how good its work was to the next, and where time went there.

Over the visits of measured requests (R16), open ones included up to now; WIP over the window and all requests.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import BoolArray, Frame, IntArray, sum_by
from flowsim.metrics.ledger import PARTS, Ledger
from flowsim.metrics.wip import place_areas
from flowsim.record import NONE, Kind, Via


@dataclass(frozen=True)
class StepRow:
    """One step. `visits` are of every kind; `first_passes` those of kind work that were the first pass and were
    released, `usable` those of them after which nobody sent the request back to this step or asked it a question;
    `reworks` passes done again, `returns` the times requests were sent back to it, `questions` those put to it by
    other teams. `parts` are mean ticks a visit of each of PARTS; None without visits. `wip_area` in ticks.
    """

    name: str
    team: str
    visits: int
    first_passes: int
    usable: int
    reworks: int
    returns: int
    questions: int
    parts: dict[str, float] | None
    wip_area: int

    @property
    def complete_accurate(self) -> float | None:
        """%C&A of the step, as a share; None without first passes."""
        return self.usable / self.first_passes if self.first_passes else None


def step_rows(frame: Frame, visit_parts: Ledger) -> list[StepRow]:
    """A row for each step, in the Model's order."""
    size = len(frame.model.steps)
    visits, measured = frame.visits, frame.measured_visits
    # Slot 0 takes what does not count: the customer's visits and requests that are not measured.
    slot = np.where(measured, visits["step"] + 1, 0)
    first = (visits["pass"] == 1) & frame.is_kind(Kind.WORK) & (visits["released"] != NONE)
    returns = visits["via"] == int(Via.RETURN)
    count = np.bincount(slot, minlength=size + 1)

    def counted(which: BoolArray) -> IntArray:
        return np.bincount(slot[which], minlength=size + 1)

    first_passes = counted(first)
    usable = first_passes - counted(spoiled(frame, first))
    reworks = counted(frame.is_kind(Kind.REWORK))
    sent_back, asked = counted(returns), counted(frame.is_answer)
    sums = {part: sum_by(slot, visit_parts[part], size + 1) for part in PARTS}
    areas = place_areas(frame, "step")
    rows = []
    for index, step in enumerate(frame.model.steps, start=1):
        n = int(count[index])
        rows.append(
            StepRow(
                name=step.name,
                team=step.team,
                visits=n,
                first_passes=int(first_passes[index]),
                usable=int(usable[index]),
                reworks=int(reworks[index]),
                returns=int(sent_back[index]),
                questions=int(asked[index]),
                parts={part: int(sums[part][index]) / n for part in PARTS} if n else None,
                wip_area=int(areas[index - 1]),
            )
        )
    return rows


def spoiled(frame: Frame, first: BoolArray) -> BoolArray:
    """Those of the `first` passes after which the request was sent back to the step, or a question was put to it."""
    visits = frame.visits
    found = np.zeros(frame.n_visits, dtype=np.bool_)
    against = np.flatnonzero((visits["via"] == int(Via.RETURN)) | (frame.is_answer & (visits["step"] != NONE)))
    if not against.size:
        return found
    size = len(frame.model.steps)
    key = visits["request"][against] * size + visits["step"][against]
    order = np.argsort(key, kind="stable")
    key, row = key[order], against[order]
    last = np.append(key[1:] != key[:-1], True)  # the last event against each request and step
    key, row = key[last], row[last]
    passes = np.flatnonzero(first)
    own = visits["request"][passes] * size + visits["step"][passes]
    at = np.minimum(np.searchsorted(key, own), key.size - 1)
    found[passes] = (key[at] == own) & (row[at] > passes)
    return found
