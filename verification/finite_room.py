"""A room with so many places, for a queue of exponential work at rate μ and a Poisson stream at rate λ.

*Waiting outside.* A limit of K at the one step of an M/M/1 queue changes nobody's lead time: who is not let in waits
outside, in the same order. But it tells the waits apart. An arriving request finds n with chance (1 - ρ)ρⁿ (PASTA),
and no place when n ≥ K: a share ρᴷ. Outside are on average Σ (n - K)(1 - ρ)ρⁿ over n > K, that is ρᴷ⁺¹/(1 - ρ), so by
Little's law the mean time there is ρᴷ/(μ - λ) for all, and 1/(μ - λ) for those who find no place.

*Lost when it is full (M/M/c/K).* Number present: up at rate λ below K, down at rate min(n, c)μ, so pₙ follows from pₙ
λ = pₙ₊₁ min(n + 1, c)μ. As the time to the next arrival is exponential, whoever stops the stream while the room is
full, instead of turning requests away, gets the same chain. That is a pair of steps within one limit of K on all,
always more outside: the first, one person at rate λ, makes the arrivals, and stands still just while all K are at the
second. A share p_K of the arrivals would be lost (PASTA), λ(1 - p_K) get in, and stay for Σ n pₙ/λ(1 - p_K) on
average.
"""

from __future__ import annotations

from chains import birth_death
from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK

OUTSIDE = """
flowsim: 1
name: Waiting outside
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always}}}}
limits: {{Serve: {room}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: 38}}
"""

LOST = """
flowsim: 1
name: Lost when it is full
requests: {{request: {{arrivals: none, backlog: {{at: Come, requests: {enough}, age: 1 day}}}}}}
tasks:
  come: {{time: exponential({gap:.10g} min), value: waste}}
  serve: {{time: exponential({work:g} min), value: adding}}
teams: {{Street: {{people: 1, calendar: always}}, Desk: {{people: {people}, calendar: always}}}}
limits: {{all: {room}}}
steps:
  Come: {{team: Street, does: come}}
  Serve: {{team: Desk, does: serve}}
run: {{length: {days} days, warm-up: 1 day, seed: {seed}}}
"""


def outside_for(world: World) -> float:
    """Mean minutes outside of those who find no place."""
    blocked = world.minutes("delivered", "admitted")
    return float(blocked[blocked > 0.0].mean())


def outside(rho: float, room: int, days: int, replications: int) -> Case:
    """One desk at load ρ with `room` places, a queue outside."""
    stay = WORK / (1 - rho)  # 1/(μ - λ)
    p = birth_death(lambda _: rho / WORK, lambda _: 1 / WORK, room + 1)
    lost = sum(n * share for n, share in enumerate(p)) / (rho / WORK * (1 - p[room]))
    return Case(
        f"Room for {room} at a desk at {rho:.0%} load, others wait outside",
        __doc__ or "",
        OUTSIDE.format(per_hour=60 * rho / WORK, work=WORK, room=room, days=days + 3),
        (
            Measure(
                "share that finds no place",
                f"ρ^{room}",
                rho**room,
                lambda w: float((w[0].minutes("delivered", "admitted") > 0.0).mean()),
                f"as if the one at work took none, ρ^{room + 1}",
                rho ** (room + 1),
            ),
            Measure(
                "mean time outside of those",
                "1/(μ - λ)",
                stay,
                lambda w: outside_for(w[0]),
                "until the next is done, 1/μ",
                WORK,
            ),
            Measure(
                "mean lead time",
                "1/(μ - λ)",
                stay,
                lambda w: float(w[0].lead().mean()),
                "as if who finds no place went away",
                lost,
            ),
        ),
        replications,
        spoiled=(f"Serve: {room}", f"Serve: {room + 1}"),
    )


def full_share(world: World, room: int) -> float:
    """The share of time with all of the room at the second step."""
    v = world.record.visits
    second = v["step"] == 1
    return world.share_between(v["sent"][second], v["released"][second], room)


def lost(a: float, people: int, room: int, days: int, replications: int) -> Case:
    """a = λ/μ for so many people in a room of so many places."""
    lam, mu = a / WORK, 1 / WORK
    p = birth_death(lambda _: lam, lambda n: min(n, people) * mu, room + 1)
    wider = birth_death(lambda _: lam, lambda n: min(n, people) * mu, room + 2)
    present = sum(n * share for n, share in enumerate(p))
    return Case(
        f"M/M/{people}/{room}, lost when it is full, λ/μ = {a:g}",
        __doc__ or "",
        LOST.format(
            enough=int(days * 1440 * lam),
            gap=1 / lam,
            work=WORK,
            people=people,
            room=room,
            days=days + 1,
            seed=39 if people == 1 else 40,
        ),
        (
            Measure(
                "share lost, that of the time in which it is full",
                "p_K",
                p[room],
                lambda w: full_share(w[0], room),
                "with a place more, for the one at work",
                wider[room + 1],
            ),
            Measure(
                "throughput (per hour)",
                "λ(1 - p_K)",
                60 * lam * (1 - p[room]),
                lambda w: 60 * w[0].throughput(),
                "the smaller of λ and cμ",
                60 * min(lam, people * mu),
            ),
            Measure(
                "mean time in the room",
                "Σ n pₙ/λ(1 - p_K)",
                present / (lam * (1 - p[room])),
                lambda w: float(w[0].minutes("sent", "released", "Serve").mean()),
                "by all who come, Σ n pₙ/λ",
                present / lam,
            ),
        ),
        replications,
        spoiled=(f"all: {room}", f"all: {room + 1}"),
    )


def full() -> list[Case]:
    """At 80 % load; five places at 80 %, three places for two at 75 %."""
    return [outside(0.8, 4, 180, 40), lost(0.8, 1, 5, 80, 40), lost(1.5, 2, 3, 40, 40)]


def quick() -> list[Case]:
    """At 40 % load; the same over less time."""
    return [outside(0.4, 1, 50, 20), lost(0.8, 1, 3, 14, 20), lost(1.5, 2, 3, 10, 20)]
