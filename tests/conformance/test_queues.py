"""Who is taken next, by hand (R8). Offices open from 9 to 17."""

from __future__ import annotations

import math
from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

QUEUE = """
requests:
  a: {arrivals: {file: a.csv, column: arrived}%s}
  b: {arrivals: {file: b.csv, column: arrived}%s}
tasks: {long: {time: 60 min, value: adding, only: a}, short: {time: 20 min, value: adding, only: b}}
teams: {Desk: {people: 1, calendar: office, queue: %s}}
steps: {Serve: {team: Desk, does: [long, short]}}
"""

# Request 0 (an a, at 9:00) keeps the desk busy till 10:00; meanwhile 1 (b), 2 (a), 3 (b) and 4 (a) come.
A, B = "01-05 09:00, 01-05 09:20, 01-05 09:40", "01-05 09:10, 01-05 09:30"


def test_r8_first_in_first_out(trace: Run) -> None:
    """60, 20, 60, 20 and 60 minutes one after another in order of arrival."""
    trace(QUEUE % ("", "", "first in"), a=A, b=B).holds("""
        request  class  sent             started          released
        0        a      Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 10:00
        1        b      Mon 01-05 09:10  Mon 01-05 10:00  Mon 01-05 10:20
        2        a      Mon 01-05 09:20  Mon 01-05 10:20  Mon 01-05 11:20
        3        b      Mon 01-05 09:30  Mon 01-05 11:20  Mon 01-05 11:40
        4        a      Mon 01-05 09:40  Mon 01-05 11:40  Mon 01-05 12:40
    """)


def test_r8_last_in_first_out(trace: Run) -> None:
    """At 10:00 the last one that came is 4, then 3, 2, 1."""
    assert trace(QUEUE % ("", "", "last in"), a=A, b=B).order("Serve") == [0, 4, 3, 2, 1]


def test_r8_shortest_first(trace: Run) -> None:
    """The two of 20 minutes in order of arrival, then the two of 60."""
    assert trace(QUEUE % ("", "", "shortest"), a=A, b=B).order("Serve") == [0, 1, 3, 2, 4]


def test_r8_earliest_due_date(trace: Run) -> None:
    """a is promised within 2 hours (due 11:20, 11:40), b within 5 (14:10, 14:30): 2, 4, 1, 3. No promise: last."""
    due = QUEUE % (", promise: 2 h", ", promise: 5 h", "due date")
    found = trace(due, a=A, b=B)
    assert [found.when(int(t)) for t in found.record.requests["due"]] == [
        "Mon 01-05 11:00",
        "Mon 01-05 14:10",
        "Mon 01-05 11:20",
        "Mon 01-05 14:30",
        "Mon 01-05 11:40",
    ]
    assert found.order("Serve") == [0, 2, 4, 1, 3]
    assert trace(QUEUE % ("", ", promise: 5 h", "due date"), a=A, b=B).order("Serve") == [0, 1, 3, 2, 4]


def test_r8_a_promise_in_working_days_is_due_by_the_calendar(trace: Run) -> None:
    """Friday 9:00 + 1 working day of 8 hours is Friday 17:00; Friday 9:10 + 1 is Monday 9:10; b's two days: Tuesday."""
    text = QUEUE % (
        ", promise: 1 working day, calendar: office",
        ", promise: 2 working days, calendar: office",
        "due date",
    )
    found = trace(text, a="01-09 09:00, 01-09 09:10", b="01-09 10:00")
    due = [found.when(int(t)) for t in found.record.requests["due"]]
    assert due == ["Fri 01-09 17:00", "Mon 01-12 09:10", "Tue 01-13 10:00"]


def test_r8_priority_comes_before_the_discipline_and_never_interrupts(trace: Run) -> None:
    """b is urgent: both b's go before the a's that came earlier, in the team's own order; 0 is finished first."""
    for queue, order in (
        ("first in", [0, 1, 3, 2, 4]),
        ("last in", [0, 3, 1, 4, 2]),
        ("shortest", [0, 1, 3, 2, 4]),
    ):
        assert trace(QUEUE % ("", ", priority: 0", queue), a=A, b=B).order("Serve") == order, queue
    assert trace(QUEUE % (", priority: rush", ", priority: low", "shortest"), a=A, b=B).order("Serve") == [
        0,
        2,
        4,
        1,
        3,
    ]


