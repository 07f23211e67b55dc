"""What customers get: lead times, promises, hands, and the measures of a replication (semantics R16, section 5)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from records import (
    DAY,
    GONE,
    HOUR,
    MIN,
    NINE,
    NONE,
    colleague,
    cut,
    fork,
    model,
    record,
    request,
    step,
    team,
    visit,
)

from flowsim.metrics import PARTS, Frame, request_ledger, visit_ledger
from flowsim.metrics.service import Service
from flowsim.metrics.summary import percentile, summary
from flowsim.metrics.teams import team_rows
from flowsim.model import (
    Arrivals,
    Chasing,
    DelayCost,
    Distribution,
    Model,
    Person,
    RequestClass,
    Span,
    Split,
    Target,
    Wait,
)
from flowsim.record import BACKLOG, Kind, Record, Via


def service(m: Model, r: Record) -> Service:
    parts = visit_ledger(m, r)
    return Service(Frame(m, r), parts, request_ledger(m, r, parts))


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
    parts = visit_ledger(TWO, r, 15)
    own = Service(frame, parts, request_ledger(TWO, r, parts, 15))
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


# -- withdrawals, chases, a backlog, branches, several people ----------------------------------------------------------

GAP = Arrivals(gap=Distribution("constant", (float(HOUR),)))
ANY_TIME = Span(Distribution("constant", (float(HOUR),)))
FULL = RequestClass(
    "full", GAP, Wait(DAY), patience=ANY_TIME, chasing=Chasing("chase", ANY_TIME), delay_cost=DelayCost(24.0, Wait(DAY))
)
PLAIN = RequestClass("plain", GAP, Wait(DAY))
RICH = model(
    [team("A", 2), team("B")],
    [step("Sa", "A"), step("Sb", "B")],
    length=100 * HOUR,
    classes=(FULL, PLAIN, RequestClass("chase", Arrivals())),
)
NEW = ("withdrawn", "work for nothing", "chases", "delay cost", "join wait", "people time", "WIP let in")


def eventful() -> Record:
    """Four of the full class: one answered, two withdrawn (one after ten minutes of work), one open; one plain one; two
    chases of the first and one of the open one; one of a backlog that was answered.
    """
    waits = dict.fromkeys(("sent", "gathered", "delivered", "admitted", "assembled"), 2 * HOUR)
    rows = [
        visit(0, sent=HOUR, started=2 * HOUR, worked=3 * HOUR, work=HOUR),
        visit(1, sent=HOUR, worked=HOUR + 10 * MIN, work=10 * MIN),
        cut(1, 5 * HOUR, **dict.fromkeys(waits, HOUR + 10 * MIN), step=1, team=1, from_step=0, from_team=0),
        cut(2, 6 * HOUR, **waits),
        visit(3, sent=2 * HOUR, open_at="started"),
        visit(4, sent=2 * HOUR, worked=4 * HOUR, work=HOUR),
        visit(5, sent=0, via=int(Via.BACKLOG), worked=9 * HOUR, work=HOUR),
        visit(6, sent=2 * HOUR, worked=3 * HOUR, work=HOUR, step=1, team=1),
    ]
    chase = {"klass": 2, "measured": 0, "ordinal": 0}
    requests = [
        request(HOUR, 3 * HOUR, due=2 * HOUR),
        request(HOUR, 5 * HOUR, due=5 * HOUR, outcome=1),
        request(2 * HOUR, 6 * HOUR, due=5 * HOUR, outcome=1),
        request(2 * HOUR, due=8 * HOUR),
        request(2 * HOUR, 4 * HOUR, due=20 * HOUR, klass=1),
        request(0, 9 * HOUR, due=20 * HOUR, age=DAY, measured=0, ordinal=BACKLOG),
        request(2 * HOUR, 3 * HOUR, parent=0, **chase) | {"chase": 1},
        request(2 * HOUR + 1, 3 * HOUR, parent=0, **chase) | {"chase": 2},
        request(3 * HOUR, parent=3, **chase) | {"chase": 1},
    ]
    return record(rows, requests, ended_at=10 * HOUR, outcomes=GONE)


def test_r15_who_withdrew_got_no_answer_whenever_that_was() -> None:
    found = measures(RICH, eventful())
    assert (found["requests"], found["ended"], found["unfinished"]) == (5, 2, 1)
    assert found["withdrawn"] == 2 / 5
    assert found["lead time mean"] == 120  # of the two that were answered: not of those who went after 4 hours
    assert found["lead time P95"] == 120
    assert sum(found[f"ledger {part}"] for part in PARTS) == 120
    own = service(RICH, eventful())
    assert own.lead.tolist()[:5] == [2 * HOUR, 4 * HOUR, 4 * HOUR, NONE, 2 * HOUR]
    assert (found["outcome done"], found["outcome withdrawn"]) == (2 / 4, 2 / 4)


def test_r15_a_promise_is_not_kept_by_withdrawing_and_broken_only_when_it_was_due() -> None:
    assert service(RICH, eventful()).within.tolist()[:5] == [0, NONE, 0, 0, 1]
    found = measures(RICH, eventful())
    assert found["within promise"] == 1 / 4
    assert found["promise undecided"] == 1


def test_r15_work_for_nothing_is_what_people_did_for_those_who_withdrew() -> None:
    assert measures(RICH, eventful())["work for nothing"] == 10 / 2
    assert measures(RICH, eventful(), 0)["work for nothing"] == 10


def test_r15_chases_are_counted_with_the_request_and_are_none_of_their_own() -> None:
    own = service(RICH, eventful())
    assert own.chases.tolist() == [2, 0, 0, 1, 0, 0, 0, 0, 0]
    assert measures(RICH, eventful())["chases"] == 3 / 5
    assert measures(RICH, eventful(), 0)["chases"] == 3 / 4
    assert measures(RICH, eventful(), 2) == {}  # the class of the chases
    found = measures(RICH, eventful())
    assert found["ended in window"] == 3  # two measured, one of the backlog
    assert found["takt"] == 100 * 60 / 5 / 10  # until the end of the run; a backlog does not arrive, nor do chases
    assert found["WIP mean"] == pytest.approx((2 + 4 + 4 + 8 + 2 + 9) / 10)


def test_a_cost_of_delay_is_of_all_lead_time_or_of_what_is_late_and_stops_with_a_withdrawal() -> None:
    """A currency unit an hour: 2 hours, 4 and 4 for those who withdrew; late 1, 0 and 1."""
    assert measures(RICH, eventful(), 0)["delay cost"] == (2 + 4 + 4) / 3
    assert measures(RICH, eventful())["delay cost"] == (2 + 4 + 4) / 4  # over all that ended; some cost nothing
    assert np.isnan(service(RICH, eventful()).delay_cost[[3, 4]]).all()
    late = dataclasses.replace(FULL, delay_cost=DelayCost(7.0, Wait(7 * HOUR, "office"), late=True))
    m = dataclasses.replace(RICH, classes=(late, *RICH.classes[1:]))
    requests = [
        request(NINE, NINE + 5 * HOUR, due=NINE + 2 * HOUR),  # three hours late, of which noon is closed
        request(NINE, NINE + HOUR, due=NINE + 2 * HOUR),
    ]
    assert service(m, record([], requests, ended_at=DAY)).delay_cost.tolist() == [2.0, 0.0]


def test_measures_are_there_only_where_the_model_has_what_they_are_about() -> None:
    assert set(NEW) & set(measures(CASE, journeys())) == set()
    assert set(NEW) & set(measures(RICH, eventful())) == set(NEW) - {"join wait", "people time", "WIP let in"}
    assert set(NEW) & set(measures(RICH, eventful(), 1)) == set()
    nobody = measures(RICH, record([], [], ended_at=HOUR))
    assert set(NEW) & set(nobody) == set()


SPLIT = model(
    [team("A", 3), team("B", 2)],
    [step("S", "A", split=Split((("L",), ("R",)), "J")), step("L", "A", people=2), step("R", "B"), step("J", "A")],
    people=[Person("Ann", ("A", "B"))],
)


def branches() -> Record:
    """An hour each on both ways at once, that on the left by two people; the right one waits half an hour."""
    rows = [
        visit(0, sent=0, released=0, via=int(Via.ARRIVAL), person=3),
        visit(0, sent=0, started=30 * MIN, worked=90 * MIN, work=HOUR, step=1, branch=1, from_step=0, from_team=0),
        visit(0, sent=0, worked=HOUR, work=HOUR, step=2, team=1, person=2, branch=2, from_step=0, from_team=0),
        visit(0, sent=90 * MIN, worked=2 * HOUR, work=30 * MIN, step=3, from_step=1, from_team=0),
    ]
    return record(rows, branches=fork(0, 0, 0, 90 * MIN, HOUR), crew=[colleague(0, 2, 0, 1)])


def test_r13_lead_time_and_process_time_are_of_the_branch_waited_for_all_else_of_all_branches() -> None:
    own = service(SPLIT, branches())
    assert own.lead.tolist() == [2 * HOUR]
    assert own.process_time.tolist() == [90 * MIN]
    assert own.people_time.tolist() == [(2 * 60 + 60 + 30) * MIN]
    assert (own.visits.tolist(), own.handoffs.tolist()) == ([4], [1])
    assert own.join_wait.tolist() == [30 * MIN]
    found = measures(SPLIT, branches())
    assert found["join wait"] == 30
    assert found["people time"] == 2 * 60 + 60 + 30
    assert found["process time mean"] == 90  # of the branch waited for, whoever was at work on it
    assert found["activity ratio"] == 90 / 120


def test_r8_hands_are_people_whatever_the_team_they_help_in() -> None:
    """Ann is number 3 of A and 2 of B: one person, and with those of the left branch three."""
    assert service(SPLIT, branches()).hands.tolist() == [3]


def test_r8_the_time_of_all_people_is_told_where_several_are_at_work_at_once() -> None:
    several = model([team("A", 3)], [step("S", "A", people=2)])
    rows = [visit(0, sent=0, worked=HOUR, work=HOUR)]
    found = measures(several, record(rows, [request(0, HOUR)], crew=[colleague(0, 1, 0, 1)], ended_at=DAY))
    assert (found["process time mean"], found["people time"]) == (60, 120)
    alone = measures(model([team("A", 3)], [step("S", "A")]), record(rows, [request(0, HOUR)], ended_at=DAY))
    assert "people time" not in alone


def test_r14_let_in_is_from_the_first_admission_to_the_end() -> None:
    """Inside 2 hours; 1 hour of 3, of which 2 waiting for room; never, as he withdrew before; never let in yet."""
    waited = {"sent": 0, "admitted": 2 * HOUR}
    outside = dict.fromkeys(("gathered", "delivered"), 0)
    rows = [
        visit(0, sent=0, worked=HOUR, work=HOUR),
        visit(0, sent=HOUR, worked=2 * HOUR, work=HOUR, step=1, team=1, from_step=0, from_team=0),
        visit(1, **waited, worked=3 * HOUR, work=HOUR),
        cut(2, 4 * HOUR, sent=0, **outside),
        visit(3, sent=5 * HOUR, open_at="admitted"),
    ]
    requests = [
        request(0, 2 * HOUR),
        request(0, 3 * HOUR),
        request(0, 4 * HOUR, outcome=1),
        request(5 * HOUR),
    ]
    limited = dataclasses.replace(RICH, limit=2)
    found = measures(limited, record(rows, requests, ended_at=10 * HOUR, outcomes=GONE))
    assert found["WIP let in"] == pytest.approx((2 + 1 + 0 + 0) / 10)
    assert found["WIP mean"] == pytest.approx((2 + 3 + 4 + 5) / 10)


def test_r11_people_share_the_set_up_of_a_batch_evenly() -> None:
    chain = {"sent": 0, "started": 0, "set_up": 100, "process_batch": 4, "set_up_ticks": 100}
    rows = [visit(n, **chain, turn=100 + 9 * n, worked=109 + 9 * n, released=127, work=9) for n in range(3)]
    own = service(TWO, record(rows))
    assert own.people_time.tolist() == [34 + 9, 33 + 9, 33 + 9]
    assert own.process_time.tolist() == [109] * 3


def test_r8_a_move_to_a_step_of_several_teams_is_a_handoff_when_another_team_took_it() -> None:
    m = model([team("A"), team("B"), team("C")], [step("S", "A"), step("Any", "A", others=("B",))])
    to = {"sent": 0, "step": 1, "from_step": 0, "via": int(Via.NEXT)}
    rows = [
        visit(0, **to, team=1, from_team=0),  # taken by B, from A
        visit(1, **to, team=0, from_team=0),
        visit(2, **to, team=0, from_team=1, open_at="started"),  # nobody has it yet; B, that had it, may take it
        visit(3, **to, team=0, from_team=2, open_at="started"),  # C may not
        cut(4, 5, **to, team=0, from_team=1),
        cut(5, 5, **to, team=0, from_team=2),
    ]
    requests = [*(request(0, 0) for _ in range(2)), request(0), request(0), request(0, 5), request(0, 5)]
    assert service(m, record(rows, requests)).handoffs.tolist() == [1, 0, 0, 1, 0, 1]
