"""Every case of this room, in the order of the page."""

from __future__ import annotations

import feedback
import mg1
import mm1
import mmc
import office_hours
import pooling
import priorities
import tandem
from claims import Case

ROOMS = (mm1, mmc, mg1, tandem, feedback, priorities, pooling, office_hours)


def full() -> list[Case]:
    """The cases of the page: high loads, long runs; some minutes in all."""
    return [case for room in ROOMS for case in room.full()]


def quick() -> list[Case]:
    """The same claims at loads up to 70 %, for every test run; some seconds in all."""
    return [case for room in ROOMS for case in room.quick()]