def test_r8_random_order_is_a_keyed_insertion(trace: Run) -> None:
    """Each joins the list at place ⌊u·(n + 1)⌋ of the n who wait, u its own draw (R4); the first of the list is taken.
    At 9:00 the first of eight who come together is taken from the list of all eight (R3).
    """
    together = ", ".join(["01-05 09:00"] * 8)
    found = trace(QUEUE % ("", "", "random"), a=together, b="01-05 09:30")
    lots = found.draws.uniforms("queue at Serve", "a")
    line: list[int] = []
    for i in range(8):
        line.insert(math.floor(lots.at(i, 1) * (len(line) + 1)), i)
    expected = [line.pop(0)]
    late = found.draws.uniforms("queue at Serve", "b").at(0, 1)  # request 8 joins the seven who wait at 9:30
    line.insert(math.floor(late * 8), 8)
    expected += line
    assert expected != sorted(expected)
    assert found.order("Serve") == expected


def test_r8_random_order_keeps_to_priorities(trace: Run) -> None:
    """The urgent ones, whatever their lots, go first."""
    together = ", ".join(["01-05 09:00"] * 6)
    order = trace(QUEUE % ("", ", priority: 0", "random"), a=together, b=together).order("Serve")
    assert sorted(order[:6]) == [6, 7, 8, 9, 10, 11]
    assert sorted(order[6:]) == [0, 1, 2, 3, 4, 5]


def test_r8_a_team_serves_all_its_steps_from_one_list(trace: Run) -> None:
    """Desk does the first and the last step: request 0 comes to Close at 9:40 and is taken before 2, of 9:50; 1 comes
    to Close at 10:10, after 2. Open: 9:00, 9:30 to 10:00; Close of 0: 10:00; Open of 2: 10:30; Close of 1: 11:00.
    """
    text = """
tasks: {desk work: {time: 30 min, value: adding}, check: {time: 10 min, value: waste}}
teams: {Desk: {people: 1, calendar: office}, Back: {people: 1, calendar: office}}
steps:
  Open: {team: Desk, does: desk work}
  Check: {team: Back, does: check}
  Close: {team: Desk, does: desk work}
"""
    trace(text, a="01-05 09:00, 01-05 09:05, 01-05 09:50").holds("""
        request  step   sent             started          released
        0        Open   Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 09:30
        0        Check  Mon 01-05 09:30  Mon 01-05 09:30  Mon 01-05 09:40
        0        Close  Mon 01-05 09:40  Mon 01-05 10:00  Mon 01-05 10:30
        1        Open   Mon 01-05 09:05  Mon 01-05 09:30  Mon 01-05 10:00
        1        Check  Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:10
        1        Close  Mon 01-05 10:10  Mon 01-05 11:00  Mon 01-05 11:30
        2        Open   Mon 01-05 09:50  Mon 01-05 10:30  Mon 01-05 11:00
        2        Check  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:10
        2        Close  Mon 01-05 11:10  Mon 01-05 11:30  Mon 01-05 12:00
    """)


def test_r8_first_in_means_into_this_queue(trace: Run) -> None:
    """Order of joining this team, not of arriving at the first: 1 (an hour's work less before) overtakes 0."""
    text = """
tasks:
  before: {time: 60 min, value: adding, only: a}
  less before: {time: 10 min, value: adding, only: b}
  check: {time: 10 min, value: adding}
teams: {Desk: {people: 2, calendar: office}, Back: {people: 1, calendar: office}}
steps:
  Open: {team: Desk, does: [before, less before]}
  Check: {team: Back, does: check}
"""
    assert trace(text, a="01-05 09:00", b="01-05 09:05").order("Check") == [1, 0]


def test_r8_the_lowest_free_number_is_taken(trace: Run) -> None:
    """Three people: 0, 1 and 2 at 9:00, 9:05 and 9:10 (an hour each; b twenty minutes). 1 is free first (9:25), takes
    the next; at 10:30 all are free and number 0 is taken again.
    """
    text = QUEUE.replace("people: 1", "people: 3") % ("", "", "first in")
    found = trace(text, a="01-05 09:00, 01-05 09:10, 01-05 09:30, 01-05 10:40", b="01-05 09:05")
    found.holds("""
        request  class  person  started          released
        0        a      0       Mon 01-05 09:00  Mon 01-05 10:00
        1        b      1       Mon 01-05 09:05  Mon 01-05 09:25
        2        a      2       Mon 01-05 09:10  Mon 01-05 10:10
        3        a      1       Mon 01-05 09:30  Mon 01-05 10:30
        4        a      0       Mon 01-05 10:40  Mon 01-05 11:40
    """)


