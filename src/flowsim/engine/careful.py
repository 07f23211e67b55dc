"""Teams whose people are not all alike, all their own and always there (R8, R10), and work for several people (R8)."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from heapq import heappush

from flowsim.draws import Draws
from flowsim.engine.alarm import Alarm
from flowsim.engine.duties import Where
from flowsim.engine.handling import Handling
from flowsim.engine.parts import Caller, Person, Station, TeamState, Visit
from flowsim.model import Model
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind

_ANSWER = int(Kind.ANSWER)


class Careful(Handling):
    """Who may take what, where that needs more than a look at the first of the list and the lowest free number."""

    __slots__ = ("crew_line", "crew_wake", "held_back", "kept", "wakes")

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.crew_line: list[Caller] = []  # who waits for several people: (priority, joined, number, order, visit)
        self.crew_wake = NONE  # when they are to be looked at again
        self.kept: list[Person] = []  # people who are kept for one of them
        self.held_back = False  # something was left to another team, or somebody to his own
        self.wakes = [NONE] * len(self.teams)  # when a team is to be looked at again

    # -- who is there (R10) ----------------------------------------------------------------------------------------

    def _available(self, team: TeamState, now: int, spoken_for: Iterable[Person] = ()) -> list[Person]:
        """People of a team who are free and there, lowest number first; of a home team never more than would make as
        many at work as are present. `spoken_for` count as at work.
        """
        taken = dict.fromkeys(spoken_for)
        at_work: dict[int, int] = {}
        for person in taken:
            at_work[person.home.index] = at_work.get(person.home.index, 0) + 1
        found = []
        for person in team.people:
            if person.busy or person in taken:
                continue
            home = person.home
            if home.presence is not None:
                others = home.at_work + at_work.get(home.index, 0)
                if home.presence.away(person.number, now) or others >= home.presence.present(now):
                    continue
                at_work[home.index] = at_work.get(home.index, 0) + 1
            found.append(person)
        return found

    def _there(self, team: TeamState, now: int) -> int:
        """How many people of a team are there, at work or not."""
        return sum(p.home.presence is None or not p.home.presence.away(p.number, now) for p in team.people)

    def _engage(self, people: list[Person]) -> None:
        for person in people:
            person.busy = True
            person.home.at_work += 1

    def free_people(self, people: list[Person]) -> None:
        """People are free again, for all their teams."""
        for person in people:
            team = person.team
            if team.plain:
                heappush(team.free, person.number)
                if not team.dirty:
                    self.team_changed(team)
                continue
            person.busy = False
            person.home.at_work -= 1
            for team in person.home.staffs:  # one at work less may let others of his home begin (R10)
                self.team_changed(team)

    # -- straight on (R8, same person) -----------------------------------------------------------------------------

    def settle_going_on(self, now: int) -> None:
        """Whoever is just done goes straight on when the request has its place at once; else it is handed over like any
        other, and he is free.
        """
        entries = sorted(self.going_on, key=lambda entry: (entry[1].request.number, entry[1].order))
        self.going_on.clear()
        for person, visit, hold in entries:
            if visit.where == Where.LINE:
                if hold is not None:  # he was kept for it, and is free since it was let in (R14)
                    self._engage([person])
                self.start_unit([person], visit)
                continue
            self.turn_away(visit)
            visit.goer, visit.team = None, visit.station.team.index
            if hold is None:
                self.free_people([person])
            self.hand_off(visit.station, visit)

    # -- work for one (R8) -----------------------------------------------------------------------------------------

    def settle_careful_teams(self, now: int) -> None:
        """Teams in file order give out what is left for one person (R8)."""
        if not self.careful_teams:
            return
        self._give_out_singles(now, FOREVER)
        for index in sorted(self.careful_teams):
            self.teams[index].dirty = False
            self._wake(self.teams[index], now)
        self.careful_teams.clear()

    def _give_out_singles(self, now: int, below: int) -> None:
        """Work for one of a priority below that: teams in file order, again and again until nobody can take anything
        more. That a team leaves a request to one that the step names earlier only orders: when a look-over starts
        nothing, the next is made without it.
        """
        teams = [self.teams[index] for index in sorted(self.careful_teams)]
        leaving, going = True, True
        while going:
            self.held_back = False
            started = [self._look_over(team, now, leaving, below) for team in teams]
            going = any(started) or (leaving and self.held_back)
            leaving = any(started)

    def _look_over(self, team: TeamState, now: int, leaving: bool, below: int) -> bool:
        """Let a team take what it can of a priority below that; whether it took anything."""
        started = False
        while team.line and team.is_open(now):
            people = {p: self._wanted_at_home(p, team, now) for p in self._available(team, now, self.kept)}
            most = min(max(people.values(), default=NONE), below)
            if most <= 0:
                break

            def allowed(visit: Visit, most: int = most) -> bool:
                if visit.request.priority >= most or not self._may_begin_in(team, visit):
                    return False
                return not (leaving and self._leaves_it(team, visit, now))

            visit = team.waiting.take_allowed(allowed)
            if visit is None:
                break
            priority = visit.request.priority
            person = next(person for person, wanted in people.items() if priority < wanted)
            for other in self.takers(visit):
                if other is not team:
                    other.waiting.remove(visit)
            visit.team = team.index
            self._engage([person])
            self.start(team, person, visit)
            started = True
        return started

    def _may_begin_in(self, team: TeamState, visit: Visit) -> bool:
        """R9, by the hours of the team that looks."""
        limit = visit.station.step.no_start_within
        return not limit or visit.kind == _ANSWER or team.time_left(self.now) >= limit

    def _leaves_it(self, team: TeamState, visit: Visit, now: int) -> bool:
        """Whether a team passes a request by because one that the step names earlier is open and has somebody free."""
        for other in self.takers(visit):
            if other is team:
                return False
            if other.is_open(now) and self._available(other, now, self.kept):
                self.held_back = True
                return True
        return False

    def _wanted_at_home(self, person: Person, team: TeamState, now: int) -> int:
        """The first priority of work that he could begin now in the teams that a person names earlier: from it on he is
        not taken by this one. FOREVER when there is none.
        """
        first = FOREVER
        for other in person.teams[: person.teams.index(team)]:
            if other.line and other.is_open(now):
                waiting = other.waiting.anyhow()
                first = min([first, *(v.request.priority for v in waiting if self._may_begin_in(other, v))])
        return first

    def _wake(self, team: TeamState, now: int) -> None:
        """Look at a team again when it opens, or when somebody may come back, if there is work for it."""
        if not team.line or all(person.busy for person in team.people):
            return
        at = team.next_opening(now)
        if team.is_open(now):
            presences = {person.home.index: person.home.presence for person in team.people}
            at = min([at, *(presence.next_change(now) for presence in presences.values() if presence is not None)])
        if at < FOREVER and not now < self.wakes[team.index] <= at:
            self.wakes[team.index] = at
            Alarm(self.env, self._team_opens, team).set(at, now)

    # -- work for several (R8) -------------------------------------------------------------------------------------

    def wait_for_crew(self, visit: Visit) -> None:
        """Join those who wait for several people."""
        insort(self.crew_line, (visit.request.priority, visit.assembled, visit.request.number, visit.order, visit))
        self.crews_changed = self.unsettled = True

    def waiting_for_crews(self) -> list[Visit]:
        """Who waits for several people, first to last."""
        return [caller[4] for caller in self.crew_line]

    def settle_crews(self, now: int) -> None:
        """Work for several, one priority after the other, in each before the work for one: in order of (time joined,
        request number, branch) each starts when all its people are there, else what there is of them is kept for it. So
        nothing starves, and nobody waits for one who waits for him.
        """
        if not self.crews_changed:
            return
        for person in self.kept:
            for team in person.home.staffs:  # who is not kept any more may let others of his home begin (R10)
                self.team_changed(team)
        self.kept = []
        wake = FOREVER
        level = NONE
        exhausted: set[int] = set()  # steps for which there is nobody left
        for caller in list(self.crew_line):
            visit = caller[4]
            if caller[0] > level:
                level = caller[0]
                self._give_out_singles(now, level)
            if visit.step not in exhausted:
                kept = len(self.kept)
                wake = min(wake, self._try_crew(caller, visit, now))
                if visit.where != Where.HANDS and len(self.kept) == kept:
                    exhausted.add(visit.step)
        self.crews_changed = False
        if wake < FOREVER and not now < self.crew_wake <= wake:
            self.crew_wake = wake
            Alarm(self.env, self._crews_wake).set(wake, now)

    def _try_crew(self, caller: Caller, visit: Visit, now: int) -> int:
        """Start one when it may and all its people are there, else keep them; when to look again at the latest."""
        begins = self._next_beginning(visit.station, now)
        if begins > now:
            return begins
        teams = [team for team, _ in visit.station.crew]
        again = min(self._next_presence(team, now) for team in teams)
        if not all(self._there(team, now) >= count for team, count in visit.station.crew):
            return again  # nobody is kept for those who are away (R10)
        people, enough = self._gather_crew(visit, now)
        if enough:
            self.crew_line.remove(caller)
            self._engage(people)
            visit.team = visit.station.crew[0][0].index
            self.start_unit(people, visit)
            return FOREVER
        self.kept += people
        return min(self._no_beginning_from(visit.station, now), again)

    def _next_beginning(self, station: Station, now: int) -> int:
        """The first instant from now on at which work for several may begin at a step: all its teams are open, and
        long enough (R9).
        """
        times, limit = station.times, station.step.no_start_within
        assert times is not None
        at = times.opening(now)
        while at < FOREVER and limit and times.closing(at) - at < limit:
            at = times.opening(times.closing(at))
        return at

    def _no_beginning_from(self, station: Station, now: int) -> int:
        """The first instant at which work for several may no longer begin: then nobody is kept for it any more."""
        assert station.times is not None
        limit = station.step.no_start_within
        return station.times.closing(now) - (limit - 1 if limit else 0)

    def _gather_crew(self, visit: Visit, now: int) -> tuple[list[Person], bool]:
        """The people there are for a visit, up to what it needs, and whether that is enough."""
        people: list[Person] = []
        enough = True
        for team, count in visit.station.crew:
            free = self._available(team, now, [*people, *self.kept])[:count]
            people += free
            enough = enough and len(free) == count
        return people, enough

    def _next_presence(self, team: TeamState, now: int) -> int:
        presences = {person.home.index: person.home.presence for person in team.people}
        return min((p.next_change(now) for p in presences.values() if p is not None), default=FOREVER)

    def _crews_wake(self, alarm: Alarm) -> None:
        self.now = alarm.at
        self.crews_changed = self.unsettled = True
        self.happened()
