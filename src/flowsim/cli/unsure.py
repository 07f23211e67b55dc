"""`flowsim unsure FILE`: luck against not knowing, and what to measure first."""

from __future__ import annotations

from pathlib import Path

import click

from flowsim.cli import options
from flowsim.cli.output import Output


@click.command(
    "unsure",
    epilog="\b\nExamples:\n  flowsim unsure permit.yaml\n  flowsim unsure permit.yaml current --points 100\n"
    "  flowsim unsure permit.yaml --set 'teams.Legal.people=2 .. 4 unsure'",
)
@options.scenario_file
@click.argument("states", nargs=-1, metavar="[STATES]...", shell_complete=options.complete_state)
@click.option(
    "--points",
    type=click.IntRange(9, 10_000),
    metavar="N",
    help="How many combinations of what is unsure (default: 50).",
)
@click.option(
    "--each", type=click.IntRange(2, 10_000), default=10, metavar="N", help="Runs of each combination (default: 10)."
)
@options.running
@click.pass_obj
def command(
    output: Output,
    file: Path,
    states: tuple[str, ...],
    points: int | None,
    each: int,
    sets: tuple[str, ...],
    replications: int | None,
    seed: str | None,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    no_audit: bool,
) -> None:
    """Run a scenario FILE at many combinations of the values that are `unsure` in it (10 .. 20 min unsure).

    Says how far each result may be off because these values are not known, beside what is luck of the runs; how much of
    that each of them accounts for, and so which is worth measuring first. With several states (default: all of the
    file): whether the first is held to be better or worse whatever the values are.
    """
    from flowsim.cli.unsure_tell import tell_unsure, unsure_json
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run
    from flowsim.redesign.unsure import Runs, study
    from flowsim.redesign.unsure_kept import perform_study, read_study
    from flowsim.scenario import load

    scenario = load(file)
    names = list(dict.fromkeys(options.the_states(scenario, states)))
    named = [(name, scenario.compile(name, sets)) for name in names]
    for _, compiled in named:  # that values are unsure needs no saying here
        output.problems([p for p in compiled.warnings if p.severity == "warning"])
    plan = options.plan_of(
        scenario, named, sets=sets, replications=replications, seed=seed, jobs=jobs, no_audit=no_audit
    )
    asked = study(scenario, names, sets, plan.seed, points)
    runs = Runs(plan.seed, each, plan.audit, jobs)
    more = options.More(
        len(asked.models) * each / plan.replications,
        lambda folder, luck_of, done: perform_study(asked, runs, luck_of, folder, done),
    )
    done = options.carry_out(output, plan, out, more)
    found = Findings(open_run(done.folder, options.RESULTS))
    kept = read_study(found.run)
    if as_json:
        output.json("unsure", {"folder": str(done.folder), **unsure_json(found, kept)})
        return
    tell_unsure(output, found, kept)
    output.aside(f"Pictures: flowsim plot {done.folder}")
    output.line(f"\nResults: {done.folder}")
