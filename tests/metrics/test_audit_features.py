"""The audit of teams, people, branches, limits and customers: silent about correct records, red about all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import audit_spoilers_features
import numpy as np
import pytest
from audit_features import FEATURES, LONG, FeatureModel, feature_model
from audit_models import LEGAL, NIGHT, OFFICE, constant
from audit_spoilers import Spoiled, spoilable
from records import MIN, colleague, cut, fork, record, request, visit

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.metrics.audit_arrays import in_any, level, level_across, united, within
from flowsim.metrics.audit_report import AuditReport
from flowsim.metrics.audit_time import OpenHours
from flowsim.metrics.ledger import visit_ledger
from flowsim.model import (
    ALWAYS,
    Arrivals,
    Calendar,
    Model,
    RequestClass,
    Run,
    Span,
    Split,
    Step,
    StepTask,
    Task,
    Team,
    relations,
)
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import AWAY_COLUMNS, BRANCH_COLUMNS, REQUEST_COLUMNS, VISIT_COLUMNS, Record, Via

SEED = 7
CASES = audit_spoilers_features.CASES


@pytest.fixture(scope="module")
def right() -> tuple[Model, Record]:
    model = feature_model()
    return model, run(model, Draws(SEED, 1))


def test_a_run_with_every_rule_passes_and_every_check_has_something_to_look_at(right: tuple[Model, Record]) -> None:
    """R5, R8, R10, R13–R15 all at once; without this the spoiled ones would prove nothing."""
    model, found = right
    assert relations(model) == []
    for table in (found.crew, found.branches, found.away):
        assert len(next(iter(table.values()))) > 50
    report = audit(model, found, Draws(SEED, 1), visit_ledger(model, found))
    report.require()
    assert all(check.counted > 0 for check in report.checks), [c.name for c in report.checks if not c.counted]
    audit(model, found).require()


@pytest.mark.parametrize(("spoil", "name"), CASES, ids=[spoil.__name__ for spoil, _ in CASES])
def test_a_spoiled_record_is_caught_by_name(
    spoil: Callable[[Spoiled], None], name: str, right: tuple[Model, Record]
) -> None:
    """R5, R8, R10, R13–R15: the audit notices each way in which a record can contradict its model."""
    spoiled = spoilable(*right)
    spoil(spoiled)
    broken = {check.name: check for check in audit(spoiled.model, spoiled.record, Draws(SEED, 1)).broken}
    assert name in broken, f"{name} passed; broken: {sorted(broken)}"
    assert broken[name].detail


SOUND = [(feature, seed) for feature in FEATURES for seed in (4, 22)]
SOUND += [
    (features, seed)
    for features in (
        "any+named+away",
        "any+several+named+furthest",
        "several+limits+split",
        "several+patience+backlog",
        "same+named+any+over",
        "limits+patience+backlog",
        "split+patience+journey",
        "chase+patience+limits+group",
        "any+several+named+away+furthest+over+limits+split+patience+backlog+group",
    )
    for seed in (2, 9, 17)
]


@pytest.mark.parametrize(("features", "seed"), SOUND)
def test_correct_runs_of_random_models_pass(features: str, seed: int) -> None:
    """Each rule by itself and many together (R5, R8, R10, R13–R15), half of the models on a coarse clock (R3)."""
    model = FeatureModel(seed, tuple(features.split("+"))).model()
    assert relations(model) == []
    found = run(model, Draws(seed, 1))
    audit(model, found, Draws(seed, 1), visit_ledger(model, found)).require()
    audit(model, found).require()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, column)
        for table, columns in (
            ("visits", [*VISIT_COLUMNS]),
            ("requests", [*REQUEST_COLUMNS]),
            ("branches", [*BRANCH_COLUMNS]),
            ("crew", ["request", "visit", "team"]),
            ("away", [*AWAY_COLUMNS]),
        )
        for column in columns
    ],
)
def test_no_cell_can_be_changed_unseen(table: str, column: str, right: tuple[Model, Record]) -> None:
    """A tick, a number, a kind: whatever changes in one cell breaks some rule.

    But for the crew's persons: who of several people is kept for what may be open (R8).
    """
    size = len(getattr(right[1], table)[column])
    for row in np.random.default_rng(1).choice(size, 2, replace=False).tolist():
        for change in (1, -1):
            spoiled = spoilable(*right)
            getattr(spoiled.record, table)[column][row] += change
            report = audit(*right[:1], spoiled.record, Draws(SEED, 1))
            assert not report.passed, f"{table}.{column} {change:+d} in row {row}"


@pytest.mark.parametrize("part", ["queue", "closed", "blocked", "batch", "work_adding"])
def test_a_ledger_that_is_a_tick_off_is_caught(part: str, right: tuple[Model, Record]) -> None:
    """Identity 1: on a branch that is not critical too (R13)."""
    ledger = visit_ledger(*right)
    rows = np.flatnonzero((ledger[part] > 0) & (right[1].visits["branch"] > 0))
    ledger[part][rows[0]] -= 1
    assert [check.name for check in audit(*right, None, ledger).broken] == ["ledger"]


# -- records made without any engine -----------------------------------------------------------------------------------


def _model(steps: Sequence[Step], dates: tuple[int, ...], **more: Any) -> Model:
    """Two teams of two, always open; tasks of ten and twenty minutes; requests at these minutes, a run of two hours."""
    arrivals = Arrivals(dates=tuple(minute * MIN for minute in dates))
    return Model(
        name="by hand",
        start="2026-01-05",
        calendars=(ALWAYS,),
        classes=(RequestClass("letter", arrivals, patience=more.get("patience")),),
        tasks=(Task("ten", constant(10 * MIN), "adding"), Task("twenty", constant(20 * MIN), "adding")),
        teams=(Team("A", 2, "always"), Team("B", 1, "always")),
        steps=tuple(steps),
        run=Run(2 * HOUR, 0, "always"),
        limit=more.get("limit"),
    )


def _step(name: str, team: str, task: str = "ten", **more: Any) -> Step:
    return Step(name, team, (StepTask(task),), **more)


def _row(number: int, minutes: tuple[int, int, int], work: int, **more: int) -> dict[str, int]:
    """A visit sent, started and released at these minutes, with so many minutes of work."""
    sent, started, released = (minute * MIN for minute in minutes)
    first = {"via": int(Via.ARRIVAL)} if "from_step" not in more else {}
    return visit(
        number, sent=sent, started=started, set_up=started, turn=started, read=started, worked=released,
        released=released, work=work * MIN, **first, **more,
    )  # fmt: skip


def _audited(model: Model, found: Record) -> AuditReport:
    ended = np.where(found.requests["ended"] < 0, found.ended_at, found.requests["ended"])
    whole = replace(found, wip_area=int((ended - found.requests["arrived"]).sum()))
    return audit(model, whole, Draws(1, 1), visit_ledger(model, whole))


def _branched(**changed: int) -> Record:
    """A (0–10), then on branches B (10–30) and A (10–20); the join at 30, then A (30–40)."""
    rows = [
        _row(0, (0, 0, 10), 10, step=0),
        _row(0, (10, 10, 30), 20, step=1, team=1, branch=1, from_step=0, from_team=0),
        _row(0, (10, 10, 20), 10, step=2, branch=2, from_step=0, from_team=0),
        _row(0, (30, 30, 40), 10, step=3, **({"from_step": 1, "from_team": 1} | changed)),
    ]
    requests = [request(0, 40 * MIN)]
    return record(rows, requests, 2 * HOUR, branches=fork(0, 0, 10 * MIN, 30 * MIN, 20 * MIN))


def _splits() -> Model:
    split = Split((("Long",), ("Short",)), "Last")
    steps = (_step("First", "A", split=split), _step("Long", "B", "twenty"), _step("Short", "A"), _step("Last", "A"))
    return _model(steps, (0,))


def test_branches_worked_out_by_hand_pass() -> None:
    """R13: the request goes on when the longer branch has ended, from there; and the engine makes the same of it."""
    found = _branched()
    _audited(_splits(), found).require()
    made = run(_splits(), Draws(1, 1))
    for name, column in found.visits.items():
        assert made.visits[name].tolist() == column.tolist(), name
    for name, column in found.branches.items():
        assert made.branches[name].tolist() == column.tolist(), name


def test_who_comes_from_the_shorter_branch_is_caught() -> None:
    """R13: from_step after a join is that of the critical branch."""
    assert [check.name for check in _audited(_splits(), _branched(from_step=2, from_team=0)).broken] == ["routing"]


def _meeting(first: int) -> tuple[Model, Record]:
    """Two of A and one of B meet for request 0 from minute 0 to 10, and for request 1 from `first` on, due at 10; a
    letter for B alone waits from 5 on and must let them begin first.
    """
    only = {"together": (("B", 1),), "people": 2}
    model = _model((_step("Meet", "A", **only), _step("Alone", "B")), (0, 5))
    rows = [
        _row(0, (0, 0, 10), 10, step=0),
        _row(0, (10, 10 + (10 if first == 10 else 0), 20 + (10 if first == 10 else 0)), 10,
             step=1, team=1, from_step=0, from_team=0),
        _row(1, (5, first, first + 10), 10, step=0),
        _row(1, (first + 10, 30, 40), 10, step=1, team=1, from_step=0, from_team=0),
    ]  # fmt: skip
    crew = [colleague(n, v, team, person) for n, v in ((0, 1), (1, 1)) for team, person in ((0, 1), (1, 0))]
    ends = sorted((rows[1]["released"], rows[3]["released"]))
    requests = [request(0, ends[0]), request(5 * MIN, ends[1])]
    return model, record(rows, requests, 2 * HOUR, crew=crew)


def test_a_meeting_comes_before_work_for_one() -> None:
    """R8: at minute 10 the meeting that waits and a letter for B alone both want B; the meeting comes first."""
    _audited(*_meeting(10)).require()
    assert "turns" in {check.name for check in _audited(*_meeting(20)).broken}


def _impatient(at: int, started: int) -> tuple[Model, Record]:
    """Two letters for B at 0: one is taken up, the other's customer waits for five minutes and withdraws at `at`."""
    model = _model((_step("Alone", "B"),), (0, 0), patience=Span(constant(5 * MIN)))
    waits = dict.fromkeys(("sent", "gathered", "delivered", "admitted", "assembled"), 0)
    rows = [
        _row(0, (0, started, started + 10), 10, step=0, team=1),
        cut(1, at * MIN, step=0, team=1, via=int(Via.ARRIVAL), **waits),
    ]
    requests = [request(0, (started + 10) * MIN), request(0, at * MIN, outcome=1)]
    return model, record(rows, requests, 2 * HOUR, outcomes=("done", "withdrawn"))


