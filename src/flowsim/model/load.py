"""What can be said before any run: how much work each team gets, and how much time it has (R7, R9, R12, R13).

Work arrives by the traffic equations (`traffic.py`) times the mean of each piece of work; time is the open time of the
team's calendar, holidays and all. Both are per average week of the run [0, length). Utilisation is the one divided by
the other: at or above 1 the queue grows as long as the run lasts.

Two figures are estimates, because they depend on how requests happen to gather: the size of batches that leave by
waiting time or by the clock, and how often a person changes over to another class.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from flowsim.model.calendar import WEEK, OpenTimes
from flowsim.model.distribution import Distribution
from flowsim.model.process import Handoff, Model, Team
from flowsim.model.rates import arrivals_per_week, batch_size
from flowsim.model.traffic import Traffic, traffic


@dataclass(frozen=True)
class Effort:
    """People's time by kind, in working ticks: of a request, or of a team in a week.

    `adding`, `necessary` and `waste` are first passes; `rework` is work with pass > 1, `answers` are the answers to
    questions that a team gives; `reread`, `set_up` and `change_over` are the rest of what a handoff and a batch cost.
    """

    adding: float = 0.0
    necessary: float = 0.0
    waste: float = 0.0
    rework: float = 0.0
    answers: float = 0.0
    reread: float = 0.0
    set_up: float = 0.0
    change_over: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return math.fsum(getattr(self, field.name) for field in fields(self))

    def times(self, factor: float) -> Effort:
        """Each kind times `factor`."""
        return Effort(**{field.name: getattr(self, field.name) * factor for field in fields(self)})


@dataclass(frozen=True)
class ClassLoad:
    """A class: requests `per_week` and expected `in_run`; people's time, handoffs (moves between teams, R7) and
    questions per request; `least` is a lower bound of its mean lead time in ticks, the lead time had nobody ever waited
    for a person, a batch or an opening.
    """

    name: str
    per_week: float
    in_run: float
    effort: Effort
    handoffs: float
    questions: float
    least: float


@dataclass(frozen=True)
class StepLoad:
    """A step, over all classes: `visits` that do its work per request, `passes` per request that comes here at all,
    visits `per_week`, and `handed_over`: moves a week for which the rules of its handoff hold (R7). `process_batch`
    and `transfer_batch` are the expected size of a batch (1 without one).
    """

    name: str
    team: str
    visits: float
    passes: float
    per_week: float
    handed_over: float
    process_batch: float
    transfer_batch: float


@dataclass(frozen=True)
class TeamLoad:
    """A team in an average week: its effort, the time its people are there, both in working ticks, `takes`: how often
    one of them takes something up, and `comes`: how many requests come to it, to be handled or with a question for it.
    """

    name: str
    people: int
    effort: Effort
    available: float
    takes: float
    comes: float

    @property
    def utilisation(self) -> float:
        """Effort ÷ time available; infinite for work without time, 0 for no work."""
        if self.effort.total == 0.0:
            return 0.0
        return self.effort.total / self.available if self.available else math.inf

    @property
    def grows_by(self) -> float:
        """Requests a week by which the queue grows without end, a process batch counting as all its members; 0 when the
        team can keep up.
        """
        if self.utilisation <= 1.0:
            return 0.0
        return self.comes * (1.0 - 1.0 / self.utilisation)


@dataclass(frozen=True)
class Move:
    """Moves from a step (None: from the customer) to a step, per request over all classes. `handoff`: between teams."""

    from_step: str | None
    to_step: str
    per_request: float
    handoff: bool


@dataclass(frozen=True)
class Loads:
    """All of it, for a Model; in the Model's order. `per_week` counts requests of all classes; `effort` and `handoffs`
    are per request over the mix of classes. `exact` False: some class has too many combinations of needs or returns
    to follow all, and its figures are approximations. `journeys`: what the traffic equations say, by class.
    """

    classes: tuple[ClassLoad, ...]
    steps: tuple[StepLoad, ...]
    teams: tuple[TeamLoad, ...]
    moves: tuple[Move, ...]
    per_week: float
    effort: Effort
    handoffs: float
    exact: bool
    journeys: tuple[Traffic, ...] = field(repr=False, compare=False)

    def team(self, name: str) -> TeamLoad:
        """The load of that team; KeyError if there is none."""
        for team in self.teams:
            if team.name == name:
                return team
        raise KeyError(name)


def loads(model: Model) -> Loads:
    """The expected load of a sound model (no `relations()`). Raises ScenarioError (FS501, FS503) when requests of some
    class never end; ask `advice.problems` first.
    """
    return _Count(model).loads()


@dataclass(frozen=True)
class _Crossings:
    """Of one class and step: crossing moves and questions per request, and the answers by sending step."""

    crossing: float
    questions: float
    answered_by: dict[int, float]


class _Count:
    """The bookkeeping of `loads`: everything by class and step, then added up the ways people ask for it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.steps = model.steps
        self.per_week = [arrivals_per_week(model, cls) for cls in model.classes]
        self.traffic: list[Traffic] = [traffic(model, cls.name) for cls in model.classes]
        self.crossings = [[self._crossings(t, s) for s in range(len(self.steps))] for t in self.traffic]
        self.done_per_week = [self._weekly(t.visits[s] for t in self.traffic) for s in range(len(self.steps))]
        self.process_batch = [batch_size(model, step.batch, self.done_per_week[s]) for s, step in enumerate(self.steps)]
        self.changes = {team.name: self._changes(team) for team in model.teams}

    def loads(self) -> Loads:
        """Everything, added up."""
        shares = self._shares()
        efforts = [self._effort_of_class(c) for c in range(len(self.traffic))]
        classes = tuple(self._class_load(c, effort) for c, effort in enumerate(efforts))
        return Loads(
            classes=classes,
            steps=tuple(self._step_load(s, shares) for s in range(len(self.steps))),
            teams=tuple(self._team_load(team) for team in self.model.teams),
            moves=self._moves(shares),
            per_week=math.fsum(self.per_week),
            effort=_sum(e.times(share) for e, share in zip(efforts, shares, strict=True)),
            handoffs=math.fsum(c.handoffs * share for c, share in zip(classes, shares, strict=True)),
            exact=all(t.exact for t in self.traffic),
            journeys=tuple(self.traffic),
        )

    def _shares(self) -> list[float]:
        """Share of each class in the requests; equal shares when nobody arrives (or all at once)."""
        total = math.fsum(self.per_week)
        if 0.0 < total < math.inf:
            return [n / total for n in self.per_week]
        return [1.0 / len(self.per_week)] * len(self.per_week)

    def _weekly(self, per_request: Iterable[float]) -> float:
        """Per week, from a figure per request of each class; classes that do not come here count for nothing."""
        return math.fsum(n * x for n, x in zip(self.per_week, per_request, strict=True) if x > 0.0)

    # -- moves and questions ---------------------------------------------------------------------------------------

    def crosses(self, origin: int, s: int) -> bool:
        """Whether the rules of the handoff into step s hold for a move from this step (S: the customer) (R7)."""
        handoff = self.steps[s].handoff
        return handoff is not None and (handoff.within_team or self._changes_team(origin, s))

    def _changes_team(self, origin: int, s: int) -> bool:
        return origin == len(self.steps) or self.steps[origin].team != self.steps[s].team

    def _crossings(self, t: Traffic, s: int) -> _Crossings:
        flows = {o: float(t.moves[o, s]) for o in range(len(self.steps) + 1) if self.crosses(o, s)}
        crossing = math.fsum(flows.values())
        question = (self.steps[s].handoff or Handoff()).question
        if question is None:
            return _Crossings(crossing, 0.0, {})
        if question.to == "customer":
            return _Crossings(crossing, crossing * question.chance, {})
        asked = {o: n * question.chance for o, n in flows.items() if o < len(self.steps) and n > 0.0}
        return _Crossings(crossing, math.fsum(asked.values()), asked)

    def _changes(self, team: Team) -> float:
        """Estimated chance that a person of the team takes up another class than before: classes in random order."""
        mine = [s for s, step in enumerate(self.steps) if step.team == team.name]
        takes = [
            n * math.fsum(t.visits[s] + c[s].questions for s in mine)
            for n, t, c in zip(self.per_week, self.traffic, self.crossings, strict=True)
            if n < math.inf
        ]
        total = math.fsum(takes)
        return 1.0 - math.fsum((x / total) ** 2 for x in takes) if total > 0.0 else 0.0

    # -- effort ----------------------------------------------------------------------------------------------------

    def _effort_at(self, c: int, s: int) -> Effort:
        """People's time of one request of class c for step s at the step's own team: without answers."""
        step, t, crossing = self.steps[s], self.traffic[c], self.crossings[c][s]
        first = {"adding": 0.0, "necessary": 0.0, "waste": 0.0}
        rework = 0.0
        for item, entry in enumerate(step.tasks):
            task = self.model.task(entry.task)
            mean = task.time.mean()
            rework += t.again[s][item] * mean
            first[task.value] += (t.done[s][item] - t.again[s][item]) * mean
        takes = self._takes(t.visits[s], crossing.questions, s)
        return Effort(
            **first,
            rework=rework,
            reread=crossing.crossing * _mean((step.handoff or Handoff()).reread),
            set_up=takes * _mean(step.set_up),
            change_over=takes * _mean(step.change_over) * self.changes[step.team],
        )

    def _takes(self, visits: float, questions: float, s: int) -> float:
        """How often somebody takes up work for these visits: a batch as one, one back with an answer by itself."""
        return visits / self.process_batch[s] + questions if self.steps[s].batch else visits + questions

    def _answers(self, c: int, s: int) -> dict[int, float]:
        """Working ticks of answering, by the step whose team answers, for questions at s, per request of class c."""
        question = (self.steps[s].handoff or Handoff()).question
        if question is None:
            return {}
        mean = question.answer.time.mean()
        return {o: n * mean for o, n in self.crossings[c][s].answered_by.items()}

    def _effort_of_class(self, c: int) -> Effort:
        own = [self._effort_at(c, s) for s in range(len(self.steps))]
        answers = [Effort(answers=x) for s in range(len(self.steps)) for x in self._answers(c, s).values()]
        return _sum([*own, *answers])

    # -- tables ----------------------------------------------------------------------------------------------------

    def _class_load(self, c: int, effort: Effort) -> ClassLoad:
        cls, t = self.model.classes[c], self.traffic[c]
        size = len(self.steps)
        handoffs = math.fsum(float(t.moves[o, s]) for o in range(size) for s in range(size) if self._changes_team(o, s))
        return ClassLoad(
            name=cls.name,
            per_week=self.per_week[c],
            in_run=self.per_week[c] * self.model.run.length / WEEK,
            effort=effort,
            handoffs=handoffs,
            questions=math.fsum(x.questions for x in self.crossings[c]),
            least=math.fsum(self._least(c, s) for s in range(size)),
        )

    def _least(self, c: int, s: int) -> float:
        """Ticks of lead time that one request of class c cannot but spend for step s: work, set-up, transit, answers.

        Working ticks and working-time waits take at least as long by the clock, and every member of a process batch
        sits through its whole set-up.
        """
        step, t, crossing = self.steps[s], self.traffic[c], self.crossings[c][s]
        handoff = step.handoff or Handoff()
        ticks = math.fsum(t.done[s][i] * self.model.task(e.task).time.mean() for i, e in enumerate(step.tasks))
        ticks += (t.visits[s] + crossing.questions) * _mean(step.set_up)
        ticks += crossing.crossing * _mean(handoff.reread)
        if handoff.transit is not None:  # one draw a batch, but for each member it is as long on average
            ticks += crossing.crossing * handoff.transit.time.mean()
        if handoff.question is not None:
            ticks += crossing.questions * handoff.question.answer.time.mean()
        return float(ticks)

    def _step_load(self, s: int, shares: list[float]) -> StepLoad:
        step = self.steps[s]
        visits = math.fsum(share * t.visits[s] for share, t in zip(shares, self.traffic, strict=True))
        reached = math.fsum(share * t.reached[s] for share, t in zip(shares, self.traffic, strict=True))
        crossing = self._weekly(c[s].crossing for c in self.crossings)
        return StepLoad(
            name=step.name,
            team=step.team,
            visits=visits,
            passes=visits / reached if reached > 0.0 else 0.0,
            per_week=self.done_per_week[s],
            handed_over=crossing,
            process_batch=self.process_batch[s],
            transfer_batch=batch_size(self.model, (step.handoff or Handoff()).batch, crossing),
        )

    def _team_load(self, team: Team) -> TeamLoad:
        mine = {s for s, step in enumerate(self.steps) if step.team == team.name}
        length = self.model.run.length
        parts, takes, comes = [], [], []
        for c, n in enumerate(self.per_week):
            for s in range(len(self.steps)):
                given = self.crossings[c][s].answered_by
                parts += [_weekly(Effort(answers=x), n) for o, x in self._answers(c, s).items() if o in mine]
                asked = [n * x for o, x in given.items() if o in mine]
                takes += asked
                comes += asked
                if s in mine and self.traffic[c].visits[s] > 0.0:
                    parts.append(_weekly(self._effort_at(c, s), n))
                    takes.append(n * self._takes(self.traffic[c].visits[s], self.crossings[c][s].questions, s))
                    comes.append(n * self.traffic[c].visits[s])
        times = OpenTimes(self.model.calendar(team.calendar), self.model.start)
        return TeamLoad(
            name=team.name,
            people=team.people,
            effort=_sum(parts),
            available=team.people * times.worked(0, length) * WEEK / length,
            takes=math.fsum(takes),
            comes=math.fsum(comes),
        )

    def _moves(self, shares: list[float]) -> tuple[Move, ...]:
        size = len(self.steps)
        found = []
        for origin in (size, *range(size)):
            for s in range(size):
                flow = math.fsum(x * t.moves[origin, s] for x, t in zip(shares, self.traffic, strict=True))
                if flow > 0.0:
                    name = None if origin == size else self.steps[origin].name
                    handoff = origin != size and self._changes_team(origin, s)
                    found.append(Move(name, self.steps[s].name, flow, handoff))
        return tuple(found)


def _mean(distribution: Distribution | None) -> float:
    return distribution.mean() if distribution is not None else 0.0


def _weekly(effort: Effort, per_week: float) -> Effort:
    """Effort per request as effort per week; nothing stays nothing however many come."""
    return Effort(**{f.name: x * per_week for f in fields(effort) if (x := getattr(effort, f.name)) > 0.0})


def _sum(efforts: Iterable[Effort]) -> Effort:
    items = list(efforts)
    return Effort(**{f.name: math.fsum(getattr(e, f.name) for e in items) for f in fields(Effort)})
