"""What every check of the audit stands on: the record's columns, who is whose neighbour, units of work, open hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.metrics.audit_time import OpenHours
from flowsim.model import Model
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind, Record, Via

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Units:
    """What a person takes up in one go (R8, R11): a visit, or a process batch. Arrays have one element a unit.

    `members` are rows of visits, unit after unit, in order of handling; unit k's begin at `begins[k]`, `size[k]` of
    them; `first` is the row of the first. `ended` is the end of the last member's work. Instants that have not
    come are FOREVER.
    """

    members: IntArray
    begins: IntArray
    size: IntArray
    first: IntArray
    team: IntArray
    person: IntArray
    joined: IntArray
    started: IntArray
    ended: IntArray


class Ground:
    """One record under audit, with what is derived from it once. Visit arrays have one element a row of `visits`."""

    def __init__(self, model: Model, record: Record) -> None:
        self.model = model
        self.record = record
        self.v = record.visits
        self.r = record.requests
        self.end = record.ended_at
        self.request = self.v["request"]
        self.visits = len(self.request)
        self.requests = len(self.r["class"])
        self.step_index = {step.name: i for i, step in enumerate(model.steps)}
        self.team_index = {team.name: i for i, team in enumerate(model.teams)}
        self.step_team = np.array([self.team_index[s.team] for s in model.steps], dtype=np.int64)
        self._start = datetime.fromisoformat(model.start)
        self._hours: dict[str, OpenHours] = {}

    # -- looking up ------------------------------------------------------------------------------------------------

    def hours(self, calendar: str) -> OpenHours:
        """The open hours of a calendar, laid out once."""
        if calendar not in self._hours:
            self._hours[calendar] = OpenHours(self.model.calendar(calendar), self.model.start)
        return self._hours[calendar]

    def after(self, calendar: str | None, t: IntArray, d: IntArray) -> IntArray:
        """d ticks from t: elapsed, or in the open time of a calendar (R2)."""
        return t + d if calendar is None else self.hours(calendar).after(t, d)

    @cached_property
    def klass(self) -> IntArray:
        """Class of each visit's request."""
        return self.r["class"][self.request]

    @cached_property
    def ordinal(self) -> IntArray:
        """Ordinal of each visit's request within its class."""
        return self.r["ordinal"][self.request]

    @cached_property
    def is_first(self) -> BoolArray:
        """Whether the visit is the first of its request."""
        mask = np.ones(self.visits, dtype=np.bool_)
        mask[1:] = self.request[1:] != self.request[:-1]
        return mask

    @cached_property
    def is_last(self) -> BoolArray:
        """Whether the visit is the last of its request."""
        mask = np.ones(self.visits, dtype=np.bool_)
        mask[:-1] = self.is_first[1:]
        return mask

    @cached_property
    def is_answer(self) -> BoolArray:
        """Whether the visit is the answering of a question."""
        return np.asarray(self.v["kind"] == int(Kind.ANSWER))

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

    @cached_property
    def team_units(self) -> list[IntArray]:
        """By team: its units, positions in `units`."""
        return group_rows(self.units.team, len(self.model.teams))

    @cached_property
    def team_begun(self) -> list[IntArray]:
        """By team: those of its units that were taken up."""
        started = self.units.started
        return [own[started[own] < FOREVER] for own in self.team_units]

    @cached_property
    def in_turn(self) -> list[IntArray]:
        """By team: positions in its `team_units` of those taken up, in order of their start."""
        found = []
        for own in self.team_units:
            started = self.units.started[own]
            begun = np.flatnonzero(started < FOREVER)
            found.append(begun[np.argsort(started[begun])])
        return found

    @cached_property
    def by_person(self) -> list[IntArray]:
        """By team: the units taken up, by person in order of their start, what takes no time before what does."""
        units = self.units
        found = []
        for own in self.team_begun:
            started = units.started[own]
            key = sort_key(units.person[own], 2 * started + (units.ended[own] > started))
            found.append(own[np.argsort(key, kind="stable")])
        return found

    def before(self, column: IntArray) -> IntArray:
        """The column's value at the request's visit before; NONE at its first."""
        shifted = np.empty_like(column)
        shifted[1:] = column[:-1]
        shifted[self.is_first] = NONE
        return shifted

    @cached_property
    def crosses(self) -> BoolArray:
        """Whether the rules of its step's handoff hold for the move to a visit (R7): to another team, or within one if
        the step says so; never for an answer, nor for one that goes on after an answer."""
        handoffs = [step.handoff for step in self.model.steps]
        some = np.array([h is not None for h in handoffs] + [False])[self.v["step"]]
        within = np.array([h is not None and h.within_team for h in handoffs] + [False])[self.v["step"]]
        moved = self.v["via"] <= int(Via.RETURN)
        return np.asarray(some & moved & (within | (self.v["from_team"] != self.v["team"])))

    # -- rounds (R3) -----------------------------------------------------------------------------------------------

    @cached_property
    def late(self) -> dict[str, BoolArray]:
        """Whether a visit was `sent`, `delivered` and `assembled` in a later round of its instant (R3): only through
        work that was begun in that same instant and took no time."""
        v = self.v
        begun = self.before(v["started"])
        same = (begun == v["sent"]) & (begun != NONE)
        by_team = same & (self.before(v["team"]) != NONE)
        sent = by_team | (same & (self.before(by_team.astype(np.int64)) == 1))
        if not sent.any():
            never = np.zeros(self.visits, dtype=np.bool_)
            return {"sent": never, "delivered": never, "assembled": never}
        left = _any_in(v["transfer_batch"], sent & (v["gathered"] == v["sent"]))
        delivered = left & (v["delivered"] == v["gathered"])
        assembled = _any_in(v["process_batch"], delivered & (v["assembled"] == v["admitted"]))
        return {"sent": sent, "delivered": delivered, "assembled": assembled}

    # -- units -----------------------------------------------------------------------------------------------------

    @cached_property
    def units(self) -> Units:
        """Every unit that ever joined a team's waiting list."""
        v = self.v
        listed = (v["team"] != NONE) & (v["assembled"] != NONE)
        batched = listed & (v["process_batch"] != NONE)
        members = np.flatnonzero(listed & ~batched)
        size = np.ones(len(members), dtype=np.int64)
        if batched.any():
            rows = np.flatnonzero(batched)
            rows = rows[np.lexsort((self.request[rows], v["admitted"][rows], v["process_batch"][rows]))]
            number = v["process_batch"][rows]
            heads = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
            members = np.concatenate([members, rows])
            size = np.concatenate([size, np.diff(np.append(heads, len(rows)))])
        begins = np.cumsum(size) - size
        first = members[begins]
        worked = coming(v["worked"][members])
        ended = worked if len(first) == len(members) else np.maximum.reduceat(worked, begins)
        return Units(
            members,
            begins,
            size,
            first,
            v["team"][first],
            v["person"][first],
            v["assembled"][first],
            coming(v["started"][first]),
            ended,
        )

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


