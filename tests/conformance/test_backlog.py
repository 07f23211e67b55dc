"""What waits already when the run begins, by hand (R5): a backlog, with its ages. Offices open from 9 to 17."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import DAY, HOUR, Trace

from flowsim.record import BACKLOG

Run = Callable[..., Trace]

OLD = """
requests: {a: {arrivals: {file: a.csv, column: arrived}, promise: 3 days, backlog: %s}}
tasks: {look: {time: 30 min, value: adding}, decide: {time: 20 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}, Back: {people: 1, calendar: office}}
steps:
  Look: {team: Desk, does: look}
  Decide: {team: Back, does: decide%s}
"""


def test_r5_a_backlog_is_at_its_step_at_the_beginning(trace: Run) -> None:
    """Two at Decide, a day old: numbered before all that arrive, there at tick 0, due a day earlier than a promise
    given then, never measured; they come from nowhere and go on as others do.
    """
    found = trace(OLD % ("{at: Decide, requests: 2, age: 1 day}", ""), a="01-05 08:00")
    found.requests_are(f"""
        request  class  ordinal        arrived          age   due              ended            measured
        0        a      {BACKLOG}      Mon 01-05 00:00  24 h  Wed 01-07 00:00  Mon 01-05 09:20  0
        1        a      {BACKLOG + 1}  Mon 01-05 00:00  24 h  Wed 01-07 00:00  Mon 01-05 09:40  0
        2        a      0              Mon 01-05 08:00  0 h   Thu 01-08 08:00  Mon 01-05 10:00  1
    """)
    found.holds("""
        request  visit  step    via      from_step  from_team  sent             started          released
        0        1      Decide  backlog  customer   customer   Mon 01-05 00:00  Mon 01-05 09:00  Mon 01-05 09:20
        1        1      Decide  backlog  customer   customer   Mon 01-05 00:00  Mon 01-05 09:20  Mon 01-05 09:40
        2        1      Look    arrival  customer   customer   Mon 01-05 08:00  Mon 01-05 09:00  Mon 01-05 09:30
        2        2      Decide  next     Look       Desk       Mon 01-05 09:30  Mon 01-05 09:40  Mon 01-05 10:00
    """)


def test_r5_a_promise_that_ended_before_the_start_is_due_at_the_start(trace: Run) -> None:
    """Three days promised, a week old."""
    found = trace(OLD % ("{at: Decide, requests: 1, age: 1 week}", ""), a="01-05 08:00")
    assert found.requests(["age", "due"])[0] == ["168 h", "Mon 01-05 00:00"]


def test_r5_a_promise_in_working_days_runs_back_in_elapsed_time(trace: Run) -> None:
    """Two working days from the start end on Tuesday at 17:00; a day and an hour old: Monday at 16:00."""
    text = OLD.replace("promise: 3 days", "promise: 2 working days, calendar: office")
    found = trace(text % ("{at: Decide, requests: 1, age: 25 h}", ""), a="01-05 10:00")
    assert found.requests(["due"])[0] == ["Mon 01-05 16:00"]


def test_r5_the_oldest_has_the_first_number_and_age_is_a_draw(trace: Run) -> None:
    """Ages of 1 to 20 days: each a draw (R4) of the class's own backlog; numbers by age, the oldest first."""
    found = trace(OLD % ("{at: Decide, requests: 6, age: 1 .. 20 days}", ""), a="01-05 08:00")
    draws = found.draws.first_uniforms("age at Decide", "a", 6, backlog=True)
    ages = [round((1 + 19 * float(u)) * DAY) for u in draws]
    requests = found.record.requests
    assert requests["age"][:6].tolist() == sorted(ages, reverse=True)
    assert [int(o) - BACKLOG for o in requests["ordinal"][:6]] == sorted(range(6), key=lambda i: -ages[i])


def test_r5_ordinals_count_through_the_entries_of_a_class(trace: Run) -> None:
    """Two at Decide, then two at Look that are older: the ordinals follow the file, the numbers the ages."""
    entries = "[{at: Decide, requests: 2, age: 1 h}, {at: Look, requests: 2, age: 2 h}]"
    found = trace(OLD % (entries, ""), a="01-05 08:00")
    assert [int(o) - BACKLOG for o in found.record.requests["ordinal"][:4]] == [2, 3, 0, 1]
    assert [row[0] for row in found.visits(["step"], None)[:4]] == ["Look", "Decide", "Look", "Decide"]
    assert found.ends()[:2] == ["Mon 01-05 10:00 done", "Mon 01-05 10:20 done"]


def test_r5_classes_of_one_age_stand_in_file_order(trace: Run) -> None:
    """b stands before a in the file: of the same age its backlog comes first; of arrivals at tick 0 too."""
    text = """
requests:
  b: {arrivals: none, backlog: {at: Look, requests: 1, age: 1 day}}
  a: {arrivals: {file: a.csv, column: arrived}, backlog: {at: Look, requests: 1, age: 1 day}}
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}}
steps: {Look: {team: Desk, does: look}}
"""
    found = trace(text, a="01-05 00:00")
    assert found.requests(["class", "age"]) == [["b", "24 h"], ["a", "24 h"], ["a", "0 h"]]
    assert found.order("Look") == [0, 1, 2]


