"""A SimPy event that can be set again and again: the one kind of event the reference engine uses.

SimPy makes a new event for every timeout; this one re-arms itself through the public `Environment.schedule`, as
SimPy's own `Timeout` does it, and calls one function when it rings. Times are whole ticks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simpy
from simpy.events import EventPriority

DUE = EventPriority(1)
"""What is due at an instant: arrivals, ends of work and of transit, openings, departures (R3)."""

WITHDRAW = EventPriority(2)
"""Customers who withdraw, after what else is due: who is answered at the very instant is answered (R15)."""

CHASE = EventPriority(3)
"""Customers who chase, after those who withdraw."""

SETTLE = EventPriority(4)
"""Giving out places and work, after all that is due."""

LAST = EventPriority(5)
"""Ending the run, after the instant is settled."""


class Alarm(simpy.Event):
    """Calls `action(self)` at the instant `at`; may be set again once it rang. `subject` is whose alarm it is."""

    def __init__(self, env: simpy.Environment, action: Callable[[Any], None], subject: Any = None) -> None:
        self.env = env
        self._ok = True
        self._value = None
        self.ring = [action]
        self.callbacks = None  # type: ignore[assignment]  # SimPy's sign for "has rung"
        self.subject = subject
        self.at = -1

    @property
    def pending(self) -> bool:
        """Set, and not yet rung."""
        return self.callbacks is not None

    def set(self, at: int, now: int, priority: EventPriority = DUE) -> None:
        """Ring at the instant `at`; `now` is the present one."""
        self.at = at
        self.callbacks = self.ring
        self.env.schedule(self, priority, at - now)
