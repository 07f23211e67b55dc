"""Never more than w requests in process, five steps of one person each with equal exponential work, always more
waiting outside (Spearman, Woodruff and Hopp 1990).

Each request that ends lets another one in, so w go round for ever among m = 5 queues. In the chain of their numbers
the uniform distribution is in balance: each state with n₁ + … + n_m = w is left at rate μ for each busy queue, and
entered at rate μ from as many states, by a move out of the queue before it (Gordon and Newell 1967). There are C(w + m
- 1, m - 1) states; in C(w + m - 2, m - 1) of them the last queue is busy, as taking one out of it gives any state of w
- 1. So the throughput is μw/(w + m - 1), and by Little's law the time from being let in to the end is (w + m - 1)/μ:
half of the requests less hardly costs output, and saves half of the time.
"""

from __future__ import annotations

from math import comb

import numpy as np

from flowsim.verification.claims import MINUTE, Case, Measure, World
from flowsim.verification.mm1 import WORK

STEPS = 5


def scenario(limit: int, days: int) -> str:
    """Five steps in a row within one limit on all."""
    names = "ABCDE"
    tasks = "".join(f"  task {n}: {{time: exponential({WORK:g} min), value: adding}}\n" for n in names)
    teams = "".join(f"  Team {n}: {{people: 1, calendar: always}}\n" for n in names)
    steps = "".join(f"  Step {n}: {{team: Team {n}, does: task {n}}}\n" for n in names)
    enough = int(days * 1440 / WORK)
    return f"""
flowsim: 1
name: Limit on all
requests: {{request: {{arrivals: none, backlog: {{at: Step A, requests: {enough}, age: 1 day}}}}}}
tasks:
{tasks}teams:
{teams}limits: {{all: {limit}}}
steps:
{steps}run: {{length: {days + 2} days, warm-up: 2 days, seed: 17}}
"""


def inside(world: World) -> float:
    """Mean minutes from being let in to the end, of requests let in after the warm-up."""
    v, ended = world.record.visits, world.record.requests["ended"]
    first = v["visit"] == 1
    let_in, end = v["admitted"][first], ended[v["request"][first]]
    chosen = (let_in >= world.model.run.warm_up) & (end >= 0)
    return float(np.mean((end - let_in)[chosen])) / MINUTE


def case(limit: int, days: int, replications: int) -> Case:
    """At most `limit` requests in process."""
    share = comb(limit + STEPS - 2, STEPS - 1) / comb(limit + STEPS - 1, STEPS - 1)
    return Case(
        f"Never more than {limit} requests in process, five steps",
        __doc__ or "",
        scenario(limit, days),
        (
            Measure(
                "throughput (per hour)",
                "μw/(w + 4)",
                60 * share / WORK,
                lambda w: 60 * w[0].throughput(),
                "each in turn on a full line, μ min(w, 5)/5",
                60 * min(limit, STEPS) / STEPS / WORK,
            ),
            Measure(
                "mean time in process",
                "(w + 4)/μ",
                limit / share * WORK,
                lambda w: inside(w[0]),
                "without variation, w/μ",
                max(limit, STEPS) * WORK,
            ),
        ),
        replications,
        spoiled=(f"all: {limit}", f"all: {limit + 1}"),
    )


def full() -> list[Case]:
    """Limits of 20 and 3."""
    return [case(20, 40, 20), case(3, 40, 20)]


def quick() -> list[Case]:
    """A limit of 4."""
    return [case(4, 8, 15)]
