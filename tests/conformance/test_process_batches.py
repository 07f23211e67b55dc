"""Process batches, set-up and change-over, by hand (R11). Offices open from 9 to 17."""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

PRESS = """
tasks: {print: {time: 10 min, value: adding}}
teams: {Press: {people: %d, calendar: office}}
steps: {Print: {team: Press, does: print, %s}}
"""


def test_r11_one_set_up_then_one_after_another_and_together_away(trace: Run) -> None:
    """The third comes at 10:20; set-up to 10:50; turns at 10:50, 11:00 and 11:10; all leave at 11:20."""
    trace(PRESS % (1, "batch: 3 requests, set-up: 30 min"), a="01-05 10:00, 01-05 10:05, 01-05 10:20").holds("""
        request  assembled        started          set_up           turn             worked           released
        0        Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 10:50  Mon 01-05 10:50  Mon 01-05 11:00  Mon 01-05 11:20
        1        Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 10:50  Mon 01-05 11:00  Mon 01-05 11:10  Mon 01-05 11:20
        2        Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 10:50  Mon 01-05 11:10  Mon 01-05 11:20  Mon 01-05 11:20
    """)


def test_r11_each_leaves_when_it_is_done(trace: Run) -> None:
    """`release: each`: 11:00, 11:10, 11:20; the person stays with the batch until the last."""
    rules = "batch: 3 requests, set-up: 30 min, release: each"
    arrivals = "01-05 10:00, 01-05 10:05, 01-05 10:20, 01-05 10:25, 01-05 10:25, 01-05 10:25"
    trace(PRESS % (1, rules), a=arrivals).holds("""
        request  process_batch  assembled        started          worked           released
        0        0              Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 11:00  Mon 01-05 11:00
        1        0              Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 11:10  Mon 01-05 11:10
        2        0              Mon 01-05 10:20  Mon 01-05 10:20  Mon 01-05 11:20  Mon 01-05 11:20
        3        1              Mon 01-05 10:25  Mon 01-05 11:20  Mon 01-05 12:00  Mon 01-05 12:00
        4        1              Mon 01-05 10:25  Mon 01-05 11:20  Mon 01-05 12:10  Mon 01-05 12:10
        5        1              Mon 01-05 10:25  Mon 01-05 11:20  Mon 01-05 12:20  Mon 01-05 12:20
    """)


def test_r11_each_goes_on_while_the_batch_is_still_handled(trace: Run) -> None:
    """The first is at the next team at 11:00, while its batch is handled until 11:10."""
    text = """
tasks: {print: {time: 10 min, value: adding}}
teams: {Press: {people: 1, calendar: office}, Post: {people: 1, calendar: office}}
steps:
  Print: {team: Press, does: print, batch: 2 requests, set-up: 30 min, release: each}
  Send: {team: Post, does: print}
"""
    trace(text, a="01-05 10:00, 01-05 10:20").holds(
        """
        request  sent             started          released
        0        Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:10
        1        Mon 01-05 11:10  Mon 01-05 11:10  Mon 01-05 11:20
    """,
        step="Send",
    )


def test_r11_a_batch_leaves_by_wait_or_by_clock(trace: Run) -> None:
    """`5 requests or 1 h`: 10:00 with 10:30 at 11:00. `or 1 working day`: Friday 15:00 on Monday at 15:00, by the
    team's calendar. `every working day at 16:00`: at 16:00.
    """
    trace(PRESS % (1, "batch: 5 requests or 1 h"), a="01-05 10:00, 01-05 10:30").holds("""
        request  delivered        assembled        turn             released
        0        Mon 01-05 10:00  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:20
        1        Mon 01-05 10:30  Mon 01-05 11:00  Mon 01-05 11:10  Mon 01-05 11:20
    """)
    trace(PRESS % (1, "batch: 5 requests or 1 working day"), a="01-09 15:00").holds("""
        delivered        assembled
        Fri 01-09 15:00  Mon 01-12 15:00
    """)
    trace(PRESS % (1, "batch: every working day at 16:00"), a="01-05 10:00, 01-05 16:00").holds("""
        request  delivered        assembled
        0        Mon 01-05 10:00  Mon 01-05 16:00
        1        Mon 01-05 16:00  Mon 01-05 16:00
    """)


def test_r11_a_whole_batch_takes_one_person(trace: Run) -> None:
    """Two people, two batches of two: side by side. The batch waits in the queue as its first member does."""
    arrivals = "01-05 10:00, 01-05 10:00, 01-05 10:05, 01-05 10:05"
    trace(PRESS % (2, "batch: 2 requests, set-up: 30 min"), a=arrivals).holds("""
        request  person  started          turn             released
        0        0       Mon 01-05 10:00  Mon 01-05 10:30  Mon 01-05 10:50
        1        0       Mon 01-05 10:00  Mon 01-05 10:40  Mon 01-05 10:50
        2        1       Mon 01-05 10:05  Mon 01-05 10:35  Mon 01-05 10:55
        3        1       Mon 01-05 10:05  Mon 01-05 10:45  Mon 01-05 10:55
    """)


