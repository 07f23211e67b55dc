"""Returns, by hand (R12), and the time that belongs to them (semantics section 4). A desk that never closes."""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

from flowsim.draws import Uniforms

Run = Callable[..., Trace]

CHAIN = """
calendars: {}
tasks: {work: {time: 10 min, value: adding}}
teams: {T: {people: 9, calendar: always}}
steps:
  A: {team: T, does: work}
  B: {team: T, does: work%s}
  C: {team: T, does: work}
run: {length: 2 weeks}
"""


def drawn(found: Trace, purpose: str) -> Uniforms:
    """The uniforms of class a for a purpose (R4)."""
    return found.draws.uniforms(purpose, "a")


def passes_at_b(found: Trace, requests: int) -> list[int]:
    """How often each request was at B."""
    visits = found.record.visits
    return [int(((visits["request"] == i) & (visits["step"] == 1)).sum()) for i in range(requests)]


def test_r12_a_certain_return_happens_at_most_so_often(trace: Run) -> None:
    """100 %, at most 2: A B, A B, A B, then C. Passes and kinds are counted by step; C is a first pass."""
    trace(CHAIN % ", returns: {chance: 100%, to: A, at most: 2}", a="01-05 09:00").holds("""
        visit  step  pass  kind    via      sent             released
        1      A     1     work    arrival  Mon 01-05 09:00  Mon 01-05 09:10
        2      B     1     work    next     Mon 01-05 09:10  Mon 01-05 09:20
        3      A     2     rework  return   Mon 01-05 09:20  Mon 01-05 09:30
        4      B     2     rework  next     Mon 01-05 09:30  Mon 01-05 09:40
        5      A     3     rework  return   Mon 01-05 09:40  Mon 01-05 09:50
        6      B     3     rework  next     Mon 01-05 09:50  Mon 01-05 10:00
        7      C     1     work    next     Mon 01-05 10:00  Mon 01-05 10:10
    """)


def test_r12_a_falling_chance_goes_by_the_pass(trace: Run) -> None:
    """[100 %, 0 %]: back after the first pass, on after the second; [100 %, 100 %, 0 %]: back twice."""
    once = trace(CHAIN % ", returns: {chance: [100%, 0%], to: A}", a="01-05 09:00")
    assert [row[0] for row in once.visits(["step"])] == ["A", "B", "A", "B", "C"]
    twice = trace(CHAIN % ", returns: {chance: [100%, 100%, 0%], to: A}", a="01-05 09:00")
    assert [row[0] for row in twice.visits(["step"])] == ["A", "B", "A", "B", "A", "B", "C"]


def test_r12_the_last_chance_of_the_list_repeats(trace: Run) -> None:
    """[100 %, 50 %]: everyone goes back after the first pass; after each later one whose draw is below one half."""
    found = trace(CHAIN % ", returns: {chance: [100%, 50%], to: A}", a=", ".join(["01-05 09:00"] * 30))
    draws = drawn(found, "returns at B")
    expected = []
    for i in range(30):
        passes = 2
        while draws.at(i, passes) < 0.5:
            passes += 1
        expected.append(passes)
    assert max(expected) >= 4
    assert passes_at_b(found, 30) == expected


def test_r12_a_constant_chance_is_one_keyed_draw_a_pass(trace: Run) -> None:
    """40 % each pass: request i goes back as long as its draws for passes 1, 2, … are below 0.4 (R4)."""
    found = trace(CHAIN % ", returns: 40% to A", a=", ".join(["01-05 09:00"] * 40))
    draws = drawn(found, "returns at B")
    expected = []
    for i in range(40):
        passes = 1
        while draws.at(i, passes) < 0.4:
            passes += 1
        expected.append(passes)
    assert max(expected) >= 3  # else this shows little
    assert passes_at_b(found, 40) == expected


def test_r12_at_most_cuts_a_constant_chance(trace: Run) -> None:
    """90 %, at most 3: nobody is at B more than four times, and those who are have drawn so."""
    found = trace(CHAIN % ", returns: {chance: 90%, to: A, at most: 3}", a=", ".join(["01-05 09:00"] * 40))
    draws = drawn(found, "returns at B")
    expected = []
    for i in range(40):
        passes = 1
        while passes <= 3 and draws.at(i, passes) < 0.9:
            passes += 1
        expected.append(passes)
    assert expected.count(4) > 10
    assert passes_at_b(found, 40) == expected


