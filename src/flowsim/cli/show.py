"""`flowsim show RUN`: a kept run in words again, its wastes, people and money, or one request through every design."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from flowsim.cli import options
from flowsim.cli.output import Output

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.stored import StoredRun

F = TypeVar("F", bound=Callable[..., Any])

PANELS = {
    "wastes": "The eight wastes of Lean, measured.",
    "watermelon": "Every team's own target beside the customer's promise.",
    "handoffs": "What each handoff costs.",
    "staff": "What people do with their time.",
    "money": "What people's time and the customers' waiting cost.",
}
"""Option, called as the table it shows -> its help."""


def panels(command: F) -> F:
    """The options of PANELS."""
    for name, told in reversed(PANELS.items()):
        command = click.option(f"--{name}", is_flag=True, help=told)(command)
    return command


@click.command(
    "show",
    epilog="\b\nExamples:\n  flowsim show latest\n  flowsim show latest --request 137\n"
    "  flowsim show latest --state future\n  flowsim show latest --wastes --watermelon --lang nl",
)
@options.run_argument
@click.option("--state", metavar="NAME", shell_complete=options.complete_state, help="Only this state of a comparison.")
@click.option(
    "--request", type=click.IntRange(min=0), metavar="N", help="Follow request N: where it was, and why it waited."
)
@click.option("--replication", type=click.IntRange(min=1), default=1, metavar="N", help="In which run (default: 1).")
@panels
@click.option("--lang", type=click.Choice(["en", "nl"]), help="Language of these five (default: your system's).")
@options.as_json
@click.pass_obj
def command(
    output: Output,
    /,
    run: str,
    state: str | None,
    request: int | None,
    replication: int,
    lang: str | None,
    as_json: bool,
    **asked: bool,
) -> None:
    """Show the results of RUN again (default: the latest), without running anything.

    With --request, a dated journal of one request: each wait with its cause, in every state; the same request with
    the same work goes through all of them. With --wastes, --watermelon, --handoffs, --staff or --money those tables
    instead, states side by side or one after the other.
    """
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run

    wanted = [name for name in PANELS if asked[name]]
    if request is not None and wanted:
        raise click.UsageError(f"--request follows one request; --{wanted[0]} is about all of them")
    stored = open_run(run, options.RESULTS)
    if options.is_sweep(stored) and request is None and not wanted and state is None:
        _sweep(output, stored, as_json)
        return
    found = Findings(options.open_single(run))
    chosen = options.among(found.states, state)
    if request is not None:
        _follow(output, found, chosen, request, replication, as_json)
    elif wanted:
        _tell(output, found, chosen, wanted, lang, as_json)
    else:
        _results(output, found, chosen, as_json)


def _sweep(output: Output, stored: StoredRun, as_json: bool) -> None:
    """What the cells of a sweep say."""
    from flowsim.cli.sweep_tell import sweep_json, tell_sweep
    from flowsim.sweep.stored import Swept

    if as_json:
        output.json("sweep", {"folder": str(stored.path), **sweep_json(Swept(stored))})
    else:
        tell_sweep(output, Swept(stored))


def _follow(
    output: Output, found: Findings, states: Sequence[str], request: int, replication: int, as_json: bool
) -> None:
    """One request through these states."""
    from flowsim.cli.journal import journal_json, tell_journal
    from flowsim.experiments.circumstances import circumstances
    from flowsim.experiments.journal import journal

    told = [journal(found, name, replication, request, found.states[0]) for name in states]
    if as_json:
        bodies = [journal_json(j, circumstances(found, j.state, j.replication, j.request)) for j in told]
        output.json("journal", {"folder": str(found.run.path), "states": bodies})
        return
    for number, one in enumerate(told):
        if number:
            output.line()
        tell_journal(output, found, one)


def _tell(
    output: Output, found: Findings, states: Sequence[str], wanted: Sequence[str], lang: str | None, as_json: bool
) -> None:
    """These panels of these states."""
    from flowsim.cli.panels import panels_json, tell_panels
    from flowsim.texts import Texts, choose_lang

    if as_json:
        output.json("tables", {"folder": str(found.run.path), **panels_json(found, states, wanted)})
    else:
        tell_panels(output, Texts(choose_lang(lang, os.environ)), found, states, wanted)


def _results(output: Output, found: Findings, states: Sequence[str], as_json: bool) -> None:
    """What `run`, `compare` or `unsure` said."""
    from flowsim.cli.effects import explanations_json, tell_explanations
    from flowsim.cli.optimise_tell import search_json, tell_search
    from flowsim.cli.side_by_side import comparison_json, tell_comparison
    from flowsim.cli.tell import state_json, tell_state
    from flowsim.cli.unsure_tell import tell_unsure, unsure_json
    from flowsim.optimise.keeping import read_search, was_sought
    from flowsim.redesign.unsure_kept import read_study, was_studied

    studied = was_studied(found.run)
    if as_json:
        body = state_json(found, states[0]) if len(states) == 1 else comparison_json(found)
        body |= {"unsure": unsure_json(found, read_study(found.run))} if studied else {}
        explained = explanations_json(found) if len(states) > 1 else []
        body |= {"explain": explained} if explained else {}
        if found.run.manifest.table("levers") is not None:
            from flowsim.cli.tell_levers import levers_json

            body |= {"levers": levers_json(found)}
        if was_sought(found.run):
            body |= {"optimise": search_json(found, read_search(found.run))}
        output.json("run" if len(states) == 1 else "compare", {"folder": str(found.run.path), **body})
    elif was_sought(found.run):
        tell_search(output, found, read_search(found.run))
        if len(states) > 1:
            output.line()
            tell_comparison(output, found)
    elif studied:
        tell_unsure(output, found, read_study(found.run))
    elif len(states) == 1:
        tell_state(output, found, states[0])
        if found.run.manifest.table("levers") is not None:
            from flowsim.cli.tell_levers import tell_levers

            output.line()
            tell_levers(output, found)
    else:
        tell_comparison(output, found)
        tell_explanations(output, found)
