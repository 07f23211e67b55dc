"""Arrivals by a profile, in groups, as a backlog (R5): by hand, and against a clock that counts minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_queues import OFFICE, START

from flowsim.draws import Draws
from flowsim.engine.schedule import Schedule, schedule
from flowsim.model import (
    ALWAYS,
    Arrivals,
    Backlog,
    Calendar,
    Chasing,
    DayException,
    Distribution,
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
    relations,
)
from flowsim.model.calendar import DAY, FOREVER, HOUR, MINUTE, WEEK
from flowsim.record import BACKLOG, NONE, REQUEST_COLUMNS

Pieces = tuple[tuple[int, int, int], ...]


def model(
    *classes: RequestClass,
    length: int = 10 * DAY,
    warm_up: int = 0,
    backlog: tuple[Backlog, ...] = (),
    calendars: tuple[Calendar, ...] = (OFFICE,),
    start: str = START,
) -> Model:
    made = Model(
        name="arrivals",
        start=start,
        calendars=(ALWAYS, *calendars),
        classes=classes,
        tasks=(Task("work", Distribution("constant", (1.0,)), "adding"),),
        teams=(Team("T", 1, "always"),),
        steps=(Step("S", "T", (StepTask("work"),)), Step("V", "T", (StepTask("work"),))),
        run=Run(length, warm_up, "always"),
        backlog=backlog,
    )
    assert relations(made) == []
    return made


def every(ticks: float) -> Distribution:
    return Distribution("constant", (float(ticks),))


def of(found: Schedule, klass: int) -> list[tuple[int, int, int, int]]:
    """Arrival, ordinal, age and due of the requests of one class, in their order."""
    rows = zip(found.times, found.classes, found.ordinals, found.ages, found.due, strict=True)
    return [(t, ordinal, age, due) for t, k, ordinal, age, due in rows if k == klass]


# -- profile -----------------------------------------------------------------------------------------------------------

HALVES: Pieces = ((0, WEEK // 2, 1), (WEEK // 2, WEEK, 3))


def test_r5_a_profile_spreads_the_same_arrivals_over_the_week() -> None:
    """One an hour, three times as many in the second half: one in 2 hours, then one in 40 minutes; 168 a week still."""
    found = schedule(model(RequestClass("a", Arrivals(every(HOUR), profile=HALVES)), length=WEEK), Draws(1, 1))
    slow = [2 * HOUR * n for n in range(1, 43)]
    fast = [WEEK // 2 + 40 * MINUTE * n for n in range(1, 127)]
    one_week = slow + fast
    assert one_week[-1] == WEEK
    assert found.times == one_week + [WEEK + t for t in one_week[:-1]]  # the last lies at twice the length
    assert found.measured == 167


def test_r5_instants_are_the_first_at_which_the_weighted_time_is_enough() -> None:
    """R1, R5: a mean weight of 3/2 and gaps of 1 tick: 1.5, 3, 4.5, … rounded up while each tick counts once."""
    profile = ((0, WEEK // 2, 1), (WEEK // 2, WEEK, 2))
    found = schedule(model(RequestClass("a", Arrivals(every(1), profile=profile)), length=5), Draws(1, 1))
    assert found.times == [2, 3, 5, 6, 8, 9]
    late = (datetime.fromisoformat(START) + timedelta(milliseconds=WEEK // 2 - 3)).isoformat()
    found = schedule(model(RequestClass("a", Arrivals(every(1), profile=profile)), length=5, start=late), Draws(1, 1))
    assert found.times == [2, 3, 4, 5, 6, 6, 7, 8, 9, 9]  # weighted 1, 2, 3, then 5, 7, …; enough are 2, 3, 5, 6, 8


def test_r5_the_clock_of_a_profile_is_that_of_the_start() -> None:
    """Wednesday 10:30; Thursdays count double: one an hour × 8/7 is 8/7 of an hour, on Thursday 4/7."""
    profile = ((0, 3 * DAY, 1), (3 * DAY, 4 * DAY, 2), (4 * DAY, WEEK, 1))
    start = "2026-01-07T10:30:00"
    made = model(RequestClass("a", Arrivals(every(7 * HOUR), profile=profile)), length=2 * DAY, start=start)
    midnight = 13 * HOUR + HOUR // 2
    assert schedule(made, Draws(1, 1)).times[:4] == [
        8 * HOUR,
        midnight + (16 * HOUR - midnight) // 2,
        midnight + (24 * HOUR - midnight) // 2,
        midnight + (32 * HOUR - midnight) // 2,
    ]


def test_r5_a_profile_counts_open_time_only_and_its_empty_hours_are_empty() -> None:
    """Office hours, Friday afternoon empty, mornings twice: exactly as many a standard week as without."""
    mornings = [(d * DAY + 6 * HOUR, d * DAY + 13 * HOUR, 200) for d in range(5)]
    rest = [(a[1], b[0], 100) for a, b in pairwise(mornings)]
    profile = tuple(
        sorted([(0, 6 * HOUR, 7), *mornings, *rest, (4 * DAY + 13 * HOUR, 6 * DAY, 0), (6 * DAY, WEEK, 100)])
    )
    shut = Calendar("office", OFFICE.weekly, (DayException("2026-01-20", ()),), OFFICE.working_day)  # a Tuesday
    cls = RequestClass("a", Arrivals(every(30 * MINUTE), "office", profile=profile))
    found = schedule(model(cls, length=2 * WEEK, calendars=(shut,)), Draws(1, 1))
    times = np.array(found.times)
    office = OpenTimes(shut, START)
    assert [int(((times > w * WEEK) & (times <= (w + 1) * WEEK)).sum()) for w in (0, 1)] == [80, 80]
    assert int(((times > 2 * WEEK) & (times <= 3 * WEEK)).sum()) < 80  # closed on its Tuesday
    friday = (times - 1) % WEEK
    assert not ((friday >= 4 * DAY + 13 * HOUR) & (friday < 5 * DAY)).any()
    assert all(office.is_open(t - 1) for t in found.times)
    # 20 hours of weight 2 and 16 of weight 1 in 40 open hours: mean 1.4, so 21 minutes apart or 42
    monday = np.diff(times[times <= DAY]) // MINUTE
    assert monday.tolist() == [21] * 10 + [33] + [42] * 5  # 12:45 + 15 min of the morning + 18 of the afternoon


@pytest.mark.parametrize("calendar", [None, "office"])
def test_r4_a_level_profile_changes_nothing(calendar: str | None) -> None:
    """R4, R5: equal weights are no profile, to the tick."""
    gap = Distribution("exponential", (20.0 * MINUTE,))
    level = tuple((d * DAY, (d + 1) * DAY, 150) for d in range(7))
    plain = schedule(model(RequestClass("a", Arrivals(gap, calendar))), Draws(3, 1))
    same = schedule(model(RequestClass("a", Arrivals(gap, calendar, profile=level))), Draws(3, 1))
    assert same == plain
    assert len(plain.times) > 300


@pytest.mark.parametrize(
    ("profile", "calendar"), [(((0, WEEK, 0),), "always"), (((0, 5 * DAY, 0), (5 * DAY, WEEK, 3)), "office")]
)
def test_r5_a_profile_without_weight_in_open_time_brings_nobody(profile: Pieces, calendar: str) -> None:
    """All 0, or more than 0 on Saturdays only."""
    cls = RequestClass("a", Arrivals(every(HOUR), calendar, profile=profile))
    assert schedule(model(cls), Draws(1, 1)).times == []


def test_r5_a_calendar_of_dates_only_takes_the_mean_weight_of_the_whole_week() -> None:
    """Two hours on one Tuesday, which counts 7 times as much as Monday: mean (7 + 6) / 7."""
    once = Calendar("office", (), (DayException("2026-01-06", ((9 * HOUR, 11 * HOUR),)),))
    profile = ((0, DAY, 1), (DAY, 2 * DAY, 7), (2 * DAY, WEEK, 1))
    cls = RequestClass("a", Arrivals(every(49 * MINUTE), "office", profile=profile))
    found = schedule(model(cls, calendars=(once,)), Draws(1, 1))
    assert found.times == [DAY + 9 * HOUR + n * 13 * MINUTE for n in range(1, 10)]


def test_r5_weights_and_hours_too_odd_for_64_bits_are_still_exact() -> None:
    """Products beyond 2⁶² are taken in whole numbers of any length; the same instants as by fractions."""
    weights = (999_999_937, 999_999_893)
    edge = WEEK // 2 + 1
    profile = ((0, edge, weights[0]), (edge, WEEK, weights[1]))
    weighted = edge * weights[0] + (WEEK - edge) * weights[1]
    found = schedule(model(RequestClass("a", Arrivals(every(HOUR), profile=profile)), length=DAY), Draws(1, 1))
    assert found.times == [-(-n * HOUR * weighted // (WEEK * weights[0])) for n in range(1, 49)]
    assert found.times[-1] == 2 * DAY - 3  # the first half of the week is a little busier than the mean


@st.composite
def _profiles(draw: st.DrawFn) -> Pieces:
    """Up to five pieces of the week with edges in its first six hours and in the rest."""
    cuts = draw(st.lists(st.integers(1, 360), max_size=4, unique=True))
    edges = [0, *sorted(cut * MINUTE for cut in cuts), WEEK]
    return tuple((a, b, draw(st.integers(0, 4))) for a, b in pairwise(edges))


@st.composite
def _calendars(draw: st.DrawFn) -> Calendar:
    spans = draw(st.lists(st.tuples(st.integers(0, 350), st.integers(1, 60)), min_size=1, max_size=4))
    night = [(WEEK - HOUR, WEEK + HOUR)] if draw(st.booleans()) else []
    weekly = sorted([*((a * MINUTE, (a + n) * MINUTE) for a, n in spans), *night])
    own = draw(st.booleans())
    exceptions = (DayException("2026-01-05", ((0, 20 * MINUTE), (2 * HOUR, 5 * HOUR))),) if own else ()
    return Calendar("drawn", tuple(weekly), exceptions)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_profiles(), _calendars(), st.integers(0, 60), st.integers(1, 90))
def test_r5_against_a_clock_that_counts_tick_by_tick(profile: Pieces, drawn: Calendar, late: int, gap: int) -> None:
    """n gaps have passed when weighted open time × open week ≥ n gaps × weighted week; the first such tick."""
    start = (datetime.fromisoformat(START) + timedelta(minutes=late)).isoformat()
    cls = RequestClass("a", Arrivals(every(gap * MINUTE), "drawn", profile=profile))
    found = schedule(model(cls, length=3 * HOUR, calendars=(drawn,), start=start), Draws(1, 1))

    def weight(minute: int) -> int:
        return next(w for a, b, w in profile if a <= minute * MINUTE % WEEK < b)

    week = [False] * 10080
    for a, b in drawn.weekly:
        for minute in range(a // MINUTE, b // MINUTE):
            week[minute % 10080] = True
    open_week, weighted_week = sum(week), sum(weight(m) for m in range(10080) if week[m])
    times = OpenTimes(drawn, start)
    passed, n, expected = 0, 1, []
    for minute in range(360):
        counts = weight(minute + late) if times.is_open(minute * MINUTE) else 0
        while weighted_week and counts:
            missing = n * gap * MINUTE * weighted_week - passed * MINUTE * open_week
            ticks = -(-missing // (counts * open_week))
            if ticks > MINUTE or minute * MINUTE + ticks >= 360 * MINUTE:
                break
            expected.append(minute * MINUTE + ticks)
            n += 1
        passed += counts
    assert found.times == expected


# -- groups ------------------------------------------------------------------------------------------------------------

PAIRS = ((1, 0.5), (2, 0.3), (5, 0.2))


def sizes(draws: Draws, name: str, count: int) -> list[int]:
    """By number of the group its size, one uniform at a time."""
    uniforms = draws.uniforms("group", name)
    return [1 if u < 0.5 else 2 if u < 0.8 else 5 for u in (uniforms.at(i) for i in range(count))]


def test_r5_a_group_arrives_at_one_instant_with_consecutive_ordinals() -> None:
    """The stated rate is that of groups; the group's number is the position of its draw."""
    gap = Distribution("exponential", (20.0 * MINUTE,))
    single = schedule(model(RequestClass("a", Arrivals(gap, "office"))), Draws(3, 1))
    found = schedule(model(RequestClass("a", Arrivals(gap, "office", group=PAIRS))), Draws(3, 1))
    drawn = sizes(Draws(3, 1), "a", len(single.times))
    assert {1, 2, 5} == set(drawn)
    assert found.times == [t for t, size in zip(single.times, drawn, strict=True) for _ in range(size)]
    assert found.ordinals == list(range(sum(drawn)))


