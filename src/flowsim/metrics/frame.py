"""One replication laid ready for measuring: the instants filled in, the calendars laid out, the window, the masks.

Everything here is cheap and used by several measures; a measure takes a `Frame` and gives integers or shares.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.metrics.critical import Forks
from flowsim.metrics.held import Held, held, left
from flowsim.model import JointTimes, Layout, Model, OpenTimes, laid_out
from flowsim.record import BACKLOG, INSTANTS, NONE, WITHDRAWN, Kind, Record, Via

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
        self.forks = Forks(record, self.now)
        self._clocks: dict[str, OpenTimes] = {}

    def filled(self, instants: IntArray) -> IntArray:
        """Instants with those missing (NONE) or after now replaced by now; int64, same shape."""
        unsigned = np.ascontiguousarray(instants, dtype=np.int64).view(np.uint64)  # NONE is the largest of all
        return np.minimum(unsigned, np.uint64(self.now)).view(np.int64)

    # -- calendars -------------------------------------------------------------------------------------------------

    def clock(self, calendar: str) -> OpenTimes:
        """The calendar of that name, laid out from the start."""
        if calendar not in self._clocks:
            self._clocks[calendar] = laid_out(self.model.calendar(calendar), self.model.start)
        return self._clocks[calendar]

    def team_clock(self, team: int) -> OpenTimes:
        """The calendar of the team with that index."""
        return self.clock(self.model.teams[team].calendar)

    @cached_property
    def run_clock(self) -> OpenTimes:
        """The calendar on which the run counts working time."""
        return self.clock(self.model.run.calendar)

    @cached_property
    def visit_calendars(self) -> tuple[list[tuple[str, ...]], IntArray]:
        """The calendars on which a visit is worked on: lists of names, and for each visit which of them; NONE for one
        of the customer. One name is the calendar of the visit's team; several, of work for several teams at once (R8):
        it is worked on while all of them are open, and waits for that too.
        """
        found: dict[tuple[str, ...], int] = {}
        calendar_of = {team.name: team.calendar for team in self.model.teams}
        of_team = [found.setdefault((team.calendar,), len(found)) for team in self.model.teams]
        which = np.array([*of_team, NONE], dtype=np.int64)[self.visits["team"]]
        if not any(step.together for step in self.model.steps):
            return list(found), which
        of_step = []
        for step in self.model.steps:
            names = tuple(dict.fromkeys(calendar_of[team] for team, _ in step.needs))
            of_step.append(found.setdefault(names, len(found)) if step.together else NONE)
        joint = np.array([*of_step, NONE], dtype=np.int64)[self.visits["step"]]
        return list(found), np.where((joint != NONE) & ~self.is_answer, joint, which)

    @cached_property
    def by_calendar(self) -> list[tuple[Layout, Selection]]:
        """Visits grouped by the time in which they are worked on (`visit_calendars`); the customer's are in none."""
        names, which = self.visit_calendars
        groups: list[tuple[Layout, Selection]] = []
        for index, calendars in enumerate(names):
            rows = np.flatnonzero(which == index)
            if rows.size:
                groups.append((self.common_clock(calendars), ALL if rows.size == which.size else rows))
        return groups

    def common_clock(self, calendars: tuple[str, ...]) -> Layout:
        """The time in which all of these calendars are open."""
        clocks = [self.clock(name) for name in calendars]
        return clocks[0] if len(clocks) == 1 else JointTimes(clocks)

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

    def per_request(self, values: npt.NDArray[np.generic], critical: bool = False) -> IntArray:
        """Sums of a visit column over each request: int64, exact; 0 for a request without visits.

        `critical`: only over the visits its lead time hangs on (R13), for what is to be held against lead times. What
        people did, what it cost, and how often things were done is counted over all visits.
        """
        found = np.zeros(self.n_requests, dtype=np.int64)
        first = self.first_rows
        if first.size and values.any():
            whole = values.astype(np.int64, copy=False)
            if critical and self.forks.size:
                whole = whole * self.critical
            found[self.visits["request"][first]] = np.add.reduceat(whole, first)
        return found

    @cached_property
    def critical(self) -> BoolArray:
        """Visits that a request's lead time hangs on: those on the trunk and on critical branches (R13)."""
        return self.forks.critical_visits

    @cached_property
    def measured(self) -> BoolArray:
        """Requests that are measured (R16): never chases, nor those of a backlog."""
        return np.equal(self.requests["measured"], 1)

    @cached_property
    def ended(self) -> BoolArray:
        """Requests whose journey had ended by now, those withdrawn among them."""
        ended = self.requests["ended"]
        found: BoolArray = (ended != NONE) & (ended <= self.now)
        return found

    @cached_property
    def withdrawn(self) -> BoolArray:
        """Requests whose customer had withdrawn by now (R15)."""
        if WITHDRAWN not in self.record.outcomes:
            return np.zeros(self.n_requests, dtype=np.bool_)
        found: BoolArray = self.ended & (self.requests["outcome"] == self.record.outcomes.index(WITHDRAWN))
        return found

    @cached_property
    def delivered(self) -> BoolArray:
        """Requests that had ended by now otherwise than by withdrawal: those who got their answer."""
        return self.ended & ~self.withdrawn

    @cached_property
    def is_chase(self) -> BoolArray:
        """Requests that are a chase of another one (R15): work for people, no request of a customer for himself."""
        return np.not_equal(self.requests["parent"], NONE)

    @cached_property
    def is_backlog(self) -> BoolArray:
        """Requests that were there when the run began (R5)."""
        found: BoolArray = ~self.is_chase & (self.requests["ordinal"] >= BACKLOG)
        return found

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
        """Visits in which a question is answered, by a team or the customer (R12), or was to be when the customer
        withdrew.
        """
        asked = self.visits["via"] == int(Via.QUESTION)
        found: BoolArray = self.is_kind(Kind.ANSWER) | (self.is_kind(Kind.WITHDRAWN) & asked)
        return found

    @cached_property
    def is_handoff(self) -> BoolArray:
        """Visits that began with a move from one team to another: on the route or back, not from the customer, and
        not to ask a question or bring its answer.

        A move to a step that any of several teams may take (R8) is one when it was taken by another team than the one
        that had it; while nobody has taken it up, when none of them had it.
        """
        via, team, before = self.visits["via"], self.visits["team"], self.visits["from_team"]
        on_the_way: BoolArray = (via == int(Via.NEXT)) | (via == int(Via.RETURN))
        moved: BoolArray = on_the_way & (before != NONE) & (before != team)
        if any(step.others for step in self.model.steps):
            may_take = np.zeros((len(self.model.steps) + 1, len(self.model.teams) + 1), dtype=np.bool_)
            for step, takers in enumerate(self.takers):
                may_take[step, list(takers)] = True
            moved &= self.taken_up | ~may_take[self.visits["step"], before]
        return moved

    @cached_property
    def takers(self) -> list[tuple[int, ...]]:
        """By step the teams any of which may take it, as indices, in the order in which the step names them (R8)."""
        index = {team.name: i for i, team in enumerate(self.model.teams)}
        return [tuple(index[name] for name in step.takers) for step in self.model.steps]

    # -- people ----------------------------------------------------------------------------------------------------

    @cached_property
    def finishes(self) -> BoolArray:
        """Visits worked on in overtime if need be (R9, `finish`); an answer always keeps to the team's hours."""
        steps: BoolArray = np.array([*(s.closing == "finish" for s in self.model.steps), False])
        if not steps.any():
            return np.zeros(self.n_visits, dtype=np.bool_)
        return steps[self.visits["step"]] & ~self.is_answer

    @cached_property
    def taken_up(self) -> BoolArray:
        """Visits that somebody had taken up by now. Of a withdrawn one (R15) `started` is when it was cut short."""
        started = self.visits["started"]
        found: BoolArray = (started != NONE) & (started <= self.now) & ~self.is_kind(Kind.WITHDRAWN)
        return found

    @cached_property
    def let_go(self) -> IntArray:
        """When the people of each visit are free again: the end of its work, for a process batch that of the last
        member's (R11), and where they stay with what may not go on (R14) the instant that it is let in; now when that
        is to come.
        """
        free = self.at["worked"].copy()
        asked = np.flatnonzero(self.is_kind(Kind.QUESTION))
        free[asked] = self.at["read"][asked]
        holding = np.array([*(s.blocking == "person" for s in self.model.steps), False])
        if holding.any():
            gone = left(self.visits, self.at, self.held)
            np.maximum(free, np.where(holding[self.visits["step"]], gone, 0), out=free)
        batch = self.visits["process_batch"]
        members = np.flatnonzero(batch != NONE)
        if members.size:
            ends = np.full(int(batch.max()) + 1, NONE, dtype=np.int64)
            np.maximum.at(ends, batch[members], free[members])
            free[members] = ends[batch[members]]
        return free

    @cached_property
    def held(self) -> Held:
        """Visits whose request waited for room where it was (R14)."""
        return held(self.model, self.visits, self.at, self.forks)


def sum_by(keys: IntArray, values: npt.NDArray[np.generic], size: int) -> IntArray:
    """Exact int64 sums of `values` by key in [0, size)."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, keys, values.astype(np.int64, copy=False))
    return found
