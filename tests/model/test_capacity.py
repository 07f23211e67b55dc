"""How much time people have for which teams (R2, R8, R10), and how often requests come (R5)."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from small_models import OFFICE, constant, exponential, model, step, waiting

from flowsim.model import Arrivals, Backlog, Calendar, DayException, Model, Person, RequestClass, Team
from flowsim.model.calendar import DAY, HOUR, WEEK, OpenTimes
from flowsim.model.capacity import at_once, crews, doable, enough_there, pace, together
from flowsim.model.process import Clock
from flowsim.model.rates import arrivals_per_week, departures

MORNING = Calendar("morning", tuple((d * DAY + 9 * HOUR, d * DAY + 12 * HOUR) for d in range(5)), working_day=3 * HOUR)
LATE = Calendar("late", tuple((d * DAY + 11 * HOUR, d * DAY + 19 * HOUR) for d in range(5)), working_day=8 * HOUR)


def _teams(*teams: Team, people: tuple[Person, ...] = (), **more: object) -> Model:
    steps = [step(f"at {team.name}", team=team.name) for team in teams]
    calendars = [OFFICE, MORNING, LATE]
    return model(steps, teams=teams, calendars=calendars, people=people, length=4 * WEEK, **more)  # type: ignore[arg-type]


def test_time_of_a_team_is_people_times_open_time_less_absence_and_presence() -> None:
    """R10: 3 people, 40 hours, 10 % absent, there for this process half of the time."""
    built = _teams(Team("T", 3, "office", absence=0.1, presence=0.5))
    (crew,) = crews(built)
    assert crew.there == pytest.approx(3 * 40 * HOUR * 0.9 * 0.5)
    assert crew.away == pytest.approx(3 * 40 * HOUR * 0.55)
    assert crew.teams == (0,)


def test_a_named_person_s_time_counts_once_at_home_first() -> None:
    """R8: the two calendars share 11 to 17 on five days: 30 hours; 10 are home's alone, 10 the other's."""
    built = _teams(Team("T", 1, "office"), Team("U", 1, "late"), people=(Person("Ann", ("U", "T"), 1500),))
    found = {crew.teams: crew.there / HOUR for crew in crews(built)[2:]}
    assert found == {(1, 0): pytest.approx(45.0), (1,): pytest.approx(15.0), (0,): pytest.approx(15.0)}


def test_a_named_person_is_away_as_his_home_team_is() -> None:
    built = _teams(Team("T", 0, "office", absence=0.2), Team("U", 1, "office"), people=(Person("Ann", ("T", "U")),))
    ann = crews(built)[-1]
    assert (ann.there, ann.away) == (pytest.approx(32 * HOUR), pytest.approx(8 * HOUR))
    assert ann.teams == (0, 1)


def test_pieces_of_a_person_s_time_add_up_to_when_any_of_his_teams_is_open() -> None:
    holiday = replace(LATE, exceptions=(DayException("2026-01-13", ()),))
    built = _teams(
        Team("T", 1, "office"), Team("U", 1, "late"), Team("V", 1, "morning"), people=(Person("Ann", ("V", "T", "U")),)
    )
    built = replace(built, calendars=(*built.calendars[:-1], holiday))
    pieces = {crew.teams: round(crew.there * 4 / HOUR) for crew in crews(built) if len(crew.teams) > 1}
    days, off = 20, 1
    assert pieces == {(2, 0): days * 2 + off, (2, 0, 1): days - off, (0, 1): (days - off) * 5}
    anything = sum(crew.there for crew in crews(built)[3:]) * 4 / HOUR
    assert round(anything) == (days - off) * 10 + 8


def test_several_at_once_have_the_time_in_which_all_are_open() -> None:
    """R8: office and late share 30 hours a week; 5 people for 2 at a time make 2, of the 3 of the other 3."""
    built = model(
        [step("A", "T", people=2, together=(("U", 1),))],
        teams=[Team("T", 5, "office"), Team("U", 3, "late")],
        calendars=[OFFICE, LATE],
        length=4 * WEEK,
        people=[Person("Ann", ("T",), 2000), Person("Bob", ("U",), 500)],
    )
    (at,) = built.steps
    assert together(built, at).worked(0, 4 * WEEK) == 4 * 30 * HOUR
    assert at_once(built, at) == 3  # Ann is the sixth of T
    assert doable(built, at) == pytest.approx(30 * HOUR)
    assert doable(built, replace(at, closing="finish")) == WEEK
    assert pace(built, at) == 1.0  # U's fastest
    assert pace(built, step("A", "T")) == 2.0
    either = step("A", "T", others=("U",))
    assert doable(built, either) == pytest.approx(80 * HOUR)  # at most


def test_how_often_enough_are_there() -> None:
    """R10: two of three, each there 72 % of the time; the helper by his own home's chances."""
    team = Team("T", 3, "office", absence=0.1, presence=0.8)
    built = _teams(team, Team("U", 1, "office", presence=0.5), people=(Person("Ann", ("U", "T")),))
    chances = [0.72, 0.72, 0.72, 0.5]
    outcomes = itertools.product((0, 1), repeat=4)
    wanted = sum(
        np.prod([p if there else 1 - p for p, there in zip(chances, one, strict=True)])
        for one in outcomes
        if sum(one) >= 2
    )
    assert enough_there(built, "T", 2) == pytest.approx(wanted)
    assert enough_there(built, "T", 4) == pytest.approx(0.72**3 * 0.5)