def coming(instant: IntArray) -> IntArray:
    """Instants with FOREVER where they have not come."""
    return np.where(instant == NONE, FOREVER, instant)


def group_rows(value: IntArray, kinds: int) -> list[IntArray]:
    """By value 0 … kinds - 1: the positions that have it, ascending."""
    if kinds > 30_000:
        order = np.argsort(value, kind="stable")
    else:
        order = np.argsort(np.clip(value, -1, kinds).astype(np.int16), kind="stable")  # 16 bits: a radix sort
    edges = np.searchsorted(value[order], np.arange(kinds + 1))
    return [order[a:b] for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]


def count_before(group: IntArray, mask: BoolArray) -> IntArray:
    """For each row how many rows before it in its group are true in the mask; rows of a group are together."""
    if not len(group):
        return np.empty(0, dtype=np.int64)
    heads = np.append(True, group[1:] != group[:-1])
    before: IntArray = np.cumsum(mask) - mask
    return np.asarray(before - before[heads][np.cumsum(heads) - 1], dtype=np.int64)


def sort_key(*columns: IntArray) -> IntArray:
    """One int64 a row that orders rows as the columns do, the first column counting most; equal rows, equal keys."""
    if not len(columns[0]):
        return np.empty(0, dtype=np.int64)
    lows = [int(c.min()) for c in columns]
    spans = [int(c.max()) - low + 1 for c, low in zip(columns, lows, strict=True)]
    room = 1
    for span in spans:
        room *= span
    if room < 1 << 62:
        key = np.zeros(len(columns[0]), dtype=np.int64)
        for column, low, span in zip(columns, lows, spans, strict=True):
            key *= span
            key += column
            key -= low
        return key
    order = np.lexsort(columns[::-1])
    new = np.zeros(len(order), dtype=np.bool_)
    for column in columns:
        ranked = column[order]
        new[1:] |= ranked[1:] != ranked[:-1]
    key = np.empty(len(order), dtype=np.int64)
    key[order] = np.cumsum(new)
    return key


def range_max(values: IntArray, low: IntArray, high: IntArray) -> IntArray:
    """The largest of values[low:high] for each pair; -1 where that is empty. Values must not be negative."""
    found = np.full(len(low), -1, dtype=np.int64)
    length = high - low
    longest = int(length.max()) if len(length) else 0
    window, span = values, 1
    while span <= longest:
        asked = np.flatnonzero((length >= span) & (length < 2 * span))
        found[asked] = np.maximum(window[low[asked]], window[high[asked] - span])
        window = np.maximum(window[:-span], window[span:])
        span *= 2
    return found


def _any_in(batch: IntArray, mask: BoolArray) -> BoolArray:
    """The mask, made true for all of a batch (those with a batch number) when it is true for one of it."""
    hit = batch[mask & (batch != NONE)]
    return mask if not len(hit) else mask | np.isin(batch, hit)
