"""Customers who chase, by hand (R15): when, as what, and what it does to others. Desks that never close unless told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import HOUR, Trace, moment

from flowsim.errors import EngineError

Run = Callable[..., Trace]

CHASE = """
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  a: {arrivals: {file: a.csv, column: arrived}, promise: 1 h%s, chasing: {to: Front, takes: %s, every: %s%s}}
tasks: {look: {time: 3 h, value: adding}}
teams: {Front: {people: 1, calendar: always}, Back: {people: 1, calendar: always}}
steps:
  Look: {team: Back, does: look%s}
run: {length: 2 weeks}
"""

PLAIN = ("", "10 min", "40 min", "", "")


def test_r15_chases_come_from_the_promise_on_until_the_request_has_ended(trace: Run) -> None:
    """Due at 10:00, done at 12:00: chased at 10:40 and 11:20; the third would come at 12:00 sharp, and does not: the
    request has just ended. Each chase is a request of a class of its own, for Front.
    """
    found = trace(CHASE % PLAIN, a="01-05 09:00")
    found.requests_are("""
      request  class       ordinal  arrived          due              ended            outcome  measured  parent  chase
      0        a           0        Mon 01-05 09:00  Mon 01-05 10:00  Mon 01-05 12:00  done     1         -       0
      1        a: chasing  0        Mon 01-05 10:40  -                Mon 01-05 10:50  done     0         0       1
      2        a: chasing  0        Mon 01-05 11:20  -                Mon 01-05 11:30  done     0         0       2
    """)
    found.holds("""
        request  step          team   via      pass  sent             started          released         waste_ticks
        0        Look          Back   arrival  1     Mon 01-05 09:00  Mon 01-05 09:00  Mon 01-05 12:00  0 min
        1        Chasing of a  Front  arrival  1     Mon 01-05 10:40  Mon 01-05 10:40  Mon 01-05 10:50  10 min
        2        Chasing of a  Front  arrival  1     Mon 01-05 11:20  Mon 01-05 11:20  Mon 01-05 11:30  10 min
    """)


def test_r15_chases_that_come_as_a_request_ends_are_for_nothing(trace: Run) -> None:
    """R3: ends of work are due before chases. With a minute less between them the third comes at 11:57, and the fourth
    not any more.
    """
    assert len(trace(CHASE % PLAIN, a="01-05 09:00").requests(["chase"])) == 3
    found = trace(CHASE % ("", "10 min", "39 min", "", ""), a="01-05 09:00")
    assert found.requests(["chase", "arrived"])[1:] == [
        ["1", "Mon 01-05 10:39"],
        ["2", "Mon 01-05 11:18"],
        ["3", "Mon 01-05 11:57"],
    ]


def test_r15_at_most_so_many(trace: Run) -> None:
    """One, though it takes two hours more."""
    found = trace(CHASE % ("", "10 min", "20 min", ", at most: 1", ""), a="01-05 09:00")
    assert found.requests(["chase", "arrived"])[1:] == [["1", "Mon 01-05 10:20"]]


def test_r15_after_counts_from_the_arrival(trace: Run) -> None:
    """From half an hour after it came, whatever was promised: 10:10, 10:50, 11:30."""
    found = trace(CHASE % ("", "10 min", "40 min", ", after: 30 min", ""), a="01-05 09:00")
    assert [row[0] for row in found.requests(["arrived"])[1:]] == [
        f"Mon 01-05 {at}" for at in ("10:10", "10:50", "11:30")
    ]


def test_r2_r15_working_days_between_chases(trace: Run) -> None:
    """Due on Friday at 16:00 (an hour); every working day of eight hours from then: Monday, Tuesday, … at 16:00."""
    handoff = ", handoff: {batch: 9 requests or 6 days}"
    text = CHASE % (", calendar: office", "10 min", "1 working day", ", after: 1 h", handoff)
    found = trace(text, a="01-09 15:00")
    assert [row[0] for row in found.requests(["arrived"])[1:]] == [
        "Mon 01-12 16:00",
        "Tue 01-13 16:00",
        "Wed 01-14 16:00",
        "Thu 01-15 16:00",
    ]


def test_r2_r15_intervals_in_open_time_are_added_up_from_the_beginning(trace: Run) -> None:
    """Due at 18:00, when the office is closed. Every four working hours: 13:00, 17:00 sharp, 13:00 the day after."""
    handoff = ", handoff: {batch: 9 requests or 44 h}"
    found = trace(CHASE % (", calendar: office", "10 min", "4 working hours", "", handoff), a="01-05 17:00")
    assert [row[0] for row in found.requests(["arrived"])[1:]] == [
        "Tue 01-06 13:00",
        "Tue 01-06 17:00",
        "Wed 01-07 13:00",
    ]


def test_r4_r15_who_chases_and_when_are_draws_of_the_request(trace: Run) -> None:
    """Half of them chase; intervals are exponential: chase k by the draw of that visit, each at least a tick."""
    text = CHASE % ("", "1 min", "exponential(1 h)", ", share: 50%", "")
    found = trace(text.replace("Back: {people: 1", "Back: {people: 30"), a=", ".join(["01-05 09:00"] * 30))
    chasing = found.model.classes[0].chasing
    assert chasing is not None
    lots, every = found.draws.uniforms("chasing", "a"), found.draws.durations("chase interval", "a", chasing.every.time)
    expected = []
    for i in range(30):
        at, which = moment("01-05 10:00") + every.at(i, 1), 1
        while lots.at(i) < 0.5 and at < moment("01-05 12:00"):
            expected.append((at, i, which))
            which += 1
            at += every.at(i, which)
    requests = found.record.requests
    columns = zip(requests["arrived"], requests["parent"], requests["chase"], strict=True)
    assert [(int(at), int(parent), int(which)) for at, parent, which in columns if parent >= 0] == sorted(expected)
    assert len(expected) > 10
    assert {which for _, _, which in expected} >= {1, 2, 3}


def test_r4_r15_a_chase_has_the_luck_of_its_parent_and_its_number(trace: Run) -> None:
    """What the k-th chase of request i takes is the draw of ordinal i, visit k, in the class of the chases."""
    found = trace(CHASE % ("", "exponential(5 min)", "20 min", "", ""), a="01-05 09:00, 01-05 09:30")
    work = found.draws.durations("task:chasing of a", "a: chasing", found.model.task("chasing of a").time)
    visits, requests = found.record.visits, found.record.requests
    rows = [row for row in range(len(visits["request"])) if requests["parent"][visits["request"][row]] >= 0]
    assert len(rows) > 10
    for row in rows:
        number = int(visits["request"][row])
        assert requests["ordinal"][number] == requests["parent"][number]
        assert visits["waste_ticks"][row] == work.at(int(requests["parent"][number]), int(requests["chase"][number]))


def test_r15_chases_are_numbered_after_all_that_come_by_themselves(trace: Run) -> None:
    """By (arrived, parent): of 0 at 10:40 and 11:20, of 1 (due at 10:30) at 11:10 and so on, every forty minutes."""
    found = trace(CHASE % PLAIN, a="01-05 09:00, 01-05 09:30")
    assert found.requests(["arrived", "parent", "chase"])[:6] == [
        ["Mon 01-05 09:00", "-", "0"],
        ["Mon 01-05 09:30", "-", "0"],
        ["Mon 01-05 10:40", "0", "1"],
        ["Mon 01-05 11:10", "1", "1"],
        ["Mon 01-05 11:20", "0", "2"],
        ["Mon 01-05 11:50", "1", "2"],
    ]


def test_r3_r15_chases_of_one_instant_stand_in_the_order_of_their_parents(trace: Run) -> None:
    """Both come at 10:40; Front serves the one about request 0 first."""
    found = trace(CHASE % PLAIN, a="01-05 09:00, 01-05 09:00")
    assert found.visits(["request", "started"], "Chasing of a")[:2] == [
        ["2", "Mon 01-05 10:40"],
        ["3", "Mon 01-05 10:50"],
    ]


def test_r15_chases_stand_in_the_way_of_work(trace: Run) -> None:
    """They are for Back itself, which takes them in turn: request 1, there since 9:30, is begun when 0 is done, 2 (of
    11:30) only after the chases that came before it.
    """
    text = (CHASE % ("", "10 min", "40 min", ", share: 100%", "")).replace("to: Front", "to: Back")
    found = trace(text, a="01-05 09:00, 01-05 11:30")
    assert found.visits(["request", "step", "started"])[:4] == [
        ["0", "Look", "Mon 01-05 09:00"],
        ["1", "Look", "Mon 01-05 12:20"],
        ["2", "Chasing of a", "Mon 01-05 12:00"],
        ["3", "Chasing of a", "Mon 01-05 12:10"],
    ]


def test_r15_a_chase_has_the_priority_of_its_class(trace: Run) -> None:
    """Chases about urgent requests are urgent."""
    found = trace(CHASE % (", priority: 0", "10 min", "40 min", "", ""), a="01-05 09:00")
    assert [cls.priority for cls in found.model.classes] == [0, 0]


def test_r15_a_chase_that_waits_when_its_request_ends_is_handled_all_the_same(trace: Run) -> None:
    """Chased at 11:50 while Front is busy: the chase is taken up at 12:20, after the request has ended."""
    text = (CHASE % ("", "90 min", "50 min", "", "")).replace("length: 2 weeks", "length: 1 day")
    found = trace(text, a="01-05 09:00")
    assert found.requests(["arrived", "ended"])[1:] == [
        ["Mon 01-05 10:50", "Mon 01-05 12:20"],
        ["Mon 01-05 11:40", "Mon 01-05 13:50"],
    ]


def test_r15_a_customer_who_withdrew_chases_no_more(trace: Run) -> None:
    """Patience of 100 minutes, never taken up (a batch): chased at 10:40, withdrawn at 10:40 sharp: withdrawals come
    first. With a minute more of patience it is chased once.
    """
    for minutes, chases in ((100, 0), (101, 1)):
        handoff = ", handoff: {batch: 9 requests}"
        found = trace(CHASE % (f", patience: {minutes} min", "10 min", "40 min", "", handoff), a="01-05 09:00")
        assert len(found.requests(["chase"])) == 1 + chases


def test_r14_r15_chases_need_no_place(trace: Run) -> None:
    """One at all and one with Front: request 0 has the place in the whole; the chases are handled all the same."""
    text = "limits: {all: 1, Front: 1}\n" + CHASE % PLAIN
    found = trace(text, a="01-05 09:00, 01-05 09:10")
    assert found.visits(["delivered", "admitted", "started"], "Chasing of a")[0] == ["Mon 01-05 10:40"] * 3
    assert found.visits(["admitted"], "Look")[1] == ["Mon 01-05 12:00"]


def test_r5_r15_a_backlog_is_chased_from_the_start_on(trace: Run) -> None:
    """Two days old, promised in an hour: late since long. It chases every 40 minutes from the start, which is at 8
    here, until it is done at 11:00.
    """
    text = "start: 2026-01-05 08:00\n" + CHASE % (
        ", backlog: {at: Look, requests: 1, age: 2 days}",
        "10 min",
        "40 min",
        "",
        "",
    )
    found = trace(text, a="01-15 09:00")
    assert [row[0] for row in found.requests(["arrived", "parent"]) if row[1] == "0"] == [
        "Mon 01-05 08:40",
        "Mon 01-05 09:20",
        "Mon 01-05 10:00",
        "Mon 01-05 10:40",
    ]


def test_r5_r15_a_backlog_that_is_not_late_yet(trace: Run) -> None:
    """`after` counts from when it came: two hours old, after four: from 10:00 on, the start being at 8."""
    text = "start: 2026-01-05 08:00\n" + CHASE % (
        ", backlog: {at: Look, requests: 1, age: 2 h}",
        "10 min",
        "40 min",
        ", after: 4 h",
        "",
    )
    found = trace(text, a="01-15 09:00")
    assert [row[0] for row in found.requests(["arrived", "parent"]) if row[1] == "0"] == ["Mon 01-05 10:40"]


def test_r4_r15_who_chases_changes_no_other_draw(trace: Run) -> None:
    """With chases for another team than those that work: what is not a chase is the same in every instant."""
    text = (CHASE % ("", "10 min", "40 min", "", ", returns: 30% to Look")).replace(
        "look: {time: 3 h", "look: {time: exponential(3 h)"
    )
    bare = text.replace(", chasing: {to: Front, takes: 10 min, every: 40 min}", "")
    come = ", ".join(f"01-05 {hour:02d}:00" for hour in range(9, 24))
    one, other = trace(text, a=come), trace(bare, a=come)
    columns = ["request", "step", "pass", "started", "released", "adding_ticks"]
    assert [row for row in one.visits(columns) if row[1] != "Chasing of a"] == other.visits(columns)
    assert len(one.requests(["chase"])) > len(other.requests(["chase"])) > 0


def test_r15_r16_chases_are_never_measured(trace: Run) -> None:
    """Nor does a run wait for them: it ends when the last measured request has, a chase being open still. They are in
    the integral of the number in process.
    """
    text = (CHASE % ("", "90 min", "50 min", "", "")).replace("length: 2 weeks", "length: 10 h")
    found = trace(text, a="01-05 09:00")
    assert found.record.ended_at == moment("01-05 12:00") + 1
    assert found.requests(["arrived", "ended", "measured"])[1:] == [
        ["Mon 01-05 10:50", "-", "0"],
        ["Mon 01-05 11:40", "-", "0"],
    ]
    assert found.record.wip_area == 3 * HOUR + (70 + 20) * HOUR // 60 + 2


def test_r15_chases_without_end_are_an_error(trace: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call every second, a minute each, at the desk that does the work: the calls bury it. Told, not run for ever."""
    monkeypatch.setattr("flowsim.engine.reference.MAX_CHASES", 2_000)
    text = (CHASE % ("", "1 min", "1 s", "", "")).replace("look: {time: 3 h", "look: {time: 8 h")
    with pytest.raises(EngineError) as caught:
        trace(text.replace("Back}", "Front}").replace("team: Back", "team: Front"), a="01-05 09:00, 01-05 09:30")
    assert caught.value.code == "FS712"
    assert "a: chasing" in str(caught.value)
