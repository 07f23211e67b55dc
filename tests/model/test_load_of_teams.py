"""Loads where work is not one team's, one person's or one customer's alone (R5, R7, R8, R10, R13, R15): by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from small_models import OFFICE, constant, klass, model, returns, route, split, step, task, waiting

from flowsim.model import (
    Arrivals,
    Backlog,
    BatchRule,
    Calendar,
    Chasing,
    Handoff,
    Person,
    Question,
    RequestClass,
    Span,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE, WEEK
from flowsim.model.load import loads
from flowsim.model.process import END

PER_WEEK = 168.0  # requests a week at the usual gap of an hour, day and night


# -- any of several teams (R8) -----------------------------------------------------------------------------------------


def test_what_any_of_several_teams_may_take_evens_out_their_loads() -> None:
    """R8: T has 30 of 60 minutes of its own, either may do 24 more: U gets 24 of 60 = 40 %, less than T's 50 %."""
    steps = [step("A"), step("B", team="U", others=("T",))]
    load = loads(model(steps, tasks=[task("A", 30), task("B", 24)]))
    assert [t.utilisation for t in load.teams] == pytest.approx([0.5, 0.4])
    assert load.steps[1].takers == (("T", pytest.approx(0.0)), ("U", pytest.approx(1.0)))
    assert [t.pool for t in load.teams] == [(), ()]
    load = loads(model(steps, tasks=[task("A", 30), task("B", 54)]))
    assert [t.utilisation for t in load.teams] == pytest.approx([0.7, 0.7])
    assert load.teams[0].pool == load.teams[1].pool == ("T", "U")
    assert dict(load.steps[1].takers) == {"T": pytest.approx(12 / 54), "U": pytest.approx(42 / 54)}
    assert load.teams[0].comes == pytest.approx(PER_WEEK * (1 + 12 / 54))


def test_reading_in_and_handoffs_are_due_when_another_team_took_it() -> None:
    """R8: with T's share x of B: 15 + 20 + 9 (1 - x) minutes are read in and done at B, T had it before."""
    steps = [step("A"), step("B", others=("U",), handoff=Handoff(reread=constant(9)))]
    load = loads(model(steps, tasks=[task("A", 15), task("B", 20)]))
    x = dict(load.steps[1].takers)["T"]
    work = 20 + 9 * (1 - x)
    assert [t.utilisation for t in load.teams] == pytest.approx([(15 + x * work) / 60, (1 - x) * work / 60])
    assert load.teams[0].utilisation == pytest.approx(load.teams[1].utilisation)
    assert load.handoffs == pytest.approx(1 - x)
    assert load.effort.reread == pytest.approx(9 * (1 - x) * MINUTE)
    assert load.steps[1].handed_over == 0.0  # the sender may take it: no gate, no transit
    assert [m.handoff for m in load.moves if m.from_step == "A"] == [True]


def test_the_gate_is_passed_when_the_sender_is_none_of_the_takers() -> None:
    """R8: from V to either T or U: always; from B, which T takes in part, to C of U or V: when T had it."""
    gate = Handoff(batch=BatchRule(size=3))
    steps = [
        step("A", team="V"),
        step("B", others=("U",), handoff=gate),
        step("C", team="U", others=("V",), handoff=gate),
    ]
    load = loads(model(steps))
    assert load.steps[1].handed_over == pytest.approx(PER_WEEK)
    assert load.steps[2].handed_over == pytest.approx(PER_WEEK * dict(load.steps[1].takers)["T"])


def test_the_same_person_stays_with_what_he_had() -> None:
    """R8: B follows A of T or U by the same person: no handoff, and what T took of A it takes of B."""
    again = step("B", team="U", others=("T",), same_person=True, handoff=Handoff(reread=constant(9), within_team=True))
    steps = [step("A", others=("U",)), again, step("C", team="U")]
    load = loads(model(steps, tasks=[task("A", 20), task("B", 20), task("C", 20)]))
    assert load.effort.reread == 0.0
    a, b = (dict(load.steps[s].takers) for s in (0, 1))
    assert a["T"] == pytest.approx(b["T"], abs=1e-6)
    assert [t.utilisation for t in load.teams] == pytest.approx([0.5, 0.5], rel=1e-6)
    assert load.handoffs == pytest.approx(a["T"])  # from B to C, when T had it


