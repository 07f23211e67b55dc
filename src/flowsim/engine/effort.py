"""What a visit takes of people: set-up (R11), reading in (R7), work (R4), and its rank on a waiting list (R8)."""

from __future__ import annotations

from flowsim.engine.parts import Person, Station, TeamState, Visit
from flowsim.engine.questions import Questions
from flowsim.record import NONE, Kind, Via

_ANSWER, _BACK = int(Kind.ANSWER), int(Via.ANSWER)


class Effort(Questions):
    """Lengths as drawn, at the usual speed, in ticks."""

    __slots__ = ()

    def setting_up(self, station: Station, people: list[Person], first: Visit) -> int:
        """Set-up per unit (R11), and change-over when somebody's last work was of another class or another task."""
        request = first.request
        ticks = 0
        if station.set_up is not None:
            ticks = station.set_up[request.klass].at(request.ordinal, first.turn)
        if station.change_over is not None and any(self._changes_over(station, one, first) for one in people):
            ticks += station.change_over[request.klass].at(request.ordinal, first.turn)
        return ticks

    def _changes_over(self, station: Station, person: Person, first: Visit) -> bool:
        by = station.step.change_over_by
        if "class" in by and person.last_class not in (NONE, first.request.klass):
            return True
        return "task" in by and person.last_task not in (NONE, station.first_task)

    def reading(self, station: Station, visit: Visit) -> int:
        """Reading in after a handoff (R7); not again on the answer to a question (R12)."""
        if station.reread is None or not visit.crossing:
            return 0
        return station.reread[visit.request.klass].at(visit.request.ordinal, visit.turn)

    def work(self, station: Station, visit: Visit, count: bool) -> tuple[int, int, int]:
        """Ticks of adding, necessary and waste work; `count` notes the tasks as done once more (R4)."""
        request = visit.request
        ordinal = request.ordinal
        values = [0, 0, 0]
        done: dict[int, int] | None = None
        for work in station.work[request.klass]:
            if work.needs and not all(u.at(ordinal, request.chase or 1) < share for u, share in work.needs):
                continue
            time = visit.turn
            if work.elsewhere:
                if done is None:
                    done = dict(request.done or {})
                time = done[work.task] = done.get(work.task, 0) + 1
                time += max(request.chase - 1, 0)
            values[work.value] += work.durations.at(ordinal, time)
        if count and done is not None:
            request.done = done
        return values[0], values[1], values[2]

    def rank(self, station: Station, team: TeamState, visit: Visit) -> float:
        """What the team's discipline looks at (R8)."""
        members = visit.members or [visit]
        if team.queue == "last in":
            return -visit.assembled
        if team.queue == "due date":
            return min(member.request.due for member in members)
        if team.queue == "shortest":
            return sum(self._content(station, member) for member in members)
        if team.queue == "furthest":
            step = visit.asked if visit.kind == _ANSWER else visit.step
            return -self.paths[visit.request.klass].rank[step]
        return self._lot(station, visit)

    def _lot(self, station: Station, visit: Visit) -> float:
        """The lot of a random queue: one for answers, one for each time a request joins with its own work."""
        request = visit.request
        if visit.kind == _ANSWER:
            lots = self.stations[visit.asked].answer_lots
            turn = visit.turn
        else:
            lots = station.lots
            turn = 2 * visit.turn - int(visit.via != _BACK)
        assert lots is not None
        return lots[request.klass].at(request.ordinal, turn)

    def _content(self, station: Station, visit: Visit) -> int:
        """Reading in and work that a visit needs, for the shortest-first queue."""
        if visit.kind == _ANSWER:
            return self.answer_ticks(visit)
        return self.reading(station, visit) + sum(self.work(station, visit, count=False))
