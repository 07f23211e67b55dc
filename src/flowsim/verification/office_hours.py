"""Requests that come at any hour to an office that is open from 9 to 17 on working days, with people enough.

Nobody queues: who comes in a closed gap waits for its end. In a cycle of length C a request falls into a gap of
length g with chance g/C and then waits g/2 on average: the mean wait is Σ g²/2C. A week has four gaps of 16 hours and
one of 64: (4 · 16² + 64²)/(2 · 168) = 15.238 hours. The wait is 0 with chance 40/168; of the 128 closed hours, 5 · 16
lie within 16 hours of an opening, so for t ≤ 16 P(wait ≤ t) = (40 + 5t)/168, and beyond that (40 + 80 + t - 16)/168:
the median is 8.8 hours and the P90 47.2.
"""

from __future__ import annotations

from flowsim.verification.claims import Case, FloatArray, Measure, Worlds, quantile

SCENARIO = """
flowsim: 1
name: Office hours
calendars: {{office: {{hours: mon-fri 09:00-17:00}}}}
requests: {{request: {{arrivals: {rate} per hour, calendar: always}}}}
tasks: {{stamp: {{time: 1 s, value: waste}}}}
teams: {{Desk: {{people: 1500, calendar: office}}}}
steps: {{Stamp: {{team: Desk, does: stamp, closing: finish}}}}
run: {{length: {weeks} weeks, seed: 6}}
"""

GAPS = [16.0] * 4 + [64.0]
WEEK = 168.0


def case(rate: int, weeks: int, replications: int) -> Case:
    """So many requests an hour for so many whole weeks."""
    closed = sum(GAPS)

    def hours(worlds: Worlds) -> FloatArray:
        """Each wait, in hours."""
        return worlds[0].wait() / 60.0

    return Case(
        "Office hours without a queue",
        __doc__ or "",
        SCENARIO.format(rate=rate, weeks=weeks),
        (
            Measure(
                "mean wait (h)",
                "Σ g²/2C",
                sum(g * g for g in GAPS) / (2 * WEEK),
                lambda w: float(hours(w).mean()),
                "half the mean gap, as if every gap were met equally often",
                closed / WEEK * closed / len(GAPS) / 2,
            ),
            Measure(
                "share that does not wait",
                "1 - Σ g/C",
                1 - closed / WEEK,
                lambda w: float((hours(w) == 0.0).mean()),
                "open hours of a working day, 8/24",
                8 / 24,
            ),
            Measure(
                "wait, P50 (h)",
                "(0.5 · 168 - 40)/5",
                8.8,
                lambda w: quantile(hours(w), 0.5),
                "half a night",
                8.0,
            ),
            Measure(
                "wait, P90 (h)",
                "0.9 · 168 - 104",
                47.2,
                lambda w: quantile(hours(w), 0.9),
                "without the weekend: a night",
                16.0,
            ),
        ),
        replications,
        spoiled=("09:00-17:00", "09:00-16:00"),
    )


def full() -> list[Case]:
    """Ten requests an hour."""
    return [case(10, 20, 40)]


def quick() -> list[Case]:
    """Four requests an hour."""
    return [case(4, 13, 20)]
