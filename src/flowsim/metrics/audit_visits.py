"""What every check of the audit stands on: the record's columns, neighbours, handoffs, rounds, open hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, any_in, count_same, group_rows, take
from flowsim.metrics.audit_staff import Staff
from flowsim.metrics.audit_time import OpenHours
from flowsim.metrics.audit_tree import Tree, splits_of, tree
from flowsim.metrics.audit_ways import Ways, home_numbers
from flowsim.model import Model, Paths, Step, paths
from flowsim.model.calendar import FOREVER
from flowsim.record import BACKLOG, NONE, Kind, Record, Via


class Visits:
    """One record under audit, with what is derived from it once. Visit arrays have one element a row of `visits`."""

    def __init__(self, model: Model, record: Record) -> None:
        self.model = model
        self.record = record
        self.v = record.visits
        self.r = record.requests
        self.b = record.branches
        self.end = record.ended_at
        self.request = self.v["request"]
        self.visits = len(self.request)
        self.requests = len(self.r["class"])
        self.branches = len(self.b["request"])
        self.step_index = {step.name: i for i, step in enumerate(model.steps)}
        self.team_index = {team.name: i for i, team in enumerate(model.teams)}
        self.step_team = np.array([self.team_index[s.team] for s in model.steps], dtype=np.int64)
        self.takers = [tuple(self.team_index[name] for name in step.takers) for step in model.steps]
        self._start = datetime.fromisoformat(model.start)
        self._hours: dict[tuple[str, ...], OpenHours] = {}

    # -- the model -------------------------------------------------------------------------------------------------

    @cached_property
    def staff(self) -> Staff:
        """Who belongs to which team."""
        return Staff(self.model)

    @cached_property
    def paths(self) -> list[Paths]:
        """By class: in what order its requests travel (R13)."""
        return [paths(self.model, cls.name) for cls in self.model.classes]

    @cached_property
    def limited(self) -> bool:
        """Whether there is any limit on work in process (R14)."""
        limits = [*(s.limit for s in self.model.steps), *(t.limit for t in self.model.teams), self.model.limit]
        return any(limit is not None for limit in limits)

    @cached_property
    def ways(self) -> list[Ways]:
        """By class: where its requests may go."""
        return [Ways(paths) for paths in self.paths]

    def hours(self, *calendars: str) -> OpenHours:
        """The open hours of a calendar, laid out once; of several, those in which all are open."""
        names = tuple(sorted(set(calendars)))
        if names not in self._hours:
            self._hours[names] = OpenHours([self.model.calendar(name) for name in names], self.model.start)
        return self._hours[names]

    def after(self, calendar: str | None, t: IntArray, d: IntArray) -> IntArray:
        """d ticks from t: elapsed, or in the open time of a calendar (R2)."""
        return t + d if calendar is None else self.hours(calendar).after(t, d)

    def meeting_calendars(self, step: Step) -> tuple[str, ...]:
        """The calendars of all teams that a step needs at once (R8)."""
        return tuple(sorted({self.model.team(name).calendar for name, _ in step.needs}))

    # -- requests --------------------------------------------------------------------------------------------------

    @cached_property
    def klass(self) -> IntArray:
        """Class of each visit's request."""
        return self.r["class"][self.request]

    @cached_property
    def priority(self) -> IntArray:
        """Priority of each visit's request; 0 is served first."""
        return np.array([cls.priority for cls in self.model.classes], dtype=np.int64)[self.klass]

    @cached_property
    def ordinal(self) -> IntArray:
        """Ordinal of each visit's request within its class."""
        return self.r["ordinal"][self.request]

    @cached_property
    def slot(self) -> IntArray:
        """By request: how many requests of its class have a lower number."""
        return count_same(self.r["class"])

    @cached_property
    def by_class(self) -> list[IntArray]:
        """By class: its requests, ascending."""
        return group_rows(self.r["class"], len(self.model.classes))

    @cached_property
    def aim(self) -> IntArray:
        """By request: the step it was at when the run began, whatever it needs there (R5); the number of steps for one
        that came by itself."""
        r, steps = self.r, len(self.model.steps)
        aim = np.full(self.requests, steps, dtype=np.int64)
        there = (r["ordinal"] >= BACKLOG) & ~self.is_chase
        begins = dict.fromkeys((cls.name for cls in self.model.classes), BACKLOG)
        for backlog in self.model.backlog:  # in file order: the first of a class have the lowest ordinals
            klass = [cls.name for cls in self.model.classes].index(backlog.klass)
            low = begins[backlog.klass]
            begins[backlog.klass] += backlog.number
            own = there & (r["class"] == klass) & (r["ordinal"] >= low) & (r["ordinal"] < low + backlog.number)
            aim[own] = self.step_index[backlog.step]
        return aim

    @cached_property
    def is_chase(self) -> BoolArray:
        """By request: whether it is a chase (R15)."""
        return np.asarray(self.r["parent"] != NONE)

    @cached_property
    def gave_up(self) -> BoolArray:
        """By request: whether its customer withdrew (R15), as its outcome says."""
        outcomes = self.record.outcomes
        if "withdrawn" not in outcomes:
            return np.zeros(self.requests, dtype=np.bool_)
        return np.asarray(self.r["outcome"] == outcomes.index("withdrawn"))

    @cached_property
    def turn(self) -> IntArray:
        """The number of the draw that each visit takes: its pass; of a chase the number of the chase (R15)."""
        if not self.is_chase.any():
            return self.v["pass"]
        return np.where(self.is_chase[self.request], self.r["chase"][self.request], self.v["pass"])

    # -- neighbours ------------------------------------------------------------------------------------------------

    @cached_property
    def is_first(self) -> BoolArray:
        """Whether the visit is the first of its request."""
        mask = np.ones(self.visits, dtype=np.bool_)
        mask[1:] = self.request[1:] != self.request[:-1]
        return mask

    @cached_property
    def first_row(self) -> IntArray:
        """By request: its first visit; NONE when it has none."""
        found = np.full(self.requests, NONE, dtype=np.int64)
        rows = np.flatnonzero(self.is_first)
        found[self.request[rows]] = rows
        return found

    @cached_property
    def tree(self) -> Tree:
        """What follows what."""
        return tree(self.record, self.is_first, self.splits)

    @cached_property
    def splits(self) -> BoolArray:
        """By class and step whether branches begin after it (R13); a last column for no step."""
        return splits_of(self.model, self.paths)

    @cached_property
    def is_last(self) -> BoolArray:
        """Whether no visit follows on the same branch."""
        return np.asarray(self.tree.after == NONE)

    @cached_property
    def branch_home(self) -> IntArray:
        """By branch: its home among the ways of its class; NONE where the class has none such."""
        b = self.b
        return home_numbers(self.ways, self.r["class"][b["request"]], b["split"], b["place"])

    @cached_property
    def home(self) -> IntArray:
        """The home of each visit: 0 on the trunk, else that of its branch."""
        if not self.branches:
            return np.zeros(self.visits, dtype=np.int64)
        return np.maximum(0, take(self.branch_home, self.tree.home, 0))

    @cached_property
    def enters(self) -> BoolArray:
        """Whether the visit is the first on a branch (R13)."""
        if not self.branches:
            return np.zeros(self.visits, dtype=np.bool_)
        tree, branch = self.tree, self.v["branch"]
        return np.asarray((tree.home != NONE) & (tree.joins == NONE) & (branch != take(branch, tree.previous)))

    @cached_property
    def is_critical(self) -> BoolArray:
        """Whether the visit is on the trunk or on a critical branch (R13): of the request's own ledger."""
        if not self.branches:
            return np.ones(self.visits, dtype=np.bool_)
        return np.asarray((self.tree.home == NONE) | self.tree.critical[self.tree.home])

    def before(self, column: IntArray) -> IntArray:
        """The column's value at the visit before; NONE at the first."""
        if self.branches:
            return take(column, self.tree.previous)
        shifted = np.empty_like(column)
        shifted[1:] = column[:-1]
        shifted[self.is_first] = NONE
        return shifted

    @cached_property
    def origin(self) -> IntArray:
        """The visit from which it came by a move of its own; NONE for the first, and after a join (R13)."""
        return np.where(self.tree.joins == NONE, self.tree.previous, NONE)

    @cached_property
    def stay_ends(self) -> IntArray:
        """The last visit of a stay at a step: itself, but for one that asked a question what follows the answer, as far
        as that has come."""
        last = np.arange(self.visits)
        after = self.tree.after
        goes_on = np.append(~self.moved, False)
        while True:
            onward = after[last]
            more = goes_on[onward]
            if not more.any():
                return last
            last = np.where(more, onward, last)

    # -- visits ----------------------------------------------------------------------------------------------------

    @cached_property
    def is_answer(self) -> BoolArray:
        """Whether the visit is the answering of a question."""
        return np.asarray(self.v["via"] == int(Via.QUESTION))

    @cached_property
    def is_withdrawn(self) -> BoolArray:
        """Whether the visit was cut short before anybody took it up (R15)."""
        return np.asarray(self.v["kind"] == int(Kind.WITHDRAWN))

    @cached_property
    def begun(self) -> BoolArray:
        """Whether the visit was taken up."""
        begun = self.v["started"] != NONE
        return np.asarray(begun & ~self.is_withdrawn)

    @cached_property
    def is_work(self) -> BoolArray:
        """Whether the visit came to do a step's work and was not cut short, nor ended in a question."""
        kind = self.v["kind"]
        return np.asarray((kind == int(Kind.WORK)) | (kind == int(Kind.REWORK)))

    @cached_property
    def moved(self) -> BoolArray:
        """Whether the request came by moving, or was there at the beginning; not for an answer, nor with one."""
        via = self.v["via"]
        return np.asarray((via <= int(Via.RETURN)) | (via == int(Via.BACKLOG)))

    @cached_property
    def work_ticks(self) -> IntArray:
        """Work as drawn of each visit, in ticks: adding, necessary and waste together."""
        v = self.v
        return np.asarray(v["adding_ticks"] + v["necessary_ticks"] + v["waste_ticks"])

    @cached_property
    def start_limit(self) -> IntArray:
        """How long before closing each visit may not be begun any more, in ticks (R9); 0 for answers."""
        limits = np.array([*(step.no_start_within for step in self.model.steps), 0], dtype=np.int64)
        return np.where(self.is_answer, 0, limits[self.v["step"]])

    @cached_property
    def step_rows(self) -> list[IntArray]:
        """By step: the rows of visits that came to do its work (not those that answer a question for it)."""
        step = np.where(self.is_answer, len(self.model.steps), self.v["step"])
        return group_rows(step, len(self.model.steps))

    def of_step(self, say: list[bool]) -> BoolArray:
        """What is said of each step, by visit; False for answers."""
        return np.array([*say, False])[np.where(self.is_answer, NONE, self.v["step"])]

    # -- handoffs (R7) ---------------------------------------------------------------------------------------------

    @cached_property
    def straight(self) -> BoolArray:
        """Whether whoever did the step before went straight on with it (R8, same person)."""
        v = self.v
        may = self.of_step([step.same_person for step in self.model.steps])
        if not may.any():
            return may
        before = self.tree.previous
        alone = ~self.of_step([step.several for step in self.model.steps]) & (v["process_batch"] == NONE)
        did = alone & self.is_work & self.begun
        who = np.where(did, self.staff.who[v["team"], v["person"]], NONE)
        same = (who == take(who, before, -2)) & (who != NONE) & (self.tree.joins == NONE)
        at_once = (v["transfer_batch"] == NONE) & (v["delivered"] == v["sent"]) & (v["started"] == v["sent"])
        by_route = (v["via"] == int(Via.NEXT)) & (v["read_ticks"] == 0)
        return np.asarray(may & same & at_once & by_route)

    @cached_property
    def crosses(self) -> BoolArray:
        """Whether the gate and transit of its step's handoff hold for the move to a visit (R7): from a team that may
        not take it, or if the step says so; never for an answer, nor for one that goes on after an answer, that was
        there at the beginning, or that somebody goes straight on with."""
        return self._bound(self.v["via"] <= int(Via.RETURN), taken=False)

    @cached_property
    def travels(self) -> BoolArray:
        """Whether it comes through a gate or with a transit (R7)."""
        handoffs = [step.handoff for step in self.model.steps]
        some = [h is not None and (h.batch is not None or h.transit is not None) for h in handoffs]
        return np.asarray(self.crosses & np.array([*some, False])[self.v["step"]])

    @cached_property
    def reads(self) -> BoolArray:
        """Whether reading in and question hold for a visit (R7): as `crosses`, but by the team that took it (R8), and
        also for one that was there at the beginning (R5)."""
        return self._bound(self.moved, taken=True)

    def _bound(self, moved: BoolArray, taken: bool) -> BoolArray:
        handoffs = [step.handoff for step in self.model.steps]
        some = np.array([h is not None for h in handoffs] + [False])[self.v["step"]]
        within = np.array([h is not None and h.within_team for h in handoffs] + [False])[self.v["step"]]
        origin = self.v["from_team"]
        other = origin != self.v["team"]
        if not taken:
            for index, takers in enumerate(self.takers):
                if len(takers) > 1:
                    rows = self.step_rows[index]
                    other[rows] = ~np.isin(origin[rows], takers)
        return np.asarray(some & moved & (within | other) & ~self.straight)

    # -- rounds (R3) -----------------------------------------------------------------------------------------------

    @cached_property
    def late(self) -> dict[str, BoolArray]:
        """Whether a visit was `sent`, `delivered`, and `assembled` in a later round of its instant (R3): only through
        work that was begun in that same instant and took no time; where that cannot be told, it may have been. And
        whether it came to a process batch's `gathering` after the gates were settled: so do those who need a place."""
        v = self.v
        begun = self.before(np.where(self.begun, v["started"], NONE))
        same = (begun == v["sent"]) & (begun != NONE)
        by_team = same & (self.before(v["team"]) != NONE)
        sent = by_team | (same & (self.before(by_team.astype(np.int64)) == 1))
        # who might have gone straight on, and did not, is handed over after the gates were settled (R8)
        sent |= self.of_step([s.same_person for s in self.model.steps]) & (v["via"] == int(Via.NEXT)) & ~self.straight
        again = self.busy_instants
        if len(again):
            sent |= np.isin(v["sent"], again) & (self.tree.joins != NONE)
        if not sent.any() and not len(again):
            never = np.zeros(self.visits, dtype=np.bool_)
            gathering = np.ones_like(never) if self.limited else never
            return {"sent": never, "delivered": never, "assembled": never, "gathering": gathering}
        left = any_in(v["transfer_batch"], sent & (v["gathered"] == v["sent"]))
        delivered = left & (v["delivered"] == v["gathered"])
        admitted = delivered & (v["admitted"] == v["delivered"])
        if len(again):
            admitted |= self.limited & np.isin(v["admitted"], again)
        assembled = any_in(v["process_batch"], admitted & (v["assembled"] == v["admitted"]))
        gathering = np.ones_like(sent) if self.limited else admitted
        return {"sent": sent, "delivered": delivered, "assembled": assembled, "gathering": gathering}

    @cached_property
    def busy_instants(self) -> IntArray:
        """Instants with a second round (R3), ascending: those in which somebody's work took no time. Only looked for
        where branches join or places are given out."""
        if not self.branches and not self.limited:
            return np.empty(0, dtype=np.int64)
        v = self.v
        rows = self.begun & (v["team"] != NONE) & (v["worked"] == v["started"])
        return np.unique(v["started"][rows])

    # -- telling ---------------------------------------------------------------------------------------------------

    def when(self, t: int) -> str:
        """An instant as a date, with its tick."""
        if t == NONE or t >= FOREVER:
            return "not before the run ended"
        try:
            moment = self._start + timedelta(milliseconds=t)
        except OverflowError:
            return f"tick {t}"
        return f"{moment:%a %Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} (tick {t})"

    def visit(self, row: int) -> str:
        """A visit in words: its request, its number and its step."""
        step = int(self.v["step"][row])
        place = repr(self.model.steps[step].name) if 0 <= step < len(self.model.steps) else "the customer"
        number = int(self.v["visit"][row])
        return f"request {int(self.request[row])}, visit {number} at {place}"
