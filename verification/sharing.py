"""Work that more than one may take: any of several teams, people of different speed, and people who help elsewhere.

All work is exponential and arrivals are Poisson, so what is under way and how many wait is a Markov chain; it is
solved from its moves, and Little's law gives the mean waits.

*Any of two teams*, one person each, the first one named taking it when both are free. With both at work it is M/M/2:
the mean lead time is 1/μ(1 - ρ²). Which of the two works when one does, the chain tells: the first is at work more.

*Two people of different speed*, the faster with the lower number, who takes it when both are free. In any state with
both at work somebody is done at rate μ₁ + μ₂.

*A person who helps.* Ann does the requests of A, Ben those of B; when none of A waits Ann takes those of B that find
Ben at work. Nobody leaves what he began, and to those of B Ben comes first when both are free.
"""

from __future__ import annotations

from collections.abc import Iterator

from chains import stationary
from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK

ANY = """
flowsim: 1
name: Any of two teams
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Red: {{people: 1, calendar: always}}, Blue: {{people: 1, calendar: always}}}}
steps: {{Serve: {{team: [Red, Blue], does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: 25}}
"""

SPEEDS = """
flowsim: 1
name: Two speeds
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
people: {{Ann: {{teams: Desk, speed: {fast:.0%}}}, Ben: {{teams: Desk, speed: {slow:.0%}}}}}
teams: {{Desk: {{people: 0, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: 26}}
"""

HELP = """
flowsim: 1
name: Ann helps
requests: {{a: {{arrivals: {a:.10g} per hour}}, b: {{arrivals: {b:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
people: {{Ann: {{teams: [A, B]}}}}
teams: {{A: {{people: 0, calendar: always}}, B: {{people: 1, calendar: always}}}}
steps:
  Serve A: {{team: A, does: serve, only: a}}
  Serve B: {{team: B, does: serve, only: b}}
run: {{length: {days} days, warm-up: 3 days, seed: 27}}
"""

Two = tuple[bool, bool, int]
"""Whether the first and the second are at work, and how many wait."""


def two(arriving: float, first: float, second: float, most: int = 400) -> dict[Two, float]:
    """Two servers with these rates, the first taking it when both are free."""

    def settled(one: bool, other: bool, waiting: int) -> Two:
        if waiting and not one:
            one, waiting = True, waiting - 1
        if waiting and not other:
            other, waiting = True, waiting - 1
        return one, other, waiting

    def moves(state: Two) -> Iterator[tuple[Two, float]]:
        one, other, waiting = state
        if waiting < most:
            yield settled(one, other, waiting + 1), arriving
        if one:
            yield settled(False, other, waiting), first
        if other:
            yield settled(one, False, waiting), second

    return stationary((False, False, 0), moves)


def done_by(world: World, team: str) -> float:
    """The share of visits of measured requests that a team took."""
    v, r = world.record.visits, world.record.requests
    measured = r["measured"][v["request"]] == 1
    index = [t.name for t in world.model.teams].index(team)
    return float((v["team"][measured] == index).mean())


def by_person(world: World, number: int, klass: str) -> float:
    """The share of visits of measured requests of a class that the person of that number took."""
    v, r = world.record.visits, world.record.requests
    of_class = r["class"] == [c.name for c in world.model.classes].index(klass)
    return float((v["person"][((r["measured"] == 1) & of_class)[v["request"]]] == number).mean())


def any_of_two(rho: float, days: int, replications: int) -> Case:
    """Each team at load ρ on average."""
    shares = two(2 * rho, 1.0, 1.0)
    red = sum(share for (one, _, _), share in shares.items() if one) / (2 * rho)
    return Case(
        f"Any of two teams at {rho:.0%} load",
        __doc__ or "",
        ANY.format(per_hour=120 * rho / WORK, work=WORK, days=days + 3),
        (
            Measure(
                "mean lead time",
                "1/μ(1 - ρ²)",
                WORK / (1 - rho * rho),
                lambda w: float(w[0].lead().mean()),
                "a list for each team, by toss of a coin, 1/μ(1 - ρ)",
                WORK / (1 - rho),
            ),
            Measure(
                "share that the first team does",
                "P(first at work)μ/λ",
                red,
                lambda w: done_by(w[0], "Red"),
                "half",
                0.5,
            ),
        ),
        replications,
        spoiled=("[Red, Blue]", "[Blue, Red]"),
    )


