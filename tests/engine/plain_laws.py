"""Hypothesis strategies for the times of small random models."""

from __future__ import annotations

from hypothesis import strategies as st

from flowsim.model import Distribution
from flowsim.model.calendar import MINUTE


def law(mean: st.SearchStrategy[int], coarse: bool) -> st.SearchStrategy[Distribution]:
    """Work or gaps: of whole minutes with many ties, or of any length; never no time at all."""
    if coarse:
        minutes = st.lists(st.integers(1, 8), min_size=1, max_size=3).map(
            lambda v: Distribution("discrete", tuple(float(x) for m in v for x in (m * MINUTE, 1 / len(v))))
        )
        return st.one_of(minutes, st.integers(1, 5).map(lambda m: Distribution("constant", (float(m * MINUTE),))))
    return mean.flatmap(
        lambda m: st.sampled_from(
            [
                Distribution("constant", (float(m),)),
                Distribution("uniform", (0.2 * m, 1.8 * m)),
                Distribution("erlang", (float(m), 3)),
                Distribution("lognormal", (float(m), 1.5 * m)),
            ]
        )
    )


MEANS = st.integers(2 * MINUTE, 40 * MINUTE)
"""Means of such laws, in ticks."""
