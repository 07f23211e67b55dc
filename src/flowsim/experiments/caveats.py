"""What a reader should know before he believes the intervals of a kept run; the command line puts it in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.experiments.estimates import REFUSED
from flowsim.experiments.findings import Findings, floats, rows_of, rows_with
from flowsim.experiments.growth import Growth, growth
from flowsim.experiments.skew import FEWEST
from flowsim.experiments.statistics import Spread
from flowsim.experiments.warm_up import WarmUp, judged_by_its_start, warm_up

FEW = 20
"""Replications below which an interval of a busy process covers less often than it says (docs/statistics.md)."""

SKEW = 1.5
"""Skewness of replications above which it does so too."""

MEASURE = "working lead time mean"


@dataclass(frozen=True)
class Caveats:
    """Of one state: `few` replications; the `skewness` of its mean lead times where it is much (else None); `growth` of
    a state that cannot keep up; the `unfinished` share; `warm_up` where its runs can be judged by it.
    """

    state: str
    few: bool
    skewness: float | None
    growth: Growth | None
    unfinished: float
    warm_up: WarmUp | None

    @property
    def mean_refused(self) -> bool:
        """Whether too many requests had not ended for a mean lead time."""
        return self.unfinished > REFUSED


def caveats(found: Findings, state: str) -> Caveats:
    """What to know of a state. Reads tables of requests and of the number in process."""
    grows = growth(found, state)
    share = found.get(state, "unfinished share")
    start = warm_up(found, state) if grows is None and judged_by_its_start(found.model(state)) else None
    return Caveats(
        state,
        1 < found.run.manifest.replications < FEW,
        _skewness(found, state),
        grows,
        0.0 if share is None else share.value,
        start if start is not None and start.judged else None,
    )


def _skewness(found: Findings, state: str) -> float | None:
    table = found.run.table("summary", ["state", "measure", "class", "value"])
    here = rows_with(table["state"], state) & rows_with(table["measure"], MEASURE)
    here &= np.array([not klass for klass in rows_of(table["class"])], dtype=bool)
    values = floats(table["value"])[here]
    if len(values) < FEWEST:
        return None
    spread = Spread.of(values)
    return spread.skewness if abs(spread.skewness) > SKEW else None
