"""One person, Poisson arrivals at rate λ, work S at rate μ, who is not always there when a request comes.

*Other work whenever nobody waits* (Levy and Yechiali 1975). As soon as no request waits the person takes up a piece
of back office work, of length V, of which there is always more; what was begun is finished first. Let U be the time
that an arriving request would wait: the rest of what is under way and the work ahead. Its density f follows from the
rates at which U passes x downwards, f(x), and upwards: λ ∫₀ˣ f(y) P(S > x - y) dy by arrivals, and ν P(V > x) by
pieces of back office work, begun at rate ν = (1 - ρ)/E[V], as he does those for the share 1 - ρ of his time. So f =
(1 - ρ)h + ρ f * r, with the densities h and r of the rest of a V and of an S met at random, hence f = h * Σ (1 - ρ)ρⁿ
r*ⁿ: the wait is the one without the back office (the same sum without h) plus the rest of a V, independent of each
other (Fuhrmann and Cooper 1985). The rest has mean E[V²]/2E[V], and for constant V it is evenly spread over V. So
with exponential work the mean wait is ρ/(μ - λ) + E[V²]/2E[V], and its variance for constant V ρ(2 - ρ)/(μ - λ)² +
V²/12.

*Open for an hour a day* (Bailey 1954). Requests come in the other 23 hours of the day, a of them on average, each
takes 1/m of the open hour. With N at an opening, min(N, m) are done, each waiting 1/m of an hour for each before it,
and R = (N - m)⁺ stay. The next day there are R + A, A Poisson of mean a: a Markov chain by days, solved from these
moves. A request waits for the next opening 11.5 hours on average, by Little's law E[R]/a days more, and then for its
turn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from chains import stationary
from flowsim.model.calendar import DAY, HOUR
from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK

OFFICE = """
flowsim: 1
name: Back office
requests:
  request: {{arrivals: {per_hour:.10g} per hour, priority: 0}}
  file: {{arrivals: none, priority: 1, backlog: {{at: File, requests: {enough}, age: 1 day}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}, file: {{time: {piece}, value: necessary}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
steps:
  Serve: {{team: Desk, does: serve, only: request}}
  File: {{team: Desk, does: file, only: file}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""

HOURLY = """
flowsim: 1
name: Open for an hour
calendars:
  desk: {{hours: mon-sun 12:00-13:00}}
  other hours: {{hours: mon-sun 00:00-12:00 13:00-24:00}}
requests: {{request: {{arrivals: {rate} per day, calendar: other hours}}}}
tasks: {{serve: {{time: {each:g} min, value: adding}}}}
teams: {{Desk: {{people: 1, calendar: desk}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {hours} h, warm-up: 493 h, seed: 51}}
"""


def pieces(world: World) -> float:
    """Pieces of back office work an hour, after the warm-up."""
    run, ended = world.model.run, world.record.requests["ended"]
    of_them = world.record.requests["class"] == [c.name for c in world.model.classes].index("file")
    return float((of_them & (ended >= run.warm_up) & (ended < run.length)).sum()) / world.window * 60


def office(rho: float, piece: float, constant: bool, days: int, replications: int) -> Case:
    """Load ρ of requests, and back office work in pieces of so many minutes, always or on average."""
    bare = rho / (1 - rho) * WORK
    rest = piece / 2 if constant else piece
    rests = piece**2 / 12 if constant else piece**2
    variance = rho * (2 - rho) / (1 - rho) ** 2 * WORK**2 + rests
    always, varying = f"{piece:g} min", f"exponential({piece:g} min)"
    text, other = (always, varying) if constant else (varying, always)
    return Case(
        f"Back office work of {'always' if constant else 'on average'} {piece:g} min when nobody waits, {rho:.0%} load",
        __doc__ or "",
        OFFICE.format(
            per_hour=60 * rho / WORK,
            enough=int(1.5 * (1 - rho) * (days + 4) * 1440 / piece),
            work=WORK,
            piece=text,
            days=days + 3,
            seed=49 if constant else 50,
        ),
        (
            Measure(
                "mean wait",
                "ρ/(μ - λ) + E[V²]/2E[V]",
                bare + rest,
                lambda w: float(w[0].wait(klass="request").mean()),
                "without the back office, ρ/(μ - λ)" if constant else "half a mean piece, ρ/(μ - λ) + E[V]/2",
                bare if constant else bare + piece / 2,
            ),
            Measure(
                "wait, standard deviation",
                "√(ρ(2 - ρ)/(μ - λ)² + Var(rest of V))",
                math.sqrt(variance),
                lambda w: float(np.std(w[0].wait(klass="request"))),
                "for pieces of exponential length" if constant else "that of the wait for both added up",
                math.sqrt(variance - rests + piece**2) if constant else math.sqrt(variance - rests) + piece,
            ),
            Measure(
                "pieces of back office work (per hour)",
                "(1 - ρ)/E[V]",
                60 * (1 - rho) / piece,
                lambda w: pieces(w[0]),
                "those that fit whole into the times without a request, each met half way",
                60 * (1 - rho) / (1.5 * piece),
            ),
        ),
        replications,
        spoiled=(f"time: {text}", f"time: {other}"),
    )


def waiting(world: World) -> float:
    """Mean number present at the openings."""
    r, run = world.record.requests, world.model.run
    instants = np.arange(run.warm_up + 23 * HOUR, run.length, DAY)
    came = np.searchsorted(np.sort(r["arrived"]), instants)
    return float((came - np.searchsorted(np.sort(r["ended"][r["ended"] >= 0]), instants)).mean())


def poisson(mean: float, most: int) -> list[float]:
    """The chances of 0, 1, …, `most`."""
    return [math.exp(-mean) * mean**n / math.factorial(n) for n in range(most + 1)]


def hourly(a: float, slots: int, days: int, replications: int) -> Case:
    """a a day on average, who each take one of so many slots of the hour."""
    chances = poisson(a, 30)

    def moves(n: int) -> Iterator[tuple[int, float]]:
        for came, chance in enumerate(chances):
            if chance > 1e-13:
                yield min(max(n - slots, 0) + came, 120), chance

    shares = stationary(0, moves)
    stay = sum(max(n - slots, 0) * share for n, share in shares.items())
    turn = sum(sum(range(min(n, slots))) * share for n, share in shares.items()) / slots / a
    return Case(
        f"Open for an hour a day at {a / slots:.0%} load",
        __doc__ or "",
        HOURLY.format(rate=f"{a:g}", each=60 / slots, hours=493 + 24 * days),
        (
            Measure(
                "mean wait (h)",
                "11.5 + 24 E[R]/a + E[Σ turns]/a",
                11.5 + 24 * stay / a + turn,
                lambda w: float(w[0].wait().mean()) / 60,
                "until the next opening and one's turn",
                11.5 + turn,
            ),
            Measure(
                "waiting at the opening, mean",
                "a + E[R]",
                a + stay,
                lambda w: waiting(w[0]),
                "as if nobody stayed from the day before, a",
                a,
            ),
        ),
        replications,
        spoiled=(f"time: {60 / slots:g} min", f"time: {60 / (slots + 1):.10g} min"),
    )


def full() -> list[Case]:
    """At 70 % load with pieces of 20 minutes; an hour a day at 80 %."""
    return [office(0.7, 20, True, 120, 40), office(0.7, 20, False, 120, 40), hourly(4.8, 6, 2500, 40)]


def quick() -> list[Case]:
    """At 40 % load; an hour a day at 70 %."""
    return [office(0.4, 20, True, 60, 20), office(0.4, 20, False, 60, 20), hourly(4.2, 6, 600, 20)]
