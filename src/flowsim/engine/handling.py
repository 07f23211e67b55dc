"""How work is done: waiting lists and who is taken (R8), opening hours (R9), process batches (R11)."""

from __future__ import annotations

from heapq import heappop, heappush

from flowsim.draws import Draws
from flowsim.engine.alarm import DUE, Alarm
from flowsim.engine.branching import NEXT
from flowsim.engine.duties import Where
from flowsim.engine.effort import Effort
from flowsim.engine.parts import Hold, Person, Station, TeamState, Visit
from flowsim.engine.travel import after
from flowsim.engine.writing import NO_WORK
from flowsim.model import Model, at_speed
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind, Via

_REWORK, _QUESTION, _ANSWER = int(Kind.REWORK), int(Kind.QUESTION), int(Kind.ANSWER)
_BACK = int(Via.ANSWER)

Handled = tuple[Visit, int, int, int, int, tuple[int, int, int]]
"""A member of a unit with its turn, read, worked, reading ticks and work by value."""


class Handling(Effort):
    """From the waiting list to the release."""

    __slots__ = ("crew", "team_alarms", "watchful")

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.crew: list[tuple[int, int, int, int]] = []  # rows of Record.crew
        self.watchful = any(any(s.limited) or s.step.same_person for s in self.stations)
        self.watchful = self.watchful or any(cls.patience is not None for cls in model.classes)
        self.team_alarms = [Alarm(self.env, self._team_opens, t) for t in self.plant.teams]
        for person in {person for team in self.plant.teams for person in team.people}:
            person.alarm = Alarm(self.env, self._done, person)

    # -- waiting and being taken (R8, R9) --------------------------------------------------------------------------

    def line_up(self, station: Station, visit: Visit) -> None:
        """Join the waiting list of every team that may take it (R8); the first of a process batch joins for all."""
        visit.assembled = self.now
        if station.crew and visit.kind != _ANSWER:
            self.wait_for_crew(visit)
            return
        for team in self.takers(visit):
            self.join(team, station, visit)

    def takers(self, visit: Visit) -> tuple[TeamState, ...]:
        """The teams in whose lists a visit stands: all that may take it, for an answer the team that is asked."""
        return (self.teams[visit.team],) if visit.kind == _ANSWER else visit.station.takers

    def join(self, team: TeamState, station: Station, visit: Visit) -> None:
        """Join the list of one team, as of when it was assembled."""
        rank: float = 0
        if team.queue != "first in":
            rank = self.rank(station, team, visit)
        team.waiting.add(visit, rank, visit.assembled)  # type: ignore[arg-type]  # whole for ranks, a uniform for lots
        self.team_changed(team)

    def _team_opens(self, alarm: Alarm) -> None:
        self.now = int(self.env.now)
        self.team_changed(alarm.subject)
        self.happened()

    def give_out(self, team: TeamState, now: int) -> None:
        """Free persons, lowest number first, take the first who wait (R8); only while the team is open (R9)."""
        free, line, first_in = team.free, team.line, team.fifo
        if team.always or team.is_open(now):
            if first_in is not None:
                while free and first_in:
                    self.start(team, team.people[heappop(free)], first_in.popleft())
                return
            while free and line:
                visit = team.waiting.take_allowed(self.may_begin)
                if visit is None:
                    break
                self.start(team, team.people[heappop(free)], visit)
        alarm = self.team_alarms[team.index]
        if free and line and not alarm.pending:
            opens = team.next_opening(now)
            if opens < FOREVER:
                alarm.set(opens, now)

    def may_begin(self, visit: Visit) -> bool:
        """R9: nothing is begun within `no_start_within` of closing."""
        limit = self.stations[visit.step].step.no_start_within
        if not limit or visit.kind == _ANSWER:
            return True
        return self.plant.teams[visit.team].time_left(self.now) >= limit

    # -- work (R9, R11) --------------------------------------------------------------------------------------------

    def start(self, team: TeamState, person: Person, visit: Visit) -> None:
        """A person takes up a visit, or a process batch; all that follows is known now, so rows are written now."""
        if visit.kind == _ANSWER:
            self._start_answer(team, person, visit)
            return
        station = visit.station
        request = visit.request
        single = station.single[request.klass]
        if single is None:
            self.start_unit([person], visit)
            return
        # The common case in one go: one task, and nothing between the start and the work.
        now = self.now
        drawn = single.durations
        ordinal = request.ordinal
        if visit.pass_ == 1 and ordinal < len(drawn.first):
            ticks = drawn.first[ordinal]
        else:
            ticks = drawn.at(ordinal, visit.pass_)
        worked = now + ticks if team.always or station.overtime else team.open_times.after(now, ticks)
        rows = self.recorder.plain
        rows.pack_into(
            rows.chunk,
            rows.at,
            request.number,
            visit.number,
            visit.step,
            person.number,
            visit.pass_,
            visit.via,
            visit.in_return,
            visit.from_step,
            visit.transfer_batch,
            visit.sent,
            visit.gathered,
            visit.delivered,
            now,
            worked,
            single.value,
            ticks,
        )
        rows.at += rows.size
        if rows.at == rows.full:
            rows.new_chunk()
        person.last_class = request.klass
        person.last_task = station.first_task
        person.visit = visit
        if worked == now:
            self.took_no_time(visit)
        alarm = person.alarm
        alarm.at = worked
        alarm.callbacks = alarm.ring
        self.schedule_event(alarm, DUE, worked - now)

    def start_unit(self, people: list[Person], first: Visit) -> None:
        """In full: set-up, then each member's turn, reading in, perhaps a question, work; then the release (R11).

        The first of `people` is the visit's person; several work at the pace of the slowest, in the time in which all
        their teams are open (R8).
        """
        now, station, person = self.now, first.station, people[0]
        members = first.members or [first]
        speed = person.speed if len(people) == 1 else min(one.speed for one in people)
        calendar = None if station.overtime else station.times or self.teams[first.team].open_times
        choice = len(station.takers) > 1
        set_up_ticks = self.setting_up(station, people, first)
        set_up = turn = after(calendar, now, at_speed(set_up_ticks, speed))
        handled: list[Handled] = []
        for visit in members:
            visit.team = first.team
            visit.where = Where.HANDS
            if choice and visit.via != _BACK:  # known only now (R8)
                visit.crossing = self._crosses(station, visit)
            reading = self.reading(station, visit)
            values = NO_WORK
            if visit.crossing and self.asks(station, visit):
                visit.kind = _QUESTION
            else:
                values = self.work(station, visit, count=True)
            if speed == 1000:
                read = after(calendar, turn, reading)
                worked = after(calendar, read, values[0] + values[1] + values[2])
            else:
                read = after(calendar, turn, at_speed(reading, speed))
                worked = after(calendar, read, sum(at_speed(ticks, speed) for ticks in values))
            handled.append((visit, turn, read, worked, reading, values))
            turn = worked
        for one in people:
            one.last_class = members[-1].request.klass
            one.last_task = station.first_task
        number = person.numbers[first.team]
        together = station.step.release == "together"
        leaving = []
        for visit, begins, read, worked, reading, values in handled:
            released = turn if together and visit.kind != _QUESTION else worked
            self.write(visit, number, now, set_up, begins, read, worked, released, set_up_ticks, reading, values)
            leaving.append((released, visit))
        leaving.sort(key=lambda member: member[0])
        if len(people) > 1:
            self._write_crew(station, first, people[1:])
        self._occupy(people, leaving)
        person.kept = False
        if station.keeps_people:
            stays = [visit.stay for visit in members if visit.stay is not None]
            hold = Hold(people, len(stays))
            for stay in stays:
                stay.hold = hold
            person.kept = bool(stays)

    def _crosses(self, station: Station, visit: Visit) -> bool:
        """Whether a handoff's rules hold for a move to the team that took the visit, of several that might (R8)."""
        handoff = station.step.handoff
        return handoff is not None and visit.goer is None and (handoff.within_team or visit.from_team != visit.team)

    def _write_crew(self, station: Station, first: Visit, others: list[Person]) -> None:
        """Rows of `Record.crew` for all but the first person: of each team in the step's order so many."""
        left = iter(others)
        own = station.step.people - 1
        for place, (team, count) in enumerate(station.crew):
            for _ in range(own if place == 0 else count):
                self.crew.append((first.request.number, first.number, team.index, next(left).numbers[team.index]))

    def _occupy(self, people: list[Person], leaving: list[tuple[int, Visit]]) -> None:
        """People are at work until the last of them leaves; the first one's alarm rings whenever some do."""
        if leaving[0][0] == self.now:
            self.took_no_time(leaving[0][1])
        person = people[0]
        person.leaving = leaving
        person.crew = people
        person.alarm.set(leaving[0][0], self.now)

    def _done(self, alarm: Alarm) -> None:
        """A visit is released, and the person is free."""
        now = self.now = alarm.at
        person: Person = alarm.subject
        visit = person.visit
        if visit is None:
            self._some_done(person)
            return
        person.visit = None
        team = person.team
        heappush(team.free, person.number)
        onward = visit.station.onward[visit.request.klass]
        if onward is None:
            self.leave(visit)
        else:
            self.send(visit.request, onward, NEXT, team.index, visit.step)
        if self.peek() > now and not self.dirty_gates and not self.unsettled:  # only teams to settle, and at once
            if team.line and not team.dirty:
                self.give_out(team, now)
            if self.dirty_teams:
                self.settle()
        else:
            self.team_changed(team)
            self.happened()

    def _some_done(self, person: Person) -> None:
        """Members of a unit leave; with the last of them the people are free (R11)."""
        now, leaving = self.now, person.leaving
        number = 1
        while number < len(leaving) and leaving[number][0] == now:
            number += 1
        members = leaving[:number]
        person.leaving = leaving[number:]
        people = person.crew
        if person.leaving:
            person.alarm.set(person.leaving[0][0], now)
        if self.watchful:
            self._release_watchfully(person, members)
        else:
            if not person.leaving:
                self.free_people(people)
            for _, visit in members:
                self._release(visit)
        self.happened()

    def _release(self, visit: Visit) -> None:
        if visit.kind <= _REWORK:
            self.leave(visit)
        elif visit.kind == _QUESTION:
            self.ask(visit)
        else:
            self.answered(visit)

    def _release_watchfully(self, person: Person, members: list[tuple[int, Visit]]) -> None:
        """The same where people may stay with what may not go on (R14), or go straight on with it (R8), and customers
        may withdraw (R15).
        """
        last, people = not person.leaving, person.crew
        alone = last and len(members) == len(people) == 1 and members[0][1].process_batch == NONE
        kept = person.kept
        for _, visit in members:
            if visit.request.open is not None:
                visit.request.open.remove(visit)
            if visit.kind == _QUESTION and visit.stay is not None and visit.stay.hold is not None:
                self._let_go(visit)  # it is put down; its place stays
            if alone and visit.kind <= _REWORK:
                visit.goer = person
                self.releasing = visit
            self._release(visit)
            self.releasing = None
        if last and not kept and not (self.going_on and self.going_on[-1][0] is person):
            self.free_people(people)

    def _let_go(self, visit: Visit) -> None:
        """A question leaves the people who handled its unit."""
        assert visit.stay is not None
        hold, visit.stay.hold = visit.stay.hold, None
        assert hold is not None
        hold.left -= 1
        if not hold.left:
            self.free_people(hold.people)

    def _start_answer(self, team: TeamState, person: Person, answer: Visit) -> None:
        """A person of the team that is asked works out the answer."""
        now = self.now
        ticks = self.answer_ticks(answer)
        worked = team.open_times.after(now, at_speed(ticks, person.speed))
        answer.where = Where.HANDS
        person.kept = False
        number = person.numbers[team.index]
        self.write(answer, number, now, now, now, now, worked, worked, 0, 0, (0, 0, ticks))
        self._occupy([person], [(worked, answer)])

    # -- writing down ----------------------------------------------------------------------------------------------

    def write_waiting(self) -> None:
        """The visits that nobody has taken up when the run ends: what has not come is FOREVER, cut off later."""
        waiting = [visit for gate in self.plant.gates for visit in gate.visits()]
        waiting += [caller[4] for station in self.stations for door in station.doors for caller in door]
        listed = {visit: None for team in self.plant.teams for visit in team.waiting.visits()}
        waiting += [member for visit in listed for member in visit.members or [visit]]
        for courier in self.couriers:
            for visit in courier.subject:
                if visit.kind == _ANSWER:
                    self.write_asked(visit, self.answer_ticks(visit), courier.at)
                else:
                    waiting.append(visit)
        waiting += [member for visit in self.waiting_for_crews() for member in visit.members or [visit]]
        for visit in waiting:
            self.write_untaken(visit, FOREVER)
