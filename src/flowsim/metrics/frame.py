"""One replication laid ready for measuring: the instants filled in, the calendars laid out, the window, the masks.

Everything here is cheap and used by several measures; a measure takes a `Frame` and gives integers or shares.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.model import Model, OpenTimes
from flowsim.record import INSTANTS, NONE, Kind, Record, Via

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
Selection = slice | IntArray

ALL = slice(None)


class Frame:
    """A Model and a Record seen at `now`: `until`, or the end of the run when that is None or comes first.

    `at[name]` is the instant of that name (R6) of every visit; one that had not come at `now` is `now` itself, so an
    open visit ends at `now` and what follows has no length. `lo` and `hi` bound the window [warm-up, length), cut off
    at `now`; for a run that ended before the warm-up it is empty.
    """

    def __init__(self, model: Model, record: Record, until: int | None = None) -> None:
        self.model = model
        self.record = record
        self.now = record.ended_at if until is None else min(until, record.ended_at)
        self.lo = min(model.run.warm_up, self.now)
        self.hi = min(model.run.length, self.now)
        self.visits = record.visits
        self.requests = record.requests
        self.at = {name: self.filled(record.visits[name]) for name in INSTANTS}
        self._clocks: dict[str, OpenTimes] = {}

    def filled(self, instants: IntArray) -> IntArray:
        """Instants with those missing (NONE) or after now replaced by now; int64, same shape."""
        unsigned = np.ascontiguousarray(instants, dtype=np.int64).view(np.uint64)  # NONE is the largest of all
        return np.minimum(unsigned, np.uint64(self.now)).view(np.int64)

    # -- calendars -------------------------------------------------------------------------------------------------

    def clock(self, calendar: str) -> OpenTimes:
        """The calendar of that name, laid out from the start."""
        if calendar not in self._clocks:
            self._clocks[calendar] = OpenTimes(self.model.calendar(calendar), self.model.start)
        return self._clocks[calendar]

    def team_clock(self, team: int) -> OpenTimes:
        """The calendar of the team with that index."""
        return self.clock(self.model.teams[team].calendar)

    @cached_property
    def run_clock(self) -> OpenTimes:
        """The calendar on which the run counts working time."""
        return self.clock(self.model.run.calendar)

    @cached_property
    def by_calendar(self) -> list[tuple[OpenTimes, Selection]]:
        """Visits grouped by the calendar of the serving team; those of the customer are in none."""
        names = [team.calendar for team in self.model.teams]
        used = list(dict.fromkeys(names))
        of_team = np.array([*(used.index(n) for n in names), NONE], dtype=np.int64)  # [-1]: the customer
        calendar = of_team[self.visits["team"]]
        groups: list[tuple[OpenTimes, Selection]] = []
        for index, name in enumerate(used):
            rows = np.flatnonzero(calendar == index)
            if rows.size:
                groups.append((self.clock(name), ALL if rows.size == calendar.size else rows))
        return groups

    # -- sizes and rows --------------------------------------------------------------------------------------------

    @property
    def n_visits(self) -> int:
        """Number of visits."""
        return len(self.visits["request"])

    @property
    def n_requests(self) -> int:
        """Number of requests."""
        return len(self.requests["arrived"])

    @cached_property
    def first_rows(self) -> IntArray:
        """Row of the first visit of each request that has any, ascending."""
        request = self.visits["request"]
        return np.flatnonzero(np.diff(request, prepend=NONE))

    def per_request(self, values: npt.NDArray[np.generic]) -> IntArray:
        """Sums of a visit column over each request: int64, exact; 0 for a request without visits."""
        found = np.zeros(self.n_requests, dtype=np.int64)
        first = self.first_rows
        if first.size and values.any():
            whole = values.astype(np.int64, copy=False)
            found[self.visits["request"][first]] = np.add.reduceat(whole, first)
        return found

    @cached_property
    def measured(self) -> BoolArray:
        """Requests that are measured (R16)."""
        return np.equal(self.requests["measured"], 1)

    @cached_property
    def ended(self) -> BoolArray:
        """Requests whose journey had ended by now."""
        ended = self.requests["ended"]
        return np.not_equal(ended, NONE) & (ended <= self.now)

    @cached_property
    def measured_visits(self) -> BoolArray:
        """Visits of measured requests."""
        return self.measured[self.visits["request"]]

    def is_kind(self, *kinds: Kind) -> BoolArray:
        """Visits of any of these kinds."""
        column = self.visits["kind"]
        found: BoolArray = column == int(kinds[0])
        for kind in kinds[1:]:
            found |= column == int(kind)
        return found

    @cached_property
    def is_answer(self) -> BoolArray:
        """Visits in which a question is answered, by a team or the customer (R12)."""
        return self.is_kind(Kind.ANSWER)

    @cached_property
    def is_handoff(self) -> BoolArray:
        """Visits that began with a move from one team to another: on the route or back, not from the customer, and
        not to ask a question or bring its answer.
        """
        via, team, before = self.visits["via"], self.visits["team"], self.visits["from_team"]
        on_the_way: BoolArray = (via == int(Via.NEXT)) | (via == int(Via.RETURN))
        moved: BoolArray = on_the_way & (before != NONE) & (before != team)
        return moved

    # -- people ----------------------------------------------------------------------------------------------------

    @cached_property
    def finishes(self) -> BoolArray:
        """Visits worked on in overtime if need be (R9, `finish`); an answer always keeps to the team's hours."""
        steps: BoolArray = np.array([*(s.closing == "finish" for s in self.model.steps), False])
        if not steps.any():
            return np.zeros(self.n_visits, dtype=np.bool_)
        return steps[self.visits["step"]] & ~self.is_answer

    @cached_property
    def let_go(self) -> IntArray:
        """When the person of each visit is free again: the end of its work, for a process batch that of the last
        member's (R11); now when that is to come.
        """
        free = self.at["worked"].copy()
        asked = np.flatnonzero(self.is_kind(Kind.QUESTION))
        free[asked] = self.at["read"][asked]
        batch = self.visits["process_batch"]
        members = np.flatnonzero(batch != NONE)
        if members.size:
            ends = np.full(int(batch.max()) + 1, NONE, dtype=np.int64)
            np.maximum.at(ends, batch[members], free[members])
            free[members] = ends[batch[members]]
        return free

    @cached_property
    def takings(self) -> IntArray:
        """One row for each time a person took something up: a visit, or one member of a process batch."""
        batch = self.visits["process_batch"]
        started = self.visits["started"] != NONE
        single = np.flatnonzero(started & (batch == NONE))
        members = np.flatnonzero(started & (batch != NONE))
        _, first = np.unique(batch[members], return_index=True)
        return np.concatenate([single, members[first]])


def sum_by(keys: IntArray, values: npt.NDArray[np.generic], size: int) -> IntArray:
    """Exact int64 sums of `values` by key in [0, size)."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, keys, values.astype(np.int64, copy=False))
    return found
