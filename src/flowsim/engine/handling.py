"""How work is done: waiting lists and who is taken (R8), opening hours (R9), process batches (R11), questions (R12)."""

from __future__ import annotations

from heapq import heappop, heappush

from flowsim.draws import Draws
from flowsim.engine.alarm import DUE, Alarm
from flowsim.engine.parts import Person, Station, TeamState, Visit
from flowsim.engine.travel import NEXT, Travel, after
from flowsim.engine.writing import NO_WORK
from flowsim.model import Model
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind, Via

_WORK, _REWORK, _QUESTION, _ANSWER = (int(k) for k in Kind)
_ASKED, _BACK = int(Via.QUESTION), int(Via.ANSWER)

Handled = tuple[Visit, int, int, int, int, tuple[int, int, int]]
"""A member of a unit with its turn, read, worked, reading ticks and work by value."""


class Handling(Travel):
    """From the waiting list to the release."""

    __slots__ = ("team_alarms",)

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.team_alarms = [Alarm(self.env, self._team_opens, t) for t in self.plant.teams]
        for team in self.plant.teams:
            for person in team.people:
                person.alarm = Alarm(self.env, self._done, person)

    # -- waiting and being taken (R8, R9) --------------------------------------------------------------------------

    def line_up(self, station: Station, visit: Visit) -> None:
        """Join the team's waiting list (R8); the first of a process batch joins for all."""
        now = visit.assembled = self.now
        team = station.team
        rank: float = 0
        if team.queue != "first in":
            rank = self._rank(station, team, visit)
        team.waiting.add(visit, rank, now)  # type: ignore[arg-type]  # whole for ranks, a uniform for lots
        self.team_changed(team)

    def _rank(self, station: Station, team: TeamState, visit: Visit) -> float:
        """What the team's discipline looks at (R8)."""
        members = visit.members or [visit]
        if team.queue == "last in":
            return -self.now
        if team.queue == "due date":
            return min(member.request.due for member in members)
        if team.queue == "shortest":
            return sum(self._content(station, member) for member in members)
        return self._lot(station, visit)

    def _lot(self, station: Station, visit: Visit) -> float:
        """The lot of a random queue: one for answers, one for each time a request joins with its own work."""
        request = visit.request
        if visit.kind == _ANSWER:
            lots = self.stations[visit.asked].answer_lots
            turn = visit.pass_
        else:
            lots = station.lots
            turn = 2 * visit.pass_ - int(visit.via != _BACK)
        assert lots is not None
        return lots[request.klass].at(request.ordinal, turn)

    def _content(self, station: Station, visit: Visit) -> int:
        """Reading in and work that a visit needs, for the shortest-first queue."""
        if visit.kind == _ANSWER:
            return self._answer_ticks(visit)
        return self._reading(station, visit) + sum(self._work(station, visit, count=False))

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
                    self._start(team, team.people[heappop(free)], first_in.popleft())
                return
            while free and line:
                visit = team.waiting.take_allowed(self._may_begin)
                if visit is None:
                    break
                self._start(team, team.people[heappop(free)], visit)
        alarm = self.team_alarms[team.index]
        if free and line and not alarm.pending:
            opens = team.next_opening(now)
            if opens < FOREVER:
                alarm.set(opens, now)

    def _may_begin(self, visit: Visit) -> bool:
        """R9: nothing is begun within `no_start_within` of closing."""
        limit = self.stations[visit.step].step.no_start_within
        if not limit or visit.kind == _ANSWER:
            return True
        return self.plant.teams[visit.team].time_left(self.now) >= limit

    # -- work (R9, R11) --------------------------------------------------------------------------------------------

    def _start(self, team: TeamState, person: Person, visit: Visit) -> None:
        """A person takes up a visit, or a process batch; all that follows is known now, so rows are written now."""
        if visit.kind == _ANSWER:
            self._start_answer(team, person, visit)
            return
        station = visit.station
        request = visit.request
        single = station.single[request.klass]
        if single is None:
            self._start_unit(team, person, station, visit)
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
        person.visit = visit
        if worked == now:
            self.took_no_time(visit)
        alarm = person.alarm
        alarm.at = worked
        alarm.callbacks = alarm.ring
        self.schedule_event(alarm, DUE, worked - now)

    def _start_unit(self, team: TeamState, person: Person, station: Station, first: Visit) -> None:
        """In full: set-up, then each member's turn, reading in, perhaps a question, work; then the release (R11)."""
        now = self.now
        members = first.members or [first]
        calendar = None if station.overtime else team.open_times
        set_up_ticks = self._setting_up(station, person, first)
        set_up = turn = after(calendar, now, set_up_ticks)
        handled: list[Handled] = []
        for visit in members:
            reading = self._reading(station, visit)
            read = after(calendar, turn, reading)
            values = NO_WORK
            if visit.crossing and self._asks(station, visit):
                visit.kind = _QUESTION
            else:
                values = self._work(station, visit, count=True)
            worked = after(calendar, read, sum(values))
            handled.append((visit, turn, read, worked, reading, values))
            turn = worked
        person.last_class = members[-1].request.klass
        together = station.step.release == "together"
        leaving = []
        for visit, begins, read, worked, reading, values in handled:
            released = turn if together and visit.kind != _QUESTION else worked
            self.write(visit, person.number, now, set_up, begins, read, worked, released, set_up_ticks, reading, values)
            leaving.append((released, visit))
        leaving.sort(key=lambda member: member[0])
        self._occupy(person, leaving)

    def _occupy(self, person: Person, leaving: list[tuple[int, Visit]]) -> None:
        """The person is at work until the last of them leaves; his alarm rings whenever some do."""
        if leaving[0][0] == self.now:
            self.took_no_time(leaving[0][1])
        person.leaving = leaving
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
        if self.peek() > now:  # nothing else at this instant: settle it at once
            if team.line and not team.dirty:
                self.give_out(team, now)
            if self.dirty_teams or self.dirty_gates:
                self.settle()
        else:
            self.team_changed(team)
            self.happened()

    def _some_done(self, person: Person) -> None:
        """Members of a unit leave; with the last of them the person is free (R11)."""
        members = [member for member in person.leaving if member[0] == self.now]
        person.leaving = person.leaving[len(members) :]
        if person.leaving:
            person.alarm.set(person.leaving[0][0], self.now)
        else:
            heappush(person.team.free, person.number)
            self.team_changed(person.team)
        for _, visit in members:
            if visit.kind <= _REWORK:
                self.leave(visit)
            elif visit.kind == _QUESTION:
                self._ask(visit)
            else:
                self.answered(visit)
        self.happened()

    def _setting_up(self, station: Station, person: Person, first: Visit) -> int:
        """Set-up per unit (R11), and change-over when the person's last request was of another class."""
        request = first.request
        ticks = 0
        if station.set_up is not None:
            ticks = station.set_up[request.klass].at(request.ordinal, first.pass_)
        if station.change_over is not None and person.last_class not in (NONE, request.klass):
            ticks += station.change_over[request.klass].at(request.ordinal, first.pass_)
        return ticks

    def _reading(self, station: Station, visit: Visit) -> int:
        """Reading in after a handoff (R7); not again on the answer to a question (R12)."""
        if station.reread is None or not visit.crossing:
            return 0
        return station.reread[visit.request.klass].at(visit.request.ordinal, visit.pass_)

    def _work(self, station: Station, visit: Visit, count: bool) -> tuple[int, int, int]:
        """Ticks of adding, necessary and waste work; `count` notes the tasks as done once more (R4)."""
        request = visit.request
        ordinal = request.ordinal
        values = [0, 0, 0]
        done: dict[int, int] | None = None
        for work in station.work[request.klass]:
            if work.needs and not all(u.at(ordinal) < share for u, share in work.needs):
                continue
            time = visit.pass_
            if work.elsewhere:
                if done is None:
                    done = dict(request.done or {})
                time = done[work.task] = done.get(work.task, 0) + 1
            values[work.value] += work.durations.at(ordinal, time)
        if count and done is not None:
            request.done = done
        return values[0], values[1], values[2]

    # -- questions (R12) -------------------------------------------------------------------------------------------

    def _asks(self, station: Station, visit: Visit) -> bool:
        """Whether reading in leaves a question: only after a handoff, and to a sender only if there is one."""
        if station.question is None:
            return False
        assert station.step.handoff is not None
        question = station.step.handoff.question
        assert question is not None
        if question.to == "sender" and visit.from_team == NONE:
            return False
        return station.question[visit.request.klass].at(visit.request.ordinal, visit.pass_) < question.chance

    def _ask(self, visit: Visit) -> None:
        """The request is put down; the question goes to the team that had it, or to the customer."""
        now = self.now
        station = self.stations[visit.step]
        assert station.step.handoff is not None
        assert station.step.handoff.question is not None
        to_sender = station.step.handoff.question.to == "sender"
        step, team = (visit.from_step, visit.from_team) if to_sender else (NONE, NONE)
        asked = self.stations[step] if to_sender else station
        answer = Visit(visit.request, asked, step, team, _ANSWER, visit.pass_, _ASKED, visit.step, visit.team, now)
        answer.in_return = visit.in_return
        answer.asked = visit.step
        if to_sender:
            self.line_up(asked, answer)
            return
        ticks = self._answer_ticks(answer)
        back = after(station.answer_calendar, now, ticks)
        self.write(answer, NONE, now, now, now, now, back, back, 0, 0, (0, 0, ticks))
        self.send_off([answer], back)

    def _answer_ticks(self, answer: Visit) -> int:
        durations = self.stations[answer.asked].answer
        assert durations is not None
        return durations[answer.request.klass].at(answer.request.ordinal, answer.pass_)

    def _start_answer(self, team: TeamState, person: Person, answer: Visit) -> None:
        """A person of the team that is asked works out the answer."""
        now = self.now
        ticks = self._answer_ticks(answer)
        worked = team.open_times.after(now, ticks)
        self.write(answer, person.number, now, now, now, now, worked, worked, 0, 0, (0, 0, ticks))
        self._occupy(person, [(worked, answer)])

    def answered(self, answer: Visit) -> None:
        """On the answer the request rejoins the queue, without handoff, batch or reading in (R12)."""
        station = self.stations[answer.asked]
        kind = _WORK if answer.pass_ == 1 else _REWORK
        team = station.team.index
        visit = Visit(
            answer.request, station, answer.asked, team, kind, answer.pass_, _BACK, answer.step, answer.team, self.now
        )
        visit.in_return = answer.in_return
        self.line_up(station, visit)

    # -- writing down ----------------------------------------------------------------------------------------------

    def write_waiting(self) -> None:
        """The visits that nobody has taken up when the run ends: what has not come is FOREVER, cut off later."""
        for gate in self.plant.gates:
            process = gate.order % 2
            for visit in gate.visits():
                visit.assembled = FOREVER
                if not process:
                    visit.gathered = visit.delivered = visit.admitted = FOREVER
                self.write_unstarted(visit)
        for courier in self.couriers:
            for visit in courier.subject:
                if visit.kind != _ANSWER:
                    visit.admitted = visit.assembled = FOREVER
                    self.write_unstarted(visit)
        for team in self.plant.teams:
            for visit in team.waiting.visits():
                for member in visit.members or [visit]:
                    self.write_unstarted(member)
