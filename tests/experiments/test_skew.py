"""The interval that allows for skew (Willink 2005): its formula, its limits, and that it covers better."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.experiments.skew import adjusted, cube_root, readjusted, skewness
from flowsim.experiments.statistics import mean_estimate, mean_with_t, t_quantile


@given(st.floats(-1e200, 1e200))
def test_cube_roots(x: float) -> None:
    """Held against the library to its last digits, which is why it is not used."""
    assert cube_root(x) == pytest.approx(float(np.cbrt(x)), rel=5e-16, abs=0)


def test_cubes_of_whole_numbers_are_exact() -> None:
    assert [cube_root(float(k**3)) for k in range(-9, 10)] == [float(k) for k in range(-9, 10)]


def test_skewness_by_hand() -> None:
    """0, 0, 0, 0, 5: mean 1, s = √5; 5 ÷ 12 · (4 · (−1)³ + 4³) ÷ 5^1.5 = 2.236."""
    values = np.array([0.0, 0, 0, 0, 5])
    standard = ((values - 1) / math.sqrt(5)).tolist()
    assert skewness(standard) == pytest.approx(5 / 12 * 60 / 5**1.5)
    assert skewness((-np.array(standard)).tolist()) == pytest.approx(-5 / 12 * 60 / 5**1.5)
    assert skewness(standard[1:]) == 0.0, "four say nothing"


@given(st.floats(-6, 6), st.floats(-0.3, 0.3))
def test_the_formula_and_its_inverse(zeta: float, beta: float) -> None:
    """G as it stands in the paper, where β is not too small for it; and G⁻¹(G(ζ)) = ζ."""
    found = adjusted(zeta, beta)
    inside = 1 + 6 * beta * (zeta - beta)
    if inside < 1 / 27:
        assert abs(found) == pytest.approx(abs(zeta - beta) * 27 / 13)
        return
    if abs(beta) > 1e-3:
        assert found == pytest.approx((math.copysign(abs(inside) ** (1 / 3), inside) - 1) / (2 * beta), abs=1e-9)
    else:
        assert found == pytest.approx(zeta, abs=0.2)
    if inside > 0.05:
        assert readjusted(found, beta) == pytest.approx(zeta, abs=1e-6)


def test_without_skew_it_is_the_t_interval() -> None:
    even = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    found, plain = mean_estimate(even), mean_with_t(even)
    assert (found.low, found.high) == (pytest.approx(plain.low), pytest.approx(plain.high))
    four = [1.0, 1.0, 1.0, 9.0]
    found, plain = mean_estimate(four), mean_with_t(four)
    assert (found.low, found.high) == (pytest.approx(plain.low), pytest.approx(plain.high))


def test_by_hand() -> None:
    """Ten values with one far out: each step with the formula of the module, and longer on the side of the skew."""
    x = [1.0, 1.2, 0.9, 1.1, 1.0, 0.8, 1.3, 1.0, 1.1, 4.0]
    mean, sd = np.mean(x), np.std(x, ddof=1)
    beta = 10 / 72 * np.sum(((np.array(x) - mean) / sd) ** 3) / (6 * math.sqrt(10))
    t = t_quantile(0.975, 9)
    assert 1 + 6 * beta * (-t - beta) < 0 < 1 + 6 * beta * (t - beta) < 4
    g = [(max(1 + 6 * beta * (z - beta), 1 / 27) ** (1 / 3) - 1) / (2 * beta) for z in (t, -t)]
    g[1] = (-t - beta) * 27 / 13  # the root is at its least
    low, high = (mean - c * sd / math.sqrt(10) for c in g)
    found = mean_estimate(x)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert high - mean > 2 * (mean - low)


def test_it_covers_skew_means_better() -> None:
    """Exponential values, ten at a time: nominal .95; plain t covers about .90, this about .94."""
    values = np.random.default_rng(8).exponential(1.0, (1500, 10))
    covers = [
        np.mean([e.low <= 1 <= e.high for e in map(make, values) if e.low is not None and e.high is not None])
        for make in (mean_with_t, mean_estimate)
    ]
    error = math.sqrt(0.9 * 0.1 / 1500)
    assert covers[0] < 0.90 + 3.3 * error
    assert covers[1] > 0.94 - 3.3 * error
    assert covers[1] > covers[0] + 0.02
