"""Which differences get a verdict, and how sure each must be, when a comparison asks many things at once.

With a hundred measures some look better or worse by chance. So measures are in one of two families, each over all pairs
of states: the *headline*, which is what a customer gets and what it takes, and the *rest* with a side (the ledger,
single classes, other percentiles). A difference is called better or worse when it survives Holm's procedure in its
family: the headline at 5 %, the rest at 1 %. Where designs do not differ, a whole comparison says that something does
at most about six times in a hundred. One large family would ask so much of the headline that gains would be missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flowsim.experiments.holm import holm
from flowsim.experiments.statistics import Estimate, verdict

HEADLINE = (
    *("working lead time mean", "working lead time P90", "within promise", "unfinished share", "withdrawn"),
    *("handoffs", "rolled %C&A", "WIP mean", "cost per ended request"),
)
"""Measures over all classes that are asked about."""

BY_CLASS = ("working lead time mean", "within promise")
"""Those of them that are asked about for each class too."""

ALPHA = {"headline": 0.05, "rest": 0.01}
"""Family → the chance of any wrong better or worse in it."""


@dataclass(frozen=True)
class Difference:
    """A measure in two states: the estimates, the paired difference, and what it says. `klass` is "" for all classes.
    `side`: +1 when more is better, −1 when less is, 0 for neither: then there is no family and no verdict. `adjusted`
    is the p of the difference among all of its `family`.
    """

    measure: str
    klass: str
    unit: str
    before: Estimate
    after: Estimate
    difference: Estimate
    matters: float
    verdict: str
    correlation: float | None
    side: int = 0
    family: str = ""
    adjusted: float | None = None


def family_of(measure: str, klass: str, side: int) -> str:
    """The family of a measure; "" for one without a side."""
    if not side:
        return ""
    return "headline" if measure in (BY_CLASS if klass else HEADLINE) else "rest"


def judged(pairs: Sequence[Sequence[Difference]]) -> list[list[Difference]]:
    """The differences of all pairs of states of a comparison, with families, adjusted p and verdicts.

    The only class of a scenario says what all classes together say: that is one question, not two.
    """
    placed = [[_placed(d, found) for d in found] for found in pairs]
    adjusted: dict[tuple[int, str, str], float] = {}
    for family in ALPHA:
        asked = {
            (pair, *_question(d, found)): d.difference.p
            for pair, found in enumerate(placed)
            for d in found
            if d.family == family and d.difference.p is not None
        }
        chances = [p for p in asked.values() if p is not None]
        adjusted |= dict(zip(asked, holm(chances), strict=True))
    return [
        [_judged(d, adjusted.get((pair, *_question(d, found)))) for d in found] for pair, found in enumerate(placed)
    ]


def _placed(one: Difference, found: Sequence[Difference]) -> Difference:
    return replace(one, family=family_of(*_question(one, found), one.side))


def _question(one: Difference, found: Sequence[Difference]) -> tuple[str, str]:
    """What is asked: a measure and a class, "" when there is only one."""
    return one.measure, one.klass if len({d.klass for d in found if d.klass}) > 1 else ""


def _judged(one: Difference, adjusted: float | None) -> Difference:
    if not one.side:
        return one
    surviving = adjusted is not None and adjusted <= ALPHA[one.family]
    said = verdict(one.difference, one.side, one.matters, surviving)
    return replace(one, adjusted=adjusted, verdict=said)
