"""Estimates with honest intervals (Law 2015 for means and pairs, Asmussen & Glynn 2007 III.5 for percentiles)."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from flowsim.experiments.statistics import (
    Estimate,
    Floats,
    correlation,
    exact_mean,
    mean_estimate,
    mean_with_t,
    paired_difference,
    quantile,
    quantile_difference,
    quantile_estimate,
    t_quantile,
    verdict,
)
from flowsim.metrics.summary import percentile

X = [5.1, 4.3, 6.0, 5.5, 4.8, 5.9, 5.2, 4.6, 5.7, 5.0]
A = np.array([10.2, 11.5, 9.8, 12.1, 10.9])
B = np.array([9.1, 10.6, 9.2, 10.7, 10.1])


def test_students_t() -> None:
    """Tabulated: 2.262157 (9 degrees), 12.7062 (1), and the normal 1.959964 far out."""
    assert t_quantile(0.975, 9) == pytest.approx(2.262157, abs=5e-7)
    assert t_quantile(0.975, 1) == pytest.approx(12.706205, abs=5e-7)
    assert t_quantile(0.975, 10**9) == pytest.approx(1.959964, abs=5e-7)
    assert t_quantile(0.025, 9) == pytest.approx(-2.262157, abs=5e-7)


def test_students_t_has_ten_digits_whatever_the_last_ones_of_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between versions 1.13 and 1.17 `stdtrit` differs by up to 5e-11 of the value; intervals are kept."""
    wanted = [t_quantile(0.975, degrees) for degrees in range(1, 400)]
    assert wanted[8] == 2.262157163
    plain = scipy.special.stdtrit
    monkeypatch.setattr(scipy.special, "stdtrit", lambda degrees, p: plain(degrees, p) * (1 + 1e-9))
    assert [t_quantile(0.975, degrees) for degrees in range(1, 400)] == wanted
    assert scipy.special.stdtrit(9, 0.975) != plain(9, 0.975)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_summing_makes_no_difference(values: list[float], random: random.Random) -> None:
    """Else another version of numpy, or another processor, would give an estimate other last digits."""
    other = list(values)
    random.shuffle(other)
    assert mean_estimate(other) == mean_estimate(values)
    assert exact_mean(np.array([1e16, 1.0, 1.0, -1e16])) == 0.5  # summed from left to right it is 0 or 0.25


def test_correlation_against_numpy() -> None:
    assert correlation(A, B) == pytest.approx(np.corrcoef(A, B)[0, 1], rel=1e-14)
    assert correlation(A, -A) == -1.0
    assert correlation(A, 2 * A + 1) == pytest.approx(1.0, abs=1e-15)


def test_mean_with_the_plain_t_interval() -> None:
    """Fixture of the methods: 5.21 ± .402483."""
    found = mean_with_t(X)
    assert found.value == pytest.approx(5.21)
    assert found.half == pytest.approx(0.402483, abs=5e-7)
    assert found.n == 10
    assert found.low == pytest.approx(4.807517, abs=5e-7)
    assert found.high == pytest.approx(5.612483, abs=5e-7)
    wider = mean_with_t(X, 0.99)
    assert wider.half == pytest.approx(0.402483 * 3.249836 / 2.262157, rel=1e-6)


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    for estimate in (mean_estimate, mean_with_t):
        assert estimate([3.0]) == Estimate(3.0, None, None, 1)
        assert estimate([3.0]).half is None
        assert estimate([3.0, 3.0]) == Estimate(3.0, 3.0, 3.0, 2)
        with pytest.raises(ValueError, match="at least one value"):
            estimate([])


def test_an_interval_is_cut_off_at_what_can_be() -> None:
    wide = Estimate(0.98, 0.95, 1.01, 5)
    assert wide.within(0.0, 1.0) == Estimate(0.98, 0.95, 1.0, 5)
    assert wide.bare() == Estimate(0.98, None, None, 5)
    assert Estimate(0.98, None, None, 1).within(0.0, 1.0) == Estimate(0.98, None, None, 1)
    assert Estimate.around(2.0, 0.5, 3) == Estimate(2.0, 1.5, 2.5, 3)


