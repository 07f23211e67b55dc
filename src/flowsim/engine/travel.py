"""How requests travel: routes (R13), returns (R12), handoffs with their gates and transits (R7)."""

from __future__ import annotations

from flowsim.draws import Draws
from flowsim.engine.alarm import Alarm
from flowsim.engine.branching import NEXT, Branching
from flowsim.engine.duties import Where
from flowsim.engine.gates import Gate
from flowsim.engine.parts import Branch, Request, Station, Stay, Visit
from flowsim.model import JointTimes, Model, OpenTimes
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind, Via

_WORK, _REWORK, _ANSWER = int(Kind.WORK), int(Kind.REWORK), int(Kind.ANSWER)
ARRIVAL, RETURN, BACKLOG = int(Via.ARRIVAL), int(Via.RETURN), int(Via.BACKLOG)


def after(calendar: OpenTimes | JointTimes | None, t: int, ticks: int) -> int:
    """`ticks` from t: elapsed, or in the open time of a calendar (R2)."""
    return t + ticks if calendar is None or ticks <= 0 else calendar.after(t, ticks)


class Travel(Branching):
    """From one step to the team of the next."""

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
        request, station, index = visit.request, visit.station, visit.step
        klass = request.klass
        if station.returns[klass] and self._goes_back(visit, station):
            return
        if index in self.paths[klass].branches:
            self.split(visit, self._still_in_return(visit))
            return
        if station.routing is None or not station.targets[klass]:
            following = self.paths[klass].following[index]
            if following >= 0:
                self.go_on(request, following, NEXT, visit.team, index, visit.branch, visit.stay)
            else:
                self.end_path(request, index, NEXT, visit.team, index, visit.branch, visit.stay)
            return
        u = station.routing[klass].at(request.ordinal, visit.turn)
        targets = station.targets[klass]
        to, _, outcome = next((t for t in targets if u < t[1]), targets[-1])
        if to == NONE:
            self.end(request, outcome, visit.stay)
        else:
            self.go_on(request, to, NEXT, visit.team, index, visit.branch, visit.stay)

    def _goes_back(self, visit: Visit, station: Station) -> bool:
        """Send back if a draw says so (R12): each rule one uniform a pass, its targets tried in order."""
        request = visit.request
        if request.returned is None:
            request.returned = {}
        for number, rule in enumerate(station.returns[request.klass]):
            times = request.returned.get((station.index, number), 0)
            if times >= rule.at_most:
                continue
            u = rule.uniforms.at(request.ordinal, visit.turn)
            total = 0.0
            for to, chances in rule.targets:
                total += chances[min(visit.pass_, len(chances)) - 1]
                if u < total:
                    request.returned[station.index, number] = times + 1
                    self.go_on(request, to, RETURN, visit.team, visit.step, visit.branch, visit.stay)
                    return True
        return False

    # -- how (R7) --------------------------------------------------------------------------------------------------

    def send(
        self,
        request: Request,
        station: Station,
        via: int,
        from_team: int,
        from_step: int,
        branch: Branch | None = None,
        stay: Stay | None = None,
    ) -> None:
        """Sent to a step: a new visit, through the handoff's gate and transit when the move crosses teams (R7)."""
        if request.patience_over and not self.may_leave(request):
            self.give_all_back(stay)
            return
        now, index = self.now, station.index
        team = station.team
        visit = Visit(request, station, index, team.index, _WORK, 1, via, from_step, from_team, now)
        if branch is not None:
            visit.branch, visit.order = branch, branch.order
        if self.goes_back:
            self._count_pass(request, visit)
        if station.direct:
            if stay is not None:  # here there is no limit: what it kept until now is free (R14)
                self.give_back(stay)
            line = team.fifo
            if line is None or (line and line[-1].assembled == now):
                team.waiting.add(visit, 0, now)
            else:
                line.append(visit)
            if not team.dirty:
                team.dirty = True
                self.dirty_teams.append(team.index)
            return
        if stay is not None:
            visit.came_from = stay
        if request.open is not None:
            request.open.append(visit)
        if station.step.same_person and via == NEXT and self._goes_straight_on(station, visit):
            self.deliver(station, visit)
        else:
            self.hand_off(station, visit)

    def arrive_in_backlog(self, request: Request, index: int) -> None:
        """A request that was at a step when the run began (R5): there, but not yet read into."""
        station = self.stations[index]
        visit = Visit(request, station, index, station.team.index, _WORK, 1, BACKLOG, NONE, NONE, self.now)
        visit.crossing = station.step.handoff is not None
        if self.goes_back:
            self._count_pass(request, visit)
        if request.open is not None:
            request.open.append(visit)
        self.deliver(station, visit)

    def _goes_straight_on(self, station: Station, visit: Visit) -> bool:
        """Whether the person who is just done may go straight on with a request (R8, same person)."""
        done, self.releasing = self.releasing, None
        if done is None or done.goer is None:
            return False
        hold = None if done.stay is None else done.stay.hold
        if hold is not None and done.stay is not None and done.stay.left > 1:  # he stays with the other branches (R14)
            return False
        person = done.goer
        own = [taker for taker in station.takers if taker in person.teams]
        team = next((taker for taker in own if taker.index == done.team), own[0] if own else None)
        if team is None or not team.is_open(self.now) or team.time_left(self.now) < station.step.no_start_within:
            return False
        visit.team = team.index
        visit.goer = person
        self.going_on.append((person, visit, hold))
        self.unsettled = True
        return True

    def _count_pass(self, request: Request, visit: Visit) -> None:
        """Which time the request comes to do this step's work, and whether that is because of a return."""
        index = visit.step
        passes = request.passes
        if index in passes:
            visit.pass_ = passes[index] = passes[index] + 1
            visit.kind = _REWORK
        else:
            passes[index] = 1
        track = visit.branch or request
        if visit.via == RETURN or track.return_until != NONE:
            self._mark_return(track, visit)
        if visit.branch is not None and visit.branch.in_return:
            visit.in_return = 1
        rank = self.paths[request.klass].rank[index]
        if rank > track.furthest:
            track.furthest = rank

    def _mark_return(self, track: Request | Branch, visit: Visit) -> None:
        """Time belongs to a return until the request has again left the furthest step reached before (section 4)."""
        rank = self.paths[visit.request.klass].rank
        came = rank[visit.from_step] if visit.from_step >= 0 else NONE
        if visit.via == RETURN:
            if track.return_until == NONE:
                track.return_until = track.furthest
        elif came >= track.return_until or rank[visit.step] > track.return_until:
            track.return_until = NONE
        visit.in_return = int(track.return_until != NONE)

    def _still_in_return(self, visit: Visit) -> bool:
        """Whether branches that begin after this visit begin within a return."""
        track = visit.branch or visit.request
        rank = self.paths[visit.request.klass].rank[visit.step]
        if track.return_until != NONE and rank >= track.return_until:
            track.return_until = NONE
        return track.return_until != NONE or (visit.branch is not None and visit.branch.in_return)

    def hand_off(self, station: Station, visit: Visit) -> None:
        """By the handoff's rules if it crosses teams (R7), then to the team."""
        handoff = station.step.handoff
        if handoff is not None and (
            handoff.within_team
            or (visit.from_team != station.team.index and not self._stays_with(visit.from_team, station))
        ):
            visit.crossing = True
            gate = station.transfer
            if (gate is not None or station.transit is not None) and visit.came_from is not None:
                self.give_back(visit.came_from)  # it leaves where it was (R14)
                visit.came_from = None
            if gate is not None:
                visit.where = Where.GATE
                if gate.join(visit, self.now):
                    self.gate_changed(gate)
                return
            if station.transit is not None:
                self._carry(station, [visit])
                return
        self.deliver(station, visit)

    def _stays_with(self, team: int, station: Station) -> bool:
        """Whether a team that is not the first named may take the step too: then a move from it is no handoff (R8)."""
        return len(station.takers) > 1 and any(team == taker.index for taker in station.takers)

    def _carry(self, station: Station, batch: list[Visit]) -> None:
        """A transfer batch has left: one transit for all of it (R7), the draw of its first member."""
        first = batch[0]
        arrives = self.now
        if station.transit is not None:
            ticks = station.transit[first.request.klass].at(first.request.ordinal, first.turn)
            arrives = after(station.transit_calendar, arrives, ticks)
        if arrives > self.now:
            for visit in batch:
                visit.where = Where.TRANSIT
            self.send_off(batch, arrives)
            return
        for visit in batch:
            self.deliver(station, visit)

    def send_off(self, visits: list[Visit], back: int) -> None:
        """Visits that come back by themselves at an instant: out of a transit, or with the customer's answer."""
        if self.idle_couriers:
            courier = self.idle_couriers.pop()
        else:
            courier = Alarm(self.env, self._come_back)
            self.couriers.append(courier)
        courier.subject = visits
        for visit in visits:
            if visit.request.open is not None:  # it may have to be fetched back (R15)
                visit.courier = courier
        courier.set(back, self.now)

    def _come_back(self, courier: Alarm) -> None:
        self.now = courier.at
        visits: list[Visit] = courier.subject
        courier.subject = []
        self.idle_couriers.append(courier)
        for visit in visits:
            if visit.kind == _ANSWER:
                self.answered(visit)
            else:
                self.deliver(visit.station, visit)
        self.happened()

    # -- gates (R7, R11) -------------------------------------------------------------------------------------------

    def gate_changed(self, gate: Gate[Visit]) -> None:
        if gate not in self.dirty_gates:
            self.dirty_gates.append(gate)

    def _gate_due(self, alarm: Alarm) -> None:
        self.now = alarm.at
        self.gate_changed(alarm.subject)
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
                        visit.gathered = now
                        visit.transfer_batch = self.batches
                    self._carry(station, batch)
                else:
                    for visit in batch:
                        visit.assembled, visit.process_batch, visit.where = now, self.batches, Where.LINE
                        visit.head = batch[0]
                    batch[0].members = batch
                    self.line_up(station, batch[0])
                self.batches += 1
            alarm = self.gate_alarms[gate.order]
            if gate.due < FOREVER and not alarm.pending:
                alarm.set(gate.due, now)
