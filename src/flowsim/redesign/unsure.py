"""What not knowing some values means for a result: the process at many points of what is not known (R12 of methods).

Outside a Latin hypercube over the guesses of a scenario, inside replications with the same draws at every point and in
every state. A guess is one value wherever it gets to, so states are compared in the same world at each point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from flowsim.errors import ScenarioError, UsageError
from flowsim.experiments.cells import Design, Failed, measure
from flowsim.experiments.estimates import MATTERS, StateNumbers, direction
from flowsim.experiments.experiment import expected_visits
from flowsim.experiments.pool import POOL_PAYS, Pool, cores
from flowsim.experiments.statistics import Floats, exact_mean, paired_difference, verdict
from flowsim.model import Model
from flowsim.model.load import loads
from flowsim.redesign.knowing import Input, Split, enough, split
from flowsim.redesign.latin import latin_hypercube
from flowsim.scenario import Scenario

POINTS, INNER = 50, 10
"""Points of what is not known, and replications at each, unless somebody says otherwise."""

POINTS_AN_INPUT = 10
"""Points for each input where there are many: Loeppky, Sacks & Welch 2009."""

MEASURES = ("working lead time mean", "working lead time P90", "within promise")
"""The results that are told."""

VERDICTS = ("better", "worse", "no difference that matters", "not yet known")

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Guessed:
    """An input as a state has it: its key, the path and the texts that stand there (`scenario.Unsure`), the text as
    written, and how many values it may have (0: any between).
    """

    state: str
    key: str
    path: str
    low: str
    middle: str
    high: str
    written: str
    levels: int


@dataclass
class Study:
    """What is run: the `inputs` of every state, how far each is from low to high at every point (`u`: points, keys),
    and the Model of each state at each point, or why there is none.
    """

    states: tuple[str, ...]
    inputs: tuple[Guessed, ...]
    keys: tuple[str, ...]
    u: Floats
    models: dict[tuple[str, int], Model] = field(default_factory=dict)
    failed: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """How many there are."""
        return len(self.u)

    def felt(self, state: str) -> list[int]:
        """The columns of the inputs that make a difference in a state."""
        own = {one.key for one in self.inputs if one.state == state}
        return [column for column, key in enumerate(self.keys) if key in own]

    def levels(self, key: str) -> int:
        """How many values an input may have; 0: any between its ends."""
        return next(one.levels for one in self.inputs if one.key == key)


@dataclass(frozen=True)
class Result:
    """One result: of a state, or (`before`) of the difference from another one, with its split over the points that
    could be run; None where too few could. `verdicts`: at how many points a difference was judged each way.
    """

    state: str
    before: str
    measure: str
    unit: str
    split: Split | None
    verdicts: Mapping[str, int] = field(default_factory=dict)


def study(
    scenario: Scenario, states: Sequence[str], sets: Sequence[str], seed: int, points: int | None = None
) -> Study:
    """The study of these states: guesses, points and models. Raises UsageError FS730 when nothing is unsure, FS731 when
    there are too few points for so many guesses; else as `Scenario.compile` does for a state that has none.
    """
    found = [
        Guessed(state, one.key, one.path, one.low, one.middle, one.high, one.written, one.levels)
        for state in states
        for one in scenario.unsure(state, sets)
    ]
    keys = tuple(dict.fromkeys(one.key for one in found))
    if not keys:
        hint = "write a range with 'unsure' behind a value you are not sure of, for example: 10 .. 20 min unsure"
        raise UsageError(f"nothing is unsure in {', '.join(states)}", code="FS730", hint=hint)
    points = points or max(POINTS, POINTS_AN_INPUT * len(keys))
    if not enough(points, len(keys)):
        message = f"{points} points cannot tell {len(keys)} values apart"
        raise UsageError(message, code="FS731", hint=f"use at least {len(keys) + 8}, and rather {10 * len(keys)}")
    made = Study(tuple(states), tuple(found), keys, latin_hypercube(seed, keys, points))
    for point in range(points):
        at = {key: float(made.u[point, column]) for column, key in enumerate(keys)}
        for state in states:
            try:
                made.models[state, point] = scenario.compile(state, sets, at=at).model
            except ScenarioError as error:
                problem = error.problems()[0]
                made.failed[state, point] = f"{problem.message} [{problem.code}]"
    return made


def overloaded(study: Study, state: str) -> dict[str, int]:
    """Teams that have more work than time at some points, and at how many: there the results depend on how long the
    run is.
    """
    found: dict[str, int] = {}
    for point in range(study.points):
        model = study.models.get((state, point))
        for team in loads(model).teams if model is not None else ():
            if team.utilisation >= 1:
                found[team.name] = found.get(team.name, 0) + 1
    return found


@dataclass(frozen=True)
class Values:
    """A result at every point that could be run: `points`, and the values (points, replications)."""

    points: tuple[int, ...]
    values: Floats
    unit: str


class Runs:
    """How a study is run: seed, replications at each point, worker processes (None: as many as pay)."""

    def __init__(self, seed: int, replications: int, audit: bool = True, jobs: int | None = None) -> None:
        self.seed, self.replications, self.audit, self.jobs = seed, replications, audit, jobs

    def workers(self, study: Study) -> int:
        """How many processes to use."""
        if self.jobs is not None:
            return self.jobs
        model = next(iter(study.models.values()), None)
        visits = 0.0 if model is None else expected_visits(model) * len(study.models) * self.replications
        return cores() if visits > POOL_PAYS else 1


def run_study(study: Study, runs: Runs, progress: Progress | None = None) -> dict[tuple[str, str], Values]:
    """The values of each result by (state, measure). What could not be run is noted in `study.failed`. Raises
    AuditError.
    """
    cells = [(state, point) for point in range(study.points) for state in study.states]
    cells = [cell for cell in cells if cell in study.models]
    numbers: dict[tuple[str, int], StateNumbers] = {}
    designs: Iterator[Design] = (Design(f"{state} {point}", study.models[state, point]) for state, point in cells)
    counted = range(1, runs.replications + 1)
    with Pool(runs.workers(study)) as pool:
        answers = measure(designs, runs.seed, counted, pool, audit=runs.audit, progress=progress)
        for cell, answer in zip(cells, answers, strict=True):
            if isinstance(answer, Failed):
                problem = answer.error.problems()[0]
                study.failed[cell] = f"{problem.message} [{problem.code}]"
            else:
                numbers[cell] = answer
    return {
        (state, name): values
        for state in study.states
        for name in MEASURES
        if (values := _values(study, state, name, numbers, counted)) is not None
    }


def _values(
    study: Study, state: str, name: str, numbers: Mapping[tuple[str, int], StateNumbers], counted: Sequence[int]
) -> Values | None:
    """The values of a measure at each point where every replication has one; None where no point has."""
    points, rows, unit = [], [], ""
    for point in range(study.points):
        own = numbers.get((state, point))
        by_replication = own.values.get((name, ""), {}) if own is not None else {}
        if own is not None and all(n in by_replication for n in counted):
            points.append(point)
            rows.append([by_replication[n] for n in counted])
            unit = own.units[name]
    return Values(tuple(points), np.array(rows), unit) if points else None


def results(study: Study, values: Mapping[tuple[str, str], Values], runs: int) -> list[Result]:
    """Every result of every state, and of each state against the first; luck is that of a mean of `runs`
    replications.
    """
    found = []
    for state in study.states:
        for name in MEASURES:
            if (state, name) in values:
                own = values[state, name]
                found.append(Result(state, "", name, own.unit, _split(study, own, study.felt(state), runs)))
    first = study.states[0]
    for state in study.states[1:]:
        columns = sorted({*study.felt(first), *study.felt(state)})
        for name in MEASURES:
            if (state, name) in values and (first, name) in values:
                before, after = _common(values[first, name], values[state, name])
                gap = Values(after.points, after.values - before.values, after.unit)
                judged = _verdicts(before, after, name)
                found.append(Result(state, first, name, gap.unit, _split(study, gap, columns, runs), judged))
    return found


def _split(study: Study, values: Values, columns: Sequence[int], runs: int) -> Split | None:
    inputs = [Input(study.keys[column], study.levels(study.keys[column])) for column in columns]
    if not enough(len(values.points), len(inputs)):
        return None
    return split(values.values, study.u[np.ix_(values.points, columns)], inputs, runs)


def _common(one: Values, other: Values) -> tuple[Values, Values]:
    """Both at the points that both have."""
    shared = tuple(point for point in one.points if point in set(other.points))
    first, second = (
        Values(shared, each.values[[each.points.index(point) for point in shared]], each.unit) for each in (one, other)
    )
    return first, second


def _verdicts(before: Values, after: Values, name: str) -> dict[str, int]:
    """At how many points the state is better, worse, no different, or not yet known to be."""
    found = dict.fromkeys(VERDICTS, 0)
    for old, new in zip(before.values, after.values, strict=True):
        found[verdict(paired_difference(old, new), direction(name), abs(MATTERS * exact_mean(old)))] += 1
    return found


__all__ = [
    "INNER",
    "MEASURES",
    "POINTS",
    "Guessed",
    "Result",
    "Runs",
    "Study",
    "Values",
    "overloaded",
    "results",
    "run_study",
    "study",
]
