"""An experiment: some states of a process, the same replications of each, kept in one results folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from flowsim.draws import SCHEME
from flowsim.engine import ENGINE
from flowsim.errors import UsageError
from flowsim.experiments.estimates import MATTERS, StateNumbers, comparison_table, estimates_table, paired
from flowsim.experiments.family import Difference, judged
from flowsim.experiments.matters import Matters
from flowsim.experiments.pool import POOL_PAYS, cores
from flowsim.experiments.precision import MEASURE, Decided, Precision, decide
from flowsim.experiments.replicate import Job, Outcome, simulate_all
from flowsim.experiments.schema import EXPERIMENT_DESCRIPTIONS, EXPERIMENT_SCHEMA, TABLE_VERSION
from flowsim.experiments.store import RunFolder, open_run
from flowsim.metrics.schema import DESCRIPTIONS, SCHEMA
from flowsim.metrics.tables import Tables
from flowsim.model import Model, identity
from flowsim.model.load import loads
from flowsim.record.columns import Col, TextColumn, Values, length
from flowsim.record.manifest import Audit, Manifest, Pilot, ScenarioFile, State, Timing
from flowsim.record.parquet import TableWriter

Progress = Callable[[int, int], None]
"""Called with replications done and planned."""

Also = Callable[[RunFolder, int], object]
"""Puts more tables into a results folder before it is finished, given how many replications there are."""


@dataclass(frozen=True)
class StatePlan:
    """A state to run: its Model, and for the manifest how it came about."""

    name: str
    model: Model
    about: str = ""
    changes: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What to run. `files` are the scenario files by name, `command` what the user typed, `jobs` the number of
    worker processes (None: as many as pay). `matters` is the smallest difference that matters in a comparison. With a
    `precision` its pilot counts, not `replications`.
    """

    title: str
    states: tuple[StatePlan, ...]
    replications: int
    seed: int
    files: Mapping[str, str]
    command: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    jobs: int | None = None
    audit: bool = True
    matters: Matters = field(default_factory=Matters)
    precision: Precision | None = None

    def __post_init__(self) -> None:
        names = [s.name for s in self.states]
        if len(set(names)) < len(names):
            raise UsageError(f"a state stands twice: {', '.join(names)}", code="FS704")

    @property
    def identity(self) -> str:
        """A hash of all that decides the numbers: models, seed, replications, way of drawing."""
        parts = [SCHEME, str(self.seed), str(self.precision or self.replications)]
        parts += [f"{s.name}\x1f{identity(s.model)}" for s in self.states]
        return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()

    def workers(self, replications: int | None = None) -> int:
        """How many processes to use for all replications, or for so many."""
        if self.jobs is not None:
            return self.jobs
        visits = sum(expected_visits(s.model) for s in self.states) * (replications or self.replications)
        return cores() if visits > POOL_PAYS else 1


@dataclass(frozen=True)
class Done:
    """A finished experiment: where it is kept, and what it says."""

    folder: Path
    manifest: Manifest
    numbers: tuple[StateNumbers, ...]
    differences: tuple[tuple[str, str, tuple[Difference, ...]], ...]
    stuck: Mapping[str, tuple[str, ...]]


def expected_visits(model: Model) -> float:
    """Visits expected in one replication, from the traffic equations."""
    load = loads(model)
    requests = sum(c.in_run for c in load.classes)
    return requests * max(1.0, sum(step.visits for step in load.steps))


