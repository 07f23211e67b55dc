"""People with a name: at home in one team, helping in others, each at a speed of their own (R8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import Trace

Run = Callable[..., Trace]

HELP = """
calendars: {mornings: {hours: mon-fri 09:00-12:00}}
requests:
  a: {arrivals: {file: a.csv, column: arrived}}
  b: {arrivals: {file: b.csv, column: arrived}}
tasks: {look: {time: 20 min, value: adding}}
teams: {Legal: {people: %s, calendar: always}, Intake: {people: %s, calendar: always}}
people: {Ann: {teams: [Intake, Legal]}}
steps:
  Opinion: {team: Legal, does: look, only: a}
  Register: {team: Intake, does: look, only: b}
"""


def test_r8_named_people_have_the_numbers_after_the_teams_own(trace: Run) -> None:
    """Legal has one of its own (0) and Ann (1); the lowest free number is taken."""
    assert trace(HELP % (1, 1), a="01-05 09:00, 01-05 09:00", b="01-05 10:00, 01-05 10:00").visits(
        ["step", "person", "started"]
    ) == [
        ["Opinion", "0", "Mon 01-05 09:00"],
        ["Opinion", "1", "Mon 01-05 09:00"],
        ["Register", "0", "Mon 01-05 10:00"],
        ["Register", "1", "Mon 01-05 10:00"],
    ]


def test_r8_numbers_go_by_the_order_of_the_people_helpers_among_them(trace: Run) -> None:
    """In Legal: nobody of its own, then Cis, at home in Intake (0), Bob (1) and Ann (2), as they stand in the file."""
    text = (HELP % (0, 0)).replace(
        "{Ann: {teams: [Intake, Legal]}}", "{Cis: {teams: [Intake, Legal]}, Bob: Legal, Ann: {teams: [Legal, Intake]}}"
    )
    found = trace(text, a="01-05 09:00, 01-05 09:00, 01-05 09:00", b="01-05 10:00, 01-05 10:00")
    assert found.visits(["step", "person", "started"]) == [
        ["Opinion", "0", "Mon 01-05 09:00"],
        ["Opinion", "1", "Mon 01-05 09:00"],
        ["Opinion", "2", "Mon 01-05 09:00"],
        ["Register", "0", "Mon 01-05 10:00"],
        ["Register", "1", "Mon 01-05 10:00"],
    ]


def test_r8_one_person_is_in_one_place(trace: Run) -> None:
    """Ann is all there is: what she does for Legal the intake waits for."""
    trace(HELP % (0, 0), a="01-05 09:00", b="01-05 09:10").holds("""
        request  step      team    person  started          released
        0        Opinion   Legal   0       Mon 01-05 09:00  Mon 01-05 09:20
        1        Register  Intake  0       Mon 01-05 09:20  Mon 01-05 09:40
    """)


def test_r8_who_helps_goes_back_to_her_own_team_first(trace: Run) -> None:
    """At 9:20 both have something waiting, Legal since 9:05, and Legal is looked at first; Ann serves the intake."""
    trace(HELP % (0, 0), a="01-05 09:00, 01-05 09:05", b="01-05 09:10").holds("""
        request  step      started          released
        0        Opinion   Mon 01-05 09:00  Mon 01-05 09:20
        1        Opinion   Mon 01-05 09:40  Mon 01-05 10:00
        2        Register  Mon 01-05 09:20  Mon 01-05 09:40
    """)


def test_r8_she_helps_with_what_is_more_urgent(trace: Run) -> None:
    """The same, but what waits in Legal is a rush: that goes before the work of her own team."""
    text = (HELP % (0, 0)).replace("file: a.csv, column: arrived}", "file: a.csv, column: arrived}, priority: 0")
    trace(text, a="01-05 09:00, 01-05 09:05", b="01-05 09:10").holds("""
        request  step      started          released
        0        Opinion   Mon 01-05 09:00  Mon 01-05 09:20
        1        Opinion   Mon 01-05 09:20  Mon 01-05 09:40
        2        Register  Mon 01-05 09:40  Mon 01-05 10:00
    """)


def test_r8_she_helps_while_she_is_kept_for_less_urgent_work_at_home(trace: Run) -> None:
    """Ann, of the intake, is kept from 9:05 for a pair of low priority, and a single of low priority waits there too.
    The usual one that comes to Legal at 9:10 is hers at once; the pair begins when she is back.
    """
    text = """
calendars: {}
requests:
  low: {arrivals: {file: low.csv, column: arrived}, priority: low}
  pair: {arrivals: {file: pair.csv, column: arrived}, priority: low}
  usual: {arrivals: {file: usual.csv, column: arrived}}
