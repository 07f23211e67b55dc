"""An experiment: some states of a process, the same replications of each, kept in one results folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from flowsim.draws import SCHEME
from flowsim.engine import ENGINE
from flowsim.errors import UsageError
from flowsim.experiments.estimates import (
    Difference,
    StateNumbers,
    comparison_table,
    differences,
    estimates_table,
)
from flowsim.experiments.pool import POOL_PAYS, cores
from flowsim.experiments.replicate import Job, Outcome, simulate_all
from flowsim.experiments.schema import EXPERIMENT_DESCRIPTIONS, EXPERIMENT_SCHEMA, TABLE_VERSION
from flowsim.experiments.store import RunFolder, open_run
from flowsim.metrics.schema import DESCRIPTIONS, SCHEMA
from flowsim.metrics.tables import Tables
from flowsim.model import Model, identity
from flowsim.model.load import loads
from flowsim.record.columns import Col, TextColumn, Values, length
from flowsim.record.manifest import Audit, Manifest, ScenarioFile, State, Timing
from flowsim.record.parquet import TableWriter

Progress = Callable[[int, int], None]
"""Called with replications done and planned."""

Also = Callable[[RunFolder], object]
"""Puts more tables into a results folder, before it is finished."""


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
    worker processes (None: as many as pay).
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

    def __post_init__(self) -> None:
        names = [s.name for s in self.states]
        if len(set(names)) < len(names):
            raise UsageError(f"a state stands twice: {', '.join(names)}", code="FS704")

    @property
    def identity(self) -> str:
        """A hash of all that decides the numbers: models, seed, replications, way of drawing."""
        parts = [SCHEME, str(self.seed), str(self.replications)]
        parts += [f"{s.name}\x1f{identity(s.model)}" for s in self.states]
        return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()

    def workers(self) -> int:
        """How many processes to use."""
        if self.jobs is not None:
            return self.jobs
        visits = sum(expected_visits(s.model) for s in self.states) * self.replications
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


def perform(plan: Plan, folder: RunFolder, progress: Progress | None = None, also: Also | None = None) -> Done:
    """Run every replication of every state, audit each, and write the results folder; `also` may add to it.

    The first state is what the others are compared with; each is also compared with the one before it. Raises
    AuditError, EngineError, StorageError; then no results are left.
    """
    started = time.monotonic()
    created = datetime.now().astimezone()
    jobs = [
        Job(state.name, state.model, plan.seed, replication, plan.audit)
        for replication in range(1, plan.replications + 1)
        for state in plan.states
    ]
    numbers = {s.name: StateNumbers(s.name) for s in plan.states}
    checks: tuple[str, ...] = ()
    stuck: dict[str, tuple[str, ...]] = {}
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(folder.table(name, columns, description=DESCRIPTIONS[name], schema=TABLE_VERSION))
            for name, columns in SCHEMA.items()
        }
        outcomes = stack.enter_context(closing(simulate_all(jobs, plan.workers())))
        for done, outcome in enumerate(outcomes, start=1):
            _append(writers, outcome)
            numbers[outcome.state].add(outcome.replication, outcome.tables)
            checks = outcome.checks()
            if outcome.stuck and outcome.state not in stuck:
                stuck[outcome.state] = outcome.stuck
            if progress is not None:
                progress(done, len(jobs))
    states = tuple(numbers.values())
    pairs = compare_states(states)
    estimates = estimates_table(states)
    _write(folder, "estimates", estimates)
    if pairs:
        _write(folder, "comparison", comparison_table(pairs))
    folder.summary(EXPERIMENT_SCHEMA["estimates"], estimates)
    if also is not None:
        also(folder)
    manifest = Manifest(
        command=plan.command,
        scenario=tuple(ScenarioFile.of(name, text) for name, text in plan.files.items()),
        states=tuple(State.of(s.name, s.model, about=s.about, changes=s.changes, sets=s.sets) for s in plan.states),
        seed=plan.seed,
        replications=plan.replications,
        engine=ENGINE,
        audit=Audit(checks, len(jobs) if plan.audit else 0),
        timing=Timing(created.isoformat(timespec="seconds"), round(time.monotonic() - started, 3), cores()),
        warnings=plan.warnings,
        unfinished={s.name: round(sum(s.values["unfinished", ""].values())) for s in states},
    )
    place = folder.finish(manifest)
    manifest = open_run(place, place.parent).manifest
    return Done(place, manifest, states, tuple((b, a, tuple(d)) for b, a, d in pairs), stuck)


def compare_states(states: Sequence[StateNumbers]) -> list[tuple[str, str, list[Difference]]]:
    """Each state with the first, and with the one before it where that is another."""
    found = [(states[0].name, other.name, differences(states[0], other)) for other in states[1:]]
    found += [(a.name, b.name, differences(a, b)) for a, b in pairwise(states[1:])]
    return found


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
