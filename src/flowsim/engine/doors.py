"""Limits on the work in process (R14): who waits for a place, who gets it, and what is kept meanwhile."""

from __future__ import annotations

from bisect import insort

from flowsim.draws import Draws
from flowsim.engine.deadlock import find_deadlock
from flowsim.engine.duties import Where
from flowsim.engine.parts import Caller, Limit, Station, Stay, Visit
from flowsim.engine.travel import Travel
from flowsim.model import Model

HOLDING, INSIDE, OUTSIDE = 0, 1, 2
"""Those who wait at a step, in `Station.doors`."""


class Doors(Travel):
    """From the delivery to the admission, and on to the process batch or the waiting list."""

    __slots__ = ("newly_holding",)

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.newly_holding = False  # somebody came to wait who keeps a place: the one way into a deadlock

    def deliver(self, station: Station, visit: Visit) -> None:
        """Reached the team: it waits for its place, which is given out when the instant is settled, if it needs any."""
        now = visit.delivered = visit.admitted = self.now
        if station.plain[visit.request.klass] and station.process is None and visit.came_from is None:  # the short way
            line = station.team.fifo
            if line is not None and not (line and line[-1].assembled == now):
                visit.where, visit.assembled = Where.LINE, now
                line.append(visit)
                if not station.team.dirty:
                    self.team_changed(station.team)
                return
        if not station.limited[visit.request.klass]:
            if visit.came_from is not None:
                self.give_back(visit.came_from)
                visit.came_from = None
            self.admitted(station, visit)
            return
        visit.where = Where.DOOR
        request, before = visit.request, visit.came_from
        if before is not None:
            before.next.append(visit)
            self.newly_holding = True
        insort(station.doors[_door(visit)], (request.priority, self.now, request.number, visit.order, visit))
        self.open_door()

    def admitted(self, station: Station, visit: Visit) -> None:
        """It has its place: into the process batch's gate (R11), straight onto the list, or on with who brought it."""
        now = visit.admitted = self.now
        line = station.team.fifo
        if visit.goer is not None:
            visit.where, visit.assembled = Where.LINE, now
        elif station.process is not None:
            visit.where = Where.GATHER
            if station.process.join(visit, now):
                self.gate_changed(station.process)
        elif line is not None and not (
            line and line[-1].assembled == now and line[-1].request.number >= visit.request.number
        ):
            visit.where, visit.assembled = Where.LINE, now
            line.append(visit)
            if not station.team.dirty:
                self.team_changed(station.team)
        else:
            visit.where = Where.LINE
            self.line_up(station, visit)

    def settle_doors(self, now: int) -> None:
        """Places are given out from the customer's side, until nobody can enter any more: steps from the last to the
        first, within a step by (priority, delivered, request number, branch), whoever finds room.
        """
        while (found := self._next_to_enter()) is not None:
            station, caller = found
            visit = caller[4]
            station.doors[_door(visit)].remove(caller)
            self._admit(station, visit)
        if self.newly_holding:
            self.newly_holding = False
            error = find_deadlock(self.stations, now)
            if error is not None:
                raise error

    def _next_to_enter(self) -> tuple[Station, Caller] | None:
        """Of those who find room the one at the step nearest the customer."""
        for station in reversed(self.stations):
            caller = self._first_to_enter(station)
            if caller is not None:
                return station, caller
        return None

    def _first_to_enter(self, station: Station) -> Caller | None:
        """The first at the door of a step who finds room in all that he needs. Those who hold nothing need the same, so
        the first of them stands for all.
        """
        found = [door[0] for door in station.doors[INSIDE:] if door and self._room(station, door[0][4])]
        for caller in station.doors[HOLDING]:
            if self._room(station, caller[4]):
                found.append(caller)
                break
        return min(found) if found else None

    def _room(self, station: Station, visit: Visit) -> bool:
        """Whether there is a place in every limit that the visit needs and does not hold."""
        whole = self.plant.limit
        if whole is not None and not visit.request.inside and whole.used >= whole.size:
            return False
        held = held_limits(visit)
        return all(limit.used < limit.size or limit in held for limit in station.limits)

    def _admit(self, station: Station, visit: Visit) -> None:
        """It takes its places, and what it kept until now is given back."""
        whole, request = self.plant.limit, visit.request
        if whole is not None and not request.inside:
            whole.used += 1
            request.inside = True
        before = visit.came_from
        held = held_limits(visit)
        stay = visit.stay = Stay(visit, station.limits)
        for limit in station.limits:
            if limit in held:
                assert before is not None
                del limit.holders[before]
            else:
                limit.used += 1
            limit.holders[stay] = None
        if before is not None:
            before.limits = tuple(limit for limit in before.limits if limit not in held or limit not in station.limits)
            before.next.remove(visit)
            visit.came_from = None
            self.give_back(before)
        self.admitted(station, visit)

    def give_back(self, stay: Stay) -> None:
        """One of the visits that follow a stay needs its places no longer; after the last of them they are free, and so
        are the people who were kept.
        """
        stay.left -= 1
        if stay.left:
            return
        for limit in stay.limits:
            limit.used -= 1
            del limit.holders[stay]
        self.open_door()
        hold = stay.hold
        if hold is not None:
            hold.left -= 1
            if not hold.left:
                self.free_people(hold.people)

    def give_all_back(self, stay: Stay | None) -> None:
        """Nothing follows a stay any more: the journey has ended."""
        if stay is not None:
            stay.left = 1
            self.give_back(stay)

    def go_out(self, visit: Visit) -> None:
        """A visit that waits for a place waits no longer: its customer withdrew (R15)."""
        self.turn_away(visit)
        if visit.came_from is not None:
            self.give_back(visit.came_from)
            visit.came_from = None

    def turn_away(self, visit: Visit) -> None:
        """Out of the door again, with what it holds."""
        door = visit.station.doors[_door(visit)]
        del door[next(place for place, caller in enumerate(door) if caller[4] is visit)]
        if visit.came_from is not None:
            visit.came_from.next.remove(visit)


def _door(visit: Visit) -> int:
    if visit.came_from is not None:
        return HOLDING
    return INSIDE if visit.request.inside else OUTSIDE


def held_limits(visit: Visit) -> tuple[Limit, ...]:
    """The limits in which a visit that waits holds a place it can take along: those of the stay before it, unless other
    branches still need that.
    """
    before = visit.came_from
    return before.limits if before is not None and before.left == 1 else ()