def speeds(rho: float, fast: float, slow: float, days: int, replications: int) -> Case:
    """Two speeds that add up to 2, at load ρ."""
    shares = two(2 * rho, fast, slow)
    present, reverse = (
        sum((one + other + waiting) * share for (one, other, waiting), share in found.items())
        for found in (shares, two(2 * rho, slow, fast))
    )
    taken = sum(share for (one, _, _), share in shares.items() if one) * fast / (2 * rho)
    return Case(
        f"Two people of speeds {fast:.0%} and {slow:.0%} at {rho:.0%} load",
        __doc__ or "",
        SPEEDS.format(per_hour=120 * rho / WORK, work=WORK, fast=fast, slow=slow, days=days + 3),
        (
            Measure(
                "mean lead time",
                "E[present]/λ",
                present / (2 * rho) * WORK,
                lambda w: float(w[0].lead().mean()),
                "the slower one first",
                reverse / (2 * rho) * WORK,
            ),
            Measure(
                "share that the faster one does",
                "P(first at work)μ₁/λ",
                taken,
                lambda w: by_person(w[0], 0, "request"),
                "by speed, μ₁/(μ₁ + μ₂)",
                fast / (fast + slow),
            ),
        ),
        replications,
        spoiled=(f"speed: {fast:.0%}", f"speed: {fast + 0.2:.0%}"),
    )


State = tuple[str, bool, int, int]
"""What Ann does ("", "a" or "b"), whether Ben is at work, and how many of A and of B wait."""


def helping(a: float, b: float, own_first: bool, most: tuple[int, int]) -> tuple[float, float, float]:
    """Mean waits of the requests of A and B, in units of the mean work, and the share of those of B that Ann does;
    arrivals per unit. `most`: where the chain is cut.
    """

    def settled(ann: str, ben: bool, i: int, j: int) -> State:
        if not ben and j:
            ben, j = True, j - 1
        if not ann and i and (own_first or not j):
            ann, i = "a", i - 1
        if not ann and j:
            ann, j = "b", j - 1
        return ann, ben, i, j

    def moves(state: State) -> Iterator[tuple[State, float]]:
        ann, ben, i, j = state
        if i < most[0]:
            yield settled(ann, ben, i + 1, j), a
        if j < most[1]:
            yield settled(ann, ben, i, j + 1), b
        if ann:
            yield settled("", ben, i, j), 1.0
        if ben:
            yield settled(ann, False, i, j), 1.0

    shares = stationary(("", False, 0, 0), moves)
    waiting_a = sum(i * share for (_, _, i, _), share in shares.items())
    waiting_b = sum(j * share for (_, _, _, j), share in shares.items())
    helped = sum(share for (ann, _, _, _), share in shares.items() if ann == "b")
    return waiting_a / a, waiting_b / b, helped / b


def ann_helps(a: float, b: float, most: tuple[int, int], days: int, replications: int, all_of_it: bool) -> Case:
    """So many requests of A and of B in the mean time of a work; with `all_of_it` the wait of B too."""
    wait_a, wait_b, helped = helping(a, b, True, most)
    other_a, other_b, other_helped = helping(a, b, False, most)
    waits_of_b = Measure(
        "mean wait of B",
        "E[waiting]/λ",
        wait_b * WORK,
        lambda w: float(w[0].wait(klass="b").mean()),
        "if Ann did those of B first",
        other_b * WORK,
    )
    return Case(
        f"A person who helps, teams at {a:.0%} and {b:.0%} load",
        __doc__ or "",
        HELP.format(a=60 * a / WORK, b=60 * b / WORK, work=WORK, days=days + 3),
        (
            Measure(
                "mean wait of A",
                "E[waiting]/λ",
                wait_a * WORK,
                lambda w: float(w[0].wait(klass="a").mean()),
                "if Ann did those of B first",
                other_a * WORK,
            ),
            Measure(
                "share of B that Ann does",
                "P(Ann at work for B)μ/λ",
                helped,
                lambda w: by_person(w[0], 1, "b"),
                "if Ann did those of B first",
                other_helped,
            ),
            *([waits_of_b] if all_of_it else []),
        ),
        replications,
        spoiled=("[A, B]", "A"),
    )


def full() -> list[Case]:
    """At 80 % and 60 % load; one who is busy for 40 % helps a team at 80 %."""
    return [
        any_of_two(0.8, 60, 30),
        speeds(0.6, 1.8, 0.2, 40, 30),
        ann_helps(0.4, 0.8, (50, 80), 80, 40, True),
    ]


def quick() -> list[Case]:
    """At 50 % load; one who is busy for 40 % helps a team at 60 %."""
    return [
        any_of_two(0.5, 16, 15),
        speeds(0.5, 1.8, 0.2, 16, 15),
        ann_helps(0.4, 0.6, (30, 40), 40, 20, False),
    ]
