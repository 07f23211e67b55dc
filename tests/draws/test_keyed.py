"""Keyed random numbers (R4; methods.md section 6, properties P1 to P3): the same request, the same luck."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.draws import BACKLOG, SCHEME, Draws
from flowsim.draws.keyed import BLOCK, to_ticks, to_uniform

Floats = npt.NDArray[np.float64]


class Line:
    """Uniform between 0 and `top`, as an inverse: exact arithmetic, so the same on every machine."""

    def __init__(self, top: float) -> None:
        self.top = top

    def inverse(self, u: Floats) -> Floats:
        return u * self.top


def words(*values: int) -> npt.NDArray[np.uint64]:
    return np.array(values, dtype=np.uint64)


# -- from words to numbers -------------------------------------------------------------------------------------------


def test_uniforms_lie_strictly_between_0_and_1_and_are_symmetric() -> None:
    """The lowest and the highest word there are; the lowest twelve bits do not count."""
    low, high = to_uniform(words(0, 2**64 - 1))
    assert 0.0 < low == 2.0**-53
    assert high == 1.0 - 2.0**-53 < 1.0
    assert to_uniform(words(2**12 - 1))[0] == low
    assert to_uniform(words(2**12))[0] == 3 * low
    assert math.isfinite(-math.log(low))
    assert math.isfinite(-math.log1p(-high))


@given(st.integers(0, 2**64 - 1))
@settings(derandomize=True)
def test_a_word_and_its_complement_are_opposite_uniforms(word: int) -> None:
    """(k + ½) / 2⁵², exactly."""
    u, opposite = to_uniform(words(word, 2**64 - 1 - word))
    assert u + opposite == 1.0
    assert u == ((word >> 12) + 0.5) / 2**52


def test_ticks_are_rounded_and_never_negative() -> None:
    """R1: to the nearest tick, halves to the even one."""
    values = np.array([-3.0, -0.2, 0.49, 0.5, 1.5, 2.51, 1e15])
    assert to_ticks(values).tolist() == [0, 0, 0, 0, 2, 3, 10**15]
    assert to_ticks(values).dtype == np.int64


# -- one number, whatever else is asked (P1, P2) ---------------------------------------------------------------------

ASKED = [(ordinal, visit) for ordinal in (0, 1, BLOCK - 1, BLOCK, 3 * BLOCK + 5) for visit in (1, 2, 7)]


def test_later_requests_do_not_change_earlier_ones() -> None:
    """P1: the first numbers are the same before and after a far ordinal is asked for, and in a longer run."""
    uniforms = Draws(7, 1).uniforms("returns at A", "c")
    before = [uniforms.at(i) for i in range(50)]
    uniforms.at(20 * BLOCK)
    assert [uniforms.at(i) for i in range(50)] == before
    other = Draws(7, 1).uniforms("returns at A", "c")
    other.at(20 * BLOCK)
    assert [other.at(i) for i in range(50)] == before


@pytest.mark.parametrize("shuffle", range(5))
def test_the_order_of_asking_does_not_matter(shuffle: int) -> None:
    """R4, for uniforms and durations, over requests and visits."""
    uniforms = Draws(7, 1).uniforms("route at A", "c")
    durations = Draws(7, 1).durations("task:a", "c", Line(1e6))
    expected = {key: (uniforms.at(*key), durations.at(*key)) for key in ASKED}
    order = ASKED * 2
    random.Random(shuffle).shuffle(order)
    fresh = Draws(7, 1)
    one, other = fresh.uniforms("route at A", "c"), fresh.durations("task:a", "c", Line(1e6))
    for key in order:
        assert (one.at(*key), other.at(*key)) == expected[key]


def test_other_purposes_and_classes_in_use_change_nothing() -> None:
    """P2: a team, a class or a step that is added asks for its own numbers only."""
    alone = Draws(7, 1).durations("task:a", "c", Line(1e6))
    expected = [alone.at(i, 2) for i in range(100)]
    draws = Draws(7, 1)
    busy = [draws.uniforms(f"returns at {i}", "c") for i in range(10)] + [draws.uniforms("task:a", "d")]
    among = draws.durations("task:a", "c", Line(1e6))
    found = []
    for i in range(100):
        for other in busy:
            other.at(i, 1 + i % 3)
        draws.gaps("new class", Line(1e6), 10_000_000)
        found.append(among.at(i, 2))
    assert found == expected


def test_a_duration_is_the_inverse_at_the_uniform_of_its_key() -> None:
    """R4: so another distribution for the same task keeps the luck: long stays long."""
    uniforms = Draws(7, 3).uniforms("task:a", "c")
    short = Draws(7, 3).durations("task:a", "c", Line(1e6))
    long = Draws(7, 3).durations("task:a", "c", Line(3e6))
    for ordinal, visit in ASKED:
        u = uniforms.at(ordinal, visit)
        assert short.at(ordinal, visit) == round(u * 1e6)
        assert long.at(ordinal, visit) == round(u * 3e6)


def test_a_stream_asked_in_blocks_is_the_stream_in_one_piece() -> None:
    whole = to_uniform(Draws(7, 1).stream("need of a", "c", 4).random_raw(5 * BLOCK))
    uniforms = Draws(7, 1).uniforms("need of a", "c")
    assert [uniforms.at(i, 4) for i in range(5 * BLOCK)] == whole.tolist()


# -- a backlog (R5) ----------------------------------------------------------------------------------------------------

WAITING = [(BACKLOG + ordinal, visit) for ordinal, visit in ASKED]


@pytest.mark.parametrize("shuffle", range(5))
def test_a_backlog_moves_no_other_number_and_no_other_moves_its(shuffle: int) -> None:
    """R4, R5: ordinals from BACKLOG on are positions in streams of their own, whatever is asked first."""
    alone = Draws(7, 1).uniforms("route at A", "c")
    waiting = Draws(7, 1).uniforms("route at A", "c")
    expected = {key: alone.at(*key) for key in ASKED} | {key: waiting.at(*key) for key in WAITING}
    assert len(set(expected.values())) == len(ASKED) + len(WAITING)
    order = (ASKED + WAITING) * 2
    random.Random(shuffle).shuffle(order)
    among = Draws(7, 1).uniforms("route at A", "c")
    assert [among.at(*key) for key in order] == [expected[key] for key in order]


def test_a_backlog_has_the_stream_with_one_more_word() -> None:
    draws = Draws(7, 1)
    for visit in (1, 3):
        whole = to_uniform(draws.stream("need of a", "c", visit, backlog=True).random_raw(3 * BLOCK)).tolist()
        uniforms = draws.uniforms("need of a", "c")
        assert [uniforms.at(BACKLOG + i, visit) for i in range(3 * BLOCK)] == whole
        assert uniforms.first == []
        assert whole[:4] != to_uniform(draws.stream("need of a", "c", visit).random_raw(4)).tolist()
    durations = draws.durations("task:a", "c", Line(1e6))
    ages = to_uniform(draws.stream("task:a", "c", 1, backlog=True).random_raw(9))
    assert [durations.at(BACKLOG + i) for i in range(9)] == [round(u * 1e6) for u in ages.tolist()]


def test_a_backlog_is_made_in_blocks_not_up_to_its_ordinal() -> None:
    """A billion numbers are not drawn to get to the first."""
    uniforms = Draws(7, 1).uniforms("need of a", "c")
    uniforms.at(BACKLOG)
    assert [len(values) for values in uniforms._values.values()] == [0, BLOCK]


def test_the_first_uniforms_are_those_of_first_visits() -> None:
    """Purposes such as `group` and `age at STEP`, a whole column at a time."""
    draws = Draws(7, 2)
    uniforms = draws.uniforms("group", "c")
    assert draws.first_uniforms("group", "c", 2000).tolist() == [uniforms.at(i) for i in range(2000)]
    waiting = draws.first_uniforms("group", "c", 20, backlog=True)
    assert waiting.tolist() == [uniforms.at(BACKLOG + i) for i in range(20)]
    assert draws.first_uniforms("group", "c", 0).shape == (0,)


# -- different numbers for different keys (P3) -----------------------------------------------------------------------


def test_streams_of_different_keys_differ() -> None:
    """P3: seeds, replications, purposes, classes and visits; no two streams share a word among their first four."""
    keys = itertools.product((0, 1, 2**63), (1, 2, 12), ("arrival", "task:a", "task:b"), ("c", "d", ""), (1, 2, 12))
    seen: set[int] = set()
    count = 0
    for seed, replication, purpose, klass, visit in keys:
        seen.update(int(w) for w in Draws(seed, replication).stream(purpose, klass, visit).random_raw(4))
        count += 4
    assert len(seen) == count == 4 * 3**5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, 11, "p", "c", 1), (11, 1, "p", "c", 1)),
        ((1, 1, "p1", "c", 1), (1, 1, "p", "1c", 1)),
        ((1, 1, "p", "c1", 1), (1, 1, "p", "c", 11)),
        ((1, 1, "task:A", "c", 1), (1, 1, "task:a", "c", 1)),
        ((1, 1, "\u00e9", "c", 1), (1, 1, "e\u0301", "c", 1)),
    ],
)
def test_keys_that_look_alike_are_not_the_same(
    one: tuple[int, int, str, str, int], other: tuple[int, int, str, str, int]
) -> None:
    """The parts of a key are kept apart when they are put together."""
    a, b = (Draws(k[0], k[1]).stream(*k[2:]).random_raw(1) for k in (one, other))
    assert a != b


def test_streams_are_not_correlated() -> None:
    """Each pair of neighbours, 10 000 numbers: |r| < 4.9 / √n, a false alarm once in a million a pair."""
    n = 10_000
    labels = [(1, 1, "p", "c", v) for v in (1, 2, 3)] + [(1, r, "p", "c", 1) for r in (2, 3)] + [(2, 1, "p", "c", 1)]
    rows = [to_uniform(Draws(s, r).stream(p, c, v).random_raw(n)) for s, r, p, c, v in labels]
    found = np.corrcoef(rows)[np.triu_indices(len(rows), 1)]
    assert np.abs(found).max() < 4.9 / math.sqrt(n)
    lagged = [np.corrcoef(row[:-1], row[1:])[0, 1] for row in rows]
    assert np.abs(lagged).max() < 4.9 / math.sqrt(n)


def test_uniforms_are_uniform() -> None:
    """Nine quantiles of 100 000 numbers, each share within 4.9 standard errors."""
    n = 100_000
    u = to_uniform(Draws(2026, 1).stream("task:a", "c", 1).random_raw(n))
    for q in np.arange(1, 10) / 10:
        assert abs((u < q).mean() - q) < 4.9 * math.sqrt(q * (1 - q) / n)


@pytest.mark.parametrize(("seed", "replication"), [(-1, 1), (1, 0), (1, -3)])
def test_seeds_below_0_and_replications_below_1_are_refused(seed: int, replication: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        Draws(seed, replication)


# -- pinned ------------------------------------------------------------------------------------------------------------


def test_the_numbers_are_pinned() -> None:
    """R4: a change here changes every result ever published; it needs a new SCHEME."""
    assert SCHEME == "philox-blake2b-1"
    raw = Draws(2026, 1).stream("task:register", "wants speed", 1).random_raw(4)
    assert raw.tolist() == [
        4846582119744784897,
        5165117210153213891,
        7966067927606720379,
        6878119848165351599,
    ]
    uniforms = Draws(2026, 1).uniforms("returns at Register", "wants certainty")
    found = [uniforms.at(i, 1) for i in (0, 1, 1023, 1024)]
    assert found == [
        0.3936540693057543,
        0.7118680143207964,
        0.40049039142532095,
        0.30207700208058175,
    ]
    assert uniforms.at(0, 2) == 0.8122859709303077
    durations = Draws(1, 30).durations("task:décider", "c", Line(3_600_000.0))
    assert [durations.at(i) for i in range(4)] == [949437, 2103526, 582658, 80322]
    gaps = Draws(1, 1).gaps("c", Line(2_000_000.0), 3_000_000)
    assert gaps.tolist() == [1999236, 627063, 194967, 1593860]


# -- arrivals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [0, 1, 999, 10_000, 5_000_000])
def test_gaps_go_just_past_the_horizon(horizon: int) -> None:
    gaps = Draws(7, 1).gaps("c", Line(2_000.0), horizon)
    assert gaps.dtype == np.int64
    assert gaps.sum() > horizon >= gaps[:-1].sum()


def test_a_longer_horizon_adds_arrivals_at_the_end() -> None:
    """P1 for arrivals."""
    short = Draws(7, 1).gaps("c", Line(2_000.0), 1_000_000)
    long = Draws(7, 1).gaps("c", Line(2_000.0), 5_000_000)
    assert len(long) > 4 * len(short)
    assert long[: len(short)].tolist() == short.tolist()


def test_gaps_are_the_durations_of_the_purpose_arrival() -> None:
    gaps = Draws(7, 1).gaps("c", Line(2_000.0), 3_000_000)
    durations = Draws(7, 1).durations("arrival", "c", Line(2_000.0))
    assert gaps.tolist() == [durations.at(i) for i in range(len(gaps))]


class Steps:
    """Mostly 0, now and then 10: several at one instant, and sums that meet a horizon exactly."""

    def inverse(self, u: Floats) -> Floats:
        return np.where(u < 0.9, 0.0, 10.0)


def test_arrivals_at_the_horizon_itself_are_kept_before_the_last() -> None:
    """The sum up to the last but one may equal the horizon."""
    gaps = Draws(7, 1).gaps("c", Steps(), 50)
    sums = np.cumsum(gaps)
    assert sums[-1] == 60
    assert sums[-2] == 50
    assert (gaps == 0).sum() > 5


def test_gaps_that_are_all_0_are_refused() -> None:
    """Or a run would never end: reliability.md, a loop in zero time."""
    with pytest.raises(ValueError, match="all 0"):
        Draws(7, 1).gaps("c", Line(0.2), 10)