tasks: {look: {time: 20 min, value: adding}}
teams: {Intake: {people: 1, calendar: always}, Legal: {people: 0, calendar: always}}
people: {Ann: {teams: [Intake, Legal]}}
steps:
  Register: {team: Intake, does: look, only: low}
  Lift: {team: Intake, does: look, people: 2, only: pair}
  Opinion: {team: Legal, does: look, only: usual}
"""
    found = trace(text, low="01-05 09:00, 01-05 09:06", pair="01-05 09:05", usual="01-05 09:10")
    assert found.visits(["class", "person", "crew", "started"]) == [
        ["low", "0", "-", "Mon 01-05 09:00"],
        ["pair", "0", "Intake 1", "Mon 01-05 09:30"],
        ["low", "0", "-", "Mon 01-05 09:50"],
        ["usual", "0", "-", "Mon 01-05 09:10"],
    ]


def test_r8_she_helps_when_her_own_team_manages(trace: Run) -> None:
    """Both come at 9:00: the intake's own person takes the one, and Ann is free for the other at once."""
    assert trace(HELP % (0, 1), a="01-05 09:00", b="01-05 09:00").visits(["step", "person", "started"]) == [
        ["Opinion", "0", "Mon 01-05 09:00"],
        ["Register", "0", "Mon 01-05 09:00"],
    ]


def test_r8_own_work_that_she_may_not_begin_does_not_hold_her(trace: Run) -> None:
    """At 11:50 the intake begins nothing any more (15 minutes before noon), and after noon it is closed: Ann helps."""
    text = (HELP % (0, 0)).replace("Intake: {people: 0, calendar: always", "Intake: {people: 0, calendar: mornings")
    text = text.replace("team: Intake, does: look,", "team: Intake, does: look, no start within: 15 min,")
    found = trace(text, a="01-05 11:50, 01-05 12:05", b="01-05 11:48")
    assert found.visits(["step", "started"]) == [
        ["Register", "Tue 01-06 09:00"],
        ["Opinion", "Mon 01-05 11:50"],
        ["Opinion", "Mon 01-05 12:10"],
    ]


def test_r8_the_teams_between_come_first_too(trace: Run) -> None:
    """Ann helps in Legal, then in Finance: work of Legal goes before that of Finance, though it joined later."""
    text = """
calendars: {}
tasks: {look: {time: 20 min, value: adding}}
teams:
  Finance: {people: 0, calendar: always}
  Legal: {people: 0, calendar: always}
  Intake: {people: 0, calendar: always}
people: {Ann: {teams: [Intake, Legal, Finance]}}
steps:
  Register: {team: Intake, does: look, only: c}
  Opinion: {team: Legal, does: look, only: a}
  Fee: {team: Finance, does: look, only: b}
"""
    found = trace(text, a="01-05 09:00, 01-05 09:10", b="01-05 09:05", c="01-05 09:45")
    assert found.visits(["step", "started"]) == [
        ["Opinion", "Mon 01-05 09:00"],
        ["Fee", "Mon 01-05 09:40"],
        ["Opinion", "Mon 01-05 09:20"],
        ["Register", "Mon 01-05 10:00"],
    ]


@pytest.mark.parametrize(
    ("speed", "looked", "added"),
    [
        ("100%", "09:30", "09:50"),
        ("120%", "09:25", "09:41:40"),
        ("80%", "09:37:30", "10:02:30"),
        ("300%", "09:10", "09:16:40"),
    ],
)
def test_r8_each_length_is_changed_by_the_speed(trace: Run, speed: str, looked: str, added: str) -> None:
    """Set-up and reading in of 15 minutes each, then 20 minutes of work; the record's lengths stay as drawn."""
    text = f"""
calendars: {{}}
tasks: {{look: {{time: 20 min, value: adding}}}}
teams: {{Intake: {{people: 0, calendar: always}}}}
people: {{Ann: {{teams: Intake, speed: {speed}}}}}
steps: {{Register: {{team: Intake, does: look, set-up: 15 min, handoff: {{reread: 15 min}}}}}}
"""
    found = trace(text, a="01-05 09:00")
    assert found.visits(["read", "worked"]) == [[f"Mon 01-05 {looked}", f"Mon 01-05 {added}"]]
    assert found.visits(["set_up_ticks", "read_ticks", "adding_ticks"]) == [["15 min", "15 min", "20 min"]]


