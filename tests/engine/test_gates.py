"""Gates and the clocks that open them (R7, R11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.engine.gates import ClockTimes, Gate
from flowsim.model import BatchRule, Calendar, Clock, DayException, OpenTimes, Wait
from flowsim.model.calendar import DAY, FOREVER, HOUR, MINUTE, WEEK

MONDAY = "2026-01-05T00:00:00"
OFFICE = Calendar(
    "office",
    tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5)),
    (DayException("2026-01-07", ()),),
    8 * HOUR,
)


@dataclass
class Asked:
    """As much of a request as a gate looks at."""

    number: int


@dataclass
class Waiting:
    """As much of a visit as a gate looks at."""

    request: Asked
    order: tuple[int, tuple[int, ...]] = (-1, ())


def visit(number: int) -> Any:
    return Waiting(Asked(number))


def numbers(batches: list[list[Any]]) -> list[list[int]]:
    return [[v.request.number for v in batch] for batch in batches]


# -- clocks ------------------------------------------------------------------------------------------------------------


def test_r7_the_next_departure_is_at_or_after_an_instant() -> None:
    """Tuesday and Thursday at 14:00, and the week after."""
    clock = ClockTimes(Clock((DAY + 14 * HOUR, 3 * DAY + 14 * HOUR)), None, MONDAY)
    tuesday, thursday = DAY + 14 * HOUR, 3 * DAY + 14 * HOUR
    assert clock.next(0) == tuesday
    assert clock.next(tuesday) == tuesday
    assert clock.next(tuesday + 1) == thursday
    assert clock.next(thursday + 1) == WEEK + tuesday
    assert clock.next(100 * WEEK + tuesday + 1) == 100 * WEEK + thursday


@pytest.mark.parametrize("start", ["2026-01-07T10:30:00", "2026-01-04T23:59:59.999000", "2026-01-05T00:00:00"])
def test_r7_the_clock_is_the_wall_clock_whatever_the_start(start: str) -> None:
    """Mondays at 8:00 seen from other first instants: Monday 12 January 8:00, or 5 January if that is to come."""
    from datetime import datetime, timedelta

    begin = datetime.fromisoformat(start)
    eight = datetime(2026, 1, 5, 8) if begin < datetime(2026, 1, 5, 8) else datetime(2026, 1, 12, 8)
    clock = ClockTimes(Clock((8 * HOUR,)), None, start)
    assert clock.next(0) == (eight - begin) // timedelta(milliseconds=1)


def test_r7_a_clock_with_a_calendar_rests_on_closed_days() -> None:
    """16:00 on days with open time: not on Wednesday the 7th, not in the weekend."""
    clock = ClockTimes(Clock(tuple(d * DAY + 16 * HOUR for d in range(7)), "office"), OpenTimes(OFFICE, MONDAY), MONDAY)
    found, t = [], 0
    for _ in range(6):
        t = clock.next(t)
        found.append((t - 16 * HOUR) // DAY)
        t += 1
    assert found == [0, 1, 3, 4, 7, 8]


def test_r7_a_clock_that_never_strikes_says_so() -> None:
    """Saturdays only, on a calendar that is closed on Saturdays."""
    assert ClockTimes(Clock((5 * DAY,), "office"), OpenTimes(OFFICE, MONDAY), MONDAY).next(0) == FOREVER


# -- gates -------------------------------------------------------------------------------------------------------------


def test_r7_size_lets_go_in_order_of_joining_then_number() -> None:
    """Joined out of order at one instant: the batch holds the lowest numbers, in order; later ones come after."""
    gate = Gate(0, BatchRule(size=3), None, None)
    for number in (7, 4, 9, 5):
        gate.join(visit(number), 10)
    gate.join(visit(1), 11)
    assert gate.due == FOREVER
    assert numbers(gate.leaving(11)) == [[4, 5, 7]]
    assert numbers([gate.visits()]) == [[9, 1]]
    assert len(gate) == 2


def test_r7_many_leave_as_several_batches() -> None:
    """Seven by threes: two batches, one stays."""
    gate = Gate(0, BatchRule(size=3), None, None)
    for number in range(7):
        gate.join(visit(number), 0)
    assert numbers(gate.leaving(0)) == [[0, 1, 2], [3, 4, 5]]
    assert len(gate) == 1


def test_r7_wait_is_counted_from_the_first_who_is_left() -> None:
    """Due two hours after the first; after it left, after the next one's joining; elapsed or in open time."""
    gate = Gate(0, BatchRule(size=2, wait=Wait(2 * HOUR)), None, None)
    gate.join(visit(0), 10 * HOUR)
    assert gate.due == 12 * HOUR
    assert gate.leaving(12 * HOUR - 1) == []
    gate.join(visit(1), 11 * HOUR)
    gate.join(visit(2), 11 * HOUR)
    assert numbers(gate.leaving(11 * HOUR)) == [[0, 1]]
    assert gate.due == 13 * HOUR
    assert numbers(gate.leaving(13 * HOUR)) == [[2]]
    assert gate.due == FOREVER
    office = Gate(0, BatchRule(wait=Wait(2 * HOUR, "office")), OpenTimes(OFFICE, MONDAY), None)
    office.join(visit(0), DAY + 16 * HOUR)  # Tuesday 16:00; Wednesday is closed
    assert office.due == 3 * DAY + 10 * HOUR


def test_r7_wait_or_clock_whichever_is_first() -> None:
    """Daily at 16:00 or after two hours."""
    clock = ClockTimes(Clock(tuple(d * DAY + 16 * HOUR for d in range(7))), None, MONDAY)
    for joined, due in (
        (13 * HOUR, 15 * HOUR),
        (14 * HOUR + 1, 16 * HOUR),
        (16 * HOUR, 16 * HOUR),
        (17 * HOUR, 19 * HOUR),
    ):
        gate = Gate(0, BatchRule(wait=Wait(2 * HOUR), clock=Clock((0,))), None, clock)
        gate.join(visit(0), joined)
        assert gate.due == due


@settings(derandomize=True, max_examples=200)
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=40).map(sorted),
    st.one_of(st.none(), st.integers(1, 5)),
    st.one_of(st.none(), st.integers(1, 15)),
)
def test_r7_against_a_plain_replay(joins: list[int], size: int | None, wait: int | None) -> None:
    """Minute by minute, by the words of the rule: all join; while there are `size`, they leave; if the first of those
    left has waited `wait`, all leave.
    """
    if size is None and wait is None:
        size = 3
    rule = BatchRule(size, None if wait is None else Wait(wait * MINUTE))
    gate = Gate(0, rule, None, None)
    waiting: list[tuple[int, int]] = []
    for minute in range(60):
        for number, joined in enumerate(joins):
            if joined == minute:
                gate.join(visit(number), minute * MINUTE)
                waiting.append((joined, number))
        expected = []
        while size is not None and len(waiting) >= size:
            expected.append([number for _, number in waiting[:size]])
            waiting = waiting[size:]
        if wait is not None and waiting and minute - waiting[0][0] >= wait:
            expected.append([number for _, number in waiting])
            waiting = []
        assert numbers(gate.leaving(minute * MINUTE)) == expected
        if wait is not None and waiting:
            assert gate.due == (waiting[0][0] + wait) * MINUTE
        elif not waiting:
            assert gate.due == FOREVER