def test_r5_dates_bring_groups_too() -> None:
    """Those at or after twice the length bring none."""
    dates = (5, 5, 9, 2 * DAY)
    found = schedule(model(RequestClass("a", Arrivals(dates=dates, group=PAIRS)), length=DAY), Draws(8, 1))
    assert found.times == [t for t, n in zip(dates[:3], sizes(Draws(8, 1), "a", 3), strict=True) for _ in range(n)]
    threes = schedule(model(RequestClass("a", Arrivals(dates=dates, group=((3, 1.0),))), length=DAY), Draws(8, 1))
    assert threes.times == [5] * 6 + [9] * 3


def test_r5_groups_of_two_classes_are_numbered_by_time_class_and_ordinal() -> None:
    a, b = (RequestClass(name, Arrivals(dates=(5,), group=((2, 1.0),))) for name in "ab")
    found = schedule(model(a, b), Draws(1, 1))
    assert (found.classes, found.ordinals) == ([0, 0, 1, 1], [0, 1, 0, 1])


# -- backlog -----------------------------------------------------------------------------------------------------------


def test_r5_a_backlog_is_there_at_instant_0_the_oldest_first() -> None:
    """By hand: three of 5 h at V, two of 9 h at S, and one that arrives at 0."""
    cls = RequestClass("a", Arrivals(dates=(0, 7)), Wait(6 * HOUR), priority=2)
    backlog = (Backlog("a", "V", 3, every(5 * HOUR)), Backlog("a", "S", 2, every(9 * HOUR)))
    found = schedule(model(cls, backlog=backlog), Draws(1, 1))
    assert found.times == [0, 0, 0, 0, 0, 0, 7]
    assert found.ages == [9 * HOUR] * 2 + [5 * HOUR] * 3 + [0, 0]
    assert found.ordinals == [BACKLOG + 3, BACKLOG + 4, BACKLOG, BACKLOG + 1, BACKLOG + 2, 0, 1]
    assert found.places == [0, 0, 1, 1, 1, -1, -1]
    assert found.due == [0, 0, HOUR, HOUR, HOUR, 6 * HOUR, 6 * HOUR + 7]  # those of 9 h were due before the start
    assert [found.request(n).measured for n in range(7)] == [False] * 5 + [True] * 2
    assert found.measured == 2
    request = found.request(0)
    assert (request.number, request.klass, request.ordinal, request.due, request.priority) == (0, 0, BACKLOG + 3, 0, 2)
    columns = found.columns(7)
    assert set(columns) == set(REQUEST_COLUMNS)
    assert all(column.dtype == np.int64 for column in columns.values())
    assert columns["age"].tolist() == found.ages
    assert columns["measured"].tolist() == [0] * 5 + [1] * 2
    assert columns["parent"].tolist() == [NONE] * 7
    assert columns["chase"].tolist() == [0] * 7


