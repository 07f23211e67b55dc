"""`flowsim reproduce RUN`: run a kept run again, and hold every table against it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.output import Output

if TYPE_CHECKING:
    from flowsim.experiments.experiment import Also
    from flowsim.experiments.stored import StoredRun


@click.command(
    "reproduce",
    epilog="\b\nExamples:\n  flowsim reproduce latest\n"
    "  flowsim reproduce results/permit-current-20261123T141200-9f3c1a00",
)
@options.run_argument
@options.jobs
@options.as_json
@click.pass_obj
def command(output: Output, run: str, jobs: int | None, as_json: bool) -> None:
    """Run the manifest of RUN again (default: the latest) and say whether every table holds the same data.

    Works from the manifest alone: the scenario file may have changed or gone. Ends with 4 when something differs, or
    when a kept file is damaged.
    """
    from flowsim.experiments.reproduce import reproduce

    stored = options.open_single(run)
    started = time.monotonic()
    also = _also(stored, jobs)
    report = reproduce(stored, jobs, lambda done, planned: output.progress(done, planned, started), also)
    damaged = stored.damaged()
    if as_json:
        body = {"same": report.same, "tables": report.tables, "damaged": damaged, "remarks": list(report.remarks)}
        output.json("reproduce", {"folder": str(stored.path), **body})
    else:
        for name, same in report.tables.items():
            output.line(f"  {name:<14} {'the same' if same else output.style('DIFFERENT', 'bad')}")
        for remark in report.remarks:
            output.aside(remark, always=True)
        verdict = "every table is the same" if report.same else "the run could not be reproduced"
        if damaged:
            count = "a file" if len(damaged) == 1 else f"{len(damaged)} files"
            verdict += f"; {count} kept in the folder {'is' if len(damaged) == 1 else 'are'} damaged"
        output.line(f"{stored.path}: {verdict}")
    if damaged or not report.same:
        raise click.exceptions.Exit(4)


def _also(stored: StoredRun, jobs: int | None) -> Also | None:
    """Makes what was explained, studied or sought in a run again; None when nothing was."""
    from flowsim.optimise.keeping import search_again, was_sought
    from flowsim.redesign.unsure_kept import study_again, was_studied

    if was_sought(stored):
        return search_again(stored, jobs)
    if was_studied(stored):
        return study_again(stored, jobs)
    if stored.manifest.table("designs") is None:
        return None
    from flowsim.redesign.again import again

    return again(stored, jobs)
