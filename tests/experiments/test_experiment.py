"""A plan carried out: the same data however it is run, whole results or none, a manifest that says what was done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, keep, kept, model, of_models, plan

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import AuditError, EngineError, FlowsimError, StorageError, UsageError
from flowsim.experiments import experiment, replicate
from flowsim.experiments.experiment import Plan, StatePlan, expected_visits, perform
from flowsim.experiments.findings import floats, rows_of
from flowsim.experiments.pool import POOL_PAYS, cores
from flowsim.experiments.replicate import Job, Outcome
from flowsim.experiments.schema import EXPERIMENT_SCHEMA
from flowsim.experiments.store import RunFolder, open_run
from flowsim.metrics.schema import SCHEMA
from flowsim.metrics.tables import tables
from flowsim.model import Model, identity
from flowsim.record import Record
from flowsim.record.columns import TextColumn, length
from flowsim.record.fingerprint import fingerprint

HERE = Path(__file__).parent
ALL_TABLES = sorted([*SCHEMA, *EXPERIMENT_SCHEMA])


def fingerprints(root: Path, planned: Plan) -> dict[str, str]:
    return {t.name: t.fingerprint for t in keep(root, planned).manifest.tables}


def test_a_kept_experiment(tmp_path: Path) -> None:
    """Every table as its schema says, rows of replication 1 first and in it the states in order; a whole manifest."""
    shown: list[tuple[int, int]] = []
    planned = plan(EVERYTHING, "current", "lean", "stuck")
    with RunFolder.create(tmp_path, planned.title, planned.identity) as folder:
        done = perform(planned, folder, lambda made, all_of_them: shown.append((made, all_of_them)))
    assert shown == [(i, 6) for i in range(1, 7)]
    assert done.folder.parent == tmp_path
    stored = open_run("latest", tmp_path)
    assert stored.manifest == done.manifest
    assert stored.damaged() == []
    assert [t.name for t in stored.manifest.tables] == ALL_TABLES
    for name, columns in {**SCHEMA, **EXPERIMENT_SCHEMA}.items():
        assert stored.describe(name) == columns
    requests = stored.table("requests")
    runs = list(dict.fromkeys(zip(floats(requests["replication"]).tolist(), rows_of(requests["state"]), strict=True)))
    assert runs == [(r, s) for r in (1, 2) for s in ("current", "lean", "stuck")]
    manifest = done.manifest
    assert (manifest.seed, manifest.replications, manifest.command) == (7, 2, ("flowsim", "run"))
    assert [(s.name, s.identity) for s in manifest.states] == [
        (s, identity(model(EVERYTHING, s))) for s in ("current", "lean", "stuck")
    ]
    assert manifest.scenario[0].text == EVERYTHING
    assert manifest.audit.replications == 6
    assert len(manifest.audit.checks) > 10
    assert manifest.timing.wall_seconds >= 0
    assert list(done.stuck) == ["stuck"]
    assert "'Decide'" in done.stuck["stuck"][0]
    assert (done.folder / "summary.csv").read_text("utf-8-sig").startswith("state,measure,class,value,low,high")


def test_the_tables_are_those_of_the_replications(tmp_path: Path) -> None:
    """Each put one after another, with state and replication before it."""
    planned = plan(EVERYTHING, "current", "busier")
    stored = open_run(keep(tmp_path, planned).folder, tmp_path)
    for name in ("visits", "requests", "summary", "handoffs", "wip_series"):
        whole = stored.table(name)
        states, replications = rows_of(whole["state"]), floats(whole["replication"]).astype(int)
        for state in planned.states:
            for r in (1, 2):
                made = tables(state.model, run(state.model, Draws(7, r)))[name]
                here = np.array([s == state.name for s in states]) & (replications == r)
                part = {
                    column: TextColumn(v.codes[here], v.words) if isinstance(v, TextColumn) else v[here]
                    for column, v in whole.items()
                    if column not in ("state", "replication")
                }
                assert length(part[next(iter(part))]) == length(made[next(iter(made))])
                assert fingerprint(part) == fingerprint(made), (name, state.name, r)


def test_unfinished_requests_are_counted(tmp_path: Path) -> None:
    """R16: over all replications, by state."""
    done = keep(tmp_path, plan(EVERYTHING, "current", "stuck"))
    requests = open_run(done.folder, tmp_path).table("requests")
    open_ones = (floats(requests["ended_ms"]) < 0) & np.asarray(requests["measured"])
    states = np.array(rows_of(requests["state"]))
    counted = {s: int((open_ones & (states == s)).sum()) for s in ("current", "stuck")}
    assert dict(done.manifest.unfinished) == counted
    assert counted["stuck"] > 10


def test_workers_change_nothing(tmp_path: Path) -> None:
    """Tables, estimates, differences: one process, two, or more than there are jobs."""
    several = [
        fingerprints(tmp_path / f"{jobs}", plan(EVERYTHING, "current", "lean", replications=3, jobs=jobs))
        for jobs in (1, 2, 7)
    ]
    assert several[0] == several[1] == several[2]
    assert sorted(several[0]) == ALL_TABLES


@pytest.mark.parametrize(
    ("jobs", "environment"),
    [
        (1, {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}),
        (2, {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"}),
        (2, {"PYTHONHASHSEED": "random", "TZ": "UTC", "OMP_NUM_THREADS": "1"}),
    ],
)
def test_place_and_time_change_nothing(tmp_path: Path, jobs: int, environment: dict[str, str]) -> None:
    """In a process of its own, elsewhere, with another hash seed, time zone and locale."""
    expected = fingerprints(tmp_path / "here", plan(EVERYTHING, "current", "busier"))
    elsewhere = tmp_path / "a place with spaces"
    elsewhere.mkdir()
    command = [sys.executable, str(HERE / "kept_runs.py"), "results", str(jobs)]
    said = subprocess.run(command, cwd=elsewhere, env={**os.environ, **environment}, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    found = json.loads(said.stdout)
    assert found.pop("run") == open_run("latest", tmp_path / "here").manifest.fingerprint
    assert found == expected


def test_what_decides_the_numbers_is_in_the_identity() -> None:
    first = plan(EVERYTHING, "current", "lean")
    assert first.identity == plan(EVERYTHING, "current", "lean", jobs=2, audit=False).identity
    others = [
        plan(EVERYTHING, "lean", "current"),
        plan(EVERYTHING, "current"),
        plan(EVERYTHING, "current", "lean", seed=8),
        plan(EVERYTHING, "current", "lean", replications=3),
        plan(EVERYTHING, "current", "lean", sets=("teams.Front.people=3",)),
    ]
    assert len({first.identity, *(p.identity for p in others)}) == 6
    assert len(first.identity) == 64


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    one, two = (fingerprints(tmp_path / f"{seed}", plan(DESK, "current", seed=seed)) for seed in (1, 2))
    assert all(one[name] != two[name] for name in ("visits", "requests", "summary", "estimates"))


def test_a_state_alone_is_what_it_is_in_company(tmp_path: Path) -> None:
    """R4: a state's runs do not depend on the states beside it."""
    alone = kept(tmp_path / "alone", plan(EVERYTHING, "lean"))
    beside = kept(tmp_path / "beside", plan(EVERYTHING, "current", "lean", "stuck"))
    assert alone.measures("lean") == beside.measures("lean")
    assert alone.run.manifest.table("comparison") is None


