"""Who is away when (R10): whole days of absence, and hours spent on something else than this process.

Days and hours are those of the clock, counted from the midnight before the run's start. Each is one keyed draw (R4) per
person: of an anonymous one by his number in the team, of a named one by his name, with the chances of his home team,
also where he helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws, Uniforms
from flowsim.model import Model, Team
from flowsim.model.calendar import DAY, HOUR
from flowsim.record.contract import AWAY_COLUMNS, Column, empty


class Hours:
    """One person's days of absence and hours elsewhere."""

    def __init__(self, draws: Draws, home: Team, word: str) -> None:
        self._absence = home.absence
        self._presence = home.presence
        self._absent: Uniforms | None = draws.uniforms(f"absence of {home.name}", word) if home.absence > 0 else None
        self._there: Uniforms | None = draws.uniforms(f"presence of {home.name}", word) if home.presence < 1 else None

    @property
    def unit(self) -> int:
        """How long what is drawn lasts, in ticks: a day, an hour, or 0 when nothing is drawn: he is always there."""
        if self._there is not None:
            return HOUR
        return DAY if self._absent is not None else 0

    def away(self, since_midnight: int) -> bool:
        """Whether he is away at that many ticks after the midnight before the start."""
        if self._absent is not None and self._absent.at(since_midnight // DAY) < self._absence:
            return True
        return self._there is not None and self._there.at(since_midnight // HOUR) >= self._presence

    def away_units(self, count: int) -> npt.NDArray[np.bool_]:
        """For the first `count` units whether he is away in them: (count,)."""
        away = np.zeros(count, dtype=np.bool_)
        if self._absent is not None:
            days = DAY // self.unit
            away |= np.repeat(_first(self._absent, -(-count // days)) < self._absence, days)[:count]
        if self._there is not None:
            away |= _first(self._there, count) >= self._presence
        return away


class Presence:
    """Who of one team is away when: quick for instants near the last one asked.

    `since_midnight`: ticks from the midnight before the start to the start; `at_home`: the numbers of its people who
    have this team as their home, ascending.
    """

    def __init__(self, people: Sequence[Hours], at_home: tuple[int, ...], since_midnight: int) -> None:
        self._people = people
        self.at_home = at_home
        self._offset = since_midnight
        self._unit = min(person.unit for person in people if person.unit)
        self._begins = self._ends = 0
        self._away: list[bool] = []
        self._present = 0

    def away(self, person: int, t: int) -> bool:
        """Whether the person of that number is away at t."""
        if not self._begins <= t < self._ends:
            self._look(t)
        return self._away[person]

    def present(self, t: int) -> int:
        """How many of those at home in the team are there at t."""
        if not self._begins <= t < self._ends:
            self._look(t)
        return self._present

    def next_change(self, t: int) -> int:
        """The next instant after t at which somebody may come or go: a midnight, or a full hour."""
        if not self._begins <= t < self._ends:
            self._look(t)
        return self._ends

    def intervals(self, person: int, until: int) -> tuple[Column, Column]:
        """When he is away within [0, until): instants at which that begins and ends, ascending and apart."""
        unit = self._people[person].unit
        if not unit:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        away = self._people[person].away_units(-(-(until + self._offset) // unit))
        away[: self._offset // unit] = False  # before the start
        edges = np.flatnonzero(np.diff(away.astype(np.int8), prepend=0, append=0))
        instants = np.clip(edges.astype(np.int64) * unit - self._offset, 0, until)
        return instants[::2], instants[1::2]

    def _look(self, t: int) -> None:
        """Who is away in the day or hour that holds t."""
        since_midnight = (t + self._offset) // self._unit * self._unit
        self._begins = since_midnight - self._offset
        self._ends = self._begins + self._unit
        self._away = [person.away(since_midnight) for person in self._people]
        self._present = sum(not self._away[number] for number in self.at_home)


def presences(model: Model, draws: Draws) -> list[Presence | None]:
    """By team: who of it is away when; None where nobody ever is."""
    start = datetime.fromisoformat(model.start)
    offset = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)) // timedelta(milliseconds=1)
    named = {person.name: Hours(draws, model.team(person.teams[0]), person.name) for person in model.people}
    found: list[Presence | None] = []
    for team in model.teams:
        staff = model.staff(team.name)
        people = [
            Hours(draws, team, f"person {number}") if person is None else named[person.name]
            for number, person in enumerate(staff)
        ]
        if any(person.unit for person in people):
            at_home = tuple(n for n, person in enumerate(staff) if person is None or person.teams[0] == team.name)
            found.append(Presence(people, at_home, offset))
        else:
            found.append(None)
    return found


def away_columns(found: Sequence[Presence | None], ended_at: int) -> dict[str, Column]:
    """`Record.away` for what `presences` gave: each person under his home team, within [0, ended_at)."""
    rows: list[Column] = []
    for index, presence in enumerate(found):
        if presence is None:
            continue
        for number in presence.at_home:
            begins, ends = presence.intervals(number, ended_at)
            same = np.ones(len(begins), dtype=np.int64)
            rows.append(np.stack([index * same, number * same, begins, ends]))
    if not rows:
        return empty(AWAY_COLUMNS)
    return dict(zip(AWAY_COLUMNS, np.concatenate(rows, axis=1), strict=True))


def _first(uniforms: Uniforms, count: int) -> npt.NDArray[np.float64]:
    """The first so many of these uniforms."""
    uniforms.at(max(count - 1, 0))
    return np.array(uniforms.first[:count], dtype=np.float64)
