"""Distributions (R4): moments against integration of the inverse, inverses against independent golden values."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.model.distribution import LARGEST_DRAW, Distribution
from flowsim.model.families import FAMILIES

EXAMPLES: list[tuple[str, tuple[float, ...]]] = [
    ("constant", (15,)),
    ("uniform", (5, 15)),
    ("triangular", (10, 20, 60)),
    ("triangular", (10, 10, 60)),
    ("pert", (10, 20, 60)),
    ("exponential", (15,)),
    ("erlang", (15, 3)),
    ("gamma", (30, 20)),
    ("lognormal", (30, 20)),
    ("weibull", (30, 1.5)),
    ("weibull", (30, 0.8)),
    ("beta", (10, 60, 30, 10)),
    ("normal", (10, 20)),
    ("normal", (30, 5)),
    ("discrete", (10, 0.7, 5, 0.3)),
    ("empirical", (1, 2, 2, 5, 40)),
]

GOLDEN_U = (1e-9, 0.001, 0.25, 0.5, 0.9, 0.999, 0.999999)

# Found by bisection of the distribution function (closed form, incomplete gamma or beta function) with 40 digits;
# no inverse function was used.
GOLDEN: list[tuple[str, tuple[float, ...], str]] = [
    (
        "triangular",
        (10, 20, 60),
        "10.00070710678119 10.70710678118655 21.27016653792583 28.37722339831621 "
        "45.85786437626905 58.5857864376269 59.95527864045",
    ),
    (
        "pert",
        (10, 20, 60),
        "10.00014547981674 10.31569870839235 18.17157487611372 23.83361296962594 "
        "37.26670252167909 52.87757843693393 58.65088674672802",
    ),
    (
        "exponential",
        (15,),
        "1.50000000075e-08 0.015007505003753 4.315231086776714 10.39720770839918 "
        "34.53877639491069 103.6163291847321 207.2326583694641",
    ),
    (
        "erlang",
        (15, 3),
        "0.009089733000135079 0.952666887842016 8.636497089302598 13.3703015686178 "
        "26.61160168917105 56.14436121206331 95.64584094302423",
    ),
    (
        "gamma",
        (30, 20),
        "0.002021097503208446 0.9590027739340053 15.29614412259711 25.69169178456315 "
        "56.76707093914709 130.042436472225 231.020394794615",
    ),
    (
        "gamma",
        (30, 60),
        "8.099637471734234e-35 8.09963747173845e-11 0.3170612524912076 5.240856282344809 "
        "90.04714466842027 525.1733109464025 1282.538109172558",
    ),
    (
        "lognormal",
        (30, 20),
        "0.6572084243311942 3.832082493579282 16.58207483237427 24.96150883013531 "
        "54.29715859211064 162.5948617027162 445.7804048470181",
    ),
    (
        "weibull",
        (30, 1.5),
        "3.32319650340515e-05 0.3324304881093591 14.48208930378914 26.02793196122113 "
        "57.94729234964354 120.5352254061529 191.3377436089511",
    ),
    (
        "normal",
        (10, 20),
        "3.928034988787305e-08 0.03926110091060836 9.067354495392038 17.93742350179089 "
        "39.64359356881814 73.9638266471768 106.5489971811051",
    ),
    (
        "beta",
        (10, 60, 30, 10),
        "10.00064550278002 10.65114736854071 22.15110418780382 29.28637840661948 "
        "43.97697081390908 56.79809304485833 59.68452131649275",
    ),
]


def name_of(case: object) -> str | None:
    return case if isinstance(case, str) else None


def tail_grid() -> np.ndarray:
    """Uniforms from 2⁻⁵³, the smallest the draws give, to 1 − 2⁻⁵³, dense in both tails."""
    lower = np.logspace(math.log10(2.0**-53), math.log10(0.5), 4000)
    lower[0] = 2.0**-53
    return np.concatenate([lower, 1.0 - lower[::-1][1:]])


@pytest.mark.parametrize(("name", "params"), EXAMPLES)
def test_mean_and_sd_are_those_of_the_inverse(name: str, params: tuple[float, ...]) -> None:
    """∫ F⁻¹(u) du and ∫ (F⁻¹(u) − mean)² du; u = 6t⁵ − 15t⁴ + 10t³ takes the sting out of both tails."""
    law = Distribution(name, params)
    t = (np.arange(400_000) + 0.5) / 400_000
    t = t[t <= 0.5]
    lower = np.maximum(t**3 * (10 + t * (6 * t - 15)), 2.0**-53)
    weight = 30 * (t * (1 - t)) ** 2 / 400_000
    below = law.inverse(lower)
    above = law.inverse(1.0 - lower)
    mean = float(np.sum(weight * (below + above)))
    variance = float(np.sum(weight * ((below - mean) ** 2 + (above - mean) ** 2)))
    assert law.mean() == pytest.approx(mean, rel=2e-6)
    assert law.sd() == pytest.approx(math.sqrt(variance), rel=2e-5, abs=1e-9)


@pytest.mark.parametrize(("name", "params"), EXAMPLES)
def test_inverse_rises_stays_in_its_support_and_keeps_the_shape(name: str, params: tuple[float, ...]) -> None:
    law = Distribution(name, params)
    u = tail_grid()
    values = law.inverse(u)
    assert values.dtype == np.float64
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= 0)
    assert values[0] >= law.minimum() >= 0
    assert values[-1] <= law.maximum()
    assert law.inverse(u[:6].reshape(2, 3)).shape == (2, 3)
    assert law.inverse(np.array([])).shape == (0,)
    assert np.array_equal(law.inverse(u[:6].reshape(2, 3)).ravel(), values[:6])


@pytest.mark.parametrize(("name", "params", "values"), GOLDEN, ids=name_of)
def test_inverse_against_golden_values(name: str, params: tuple[float, ...], values: str) -> None:
    found = Distribution(name, params).inverse(np.array(GOLDEN_U))
    assert found == pytest.approx([float(v) for v in values.split()], rel=1e-11, abs=1e-13)


def test_constant_and_uniform_by_hand() -> None:
    u = np.array([0.1, 0.5, 0.9])
    assert Distribution("constant", (7,)).inverse(u).tolist() == [7, 7, 7]
    assert Distribution("uniform", (5, 15)).inverse(u) == pytest.approx([6, 10, 14])
    assert Distribution("uniform", (5, 15)).mean() == 10
    assert Distribution("uniform", (5, 15)).sd() == pytest.approx(10 / math.sqrt(12))


def test_moments_by_hand() -> None:
    assert Distribution("triangular", (10, 20, 60)).mean() == 30
    assert Distribution("triangular", (10, 20, 60)).sd() ** 2 == pytest.approx(2100 / 18)
    assert Distribution("pert", (10, 20, 60)).mean() == 25
    assert Distribution("pert", (10, 20, 60)).sd() ** 2 == pytest.approx(15 * 35 / 7)
    assert Distribution("erlang", (15, 9)).sd() == 5
    assert Distribution("weibull", (30, 1)).sd() == pytest.approx(30)
    assert Distribution("weibull", (30, 1.5)).sd() == pytest.approx(20.36906079292039, rel=1e-13)
    assert Distribution("discrete", (10, 0.7, 5, 0.3)).mean() == 8.5
    assert Distribution("discrete", (10, 0.7, 5, 0.3)).sd() == pytest.approx(5 * math.sqrt(0.21))
    assert Distribution("empirical", (1, 2, 2, 5, 40)).mean() == 10
    assert Distribution("empirical", (1, 2, 2, 5, 40)).sd() == pytest.approx(math.sqrt((81 + 64 * 2 + 25 + 900) / 5))


def test_normal_tells_the_moments_after_the_cut_at_0() -> None:
    law = Distribution("normal", (10, 20))
    assert law.mean() == pytest.approx(20.18320867674067, rel=1e-13)
    assert law.sd() == pytest.approx(13.94525633606449, rel=1e-13)
    far = Distribution("normal", (1000, 10))
    assert (far.mean(), far.sd()) == (1000, 10)
    half = Distribution("normal", (0, 1))
    assert half.mean() == pytest.approx(math.sqrt(2 / math.pi))
    assert half.sd() == pytest.approx(math.sqrt(1 - 2 / math.pi))


def test_discrete_is_the_lowest_value_whose_cumulated_share_reaches_u() -> None:
    law = Distribution("discrete", (10, 0.5, 99, 0.0, 5, 0.25, 20, 0.25))
    u = np.array([1e-16, 0.25, np.nextafter(0.25, 1), 0.75, np.nextafter(0.75, 1), 1 - 2.0**-53])
    assert law.inverse(u).tolist() == [5, 5, 10, 10, 20, 20]
    assert (law.minimum(), law.maximum()) == (5, 20)


def test_empirical_is_the_order_statistic() -> None:
    law = Distribution("empirical", (1, 2, 4, 8))
    u = np.array([1e-16, 0.25, np.nextafter(0.25, 1), 0.5, 0.75, np.nextafter(0.75, 1), 1 - 2.0**-53])
    assert law.inverse(u).tolist() == [1, 1, 2, 2, 4, 8, 8]


@pytest.mark.parametrize(
    ("name", "params", "low", "high"),
    [
        ("constant", (3,), 3, 3),
        ("pert", (1, 2, 3), 1, 3),
        ("exponential", (3,), 0, math.inf),
        ("lognormal", (3, 0), 3, 3),
        ("normal", (3, 1), 0, math.inf),
        ("beta", (1, 4, 2, 1), 1, 4),
        ("empirical", (2, 5), 2, 5),
    ],
)
def test_support(name: str, params: tuple[float, ...], low: float, high: float) -> None:
    law = Distribution(name, params)
    assert (law.minimum(), law.maximum()) == (low, high)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("uniform", (7, 7)),
        ("triangular", (7, 7, 7)),
        ("pert", (7, 7, 7)),
        ("gamma", (7, 0)),
        ("lognormal", (7, 0)),
        ("beta", (0, 10, 7, 0)),
        ("normal", (7, 0)),
        ("normal", (7, 5e-324)),
        ("gamma", (7, 1e-300)),
        ("discrete", (7, 1.0)),
        ("empirical", (7, 7)),
        ("constant", (7,)),
    ],
)
def test_without_spread_every_value_is_the_mean(name: str, params: tuple[float, ...]) -> None:
    law = Distribution(name, params)
    assert law.mean() == 7
    assert law.scv == pytest.approx(0, abs=1e-18)
    assert law.inverse(np.array([2.0**-53, 0.5, 1 - 2.0**-53])).tolist() == [7, 7, 7]
    assert (law.minimum(), law.maximum()) == (7, 7)


def test_exponential_of_mean_0_is_0() -> None:
    law = Distribution("exponential", (0,))
    assert law.inverse(np.array([0.5])).tolist() == [0]
    assert law.scv == 0


def test_scv() -> None:
    assert Distribution("exponential", (15,)).scv == 1
    assert Distribution("erlang", (15, 4)).scv == pytest.approx(0.25)
    assert Distribution("lognormal", (10, 30)).scv == pytest.approx(9)


@pytest.mark.parametrize(("name", "params"), EXAMPLES)
def test_scaled_multiplies_every_value(name: str, params: tuple[float, ...]) -> None:
    law = Distribution(name, params)
    twice = law.scaled(4.0)
    u = np.linspace(0.01, 0.99, 99)
    assert twice.mean() == pytest.approx(4 * law.mean(), rel=1e-12)
    assert twice.sd() == pytest.approx(4 * law.sd(), rel=1e-12)
    assert twice.inverse(u) == pytest.approx(4 * law.inverse(u), rel=1e-9)
    assert law.scaled(0.0).mean() == 0


@pytest.mark.parametrize("factor", [-1.0, math.nan, math.inf])
def test_scaled_refuses(factor: float) -> None:
    with pytest.raises(ValueError, match="scaled"):
        Distribution("constant", (1,)).scaled(factor)


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("poisson", (3,), "there is no distribution 'poisson'; there are constant, uniform"),
        ("uniform", (5,), "needs 2 parameters: lowest, highest"),
        ("constant", (), "needs 1 parameter: value"),
        ("discrete", (), "needs parameters: value, share"),
        ("discrete", (5, 0.5, 6), "needs parameters: value, share"),
        ("empirical", (), "needs parameters: value"),
        ("constant", (-1,), "the value is negative"),
        ("constant", (math.nan,), "the value is not a finite number"),
        ("lognormal", (math.inf, 1), "the mean is not a finite number"),
        ("constant", (3.2e13,), "the value is longer than 1000 years"),
        ("uniform", (15, 5), "the lowest is above the highest"),
        ("triangular", (60, 20, 10), "the lowest is above the highest"),
        ("triangular", (10, 70, 60), "the most likely value is not between"),
        ("pert", (10, 5, 60), "the most likely value is not between"),
        ("erlang", (15, 2.5), "k must be a whole number"),
        ("erlang", (15, 0), "k must be a whole number"),
        ("gamma", (0, 5), "the mean is 0 and the sd is not"),
        ("lognormal", (30, -1), "the sd is negative"),
        ("lognormal", (1, 101), "more than 100 times the mean"),
        ("weibull", (30, 0), "the shape must lie between"),
        ("weibull", (30, 0.01), "the shape must lie between"),
        ("beta", (10, 60, 5, 1), "the mean is not between"),
        ("beta", (60, 10, 30, 1), "the lowest is above the highest"),
        ("beta", (0, 10, 5, 5), "the sd is too large"),
        ("discrete", (5, 0.5, 6, 0.4), "the shares add up to 90%"),
        ("discrete", (5, 1.5, 6, -0.5), "the share is negative"),
        ("empirical", (3, 2), "the values are not sorted"),
    ],
)
def test_impossible_parameters_are_refused_in_words(name: str, params: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValueError) as caught:
        Distribution(name, params)
    assert words in str(caught.value)


def test_every_family_has_examples_here() -> None:
    assert {name for name, _ in EXAMPLES} == set(FAMILIES)


def test_equal_content_is_equal_and_survives_pickling_after_use() -> None:
    law = Distribution("lognormal", (30, 20))
    law.inverse(np.array([0.5]))
    again = pickle.loads(pickle.dumps(law))
    assert again == law
    assert hash(again) == hash(law)
    assert again.params == (30.0, 20.0)
    assert all(type(p) is float for p in again.params)
    assert "_quantile" not in vars(again)


LENGTHS = st.floats(0, 3e13, allow_subnormal=True)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(FAMILIES)),
    st.lists(st.one_of(LENGTHS, st.floats(0, 10), st.integers(1, 10).map(float)), min_size=1, max_size=4),
)
def test_whatever_is_accepted_works(name: str, params: list[float]) -> None:
    """Any sound distribution has finite moments, and an inverse that rises, fits in int64 and warns of
    nothing.
    """
    try:
        law = Distribution(name, tuple(params))
    except ValueError:
        return
    assert math.isfinite(law.mean())
    assert math.isfinite(law.sd())
    values = law.inverse(np.array([2.0**-53, 1e-9, 0.1, 0.5, 0.9, 1 - 1e-9, 1 - 2.0**-53]))
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= -1e-9 * values[1:])
    assert values[0] >= 0
    assert values[-1] <= LARGEST_DRAW
    assert math.isfinite(law.scv)


def test_scipy_is_loaded_only_when_a_law_needs_it() -> None:
    script = (
        "import sys, numpy as np\n"
        "from flowsim.model.distribution import Distribution\n"
        "Distribution('exponential', (1.0,)).inverse(np.array([0.5]))\n"
        "assert 'scipy' not in sys.modules\n"
        "Distribution('gamma', (2.0, 1.0)).inverse(np.array([0.5]))\n"
        "assert 'scipy.special' in sys.modules and 'scipy.stats' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
