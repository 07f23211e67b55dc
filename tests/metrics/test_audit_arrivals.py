"""The audit of arrivals, backlogs and absence (R5, R10): silent on what the draws say, loud on the smallest change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from flowsim.draws import BACKLOG, Draws
from flowsim.engine.presence import away_columns, presences
from flowsim.engine.schedule import schedule
from flowsim.metrics.audit_arrivals import check_arrivals, check_numbering
from flowsim.metrics.audit_away import check_away
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check
from flowsim.model import (
    ALWAYS,
    Arrivals,
    Backlog,
    Calendar,
    DayException,
    Distribution,
    Model,
    Person,
    RequestClass,
    Run,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE, WEEK
from flowsim.record import AWAY_COLUMNS, VISIT_COLUMNS, Record
from flowsim.record.contract import Column, empty

OFFICE = Calendar(
    "office",
    (*((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5)), (6 * DAY + 22 * HOUR, 7 * DAY + 6 * HOUR)),
    (DayException("2026-01-13", ((HOUR, 30 * HOUR),)),),
)
GAP = Distribution("exponential", (70.0 * MINUTE,))
AGE = Distribution("uniform", (float(HOUR), float(9 * DAY)))
PROFILE = (
    (0, DAY + 11 * HOUR, 100),
    (DAY + 11 * HOUR, 2 * DAY, 0),
    (2 * DAY, 5 * DAY + 7, 33),
    (5 * DAY + 7, WEEK, 250),
)
GROUP = ((1, 0.5), (0, 0.1), (2, 0.2), (5, 0.2))
CLASSES = (
    RequestClass("elapsed", Arrivals(GAP)),
    RequestClass("office", Arrivals(GAP, "office"), Wait(2 * DAY)),
    RequestClass("profile", Arrivals(GAP, "office", profile=PROFILE), Wait(8 * HOUR, "office")),
    RequestClass("everywhere", Arrivals(GAP, None, profile=PROFILE, group=GROUP)),
    RequestClass("groups", Arrivals(GAP, "office", group=GROUP)),
    RequestClass("dates", Arrivals(dates=(0, 5, DAY, DAY, 9 * DAY, 80 * DAY), group=((2, 0.4), (3, 0.6)))),
    RequestClass("plain dates", Arrivals(dates=(0, 5, DAY, 9 * DAY, 80 * DAY))),
    RequestClass("waiting", Arrivals()),
    RequestClass("never", Arrivals(GAP, profile=((0, WEEK, 0),))),
)
MODEL = Model(
    name="arrivals",
    start="2026-01-07T10:30:15",
    calendars=(ALWAYS, OFFICE),
    classes=CLASSES,
    tasks=(Task("work", Distribution("constant", (1.0,)), "adding"),),
    teams=(
        Team("T", 2, "always", absence=0.2),
        Team("U", 1, "office", presence=0.7),
        Team("V", 1, "office", absence=0.2, presence=0.6),
        Team("W", 2, "office"),
    ),
    steps=(Step("S", "T", (StepTask("work"),)), Step("Q", "U", (StepTask("work"),))),
    run=Run(3 * WEEK, DAY, "always"),
    people=(Person("Ann", ("V", "T")), Person("Bob", ("T", "W")), Person("Cas", ("W", "U"))),
    backlog=(Backlog("office", "S", 9, AGE), Backlog("waiting", "Q", 20, AGE), Backlog("office", "Q", 5, AGE)),
)
ENDS = 4 * WEEK + 5 * HOUR + 17
Columns = dict[str, Column]


def record(draws: Draws, ended_at: int = ENDS, model: Model = MODEL) -> Record:
    """A record of arrivals and absence alone: nobody visits anything."""
    found = schedule(model, draws)
    requests = found.columns(int(np.searchsorted(np.array(found.times), ended_at)))
    away = away_columns(presences(model, draws), ended_at)
    return Record(1, requests, empty(VISIT_COLUMNS), ("done",), ended_at, 0, away=away)


def checks(made: Record, draws: Draws, model: Model = MODEL) -> dict[str, Check]:
    ground = Ground(model, made)
    found = (check_numbering(ground), check_arrivals(ground, draws), check_away(ground, draws))
    return {check.name: check for check in found}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("ended_at", [1, 3 * WEEK, ENDS, 6 * WEEK])
def test_what_was_drawn_passes(seed: int, ended_at: int) -> None:
    """R5, R10: the engine's schedule and the audit's proof agree to the tick."""
    draws = Draws(seed, 2)
    made = record(draws, ended_at)
    for check in checks(made, draws).values():
        assert check.passed, check.detail
        assert check.counted > (10 if ended_at == 1 else 500)


def test_other_draws_do_not_pass() -> None:
    found = checks(record(Draws(1, 1)), Draws(1, 2))
    assert not found["arrivals"].passed
    assert not found["away"].passed


def rows_of(r: Columns, name: str) -> Column:
    index = [cls.name for cls in CLASSES].index(name)
    return np.flatnonzero((r["class"] == index) & (r["ordinal"] < BACKLOG))


def later(name: str, ticks: int) -> Callable[[Columns], None]:
    def spoil(r: Columns) -> None:
        r["arrived"][rows_of(r, name)[-2]] += ticks

    return spoil


def without_last(name: str) -> Callable[[Columns], None]:
    def spoil(r: Columns) -> None:
        last = rows_of(r, name)[-1]
        for column, values in r.items():
            r[column] = np.delete(values, last)

    return spoil


def in_backlog(column: str, change: int) -> Callable[[Columns], None]:
    def spoil(r: Columns) -> None:
        waiting = np.flatnonzero((r["ordinal"] >= BACKLOG) & (r["class"] == 1))
        r[column][waiting[np.argmax(r["due"][waiting])]] += change

    return spoil


DRAWN = ["elapsed", "office", "profile", "everywhere", "groups"]


@pytest.mark.parametrize(
    "spoil",
    [
        *(later(name, ticks) for name in [*DRAWN, "dates"] for ticks in (1, -1)),
        *(without_last(name) for name in [*DRAWN, "dates"]),
        in_backlog("age", 1),
        in_backlog("due", -1),
    ],
)
def test_a_tick_or_a_request_more_or_less_is_seen(spoil: Callable[[Columns], None]) -> None:
    """R4, R5: by the check that holds the draws."""
    draws = Draws(1, 1)
    made = record(draws)
    spoil(made.requests)
    assert not checks(made, draws)["arrivals"].passed


@pytest.mark.parametrize(
    "spoil",
    [
        later("elapsed", DAY),
        later("plain dates", 1),
        without_last("plain dates"),
        in_backlog("arrived", 1),
        in_backlog("ordinal", 40),
        in_backlog("parent", 3),
        in_backlog("chase", 1),
    ],
)
def test_numbers_that_are_not_in_order_are_seen(spoil: Callable[[Columns], None]) -> None:
    """Identity 3, without draws."""
    draws = Draws(1, 1)
    made = record(draws)
    spoil(made.requests)
    assert not checks(made, draws)["numbering"].passed


def test_a_request_of_the_backlog_that_is_missing_is_seen() -> None:
    draws = Draws(1, 1)
    made = record(draws)
    last = int(np.flatnonzero(made.requests["ordinal"] == BACKLOG + 19)[0])
    fewer = {name: np.delete(column, last) for name, column in made.requests.items()}
    assert not checks(replace(made, requests=fewer), draws)["numbering"].passed


def test_chases_after_them_are_left_alone() -> None:
    """R15: a chase has its parent's ordinal; it is of no class's arrivals."""
    draws = Draws(1, 1)
    made = record(draws)
    last = len(made.requests["class"])
    chase = {"class": 7, "ordinal": 3, "arrived": 5, "age": 0, "due": -1, "ended": -1, "outcome": -1, "measured": 0}
    chase |= {"parent": 3, "chase": 1}
    more = {name: np.append(column, chase[name]) for name, column in made.requests.items()}
    assert len(more["class"]) == last + 1
    found = checks(replace(made, requests=more), draws)
    assert found["numbering"].passed, found["numbering"].detail
    assert found["arrivals"].passed, found["arrivals"].detail
    first = {name: np.roll(column, 1) for name, column in more.items()}
    assert not checks(replace(made, requests=first), draws)["numbering"].passed


# -- absence -----------------------------------------------------------------------------------------------------------


def _change(column: str, row: int, change: int) -> Callable[[Columns], Columns]:
    def spoil(away: Columns) -> Columns:
        own = away[column].copy()
        own[row] += change
        return away | {column: own}

    return spoil


def _without(row: int) -> Callable[[Columns], Columns]:
    return lambda away: {name: np.delete(column, row) for name, column in away.items()}


def _with(*row: int) -> Callable[[Columns], Columns]:
    return lambda away: {
        name: np.append(column, value) for (name, column), value in zip(away.items(), row, strict=True)
    }


def _split(row: int) -> Callable[[Columns], Columns]:
    """One interval as two that touch."""

    def spoil(away: Columns) -> Columns:
        middle = int(away["ends"][row]) - HOUR
        again = {name: np.insert(column, row, column[row]) for name, column in away.items()}
        again["ends"][row] = again["begins"][row + 1] = middle
        return again

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        *(
            _change(column, row, change)
            for column in ("begins", "ends")
            for row in (1, -2)
            for change in (1, -HOUR, DAY)
        ),
        _change("begins", 2, -WEEK),
        _change("person", 0, 5),
        _change("person", 0, 1),
        _change("team", -1, 1),
        _without(3),
        _without(-1),
        _with(3, 0, 0, HOUR),
        _with(3, 2, 5 * HOUR, 6 * HOUR),
        _with(0, 2, 0, DAY),
        _split(1),
    ],
)
def test_an_hour_of_absence_more_or_less_is_seen(spoil: Callable[[Columns], Columns]) -> None:
    """R10: every hour of everybody is held against its draw; nobody else is in the table."""
    draws = Draws(1, 1)
    made = record(draws)
    spoiled = replace(made, away=spoil(made.away))
    assert list(spoiled.away) == list(AWAY_COLUMNS)
    assert not checks(spoiled, draws)["away"].passed


def test_named_people_are_in_the_table_at_home() -> None:
    """Ann is at home in V, Bob in T; Cas is at home in W, where nobody is ever away, and helps in U."""
    away = record(Draws(1, 1)).away
    assert set(zip(away["team"].tolist(), away["person"].tolist(), strict=True)) == {
        (0, 0),
        (0, 1),
        (0, 3),  # Bob; Ann, who helps, is number 2
        (1, 0),
        (2, 0),
        (2, 1),  # Ann
    }
