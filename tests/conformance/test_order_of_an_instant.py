"""Everything that happens at one instant, by hand (R3): first all that is due, then places and work, in rounds."""

from __future__ import annotations

import math
from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]


def test_r3_ties_in_the_waiting_list_go_by_request_number(trace: Run) -> None:
    """Class b stands first in the file: of those who arrive together its requests have the lower numbers (R5)."""
    text = """
requests: {b: {arrivals: {file: b.csv, column: arrived}}, a: {arrivals: {file: a.csv, column: arrived}}}
calendars: {}
tasks: {work: {time: 10 min, value: adding}}
teams: {T: {people: 1, calendar: always}}
steps: {Work: {team: T, does: work}}
"""
    trace(text, a="01-05 09:00, 01-05 09:00", b="01-05 09:00, 01-05 09:05").holds("""
        request  class  sent             started          released
        0        b      Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
        1        a      Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:20
        2        a      Mon 01-05 09:00  Mon 01-05 09:20  Mon 01-05 09:30
        3        b      Mon 01-05 09:05  Mon 01-05 09:30  Mon 01-05 09:40
    """)


MEETING = """
calendars: {}
tasks:
  long: {time: 9 min, value: adding, only: b}
  short: {time: 5 min, value: adding, only: a}
  last: {time: 30 min, value: adding}
teams:
  S: {people: 9, calendar: always}
  L: {people: 1, calendar: always%s}
steps:
  Once: {team: S, does: [short, long]}
  Again: {team: S, does: short}
  Last: {team: L, does: last%s}
"""

# 0 (a) works 9:00 to 9:05 and 9:05 to 9:10, 1 (b) 9:01 to 9:10, 2 (c) arrives at 9:10: all are at Last at 9:10. In any
# list of events by the time of their making, 0 stands last.
MEET = {"a": "01-05 09:00", "b": "01-05 09:01", "c": "01-05 09:10"}


def test_r3_what_meets_at_one_instant_goes_by_number_not_by_event(trace: Run) -> None:
    """First in, first out: all joined at 9:10, so the numbers decide; and of two who make a process batch."""
    found = trace(MEETING % ("", ""), **MEET)
    assert {row[0] for row in found.visits(["sent"], "Last")} == {"Mon 01-05 09:10"}
    assert found.order("Last") == [0, 1, 2]
    trace(MEETING % ("", ", batch: 2 requests or 1 h"), **MEET).holds(
        """
        request  process_batch  assembled        turn
        0        0              Mon 01-05 09:10  Mon 01-05 09:10
        1        0              Mon 01-05 09:10  Mon 01-05 09:40
        2        1              Mon 01-05 10:10  Mon 01-05 10:10
    """,
        step="Last",
    )


def test_r3_who_meet_at_a_gate_leave_by_number(trace: Run) -> None:
    """The first two numbers make the transfer batch of two, the third waits for an hour."""
    trace(MEETING % ("", ", handoff: {batch: 2 requests or 1 h}"), **MEET).holds(
        """
        request  transfer_batch  sent             gathered
        0        0               Mon 01-05 09:10  Mon 01-05 09:10
        1        0               Mon 01-05 09:10  Mon 01-05 09:10
        2        1               Mon 01-05 09:10  Mon 01-05 10:10
    """,
        step="Last",
    )


def test_r3_who_meet_in_a_random_queue_draw_their_places_by_number(trace: Run) -> None:
    """Many threes that meet: each three is placed in order of number, each by its own lot (R8), while the desk, busy
    with somebody else until the evening, takes nobody.
    """
    times = [f"01-05 {hour:02d}:" for hour in range(9, 15)]
    found = trace(
        MEETING.replace("last: {time: 30 min", "last: {time: 12 h") % (", queue: random", ""),
        d="01-05 08:00",
        **{
            name: ", ".join(time + minute for time in times) for name, minute in (("a", "00"), ("b", "01"), ("c", "10"))
        },
    )
    line: list[int] = []
    for number in range(1, 19):
        klass = found.model.classes[int(found.record.requests["class"][number])].name
        lot = found.draws.uniforms("queue at Last", klass).at(int(found.record.requests["ordinal"][number]), 1)
        line.insert(math.floor(lot * (len(line) + 1)), number)
    assert found.order("Last") == [0, *line]


def test_r3_who_is_due_at_an_instant_is_there_before_work_is_given_out(trace: Run) -> None:
    """The desk is free at 9:30; an urgent request arrives at 9:30 sharp and is taken before the one that waits."""
    text = """
requests:
  a: {arrivals: {file: a.csv, column: arrived}}
  rush: {arrivals: {file: rush.csv, column: arrived}, priority: 0}
calendars: {}
tasks: {work: {time: 30 min, value: adding}}
teams: {T: {people: 1, calendar: always}}
steps: {Work: {team: T, does: work}}
"""
    assert trace(text, a="01-05 09:00, 01-05 09:10", rush="01-05 09:30").order("Work") == [0, 2, 1]
    assert trace(text, a="01-05 09:00, 01-05 09:10", rush="01-05 09:30:00.001").order("Work") == [0, 1, 2]


def test_r3_at_the_opening_everyone_who_waits_is_weighed(trace: Run) -> None:
    """An urgent request that comes at 9:00 sharp is there when the team opens."""
    text = """
requests:
  a: {arrivals: {file: a.csv, column: arrived}}
  rush: {arrivals: {file: rush.csv, column: arrived}, priority: 0}
tasks: {work: {time: 30 min, value: adding}}
teams: {T: {people: 1, calendar: office}}
steps: {Work: {team: T, does: work}}
"""
    assert trace(text, a="01-05 08:00", rush="01-05 09:00").order("Work") == [1, 0]


