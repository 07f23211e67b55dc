"""The schedule of arrivals (R5): by gaps in open time or by dates, numbered in order of arrival; due dates."""

from __future__ import annotations

import numpy as np
from plain_queues import OFFICE, START

from flowsim.draws import Draws
from flowsim.engine.schedule import schedule
from flowsim.model import (
    ALWAYS,
    Arrivals,
    Calendar,
    Distribution,
    Model,
    OpenTimes,
    RequestClass,
    Run,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, FOREVER, HOUR, MINUTE
from flowsim.record import NONE

CLOSED = Calendar("closed", ())


def model(*classes: RequestClass, length: int = 10 * DAY, warm_up: int = 0) -> Model:
    return Model(
        name="arrivals",
        start=START,
        calendars=(ALWAYS, OFFICE, CLOSED),
        classes=classes,
        tasks=(Task("work", Distribution("constant", (1.0,)), "adding"),),
        teams=(Team("T", 1, "always"),),
        steps=(Step("S", "T", (StepTask("work"),)),),
        run=Run(length, warm_up, "always"),
    )


def every(minutes: float) -> Distribution:
    return Distribution("constant", (minutes * MINUTE,))


def test_r5_gaps_of_elapsed_time() -> None:
    """Every hour: 1:00, 2:00, … up to but not at twice the length."""
    found = schedule(model(RequestClass("a", Arrivals(every(60))), length=5 * HOUR), Draws(1, 1))
    assert found.times == [HOUR * n for n in range(1, 10)]
    assert found.ordinals == list(range(9))
    assert found.measured == 4  # 1:00 to 4:00; 5:00 is the length


def test_r5_gaps_in_open_time() -> None:
    """Every 3 open hours of the office: Monday 12:00 and 15:00, then 2 hours on Monday and 1 on Tuesday, 10:00."""
    found = schedule(model(RequestClass("a", Arrivals(every(180), "office")), length=2 * DAY), Draws(1, 1))
    assert found.times == [
        h * HOUR for h in (12, 15, 24 + 10, 24 + 13, 24 + 16, 48 + 11, 48 + 14, 48 + 17, 72 + 12, 72 + 15)
    ]


def test_r5_poisson_in_open_time_never_falls_into_closed_time() -> None:
    """The same draws as in elapsed time, laid into the office's open time (R4)."""
    gap = Distribution("exponential", (20.0 * MINUTE,))
    found = schedule(model(RequestClass("a", Arrivals(gap, "office"))), Draws(3, 1))
    office = OpenTimes(OFFICE, START)
    elapsed = np.cumsum(Draws(3, 1).gaps("a", gap, 10_000 * MINUTE))
    assert [office.worked(0, t) for t in found.times] == elapsed[: len(found.times)].tolist()
    assert all(office.is_open(t - 1) or office.is_open(t) for t in found.times)
    assert len(found.times) > 300


def test_r5_a_calendar_that_never_opens_brings_nobody() -> None:
    """No error, no request."""
    found = schedule(model(RequestClass("a", Arrivals(every(60), "closed"))), Draws(1, 1))
    assert (found.times, found.measured) == ([], 0)


def test_r5_requests_are_numbered_by_time_class_and_ordinal() -> None:
    """Two classes with dates: at one instant the class that stands first in the file first."""
    a = RequestClass("a", Arrivals(dates=(5, 5, 9, 2 * DAY)), priority=3)
    b = RequestClass("b", Arrivals(dates=(0, 5, 9)), priority=0)
    found = schedule(model(a, b, length=DAY), Draws(1, 1))
    assert found.times == [0, 5, 5, 5, 9, 9]  # 2 days is twice the length: too late
    assert found.classes == [1, 0, 0, 1, 0, 1]
    assert found.ordinals == [0, 0, 1, 1, 2, 2]
    request = found.request(3)
    assert (request.number, request.klass, request.ordinal, request.priority) == (3, 1, 1, 0)


def test_r16_measured_is_from_the_warm_up_to_before_the_length() -> None:
    """At the warm-up: yes; at the length: no."""
    a = RequestClass("a", Arrivals(dates=(HOUR - 1, HOUR, DAY - 1, DAY)))
    found = schedule(model(a, length=DAY, warm_up=HOUR), Draws(1, 1))
    assert [found.request(n).measured for n in range(4)] == [False, True, True, False]
    assert found.columns(4)["measured"].tolist() == [0, 1, 1, 0]
    assert found.measured == 2


def test_r8_due_is_arrival_and_promise() -> None:
    """Elapsed; in working time; without a promise none in the record, and later than all others in a queue."""
    arrivals = Arrivals(dates=(4 * DAY + 16 * HOUR,))  # Friday 16:00
    classes = (
        RequestClass("elapsed", arrivals, Wait(2 * DAY)),
        RequestClass("working", arrivals, Wait(8 * HOUR, "office")),
        RequestClass("none", arrivals),
    )
    found = schedule(model(*classes), Draws(1, 1))
    assert found.columns(3)["due"].tolist() == [6 * DAY + 16 * HOUR, 7 * DAY + 16 * HOUR, NONE]
    assert found.request(2).due == FOREVER
    assert found.request(0).due == 6 * DAY + 16 * HOUR


def test_only_those_known_are_laid_down() -> None:
    """Columns of the first two of three; nobody has ended yet."""
    found = schedule(model(RequestClass("a", Arrivals(dates=(1, 2, 3)))), Draws(1, 1))
    columns = found.columns(2)
    assert columns["arrived"].tolist() == [1, 2]
    assert columns["ended"].tolist() == columns["outcome"].tolist() == [NONE, NONE]
    assert all(column.dtype == np.int64 for column in columns.values())