def test_answers_are_given_by_the_team_that_took_it() -> None:
    """R12: A is done by T or U; V asks a fifth of the time, half an hour each."""
    asks = Handoff(question=Question(0.2, "sender", Span(constant(30))))
    steps = [step("A", others=("U",)), step("B", team="V", handoff=asks)]
    load = loads(model(steps, teams=[Team("T", 1, "always"), Team("U", 3, "always")], tasks=[task("A", 30)]))
    x = dict(load.steps[0].takers)["T"]
    assert [t.utilisation for t in load.teams[:2]] == pytest.approx([36 / 240, 36 / 240])
    assert load.team("T").effort.answers == pytest.approx(x * 6 * MINUTE * PER_WEEK)


def test_shares_of_what_only_a_backlog_needs_are_of_the_backlog() -> None:
    steps = [step("A", routes=(route((END, 1.0)),)), step("B", others=("U",))]
    there = [Backlog("c", "B", 12, constant(0))]
    load = loads(model(steps, backlog=there))
    assert dict(load.steps[1].takers) == {"T": pytest.approx(0.0), "U": pytest.approx(1.0)}  # T has A's work
    assert [t.backlog / MINUTE for t in load.teams] == pytest.approx([0.0, 120.0])


# -- several people, named people, absence (R8, R10) -----------------------------------------------------------------


def test_work_for_several_counts_for_each_of_them() -> None:
    """R8: 12 minutes of three of T and one of U, and of nobody else; the lead time counts it once."""
    teams = [Team("T", 5, "always"), Team("U", 1, "always"), Team("V", 1, "always")]
    built = model(
        [step("A", people=3, together=(("U", 1),), set_up=constant(6)), step("B", team="V")],
        teams=teams,
        tasks=[task("A", 12)],
    )
    load = loads(built)
    assert [t.utilisation for t in load.teams] == pytest.approx([3 * 18 / 300, 18 / 60, 10 / 60])
    assert load.effort.total == pytest.approx((4 * 18 + 10) * MINUTE)
    assert load.teams[0].takes == pytest.approx(3 * PER_WEEK)
    assert [t.comes for t in load.teams] == pytest.approx([PER_WEEK] * 3)
    assert load.classes[0].least == pytest.approx((18 + 10) * MINUTE)
    assert load.steps[0].fills == pytest.approx(18 / 60)  # one at a time, of 5 people for 3
    assert load.steps[1].fills == 0.0
    assert load.handoffs == pytest.approx(1.0)


def test_a_meeting_has_the_time_in_which_all_its_teams_are_open() -> None:
    morning = Calendar("morning", tuple((d * DAY + 9 * HOUR, d * DAY + 12 * HOUR) for d in range(5)))
    built = model(
        [step("A", together=(("U", 1),))],
        teams=[Team("T", 2, "office"), Team("U", 2, "morning")],
        calendars=[OFFICE, morning],
        tasks=[task("A", 30)],
        classes=[klass(gap_minutes=60, calendar="office")],
    )
    load = loads(built)
    assert load.steps[0].fills == pytest.approx(20 / (2 * 15))
    assert [t.utilisation for t in load.teams] == pytest.approx([20 / 80, 20 / 30])
    never = replace(morning, weekly=((6 * DAY, 6 * DAY + HOUR),))
    assert loads(replace(built, calendars=(*built.calendars[:-1], never))).steps[0].fills == math.inf


def test_absence_and_presence_take_time_off() -> None:
    load = loads(model([step("A")], teams=[Team("T", 2, "always", absence=0.1, presence=0.5)], tasks=[task("A", 30)]))
    assert load.teams[0].available == pytest.approx(2 * 168 * HOUR * 0.45)
    assert load.teams[0].away == pytest.approx(2 * 168 * HOUR * 0.55)
    assert load.teams[0].utilisation == pytest.approx(0.5 / 0.9)


