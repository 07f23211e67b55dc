"""Replications on any number of processes: the same results in the same order, and nobody left behind."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, model

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import AuditError, EngineError, FlowsimError
from flowsim.experiments import pool as pools
from flowsim.experiments import replicate
from flowsim.experiments.pool import cores
from flowsim.experiments.replicate import Job, Outcome, simulate, simulate_all
from flowsim.metrics.tables import tables
from flowsim.model import Model, Run
from flowsim.model.calendar import DAY
from flowsim.record import Record
from flowsim.record.columns import TextColumn
from flowsim.record.fingerprint import fingerprint

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def jobs(count: int, state: str = "current", text: str = EVERYTHING) -> list[Job]:
    return [Job(state, model(text, state), 7, r) for r in range(1, count + 1)]


def prints(outcome: Outcome) -> dict[str, str]:
    return {name: fingerprint(table) for name, table in outcome.tables.items()}


class Endless:
    """A Model with which no run can go on."""

    @property
    def calendars(self) -> tuple[Any, ...]:
        raise EngineError("the clock stands still", code="FS701", hint="give it time")


class Bomb:
    """A Model that ends the process that unpacks it, as a machine without memory does."""

    def __reduce__(self) -> tuple[Callable[[int], Any], tuple[int]]:
        return os._exit, (9,)


def test_one_replication() -> None:
    """Its tables are those of the engine's record, and it passed every check of the audit."""
    of = model(EVERYTHING, "current")
    outcome = simulate(Job("current", of, 7, 2))
    made = tables(of, run(of, Draws(7, 2)))
    assert prints(outcome) == {name: fingerprint(table) for name, table in made.items()}
    assert (outcome.state, outcome.replication, outcome.stuck) == ("current", 2, ())
    assert len(outcome.checks()) > 10
    assert simulate(Job("current", of, 7, 2, audit=False)).checks() == ()
    stuck = simulate(Job("stuck", model(EVERYTHING, "stuck"), 7, 1)).stuck
    assert any("'Decide'" in sentence for sentence in stuck)


def test_workers_change_nothing_and_keep_the_order() -> None:
    """Long jobs before short ones, so that the workers are not done in the order of the jobs."""
    some = jobs(2) + jobs(3, text=DESK) + jobs(1, "stuck") + jobs(2, "twin", DESK)
    one, two, many = ([*simulate_all(some, workers)] for workers in (1, 2, 20))
    for outcomes in (one, two, many):
        assert [(o.state, o.replication) for o in outcomes] == [(j.state, j.replication) for j in some]
    assert [prints(o) for o in one] == [prints(o) for o in two] == [prints(o) for o in many]
    assert [o.checks() for o in one] == [o.checks() for o in two]
    assert [o.stuck for o in one] == [o.stuck for o in two]
    assert prints(one[0]) != prints(one[1])


def test_more_replications_begin_with_the_same_ones() -> None:
    """R4: replication r is the same whatever the number of replications."""
    few, more = [*simulate_all(jobs(2, text=DESK))], [*simulate_all(jobs(4, text=DESK))]
    assert [prints(o) for o in few] == [prints(o) for o in more[:2]]


def test_nothing_to_do() -> None:
    assert [*simulate_all([])] == []
    assert [*simulate_all([], 4)] == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_engine_error_comes_through_whole(workers: int) -> None:
    """Code, hint and exit code survive the way from a worker; those before it were handed over."""
    endless: Any = Endless()
    some = [*jobs(1, text=DESK), Job("endless", endless, 7, 1), *jobs(2, text=DESK)]
    outcomes = simulate_all(some, workers)
    assert next(outcomes).state == "current"
    with pytest.raises(EngineError) as caught:
        next(outcomes)
    assert str(caught.value) == "the clock stands still"
    assert (caught.value.code, caught.value.hint, caught.value.exit_code) == ("FS701", "give it time", 3)
    assert list(outcomes) == []


def test_errors_can_be_sent() -> None:
    error = AuditError("a sentence", code="FS700", hint="a hint")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.code, again.hint, type(again)) == ("a sentence", "FS700", "a hint", AuditError)


