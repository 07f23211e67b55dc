"""Percentiles when some had not ended (Kaplan and Meier 1958)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.experiments.statistics import quantile, quantile_difference, quantile_estimate
from flowsim.experiments.survival import open_quantile_difference, open_quantile_estimate, survival_quantile

NONE = np.zeros(0)


def test_by_hand() -> None:
    """Ended after 1, 3, 6, 8; still open after 2, 5. S: 5/6, 5/6 · 3/4 = .625, · 1/2 = .3125, 0."""
    ended, still = np.array([8.0, 1, 6, 3]), np.array([5.0, 2])
    assert survival_quantile(ended, still, 0.10) == 1.0
    assert survival_quantile(ended, still, 0.17) == 3.0
    assert survival_quantile(ended, still, 0.375) == 3.0
    assert survival_quantile(ended, still, 0.38) == 6.0
    assert survival_quantile(ended, still, 0.69) == 8.0
    assert survival_quantile(ended, np.array([9.0, 9, 9, 9]), 0.5) == 8.0
    assert survival_quantile(ended, np.array([9.0, 9, 9, 9]), 0.51) is None
    assert survival_quantile(NONE, still, 0.5) is None
    with pytest.raises(ValueError, match="at least one value"):
        survival_quantile(NONE, NONE, 0.5)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40), st.integers(1, 99))
def test_when_all_ended_it_is_the_quantile(values: list[int], percent: int) -> None:
    """Also through the estimate itself, when one is said to be open that was only just looked at."""
    ended = np.array(values, dtype=float)
    expected = quantile(np.sort(ended), percent / 100)
    assert survival_quantile(ended, NONE, percent / 100) == expected
    assert survival_quantile(ended, np.array([0.5]), percent / 100) == expected


def test_leaving_the_open_ones_out_is_too_fast() -> None:
    """Exponential times of mean 1, looked at after at most 1.2: the median is ln 2; of those that ended it is lower."""
    times = np.random.default_rng(2).exponential(1.0, 20_000)
    ended, still = times[times <= 1.2], np.full((times > 1.2).sum(), 1.2)
    assert survival_quantile(ended, still, 0.5) == pytest.approx(np.log(2), rel=0.03)
    assert quantile(np.sort(ended), 0.5) < 0.6 * np.log(2) + 0.1


def test_over_replications_as_without_open_ones() -> None:
    runs = [np.array([4.0, 2.0, 1.0, 3.0]), np.array([5.0, 8.0, 6.0, 7.0]), np.array([12.0, 9.0, 11.0, 8.0])]
    all_ended = [(run, NONE) for run in runs]
    assert open_quantile_estimate(all_ended, 0.5) == quantile_estimate(runs, 0.5)
    other = [run + 1 for run in runs[::-1]]
    found = open_quantile_difference(all_ended, [(run, NONE) for run in other], 0.5)
    assert found == quantile_difference(runs, other, 0.5)


def test_a_percentile_beyond_what_was_seen() -> None:
    """Nowhere known: none. Not known in one of the replications: no interval. Nothing at all: a mistake."""
    open_ones = np.full(4, 20.0)
    seen, unseen = (np.array([4.0, 2.0, 1.0, 3.0]), NONE), (np.array([1.0]), open_ones)
    assert open_quantile_estimate([unseen, unseen], 0.5) is None
    assert open_quantile_difference([unseen, unseen], [seen, seen], 0.5) is None
    mixed = open_quantile_estimate([seen, seen, unseen], 0.5)
    assert mixed is not None
    assert (mixed.low, mixed.high, mixed.n) == (None, None, 3)
    with pytest.raises(ValueError, match="at least one value"):
        open_quantile_estimate([(NONE, NONE)], 0.5)
    with pytest.raises(ValueError, match="2 replications cannot be paired with 1"):
        open_quantile_difference([seen, seen], [seen], 0.5)
