"""The ground of every check of the audit: visits and their neighbours, units of work, and who is at work on what."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from flowsim.metrics.audit_arrays import IntArray, group_rows, united
from flowsim.metrics.audit_units import Takings, Units, takings_of, units_of
from flowsim.metrics.audit_visits import Visits
from flowsim.metrics.audit_ways import Moves
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE


class Ground(Visits):
    """One record under audit, with what is derived from it once."""

    @cached_property
    def moves(self) -> Moves:
        """Every move that some draw could bring about."""
        return Moves(self.model, self.ways, self.record.outcomes)

    @cached_property
    def units(self) -> Units:
        """Every unit that ever joined a team's waiting list."""
        return units_of(self)

    @cached_property
    def takings(self) -> Takings:
        """Who was at work on what."""
        return takings_of(self, self.units)

    @cached_property
    def list_units(self) -> list[IntArray]:
        """By team: the units of work for one person in its waiting list, positions in `units`; a unit that several may
        take stands in the lists of all of them (R8)."""
        units = self.units
        team = units.team if not units.several.any() else np.where(units.several, NONE, units.team)
        found = group_rows(team, len(self.model.teams))
        shared = np.flatnonzero(self.of_step([len(takers) > 1 for takers in self.takers])[units.first])
        if not len(shared):
            return found
        for index in range(len(found)):
            mine = [index in takers for takers in self.takers]
            found[index] = np.union1d(found[index], shared[self.of_step(mine)[units.first[shared]]])
        return found

    @cached_property
    def team_begun(self) -> list[IntArray]:
        """By team: the units that its people took up, work for several among them."""
        started = self.units.started
        return [own[started[own] < FOREVER] for own in group_rows(self.units.team, len(self.model.teams))]

    @cached_property
    def pending(self) -> list[IntArray]:
        """By step for several people: its units, positions in `units`; no other step has any."""
        units = self.units
        step = np.where(units.several, self.v["step"][units.first], NONE)
        return group_rows(step, len(self.model.steps))

    @cached_property
    def team_takings(self) -> list[IntArray]:
        """By team: the takings of everybody who belongs to it, wherever he was at work."""
        takings, staff = self.takings, self.staff
        if all(staff.alone):
            return group_rows(takings.team, len(self.model.teams))
        return [np.flatnonzero(np.isin(takings.who, staff.people(t))) for t in range(len(self.model.teams))]

    @cached_property
    def away(self) -> list[tuple[IntArray, IntArray]]:
        """By person: when he is away (R10): begins and ends, ascending and apart."""
        away = self.record.away
        who = self.staff.who[away["team"], away["person"]]
        return [united(away["begins"][own], away["ends"][own]) for own in group_rows(who, self.staff.count)]

    @cached_property
    def someone_away(self) -> bool:
        """Whether anybody is ever away (R10)."""
        return bool(len(self.record.away["team"]))

    def at_home(self, team: int) -> IntArray:
        """The people who have this team as their home."""
        staff = self.staff
        return staff.people(team)[~staff.helps[team, : staff.size[team]]]

    @cached_property
    def rivals(self) -> list[set[int]]:
        """By team: the teams for whose work for several people may be kept whom it could have: those that share people
        with it and, where people may be away, those that share people with a home of its people, for of a home only as
        many are at work at once as are there (R10)."""
        staff = self.staff
        found = [set(teams) for teams in staff.sharing]
        if self.someone_away:
            for team, own in enumerate(found):
                for home in {staff.teams[one][0] for one in staff.people(team).tolist()}:
                    own.update(staff.sharing[home])
        return found

    def away_of(self, people: IntArray) -> tuple[IntArray, IntArray]:
        """When each of these people is away: begins and ends, in no order."""
        own = [self.away[who] for who in people.tolist()] if self.someone_away else []
        if not own:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        return np.concatenate([begins for begins, _ in own]), np.concatenate([ends for _, ends in own])
