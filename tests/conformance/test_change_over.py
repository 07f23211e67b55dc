"""Switching to another kind of work, by hand (R11): by class, by task, or by either. Desks that never close."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from traces import Trace

Run = Callable[..., Trace]

DESK = """
calendars: {}
requests:
  a: {arrivals: {file: a.csv, column: arrived}}
  b: {arrivals: {file: b.csv, column: arrived}}
tasks: {look: {time: 10 min, value: adding}, read: {time: 10 min, value: adding}, send: {time: 10 min, value: adding}}
teams: {Desk: {people: %s, calendar: always}}
steps:
  Look: {team: Desk, does: %s, only: a, next: end%s}
  Read: {team: Desk, does: %s, change-over: %s%s}
"""


def set_ups(found: Trace) -> list[list[str]]:
    """Class, step, start and set-up of each visit, as they began."""
    rows = [[r[3], r[0], r[1], r[2]] for r in found.visits(["class", "step", "set_up_ticks", "started"])]
    return [[klass, step, ticks] for _, klass, step, ticks in sorted(rows)]


@pytest.mark.parametrize("by", ["5 min", "{time: 5 min}", "{time: 5 min, by: class}"])
def test_r11_by_class_is_the_default(trace: Run, by: str) -> None:
    """a, b, b at one step: no change for the first of all, none between the two b."""
    text = (DESK % (1, "look", "", "read", by, "")).replace(", only: a, next: end", ", share: 0%")
    found = trace(text, a="01-05 09:00", b="01-05 09:01, 01-05 09:02")
    assert set_ups(found) == [["a", "Read", "0 min"], ["b", "Read", "5 min"], ["b", "Read", "0 min"]]
    assert found.visits(["set_up", "released"])[1] == ["Mon 01-05 09:15", "Mon 01-05 09:25"]


def test_r11_by_task_looks_at_what_was_done(trace: Run) -> None:
    """Look does another task than Read: the first b at Read is a change, the second none, whatever the class."""
    found = trace(
        DESK % (1, "look", "", "read", "{time: 5 min, by: task}", ", only: b"),
        a="01-05 09:00",
        b="01-05 09:01, 01-05 09:02",
    )
    assert set_ups(found) == [["a", "Look", "0 min"], ["b", "Read", "5 min"], ["b", "Read", "0 min"]]


def test_r11_by_task_is_the_same_task_elsewhere(trace: Run) -> None:
    """Look and Read do the same task: no change, though step and class are others. By class it would be one."""
    text = DESK % (1, "read", "", "read", "%s", ", only: b")
    found = trace(text % "{time: 5 min, by: task}", a="01-05 09:00", b="01-05 09:01")
    assert set_ups(found) == [["a", "Look", "0 min"], ["b", "Read", "0 min"]]
    found = trace(text % "{time: 5 min, by: class}", a="01-05 09:00", b="01-05 09:01")
    assert set_ups(found) == [["a", "Look", "0 min"], ["b", "Read", "5 min"]]


def test_r11_by_either_once(trace: Run) -> None:
    """Class and task both differ: one change-over, not two."""
    found = trace(
        DESK % (1, "look", "", "read", "{time: 5 min, by: [class, task]}", ", only: b"),
        a="01-05 09:00",
        b="01-05 09:01",
    )
    assert set_ups(found)[1] == ["b", "Read", "5 min"]


def test_r11_the_first_task_of_a_step_stands_for_it(trace: Run) -> None:
    """Look does read and look, Read does read and send: both begin with read. The other way round it is a change."""
    by = "{time: 5 min, by: task}"
    found = trace(DESK % (1, "[read, look]", "", "[read, send]", by, ", only: b"), a="01-05 09:00", b="01-05 09:01")
    assert set_ups(found)[1] == ["b", "Read", "0 min"]
    found = trace(DESK % (1, "[look, read]", "", "[read, send]", by, ", only: b"), a="01-05 09:00", b="01-05 09:01")
    assert set_ups(found)[1] == ["b", "Read", "5 min"]


def test_r11_each_person_has_a_last_request_of_his_own(trace: Run) -> None:
    """Person 0 looked at a, person 1 has done nothing yet: b at 9:01 is no change for 1; at 9:20 it is one for 0."""
    found = trace(
        DESK % (2, "look", "", "read", "{time: 5 min, by: task}", ", only: b"),
        a="01-05 09:00",
        b="01-05 09:01, 01-05 09:20",
    )
    assert found.visits(["step", "person", "set_up_ticks"]) == [
        ["Look", "0", "0 min"],
        ["Read", "1", "0 min"],
        ["Read", "0", "5 min"],
    ]


def test_r11_a_change_back_is_a_change(trace: Run) -> None:
    """a, b, a, b: at the step with the change-over each b comes after a look at a."""
    found = trace(
        DESK % (1, "look", "", "read", "{time: 5 min, by: task}", ", only: b"),
        a="01-05 09:00, 01-05 09:02",
        b="01-05 09:01, 01-05 09:03",
    )
    assert [row[2] for row in set_ups(found)] == ["0 min", "5 min", "0 min", "5 min"]


def test_r11_it_comes_on_top_of_the_set_up(trace: Run) -> None:
    """Seven minutes of set-up each time, five more for the change; a batch has both once."""
    extra = ", only: b, set-up: 7 min, batch: 2 requests"
    found = trace(
        DESK % (1, "look", "", "read", "{time: 5 min, by: task}", extra), a="01-05 09:00", b="01-05 09:00, 01-05 09:00"
    )
    assert found.visits(["set_up_ticks", "started", "turn", "released"], "Read") == [
        ["12 min", "Mon 01-05 09:10", "Mon 01-05 09:22", "Mon 01-05 09:42"],
        ["12 min", "Mon 01-05 09:10", "Mon 01-05 09:32", "Mon 01-05 09:42"],
    ]


def test_r4_r11_a_change_over_is_a_draw_of_the_request_that_brings_it(trace: Run) -> None:
    """Exponential: the number of its own ordinal, whoever came before."""
    text = DESK % (1, "look", "", "read", "{time: exponential(5 min), by: task}", ", only: b")
    times = [f"01-05 {hour:02d}:00" for hour in range(9, 19)]
    found = trace(text, a=", ".join(times), b=", ".join(time.replace(":00", ":05") for time in times))
    change_over = found.model.step("Read").change_over
    assert change_over is not None
    drawn = found.draws.durations("change-over at Read", "b", change_over)
    at_read = found.record.visits["step"] == 1
    assert found.record.visits["set_up_ticks"][at_read].tolist() == [drawn.at(i, 1) for i in range(10)]


def test_r11_r12_an_answer_is_no_last_request(trace: Run) -> None:
    """The desk reads b, then answers a question about a, then reads b again: no change."""
    text = """
calendars: {}
requests: {a: {arrivals: {file: a.csv, column: arrived}}, b: {arrivals: {file: b.csv, column: arrived}}}
tasks: {look: {time: 10 min, value: adding}, read: {time: 10 min, value: adding}}
teams: {Desk: {people: 1, calendar: always}, Back: {people: 1, calendar: always}}
steps:
  Look: {team: Desk, does: look, only: a}
  Read: {team: Desk, does: read, only: b, next: end, change-over: {time: 5 min, by: [class, task]}}
  Send:
    team: Back
    does: look
    only: a
    handoff: {transit: 30 min, question: {chance: 100%, to: sender, answer: 10 min}}
"""
    found = trace(text, a="01-05 09:00", b="01-05 09:15, 01-05 09:45")
    rows = [row for row in found.visits(["started", "class", "kind", "team", "set_up_ticks"]) if row[3] == "Desk"]
    assert [row[1:3] + row[4:] for row in sorted(rows)] == [
        ["a", "work", "0 min"],
        ["b", "work", "5 min"],
        ["a", "answer", "0 min"],
        ["b", "work", "0 min"],
    ]
