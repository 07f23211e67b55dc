"""One person who sets up before he works; Poisson arrivals at rate λ, exponential work at rate μ.

*Before every request*, always c: set-up and work together are the work of an M/G/1 queue, S = c + exponential. E[S] =
c + 1/μ, E[S²] = c² + 2c/μ + 2/μ², and by Pollaczek and Khinchin (as above) the mean wait is λE[S²]/2(1 - λE[S]).

*Once for a batch.* Groups of k come at rate λ and are handled as a process batch of k: each group is complete when it
comes. So batches are an M/G/1 queue with S = c + a sum of k exponentials, E[S] = c + k/μ, E[S²] = E[S]² + k/μ². All
of a batch wait for λE[S²]/2(1 - λE[S]), and then for the set-up. The j-th has j - 1 of its own before it, (k - 1)/2μ
on average. Who leaves when he is done has a lead time of wait + c + (k + 1)/2μ; if all leave together, wait + c +
k/μ.
"""

from __future__ import annotations

from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK

EVERY = """
flowsim: 1
name: Set-up
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve, set-up: {switch:g} min}}}}
run: {{length: {days} days, warm-up: 3 days, seed: 52}}
"""

ONCE = """
flowsim: 1
name: Set-up for a batch
requests: {{request: {{arrivals: {{rate: {per_hour:.10g} per hour, group: {size}}}}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve, batch: {size} requests, set-up: {switch:g} min, release: {release}}}}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""


def every(rho: float, switch: float, days: int, replications: int) -> Case:
    """Load ρ with the set-ups, of so many minutes."""
    mean = switch + WORK
    lam = rho / mean
    wait = lam * (switch**2 + 2 * switch * WORK + 2 * WORK**2) / (2 * (1 - rho))
    bare = lam * WORK
    return Case(
        f"Set-up before every request at {rho:.0%} load",
        __doc__ or "",
        EVERY.format(per_hour=60 * lam, work=WORK, switch=switch, days=days + 3),
        (
            Measure(
                "mean wait",
                "λE[S²]/2(1 - λE[S])",
                wait,
                lambda w: float(w[0].wait().mean()),
                "an M/M/1 with longer work, λE[S]²/(1 - λE[S])",
                lam * mean**2 / (1 - rho),
            ),
            Measure(
                "mean lead time",
                "λE[S²]/2(1 - λE[S]) + c + 1/μ",
                wait + mean,
                lambda w: float(w[0].lead().mean()),
                "the lead time without set-ups, and a set-up",
                bare / (1 - bare) * WORK + mean,
            ),
        ),
        replications,
        spoiled=(f"set-up: {switch:g} min", f"change-over: {switch:g} min"),
    )


def once(rho: float, size: int, switch: float, each: bool, days: int, replications: int) -> Case:
    """Load ρ with the set-ups, groups of that size; members leave `each` when it is done, or together."""
    mean = switch + size * WORK
    lam = rho / mean
    wait = lam * (mean**2 + size * WORK**2) / (2 * (1 - rho))
    own, whole = (size + 1) / 2 * WORK, size * WORK
    return Case(
        f"Set-up for a batch of {size} that leave {'one by one' if each else 'together'}, {rho:.0%} load",
        __doc__ or "",
        ONCE.format(
            per_hour=60 * lam,
            work=WORK,
            size=size,
            switch=switch,
            release="each" if each else "together",
            days=days + 3,
            seed=53 if each else 54,
        ),
        (
            Measure(
                "mean wait",
                "λE[S²]/2(1 - λE[S])",
                wait,
                lambda w: float(w[0].wait().mean()),
                "work of one exponential length, λE[S]²/(1 - λE[S])",
                lam * mean**2 / (1 - rho),
            ),
            Measure(
                "mean wait for others of the batch",
                "(k - 1)/2μ",
                (size - 1) / 2 * WORK,
                lambda w: float(w[0].minutes("set_up", "turn").mean()),
                "half of the batch, k/2μ",
                size / 2 * WORK,
            ),
            Measure(
                "mean lead time",
                "wait + c + (k + 1)/2μ" if each else "wait + c + k/μ",
                wait + switch + (own if each else whole),
                lambda w: float(w[0].lead().mean()),
                "if they left together" if each else "if each left when it is done",
                wait + switch + (whole if each else own),
            ),
        ),
        replications,
        spoiled=(f"batch: {size} requests, ", ""),
    )


def full() -> list[Case]:
    """At 80 % load; batches of four at 70 %."""
    return [every(0.8, 5, 400, 40), once(0.7, 4, 20, True, 250, 40), once(0.7, 4, 20, False, 250, 40)]


def quick() -> list[Case]:
    """At 50 % load; batches of three at 40 %."""
    return [every(0.5, 5, 90, 20), once(0.4, 3, 15, True, 150, 20), once(0.4, 3, 15, False, 150, 20)]
