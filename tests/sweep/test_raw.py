"""`sweep --keep`: the raw tables of a cell are those of a run of it; what is there is not run again."""

from __future__ import annotations

from pathlib import Path

import pytest
from killed import plan_of, scenario, sweep

from flowsim.errors import EngineError
from flowsim.experiments.findings import Findings
from flowsim.experiments.stored import open_run
from flowsim.sweep.raw import keep_raw, place_of, to_keep
from flowsim.sweep.stored import Swept


def test_a_kept_cell_is_a_run_with_the_same_numbers(tmp_path: Path) -> None:
    plan = plan_of(scenario(), vary=("teams.Desk.people=1..2",))
    folder = sweep(tmp_path, plan=plan)
    done: list[int] = []
    keep_raw(plan, folder, to_keep(plan, folder, {}), files={}, command=("flowsim",), told=done.append)
    assert done == [3, 3]
    swept = Swept(open_run(folder, tmp_path))
    for cell in plan.cells:
        run = open_run(place_of(folder, cell), tmp_path)
        found = Findings(run).get(cell.state, "lead time mean")
        kept = swept.measure("lead time mean")[cell.number]
        assert found is not None
        assert (found.value, found.low, found.high) == (kept.value, kept.low, kept.high)
        assert run.manifest.states[0].sets[-1] == f"teams.Desk.people={cell.point[0]}"
        assert run.manifest.table("visits") is not None
    assert not (folder / "runs" / "latest").exists()
    assert to_keep(plan, folder, {}) == []
    assert open_run(folder, tmp_path).damaged() == []


def test_what_is_damaged_is_set_aside_and_run_again(tmp_path: Path) -> None:
    plan = plan_of(scenario(), vary=("teams.Desk.people=1..2",))
    keep_raw(plan, tmp_path, list(plan.cells), files={}, command=())
    table = place_of(tmp_path, plan.cells[1]) / "data" / "visits.parquet"
    whole = table.read_bytes()
    table.write_bytes(whole[:-40] + b"x" * 40)
    (again,) = to_keep(plan, tmp_path, {})
    assert again.number == 2
    keep_raw(plan, tmp_path, [again], files={}, command=())
    assert to_keep(plan, tmp_path, {}) == []
    assert (tmp_path / "runs" / ".damaged-1-2").is_dir()


def test_a_cell_that_failed_has_no_tables(tmp_path: Path) -> None:
    plan = plan_of(scenario(), vary=("teams.Desk.people=1..2",))
    failed = {plan.cells[0].key: EngineError("it stopped", code="FS711")}
    assert [cell.number for cell in to_keep(plan, tmp_path, failed)] == [2]


@pytest.mark.parametrize("replications", [3, 4])
def test_other_runs_are_no_tables_of_this_cell(tmp_path: Path, replications: int) -> None:
    plan = plan_of(scenario(), vary=("teams.Desk.people=1..2",))
    keep_raw(plan, tmp_path, list(plan.cells[:1]), files={}, command=())
    other = plan_of(scenario(), vary=("teams.Desk.people=1..2",), replications=replications)
    assert len(to_keep(other, tmp_path, {})) == (1 if replications == 3 else 2)
