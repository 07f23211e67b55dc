"""Work for which several people are needed at once.

*All of them, always.* Two people who are both needed for each request, of one team or of two, are one server: M/M/1.

*Pairs and singles at a team of two.* Requests of two classes: pairs come at rate λ₂ and need both people for an
exponential time at rate μ₂, singles at rate λ₁ and one of them at rate μ₁. Pairs come first: while one waits, whoever
gets free is kept for it and takes no single. States are (what is under way, singles waiting, pairs waiting), under way
0, 1 or 2 singles or a pair; all that happens is an arrival or an end, and what may then start does. The chain is
solved from these moves, cut off where hardly anything is left; Little's law gives the mean waits. Without keeping, a
pair would start only when both happen to be free.
"""

from __future__ import annotations

from collections.abc import Iterator

from chains import stationary
from flowsim.verification.claims import Case, Measure
from flowsim.verification.mm1 import WORK

ALL = """
flowsim: 1
name: All at once
requests: {{request: {{arrivals: {per_hour:.10g} per hour}}}}
tasks: {{serve: {{time: exponential({work:g} min), value: adding}}}}
teams: {teams}
steps: {{Serve: {{team: Desk, {who}, does: serve}}}}
run: {{length: {days} days, warm-up: 3 days, seed: {seed}}}
"""

SOME = """
flowsim: 1
name: Pairs and singles
requests: {{pair: {{arrivals: {pairs:.10g} per hour}}, single: {{arrivals: {singles:.10g} per hour}}}}
tasks:
  confer: {{time: exponential({work:g} min), value: adding}}
  serve: {{time: exponential({work:g} min), value: adding}}
teams: {{Desk: {{people: 2, calendar: always}}}}
steps:
  Confer: {{team: Desk, people: 2, does: confer, only: pair}}
  Serve: {{team: Desk, does: serve, only: single}}
run: {{length: {days} days, warm-up: 3 days, seed: 24}}
"""

PAIR = 3
"""Under way: a pair."""

State = tuple[int, int, int]


def everybody(rho: float, teams: bool, days: int, replications: int) -> Case:
    """Both people for each request: of one team, or one of each of two."""
    wait = rho / (1 - rho) * WORK
    there = "{Desk: {people: 1, calendar: always}, Legal: {people: 1, calendar: always}}"
    alone = "{Desk: {people: 2, calendar: always}}"
    return Case(
        f"Two people at once, {'of two teams' if teams else 'of one team'}, at {rho:.0%} load",
        __doc__ or "",
        ALL.format(
            per_hour=60 * rho / WORK,
            work=WORK,
            teams=there if teams else alone,
            who="with: Legal" if teams else "people: 2",
            days=days + 3,
            seed=23 if teams else 22,
        ),
        (
            Measure(
                "mean wait",
                "ρ/(μ - λ)",
                wait,
                lambda w: float(w[0].wait().mean()),
                "two who work alone, ρ'²/μ(1 - ρ'²) with ρ' = ρ/2",
                WORK * (rho / 2) ** 2 / (1 - (rho / 2) ** 2),
            ),
            Measure(
                "share that waits",
                "ρ",
                rho,
                lambda w: float((w[0].wait() > 0.0).mean()),
                "two who work alone, 2ρ'²/(1 + ρ')",
                2 * (rho / 2) ** 2 / (1 + rho / 2),
            ),
        ),
        replications,
        spoiled=("Desk, with: Legal", "[Desk, Legal]") if teams else ("people: 2, does", "does"),
    )


def waits(pairs: float, singles: float, keeping: bool, most: tuple[int, int]) -> tuple[float, float]:
    """Mean waits of pairs and singles, in units of the mean work; arrivals per unit. `most`: where the chain is cut."""

    def settled(under_way: int, i: int, j: int) -> State:
        """What may start does: pairs first, for whom people may be kept."""
        if under_way == 0 and j:
            return PAIR, i, j - 1
        while under_way < 2 and i and not (j and keeping):
            under_way, i = under_way + 1, i - 1
        return under_way, i, j

    def moves(state: State) -> Iterator[tuple[State, float]]:
        under_way, i, j = state
        if i < most[0]:
            yield settled(under_way, i + 1, j), singles
        if j < most[1]:
            yield settled(under_way, i, j + 1), pairs
        if under_way == PAIR:
            yield settled(0, i, j), 1.0
        elif under_way:
            yield settled(under_way - 1, i, j), float(under_way)

    shares = stationary((0, 0, 0), moves)
    waiting = [sum(state[place] * share for state, share in shares.items()) for place in (2, 1)]
    return waiting[0] / pairs, waiting[1] / singles


def mixed(pairs: float, singles: float, most: tuple[int, int], days: int, replications: int) -> Case:
    """So many pairs and singles in the mean time of a work."""
    kept = waits(pairs, singles, True, most)
    loose = waits(pairs, singles, False, most)
    return Case(
        f"Pairs and singles at a team of two, {pairs + singles / 2:.0%} load",
        __doc__ or "",
        SOME.format(pairs=60 * pairs / WORK, singles=60 * singles / WORK, work=WORK, days=days + 3),
        (
            Measure(
                "mean wait of pairs",
                "Σ pairs waiting · share/λ₂",
                kept[0] * WORK,
                lambda w: float(w[0].wait(klass="pair").mean()),
                "if nobody were kept for them",
                loose[0] * WORK,
            ),
            Measure(
                "mean wait of singles",
                "Σ singles waiting · share/λ₁",
                kept[1] * WORK,
                lambda w: float(w[0].wait(klass="single").mean()),
                "if nobody were kept for the others",
                loose[1] * WORK,
            ),
        ),
        replications,
        spoiled=("people: 2, does", "does"),
    )


def full() -> list[Case]:
    """At 70 % load; pairs and singles at 55 %."""
    return [everybody(0.7, False, 60, 40), everybody(0.7, True, 60, 40), mixed(0.25, 0.6, (80, 40), 60, 40)]


def quick() -> list[Case]:
    """At 40 % load; pairs and singles at 40 %."""
    return [everybody(0.4, False, 50, 20), everybody(0.4, True, 50, 20), mixed(0.2, 0.4, (40, 25), 70, 20)]
