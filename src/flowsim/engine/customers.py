"""What customers do while they wait (R15): some withdraw when their patience runs out, some chase."""

from __future__ import annotations

from abc import abstractmethod

from flowsim.draws import Draws, Durations, Uniforms
from flowsim.engine.agenda import Agenda, Entry
from flowsim.engine.alarm import CHASE, WITHDRAW
from flowsim.engine.careful import Careful
from flowsim.engine.duties import Where
from flowsim.engine.parts import Request, Visit
from flowsim.engine.travel import ARRIVAL, after
from flowsim.engine.waiting import ShuffledList
from flowsim.model import Chasing, Model, OpenTimes, laid_out
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, WITHDRAWN, Kind

_ANSWER, _CUT_SHORT = int(Kind.ANSWER), int(Kind.WITHDRAWN)


class Patience:
    """How long customers of one class wait."""

    def __init__(self, drawn: Durations, calendar: OpenTimes | None) -> None:
        self.drawn = drawn
        self.calendar = calendar


class Chaser:
    """How customers of one class chase, and as what."""

    def __init__(self, rule: Chasing, klass: int, draws: Draws, name: str, calendars: dict[str, OpenTimes]) -> None:
        self.klass = klass
        self.share = rule.share
        self.lots: Uniforms = draws.uniforms("chasing", name)
        self.intervals: Durations = draws.durations("chase interval", name, rule.every.time)
        self.calendar = None if rule.every.calendar is None else calendars[rule.every.calendar]
        self.after = rule.after
        self.after_calendar = None
        if rule.after is not None and rule.after.calendar is not None:
            self.after_calendar = calendars[rule.after.calendar]
        self.at_most = FOREVER if rule.at_most is None else rule.at_most


