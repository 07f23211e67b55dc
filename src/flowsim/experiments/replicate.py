"""Replications, one after another or on several processes, always handed back in order: workers change no result.

A job is plain data, and what comes back is plain data too, so that any `concurrent.futures.Executor` will do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import FlowsimError
from flowsim.metrics.tables import Tables, tables
from flowsim.model import Model
from flowsim.record import Record

Task = TypeVar("Task")
Result = TypeVar("Result")

POOL_PAYS = 150_000
"""Visits in all from which starting worker processes costs less than it saves."""


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


def spread(function: Callable[[Task], Result], tasks: Sequence[Task], workers: int) -> Generator[Result, None, None]:
    """What a function gives for each of these, in their order, whatever the number of worker processes; both are plain
    data. Raises what the function raises, and FlowsimError FS702 when a worker process dies. Close it as
    `simulate_all`.
    """
    if workers <= 1 or len(tasks) <= 1:
        yield from map(function, tasks)
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    size = min(workers, len(tasks))
    pool = ProcessPoolExecutor(size, mp_context=context, initializer=_as_worker)
    try:
        with _undisturbed():
            for _ in range(size):
                pool.submit(os.getpid)  # each begins a process
        yield from _in_order(pool, function, tasks, 2 * workers)
    except BrokenProcessPool as error:
        raise FlowsimError(
            "a worker process died; perhaps the machine ran out of memory",
            code="FS702",
            hint="run again with --jobs 1",
        ) from error
    finally:
        _end(pool)


def _in_order(
    pool: Executor, function: Callable[[Task], Result], tasks: Sequence[Task], ahead: int
) -> Iterator[Result]:
    """At most `ahead` tasks are out at a time, so that memory stays bounded."""
    waiting: deque[Future[Result]] = deque()
    for task in tasks:
        waiting.append(pool.submit(function, task))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _end(pool: ProcessPoolExecutor) -> None:
    """Let nobody go on working: what was submitted and not yet begun is dropped, what runs is ended."""
    processes = list((pool._processes or {}).values())  # no public way to end a pool at once
    manager: Any = pool._executor_manager_thread
    results: Any = pool._result_queue
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        if process.is_alive():
            process.terminate()
    if manager is not None:
        # A worker ended in the middle of a result leaves half of it in the pipe, and the thread that reads it waiting
        # for the rest, for ever, as long as somebody, which is only we now, could still write.
        results._writer.close()
        manager.join(2)  # else it may close its files just as the interpreter, about to end, writes to them


def _as_worker() -> None:
    """A worker leaves Ctrl-C to its parent, and ends when that is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # The process that asked for this one, also where a fork server made it; whose death no signal would tell.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait until processes are begun, so that none is half begun and forgotten. Those begun never
    hear Ctrl-C, not even before they can say so: what is blocked is inherited.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    heard: list[signal.Signals] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in handlers:  # a block alone does not hold: another thread of this process may take the signal
        signal.signal(number, lambda number, _: heard.append(signal.Signals(number)))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if heard:
            signal.raise_signal(heard[0])


def cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
