"""Sweeps run, stopped, gone on with, spoiled: the same tables come of it, whatever happened."""

from __future__ import annotations

import os
import random
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from killed import TEXT, VARY, faults, kill_until, plan_of, prints, scenario, silently_wrong, sweep

from flowsim.errors import EngineError, FlowsimError, ResultsError, ScenarioError, StorageError
from flowsim.experiments.cells import Design, measure
from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.pool import Lost, Pool
from flowsim.experiments.stored import open_run
from flowsim.scenario import load_text
from flowsim.sweep import numbers as cell_numbers
from flowsim.sweep.designs import make_design
from flowsim.sweep.finish import is_finished
from flowsim.sweep.numbers import Numbers, from_columns, to_columns
from flowsim.sweep.perform import missing, perform
from flowsim.sweep.plan import make_plan
from flowsim.sweep.store import open_store, read_cell
from flowsim.sweep.stored import Swept
from flowsim.sweep.vary import read_axes

FEW = ("teams.Desk.people=1..2", "steps.Decide.handoff.batch=none, 2 requests")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished sweep of 12 cells."""
    return sweep(tmp_path_factory.mktemp("done"))


def test_a_cell_is_what_measuring_its_design_gives(done: Path) -> None:
    """To the last digit: values, estimates and units, read back from the file."""
    plan = plan_of(scenario())
    cell = plan.cells[7]
    with Pool() as pool:
        (found,) = measure([Design("", plan.models.get(cell.key))], 7, range(1, 4), pool)
    assert isinstance(found, StateNumbers)
    kept = read_cell(done / "cells" / f"{cell.key}.parquet", plan.identity_of(cell.key))
    assert kept.values == found.values
    assert kept.units == found.units
    estimates = found.estimates()
    assert {key: (e.value, e.low, e.high, e.n) for key, e in estimates.items()} == {
        key: (e.value, e.low, e.high, e.n) for key, e in kept.estimates.items()
    }
    swept = Swept(open_run(done, done.parent))
    assert swept.measure("lead time P90")[8].value == estimates["lead time P90", ""].value
    assert swept.cells[7].settings == plan.cells[7].point == ("3", "2 requests")


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_change_nothing(done: Path, tmp_path: Path, workers: int) -> None:
    """Whole cells on a worker, or cells divided over them."""
    plan = plan_of(scenario())
    with open_store(tmp_path, plan.title, plan.identity) as store, Pool(workers, lambda: ThreadPoolExecutor(2)) as pool:
        wanted, progress = missing(plan, store)
        perform(plan, store, pool, wanted if workers == 3 else wanted[:2], progress)
        for key in plan.keys[:2]:
            assert store.file(key).read_bytes() == (done / "cells" / f"{key}.parquet").read_bytes()


def test_the_same_command_finds_what_is_there(done: Path, tmp_path: Path) -> None:
    """A second run simulates nothing, and leaves the folder as it is."""
    before = {path: path.stat().st_mtime_ns for path in done.rglob("*") if path.is_file() and path.name != ".lock"}
    plan = plan_of(scenario())
    with open_store(done.parent, plan.title, plan.identity) as store:
        assert missing(plan, store)[0] == []
        assert is_finished(store, plan)
    assert sweep(done.parent) == done
    after = {path: path.stat().st_mtime_ns for path in done.rglob("*") if path.is_file() and path.name != ".lock"}
    assert before == after


def test_another_sweep_of_the_same_scenario_takes_over_the_cells_it_has(done: Path) -> None:
    """More values of an axis: only the new cells are run."""
    plan = plan_of(scenario(), vary=("teams.Desk.people=1..5", VARY[1]))
    with open_store(done.parent, plan.title, plan.identity) as store:
        wanted, progress = missing(plan, store)
        assert (len(wanted), progress.kept) == (3, 12)
        assert store.file(plan.keys[0]).read_bytes() == (done / "cells" / f"{plan.keys[0]}.parquet").read_bytes()
    more = plan_of(scenario(), replications=4)
    with open_store(done.parent, more.title, more.identity) as store:
        assert len(missing(more, store)[0]) == 12  # of other replications nothing is taken


def test_equal_models_are_simulated_once() -> None:
    text = TEXT.replace("run:", "states: {current: {}, future: {}}\nrun:")
    design = make_design("grid", read_axes(["future:teams.Desk.people=1..3"]))
    plan = make_plan(load_text(text, "two.yaml"), design, ["current", "future"], [], seed=7, replications=2)
    assert (len(plan.cells), len(plan.keys)) == (6, 3)
    assert len({cell.key for cell in plan.cells if cell.state == "current"}) == 1


def test_comments_and_names_of_files_do_not_matter_and_numbers_do() -> None:
    one, other = plan_of(scenario()), plan_of(load_text(f"# a comment\n{TEXT}", "other.yaml"))
    assert one.identity == other.identity
    assert plan_of(load_text(TEXT.replace("20 min", "21 min"), "killed.yaml")).identity != one.identity
    assert plan_of(scenario(), replications=4).identity != one.identity


def test_a_cell_that_cannot_be_compiled_is_recorded_and_the_others_go_on(tmp_path: Path) -> None:
    source = scenario()
    plan = plan_of(source, vary=("teams.Desk.people=1, minus two, 2",))
    assert [cell.error is not None for cell in plan.cells] == [False, True, False]
    folder = sweep(tmp_path, source=source, plan=plan)
    swept = Swept(open_run(folder, tmp_path))
    assert [bool(cell.error) for cell in swept.cells] == [False, True, False]
    assert "[FS" in swept.cells[1].error
    assert sorted(swept.measure("lead time mean")) == [1, 3]


def test_when_no_cell_can_be_compiled_nothing_begins() -> None:
    with pytest.raises(ScenarioError) as caught:
        plan_of(scenario(), vary=("teams.Desk.people=minus two, minus three",))
    assert caught.value.code == "FS745"


def test_paths_that_are_nowhere_are_told_together() -> None:
    with pytest.raises(ScenarioError) as caught:
        plan_of(scenario(), vary=("teams.Dask.people=1..2", "tasks.read.time=1 min, 2 min", "teams.Legal.foo.x=3"))
    told = [(p.code, p.place.file, p.place.line) for p in caught.value.problems() if p.place]
    assert told == [("FS131", "--vary", 1), ("FS301", "--vary", 3)]


class Dying:
    """A stretch that fails for its second cell: with an error of the engine, or by killing its worker."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.calls = 0

    def __call__(self, part: Any) -> object:
        self.calls += 1
        return self.answer if self.calls == 2 else cell_numbers.work(part)


