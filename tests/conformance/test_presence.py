"""People who are away for a day, there for a share of the hours, or bound to slots, by hand (R10).

Who is away is a keyed draw; each test takes the first seed that draws what it is about, and says what that is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from traces import DAY, HOUR, Trace

from flowsim.draws import Draws

Run = Callable[..., Trace]

DESK = """
calendars: {office: {hours: mon-fri 09:00-17:00}}
tasks: {look: {time: %s, value: adding}}
teams: {Desk: {people: %s, calendar: office, %s}}
steps: {Look: {team: Desk, does: look}}
run: {length: 2 weeks, seed: %s}
"""

MON, TUE, WED, THU, FRI = range(5)


def absent(seed: int, day: int, person: str = "person 0", team: str = "Desk") -> float:
    """The uniform that says whether somebody is away on a day."""
    return Draws(seed, 1).uniforms(f"absence of {team}", person).at(day)


def there(seed: int, hour: int, person: str = "person 0", team: str = "Desk") -> float:
    """The uniform that says whether somebody is there in an hour, counted from Monday 00:00."""
    return Draws(seed, 1).uniforms(f"presence of {team}", person).at(hour)


def seed_where(holds: Callable[[int], bool]) -> int:
    """The first seed for which something holds."""
    return next(seed for seed in range(1, 5000) if holds(seed))


def away(found: Trace, team: int = 0) -> list[tuple[int, str, str]]:
    """Who of a team is away when, as the record says."""
    rows = found.record.away
    columns = zip(rows["team"], rows["person"], rows["begins"], rows["ends"], strict=True)
    return [(int(who), found.when(int(a)), found.when(int(b))) for at, who, a, b in columns if at == team]


# -- absence -----------------------------------------------------------------------------------------------------------


def test_r10_who_is_absent_begins_nothing_that_day(trace: Run) -> None:
    """Absent on Monday and Wednesday: what came on Monday is done on Tuesday, what came on Wednesday on Thursday."""
    days = {MON: True, TUE: False, WED: True, THU: False, FRI: False}
    seed = seed_where(lambda s: all((absent(s, day) < 0.4) == gone for day, gone in days.items()))
    found = trace(DESK % ("30 min", 1, "absence: 40%", seed), a="01-05 10:00, 01-06 10:00, 01-07 10:00")
    found.holds("""
        request  sent             started          released
        0        Mon 01-05 10:00  Tue 01-06 09:00  Tue 01-06 09:30
        1        Tue 01-06 10:00  Tue 01-06 10:00  Tue 01-06 10:30
        2        Wed 01-07 10:00  Thu 01-08 09:00  Thu 01-08 09:30
    """)


def test_r10_the_record_says_who_was_away(trace: Run) -> None:
    """Days of absence until the run ends, those that touch as one, the weekend too."""
    found = trace(DESK % ("30 min", 2, "absence: 40%", 7), a="01-05 09:00")
    expected = []
    for person in range(2):
        gone = [absent(7, day, f"person {person}") < 0.4 for day in range(14)]
        begins = [day for day in range(14) if gone[day] and not (day and gone[day - 1])]
        ends = [day + 1 for day in range(14) if gone[day] and not (day < 13 and gone[day + 1])]
        expected += [(person, found.when(a * DAY), found.when(b * DAY)) for a, b in zip(begins, ends, strict=True)]
    assert found.record.ended_at == 14 * DAY
    assert away(found) == expected
    assert {row[0] for row in expected} == {0, 1}


def test_r10_the_lowest_free_number_that_is_there_takes_it(trace: Run) -> None:
    """Person 0 is absent on Monday, 1 and 2 are there."""
    seed = seed_where(lambda s: [absent(s, MON, f"person {i}") < 0.4 for i in range(3)] == [True, False, False])
    found = trace(DESK % ("30 min", 3, "absence: 40%", seed), a="01-05 10:00, 01-05 10:00, 01-05 10:01")
    assert found.visits(["person", "started"]) == [
        ["1", "Mon 01-05 10:00"],
        ["2", "Mon 01-05 10:00"],
        ["1", "Mon 01-05 10:30"],
    ]


def test_r10_work_under_way_goes_on(trace: Run) -> None:
    """Begun on Monday at 16:00, three hours: it ends on Tuesday at 11:00, though its person is absent that day."""
    seed = seed_where(lambda s: absent(s, MON) >= 0.4 and absent(s, TUE) < 0.4)
    found = trace(DESK % ("3 h", 1, "absence: 40%", seed), a="01-05 16:00")
    assert found.ends() == ["Tue 01-06 11:00 done"]


def test_r10_no_more_begin_than_are_there(trace: Run) -> None:
    """Person 0 began on Monday at 16:00 and is absent on Tuesday; 1 is there both days. As many are at work as are
    there (somebody goes on with what 0 began) until 11:00, when it is done; then 1 begins the one that waits since
    9:00.
    """
    gone = {("person 0", MON): False, ("person 0", TUE): True, ("person 1", MON): False, ("person 1", TUE): False}
    seed = seed_where(lambda s: all((absent(s, day, who) < 0.4) == is_gone for (who, day), is_gone in gone.items()))
    found = trace(DESK % ("3 h", 2, "absence: 40%", seed), a="01-05 16:00, 01-06 09:00")
    found.holds("""
        request  person  started          released
        0        0       Mon 01-05 16:00  Tue 01-06 11:00
        1        1       Tue 01-06 11:00  Tue 01-06 14:00
    """)


def test_r10_days_are_those_of_the_clock_from_the_day_of_the_start(trace: Run) -> None:
    """The run begins on Monday at 13:00; Monday is day 0 all the same, and absence ends at midnight: with a calendar
    `always` what waits is begun then.
    """
    seed = seed_where(lambda s: absent(s, MON) < 0.4 and absent(s, TUE) >= 0.4)
    text = "start: 2026-01-05 13:00\n" + (DESK % ("30 min", 1, "absence: 40%", seed)).replace("office,", "always,")
    found = trace(text, a="01-05 14:00")
    assert found.visits(["started"]) == [["Tue 01-06 00:00"]]
    assert away(found)[0] == (0, "Mon 01-05 13:00", "Tue 01-06 00:00")


def test_r10_a_chance_of_almost_one_or_none(trace: Run) -> None:
    """Next to always absent: nothing is ever begun. Next to never: as if there were no absence."""
    found = trace(DESK % ("30 min", 5, "absence: 99.9999%", 3), a="01-05 10:00")
    assert found.visits(["person", "started"]) == [["-", "-"]]
    found = trace(DESK % ("30 min", 1, "absence: 0.0001%", 3), a="01-05 10:00")
    assert found.visits(["person", "started"]) == [["0", "Mon 01-05 10:00"]]
    assert away(found) == []


# -- presence ----------------------------------------------------------------------------------------------------------


def test_r10_presence_is_drawn_by_the_hour(trace: Run) -> None:
    """There from 10 to 11 and from 12 on, elsewhere from 9 to 10 and from 11 to 12: what is begun goes on, what waits
    is begun when the hour is full.
    """
    hours = {9: False, 10: True, 11: False, 12: True, 13: True}
    seed = seed_where(lambda s: all((there(s, hour) < 0.6) == is_there for hour, is_there in hours.items()))
    found = trace(DESK % ("40 min", 1, "presence: 60%", seed), a="01-05 09:00, 01-05 09:00, 01-05 09:00")
    found.holds("""
        request  started          released
        0        Mon 01-05 10:00  Mon 01-05 10:40
        1        Mon 01-05 10:40  Mon 01-05 11:20
        2        Mon 01-05 12:00  Mon 01-05 12:40
    """)
    assert (0, "Mon 01-05 11:00", "Mon 01-05 12:00") in away(found)


def test_r10_hours_are_those_of_the_clock(trace: Run) -> None:
    """The run begins at 8:30: the hour from 8 to 9 is hour 8, and the one that begins at 9 is hour 9."""
    seed = seed_where(lambda s: there(s, 8) >= 0.6 and there(s, 9) < 0.6)
    text = "start: 2026-01-05 08:30\n" + (DESK % ("40 min", 1, "presence: 60%", seed)).replace("office,", "always,")
    found = trace(text, a="01-05 08:40")
    assert found.visits(["started"]) == [["Mon 01-05 09:00"]]
    assert away(found)[0] == (0, "Mon 01-05 08:30", "Mon 01-05 09:00")


def test_r10_absence_and_presence_are_drawn_apart(trace: Run) -> None:
    """A week of requests at every full hour: each hour of a day without absence counts that is drawn so."""
    text = DESK % ("1 h", 1, "absence: 30%, presence: 50%", 11)
    start = datetime(2026, 1, 5, 9)
    come = ", ".join(f"{start + timedelta(days=d, hours=h):%m-%d %H:%M}" for d in range(5) for h in range(8))
    found = trace(text, a=come)
    free = [
        day * 24 + hour
        for day in range(28)
        for hour in range(9, 17)
        if day % 7 < 5 and absent(11, day) >= 0.3 and there(11, day * 24 + hour) < 0.5
    ]
    expected = []
    for came in (day * 24 + hour for day in range(5) for hour in range(9, 17)):
        expected.append(next(hour for hour in free if hour >= came and hour not in expected))
    assert [int(t) // HOUR for t in found.record.visits["started"]] == expected
    assert any(hour > 7 * 24 for hour in expected)


def test_r10_where_nobody_is_away_nothing_is_drawn(trace: Run) -> None:
    """Without absence and with full presence the record has no such times."""
    found = trace(DESK % ("40 min", 2, "absence: 0%, presence: 100%", 1), a="01-05 09:00")
    assert away(found) == []


# -- who belongs to several teams, and work for several ----------------------------------------------------------------

HELP = """
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {a: {arrivals: {file: a.csv, column: arrived}}, b: {arrivals: {file: b.csv, column: arrived}}}
tasks: {look: {time: 30 min, value: adding}}
teams: {Intake: {people: 0, calendar: office%s}, Legal: {people: 0, calendar: office%s}}
people: {Ann: {teams: [Intake, Legal]}}
steps:
  Register: {team: Intake, does: look, only: a}
  Opinion: {team: Legal, does: look, only: b}
