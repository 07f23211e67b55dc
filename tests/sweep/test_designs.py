"""Which points are run: all of them, one thing at a time, samples that fill the space."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.errors import UsageError
from flowsim.sweep.designs import latin, make_design
from flowsim.sweep.sensitivity import analyse, noise_share
from flowsim.sweep.vary import read_axes

AXES = read_axes(["teams.A.people=1..3", "tasks.a.time=10 min .. 20 min"])


def test_a_grid_is_every_combination() -> None:
    design = make_design("grid", read_axes(["a.b=1..3", "c.d=x, y"]))
    assert design.points == (("1", "x"), ("1", "y"), ("2", "x"), ("2", "y"), ("3", "x"), ("3", "y"))


def test_one_at_a_time_begins_with_the_file() -> None:
    design = make_design("one-at-a-time", read_axes(["a.b=1..2", "c.d=x"]))
    assert design.points == ((None, None), ("1", None), ("2", None), (None, "x"))


@pytest.mark.parametrize("points", [2, 7, 30])
def test_a_latin_hypercube_meets_every_part_once(points: int) -> None:
    sample = latin(3, points)
    for column in sample.T:
        assert sorted(column.tolist()) == [(i + 0.5) / points for i in range(points)]
    assert np.array_equal(sample, latin(3, points))


def test_a_latin_hypercube_is_the_same_everywhere() -> None:
    assert (latin(2, 5) * 5 - 0.5).round().astype(int).tolist() == SAME


SAME = [[0, 4], [3, 0], [4, 2], [2, 3], [1, 1]]


def test_what_no_design_can_be_made_of() -> None:
    with pytest.raises(UsageError, match="no steps of its own"):
        make_design("grid", AXES)
    with pytest.raises(UsageError, match="nothing is sampled"):
        make_design("grid", read_axes(["a.b=1..3"]), 5)
    many = [f"a.x{i}=1..100" for i in range(4)]
    with pytest.raises(UsageError, match="100,000,000 points"):
        make_design("grid", read_axes(many))
    pytest.importorskip("SALib")
    with pytest.raises(UsageError, match="power of two"):
        make_design("sobol", AXES, 10)


def test_without_salib_one_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [*(n for n in sys.modules if n.startswith("SALib")), "SALib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match="SALib, which is not there") as caught:
        make_design("morris", AXES)
    assert (caught.value.code, "uv sync --extra sensitivity" in caught.value.hint) == ("FS743", True)


def test_morris_finds_the_effects_of_a_line() -> None:
    """y = 3a − 2b has elementary effects of 3 and 2 per whole way, everywhere the same."""
    pytest.importorskip("SALib")
    design = make_design("morris", AXES, 8)
    assert design.sample is not None
    assert len(design.points) == 8 * 3
    a, b = analyse("morris", design.sample, 3 * design.sample[:, 0] - 2 * design.sample[:, 1])
    assert (a.main, b.main) == (pytest.approx(3.0), pytest.approx(2.0))
    assert a.sigma == pytest.approx(0.0, abs=1e-9)
    assert a.total is None


def test_sobol_finds_the_shares_of_a_sum() -> None:
    """Of y = 3a + b on even shares the variances are 9 : 1."""
    pytest.importorskip("SALib")
    design = make_design("sobol", AXES, 256)
    assert design.sample is not None
    a, b = analyse("sobol", design.sample, 3 * design.sample[:, 0] + design.sample[:, 1])
    assert (a.main, b.main) == (pytest.approx(0.9, abs=0.03), pytest.approx(0.1, abs=0.03))
    assert a.total == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("name", ["morris", "sobol"])
def test_what_never_changes_has_no_influence(name: str) -> None:
    pytest.importorskip("SALib")
    design = make_design(name, AXES, 4)
    assert design.sample is not None
    assert [one.main for one in analyse(name, design.sample, np.ones(len(design.points)))] == [0.0, 0.0]


def test_the_share_of_noise() -> None:
    """Means 1 and 3 vary by 2; the runs of each by 1/2 a point, so a quarter of a half … by hand."""
    two = [np.array([0.0, 2.0]), np.array([2.0, 4.0])]  # s² = 2 each, s²/R = 1; variance of the means 2
    assert noise_share(two) == pytest.approx(0.5)
    assert noise_share([np.array([1.0, 1.0]), np.array([2.0, 2.0])]) == 0.0
    assert noise_share([np.array([0.0, 2.0]), np.array([0.0, 2.0])]) == 1.0
    assert noise_share([np.array([1.0]), np.array([2.0])]) is None