def perform(
    plan: Plan,
    folder: RunFolder,
    progress: Progress | None = None,
    decided: Callable[[Decided], None] | None = None,
    also: Also | None = None,
) -> Done:
    """Run every replication of every state, audit each, and write the results folder, to which `also` may add. With a
    precision first a pilot, and then as many more as it says; `decided` is told once.

    The first state is what the others are compared with; each is also compared with the one before it. Raises
    AuditError, EngineError, StorageError; then no results are left.
    """
    started = time.monotonic()
    created = datetime.now().astimezone()
    gathered = _Gathered(plan, progress)
    pilot: tuple[Pilot, ...] = ()
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(folder.table(name, columns, description=DESCRIPTIONS[name], schema=TABLE_VERSION))
            for name, columns in SCHEMA.items()
        }
        replications = plan.precision.pilot if plan.precision is not None else plan.replications
        gathered.run(1, replications, writers)
        if plan.precision is not None:
            found = decide(plan.precision, gathered.states)
            if decided is not None:
                decided(found)
            pilot = (_pilot(plan.precision, found),)
            gathered.run(replications + 1, found.replications, writers)
            replications = found.replications
    states = gathered.states
    pairs = compare_states(states, plan.matters)
    estimates = estimates_table(states)
    _write(folder, "estimates", estimates)
    if pairs:
        _write(folder, "comparison", comparison_table(pairs))
    folder.summary(EXPERIMENT_SCHEMA["estimates"], estimates)
    if also is not None:
        also(folder, replications)
    manifest = Manifest(
        command=plan.command,
        scenario=tuple(ScenarioFile.of(name, text) for name, text in plan.files.items()),
        states=tuple(State.of(s.name, s.model, about=s.about, changes=s.changes, sets=s.sets) for s in plan.states),
        seed=plan.seed,
        replications=replications,
        engine=ENGINE,
        audit=Audit(gathered.checks, replications * len(plan.states) if plan.audit else 0),
        timing=Timing(created.isoformat(timespec="seconds"), round(time.monotonic() - started, 3), cores()),
        warnings=plan.warnings,
        unfinished={s.name: round(sum(s.values["unfinished", ""].values())) for s in states},
        matters=plan.matters.kept(),
        pilot=pilot,
    )
    place = folder.finish(manifest)
    manifest = open_run(place, place.parent).manifest
    return Done(place, manifest, states, tuple((b, a, tuple(d)) for b, a, d in pairs), gathered.stuck)


class _Gathered:
    """What replications gave so far: the numbers of each state, and what was stuck; the tables go to their writers."""

    def __init__(self, plan: Plan, progress: Progress | None) -> None:
        self.plan = plan
        self.numbers = {s.name: StateNumbers(s.name, model=s.model) for s in plan.states}
        self.checks: tuple[str, ...] = ()
        self.stuck: dict[str, tuple[str, ...]] = {}
        self._progress = progress
        self._done = 0

    @property
    def states(self) -> tuple[StateNumbers, ...]:
        """The numbers of each state, in order."""
        return tuple(self.numbers.values())

    def run(self, first: int, last: int, writers: Mapping[str, TableWriter]) -> None:
        """Replications first to last of every state, in order whatever the number of workers."""
        plan = self.plan
        jobs = [
            Job(state.name, state.model, plan.seed, replication, plan.audit)
            for replication in range(first, last + 1)
            for state in plan.states
        ]
        planned = self._done + len(jobs)
        with closing(simulate_all(jobs, plan.workers(last - first + 1))) as outcomes:
            for outcome in outcomes:
                _append(writers, outcome)
                self.numbers[outcome.state].add(outcome.replication, outcome.tables)
                self.checks = outcome.checks()
                if outcome.stuck and outcome.state not in self.stuck:
                    self.stuck[outcome.state] = outcome.stuck
                self._done += 1
                if self._progress is not None:
                    self._progress(self._done, planned)


def _pilot(asked: Precision, found: Decided) -> Pilot:
    needed = () if found.needed is None else (found.needed,)
    return Pilot(MEASURE, asked.share, asked.pilot, asked.most, needed)


def compare_states(
    states: Sequence[StateNumbers], matters: float | Matters = MATTERS
) -> list[tuple[str, str, list[Difference]]]:
    """Each state with the first, and with the one before it where that is another; verdicts over all of them at once
    (`family`).
    """
    pairs = [*((states[0], other) for other in states[1:]), *pairwise(states[1:])]
    found = judged([paired(before, after, matters) for before, after in pairs])
    return [(before.name, after.name, own) for (before, after), own in zip(pairs, found, strict=True)]


def _append(writers: Mapping[str, TableWriter], outcome: Outcome) -> None:
    """One replication's tables, with the two leading columns."""
    tables: Tables = outcome.tables
    for name, writer in writers.items():
        table = tables[name]
        rows = length(next(iter(table.values())))
        leading: dict[str, Values] = {
            "state": TextColumn(np.zeros(rows, dtype=np.int32), (outcome.state,)),
            "replication": np.full(rows, outcome.replication, dtype=np.int64),
        }
        writer.append(leading | table)


def _write(folder: RunFolder, name: str, values: Mapping[str, Values]) -> None:
    columns: tuple[Col, ...] = EXPERIMENT_SCHEMA[name]
    with folder.table(name, columns, description=EXPERIMENT_DESCRIPTIONS[name], schema=TABLE_VERSION) as writer:
        writer.append(dict(values))