run: {length: 2 weeks, seed: %s}
"""


def test_r10_named_people_are_away_by_their_name_and_their_home(trace: Run) -> None:
    """Ann is absent on Monday by the chance of the intake, her home: neither team has her."""
    seed = seed_where(lambda s: absent(s, MON, "Ann", "Intake") < 0.4 <= absent(s, TUE, "Ann", "Intake"))
    found = trace(HELP % (", absence: 40%", "", seed), a="01-05 10:00", b="01-05 10:00")
    assert found.visits(["step", "started"]) == [["Register", "Tue 01-06 09:00"], ["Opinion", "Tue 01-06 09:30"]]
    assert away(found)[0] == (0, "Mon 01-05 00:00", "Tue 01-06 00:00")


def test_r10_where_she_helps_the_chances_of_that_team_are_not_hers(trace: Run) -> None:
    """Legal's people are next to always absent; she is at home in the intake."""
    found = trace(HELP % ("", ", absence: 99.9999%", 1), a="01-15 10:00", b="01-05 10:00")
    assert found.visits(["step", "started"])[0] == ["Opinion", "Mon 01-05 10:00"]


def test_r8_r10_work_for_several_waits_for_who_is_there(trace: Run) -> None:
    """Two are needed, person 0 is absent on Monday: nobody is kept for who is away, so the other takes the single. On
    Tuesday the two begin.
    """
    gone = {("person 0", MON): True, ("person 0", TUE): False, ("person 1", MON): False, ("person 1", TUE): False}
    seed = seed_where(lambda s: all((absent(s, day, who) < 0.4) == is_gone for (who, day), is_gone in gone.items()))
    text = (DESK % ("30 min", 2, "absence: 40%", seed)).replace(
        "{Look: {team: Desk, does: look}}",
        "{Lift: {team: Desk, does: look, people: 2, only: a}, Look: {team: Desk, does: look, only: b}}",
    )
    found = trace(text, a="01-05 10:00", b="01-05 10:05")
    assert found.visits(["step", "crew", "started"]) == [
        ["Lift", "Desk 1", "Tue 01-06 09:00"],
        ["Look", "-", "Mon 01-05 10:05"],
    ]