def test_paired_difference() -> None:
    """In pairs 0.96 ± 0.378657 by plain t; the same ten numbers unpaired would say ± 1.25 (Welch)."""
    assert mean_with_t(A - B).half == pytest.approx(0.378657, abs=5e-7)
    found = paired_difference(B, A)
    assert found.value == pytest.approx(0.96)
    assert found.n == 5
    back = paired_difference(A, B)
    assert (back.value, back.low, back.high, back.p) == (-found.value, -(found.high or 0), -(found.low or 0), found.p)
    assert paired_difference(A, A) == Estimate(0.0, 0.0, 0.0, 5, 1.0)
    assert paired_difference(A, A + 0.5).p == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(ValueError, match="5 replications cannot be paired with 4"):
        paired_difference(A, B[:4])
    with pytest.raises(ValueError, match="at least one value"):
        paired_difference(A[:0], B[:0])


def test_p_is_that_of_students_t_where_nothing_is_skew() -> None:
    """Scipy's own paired test as the judge; the values lie even around their mean."""
    x = np.array([1.0, -0.5, 0.25, 1.25, -0.75, 0.0, 0.5, 0.25])
    even = np.concatenate([x, 2 * x.mean() - x])
    found = paired_difference(np.zeros(16), even)
    assert found.p == pytest.approx(scipy.stats.ttest_1samp(even, 0.0).pvalue, rel=1e-3)
    assert paired_difference(np.zeros(16), even * 1e-80).p == found.p


@given(st.lists(st.floats(-100, 100), min_size=5, max_size=30))
def test_an_interval_that_leaves_out_nought_has_a_small_p_or_is_doubted(values: list[float]) -> None:
    """The p is never below that of the interval: what holds nought has p above 5 %."""
    x = np.array(values)
    found = paired_difference(np.zeros(len(x)), x)
    assert found.low is not None
    assert found.high is not None
    assert found.p is not None
    assert found.low <= found.value <= found.high
    if found.low < 0 < found.high:
        assert found.p >= 0.0499


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 100))
def test_a_quantile_is_the_smallest_value_with_so_many_at_or_below(values: list[int], percent: int) -> None:
    """Against its definition by counting, and the whole-number one of the summary of a replication."""
    ordered = np.sort(np.array(values, dtype=np.float64))
    found = quantile(ordered, percent / 100)
    assert (ordered <= found).sum() * 100 >= percent * len(values)
    assert (ordered < found).sum() * 100 < percent * len(values)
    assert found == percentile(ordered.astype(np.int64), percent)


def test_quantiles_of_few_values() -> None:
    one, two = np.array([4.0]), np.array([4.0, 9.0])
    assert [quantile(one, p) for p in (0.0, 0.5, 0.95, 1.0)] == [4.0] * 4
    assert [quantile(two, p) for p in (0.0, 0.5, 0.51, 1.0)] == [4.0, 4.0, 9.0, 9.0]


def test_sectioning_by_hand() -> None:
    """Three runs of four: pooled median 6 (rank 6 of 12); own medians 2, 6 and 9, so 4.302653 · √((16 + 0 + 9) / 6)."""
    runs = [np.array([4.0, 2.0, 1.0, 3.0]), np.array([5.0, 8.0, 6.0, 7.0]), np.array([12.0, 9.0, 11.0, 8.0])]
    found = quantile_estimate(runs, 0.5)
    assert found.value == 6.0
    assert found.half == pytest.approx(4.302653 * math.sqrt(25 / 6), rel=1e-6)
    assert found.n == 3
    assert [list(r) for r in runs] == [[4, 2, 1, 3], [5, 8, 6, 7], [12, 9, 11, 8]], "the runs stay as they were"


def test_runs_without_requests_count_for_nothing() -> None:
    empty = np.zeros(0)
    assert quantile_estimate([empty, np.array([3.0, 1.0]), empty], 0.5) == Estimate(1.0, None, None, 1)
    with pytest.raises(ValueError, match="at least one value"):
        quantile_estimate([empty], 0.5)
    with pytest.raises(ValueError, match="at least one value"):
        quantile_estimate([], 0.5)


