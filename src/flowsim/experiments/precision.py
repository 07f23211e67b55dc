"""Running until an answer is as sure as was asked: a pilot, from it the number of replications, then no more looking.

Whoever looks at the interval after every run and stops as soon as it is narrow enough stops when it happens to be too
narrow: it then covers less often than it says (`verification/coverage.py` measures by how much). So the number is fixed
once, from the spread in a pilot, and the pilot's runs are the first of the whole: n = ⌈(t · s ÷ h)²⌉, t of Student's
with the degrees of the pilot (Law ch. 9; Stein 1945). Runs count in order, so workers change nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.errors import UsageError
from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.statistics import CONFIDENCE, Floats, Spread, exact_mean, t_quantile

MEASURE = "working lead time mean"
"""What is to be so precise."""

PILOT = 20
"""Replications of a pilot, unless the scenario asks for fewer; of fewer than twenty the spread is hardly known."""

LEAST = 10
MOST = 1000


@dataclass(frozen=True)
class Precision:
    """What is asked: half the interval at most this `share` of the value (of a comparison: of the value before), found
    by a `pilot` of so many replications, with at most `most` in all. Raises UsageError FS713 for what cannot be.
    """

    share: float
    pilot: int = PILOT
    most: int = MOST

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0:
            raise UsageError(
                "a precision lies between 0% and 100% of the value", code="FS713", hint="for example --precision 2%"
            )
        if self.pilot < 2:
            raise UsageError(
                "a pilot of one run does not show how runs differ",
                code="FS713",
                hint="leave --replications out, or ask for 10 or more",
            )
        if self.most < self.pilot:
            raise UsageError(
                f"at most {self.most} runs are fewer than the {self.pilot} of the pilot",
                code="FS713",
                hint="give a larger --most, or a smaller --replications",
            )


@dataclass(frozen=True)
class Decided:
    """What a pilot led to: `needed` replications for what was asked (more than were run when `most` is less); of a
    pilot in which nothing ended None.
    """

    needed: int | None
    replications: int


def pilot_of(replications: int) -> int:
    """The pilot for a scenario that asks for so many replications itself: 20, or as many as it asks, at least 10."""
    return max(min(replications, PILOT), LEAST)


def replications_needed(values: Floats, half: float) -> int:
    """How many replications make an interval of ± half, judged by these, at least two; at least as many as these.

    Raises ValueError for fewer, or when half is not above 0.
    """
    if len(values) < 2 or half <= 0.0:
        raise ValueError("the number of replications needs two values and a half width above 0")
    spread = Spread.of(values)
    t = t_quantile(0.5 + CONFIDENCE / 2, spread.n - 1)
    sd = spread.error * math.sqrt(spread.n)
    return max(math.ceil((t * sd / half) ** 2 - 1e-9), spread.n)


def decide(asked: Precision, states: Sequence[StateNumbers]) -> Decided:
    """From the pilot's numbers of all states: of one its mean, of several every difference with the first."""
    first, *others = (_by_replication(state) for state in states)
    needed = []
    for after in others or [first]:
        shared = sorted(first.keys() & after.keys())
        before = np.array([first[r] for r in shared])
        values = before if after is first else np.array([after[r] for r in shared]) - before
        if len(shared) >= 2 and exact_mean(before) > 0.0:
            needed.append(replications_needed(values, asked.share * exact_mean(before)))
    if not needed:
        return Decided(None, asked.pilot)
    return Decided(max(needed), min(max([*needed, asked.pilot]), asked.most))


def _by_replication(state: StateNumbers) -> dict[int, float]:
    return state.values.get((MEASURE, ""), {})
