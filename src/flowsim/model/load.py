"""What can be said before any run: how much work each team gets, and how much time it has (R5, R7 to R10, R12, R13).

Work arrives by the traffic equations (`traffic.py`) times the mean of each piece of work; time is the open time of the
team's calendar, holidays, absence and presence and all (`capacity.py`). Both are per average week of the run.
Utilisation is the one divided by the other: at or above 1 the queue grows as long as the run lasts. A backlog is work
once, and stands apart. Chases (R15) cannot be known before a run, since they depend on how late requests are, and are
left out; nobody is thought to withdraw; that limits (R14) keep people idle is not thought of either.

Some figures are estimates, because they depend on how requests happen to gather: the size of batches that leave by
waiting time or by the clock, how often a person changes over, who takes what several teams may take, and from which
branch a request comes into a join. Work at another speed is counted as drawn, against that much more or less time; that
several at once go at the pace of the slowest is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from flowsim.model.asked import Asked, ask, change_overs, efforts
from flowsim.model.calendar import WEEK
from flowsim.model.capacity import Crew, at_once, crews, doable, pace
from flowsim.model.effort import ClassLoad as ClassLoad
from flowsim.model.effort import Effort as Effort
from flowsim.model.effort import Loads as Loads
from flowsim.model.effort import Move as Move
from flowsim.model.effort import StepLoad as StepLoad
from flowsim.model.effort import TeamLoad as TeamLoad
from flowsim.model.handover import Handovers, even_shares, goes_on
from flowsim.model.least import Least
from flowsim.model.process import Handoff, Model, Step
from flowsim.model.rates import arrivals_per_week, batch_size
from flowsim.model.routing import FloatArray
from flowsim.model.sharing import Sharing, Supply, Work, share_out
from flowsim.model.traffic import Traffic, traffic

ROUNDS = 200
"""Rounds in which teams share out what several may take: who takes it changes who reads in, and what the same person
goes on with, so how much work it is. Nearly always some twenty are enough.
"""


def loads(model: Model) -> Loads:
    """The expected load of a sound model (no `relations`). Raises ScenarioError (FS501, FS503) when requests of some
    class never end; ask `advice.problems` first.
    """
    journeys = [traffic(model, cls.name) for cls in model.classes]
    backlog = [traffic(model, b.klass, b.step) for b in model.backlog]
    people = crews(model)
    shares = even_shares(model)
    part, before = 1.0, math.inf  # of the way gone in a round: less when rounds overshoot each other
    for _ in range(ROUNDS):
        count = _Count(model, journeys, backlog, people, shares)
        change = float(np.abs(count.shared - shares).max())
        if not any(step.others for step in model.steps) or change < 1e-9:
            break
        part, before = (part / 2 if change > 0.9 * before else part), change
        shares = shares + part * (count.shared - shares)
    return count.loads()


class _Count:
    """The bookkeeping of `loads` with given shares (S, T) of the steps: everything by class and step, then added up the
    ways people ask for it. `shared` (S, T) are the shares that even out the loads found.
    """

    def __init__(
        self,
        model: Model,
        journeys: Sequence[Traffic],
        backlog: Sequence[Traffic],
        people: Sequence[Crew],
        shares: FloatArray,
    ) -> None:
        self.model = model
        self.steps = model.steps
        self.size = len(model.steps)
        self.journeys = journeys
        self.crews = people
        self.shares = shares
        self.per_week = [arrivals_per_week(model, cls) for cls in model.classes]
        self.handovers = Handovers(model, shares)
        self.least = Least(model)
        self.at_work = self._at_work()
        self.done_per_week = self._weekly([t.visits for t in journeys])
        there = sum((b.number * t.visits for b, t in zip(model.backlog, backlog, strict=True)), np.zeros(self.size))
        self.process_batch = [
            batch_size(model, step.batch, float(n) if n else float(x) * WEEK / model.run.length)
            for step, n, x in zip(self.steps, self.done_per_week, there, strict=True)
        ]
        self.asked = [self._ask(t) for t in journeys]
        self.changes = change_overs(model, self.per_week, self.asked, self.at_work, shares)
        self.efforts = [efforts(model, a, self.changes) for a in self.asked]
        self.backlog = [(b.number, self._ask(t)) for b, t in zip(model.backlog, backlog, strict=True)]
        self.backlog_efforts = [efforts(model, a, self.changes) for _, a in self.backlog]
        self.sharing = self._share_out()

    def loads(self) -> Loads:
        """Everything, added up."""
        mix = self._mix()
        classes = tuple(self._class_load(c) for c in range(len(self.journeys)))
        asks = tuple(
            tuple(self._of_team(t, self.asked[c], self.efforts[c]).total for t in range(len(self.model.teams)))
            for c in range(len(self.journeys))
        )
        return Loads(
            classes=classes,
            steps=tuple(self._step_load(s, mix) for s in range(self.size)),
            teams=tuple(self._team_load(t) for t in range(len(self.model.teams))),
            moves=self._moves(mix),
            per_week=math.fsum(self.per_week),
            effort=Effort.sum(c.effort.times(share) for c, share in zip(classes, mix, strict=True)),
            handoffs=math.fsum(c.handoffs * share for c, share in zip(classes, mix, strict=True)),
            exact=all(t.exact for t in (*self.journeys, *(a.journey for _, a in self.backlog))),
            asks=asks,
            journeys=tuple(self.journeys),
        )

    def _mix(self) -> list[float]:
        """Share of each class in the requests that arrive; when none do (or all at once) in the backlog, then equal
        shares of all that are no chases.
        """
        counts = self.per_week
        if not 0.0 < math.fsum(counts) < math.inf:
            names = [cls.name for cls in self.model.classes]
            counts = [float(sum(b.number for b in self.model.backlog if b.klass == name)) for name in names]
            if not any(counts) or math.fsum(self.per_week) == math.inf:
                counts = [float(name not in self.model.chasers) for name in names]
        return [n / math.fsum(counts) for n in counts]

    def _weekly(self, per_request: Iterable[FloatArray]) -> FloatArray:
        """(S): per week, from figures per request of each class; classes that do not come count for nothing."""
        total = np.zeros(self.size)
        for n, x in zip(self.per_week, per_request, strict=True):
            total[x > 0.0] += n * x[x > 0.0]
        return total

    def _at_work(self) -> FloatArray:
        """(S, T): how many people of a team are at work on a visit to a step, on average (R8)."""
        index = {team.name: t for t, team in enumerate(self.model.teams)}
        found: FloatArray = self.shares * np.array([[float(step.people)] for step in self.steps])
        for s, step in enumerate(self.steps):
            for team, number in step.together:
                found[s, index[team]] += number
        return found

    def _ask(self, journey: Traffic) -> Asked:
        return ask(self.model, journey, self.handovers, self.process_batch)

    # -- teams ---------------------------------------------------------------------------------------------------------

    def _of_team(self, t: int, asked: Asked, effort: Sequence[Effort]) -> Effort:
        """What one request asks of a team: its people at the steps, and their answers (one person each, R12)."""
        parts = [one.times(float(n)) for one, n in zip(effort, self.at_work[:, t], strict=True) if n > 0.0]
        return Effort.sum([*parts, Effort(answers=float(asked.answering @ self.shares[:, t]))])

    def _share_out(self) -> Sharing:
        """Even out what any of several teams may take, and whom those with several teams help."""
        index = {team.name: t for t, team in enumerate(self.model.teams)}
        fixed = [0.0] * len(self.model.teams)
        self._works: list[Work] = []
        self._parts: list[tuple[int, float]] = []  # by work from the first: its step, and the part of it
        for s, step in enumerate(self.steps):
            amount = self._amount(s)
            if not step.others:
                for t in map(int, np.flatnonzero(self.at_work[s])):
                    fixed[t] += amount * float(self.at_work[s, t]) if amount else 0.0
                continue
            for part, teams in self._pieces(s, tuple(index[name] for name in step.takers)):
                self._works.append(Work(amount * part, teams))
                self._parts.append((s, part))
        for n, one in zip(self.per_week, self.asked, strict=True):
            for t in range(len(fixed)):
                answers = float(one.answering @ self.shares[:, t])
                fixed[t] += n * answers if answers else 0.0
        self._works += [Work(amount, (t,)) for t, amount in enumerate(fixed)]
        return share_out(self._works, [Supply(crew.there, crew.teams) for crew in self.crews])

    def _amount(self, s: int) -> float:
        """Ticks a week that one person would spend at a step; when only a backlog comes, those of the backlog."""
        weekly = [n * e[s].total for n, e in zip(self.per_week, self.efforts, strict=True) if e[s].total > 0.0]
        if math.fsum(weekly) or not self.steps[s].others:
            return math.fsum(weekly)
        return math.fsum(n * e[s].total for (n, _), e in zip(self.backlog, self.backlog_efforts, strict=True))

    def _pieces(self, s: int, takers: tuple[int, ...]) -> list[tuple[float, tuple[int, ...]]]:
        """The work at a step in parts by who may do them: those of `same person` stay with the team that had them."""
        come = np.zeros(self.size + 1)
        for n, t in zip(self.per_week, self.journeys, strict=True):
            come += (n if n < math.inf else 1.0) * t.moves[:, s]
        if not come.any():
            return [(1.0, takers)]
        come /= come.sum()
        stays = np.zeros(len(self.model.teams))
        for o, before in enumerate(self.steps):
            if goes_on(before, self.steps[s]):
                stays += come[o] * self.shares[o]
        kept = [(float(stays[t]), (t,)) for t in takers if stays[t] > 0.0]
        return [*kept, (max(1.0 - math.fsum(part for part, _ in kept), 0.0), takers)]

    @property
    def shared(self) -> FloatArray:
        """(S, T): the part of each step's visits that a team takes when the loads are evened out."""
        found = np.where(np.array([bool(step.others) for step in self.steps])[:, None], 0.0, self.shares)
        for (s, part), done in zip(self._parts, self.sharing.done, strict=False):
            for t, x in done.items():
                found[s, t] += part * x
        return found

    def _team_load(self, t: int) -> TeamLoad:
        team = self.model.team(self.model.teams[t].name)
        own = [self._of_team(t, a, e) for a, e in zip(self.asked, self.efforts, strict=True)]
        takes = [a.takes @ self.at_work[:, t] + a.answers @ self.shares[:, t] for a in self.asked]
        part = np.where(self.at_work[:, t] > 0.0, np.where(self.shares[:, t] > 0.0, self.shares[:, t], 1.0), 0.0)
        comes = [a.visits @ part + a.answers @ self.shares[:, t] for a in self.asked]
        staff = self.model.staff(team.name)
        helpers = sum(person is not None and person.teams[0] != team.name for person in staff)
        given = [parts.get(t, 0.0) for parts in self.sharing.given]
        there = [self._of_team(t, a, e).total * n for (n, a), e in zip(self.backlog, self.backlog_efforts, strict=True)]
        pool = next((pool for pool in self.sharing.pools if t in pool), ())
        return TeamLoad(
            name=team.name,
            people=len(staff) - helpers,
            effort=Effort.sum(e.times(n) for e, n in zip(own, self.per_week, strict=True)),
            available=math.fsum(crew.there * x for crew, x in zip(self.crews, given, strict=True)),
            takes=math.fsum(n * float(x) for n, x in zip(self.per_week, takes, strict=True) if x > 0.0),
            comes=math.fsum(n * float(x) for n, x in zip(self.per_week, comes, strict=True) if x > 0.0),
            helpers=helpers,
            pool=tuple(self.model.teams[i].name for i in pool),
            away=math.fsum(crew.away * x for crew, x in zip(self.crews, given, strict=True)),
            backlog=math.fsum(there),
        )

    # -- tables ----------------------------------------------------------------------------------------------------

    def _class_load(self, c: int) -> ClassLoad:
        cls, asked = self.model.classes[c], self.asked[c]
        teams = [self._of_team(t, asked, self.efforts[c]) for t in range(len(self.model.teams))]
        way = asked.journey.longest
        least = self.least.of_work(way.visits, way.done)
        return ClassLoad(
            name=cls.name,
            per_week=self.per_week[c],
            in_run=self.per_week[c] * self.model.run.length / WEEK,
            effort=Effort.sum(teams),
            handoffs=float((asked.journey.moves * self.handovers.between).sum()),
            questions=float(asked.questions.sum()),
            least=float(least.sum() + (way.moves * self.least.of_moves(self.handovers)).sum()),
            backlog=sum(b.number for b in self.model.backlog if b.klass == cls.name),
        )

    def _step_load(self, s: int, mix: Sequence[float]) -> StepLoad:
        step = self.steps[s]
        visits = math.fsum(share * t.visits[s] for share, t in zip(mix, self.journeys, strict=True))
        reached = math.fsum(share * t.reached[s] for share, t in zip(mix, self.journeys, strict=True))
        handed = float(self._weekly([a.sent for a in self.asked])[s])
        begun = self.handovers.sent[self.size, s]  # they are there already: not by the handoff (R5)
        teams = zip(self.model.teams, self.shares[s], strict=True)
        return StepLoad(
            name=step.name,
            team=step.team,
            visits=visits,
            passes=visits / reached if reached > 0.0 else 0.0,
            per_week=float(self.done_per_week[s]),
            handed_over=handed,
            process_batch=self.process_batch[s],
            transfer_batch=batch_size(self.model, (step.handoff or Handoff()).batch, handed),
            takers=tuple((team.name, float(x)) for team, x in teams if team.name in step.takers),
            fills=self._fills(s, step),
            backlog=math.fsum(n * float(a.visits[s]) for n, a in self.backlog),
            backlog_handed_over=math.fsum(
                n * float(a.sent[s] - begun * a.journey.moves[self.size, s]) for n, a in self.backlog
            ),
        )

    def _fills(self, s: int, step: Step) -> float:
        """Time that a step for several people takes ÷ time it has: its teams all open, as often at once as can be."""
        amount = self._amount(s) / pace(self.model, step)
        if not step.several or not amount:
            return 0.0
        time = at_once(self.model, step) * doable(self.model, step)
        return amount / time if time else math.inf

    def _moves(self, mix: Sequence[float]) -> tuple[Move, ...]:
        found = []
        for origin in (self.size, *range(self.size)):
            for s in range(self.size):
                flow = math.fsum(x * t.moves[origin, s] for x, t in zip(mix, self.journeys, strict=True))
                if flow > 0.0:
                    name = None if origin == self.size else self.steps[origin].name
                    handoff = bool(self.handovers.between[origin, s] > 0.0)
                    found.append(Move(name, self.steps[s].name, flow, handoff))
        return tuple(found)
