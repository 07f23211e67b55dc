"""What people take up in one go (R8, R11), who is at work on it, and when they are free again (R14)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, any_in, coming, sort_key
from flowsim.metrics.audit_visits import Visits
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE


@dataclass(frozen=True)
class Units:
    """What is taken up in one go (R8, R11): a visit, or a process batch. Arrays have one element a unit.

    `members` are rows of visits, unit after unit, in order of handling; unit k's begin at `begins[k]`, `size[k]` of
    them; `first` is the row of the first. Who withdrew from a batch is no member of it, but when all did (R15); `lost`
    says whether somebody did. `joined` the waiting list, `left` it to be taken up or because the customer withdrew.
    `started` … `ended` is the work, to the end of the last member's; `freed` is when its people are free again (R14).
    `several`: work for several people; `straight`: whoever did the step before went straight on (R8). Instants that
    have not come are FOREVER.
    """

    members: IntArray
    begins: IntArray
    size: IntArray
    first: IntArray
    team: IntArray
    person: IntArray
    joined: IntArray
    left: IntArray
    started: IntArray
    ended: IntArray
    freed: IntArray
    several: BoolArray
    straight: BoolArray
    lost: BoolArray


def units_of(visits: Visits) -> Units:
    """Every unit that ever joined a team's waiting list; one whose customer withdrew before joined and left at once."""
    v = visits.v
    listed = (v["team"] != NONE) & (v["assembled"] != NONE)
    batched = listed & (v["process_batch"] != NONE)
    cut = visits.is_withdrawn
    members = np.flatnonzero(listed & ~batched)
    size = np.ones(len(members), dtype=np.int64)
    number = np.full(len(members), NONE, dtype=np.int64)
    if batched.any():
        if cut.any():
            batched &= ~cut | ~any_in(v["process_batch"], batched & ~cut)
        rows = np.flatnonzero(batched)
        rows = rows[np.lexsort((visits.request[rows], v["admitted"][rows], v["process_batch"][rows]))]
        of_row = v["process_batch"][rows]
        heads = np.flatnonzero(np.append(True, of_row[1:] != of_row[:-1]))
        members = np.concatenate([members, rows])
        size = np.concatenate([size, np.diff(np.append(heads, len(rows)))])
        number = np.concatenate([number, of_row[heads]])
    begins = np.cumsum(size) - size
    first = members[begins]
    begun = visits.begun[first]
    started = np.where(begun, v["started"][first], FOREVER)
    left = np.where(cut[first], _most(v["released"], members, begins), started) if cut.any() else started
    ended = np.where(begun, _most(coming(v["worked"]), members, begins), FOREVER)
    lost = np.isin(number, v["process_batch"][cut & (v["process_batch"] != NONE)]) & (number != NONE)
    return Units(
        members,
        begins,
        size,
        first,
        v["team"][first],
        v["person"][first],
        v["assembled"][first],
        left,
        started,
        ended,
        np.maximum(ended, _most(_kept_until(visits), members, begins)),
        visits.of_step([step.several for step in visits.model.steps])[first],
        visits.straight[first],
        lost,
    )


def _most(value: IntArray, members: IntArray, begins: IntArray) -> IntArray:
    """The largest value of each unit's members."""
    found: IntArray = value[members]
    return found if len(begins) == len(members) else np.maximum.reduceat(found, begins)


def _kept_until(visits: Visits) -> IntArray:
    """Until when each visit keeps its people after its release, since it may not yet go on (R14); else NONE."""
    kept = np.full(visits.visits, NONE, dtype=np.int64)
    keeps = visits.of_step([step.blocking == "person" for step in visits.model.steps]) & visits.is_work
    if keeps.any():
        origin = visits.origin
        rows = np.flatnonzero((origin != NONE) & ~visits.travels)
        rows = rows[keeps[origin[rows]]]
        np.maximum.at(kept, origin[rows], coming(visits.v["admitted"][rows]))
    return kept


@dataclass(frozen=True)
class Takings:
    """Who was at work on what. One element for each person on each unit that was taken up: the unit, the team and the
    person's number in it as recorded, `who` he is (NOBODY if there is no such person), from when until when. Sorted by
    person and time, what takes no time first.
    """

    unit: IntArray
    team: IntArray
    number: IntArray
    who: IntArray
    started: IntArray
    freed: IntArray


def takings_of(visits: Visits, units: Units) -> Takings:
    """All takings of a record: each unit's person, and those of `Record.crew` besides."""
    unit = np.flatnonzero(units.started < FOREVER)
    team, number = units.team[unit], units.person[unit]
    crew = visits.record.crew
    if len(crew["request"]):
        row = visits.first_row[crew["request"]] + crew["visit"] - 1
        by_row = np.full(visits.visits, NONE, dtype=np.int64)
        by_row[units.first] = np.arange(len(units.first))
        also = by_row[row]
        some = np.flatnonzero(also != NONE)
        some = some[units.started[also[some]] < FOREVER]
        unit = np.concatenate([unit, also[some]])
        team = np.concatenate([team, crew["team"][some]])
        number = np.concatenate([number, crew["person"][some]])
    who = visits.staff.who[team, number]
    started, freed = units.started[unit], units.freed[unit]
    order = np.argsort(sort_key(who, 2 * started + (freed > started)), kind="stable")
    return Takings(unit[order], team[order], number[order], who[order], started[order], freed[order])
