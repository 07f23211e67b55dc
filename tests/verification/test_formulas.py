"""The formulas of the claims against one another: limits in which two of them must agree, laws that each must keep."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

from scipy.integrate import quad

import bulk_service
import busy_hours
import finite_room
import forming
import queue_order
import set_up
import vacations
from flowsim.verification import mg1, mm1, mmc
from flowsim.verification.claims import Case
from flowsim.verification.mm1 import WORK


def theory(case: Case, name: str) -> float:
    """What theory says of the first measure whose name begins so."""
    return next(m.theory for m in case.measures if m.name.startswith(name))


@pytest.mark.parametrize("rho", [0.2, 0.5, 0.9])
def test_random_order_solves_its_recursion(rho: float) -> None:
    """The second moment from the recursion itself, cut off far out, and the known ratio to first in, first out."""
    most = 4000
    # (1 + ρ) vₙ = 2 mₙ + ρ vₙ₊₁ + n/(n + 1) vₙ₋₁, as a tridiagonal system, swept once up and once down
    upper, right = [0.0] * most, [0.0] * most
    before_upper = before_right = 0.0
    for n in range(most):
        lower = n / (n + 1)
        pivot = 1 + rho - lower * before_upper
        upper[n] = rho / pivot
        right[n] = (2 * (n + 2) / (2 - rho) + lower * before_right) / pivot
        before_upper, before_right = upper[n], right[n]
    v, summed = 0.0, 0.0
    for n in reversed(range(most)):
        v = right[n] + upper[n] * v
        summed += rho * (1 - rho) * rho**n * v
    assert queue_order.second("random", rho) == pytest.approx(summed, rel=1e-6)
    assert queue_order.second("random", rho) == pytest.approx(queue_order.second("first in", rho) * 2 / (2 - rho))


@pytest.mark.parametrize("rho", [0.3, 0.7])
def test_shortest_first_keeps_the_work_that_waits(rho: float) -> None:
    """Whatever the order, ∫ x W(x) dF(x) is that of first in, first out (Kleinrock's conservation law)."""
    weighed = quad(lambda x: x * queue_order.wait_of(x, rho) * math.exp(-x), 0, math.inf)[0]
    assert weighed == pytest.approx(rho / (1 - rho), rel=1e-6)


def test_batches_of_one_are_the_queue_without_batches() -> None:
    """σ = ρ for k = 1; and σ solves its equation, below ρ, for more."""
    assert bulk_service.root(0.7, 1) == pytest.approx(0.7)
    sigma = bulk_service.root(0.7, 4)
    assert sigma < 0.7
    assert sigma == pytest.approx((2.8 / (2.8 + 1 - sigma)) ** 4)


def test_size_or_timer_becomes_the_one_or_the_other() -> None:
    """With a timer that hardly ever rings the batch by size; with a size hardly ever reached that by timer."""
    name = "mean wait for the batch"
    assert theory(forming.by_either(5, 40, 2.0, 1, 2), name) == pytest.approx(
        theory(forming.by_size(5, 2.0, 1, 2), name), rel=1e-6
    )
    either, timer = forming.by_either(60, 4, 0.75, 1, 2), forming.by_timer(4, 0.75, 1, 2)
    for each in (name, "mean number in a batch"):
        assert theory(either, each) == pytest.approx(theory(timer, each), rel=1e-9)


def test_erlang_of_one_stage_and_a_mixture_of_one_kind_are_exponential() -> None:
    """M/G/1 with these is M/M/1, mean and spread."""
    one, alone = mg1.case("erlang", 0.6, 1.0, 1, 2, True), queue_order.blind("first in", 0.6, 1, 2)
    assert theory(one, "mean wait") == pytest.approx(theory(mm1.case(0.6, 1, 2), "mean wait"))
    assert theory(one, "wait, standard") == pytest.approx(theory(alone, "wait, standard"))
    assert theory(mg1.mixed(0.5, WORK, WORK, 0.6, 1, 2), "mean wait of the short") == pytest.approx(
        theory(one, "mean wait")
    )
    assert theory(set_up.every(0.6, 0.0, 1, 2), "mean wait") == pytest.approx(theory(one, "mean wait"))
    assert theory(set_up.once(0.6, 1, 0.0, True, 1, 2), "mean wait") == pytest.approx(theory(one, "mean wait"))


def test_loss_formula_and_finite_room_agree() -> None:
    """Room for those at work alone is Erlang's loss; a room without end is the queue without one."""
    assert mmc.loss(2.0, 3) == pytest.approx((8 / 6) / (1 + 2 + 2 + 8 / 6))
    assert theory(finite_room.lost(2.0, 3, 3, 1, 2), "share lost") == pytest.approx(mmc.loss(2.0, 3))
    wide = finite_room.lost(0.5, 1, 60, 1, 2)
    assert theory(wide, "mean time in the room") == pytest.approx(WORK / 0.5)


def test_an_hour_a_day_serves_as_many_as_come() -> None:
    """With slots enough nobody stays, and whoever comes waits half of 23 hours and for his turn; with fewer, longer."""
    roomy = vacations.hourly(1.0, 30, 1, 2)
    assert theory(roomy, "waiting at the opening") == pytest.approx(1.0)
    assert theory(roomy, "mean wait") == pytest.approx(11.5 + 0.5 / 30)  # E[N(N - 1)/2] = 1/2 turns of 1/30 hour
    assert theory(vacations.hourly(4.8, 6, 1, 2), "mean wait") > 11.5 + 24 * 0.2


def test_a_day_without_busy_hours_is_a_steady_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same weight by day and at night, M/M/1."""
    monkeypatch.setattr(busy_hours, "AT_NIGHT", busy_hours.BY_DAY)
    at_18, at_8, wait = busy_hours.through_the_day(72, 10)
    assert (at_18, at_8, wait) == pytest.approx((1.0, 1.0, 10.0), rel=1e-6)