def test_a_state_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="a state stands twice: current, current") as caught:
        plan(DESK, "current", "current")
    assert caught.value.code == "FS704"


def test_how_many_processes_pay() -> None:
    """As asked; else one for small runs and all cores for large ones."""
    small, large = plan(DESK, "current", jobs=None), plan(DESK, "current", jobs=None, replications=5000)
    assert small.workers() == 1
    assert large.workers() == cores()
    assert plan(DESK, "current", jobs=3).workers() == 3
    assert expected_visits(model(DESK, "current")) == pytest.approx(80, rel=0.05)
    assert expected_visits(model(DESK, "current")) * 5000 > POOL_PAYS
    assert expected_visits(model(EVERYTHING, "current")) > 3 * 100
    assert expected_visits(model(DESK, "current", "requests.letter.arrivals=every 1000 weeks")) < 1


def test_without_an_audit_the_data_are_the_same(tmp_path: Path) -> None:
    done = keep(tmp_path / "no", plan(DESK, "current", audit=False))
    assert (done.manifest.audit.checks, done.manifest.audit.replications) == ((), 0)
    assert done.manifest.fingerprint == keep(tmp_path / "yes", plan(DESK, "current")).manifest.fingerprint


def test_a_run_of_nobody(tmp_path: Path) -> None:
    """No request at all is a run too."""
    empty = model(DESK, "current", "requests.letter.arrivals=every 1000 weeks")
    found = kept(tmp_path, of_models(empty, replications=1))
    assert found.get(empty.name, "requests") is not None
    assert found.get(empty.name, "lead time mean") is None


# -- nothing left ------------------------------------------------------------------------------------------------------


