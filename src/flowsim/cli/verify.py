"""`flowsim verify [FILE]`: why the numbers may be believed, of flowsim itself and of somebody's own model."""

from __future__ import annotations

import time
from pathlib import Path

import click

from flowsim.cli import options
from flowsim.cli.output import Output


@click.command(
    "verify",
    epilog="\b\nExamples:\n  flowsim verify\n  flowsim verify permit.yaml\n"
    "  flowsim verify permit.yaml --state future --replications 30",
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--state",
    "states",
    metavar="NAME",
    multiple=True,
    shell_complete=options.complete_state,
    help="Only this state. Repeatable.",
)
@options.sets
@click.option(
    "--replications",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="How many runs of each state (default: as the file says, 10 at most).",
)
@options.seed
@options.jobs
@options.as_json
@click.pass_obj
def command(
    output: Output,
    file: Path | None,
    states: tuple[str, ...],
    sets: tuple[str, ...],
    replications: int | None,
    seed: str | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """See for yourself why the numbers may be believed.

    Without FILE: flowsim against queueing theory, against a plain recursion to the millisecond, and its audit against
    faults that are put in; a minute or two. With a scenario FILE, your own model: how busy people are, Little's law
    for every step, the fastest possible, and theory where it applies.

    Ends with 3 when something does not hold.
    """
    if file is None:
        given = {"--state": states, "--set": sets, "--replications": replications, "--seed": seed}
        wrong = next((name for name, value in given.items() if value), None)
        if wrong is not None:
            raise click.UsageError(f"{wrong} is about a scenario: name its FILE")
        passed = _flowsim(output, jobs, as_json)
    else:
        passed = _own(output, file, states, sets, replications, seed, jobs, as_json)
    if not passed:
        raise click.exceptions.Exit(3)


def _flowsim(output: Output, jobs: int | None, as_json: bool) -> bool:
    """flowsim itself; whether all holds."""
    from flowsim.cli.verify_flowsim import proof_json, tell_proof
    from flowsim.experiments.pool import cores
    from flowsim.verification.on_demand import prove

    started = time.monotonic()
    if not as_json:
        output.aside("Holding flowsim against theory, a plain recursion and faults put in: a minute or two.")
    proof = prove(jobs or cores(), lambda done, planned: output.progress(done, planned, started))
    seconds = time.monotonic() - started
    if as_json:
        output.json("verify", proof_json(proof, seconds))
    else:
        tell_proof(output, proof, seconds)
    return proof.passed


def _own(
    output: Output,
    file: Path,
    wanted: tuple[str, ...],
    sets: tuple[str, ...],
    replications: int | None,
    seed: str | None,
    jobs: int | None,
    as_json: bool,
) -> bool:
    """A model from a file; whether nothing is contradicted."""
    from flowsim.cli.verify_own import own_json, tell_own
    from flowsim.scenario import load
    from flowsim.verification.own.verify import verify

    scenario = load(file)
    names = list(dict.fromkeys(options.the_states(scenario, wanted)))
    compiled = [scenario.compile(name, sets) for name in names]
    for one in compiled:
        output.problems([p for p in one.warnings if p.severity == "warning"])
    first = compiled[0]
    runs = replications or min(first.replications, MOST)
    started = time.monotonic()
    reports = verify(
        [(one.state, one.model) for one in compiled],
        options.the_seed(seed, first.seed),
        runs,
        jobs,
        lambda done, planned: output.progress(done, planned, started),
    )
    if as_json:
        output.json("verify", own_json(scenario.name, sets, reports))
    else:
        tell_own(output, scenario.name, sets, [one.model for one in compiled], reports)
        if replications is None and runs < first.replications:
            output.aside(f"{runs} of the {first.replications} replications of the file; --replications for more.")
    return all(report.passed for report in reports)


MOST = 10
"""Runs of each state unless somebody says otherwise: the identities need one, theory some."""
