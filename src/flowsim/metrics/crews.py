"""Who was at work on what (R8): all people of a visit, how fast they were, and what it took of their time.

A visit names its person; everybody else who was at work on it is in the Record's crew, of a process batch at its first
member.
"""

from __future__ import annotations

import numpy as np

from flowsim.metrics.frame import Frame, IntArray, sum_by
from flowsim.model import Model
from flowsim.record import NONE

USUAL = 1000
"""The usual speed, in thousandths."""


def crew_visits(frame: Frame) -> IntArray:
    """For each row of the Record's crew the row of its visit."""
    crew, visits = frame.record.crew, frame.visits
    most = 1 + int(max(visits["visit"].max(initial=0), crew["visit"].max(initial=0)))
    keys = visits["request"] * most + visits["visit"]  # ascending: rows are sorted by both
    found: IntArray = np.searchsorted(keys, crew["request"] * most + crew["visit"])
    return found


def members(frame: Frame) -> tuple[IntArray, IntArray]:
    """(row of the visit, row of the crew) for everybody else at work on each visit; members of a process batch have all
    of its crew.
    """
    rows = crew_visits(frame)
    batch = frame.visits["process_batch"]
    own = batch[rows] == NONE
    alone, together = np.flatnonzero(own), np.flatnonzero(~own)
    batched = np.flatnonzero(frame.taken_up & (batch != NONE))
    batched = batched[np.argsort(batch[batched], kind="stable")]
    first = np.searchsorted(batch[batched], batch[rows[together]], side="left")
    size = np.searchsorted(batch[batched], batch[rows[together]], side="right") - first
    within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    visit = np.concatenate([rows[alone], batched[np.repeat(first, size) + within]])
    return visit, np.concatenate([alone, np.repeat(together, size)])


def speeds(frame: Frame) -> IntArray:
    """At what speed each visit was worked on, in thousandths of the usual: that of the slowest of its people."""
    found = np.full(frame.n_visits, USUAL, dtype=np.int64)
    model = frame.model
    if not model.people:
        return found
    of_person = np.array([p.speed if p else USUAL for team in model.teams for p in model.staff(team.name)])
    start = first_numbers(model)
    rows = np.flatnonzero(frame.taken_up & (frame.visits["person"] != NONE))
    found[rows] = of_person[start[frame.visits["team"][rows]] + frame.visits["person"][rows]]
    if len(frame.record.crew["request"]):
        visit, crew = members(frame)
        team, person = (frame.record.crew[c][crew] for c in ("team", "person"))
        np.minimum.at(found, visit, of_person[start[team] + person])
    return found


def head_counts(frame: Frame) -> IntArray:
    """How many people were at work on each visit; 0 when nobody had taken it up, and for the customer's own."""
    found: IntArray = (frame.taken_up & (frame.visits["person"] != NONE)).astype(np.int64)
    if len(frame.record.crew["request"]):
        visit, _ = members(frame)
        found += sum_by(visit, np.ones(visit.size), frame.n_visits)
    return found


def people_ticks(frame: Frame, at_work: IntArray, setup: IntArray) -> IntArray:
    """What each visit took of people's time, in ticks: of everybody at work on it, and of the set-up of a process batch
    an even share (the remainder with the first of its members). `at_work` is the time in which somebody was at work on
    the visit (`ledger.person_ticks`), `setup` its part of that name.
    """
    share = setup.copy()
    batch = frame.visits["process_batch"]
    rows = np.flatnonzero(frame.taken_up & (batch != NONE))
    if rows.size:
        rows = rows[np.argsort(batch[rows], kind="stable")]
        heads = np.flatnonzero(np.diff(batch[rows], prepend=NONE))
        size = np.diff(heads, append=rows.size)
        place = np.arange(rows.size) - np.repeat(heads, size)
        size = np.repeat(size, size)
        share[rows] = setup[rows] // size + (place < setup[rows] % size)
    whole: IntArray = (at_work - setup + share) * head_counts(frame)
    return whole


def first_numbers(model: Model) -> IntArray:
    """By team how many people stand before its own when those of all teams are counted through."""
    sizes = [len(model.staff(team.name)) for team in model.teams]
    return np.cumsum([0, *sizes])[:-1]


def identities(model: Model) -> IntArray:
    """For the people of all teams, counted through, a number that is the same for the same person: one with a name who
    helps in other teams is one person (R8).
    """
    known: dict[object, int] = {}
    found = []
    for team in model.teams:
        for number, person in enumerate(model.staff(team.name)):
            who = person.name if person else (team.name, number)
            found.append(known.setdefault(who, len(known)))
    return np.array(found, dtype=np.int64)
