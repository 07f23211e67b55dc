"""c people, Poisson arrivals at rate λ, work S of any law, and nobody waits: Erlang's loss formula (Erlang 1917).

A customer whose patience is one tick goes away at once when nobody is free: at the next instant he withdraws before
work is given out (R3), even when a person gets free just then. With a = λE[S], and n at work whose works have the
times x₁ … xₙ to go, the density p₀ λⁿ/n! Π (1 - F(xᵢ)) is in balance, whatever the law F with density f of the work
(Sevastyanov 1957). For as time goes by the xᵢ shrink, and the flows into and out of such a state are

    Σ ∂pₙ/∂xᵢ  +  Σ λ pₙ₋₁(without xᵢ) f(xᵢ)/n  +  (n + 1) pₙ₊₁(x, 0)  -  λpₙ,

the last two for n < c only. The first sum is -p₀ λⁿ/n! Σ f(xᵢ) Π_{j ≠ i} (1 - F(xⱼ)), which the second one cancels;
and (n + 1) pₙ₊₁(x, 0) = λpₙ. As 1 - F has the integral E[S], n are at work with chance pₙ = p₀ aⁿ/n! up to c, and all
are, so that an arriving request is lost (PASTA), with chance B = a^c/c! ÷ Σ aⁿ/n!: only the mean of the work counts.
Those at work are a(1 - B) on average, by Little's law.
"""

from __future__ import annotations

import math

from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK
from flowsim.verification.mmc import delay
from flowsim.verification.mmc import loss as erlang_b
from patience import withdrawn

SCENARIO = """
flowsim: 1
name: Nobody waits
requests: {{request: {{arrivals: {per_hour:.10g} per hour, patience: 1 ms}}}}
tasks: {{serve: {{time: "{law}", value: adding}}}}
teams: {{Desk: {{people: {people}, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 1 day, seed: {seed}}}
"""

LAWS = {
    "exponential": (f"exponential({WORK:g} min)", 41),
    "constant": (f"{WORK:g} min", 42),
    "lognormal": (f"lognormal({WORK:g} min, {2 * WORK:g} min)", 43),
}
"""Laws of one mean, as the format writes them, and the seeds of their cases."""


def case(law: str, a: float, people: int, days: int, replications: int) -> Case:
    """a = λE[S] for so many people."""
    lost = erlang_b(a, people)
    poisson = 1 - sum(math.exp(-a) * a**n / math.factorial(n) for n in range(people))
    text, seed = LAWS[law]
    return Case(
        f"Erlang's loss formula with {law} work, {people} people, λE[S] = {a:g}",
        __doc__ or "",
        SCENARIO.format(per_hour=60 * a / WORK, law=text, people=people, days=days + 1, seed=seed),
        (
            Measure(
                "share that is lost",
                "B",
                lost,
                lambda w: withdrawn(w[0]),
                "the share that would wait, Erlang's C",
                delay(a, people),
            ),
            Measure(
                "share of time in which all are at work",
                "B",
                lost,
                lambda w: w[0].share_with(people),
                "as if there were people enough, P(Poisson(a) ≥ c)",
                poisson,
            ),
            Measure(
                "requests present, mean",
                "a(1 - B)",
                a * (1 - lost),
                lambda w: w[0].record.wip_area / w[0].record.ended_at,
                "as if nobody were lost, a",
                a,
            ),
        ),
        replications,
        spoiled=("patience: 1 ms", "patience: 5 min"),
    )


def full() -> list[Case]:
    """Four people who are asked for three, with three laws of work."""
    return [case(law, 3.0, 4, 40, 40) for law in LAWS]


def quick() -> list[Case]:
    """Three people who are asked for two."""
    return [case(law, 2.0, 3, 10, 20) for law in LAWS]
