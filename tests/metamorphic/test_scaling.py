"""Three times as long, all of it: every instant comes three times as late, and nothing else changes (R1).

It holds to the tick where no length is rounded and nothing is tied to the days of the week: on the calendar `always`,
for laws whose values are whole ticks (constant, discrete), people of usual speed, nobody away (that is drawn by day and
hour), no batch that leaves at a time of day, no profile. So each drawn scenario is first put on one clock in this way;
all else of it stays: branches, limits, batches, queues in random order, returns, questions, patience, chases.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from alike import Case, Columns, cases, differ, mapped, played

from flowsim.model import (
    ALWAYS,
    Arrivals,
    BatchRule,
    Chasing,
    Distribution,
    Model,
    Person,
    Run,
    Span,
    Step,
    Team,
    Wait,
    relations,
)
from flowsim.model.calendar import MINUTE
from flowsim.model.families import FAMILIES
from flowsim.record import INSTANTS, NONE

COUNT = 32
TIMES = {*INSTANTS, "arrived", "age", "due", "ended", "began", "joined"}


def on_one_clock(part: Any) -> Any:
    """A part of a model without what is rounded or tied to the week."""
    if isinstance(part, Distribution):
        return whole(part)
    if isinstance(part, Wait | Span):
        return replace(part, calendar=None)
    if isinstance(part, BatchRule) and part.clock is not None:
        return replace(part, clock=None, wait=part.wait or Wait(60 * MINUTE))
    if isinstance(part, Arrivals):
        gap = part.gap if part.gap is None or part.gap.mean() >= 1 else Distribution("constant", (60.0 * MINUTE,))
        return replace(part, calendar=None, profile=None, gap=gap)
    if isinstance(part, Chasing):
        every = part.every if min(lengths(part.every.time)) >= 1 else Span(Distribution("constant", (3e6,)))
        return replace(part, every=every)
    if isinstance(part, Team):
        return replace(part, calendar=ALWAYS.name, absence=0.0, presence=1.0)
    if isinstance(part, Person):
        return replace(part, speed=1000)
    if isinstance(part, Run):
        return replace(part, calendar=ALWAYS.name)
    return replace(part, calendars=(ALWAYS,)) if isinstance(part, Model) else part


def whole(law: Distribution) -> Distribution:
    """A law of whole ticks: itself where it is one, else its mean."""
    if law.name in ("constant", "discrete", "empirical") and all(float(v).is_integer() for v in lengths(law)):
        return law
    return Distribution("constant", (float(round(law.mean())),))


def lengths(law: Distribution) -> list[float]:
    """The parameters of a law that are times."""
    are = FAMILIES[law.name].are_lengths(len(law.params))
    return [value for value, length in zip(law.params, are, strict=True) if length]


def thrice(part: Any) -> Any:
    """A part of a model with all its times three times as long."""
    if isinstance(part, Distribution):
        are = FAMILIES[part.name].are_lengths(len(part.params))
        return replace(part, params=tuple(3 * v if length else v for v, length in zip(part.params, are, strict=True)))
    if isinstance(part, Wait):
        return replace(part, ticks=3 * part.ticks)
    if isinstance(part, Run):
        return replace(part, length=3 * part.length, warm_up=3 * part.warm_up)
    if isinstance(part, Arrivals) and part.dates is not None:
        return replace(part, dates=tuple(3 * date for date in part.dates))
    return replace(part, no_start_within=3 * part.no_start_within) if isinstance(part, Step) else part


def stretched(found: Columns) -> Columns:
    """The columns of a run with all times three times as late; the end of a run is not among them (R16: a tick later
    than the last request, or the length), nor what depends on it.
    """
    result = {}
    for name, values in found.items():
        word = name.partition(".")[2]
        time = word in TIMES or word.endswith("_ticks")
        result[name] = np.where(values == NONE, NONE, 3 * values) if time else values
    return result


WITHOUT = ("ended_at", "wip_area")


def compared(case: Case, other: Model) -> list[str]:
    """What differs between three times the instants of a case and those of another model."""
    model = mapped(case.model, on_one_clock)
    assert relations(model) == [] == relations(other)
    seed = case.compiled.seed
    return differ(stretched(played(model, seed)), played(other, seed), WITHOUT)


@pytest.mark.parametrize("part", range(4))
def test_all_times_three_times_as_long(part: int) -> None:
    for case in cases(COUNT)[part::4]:
        assert compared(case, mapped(mapped(case.model, on_one_clock), thrice)) == [], case.number


def test_much_happens_in_what_is_stretched() -> None:
    found = [played(mapped(case.model, on_one_clock), case.compiled.seed) for case in cases(COUNT)]
    done = [run for run in found if "stopped" not in run]
    assert len(done) >= 0.9 * COUNT
    assert sum(len(run["visits.request"]) for run in done) > 20 * COUNT
    for table in ("crew.request", "branches.request"):
        assert sum(len(run[table]) > 0 for run in done) >= 3


def test_one_time_that_is_not_stretched_shows() -> None:
    """Spoiled: the times of the first task stay as they are."""

    def but_one(case: Case) -> Model:
        model = mapped(case.model, on_one_clock)
        new = mapped(model, thrice)
        return replace(new, tasks=(model.tasks[0], *new.tasks[1:]))

    assert sum(compared(case, but_one(case)) != [] for case in cases(COUNT)) >= COUNT // 4


def test_a_law_that_is_rounded_is_not_of_this_class() -> None:
    """Why only whole laws: the tick nearest to three times a length is not three times the nearest tick."""

    def drawn(model: Model) -> Model:
        times = tuple(replace(t, time=Distribution("exponential", (600_000.0,))) for t in model.tasks)
        return replace(model, tasks=times)

    found = 0
    for case in cases(COUNT)[:10]:
        model = drawn(mapped(case.model, on_one_clock))
        seed = case.compiled.seed
        found += differ(stretched(played(model, seed)), played(mapped(model, thrice), seed), WITHOUT) != []
    assert found >= 5
