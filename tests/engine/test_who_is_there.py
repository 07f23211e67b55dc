"""Who is away when (R10): days of absence and hours elsewhere, by keyed draws; the table of the Record."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from flowsim.draws import Draws
from flowsim.engine.presence import away_columns, presences
from flowsim.model import (
    ALWAYS,
    Arrivals,
    Distribution,
    Model,
    Person,
    RequestClass,
    Run,
    Step,
    StepTask,
    Task,
    Team,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE
from flowsim.record import AWAY_COLUMNS

MORNING = "2026-01-05T08:30:00"
LATE = 8 * HOUR + 30 * MINUTE  # from midnight to MORNING


def model(*teams: Team, people: tuple[Person, ...] = (), start: str = MORNING) -> Model:
    return Model(
        name="absence",
        start=start,
        calendars=(ALWAYS,),
        classes=(RequestClass("a", Arrivals(dates=(1,))),),
        tasks=(Task("work", Distribution("constant", (1.0,)), "adding"),),
        teams=teams,
        steps=(Step("S", teams[0].name, (StepTask("work"),)),),
        run=Run(90 * DAY, 0, "always"),
        people=people,
    )


def drawn(draws: Draws, purpose: str, word: str, at: int) -> float:
    return draws.uniforms(purpose, word).at(at)


def test_r10_absence_is_drawn_by_day_of_the_clock() -> None:
    """Day 0 is the start's date, so it ends at the first midnight, 15.5 hours after a start at 8:30."""
    draws = Draws(4, 2)
    (presence,) = presences(model(Team("T", 3, "always", absence=0.3)), draws)
    assert presence is not None
    seen = set()
    for day in range(60):
        for t in (day * DAY - LATE, day * DAY + DAY - 1 - LATE):
            expected = [drawn(draws, "absence of T", f"person {n}", day) < 0.3 for n in range(3)]
            assert [presence.away(n, t) for n in range(3)] == expected
            assert presence.present(t) == expected.count(False)
            assert presence.next_change(t) == (day + 1) * DAY - LATE
            seen.add(expected.count(True))
    assert {0, 1, 2} <= seen


def test_r10_presence_is_drawn_by_hour_of_the_clock() -> None:
    """Hour 8 of the first day runs to 9:00; there for this process when the uniform is below the share."""
    draws = Draws(4, 2)
    (presence,) = presences(model(Team("T", 2, "always", presence=0.6)), draws)
    assert presence is not None
    assert presence.next_change(0) == 30 * MINUTE
    assert presence.next_change(30 * MINUTE) == 90 * MINUTE
    for hour in range(8, 400):
        t = hour * HOUR + 17 * MINUTE - LATE
        expected = [drawn(draws, "presence of T", f"person {n}", hour) >= 0.6 for n in range(2)]
        assert [presence.away(n, t) for n in range(2)] == expected


