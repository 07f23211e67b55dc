"""What each customer gets: lead time, who had the request in hand, what went back (docs/semantics.md section 5).

All requests, measured or not; `metrics.summary` takes the measured ones together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flowsim.metrics.frame import Frame, IntArray, sum_by
from flowsim.metrics.ledger import AT_WORK, Ledger
from flowsim.record import NONE, Kind, Via

IN_TIME, LATE, UNDECIDED = 1, 0, NONE


@dataclass(frozen=True)
class Service:
    """One row a request, all requests, int64; ticks where it is time.

    `lead` and `working_lead` (on the run's calendar) are NONE while the request is open. `process_time` is the time
    somebody was at work on it: work, rework, set-up and reading in of its ledger, the set-up of a process batch in full
    for every member. `handoffs` counts moves to another team (`Frame.is_handoff`), `hands` the different people (team,
    person) who took it up, `returns` the times it was sent back, `questions` those asked about it. `within` is IN_TIME,
    LATE (ended after due, or still open past due), or UNDECIDED (no promise, or open and not yet due).
    """

    frame: Frame
    parts: Ledger  # per request, with return_time

    @cached_property
    def lead(self) -> IntArray:
        """Arrival to end."""
        requests = self.frame.requests
        return np.where(self.frame.ended, requests["ended"] - requests["arrived"], NONE)

    @cached_property
    def working_lead(self) -> IntArray:
        """Open time of the run's calendar from arrival to end."""
        requests, clock = self.frame.requests, self.frame.run_clock
        ended = self.frame.filled(requests["ended"])
        return np.where(self.frame.ended, clock.worked_array(requests["arrived"], ended), NONE)

    @cached_property
    def process_time(self) -> IntArray:
        """Time somebody was at work on it."""
        first, *rest = (self.parts[part] for part in AT_WORK)
        return sum(rest, first)

    @cached_property
    def visits(self) -> IntArray:
        """Visits, of every kind."""
        return self.frame.per_request(np.ones(self.frame.n_visits, dtype=np.int64))

    @cached_property
    def handoffs(self) -> IntArray:
        """Moves to another team."""
        return self.frame.per_request(self.frame.is_handoff)

    @cached_property
    def returns(self) -> IntArray:
        """Times it was sent back to an earlier step."""
        return self.frame.per_request(self.frame.visits["via"] == int(Via.RETURN))

    @cached_property
    def questions(self) -> IntArray:
        """Questions asked about it (visits in which one is answered)."""
        return self.frame.per_request(self.frame.is_kind(Kind.ANSWER))

    @cached_property
    def hands(self) -> IntArray:
        """Different people who took it up."""
        visits, people = self.frame.visits, [team.people for team in self.frame.model.teams]
        taken = np.flatnonzero(visits["person"] != NONE)
        first_of_team = np.cumsum([0, *people])
        person = first_of_team[visits["team"][taken]] + visits["person"][taken]
        pairs = np.sort(visits["request"][taken] * first_of_team[-1] + person)
        different = pairs[np.diff(pairs, prepend=NONE) != 0]
        request = different // max(int(first_of_team[-1]), 1)
        return sum_by(request, np.ones(request.size, dtype=np.int64), self.frame.n_requests)

    @cached_property
    def within(self) -> IntArray:
        """IN_TIME, LATE or UNDECIDED."""
        requests = self.frame.requests
        due, ended = requests["due"], self.frame.ended
        in_time = ended & (requests["ended"] <= due)
        late = (ended & (requests["ended"] > due)) | (~ended & (due < self.frame.now))
        found = np.where(in_time, IN_TIME, np.where(late, LATE, UNDECIDED))
        return np.where(due == NONE, UNDECIDED, found)
