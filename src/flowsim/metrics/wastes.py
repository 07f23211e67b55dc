"""The eight wastes of Lean, measured: one table a run (docs/semantics.md section 4).

Of a request's lead time no minute is under two wastes: waiting, transport, overprocessing, motion and rework share it
with the work that is no waste and the closed hours. Beside them stand other views of it: inventory is that time seen
from the system, return time is all time that a return brings. Overproduction and unused talent are people's time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.metrics.idle import Idle
from flowsim.metrics.money import delivered_in_window
from flowsim.metrics.service import Service
from flowsim.metrics.staff import StaffRow
from flowsim.metrics.summary import Measure
from flowsim.record import NONE

MINUTE, HOUR = 60_000, 3_600_000

_REQUEST = "measured request that was delivered"
_DELIVERED = "request delivered in the window"
_MEASURED = "measured request"
_DAY = "working day"
_ANY_TIME = "moment of the window"

Rule = tuple[str, str, str, str, str]

RULES: tuple[Rule, ...] = (
    (
        *("overproduction", "for_nothing", "min", _DELIVERED),
        "People's time at work on requests that were withdrawn in the end.",
    ),
    ("overproduction", "withdrawn", "share", _MEASURED, "Requests whose customer withdrew."),
    ("waiting", "queue", "min", _REQUEST, "Open time on a waiting list until somebody took it up, overtaking apart."),
    (
        *("waiting", "overtaken", "min", _REQUEST),
        "Open time on a waiting list while one that joined later was in the hands of somebody who could have taken it.",
    ),
    ("waiting", "blocked", "min", _REQUEST, "Time kept out by a limit on the work in process."),
    (
        *("waiting", "batch", "min", _REQUEST),
        "Time for the others of a batch: until it left, until it was complete, until its own turn came, and after it.",
    ),
    ("waiting", "answer", "min", _REQUEST, "Time for the answer to a question: a customer's, or open time of a team."),
    ("waiting", "waiting", "min", _REQUEST, "These five together."),
    ("waiting", "closed", "min", _REQUEST, "Time in which the serving team was closed; not in the sum before it."),
    ("transport", "transit", "min", _REQUEST, "Time on the way between teams."),
    ("transport", "handoffs", "moves", _REQUEST, "Moves to another team, on the route or back; not to ask or answer."),
    ("overprocessing", "work_waste", "min", _REQUEST, "Work that the scenario calls waste, the first time it is done."),
    ("inventory", "wip", "requests", _ANY_TIME, "Requests of customers in process, averaged over all the window."),
    (
        "inventory",
        "days_of_stock",
        "working days",
        _ANY_TIME,
        "Requests in process divided by those ended a working day.",
    ),
    ("motion", "setup", "min", _REQUEST, "Set-up of the person, or of the process batch in full for every member."),
    ("motion", "reread", "min", _REQUEST, "Reading in by whoever received it."),
    ("defects", "rework", "min", _REQUEST, "Work in a second or later pass, and a team's work on answers."),
    ("defects", "return_time", "min", _REQUEST, "All time from a return until past the furthest step reached before."),
    ("defects", "returns", "returns", _REQUEST, "Times sent back to an earlier step."),
    ("defects", "questions", "questions", _REQUEST, "Questions asked about it, of a team or of the customer."),
    ("defects", "complete_accurate", "share", _REQUEST, "Requests with no return and no question anywhere (%C&A)."),
    ("defects", "failure_demand", "min", _DELIVERED, "People's time at work on customers who chase."),
    (
        *("unused talent", "idle_skilled", "h", _DAY),
        "People's time with nothing in hand while work they may do waited on the list of another team.",
    ),
    (
        *("unused talent", "idle_if_one", "h", _DAY),
        "If all teams were one: idle people matched with work waiting in another open team, as many as fit, over time.",
    ),
)
"""(waste, measure, unit, per what, the rule in a sentence), in the order in which they are shown."""

_WAITING = ("queue", "overtaken", "blocked", "batch", "answer")
_FROM_SUMMARY = {
    **{part: f"ledger {part}" for part in (*_WAITING, "closed", "transit", "work_waste", "setup", "reread", "rework")},
    "return_time": "ledger return_time",
    "handoffs": "handoffs",
    "wip": "WIP mean",
    "returns": "returns",
    "questions": "questions",
    "complete_accurate": "rolled %C&A",
}
"""Measures that are those of the summary, over all classes."""


@dataclass(frozen=True)
class WasteRow:
    """One measure of one waste; None where nothing happened that it could be measured on."""

    waste: str
    measure: str
    value: float | None
    unit: str
    per: str
    rule: str


def waste_rows(service: Service, measures: Sequence[Measure], staff: Sequence[StaffRow], idle: Idle) -> list[WasteRow]:
    """A row for each of RULES; `measures` is the summary of the same replication."""
    values = {m.name: m.value for m in measures if m.klass == NONE}
    found: dict[str, float | None] = {key: values.get(name) for key, name in _FROM_SUMMARY.items()}
    found["waiting"] = _sum([found[part] for part in _WAITING])
    found["days_of_stock"] = _ratio(values.get("WIP mean"), values.get("throughput"))
    found |= _of_people(service, staff, idle)
    frame = service.frame
    n = int(frame.measured.sum())
    found["withdrawn"] = int((frame.measured & frame.withdrawn).sum()) / n if n else None
    return [WasteRow(waste, key, found[key], unit, per, rule) for waste, key, unit, per, rule in RULES]


def _of_people(service: Service, staff: Sequence[StaffRow], idle: Idle) -> dict[str, float | None]:
    """What is people's time."""
    frame = service.frame
    day = frame.model.calendar(frame.model.run.calendar).working_day
    days = frame.run_clock.worked(frame.lo, frame.hi) / day if day else 0.0
    delivered = delivered_in_window(service) * MINUTE
    return {
        "for_nothing": _ratio(sum(row.kinds["overproduction"] for row in staff), delivered),
        "failure_demand": _ratio(sum(row.kinds["failure_demand"] for row in staff), delivered),
        "idle_skilled": _ratio(sum(row.kinds["idle_skilled"] for row in staff), days * HOUR),
        "idle_if_one": _ratio(idle.if_one, days * HOUR),
    }


def _sum(values: Sequence[float | None]) -> float | None:
    """Exact: `sum` adds floats in another way from Python 3.12 on."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if len(known) == len(values) else None


def _ratio(a: float | None, b: float | None) -> float | None:
    return a / b if a is not None and b else None
