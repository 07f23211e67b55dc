"""The raw tables of the cells of a sweep (`--keep`): a results folder a cell, as `flowsim run` would have made it.

results/sweep-<slug>-<hash8>/runs/<number of the cell>/

Each is whole or not there, and has a manifest of its own; what is there is not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from flowsim.errors import FlowsimError, StorageError
from flowsim.experiments.experiment import Plan, StatePlan, perform
from flowsim.experiments.store import RunFolder
from flowsim.experiments.stored import open_run
from flowsim.record.disk import refusals
from flowsim.sweep.plan import Cell, SweepPlan, settings_of

RUNS = "runs"


def to_keep(plan: SweepPlan, folder: Path, failed: Mapping[str, FlowsimError]) -> list[Cell]:
    """The cells whose raw tables are yet to be kept: one of those that are equal, none that cannot be run."""
    first: dict[str, Cell] = {}
    for cell in plan.cells:
        if cell.key and cell.key not in failed:
            first.setdefault(cell.key, cell)
    return [cell for cell in first.values() if not _is_kept(plan, folder, cell)]


def keep_raw(
    plan: SweepPlan,
    folder: Path,
    cells: list[Cell],
    *,
    files: Mapping[str, str],
    command: tuple[str, ...],
    jobs: int | None = None,
    told: Callable[[int], None] | None = None,
) -> None:
    """Run these cells and keep all their tables; `told` is called with the runs that are done since. Raises AuditError,
    EngineError, StorageError. What is damaged, or of another sweep, is set aside under another name.
    """
    for cell in cells:
        state = StatePlan(
            cell.state,
            plan.models.get(cell.key),
            f"cell {cell.number} of a sweep",
            sets=(*plan.sets, *(f"{path}={value}" for path, value in settings_of(_paths(plan), cell.point))),
        )
        one = Plan(
            *(plan.title, (state,), plan.replications, plan.seed, files, command, cell.warnings, jobs, plan.audit)
        )
        exact = place_of(folder, cell)
        with refusals(folder):
            exact.parent.mkdir(exist_ok=True)
            _set_aside(exact)
        with RunFolder.create(folder, exact.name, one.identity, exact=exact) as made:
            perform(one, made)
        if told is not None:
            told(plan.replications)


def place_of(folder: Path, cell: Cell) -> Path:
    """Where the raw tables of a cell are, in the folder of its sweep."""
    return folder / RUNS / str(cell.number)


def _set_aside(place: Path) -> None:
    """Give what is in the way another name. Raises OSError."""
    if place.exists():
        number = next(n for n in range(1, 10_000) if not place.with_name(f".damaged-{n}-{place.name}").exists())
        place.rename(place.with_name(f".damaged-{number}-{place.name}"))


def _paths(plan: SweepPlan) -> list[str]:
    return [axis.path for axis in plan.design.axes]


def _is_kept(plan: SweepPlan, folder: Path, cell: Cell) -> bool:
    """Whether the raw tables of this very cell are there, sound."""
    place = place_of(folder, cell)
    try:
        run = open_run(place, place.parent)
    except (FlowsimError, StorageError):
        return False
    same = [state.identity for state in run.manifest.states] == [cell.identity]
    return (
        same and (run.manifest.seed, run.manifest.replications) == (plan.seed, plan.replications) and not run.damaged()
    )
