"""What customers get: lead times, promises, hands, and the measures of a replication (semantics R16, section 5)."""

from __future__ import annotations

import numpy as np
import pytest
from records import HOUR, MIN, NINE, NONE, model, record, request, step, team, visit

from flowsim.metrics import PARTS, Frame, request_ledger, visit_ledger
from flowsim.metrics.service import Service
from flowsim.metrics.summary import percentile, summary
from flowsim.metrics.teams import team_rows
from flowsim.model import Model, Target, Wait
from flowsim.record import Kind, Record, Via


def service(m: Model, r: Record) -> Service:
    return Service(Frame(m, r), request_ledger(m, r, visit_ledger(m, r)))


def measures(m: Model, r: Record, klass: int = NONE) -> dict[str, float]:
    own = service(m, r)
    rows = summary(own, team_rows(own.frame, visit_ledger(m, r)))
    names = [(row.name, row.klass) for row in rows]
    assert len(set(names)) == len(names)
    assert all(np.isfinite(row.value) for row in rows)
    return {row.name: row.value for row in rows if row.klass == klass}


TWO = model([team("A", 2), team("B")], [step("Sa", "A"), step("Sb", "B")], run_calendar="office", length=100 * HOUR)


def test_lead_time_is_elapsed_and_on_the_calendar_of_the_run() -> None:
    rows = [
        visit(0, sent=NINE + 7 * HOUR, worked=NINE + 25 * HOUR),
        visit(1, sent=NINE + 30 * HOUR, open_at="started"),
    ]
    own = service(TWO, record(rows))
    assert own.lead.tolist() == [18 * HOUR, NONE]
    assert own.working_lead.tolist() == [2 * HOUR, NONE]


def test_a_frame_that_stops_earlier_knows_nothing_of_later_ends() -> None:
    r = record([visit(0, sent=0, worked=10), visit(1, sent=0, worked=20)])
    frame = Frame(TWO, r, until=15)
    own = Service(frame, request_ledger(TWO, r, visit_ledger(TWO, r, 15)))
    assert own.lead.tolist() == [10, NONE]
    assert own.parts["work_waste"].tolist() == [10, 15]


def test_process_time_is_whatever_somebody_is_at_work_on() -> None:
    chain = {"sent": 0, "started": 10, "set_up": 12, "turn": 20, "read": 25, "worked": 35, "released": 50}
    own = service(TWO, record([visit(0, **chain, adding_ticks=4, waste_ticks=6)]))
    assert own.process_time.tolist() == [2 + 5 + 10]


def test_handoffs_are_moves_between_teams_and_hands_different_people() -> None:
    rows = [
        visit(0, sent=0, via=int(Via.ARRIVAL), person=0, released=10),  # from the customer: no handoff
        visit(0, sent=10, via=int(Via.NEXT), from_step=0, from_team=0, person=1, released=20),  # same team
        visit(0, sent=20, step=1, team=1, from_step=0, from_team=0, kind=int(Kind.QUESTION), released=30),
        visit(0, sent=30, kind=int(Kind.ANSWER), via=int(Via.QUESTION), from_step=1, from_team=1, released=40),
        visit(0, sent=40, step=1, team=1, via=int(Via.ANSWER), from_step=0, from_team=0, released=50),
        visit(0, sent=50, via=int(Via.RETURN), from_step=1, from_team=1, person=1, kind=1, released=60),
        visit(0, sent=60, step=NONE, team=NONE, person=NONE, kind=int(Kind.ANSWER), released=70),
        visit(0, sent=70, step=1, team=1, from_step=0, from_team=0, open_at="started"),
        visit(2, sent=0, person=1, released=5),
    ]
    requests = [request(0), request(0, 0), request(0, 5)]
    own = service(TWO, record(rows, requests))
    assert own.handoffs.tolist() == [3, 0, 0]  # 20, 50 and 70
    assert own.hands.tolist() == [3, 0, 1]  # A0, A1, B0; the waiting visit is in no hands
    assert own.returns.tolist() == [1, 0, 0]
    assert own.questions.tolist() == [2, 0, 0]
    assert own.visits.tolist() == [8, 0, 1]


def test_a_request_past_due_is_late_though_it_is_open_and_one_not_yet_due_is_undecided() -> None:
    requests = [
        request(0, 10, due=10),
        request(0, 11, due=10),
        request(0, NONE, due=99),
        request(0, NONE, due=100),  # nothing from the end of the run on is known: it may have ended at 100
        request(0, 11),
    ]
    own = service(TWO, record([], requests, ended_at=100))
    assert own.within.tolist() == [1, 0, 0, NONE, NONE]
    found = measures(TWO, record([], requests, ended_at=100))
    assert found["within promise"] == 1 / 3
    assert found["promise undecided"] == 1
    assert (found["requests"], found["ended"], found["unfinished"]) == (5, 3, 2)
    assert found["unfinished share"] == 2 / 5


def test_a_percentile_is_the_smallest_value_with_at_least_that_share() -> None:
    ten = np.arange(10, 110, 10)
    assert [percentile(ten, p) for p in (50, 80, 81, 85, 95, 100)] == [50, 80, 90, 90, 100, 100]
    assert percentile(np.array([7]), 50) == 7
    assert percentile(np.arange(1, 101), 95) == 95
    assert percentile(np.arange(1, 21), 85) == 17  # 0.85 * 20 is not 17 in floating point
    for n in range(1, 60):
        values = np.arange(n)
        for p in (50, 80, 85, 95):
            enough = [v for v in range(n) if 100 * (v + 1) >= p * n]
            assert percentile(values, p) == enough[0]