class Customers(Careful):
    """Withdrawals and chases; `patience` and `chasers` are by class."""

    __slots__ = ("chasers", "chasing", "leaving", "patience")

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        calendars = {c.name: laid_out(c, model.start) for c in model.calendars}
        names = [c.name for c in model.classes]
        self.patience: list[Patience | None] = []
        self.chasers: list[Chaser | None] = []
        for cls in model.classes:
            patience, chasing = cls.patience, cls.chasing
            calendar = None if patience is None or patience.calendar is None else calendars[patience.calendar]
            self.patience.append(
                None if patience is None else Patience(draws.durations("patience", cls.name, patience.time), calendar)
            )
            self.chasers.append(
                None if chasing is None else Chaser(chasing, names.index(chasing.klass), draws, cls.name, calendars)
            )
        # (when, request number, request), and (when, request number, which chase, from when, waited in all, request)
        self.leaving = Agenda(self.env, WITHDRAW, self._patience_ends)
        self.chasing = Agenda(self.env, CHASE, self._chases_come)

    @abstractmethod
    def new_chase(self, parent: Request, klass: int, which: int) -> Request:
        """A chase has arrived: a request of its own, with the luck of its parent and its number (R4)."""

    def welcome(self, request: Request, age: int) -> None:
        """A request has arrived, `age` ticks old: when its customer would withdraw and chase is set."""
        now = self.now
        patience, chaser = self.patience[request.klass], self.chasers[request.klass]
        if patience is not None:
            request.open = []
            until = after(patience.calendar, now, patience.drawn.at(request.ordinal))
            self.leaving.add((until, request.number, request), now)
        if chaser is not None and chaser.lots.at(request.ordinal) < chaser.share:
            begin = request.due
            if chaser.after is not None:
                begin = after(chaser.after_calendar, now, chaser.after.ticks) - age
            self._expect_chase(request, chaser, 1, max(begin, 0), 0)

    # -- withdrawal ------------------------------------------------------------------------------------------------

    def _patience_ends(self, now: int, entries: list[Entry]) -> None:
        """All whose patience runs out at this instant, in order of request number."""
        self.now = now
        for _, _, request in entries:
            if not request.ended:
                request.patience_over = True
                self.may_leave(request)
        self.happened()

    def may_leave(self, request: Request) -> bool:
        """A customer whose patience is over withdraws, but not while somebody is at work on the request."""
        assert request.open is not None
        if any(visit.where == Where.HANDS for visit in request.open):
            return True
        for visit in list(request.open):
            self._cut_short(visit)
        request.open.clear()
        if request.branches:
            self.cut_branches(request)
        self.end(request, WITHDRAWN)
        return False

    def _cut_short(self, visit: Visit) -> None:
        """A visit that nobody has taken up ends where it is."""
        now, station = self.now, visit.station
        if visit.where == Where.ASKED:
            visit.courier.subject.remove(visit)
            self.write_asked(visit, self.answer_ticks(visit), now)
        else:
            if visit.where == Where.GATE:
                assert station.transfer is not None
                station.transfer.remove(visit)
            elif visit.where == Where.TRANSIT:
                visit.courier.subject.remove(visit)
            elif visit.where == Where.DOOR:
                self.go_out(visit)
            elif visit.where == Where.GATHER:
                assert station.process is not None
                station.process.remove(visit)
            else:
                self._step_out(visit)
            visit.kind = _CUT_SHORT
            if visit.goer is not None:  # nobody took it: it counts with the first team named (R8)
                visit.team = station.team.index
            self.write_untaken(visit, now)
        if visit.goer is not None:
            entry = next(entry for entry in self.going_on if entry[1] is visit)
            self.going_on.remove(entry)
            if entry[2] is None:
                self.free_people([visit.goer])
        self.give_all_back(visit.stay)

    def _step_out(self, visit: Visit) -> None:
        """Out of the waiting lists, or out of a batch that waits in them."""
        if visit.goer is not None:  # it is in no list
            return
        first = visit.head if visit.process_batch != NONE and visit.kind != _ANSWER else visit
        members = first.members
        if members is None or len(members) == 1:
            self._out_of_line(visit)
            return
        replaced = [member for member in members if member is not visit]
        self._out_of_line(first, replaced[0])
        first.members = None
        replaced[0].members = replaced
        for member in replaced:
            member.head = replaced[0]
        self._into_line(first, replaced[0])

    def _out_of_line(self, visit: Visit, heir: Visit | None = None) -> None:
        """Out of every list it stands in; a place in a random list goes to its `heir`."""
        if visit.station.crew and visit.kind != _ANSWER:
            del self.crew_line[next(place for place, caller in enumerate(self.crew_line) if caller[4] is visit)]
            self.crews_changed = self.unsettled = True
            return
        for team in self.takers(visit):
            if heir is not None and isinstance(team.waiting, ShuffledList):
                team.waiting.swap(visit, heir)
            else:
                team.waiting.remove(visit)

    def _into_line(self, before: Visit, visit: Visit) -> None:
        """The rest of a batch waits on, as of when it was assembled."""
        if visit.station.crew:
            self.wait_for_crew(visit)
            return
        for team in self.takers(visit):
            if not isinstance(team.waiting, ShuffledList):
                self.join(team, visit.station, visit)

    # -- chasing ---------------------------------------------------------------------------------------------------

    def _expect_chase(self, request: Request, chaser: Chaser, which: int, begin: int, waited: int) -> None:
        """The next chase of a request is set: so long after `begin` in all, an interval at least a tick."""
        if which <= chaser.at_most and begin < FOREVER:
            waited += max(chaser.intervals.at(request.ordinal, which), 1)
            when = max(after(chaser.calendar, begin, waited), self.now)
            self.chasing.add((when, request.number, which, begin, waited, request), self.now)

    def _chases_come(self, now: int, entries: list[Entry]) -> None:
        """All chases of this instant, in order of the requests they are about."""
        self.now = now
        for _, _, which, begin, waited, parent in entries:
            chaser = self.chasers[parent.klass]
            if not parent.ended and chaser is not None:
                request = self.new_chase(parent, chaser.klass, which)
                self.go_on(request, self.paths[chaser.klass].first, ARRIVAL, NONE, NONE)
                self._expect_chase(parent, chaser, which + 1, begin, waited)
        self.happened()
