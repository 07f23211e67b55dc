"""c people, Poisson arrivals at rate λ, exponential work at rate μ, and customers who withdraw when they have waited
for as long as their patience.

*Exponential patience of mean 1/θ* (Palm 1957, Erlang-A). With n present (n - c)⁺ of them wait, and each withdraws at
rate θ: a birth-death process with rates λ up and min(n, c)μ + (n - c)⁺θ down. They withdraw at rate θ E[waiting] in
all, a share θ E[waiting]/λ of those who come; by Little's law the mean wait of all is E[waiting]/λ. Who has k before
him among those who wait has a next event at rate cμ + (k + 1)θ, and that is with chance (cμ + kθ)/(cμ + (k + 1)θ) that
he moves up, else that he withdraws. The chances multiply to cμ/(cμ + (k + 1)θ) of being served, and as the time to an
event does not depend on which it is, who is served has waited Σ 1/(cμ + (j + 1)θ) over j ≤ k on average.

*Constant patience τ, one person* (Barrer 1957). Let V be the work ahead of a request of those before it that will be
served. An arriving request adds to it when V < τ only. Its density f follows from the rate at which V passes x upwards
and downwards: f(x) = λ v₀ e^{-μx} + λ ∫₀^{min(x, τ)} f(y) e^{-μ(x - y)} dy, with v₀ = P(V = 0). So up to τ
f(x) = λ v₀ e^{-(μ - λ)x}, and it falls as e^{-μx} beyond; all adds up to 1. The share that withdraws is P(V ≥ τ) =
f(τ)/μ, and the mean wait E[min(V, τ)].
"""

from __future__ import annotations

import math

from chains import birth_death
from flowsim.record import Kind
from flowsim.verification.claims import Case, Measure, World
from flowsim.verification.mm1 import WORK
from flowsim.verification.mmc import delay

SCENARIO = """
flowsim: 1
name: Patience
requests: {{request: {{arrivals: {per_hour:.10g} per hour, patience: {patience}}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {{Desk: {{people: {people}, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""


def withdrawn(world: World) -> float:
    """The share of measured requests whose customer withdrew."""
    r, record = world.record.requests, world.record
    return float((r["outcome"][r["measured"] == 1] == record.outcomes.index("withdrawn")).mean())


def wait_of_served(world: World) -> float:
    """Mean minutes waited by measured requests that were served."""
    v, r = world.record.visits, world.record.requests
    served = (r["measured"][v["request"]] == 1) & (v["kind"] == int(Kind.WORK))
    return float((v["started"] - v["delivered"])[served].mean()) / 60_000.0


def exponential(a: float, people: int, patience: float, days: int, replications: int) -> Case:
    """λ/μ = a; patience of mean `patience` minutes."""
    arriving, mu, theta = a / WORK, 1.0 / WORK, 1.0 / patience
    p = birth_death(lambda _: arriving, lambda n: min(n, people) * mu + max(n - people, 0) * theta, 400)
    waiting = sum((n - people) * p[n] for n in range(people, 400))
    served = [people * mu / (people * mu + (k + 1) * theta) for k in range(400 - people)]
    waited, total = 0.0, sum(p[:people])
    upto = 0.0
    for k, chance in enumerate(served):
        upto += 1.0 / (people * mu + (k + 1) * theta)
        waited += p[people + k] * chance * upto
        total += p[people + k] * chance
    endless = delay(a, people)  # Erlang's C, at rate cμ - λ
    rate = people * mu - arriving
    return Case(
        f"M/M/{people} with exponential patience at {a / people:.0%} load",
        __doc__ or "",
        SCENARIO.format(
            per_hour=60 * arriving,
            patience=f"exponential({patience:g} min)",
            work=WORK,
            people=people,
            days=days + 3,
            seed=10,
        ),
        (
            Measure(
                "share that withdraws",
                "θ E[waiting]/λ",
                theta * waiting / arriving,
                lambda w: withdrawn(w[0]),
                "those whose patience is shorter than the wait if nobody withdrew, Cθ/(θ + cμ - λ)",
                endless * theta / (theta + rate),
            ),
            Measure(
                "mean wait",
                "E[waiting]/λ",
                waiting / arriving,
                lambda w: float(w[0].wait().mean()),
                "if nobody withdrew, C/(cμ - λ)",
                endless / rate,
            ),
            Measure(
                "mean wait of those who are served",
                "Σ pₙ (served, wait) over n before it",
                waited / total,
                lambda w: wait_of_served(w[0]),
                "that of all",
                waiting / arriving,
            ),
        ),
        replications,
        spoiled=(f"exponential({patience:g} min)", f"exponential({1.3 * patience:g} min)"),
    )


def constant(rho: float, patience: float, days: int, replications: int) -> Case:
    """One person at load ρ before anybody withdraws."""
    lam, mu = rho / WORK, 1.0 / WORK
    gap, tail = mu - lam, math.exp(-(mu - lam) * patience)
    below = (1 - tail) / gap  # ∫₀^τ e^{-(μ - λ)x} dx
    none = 1 / (1 + lam * below + lam * tail / mu)  # v₀
    gone = none * lam * tail / mu
    first = (1 - tail * (1 + gap * patience)) / gap**2  # ∫₀^τ x e^{-(μ - λ)x} dx
    wait = none * lam * first + gone * patience
    theta = 1.0 / patience
    p = birth_death(lambda _: lam, lambda n: mu + (n - 1) * theta, 400)
    drawn = sum((n - 1) * p[n] for n in range(1, 400)) / lam
    return Case(
        f"M/M/1 with constant patience at {rho:.0%} load",
        __doc__ or "",
        SCENARIO.format(per_hour=60 * lam, patience=f"{patience:g} min", work=WORK, people=1, days=days + 3, seed=11),
        (
            Measure(
                "share that withdraws",
                "P(V ≥ τ)",
                gone,
                lambda w: withdrawn(w[0]),
                "with exponential patience of that mean",
                theta * drawn,
            ),
            Measure(
                "mean wait",
                "E[min(V, τ)]",
                wait,
                lambda w: float(w[0].wait().mean()),
                "with exponential patience of that mean",
                drawn,
            ),
        ),
        replications,
        spoiled=(f"patience: {patience:g} min", f"patience: exponential({patience:g} min)"),
    )


def full() -> list[Case]:
    """Three people at 90 %, and one at 110 % of what he can do."""
    return [exponential(2.7, 3, 20, 25, 30), constant(1.1, 30, 60, 30)]


def quick() -> list[Case]:
    """The same over less time."""
    return [exponential(2.4, 3, 20, 12, 20), constant(0.9, 30, 25, 20)]