def test_r5_no_batch_and_no_transit_but_reading_in(trace: Run) -> None:
    """They are there; nobody has read them yet. Request 1 has to wait for its own batch."""
    handoff = ", handoff: {batch: 2 requests or 1 h, transit: 2 h, reread: 10 min}"
    found = trace(OLD % ("{at: Decide, requests: 1, age: 1 day}", handoff), a="01-05 09:00")
    found.holds(
        """
        request  transfer_batch  sent             delivered        started          read             released
        0        -               Mon 01-05 00:00  Mon 01-05 00:00  Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:30
        1        0               Mon 01-05 09:30  Mon 01-05 12:30  Mon 01-05 12:30  Mon 01-05 12:40  Mon 01-05 13:00
    """,
        step="Decide",
    )


@pytest.mark.parametrize(("whom", "kinds"), [("customer", ["question", "answer", "work"]), ("sender", ["work"])])
def test_r5_r12_a_backlog_may_raise_a_question_to_the_customer_only(trace: Run, whom: str, kinds: list[str]) -> None:
    """Nobody of the house is known to have sent it."""
    handoff = f", handoff: {{question: {{chance: 100%, to: {whom}, answer: 1 h}}}}"
    found = trace(OLD % ("{at: Decide, requests: 1, age: 1 day}", handoff), a="01-12 09:00")
    assert [row[1] for row in found.visits(["request", "kind"]) if row[0] == "0"] == kinds


def test_r5_r11_a_backlog_fills_a_process_batch(trace: Run) -> None:
    """Three at a step of batches of two: the third waits for request 3, which is there at 9:30."""
    text = OLD % ("{at: Decide, requests: 3, age: 1 day}", ", batch: 2 requests")
    trace(text, a="01-05 09:00").holds(
        """
        request  process_batch  assembled        turn             worked           released
        0        0              Mon 01-05 00:00  Mon 01-05 09:00  Mon 01-05 09:20  Mon 01-05 09:40
        1        0              Mon 01-05 00:00  Mon 01-05 09:20  Mon 01-05 09:40  Mon 01-05 09:40
        2        1              Mon 01-05 09:30  Mon 01-05 09:40  Mon 01-05 10:00  Mon 01-05 10:20
        3        1              Mon 01-05 09:30  Mon 01-05 10:00  Mon 01-05 10:20  Mon 01-05 10:20
    """,
        step="Decide",
    )


def test_r5_r14_a_backlog_waits_at_the_door_of_a_limit(trace: Run) -> None:
    """Three of them, two places: the third is let in when the first is done."""
    text = "limits: {Decide: 2}\n" + OLD % ("{at: Decide, requests: 3, age: 1 day}", "")
    trace(text, a="01-12 09:00").holds(
        """
        request  delivered        admitted         started          released
        0        Mon 01-05 00:00  Mon 01-05 00:00  Mon 01-05 09:00  Mon 01-05 09:20
        1        Mon 01-05 00:00  Mon 01-05 00:00  Mon 01-05 09:20  Mon 01-05 09:40
        2        Mon 01-05 00:00  Mon 01-05 09:20  Mon 01-05 09:40  Mon 01-05 10:00
        3        Mon 01-12 09:30  Mon 01-12 09:30  Mon 01-12 09:30  Mon 01-12 09:50
    """,
        step="Decide",
    )


def test_r5_r12_a_return_of_a_backlog_goes_to_steps_it_never_was_at(trace: Run) -> None:
    """Sent back from Decide to Look: a first pass there, then Decide again; its time belongs to the return until it has
    left Decide.
    """
    text = OLD % ("{at: Decide, requests: 1, age: 1 day}", ", returns: {chance: 100%, to: Look, at most: 1}")
    found = trace(text, a="01-12 09:00")
    assert [
        row[1:] for row in found.visits(["request", "step", "via", "pass", "kind", "in_return"]) if row[0] == "0"
    ] == [
        ["Decide", "backlog", "1", "work", "0"],
        ["Look", "return", "1", "work", "1"],
        ["Decide", "next", "2", "rework", "1"],
    ]


def test_r5_r13_a_backlog_within_a_branch_goes_on_to_the_join(trace: Run) -> None:
    """It is at one step of one branch, as trunk: the other branch is not begun."""
    text = """
requests: {a: {arrivals: none, backlog: {at: Legal, requests: 1, age: 1 day}}}
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 3, calendar: office}}
steps:
  Look: {team: Desk, does: look, next: {parallel: [Legal, Fire], join: Decide}}
  Legal: {team: Desk, does: look}
  Fire: {team: Desk, does: look}
  Decide: {team: Desk, does: look}
"""
    found = trace(text)
    found.holds("""
        step    branch  via      from_step  started          released
        Legal   0       backlog  customer   Mon 01-05 09:00  Mon 01-05 09:30
        Decide  0       next     Legal      Mon 01-05 09:30  Mon 01-05 10:00
    """)


def test_r5_ages_go_back_from_a_start_within_the_day(trace: Run) -> None:
    """The run begins on Monday at 10:30, so nine and a half hours old is one in the morning; it is taken at once."""
    text = "start: 2026-01-05 10:30\n" + OLD % ("{at: Decide, requests: 1, age: 570 min}", "")
    found = trace(text, a="01-12 09:00")
    assert found.requests(["arrived", "age", "due"])[0] == ["Mon 01-05 10:30", "9.5 h", "Thu 01-08 01:00"]
    assert found.visits(["started"], "Decide")[0] == ["Mon 01-05 10:30"]
    assert found.record.requests["age"][0] == 9.5 * HOUR
