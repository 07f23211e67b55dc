"""The quick part of verification/coverage.py: the same functions on fewer experiments, with bounds for so many."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import coverage as proof
from flowsim.experiments.statistics import Estimate, mean_estimate, mean_with_t


def test_the_recursion_is_m_m_1() -> None:
    """Mean time in the system 1 ÷ (1 − ρ) from the first customer on: 5 at 0.8, within 4 standard errors."""
    values = proof.run_means(1, 0.8, (1, 4000), 50)[0]
    assert values.mean() == pytest.approx(5.0, abs=4 * values.std() / math.sqrt(4000))
    shares = proof.run_shares(2, 0.8, (1, 4000), 50, math.log(50) / 0.2)[0]
    assert shares.mean() == pytest.approx(0.98, abs=4 * shares.std() / math.sqrt(4000))


def test_intervals_on_means_cover_as_said() -> None:
    """600 experiments at load 0.8, 200 a run, 10 runs: said .887 by plain t, .927 here."""
    values = proof.run_means(3, 0.8, (600, 10), 200)
    plain = proof.covered([mean_with_t(x) for x in values], 5.0)
    skew = proof.covered([mean_estimate(x) for x in values], 5.0)
    assert proof.is_as_said(skew.share, 600, 0.927, 4000)
    assert proof.is_as_said(plain.share, 600, 0.887, 4000)
    assert skew.share > plain.share


def test_too_narrow_an_interval_is_seen() -> None:
    """Spoiled: intervals of two thirds of their width cover far less than is said."""
    values = proof.run_means(3, 0.8, (600, 10), 200)
    narrow = []
    for x in values:
        found = mean_estimate(x)
        assert found.half is not None
        narrow.append(Estimate.around(found.value, found.half * 2 / 3, found.n))
    assert not proof.is_as_said(proof.covered(narrow, 5.0).share, 600, 0.927, 4000)
    assert proof.covered([Estimate.around(0.0, 1.0, 9)] * 4, 3.0).share == 0.0


def test_whoever_looks_stops_at_the_first_narrow_interval() -> None:
    values = np.array([5.0, 5.2, 4.9, 9.0, 1.0, 5.0])
    assert proof.stopped(values, 0.1, 3) == 3
    assert proof.stopped(values, 0.001, 3) == 6


def test_two_equal_designs_are_not_called_different() -> None:
    """Eight comparisons with independent luck: wrong at most 6 times in 100, so hardly more than 3 of 8. Each measure
    by itself would cry wolf in most of them.
    """
    found = proof.alarms(8, runs=5)
    assert sum(a.headline + a.rest > 0 for a in found) <= 3
    assert sum(a.alone > 0 for a in found) >= 4


def test_too_many_alarms_are_seen() -> None:
    """Spoiled: 7 in 100 comparisons of equal designs that say something, or Holm wrong 8 times in 100."""
    assert proof.quiet(0.06, 0.05, 2000)
    assert not proof.quiet(0.07, 0.05, 2000)
    assert not proof.quiet(0.0, 0.08, 2000)
