"""Arrivals by a profile of the day, with people enough.

Requests come by a Poisson process whose rate follows the hours: w₁λ₀ from 8 to 18 and w₂λ₀ at night, where λ₀ makes
the mean of the day the stated rate. Nobody queues, and work is exponential at rate μ: each request is there on its
own, so the mean number m(t) present follows m' = λ(t) - μm. While the rate is λᵢ it goes towards λᵢ/μ as e^{-μt};
over a whole day it comes back to where it was: with x at 8 and y at 18, y = λ₁/μ + (x - λ₁/μ)e^{-10μ} and x = λ₂/μ +
(y - λ₂/μ)e^{-14μ}. The numbers that arrive in one hour of the day are Poisson: their variance over the days is their
mean. Of all requests the share 10w₁/(10w₁ + 14w₂) comes by day.

*Work of any law* (M_t/G/∞). Of those who come at u the share P(S > t - u) is still there at t, each by itself, so
those present at t are Poisson: their variance is their mean, E ∫ λ(u) du from t - S to t. With constant work s they
are simply all who came in the last s: at 20:00 with s = 4 hours those of two hours by day and of two at night. Unlike
in a steady stream the law of the work counts, not its mean alone.

*A queue at one desk* (M_t/M/1), more than it can do by day. The chances of 0, 1, 2, … present follow from dp/dt = p
Q(λ(t)), with λ(t) up and μ down, cut off where hardly anything is left. Over the day and over the night Q is
constant, p(t) = p e^{Qt}, and day after day it comes closer to one that repeats itself. Then E[n(t)] follows at every
hour; who comes at t waits for E[n(t)]/μ on average (arrivals of a Poisson process do not depend on who is there), so
the mean wait is ∫ λ(t)E[n(t)]dt ÷ μ ∫ λ(t)dt. A steady queue at the mean rate has a far shorter one.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.integrate import simpson
from scipy.linalg import expm

from flowsim.model.calendar import DAY, HOUR
from flowsim.verification.claims import Case, FloatArray, Measure, World

SCENARIO = """
flowsim: 1
name: Busy hours
requests:
  request:
    arrivals: {{rate: {rate:g} per day, profile: {{"08:00-18:00": 300%, "18:00-24:00": 50%, "00:00-08:00": 50%}}}}
