"""`flowsim run FILE`: run one state of a scenario and keep the results."""

from __future__ import annotations

from pathlib import Path

import click

from flowsim.cli import options
from flowsim.cli.output import Output


@click.command(
    "run",
    epilog="\b\nExamples:\n  flowsim run permit.yaml --state future --replications 100\n"
    "  flowsim run permit.yaml --set 'steps.*.handoff.batch=none'",
)
@options.scenario_file
@options.one_state
@options.running
@options.precision
@options.most
@click.pass_obj
def command(
    output: Output,
    file: Path,
    state: str | None,
    sets: tuple[str, ...],
    replications: int | None,
    seed: str | None,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    no_audit: bool,
    precision: str | None,
    most: int | None,
) -> None:
    """Run a scenario FILE and keep the results in a folder of their own.

    Prints what the customer gets, where the time goes, and how the teams do by their own targets.
    """
    from flowsim.cli.notes import tell_notes
    from flowsim.cli.tell import state_json, tell_state
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run
    from flowsim.scenario import load

    scenario = load(file)
    names = options.the_states(scenario, [state] if state is not None else [])[:1]
    compiled = scenario.compile(names[0], sets)
    options.tell_warnings(output, [(compiled.state, compiled)])
    plan = options.plan_of(
        scenario,
        [(compiled.state, compiled)],
        sets=sets,
        replications=replications,
        seed=seed,
        jobs=jobs,
        no_audit=no_audit,
        precision=precision,
        most=most,
    )
    done = options.carry_out(output, plan, out)
    for sentences in done.stuck.values():
        for sentence in sentences:
            output.aside(output.style(f"warning: {sentence}", "warning"))
    found = Findings(open_run(done.folder, options.RESULTS))
    if as_json:
        output.json("run", {"folder": str(done.folder), **state_json(found, compiled.state)})
        return
    tell_state(output, found, compiled.state)
    tell_notes(output, found, [compiled.state])
    output.aside(f"Pictures: flowsim plot {done.folder}")
    output.line(f"\nResults: {done.folder}")
