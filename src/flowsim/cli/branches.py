"""Splits (R13) in a table: which branch the others wait for, and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cli.figures import unit_for
from flowsim.cli.output import Output, table
from flowsim.units import format_share

if TYPE_CHECKING:
    from flowsim.experiments.findings import Cell, Findings


def splits(found: Findings, state: str) -> list[dict[str, Cell]]:
    """A row for each branch of each split of a state, means over replications; none for results without that table."""
    if found.run.manifest.table("splits") is None:
        return []
    return found.means("splits", state, ("split", "steps"))


def tell_splits(output: Output, found: Findings, state: str, heading: str) -> None:
    """The branches of a state: how often each was the one waited for, how long it took, and how long it waited."""
    rows = splits(found, state)
    if not rows:
        return
    times = [[_number(row[column]) for column in ("duration_mean_min", "wait_mean_min")] for row in rows]
    unit = unit_for(x for row in times for x in row)
    several = len({row["split"] for row in rows}) > 1
    shown = [
        (
            f"{row['split']} → {row['steps']}" if several else str(row["steps"]),
            "–" if last is None else format_share(last),
            *(unit.figure(x) for x in minutes),
        )
        for row, minutes in zip(rows, times, strict=True)
        for last in (_number(row["critical"]),)
    ]
    output.line("\n" + output.style(heading, "head") + f", {unit.long}, on the calendar")
    head = ("", "the last of them", "took", "waited for the others")
    output.line(table(shown, head=head, right=(1, 2, 3), width=output.width))


def _number(value: Cell) -> float | None:
    return value if isinstance(value, float) else None
