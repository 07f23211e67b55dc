"""Holm's step-down p-values (Holm 1979), by hand and against their definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.experiments.holm import holm
from flowsim.experiments.statistics import paired_difference


def test_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == [0.03, 0.06, 0.06, 0.02]
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([0.03]) == [0.03]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_rejecting_step_by_step(chances: list[float]) -> None:
    """At 5 %: from the smallest on, as long as p ≤ 5 % ÷ how many are left."""
    rejected = set()
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    for place, i in enumerate(order):
        if chances[i] * (len(chances) - place) > 0.05:
            break
        rejected.add(i)
    found = holm(chances)
    assert {i for i, p in enumerate(found) if p <= 0.05} == rejected or min(abs(p - 0.05) for p in found) < 1e-4
    assert all(p >= chance or p == pytest.approx(chance, rel=1e-3) for p, chance in zip(found, chances, strict=True))


def test_a_family_of_nothing_raises_few_alarms() -> None:
    """Ten differences of nothing: one by itself is called something in 40 % of the families, by Holm in at most 5 %."""
    rng, nothing = np.random.default_rng(3), np.zeros(12)
    wrong = alone = 0
    for _ in range(300):
        chances = [paired_difference(nothing, rng.normal(0, 1, 12)).p or 0.0 for _ in range(10)]
        wrong += min(holm(chances)) <= 0.05
        alone += min(chances) <= 0.05
    assert wrong / 300 <= 0.05 + 3.3 * math.sqrt(0.05 * 0.95 / 300)
    assert alone / 300 > 0.25
