"""Where a request goes, by hand (R13). A team that never closes."""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

FORK = """
calendars: {}
tasks: {work: {time: 10 min, value: adding}}
teams: {T: {people: 99, calendar: always}}
steps:
  A: {team: T, does: work%s}
  B: {team: T, does: work%s}
  C: {team: T, does: work%s}
"""

MANY = ", ".join(["01-05 09:00"] * 60)


def way(found: Trace, request: int) -> str:
    """The steps of a request in order: "ABC"."""
    return "".join(step for number, step in found.visits(["request", "step"]) if number == str(request))


def test_r13_file_order_when_nothing_is_said(trace: Run) -> None:
    """A, B, C, done."""
    found = trace(FORK % ("", "", ""), a="01-05 09:00")
    assert way(found, 0) == "ABC"
    assert found.ends() == ["Mon 01-05 09:30 done"]


def test_r13_next_names_a_step_or_the_end(trace: Run) -> None:
    """A to C; C to B; B ends it as refused."""
    found = trace(FORK % (", next: C", ", next: end as refused", ", next: B"), a="01-05 09:00")
    assert way(found, 0) == "ACB"
    assert found.ends() == ["Mon 01-05 09:30 refused"]


def test_r13_shares_are_one_keyed_draw_a_pass(trace: Run) -> None:
    """u < 0.3 to B, u < 0.5 to C, else the end as refused: all three happen, to those whose draw says so (R4)."""
    found = trace(FORK % (", next: {B: 30%, C: 20%, end as refused: 50%}", "", ""), a=MANY)
    draws = found.draws.uniforms("route at A", "a")
    ways = {i: "ABC" if (u := draws.at(i, 1)) < 0.3 else "AC" if u < 0.5 else "A" for i in range(60)}
    assert {i: way(found, i) for i in range(60)} == ways
    assert set(ways.values()) == {"ABC", "AC", "A"}
    refused = [text.endswith("refused") for text in found.ends()]
    assert refused == [ways[i] == "A" for i in range(60)]


def test_r13_a_second_pass_draws_its_route_anew(trace: Run) -> None:
    """Back to A once: the route after the second pass goes by the draw of visit 2."""
    found = trace(FORK % (", next: {B: 50%, C: 50%}", "", ", returns: {chance: [100%, 0%], to: A}"), a=MANY)
    draws = found.draws.uniforms("route at A", "a")
    for i in range(60):
        legs = ["ABC" if draws.at(i, n) < 0.5 else "AC" for n in (1, 2)]
        assert way(found, i) == "".join(legs)


def test_r13_routes_by_class(trace: Run) -> None:
    """a to C; b half to B, half to the end; class d, one of the others, goes on in file order."""
    found = trace(FORK % (", next: {a: C, b: {B: 50%, end: 50%}}", "", ""), a="01-05 09:00", b=MANY, d="01-05 09:00")
    classes = {row[0]: row[1] for row in found.visits(["request", "class"])}
    draws = found.draws.uniforms("route at A", "b")
    for number, klass in classes.items():
        expected = {"a": "AC", "d": "ABC"}.get(klass)
        if expected is None:
            ordinal = int(found.record.requests["ordinal"][int(number)])
            expected = "ABC" if draws.at(ordinal, 1) < 0.5 else "A"
        assert way(found, int(number)) == expected


def test_r13_others_in_a_route_by_class(trace: Run) -> None:
    """`others: C`: whoever is not named."""
    found = trace(FORK % (", next: {a: B, others: C}", "", ""), a="01-05 09:00", b="01-05 09:00", d="01-05 09:00")
    assert [way(found, i) for i in range(3)] == ["ABC", "AC", "AC"]


def test_r13_a_step_for_some_classes(trace: Run) -> None:
    """B is only for a; b goes past it, from A to C without a tick lost."""
    found = trace(FORK % ("", ", only: a", ""), a="01-05 09:00", b="01-05 09:00")
    assert [way(found, i) for i in range(2)] == ["ABC", "AC"]
    assert found.ends() == ["Mon 01-05 09:30 done", "Mon 01-05 09:20 done"]


