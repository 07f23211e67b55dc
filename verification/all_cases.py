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
import conwip
import feedback
import groups
import mg1
import mm1
import mmc
import office_hours
import patience
import pooling
import priorities
import sharing
import tandem
from claims import Case

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
