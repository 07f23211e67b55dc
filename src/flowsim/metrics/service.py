"""What each customer gets: lead time, who had the request in hand, what went back (docs/semantics.md section 5).

All requests, measured or not; `metrics.summary` takes the measured ones together. What is held against a lead time is
over the request's critical visits (R13); what was done, and what it took of people, over all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flowsim.metrics.crews import first_numbers, identities, members, people_ticks
from flowsim.metrics.frame import BoolArray, FloatArray, Frame, IntArray, sum_by
from flowsim.metrics.ledger import AT_WORK, Ledger, person_ticks
from flowsim.metrics.splits import branch_waits
from flowsim.record import NONE, Via

IN_TIME, LATE, UNDECIDED = 1, 0, NONE


@dataclass(frozen=True)
class Service:
    """One row a request, all requests, int64; ticks where it is time.

    `lead` and `working_lead` (on the run's calendar) are NONE while the request is open; of a backlog they are without
    its age (R5), of one that was withdrawn they run until then. `process_time` is the time somebody was at work on it:
    work, rework, set-up and reading in of its ledger (so of its critical visits), the set-up of a process batch in full
    for every member.

    Over all of its visits: `visits`; `handoffs`, the moves to another team (`Frame.is_handoff`); `hands`, the different
    people who took it up or were at work on it with others; `returns`, the times it was sent back; `questions` asked
    about it; `people_time`, what it took of everybody's time (`crews.people_ticks`); `join_wait`, how long branches
    that had ended waited for others of their split, added up. `chases` are the times its customer chased (R15).

    `within` is IN_TIME, LATE (ended after due, still open past due, or withdrawn after due), or UNDECIDED (no promise,
    open and not yet due, or withdrawn before it was due).
    """

    frame: Frame
    visit_parts: Ledger  # per visit
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
        """Questions asked about it."""
        return self.frame.per_request(self.frame.is_answer)

    @cached_property
    def chases(self) -> IntArray:
        """Times its customer chased."""
        parent = self.frame.requests["parent"]
        come = (parent != NONE) & (self.frame.requests["arrived"] <= self.frame.now)
        return np.bincount(parent[come], minlength=self.frame.n_requests)

    @cached_property
    def people_time(self) -> IntArray:
        """What it took of everybody's time."""
        ticks = people_ticks(self.frame, person_ticks(self.visit_parts), self.visit_parts["setup"])
        return self.frame.per_request(ticks)

    @cached_property
    def join_wait(self) -> IntArray:
        """How long its branches that had ended waited for the others, added up."""
        rows, ticks = branch_waits(self.frame)
        return sum_by(self.frame.forks.rows["request"][rows], ticks, self.frame.n_requests)

    @cached_property
    def hands(self) -> IntArray:
        """Different people who were at work on it."""
        frame, visits, crew = self.frame, self.frame.visits, self.frame.record.crew
        start, who = first_numbers(frame.model), identities(frame.model)
        taken = np.flatnonzero(visits["person"] != NONE)
        request = visits["request"][taken]
        person = who[start[visits["team"][taken]] + visits["person"][taken]]
        if len(crew["request"]):
            row, other = members(frame)
            request = np.append(request, visits["request"][row])
            person = np.append(person, who[start[crew["team"][other]] + crew["person"][other]])
        pairs = np.sort(request * who.size + person)
        different = pairs[np.diff(pairs, prepend=NONE) != 0]
        return np.bincount(different // max(who.size, 1), minlength=frame.n_requests)

    @cached_property
    def delay_cost(self) -> FloatArray:
        """What its lead time cost (`RequestClass.delay_cost`), in currency, float64; NaN while it is open and for a
        class without such a cost. Of one that was withdrawn, up to then.
        """
        frame, requests = self.frame, self.frame.requests
        found = np.full(frame.n_requests, np.nan)
        for klass, cls in enumerate(frame.model.classes):
            cost = cls.delay_cost
            if cost is None or not cost.per.ticks:
                continue
            rows = np.flatnonzero(frame.ended & (requests["class"] == klass))
            begins, ends = requests["arrived"][rows], requests["ended"][rows]
            if cost.late:
                begins = np.minimum(np.where(requests["due"][rows] == NONE, ends, requests["due"][rows]), ends)
            clock = None if cost.per.calendar is None else frame.clock(cost.per.calendar)
            ticks = ends - begins if clock is None else clock.worked_array(begins, ends)
            found[rows] = ticks * cost.amount / cost.per.ticks
        return found

    def delay_cost_of(self, chosen: BoolArray) -> float:
        """What the delay of these requests cost together; by an exact sum, so the same with every version of numpy."""
        cost = self.delay_cost[chosen]
        return math.fsum(cost[~np.isnan(cost)].tolist())

    @cached_property
    def within(self) -> IntArray:
        """IN_TIME, LATE or UNDECIDED."""
        requests = self.frame.requests
        due, ended = requests["due"], self.frame.ended
        in_time = self.frame.delivered & (requests["ended"] <= due)
        late = (ended & (requests["ended"] > due)) | (~ended & (due < self.frame.now))
        found = np.where(in_time, IN_TIME, np.where(late, LATE, UNDECIDED))
        return np.where(due == NONE, UNDECIDED, found)
