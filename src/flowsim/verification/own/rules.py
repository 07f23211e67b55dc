"""For which teams of a model theory knows the mean wait exactly, decided from the model alone, and why not for others.

The reasoning is careful: whatever is not known to leave a formula exact takes it away. A team is a *station* when all
that it does is one-person work for whoever stands on its list. Then it is known

- when requests come by a Poisson process: for one person and any work (Pollaczek and Khinchine; with priorities Cobham
  1954), for several people when all work is exponential with one mean (Erlang; with priorities Cobham);
- whatever feeds it, when it and all that flows into it are such exponential stations, served in order of arrival: then
  each of them is as if alone (Jackson 1957, Kelly 1975), also when requests come back.

What comes in by itself is Poisson when its gaps are exponential, in the very hours of the team: counted in open time, a
team that pauses when it is closed is open always. What comes from other teams is Poisson when all those are exponential
stations and nothing returns to them (Burke 1956), and remains so when only some requests, drawn by themselves, go on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flowsim.model import Calendar, Distribution, Model, RequestClass, Step
from flowsim.model.load import Loads, loads
from flowsim.model.paths import branch_steps


@dataclass(frozen=True)
class Stream:
    """Visits of one class to one step: so many per open tick, each with the sum of these pieces of work."""

    priority: int
    rate: float
    work: tuple[Distribution, ...]

    @property
    def mean(self) -> float:
        """Ticks of work."""
        return math.fsum(law.mean() for law in self.work)

    @property
    def square(self) -> float:
        """The second moment of the work, in ticks squared."""
        return math.fsum(law.sd() ** 2 for law in self.work) + self.mean**2


@dataclass(frozen=True)
class Desk:
    """A team as theory sees it. `why`: what takes exactness away, "" for nothing; `hard`: and leaves no estimate.

    `feedback`: requests come back to it, and the network is known as a whole. `scatter`: squared coefficient of
    variation of the gaps with which requests come. `fed_by`: teams from which something flows to it.
    """

    team: str
    people: int
    calendar: Calendar
    streams: tuple[Stream, ...]
    why: str
    hard: bool = False
    feedback: bool = False
    scatter: float = 1.0
    fed_by: tuple[str, ...] = ()

    @cached_property
    def rate(self) -> float:
        """Visits per open tick."""
        return math.fsum(s.rate for s in self.streams)

    @cached_property
    def mean(self) -> float:
        """Mean work of a visit, ticks."""
        return math.fsum(s.rate * s.mean for s in self.streams) / self.rate

    @cached_property
    def scv(self) -> float:
        """Squared coefficient of variation of the work."""
        if self.mean == 0.0:
            return 0.0
        return math.fsum(s.rate * s.square for s in self.streams) / self.rate / self.mean**2 - 1.0

    @property
    def load(self) -> float:
        """Work that comes ÷ what the people can do."""
        return self.rate * self.mean / self.people if self.people else math.inf

    @property
    def priorities(self) -> tuple[int, ...]:
        """Those that occur, the first served first."""
        return tuple(sorted({s.priority for s in self.streams}))

    @property
    def exponential(self) -> bool:
        """Whether all work is one exponential piece with one mean."""
        means = {s.mean for s in self.streams}
        return len(means) == 1 and all(len(s.work) == 1 and s.work[0].name == "exponential" for s in self.streams)


ANY_ORDER = ("first in", "last in", "random")
"""Queues that do not look at the work or the class: one mean wait, when all work is alike."""


def desks(model: Model) -> list[Desk]:
    """Every team that somebody visits, in the Model's order. The model is sound, and its journeys end."""
    return _Rules(model).desks()


