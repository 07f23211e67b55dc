"""What the picture of values that are not known is drawn from, as `data` is for the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.plots.shapes import each_state, finite, need


@dataclass(frozen=True)
class Doubt:
    """What one value that is not known accounts for: the share (0..1) of what is not known about how long a customer
    waits, and the ends of its interval. `name` is the path of the value; "" is what several do together.
    """

    name: str
    share: float
    low: float
    high: float

    def __post_init__(self) -> None:
        finite(self.name, [self.share, self.low, self.high])
        need(0 <= self.low <= self.high <= 1, f"{self.name}: a share has ends between 0 and 1")


@dataclass(frozen=True)
class Doubts:
    """The doubts of one state, empty where none shows above luck; `part` is the share of not knowing in all that cannot
    be said about the mean wait, the rest being luck of `runs` runs.
    """

    state: str
    doubts: Sequence[Doubt]
    part: float
    runs: int


@dataclass(frozen=True)
class Unsure:
    """What comes of values that are not known, per state; the rows are those of all states, the largest of the first
    state first, and last what several do together.
    """

    states: Sequence[Doubts]

    def __post_init__(self) -> None:
        each_state("unsure", self.states)
        need(any(state.doubts for state in self.states), "unsure: what is not known shows in no state")

    @property
    def names(self) -> list[str]:
        """The values, in the order of the rows."""
        first = {doubt.name: -doubt.share for state in reversed(self.states) for doubt in state.doubts if doubt.name}
        return [*sorted(first, key=lambda name: first[name]), ""]