def test_a_run_that_contradicts_itself_is_no_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record in which somebody ended a tick too early does not pass; the audit is asked for before it counts."""

    def spoiled(of: Model, draws: Draws) -> Record:
        record = run(of, draws)
        ended = record.requests["ended"].copy()
        ended[np.flatnonzero(ended > 0)[0]] -= 1
        return replace(record, requests=record.requests | {"ended": ended})

    monkeypatch.setattr(replicate, "run", spoiled)
    with pytest.raises(AuditError):
        simulate(jobs(1)[0])
    with pytest.raises(AuditError):
        [o.checks() for o in simulate_all(jobs(2), 1)]
    assert simulate(replace(jobs(1)[0], audit=False)).checks() == ()


def test_what_is_audited_is_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger in the tables that is a tick off is found too."""

    def off(of: Model, record: Record) -> dict[str, Any]:
        made = tables(of, record)
        made["visits"]["queue_ms"] = np.asarray(made["visits"]["queue_ms"]) + 1
        return made

    monkeypatch.setattr(replicate, "tables", off)
    with pytest.raises(AuditError):
        simulate(jobs(1)[0])


def test_a_worker_that_dies_is_told() -> None:
    """FS702, with what to try; no traceback of the machinery."""
    model_of_it: Any = Bomb()
    bomb = Job("current", model_of_it, 7, 3)
    with pytest.raises(FlowsimError, match="a worker process died") as caught:
        list(simulate_all([*jobs(2, text=DESK), bomb, *jobs(3, text=DESK)], 2))
    assert caught.value.code == "FS702"
    assert "--jobs 1" in caught.value.hint


def test_leaving_early_ends_the_workers() -> None:
    """Who closes the outcomes leaves no worker behind, and need not wait for what it had in hand."""
    processes: list[Any] = []
    real = pools.ProcessPoolExecutor

    class Watched(real):  # type: ignore[misc, valid-type]
        def shutdown(self, *args: Any, **more: Any) -> None:
            processes.extend((self._processes or {}).values())
            super().shutdown(*args, **more)

    pools.ProcessPoolExecutor = Watched  # type: ignore[misc]
    try:
        long = replace(model(DESK, "current"), run=Run(5_000 * DAY, 0, "office"))
        some = [*jobs(1, text=DESK), *(Job("long", long, 7, r) for r in range(1, 9))]
        with closing(simulate_all(some, 2)) as outcomes:
            next(outcomes)
            before = time.monotonic()
    finally:
        pools.ProcessPoolExecutor = real  # type: ignore[misc]
    for process in processes:
        process.join(5)
    assert len(processes) == 2
    assert [p.is_alive() for p in processes] == [False, False]
    assert time.monotonic() - before < 3


def half_a_result() -> None:
    """What a worker that is ended while it hands over a result leaves in the pipe: a length, and not that much."""
    results = sys._getframe(1).f_locals["result_queue"]
    os.write(results._writer.fileno(), struct.pack("!i", 1_000_000) + b"only this")
    time.sleep(600)


def test_half_a_result_keeps_nobody_waiting() -> None:
    """Else the thread that reads results would wait for the other half, and so the program never end."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    pool.submit(half_a_result)
    manager: Any = pool._executor_manager_thread
    until = time.monotonic() + 20
    while not _reads(manager) and time.monotonic() < until:
        time.sleep(0.05)
    assert _reads(manager), "the case this is about"
    pools._end(pool)
    manager.join(3)
    assert not manager.is_alive()


def _reads(thread: threading.Thread) -> bool:
    """Whether a thread is within the reading of a message."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "_recv_bytes":
            return True
        frame = frame.f_back
    return False


def test_tables_hold_the_words_of_their_own_model() -> None:
    """What comes back from a worker is plain data."""
    (outcome,) = simulate_all(jobs(1), 2)
    steps = outcome.tables["visits"]["step"]
    assert isinstance(steps, TextColumn)
    assert steps.words == ("Open", "Look", "Decide", "Sign")


def test_cores() -> None:
    assert 1 <= cores() <= 4096


# -- whole processes --------------------------------------------------------------------------------------------------

