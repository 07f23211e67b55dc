"""The audit says nothing wrong about correct records, says exactly what is wrong with others, and its tools are right.

That every check goes red when it should is shown in test_audit_spoiled.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from audit_models import LEGAL, NIGHT, OFFICE, WEEK_LONG, RandomModel, constant, full_model

import flowsim.metrics
from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import AuditError
from flowsim.metrics.audit import audit
from flowsim.metrics.audit_arrays import count_before, group_rows, range_max, sort_key
from flowsim.metrics.audit_time import OpenHours
from flowsim.metrics.ledger import visit_ledger
from flowsim.model import (
    ALWAYS,
    Arrivals,
    Calendar,
    DayException,
    Model,
    RequestClass,
    Run,
    Step,
    StepTask,
    Task,
    Team,
)
from flowsim.model.calendar import DAY, FOREVER, HOUR, MINUTE
from flowsim.record import INSTANTS, NONE, VISIT_COLUMNS, Record

DESK = Calendar("desk", tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5)), (), 8 * HOUR)


def desk_model() -> Model:
    """One person, one step, an hour of work; three requests on a Monday."""
    return Model(
        name="desk",
        start="2026-01-05",
        calendars=(DESK,),
        classes=(RequestClass("letter", Arrivals(dates=(9 * HOUR, 9 * HOUR + 10 * MINUTE, 16 * HOUR + 30 * MINUTE))),),
        tasks=(Task("write", constant(HOUR), "adding"),),
        teams=(Team("Desk", 1, "desk"),),
        steps=(Step("Write", "Desk", (StepTask("write"),)),),
        run=Run(DAY, 0, "desk"),
    )


def desk_record() -> Record:
    """By hand: 9:00-10:00; waits from 9:10, 10:00-11:00; 16:30-17:00 and on Tuesday 9:00-9:30 (R9, pause)."""
    arrived = np.array([9 * HOUR, 9 * HOUR + 10 * MINUTE, 16 * HOUR + 30 * MINUTE])
    started = np.array([9 * HOUR, 10 * HOUR, 16 * HOUR + 30 * MINUTE])
    ended = np.array([10 * HOUR, 11 * HOUR, DAY + 9 * HOUR + 30 * MINUTE])
    visits = {name: np.zeros(3, dtype=np.int64) for name in VISIT_COLUMNS}
    visits["request"] = np.arange(3)
    visits["visit"] += 1
    visits["pass"] += 1
    for name in ("from_step", "from_team", "transfer_batch", "process_batch"):
        visits[name] += NONE
    for name in INSTANTS[:5]:
        visits[name] = arrived.copy()
    for name in INSTANTS[5:9]:
        visits[name] = started.copy()
    for name in INSTANTS[9:]:
        visits[name] = ended.copy()
    visits["adding_ticks"] += HOUR
    zero = np.zeros(3, dtype=np.int64)
    requests = {
        "class": zero,
        "ordinal": np.arange(3),
        "arrived": arrived,
        "age": zero.copy(),
        "due": zero + NONE,
        "ended": ended,
        "outcome": zero.copy(),
        "measured": zero + 1,
        "parent": zero + NONE,
        "chase": zero.copy(),
    }
    area = HOUR + 110 * MINUTE + 17 * HOUR
    return Record(1, requests, visits, ("done",), int(ended[-1]) + 1, area)


def test_a_record_worked_out_by_hand_passes() -> None:
    """Made without any engine (R5, R8, R9, R16)."""
    model, record = desk_model(), desk_record()
    audit(model, record, Draws(1, 1), visit_ledger(model, record)).require()


def test_the_engine_makes_the_record_worked_out_by_hand() -> None:
    record = run(desk_model(), Draws(1, 1))
    expected = desk_record()
    assert record.wip_area == expected.wip_area
    assert record.ended_at == expected.ended_at
    for name, column in expected.visits.items():
        assert record.visits[name].tolist() == column.tolist(), name


def test_the_error_names_rule_request_visit_instants_and_by_how_much() -> None:
    record = desk_record()
    record.visits["started"][1] -= 5 * MINUTE
    with pytest.raises(AuditError) as caught:
        audit(desk_model(), record).require()
    text = str(caught.value)
    assert caught.value.exit_code == 3
    assert "capacity (R8, identity 5" in text
    assert (
        "request 1, visit 1 at 'Write': person 0 took it up at Mon 2026-01-05 09:55:00.000 (tick 35700000), "
        "300000 ticks before ending request 0, visit 1 at 'Write'" in text
    )
    assert "set_up at Mon 2026-01-05 10:00:00.000 (tick 36000000), expected Mon 2026-01-05 09:55:00.000" in text
    assert "+300000 ticks off" in text


def test_the_report_counts_what_it_examined_and_sums_up() -> None:
    report = audit(desk_model(), desk_record())
    assert report.passed
    assert report.broken == ()
    assert report.summary() == f"audit: {len(report.checks)} of {len(report.checks)} checks passed"
    model = full_model(days=5)
    nothing = {check.name for check in audit(model, run(model, Draws(1, 1)), Draws(1, 1)).checks if not check.counted}
    no_such_rule = {"presence", "helpers", "turns", "same person", "preference", "away", "chases"}
    assert nothing == no_such_rule
    wrong = audit(desk_model(), replace(desk_record(), wip_area=0))
    assert wrong.summary().endswith("; broken: little")


def test_a_record_without_the_form_of_the_contract_is_not_looked_at_further() -> None:
    record = desk_record()
    record.visits["step"][0] = 9
    report = audit(desk_model(), record, Draws(1, 1))
    assert [check.name for check in report.checks] == ["columns"]
    assert "visits.step is 9 in row 0, outside [-1, 1)" in report.checks[0].detail


def test_many_broken_facts_are_counted_not_listed() -> None:
    record = desk_record()
    record.visits["in_return"] += 1
    detail = {check.name: check.detail for check in audit(desk_model(), record).broken}
    assert detail["in return"].count("expected 0") == 3
    model, long = full_model(days=5), run(full_model(days=5), Draws(1, 1))
    long.visits["in_return"][:] = 1
    assert "; and " in {check.name: check.detail for check in audit(model, long).broken}["in return"]


@pytest.mark.parametrize("queue", ["first in", "last in", "due date", "shortest", "random"])
def test_correct_runs_pass_under_every_discipline(queue: str) -> None:
    """R8: with the draws and without them."""
    model = full_model(queue, days=8)
    record = run(model, Draws(11, 1))
    assert len(record.visits["request"]) > 1000
    ledger = visit_ledger(model, record)
    audit(model, record, Draws(11, 1), ledger).require()
    audit(model, record).require()


@pytest.mark.parametrize("seed", range(40))
def test_correct_runs_of_random_models_pass(seed: int) -> None:
    """All rules mixed, half of the models on a coarse clock where much happens at one instant (R3)."""
    model = RandomModel(seed).model()
    record = run(model, Draws(seed, 1))
    audit(model, record, Draws(seed, 1), visit_ledger(model, record)).require()
    audit(model, record).require()


@pytest.mark.parametrize("column", [*VISIT_COLUMNS])
def test_no_cell_of_a_visit_can_be_changed_unseen(column: str) -> None:
    """A tick, a number, a kind: whatever changes in one cell of a visit breaks some rule.

    But for one: which of several free persons does what takes no time is a matter of rounds (R3), so visits without
    work are left out.
    """
    model = full_model(days=4)
    record = run(model, Draws(2, 1))
    names = [step.name for step in model.steps]
    some = np.flatnonzero(record.visits["step"] < names.index("Stamp"))
    for row in np.random.default_rng(1).choice(some, 6).tolist():
        for change in (1, -1):
            spoiled = record.visits[column].copy()
            spoiled[row] += change
            report = audit(model, replace(record, visits=record.visits | {column: spoiled}), Draws(2, 1))
            assert not report.passed, f"{column} {change:+d} in row {row}"


def test_the_audit_shares_no_code_with_the_engine_or_the_other_metrics() -> None:
    """Two independent ways to the same numbers, or the comparison proves nothing."""
    folder = Path(flowsim.metrics.__file__).parent
    files = sorted(folder.glob("audit*.py"))
    assert len(files) > 5
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from flowsim", "import flowsim")):
                assert "engine" not in line, f"{file.name}: {line}"
                assert "OpenTimes" not in line, f"{file.name}: {line}"
                if "flowsim.metrics" in line and line != "from flowsim.metrics import (":
                    assert "flowsim.metrics.audit" in line, f"{file.name}: {line}"


# -- the tools ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calendar", [OFFICE, LEGAL, NIGHT, WEEK_LONG, ALWAYS], ids=lambda c: c.name)
@pytest.mark.parametrize("start", ["2026-01-05", "2026-01-07 11:30"])
def test_open_hours_agree_with_counting_quarters(calendar: Calendar, start: str) -> None:
    """R2, by brute force: a quarter of an hour is open or it is not."""
    quarter = 15 * MINUTE
    offset = {"2026-01-05": 0, "2026-01-07 11:30": 2 * DAY + 11 * HOUR + 30 * MINUTE}[start]
    ticks = np.arange(0, 12 * DAY, quarter)
    open_ = np.array([_open_by_hand(calendar, int(t) + offset) for t in ticks])
    hours = OpenHours(calendar, start)
    assert hours.is_open(ticks).tolist() == open_.tolist()
    opened = hours.opened(ticks) - hours.opened(ticks[:1])
    assert opened.tolist() == (quarter * (np.cumsum(open_) - open_)).tolist()
    for wait in (0, quarter, 5 * HOUR):
        some = ticks[:480:7]
        reached = hours.after(some, np.full(len(some), wait))
        for t, end in zip(some.tolist(), reached.tolist(), strict=True):
            expected = t
            need = wait
            while need:
                need -= quarter * int(_open_by_hand(calendar, expected + offset))
                expected += quarter
            assert end == expected


def _open_by_hand(calendar: Calendar, t: int) -> bool:
    """Whether t, counted from Monday 2026-01-05 00:00, is open: an interval belongs to the day on which it begins."""
    exceptions = {exception.date: exception.hours for exception in calendar.exceptions}
    for back in (0, 1):
        day = t // DAY - back
        date = str(np.datetime64("2026-01-05") + np.timedelta64(day, "D"))
        weekday = day % 7
        hours = [(o - weekday * DAY, c - weekday * DAY) for o, c in calendar.weekly if o // DAY == weekday]
        hours = list(exceptions.get(date, hours))
        if calendar.always:
            return True
        if any(o <= t - day * DAY < c for o, c in hours):
            return True
    return False


def test_open_hours_that_never_come() -> None:
    """R2: a calendar with a single open day, and one that never opens."""
    once = Calendar("once", (), (DayException("2026-02-02", ((9 * HOUR, 10 * HOUR),)),))
    hours = OpenHours(once, "2026-01-05")
    found = hours.after(np.array([0, 0]), np.array([HOUR, HOUR + 1]))
    assert found.tolist() == [28 * DAY + 10 * HOUR, FOREVER]
    never = OpenHours(Calendar("never", ()), "2026-01-05")
    assert never.after(np.array([5]), np.array([1])).tolist() == [FOREVER]
    assert not never.is_open(np.array([5])).any()


def test_the_last_instants_for_a_start() -> None:
    """R9: t + x is not past closing, so closing - x is the last instant that will do."""
    opens, closes = OpenHours(DESK, "2026-01-05").shortened(HOUR, DAY)
    monday = int(np.flatnonzero(opens == 9 * HOUR)[0])
    assert closes[monday] == 16 * HOUR + 1


def test_range_max_is_the_largest_of_each_range() -> None:
    generator = np.random.default_rng(5)
    values = generator.integers(0, 1000, 200)
    low = generator.integers(0, 200, 500)
    high = np.minimum(low + generator.integers(0, 200, 500), 200)
    expected = [int(values[a:b].max()) if b > a else -1 for a, b in zip(low, high, strict=True)]
    assert range_max(values, low, high).tolist() == expected
    assert range_max(values[:0], low[:0], high[:0]).tolist() == []


@pytest.mark.parametrize("scale", [1, 1 << 58])
def test_sort_keys_order_as_their_columns_do(scale: int) -> None:
    """Packed into one number when they fit, ranked when they do not."""
    generator = np.random.default_rng(5)
    columns = [generator.integers(-3, 3, 100) * s for s in (1, scale, 7)]
    key = sort_key(*columns)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    for a in range(100):
        for b in range(100):
            assert (key[a] < key[b]) == (rows[a] < rows[b])
            assert (key[a] == key[b]) == (rows[a] == rows[b])


def test_rows_by_group_and_counts_before() -> None:
    value = np.array([2, -1, 0, 2, 5, 0, 3])
    assert [rows.tolist() for rows in group_rows(value, 3)] == [[2, 5], [], [0, 3]]
    group = np.array([4, 4, 4, 7, 7, 9])
    mask = np.array([True, False, True, True, True, True])
    assert count_before(group, mask).tolist() == [0, 1, 1, 0, 1, 0]