# -- arrivals (R5) ---------------------------------------------------------------------------------------------------


def _arriving(arrivals: Arrivals, length: int = 4 * WEEK) -> tuple[Model, RequestClass]:
    cls = RequestClass("c", arrivals)
    there = [Backlog("c", "A", 1, constant(0))]
    return model([step("A")], classes=[cls], calendars=[OFFICE], length=length, backlog=there), cls


MONDAYS = ((0, DAY, 3), (DAY, 6 * DAY, 1), (6 * DAY, WEEK, 0))


@pytest.mark.parametrize("calendar", [None, "office"])
def test_a_profile_keeps_the_mean_rate_of_whole_weeks(calendar: str | None) -> None:
    plain, one = _arriving(Arrivals(exponential(60), calendar))
    shaped, other = _arriving(Arrivals(exponential(60), calendar, profile=MONDAYS))
    assert arrivals_per_week(shaped, other) == pytest.approx(arrivals_per_week(plain, one))


def test_a_profile_weighs_the_open_time_that_the_run_has() -> None:
    """R5: of the first day of a week of 3 + 1 + 1 + 1 + 1 a seventh of five days' arrivals for each weight; a holiday
    on Monday takes three sevenths off.
    """
    built, cls = _arriving(Arrivals(exponential(60), "office", profile=MONDAYS), length=DAY)
    assert arrivals_per_week(built, cls) / 7 == pytest.approx(40 * 3 / 7)
    built, cls = _arriving(Arrivals(exponential(60), "office", profile=MONDAYS), length=WEEK)
    monday = replace(OFFICE, exceptions=(DayException("2026-01-05", ()),))
    shut = replace(built, calendars=(built.calendars[0], monday))
    assert arrivals_per_week(shut, cls) == pytest.approx(40 * 4 / 7)
    late = replace(built, start="2026-01-06T13:00:00")  # begins on a Tuesday, and ends on the next
    assert arrivals_per_week(late, cls) == pytest.approx(40)


def test_a_profile_agrees_with_arrivals_made_one_by_one() -> None:
    """R5: arrival n is at the first t with (weighted open time to t) × (open ticks of a standard week) ≥ (the sum of n
    gaps) × (weighted open ticks of a standard week); constant gaps of 7 minutes, counted in a run of 12 days.
    """
    pieces = ((0, 10 * HOUR, 2), (10 * HOUR, 2 * DAY + 11 * HOUR, 5), (2 * DAY + 11 * HOUR, WEEK, 1))
    length, gap = 12 * DAY, 7 * 60_000
    built, cls = _arriving(Arrivals(constant(7), "office", profile=pieces), length)
    built = replace(built, start="2026-01-07T11:30:00")
    start = 2 * DAY + 11 * HOUR + 30 * 60_000
    minutes = (np.arange(length // 60_000) * 60_000 + start) % WEEK
    weights = np.zeros(len(minutes))
    for begins, ends, weight in pieces:
        weights[(minutes >= begins) & (minutes < ends)] = weight
    open_now = np.zeros(len(minutes))
    standard = np.zeros(2)
    for opens, closes in OFFICE.weekly:
        open_now[(minutes >= opens) & (minutes < closes)] = 1
        for begins, ends, weight in pieces:
            shared = max(min(ends, closes) - max(begins, opens), 0)
            standard += shared, weight * shared
    weighted = (open_now * weights).sum() * 60_000
    number = int(weighted * standard[0] // (gap * standard[1]))
    assert arrivals_per_week(built, cls) * length / WEEK == pytest.approx(number, abs=1)
    assert number > 100


def test_a_profile_of_nothing_while_open_lets_nobody_come() -> None:
    built, cls = _arriving(Arrivals(exponential(60), "office", profile=((0, 5 * DAY, 0), (5 * DAY, WEEK, 1))))
    assert arrivals_per_week(built, cls) == 0.0


def test_groups_multiply_what_comes() -> None:
    """R5: one or four at a time, half each: 2.5 times as many; of dates too."""
    group = ((1, 0.5), (4, 0.5))
    built, cls = _arriving(Arrivals(exponential(60), group=group))
    assert arrivals_per_week(built, cls) == pytest.approx(168 * 2.5)
    built, cls = _arriving(Arrivals(dates=(0, 5, 9 * WEEK), group=group))
    assert arrivals_per_week(built, cls) == pytest.approx(2 * 2.5 / 4)


def test_a_class_that_does_not_arrive_does_not_come() -> None:
    built = model([step("A")], classes=[waiting()], backlog=[Backlog("c", "A", 5, constant(0))])
    assert arrivals_per_week(built, built.classes[0]) == 0.0


def test_departures_are_the_instants_of_the_clock() -> None:
    built = replace(model([step("A")], calendars=[OFFICE]), start="2026-01-08T16:30:00")  # a Thursday
    daily = Clock(tuple(d * DAY + 16 * HOUR for d in range(7)), "office")
    found = departures(daily, built, WEEK)
    assert found.tolist() == [
        DAY - HOUR // 2,
        4 * DAY - HOUR // 2,
        5 * DAY - HOUR // 2,
        6 * DAY - HOUR // 2,
        7 * DAY - HOUR // 2,
    ]
    times = OpenTimes(OFFICE, built.start)
    assert all(times.opens_on_day_of(int(t)) for t in found)
