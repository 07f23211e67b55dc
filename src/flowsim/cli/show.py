"""`flowsim show RUN`: a kept run in words again, or one request followed through every design."""

from __future__ import annotations

import click

from flowsim.cli import options
from flowsim.cli.output import Output


@click.command(
    "show",
    epilog="\b\nExamples:\n  flowsim show latest\n  flowsim show latest --request 137\n"
    "  flowsim show latest --state future",
)
@options.run_argument
@click.option("--state", metavar="NAME", shell_complete=options.complete_state, help="Only this state of a comparison.")
@click.option(
    "--request", type=click.IntRange(min=0), metavar="N", help="Follow request N: where it was, and why it waited."
)
@click.option("--replication", type=click.IntRange(min=1), default=1, metavar="N", help="In which run (default: 1).")
@options.as_json
@click.pass_obj
def command(output: Output, run: str, state: str | None, request: int | None, replication: int, as_json: bool) -> None:
    """Show the results of RUN again (default: the latest), without running anything.

    With --request, a dated journal of one request: each wait with its cause, in every state; the same request with
    the same work goes through all of them.
    """
    from flowsim.cli.journal import journal_json, tell_journal
    from flowsim.cli.side_by_side import comparison_json, tell_comparison
    from flowsim.cli.tell import state_json, tell_state
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.journal import journal
    from flowsim.experiments.store import open_run

    stored = open_run(run, options.RESULTS)
    found = Findings(stored)
    chosen = options.among(found.states, state)
    if request is not None:
        told = [journal(found, name, replication, request, found.states[0]) for name in chosen]
        if as_json:
            output.json("journal", {"folder": str(stored.path), "states": [journal_json(j) for j in told]})
            return
        for number, one in enumerate(told):
            if number:
                output.line()
            tell_journal(output, found, one)
        return
    if as_json:
        body = state_json(found, chosen[0]) if len(chosen) == 1 else comparison_json(found)
        output.json("run" if len(chosen) == 1 else "compare", {"folder": str(stored.path), **body})
    elif len(chosen) == 1:
        tell_state(output, found, chosen[0])
    else:
        tell_comparison(output, found)
