"""Every case of this room, in the order of the page."""

from __future__ import annotations

import at_once
import away
import blocking
import branches
import busy_hours
import change_over
import chasing
import committee
import groups
import patience
import sharing
from flowsim.verification import conwip, feedback, mg1, mm1, mmc, office_hours, pooling, priorities, tandem
from flowsim.verification.claims import Case

ROOMS = (
    mm1,
    mmc,
    mg1,
    groups,
    busy_hours,
    tandem,
    feedback,
    priorities,
    pooling,
    sharing,
    at_once,
    branches,
    blocking,
    conwip,
    committee,
    change_over,
    office_hours,
    away,
    patience,
    chasing,
)


def full() -> list[Case]:
    """The cases of the page: high loads, long runs; some minutes in all."""
    return [case for room in ROOMS for case in room.full()]


def quick() -> list[Case]:
    """The same claims at loads up to 70 %, for every test run; some seconds in all."""
    return [case for room in ROOMS for case in room.quick()]