def test_r12_several_targets_share_one_draw(trace: Run) -> None:
    """At C: u < 0.3 back to A, 0.3 ≤ u < 0.5 back to B, else the end; one uniform a pass."""
    text = (CHAIN % "").replace("C: {team: T, does: work}", "C: {team: T, does: work, returns: [30% to A, 20% to B]}")
    found = trace(text, a=", ".join(["01-05 09:00"] * 40))
    draws = drawn(found, "returns at C")
    for i in range(40):
        route = ["A", "B", "C"]
        passes = 1
        while (u := draws.at(i, passes)) < 0.5:
            route += ["A", "B", "C"] if u < 0.3 else ["B", "C"]
            passes += 1
        assert [row[1] for row in found.visits(["request", "step"]) if row[0] == str(i)] == route


def test_r12_time_belongs_to_a_return_until_the_furthest_step_is_left_again(trace: Run) -> None:
    """Back from C to A: A, B and C again are in the return; D is not. Back from C to B and from B to A within it: the
    furthest step stays C.
    """
    chain = (CHAIN % "").replace("run:", "  D: {team: T, does: work}\nrun:")
    once = chain.replace("C: {team: T, does: work}", "C: {team: T, does: work, returns: {chance: [100%, 0%], to: A}}")
    trace(once, a="01-05 09:00").holds("""
        step  pass  in_return
        A     1     0
        B     1     0
        C     1     0
        A     2     1
        B     2     1
        C     2     1
        D     1     0
    """)
    nested = once.replace("to: A", "to: B").replace(
        "B: {team: T, does: work}", "B: {team: T, does: work, returns: {chance: [0%, 100%, 0%], to: A}}"
    )
    trace(nested, a="01-05 09:00").holds("""
        step  pass  in_return
        A     1     0
        B     1     0
        C     1     0
        B     2     1
        A     2     1
        B     3     1
        C     2     1
        D     1     0
    """)


def test_r12_a_return_ends_with_the_furthest_step_wherever_the_route_goes_then(trace: Run) -> None:
    """A, C, back to A, C again, and then on to B, which stands before C in the file: that is no longer the return."""
    text = (CHAIN % ", next: end").replace("A: {team: T, does: work}", "A: {team: T, does: work, next: C}")
    text = text.replace(
        "C: {team: T, does: work}", "C: {team: T, does: work, next: B, returns: {chance: [100%, 0%], to: A}}"
    )
    trace(text, a="01-05 09:00").holds("""
        step  pass  via      in_return
        A     1     arrival  0
        C     1     next     0
        A     2     return   1
        C     2     next     1
        B     1     next     0
    """)


def test_r12_a_question_asked_during_a_return_belongs_to_it(trace: Run) -> None:
    """B asks the customer at every visit that crosses teams: the question, the answer and the work after it in the
    second round are in the return, in the first they are not.
    """
    text = """
calendars: {}
tasks: {work: {time: 10 min, value: adding}}
teams: {T: {people: 1, calendar: always}, U: {people: 1, calendar: always}}
steps:
  A: {team: T, does: work}
  B: {team: U, does: work, handoff: {question: {chance: 100%, to: customer, answer: 1 h}},
      returns: {chance: [100%, 0%], to: A}}
  C: {team: T, does: work}
"""
    trace(text, a="01-05 09:00").holds("""
        step      kind      pass  in_return
        A         work      1     0
        B         question  1     0
        customer  answer    1     0
        B         work      1     0
        A         rework    2     1
        B         question  2     1
        customer  answer    2     1
        B         rework    2     1
        C         work      1     0
    """)


def test_r12_a_return_goes_past_steps_the_request_does_not_need(trace: Run) -> None:
    """Back from C aimed at A, which is not for class b: it lands on B, the next step it needs (R13)."""
    text = (CHAIN % "").replace("A: {team: T, does: work}", "A: {team: T, does: work, only: a}")
    text = text.replace("C: {team: T, does: work}", "C: {team: T, does: work, returns: {chance: [100%, 0%], to: A}}")
    found = trace(text, a="01-05 09:00", b="01-05 09:00")
    steps = [(row[0], row[1]) for row in found.visits(["class", "step"])]
    assert [step for klass, step in steps if klass == "a"] == ["A", "B", "C", "A", "B", "C"]
    assert [step for klass, step in steps if klass == "b"] == ["B", "C", "B", "C"]