def test_a_withdrawal_worked_out_by_hand_passes() -> None:
    """R15: patience over at minute 5, nobody at work on it; the one in hand is finished at 10, past its patience."""
    _audited(*_impatient(5, 0)).require()
    model, found = _impatient(5, 0)
    made = run(model, Draws(1, 1))
    assert made.visits["kind"].tolist() == found.visits["kind"].tolist()
    assert made.requests["ended"].tolist() == found.requests["ended"].tolist()


def test_a_withdrawal_at_another_instant_is_caught() -> None:
    """R15."""
    for at in (4, 6):
        assert "withdrawals" in {check.name for check in _audited(*_impatient(at, 0)).broken}


def _doors(admitted: int, first: int = 0) -> tuple[Model, Record]:
    """Three letters for A, of which one at a time may be at the step; the third is let in at `admitted`, and request
    `first` of the first two, which came together, is let in first.
    """
    model = _model((_step("Narrow", "A", limit=1),), (0, 0, 5))
    second = 1 - first
    rows = [
        _row(first, (0, 0, 10), 10),
        _row(second, (0, 10, 20), 10, admitted=10 * MIN, assembled=10 * MIN, delivered=0),
        _row(2, (5, admitted, admitted + 10), 10, admitted=admitted * MIN, assembled=admitted * MIN, delivered=5 * MIN),
    ]
    requests = [request(0, rows[first]["released"]), request(0, rows[second]["released"])]
    requests.append(request(5 * MIN, (admitted + 10) * MIN))
    if first:
        requests[0], requests[1] = request(0, 20 * MIN), request(0, 10 * MIN)
    return model, record(rows, requests, 2 * HOUR)


