"""From a Model and the draws to the parts of a run: names become positions, purposes become streams (R4)."""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.draws import Draws, Durations, Uniforms
from flowsim.engine.duties import VALUES, Returning, Work
from flowsim.engine.gates import ClockTimes, Gate
from flowsim.engine.parts import Limit, Station, TeamState, Visit
from flowsim.engine.plainness import settle_plainness
from flowsim.engine.presence import Presence
from flowsim.engine.staffing import staff_teams
from flowsim.model import BatchRule, JointTimes, Model, Need, OpenTimes, Paths, Step, Task, laid_out, paths
from flowsim.model.calendar import FOREVER
from flowsim.model.process import END
from flowsim.record import WITHDRAWN


@dataclass
class Plant:
    """Everything that stands still, built for one run; `paths` is by class, `limit` the whole's (R14)."""

    stations: list[Station]
    teams: list[TeamState]
    gates: list[Gate[Visit]]
    outcomes: tuple[str, ...]
    paths: list[Paths]
    limit: Limit | None
    presences: list[Presence | None]


def build(model: Model, draws: Draws) -> Plant:
    """The parts of a run; the Model's names become positions, its purposes become streams (R4)."""
    calendars = {c.name: laid_out(c, model.start) for c in model.calendars}
    one_priority = len({c.priority for c in model.classes}) == 1
    teams = [TeamState(i, t, calendars[t.calendar], one_priority) for i, t in enumerate(model.teams)]
    presences = staff_teams(model, teams, draws)
    builder = _Builder(model, draws, calendars, teams)
    stations = [builder.station(i, s) for i, s in enumerate(model.steps)]
    found = [paths(model, c.name) for c in model.classes]
    settle_plainness(model, stations, found)
    gates = [g for station in stations for g in (station.transfer, station.process) if g is not None]
    limit = None if model.limit is None else Limit("the whole", model.limit)
    return Plant(stations, teams, gates, builder.outcomes(), found, limit, presences)


