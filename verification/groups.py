"""Requests that come in groups: groups by a Poisson process at rate λ, of X requests each, served one by one in
exponential time at rate μ by c people.

*One person.* A group as a whole is a request of an M/G/1 queue whose work is the sum of X services: mean E[X]/μ,
second moment (E[X²] + E[X])/μ², as each service adds its variance. So the first of a group waits λ(E[X²] + E[X])/2μ²(1
- ρ) on average, with ρ = λE[X]/μ; a request taken at random has E[X(X - 1)]/2E[X] of its own group before it (it is
more often of a large group), each 1/μ. Only the first of a group that finds nobody does not wait: a share (1 -
ρ)/E[X].

*c people, groups of k.* The flow across each cut between n and n + 1 present is the same both ways: λ(pₙ + pₙ₋₁ + … +
pₙ₋ₖ₊₁) = min(n + 1, c) μ pₙ₊₁, which gives all shares from the first. A group finds n present with chance pₙ (PASTA);
its j-th member waits when n + j - 1 ≥ c. Little's law gives the mean wait.
"""

from __future__ import annotations

from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK
from flowsim.verification.mmc import delay

SCENARIO = """
flowsim: 1
name: Groups
requests: {{request: {{arrivals: {{rate: {per_hour:.10g} per hour, group: {group}}}}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: {people}, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""

SIZES = {1: 0.5, 2: 0.3, 5: 0.2}


def mixed(rho: float, days: int, replications: int) -> Case:
    """Groups of the sizes in SIZES for one person at load ρ."""
    mean = sum(n * share for n, share in SIZES.items())
    square = sum(n * n * share for n, share in SIZES.items())
    per_minute = rho / WORK / mean  # groups
    first = per_minute * (square + mean) * WORK**2 / (2 * (1 - rho))
    inside = (square - mean) / (2 * mean) * WORK
    group = "{" + ", ".join(f"{n}: {share:.0%}" for n, share in SIZES.items()) + "}"
    return Case(
        f"Groups of different sizes at one desk at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60 * per_minute, group=group, work=WORK, people=1, days=days + 3, seed=12),
        (
            Measure(
                "mean wait",
                "λ(E[X²] + E[X])/2μ²(1 - ρ) + E[X(X - 1)]/2μE[X]",
                first + inside,
                lambda w: float(w[0].wait().mean()),
                "as if they came one by one, ρ/(μ - λ)",
                rho / (1 - rho) * WORK,
            ),
            Measure(
                "share that waits",
                "1 - (1 - ρ)/E[X]",
                1 - (1 - rho) / mean,
                lambda w: float((w[0].wait() > 0.0).mean()),
                "whoever finds somebody at work, ρ",
                rho,
            ),
        ),
        replications,
        spoiled=(group, "{2: 90%, 3: 10%}"),
    )


def alike(people: int, size: int, rho: float, days: int, replications: int) -> Case:
    """Groups of one size for several people."""
    lam, mu = rho * people / size / WORK, 1 / WORK
    shares = [1.0]
    for n in range(4000):
        flow = sum(shares[max(n - size + 1, 0) :]) * lam
        shares.append(flow / (min(n + 1, people) * mu))
        if shares[-1] < 1e-16 * sum(shares):
            break
    total = sum(shares)
    p = [share / total for share in shares]
    waiting = sum((n - people) * chance for n, chance in enumerate(p) if n > people)
    waits = sum(chance * sum(n + j >= people for j in range(size)) / size for n, chance in enumerate(p))
    one = delay(rho * people, people)
    return Case(
        f"Groups of {size} for {people} people at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60 * lam, group=str(size), work=WORK, people=people, days=days + 3, seed=13),
        (
            Measure(
                "mean wait",
                "E[waiting]/kλ",
                waiting / (lam * size),
                lambda w: float(w[0].wait().mean()),
                "as if they came one by one, C/(cμ - λ)",
                one / (people * mu * (1 - rho)),
            ),
            Measure(
                "share that waits",
                "Σ pₙ (n + j - 1 ≥ c)",
                waits,
                lambda w: float((w[0].wait() > 0.0).mean()),
                "as if they came one by one, C",
                one,
            ),
        ),
        replications,
        spoiled=(f"group: {size}", f"group: 1 .. {2 * size - 1}"),
    )


def full() -> list[Case]:
    """At 70 % load."""
    return [mixed(0.7, 150, 40), alike(3, 4, 0.7, 50, 40)]


def quick() -> list[Case]:
    """At 50 % load."""
    return [mixed(0.5, 80, 20), alike(3, 4, 0.5, 55, 20)]