LONG = DESK.replace("length: 10 working days", "length: 2500 working days").replace(
    "replications: 3", "replications: 60"
)


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def workers_of(pid: int) -> list[int]:
    """Those that compute: what the fork server made."""
    return [p for p in family(pid) if p != pid and len(family(p)) == 1 and b"forkserver" in _command(p)]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`flowsim run` of a minute, on two processes that are at work."""
    (tmp_path / "long.yaml").write_text(LONG)
    command = [sys.executable, "-m", "flowsim", "run", "long.yaml", "--jobs", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    everybody: list[int] = []
    try:
        for _ in range(300):
            time.sleep(0.1)
            everybody = family(process.pid)
            if len(workers_of(process.pid)) == 2 and all(_cpu(p) > 0.3 for p in workers_of(process.pid)):
                break
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield process
    finally:
        for pid in {*everybody, process.pid}:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        process.communicate()


def _cpu(pid: int) -> float:
    """Seconds a process has computed."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def gone(pids: list[int], seconds: float) -> bool:
    """Whether all of them are gone within that time."""
    until = time.monotonic() + seconds
    while any(running(p) for p in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def left(folder: Path) -> list[str]:
    results = folder / "results"
    return sorted(p.name for p in results.iterdir()) if results.exists() else []


@LINUX
def test_ctrl_c_ends_all_at_once(started: subprocess.Popen[str], tmp_path: Path) -> None:
    """As a terminal sends it, to every process of the group: 130 within 2 s, no traceback, nothing left."""
    everybody = family(started.pid)
    assert len(workers_of(started.pid)) == 2
    assert left(tmp_path)[0].startswith(".partial-")
    before = time.monotonic()
    os.killpg(started.pid, signal.SIGINT)
    _, said = started.communicate(timeout=10)
    assert time.monotonic() - before < 2
    assert started.returncode == 130
    assert "Traceback" not in said
    assert "interrupted" in said
    assert gone(everybody, 2)
    assert left(tmp_path) == []


@LINUX
def test_a_killed_worker_costs_nothing(started: subprocess.Popen[str], tmp_path: Path) -> None:
    """As the kernel does when memory is out: others take its place, and what it had in hand is done again."""
    before = workers_of(started.pid)
    os.kill(before[0], signal.SIGKILL)
    until = time.monotonic() + 20
    after: list[int] = []
    while time.monotonic() < until and not (len(after) == 2 and all(_cpu(p) > 0.1 for p in after)):
        time.sleep(0.1)
        after = [p for p in workers_of(started.pid) if p not in before]
    assert len(after) == 2
    assert started.poll() is None
    assert gone(before, 2)
    os.killpg(started.pid, signal.SIGINT)
    _, said = started.communicate(timeout=10)
    assert "Traceback" not in said
    assert gone(after, 2)


@LINUX
def test_no_orphans_of_a_killed_run(started: subprocess.Popen[str], tmp_path: Path) -> None:
    """SIGKILL: nobody can clear up, but the workers end by themselves; the next run clears away the half folder."""
    everybody = family(started.pid)
    assert len(everybody) >= 4
    started.kill()
    started.wait(5)
    assert gone(everybody, 2)
    assert [name.startswith(".partial-") for name in left(tmp_path)] == [True]
    (tmp_path / "short.yaml").write_text(DESK)
    command = [sys.executable, "-m", "flowsim", "run", "short.yaml"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert [name for name in left(tmp_path) if name.startswith(".")] == []


@LINUX
def test_sigterm_clears_up_too(started: subprocess.Popen[str], tmp_path: Path) -> None:
    everybody = family(started.pid)
    started.terminate()
    _, said = started.communicate(timeout=10)
    assert started.returncode == 143
    assert "Traceback" not in said
    assert gone(everybody, 2)
    assert left(tmp_path) == []


@LINUX
@pytest.mark.parametrize("wait", [0.0, 0.05, 0.15, 0.3])
def test_ctrl_c_while_the_workers_begin(tmp_path: Path, wait: float) -> None:
    """Before a worker can say that it ignores Ctrl-C, it does: no traceback of its imports on the screen."""
    (tmp_path / "long.yaml").write_text(LONG)
    command = [sys.executable, "-m", "flowsim", "run", "long.yaml", "--jobs", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        until = time.monotonic() + 20
        while not any(b"forkserver" in _command(p) for p in family(process.pid)) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(wait)
        everybody = family(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=10)
    finally:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert gone(everybody, 2)
    assert left(tmp_path) == []
