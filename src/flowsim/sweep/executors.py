"""Where a sweep runs: on processes here, on a Dask cluster, or on whatever executor somebody names.

Codes: FS746 an executor that cannot be made, FS747 a cluster that cannot be reached, FS743 a package is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from importlib import import_module
from typing import Any, TypeVar

from flowsim.errors import UsageError
from flowsim.experiments.pool import Lost, Pool, cores

_T = TypeVar("_T")

CONNECT_SECONDS = 10
"""So long a scheduler may take to answer."""


def pool_for(jobs: int | None, executor: str | None, cluster: str | None) -> Pool:
    """Workers: `jobs` processes here (None: as many as there are processors), or those of `executor`
    ("module:factory"), or those of the Dask scheduler at the address `cluster`.

    Raises UsageError FS743, FS746, FS747.
    """
    if cluster is not None:
        client = _client(cluster)
        threads = sum(client.nthreads().values())
        if not threads:
            message = f"the cluster at {cluster} has no workers"
            raise UsageError(message, code="FS747", hint=f"start one: dask worker {cluster} --nthreads 1")
        return Pool(max(2, jobs or threads), lambda: ClusterExecutor(client))  # at least 2: with 1 Pool works here
    if executor is not None:
        make = _factory(executor)
        first = _made(make, executor)
        workers = jobs or getattr(first, "_max_workers", None) or cores()
        waiting = [first]
        return Pool(max(2, workers), lambda: waiting.pop() if waiting else _made(make, executor))
    return Pool(jobs or cores())


def _factory(text: str) -> Callable[[], Any]:
    module, colon, name = text.partition(":")
    hint = "name a module and what in it makes an executor, like concurrent.futures:ThreadPoolExecutor"
    if not colon or not module or not name:
        raise UsageError(f"expected MODULE:FACTORY, found '{text}'", code="FS746", hint=hint)
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"there is no executor '{text}': {error}", code="FS746", hint=hint) from error
    if not callable(found):
        raise UsageError(f"'{text}' is nothing that makes an executor", code="FS746", hint=hint)
    make: Callable[[], Any] = found
    return make


def _made(make: Callable[[], Any], text: str) -> Executor:
    """An executor. Whatever goes wrong in the making is the user's own, so it is told in one line."""
    hint = "it is called without arguments, and must give a concurrent.futures.Executor"
    try:
        made = make()
    except Exception as error:
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise UsageError(f"the executor '{text}' cannot be made: {what}", code="FS746", hint=hint) from error
    if not callable(getattr(made, "submit", None)) or not callable(getattr(made, "shutdown", None)):
        raise UsageError(f"'{text}' made a {type(made).__name__}, which is no executor", code="FS746", hint=hint)
    executor: Executor = made
    return executor


def _client(address: str) -> Any:
    """A connection to the scheduler of a Dask cluster."""
    try:
        import distributed
    except ImportError as error:
        hint = "install the extra: uv sync --extra cluster; without it: --jobs"
        raise UsageError(
            "--cluster needs the package distributed, which is not there", code="FS743", hint=hint
        ) from error
    connect: Callable[..., Any] = distributed.Client
    try:
        return connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        why = " ".join(str(error).split())[:200]
        hint = "an address is like tcp://10.0.0.5:8786 or, with TLS, tls://10.0.0.5:8786; is the scheduler running?"
        raise UsageError(f"cannot reach a Dask scheduler at {address}: {why}", code="FS747", hint=hint) from error


class ClusterExecutor(Executor):
    """The workers of a Dask cluster. A task whose worker dies is tried again by the scheduler, on another; one that
    kills its worker again and again gives `Lost`.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._out: dict[Future[Any], Any] = {}

    def submit(self, function: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """As of any executor. The same task twice is run twice: nothing is looked up by name."""
        mine: Future[Any] = Future()
        theirs = self._client.submit(function, *args, pure=False, retries=2, **kwargs)
        self._out[mine] = theirs
        theirs.add_done_callback(lambda done: self._done(mine, done))
        mine.add_done_callback(lambda done: self._forget(done))
        return mine

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster, which goes on; what it had of us is cancelled."""
        if cancel_futures:
            self._client.cancel(list(self._out.values()), force=True)
        self._client.close(timeout=1)

    def _forget(self, mine: Future[Any]) -> None:
        theirs = self._out.pop(mine, None)
        if theirs is not None and mine.cancelled():
            theirs.cancel()

    @staticmethod
    def _done(mine: Future[Any], theirs: Any) -> None:
        """Pass an answer on."""
        if not mine.set_running_or_notify_cancel():
            return
        if theirs.status == "cancelled":
            mine.set_exception(CancelledError())
            return
        error = theirs.exception()
        if error is None:
            mine.set_result(theirs.result())
        elif type(error).__name__ == "KilledWorker":
            mine.set_result(Lost("a worker of the cluster died of this again and again; perhaps it ran out of memory"))
        else:
            mine.set_exception(error)
