"""The audit of work that any of several teams may take (R8): the first named that can has it."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, level_touching
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_people import kept_for_many
from flowsim.metrics.audit_queue import left_to_others
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model.calendar import FOREVER


def check_preference(ground: Ground) -> Check:
    """R8: no team takes what its step names another team for earlier, that is open, may begin it, and has somebody of
    its own free who is there, before, in, and after that instant.
    """
    trial = Trial("preference", "R8: what several teams may take is taken by the first named that can")
    units, model = ground.units, ground.model
    step = ground.v["step"][units.first]
    begun = (units.started < FOREVER) & ~units.straight & ~ground.is_answer[units.first]
    for s, takers in enumerate(ground.takers):
        for place, team in enumerate(takers[1:], 1):
            own = np.flatnonzero(begun & (step == s) & (units.team == team))
            times = units.started[own]
            for other in takers[:place]:
                could = _could(ground, other, model.steps[s].no_start_within, times)
                could &= ~left_to_others(ground, other, s, times)  # which it may itself have passed it for
                trial.hold(
                    ~could,
                    lambda i, own=own, team=team, other=other: (  # type: ignore[misc]
                        f"{ground.visit(int(units.first[own[i]]))}: taken up by {model.teams[team].name!r} at "
                        f"{ground.when(int(units.started[own[i]]))}, while {model.teams[other].name!r}, which its step "
                        "names earlier, had somebody free for it"
                    ),
                )
    return trial.done()


def _could(ground: Ground, team: int, limit: int, times: IntArray) -> BoolArray:
    """At which instants a team could begin work with `limit` (R9) whatever else it does in them."""
    t, people = ground.takings, ground.at_home(team)
    own = np.flatnonzero(np.isin(t.who, people))
    at_work = level_touching(times, t.started[own], t.freed[own])
    spare = len(people) - level_touching(times, *ground.away_of(people)) - at_work
    hours = ground.hours(ground.model.teams[team].calendar)
    open_long = hours.is_open(times) & (hours.closing(times) - times >= limit)
    return np.asarray(open_long & (spare > 0) & ~kept_for_many(ground, team, times))
