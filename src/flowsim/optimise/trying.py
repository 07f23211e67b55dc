"""Designs tried by a search, each over the same few runs: what each gives, and how good it looks."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from flowsim.errors import FlowsimError
from flowsim.experiments.cells import Design, Failed, measure
from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.growth import overloaded
from flowsim.experiments.pool import Pool
from flowsim.experiments.statistics import Estimate, mean_estimate
from flowsim.model import Model, identity
from flowsim.optimise.asked import Aim, Goal, per_week
from flowsim.optimise.search import Rank, Search
from flowsim.optimise.space import Point, Space

APART = 100_000
"""The search counts its runs from behind this number: finalists are compared over runs that it has not seen."""

ONE_SIDED = 0.90
"""Confidence of an interval of which each end by itself is 95 % sure."""


@dataclass(frozen=True)
class Question:
    """What is asked of a design: to meet the `goals`, and then to have the best of the `aim`."""

    goals: tuple[Goal, ...]
    aim: Aim


@dataclass(frozen=True)
class Values:
    """What a design gave: by replication what is asked of it, the aim and each goal."""

    aim: dict[int, float]
    goals: tuple[dict[int, float], ...]

    def estimates(self) -> tuple[Estimate | None, tuple[Estimate | None, ...]]:
        """Means over the replications of the aim and of each goal."""
        return _mean(self.aim), tuple(_mean(goal) for goal in self.goals)


@dataclass(frozen=True)
class Tried:
    """A design that was tried: its number from 1, its point, its Model or why there is none, and what it gave (None:
    nothing, as it cannot be made, cannot be run, cannot keep up, or nothing ended).
    """

    number: int
    point: Point
    model: Model | None
    values: Values | None = None
    failed: str = ""


Judged = tuple[Values | None, str]
"""What a design gave, or why it gave nothing."""


def values_of(numbers: StateNumbers, model: Model, asked: Question) -> Judged:
    """What is asked of a design's numbers; or what it has no value of in any run."""
    weekly = per_week(numbers, model)
    found = Values(asked.aim.values(weekly), tuple(goal.values(weekly) for goal in asked.goals))
    names = (asked.aim.measure, *(goal.measure for goal in asked.goals))
    missing = [name for name, by_run in zip(names, (found.aim, *found.goals), strict=True) if not by_run]
    return (None, f"it has no {missing[0]}") if missing else (found, "")


def rank_of(values: Values | None, asked: Question) -> Rank:
    """How good a design looks, the smaller the better: one that meets all goals by what is to be least, then by how
    well it meets them; else by how far it misses them, in tolerances.
    """
    if values is None:
        return (math.inf,)
    aim, goals = values.estimates()
    assert aim is not None
    margins = [
        goal.margin(one.value) / goal.tolerance for goal, one in zip(asked.goals, goals, strict=True) if one is not None
    ]
    missed = math.fsum(-margin for margin in margins if margin < 0.0)
    return (missed, asked.aim.loss(aim.value), -min(margins, default=0.0))


def may_meet(values: Values, asked: Question, surely: bool = False) -> bool:
    """Whether a design may meet every goal, as far as its runs show; or meets them `surely`. Each goal with 95 %."""
    for goal, by_run in zip(asked.goals, values.goals, strict=True):
        estimate = mean_estimate(list(by_run.values()), ONE_SIDED)
        low, high = (estimate.value if end is None else end for end in (estimate.low, estimate.high))
        ends = sorted((goal.margin(low), goal.margin(high)))
        if ends[0 if surely else 1] < 0.0:
            return False
    return True


def try_designs(
    space: Space,
    asked: Question,
    seed: int,
    tries: int,
    runs: int,
    pool: Pool,
    *,
    audit: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[Tried]:
    """All designs, when there are no more than `tries`; else those of a search, in the order in which they were tried.
    `progress` is called with designs tried and to be tried. Raises AuditError.
    """
    tried: list[Tried] = []
    known: dict[str, Judged] = {}
    if space.size <= tries:
        asks = iter([space.points()])
        search = None
    else:
        search = Search([len(choice.options) for choice in space.choices], space.present, tries)
        asks = iter(search.ask, [])
    planned = min(tries, space.size)
    for points in asks:
        fresh = [_made(space, point, len(tried) + n) for n, point in enumerate(points, 1)]
        done = len(tried)
        over = range(APART + 1, APART + runs + 1)
        with closing(measure_designs(fresh, asked, seed, over, pool, audit, known)) as answers:
            for one in answers:
                tried.append(one)
                if search is not None:
                    search.tell(one.point, rank_of(one.values, asked))
                if progress is not None:
                    progress(len(tried), planned)
        assert len(tried) == done + len(points)
    return tried


def _made(space: Space, point: Point, number: int) -> Tried:
    try:
        model = space.model(point)
    except FlowsimError as error:
        problem = error.problems()[0]
        return Tried(number, point, None, failed=f"{problem.message} [{problem.code}]")
    return Tried(number, point, model, failed=cannot_keep_up(model))


def cannot_keep_up(model: Model) -> str:
    """Why a design has no steady values; "" when it has."""
    who = overloaded(model)
    return "" if who is None else f"{who[0]} cannot keep up: {who[1]:.0%} busy"


def measure_designs(
    designs: Sequence[Tried],
    asked: Question,
    seed: int,
    runs: range,
    pool: Pool,
    audit: bool = True,
    known: dict[str, Judged] | None = None,
) -> Generator[Tried, None, None]:
    """Designs with what they gave over these runs, each as soon as it is there, in their order; those with the same
    Model are run once, and none of those that are `known` by their identity. Close it when leaving early. Raises
    AuditError.
    """
    known = {} if known is None else known
    keys = ["" if one.model is None or one.failed else identity(one.model) for one in designs]
    models = {key: one.model for key, one in zip(keys, designs, strict=True) if one.model is not None and key}
    models = {key: model for key, model in models.items() if key not in known}
    named = [Design(key, model) for key, model in models.items()]
    with closing(measure(named, seed, runs, pool, audit=audit)) as answers:
        for key, one in zip(keys, designs, strict=True):
            if key and key not in known:
                known[key] = _judged(next(answers), models[key], asked)
            values, why = known[key] if key else (None, one.failed)
            yield replace(one, values=values, failed=why)


def _judged(answer: StateNumbers | Failed, model: Model, asked: Question) -> Judged:
    """What is asked of a design, or why there is nothing."""
    if isinstance(answer, Failed):
        problem = answer.error.problems()[0]
        return None, f"{problem.message} [{problem.code}]"
    return values_of(answer, model, asked)


def _mean(by_run: dict[int, float]) -> Estimate | None:
    return mean_estimate([by_run[run] for run in sorted(by_run)]) if by_run else None
