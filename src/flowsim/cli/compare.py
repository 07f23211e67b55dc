"""`flowsim compare`: the same requests through two or more designs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.output import Output

if TYPE_CHECKING:
    from flowsim.scenario import Compiled, Scenario


@click.command(
    "compare",
    epilog="\b\nExamples:\n  flowsim compare five-departments.yaml\n  flowsim compare permit.yaml current future\n"
    "  flowsim compare permit.yaml --explain --replications 10\n"
    "  flowsim compare before.yaml after.yaml --replications 50",
)
@options.scenario_file
@click.argument("others", nargs=-1, metavar="[STATES]... | OTHER_FILE", shell_complete=options.complete_other)
@click.option("--explain", is_flag=True, help="Say what each named change buys, by itself and among the others.")
@options.running
@options.precision
@options.most
@options.matters
@click.pass_obj
def command(
    output: Output,
    file: Path,
    others: tuple[str, ...],
    explain: bool,
    sets: tuple[str, ...],
    replications: int | None,
    seed: str | None,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    no_audit: bool,
    precision: str | None,
    most: int | None,
    matters: str | None,
) -> None:
    """Compare states of a scenario FILE, or the first states of two files.

    The same requests, with the same work and the same luck, go through each design; differences are between runs in
    pairs, so that chance hardly blurs them. The first state is what the others are held against.

    With --explain also what each named change of a state buys: in the file's order, on its own, taken away last, and
    its fair share. That takes a design for every set of changes, or for many of them: 2 x 2 x ... of them are run.
    """
    from flowsim.cli.effects import explaining, explanations_json, tell_explanations
    from flowsim.cli.notes import tell_notes
    from flowsim.cli.side_by_side import comparison_json, tell_comparison
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run
    from flowsim.scenario import load

    scenario = load(file)
    named, files = _compared(scenario, file, others, sets, explain)
    options.tell_warnings(output, named)
    plan = options.plan_of(
        scenario,
        named,
        sets=sets,
        replications=replications,
        seed=seed,
        jobs=jobs,
        no_audit=no_audit,
        precision=precision,
        most=most,
        matters=matters,
        files=files,
    )
    more = explaining(output, scenario, plan, [name for name, _ in named], sets) if explain else None
    done = options.carry_out(output, plan, out, more)
    for state, sentences in done.stuck.items():
        for sentence in sentences:
            output.aside(output.style(f"warning: {state}: {sentence}", "warning"))
    found = Findings(open_run(done.folder, options.RESULTS))
    if as_json:
        body = {"explain": explanations_json(found)} if explain else {}
        output.json("compare", {"folder": str(done.folder), **comparison_json(found), **body})
        return
    tell_comparison(output, found)
    tell_notes(output, found, found.states)
    if explain:
        tell_explanations(output, found)
    output.aside(f"Pictures: flowsim plot {done.folder}")
    output.line(f"\nResults: {done.folder}")


def _compared(
    scenario: Scenario, file: Path, others: Sequence[str], sets: Sequence[str], explain: bool
) -> tuple[list[tuple[str, Compiled]], dict[str, str]]:
    """What is compared, each with the name it is shown by, and the texts of the files. Raises UsageError, and
    ScenarioError.
    """
    from flowsim.errors import UsageError
    from flowsim.scenario import load

    if len(others) == 1 and _is_file(Path(others[0])):
        if explain:
            hint = "name states of one file, whose changes have names"
            raise UsageError("two files have no named changes between them", code="FS721", hint=hint)
        other = load(Path(others[0]))
        second = Path(others[0]).stem
        named = [(file.stem, scenario.compile(scenario.states[0], sets))]
        named.append((second if second != file.stem else f"{second} (2)", other.compile(other.states[0], sets)))
        return named, {**scenario.text, **other.text}
    names = options.the_states(scenario, others)
    if len(names) < 2:
        one = f"{file} has one state, '{names[0]}'" if not others else f"one state is named, '{names[0]}'"
        hint = "add a `states:` part to the file, or name a second file"
        if len(scenario.states) > 1:
            hint = f"name two of: {', '.join(scenario.states)}; or none, for all of them"
        raise UsageError(f"{one}, and a comparison takes two", code="FS703", hint=hint)
    return [(name, scenario.compile(name, sets)) for name in names], dict(scenario.text)


def _is_file(path: Path) -> bool:
    """Whether a word that may be a state is a file, or looks like one that is not there."""
    try:
        return path.suffix in (".yaml", ".yml") or path.is_file()
    except (OSError, ValueError):  # longer than a name may be, or none at all
        return False