tasks: {{serve: {{time: {work}, value: adding}}}}
teams: {{Desk: {{people: {people}, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 4 days, seed: {seed}}}
"""

BY_DAY, AT_NIGHT, WORK = 3.0, 0.5, 4.0
"""Weights of the profile, and mean work in hours."""


def present(world: World, hour: int) -> FloatArray:
    """The number of requests present at that hour of the day, on each day after the warm-up."""
    r, run = world.record.requests, world.model.run
    instants = np.arange(run.warm_up + hour * HOUR, run.length, DAY)
    ended = np.sort(r["ended"][r["ended"] >= 0])
    came, left = np.searchsorted(np.sort(r["arrived"]), instants), np.searchsorted(ended, instants)
    found: FloatArray = (came - left).astype(float)
    return found


def counts(world: World, hour: int) -> FloatArray:
    """Arrivals within that hour of each day after the warm-up."""
    r, run = world.record.requests, world.model.run
    begins = np.arange(run.warm_up + hour * HOUR, run.length, DAY)
    arrived = np.sort(r["arrived"])
    found: FloatArray = (np.searchsorted(arrived, begins + HOUR) - np.searchsorted(arrived, begins)).astype(float)
    return found


def by_day(world: World) -> float:
    """The share of measured requests that came between 8 and 18."""
    r = world.record.requests
    hour = r["arrived"][r["measured"] == 1] % DAY / HOUR
    return float(((hour >= 8) & (hour < 18)).mean())


def rates(rate: float) -> tuple[float, float]:
    """Requests per hour by day and at night, when so many come a day."""
    weight = 10 * BY_DAY + 14 * AT_NIGHT
    return rate * BY_DAY / weight, rate * AT_NIGHT / weight


def case(rate: float, days: int, replications: int) -> Case:
    """So many requests a day."""
    weight = 10 * BY_DAY + 14 * AT_NIGHT
    high, low = rates(rate)
    a, b = math.exp(-10 / WORK), math.exp(-14 / WORK)
    # y = H + (x - H)a and x = N + (y - N)b, with H and N the levels towards which it goes
    at_8 = (low * WORK * (1 - b) + high * WORK * (1 - a) * b) / (1 - a * b)
    at_18 = high * WORK + (at_8 - high * WORK) * a
    return Case(
        "Busy hours with people enough",
        __doc__ or "",
        SCENARIO.format(rate=rate, work=f"exponential({WORK:g} h)", people=400, days=days + 4, seed=21),
        (
            Measure(
                "present at 18:00, mean",
                "y",
                at_18,
                lambda w: float(present(w[0], 18).mean()),
                "the level of a steady day, λ₁/μ",
                high * WORK,
            ),
            Measure(
                "present at 8:00, mean",
                "x",
                at_8,
                lambda w: float(present(w[0], 8).mean()),
                "the level of a steady night, λ₂/μ",
                low * WORK,
            ),
            Measure(
                "share that comes by day",
                "10w₁/(10w₁ + 14w₂)",
                10 * BY_DAY / weight,
                lambda w: by_day(w[0]),
                "w₁/(w₁ + w₂)",
                BY_DAY / (BY_DAY + AT_NIGHT),
            ),
            Measure(
                "arrivals from 10 to 11, variance ÷ mean",
                "1",
                1.0,
                lambda w: float(counts(w[0], 10).var(ddof=1) / counts(w[0], 10).mean()),
                "as many each day",
                0.0,
            ),
        ),
        replications,
        spoiled=("300%", "250%"),
    )


def constant(rate: float, days: int, replications: int) -> Case:
    """So many requests a day, whose work is always as long."""
    high, low = rates(rate)
    at_20 = (high + low) * WORK / 2
    varying = high * WORK * (1 - math.exp(-10 / WORK)) * math.exp(-2 / WORK) + low * WORK * (1 - math.exp(-2 / WORK))
    return Case(
        "Busy hours with people enough, constant work",
        __doc__ or "",
        SCENARIO.format(rate=rate, work=f"{WORK:g} h", people=400, days=days + 4, seed=59),
        (
            Measure(
                "present at 18:00, mean",
                "λ₁s",
                high * WORK,
                lambda w: float(present(w[0], 18).mean()),
                "a share of it, as with exponential work: 1 - e^{-10/s}",
                high * WORK * (1 - math.exp(-10 / WORK)),
            ),
            Measure(
                "present at 20:00, mean",
                "(λ₁ + λ₂)s/2",
                at_20,
                lambda w: float(present(w[0], 20).mean()),
                "with exponential work, from λ₁/μ (1 - e^{-10/s}) on",
                varying,
            ),
            Measure(
                "present at 20:00, variance ÷ mean",
                "1",
                1.0,
                lambda w: float(present(w[0], 20).var(ddof=1) / present(w[0], 20).mean()),
                "as many each day",
                0.0,
            ),
        ),
        replications,
        spoiled=(f"time: {WORK:g} h", f"time: exponential({WORK:g} h)"),
    )


def through_the_day(rate: float, minutes: float, most: int = 120, step: float = 0.25) -> tuple[float, float, float]:
    """E[n] at 18:00 and at 8:00, and the mean wait in minutes, of the queue at one desk; `step` in hours."""
    mu, hours = 60 / minutes, (10, 14)
    numbers = np.arange(most + 1)
    moves = []
    for lam in rates(rate):
        q = np.diag(np.full(most, lam), 1) + np.diag(np.full(most, mu), -1)
        moves.append(expm((q - np.diag(q.sum(axis=1))) * step))
    p, before = np.eye(most + 1)[0], np.zeros(most + 1)
    while np.abs(p - before).max() > 1e-13:  # day after day, until one is as the last
        before, ends, waited = p, [], 0.0
        for move, length, lam in zip(moves, hours, rates(rate), strict=True):
            seen = [p @ numbers]
            for _ in range(round(length / step)):
                p = p @ move
                seen.append(p @ numbers)
            waited += lam * simpson(seen, dx=step)
            ends.append(float(seen[-1]))
    return ends[0], ends[1], float(waited) / rate * minutes


def queue(rate: float, minutes: float, days: int, replications: int) -> Case:
    """So many requests a day for one person, who takes so many minutes for each."""
    high, _ = rates(rate)
    at_18, _, wait = through_the_day(rate, minutes)
    load = rate * minutes / 1440
    return Case(
        f"Busy hours at one desk at {load:.0%} load, {high * minutes / 60:.0%} by day",
        __doc__ or "",
        SCENARIO.format(rate=rate, work=f"exponential({minutes:g} min)", people=1, days=days + 4, seed=60),
        (
            Measure(
                "present at 18:00, mean",
                "E[n(18:00)]",
                at_18,
                lambda w: float(present(w[0], 18).mean()),
                "what comes by day beyond what one can do, 10(λ₁ - μ)",
                10 * (high - 60 / minutes),
            ),
            Measure(
                "mean wait",
                "∫ λ(t)E[n(t)]dt ÷ μ ∫ λ(t)dt",
                wait,
                lambda w: float(w[0].wait().mean()),
                "a steady queue at the mean rate, ρ/(μ - λ)",
                load / (1 - load) * minutes,
            ),
            Measure(
                "share that comes by day",
                "10λ₁/(10λ₁ + 14λ₂)",
                10 * high / rate,
                lambda w: by_day(w[0]),
                "λ₁/(λ₁ + λ₂)",
                BY_DAY / (BY_DAY + AT_NIGHT),
            ),
        ),
        replications,
        spoiled=("300%", "200%"),
    )


def full() -> list[Case]:
    """60 a day with people enough, and 90 a day, of 10 minutes each, at one desk."""
    return [case(60, 250, 40), constant(60, 250, 40), queue(90, 10, 400, 40)]


def quick() -> list[Case]:
    """20 a day with people enough, and 80 a day at one desk."""
    return [case(20, 250, 30), constant(20, 250, 30), queue(80, 10, 65, 30)]
