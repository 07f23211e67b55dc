"""Every case of this room, in the order of the page."""

from __future__ import annotations

from functools import cache

import at_once
import away
import blocking
import branches
import bulk_service
import busy_hours
import change_over
import chasing
import committee
import finite_room
import forming
import groups
import loss
import patience
import queue_order
import set_up
import sharing
import vacations
from flowsim.verification import conwip, feedback, mg1, mm1, mmc, office_hours, pooling, priorities, tandem
from flowsim.verification.claims import Case

ROOMS = (
    mm1,
    mmc,
    mg1,
    queue_order,
    groups,
    bulk_service,
    forming,
    busy_hours,
    tandem,
    feedback,
    priorities,
    pooling,
    sharing,
    at_once,
    branches,
    finite_room,
    loss,
    patience,
    blocking,
    conwip,
    committee,
    vacations,
    set_up,
    change_over,
    office_hours,
    away,
    chasing,
)


@cache
def full() -> tuple[Case, ...]:
    """The cases of the page: high loads, long runs; some minutes in all."""
    return tuple(case for room in ROOMS for case in room.full())


@cache
def quick() -> tuple[Case, ...]:
    """The same claims at loads up to 70 %, for every test run; some seconds in all."""
    return tuple(case for room in ROOMS for case in room.quick())
