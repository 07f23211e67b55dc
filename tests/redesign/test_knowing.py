"""Luck against not knowing, held against functions whose variances are known, and against a process without a queue."""

from __future__ import annotations

import math

import numpy as np
import pytest

from flowsim.experiments.statistics import Floats
from flowsim.redesign.knowing import Input, Split, split
from flowsim.redesign.latin import latin_hypercube
from flowsim.redesign.unsure import Result, Runs, results, run_study, study
from flowsim.scenario import Scenario, load_text

POINTS, EACH = 60, 5
ABC = (Input("a"), Input("b"), Input("c"))


def points(names: str = "abc", count: int = POINTS) -> Floats:
    return latin_hypercube(7, list(names), count)


def luck(sd: float, together: float, seed: int = 1) -> Floats:
    """Luck that all points share, and luck that differs from point to point."""
    draws = np.random.default_rng(seed)
    found: Floats = draws.normal(0, sd, (1, EACH)) + draws.normal(0, together, (POINTS, EACH))
    return found


def near(found: Split, shares: dict[str, float], knowing: float, off: float) -> None:
    """Hold shares and the size of what is not known against what they are."""
    assert {share.key: share.share for share in found.shares} == pytest.approx(shares, abs=off)
    assert found.knowing == pytest.approx(knowing, rel=max(off, 1e-6))


def test_points_are_one_in_every_slice_and_columns_do_not_go_together() -> None:
    u = points("abcdefgh", 50)
    assert all(sorted((column * 50).astype(int)) == list(range(50)) for column in u.T)
    together = np.abs(np.corrcoef(u.T) - np.eye(8))
    assert together.max() < 0.12
    assert (points("ab") == points("abc")[:, :2]).all()
    assert not (points("ab")[:, 0] == latin_hypercube(8, ["a"], POINTS)[:, 0]).any()


def test_a_linear_result_has_the_shares_it_must_have() -> None:
    """10 a + 5 b: variances 100/12 and 25/12; c does nothing. Luck that all points share takes nothing away."""
    u = points()
    found = split((10 * u[:, 0] + 5 * u[:, 1])[:, None] + luck(3, 0), u, ABC, runs=EACH)
    near(found, {"a": 0.8, "b": 0.2, "c": 0.0, "": 0.0}, math.sqrt(125 / 12), 1e-9)
    assert [round(share.effect or 0, 6) for share in found.shares[:3]] == [10, 5, 0]
    assert found.first is not None
    assert found.first.key == "a"


def test_the_comparison_with_known_shares_goes_red() -> None:
    u = points()
    found = split((10 * u[:, 0] + 6 * u[:, 1])[:, None] + luck(3, 0), u, ABC, runs=EACH)
    with pytest.raises(AssertionError):
        near(found, {"a": 0.8, "b": 0.2, "c": 0.0, "": 0.0}, math.sqrt(125 / 12), 0.01)


def test_what_inputs_do_together_is_told_apart() -> None:
    """10 a + 5 b + 20 a b: 400/12 by a, 225/12 by b, 400/144 by both; noise is in none of them."""
    u = points()
    found = split((10 * u[:, 0] + 5 * u[:, 1] + 20 * u[:, 0] * u[:, 1])[:, None] + luck(3, 1), u, ABC, runs=EACH)
    whole = 400 / 12 + 225 / 12 + 400 / 144
    shares = {"a": 400 / 12 / whole, "b": 225 / 12 / whole, "c": 0.0, "": 400 / 144 / whole}
    near(found, shares, math.sqrt(whole), 0.08)
    inside = [(share.low or 0) <= shares[share.key] <= (share.high or 1) for share in found.shares]
    assert all(inside)


def test_a_count_may_have_a_few_values_only() -> None:
    """1, 2 or 3 people, squared: 1, 4, 9."""
    u = points("a")
    level = np.minimum((u[:, 0] * 3).astype(int), 2) + 1
    found = split((level**2)[:, None] + luck(1, 0), u, (Input("a", 3),), runs=EACH)
    near(found, {"a": 1.0, "": 0.0}, float(np.std([1, 4, 9])), 1e-6)
    assert found.shares[0].effect == pytest.approx(8)


