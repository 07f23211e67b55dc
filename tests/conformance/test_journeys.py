"""Classes that travel in an order of their own, by hand (R13): several processes in one file.

Desks that never close.
"""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

OWN = """
calendars: {}
requests:
  a: {arrivals: {file: a.csv, column: arrived}%s}
  b: {arrivals: {file: b.csv, column: arrived}%s}
tasks: {ten: {time: 10 min, value: adding}, some: {time: 10 min, value: adding, only: a}}
teams: {Desk: {people: %s, calendar: always%s}}
steps:
  One: {team: Desk, does: ten}
  Two: {team: Desk, does: ten%s}
  Three: {team: Desk, does: ten%s}
"""


def way(found: Trace, request: int) -> list[str]:
    """The steps of a request, one after another."""
    return [row[1] for row in found.visits(["request", "step"]) if row[0] == str(request)]


def test_r13_a_journey_is_an_order_of_its_own(trace: Run) -> None:
    """Class b goes Three, One, and never to Two; a goes as the file does."""
    found = trace(OWN % ("", ", journey: [Three, One]", 9, "", "", ""), a="01-05 09:00", b="01-05 09:00")
    assert way(found, 0) == ["One", "Two", "Three"]
    assert found.visits(["request", "step", "via", "from_step", "started"])[3:] == [
        ["1", "Three", "arrival", "customer", "Mon 01-05 09:00"],
        ["1", "One", "next", "Three", "Mon 01-05 09:10"],
    ]
    assert found.ends() == ["Mon 01-05 09:30 done", "Mon 01-05 09:20 done"]


def test_r13_two_processes_share_people(trace: Run) -> None:
    """Nothing is common to them but the desk, which serves both in one list."""
    found = trace(
        OWN % (", journey: One", ", journey: Three", 1, "", "", ""), a="01-05 09:00", b="01-05 09:00, 01-05 09:05"
    )
    assert found.visits(["class", "step", "started"]) == [
        ["a", "One", "Mon 01-05 09:00"],
        ["b", "Three", "Mon 01-05 09:10"],
        ["b", "Three", "Mon 01-05 09:20"],
    ]


def test_r13_steps_of_a_journey_that_are_not_needed_are_passed(trace: Run) -> None:
    """Two is for a alone: b goes on from Three to One."""
    found = trace(OWN % ("", ", journey: [Three, Two, One]", 9, "", ", only: a", ""), a="01-05 09:00", b="01-05 09:00")
    assert way(found, 1) == ["Three", "One"]


def test_r13_a_route_by_name_goes_on_along_the_journey(trace: Run) -> None:
    """b's journey is Three, Two, One; Three says next: One: after it the journey ends, for One is its last."""
    found = trace(
        OWN % ("", ", journey: [Three, Two, One]", 9, "", "", ", next: {b: One, a: end}"),
        a="01-05 09:00",
        b="01-05 09:00",
    )
    assert way(found, 1) == ["Three", "One"]
    assert way(found, 0) == ["One", "Two", "Three"]


def test_r12_r13_a_return_goes_on_along_the_journey(trace: Run) -> None:
    """b: Three, One, Two; Two sends back to Three once: all three again, in the return until Two is left."""
    back = ", returns: {chance: 100%, to: Three, at most: 1}, only: b"
    found = trace(OWN % ("", ", journey: [Three, One, Two]", 9, "", back, ""), a="01-15 09:00", b="01-05 09:00")
    assert [row[1:] for row in found.visits(["request", "step", "pass", "in_return"]) if row[0] == "0"] == [
        ["Three", "1", "0"],
        ["One", "1", "0"],
        ["Two", "1", "0"],
        ["Three", "2", "1"],
        ["One", "2", "1"],
        ["Two", "2", "1"],
    ]


def test_r8_r13_furthest_first_goes_by_the_journey_of_each(trace: Run) -> None:
    """One person. At 9:09 request 1 (a) waits since 9:00 for One, the first step on its way, and 0 (b: Three, then One)
    since this very instant, for its second: 0 is begun.
    """
    found = trace(
        OWN % ("", ", journey: [Three, One]", 1, ", queue: furthest", "", ""), a="01-05 09:00", b="01-05 08:59"
    )
    assert found.visits(["request", "class", "step", "started"]) == [
        ["0", "b", "Three", "Mon 01-05 08:59"],
        ["0", "b", "One", "Mon 01-05 09:09"],
        ["1", "a", "One", "Mon 01-05 09:19"],
        ["1", "a", "Two", "Mon 01-05 09:29"],
        ["1", "a", "Three", "Mon 01-05 09:39"],
    ]


