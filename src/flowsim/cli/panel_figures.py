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
    """A number in units of `per`, with its interval where that shows."""
    if value is None:
        return NOTHING
    if value.value == 0 and not value.half:
        return "0"
    return texts.number(value.value / per, digits) + _around(texts, value, 1 / per, digits, "")


def share(texts: Texts, value: Estimate | None) -> str:
    """A share, with its interval where that shows."""
    return NOTHING if value is None else texts.share(value.value) + _around(texts, value.within(0.0, 1.0), 100, 1, "%")


def _around(texts: Texts, value: Estimate, times: float, digits: int, unit: str) -> str:
    """The longer side of the interval, " ± 2.1"; "" when it does not show. Of a share that would reach beyond 0 or 1
    both ends, " (98.2% to 100%)".
    """
    if value.low is None or value.high is None or not texts.number(times * (value.half or 0.0), digits).strip("0.,"):
        return ""
    longer = max(value.value - value.low, value.high - value.value)
    if unit and not 0.0 <= value.value - longer <= value.value + longer <= 1.0:
        low, high = (texts.share(end) for end in (value.low, value.high))
        return f" ({texts.t('{low} to {high}', low=low, high=high)})"
    return f" ± {texts.number(times * longer, digits)}"


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