def test_r10_absence_takes_the_whole_day_presence_the_hours_of_the_others() -> None:
    """Both chances at once: away in an hour when absent on its day or elsewhere in it."""
    draws = Draws(9, 1)
    (presence,) = presences(model(Team("T", 1, "always", absence=0.4, presence=0.5), start="2026-01-05"), draws)
    assert presence is not None
    for hour in range(500):
        absent = drawn(draws, "absence of T", "person 0", hour // 24) < 0.4
        elsewhere = drawn(draws, "presence of T", "person 0", hour) >= 0.5
        assert presence.away(0, hour * HOUR) == (absent or elsewhere)


def test_instants_may_be_asked_in_any_order() -> None:
    made = model(Team("T", 2, "always", absence=0.3, presence=0.7))
    (one,), (other,) = presences(made, Draws(1, 1)), presences(made, Draws(1, 1))
    assert one is not None
    assert other is not None
    asked = [(n, t * 37 * MINUTE) for t in range(300) for n in (0, 1)]
    forward = {key: one.away(*key) for key in asked}
    assert {key: other.away(*key) for key in reversed(asked)} == forward
    assert set(forward.values()) == {True, False}


def test_teams_of_which_nobody_is_ever_away_have_none() -> None:
    assert presences(model(Team("T", 2, "always"), Team("U", 1, "always", absence=0.1)), Draws(1, 1))[0] is None
    columns = away_columns(presences(model(Team("T", 2, "always")), Draws(1, 1)), DAY)
    assert list(columns) == list(AWAY_COLUMNS)
    assert all(len(column) == 0 and column.dtype == np.int64 for column in columns.values())


def test_r10_a_named_person_takes_the_chances_of_his_home_team_also_where_he_helps() -> None:
    """Ann is at home in T and helps in U, where she is away when she is in T; Bob of U has no absence."""
    people = (Person("Ann", ("T", "U")), Person("Bob", ("U", "T")))
    draws = Draws(4, 2)
    team_t, team_u = presences(model(Team("T", 1, "always", absence=0.3), Team("U", 2, "always"), people=people), draws)
    assert team_t is not None
    assert team_u is not None
    ann = [drawn(draws, "absence of T", "Ann", day) < 0.3 for day in range(40)]
    assert [team_t.away(1, day * DAY) for day in range(40)] == ann
    assert [team_u.away(2, day * DAY) for day in range(40)] == ann
    assert not any(team_u.away(n, day * DAY) for n in (0, 1, 3) for day in range(40))
    assert not any(team_t.away(2, day * DAY) for day in range(40))
    assert any(ann)


def test_the_away_table_has_named_people_once_by_home() -> None:
    """A helper with a lower number than one who is at home does not hide him; columns are sorted."""
    people = (Person("Bob", ("U", "T")), Person("Ann", ("T", "U")))
    made = model(Team("T", 1, "always", absence=0.3), Team("U", 1, "always", absence=0.2, presence=0.9), people=people)
    found = presences(made, Draws(4, 2))
    columns = away_columns(found, 50 * DAY)
    assert set(zip(columns["team"].tolist(), columns["person"].tolist(), strict=True)) == {
        (0, 0),
        (0, 2),  # Ann, at home in T; Bob is person 1 there
        (1, 0),
        (1, 1),  # Bob
    }
    rows = list(zip(*(columns[name].tolist() for name in AWAY_COLUMNS), strict=True))
    assert rows == sorted(rows)


@pytest.mark.parametrize("start", [MORNING, "2026-01-05T00:00:00", "2026-01-05T23:59:59.999000"])
@pytest.mark.parametrize(("absence", "share"), [(0.4, 1.0), (0.0, 0.5), (0.4, 0.5)])
@pytest.mark.parametrize("ended_at", [1, 10 * DAY + 5 * HOUR + 3])
def test_the_away_table_is_what_away_says(start: str, absence: float, share: float, ended_at: int) -> None:
    """R10: every minute in [0, ended_at) lies in an interval exactly when the person is away; none touch."""
    made = model(Team("T", 3, "always", absence=absence, presence=share), start=start)
    found = presences(made, Draws(6, 1))
    (presence,) = found
    assert presence is not None
    columns = away_columns(found, ended_at)
    minutes = [*range(0, ended_at, 20 * MINUTE), ended_at - 1]
    for person in range(3):
        own = columns["person"] == person
        spans = list(zip(columns["begins"][own].tolist(), columns["ends"][own].tolist(), strict=True))
        assert all(0 <= a < b <= ended_at for a, b in spans)
        assert all(b < c for (_, b), (c, _) in pairwise(spans))
        assert [any(a <= t < b for a, b in spans) for t in minutes] == [presence.away(person, t) for t in minutes]
    if ended_at > 1:
        assert len(columns["team"]) > 5


def test_r4_another_team_or_person_moves_nobodys_days() -> None:
    """Adding people or teams leaves the days of the others as they were."""
    (alone,) = presences(model(Team("T", 1, "always", absence=0.3)), Draws(4, 2))
    more = presences(model(Team("T", 4, "always", absence=0.3), Team("U", 4, "always", absence=0.3)), Draws(4, 2))
    assert alone is not None
    assert more[0] is not None
    assert more[1] is not None
    days = [day * DAY for day in range(90)]
    assert [alone.away(0, t) for t in days] == [more[0].away(0, t) for t in days]
    assert [more[0].away(1, t) for t in days] != [more[0].away(0, t) for t in days]
    assert [more[1].away(0, t) for t in days] != [more[0].away(0, t) for t in days]
