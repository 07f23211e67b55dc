"""Arrivals by a profile of the week and in groups, by hand (R5).

Offices open from 9 to 17 unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from traces import HOUR, Engine, Trace, compiled, moment, play

Run = Callable[..., Trace]

WEEK = 7 * 24 * HOUR

ARRIVE = """
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {a: {arrivals: %s, calendar: office}}
tasks: {look: {time: 1 min, value: adding}}
teams: {Desk: {people: 50, calendar: office}}
steps: {Look: {team: Desk, does: look}}
run: {length: 2 weeks}
"""


def arrivals(found: Trace, first: int = 0, until: int = 1 << 60) -> list[str]:
    """When requests arrive, those numbered from `first` to before `until`."""
    return [row[0] for row in found.requests(["arrived"])][first:until]


def test_r5_a_profile_makes_time_run_faster_in_busy_hours(trace: Run) -> None:
    """From 9 to 11 twice as many: a week has 40 open hours and 10 × 2 + 30 = 50 weighted ones, so a gap of 48 minutes
    is 48 × 50 ÷ 40 = 60 weighted minutes: half an hour till 11, an hour after it. The last of a day comes as it closes.
    """
    found = trace(ARRIVE % "{every: 48 min, profile: {09:00-11:00: 200%}}")
    assert arrivals(found, 0, 11) == [
        "Mon 01-05 09:30",
        "Mon 01-05 10:00",
        "Mon 01-05 10:30",
        "Mon 01-05 11:00",
        *[f"Mon 01-05 {hour}:00" for hour in range(12, 18)],
        "Tue 01-06 09:30",
    ]


def test_r5_the_first_instant_at_which_the_weighted_time_is_enough(trace: Run) -> None:
    """Gaps of an hour, Mondays three times as busy: 40 open hours are 24 + 32 = 56 weighted ones, so a gap is 1.4 of
    them: on Monday 28 minutes, else 84. After 24 ÷ 1.4 = 17.14 gaps Monday is over: the eighteenth ends
    18 × 1.4 − 24 = 1.2 hours into Tuesday.
    """
    found = trace(ARRIVE % "{every: 1 h, profile: {mon: 300%}}")
    assert arrivals(found, 0, 2) == ["Mon 01-05 09:28", "Mon 01-05 09:56"]
    assert arrivals(found, 16, 19) == ["Mon 01-05 16:56", "Tue 01-06 10:12", "Tue 01-06 11:36"]


def test_r5_a_part_of_a_tick_is_rounded_up(trace: Run) -> None:
    """One open hour of 40 at double weight: 41 weighted hours. From 9 on Monday gap n of 30.001 seconds is over after
    n × 30 001 × 41 ÷ 40 ÷ 2 ticks: 15 375.51, 30 751.03, 46 126.54; the first whole tick that is not before it.
    """
    found = trace(ARRIVE.replace("2 weeks", "10 h") % "{every: 30.0010 s, profile: {mon 09:00-10:00: 200%}}")
    assert arrivals(found, 0, 3) == ["Mon 01-05 09:00:15.376", "Mon 01-05 09:00:30.752", "Mon 01-05 09:00:46.127"]


def test_r5_where_the_weight_is_nothing_nobody_arrives(trace: Run) -> None:
    """No Fridays: 32 of 40 hours count, so a gap of an hour is 48 minutes. The fortieth ends as Thursday closes, the
    next one 48 minutes into Monday.
    """
    found = trace(ARRIVE % "{every: 1 h, profile: {fri: 0%}}")
    assert arrivals(found, 0, 2) == ["Mon 01-05 09:48", "Mon 01-05 10:36"]
    assert arrivals(found, 39, 41) == ["Thu 01-08 17:00", "Mon 01-12 09:48"]
    assert not [at for at in arrivals(found) if at.startswith("Fri")]


def test_r5_factors_multiply_where_parts_of_the_week_overlap(trace: Run) -> None:
    """Mondays double, mornings double: four times on Monday morning. 16 + 8 + 4 × (8 + 4) = 72 weighted hours in 40,
    so a gap of 100 minutes is 3 weighted hours.
    """
    found = trace(ARRIVE % "{every: 100 min, profile: {mon: 200%, 09:00-13:00: 200%}}")
    assert arrivals(found, 0, 12) == [
        "Mon 01-05 09:45",
        "Mon 01-05 10:30",
        "Mon 01-05 11:15",
        "Mon 01-05 12:00",
        "Mon 01-05 12:45",
        "Mon 01-05 14:00",
        "Mon 01-05 15:30",
        "Mon 01-05 17:00",
        "Tue 01-06 10:30",
        "Tue 01-06 12:00",
        "Tue 01-06 14:00",
        "Tue 01-06 17:00",
    ]


def test_r5_without_a_calendar_the_whole_week_is_weighed(trace: Run) -> None:
    """No weekends: 120 of 168 hours. A gap of 14 hours is 10 of them: two on Monday, the twelfth ends with Friday."""
    found = trace(ARRIVE.replace(", calendar: office}}\ntasks", "}}\ntasks") % "{every: 14 h, profile: {sat sun: 0%}}")
    assert arrivals(found, 0, 3) == ["Mon 01-05 10:00", "Mon 01-05 20:00", "Tue 01-06 06:00"]
    assert arrivals(found, 11, 13) == ["Sat 01-10 00:00", "Mon 01-12 10:00"]


def test_r5_a_holiday_has_no_weight_of_its_own(trace: Run) -> None:
    """The mean is over a standard week: on a Monday that is closed the weighted time stands still."""
    text = ARRIVE.replace("09:00-17:00}}", "09:00-17:00, except: {2026-01-05: closed}}}")
    found = trace(text % "{every: 48 min, profile: {09:00-11:00: 200%}}")
    assert arrivals(found, 0, 2) == ["Tue 01-06 09:30", "Tue 01-06 10:00"]


def test_r5_a_profile_moves_arrivals_within_their_week_only(engine: Engine, tmp_path: Path) -> None:
    """The same gaps with and without a profile: in every whole week as many arrive, so the rate stays the mean."""
    profile = "{rate: 8 per working day, profile: {mon: 150%, 09:00-11:00: 200%, fri 13:00-17:00: 50%}}"
    text = ARRIVE.replace("2 weeks", "20 weeks")
    counts = []
    for way in ("8 per working day", profile):
        found = play(engine, *compiled(text % way, {}, tmp_path))
        weeks = [int(t) // WEEK for t in found.record.requests["arrived"] if t < 20 * WEEK]
        counts.append([weeks.count(week) for week in range(20)])
    assert counts[0] == counts[1]
    assert sum(counts[0]) == pytest.approx(20 * 40, abs=120)


def test_r5_a_group_arrives_at_one_instant_with_numbers_in_a_row(trace: Run) -> None:
    """Three every four hours: six on the first day, ordinals in a row, another class between them by its place in the
    file.
    """
    text = (ARRIVE % "{every: 4 h, group: 3}").replace("calendar: office}}\ntasks", "calendar: office}, %s}\ntasks")
    found = trace(text % "b: {arrivals: {file: b.csv, column: arrived}}", b="01-05 13:00, 01-05 17:00")
    assert [row for row in found.requests(["class", "ordinal", "arrived"]) if "Mon" in row[2]][:8] == [
        ["a", "0", "Mon 01-05 13:00"],
        ["a", "1", "Mon 01-05 13:00"],
        ["a", "2", "Mon 01-05 13:00"],
        ["b", "0", "Mon 01-05 13:00"],
        ["a", "3", "Mon 01-05 17:00"],
        ["a", "4", "Mon 01-05 17:00"],
        ["a", "5", "Mon 01-05 17:00"],
        ["b", "1", "Mon 01-05 17:00"],
    ]


def test_r5_the_stated_rate_is_that_of_the_groups(engine: Engine, tmp_path: Path) -> None:
    """With a group of four the instants are those of the same rate one by one, each four times."""
    one = play(engine, *compiled(ARRIVE % "8 per working day", {}, tmp_path))
    four = play(engine, *compiled(ARRIVE % "{rate: 8 per working day, group: 4}", {}, tmp_path))
    instants = [int(t) for t in one.record.requests["arrived"] if t < 2 * WEEK]
    assert [int(t) for t in four.record.requests["arrived"] if t < 2 * WEEK] == [t for t in instants for _ in range(4)]
    assert len(instants) > 50


def test_r4_r5_how_many_come_together_is_a_draw_by_the_number_of_the_group(trace: Run) -> None:
    """Shares of 50, 30 and 20 %: the uniform of group k, below 0.5 one, below 0.8 two, else five."""
    found = trace(ARRIVE % "{every: 15 min, group: {1: 50%, 2: 30%, 5: 20%}}")
    draws = found.draws.uniforms("group", "a")
    sizes = [1 if (u := draws.at(k)) < 0.5 else 2 if u < 0.8 else 5 for k in range(60)]
    assert {1, 2, 5} == set(sizes)
    times = arrivals(found)
    assert [times.count(at) for at in dict.fromkeys(times)][:60] == sizes


def test_r5_a_range_of_sizes_has_even_chances(trace: Run) -> None:
    """1 .. 4: a quarter each."""
    found = trace(ARRIVE % "{every: 15 min, group: 1 .. 4}")
    draws = found.draws.uniforms("group", "a")
    times = arrivals(found)
    assert [times.count(at) for at in dict.fromkeys(times)][:60] == [1 + int(4 * draws.at(k)) for k in range(60)]


def test_r5_a_date_brings_a_group_too(trace: Run) -> None:
    """Two dates, two requests each."""
    found = trace(ARRIVE % "{file: a.csv, column: arrived, group: 2}", a="01-05 09:00, 01-06 10:00")
    assert arrivals(found) == ["Mon 01-05 09:00"] * 2 + ["Tue 01-06 10:00"] * 2


def test_r5_a_group_is_measured_or_not_as_one(trace: Run) -> None:
    """R16: the warm-up ends at an instant, and all who come then are measured."""
    text = ARRIVE.replace("length: 2 weeks", "length: 2 weeks, warm-up: 1 week")
    found = trace(text % "{file: a.csv, column: arrived, group: 2}", a="01-11 23:59, 01-12 00:00")
    assert [row[0] for row in found.requests(["measured"])] == ["0", "0", "1", "1"]
    assert moment("01-12 00:00") == WEEK