def test_a_fast_person_has_more_time_and_a_helper_is_where_he_is_needed() -> None:
    """R8: T has 12, U 66 minutes an hour, and Ann of T works twice as fast and helps U: with all her time U is busy
    for 66 of 180 minutes, still more than T without her. With 36 minutes for T she is shared.
    """
    steps = [step("A"), step("B", team="U")]
    teams = [Team("T", 1, "always"), Team("U", 1, "always")]
    ann = Person("Ann", ("T", "U"), 2000)
    load = loads(model(steps, teams=teams, people=[ann], tasks=[task("A", 12), task("B", 66)]))
    assert [t.utilisation for t in load.teams] == pytest.approx([12 / 60, 66 / 180])
    assert [(t.people, t.helpers) for t in load.teams] == [(2, 0), (1, 1)]
    assert sum(t.available for t in load.teams) == pytest.approx(4 * 168 * HOUR)
    load = loads(model(steps, teams=teams, people=[ann], tasks=[task("A", 36), task("B", 66)]))
    assert [t.utilisation for t in load.teams] == pytest.approx([102 / 240] * 2)
    assert load.teams[0].pool == ("T", "U")
    alone = loads(model([step("A"), step("B", team="U")], people=[Person("Ann", ("T",), 2000)], teams=teams))
    assert alone.teams[0].available == pytest.approx(3 * 168 * HOUR)
    assert alone.classes[0].least == pytest.approx((10 / 2 + 10) * MINUTE)


def test_change_over_by_task_is_of_the_first_task_of_what_a_team_does() -> None:
    """R8: T does A and B once each: the task is another half of the time; by class never, by both half of the time."""
    for by, chance in ((("task",), 0.5), (("class",), 0.0), (("class", "task"), 0.5)):
        steps = [step("A", change_over=constant(8), change_over_by=by), step("B")]
        load = loads(model(steps))
        assert load.effort.change_over == pytest.approx(8 * chance * MINUTE)
    two = [klass("x"), klass("y")]
    steps = [step("A", change_over=constant(8), change_over_by=("class", "task")), step("B")]
    assert loads(model(steps, classes=two)).effort.change_over == pytest.approx(8 * 0.75 * MINUTE)


# -- branches (R13) --------------------------------------------------------------------------------------------------


def test_every_branch_is_work_and_into_the_join_the_longest_hands_over() -> None:
    """R13: U's branch is the longer, so T reads into J from U; from T's own branch it would not."""
    steps = [
        step("S", split=split(["A"], ["B"], join="J")),
        step("A"),
        step("B", team="U"),
        step("J", handoff=Handoff(reread=constant(5))),
    ]
    load = loads(model(steps, tasks=[task("A", 10), task("B", 20)]))
    assert load.handoffs == pytest.approx(2.0)
    assert load.effort.total == pytest.approx((10 + 10 + 20 + 10 + 5) * MINUTE)
    assert load.classes[0].least == pytest.approx((10 + 20 + 5 + 10) * MINUTE)
    load = loads(model(steps, tasks=[task("A", 30), task("B", 20)]))
    assert load.handoffs == pytest.approx(1.0)
    assert load.effort.reread == 0.0


# -- backlog, chases, patience (R5, R15) -----------------------------------------------------------------------------


def test_a_backlog_is_work_once_and_stands_apart() -> None:
    """R5: 40 at B read in as from the customer, a third of them come back to A; nothing of it is per week."""
    steps = [step("A"), step("B", team="U", handoff=Handoff(reread=constant(5)), returns=(returns("B", ("A", 1 / 3)),))]
    there = [Backlog("c", "B", 40, constant(60))]
    load = loads(model(steps, backlog=there))
    without = loads(model(steps))
    assert [t.effort for t in load.teams] == [t.effort for t in without.teams]
    assert load.per_week == without.per_week
    assert load.classes[0].backlog == 40
    assert load.classes[0].in_run == pytest.approx(50 * PER_WEEK)
    assert [t.backlog / MINUTE for t in load.teams] == pytest.approx([40 * 0.5 * 10, 40 * 1.5 * 15])
    assert [s.backlog for s in load.steps] == pytest.approx([20, 60])
    assert [t.backlog for t in without.teams] == [0.0, 0.0]


