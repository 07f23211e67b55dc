"""Hours and batches against recursions on the same draws that walk through days one by one: equal, tick for tick (R2,
R5, R7, R9, R11).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_calendars import Hours, desks_with_hours, in_batches
from plain_check import Oracle, check
from plain_laws import MEANS, law
from plain_rules import START, differences, simple_model

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.model import (
    ALWAYS,
    Arrivals,
    BatchRule,
    Calendar,
    Clock,
    DayException,
    Distribution,
    Handoff,
    Model,
    OpenTimes,
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

STARTS = ("2026-01-05T00:00:00", "2026-01-07T10:30:00", "2026-02-28T23:59:59.999000", "2026-12-31T08:00:00")


@st.composite
def intervals(draw: st.DrawFn, coarse: bool) -> tuple[tuple[int, int], ...]:
    """None, one or two parts of a day, apart; the last may run past midnight."""
    unit = HOUR if coarse else MINUTE // 7
    bounds = draw(st.lists(st.integers(0, 30 * HOUR // unit), min_size=0, max_size=4, unique=True).map(sorted))
    pairs = [(a * unit, b * unit) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    return tuple((a, b) for a, b in pairs if a < DAY)


@st.composite
def calendars(draw: st.DrawFn, name: str, start: str, coarse: bool) -> Calendar:
    """Any week with some open time, and days of its own near the start."""
    patterns = draw(st.lists(intervals(coarse), min_size=1, max_size=3))
    week: list[tuple[int, int]] = [(9 * HOUR, 17 * HOUR)]  # Mondays, whatever else there is
    for day in range(7):
        hours = draw(st.sampled_from(patterns))
        week += [(day * DAY + a, day * DAY + b) for a, b in hours] if day else []
    apart = []
    for opens, closes in sorted(week):
        if not apart or opens >= apart[-1][1]:
            apart.append((opens, closes))
    first = date.fromisoformat(start[:10])
    days = draw(st.lists(st.integers(-1, 4), max_size=3, unique=True))
    exceptions = [DayException((first + timedelta(days=n)).isoformat(), draw(intervals(coarse))) for n in sorted(days)]
    return Calendar(name, tuple(apart), tuple(exceptions), 8 * HOUR)


@st.composite
def hours(draw: st.DrawFn, coarse: bool) -> Model:
    """One to three desks with hours of their own and any way to close; arrivals and transits in working time."""
    start = draw(st.sampled_from(STARTS))
    known = (ALWAYS, *(draw(calendars(name, start, coarse)) for name in "xy"))
    names = st.sampled_from(["always", "x", "y"])
    classes = [
        RequestClass(
            name, Arrivals(draw(law(MEANS.map(lambda m: 3 * m), coarse)), draw(st.sampled_from([None, "x", "y"])))
        )
        for name in ("a", "b")[: draw(st.integers(1, 2))]
    ]
    steps, teams, tasks = [], [], []
    for i in range(draw(st.integers(1, 3))):
        span = draw(st.one_of(st.none(), st.tuples(law(MEANS, coarse), st.sampled_from([None, "x", "y"]))))
        teams.append(Team(f"T{i}", draw(st.integers(1, 3)), draw(names)))
        tasks.append(Task(f"task {i}", draw(law(MEANS.map(lambda m: 3 * m), coarse)), "adding"))
        steps.append(
            Step(
                f"S{i}",
                f"T{i}",
                (StepTask(f"task {i}"),),
                handoff=Handoff(transit=Span(*span)) if span else None,
                closing=draw(st.sampled_from(["pause", "finish"])),
                no_start_within=draw(st.sampled_from([0, 0, 10 * MINUTE, HOUR])),
            )
        )
    length = draw(st.sampled_from([6 * HOUR, 14 * HOUR if coarse else 36 * HOUR]))
    return Model("hours", start, known, tuple(classes), tuple(tasks), tuple(teams), tuple(steps), Run(length, 0, "x"))


@st.composite
def rules(draw: st.DrawFn) -> BatchRule:
    """By size, wait or clock, or by any of these together."""
    size = draw(st.sampled_from([None, 1, 2, 3, 7]))
    wait = draw(st.sampled_from([None, None, Wait(20 * MINUTE), Wait(2 * HOUR), Wait(HOUR, "office")]))
    often = Clock(tuple(range(0, 7 * DAY, HOUR)))
    daily = Clock(tuple(day * DAY + 16 * HOUR for day in range(7)), "office")
    seldom = Clock((10 * HOUR, DAY + 14 * HOUR, 6 * DAY), "mornings")
    clock = draw(st.sampled_from([None, None, often, daily, seldom]))
    return BatchRule(size if size or wait or clock else 4, wait, clock)


@st.composite
def batches(draw: st.DrawFn, coarse: bool) -> Model:
    """One to three desks that get or handle their requests in batches; a transit between two gates, so that who joins
    the second is due like all others.
    """
    hourly = st.sampled_from([None, None, "office"])
    classes = [
        RequestClass(name, Arrivals(draw(law(MEANS, coarse)), draw(hourly)))
        for name in ("a", "b", "c")[: draw(st.integers(1, 3))]
    ]
    steps, teams, tasks = [], [], []
    for i in range(draw(st.integers(1, 3))):
        transfer, process = draw(st.one_of(st.none(), rules())), draw(st.one_of(st.none(), rules()))
        transit = draw(st.one_of(st.none(), law(MEANS, coarse).map(Span)))
        if transfer and process and not transit:
            transit = Span(Distribution("constant", (float(7 * MINUTE),)), draw(st.sampled_from([None, "mornings"])))
        calendar = draw(st.sampled_from(["always", "always", "office", "mornings"]))
        teams.append(Team(f"T{i}", draw(st.integers(1, 2)), calendar))
        tasks.append(Task(f"task {i}", draw(law(MEANS, coarse)), "adding"))
        steps.append(
            Step(
                f"S{i}",
                f"T{i}",
                (StepTask(f"task {i}"),),
                handoff=Handoff(batch=transfer, transit=transit) if transfer or transit else None,
                batch=process,
                set_up=draw(st.one_of(st.none(), law(MEANS, coarse))),
                release=draw(st.sampled_from(["together", "each"])),
            )
        )
    length = draw(st.sampled_from([3 * HOUR, 10 * HOUR]))
    return simple_model(classes, tasks, teams, steps, Run(length, draw(st.sampled_from([0, HOUR])), "always"))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(hours), st.integers(0, 2**31))
def test_r2_hours_equal_the_recursion(model: Model, seed: int) -> None:
    """100 random models, half of them with hours and work in round numbers: work that ends as the desk closes."""
    check(model, seed, desks_with_hours)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.booleans().flatmap(batches), st.integers(0, 2**31))
def test_r7_r11_batches_equal_the_recursion(model: Model, seed: int) -> None:
    """100 random models, half of them in whole minutes: many join as a batch leaves."""
    check(model, seed, in_batches)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.sampled_from(STARTS), st.data(), st.integers(0, 9 * DAY), st.integers(0, 2 * DAY))
def test_r2_open_time_walked_through_is_open_time_laid_out(start: str, data: st.DataObject, t: int, ticks: int) -> None:
    """100 calendars: the opening after an instant, and so much open time after it."""
    calendar = data.draw(calendars("x", start, coarse=False))
    walked, laid_out = Hours(calendar, start), OpenTimes(calendar, start)
    assert walked.begin(t) == laid_out.opening(t)
    assert walked.after(t, ticks) == laid_out.after(t, ticks)


EXPONENTIAL = Distribution("exponential", (15.0 * MINUTE,))


def office(**fields: object) -> Model:
    """A desk in office hours, on a calendar with a free Wednesday."""
    week = tuple((day * DAY + 9 * HOUR, day * DAY + 17 * HOUR) for day in range(5))
    handoff = Handoff(transit=Span(EXPONENTIAL, "x"))
    step = Step("S", "T", (StepTask("task"),), handoff=handoff, no_start_within=20 * MINUTE)
    return Model(
        "office",
        START,
        (ALWAYS, Calendar("x", week, (DayException("2026-01-07"),))),
        (RequestClass("a", Arrivals(EXPONENTIAL, "x")),),
        (Task("task", EXPONENTIAL, "adding"),),
        (Team("T", 1, "x"),),
        (replace(step, **fields),),  # type: ignore[arg-type]
        Run(14 * DAY, 0, "x"),
    )


def other_week(model: Model, exceptions: tuple[DayException, ...]) -> Model:
    return replace(model, calendars=(ALWAYS, replace(model.calendars[1], exceptions=exceptions)))


EVENING = Clock(tuple(day * DAY + 16 * HOUR for day in range(7)))


def gate(
    rule: BatchRule | None = None, process: BatchRule | None = None, set_up: float = 5.0, release: str = "each"
) -> Model:
    """A desk that is sent three at a time or all of an hour, and handles two at a time or what there is at 16:00."""
    step = Step(
        "S",
        "T",
        (StepTask("task"),),
        handoff=Handoff(batch=rule or BatchRule(3, Wait(HOUR)), transit=Span(EXPONENTIAL)),
        batch=process or BatchRule(2, None, EVENING),
        set_up=Distribution("exponential", (set_up * MINUTE,)),
        release=release,
    )
    classes = [RequestClass("a", Arrivals(Distribution("exponential", (22.0 * MINUTE,))))]
    tasks, teams = [Task("task", EXPONENTIAL, "adding")], [Team("T", 1, "always")]
    return simple_model(classes, tasks, teams, [step], Run(7 * DAY, 0, "always"))


def test_long_runs() -> None:
    """Some hundreds of requests each."""
    assert check(office(), 6, desks_with_hours).requests > 250
    assert check(gate(), 6, in_batches).requests > 400


@pytest.mark.parametrize(
    ("right", "other", "oracle"),
    [
        (office(), office(closing="finish"), desks_with_hours),
        (office(), office(no_start_within=25 * MINUTE), desks_with_hours),
        (office(), office(handoff=Handoff(transit=Span(EXPONENTIAL))), desks_with_hours),
        (office(), other_week(office(), ()), desks_with_hours),
        (office(), other_week(office(), (DayException("2026-01-07", ((9 * HOUR, 9 * HOUR + 1),)),)), desks_with_hours),
        (gate(), gate(BatchRule(4, Wait(HOUR))), in_batches),
        (gate(), gate(BatchRule(3, Wait(HOUR + 1))), in_batches),
        (gate(), gate(process=BatchRule(2)), in_batches),
        (gate(), gate(set_up=5.001), in_batches),
        (gate(), gate(release="together"), in_batches),
    ],
    ids=["closing", "no start", "transit", "free day", "a tick", "size", "wait", "clock", "set-up", "release"],
)
def test_the_comparison_goes_red_for_another_model(right: Model, other: Model, oracle: Oracle) -> None:
    """Spoiled: the record of one model held against the recursion for a slightly other one."""
    record = run(right, Draws(6, 1))
    assert differences(right, oracle(other, Draws(6, 1)), record) != []


@pytest.mark.parametrize(
    ("column", "model", "oracle"),
    [(name, office(), desks_with_hours) for name in ("delivered", "started", "released", "person")]
    + [(name, gate(), in_batches) for name in ("gathered", "admitted", "assembled", "set_up", "turn", "worked")],
)
def test_the_comparison_goes_red_for_one_number(column: str, model: Model, oracle: Oracle) -> None:
    """Spoiled: one number of one visit is one more."""
    record = run(model, Draws(6, 1))
    record.visits[column][123] += 1
    assert len(differences(model, oracle(model, Draws(6, 1)), record)) == 1