@pytest.mark.parametrize("answer", [EngineError("the clock stands still", code="FS701"), Lost("it ran out of memory")])
def test_a_cell_that_cannot_be_run_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    """An error of the engine stays; what killed its worker is tried again the next time."""
    monkeypatch.setattr("flowsim.sweep.perform.work", Dying(answer))
    source = scenario()
    plan = plan_of(source, vary=FEW)
    folder = sweep(tmp_path, source=source, plan=plan)
    cells = Swept(open_run(folder, tmp_path)).cells
    assert [bool(cell.error) for cell in cells] == [False, True, False, False]
    monkeypatch.undo()
    with open_store(tmp_path, plan.title, plan.identity) as store:
        assert len(missing(plan, store)[0]) == isinstance(answer, Lost)
    sweep(tmp_path, source=source, plan=plan)
    assert [bool(c.error) for c in Swept(open_run(folder, tmp_path)).cells][1] != isinstance(answer, Lost)


def test_spoiled_files_are_set_aside_and_done_again(done: Path, tmp_path: Path) -> None:
    folder = sweep(tmp_path)
    files = sorted(folder.glob("cells/*.parquet"))
    files[0].write_bytes(files[0].read_bytes()[:-1])
    files[1].write_bytes(b"")
    files[2].write_bytes(files[3].read_bytes())  # sound, but of another cell
    files[4].unlink()
    plan = plan_of(scenario())
    with open_store(tmp_path, plan.title, plan.identity) as store:
        assert len(missing(plan, store)[0]) == 4
        assert len(store.remarks) == 3
    assert prints(sweep(tmp_path)) == prints(done)
    assert len(list(folder.glob("cells/.damaged-*"))) == 3


