"""Who of the people had what in hand when (R8–R11, R14): one row for each person and each thing he took up.

A thing taken up is a visit or a process batch. A named person is one and the same in all teams that he serves; his home
is the first of them. All instants in ticks, seen at `Frame.now`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.crews import crew_visits
from flowsim.metrics.frame import Frame, IntArray
from flowsim.model import Model
from flowsim.record import NONE, Kind

ANY_TIME = -1
"""The index of the hours of work that goes on when everybody else has gone home (R9 `finish`)."""


class People:
    """The people of a model by a number of their own: each once, whatever the teams he serves.

    `home` is the index of everybody's home team, int64, one a person; `serves` the indices of his teams, home first.
    """

    def __init__(self, model: Model) -> None:
        index = {team.name: i for i, team in enumerate(model.teams)}
        named = {person.name: i for i, person in enumerate(model.people)}
        anonymous = sum(team.people for team in model.teams)
        home: list[int] = []
        numbers: list[int] = []
        firsts: list[int] = []
        for i, team in enumerate(model.teams):
            firsts.append(len(numbers))
            numbers += range(len(home), len(home) + team.people)
            home += [i] * team.people
            numbers += [anonymous + named[person.name] for person in model.staff(team.name) if person is not None]
        homes = [index[person.teams[0]] for person in model.people]
        self.home: IntArray = np.array([*home, *homes], dtype=np.int64)
        self.serves = (
            *((i,) for i in home),
            *(tuple(index[name] for name in person.teams) for person in model.people),
        )
        self._first: IntArray = np.array(firsts, dtype=np.int64)
        self._numbers: IntArray = np.array(numbers, dtype=np.int64)

    def of(self, team: IntArray, person: IntArray) -> IntArray:
        """Who is the person of that number in that team, as in the Record: int64, same shape."""
        found: IntArray = self._numbers[self._first[team] + person]
        return found

    @property
    def size(self) -> int:
        """How many people there are."""
        return int(self.home.size)


@dataclass(frozen=True)
class Stints:
    """One row for each person and each thing he took up; int64.

    `unit` is the thing, `person` and `home` who and of which team. In hand from `began` to `free`, of which the work
    ends at `done`: after that he is kept, because what he finished has no room to go on (R14 `blocking: person`).
    `hours` says when work goes on: an index into `calendars`, which must all be open, or ANY_TIME.

    `first` is for each unit the row of its first member, `unit_of` for each visit its unit (NONE: not taken up).
    """

    people: People
    unit: IntArray
    person: IntArray
    home: IntArray
    began: IntArray
    done: IntArray
    free: IntArray
    hours: IntArray
    calendars: list[tuple[str, ...]]
    first: IntArray
    unit_of: IntArray


def stints_of(frame: Frame) -> Stints:
    """All that people took up, in order of (unit, person): first the visit's person, then the rest of the crew (R8)."""
    people = People(frame.model)
    visits = frame.visits
    first, unit_of = _units(frame)
    done, free = _done(frame, first, unit_of), frame.let_go[first]
    hours, calendars = _hours(frame, first)
    crew_unit, crew_person = _crew(frame, people, unit_of)
    unit = np.concatenate([np.arange(first.size), crew_unit])
    person = np.concatenate([people.of(visits["team"][first], visits["person"][first]), crew_person])
    if crew_unit.size:
        order = np.argsort(unit, kind="stable")
        unit, person = unit[order], person[order]
    return Stints(
        people=people,
        unit=unit,
        person=person,
        home=people.home[person],
        began=frame.at["started"][first][unit],
        done=done[unit],
        free=free[unit],
        hours=hours[unit],
        calendars=calendars,
        first=first,
        unit_of=unit_of,
    )


def _units(frame: Frame) -> tuple[IntArray, IntArray]:
    """What was taken up: the row of each unit's first member, and for each visit its unit."""
    visits = frame.visits
    taken = frame.taken_up & (visits["team"] != NONE) & (visits["person"] != NONE)
    unit_of = np.full(frame.n_visits, NONE, dtype=np.int64)
    single = np.flatnonzero(taken & (visits["process_batch"] == NONE))
    members = np.flatnonzero(taken & (visits["process_batch"] != NONE))
    unit_of[single] = np.arange(single.size)
    _, first, batch = np.unique(visits["process_batch"][members], return_index=True, return_inverse=True)
    unit_of[members] = single.size + batch
    return np.concatenate([single, members[first]]), unit_of


def _crew(frame: Frame, people: People, unit_of: IntArray) -> tuple[IntArray, IntArray]:
    """The unit and the person of each row of Record.crew whose visit was taken up."""
    crew = frame.record.crew
    if not crew["request"].size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    unit = unit_of[crew_visits(frame)]
    known = unit != NONE
    return unit[known], people.of(crew["team"], crew["person"])[known]


def _hours(frame: Frame, first: IntArray) -> tuple[IntArray, list[tuple[str, ...]]]:
    """For each unit when work on it goes on, as an index of calendars that must all be open (R8, R9)."""
    calendars, of_visits = frame.visit_calendars
    return np.where(frame.finishes[first], ANY_TIME, of_visits[first]), calendars


def _done(frame: Frame, first: IntArray, unit_of: IntArray) -> IntArray:
    """When the work on each unit ends: that on the last of its members; for a question when it is asked (R12)."""
    members = np.flatnonzero(unit_of != NONE)
    ends = np.where(frame.is_kind(Kind.QUESTION), frame.at["read"], frame.at["worked"])[members]
    found = np.zeros(first.size, dtype=np.int64)
    np.maximum.at(found, unit_of[members], ends)
    return found