def test_r8_r10_who_is_kept_counts_as_at_work_until_he_is_not(trace: Run) -> None:
    """On Tuesday person 0 of A is absent, and what he began goes on; 1 and Ann are there: one more of A may begin. From
    15:50 that is 1, kept for a meeting with D, which is busy; Ann, of A too, may not help C. After 16:00 the meeting
    may no longer begin: one tick later nobody is kept for it, and Ann takes what waits at C since 15:55.
    """
    gone = {("person 0", MON): False, ("person 0", TUE): True, ("person 1", TUE): False, ("Ann", TUE): False}
    seed = seed_where(lambda s: all((absent(s, day, who, "A") < 0.4) == away for (who, day), away in gone.items()))
    text = f"""
calendars: {{office: {{hours: mon-fri 09:00-17:00}}}}
tasks: {{long: {{time: 20 h, value: adding}}, look: {{time: 30 min, value: adding}}}}
teams:
  A: {{people: 2, calendar: office, absence: 40%}}
  C: {{people: 0, calendar: office}}
  D: {{people: 1, calendar: office}}
people: {{Ann: {{teams: [A, C]}}}}
steps:
  Long: {{team: A, does: long, only: a}}
  Busy: {{team: D, does: long, only: d}}
  Meet: {{team: A, with: D, does: look, only: b, no start within: 1 h}}
  Help: {{team: C, does: look, only: c}}
run: {{length: 2 weeks, seed: {seed}}}
"""
    found = trace(text, a="01-05 09:00", d="01-06 15:30", b="01-06 15:50", c="01-06 15:55")
    rows = {row[0]: row[1:] for row in found.visits(["step", "person", "started"])}
    assert rows["Long"] == ["0", "Mon 01-05 09:00"]
    assert rows["Help"] == ["0", "Tue 01-06 16:00:00.001"]


