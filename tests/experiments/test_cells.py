"""Designs measured without tables: the same numbers as of a run that keeps everything."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, model

from flowsim.errors import AuditError, EngineError
from flowsim.experiments import cells
from flowsim.experiments.cells import Design, Failed, Stretch, measure, measured, replication
from flowsim.experiments.estimates import StateNumbers, differences
from flowsim.experiments.pool import Pool
from flowsim.experiments.replicate import Job, simulate
from flowsim.metrics.frame import Frame
from flowsim.metrics.ledger import ledger_of
from flowsim.model import Model


def numbers_of(design: Model, count: int = 3, workers: int = 1) -> StateNumbers:
    with Pool(workers) as pool:
        (found,) = measure([Design("one", design)], 7, range(1, count + 1), pool)
    assert isinstance(found, StateNumbers)
    return found


def of_a_run(design: Model, count: int = 3) -> StateNumbers:
    found = StateNumbers("one", model=design)
    for r in range(1, count + 1):
        found.add(r, simulate(Job("one", design, 7, r)).tables)
    return found


def same_numbers(one: StateNumbers, other: StateNumbers) -> list[str]:
    """What differs of two sets of numbers, of all that `other` has."""
    wrong = [f"{key}" for key, values in other.values.items() if one.values.get(key) != values]
    wrong += [f"unit of {name}" for name, unit in other.units.items() if one.units.get(name) != unit]
    for these, those, what in ((one.leads, other.leads, "requests"), (one.under_way, other.under_way, "unfinished")):
        for key, runs in those.items():
            mine = these.get(key, {})
            alike = mine.keys() == runs.keys() and all(np.array_equal(mine[r], runs[r]) for r in runs)
            wrong += [] if alike else [f"{key} of {what}"]
    return wrong


@pytest.mark.parametrize("state", ["current", "lean", "stuck"])
def test_the_numbers_are_those_of_a_run(state: str) -> None:
    """To the last digit: every measure, unit and lead time."""
    design = model(EVERYTHING, state)
    one, other = numbers_of(design, 2), of_a_run(design, 2)
    assert same_numbers(one, other) == []
    assert bool(other.under_way) == (state == "stuck")
    assert {key: e for key, e in other.estimates().items() if one.estimates()[key] != e} == {}
    more = {measure for measure, _ in one.values} - {measure for measure, _ in other.values}
    assert more >= {"utilisation Front", "utilisation Middle", "utilisation Board"}


def test_a_number_that_is_another_shows() -> None:
    one, other = numbers_of(model(DESK, "current"), 2), numbers_of(model(DESK, "current"), 2)
    assert same_numbers(one, other) == []
    one.values["lead time mean", ""][2] += 1e-9
    one.units["handoffs"] = "of them"
    one.leads["lead time", ""][1] = one.leads["lead time", ""][1] + 1.0
    assert same_numbers(one, other) == ["('lead time mean', '')", "unit of handoffs", "('lead time', '') of requests"]


def test_workers_and_stretches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 replications = 15 + 25, on one or two processes, in long or short stretches."""
    desk, other = model(DESK, "current"), model(EVERYTHING, "current")
    with Pool(1) as here, Pool(2) as there:
        few = list(measure([Design("a", desk), Design("b", other)], 7, range(1, 6), here))
        monkeypatch.setattr(cells, "STRETCH", 2)
        told: list[int] = []
        spread = list(measure([Design("a", desk), Design("b", other)], 7, range(1, 6), there, progress=told.append))
        late = list(measure([Design("a", desk)], 7, range(4, 6), here))
    assert told == [2, 2, 1, 2, 2, 1]
    for one, two in zip(few, spread, strict=True):
        assert isinstance(one, StateNumbers)
        assert isinstance(two, StateNumbers)
        assert one.values == two.values
        assert same_numbers(one, two) == []
    assert isinstance(late[0], StateNumbers)
    assert isinstance(few[0], StateNumbers)
    assert late[0].values["lead time mean", ""][5] == few[0].values["lead time mean", ""][5]


def test_utilisation_and_work_are_those_of_the_teams() -> None:
    design = model(EVERYTHING, "current")
    tables = simulate(Job("one", design, 7, 1)).tables
    one = replication(Stretch(design, 7, 1, 1), 1)
    shares: Any = tables["teams"]["utilisation"]
    assert [one.values[f"utilisation {team.name}", ""] for team in design.teams] == shares.tolist()
    hours: Any = tables["teams"]["at_work_h"]
    ended = one.values["ended in window", ""]
    assert one.values["work per ended request", ""] == pytest.approx(60 * hours.sum() / ended, rel=1e-9)


class Endless:
    """A Model with which no run can go on."""

    @property
    def calendars(self) -> tuple[Any, ...]:
        raise EngineError("the clock stands still", code="FS701", hint="give it time")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_design_that_cannot_be_run_does_not_end_the_others(workers: int) -> None:
    endless: Any = Endless()
    designs = [Design("a", model(DESK, "current")), Design("b", endless), Design("c", model(DESK, "current"))]
    with Pool(workers) as pool:
        a, b, c = measure(designs, 7, range(1, 13), pool)
    assert isinstance(b, Failed)
    assert (b.name, b.error.code) == ("b", "FS701")
    assert isinstance(a, StateNumbers)
    assert isinstance(c, StateNumbers)
    assert a.values == c.values
    assert all(d.difference.value == 0.0 for d in differences(a, c))


def test_every_replication_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that is a tick off ends it; without the audit nobody sees."""

    def off(frame: Frame) -> dict[str, Any]:
        parts = dict(ledger_of(frame))
        queue = parts["queue"].copy()
        queue[-1] += 1
        return parts | {"queue": queue}

    monkeypatch.setattr(cells, "ledger_of", off)
    stretch = Stretch(model(DESK, "current"), 7, 1, 1)
    with pytest.raises(AuditError):
        measured(stretch)
    assert isinstance(measured(replace(stretch, audit=False)), list)


def test_leaving_early_is_allowed() -> None:
    designs = (Design(f"{n}", model(DESK, "current")) for n in range(1_000))
    with Pool(2) as pool, closing(measure(designs, 7, range(1, 3), pool)) as found:
        assert next(found).name == "0"
