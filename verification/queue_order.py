"""One person at load ρ = λ/μ, exponential work, and the order in which those who wait are taken up.

*An order that does not look at the work* changes nothing of the number present: it goes up at rate λ and down at rate
μ, whoever is served. So by Little's law the mean wait is ρ/(μ - λ) for each of them; its spread is another matter. A
share ρ waits, and finds n others waiting with chance (1 - ρ)ρⁿ.

- *First in*: the wait of those is exponential at rate μ - λ (as above), E[W²] = 2ρ/(μ - λ)².
- *Last in*: who finds the person at work waits for the end of that work, and for all who come in the meantime, with
  those who come during theirs: a busy period B begun by one exponential work. B = S + the busy periods of those who
  come in S, so E[B] = E[S]/(1 - ρ), and from E[B²|S] = (S + λS E[B])² + λS E[B²], E[B²] = E[S²]/(1 - ρ)³. E[W²] =
  2ρ/μ²(1 - ρ)³: that of first in, first out, divided by 1 - ρ.
- *Random*: with n others waiting, the next event is an arrival (λ), or an end (μ) at which one of the n + 1 is taken.
  So (λ + μ)mₙ = 1 + λmₙ₊₁ + μ n/(n + 1) mₙ₋₁ for the mean mₙ of the rest of the wait, solved by mₙ = (n + 2)/(2μ -
  λ); and (λ + μ)vₙ = 2mₙ + λvₙ₊₁ + μ n/(n + 1) vₙ₋₁ for the second moment, solved by vₙ = (n + 2)(αn + β), with α =
  2/(2μ - λ)(3μ - 2λ) and β = (4/(2μ - λ) + 3λα)/(2μ - λ). Summed over n, ρ Σ (1 - ρ)ρⁿ vₙ = 2/(2 - ρ) times that of
  first in, first out.

*Shortest first* (Phipps 1956) is an order of priority (Cobham 1954) with a class for each length x: those of length x
wait for W(x) = W₀/(1 - σ(x))² on average, with W₀ = λE[S²]/2 = λ/μ² and the load of shorter ones σ(x) = λ ∫₀ˣ t
dF(t), for exponential work ρ(1 - e^{-μx}(1 + μx)). The mean wait is ∫ W(x) dF(x), and that of those with more than x₀
the same integral from x₀ on, by e^{-μx₀}.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.integrate import quad

from flowsim.verification.claims import MINUTE, Case, Measure, World
from flowsim.verification.mm1 import WORK

SCENARIO = """
flowsim: 1
name: Queue order
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always, queue: {order}}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 5 days, seed: {seed}}}
"""

SEEDS = {"first in": 55, "last in": 56, "random": 57, "shortest": 58}

LONG = 2.0
"""What is long work, in means."""


def second(order: str, rho: float) -> float:
    """E[W²] in units of 1/μ²."""
    if order == "first in":
        return 2 * rho / (1 - rho) ** 2
    if order == "last in":
        return 2 * rho / (1 - rho) ** 3
    alpha = 2 / ((2 - rho) * (3 - 2 * rho))
    beta = (4 / (2 - rho) + 3 * rho * alpha) / (2 - rho)
    mean = rho / (1 - rho)  # of n; its second moment is that of a geometric law
    return rho * (alpha * mean * (1 + 2 * mean) + (2 * alpha + beta) * mean + 2 * beta)


def blind(order: str, rho: float, days: int, replications: int) -> Case:
    """An order that does not look at the work."""
    mean = rho / (1 - rho)
    other = "random" if order == "first in" else "first in"
    deviation, wrong = (WORK * math.sqrt(second(which, rho) - mean**2) for which in (order, other))
    formula = {"first in": "2ρ/(μ - λ)²", "last in": "2ρ/μ²(1 - ρ)³", "random": "4ρ/(2 - ρ)(μ - λ)²"}[order]
    return Case(
        f"Queue order {order} at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60 * rho / WORK, work=WORK, order=order, days=days + 5, seed=SEEDS[order]),
        (
            Measure(
                "mean wait",
                "ρ/(μ - λ)",
                mean * WORK,
                lambda w: float(w[0].wait().mean()),
                "that of those who wait, 1/(μ - λ)",
                WORK / (1 - rho),
            ),
            Measure(
                "wait, standard deviation",
                f"√({formula} - W²)",
                deviation,
                lambda w: float(np.std(w[0].wait())),
                f"that of {other}",
                wrong,
            ),
        ),
        replications,
        spoiled=(f"queue: {order}", f"queue: {'last in' if order == 'first in' else 'first in'}"),
    )


def wait_of(length: float, rho: float) -> float:
    """W(x), in units of 1/μ."""
    return rho / (1 - rho * (1 - math.exp(-length) * (1 + length))) ** 2


def wait_of_long(world: World) -> float:
    """Mean minutes waited by measured requests whose work is long."""
    v, measured = world.record.visits, world.record.requests["measured"]
    chosen = (v["adding_ticks"] > LONG * WORK * MINUTE) & (measured[v["request"]] == 1)
    return float((v["started"] - v["delivered"])[chosen].mean()) / MINUTE


def shortest(rho: float, days: int, replications: int) -> Case:
    """Whoever needs least first."""
    mean = WORK * quad(lambda x: wait_of(x, rho) * math.exp(-x), 0.0, math.inf)[0]
    of_long = WORK * quad(lambda x: wait_of(x, rho) * math.exp(LONG - x), LONG, math.inf)[0]
    fifo = rho / (1 - rho) * WORK
    return Case(
        f"Queue order shortest at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60 * rho / WORK, work=WORK, order="shortest", days=days + 5, seed=SEEDS["shortest"]),
        (
            Measure(
                "mean wait",
                "∫ W(x) dF(x)",
                mean,
                lambda w: float(w[0].wait().mean()),
                "that of first in, first out",
                fifo,
            ),
            Measure(
                "mean wait of those with more than twice the mean work",
                "e^{μx₀} ∫ W(x) dF(x) from x₀ on",
                of_long,
                lambda w: wait_of_long(w[0]),
                "that of first in, first out",
                fifo,
            ),
        ),
        replications,
        spoiled=("queue: shortest", "queue: first in"),
    )


def full() -> list[Case]:
    """At 70 % load; last in, first out has the widest spread and needs the longest run."""
    return [
        blind("first in", 0.7, 200, 40),
        blind("last in", 0.7, 400, 40),
        blind("random", 0.7, 250, 40),
        shortest(0.7, 200, 40),
    ]


def quick() -> list[Case]:
    """At 40 % load, shortest at 50 %."""
    return [*(blind(order, 0.4, 90, 20) for order in ("first in", "last in", "random")), shortest(0.5, 70, 20)]
