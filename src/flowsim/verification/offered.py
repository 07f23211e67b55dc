"""The claims of theory that `flowsim verify` holds against the engine, in words for whoever uses the results.

A line each: what is claimed, and the case that tests it, sized so that a wrong engine would show. All of them and many
more, at higher loads, stand in the room `verification/` of the repository.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flowsim.verification import conwip, feedback, mg1, mm1, mmc, office_hours, pooling, priorities, tandem
from flowsim.verification.claims import Case, values


@dataclass(frozen=True)
class Offer:
    """A claim in plain words, and how to make its case (which holds functions, and so cannot be sent to a worker)."""

    claim: str
    case: Callable[[], Case]


OFFERED = (
    Offer("One person, 70% busy: who waits how long (M/M/1)", lambda: mm1.case(0.7, 150, 25)),
    Offer("Three people, 60% busy: who waits how long (M/M/3)", lambda: mmc.case(1.8, 3, 60, 20)),
    Offer("Work that varies a lot: waits grow with its spread (M/G/1)", lambda: mg1.quick()[0]),
    Offer("Urgent first, one person: who gains and who pays", lambda: priorities.quick()[0]),
    Offer("Urgent first, a team of two", lambda: priorities.quick()[1]),
    Offer("Two silos against one team for the same requests", lambda: pooling.case(0.6, 60, 20)),
    Offer("Three teams in a row", lambda: tandem.equal(0.5, 80, 20)),
    Offer("One request in four is sent back", lambda: feedback.case(0.4, 0.25, 60, 20)),
    Offer("Office hours alone make people wait", lambda: office_hours.case(4, 13, 20)),
    Offer("Never more than four in process, five steps (CONWIP)", lambda: conwip.case(4, 8, 15)),
)
"""What is shown, in this order. A new line here is all that a new claim needs."""

_MADE: dict[int, Case] = {}


def case(place: int) -> Case:
    """The case of the line at that place, made once a process."""
    if place not in _MADE:
        _MADE[place] = OFFERED[place].case()
    return _MADE[place]


def one(place: int, replication: int) -> list[float]:
    """What a replication of the case at that place gives for each of its measures."""
    return values(case(place), replication)
