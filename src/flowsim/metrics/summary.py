"""The measures of one replication (docs/semantics.md section 5), over all classes and for each class.

Requests are the measured ones (R16) unless a measure says otherwise; chases (R15) are no requests of a class of their
own, but counted with those they are about. Measures of lead time and of the ledger are over the measured requests that
ended and were not withdrawn: somebody who gave up got no answer, however soon. Those that had not ended are counted
beside them, and as late once past due. Measures of what a model may do without (a promise, patience, chasing, a split,
work for several people, a limit of the whole, a cost of delay) are there only where it has it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import BoolArray, Frame, IntArray
from flowsim.metrics.ledger import PARTS
from flowsim.metrics.service import IN_TIME, UNDECIDED, Service
from flowsim.metrics.teams import TeamRow
from flowsim.metrics.wip import let_in_spans, request_spans, wip_mean
from flowsim.model import Model, RequestClass, paths
from flowsim.record import NONE

PERCENTS = (50, 80, 85, 90, 95)
MINUTE = 60_000


def percentile(ordered: IntArray, percent: int) -> int:
    """The smallest of the values (ascending, at least one) with at least `percent` % of them at or below it."""
    rank = max(-(-percent * len(ordered) // 100), 1)
    return int(ordered[rank - 1])


@dataclass(frozen=True)
class Measure:
    """One number about one replication; `klass` is a class index, NONE for all classes together."""

    name: str
    klass: int
    value: float
    unit: str


def summary(service: Service, teams: Sequence[TeamRow]) -> list[Measure]:
    """The measures of section 5 over all classes, then of each class, then those of the system as a whole.

    A measure without a value (the mean lead time when nothing ended) is left out, never made up.
    """
    frame = service.frame
    measured = frame.measured
    classes = frame.model.classes
    found = _of_requests(service, measured, classes, NONE)
    for klass, cls in enumerate(classes):
        if cls.name not in frame.model.chasers:
            found += _of_requests(service, measured & (frame.requests["class"] == klass), (cls,), klass)
    return found + _of_system(frame) + _of_teams(service, teams)


def _of_requests(service: Service, measured: BoolArray, classes: Sequence[RequestClass], klass: int) -> list[Measure]:
    """Measures over some of the measured requests: those of `classes`."""
    frame = service.frame
    n = int(measured.sum())
    delivered = np.flatnonzero(measured & frame.delivered)
    unfinished = n - int((measured & frame.ended).sum())
    within = service.within[measured]
    decided = int((within != UNDECIDED).sum())
    promised = int((frame.requests["due"][measured] != NONE).sum())
    rows: list[tuple[str, float, str]] = [
        ("requests", n, "requests"),
        ("ended", delivered.size, "requests"),
        ("unfinished", unfinished, "requests"),
    ]
    if n:
        rows.append(("unfinished share", unfinished / n, "share"))
    if decided:
        rows.append(("within promise", int((within == IN_TIME).sum()) / decided, "share"))
    if promised:
        rows.append(("promise undecided", promised - decided, "requests"))
    rows += _of_features(service, measured, delivered, classes)
    outcomes = _of_outcomes(frame, measured)
    rows += _of_ended(service, delivered, outcomes) if delivered.size else outcomes
    return [Measure(name, klass, float(value), unit) for name, value, unit in rows]


def _of_features(
    service: Service, measured: BoolArray, delivered: IntArray, classes: Sequence[RequestClass]
) -> list[tuple[str, float, str]]:
    """Measures that are there only where some of the classes have what they are about."""
    frame = service.frame
    n = int(measured.sum())
    rows: list[tuple[str, float, str]] = []
    if n and any(cls.patience is not None for cls in classes):
        withdrawn = measured & frame.withdrawn
        rows.append(("withdrawn", int(withdrawn.sum()) / n, "share"))
        if delivered.size:
            lost = int(service.people_time[withdrawn].sum())
            rows.append(("work for nothing", lost / delivered.size / MINUTE, "min"))
    if n and any(cls.chasing is not None for cls in classes):
        rows.append(("chases", int(service.chases[measured].sum()) / n, "per request"))
    over = measured & frame.ended
    if over.any() and any(cls.delay_cost is not None for cls in classes):
        rows.append(("delay cost", service.delay_cost_of(over) / int(over.sum()), "currency"))
    if delivered.size and any(_more_than_one(frame.model, cls) for cls in classes):
        rows.append(("people time", int(service.people_time[delivered].sum()) / delivered.size / MINUTE, "min"))
    if delivered.size and any(paths(frame.model, cls.name).branches for cls in classes):
        rows.append(("join wait", int(service.join_wait[delivered].sum()) / delivered.size / MINUTE, "min"))
    return rows


def _more_than_one(model: Model, cls: RequestClass) -> bool:
    """Whether more people than one may be at work on a request of the class at once: on branches, or together."""
    way = paths(model, cls.name)
    return bool(way.branches) or any(s.several and rank >= 0 for s, rank in zip(model.steps, way.rank, strict=True))


def _of_outcomes(frame: Frame, measured: BoolArray) -> list[tuple[str, float, str]]:
    """How journeys ended, those withdrawn among them, where they end in more ways than one (R13)."""
    outcomes = frame.record.outcomes
    over = measured & frame.ended
    n = int(over.sum())
    if len(outcomes) < 2 or not n:
        return []
    by_outcome = np.bincount(frame.requests["outcome"][over], minlength=len(outcomes))
    return [(f"outcome {name}", int(by_outcome[i]) / n, "share") for i, name in enumerate(outcomes)]


def _of_ended(
    service: Service, ended: IntArray, outcomes: list[tuple[str, float, str]]
) -> list[tuple[str, float, str]]:
    """Measures over measured requests that ended and were not withdrawn; at least one. `outcomes`: rows to put in."""
    n = ended.size
    rows: list[tuple[str, float, str]] = []
    for name, column in (("lead time", service.lead), ("working lead time", service.working_lead)):
        ordered = np.sort(column[ended])
        rows.append((f"{name} mean", int(ordered.sum()) / n / MINUTE, "min"))
        rows += [(f"{name} P{p}", percentile(ordered, p) / MINUTE, "min") for p in PERCENTS]
    process_time = int(service.process_time[ended].sum())
    adding = int(service.parts["work_adding"][ended].sum())
    working_lead = int(service.working_lead[ended].sum())
    rows.append(("process time mean", process_time / n / MINUTE, "min"))
    rows.append(("value-added time mean", adding / n / MINUTE, "min"))
    if working_lead:
        rows.append(("activity ratio", process_time / working_lead, "share"))
        rows.append(("VA ratio", adding / working_lead, "share"))
    for part in (*PARTS, "return_time"):
        rows.append((f"ledger {part}", int(service.parts[part][ended].sum()) / n / MINUTE, "min"))
    counts = {
        "visits": service.visits,
        "handoffs": service.handoffs,
        "hands": service.hands,
        "returns": service.returns,
        "questions": service.questions,
    }
    rows += [(name, int(column[ended].sum()) / n, "per request") for name, column in counts.items()]
    rows += outcomes
    clean = (service.returns[ended] == 0) & (service.questions[ended] == 0)
    rows.append(("rolled %C&A", int(clean.sum()) / n, "share"))
    return rows


def _of_system(frame: Frame) -> list[Measure]:
    """WIP, throughput and takt: over all requests of customers in process, ended and arrived in the window; chases are
    none, and a backlog did not arrive.
    """
    run = frame.model.run
    opened = frame.run_clock.worked(frame.lo, frame.hi)
    day = frame.model.calendar(run.calendar).working_day
    n_ended = ended_in_window(frame)
    arrived = frame.requests["arrived"]
    came = (arrived >= frame.lo) & (arrived < frame.hi) & ~frame.is_chase & ~frame.is_backlog
    n_arrived = int(came.sum())
    found = [Measure("ended in window", NONE, float(n_ended), "requests")]
    if opened and day:
        found.append(Measure("throughput", NONE, n_ended * day / opened, "per working day"))
    if n_arrived and opened:
        found.append(Measure("takt", NONE, opened / n_arrived / MINUTE, "min"))
    wip = wip_mean(*request_spans(frame), frame.lo, frame.hi)
    if wip is not None:
        found.append(Measure("WIP mean", NONE, wip, "requests"))
    inside = None if frame.model.limit is None else wip_mean(*let_in_spans(frame), frame.lo, frame.hi)
    if inside is not None:
        found.append(Measure("WIP let in", NONE, inside, "requests"))
    return found


def _of_teams(service: Service, teams: Sequence[TeamRow]) -> list[Measure]:
    """Cost in the window, and the watermelon gap: the share of the team that keeps its target worst less the share
    within promise. A large gap means that every team is green and the customer is not.
    """
    frame = service.frame
    found = []
    costs = [team.cost for team in teams if team.cost is not None]
    if costs:
        cost = math.fsum(costs)  # exact: `sum` adds floats in another way from Python 3.12 on
        found.append(Measure("cost", NONE, cost, "currency"))
        n = ended_in_window(frame)
        if n:
            found.append(Measure("cost per ended request", NONE, cost / n, "currency"))
    met = [team.target_met for team in teams if team.target_met is not None]
    if met:
        found.append(Measure("lowest target met", NONE, min(met), "share"))
        within = service.within[frame.measured]
        decided = int((within != UNDECIDED).sum())
        if decided:
            gap = min(met) - int((within == IN_TIME).sum()) / decided
            found.append(Measure("watermelon gap", NONE, gap, "share"))
    return found


def ended_in_window(frame: Frame) -> int:
    """Requests of customers, measured or not, that ended in the window and were not withdrawn."""
    ended = frame.requests["ended"][frame.delivered & ~frame.is_chase]
    return int(((ended >= frame.lo) & (ended < frame.hi)).sum())