def test_r4_each_of_a_backlog_draws_its_own_age() -> None:
    """Purpose `age at STEP`, by ordinal; i counts through the entries of the class, in file order."""
    law = Distribution("uniform", (float(HOUR), float(9 * DAY)))
    backlog = (Backlog("b", "V", 40, law), Backlog("a", "V", 7, law), Backlog("b", "S", 30, law))
    classes = (RequestClass("a", Arrivals()), RequestClass("b", Arrivals()))
    found = schedule(model(*classes, backlog=backlog), Draws(5, 2))
    draws = Draws(5, 2)
    at_v, at_s = (draws.durations(f"age at {step}", "b", law) for step in "VS")
    expected = {BACKLOG + i: (at_v if i < 40 else at_s).at(BACKLOG + i) for i in range(70)}
    rows = of(found, 1)
    assert {ordinal: age for _, ordinal, age, _ in rows} == expected
    assert found.ages == sorted(found.ages, reverse=True)
    assert len(set(found.ages)) > 70
    assert all(due == NONE for _, _, _, due in rows)
    assert found.request(0).due == FOREVER
    steps = dict(zip(zip(found.classes, found.ordinals, strict=True), found.places, strict=True))
    assert all(steps[1, BACKLOG + i] == (1 if i < 40 else 0) for i in range(70))


