"""Replications, one after another or on several processes, always handed back in order: workers change no result.

A job is plain data, and what comes back is plain data too, so that any `concurrent.futures.Executor` will do.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.experiments.pool import spread
from flowsim.metrics.tables import Tables, tables
from flowsim.model import Model
from flowsim.record import Record


@dataclass(frozen=True)
class Job:
    """One replication of one state."""

    state: str
    model: Model
    seed: int
    replication: int
    audit: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a replication gave: its tables, the audit of it (perhaps still going on), what was stuck at the end."""

    state: str
    replication: int
    tables: Tables
    audit: tuple[str, ...] | Future[tuple[str, ...]]
    stuck: tuple[str, ...]

    def checks(self) -> tuple[str, ...]:
        """The names of the audit's checks, all passed; none without an audit. Raises AuditError."""
        return self.audit.result() if isinstance(self.audit, Future) else self.audit


def simulate(job: Job) -> Outcome:
    """Run, measure and audit one replication. Raises AuditError, EngineError."""
    record = run(job.model, Draws(job.seed, job.replication))
    found = tables(job.model, record)
    return Outcome(job.state, job.replication, found, _audit(job, record, lambda: found), record.stuck)


def _audit(job: Job, record: Record, found: Callable[[], Tables]) -> tuple[str, ...]:
    """Hold the record, and at last the very ledger that is kept, against all rules; the names of the checks."""
    if not job.audit:
        return ()
    from flowsim.metrics.audit import audit

    report = audit(job.model, record, Draws(job.seed, job.replication), lambda: _ledger(found()))
    report.require()
    return tuple(check.name for check in report.checks)


def _ledger(found: Tables) -> dict[str, npt.NDArray[np.int64]]:
    from flowsim.metrics.ledger import PARTS

    return {part: np.asarray(found["visits"][f"{part}_ms"]) for part in PARTS}


def _audited_aside(job: Job, aside: Executor) -> Outcome:
    """Run, then measure here while the audit goes on in another thread; last it waits for the ledger."""
    record = run(job.model, Draws(job.seed, job.replication))
    measured: Future[Tables] = Future()
    auditing = aside.submit(_audit, job, record, measured.result)
    try:
        found = tables(job.model, record)
    except BaseException as error:
        measured.set_exception(error)
        raise
    measured.set_result(found)
    return Outcome(job.state, job.replication, found, auditing, record.stuck)


def simulate_all(jobs: Sequence[Job], workers: int = 1) -> Generator[Outcome, None, None]:
    """The outcomes of all jobs, in the order of the jobs, whatever the number of worker processes.

    Without workers the audit goes on in a thread while the tables are made and kept: ask `checks` of each outcome.
    Raises what `simulate` raises, and FlowsimError FS702 when a worker process dies. Close it (`contextlib.closing`)
    when leaving early, else the workers go on with what they have in hand.
    """
    if workers <= 1 or len(jobs) <= 1:
        with ThreadPoolExecutor(1) as aside:
            for job in jobs:
                yield _audited_aside(job, aside)
        return
    yield from spread(simulate, jobs, workers)
