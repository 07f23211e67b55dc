"""The engine against the recursion of Kiefer and Wolfowitz on the same draws: equal, tick for tick (R1–R4, R7–R9,
R16).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_check import Compared
from plain_laws import MEANS, law
from plain_queues import Desk, Line, foresee, seen_before

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.model import Distribution
from flowsim.model.calendar import DAY, HOUR, MINUTE
from flowsim.record import NONE, Record

SEEN = ("sent", "gathered", "delivered", "started", "released")


def differences(line: Line, record: Record, draws: Draws) -> list[str]:
    """Where a record is not what the recursion says; empty when every instant is the same."""
    foreseen = foresee(line, draws)
    found = []
    if record.ended_at != foreseen.ended_at:
        found.append(f"ended at {record.ended_at}, not {foreseen.ended_at}")
    known = [t for t in foreseen.arrived if t < foreseen.ended_at]
    if record.requests["arrived"].tolist() != known:
        found.append("arrivals")
    visits = record.visits
    for number in range(len(known)):
        rows = np.flatnonzero(visits["request"] == number)
        expected = []
        for instants in foreseen.instants[number]:
            if instants[0] < foreseen.ended_at:
                expected.append([seen_before(t, foreseen.ended_at) for t in instants])
        seen = [[int(visits[name][row]) for name in SEEN] for row in rows]
        complete = [row for row in seen if row[1] != NONE]  # who a batch keeps for ever is not in the recursion
        if complete != [row for row in expected if row[1] != NONE]:
            found.append(f"request {number}: {seen}, not {expected}")
    return found


@st.composite
def lines(draw: Callable[..., object], coarse: bool) -> Line:
    """A small random model: one or two classes, one to three desks, some with batches, transits or office hours."""
    gaps: dict[str, Distribution] = {}
    for name in ("a", "b")[: draw(st.integers(1, 2))]:  # type: ignore[index]
        gaps[name] = draw(law(MEANS, coarse))  # type: ignore[assignment]
    desks = []
    for _ in range(draw(st.integers(1, 3))):  # type: ignore[call-overload]
        desks.append(
            Desk(
                people=draw(st.integers(1, 4)),  # type: ignore[arg-type]
                work=draw(law(MEANS, coarse)),  # type: ignore[arg-type]
                calendar=draw(st.sampled_from(["always", "always", "office"])),  # type: ignore[arg-type]
                batch=draw(st.sampled_from([0, 0, 2, 5])),  # type: ignore[arg-type]
                transit=draw(st.one_of(st.none(), law(MEANS, coarse))),  # type: ignore[arg-type]
            )
        )
    length = draw(st.sampled_from([2 * HOUR, 5 * HOUR, 12 * HOUR if coarse else 2 * DAY]))
    return Line(gaps, tuple(desks), length, draw(st.sampled_from([0, HOUR])))  # type: ignore[arg-type]


def check_line(line: Line, seed: int) -> Compared:
    """The engine on one line: equal to the recursion, and passed by the audit."""
    model = line.model()
    record = run(model, Draws(seed, 1))
    found = differences(line, record, Draws(seed, 1))
    assert found == [], "\n".join(found[:5])
    audit(model, record, Draws(seed, 1)).require()
    return Compared(len(record.requests["arrived"]), sum(int((record.visits[name] != NONE).sum()) for name in SEEN))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(lines(coarse=False), st.integers(0, 2**31))
def test_engine_equals_the_recursion(line: Line, seed: int) -> None:
    """100 random models of drawn times."""
    check_line(line, seed)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(lines(coarse=True), st.integers(0, 2**31))
def test_engine_equals_the_recursion_when_much_happens_at_once(line: Line, seed: int) -> None:
    """100 random models in whole minutes: many arrivals and ends at the same instant (R3)."""
    check_line(line, seed)


BUSY = Line(
    {"a": Distribution("exponential", (6.0 * MINUTE,))},
    (
        Desk(2, Distribution("lognormal", (10.0 * MINUTE, 10.0 * MINUTE))),
        Desk(
            1,
            Distribution("uniform", (2.0 * MINUTE, 8.0 * MINUTE)),
            "office",
            3,
            Distribution("constant", (30.0 * MINUTE,)),
        ),
    ),
    3 * DAY,
)


def test_a_long_busy_line() -> None:
    """Some 700 requests in a queue that office hours make long."""
    check_line(BUSY, 11)


@pytest.mark.parametrize(
    "changed",
    [
        replace(BUSY, desks=(replace(BUSY.desks[0], people=3), BUSY.desks[1])),
        replace(BUSY, desks=(BUSY.desks[0], replace(BUSY.desks[1], calendar="always"))),
        replace(BUSY, desks=(BUSY.desks[0], replace(BUSY.desks[1], batch=2))),
        replace(BUSY, desks=(BUSY.desks[0], replace(BUSY.desks[1], transit=None))),
        replace(BUSY, length=BUSY.length + 1),
    ],
    ids=["people", "calendar", "batch", "transit", "length"],
)
def test_the_comparison_goes_red_for_another_model(changed: Line) -> None:
    """Spoiled: the record of BUSY held against the recursion for a slightly other line."""
    record = run(BUSY.model(), Draws(11, 1))
    assert differences(changed, record, Draws(11, 1)) != []


@pytest.mark.parametrize("column", SEEN)
def test_the_comparison_goes_red_for_one_tick(column: str) -> None:
    """Spoiled: one instant of one visit is one tick late."""
    record = run(BUSY.model(), Draws(11, 1))
    record.visits[column][321] += 1
    assert len(differences(BUSY, record, Draws(11, 1))) == 1