def journeys() -> Record:
    """Four measured requests and one of the warm-up; class 1 is clean, class 0 is not."""
    one = {"step": 1, "team": 1, "from_step": 0, "from_team": 0}
    rows = [
        visit(0, sent=0, worked=30 * MIN, work=30 * MIN),
        visit(1, sent=NINE, started=NINE + 20 * MIN, worked=NINE + 40 * MIN, work=20 * MIN),
        visit(2, sent=NINE, started=NINE + HOUR, worked=NINE + 2 * HOUR, waste_ticks=HOUR),
        visit(2, sent=NINE + 2 * HOUR, worked=NINE + 3 * HOUR, kind=1, via=int(Via.RETURN), in_return=1),
        visit(3, sent=NINE, worked=NINE + 10 * MIN, work=10 * MIN),
        visit(3, sent=NINE + 10 * MIN, **one, worked=NINE + 20 * MIN, work=10 * MIN, person=0),
        visit(4, sent=NINE, open_at="started"),
    ]
    due = NINE + 2 * HOUR
    requests = [
        request(0, 30 * MIN, measured=0),
        request(NINE, NINE + 40 * MIN, klass=0, due=due),
        request(NINE, NINE + 3 * HOUR, klass=0, due=due),
        request(NINE, NINE + 20 * MIN, klass=1, due=due),
        request(NINE, klass=0, due=due),
    ]
    return record(rows, requests, ended_at=NINE + 20 * HOUR)


CASE = model(
    [team("A", 2, "office", Target(0.9, Wait(70 * MIN)), cost=30.0), team("B", cost=None)],
    [step("Sa", "A"), step("Sb", "B")],
    length=NINE + 8 * HOUR,
    warm_up=HOUR,
    classes=("first", "second"),
    run_calendar="office",
)


def test_r16_measures_are_over_measured_requests() -> None:
    found = measures(CASE, journeys())
    assert (found["requests"], found["ended"], found["unfinished"]) == (4, 3, 1)
    assert found["within promise"] == 2 / 4
    assert found["lead time mean"] == pytest.approx((40 + 180 + 20) / 3)
    assert [found[f"lead time P{p}"] for p in (50, 80, 85, 95)] == [40, 180, 180, 180]
    assert found["working lead time mean"] == found["lead time mean"]  # all within office hours
    assert found["process time mean"] == pytest.approx((20 + 120 + 20) / 3)
    assert found["value-added time mean"] == pytest.approx((20 + 0 + 20) / 3)
    assert found["activity ratio"] == pytest.approx(160 / 240)
    assert found["VA ratio"] == pytest.approx(40 / 240)
    assert found["handoffs"] == pytest.approx(1 / 3)
    assert found["hands"] == pytest.approx(4 / 3)
    assert found["rolled %C&A"] == pytest.approx(2 / 3)
    assert found["ledger rework"] == 20
    assert found["ledger return_time"] == 20


def test_the_mean_ledger_adds_up_to_the_mean_lead_time() -> None:
    for klass in (NONE, 0, 1):
        found = measures(CASE, journeys(), klass)
        assert sum(found[f"ledger {part}"] for part in PARTS) == pytest.approx(found["lead time mean"])


def test_measures_of_a_class_are_over_its_own_requests() -> None:
    first, second = measures(CASE, journeys(), 0), measures(CASE, journeys(), 1)
    assert (first["requests"], second["requests"]) == (3, 1)
    assert (first["within promise"], second["within promise"]) == (1 / 3, 1)
    assert (first["rolled %C&A"], second["rolled %C&A"]) == (1 / 2, 1)
    assert "throughput" not in first


def test_throughput_and_takt_are_over_the_window() -> None:
    found = measures(CASE, journeys())
    assert found["ended in window"] == 3  # the one of the warm-up ended before
    assert found["throughput"] == 3  # the window holds one working day of 7 hours
    assert found["takt"] == 7 * 60 / 4
    hours = 40 / 60 + 3 + 20 / 60 + 8  # the open one stays to the end of the window
    assert found["WIP mean"] == pytest.approx(hours * HOUR / (NINE + 7 * HOUR))


def test_the_watermelon_gap_holds_the_worst_team_against_the_promise() -> None:
    found = measures(CASE, journeys())
    assert found["lowest target met"] == 3 / 4  # of 40, 120, 60 and 10 minutes
    assert found["watermelon gap"] == 3 / 4 - 2 / 4
    assert found["cost"] == 2 * 7 * 30
    assert found["cost per ended request"] == 2 * 7 * 30 / 3


def test_a_measure_without_a_value_is_left_out() -> None:
    m = model([team("A")], [step("Sa", "A")], length=100, warm_up=50)
    found = measures(m, record([], [request(0, 10, measured=0)], ended_at=100))
    assert found == {
        "requests": 0,
        "ended": 0,
        "unfinished": 0,
        "ended in window": 0,
        "throughput": 0,
        "WIP mean": 0,
    }