def test_noise_alone_is_luck_alone() -> None:
    seen = [split(luck(3, 2, seed), points(), ABC, runs=EACH) for seed in range(40)]
    assert not any(found.shows or found.shares or found.part for found in seen)
    assert np.mean([found.luck**2 for found in seen]) == pytest.approx((9 + 4) / EACH, rel=0.3)
    assert all(found.low == found.high for found in seen)


def test_luck_and_not_knowing_are_of_the_size_they_are_of() -> None:
    """Not knowing 10 a: 100/12; the luck of 20 replications: (1 + 4) / 20; 90 % of the points span 9."""
    u = points()
    seen = [split((10 * u[:, 0])[:, None] + luck(1, 2, seed), u, ABC, runs=20) for seed in range(20)]
    assert np.mean([found.knowing**2 for found in seen]) == pytest.approx(100 / 12, rel=0.05)
    assert np.mean([found.luck**2 for found in seen]) == pytest.approx(5 / 20, rel=0.2)
    assert np.mean([found.high - found.low for found in seen]) == pytest.approx(9, abs=0.5)


def test_nothing_can_be_split_without_replications_or_points() -> None:
    with pytest.raises(ValueError, match="too few"):
        split(np.ones((POINTS, 1)), points(), ABC, runs=1)
    with pytest.raises(ValueError, match="too few"):
        split(np.ones((10, 3)), points()[:10], ABC, runs=1)


# -- a process ---------------------------------------------------------------------------------------------------------

LINE = """\
flowsim: 1
name: Line
requests: {letter: {arrivals: every 4 h, promise: 70 min}}
tasks:
  one: {time: 10 .. 40 min unsure, value: adding}
  two: {time: 5 .. 20 min unsure, value: adding}
  idle: {time: 1 .. 9 min unsure, value: adding, only: never}
teams: {A: {people: 1}, B: {people: 1}}
steps: {One: {team: A, does: [one, idle]}, Two: {team: B, does: two}}
run: {length: 2 days, replications: 2}
states:
  now: {}
  fast: {changes: [{name: Half, set: {tasks.one.time: 1 min}}]}
"""
RUNS = Runs(seed=1, replications=2, jobs=1)


def line(old: str = "", new: str = "") -> Scenario:
    text = LINE.replace("{letter:", "{never: {arrivals: none, backlog: {at: One, requests: 1, age: 1 day}}, letter:")
    return load_text(text.replace(old, new) if old else text, "x.yaml")


@pytest.fixture(scope="module")
def asked() -> list[Result]:
    """A line without a queue: its mean lead time is the sum of two times that are not known."""
    made = study(line(), ["now", "fast"], (), seed=3, points=40)
    found = results(made, run_study(made, RUNS), runs=2)
    return [one for one in found if one.measure == "working lead time mean"]


def test_the_lead_time_of_a_line_is_the_sum_of_its_times(asked: list[Result]) -> None:
    """Uniform between 10 and 40 and between 5 and 20: variances 900/12 and 225/12, so shares of 0.8 and 0.2."""
    now, fast, less = (one.split for one in asked)
    assert now is not None
    assert fast is not None
    assert less is not None
    near(
        now, {"tasks.one.time": 0.8, "tasks.two.time": 0.2, "tasks.idle.time": 0.0, "": 0.0}, 1125**0.5 / 12**0.5, 1e-3
    )
    assert now.mean == pytest.approx(37.5, rel=0.01)
    assert now.part == 1
    assert {share.key: round(share.share, 3) for share in fast.shares}["tasks.two.time"] == 1
    assert less.first is not None
    assert (less.first.key, round(less.first.effect or 0, 2)) == ("tasks.one.time", -30)


def test_a_verdict_is_given_at_every_point(asked: list[Result]) -> None:
    assert [(one.state, one.before) for one in asked] == [("now", ""), ("fast", ""), ("fast", "now")]
    assert asked[2].verdicts == {"better": 40, "worse": 0, "no difference that matters": 0, "not yet known": 0}


def test_points_that_cannot_be_run_are_told() -> None:
    made = study(line(), ["now"], (), seed=3, points=13)
    for point in (0, 5):
        made.failed["now", point] = "cannot be"
        del made.models["now", point]
    found = results(made, run_study(made, RUNS), runs=2)
    assert {one.split.points for one in found if one.split is not None} == {11}
    del made.models["now", 1]
    assert all(one.split is None for one in results(made, run_study(made, RUNS), runs=2))