def left(root: Path) -> list[str]:
    return sorted(p.name for p in root.iterdir()) if root.exists() else []


def spoil_second(of: Model, draws: Draws) -> Record:
    """From the second replication on a request ended a tick too early."""
    record = run(of, draws)
    ended = record.requests["ended"].copy()
    ended[np.flatnonzero(ended > 0)[0]] -= draws.replication > 1
    return replace(record, requests=record.requests | {"ended": ended})


def test_a_failed_audit_leaves_no_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicate, "run", spoil_second)
    keep(tmp_path / "one", plan(EVERYTHING, "current", replications=1))
    with pytest.raises(AuditError):
        keep(tmp_path / "two", plan(EVERYTHING, "current", replications=3))
    assert left(tmp_path / "two") == []


class Endless:
    """A Model with which no run can go on."""

    @property
    def calendars(self) -> tuple[Any, ...]:
        raise EngineError("the clock stands still", code="FS701", hint="give it time")


class Bomb:
    """A Model that ends the process that unpacks it, as a machine without memory does."""

    def __reduce__(self) -> tuple[Any, tuple[int]]:
        return os._exit, (9,)


@pytest.mark.parametrize(
    ("culprit", "workers", "code"), [(Endless(), 1, "FS701"), (Endless(), 2, "FS701"), (Bomb(), 2, "FS702")]
)
def test_a_run_that_breaks_off_leaves_no_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, culprit: Any, workers: int, code: str
) -> None:
    """The fifth of six runs: an engine error, or a worker that dies."""
    real = replicate.simulate_all

    def with_culprit(jobs: Sequence[Job], workers: int = 1) -> Generator[Outcome, None, None]:
        return real([replace(j, model=culprit) if i == 4 else j for i, j in enumerate(jobs)], workers)

    monkeypatch.setattr(experiment, "simulate_all", with_culprit)
    seen: list[int] = []
    planned = plan(DESK, "current", "two", replications=3, jobs=workers)
    with (
        pytest.raises(FlowsimError) as caught,
        RunFolder.create(tmp_path, planned.title, planned.identity) as folder,
    ):
        perform(planned, folder, lambda done, _: seen.append(done))
    assert caught.value.code == code
    assert seen in ([1, 2, 3, 4], [1, 2, 3], [1, 2], [1], []) if code == "FS702" else seen == [1, 2, 3, 4]
    assert left(tmp_path) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError, OSError(28, "No space left on device")])
@pytest.mark.parametrize("workers", [1, 2])
def test_whatever_stops_it_leaves_no_results(tmp_path: Path, error: Any, workers: int) -> None:
    """From outside the simulation too, as Ctrl-C while a table is written."""

    def stop(done: int, _: int) -> None:
        if done == 3:
            raise error

    planned = plan(DESK, "current", "two", replications=3, jobs=workers)
    expected = (StorageError, OSError) if isinstance(error, OSError) else error
    with pytest.raises(expected), RunFolder.create(tmp_path, planned.title, planned.identity) as folder:
        perform(planned, folder, stop)
    assert left(tmp_path) == []


def test_nobody_works_on_after_an_error_while_keeping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outcomes are closed at once, not when the error is forgotten."""
    closed: list[bool] = []
    real = replicate.simulate_all

    def watched(jobs: Sequence[Job], workers: int = 1) -> Generator[Outcome, None, None]:
        try:
            yield from real(jobs, workers)
        finally:
            closed.append(True)

    monkeypatch.setattr(experiment, "simulate_all", watched)

    def stop(done: int, _: int) -> None:
        raise ZeroDivisionError

    planned = plan(DESK, "current", replications=3)
    with RunFolder.create(tmp_path, planned.title, planned.identity) as folder:
        with pytest.raises(ZeroDivisionError) as caught:
            perform(planned, folder, stop)
        assert closed == [True]
    assert caught.value is not None


def test_states_are_told_with_what_was_changed(tmp_path: Path) -> None:
    state = StatePlan("x", model(DESK, "current"), "about it", ("first", "second"), ("a=b",))
    done = keep(tmp_path, Plan("t", (state,), 1, 3, {"a.yaml": "text", "b.yaml": ""}, ("flowsim",), ("careful",)))
    (kept_state,) = done.manifest.states
    assert (kept_state.about, kept_state.changes, kept_state.sets) == ("about it", ("first", "second"), ("a=b",))
    assert [f.file for f in done.manifest.scenario] == ["a.yaml", "b.yaml"]
    assert done.manifest.warnings == ("careful",)