def test_a_backlog_came_before_its_gate_and_goes_through_the_next() -> None:
    """R5: no batch at the step where it is; at the next as everybody."""
    gate = Handoff(batch=BatchRule(size=4))
    steps = [step("A", handoff=gate), step("B", team="U", handoff=gate), step("C", team="V", handoff=gate)]
    load = loads(model(steps, backlog=[Backlog("c", "B", 7, constant(0))], classes=[waiting()]))
    assert [s.backlog_handed_over for s in load.steps] == pytest.approx([0, 0, 7])
    assert [s.handed_over for s in load.steps] == [0, 0, 0]
    assert load.per_week == 0.0
    assert load.effort.total == pytest.approx(30 * MINUTE)  # what one of them would ask


def test_a_process_batch_of_a_backlog_is_set_up_once() -> None:
    steps = [step("A", batch=BatchRule(size=5), set_up=constant(20))]
    load = loads(model(steps, backlog=[Backlog("c", "A", 40, constant(0))], classes=[waiting()]))
    assert load.teams[0].backlog == pytest.approx((40 * 10 + 8 * 20) * MINUTE)


def test_chases_are_no_part_of_the_load_but_what_one_asks_is_known() -> None:
    """R15: how many there are depends on how late requests are."""
    classes = [
        klass("c", promise=Wait(DAY), chasing=Chasing("c: chasing", Span(constant(60)))),
        RequestClass("c: chasing", Arrivals()),
    ]
    steps = [step("A", only=("c",)), step("Chase", team="U", only=("c: chasing",))]
    load = loads(model(steps, classes=classes))
    assert load.team("U").effort.total == 0.0
    assert load.classes[1].per_week == 0.0
    assert load.asks[1] == pytest.approx((0.0, 10 * MINUTE))
    assert load.asks[0] == pytest.approx((10 * MINUTE, 0.0))
    assert load.effort.total == pytest.approx(10 * MINUTE)
    nobody = [replace(classes[0], arrivals=Arrivals(dates=())), classes[1]]
    assert loads(model(steps, classes=nobody)).effort.total == pytest.approx(10 * MINUTE)  # not the mean with a chase


def test_groups_and_profiles_load_as_their_mean() -> None:
    """R5: two or four at a time, three times as fast on Mondays."""
    arrivals = Arrivals(constant(180), group=((2, 0.5), (4, 0.5)), profile=((0, DAY, 3), (DAY, WEEK, 1)))
    load = loads(model([step("A")], classes=[RequestClass("c", arrivals)]))
    assert load.teams[0].utilisation == pytest.approx(10 / 60)


def test_all_of_it_adds_up() -> None:
    """Teams' efforts are the classes', and people's time is counted once, whatever is shared."""
    steps = [
        step("A", others=("U",), split=split(["B"], ["C", "D"], join="E")),
        step("B", team="U", people=2, together=(("V", 1),)),
        step(
            "C",
            others=("V", "U"),
            handoff=Handoff(reread=constant(3), question=Question(0.3, "sender", Span(constant(7)))),
        ),
        step("D", team="V", same_person=True, others=("T",)),
        step("E", returns=(returns("E", ("C", 0.2)),), handoff=Handoff(reread=constant(2))),
    ]
    teams = [Team("T", 2, "always"), Team("U", 2, "always", absence=0.1), Team("V", 1, "always")]
    people = [Person("Ann", ("T", "V"), 1200), Person("Bob", ("V", "U", "T"))]
    load = loads(model(steps, teams=teams, people=people, classes=[klass("x"), klass("y", 90)]))
    asked = sum(c.per_week * c.effort.total for c in load.classes)
    assert sum(t.effort.total for t in load.teams) == pytest.approx(asked)
    assert np.dot([c.per_week for c in load.classes], load.asks) == pytest.approx([t.effort.total for t in load.teams])
    assert sum(t.available for t in load.teams) == pytest.approx((2 + 2 * 0.9 + 1 + 1.2 + 1) * 168 * HOUR)
    assert all(sum(x for _, x in s.takers) == pytest.approx(1.0) for s in load.steps)