def test_r11_a_batch_pauses_at_closing_time(trace: Run) -> None:
    """16:20 + 30 set-up = 16:50; the first is done at 17:00, the second on Tuesday at 9:10, and both leave then."""
    trace(PRESS % (1, "batch: 2 requests, set-up: 30 min"), a="01-05 16:00, 01-05 16:20").holds("""
        request  set_up           turn             worked           released
        0        Mon 01-05 16:50  Mon 01-05 16:50  Mon 01-05 17:00  Tue 01-06 09:10
        1        Mon 01-05 16:50  Mon 01-05 17:00  Tue 01-06 09:10  Tue 01-06 09:10
    """)


def test_r11_reading_in_is_part_of_each_ones_turn(trace: Run) -> None:
    """10:00 + 30 set-up; 5 reading + 10 work for each: 10:35, 10:45; 10:50, 11:00."""
    rules = "batch: 2 requests, set-up: 30 min, handoff: {reread: 5 min}"
    trace(PRESS % (1, rules), a="01-05 10:00, 01-05 10:00").holds("""
        request  set_up           turn             read             worked           released
        0        Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 10:35  Mon 01-05 10:45  Mon 01-05 11:00
        1        Mon 01-05 10:30  Mon 01-05 10:45  Mon 01-05 10:50  Mon 01-05 11:00  Mon 01-05 11:00
    """)


def test_r11_without_a_batch_set_up_is_per_request(trace: Run) -> None:
    """30 + 10 minutes for each."""
    trace(PRESS % (1, "set-up: 30 min"), a="01-05 10:00, 01-05 10:00").holds("""
        request  started          set_up           worked           set_up_ticks
        0        Mon 01-05 10:00  Mon 01-05 10:30  Mon 01-05 10:40  30 min
        1        Mon 01-05 10:40  Mon 01-05 11:10  Mon 01-05 11:20  30 min
    """)


def test_r11_change_over_when_a_person_takes_another_class(trace: Run) -> None:
    """a, a, b, a one after another: nothing before the first and for the second, then 20 minutes twice."""
    arrivals = {"a": "01-05 10:00, 01-05 10:01, 01-05 10:03", "b": "01-05 10:02"}
    trace(PRESS % (1, "change-over: 20 min"), **arrivals).holds("""
        request  class  started          set_up           worked
        0        a      Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:10
        1        a      Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:20
        2        b      Mon 01-05 10:20  Mon 01-05 10:40  Mon 01-05 10:50
        3        a      Mon 01-05 10:50  Mon 01-05 11:10  Mon 01-05 11:20
    """)


def test_r11_change_over_is_a_matter_of_the_person(trace: Run) -> None:
    """Two people: number 0 had a and takes b (change-over); number 1 had b and takes b (none)."""
    arrivals = {"a": "01-05 10:00", "b": "01-05 10:05, 01-05 10:06, 01-05 10:07"}
    trace(PRESS % (2, "change-over: 20 min"), **arrivals).holds("""
        request  class  person  started          set_up           worked
        0        a      0       Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:10
        1        b      1       Mon 01-05 10:05  Mon 01-05 10:05  Mon 01-05 10:15
        2        b      0       Mon 01-05 10:10  Mon 01-05 10:30  Mon 01-05 10:40
        3        b      1       Mon 01-05 10:15  Mon 01-05 10:15  Mon 01-05 10:25
    """)


def test_r11_change_over_looks_at_what_the_person_did_at_any_step(trace: Run) -> None:
    """The same person copies b in between, a step without a change-over: the next a at the press is a change of class.
    10:00 a prints; 10:10 b copies; 10:20 + 20 a prints; 10:50 a prints, no change.
    """
    text = """
tasks: {print: {time: 10 min, value: adding}, copy: {time: 10 min, value: adding}}
teams: {Press: {people: 1, calendar: office}}
steps:
  Print: {team: Press, does: print, only: a, change-over: 20 min}
  Copy: {team: Press, does: copy, only: b}
"""
    trace(text, a="01-05 10:00, 01-05 10:02, 01-05 10:03", b="01-05 10:01").holds("""
        request  step   started          set_up           worked
        0        Print  Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:10
        1        Copy   Mon 01-05 10:10  Mon 01-05 10:10  Mon 01-05 10:20
        2        Print  Mon 01-05 10:20  Mon 01-05 10:40  Mon 01-05 10:50
        3        Print  Mon 01-05 10:50  Mon 01-05 10:50  Mon 01-05 11:00
    """)


def test_r11_set_up_and_change_over_add_up(trace: Run) -> None:
    """b after a: 5 of set-up and 20 of change-over."""
    trace(PRESS % (1, "set-up: 5 min, change-over: 20 min"), a="01-05 10:00", b="01-05 10:00").holds("""
        class  started          set_up           worked           set_up_ticks
        a      Mon 01-05 10:00  Mon 01-05 10:05  Mon 01-05 10:15  5 min
        b      Mon 01-05 10:15  Mon 01-05 10:40  Mon 01-05 10:50  25 min
    """)


def test_r7_r11_a_transfer_batch_may_fill_a_process_batch_at_once(trace: Run) -> None:
    """Two travel together, no transit: delivered, assembled and begun at the same instant (R3)."""
    trace(PRESS % (1, "batch: 2 requests, handoff: {batch: 2 requests}"), a="01-05 10:00, 01-05 11:00").holds("""
        request  sent             gathered         delivered        assembled        turn
        0        Mon 01-05 10:00  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:00
        1        Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:10
    """)
