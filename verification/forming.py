"""Requests by a Poisson process at rate λ that wait to travel together, and people enough where they go.

*By size.* The j-th of a batch of k waits for k - j more, a sum of that many gaps. So the mean wait is (k - 1)/2λ;
with J = k - j taken at random from 0 … k - 1, E[W²] = E[J(J + 1)]/λ² = (k² - 1)/3λ². One in k does not wait.

*By the clock.* A request comes in a gap of length g between two departures with chance g/C, C the whole cycle, and
then anywhere within it: the mean wait is Σ g²/2C. Besides itself it has λg to travel with, as what others do does not
depend on it: Σ λg²/C + 1 in its batch, more than the λC in a mean cycle.

*By a timer.* The first of a batch waits for T, and with it travel all who come within T, a Poisson number of mean a =
λT, evenly spread: 1 + a in a batch, who wait for T + aT/2 together, so T(1 + a/2)/(1 + a) on average. A request taken
at random is the first of its batch with chance 1/(1 + a); it has E[N²]/E[N] = 1 + a + a/(1 + a) in its batch; and it
waits longer than t < T with chance (1 + λ(T - t))/(1 + a).

*By size or timer, whichever comes first.* With M(t) the number that come within t of the first, there are N = min(1 +
M(T), k) in a batch, E[N] = Σ P(M(T) ≥ n) over n = 0 … k - 1, and n wait at t when M(t) = n - 1 ≤ k - 2. As M(t) = n -
1 has the integral P(M(T) ≥ n)/λ over [0, T], the members wait for Σ n P(M(T) ≥ n)/λ over n = 1 … k - 1 together;
divided by E[N] that is the mean wait. A batch is full with chance P(M(T) ≥ k - 1).
"""

from __future__ import annotations

import math

import numpy as np

from flowsim.verification.claims import Case, FloatArray, Measure, World, quantile

SCENARIO = """
flowsim: 1
name: Batches
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{stamp: {{time: 1 s, value: waste}}}}
teams: {{Desk: {{people: 100, calendar: always}}}}
steps: {{Stamp: {{team: Desk, does: stamp, handoff: {{batch: {rule}}}}}}}
run: {{length: {days} days, warm-up: 10 days, seed: {seed}}}
"""


def forming(world: World) -> FloatArray:
    """Hours that measured requests waited for their batch."""
    return world.minutes("sent", "gathered") / 60


def company(world: World) -> FloatArray:
    """By measured request how many travel in its batch, itself with them."""
    v, r = world.record.visits, world.record.requests
    batch = v["transfer_batch"]
    sizes = np.bincount(batch[batch >= 0])
    found: FloatArray = sizes[batch[r["measured"][v["request"]] == 1]].astype(np.float64)
    return found


def mean_batch(world: World) -> float:
    """Mean number in a batch: each request stands for one part of its own."""
    return 1 / float((1 / company(world)).mean())


def case(
    what: str, rule: str, lam: float, days: int, replications: int, seed: int, *measures: Measure, spoiled: str
) -> Case:
    """Batches by a rule, in words, of requests at rate λ an hour; `spoiled` is the other rule of the twin."""
    return Case(
        f"Batches {what}",
        __doc__ or "",
        SCENARIO.format(per_hour=lam, rule=rule, days=days + 10, seed=seed),
        measures,
        replications,
        spoiled=(f"batch: {rule}", f"batch: {spoiled}"),
    )


def by_size(size: int, lam: float, days: int, replications: int) -> Case:
    """So many together."""
    mean = (size - 1) / (2 * lam)
    sd = math.sqrt((size**2 - 1) / 3 - (size - 1) ** 2 / 4) / lam
    return case(
        f"of {size}",
        f"{size} requests",
        lam,
        days,
        replications,
        45,
        Measure(
            "mean wait for the batch (h)",
            "(k - 1)/2λ",
            mean,
            lambda w: float(forming(w[0]).mean()),
            "as if even the last had to wait for another, k/2λ",
            size / (2 * lam),
        ),
        Measure(
            "wait for the batch, standard deviation (h)",
            "√((k² - 1)/3 - (k - 1)²/4)/λ",
            sd,
            lambda w: float(np.std(forming(w[0]))),
            "anything up to (k - 1)/λ, as if gaps were equal",
            (size - 1) / lam / math.sqrt(12),
        ),
        Measure(
            "share that does not wait",
            "1/k",
            1 / size,
            lambda w: float((forming(w[0]) == 0.0).mean()),
            "first and last, 2/k",
            2 / size,
        ),
        spoiled=f"{size + 1} requests",
    )