def test_r5_equal_ages_are_in_order_of_class_and_ordinal() -> None:
    backlog = (Backlog("b", "S", 2, every(HOUR)), Backlog("a", "S", 1, every(HOUR)))
    classes = (RequestClass("a", Arrivals()), RequestClass("b", Arrivals()))
    found = schedule(model(*classes, backlog=backlog), Draws(1, 1))
    assert list(zip(found.classes, found.ordinals, strict=True)) == [(0, BACKLOG), (1, BACKLOG), (1, BACKLOG + 1)]


def test_r5_a_promise_in_working_time_is_counted_from_the_start_less_the_age() -> None:
    """Start on Monday 00:00: 8 working hours end at 17:00; of one 10 h old at 7:00."""
    cls = RequestClass("a", Arrivals(), Wait(8 * HOUR, "office"))
    found = schedule(model(cls, backlog=(Backlog("a", "S", 1, every(10 * HOUR)),)), Draws(1, 1))
    assert found.due == [7 * HOUR]


# -- what changes nothing (R4) -----------------------------------------------------------------------------------------

GAP = Distribution("exponential", (50.0 * MINUTE,))
OTHER = RequestClass("other", Arrivals(GAP, "office"), Wait(DAY))


@pytest.mark.parametrize(
    "arrivals",
    [
        Arrivals(GAP),
        Arrivals(GAP, group=PAIRS),
        Arrivals(GAP, profile=HALVES),
        Arrivals(dates=(0, 1, HOUR)),
        Arrivals(),
    ],
)
def test_r4_another_class_keeps_its_arrivals_whatever_this_one_does(arrivals: Arrivals) -> None:
    """A backlog, a group or a profile of one class moves no arrival of another; nor of its own, but as it says."""
    alone = of(schedule(model(OTHER), Draws(2, 3)), 0)
    backlog = (Backlog("a", "S", 12, Distribution("exponential", (float(DAY),))),)
    cls = RequestClass("a", arrivals)
    waiting = schedule(model(cls, OTHER, backlog=backlog), Draws(2, 3))
    assert of(waiting, 1) == alone
    assert len(alone) > 80
    if arrivals != Arrivals():
        without = of(schedule(model(cls, OTHER), Draws(2, 3)), 0)
        assert [row for row in of(waiting, 0) if row[1] < BACKLOG] == without


def test_r15_chases_are_not_scheduled() -> None:
    """They come of what happens in the run; their class stays empty here."""
    chasing = Chasing("chase", Span(every(DAY)))
    cls = RequestClass("a", Arrivals(dates=(5,)), Wait(DAY), chasing=chasing)
    found = schedule(model(cls, RequestClass("chase", Arrivals())), Draws(1, 1))
    assert (found.classes, found.times) == ([0], [5])
