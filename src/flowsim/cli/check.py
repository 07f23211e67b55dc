"""`flowsim check FILE`: every problem of a scenario file, and how busy each team will be."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowsim.cli import options
from flowsim.cli.figures import count
from flowsim.cli.output import Output, clean, problem_json, table
from flowsim.units import format_share

if TYPE_CHECKING:
    from flowsim.scenario import Compiled


@click.command(
    "check",
    epilog="\b\nExamples:\n  flowsim check permit.yaml\n  flowsim check permit.yaml --set 'teams.Legal.people=1'",
)
@options.scenario_file
@options.sets
@options.as_json
@click.pass_obj
def command(output: Output, file: Path, sets: tuple[str, ...], as_json: bool) -> None:
    """Find every problem in a scenario FILE at once, and work out how busy each team will be in each state.

    Ends with 2 when there is an error; warnings and notes are for thought.
    """
    from flowsim.scenario import check

    problems, compiled = check(file, sets)
    errors = [p for p in problems if p.severity == "error"]
    if as_json:
        body = {
            "file": str(file),
            "problems": [problem_json(p) for p in problems],
            "states": {name: _loads_json(c) for name, c in compiled.items()},
        }
        output.json("check", body)
    else:
        output.problems(problems)
        if not errors:
            _tell(output, file, compiled, len(problems))
        else:
            count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
            output.line(f"{file}: {count}")
    if errors:
        raise click.exceptions.Exit(2)


def _tell(output: Output, file: Path, compiled: dict[str, Compiled], remarks: int) -> None:
    """What the file holds, and the load of every team in every state."""
    from flowsim.model.load import loads

    model = next(iter(compiled.values())).model
    found = {name: loads(c.model) for name, c in compiled.items()}
    states = ", ".join(clean(name) for name in compiled)
    handoffs = count(next(iter(found.values())).handoffs)
    none = "no problems" if not remarks else "no errors"
    chasers = set(model.chasers)
    steps = [step for step in model.steps if step.only is None or not set(step.only) <= chasers]  # those of the file
    output.paragraph(
        f"{file}: {_count(model.teams, 'team')}, {_count(steps, 'step')}, "
        f"{handoffs} {'handoff' if handoffs == '1' else 'handoffs'} a request; "
        f"{'state' if len(compiled) == 1 else 'states'}: {states}; {none}."
    )
    names = list(dict.fromkeys(t.name for load in found.values() for t in load.teams))
    rows = []
    for name in names:
        cells = []
        for load in found.values():
            team = next((t for t in load.teams if t.name == name), None)
            cells.append(format_share(team.utilisation) if team is not None else "–")
        rows.append((name, *cells))
    output.line("\n" + output.style("How busy each team will be", "head"))
    output.line(table(rows, head=("", *found), right=tuple(range(1, len(found) + 1)), width=output.width))


def _count(things: Sized, name: str) -> str:
    return f"1 {name}" if len(things) == 1 else f"{len(things)} {name}s"


def _loads_json(compiled: Compiled) -> dict[str, Any]:
    from flowsim.model.load import loads

    load = loads(compiled.model)
    return {
        "requests_per_week": load.per_week,
        "handoffs_per_request": load.handoffs,
        "teams": [{"team": t.name, "people": t.people, "utilisation": t.utilisation} for t in load.teams],
    }