def test_difference_of_percentiles() -> None:
    """That of the pooled ones, so that the table adds up: 9 − 2 = 7; the runs by themselves say 6, 8 and 1 (mean 5)."""
    before = [np.array([1.0, 2.0]), np.array([2.0, 3.0]), np.array([8.0, 9.0])]
    after = [np.array([7.0, 8.0]), np.array([10.0, 11.0]), np.array([9.0, 9.0])]
    found = quantile_difference(before, after, 0.5)
    assert found.value == quantile_estimate(after, 0.5).value - quantile_estimate(before, 0.5).value == 7.0
    spread = (6 - 7) ** 2 + (8 - 7) ** 2 + (1 - 7) ** 2
    assert found.half == pytest.approx(4.302653 * math.sqrt(spread / 6), rel=1e-6)
    assert quantile_difference(before, before, 0.9) == Estimate(0.0, 0.0, 0.0, 3, 1.0)
    assert quantile_difference(before[:1], after[:1], 0.5) == Estimate(6.0, None, None, 1)
    assert quantile_difference([*before, np.zeros(0)], [*after, np.array([1.0])], 0.5) == found
    with pytest.raises(ValueError, match="3 replications cannot be paired with 2"):
        quantile_difference(before, after[:2], 0.5)
    with pytest.raises(ValueError, match="at least one value"):
        quantile_difference([np.zeros(0)], [np.zeros(0)], 0.5)


def _times_in_an_m_m_1(rng: np.random.Generator, load: float, trials: int, runs: int, customers: int) -> Floats:
    """Times in the system by Lindley's recursion, begun in the long run's distribution; mean work 1."""
    shape = (trials, runs)
    wait = np.where(rng.random(shape) < load, rng.exponential(1 / (1 - load), shape), 0.0)
    times = np.empty((*shape, customers))
    for i in range(customers):
        work = rng.exponential(1.0, shape)
        times[..., i] = wait + work
        wait = np.maximum(wait + work - rng.exponential(1 / load, shape), 0.0)
    return times


def test_sectioning_covers_where_pooling_customers_does_not() -> None:
    """M/M/1 at 0.8, 10 runs of 500: P90 is 11.51293. Sectioning covers about .89 of the time; an interval that takes
    all customers for independent .2, and would fail this test.
    """
    truth = math.log(10) / 0.2
    times = _times_in_an_m_m_1(np.random.default_rng(20260105), 0.8, 300, 10, 500)
    sectioned = pooled = 0
    n = 10 * 500
    ranks = 0.9 * n + np.array([-1.96, 1.96]) * math.sqrt(n * 0.9 * 0.1)
    for runs in times:
        found = quantile_estimate(list(runs), 0.9)
        assert found.half is not None
        sectioned += abs(found.value - truth) <= found.half
        low, high = np.sort(runs.ravel())[ranks.astype(int)]
        pooled += low <= truth <= high
    assert 0.83 <= sectioned / 300 <= 0.95
    assert pooled / 300 < 0.4


def test_the_interval_on_a_difference_of_percentiles_covers() -> None:
    """P90 of M/M/1 at 0.7 less that at 0.5, from the same draws: ln 10 / 0.3 − ln 10 / 0.5."""
    truth = math.log(10) / 0.3 - math.log(10) / 0.5
    slow, fast = (_times_in_an_m_m_1(np.random.default_rng(5), load, 200, 10, 400) for load in (0.7, 0.5))
    covered, sure = 0, []
    for before, after in zip(fast, slow, strict=True):
        found = quantile_difference(list(before), list(after), 0.9)
        assert found.half is not None
        covered += abs(found.value - truth) <= found.half
        sure.append(found.half)
    assert 0.83 <= covered / 200 <= 0.98
    assert np.median(sure) < truth / 2, "wide enough to cover anything"


@pytest.mark.parametrize(
    ("value", "half", "better", "matters", "said"),
    [
        (-3.0, 1.0, -1, 0.5, "better"),
        (-3.0, 1.0, +1, 0.5, "worse"),
        (3.0, 1.0, +1, 0.5, "better"),
        (3.0, 1.0, -1, 0.5, "worse"),
        (3.0, 3.0, -1, 0.5, "not yet known"),  # touches nought
        (0.0, 1.0, -1, 0.5, "not yet known"),
        (0.0, 0.5, -1, 0.5, "no difference that matters"),
        (-0.3, 0.1, -1, 0.5, "no difference that matters"),  # surely less, and too little to matter
        (-0.5, 0.1, -1, 0.5, "better"),
        (0.0, 0.0, -1, 0.0, "no difference that matters"),
        (1e-9, 0.0, -1, 0.0, "worse"),
        (-3.0, None, -1, 0.5, "not yet known"),  # one replication says nothing
        (0.0, None, -1, 0.5, "not yet known"),
    ],
)
def test_verdict(value: float, half: float | None, better: int, matters: float, said: str) -> None:
    assert verdict(Estimate.around(value, half, 5), better, matters) == said
    alone = verdict(Estimate.around(value, half, 5), better, matters, surviving=False)
    assert alone == ("not yet known" if said in ("better", "worse") else said)