def test_a_limit_worked_out_by_hand() -> None:
    """R14: one at a time, in order of (priority, delivered, number), as soon as there is room."""
    _audited(*_doors(20)).require()
    for wrong in (_doors(15), _doors(21), _doors(20, first=1)):
        assert "limits" in {check.name for check in _audited(*wrong).broken}


# -- the tools ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calendars", [(OFFICE, LONG), (OFFICE, LEGAL, ALWAYS), (NIGHT, OFFICE), (LONG, NIGHT)])
def test_several_calendars_are_open_when_all_of_them_are(calendars: tuple[Calendar, ...]) -> None:
    """R8: work for several people is done in the time in which all its teams are open; by brute force, in quarters."""
    quarter = HOUR // 4
    ticks = np.arange(0, 12 * DAY, quarter)
    both = OpenHours(calendars, "2026-01-05")
    expected = np.logical_and.reduce([OpenHours(calendar, "2026-01-05").is_open(ticks) for calendar in calendars])
    assert both.is_open(ticks).tolist() == expected.tolist()
    opened = both.opened(ticks) - both.opened(ticks[:1])
    assert opened.tolist() == (quarter * (np.cumsum(expected) - expected)).tolist()


def test_calendars_that_never_meet() -> None:
    """R2, R8: then no work for several ever begins."""
    hours = OpenHours((OFFICE, NIGHT), "2026-01-05")
    assert not hours.is_open(np.arange(0, 14 * DAY, HOUR)).any()
    assert OpenHours((ALWAYS, ALWAYS), "2026-01-05").always


def test_levels_and_intervals_agree_with_counting_ticks() -> None:
    """Half-open intervals of small numbers, by brute force."""
    generator = np.random.default_rng(3)
    begins = generator.integers(0, 50, 30)
    ends = begins + generator.integers(0, 10, 30)
    times = np.arange(-2, 65)
    inside = (begins[None, :] <= times[:, None]) & (times[:, None] < ends[None, :])
    assert level(times, begins, ends).tolist() == inside.sum(axis=1).tolist()
    across = (begins[None, :] < times[:, None]) & (times[:, None] < ends[None, :])
    assert level_across(times, begins, ends).tolist() == across.sum(axis=1).tolist()
    opens, closes = united(begins, ends)
    assert (opens[1:] > closes[:-1]).all()
    assert in_any(times, opens, closes).tolist() == inside.any(axis=1).tolist()
    upto = [int(inside.any(axis=1)[times < t].sum()) for t in times.tolist()]
    assert within(times, opens, closes).tolist() == upto
