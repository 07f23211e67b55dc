"""The eight wastes as one table (semantics section 4), each from the measure it stands for."""

from __future__ import annotations

import math

import pytest
from records import HOUR, MIN, NINE, NONE, model, record, request, step, team, visit

from flowsim.metrics import PARTS, Frame
from flowsim.metrics.ledger import AT_WORK, ledger_of, request_ledger_of
from flowsim.metrics.service import Service
from flowsim.metrics.staff import staff_rows
from flowsim.metrics.summary import Measure, summary
from flowsim.metrics.teams import team_rows
from flowsim.metrics.wastes import RULES, WasteRow, waste_rows
from flowsim.model import Model
from flowsim.record import WITHDRAWN, Kind, Record, Via

CASE = model(
    [team("A", 1, "office"), team("B", 1, "office")],
    [step("Sa", "A"), step("Sb", "B")],
    length=24 * HOUR,
    run_calendar="office",
)
NAMES = ("overproduction", "waiting", "transport", "overprocessing", "inventory", "motion", "defects", "unused talent")


def rows(m: Model, r: Record) -> list[WasteRow]:
    frame = Frame(m, r)
    parts = ledger_of(frame)
    service = Service(frame, parts, request_ledger_of(frame, parts))
    staff, idle = staff_rows(frame)
    return waste_rows(service, summary(service, team_rows(frame, parts)), staff, idle)


def values(m: Model, r: Record) -> dict[str, float | None]:
    return {row.measure: row.value for row in rows(m, r)}


def journey() -> Record:
    """One that was delivered after a handoff and a return, one that was withdrawn, and a chase of the first."""
    there = {"step": 1, "team": 1, "from_step": 0, "from_team": 0}
    ten, eleven = NINE + HOUR, NINE + 2 * HOUR
    visits = [
        visit(
            0,
            sent=NINE,
            started=NINE + 10 * MIN,
            set_up=NINE + 15 * MIN,
            worked=NINE + 40 * MIN,
            turn=NINE + 15 * MIN,
            waste_ticks=25 * MIN,
            via=int(Via.ARRIVAL),
        ),
        visit(
            0,
            **there,
            sent=NINE + 40 * MIN,
            gathered=NINE + 50 * MIN,
            delivered=ten,
            admitted=ten + 5 * MIN,
            read=ten + 8 * MIN,
            worked=ten + 20 * MIN,
            work=12 * MIN,
            transfer_batch=0,
        ),
        visit(
            0,
            sent=ten + 20 * MIN,
            worked=ten + 30 * MIN,
            from_step=1,
            from_team=1,
            via=int(Via.RETURN),
            kind=int(Kind.REWORK),
            in_return=1,
        ),
        visit(1, sent=eleven, worked=eleven + 30 * MIN, via=int(Via.ARRIVAL), work=30 * MIN),
        visit(2, sent=eleven + 30 * MIN, worked=eleven + 36 * MIN, via=int(Via.ARRIVAL), waste_ticks=6 * MIN),
    ]
    requests = [
        request(NINE, ten + 30 * MIN),
        request(eleven, eleven + 30 * MIN, outcome=1),
        request(eleven + 30 * MIN, eleven + 36 * MIN, measured=0, parent=0, chase=1),
    ]
    return record(visits, requests, ended_at=48 * HOUR, outcomes=("done", WITHDRAWN))


def test_every_waste_has_its_measures_unit_and_rule() -> None:
    found = rows(CASE, journey())
    assert tuple(dict.fromkeys(row.waste for row in found)) == NAMES
    assert [(r.waste, r.measure, r.unit, r.per, r.rule) for r in found] == list(RULES)
    assert len({r.measure for r in found}) == len(found)
    assert all(r.rule.endswith(".") and r.per for r in found)


def test_each_value_is_the_measure_it_stands_for() -> None:
    assert values(CASE, journey()) == pytest.approx(
        {
            "for_nothing": 30,
            "withdrawn": 1 / 2,
            "queue": 10,
            "overtaken": 0,
            "blocked": 5,
            "batch": 10,
            "answer": 0,
            "waiting": 25,
            "closed": 0,
            "transit": 10,
            "handoffs": 2,
            "work_waste": 25,
            "wip": (90 + 30) / (24 * 60),
            "days_of_stock": (90 + 30) / (24 * 60),  # one was delivered in one working day
            "setup": 5,
            "reread": 3,
            "rework": 10,
            "return_time": 10,
            "returns": 1,
            "questions": 0,
            "complete_accurate": 0,
            "failure_demand": 6,
            "idle_skilled": 0,
            "idle_if_one": 10 / 60,  # B was idle while the request waited for A
        }
    )


def test_of_a_lead_time_no_minute_is_under_two_wastes() -> None:
    """All parts of the ledger but work that adds value or is necessary are under one waste; closed is shown apart."""
    m = CASE
    frame = Frame(m, journey())
    parts = request_ledger_of(frame, ledger_of(frame))
    found = values(m, journey())
    wasted = sum(v for k, v in found.items() if v and k in PARTS)
    value = int(parts["work_adding"][0] + parts["work_necessary"][0]) / MIN
    assert wasted + value == 90
    assert set(PARTS) - set(found) == {"work_adding", "work_necessary"}
    assert set(AT_WORK) - set(found) == {"work_adding", "work_necessary"}


def test_waiting_is_an_exact_sum_whatever_the_version_of_python() -> None:
    """`sum` gives the last digits of floats otherwise from Python 3.12 on: these added from left to right are 0.6."""
    frame = Frame(CASE, journey())
    parts = ledger_of(frame)
    service = Service(frame, parts, request_ledger_of(frame, parts))
    waits = dict(zip(("queue", "overtaken", "blocked", "batch", "answer"), (0.1, 0.1, 0.1, 0.2, 0.1), strict=True))
    measures = [Measure(f"ledger {part}", NONE, value, "min") for part, value in waits.items()]
    (waiting,) = [r.value for r in waste_rows(service, measures, *staff_rows(frame)) if r.measure == "waiting"]
    assert waiting == 0.6000000000000001 == math.fsum(waits.values())


def test_what_cannot_be_measured_is_missing_not_zero() -> None:
    found = values(CASE, record([], [], ended_at=48 * HOUR))
    assert {k for k, v in found.items() if v is not None} == {"wip", "idle_skilled", "idle_if_one"}
    early = model([team("A")], [step("S", "A")], warm_up=900 * MIN)
    nothing = values(early, record([visit(0, sent=0)], [request(0, measured=0)], ended_at=MIN))
    assert set(nothing.values()) == {None}


def test_an_open_request_is_in_stock_and_not_in_the_means() -> None:
    r = record([visit(0, sent=NINE, open_at="started", person=NONE)], [request(NINE)], ended_at=48 * HOUR)
    found = values(CASE, r)
    assert found["wip"] == 15 / 24
    assert (found["queue"], found["waiting"], found["days_of_stock"]) == (None, None, None)