def test_r10_answers_wait_for_who_is_there(trace: Run) -> None:
    """Person 0 of the desk is absent on Tuesday: the question put at 9:10 that day is answered on Wednesday."""
    days = {MON: False, TUE: True, WED: False}
    seed = seed_where(lambda s: all((absent(s, day) < 0.4) == gone for day, gone in days.items()))
    text = (DESK % ("30 min", 1, "absence: 40%", seed)).replace(
        "}}\nsteps", "}, Back: {people: 1, calendar: office}}\nsteps"
    )
    handoff = "{transit: 17 h, reread: 10 min, question: {chance: 100%, to: sender, answer: 10 min}}"
    text = text.replace("does: look}}", f"does: look}}, Back: {{team: Back, does: look, handoff: {handoff}}}}}")
    found = trace(text, a="01-05 15:30")
    assert found.visits(["step", "kind", "started"]) == [
        ["Look", "work", "Mon 01-05 15:30"],
        ["Back", "question", "Tue 01-06 09:00"],
        ["Look", "answer", "Wed 01-07 09:00"],
        ["Back", "work", "Wed 01-07 09:10"],
    ]


# -- slots -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slots", "started", "ended"),
    [
        ("tue thu 09:00-12:00", "Tue 01-06 09:00", "Thu 01-08 10:00"),
        ("mon 16:00-20:00", "Mon 01-05 16:00", "Mon 01-26 17:00"),
        ("[wed, fri 09:00-10:00]", "Wed 01-07 09:00", "Wed 01-07 13:00"),
    ],
)
def test_r10_slots_are_what_is_left_of_the_hours(trace: Run, slots: str, started: str, ended: str) -> None:
    """Four hours of work from Monday on, in the hours that the calendar and the slots have in common."""
    found = trace(DESK % ("4 h", 1, f"slots: {slots}", 1), a="01-05 09:00")
    assert found.visits(["started", "worked"]) == [[started, ended]]


def test_r7_r10_a_handoff_from_a_team_keeps_its_whole_calendar(trace: Run) -> None:
    """The desk keeps Tuesdays for this; a working day from it is one of the office: sent on Tuesday at 9:30, there on
    Wednesday at 9:30.
    """
    text = (DESK % ("30 min", 1, "slots: tue", 1)).replace(
        "}}\nsteps", "}, Back: {people: 1, calendar: office}}\nsteps"
    )
    text = text.replace(
        "does: look}}", "does: look}, Back: {team: Back, does: look, handoff: {transit: 1 working day}}}"
    )
    assert trace(text, a="01-05 15:30").visits(["step", "sent", "delivered"]) == [
        ["Look", "Mon 01-05 15:30", "Mon 01-05 15:30"],
        ["Back", "Tue 01-06 09:30", "Wed 01-07 09:30"],
    ]
