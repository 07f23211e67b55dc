"""`flowsim levers`: what would help, tried one by one on the process as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.output import Output

if TYPE_CHECKING:
    from flowsim.experiments.store import RunFolder

RUNS = 10
"""Runs of each lever, unless the file or the user says else: pairs of runs soon tell a difference."""

GROUPS = ("handoffs", "batches", "rework", "people", "calendars", "work", "variability", "teams", "demand", "price")


@click.command(
    "levers",
    epilog="\b\nExamples:\n  flowsim levers permit.yaml\n  flowsim levers permit.yaml --group handoffs --group price\n"
    "  flowsim levers permit.yaml --state future --replications 30",
)
@options.scenario_file
@options.one_state
@click.option(
    "--group",
    "groups",
    type=click.Choice(GROUPS),
    metavar="GROUP",
    multiple=True,
    help=f"Only levers of this group: {', '.join(GROUPS)}. Repeatable.",
)
@options.sets
@click.option(
    "--replications",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help=f"How many runs of each lever (default: {RUNS}, or as the file says when that is fewer).",
)
@options.seed
@options.out
@options.as_json
@options.jobs
@options.no_audit
@click.pass_obj
def command(
    output: Output,
    file: Path,
    state: str | None,
    groups: tuple[str, ...],
    sets: tuple[str, ...],
    replications: int | None,
    seed: str | None,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    no_audit: bool,
) -> None:
    """Try the what-ifs that everyone asks of a state of FILE (default: the first), and rank them.

    Each handoff at once, no batches, nothing sent back, one person more in each team, less work in each task, two
    teams as one, and so on: those that apply. Each is run with the same requests and the same luck. Also what each
    handoff costs, and what happens with 10% more or fewer requests. What is told is how long a customer waits, and
    what that takes.
    """
    from flowsim.cli.effects import tell_duration
    from flowsim.cli.tell_levers import levers_json, tell_levers
    from flowsim.errors import UsageError
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.pool import Pool
    from flowsim.experiments.store import open_run
    from flowsim.redesign.keeping_levers import keep_levers
    from flowsim.redesign.levers import levers_of
    from flowsim.redesign.measuring import Runs
    from flowsim.redesign.trying import try_levers
    from flowsim.scenario import load

    scenario = load(file)
    name = options.among(scenario.states, state)[0] if state is not None else scenario.states[0]
    compiled = scenario.compile(name, sets)
    output.problems([p for p in compiled.warnings if p.severity == "warning"])
    plan = options.plan_of(
        scenario,
        [(name, compiled)],
        sets=sets,
        replications=replications or min(RUNS, compiled.replications),
        seed=seed,
        jobs=jobs,
        no_audit=no_audit,
    )
    levers = [one for one in levers_of(scenario, name, sets) if not groups or one.group in groups]
    if not levers:
        raise UsageError(f"no lever of {', '.join(groups)} applies to '{name}'", code="FS722", hint="leave --group out")
    models = [compiled.model, *(one.model for one in levers if one.model is not None)]
    runs = Runs(plan.seed, plan.replications, plan.audit, plan.jobs)
    times = "1 run" if plan.replications == 1 else f"{plan.replications} runs"
    output.aside(f"To try on {name}: {len(models) - 1} what-ifs, {times} of each")
    tell_duration(output, runs.expected(models))

    def make(folder: RunFolder, replications: int, done: Callable[[int], None]) -> None:
        with Pool(runs.workers(models)) as pool:
            tried, failed = try_levers(compiled.model, levers, replace(runs, replications=replications), pool, done)
        keep_levers(folder, name, levers, tried, failed)

    done = options.carry_out(output, plan, out, options.More(len(models), make))
    found = Findings(open_run(done.folder, options.RESULTS))
    if as_json:
        output.json("levers", {"folder": str(done.folder), **levers_json(found)})
        return
    tell_levers(output, found)
    output.aside(f"Picture: flowsim plot {done.folder} --kind tornado")
    output.line(f"\nResults: {done.folder}")
