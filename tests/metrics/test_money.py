"""What people's time and the customers' waiting cost (semantics section 5)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from records import DAY, HOUR, MIN, NINE, model, record, request, step, team, visit

from flowsim.metrics import Frame
from flowsim.metrics.ledger import ledger_of, request_ledger_of
from flowsim.metrics.money import ITEMS, MoneyRow, money_rows
from flowsim.metrics.service import Service
from flowsim.metrics.staff import KINDS, staff_rows
from flowsim.metrics.summary import summary
from flowsim.metrics.teams import team_rows
from flowsim.model import DelayCost, Model, RequestClass, Wait
from flowsim.record import WITHDRAWN, Record, Via

CASE = model(
    [team("A", 1, "office", cost=60.0), team("B", 2, "office")], [step("Sa", "A"), step("Sb", "B")], length=24 * HOUR
)


def service(m: Model, r: Record) -> Service:
    frame = Frame(m, r)
    parts = ledger_of(frame)
    return Service(frame, parts, request_ledger_of(frame, parts))


def rows(m: Model, r: Record) -> dict[tuple[str, str, str], MoneyRow]:
    own = service(m, r)
    found = money_rows(own, staff_rows(own.frame)[0])
    keyed = {(row.scope, row.name, row.item): row for row in found}
    assert len(keyed) == len(found)
    return keyed


def day() -> Record:
    """Two delivered, one withdrawn, one chase, at A; for half an hour somebody waits at B."""
    t = [NINE, NINE + HOUR, NINE + 100 * MIN, NINE + 2 * HOUR]
    lengths = [60, 20, 10, 30]
    visits = [
        visit(i, sent=t[i], worked=t[i] + lengths[i] * MIN, via=int(Via.ARRIVAL), work=lengths[i] * MIN)
        for i in range(4)
    ]
    visits.append(visit(4, step=1, team=1, sent=NINE + 150 * MIN, started=NINE + 3 * HOUR, via=int(Via.ARRIVAL)))
    requests = [request(t[i], t[i] + lengths[i] * MIN) for i in range(4)]
    requests[1] |= {"outcome": 1}
    requests[2] |= {"parent": 0, "chase": 1, "measured": 0}
    requests.append(request(NINE + 150 * MIN, NINE + 3 * HOUR))
    return record(visits, requests, ended_at=48 * HOUR, outcomes=("done", WITHDRAWN))


def test_each_kind_of_time_has_its_price_and_they_add_up_to_the_whole() -> None:
    found = rows(CASE, day())
    a = {item: found["team", "A", item] for item in ITEMS}
    assert a["present"].amount == 7 * 60
    assert sum(a[kind].amount or 0.0 for kind in KINDS) == pytest.approx(7 * 60)
    assert sum(a[kind].ticks or 0 for kind in KINDS) == a["present"].ticks == 7 * HOUR
    assert (a["work_adding"].amount, a["overproduction"].amount, a["failure_demand"].amount) == (90, 20, 10)
    assert a["idle_while_work_waits"].amount == pytest.approx(30)
    assert a["present"].per_request == 140  # three were delivered in the window
    assert a["overproduction"].per_request == pytest.approx(20 / 3)


def test_without_a_cost_there_is_time_and_no_price() -> None:
    found = rows(CASE, day())
    b = found["team", "B", "present"]
    assert (b.ticks, b.amount, b.per_request) == (14 * HOUR, None, None)
    total = found["all", "all", "present"]
    assert (total.ticks, total.amount) == (21 * HOUR, 420)
    free = model([team("A")], [step("Sa", "A")], length=24 * HOUR)
    assert all(row.amount is None for row in rows(free, record([visit(0, sent=NINE)], ended_at=48 * HOUR)).values())


def test_the_whole_is_the_cost_of_the_summary() -> None:
    own = service(CASE, day())
    measures = {m.name: m.value for m in summary(own, team_rows(own.frame, own.visit_parts))}
    total = rows(CASE, day())["all", "all", "present"]
    assert (total.amount, total.per_request) == (measures["cost"], measures["cost per ended request"])


def test_the_cost_of_all_teams_is_an_exact_sum() -> None:
    """Added from left to right these are 0.6000000000000001, as `sum` does up to Python 3.11."""
    own = service(CASE, day())
    team = team_rows(own.frame, own.visit_parts)[0]
    prices = (0.1, 0.2, 0.3)
    measures = {m.name: m.value for m in summary(own, [dataclasses.replace(team, cost=price) for price in prices])}
    assert measures["cost"] == 0.6


def test_the_cost_of_delay_is_an_exact_sum_in_whatever_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """numpy adds in lanes, and not in all versions alike; what has no such cost counts for nothing."""
    own = service(CASE, day())
    costs = np.array([1e16, 1.0, np.nan, 1.0, -1e16])
    monkeypatch.setitem(own.__dict__, "delay_cost", costs)
    assert own.delay_cost_of(np.ones(5, dtype=bool)) == 2.0
    assert own.delay_cost_of(np.array([True, True, True, False, True])) == 1.0


def test_the_cost_of_delay_of_each_class_that_has_one() -> None:
    arrivals = CASE.classes[0].arrivals
    classes = (
        RequestClass("dear", arrivals, Wait(HOUR), delay_cost=DelayCost(24.0, Wait(DAY))),
        RequestClass("late", arrivals, Wait(HOUR), delay_cost=DelayCost(14.0, Wait(7 * HOUR, "office"), late=True)),
        RequestClass("free", arrivals),
    )
    m = dataclasses.replace(CASE, classes=classes)
    lengths = (3, 1, 2, 4)
    visits = [visit(i, sent=NINE, worked=NINE + lengths[i] * HOUR, via=int(Via.ARRIVAL)) for i in range(4)]
    visits.append(visit(4, sent=NINE, open_at="started"))
    requests = [request(NINE, NINE + lengths[i] * HOUR, klass=k, due=NINE + HOUR) for i, k in enumerate((0, 1, 1, 2))]
    requests.append(request(NINE, klass=0, due=NINE + HOUR))
    found = rows(m, record(visits, requests, ended_at=48 * HOUR))
    assert found["class", "dear", "delay"].amount == 3  # the open one is not known yet
    late = found["class", "late", "delay"]
    assert (late.amount, late.per_request, late.ticks) == (2, 1, None)
    both = found["all", "all", "delay"]
    assert (both.amount, both.per_request) == (5, 5 / 3)
    assert ("class", "free", "delay") not in found


def test_no_cost_of_delay_is_no_number() -> None:
    row = rows(CASE, day())["all", "all", "delay"]
    assert (row.amount, row.per_request) == (None, None)
