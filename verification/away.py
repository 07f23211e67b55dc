"""People who are not always there.

*Presence.* One person is there for this process in each hour with chance p, and stamping takes no time. A request that
comes in an hour without him waits for the rest of that hour, half of it on average, and for the hours without him that
follow: geometric, (1 - p)/p on average. So the mean wait is (1 - p)(1/2 + (1 - p)/p) hours, and a share p does not
wait.

*Absence.* The same by days, away with chance a: a(1/2 + a/(1 - a)) days.

*What a team can do.* With always more to do, n people who are each away for a day with chance a, and there in an hour
with chance p, do n(1 - a)p of what they would: work of 20 minutes each fills the
hours without a rest.
"""

from __future__ import annotations

from flowsim.verification.claims import Case, Measure

STAMP = """
flowsim: 1
name: Not always there
requests: {{request: {{arrivals: {rate} per day}}}}
tasks: {{stamp: {{time: 1 ms, value: waste}}}}
teams: {{Desk: {{people: 1, calendar: always, {away}}}}}
steps: {{Stamp: {{team: Desk, does: stamp}}}}
run: {{length: {days} days, warm-up: 5 days, seed: {seed}}}
"""

FULL = """
flowsim: 1
name: What they can do
requests: {{request: {{arrivals: none, backlog: {{at: Serve, requests: {enough}, age: 1 day}}}}}}
tasks: {{serve: {{time: {minutes} min, value: adding}}}}
teams: {{Desk: {{people: {people}, calendar: always, absence: {absence:.0%}, presence: {presence:.0%}}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, seed: 30}}
"""


def waiting(away: float, unit: str, minutes: float, rate: int, days: int, replications: int) -> Case:
    """One person who is away with this chance in each such unit of time, of so many minutes."""
    rule = f"absence: {away:.0%}" if unit == "day" else f"presence: {1 - away:.0%}"
    return Case(
        f"Away {away:.0%} of the {unit}s",
        __doc__ or "",
        STAMP.format(rate=rate, away=rule, days=days + 5, seed=28 if unit == "day" else 29),
        (
            Measure(
                f"mean wait ({unit}s)",
                "q(1/2 + q/(1 - q)), away with chance q",
                away * (0.5 + away / (1 - away)),
                lambda w: float(w[0].wait().mean()) / minutes,
                "the mean wait of those who wait",
                0.5 + away / (1 - away),
            ),
            Measure(
                "share that does not wait",
                "1 - q",
                1 - away,
                lambda w: float((w[0].wait() < 1.0).mean()),
                "q",
                away,
            ),
        ),
        replications,
        spoiled=(rule, f"absence: {away + 0.1:.0%}" if unit == "day" else f"presence: {0.9 - away:.0%}"),
    )


def capacity(people: int, absence: float, presence: float, days: int, replications: int) -> Case:
    """So many people, with more work than they can do."""
    minutes = 20
    rate = people * (1 - absence) * presence * 60 / minutes
    return Case(
        f"{people} people, away {absence:.0%} of the days and {1 - presence:.0%} of the hours",
        __doc__ or "",
        FULL.format(
            enough=people * days * 1440 // minutes,
            minutes=minutes,
            people=people,
            absence=absence,
            presence=presence,
            days=days,
        ),
        (
            Measure(
                "throughput (per hour)",
                "n(1 - a)pμ",
                rate,
                lambda w: 60 * w[0].throughput(),
                "the shares added up, n(1 - a - (1 - p))μ",
                people * (presence - absence) * 60 / minutes,
            ),
        ),
        replications,
        spoiled=(f"absence: {absence:.0%}", "absence: 0%"),
    )


def full() -> list[Case]:
    """Away 40 % of the hours, 20 % of the days, and both."""
    return [
        waiting(0.4, "hour", 60.0, 50, 150, 40),
        waiting(0.2, "day", 1440.0, 4, 1500, 40),
        capacity(4, 0.2, 0.6, 40, 30),
    ]


def quick() -> list[Case]:
    """Over less time."""
    return [
        waiting(0.4, "hour", 60.0, 30, 100, 25),
        waiting(0.2, "day", 1440.0, 2, 1500, 40),
        capacity(4, 0.2, 0.6, 15, 15),
    ]