def test_r1_r8_each_value_is_rounded_by_itself(trace: Run) -> None:
    """At 300 % one millisecond is a third of one: none; two are two thirds: one. Tasks of three values, one, two and
    two milliseconds: 0 + 1 + 1. (Rounded together, five thirds would be two as well; so would three of one be one: here
    they are none.)
    """
    text = """
calendars: {}
tasks: {x: {time: %s ms, value: adding}, y: {time: %s ms, value: necessary}, z: {time: %s ms, value: waste}}
teams: {Intake: {people: 0, calendar: always}}
people: {Ann: {teams: Intake, speed: 300%%}}
steps: {Register: {team: Intake, does: [x, y, z]}}
"""
    assert trace(text % (1, 2, 2), a="01-05 09:00").visits(["worked"]) == [["Mon 01-05 09:00:00.002"]]
    assert trace(text % (1, 1, 1), a="01-05 09:00").visits(["worked"]) == [["Mon 01-05 09:00"]]


def test_r8_halves_are_rounded_up(trace: Run) -> None:
    """Three milliseconds at double speed: two."""
    text = """
calendars: {}
tasks: {x: {time: 3 ms, value: adding}}
teams: {Intake: {people: 0, calendar: always}}
people: {Ann: {teams: Intake, speed: 200%}}
steps: {Register: {team: Intake, does: x}}
"""
    assert trace(text, a="01-05 09:00").visits(["worked"]) == [["Mon 01-05 09:00:00.002"]]


def test_r4_r8_speed_changes_no_draw(trace: Run) -> None:
    """Two of different speed: each request's work is as it was drawn, and lasts by who took it."""
    text = """
calendars: {}
tasks: {look: {time: exponential(20 min), value: adding}}
teams: {Intake: {people: 0, calendar: always}}
people: {Ann: {teams: Intake, speed: 200%}, Bob: {teams: Intake, speed: 50%}}
steps: {Register: {team: Intake, does: look}}
"""
    found = trace(text, a=", ".join(f"01-05 09:{minute:02d}" for minute in range(0, 60, 5)))
    visits, work = found.record.visits, found.draws.durations("task:look", "a", found.model.tasks[0].time)
    assert visits["adding_ticks"].tolist() == [work.at(i, 1) for i in range(12)]
    lasted = (visits["worked"] - visits["started"]).tolist()
    drawn = visits["adding_ticks"].tolist()
    faster = visits["person"].tolist()
    assert set(faster) == {0, 1}
    assert lasted == [-(-d // 2) if who == 0 else 2 * d for d, who in zip(drawn, faster, strict=True)]


def test_r8_answers_go_at_the_speed_of_who_answers(trace: Run) -> None:
    """Ann is asked for 20 minutes and takes ten."""
    text = """
calendars: {}
tasks: {look: {time: 20 min, value: adding}}
teams: {Intake: {people: 0, calendar: always}, Legal: {people: 1, calendar: always}}
people: {Ann: {teams: Intake, speed: 200%}}
steps:
  Register: {team: Intake, does: look}
  Opinion: {team: Legal, does: look, handoff: {question: {chance: 100%, to: sender, answer: 20 min}}}
"""
    trace(text, a="01-05 09:00").holds("""
        step      team    person  kind      started          released
        Register  Intake  0       work      Mon 01-05 09:00  Mon 01-05 09:10
        Opinion   Legal   0       question  Mon 01-05 09:10  Mon 01-05 09:10
        Register  Intake  0       answer    Mon 01-05 09:10  Mon 01-05 09:20
        Opinion   Legal   0       work      Mon 01-05 09:20  Mon 01-05 09:40
    """)


def test_r8_shortest_first_looks_at_work_as_drawn(trace: Run) -> None:
    """The team's queue is in drawn lengths, whoever takes what: both are Ann's, the shorter first."""
    text = """
calendars: {}
tasks: {long: {time: 30 min, value: adding, only: a}, short: {time: 10 min, value: adding, only: b}}
teams: {Intake: {people: 0, calendar: always, queue: shortest}}
people: {Ann: {teams: Intake, speed: 50%}}
steps: {Register: {team: Intake, does: [long, short]}}
"""
    assert trace(text, a="01-05 09:00, 01-05 09:01", b="01-05 09:02").order("Register") == [0, 2, 1]


def test_r11_her_last_request_is_hers_in_whichever_team(trace: Run) -> None:
    """Ann last did a request of class a, for Legal: registering b is a change-over for her."""
    text = (HELP % (0, 0)).replace("only: b}", "only: b, change-over: 5 min}")
    assert trace(text, a="01-05 09:00", b="01-05 09:30").visits(["step", "set_up_ticks"]) == [
        ["Opinion", "0 min"],
        ["Register", "5 min"],
    ]