def test_r8_r11_a_batch_stands_in_line_as_its_members_do(trace: Run) -> None:
    """Shortest first: two batches of 20 + 20 (both b) and 60 + 60 (both a) wait; due date: the earliest of its
    members.
    """
    text = QUEUE.replace("does: [long, short]", "does: [long, short], batch: 2 requests")
    arrivals = {"a": "01-05 09:00, 01-05 09:00, 01-05 09:10, 01-05 09:10", "b": "01-05 09:20, 01-05 09:20"}
    assert trace(text % ("", "", "shortest"), **arrivals).order("Serve") == [0, 1, 4, 5, 2, 3]
    assert trace(text % ("", "", "first in"), **arrivals).order("Serve") == [0, 1, 2, 3, 4, 5]
    promised = trace(text % (", promise: 3 h", ", promise: 1 h", "due date"), **arrivals)
    assert promised.order("Serve") == [0, 1, 4, 5, 2, 3]


def test_r8_r11_a_mixed_batch_is_as_due_as_its_most_urgent_and_as_long_as_all(trace: Run) -> None:
    """While 0 and 1 are served (two a's, until 11:00), three batches line up: 2 with 3 (b, a), 4 with 5 (a, a) and 6
    with 7 (b, b). Due dates: b is promised within 1 hour, a within 9: the batch of 2 is due at 10:05, that of 6 and 7
    at 10:30, that of 4 and 5 at 18:15. Shortest: 40 minutes (6, 7), 80 (2, 3), 120 (4, 5).
    """
    text = QUEUE.replace("does: [long, short]", "does: [long, short], batch: 2 requests")
    arrivals = {
        "a": "01-05 09:00, 01-05 09:00, 01-05 09:10, 01-05 09:15, 01-05 09:16",
        "b": "01-05 09:05, 01-05 09:30, 01-05 09:31",
    }
    promised = trace(text % (", promise: 9 h", ", promise: 1 h", "due date"), **arrivals)
    assert promised.order("Serve") == [0, 1, 2, 3, 6, 7, 4, 5]
    assert trace(text % ("", "", "shortest"), **arrivals).order("Serve") == [0, 1, 6, 7, 2, 3, 4, 5]


def test_r8_r12_a_request_back_with_an_answer_draws_a_new_lot(trace: Run) -> None:
    """Six are read in one after another, 10 minutes each from 9:00 on, and each asks; the answers come an hour after
    their questions, so at 11:10, 11:20, …: each joins with the second number of its pass (R4) while half an hour of
    work is done for each.
    """
    text = """
tasks: {work: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: office, queue: random}}
steps:
  Serve: {team: Desk, does: work,
          handoff: {reread: 10 min, question: {chance: 100%, to: customer, answer: 2 h}}}
"""
    found = trace(text, a=", ".join(["01-05 09:00"] * 6))
    lots = found.draws.uniforms("queue at Serve", "a")
    line: list[int] = []
    for i in range(6):
        line.insert(math.floor(lots.at(i, 1) * (len(line) + 1)), i)
    back = {i: 9 * 60 + 10 * (place + 1) + 120 for place, i in enumerate(line)}  # minutes into Monday
    waiting: list[int] = []
    expected, free = [], 0
    while len(expected) < 6:
        now = max(free, min(back[i] for i in range(6) if i not in expected))
        for i in sorted(back, key=lambda i: (back[i], i)):
            if back[i] <= now and i not in expected and i not in waiting:
                waiting.insert(math.floor(lots.at(i, 2) * (len(waiting) + 1)), i)
        chosen = waiting.pop(0)
        expected.append(chosen)
        free = now + 30
    rows = [(row[1], int(row[0])) for row in found.visits(["request", "started", "via"], "Serve") if row[2] == "answer"]
    assert [number for _, number in sorted(rows)] == expected
    assert expected not in (line, sorted(expected))
