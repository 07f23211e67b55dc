"""One replication of somebody's model: run, audited, and what there is to be held against theory, as plain figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.metrics.frame import Frame
from flowsim.metrics.ledger import ledger_of
from flowsim.metrics.staff import work_time
from flowsim.metrics.stints import stints_of
from flowsim.model import Model
from flowsim.record import Record
from flowsim.verification.own.bounds import Least, least
from flowsim.verification.own.little import Flow, Identity, flows, identities


@dataclass(frozen=True)
class Job:
    """One replication of one state."""

    model: Model
    seed: int
    replication: int


@dataclass(frozen=True)
class Busy:
    """The people of a team in the window: ticks at work, and ticks there, overtime included."""

    at_work: int
    present: int

    @property
    def share(self) -> float | None:
        """At work ÷ there; None when nobody was there."""
        return self.at_work / self.present if self.present else None


@dataclass(frozen=True)
class Seen:
    """What a replication gave. `checks` and `facts` of the audit all held; `window` is its length in ticks; `ended` are
    requests of customers that ended within the window, `unfinished` measured ones that never did; `there` how many of
    each class were in process at the begin and at the end of the window; `waits`: by team and priority the sum and the
    number of the waits for a person of measured requests, in open ticks of the team.
    """

    checks: int
    facts: int
    requests: int
    visits: int
    window: int
    ended: int
    unfinished: int
    there: tuple[tuple[int, int], ...]
    busy: tuple[Busy, ...]
    identities: tuple[Identity, ...]
    flows: tuple[Flow, ...]
    least: Least
    waits: dict[tuple[int, int], tuple[int, int]]


def look(job: Job) -> Seen:
    """Run and audit a replication, and write down what is needed. Raises AuditError, EngineError."""
    draws = Draws(job.seed, job.replication)
    record = run(job.model, draws)
    return figures(job.model, record, draws)


def figures(model: Model, record: Record, draws: Draws) -> Seen:
    """What a record gives, once it has passed the audit. Raises AuditError when it does not."""
    frame = Frame(model, record)
    ledger = ledger_of(frame)
    report = audit(model, record, Draws(draws.seed, draws.replication), ledger)
    report.require()
    time = work_time(frame, stints_of(frame))
    ended = frame.requests["ended"]
    return Seen(
        checks=len(report.checks),
        facts=sum(check.counted for check in report.checks),
        requests=frame.n_requests,
        visits=frame.n_visits,
        window=frame.hi - frame.lo,
        ended=int((~frame.is_chase & (ended >= frame.lo) & (ended < frame.hi)).sum()),
        unfinished=int((frame.measured & ~frame.ended).sum()),
        there=_there(frame),
        busy=tuple(Busy(int(a), int(b)) for a, b in zip(time.at_work, time.present, strict=True)),
        identities=tuple(identities(frame, ledger)),
        flows=tuple(flows(frame)),
        least=least(frame),
        waits=waits(frame),
    )


def _there(frame: Frame) -> tuple[tuple[int, int], ...]:
    """By class how many were in process at the begin and at the end of the window."""
    klass, size = frame.requests["class"], len(frame.model.classes)
    arrived, ended = frame.filled(frame.requests["arrived"]), frame.filled(frame.requests["ended"])
    counts = [
        np.bincount(klass[(arrived < instant) & (ended >= instant)], minlength=size) for instant in (frame.lo, frame.hi)
    ]
    return tuple((int(a), int(b)) for a, b in zip(*counts, strict=True))


def waits(frame: Frame) -> dict[tuple[int, int], tuple[int, int]]:
    """By team and priority: the sum and the number of the waits of measured requests for a person, in open ticks."""
    visits = frame.visits
    priority = np.array([cls.priority for cls in frame.model.classes], dtype=np.int64)
    of_visit = priority[frame.requests["class"][visits["request"]]]
    found = {}
    for team in range(len(frame.model.teams)):
        rows = np.flatnonzero((visits["team"] == team) & frame.measured_visits & frame.taken_up)
        waited = frame.team_clock(team).worked_array(frame.at["assembled"][rows], frame.at["started"][rows])
        for group in np.unique(of_visit[rows]).tolist():
            own = of_visit[rows] == group
            found[team, group] = (int(waited[own].sum()), int(own.sum()))
    return found
