"""Questions back, and their answers (R12)."""

from __future__ import annotations

from flowsim.engine.doors import Doors
from flowsim.engine.duties import Where
from flowsim.engine.parts import Station, Visit
from flowsim.engine.travel import after
from flowsim.record import NONE, Kind, Via

_WORK, _REWORK, _ANSWER = int(Kind.WORK), int(Kind.REWORK), int(Kind.ANSWER)
_ASKED, _BACK = int(Via.QUESTION), int(Via.ANSWER)


class Questions(Doors):
    """From reading in to a question, its answer, and the waiting list again."""

    __slots__ = ()

    def asks(self, station: Station, visit: Visit) -> bool:
        """Whether reading in leaves a question: only after a handoff, and to a sender only if there is one."""
        if station.question is None:
            return False
        assert station.step.handoff is not None
        question = station.step.handoff.question
        assert question is not None
        if question.to == "sender" and visit.from_team == NONE:
            return False
        return station.question[visit.request.klass].at(visit.request.ordinal, visit.turn) < question.chance

    def ask(self, visit: Visit) -> None:
        """The request is put down; the question goes to the team that had it, or to the customer."""
        now, station, request = self.now, visit.station, visit.request
        if request.patience_over and not self.may_leave(request):
            self.give_all_back(visit.stay)
            return
        assert station.step.handoff is not None
        assert station.step.handoff.question is not None
        to_sender = station.step.handoff.question.to == "sender"
        step, team = (visit.from_step, visit.from_team) if to_sender else (NONE, NONE)
        asked = self.stations[step] if to_sender else station
        answer = Visit(request, asked, step, team, _ANSWER, visit.pass_, _ASKED, visit.step, visit.team, now)
        self._take_over(answer, visit)
        answer.asked = visit.step
        if to_sender:
            self.line_up(asked, answer)
        else:
            answer.where = Where.ASKED
            self.send_off([answer], after(station.answer_calendar, now, self.answer_ticks(answer)))

    def _take_over(self, visit: Visit, before: Visit) -> None:
        """What a question and its answer have from the visit before them: branch, return, places."""
        visit.in_return, visit.branch, visit.order = before.in_return, before.branch, before.order
        visit.stay = before.stay
        if visit.stay is not None:
            visit.stay.visit = visit
        if visit.request.open is not None:
            visit.request.open.append(visit)

    def answer_ticks(self, answer: Visit) -> int:
        durations = self.stations[answer.asked].answer
        assert durations is not None
        return durations[answer.request.klass].at(answer.request.ordinal, answer.turn)

    def answered(self, answer: Visit) -> None:
        """On the answer the request rejoins the queue, without handoff, batch or reading in (R12)."""
        station, request = self.stations[answer.asked], answer.request
        if answer.where == Where.ASKED:
            self.write_asked(answer, self.answer_ticks(answer), self.now)
            if request.open is not None:
                request.open.remove(answer)
        if request.patience_over and not self.may_leave(request):
            self.give_all_back(answer.stay)
            return
        kind = _WORK if answer.pass_ == 1 else _REWORK
        visit = Visit(
            request,
            station,
            answer.asked,
            station.team.index,
            kind,
            answer.pass_,
            _BACK,
            answer.step,
            answer.team,
            self.now,
        )
        self._take_over(visit, answer)
        self.line_up(station, visit)