def test_r8_furthest_first_walks_the_board_from_the_customers_side(trace: Run) -> None:
    """Three of one class, one person: each is brought to its end before the next is begun."""
    found = trace(
        OWN % ("", "", 1, ", queue: furthest", "", ""), a="01-05 09:00, 01-05 09:00, 01-05 09:05", b="01-15 09:00"
    )
    assert found.ends()[:3] == ["Mon 01-05 09:30 done", "Mon 01-05 10:00 done", "Mon 01-05 10:30 done"]
    found = trace(OWN % ("", "", 1, "", "", ""), a="01-05 09:00, 01-05 09:00, 01-05 09:05", b="01-15 09:00")
    assert found.ends()[:3] == ["Mon 01-05 10:10 done", "Mon 01-05 10:20 done", "Mon 01-05 10:30 done"]


def test_r8_r12_furthest_first_ranks_an_answer_by_the_step_that_asks(trace: Run) -> None:
    """0, at Three, asks the desk; while that waits, 1 waits for Two. The answer is of Three, further than Two."""
    text = OWN % (
        "",
        "",
        1,
        ", queue: furthest",
        "",
        ", handoff: {question: {chance: 100%, to: sender, answer: 5 min}}",
    )
    text = text.replace("Three: {team: Desk", "Three: {team: Back").replace(
        "teams: {", "teams: {Back: {people: 1, calendar: always}, "
    )
    found = trace(text, a="01-05 09:00, 01-05 09:00", b="01-15 09:00")
    desk = [row for row in found.visits(["started", "request", "step", "kind", "team"]) if row[4] == "Desk"]
    assert [row[:4] for row in sorted(desk)][:5] == [
        ["Mon 01-05 09:00", "0", "One", "work"],
        ["Mon 01-05 09:10", "0", "Two", "work"],
        ["Mon 01-05 09:20", "1", "One", "work"],
        ["Mon 01-05 09:30", "0", "Two", "answer"],
        ["Mon 01-05 09:35", "1", "Two", "work"],
    ]


def test_r13_branches_come_with_the_step_that_splits(trace: Run) -> None:
    """b's journey begins with Look, which splits; branches are not named in a journey. The join is Decide for both."""
    text = """
calendars: {}
requests:
  a: {arrivals: {file: a.csv, column: arrived}}
  b: {arrivals: {file: b.csv, column: arrived}, journey: [Look, Decide, Register]}
tasks: {ten: {time: 10 min, value: adding}}
teams: {Desk: {people: 9, calendar: always}}
steps:
  Register: {team: Desk, does: ten}
  Look: {team: Desk, does: ten, next: {parallel: [Legal, Safety], join: Decide}}
  Legal: {team: Desk, does: ten}
  Safety: {team: Desk, does: ten}
  Decide: {team: Desk, does: ten}
"""
    found = trace(text, a="01-05 09:00", b="01-05 09:00")
    assert way(found, 0) == ["Register", "Look", "Legal", "Safety", "Decide"]
    assert way(found, 1) == ["Look", "Legal", "Safety", "Decide", "Register"]


def test_r13_a_class_whose_journey_has_nothing_for_it_ends_as_it_comes(trace: Run) -> None:
    """The only step of b's journey is for a."""
    found = trace(OWN % ("", ", journey: [Two]", 9, "", ", only: a", ""), a="01-05 09:00", b="01-05 09:00")
    assert found.ends()[1] == "Mon 01-05 09:00 done"
    assert way(found, 1) == []


def test_r4_r13_a_journey_changes_no_draw(trace: Run) -> None:
    """The work of b's requests is the same in whatever order it is done."""
    text = OWN.replace("ten: {time: 10 min", "ten: {time: exponential(10 min)").replace(
        "One: {team: Desk, does: ten", "One: {team: Desk, does: some"
    )
    text = text.replace(
        "some: {time: 10 min, value: adding, only: a", "some: {time: exponential(20 min), value: adding"
    )
    work = []
    for journey in ("", ", journey: [Two, One]"):
        found = trace(text % ("", journey, 99, "", "", ", only: a"), a="01-15 09:00", b=", ".join(["01-05 09:00"] * 20))
        rows = zip(found.visits(["request", "step"]), found.record.visits["adding_ticks"].tolist(), strict=True)
        work.append({(*key, ticks) for key, ticks in rows})
    assert work[0] == work[1]
    assert len(work[0]) > 40