def by_clock(lam: float, days: int, replications: int) -> Case:
    """At 10:00 and at 15:00."""
    gaps, cycle = (5.0, 19.0), 24.0
    square = sum(g * g for g in gaps) / cycle
    return case(
        "by the clock, at 10:00 and 15:00",
        "at 10:00 and 15:00",
        lam,
        days,
        replications,
        46,
        Measure(
            "mean wait for the batch (h)",
            "Σ g²/2C",
            square / 2,
            lambda w: float(forming(w[0]).mean()),
            "half the mean gap, 6",
            cycle / len(gaps) / 2,
        ),
        Measure(
            "wait for the batch, P90 (h)",
            "19 - 0.1 · 24",
            19 - 0.1 * cycle,
            lambda w: quantile(forming(w[0]), 0.9),
            "0.9 of the mean gap",
            0.9 * cycle / len(gaps),
        ),
        Measure(
            "mean number in the batch of a request",
            "Σ λg²/C + 1",
            lam * square + 1,
            lambda w: float(company(w[0]).mean()),
            "the mean number in a batch, λC/2",
            lam * cycle / 2,
        ),
        Measure(
            "mean number in a batch that is not empty",
            "λC ÷ Σ (1 - e^{-λg})",
            lam * cycle / sum(1 - math.exp(-lam * g) for g in gaps),
            lambda w: mean_batch(w[0]),
            "that in the batch of a request",
            lam * square + 1,
        ),
        spoiled="at 10:00 and 17:00",
    )


def by_timer(hours: float, lam: float, days: int, replications: int) -> Case:
    """So long after the first."""
    a = lam * hours
    return case(
        f"by a timer of {hours:g} hours",
        f"{hours:g} h",
        lam,
        days,
        replications,
        47,
        Measure(
            "mean wait for the batch (h)",
            "T(1 + a/2)/(1 + a)",
            hours * (1 + a / 2) / (1 + a),
            lambda w: float(forming(w[0]).mean()),
            "T/2",
            hours / 2,
        ),
        Measure(
            "wait for the batch, P50 (h)",
            "T - ((1 + a)/2 - 1)/λ",
            hours - ((1 + a) / 2 - 1) / lam,
            lambda w: quantile(forming(w[0]), 0.5),
            "the mean",
            hours * (1 + a / 2) / (1 + a),
        ),
        Measure(
            "share that waits for the whole time",
            "1/(1 + a)",
            1 / (1 + a),
            lambda w: float((forming(w[0]) == hours).mean()),
            "one in a, the arrivals within the time",
            1 / a,
        ),
        Measure(
            "mean number in a batch",
            "1 + a",
            1 + a,
            lambda w: mean_batch(w[0]),
            "the arrivals within the time, a",
            a,
        ),
        Measure(
            "mean number in the batch of a request",
            "1 + a + a/(1 + a)",
            1 + a + a / (1 + a),
            lambda w: float(company(w[0]).mean()),
            "the mean number in a batch, 1 + a",
            1 + a,
        ),
        spoiled=f"4 requests or {hours:g} h",
    )


def at_least(mean: float, n: int) -> float:
    """P(a Poisson number of this mean ≥ n)."""
    return 1 - sum(math.exp(-mean) * mean**i / math.factorial(i) for i in range(n))


def by_either(size: int, hours: float, lam: float, days: int, replications: int) -> Case:
    """So many, or so long after the first."""
    a = lam * hours
    number = sum(at_least(a, n) for n in range(size))
    wait = sum(n * at_least(a, n) for n in range(1, size)) / (lam * number)
    filled = at_least(a, size - 1)
    return case(
        f"of {size} or by a timer of {hours:g} hours",
        f"{size} requests or {hours:g} h",
        lam,
        days,
        replications,
        48,
        Measure(
            "mean wait for the batch (h)",
            "Σ n P(M ≥ n)/λE[N]",
            wait,
            lambda w: float(forming(w[0]).mean()),
            "the smaller of the two rules' means",
            min((size - 1) / (2 * lam), hours * (1 + a / 2) / (1 + a)),
        ),
        Measure(
            "mean number in a batch",
            "Σ P(M ≥ n)",
            number,
            lambda w: mean_batch(w[0]),
            "the smaller of the two rules' means",
            min(size, 1 + a),
        ),
        Measure(
            "share of requests in a full batch",
            "k P(M ≥ k - 1)/E[N]",
            size * filled / number,
            lambda w: float((company(w[0]) == size).mean()),
            "the share of batches that are full",
            filled,
        ),
        spoiled=f"{size} requests",
    )


def full() -> list[Case]:
    """Batches of ten, by the clock, of four hours, and of five or four hours."""
    return [
        by_size(10, 2.0, 400, 30),
        by_clock(0.5, 600, 30),
        by_timer(4, 0.75, 400, 30),
        by_either(5, 4, 0.75, 400, 30),
    ]


def quick() -> list[Case]:
    """The same over less time."""
    return [
        by_size(5, 2.0, 60, 20),
        by_clock(0.5, 150, 20),
        by_timer(4, 0.75, 120, 20),
        by_either(5, 4, 0.75, 100, 20),
    ]
