"""What must not depend on something, and does not: exact comparisons of pairs of runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plain_queues import OFFICE, START

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.model import (
    ALWAYS,
    Arrivals,
    BatchRule,
    Distribution,
    Handoff,
    Model,
    RequestClass,
    Run,
    Span,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE
from flowsim.record import INSTANTS, Record

DISCIPLINES = ("first in", "last in", "due date", "shortest", "random")


def desk(queue: str, calendar: str = "always", people: int = 1) -> Model:
    """Two classes of requests at one desk, 85 % busy."""
    gap = Distribution("exponential", (40.0 * MINUTE,))
    return Model(
        name="desk",
        start=START,
        calendars=(ALWAYS, OFFICE),
        classes=(
            RequestClass("a", Arrivals(gap, calendar), Wait(DAY)),
            RequestClass("b", Arrivals(gap, calendar), Wait(2 * HOUR)),
        ),
        tasks=(Task("work", Distribution("lognormal", (17.0 * MINUTE, 17.0 * MINUTE)), "adding"),),
        teams=(Team("T", people, calendar, queue),),
        steps=(Step("S", "T", (StepTask("work"),)),),
        run=Run(20 * DAY, 0, "always"),
    )


def busy(record: Record) -> list[tuple[int, int]]:
    """The intervals in which somebody is at work, joined where they touch."""
    v = record.visits
    spans = sorted((int(s), int(e)) for s, e in zip(v["started"], v["released"], strict=True) if s >= 0 and e >= 0)
    found: list[tuple[int, int]] = []
    for begins, ends in spans:
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


@pytest.mark.parametrize("calendar", ["always", "office"])
def test_r8_one_person_is_busy_at_the_same_times_whatever_the_discipline(calendar: str) -> None:
    """Nobody waits while the person is free, and work is drawn by request: the unfinished work at any instant is the
    same for every order of service, so the same intervals are busy. The orders themselves differ.
    """
    records = {queue: run(desk(queue, calendar), Draws(5, 1)) for queue in DISCIPLINES}
    until = min(record.ended_at for record in records.values()) - DAY  # what is cut off at the end may differ
    expected = [span for span in busy(records["first in"]) if span[1] < until]
    assert len(expected) > 30
    orders = set()
    for record in records.values():
        assert [span for span in busy(record) if span[1] < until] == expected
        orders.add(tuple(np.argsort(record.visits["started"], kind="stable")[:200].tolist()))
    assert len(orders) == len(DISCIPLINES)


def test_r8_more_people_never_make_anyone_wait_longer_in_a_first_come_queue() -> None:
    """With the same draws every start is no later. (Not so in networks, with priorities or batches.)"""
    one_class = replace(desk("first in"), classes=(replace(desk("first in").classes[0]),))
    one_class = replace(
        one_class,
        classes=(replace(one_class.classes[0], arrivals=Arrivals(Distribution("exponential", (20.0 * MINUTE,)))),),
    )
    before: np.ndarray | None = None
    for people in (1, 2, 3):
        record = run(replace(one_class, teams=(replace(one_class.teams[0], people=people),)), Draws(2, 1))
        started = record.visits["started"][:1000]
        if before is not None:
            assert (started <= before).all()
            assert (started < before).any()
        before = started


def test_r1_all_times_longer_by_a_factor_all_instants_later_by_it() -> None:
    """Seven times the gaps, work, transit, wait and length: seven times every instant; constants, so nothing rounds."""

    def scaled(k: int) -> Model:
        constant = lambda minutes: Distribution("constant", (float(k * minutes * MINUTE),))  # noqa: E731
        return Model(
            name="scaled",
            start=START,
            calendars=(ALWAYS,),
            classes=(
                RequestClass("a", Arrivals(constant(7)), Wait(k * HOUR)),
                RequestClass("b", Arrivals(constant(11))),
            ),
            tasks=(Task("one", constant(5), "adding"), Task("two", constant(9), "waste")),
            teams=(Team("T", 2, "always"), Team("U", 2, "always")),
            steps=(
                Step("S", "T", (StepTask("one"),)),
                Step(
                    "R",
                    "U",
                    (StepTask("two"), StepTask("one")),
                    handoff=Handoff(BatchRule(4, Wait(k * 20 * MINUTE)), Span(constant(3)), constant(2)),
                    set_up=constant(1),
                    batch=BatchRule(2, Wait(k * 13 * MINUTE)),
                ),
            ),
            run=Run(k * 10 * HOUR, k * HOUR, "always"),
        )

    one, seven = run(scaled(1), Draws(1, 1)), run(scaled(7), Draws(1, 1))
    shared = int((one.requests["arrived"] < 10 * HOUR).sum())
    for name in INSTANTS:
        here, there = (r.visits[name][r.visits["request"] < shared] for r in (one, seven))
        known = (here >= 0) & (there >= 0)
        assert np.array_equal(here[known] * 7, there[known]), name
        assert known.sum() > 140
    assert np.array_equal(one.requests["ended"][:shared] * 7, seven.requests["ended"][:shared])


def test_r4_replications_share_nothing() -> None:
    """Ten replications: ten different first arrivals and first pieces of work."""
    firsts = {
        (int(r.requests["arrived"][0]), int(r.visits["adding_ticks"][0]))
        for r in (run(desk("first in"), Draws(1, n)) for n in range(1, 11))
    }
    assert len({a for a, _ in firsts}) == len({w for _, w in firsts}) == 10