class _Builder:
    """Turns the Model's names and rules into the positions and streams of a Plant."""

    def __init__(self, model: Model, draws: Draws, calendars: dict[str, OpenTimes], teams: list[TeamState]) -> None:
        self._model = model
        self._draws = draws
        self._calendars = calendars
        self._teams = {t.name: t for t in teams}
        self._classes = [c.name for c in model.classes]
        self._step_index = {s.name: i for i, s in enumerate(model.steps)} | {END: -1}
        self._task_index = {t.name: i for i, t in enumerate(model.tasks)}
        self._uniforms: dict[tuple[str, str], Uniforms] = {}
        self._durations: dict[tuple[str, str], Durations] = {}
        places = [t.task for s in model.steps for t in s.tasks]
        self._several = {t for t in places if places.count(t) > 1}
        bounds = [model.limit, *(step.limit for step in model.steps), *(team.limit for team in model.teams)]
        self._limits_anywhere = any(bound is not None for bound in bounds)
        self._team_limits = {t.name: Limit(f"team {t.name!r}", t.limit) for t in model.teams if t.limit is not None}

    def outcomes(self) -> tuple[str, ...]:
        """ "done", every other outcome a route names, in file order, and "withdrawn" when somebody has a patience."""
        named = [o for s in self._model.steps for r in s.routes for to, _, o in r.targets if to == END]
        if any(c.patience is not None for c in self._model.classes):
            named.append(WITHDRAWN)
        return tuple(dict.fromkeys(["done", *named]))

    def station(self, index: int, step: Step) -> Station:
        """One step made ready."""
        team = self._teams[step.team]
        station = Station(
            index,
            step,
            team,
            takers=tuple(self._teams[name] for name in step.takers),
            work=[self._works(step, c) for c in self._classes],
            visited=[step.only is None or c in step.only for c in self._classes],
            certain=[],
        )
        for klass, works in enumerate(station.work):
            if step.tasks and not works:
                station.visited[klass] = False
            station.certain.append(station.visited[klass] and (not works or any(not w.needs for w in works)))
            alone = len(works) == 1 and not works[0].needs and not works[0].elsewhere
            station.single.append(works[0] if alone else None)
        station.overtime = step.closing == "finish"
        station.first_task = self._task_index[step.tasks[0].task] if step.tasks else -1
        self._add_people(station, step)
        self._add_handoff(station, step)
        self._add_handling(station, step)
        station.returns = [self._returns(step, c) for c in self._classes]
        if step.routes:
            station.routing = self._chances(f"route at {step.name}")
            station.targets = [self._targets(step, c) for c in self._classes]
        if step.no_start_within:
            for taker in station.takers:
                taker.fifo = None
        self._add_limits(station, step)
        return station

    def _add_people(self, station: Station, step: Step) -> None:
        """Who may take it, and how many must (R8)."""
        if not step.several:
            return
        station.crew = tuple((self._teams[name], count) for name, count in step.needs)
        clocks = list({id(team.open_times): team.open_times for team, _ in station.crew}.values())
        station.times = clocks[0] if len(clocks) == 1 else JointTimes(clocks)
        for team, _ in station.crew:
            team.in_crews = True

    def _add_limits(self, station: Station, step: Step) -> None:
        """The places a request needs here (R14); chases need none."""
        limits = [] if step.limit is None else [Limit(f"step {step.name!r}", step.limit)]
        if step.team in self._team_limits:
            limits.append(self._team_limits[step.team])
        station.limits = tuple(limits)
        somewhere = bool(limits) or self._model.limit is not None
        somewhere = somewhere or (step.blocking == "person" and self._limits_anywhere)  # then it may have to be kept
        station.limited = [somewhere and name not in self._model.chasers for name in self._classes]

    def _add_handoff(self, station: Station, step: Step) -> None:
        handoff = step.handoff
        if handoff is None:
            return
        if handoff.batch is not None:
            station.transfer = self._gate(2 * station.index, handoff.batch)
        if handoff.transit is not None:
            station.transit = [
                self._duration(f"transit into {step.name}", c, handoff.transit.time) for c in self._classes
            ]
            station.transit_calendar = self._calendar(handoff.transit.calendar)
        if handoff.reread is not None:
            station.reread = [self._duration(f"read into {step.name}", c, handoff.reread) for c in self._classes]
        if handoff.question is not None:
            station.question = self._chances(f"question at {step.name}")
            answer = handoff.question.answer
            station.answer = [self._duration(f"answer at {step.name}", c, answer.time) for c in self._classes]
            station.answer_calendar = self._calendar(answer.calendar)
            station.answer_lots = self._chances(f"queue of answers to {step.name}")

    def _add_handling(self, station: Station, step: Step) -> None:
        if step.batch is not None:
            station.process = self._gate(2 * station.index + 1, step.batch)
        if step.set_up is not None:
            station.set_up = [self._duration(f"set-up at {step.name}", c, step.set_up) for c in self._classes]
        if step.change_over is not None:
            station.change_over = [
                self._duration(f"change-over at {step.name}", c, step.change_over) for c in self._classes
            ]
        if any(taker.queue == "random" for taker in station.takers):
            station.lots = self._chances(f"queue at {step.name}")

    def _works(self, step: Step, klass: str) -> list[Work]:
        found = []
        for item in step.tasks:
            task = self._model.task(item.task)
            if task.only is not None and klass not in task.only:
                continue
            needs = tuple(self._need(n, klass) for n in (task.need, *item.needs) if n is not None)
            found.append(self._work(task, klass, needs))
        return found

    def _work(self, task: Task, klass: str, needs: tuple[tuple[Uniforms, float], ...]) -> Work:
        durations = self._duration(f"task:{task.name}", klass, task.time)
        index = self._task_index[task.name]
        return Work(index, durations, VALUES.index(task.value), needs, task.name in self._several)

    def _need(self, need: Need, klass: str) -> tuple[Uniforms, float]:
        return self._uniform(need.purpose, klass), need.share

    def _returns(self, step: Step, klass: str) -> list[Returning]:
        return [
            Returning(
                self._uniform(rule.purpose, klass),
                tuple((self._step_index[to], chances) for to, chances in rule.targets),
                FOREVER if rule.at_most is None else rule.at_most,
            )
            for rule in step.returns
        ]

    def _targets(self, step: Step, klass: str) -> tuple[tuple[int, float, str], ...]:
        """Where requests of this class go: (step or -1, cumulative share, outcome); empty: file order."""
        for route in step.routes:
            if route.only is None or klass in route.only:
                total, found = 0.0, []
                for to, share, outcome in route.targets:
                    total += share
                    found.append((self._step_index[to], total, outcome))
                return tuple(found)
        return ()

    def _gate(self, order: int, rule: BatchRule) -> Gate[Visit]:
        clock = None
        if rule.clock is not None:
            clock = ClockTimes(rule.clock, self._calendar(rule.clock.calendar), self._model.start)
        return Gate(order, rule, self._calendar(rule.wait.calendar) if rule.wait else None, clock)

    def _calendar(self, name: str | None) -> OpenTimes | None:
        return None if name is None else self._calendars[name]

    def _chances(self, purpose: str) -> list[Uniforms]:
        return [self._uniform(purpose, c) for c in self._classes]

    def _uniform(self, purpose: str, klass: str) -> Uniforms:
        key = (purpose, klass)
        if key not in self._uniforms:
            self._uniforms[key] = self._draws.uniforms(purpose, klass)
        return self._uniforms[key]

    def _duration(self, purpose: str, klass: str, distribution: object) -> Durations:
        key = (purpose, klass)
        if key not in self._durations:
            self._durations[key] = self._draws.durations(purpose, klass, distribution)  # type: ignore[arg-type]
        return self._durations[key]
