"""Percentiles when some requests had not ended: Kaplan and Meier's estimate (1958), each of those counted as "longer
than so far". Leaving them out would make a process that loses its slowest requests look fast.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flowsim.experiments.statistics import Estimate, Floats, quantile, sectioned

Section = tuple[Floats, Floats]
"""Of one replication the times of requests that ended, and how long those still open had been under way."""


def survival_quantile(ended: Floats, still_open: Floats, share: float) -> float | None:
    """The smallest time within which at least `share` of the requests end: of those that ended the time they took, of
    those still open how long they had been under way. None when so many were open that it lies beyond what was seen.

    Raises ValueError when there are neither.
    """
    if not len(ended) and not len(still_open):
        raise ValueError("a percentile needs at least one value")
    if not len(still_open):
        return quantile(np.sort(ended), share)
    times, deaths = np.unique(ended, return_counts=True)
    # Who ends at the very time at which another was last seen is thought to end before it.
    everybody = np.sort(np.concatenate([ended, still_open]))
    at_risk = len(everybody) - np.searchsorted(everybody, times, side="left")
    surviving = 1.0
    for time, gone, risk in zip(times.tolist(), deaths.tolist(), at_risk.tolist(), strict=True):
        surviving *= (risk - gone) / risk
        if surviving <= 1.0 - share + 1e-9:
            return float(time)
    return None


def open_quantile_estimate(runs: Sequence[Section], share: float) -> Estimate | None:
    """A percentile over replications by sectioning, as `statistics.quantile_estimate`, with the requests still open.
    None when it lies beyond what was seen; without an interval when in some replication it does.

    Raises ValueError when no replication has a request.
    """
    filled = [run for run in runs if len(run[0]) or len(run[1])]
    if not filled:
        raise ValueError("a percentile needs at least one value")
    pooled = _pooled(filled, share)
    return None if pooled is None else _sectioned(pooled, [survival_quantile(*run, share) for run in filled], False)


def open_quantile_difference(before: Sequence[Section], after: Sequence[Section], share: float) -> Estimate | None:
    """Difference after − before of a percentile, as `statistics.quantile_difference`, with the requests still open;
    None when one of the two lies beyond what was seen.

    Raises ValueError when they are not equally many, or none has requests in both.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} replications cannot be paired with {len(after)}")
    both = zip(before, after, strict=True)
    pairs = [(x, y) for x, y in both if len(x[0]) + len(x[1]) and len(y[0]) + len(y[1])]
    if not pairs:
        raise ValueError("a percentile needs at least one value")
    old, new = (_pooled(runs, share) for runs in zip(*pairs, strict=True))
    if old is None or new is None:
        return None
    own = [(survival_quantile(*x, share), survival_quantile(*y, share)) for x, y in pairs]
    return _sectioned(new - old, [None if x is None or y is None else y - x for x, y in own], True)


def _pooled(runs: Sequence[Section], share: float) -> float | None:
    ended, still = (np.concatenate(column) for column in zip(*runs, strict=True))
    return survival_quantile(ended, still, share)


def _sectioned(pooled: float, own: Sequence[float | None], differs: bool) -> Estimate:
    known = [x for x in own if x is not None]
    if len(known) < len(own):
        return Estimate(pooled, None, None, len(own))
    return sectioned(pooled, np.array(known), differs=differs)