def test_r3_work_of_no_time_takes_a_round(trace: Run) -> None:
    """At 9:00 request 0 needs a stamp (no time) before the desk, request 1 does not. In the first round the stamp is
    begun and the desk takes 1; in the second round 0 is at the desk, and waits: 9:00 to 9:10 for 1, then 0.
    """
    text = """
calendars: {}
tasks: {stamp: {time: 0 min, value: waste, only: a}, work: {time: 10 min, value: adding}}
teams: {S: {people: 1, calendar: always}, T: {people: 1, calendar: always}}
steps:
  Stamp: {team: S, does: stamp}
  Work: {team: T, does: work}
"""
    trace(text, a="01-05 09:00", b="01-05 09:00").holds("""
        request  class  step   sent             started          released
        0        a      Stamp  Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:00
        0        a      Work   Mon 01-05 09:00  Mon 01-05 09:10  Mon 01-05 09:20
        1        b      Work   Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:10
    """)


def test_r3_a_chain_of_work_of_no_time_ends_in_its_instant(trace: Run) -> None:
    """Three stamps by one person, two requests: six rounds, all at 9:00; the team's list is first in, first out, so
    they take turns: visits of both requests, step by step.
    """
    text = """
calendars: {}
tasks: {stamp: {time: 0 min, value: waste}}
teams: {S: {people: 1, calendar: always}}
steps:
  One: {team: S, does: stamp}
  Two: {team: S, does: stamp}
  Three: {team: S, does: stamp}
"""
    found = trace(text, a="01-05 09:00, 01-05 09:00")
    assert found.ends() == ["Mon 01-05 09:00 done"] * 2
    assert found.visits(["visit", "step", "released"]) == [
        [str(i + 1), step, "Mon 01-05 09:00"] for _ in range(2) for i, step in enumerate(("One", "Two", "Three"))
    ]


def test_r3_gates_let_go_before_teams_take(trace: Run) -> None:
    """At 9:30 the second of a batch of two arrives (number 1), and so does 2, which needs no batch. The gate lets 0
    and 1 go to the desk in the same round in which it takes its next: 0 first, though 2 came to the desk directly.
    """
    text = """
calendars: {}
tasks: {work: {time: 10 min, value: adding}}
teams: {T: {people: 1, calendar: always}}
steps:
  Batched: {team: T, does: work, only: a, handoff: {batch: 2 requests}, next: end}
  Single: {team: T, does: work}
"""
    trace(text, a="01-05 09:00, 01-05 09:30", b="01-05 09:30").holds("""
        request  step     sent             gathered         started          released
        0        Batched  Mon 01-05 09:00  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:40
        1        Batched  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:40  Mon 01-05 09:50
        2        Single   Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:50  Mon 01-05 10:00
    """)


def test_r3_who_ends_and_who_arrives_fill_one_batch(trace: Run) -> None:
    """Released at 9:10 by one team, arriving at 9:10 at another step's gate by the clock of 9:10: it still goes
    along.
    """
    text = """
calendars: {}
tasks: {work: {time: 10 min, value: adding}}
teams: {S: {people: 1, calendar: always}, T: {people: 1, calendar: always}}
steps:
  First: {team: S, does: work, only: a}
  Then: {team: T, does: work, handoff: {batch: every day at 9:10}}
"""
    found = trace(text, a="01-05 09:00", b="01-05 09:10")
    assert found.visits(["class", "gathered", "transfer_batch"], "Then") == [
        ["a", "Mon 01-05 09:10", "0"],
        ["b", "Mon 01-05 09:10", "0"],
    ]


def test_r1_every_instant_is_a_whole_tick(trace: Run) -> None:
    """A third of a second is 333 ticks of a millisecond; three of them are 999."""
    text = """
calendars: {}
tasks: {work: {time: 0.3333 s, value: adding}}
teams: {T: {people: 1, calendar: always}}
steps: {Work: {team: T, does: work}}
"""
    trace(text, a="01-05 09:00, 01-05 09:00, 01-05 09:00").holds("""
        started                 released
        Mon 01-05 09:00         Mon 01-05 09:00:00.333
        Mon 01-05 09:00:00.333  Mon 01-05 09:00:00.666
        Mon 01-05 09:00:00.666  Mon 01-05 09:00:00.999
    """)


def test_r3_a_batch_that_is_complete_as_its_maker_is_free_is_in_the_list_first(trace: Run) -> None:
    """The rush request is done at Look at 10:30 and is a batch of its own at Write, where the same person works; the
    other has waited since 10:05. Gates are settled before teams: the rush is in the list when he chooses.
    """
    trace(
        """
requests:
  rush: {arrivals: {file: rush.csv, column: arrived}, priority: rush}
  calm: {arrivals: {file: calm.csv, column: arrived}}
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}}
steps:
  Look: {team: Desk, does: look}
  Write: {team: Desk, does: look, batch: 1 request}
""",
        rush="01-05 10:00",
        calm="01-05 10:05",
    ).holds("""
        request  step   sent             started
        0        Look   Mon 01-05 10:00  Mon 01-05 10:00
        0        Write  Mon 01-05 10:30  Mon 01-05 10:30
        1        Look   Mon 01-05 10:05  Mon 01-05 11:00
        1        Write  Mon 01-05 11:30  Mon 01-05 11:30
    """)
