"""The watermelon panel: each team by its own clock, the time nobody owns, and the customer (semantics section 5)."""

from __future__ import annotations

import dataclasses

import pytest
from records import DAY, HOUR, MIN, NINE, NONE, model, record, request, step, team, visit

from flowsim.metrics import Frame
from flowsim.metrics.ledger import ledger_of, request_ledger_of
from flowsim.metrics.service import Service
from flowsim.metrics.teams import team_rows
from flowsim.metrics.watermelon import WatermelonRow, customer_light, index_row, light, watermelon_rows
from flowsim.model import Chasing, Model, RequestClass, Span, Target, Wait
from flowsim.record import Kind, Record, Via

ELAPSED, WORKING = Target(0.9, Wait(HOUR)), Target(0.8, Wait(HOUR, "office"))
LINE = model(
    [team("A", 1, "office", ELAPSED), team("B", 1, "office", WORKING), team("C")],
    [step("Sa", "A"), step("Sb", "B"), step("Sc", "C")],
    length=48 * HOUR,
)


def rows(m: Model, r: Record) -> list[WatermelonRow]:
    frame = Frame(m, r)
    parts = ledger_of(frame)
    return watermelon_rows(Service(frame, parts, request_ledger_of(frame, parts)), team_rows(frame, parts))


def green_and_late(n: int = 4) -> Record:
    """Every team answers within the hour; requests travel for a day, and wait for the customer."""
    visits, requests = [], []
    for i in range(n):
        t = NINE + i * MIN
        u = t + 20 * MIN
        visits += [
            visit(i, sent=t, worked=u, via=int(Via.ARRIVAL), work=20 * MIN),
            visit(
                i,
                step=1,
                team=1,
                from_step=0,
                from_team=0,
                sent=u,
                gathered=u + 2 * HOUR,
                delivered=u + 23 * HOUR,
                kind=int(Kind.QUESTION),
                transfer_batch=i,
            ),
            visit(
                i,
                step=NONE,
                team=NONE,
                person=NONE,
                sent=u + 23 * HOUR,
                worked=u + 24 * HOUR,
                kind=int(Kind.ANSWER),
                via=int(Via.QUESTION),
            ),
            visit(i, step=1, team=1, from_step=NONE, sent=u + 24 * HOUR, worked=u + 24 * HOUR + 10 * MIN, via=4),
        ]
        requests.append(request(t, u + 24 * HOUR + 10 * MIN, due=t + (DAY if i else 2 * DAY)))
    return record(visits, requests, ended_at=60 * HOUR)


def test_green_outside_red_inside() -> None:
    a, b, c, nobody, customer, index = rows(LINE, green_and_late())
    assert (a.met, a.light, a.target_share, a.target) == (1, "green", 0.9, Wait(HOUR))
    assert (b.met, b.light) == (1, "green")
    assert (c.met, c.light, c.target) == (None, None, None)
    assert a.clock == "delivered to released, each visit by itself, elapsed time"
    assert b.clock == "delivered to released, each visit by itself, open time of office"
    assert nobody.ticks == 24 * HOUR  # two hours in a batch, 21 on the way, one with the customer
    assert nobody.share_of_lead == 24 * HOUR / (24 * HOUR + 30 * MIN)
    assert (customer.met, customer.light, customer.target) == (0.25, "red", Wait(DAY))
    assert (customer.p85, customer.p90) == (24 * HOUR + 30 * MIN,) * 2
    assert customer.clock == "arrival to end, elapsed time"
    assert (index.points, index.flag) == (75, True)
    assert [row.row for row in (a, b, c, nobody, customer, index)] == [*["team"] * 3, "nobody", "customer", "index"]


def test_time_nobody_owns_is_that_of_the_critical_branch() -> None:
    """R13: what travelled meanwhile on another branch is in no lead time."""
    from records import fork

    visits = [
        visit(0, sent=0, via=int(Via.ARRIVAL)),
        visit(0, branch=1, sent=0, delivered=50, released=60, step=1, team=1, from_step=0, from_team=0),
        visit(0, branch=2, sent=0, delivered=70, released=100, step=2, team=2, from_step=0, from_team=0),
    ]
    r = record(visits, [request(0, 100)], ended_at=60 * HOUR, branches=fork(0, 0, 0, 60, 100))
    nobody = rows(LINE, r)[3]
    assert (nobody.ticks, nobody.share_of_lead) == (70, 0.7)


@pytest.mark.parametrize(
    ("met", "shown"), [(1.0, "green"), (0.9, "green"), (0.89, "amber"), (0.8, "amber"), (0.79, "red"), (0.0, "red")]
)
def test_the_light_of_a_team_that_wants_nine_of_ten(met: float, shown: str) -> None:
    assert light(met, 0.9) == shown


def test_the_light_of_the_customer_turns_where_the_flag_does() -> None:
    assert [customer_light(x) for x in (0.9, 0.89, 0.7, 0.69)] == ["green", "amber", "amber", "red"]


@pytest.mark.parametrize(
    ("teams", "customer", "points", "flag"),
    [
        ([0.9, 1.0], 0.69, 21, True),
        ([0.89, 1.0], 0.1, 79, False),  # one team is not green
        ([0.9, 1.0], 0.7, 20, False),  # nor is the customer red
        ([0.5], 0.9, -40, False),
        ([], 0.1, None, False),
        ([0.9], None, None, False),
    ],
)
def test_the_index(teams: list[float], customer: float | None, points: float | None, flag: bool) -> None:
    row = index_row(teams, customer)
    assert (row.points is None) == (points is None)
    assert row.points == pytest.approx(points)
    assert row.flag is flag


def test_several_classes_each_by_its_own_promise_chases_by_none() -> None:
    """R15: a chase is no customer's request."""
    arrivals = LINE.classes[0].arrivals
    chasing = Chasing("chase", Span(LINE.tasks[0].time))
    classes = (
        RequestClass("slow", arrivals, Wait(2 * DAY, "office"), chasing=chasing),
        RequestClass("fast", arrivals, Wait(HOUR)),
        RequestClass("chase", arrivals),
    )
    m = dataclasses.replace(LINE, classes=classes)
    visits = [visit(i, sent=NINE, worked=NINE + (i + 1) * HOUR, via=int(Via.ARRIVAL)) for i in range(3)]
    requests = [
        request(NINE, NINE + HOUR, due=DAY),
        request(NINE, NINE + 2 * HOUR, due=NINE + HOUR, klass=1),
        request(NINE, NINE + 3 * HOUR, klass=2, measured=0, parent=0, chase=1),
    ]
    customer, slow, fast, index = rows(m, record(visits, requests, ended_at=60 * HOUR))[-4:]
    assert (customer.met, slow.met, fast.met) == (0.5, 1, 0)
    assert (slow.name, slow.row, slow.p90) == ("slow", "class", HOUR)
    assert (fast.light, fast.clock) == ("red", "arrival to end, elapsed time")
    assert slow.clock == "arrival to end, open time of office"
    assert customer.clock == "arrival to end, each by its own promise"
    assert customer.target is None
    assert index.points == 0  # the team: one of its two measured visits; chases are not measured (R16)


def test_nothing_measured_nothing_claimed() -> None:
    found = rows(LINE, record([], [], ended_at=HOUR))
    assert all((row.met, row.ticks, row.p85, row.points, row.flag) == (None, None, None, None, False) for row in found)
