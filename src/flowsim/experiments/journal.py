"""The dated journal of one request: where it was, who had it, and the cause of every wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flowsim.errors import UsageError
from flowsim.experiments.findings import Findings
from flowsim.experiments.replay import stored_record
from flowsim.metrics.journey import Journeys
from flowsim.metrics.ledger import visit_ledger
from flowsim.model import Model
from flowsim.record import NONE, Kind, Record, Via


@dataclass(frozen=True)
class Entry:
    """A stretch of time under one part of the ledger; `company` is how many others were in the batch it waited for or
    travelled in (0: not known yet, or none)."""

    begin: datetime
    end: datetime
    ticks: int
    part: str
    company: int = 0


@dataclass(frozen=True)
class Stay:
    """One visit: what brought the request there, and its entries. `team` is "" for the customer."""

    step: str
    team: str
    kind: str
    via: str
    pass_: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Journal:
    """A request from arrival to end (None: still open when the run ended); `lead` is the time between, or up to the
    end of the run, in ticks."""

    state: str
    replication: int
    request: int
    klass: str
    arrived: datetime
    due: datetime | None
    ended: datetime | None
    outcome: str
    lead: int
    stays: tuple[Stay, ...]


def journal(found: Findings, state: str, replication: int, request: int, numbered_in: str) -> Journal:
    """The journal in a state of the request that has number `request` in the state `numbered_in`: the same class and
    ordinal, so the same person's request with the same work (R4); of a chase (R15) as many times chased, too.

    Raises UsageError FS708 when there is no such request.
    """
    model = found.model(state)
    record = stored_record(found, state, replication)
    if state != numbered_in:
        origin = stored_record(found, numbered_in, replication)
        _need_request(request, origin)
        klass = found.model(numbered_in).classes[int(origin.requests["class"][request])].name
        ordinal, chase = (int(origin.requests[column][request]) for column in ("ordinal", "chase"))
        request = _number_of(model, record, klass, ordinal, chase)
    _need_request(request, record)
    told = Journeys(model, record, visit_ledger(model, record))
    start = datetime.fromisoformat(model.start)
    stays = tuple(_stay(told, model, record, row, start) for row in told.rows(request))
    ended = int(record.requests["ended"][request])
    arrived = int(record.requests["arrived"][request])
    due = int(record.requests["due"][request])
    return Journal(
        state=state,
        replication=replication,
        request=request,
        klass=model.classes[int(record.requests["class"][request])].name,
        arrived=_at(start, arrived),
        due=None if due == NONE else _at(start, due),
        ended=None if ended == NONE else _at(start, ended),
        outcome="" if ended == NONE else record.outcomes[int(record.requests["outcome"][request])],
        lead=(record.ended_at if ended == NONE else ended) - arrived,
        stays=stays,
    )


def _stay(told: Journeys, model: Model, record: Record, row: int, start: datetime) -> Stay:
    visits = record.visits
    step, team = int(visits["step"][row]), int(visits["team"][row])
    delivered = int(visits["delivered"][row])
    entries: list[Entry] = []
    for segment in told.of_visit(row):
        along = 0
        if segment.part in ("batch", "transit"):
            underway = delivered == NONE or segment.start < delivered
            along = _company(record, "transfer_batch" if underway else "process_batch", row)
        begin, end = _at(start, segment.start), _at(start, segment.end)
        entries.append(Entry(begin, end, segment.end - segment.start, segment.part, along))
    return Stay(
        step="" if step == NONE else model.steps[step].name,
        team="" if team == NONE else model.teams[team].name,
        kind=Kind(int(visits["kind"][row])).name.lower(),
        via=Via(int(visits["via"][row])).name.lower(),
        pass_=int(visits["pass"][row]),
        entries=tuple(entries),
    )


def _company(record: Record, column: str, row: int) -> int:
    """How many others were in the same batch."""
    batches = record.visits[column]
    return 0 if batches[row] == NONE else int((batches == batches[row]).sum()) - 1


def _number_of(model: Model, record: Record, klass: str, ordinal: int, chase: int) -> int:
    """The number in a record of the request of that class, ordinal and chase. Raises UsageError FS708."""
    classes = [c.name for c in model.classes]
    if klass in classes:
        requests = record.requests
        same = (requests["class"] == classes.index(klass)) & (requests["ordinal"] == ordinal)
        here = np.flatnonzero(same & (requests["chase"] == chase))
        if here.size:
            return int(here[0])
    raise UsageError(f"this request (number {ordinal} of class '{klass}') does not occur in every state", code="FS708")


def _need_request(request: int, record: Record) -> None:
    known = len(record.requests["class"])
    if not 0 <= request < known:
        hint = f"its requests are 0 to {known - 1}" if known else "no request arrived in it"
        raise UsageError(f"there is no request {request} in this run", code="FS708", hint=hint)


def _at(start: datetime, ticks: int) -> datetime:
    return start + timedelta(milliseconds=ticks)
