"""What `load.loads` finds: people's time by kind, and tables by class, step and team."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from flowsim.model.traffic import Traffic


@dataclass(frozen=True)
class Effort:
    """People's time by kind, in working ticks as drawn: of a request, or of a team in a week.

    `adding`, `necessary` and `waste` are first passes; `rework` is work with pass > 1, `answers` are the answers to
    questions that a team gives; `reread`, `set_up` and `change_over` are the rest of what a handoff and a batch cost.
    Work for several people counts for each of them (R8).
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
        """Each kind times `factor`; nothing stays nothing, whatever the factor."""
        return Effort(**{f.name: x * factor for f in fields(self) if (x := getattr(self, f.name)) != 0.0})

    @classmethod
    def sum(cls, efforts: Iterable[Effort]) -> Effort:
        """Each kind added up."""
        items = list(efforts)
        return cls(**{f.name: math.fsum(getattr(e, f.name) for e in items) for f in fields(cls)})


@dataclass(frozen=True)
class ClassLoad:
    """A class: requests `per_week` and expected `in_run` that arrive by themselves; people's time, handoffs (moves
    between teams, R7) and questions per request; `least` is a lower bound of its mean lead time in ticks, the lead time
    had nobody ever waited for a person, a batch, a place or an opening, and of branches only the longest counted (R13).
    `backlog`: how many are there when the run begins (R5).
    """

    name: str
    per_week: float
    in_run: float
    effort: Effort
    handoffs: float
    questions: float
    least: float
    backlog: int = 0


@dataclass(frozen=True)
class StepLoad:
    """A step, over all classes: `visits` that do its work per request, `passes` per request that comes here at all,
    visits `per_week`, and `handed_over`: moves a week for which the rules of its handoff hold (R7). `process_batch`
    and `transfer_batch` are the expected size of a batch (1 without one).

    `takers`: each team that may take it, with the part of the visits that it takes by `sharing.py`, an estimate.
    `fills`: of a step for several people, the part that it takes of all the time in which it can be done, its teams all
    open and every one of them there (R8): at 1 or above it cannot keep up; 0 for a step for one. `backlog` and
    `backlog_handed_over`: visits, and moves by its handoff, of requests that are there when the run begins (R5).
    """

    name: str
    team: str
    visits: float
    passes: float
    per_week: float
    handed_over: float
    process_batch: float
    transfer_batch: float
    takers: tuple[tuple[str, float], ...] = ()
    fills: float = 0.0
    backlog: float = 0.0
    backlog_handed_over: float = 0.0


@dataclass(frozen=True)
class TeamLoad:
    """A team in an average week: its effort, the time that its people are there for it, both in working ticks,
    `takes`: how often one of them takes something up, and `comes`: how many requests come to it, to be handled or with
    a question for it. `people` are at home in it, `helpers` are at home elsewhere.

    Of a step that any of several teams may take, and of the time of people who help elsewhere, each team has the part
    that makes them as evenly busy as can be (`sharing.py`): `pool` are the teams that are equally busy for that reason,
    itself among them, empty when it is alone. They can keep up together exactly when they are below 1.

    `away` is the time taken off for absence and presence (R10). `backlog` is what requests that are there when the run
    begins ask of it, in working ticks, once (R5); it is no part of the effort. Chases (R15) are no part of either.
    """

    name: str
    people: int
    effort: Effort
    available: float
    takes: float
    comes: float
    helpers: int = 0
    pool: tuple[str, ...] = ()
    away: float = 0.0
    backlog: float = 0.0

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
    """Moves from a step (None: from the customer) to a step, per request over all classes. `handoff`: between teams, or
    possibly so when one of several teams may take it.
    """

    from_step: str | None
    to_step: str
    per_request: float
    handoff: bool


@dataclass(frozen=True)
class Loads:
    """All of it, for a Model; in the Model's order. `per_week` counts requests of all classes that arrive; `effort` and
    `handoffs` are per request over the mix of classes. `exact` False: some class has too many combinations of needs or
    returns to follow all, and its figures are approximations. `asks`: by class and team the people's time that one
    request asks, in working ticks. `journeys`: what the traffic equations say, by class.
    """

    classes: tuple[ClassLoad, ...]
    steps: tuple[StepLoad, ...]
    teams: tuple[TeamLoad, ...]
    moves: tuple[Move, ...]
    per_week: float
    effort: Effort
    handoffs: float
    exact: bool
    asks: tuple[tuple[float, ...], ...]
    journeys: tuple[Traffic, ...] = field(repr=False, compare=False)

    def team(self, name: str) -> TeamLoad:
        """The load of that team; KeyError if there is none."""
        for team in self.teams:
            if team.name == name:
                return team
        raise KeyError(name)
