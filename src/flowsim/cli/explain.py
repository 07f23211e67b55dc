"""`flowsim explain PATH`: what a field of the scenario file means."""

from __future__ import annotations

import click

from flowsim.cli.output import Output, clean


@click.command(
    "explain",
    epilog="\b\nExamples:\n  flowsim explain steps\n  flowsim explain steps.handoff.batch\n"
    "  flowsim explain 'steps.Check the file.returns'",
)
@click.argument("path", default="")
@click.pass_obj
def command(output: Output, path: str) -> None:
    """Say what the field at PATH means, how it is written, and what is in it.

    PATH is the place in the file, such as steps.handoff.batch; names of your own may be left in or out.
    """
    from flowsim.scenario import explain

    output.line(clean(explain(path)))
