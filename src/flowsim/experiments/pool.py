"""Where work is done: here, on worker processes, or on any `concurrent.futures.Executor`; always handed back in order.

A task is plain data, and so is what comes back, so that any executor will do, and the number of workers changes no
result. A worker that dies takes with it what it had in hand: that is tried again, and what kills its worker three times
over is set aside and named (`Lost`), so that one bad task does not end the others.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from flowsim.errors import FlowsimError

Task = TypeVar("Task")
Result = TypeVar("Result")

POOL_PAYS = 150_000
"""Visits in all from which starting worker processes costs less than it saves."""

TRIES = 3
"""So often a task may take its worker down, the second time and later alone, before it is set aside."""


@dataclass(frozen=True)
class Lost:
    """What stands in the place of a result: the task killed its worker, again and again."""

    why: str

    def error(self) -> FlowsimError:
        """The same as an error."""
        return FlowsimError(self.why, code="FS702", hint="run again with --jobs 1")


@dataclass(eq=False)
class _Out(Generic[Task, Result]):
    """A task that is out, and how often it was out when its worker died."""

    task: Task
    future: Future[Result] | None = None
    died: int = 0
    lost: Lost | None = None


class Pool:
    """Workers for one task after another; a context manager, which lets nobody go on working after its end.

    `workers`: processes; with one everything is done here, in this process. `make`: an executor to use instead of
    processes of our own, with `workers` tasks out for it at once; it is made again when it breaks. Workers begin with
    the first task.
    """

    def __init__(self, workers: int = 1, make: Callable[[], Executor] | None = None) -> None:
        self.workers = max(1, workers)
        self._make = make
        self._executor: Executor | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Let nobody go on working: what was submitted and not yet begun is dropped, what runs is ended."""
        executor, self._executor = self._executor, None
        if isinstance(executor, ProcessPoolExecutor):
            _end(executor)
        elif executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Generator[Result, None, None]:
        """What a function gives for each task, in their order. Raises what the function raises, and FlowsimError FS702
        for a task that kills its workers. Close it (`contextlib.closing`) when leaving early.
        """
        for result in self.each(function, tasks):
            if isinstance(result, Lost):
                raise result.error()
            yield result

    def each(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Generator[Result | Lost, None, None]:
        """As `map`, with `Lost` in the place of what killed its workers. At most twice as many tasks as workers are out
        at once, so that memory stays bounded, however many there are.
        """
        if self._make is None and self.workers <= 1:
            yield from map(function, tasks)
            return
        out: deque[_Out[Task, Result]] = deque()
        rest = iter(tasks)
        try:
            more = True
            while more or out:
                while more and len(out) < 2 * self.workers:
                    try:
                        out.append(_Out(next(rest)))
                    except StopIteration:
                        more = False
                    else:
                        out[-1].future = self._submit(function, out[-1].task)
                if out:
                    first: Result | Lost = self._first(function, out)
                    yield first
        finally:
            for one in out:
                if one.future is not None:
                    one.future.cancel()

    def _submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result] | None:
        """Send a task out; None when the executor has broken."""
        try:
            return self._running().submit(function, task)
        except BrokenExecutor:
            return None

    def _first(self, function: Callable[[Task], Result], out: deque[_Out[Task, Result]]) -> Result | Lost:
        """The result of the first task that is out, and take it from the list."""
        one = out[0]
        while one.lost is None:
            if one.future is None:
                self._mend(function, out)
                continue
            try:
                result = one.future.result()
            except (BrokenExecutor, CancelledError):
                self._mend(function, out)
            else:
                out.popleft()
                return result
        out.popleft()
        return one.lost

    def _mend(self, function: Callable[[Task], Result], out: deque[_Out[Task, Result]]) -> None:
        """After a worker died: send out again whatever was not done; first, one by one, what may have killed it."""
        undone = [one for one in out if one.lost is None and not _has_result(one.future)]
        suspects = [one for one in undone if one.future is not None and not one.future.cancelled()]
        self.end()
        for one in suspects:
            one.died += 1
            while one.died < TRIES:
                one.future = self._again(function, one.task)
                if not isinstance(one.future.exception(), BrokenExecutor):
                    break
                one.died += 1
                self.end()
            else:
                one.lost = Lost("a worker process died of this three times; perhaps the machine ran out of memory")
        for one in undone:
            if one not in suspects:
                one.future = self._again(function, one.task)

    def _again(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        """Send a task out on an executor that is not broken. Raises FlowsimError FS702 when there can be none."""
        for _ in range(TRIES):
            future = self._submit(function, task)
            if future is not None:
                return future
            self.end()
        raise FlowsimError("no worker process can be begun", code="FS702", hint="run again with --jobs 1")

    def _running(self) -> Executor:
        if self._executor is None:
            self._executor = self._make() if self._make is not None else _processes(self.workers)
        return self._executor


def spread(function: Callable[[Task], Result], tasks: Sequence[Task], workers: int) -> Generator[Result, None, None]:
    """`Pool.map` on so many processes, but no more than there are tasks. Close it when leaving early."""
    with Pool(min(workers, len(tasks))) as pool:
        yield from pool.map(function, tasks)


def cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _has_result(future: Future[Any] | None) -> bool:
    """Whether a task was done, well or not, before the executor broke."""
    return future is not None and future.done() and not future.cancelled() and not _broken(future)


def _broken(future: Future[Any]) -> bool:
    return isinstance(future.exception(), BrokenExecutor)


def _processes(workers: int) -> ProcessPoolExecutor:
    """Worker processes, all begun."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_as_worker)
    try:
        with _undisturbed():
            for _ in range(workers):
                pool.submit(os.getpid)  # each begins a process
    except BaseException:
        _end(pool)
        raise
    return pool


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
