"""From file to Model: calendars, arrivals and data files, checked against values worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.model import ALWAYS, Arrivals, Distribution, Model, identity
from flowsim.scenario import load, load_text

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
VALID = Path(__file__).parents[1] / "scenarios" / "valid"

HEAD = "flowsim: 1\nname: A\n"
PARTS = {
    "calendars": "{office: {hours: mon-fri 09:00-12:00 13:00-17:00}, legal days: {hours: tue thu 09:00-13:00}}",
    "requests": "{permit: {arrivals: 8 per working day, calendar: office}}",
    "tasks": "{register: {time: 5 min, value: necessary}, decide: {time: 10 min, value: adding}}",
    "teams": "{Desk: {people: 1, calendar: office}, Legal: {people: 1, calendar: legal days}}",
    "steps": "{Register: {team: Desk, does: register}, Decide: {team: Legal, does: decide}}",
    "run": "{length: 100 working days}",
}


def model(**parts: str) -> Model:
    text = HEAD + "".join(f"{key}: {value}\n" for key, value in {**PARTS, **parts}.items())
    return load_text(text, "a.yaml").compile("current").model


def valid(name: str) -> Model:
    return load(VALID / f"{name}.yaml").compile("current").model


# -- calendars (R2) --------------------------------------------------------------------------------------------------


def test_a_calendar_has_hours_of_the_week_and_a_working_day() -> None:
    """R2: a working day is the open time of the weekday that is open longest."""
    office, legal = model().calendars
    assert office.weekly[:2] == ((9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR))
    assert len(office.weekly) == 10
    assert office.working_day == 7 * HOUR
    assert legal.weekly == ((DAY + 9 * HOUR, DAY + 13 * HOUR), (3 * DAY + 9 * HOUR, 3 * DAY + 13 * HOUR))
    assert legal.working_day == 4 * HOUR


def test_a_working_day_as_written() -> None:
    assert valid("R2_working_day").calendars[0].working_day == 7 * HOUR


def test_holidays_are_frozen_with_their_names_from_the_year_before_to_five_years_after() -> None:
    """R2: New Year's Day of Belgium, from 2025 (start 2026) to 2031 (the run ends in 2026, five years on)."""
    office, south = valid("R2_holidays").calendars
    new_year = [e for e in office.exceptions if e.date.endswith("-01-01")]
    assert [e.date[:4] for e in new_year] == ["2025", "2026", "2027", "2028", "2029", "2030", "2031"]
    assert {e.reason for e in new_year} == {"New Year's Day"}
    assert all(e.hours == () for e in office.exceptions)
    dates = {e.date: e.reason for e in south.exceptions}
    assert dates["2026-01-06"] == "Epiphany"  # of Bavaria only
    assert dates["2026-04-27"]  # King's Day, of the Netherlands
    assert dates["2026-05-15"] == "holiday"  # as written


def test_names_of_holidays_do_not_follow_the_language_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    from flowsim.scenario.calendars import _public_holidays

    before = identity(valid("R2_holidays"))
    monkeypatch.setenv("LANGUAGE", "nl")
    _public_holidays.cache_clear()
    assert identity(valid("R2_holidays")) == before


def test_exceptions_go_before_holidays() -> None:
    office = valid("R2_exceptions").calendars[0]
    dates = {e.date: e.hours for e in office.exceptions}
    assert dates["2026-12-24"] == ((9 * HOUR, 12 * HOUR),)
    assert dates["2026-12-25"] == ()
    assert dates["2026-05-02"] == ((9 * HOUR, 12 * HOUR),)  # a Saturday
    assert [dates[f"2026-08-{day:02}"] for day in range(3, 15)] == [()] * 12
    assert "2026-08-15" in dates  # a holiday
    assert "2026-08-16" not in dates


def test_always_is_there_when_it_is_used() -> None:
    assert valid("R2_always").calendars == (ALWAYS,)
    assert valid("R2_always").teams[0].calendar == "always"
    assert [c.name for c in valid("R2_always_by_name").calendars] == ["office", "always"]
    assert [c.name for c in model().calendars] == ["office", "legal days"]


# -- arrivals (R5) ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "gap"),
    [
        ("8 per working day", 7 * HOUR / 8),
        ("3 per hour", HOUR / 3),
        ("35 per week", HOUR),
        ("7 per day", 35 * HOUR / 49),
        ("12 per year", 35 * HOUR * (365.25 / 7) / 12),
        ("1 per month", 35 * HOUR * (365.25 / 7) / 12),
    ],
)
def test_a_rate_is_a_poisson_stream_in_open_time(rate: str, gap: float) -> None:
    """R5: a working day of 7 h, a week of 35 h."""
    (permit,) = model(requests=f"{{permit: {{arrivals: {rate}, calendar: office}}}}").classes
    assert permit.arrivals.calendar == "office"
    assert permit.arrivals.gap is not None
    assert permit.arrivals.gap.name == "exponential"
    assert permit.arrivals.gap.params[0] == pytest.approx(gap, rel=1e-12)


def test_gaps_as_written() -> None:
    """R5: by an interarrival distribution; without a calendar in elapsed time."""
    (permit,) = model(requests="{permit: {arrivals: every 15 min}}").classes
    assert permit.arrivals == Arrivals(gap=Distribution("constant", (15.0 * MINUTE,)))
    (permit,) = model(requests="{permit: {arrivals: {every: 'erlang(2 h, 3)'}, calendar: always}}").classes
    assert permit.arrivals == Arrivals(gap=Distribution("erlang", (2.0 * HOUR, 3.0)))


def test_dated_arrivals_are_sorted_ticks_since_the_start() -> None:
    """R5: from a file with semicolons; the start is Monday 2026-01-05 00:00."""
    assert valid("R5_dates").classes[0].arrivals == Arrivals(
        dates=(8 * HOUR + 15 * MINUTE + 30_000, 9 * HOUR + 30 * MINUTE, DAY)
    )


def test_empirical_values_are_read_from_a_file() -> None:
    task = valid("R6_quantities").task("t19")
    assert task.time == Distribution("empirical", (5.0 * MINUTE, 7.5 * MINUTE, 12.0 * MINUTE))


def test_a_file_that_a_base_names_lies_beside_the_base(tmp_path: Path) -> None:
    below = tmp_path / "base"
    below.mkdir()
    (below / "a.csv").write_text("when\n2026-01-05\n")
    requests = "{permit: {arrivals: {file: a.csv, column: when}}}"
    text = HEAD + "".join(f"{k}: {v}\n" for k, v in {**PARTS, "requests": requests}.items())
    (below / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text("flowsim: 1\nbased on: base/a.yaml\nname: B\n")
    assert load(tmp_path / "b.yaml").compile("current").model.classes[0].arrivals.dates == (0,)


def test_a_data_file_of_the_command_line_may_lie_anywhere(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("when\n2026-01-05 01:00\n")
    scenario = load(VALID / "R5_dates.yaml")
    value = f"{{file: '{tmp_path / 'a.csv'}', column: when}}"
    compiled = scenario.compile("current", [("requests.permit.arrivals", value)])
    assert compiled.model.classes[0].arrivals.dates == (HOUR,)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("when\n2026-01-05\n")
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.csv").symlink_to(tmp_path / "secret.csv")
    requests = "{permit: {arrivals: {file: a.csv, column: when}}}"
    text = HEAD + "".join(f"{k}: {v}\n" for k, v in {**PARTS, "requests": requests}.items())
    (home / "a.yaml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load(home / "a.yaml").compile("current")
    assert [p.code for p in caught.value.problems()] == ["FS431"]
