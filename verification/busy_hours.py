"""Arrivals by a profile of the day, with people enough.

Requests come by a Poisson process whose rate follows the hours: w₁λ₀ from 8 to 18 and w₂λ₀ at night, where λ₀ makes
the mean of the day the stated rate. Nobody queues, and work is exponential at rate μ: each request is there on its
own, so the mean number m(t) present follows m' = λ(t) - μm. While the rate is λᵢ it goes towards λᵢ/μ as e^{-μt}; over
a whole day it comes back to where it was: with x at 8 and y at 18, y = λ₁/μ + (x - λ₁/μ)e^{-10μ} and x = λ₂/μ + (y -
λ₂/μ)e^{-14μ}. The numbers that arrive in one hour of the day are Poisson: their variance over the days is their mean.
Of all requests the share 10w₁/(10w₁ + 14w₂) comes by day.
"""

from __future__ import annotations

import math

import numpy as np

from flowsim.model.calendar import DAY, HOUR
from flowsim.verification.claims import Case, FloatArray, Measure, World

SCENARIO = """
flowsim: 1
name: Busy hours
requests:
  request:
    arrivals: {{rate: {rate:g} per day, profile: {{"08:00-18:00": 300%, "18:00-24:00": 50%, "00:00-08:00": 50%}}}}
tasks: {{serve: {{time: exponential({work:g} h), value: adding}}}}
teams: {{Desk: {{people: 400, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days} days, warm-up: 4 days, seed: 21}}
"""

BY_DAY, AT_NIGHT, WORK = 3.0, 0.5, 4.0
"""Weights of the profile, and mean work in hours."""


def present(world: World, hour: int) -> float:
    """Mean number of requests present at that hour of the day, over the days after the warm-up."""
    r, run = world.record.requests, world.model.run
    instants = np.arange(run.warm_up + hour * HOUR, run.length, DAY)
    ended = np.sort(r["ended"][r["ended"] >= 0])
    came, left = np.searchsorted(np.sort(r["arrived"]), instants), np.searchsorted(ended, instants)
    return float((came - left).mean())


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


def case(rate: float, days: int, replications: int) -> Case:
    """So many requests a day."""
    weight = 10 * BY_DAY + 14 * AT_NIGHT
    high, low = rate * BY_DAY / weight, rate * AT_NIGHT / weight  # per hour
    a, b = math.exp(-10 / WORK), math.exp(-14 / WORK)
    # y = H + (x - H)a and x = N + (y - N)b, with H and N the levels towards which it goes
    at_8 = (low * WORK * (1 - b) + high * WORK * (1 - a) * b) / (1 - a * b)
    at_18 = high * WORK + (at_8 - high * WORK) * a
    return Case(
        "Busy hours with people enough",
        __doc__ or "",
        SCENARIO.format(rate=rate, work=WORK, days=days + 4),
        (
            Measure(
                "present at 18:00, mean",
                "y",
                at_18,
                lambda w: present(w[0], 18),
                "the level of a steady day, λ₁/μ",
                high * WORK,
            ),
            Measure(
                "present at 8:00, mean",
                "x",
                at_8,
                lambda w: present(w[0], 8),
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


def full() -> list[Case]:
    """60 a day."""
    return [case(60, 250, 40)]


def quick() -> list[Case]:
    """20 a day."""
    return [case(20, 250, 30)]