def test_a_cut_or_a_flipped_bit_never_goes_unseen(done: Path, tmp_path: Path) -> None:
    chance = random.Random(3)
    path = next(done.glob("cells/*.parquet"))
    right = read_cell(path)
    for number in range(40):
        data = bytearray(path.read_bytes())
        if number % 2:
            data = data[: chance.randrange(len(data))]
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        assert not silently_wrong(tmp_path / path.name, bytes(data), right)


def test_a_number_that_is_another_would_be_seen(done: Path, tmp_path: Path) -> None:
    """`silently_wrong` and `faults` go red: a whole file that says something else, and one with a replication less."""
    path = next(done.glob("cells/*.parquet"))
    right = read_cell(path)
    other = next(file for file in sorted(done.glob("cells/*.parquet")) if read_cell(file) != right)
    assert silently_wrong(tmp_path / path.name, other.read_bytes(), right)
    assert faults(done) == []
    assert len(faults(done, replications=4)) == 12
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / path.name).write_bytes(path.read_bytes()[:-7])
    assert "half a file" in faults(tmp_path)[0]


def test_a_summary_that_was_changed_has_no_prints(done: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(done, tmp_path / done.name))
    assert prints(copied) == prints(done)
    (copied / "sweep.csv").write_text("something else")
    with pytest.raises(AssertionError):
        prints(copied)


def test_numbers_survive_their_file(done: Path) -> None:
    found = read_cell(next(done.glob("cells/*.parquet")))
    assert from_columns(to_columns(found)) == found
    assert isinstance(found, Numbers)


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    plan = plan_of(scenario())
    with open_store(tmp_path, plan.title, plan.identity):
        with pytest.raises(StorageError, match=f"process {os.getpid()} on") as caught:
            sweep(tmp_path)
        assert (caught.value.code, caught.value.exit_code) == ("FS744", 75)
    with open_store(tmp_path, plan.title, plan.identity):
        pass


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    with pytest.raises(ResultsError) as caught, open_store(tmp_path, "x", "ab" * 32, tmp_path / "mine"):
        pass
    assert caught.value.code == "FS601"
    with open_store(tmp_path, "x", "ab" * 32, tmp_path / "new"):
        pass
    with pytest.raises(ResultsError) as caught, open_store(tmp_path, "x", "cd" * 32, tmp_path / "new"):
        pass
    assert caught.value.code == "FS601"


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        sweep(tmp_path / "file" / "results")
    assert (caught.value.code, caught.value.exit_code) == ("FS602", 73)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc and limits the size of files")
def test_a_file_that_may_not_be_that_large(tmp_path: Path) -> None:
    import resource

    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
            import signal

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            sweep(tmp_path, plan=None)
        except StorageError as error:
            code = error.exit_code
        except OSError:  # the file of the models, before anything is stored
            code = 74
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 74
    assert list(tmp_path.glob("*/cells/*.parquet")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
@pytest.mark.filterwarnings("ignore")
def test_kills_at_random_moments(done: Path, tmp_path: Path) -> None:
    """A few; `verification/nothing_lost.py` does hundreds, of workers too."""
    count = kill_until(tmp_path, "parent", 1, 3, 1, 0.6, prints(done))
    assert (count.kills, count.wrong) == (3, [])


def test_a_failed_cell_reads_back_as_its_error(tmp_path: Path) -> None:
    plan = plan_of(scenario(), vary=FEW)
    key = plan.keys[0]
    with open_store(tmp_path, plan.title, plan.identity) as store:
        store.keep_failed(key, plan.identity_of(key), FlowsimError("no", code="FS701", hint="wait"))
        found = store.read(key, plan.identity_of(key))
        assert isinstance(found, FlowsimError)
        assert (str(found), found.code, found.hint) == ("no", "FS701", "wait")
        path = tmp_path / store.path / "cells" / f"{key}.failed"
        path.write_text(path.read_text().replace('"no"', '"yes"'))
        assert store.read(key, plan.identity_of(key)) is None
        assert store.remarks
    assert replace(plan, replications=9).identity_of(key) != plan.identity_of(key)
