"""One person who serves k at a time, all with one work: a lift, a bus, an oven.

Requests come by a Poisson process at rate λ, and a batch of k is complete with the k-th. So batches come at gaps that
are sums of k exponentials (Erlang), independent of each other; the work of a batch, its set-up, is exponential at
rate μ, and its members add nothing to it.

*Filling.* The j-th of a batch waits for k - j more: (k - 1)/2λ on average.

*The queue of batches* is an E_k/M/1 queue (Kendall 1953). Look at it just before a batch comes. Between two of them,
each time T, the busy person finishes as many as a Poisson process at rate μ does in T. The distribution (1 - σ)σⁿ of
those present stays as it is when for n ≥ 1 σⁿ = Σ σⁿ⁻¹⁺ⁱ P(i are finished in T), that is when σ = E[e^{-μ(1 - σ)T}] =
(λ/(λ + μ(1 - σ)))ᵏ. For ρ = λ/kμ < 1 there is one such root below 1; iteration from 0 climbs to it. A batch that
finds n waits for n exponential works: P(wait > t) = σe^{-μ(1 - σ)t}, with mean σ/μ(1 - σ), and 1/μ(1 - σ) for those
that wait.
"""

from __future__ import annotations

from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK

SCENARIO = """
flowsim: 1
name: Bulk service
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{ride: {{time: 0 min, value: adding}}}}
teams: {{Lift: {{people: 1, calendar: always}}}}
steps: {{Ride: {{team: Lift, does: ride, batch: {size} requests, set-up: exponential({work:g} min)}}}}
run: {{length: {days} days, warm-up: 3 days, seed: 44}}
"""


def root(rho: float, size: int) -> float:
    """σ, at load ρ of batches of that size."""
    sigma, before = 0.0, -1.0
    while sigma - before > 1e-15:
        before, sigma = sigma, (size * rho / (size * rho + 1 - sigma)) ** size
    return sigma


def of_those(world: World) -> float:
    """Mean minutes that full batches wait, of those that wait, by request."""
    wait = world.minutes("assembled", "started")
    return float(wait[wait > 0.0].mean())


def case(rho: float, size: int, days: int, replications: int) -> Case:
    """At load ρ of the lift."""
    lam, sigma = size * rho / WORK, root(rho, size)
    filling, waiting = (size - 1) / (2 * lam), sigma / (1 - sigma) * WORK
    return Case(
        f"Bulk service of {size} at a time at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60 * lam, size=size, work=WORK, days=days + 3),
        (
            Measure(
                "mean time to fill a batch",
                "(k - 1)/2λ",
                filling,
                lambda w: float(w[0].minutes("admitted", "assembled").mean()),
                "as if even the last had to wait for another, k/2λ",
                size / (2 * lam),
            ),
            Measure(
                "share of full batches that wait",
                "σ",
                sigma,
                lambda w: float((w[0].minutes("assembled", "started") > 0.0).mean()),
                "ρ",
                rho,
            ),
            Measure(
                "mean wait of full batches that wait",
                "1/μ(1 - σ)",
                WORK / (1 - sigma),
                lambda w: of_those(w[0]),
                "as if batches came at random, 1/μ(1 - ρ)",
                WORK / (1 - rho),
            ),
            Measure(
                "mean lead time",
                "(k - 1)/2λ + 1/μ(1 - σ)",
                filling + waiting + WORK,
                lambda w: float(w[0].lead().mean()),
                "as if each had a lift of its own when it comes, 1/μ",
                WORK,
            ),
        ),
        replications,
        spoiled=(f"batch: {size} requests", f"batch: {size + 1} requests"),
    )


def full() -> list[Case]:
    """Four at a time at 80 % load."""
    return [case(0.8, 4, 80, 40)]


def quick() -> list[Case]:
    """Two at a time at 50 % load."""
    return [case(0.5, 2, 32, 20)]