class _Rules:
    """The model with its traffic, and what is asked about each team."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.load: Loads = loads(model)
        self.size = len(model.steps)
        self.in_branch = branch_steps(model)
        self.teams = [team.name for team in model.teams]
        self.exponential: set[str] = set()

    def desks(self) -> list[Desk]:
        """Two rounds: what stands in the way within each team, then what comes into it from where."""
        plain = {name: self._plain(name) for name in self.teams if self._visited(name)}
        self.exponential = {
            name
            for name, desk in plain.items()
            if not desk.why
            and desk.exponential
            and len(desk.priorities) == 1
            and self.model.team(name).queue == "first in"
        }
        return [self._with_inflow(desk) for desk in plain.values()]

    # -- within a team -----------------------------------------------------------------------------------------------

    def _steps(self, team: str) -> list[int]:
        return [s for s, step in enumerate(self.model.steps) if step.team == team]

    def _visited(self, team: str) -> bool:
        return any(journey.visits[s] > 0.0 for journey in self.load.journeys for s in self._steps(team))

    def _visitors(self, steps: Iterable[int]) -> list[int]:
        """Classes that come to any of these steps."""
        wanted = list(steps)
        return [c for c, j in enumerate(self.load.journeys) if any(j.visits[s] > 0.0 for s in wanted)]

    def _plain(self, name: str) -> Desk:
        """A team with what stands in the way inside it."""
        why, hard = self._in_the_way(name)
        team = self.model.team(name)
        streams: list[Stream] = []
        if not hard:
            found, odd = self._streams(name)
            streams, why, hard = (found, why, hard) if not odd else ([], why or odd, True)
        desk = Desk(name, team.people, self.model.calendar(team.calendar), tuple(streams), why, hard)
        if not why and not desk.exponential and team.queue != "first in" and len({s.work for s in streams}) > 1:
            return replace(desk, why=f"the order of the queue: {team.queue}")
        return desk

    def _in_the_way(self, name: str) -> tuple[str, bool]:
        """The first thing within a team that takes exactness away, and whether no estimate is left either."""
        team, model = self.model.team(name), self.model
        steps = [model.steps[s] for s in self._steps(name) if self._visitors([s])]
        classes = [model.classes[c] for c in self._visitors(self._steps(name))]
        shared = [step for step in model.steps if step.others and name in step.takers]
        met = [step for step in model.steps if step.several and name in dict(step.needs)]
        answers = self.load.team(name).effort.answers > 0.0
        hard: list[tuple[bool, str]] = [
            (self._limited(name, steps), "a limit"),
            (bool(model.backlog), "a backlog at the start"),
            (any(person is not None for person in model.staff(name)), "people with names"),
            (bool(shared), "work that several teams may take"),
            (bool(met), "work for several people at once"),
            (any(cls.name in model.chasers for cls in classes), "customers who call"),
            (any(cls.patience is not None for cls in classes), "customers who give up"),
            (any(step.batch is not None for step in steps), "process batches"),
            (any(step.handoff is not None and step.handoff.batch is not None for step in steps), "transfer batches"),
            (any(step.handoff is not None and step.handoff.question is not None for step in steps), "questions"),
            (answers, "answers to questions"),
            (any(step.same_person for step in steps), "whoever did it before goes straight on"),
            (any(step.change_over is not None for step in steps), "change-over time"),
            (any(step.name in self.in_branch for step in steps), "branches side by side"),
            (not self.load.exact, "more kinds of journeys than can be followed"),
        ]
        open_always = self.model.calendar(team.calendar).always
        soft = [
            (team.absence > 0.0 or team.presence < 1.0, "people who are away at times"),
            (any(step.no_start_within > 0 for step in steps), "nothing is begun before closing"),
            (not open_always and any(step.closing == "finish" for step in steps), "overtime"),
            (team.queue not in ANY_ORDER, f"the order of the queue: {team.queue}"),
            (any(step.handoff is not None and step.handoff.transit is not None for step in steps), "time on the way"),
        ]
        for is_hard, reasons in ((True, hard), (False, soft)):
            for there, told in reasons:
                if there:
                    return told, is_hard
        return "", False

    def _limited(self, name: str, steps: Sequence[Step]) -> bool:
        """Whether a limit keeps requests out of a team, or its people with requests that may not go on (R14)."""
        model = self.model
        own = model.limit is not None or model.team(name).limit is not None or any(s.limit is not None for s in steps)
        return own or any(step.blocking == "person" for step in steps)

    def _streams(self, name: str) -> tuple[list[Stream], str]:
        """The visits to a team by class and step, and what makes their work or their coming unclear, "" for nothing."""
        found = []
        for s in self._steps(name):
            for c in self._visitors([s]):
                cls, step = self.model.classes[c], self.model.steps[s]
                if cls.arrivals.gap is None or cls.arrivals.gap.mean() == 0.0:
                    return [], "requests come at dates"
                work = self._work(step, cls, c, s)
                if work is None:
                    return [], "work that only some visits need"
                per_tick = _per_tick(self.model, cls, self.model.calendar(self.model.team(name).calendar))
                if per_tick is None:
                    per_tick = self.load.classes[c].per_week / self._open_week(name)
                rate = per_tick * float(self.load.journeys[c].visits[s])
                found.append(Stream(cls.priority, rate, work))
        return found, ""

    def _open_week(self, name: str) -> float:
        """Open ticks of an average week of the run, of one person."""
        team = self.load.team(name)
        return (team.available + team.away) / max(team.people, 1) or 1.0

    def _work(self, step: Step, cls: RequestClass, c: int, s: int) -> tuple[Distribution, ...] | None:
        """The pieces of a visit: set-up, reading in, tasks. None when a draw decides which there are."""
        work = []
        tasks = [(entry, self.model.task(entry.task)) for entry in step.tasks]
        own = [(entry, task) for entry, task in tasks if task.only is None or cls.name in task.only]
        if len(own) > 1 and any(task.need is not None or entry.needs for entry, task in own):
            return None
        if step.set_up is not None:
            work.append(step.set_up)
        if step.handoff is not None and step.handoff.reread is not None:
            moves = self.load.journeys[c].moves[:, s]
            inside = [o for o in range(self.size) if moves[o] > 0.0 and self.model.steps[o].team == step.team]
            if inside and not step.handoff.within_team:
                return None
            work.append(step.handoff.reread)
        return (*work, *(task.time for _, task in own))

    # -- what comes in -----------------------------------------------------------------------------------------------

    def _sources(self, name: str) -> tuple[list[int], set[int]]:
        """Classes that come to a team from the customer, and steps from which requests come to it."""
        steps = self._steps(name)
        straight = [c for c, j in enumerate(self.load.journeys) if any(j.moves[self.size, s] > 0.0 for s in steps)]
        before = {o for j in self.load.journeys for s in steps for o in range(self.size) if j.moves[o, s] > 0.0}
        return straight, before

    def _upstream(self, name: str) -> set[str]:
        """All teams from which something flows to a team, itself when requests come back to it."""
        found: set[str] = set()
        fresh = {name}
        while fresh:
            fresh = {self.model.steps[o].team for one in fresh for o in self._sources(one)[1]} - found
            found |= fresh
        return found

    def _with_inflow(self, desk: Desk) -> Desk:
        """The verdict on a team, once what comes in is looked at too."""
        straight, before = self._sources(desk.team)
        classes = [self.model.classes[c] for c in straight]
        upstream = self._upstream(desk.team)
        desk = replace(desk, fed_by=tuple(sorted(upstream - {desk.team})))
        if desk.hard:
            return desk
        if not before and len(classes) == 1 and classes[0].arrivals.gap is not None:
            desk = replace(desk, scatter=classes[0].arrivals.gap.scv)
        if any(cls.arrivals.group is not None for cls in classes):
            return replace(desk, why="requests come in groups", hard=True)
        if desk.people < 1:
            return replace(desk, why="nobody at work", hard=True)
        if over := self._overloaded({desk.team, *upstream}, desk.team):
            return replace(desk, why=over, hard=True)
        return replace(desk, **self._inflow(desk, classes, before, upstream)) if not desk.why else desk

    def _overloaded(self, teams: set[str], own: str) -> str:
        """What is said when one of these teams, of which `own` is the one in question, cannot keep up."""
        for name in sorted(teams, key=lambda name: name != own):
            if self.load.team(name).utilisation >= 1.0:
                return "overloaded: there is no steady state" if name == own else f"{name}, before it, is overloaded"
        return ""

    def _inflow(
        self, desk: Desk, classes: Sequence[RequestClass], before: set[int], upstream: set[str]
    ) -> dict[str, Any]:
        """What is to be changed of a team with nothing in the way inside it, once it is known what comes in."""
        odd = next((told for cls in classes if (told := self._arrivals(cls, desk.calendar))), "")
        if odd:
            return {"why": odd}
        if self._all_exponential({desk.team, *upstream}, desk.calendar):
            return {"feedback": desk.team in upstream}
        if desk.team in upstream:
            return {"why": "requests come back to it"}
        for name in sorted({self.model.steps[o].team for o in before}):
            if not self._all_exponential({name, *self._upstream(name)}, desk.calendar):
                return {"why": f"what comes from {name} does not come at random"}
        if any(self.model.steps[o].split is not None for o in before):
            return {"why": "branches side by side"}
        if desk.people > 1 and not desk.exponential:
            return {"why": "several people, and work that is not exponential"}
        return {}

    def _all_exponential(self, teams: set[str], calendar: Calendar) -> bool:
        """Whether these are exponential stations with these hours, and come what may from customers at random."""
        return teams <= self.exponential and all(self._even(name, calendar) for name in teams)

    def _even(self, name: str, calendar: Calendar) -> bool:
        """Whether a team has these hours, and all that comes to it from customers comes at random in them; and nothing
        that came there splits.
        """
        own = self.model.calendar(self.model.team(name).calendar)
        straight, before = self._sources(name)
        splits = any(self.model.steps[o].split is not None for o in before)
        same = _same_hours(own, calendar)
        return same and not splits and not any(self._arrivals(self.model.classes[c], calendar) for c in straight)

    def _arrivals(self, cls: RequestClass, calendar: Calendar) -> str:
        """Why requests of a class do not come at random in these hours; "" when they do."""
        arrivals = cls.arrivals
        if arrivals.gap is None:
            return "requests come at dates"
        if arrivals.group is not None:
            return "requests come in groups"
        if arrivals.profile is not None:
            return "busy and quiet hours"
        if arrivals.gap.name != "exponential":
            return "gaps between arrivals are not at random"
        if not _same_hours(self.model.calendar(arrivals.calendar) if arrivals.calendar else None, calendar):
            return "requests come in other hours than the team works"
        return ""


def _same_hours(one: Calendar | None, other: Calendar) -> bool:
    """Whether two calendars are open at the same instants (None: always), by what is written in them."""
    if one is None or one.always:
        return other.always
    return one.weekly == other.weekly and one.exceptions == other.exceptions


def _per_tick(model: Model, cls: RequestClass, calendar: Calendar) -> float | None:
    """Requests of a class per open tick of a team, where they come in its very hours; else None."""
    arrivals = cls.arrivals
    own = model.calendar(arrivals.calendar) if arrivals.calendar else None
    if arrivals.gap is None or arrivals.profile is not None or arrivals.group is not None:
        return None
    return 1.0 / arrivals.gap.mean() if _same_hours(own, calendar) else None
