"""`flowsim sweep FILE --vary …`: many designs, every cell kept, so that what was begun can go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.output import Output

if TYPE_CHECKING:
    from flowsim.scenario import Scenario
    from flowsim.sweep.perform import Progress
    from flowsim.sweep.plan import SweepPlan
    from flowsim.sweep.store import Store

DESIGNS = ("grid", "one-at-a-time", "latin", "morris", "sobol")
WORKERS_PAY = 5.0
"""Seconds of simulation in all from which worker processes pay, when nobody says how many."""


@click.command(
    "sweep",
    epilog="\b\nExamples:\n"
    "  flowsim sweep permit.yaml --vary 'teams.Legal.people=1..4'\n"
    "  flowsim sweep permit.yaml --vary 'limits.all=none, 20, 40' --dry-run\n"
    "  flowsim sweep permit.yaml --vary 'tasks.a.time=1 h .. 3 h' --design latin",
)
@options.scenario_file
@click.option(
    "--vary",
    "varied",
    multiple=True,
    required=True,
    metavar="PATH=VALUES",
    shell_complete=options.complete_path,
    help="What to vary: 'PATH=V1, V2', 'PATH=1..6' or 'PATH=10 min .. 30 min in 5'. Repeatable.",
)
@click.option(
    "--states",
    "--state",
    "states",
    multiple=True,
    metavar="NAME",
    shell_complete=options.complete_state,
    help="Which state (default: all). Repeatable.",
)
@click.option("--design", type=click.Choice(DESIGNS), default="grid", show_default=True, help="Which points are run.")
@click.option(
    "--samples",
    type=click.IntRange(2, 1_000_000),
    metavar="N",
    help="Points of latin (default: 30), ways of morris (20), base points of sobol (64).",
)
@click.option("--keep", is_flag=True, help="Keep the raw tables of every cell too, as a run of its own.")
@click.option("--dry-run", is_flag=True, help="Say what would be run and how long it takes, and stop.")
@click.option("--executor", metavar="MODULE:FACTORY", help="Run on what this makes: a concurrent.futures.Executor.")
@click.option("--cluster", metavar="ADDRESS", help="Run on the Dask cluster with this scheduler.")
@options.running
@click.pass_obj
def command(
    output: Output,
    file: Path,
    varied: tuple[str, ...],
    states: tuple[str, ...],
    design: str,
    samples: int | None,
    keep: bool,
    dry_run: bool,
    executor: str | None,
    cluster: str | None,
    sets: tuple[str, ...],
    replications: int | None,
    seed: str | None,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    no_audit: bool,
) -> None:
    """Vary values of a scenario FILE and run every combination: a cell is one combination in one state.

    The same requests with the same luck go through all of them. Each cell is kept as soon as it is done; the same
    command goes on where it was stopped. A cell that cannot be run is recorded, and the others go on (exit 3).
    """
    if executor is not None and cluster is not None:
        raise click.UsageError("--executor and --cluster cannot both be given")
    from flowsim.cli.sweep_tell import plan_json, sweep_json, tell_plan, tell_sweep
    from flowsim.experiments.store import open_run
    from flowsim.scenario import load
    from flowsim.sweep.designs import make_design
    from flowsim.sweep.stored import Swept
    from flowsim.sweep.vary import read_axes

    scenario = load(file)
    names = options.the_states(scenario, states)
    made = make_design(design, read_axes(varied), samples)
    first = scenario.compile(names[0], sets)
    runs, start = replications or first.replications, options.the_seed(seed, first.seed)
    plan = _plan(output, scenario, made, names, sets, start, runs, not no_audit)
    if dry_run:
        seconds, kept = _expected(plan, out)
        workers = jobs or _processors()
        if as_json:
            output.json("sweep plan", plan_json(plan, seconds, kept, workers))
        else:
            tell_plan(output, plan, seconds, kept, workers, on_stdout=True)
        return
    folder, failed = _run(output, scenario, plan, out, jobs, executor, cluster, keep)
    swept = Swept(open_run(folder, options.RESULTS))
    if as_json:
        output.json("sweep", {"folder": str(folder), **sweep_json(swept)})
    else:
        tell_sweep(output, swept)
        output.aside(f"Pictures: flowsim plot {folder}")
        output.line(f"\nResults: {folder}")
    if failed:
        output.aside(output.style(f"{failed} of {len(plan.cells)} cells could not be run", "warning"), always=True)
        raise click.exceptions.Exit(3)


def _plan(
    output: Output,
    scenario: Scenario,
    design: object,
    names: list[str],
    sets: tuple[str, ...],
    seed: int,
    runs: int,
    audit: bool,
) -> SweepPlan:
    from flowsim.experiments.pool import Pool
    from flowsim.sweep.designs import Design
    from flowsim.sweep.plan import COMPILE_PAYS, make_plan

    assert isinstance(design, Design)
    cells = len(design.points) * len(names)
    started = time.monotonic()
    with Pool(_processors() if cells >= COMPILE_PAYS else 1) as pool:
        return make_plan(
            *(scenario, design, names, sets),
            seed=seed,
            replications=runs,
            audit=audit,
            pool=pool,
            progress=lambda done, planned: output.progress(done, planned, started, "cells prepared"),
        )


def _run(
    output: Output,
    scenario: Scenario,
    plan: SweepPlan,
    out: Path | None,
    jobs: int | None,
    executor: str | None,
    cluster: str | None,
    keep: bool,
) -> tuple[Path, int]:
    """Run what is missing and write the summary; the folder, and how many cells failed."""
    from flowsim.cli.sweep_tell import tell_plan
    from flowsim.sweep.executors import pool_for
    from flowsim.sweep.finish import finish, is_finished
    from flowsim.sweep.perform import missing, perform
    from flowsim.sweep.plan import probe
    from flowsim.sweep.store import open_store

    begun = time.monotonic()
    with open_store(options.RESULTS, plan.title, plan.identity, out) as store, _told_how_to_go_on(output, plan, store):
        wanted, progress = missing(plan, store)
        cost = probe(plan, wanted[:: max(1, len(wanted) // 3)])
        seconds = cost.seconds * len(wanted) * plan.replications
        elsewhere = executor is not None or cluster is not None
        processes = jobs or (_processors() if seconds > WORKERS_PAY else 1)
        with pool_for(jobs if elsewhere else processes, executor, cluster) as pool:
            tell_plan(output, plan, seconds, progress.kept, pool.workers)
            for remark in store.remarks:
                output.aside(output.style(f"warning: {remark}", "warning"))
            if wanted:
                perform(plan, store, pool, wanted, progress, _shown(output, len(wanted) * plan.replications))
        if wanted or not is_finished(store, plan):
            finish(
                *(plan, store, progress.failed),
                [scenario.compile(state, plan.sets) for state in plan.states],
                files=scenario.text,
                command=("flowsim", *sys.argv[1:]),
                seconds=time.monotonic() - begun,
                root=options.RESULTS,
            )
        if keep:
            _keep(output, scenario, plan, store, progress, jobs)
        return store.path, sum(1 for cell in plan.cells if cell.error or cell.key in progress.failed)


def _keep(
    output: Output, scenario: Scenario, plan: SweepPlan, store: Store, progress: Progress, jobs: int | None
) -> None:
    """Run the cells whose raw tables are not kept yet, and keep these."""
    from flowsim.sweep.raw import RUNS, keep_raw, to_keep

    cells = to_keep(plan, store.path, progress.failed)
    runs, done, started = len(cells) * plan.replications, 0, time.monotonic()

    def told(more: int) -> None:
        nonlocal done
        done += more
        output.progress(done, runs, started, "runs kept")

    command = ("flowsim", *sys.argv[1:])
    keep_raw(plan, store.path, cells, files=scenario.text, command=command, jobs=jobs, told=told)
    output.aside(f"Raw tables: {store.path / RUNS}, a run a cell (flowsim show {store.path / RUNS / '1'})")


def _shown(output: Output, runs: int) -> Callable[[Progress], None]:
    started = time.monotonic()
    return lambda progress: output.progress(min(progress.runs, runs), runs, started)


@contextmanager
def _told_how_to_go_on(output: Output, plan: SweepPlan, store: Store) -> Iterator[None]:
    """When somebody ends it: say what is kept, and how to go on."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit) as ending:
        kept = sum(1 for key in plan.keys if store.file(key).exists())
        output.aside(
            f"{kept} of {len(plan.keys)} cells kept in {store.path}. Run the same command to go on.", always=True
        )
        raise click.exceptions.Exit(130 if isinstance(ending, KeyboardInterrupt) else 143) from None


def _expected(plan: SweepPlan, out: Path | None) -> tuple[float, int]:
    """Seconds of simulation that are still to come, and how many cells are kept."""
    from flowsim.sweep.plan import probe
    from flowsim.sweep.store import Store, folder_of

    store = Store(out or options.RESULTS / folder_of(plan.title, plan.identity), None)
    wanted = [key for key in plan.keys if not store.file(key).exists()]
    seconds = probe(plan, wanted[:: max(1, len(wanted) // 3)]).seconds * len(wanted) * plan.replications
    return seconds, len(plan.keys) - len(wanted)


def _processors() -> int:
    from flowsim.experiments.pool import cores

    return cores()
