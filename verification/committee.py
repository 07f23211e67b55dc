"""A committee of three teams that meets every Tuesday at 14:00 and handles what has come since the last time.

Requests come by a Poisson process at rate λ, at any hour; between two meetings lies a cycle of length C. Given their
number, the arrivals in a cycle are spread evenly over it: a request waits for the meeting C/2 on average, and less
than 0.9 C in nine of ten cases. With N at a meeting, each taking s, the n-th waits for (n - 1)s of others: a request
taken at random waits E[N(N - 1)/2]s/E[N], for a Poisson number of mean λC so λCs/2. Nobody is done before all are:
each stays E[N²]s/E[N] = (λC + 1)s from the beginning of the meeting.
"""

from __future__ import annotations

import math

import numpy as np

from flowsim.verification.claims import Case, Measure

SCENARIO = """
flowsim: 1
name: Committee
requests: {{request: {{arrivals: {rate} per week}}}}
tasks: {{advise: {{time: 10 min, value: adding}}}}
teams:
  Town: {{people: 1, calendar: always}}
  Legal: {{people: 2, calendar: always}}
  Finance: {{people: 2, calendar: always}}
steps: {{Advise: {{team: Town, with: {{Legal: 1, Finance: 2}}, does: advise, batch: Tuesday at 14:00}}}}
run: {{length: {hours} h, warm-up: 38 h, seed: 20}}
"""

CYCLE, TAKES = 7.0, 10.0
"""Days from one meeting to the next, and minutes for each request."""


FIRST = 38
"""Hours from the start, a Monday, to the first meeting: from then on the cycles are whole."""


def case(rate: int, weeks: int, replications: int) -> Case:
    """So many requests a week, for so many weeks."""
    days = lambda w: w[0].minutes("delivered", "assembled") / 1440  # noqa: E731
    return Case(
        f"Committee of three teams, {rate} requests a week",
        __doc__ or "",
        SCENARIO.format(rate=rate, hours=FIRST + 168 * weeks),
        (
            Measure(
                "mean wait for the meeting (days)",
                "C/2",
                CYCLE / 2,
                lambda w: float(days(w).mean()),
                "until the next day at 14:00, 1/2",
                0.5,
            ),
            Measure(
                "wait for the meeting, P90 (days)",
                "0.9 C",
                0.9 * CYCLE,
                lambda w: float(np.quantile(days(w), 0.9)),
                "that of an exponential wait of the same mean, ln 10 · C/2",
                math.log(10.0) * CYCLE / 2,
            ),
            Measure(
                "mean wait for one's turn (min)",
                "λCs/2",
                rate * TAKES / 2,
                lambda w: float(w[0].minutes("assembled", "turn").mean()),
                "with λC at every meeting, (λC - 1)s/2",
                (rate - 1) * TAKES / 2,
            ),
            Measure(
                "mean time at the meeting (min)",
                "(λC + 1)s",
                (rate + 1) * TAKES,
                lambda w: float(w[0].minutes("started", "released").mean()),
                "with λC at every meeting, λCs",
                rate * TAKES,
            ),
        ),
        replications,
        spoiled=("Tuesday at", "Tuesday and Thursday at"),
    )


def full() -> list[Case]:
    """Ten a week for two years."""
    return [case(10, 100, 40)]


def quick() -> list[Case]:
    """Eight a week for a year."""
    return [case(8, 60, 20)]