def test_r13_the_share_of_a_step_is_one_draw_a_request(trace: Run) -> None:
    """60 % need B: who does is settled once, so a second pass goes the same way (R4)."""
    found = trace(FORK % ("", ", share: 60%", ", returns: {chance: [100%, 0%], to: A}"), a=MANY)
    draws = found.draws.uniforms("share of B", "a")
    needing = [draws.at(i, 1) < 0.6 for i in range(60)]
    assert [way(found, i) for i in range(60)] == ["ABCABC" if needs else "ACAC" for needs in needing]
    assert 0 < sum(needing) < 60


def test_r13_a_task_that_some_need(trace: Run) -> None:
    """B does two tasks, of 10 and 5 minutes: everyone needs the first, 40 % the second; who needs neither skips C."""
    text = """
calendars: {}
tasks:
  work: {time: 10 min, value: adding}
  extra: {time: 5 min, value: waste, share: 40%}
teams: {T: {people: 99, calendar: always}}
steps:
  B: {team: T, does: [work, extra]}
  C: {team: T, does: extra}
"""
    found = trace(text, a=MANY)
    draws = found.draws.uniforms("need of extra", "a")
    for i in range(60):
        needs = draws.at(i, 1) < 0.4
        assert way(found, i) == ("BC" if needs else "B")
        assert found.ends()[i] == ("Mon 01-05 09:20 done" if needs else "Mon 01-05 09:10 done")
    rows = found.visits(["adding_ticks", "waste_ticks"], "B")
    assert sorted({tuple(row) for row in rows}) == [("10 min", "0 min"), ("10 min", "5 min")]


def test_r13_a_step_is_visited_by_who_needs_any_of_its_tasks(trace: Run) -> None:
    """Two tasks that 50 % and 40 % need: who needs the one, the other or both comes, and does just those."""
    text = """
calendars: {}
tasks:
  one: {time: 10 min, value: adding, share: 50%}
  other: {time: 5 min, value: waste, share: 40%}
teams: {T: {people: 99, calendar: always}}
steps: {B: {team: T, does: [one, other]}}
"""
    found = trace(text, a=MANY)
    one, other = found.draws.uniforms("need of one", "a"), found.draws.uniforms("need of other", "a")
    needs = {i: (one.at(i, 1) < 0.5, other.at(i, 1) < 0.4) for i in range(60)}
    assert len(set(needs.values())) == 4
    rows = {int(r[0]): (r[1], r[2]) for r in found.visits(["request", "adding_ticks", "waste_ticks"])}
    assert rows == {
        i: ("10 min" if first else "0 min", "5 min" if second else "0 min")
        for i, (first, second) in needs.items()
        if first or second
    }


def test_r13_the_share_of_a_step_and_of_its_task_must_both_hold(trace: Run) -> None:
    """Step 70 %, task 50 %: two draws."""
    text = """
calendars: {}
tasks: {work: {time: 10 min, value: adding}, extra: {time: 5 min, value: waste, share: 50%}}
teams: {T: {people: 99, calendar: always}}
steps:
  A: {team: T, does: work}
  B: {team: T, does: extra, share: 70%}
"""
    found = trace(text, a=MANY)
    task, step = found.draws.uniforms("need of extra", "a"), found.draws.uniforms("share of B", "a")
    expected = ["AB" if task.at(i, 1) < 0.5 and step.at(i, 1) < 0.7 else "A" for i in range(60)]
    assert [way(found, i) for i in range(60)] == expected
    assert {"AB", "A"} == set(expected)


def test_r13_a_task_for_some_classes(trace: Run) -> None:
    """Only a does `extra`; at C, where nothing else is done, b has no work and skips it."""
    text = """
calendars: {}
tasks: {work: {time: 10 min, value: adding}, extra: {time: 5 min, value: waste, only: a}}
teams: {T: {people: 99, calendar: always}}
steps:
  B: {team: T, does: [work, extra]}
  C: {team: T, does: extra}
"""
    found = trace(text, a="01-05 09:00", b="01-05 09:00")
    assert [way(found, i) for i in range(2)] == ["BC", "B"]
    assert found.ends() == ["Mon 01-05 09:20 done", "Mon 01-05 09:10 done"]


def test_r13_a_request_that_needs_nothing_ends_as_it_arrives(trace: Run) -> None:
    """Its lead time is 0 and it has no visit; the other class has one."""
    found = trace(FORK % (", only: a", ", only: a", ", only: a"), a="01-05 09:00", b="01-05 09:07")
    assert [way(found, i) for i in range(2)] == ["ABC", ""]
    assert found.ends() == ["Mon 01-05 09:30 done", "Mon 01-05 09:07 done"]
