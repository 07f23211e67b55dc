"""The teams: how busy, how well on their own target, at what cost (docs/semantics.md section 5).

Time of people is over the window (warm-up to length) and everybody they served, for people are busy with whoever comes;
visits, targets and waits are over the visits of measured requests (R16).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import Frame, IntArray
from flowsim.metrics.ledger import Ledger
from flowsim.metrics.staff import WorkTime, work_time
from flowsim.metrics.stints import stints_of
from flowsim.metrics.wip import place_areas, wip_distribution
from flowsim.model import Team
from flowsim.record import NONE, Kind

HOUR = 3_600_000


@dataclass(frozen=True)
class TeamRow:
    """One team; ticks where it is time, None where there is nothing to measure.

    `people` are those at home in the team. `present` is their number × the team's open time in the window, less absence
    (R10), and the work they did outside it; `overtime` is that outside the team's hours (R9 `finish`, or for another
    team). `at_work` is the time they were at work in the window, whomever for, a process batch once, the pauses of a
    closed team not counted (`metrics.staff`).
    `visits` are those of measured requests that came here; `queue_mean` and `wait_mean` are over those of them that
    were taken up: from joining the waiting list to the start, open time only and all of it. `max_queue` is the largest
    number that stood on the list within the window (all requests), `wip_area` the integral of those at the team.
    `in_target` of `target_visits`: visits of kind work or rework of measured requests, delivered and released within
    the window, and those of them whose delivered → released was within the target on the target's own clock.
    """

    name: str
    people: int
    present: int
    at_work: int
    overtime: int
    visits: int
    queue_mean: float | None
    wait_mean: float | None
    max_queue: int
    wip_area: int
    target_visits: int
    in_target: int
    cost: float | None

    @property
    def utilisation(self) -> float | None:
        """At work ÷ present."""
        return self.at_work / self.present if self.present else None

    @property
    def target_met(self) -> float | None:
        """Share of visits within the team's own target; None without a target or visits."""
        return self.in_target / self.target_visits if self.target_visits else None


def team_rows(frame: Frame, visit_parts: Ledger) -> list[TeamRow]:
    """A row for each team, in the Model's order."""
    time = work_time(frame, stints_of(frame))
    opened = visit_parts["queue"] + visit_parts["overtaken"] + visit_parts["answer"]
    areas = place_areas(frame, "team")
    return [_row(frame, i, team, time, opened, int(areas[i])) for i, team in enumerate(frame.model.teams)]


def person_time(frame: Frame) -> tuple[IntArray, IntArray]:
    """Ticks in the window for which the people at home in each team were at work, and how much of it outside the team's
    hours; int64, one a team. A process batch is one piece of work.
    """
    time = work_time(frame, stints_of(frame))
    return time.at_work, time.overtime


def _row(frame: Frame, index: int, team: Team, time: WorkTime, opened: IntArray, area: int) -> TeamRow:
    """`opened` is the open part of each visit's wait on the list, `area` the team's WIP integral; ticks."""
    here = np.flatnonzero(frame.visits["team"] == index)
    joined, started = frame.at["assembled"][here], frame.at["started"][here]
    measured = frame.measured_visits[here]
    taken = measured & frame.taken_up[here]
    n = int(taken.sum())
    queued = int(opened[here[taken]].sum())
    in_target, target_visits = _target(frame, team, here[measured])
    present = int(time.present[index])
    return TeamRow(
        name=team.name,
        people=int(time.people[index]),
        present=present,
        at_work=int(time.at_work[index]),
        overtime=int(time.overtime[index]),
        visits=int(measured.sum()),
        queue_mean=queued / n if n else None,
        wait_mean=int((started[taken] - joined[taken]).sum()) / n if n else None,
        max_queue=int(wip_distribution(joined, started, frame.lo, frame.hi)[0].max(initial=0)),
        wip_area=area,
        target_visits=target_visits,
        in_target=in_target,
        cost=None if team.cost is None else present / HOUR * team.cost,
    )


def _target(frame: Frame, team: Team, rows: IntArray) -> tuple[int, int]:
    """Visits within the team's target, and visits that count for it."""
    if team.target is None:
        return 0, 0
    kind = frame.visits["kind"][rows]
    delivered, released = frame.visits["delivered"][rows], frame.visits["released"][rows]
    counts = (kind == int(Kind.WORK)) | (kind == int(Kind.REWORK))
    counts &= (delivered >= frame.lo) & (released != NONE) & (released < frame.hi)
    wait = team.target.wait
    delivered, released = delivered[counts], released[counts]
    late = released - delivered > wait.ticks
    if wait.calendar is not None:  # what was in time by the wall clock is so by any calendar
        late[late] = frame.clock(wait.calendar).worked_array(delivered[late], released[late]) > wait.ticks
    return int((~late).sum()), late.size
