"""A row of teams of one person each, exponential work, always something to do at the first, and few places between.

A finished request goes on when the next step, which holds 1 + B requests (one at work and B waiting), has room; else
it is blocked (Hunt 1956).

*Two steps, the person blocked too.* Let n count those at the second step and the blocked one. At rate μ₁ it goes up
while the first person is not blocked, n < B + 2, and at rate μ₂ down while n > 0: a birth-death process on 0 … B + 2
with pₙ ∝ (μ₁/μ₂)ⁿ. The throughput is μ₂(1 - p₀), with equal rates (B + 2)/(B + 3) of μ. Somebody is blocked for the
share p_{B+2} of the time, so by Little's law each request for p_{B+2} ÷ throughput on average.

*Two steps, only the place blocked.* The first step holds L requests; its person begins another one while fewer than L
have finished there. So n goes up to B + 1 + L, and the throughput is (B + 1 + L)/(B + 2 + L) of μ. The number of those
blocked is (n - B - 1)⁺.

*Three steps, B = 0.* Each person is idle, at work or blocked; the chain of these states is solved from its
transitions. The throughput of equal ones is 22/39 of μ.
"""

from __future__ import annotations

from collections.abc import Iterator

from chains import birth_death, stationary
from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK

IDLE, BUSY, BLOCKED = 0, 1, 2
State = tuple[int, ...]


def scenario(works: list[float], blocking: str, limits: dict[str, int], days: int, seed: int) -> str:
    """Steps A, B, … with exponential work of these mean minutes, and requests enough at the first."""
    names = "ABCDEF"[: len(works)]
    tasks = "".join(
        f"  task {n}: {{time: exponential({w:g} min), value: adding}}\n" for n, w in zip(names, works, strict=True)
    )
    teams = "".join(f"  Team {n}: {{people: 1, calendar: always}}\n" for n in names)
    steps = "".join(f"  Step {n}: {{team: Team {n}, does: task {n}, blocking: {blocking}}}\n" for n in names)
    listed = ", ".join(f"Step {n}: {limit}" for n, limit in limits.items())
    enough = int(days * 1440 / max(works))
    return f"""
flowsim: 1
name: Blocking
requests: {{request: {{arrivals: none, backlog: {{at: Step A, requests: {enough}, age: 1 day}}}}}}
tasks:
{tasks}teams:
{teams}limits: {{{listed}}}
steps:
{steps}run: {{length: {days + 1} days, warm-up: 1 day, seed: {seed}}}
"""


def two(works: tuple[float, float], buffer: int, days: int, replications: int) -> Case:
    """Two steps with `buffer` places between them; who is blocked keeps his person."""
    top = buffer + 2
    p = birth_death(lambda _: 1 / works[0], lambda _: 1 / works[1], top + 1)
    rate = (1 - p[0]) / works[1]
    other = birth_death(lambda _: 1 / works[0], lambda _: 1 / works[1], top)
    return Case(
        f"Blocked persons: works of {works[0]:g} and {works[1]:g} min, {buffer} places between",
        __doc__ or "",
        scenario(list(works), "person", {"Step B": 1 + buffer}, days, 14),
        (
            Measure(
                "throughput (per hour)",
                "μ₂(1 - p₀)",
                60 * rate,
                lambda w: 60 * w[0].throughput(),
                "as if the blocked one gave way: one state less",
                60 * (1 - other[0]) / works[1],
            ),
            Measure(
                "mean time blocked",
                "p_{B+2} ÷ throughput",
                p[top] / rate,
                lambda w: float(w[0].minutes("delivered", "admitted", "Step B").mean()),
                "the share of the time in which somebody is blocked, of his work",
                p[top] * works[0],
            ),
        ),
        replications,
        spoiled=("blocking: person", "blocking: place"),
    )


def places(limit: int, buffer: int, days: int, replications: int) -> Case:
    """Two equal steps; who is blocked keeps his place among the `limit` of the first step, not his person."""
    top = buffer + 1 + limit
    rate = top / (top + 1) / WORK
    blocked = sum(n - buffer - 1 for n in range(buffer + 2, top + 1)) / (top + 1)
    return Case(
        f"Blocked places: {limit} at the first step, {buffer} between",
        __doc__ or "",
        scenario([WORK, WORK], "place", {"Step A": limit, "Step B": 1 + buffer}, days, 15),
        (
            Measure(
                "throughput (per hour)",
                "μ(B + 1 + L)/(B + 2 + L)",
                60 * rate,
                lambda w: 60 * w[0].throughput(),
                "as if the person were blocked too, (B + 2)/(B + 3)",
                60 * (buffer + 2) / (buffer + 3) / WORK,
            ),
            Measure(
                "mean time blocked",
                "E(n - B - 1)⁺ ÷ throughput",
                blocked / rate,
                lambda w: float(w[0].minutes("delivered", "admitted", "Step B").mean()),
                "one of them at a time",
                limit / (top + 1) / rate,
            ),
        ),
        replications,
        spoiled=(f"Step A: {limit}", f"Step A: {limit + 1}"),
    )


def settled(state: list[int]) -> State:
    """Whoever is blocked goes on when the next person is idle, from the last on; the first always has another one."""
    for i in reversed(range(len(state) - 1)):
        if state[i] == BLOCKED and state[i + 1] == IDLE:
            state[i], state[i + 1] = IDLE, BUSY
    if state[0] == IDLE:
        state[0] = BUSY
    return tuple(state)


def moves(state: State) -> Iterator[tuple[State, float]]:
    """Each who is at work finishes at rate μ: the last one's request leaves, the others' goes on when it can."""
    for i, doing in enumerate(state):
        if doing == BUSY:
            after = list(state)
            after[i] = BLOCKED if i + 1 < len(state) else IDLE
            yield settled(after), 1 / WORK


def three(days: int, replications: int) -> Case:
    """Three equal steps without a place between them."""
    shares = stationary(settled([BUSY, IDLE, IDLE]), moves)
    rate = sum(share for state, share in shares.items() if state[2] == BUSY) / WORK
    return Case(
        "Blocked persons: three steps, no place between",
        __doc__ or "",
        scenario([WORK] * 3, "person", {"Step B": 1, "Step C": 1}, days, 16),
        (
            Measure(
                "throughput (per hour)",
                "μ P(third at work)",
                60 * rate,
                lambda w: 60 * w[0].throughput(),
                "as if the third step made no difference, 2/3",
                60 * 2 / 3 / WORK,
            ),
        ),
        replications,
        spoiled=("Step C: 1", "Step C: 2"),
    )


def full() -> list[Case]:
    """B = 0 and B = 1, unequal and equal; places; three steps."""
    return [two((10, 10), 0, 50, 20), two((10, 8), 1, 50, 30), places(2, 1, 50, 20), three(50, 20)]


def quick() -> list[Case]:
    """The same over less time."""
    return [two((10, 10), 0, 16, 15), two((10, 8), 1, 24, 15), places(2, 1, 16, 15), three(16, 15)]
