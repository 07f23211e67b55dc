"""Numbers and headings of the panels of `flowsim show`, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowsim.cli.figures import Unit
from flowsim.cli.output import Output
from flowsim.texts.words import UNITS

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.panels import Line
    from flowsim.experiments.statistics import Estimate
    from flowsim.texts import Texts

NOTHING = "–"


def figure(texts: Texts, value: Estimate | None, per: float = 1.0, digits: int = 2) -> str:
    """A number in units of `per`, with half the width of its interval where that shows."""
    if value is None:
        return NOTHING
    if value.value == 0 and not value.half:
        return "0"
    shown = texts.number(value.value / per, digits)
    half = "" if not value.half else texts.number(value.half / per, digits)
    return f"{shown} ± {half}" if half.strip("0.,") else shown


def share(texts: Texts, value: Estimate | None) -> str:
    """A share, with half the width of its interval where that shows."""
    if value is None:
        return NOTHING
    half = "" if not value.half else texts.number(100 * value.half, 1)
    return texts.share(value.value) + (f" ± {half}" if half.strip("0.,") else "")


def unit_name(texts: Texts, unit: Unit) -> str:
    """The name of a unit of time, as in a heading."""
    return texts.t(UNITS[unit.long])


def all_lines(found: Findings, name: str, states: Sequence[str]) -> list[list[Line]]:
    """The rows of a table for each of these states."""
    from flowsim.experiments.panels import lines

    return [lines(found, name, state) for state in states]


def heading(output: Output, words: str, states: Sequence[str], state: str) -> None:
    """The heading of a panel, with the state where there are several."""
    output.paragraph(f"{words}: {state}" if len(states) > 1 else words, "head")
