"""Sweeps on executors of others: on any of them the same bytes, and one line when there is none."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from killed import plan_of, scenario, sweep

from flowsim.errors import UsageError
from flowsim.experiments.pool import Pool
from flowsim.sweep.executors import pool_for
from flowsim.sweep.perform import missing, perform
from flowsim.sweep.store import Store, open_store


def cells(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("cells/*.parquet")}


def run_on(pool: Pool, root: Path) -> Path:
    plan = plan_of(scenario())
    with open_store(root, plan.title, plan.identity) as store, pool:
        wanted, progress = missing(plan, store)
        perform(plan, store, pool, wanted, progress)
        assert not progress.failed
        return store.path


def two_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2)


def nothing() -> str:
    return "nothing"


def failing() -> ThreadPoolExecutor:
    raise OSError("no machine answers")


def test_any_executor(tmp_path: Path) -> None:
    pool = pool_for(None, "test_executors:two_threads", None)
    assert pool.workers == 2
    assert cells(run_on(pool, tmp_path / "a")) == cells(sweep(tmp_path / "b"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("test_executors", "expected MODULE:FACTORY"),
        ("no_such_module:f", "there is no executor"),
        ("test_executors:no_such_name", "there is no executor"),
        ("test_executors:__doc__", "nothing that makes"),
        ("test_executors:nothing", "made a str, which is no executor"),
        ("test_executors:failing", "OSError: no machine answers"),
    ],
)
def test_what_is_no_executor(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        pool_for(None, text, None)
    assert caught.value.code == "FS746"


def test_processes_by_themselves() -> None:
    assert pool_for(3, None, None).workers == 3
    assert pool_for(None, None, None).workers >= 1


def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("flowsim.sweep.executors.CONNECT_SECONDS", 0.2)
    with pytest.raises(UsageError, match="cannot reach a Dask scheduler at") as caught:
        pool_for(None, None, "tcp://127.0.0.1:9")
    assert caught.value.code == "FS747"


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    """A real scheduler and two workers on this machine, one killed in the middle: the same bytes as here."""
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    quiet = {"silence_logs": 50, "dashboard_address": None, "protocol": "tcp://", "host": "127.0.0.1"}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **quiet) as cluster:
        pool = pool_for(None, None, cluster.scheduler_address)
        assert pool.workers == 2
        victim = next(iter(cluster.workers.values())).pid
        watching = threading.Thread(target=_kill_after_two_cells, args=(tmp_path, victim))
        watching.start()
        folder = run_on(pool, tmp_path)
        watching.join()
    assert cells(folder) == cells(sweep(tmp_path / "here"))
    assert isinstance(Store(folder, None), Store)


def _kill_after_two_cells(root: Path, victim: int) -> None:
    deadline = time.monotonic() + 60
    while len(list(root.glob("sweep-*/cells/*.parquet"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(victim, signal.SIGKILL)
