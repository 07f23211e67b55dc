"""Green outside, red inside: every team's own target beside the customer's promise (docs/semantics.md section 5).

A team's share is over its visits, by its own clock, which stops when it passes the request on; the customer's is over
requests, from arrival to end. What lies between is time that is in nobody's target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import Frame, IntArray
from flowsim.metrics.service import IN_TIME, UNDECIDED, Service
from flowsim.metrics.summary import percentile
from flowsim.metrics.teams import TeamRow
from flowsim.model import Wait
from flowsim.record import NONE

GREEN, AMBER, RED = "green", "amber", "red"
NEAR = 0.1
"""A team is amber when it misses its share by no more than this."""

ALL_GREEN, CUSTOMER_RED = 0.9, 0.7
"""A watermelon: every team with a target meets it in at least the first share, the promise is kept in less than the
second. The customer's own light turns at the same shares.
"""


@dataclass(frozen=True)
class WatermelonRow:
    """One row of the panel; what does not apply is None.

    `row` is "team", "nobody" (transit, transfer batches, waiting for the customer), "customer" (all classes together),
    "class", or "index". `clock` says how the row's time is counted. `met` is the share within the target or promise,
    `target` its length, `light` "green", "amber" or "red". `ticks` is the mean of measured requests that were
    delivered, `share_of_lead` what it is of their lead time; `p85` and `p90` are of their lead times, elapsed.
    `points`: the lowest share of a team less the customer's, in percentage points; `flag`: it is a watermelon.
    """

    row: str
    name: str
    clock: str
    met: float | None = None
    target_share: float | None = None
    target: Wait | None = None
    light: str | None = None
    ticks: float | None = None
    share_of_lead: float | None = None
    p85: int | None = None
    p90: int | None = None
    points: float | None = None
    flag: bool = False


def watermelon_rows(service: Service, teams: Sequence[TeamRow]) -> list[WatermelonRow]:
    """The teams in the Model's order, nobody, the customer, each class where there are several, and the index."""
    frame = service.frame
    classes = [k for k, cls in enumerate(frame.model.classes) if cls.name not in frame.model.chasers]
    rows = [_team(frame, index, row) for index, row in enumerate(teams)]
    rows.append(_nobody(service))
    customer = _customer(service, "customer", "all", classes)
    rows.append(customer)
    if len(classes) > 1:
        rows += [_customer(service, "class", frame.model.classes[k].name, [k]) for k in classes]
    met = [row.met for row in rows if row.row == "team" and row.met is not None]
    rows.append(index_row(met, customer.met))
    return rows


def light(met: float, share: float) -> str:
    """The light of a team that meets its target in `met` of the cases and wants `share`."""
    return GREEN if met >= share else AMBER if met >= share - NEAR else RED


def customer_light(met: float) -> str:
    """The light of the customer, whose promise has no share of its own."""
    return GREEN if met >= ALL_GREEN else AMBER if met >= CUSTOMER_RED else RED


def index_row(teams: Sequence[float], customer: float | None) -> WatermelonRow:
    """The index of these shares of teams and that of the customer; without points when either is missing."""
    clock = "lowest share of a team less the share within promise, in percentage points"
    if not teams or customer is None:
        return WatermelonRow("index", "all", clock)
    flag = min(teams) >= ALL_GREEN and customer < CUSTOMER_RED
    return WatermelonRow("index", "all", clock, points=100 * (min(teams) - customer), flag=flag)


def _team(frame: Frame, index: int, row: TeamRow) -> WatermelonRow:
    target = frame.model.teams[index].target
    clock = "delivered to released, each visit by itself"
    if target is None:
        return WatermelonRow("team", row.name, clock)
    met = row.target_met
    shown = None if met is None else light(met, target.share)
    return WatermelonRow("team", row.name, _on(clock, target.wait), met, target.share, target.wait, shown)


def _on(clock: str, wait: Wait | None) -> str:
    """The clock with what it counts."""
    counts = "elapsed time" if wait is None or wait.calendar is None else f"open time of {wait.calendar}"
    return f"{clock}, {counts}"


def _nobody(service: Service) -> WatermelonRow:
    """Time in no team's target: on the way, waiting for a transfer batch, waiting for the customer."""
    frame, at = service.frame, service.frame.at
    ticks = at["delivered"] - at["sent"]
    customer = frame.visits["team"] == NONE
    ticks = np.where(customer, at["released"] - at["sent"], ticks)
    rows = _delivered(service)
    found = int(frame.per_request(ticks, critical=True)[rows].sum())
    lead = int(service.lead[rows].sum())
    clock = "sent to delivered of every visit, and questions at the customer, elapsed time"
    return WatermelonRow(
        "nobody",
        "all",
        clock,
        ticks=found / rows.size if rows.size else None,
        share_of_lead=found / lead if lead else None,
    )


def _customer(service: Service, row: str, name: str, classes: Sequence[int]) -> WatermelonRow:
    """The share within promise, and how long most of the measured requests of these classes took."""
    frame = service.frame
    own = np.isin(frame.requests["class"], classes)
    within = service.within[frame.measured & own]
    decided = int((within != UNDECIDED).sum())
    met = int((within == IN_TIME).sum()) / decided if decided else None
    promises = {frame.model.classes[k].promise for k in classes}
    promise = promises.pop() if len(promises) == 1 else None
    clock = "arrival to end"
    clock = _on(clock, promise) if len(classes) == 1 or promise is not None else f"{clock}, each by its own promise"
    rows = _delivered(service)
    rows = rows[own[rows]]
    ordered = np.sort(service.lead[rows])
    lead = int(ordered.sum())
    return WatermelonRow(
        row,
        name,
        clock,
        met=met,
        target=promise,
        light=None if met is None else customer_light(met),
        ticks=lead / rows.size if rows.size else None,
        share_of_lead=1.0 if lead else None,
        p85=percentile(ordered, 85) if rows.size else None,
        p90=percentile(ordered, 90) if rows.size else None,
    )


def _delivered(service: Service) -> IntArray:
    """Measured requests that ended and were not withdrawn."""
    return np.flatnonzero(service.frame.measured & service.frame.delivered)
