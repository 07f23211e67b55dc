"""What is to be done at a step for one class, and where an open visit may stand; the small change of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from flowsim.draws import Durations, Uniforms

VALUES = ("adding", "necessary", "waste")


class Where(IntEnum):
    """Where an open visit stands."""

    LINE = 0  # in a waiting list, by itself or in its process batch
    GATE = 1  # waiting for its transfer batch
    TRANSIT = 2
    DOOR = 3  # waiting for a place (R14)
    GATHER = 4  # waiting for its process batch
    HANDS = 5  # in somebody's hands
    ASKED = 6  # a question at the customer


@dataclass(slots=True)
class Work:
    """One task at one step for one class: how long, of what value, for whom."""

    task: int
    durations: Durations
    value: int
    needs: tuple[tuple[Uniforms, float], ...]
    elsewhere: bool  # done at several steps too: then its n-th time is counted per request


@dataclass(slots=True)
class Returning:
    """One return rule for one class (R12)."""

    uniforms: Uniforms
    targets: tuple[tuple[int, tuple[float, ...]], ...]
    at_most: int
