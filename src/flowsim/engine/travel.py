"""How requests travel: routes (R13), returns (R12), handoffs with their gates and transits (R7)."""

from __future__ import annotations

from flowsim.draws import Draws
from flowsim.engine.alarm import Alarm
from flowsim.engine.gates import Gate
from flowsim.engine.parts import Request, Station, Visit
from flowsim.engine.writing import Writing
from flowsim.model import Model, OpenTimes
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind, Via

_WORK, _REWORK, _ANSWER = int(Kind.WORK), int(Kind.REWORK), int(Kind.ANSWER)
ARRIVAL, NEXT, RETURN = int(Via.ARRIVAL), int(Via.NEXT), int(Via.RETURN)


def after(calendar: OpenTimes | None, t: int, ticks: int) -> int:
    """`ticks` from t: elapsed, or in the open time of a calendar (R2)."""
    return t + ticks if calendar is None or ticks <= 0 else calendar.after(t, ticks)


class Travel(Writing):
    """From one step to the waiting list of the next."""

    __slots__ = (
        "batches",
        "couriers",
        "gate_alarms",
        "goes_back",
        "idle_couriers",
    )

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.batches = 0
        self.goes_back = any(s.step.returns or s.step.routes for s in self.stations)  # else every pass is the first
        self.couriers: list[Alarm] = []  # alarms of transits and customers' answers
        self.idle_couriers: list[Alarm] = []  # those that may be used again
        self.gate_alarms = {g.order: Alarm(self.env, self._gate_due, g) for g in self.plant.gates}

    # -- where to (R12, R13) ---------------------------------------------------------------------------------------

    def leave(self, visit: Visit) -> None:
        """A visit is released: the request goes back (R12), or on along its route (R13)."""
        request, station = visit.request, self.stations[visit.step]
        klass = request.klass
        if station.returns[klass] and self._goes_back(visit, station):
            return
        if station.routing is None or not station.targets[klass]:
            self.go_on(request, visit.step + 1, NEXT, visit.team, visit.step)
            return
        u = station.routing[klass].at(request.ordinal, visit.pass_)
        targets = station.targets[klass]
        to, _, outcome = next((t for t in targets if u < t[1]), targets[-1])
        if to == NONE:
            self.end(request, outcome)
        else:
            self.go_on(request, to, NEXT, visit.team, visit.step)

    def go_on(self, request: Request, index: int, via: int, from_team: int, from_step: int) -> None:
        """To the first step from `index` on, in file order, that the request needs; if none, the journey ends."""
        klass = request.klass
        for station in self.stations[index:]:
            if station.certain[klass] or self._needs(request, station):
                self.send(request, station, via, from_team, from_step)
                return
        self.end(request, "done")

    def _needs(self, request: Request, station: Station) -> bool:
        """Whether a request visits a step (R13): its class may, and some task there is needed; one draw per need."""
        if not station.visited[request.klass]:
            return False
        works = station.work[request.klass]
        return any(all(u.at(request.ordinal) < share for u, share in work.needs) for work in works)

    def _goes_back(self, visit: Visit, station: Station) -> bool:
        """Send back if a draw says so (R12): each rule one uniform a pass, its targets tried in order."""
        request = visit.request
        if request.returned is None:
            request.returned = {}
        for number, rule in enumerate(station.returns[request.klass]):
            times = request.returned.get((station.index, number), 0)
            if times >= rule.at_most:
                continue
            u = rule.uniforms.at(request.ordinal, visit.pass_)
            total = 0.0
            for to, chances in rule.targets:
                total += chances[min(visit.pass_, len(chances)) - 1]
                if u < total:
                    request.returned[station.index, number] = times + 1
                    self.go_on(request, to, RETURN, visit.team, visit.step)
                    return True
        return False

    # -- how (R7) --------------------------------------------------------------------------------------------------

    def send(self, request: Request, station: Station, via: int, from_team: int, from_step: int) -> None:
        """Sent to a step: a new visit, through the handoff's gate and transit when the move crosses teams (R7)."""
        now, index = self.now, station.index
        team = station.team
        visit = Visit(request, station, index, team.index, _WORK, 1, via, from_step, from_team, now)
        if self.goes_back:
            self._count_pass(request, visit)
        if station.direct:
            line = team.fifo
            if line is None or (line and line[-1].assembled == now):
                team.waiting.add(visit, 0, now)
            else:
                line.append(visit)
            if not team.dirty:
                team.dirty = True
                self.dirty_teams.append(team.index)
        else:
            self._hand_off(station, visit)

    def _count_pass(self, request: Request, visit: Visit) -> None:
        """Which time the request comes to do this step's work, and whether that is because of a return."""
        index = visit.step
        passes = request.passes
        if index in passes:
            visit.pass_ = passes[index] = passes[index] + 1
            visit.kind = _REWORK
        else:
            passes[index] = 1
        if visit.via == RETURN or request.return_until != NONE:
            self._mark_return(visit)
        if index > request.furthest:
            request.furthest = index

    def _hand_off(self, station: Station, visit: Visit) -> None:
        """By the handoff's rules if it crosses teams (R7), then to the team."""
        handoff = station.step.handoff
        if handoff is not None and (visit.from_team != visit.team or handoff.within_team):
            visit.crossing = True
            gate = station.transfer
            if gate is not None:
                if gate.join(visit, self.now):
                    self._gate_changed(gate)
                return
            if station.transit is not None:
                self._carry(station, [visit])
                return
        self._deliver(station, visit)

    def _mark_return(self, visit: Visit) -> None:
        """Time belongs to a return until the request has again left the furthest step reached before (section 4)."""
        request = visit.request
        if visit.via == RETURN:
            if request.return_until == NONE:
                request.return_until = request.furthest
        elif visit.from_step >= request.return_until or visit.step > request.return_until:
            request.return_until = NONE
        visit.in_return = int(request.return_until != NONE)

    def _carry(self, station: Station, batch: list[Visit]) -> None:
        """A transfer batch has left: one transit for all of it (R7), the draw of its first member."""
        first = batch[0]
        arrives = self.now
        if station.transit is not None:
            ticks = station.transit[first.request.klass].at(first.request.ordinal, first.pass_)
            arrives = after(station.transit_calendar, arrives, ticks)
        if arrives > self.now:
            for visit in batch:
                visit.delivered = FOREVER
            self.send_off(batch, arrives)
            return
        for visit in batch:
            self._deliver(station, visit)

    def send_off(self, visits: list[Visit], back: int) -> None:
        """Visits that come back by themselves at an instant: out of a transit, or with the customer's answer."""
        if self.idle_couriers:
            courier = self.idle_couriers.pop()
        else:
            courier = Alarm(self.env, self._come_back)
            self.couriers.append(courier)
        courier.subject = visits
        courier.set(back, self.now)

    def _come_back(self, courier: Alarm) -> None:
        self.now = courier.at
        visits: list[Visit] = courier.subject
        courier.subject = []
        self.idle_couriers.append(courier)
        if visits[0].kind == _ANSWER:
            self.answered(visits[0])
        else:
            for visit in visits:
                self._deliver(self.stations[visit.step], visit)
        self.happened()

    def _deliver(self, station: Station, visit: Visit) -> None:
        """Reached the team: admitted at once; into the process batch's gate (R11) or straight onto the list."""
        now = visit.delivered = visit.admitted = self.now
        line = station.team.fifo
        if station.process is not None:
            if station.process.join(visit, now):
                self._gate_changed(station.process)
        elif line is not None and not (
            line and line[-1].assembled == now and line[-1].request.number > visit.request.number
        ):
            visit.assembled = now
            line.append(visit)
            if not station.team.dirty:
                self.team_changed(station.team)
        else:
            self.line_up(station, visit)

    # -- gates (R7, R11) -------------------------------------------------------------------------------------------

    def _gate_changed(self, gate: Gate[Visit]) -> None:
        if gate not in self.dirty_gates:
            self.dirty_gates.append(gate)

    def _gate_due(self, alarm: Alarm) -> None:
        self.now = alarm.at
        self._gate_changed(alarm.subject)
        self.happened()

    def settle_gates(self, now: int) -> None:
        """Gates in file order (R3); a batch that travels no time may fill the next gate of its step at once."""
        while self.dirty_gates:
            if len(self.dirty_gates) > 1:
                self.dirty_gates.sort(key=lambda g: -g.order)
            gate = self.dirty_gates.pop()
            station = self.stations[gate.order // 2]
            for batch in gate.leaving(now):
                if gate is station.transfer:
                    for visit in batch:
                        visit.gathered, visit.transfer_batch = now, self.batches
                    self._carry(station, batch)
                else:
                    for visit in batch:
                        visit.assembled, visit.process_batch = now, self.batches
                    batch[0].members = batch
                    self.line_up(station, batch[0])
                self.batches += 1
            alarm = self.gate_alarms[gate.order]
            if gate.due < FOREVER and not alarm.pending:
                alarm.set(gate.due, now)
