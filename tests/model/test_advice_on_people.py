"""What is said before a run of teams that share, people who meet or are away, and customers (R5, R8, R10, R13, R15)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small_models import OFFICE, constant, klass, model, need, returns, route, split, step, task, waiting

from flowsim.errors import Problem
from flowsim.model import (
    Arrivals,
    Backlog,
    BatchRule,
    Calendar,
    Chasing,
    Clock,
    Distribution,
    Model,
    Person,
    RequestClass,
    Span,
    StepTask,
    Team,
    Wait,
)
from flowsim.model.advice import problems
from flowsim.model.calendar import DAY, HOUR, WEEK
from flowsim.model.process import END, Handoff

MORNING = Calendar("morning", tuple((d * DAY + 9 * HOUR, d * DAY + 12 * HOUR) for d in range(5)), working_day=3 * HOUR)
NEVER = Calendar("never", ())


def _codes(built: Model) -> list[str]:
    return [p.code for p in problems(built)]


def _one(built: Model, code: str) -> Problem:
    (found,) = [p for p in problems(built) if p.code == code]
    return found


# -- overload: until when, where, whose ------------------------------------------------------------------------------


def test_with_patience_the_queue_grows_until_customers_withdraw() -> None:
    """R15: a warning all the same, with another end."""
    patient, leaving = klass("x"), klass("y", patience=Span(constant(6000)))
    all_leave = model([step("A")], classes=[leaving], tasks=[task("A", 66)])
    assert (
        "the queue grows by about 15.3 requests a week until customers of y withdraw"
        in _one(all_leave, "FS506").message
    )
    some = model([step("A")], classes=[patient, leaving], tasks=[task("A", 50)])
    assert _one(some, "FS506").message.endswith("until customers of y withdraw")
    too_many_stay = model([step("A")], classes=[patient, leaving], tasks=[task("A", 66)])
    assert _one(too_many_stay, "FS506").message.endswith("without end")


@pytest.mark.parametrize("where", ["step", "team", "whole"])
def test_before_a_limit_the_queue_grows_outside_it(where: str) -> None:
    """R14: enough places, too few people."""
    built = model(
        [step("A", limit=9 if where == "step" else None)],
        teams=[Team("T", 1, "always", limit=9 if where == "team" else None)],
        tasks=[task("A", 66)],
        limit=9 if where == "whole" else None,
    )
    assert _codes(built) == ["FS506"]
    assert "the queue grows before its limit by about 15.3 requests a week without end" in _one(built, "FS506").message


def test_who_is_starved_behind_a_limit_is_not_called_busy() -> None:
    """R14: what comes to U is held back by T, so what U would be is not said."""
    steps = [step("A"), step("B", team="U", limit=5)]
    assert _codes(model(steps, tasks=[task("A", 66), task("B", 57)])) == ["FS506"]
    assert _codes(model([step("A"), step("B", team="U")], tasks=[task("A", 66), task("B", 57)])) == ["FS506", "FS507"]


def test_people_kept_by_finished_work_are_not_counted_as_busy_and_it_is_said() -> None:
    steps = [step("A", blocking="person"), step("B", team="U", limit=5)]
    found = _one(model(steps, tasks=[task("A", 55), task("B", 50)]), "FS507")
    assert found.message == (
        "T is 92 % busy, not counting the time its people are kept by finished work that cannot go on"
    )


def test_teams_that_share_are_busy_together() -> None:
    steps = [step("A"), step("B", team="U", others=("T",)), step("C", team="U", others=("T", "V"))]
    found = [p.message for p in problems(model(steps, tasks=[task("A", 50), task("B", 57), task("C", 57)]))]
    assert "U is 91 % busy, as are T and V, with which it shares work or people" in found
    two = [step("A"), step("B", team="U", others=("T",))]
    found = [p.message for p in problems(model(two, tasks=[task("A", 50), task("B", 57)]))]
    assert "T is 89 % busy, as is U, with which it shares work or people" in found


def test_only_who_cannot_be_helped_is_overloaded() -> None:
    """R8: U's own work is too much; what either may do is T's."""
    steps = [step("A", team="U"), step("B", team="U", others=("T",))]
    found = problems(model(steps, tasks=[task("A", 66), task("B", 30)]))
    assert [(p.code, p.path) for p in found] == [("FS506", "teams.U")]


def test_a_helper_makes_two_teams_one_pool() -> None:
    steps = [step("A"), step("B", team="U")]
    teams = [Team("T", 1, "always"), Team("U", 1, "always")]
    built = model(steps, teams=teams, people=[Person("Ann", ("T", "U"))], tasks=[task("A", 100), task("B", 98)])
    found = _one(built, "FS525")
    assert "T and U together need 554 h a week and have 504 h: 110 % busy" in found.message
    assert _codes(model(steps, teams=teams, tasks=[task("A", 100), task("B", 50)])) == ["FS506"]


def test_short_with_and_without_absence() -> None:
    """R10: what would be too much for all of them, always there, is no matter of absence."""
    away = [Team("T", 1, "always", absence=0.2)]
    assert _codes(model([step("A")], tasks=[task("A", 66)], teams=away)) == ["FS506"]
    found = _one(model([step("A")], tasks=[task("A", 49.2)], teams=away), "FS523")
    assert "after an absence of 20 %: 102 % busy" in found.message
    assert found.path == "teams.T.absence"
    assert _codes(model([step("A")], tasks=[task("A", 40)], teams=away)) == []


def test_a_team_that_only_handles_chases_or_a_backlog_has_work() -> None:
    """R5, R15: neither is in the load, but both come."""
    chasing = Chasing("x: chasing", Span(constant(60)), after=Wait(DAY))
    classes = [klass("x", chasing=chasing), waiting("x: chasing"), waiting("old")]
    steps = [step("A", only=("x",)), step("Chase", "U", only=("x: chasing",)), step("Old", "V", only=("old",))]
    built = model(steps, classes=classes, tasks=[task("A", 49.2)], backlog=[Backlog("old", "Old", 3, constant(0))])
    assert _codes(built) == ["FS526", "FS537"]
    assert "each asks 10 min of U" in _one(built, "FS526").message
    assert "if all who might" not in _one(built, "FS526").message  # there is no most


def test_teams_of_a_meeting_and_of_others_have_work() -> None:
    steps = [step("A", together=(("U", 1),), others=())]
    assert _codes(model(steps, tasks=[task("A", 49.2)])) == []
    idle = model([step("A", only=(), others=("U",)), step("B")], tasks=[task("B", 49.2)])
    assert [p.path for p in problems(idle) if p.code == "FS505"] == ["teams.U"]
    assert "no request comes to A" in _one(idle, "FS505").message


def test_waits_that_may_come_from_elsewhere_are_not_blamed_on_handoffs() -> None:
    """FS508: limits and meetings are causes too; a backlog, and chases, can be more than a calm team can do."""
    calm = [step("A"), step("B", team="U")]
    said = "every team is below 80 % busy, so long waits will come from {}, not from lack of people"
    assert _one(model(calm), "FS508").message == said.format("handoffs")
    assert _one(model(calm, limit=50), "FS508").message == said.format("handoffs or limits")
    meets = [step("A", limit=9), step("B", team="U", together=(("T", 1),))]
    assert _one(model(meets), "FS508").message == said.format("handoffs, limits or waiting for several people at once")
    assert "FS508" not in _codes(model(calm, backlog=[Backlog("c", "A", 3, constant(0))]))


# -- meetings (R8) ---------------------------------------------------------------------------------------------------


def _meeting(**more: object) -> Model:
    return model(
        [step("A", together=(("U", 1),), **more)],
        teams=[Team("T", 1, "office"), Team("U", 2, "morning")],
        calendars=[OFFICE, MORNING, NEVER],
        tasks=[task("A", 15)],
        classes=[klass(gap_minutes=60, calendar="office")],
    )


def test_a_meeting_that_can_be_held_is_nothing_to_speak_of() -> None:
    assert _codes(_meeting()) == []
    assert _codes(_meeting(batch=BatchRule(clock=Clock((DAY + 10 * HOUR,))))) == []


def test_teams_of_a_meeting_that_never_open_are_told_by_themselves() -> None:
    built = _meeting()
    shut = replace(built, teams=(built.teams[0], Team("U", 2, "never")))
    assert [(p.code, p.path) for p in problems(shut)] == [("FS509", "teams.U.calendar")]


def test_a_clock_that_is_sometimes_closed_is_told_when_it_is_so_mostly() -> None:
    """R2, R8: Monday 10:00 is open, Monday and Tuesday 13:00 are not: two of three times."""
    clock = Clock((10 * HOUR, 13 * HOUR, DAY + 13 * HOUR))
    found = _one(_meeting(batch=BatchRule(clock=clock)), "FS522")
    assert "100 of 150 times" in found.message
    half = Clock((10 * HOUR, 13 * HOUR))
    assert _codes(_meeting(batch=BatchRule(clock=half))) == []
    alone = replace(_meeting(batch=BatchRule(clock=Clock((20 * HOUR,)))))
    alone = replace(alone, steps=(replace(alone.steps[0], together=(), people=1),))
    assert "FS522" not in _codes(alone)


def test_no_start_is_held_against_the_time_in_common() -> None:
    """R9: three hours in common, and not within three and a half of closing; any of several teams is enough."""
    found = _one(_meeting(no_start_within=3 * HOUR + HOUR // 2), "FS510")
    assert "T and U are open together for at most 3 h at a stretch" in found.message
    assert "FS510" not in _codes(_meeting(no_start_within=3 * HOUR))
    either = model(
        [step("A", team="U", others=("T",), no_start_within=4 * HOUR)],
        teams=[Team("T", 1, "office"), Team("U", 1, "morning")],
        calendars=[OFFICE, MORNING],
    )
    assert "FS510" not in _codes(either)


def test_as_many_at_once_as_people_allow() -> None:
    """R8: 3 of 6 people: twice at once; 5 of 9: once, and 88 minutes of each hour are too much, 9 people or not."""
    tasks = [task("A", 88)]
    twice = model([step("A", people=3)], teams=[Team("T", 6, "always")], tasks=tasks)
    assert "FS521" not in _codes(twice)
    once = model([step("A", people=5)], teams=[Team("T", 9, "always")], tasks=tasks)
    assert (
        "5 of T at once for 246 h a week; they have 168 h in common, and can do it once" in _one(once, "FS521").message
    )
    quick = replace(
        once, people=tuple(Person(f"P{i}", ("T",), 2000) for i in range(9)), teams=(Team("T", 0, "always"),)
    )
    assert "FS521" not in _codes(quick)


# -- the same person, change-overs (R8) ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (step("A"), None),
        (step("A", team="V", others=("T",)), None),
        (step("A", team="V"), "A before it is done by another team"),
        (step("A", batch=BatchRule(size=2)), "A before it is done for a batch or by several people at once"),
        (step("A", people=2), "A before it is done for a batch or by several people at once"),
        (step("A", only=()), "requests come to it from the customer only"),
    ],
)
def test_same_person_needs_one_who_may_do_both(first: object, words: str | None) -> None:
    steps = [first, step("B", same_person=True)]
    built = model(steps, teams=[Team("T", 2, "always"), Team("V", 1, "always")])  # type: ignore[list-item]
    found = [p.message for p in problems(built) if p.code == "FS534"]
    assert found == ([] if words is None else [f"nobody can go straight on with B (`same person`): {words}"])


def test_somebody_of_both_teams_may_go_on() -> None:
    """R8: Ann does A for V and may go on with B for T."""
    steps = [step("A", team="V"), step("B", same_person=True)]
    assert "FS534" in _codes(model(steps, people=[Person("Bob", ("T",))]))
    assert "FS534" not in _codes(model(steps, people=[Person("Ann", ("T", "V"))]))


def test_change_over_by_task_needs_two_tasks_of_the_same_people() -> None:
    over = {"change_over": constant(3), "change_over_by": ("task",)}
    both = {"change_over": constant(3), "change_over_by": ("class", "task")}
    assert "FS533" in _codes(model([step("A", **over), step("B", team="U")]))
    assert "FS533" not in _codes(model([step("A", **over), step("B")]))
    assert "FS533" in _codes(model([step("A", **over), step("B", tasks=["A"])]))
    ann = Person("Ann", ("U", "T"))
    helps = model([step("A", **over), step("B", team="U")], people=[ann])
    assert "FS533" not in _codes(helps)
    two = [klass("x"), klass("y")]
    assert "FS533" not in _codes(model([step("A", **both)], classes=two))
    assert _one(model([step("A", **both)]), "FS533").message.endswith("A for c is all that T does")
    assert "FS533" not in _codes(model([step("A", change_over=constant(3))]))  # by class: another may come


# -- branches and journeys (R13) -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("built", "step_name", "words"),
    [
        (
            model([step("A"), step("B")], classes=[klass(journey=("A",))]),
            "B",
            "it is not in the journey of c, and no route leads there",
        ),
        (
            model(
                [step("S", split=split(["B"], ["C"])), step("B"), step("C"), step("J")],
                classes=[klass(journey=("J",))],
            ),
            "B",
            "it is in a branch after S, which is not on the way of c",
        ),
        (
            model([step("A", routes=(route((END, 1.0)),)), step("S", split=split(["B"], ["C"])), step("B"), step("C")]),
            "C",
            "the requests of c do not come through S, where its branch begins",
        ),
    ],
)
def test_why_nobody_comes(built: Model, step_name: str, words: str) -> None:
    (found,) = [p for p in problems(built) if p.code == "FS504" and p.path == f"steps.{step_name}"]
    assert found.message == f"no request ever comes to {step_name}: {words}"


def test_a_step_that_only_a_backlog_needs_is_reached() -> None:
    steps = [step("A", routes=(route((END, 1.0)),)), step("B")]
    there = [Backlog("c", "B", 3, constant(0))]
    assert "FS504" in _codes(model(steps))
    assert "FS504" not in _codes(model(steps, backlog=there))


def test_a_circle_through_branches_takes_no_time_only_when_none_of_them_does() -> None:
    """FS502: back from J to S, past A and C; the request waits for both."""

    def around(a: float, c: float) -> list[str]:
        steps = [
            step("S", split=split(["A"], ["C"], join="J")),
            step("A"),
            step("C", tasks=["C", StepTask("more", (need(0.9, "n"),))]),
            step("J", returns=(returns("J", ("S", 0.5)),)),
            step("Z"),
        ]
        tasks = [task("S", 0), task("A", a), task("C", c), task("J", 0), task("more", 0)]
        return _codes(model(steps, tasks=tasks))

    assert "FS502" in around(0, 0)
    assert "FS502" not in around(1, 0)
    assert "FS502" not in around(0, 1)


def test_between_teams_that_share_a_step_a_move_may_take_no_time() -> None:
    """FS502, R8: the reading in is not due when the sender takes it himself."""
    far = Handoff(reread=constant(5))
    steps = [
        step("A", handoff=far),
        step("B", others=("U",), handoff=far, returns=(returns("B", ("A", 0.5)),)),
        step("C"),
    ]
    tasks = [task("A", 0), task("B", 0), task("C", 20)]
    assert "FS502" in _codes(model(steps, tasks=tasks))
    apart = [steps[0], replace(steps[1], team="U", others=("V",)), steps[2]]
    assert "FS502" not in _codes(model(apart, tasks=tasks))


# -- customers (R5, R15) ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "promise", "early"),
    [
        (Wait(DAY), Wait(2 * DAY), True),
        (Wait(2 * DAY), Wait(2 * DAY), False),
        (Wait(3 * DAY), Wait(2 * DAY), False),
        (Wait(5 * 8 * HOUR, "office"), Wait(7 * DAY), False),  # a working week ends with the week at last
        (Wait(4 * 8 * HOUR, "office"), Wait(7 * DAY), True),
        (None, Wait(DAY), False),
    ],
)
def test_chases_before_the_promise_ends(after: Wait | None, promise: Wait, early: bool) -> None:
    chasing = Chasing("x: chasing", Span(constant(60)), after=after)
    classes = [klass("x", calendar="office", promise=promise, chasing=chasing), waiting("x: chasing")]
    steps = [step("A", only=("x",)), step("Chase", only=("x: chasing",))]
    assert ("FS528" in _codes(model(steps, classes=classes, calendars=[OFFICE]))) is early


def test_nobody_chases_when_no_share_does() -> None:
    chasing = Chasing("x: chasing", Span(constant(60)), share=0.0, after=Wait(DAY))
    classes = [klass("x", chasing=chasing), waiting("x: chasing")]
    assert _codes(model([step("A", only=("x",)), step("B", only=("x: chasing",))], classes=classes)) == []


def test_patience_is_held_against_the_longest_branch_not_all_work() -> None:
    """R13, R15: 50 minutes of work in two branches of 20, one after the other 10: 30 minutes at least."""
    steps = [step("S", split=split(["A"], ["B"])), step("A"), step("B")]
    tasks = [task("A", 20), task("B", 20)]
    teams = [Team("T", 2, "always")]

    def said(minutes: float) -> list[str]:
        return _codes(model(steps, classes=[klass(patience=Span(constant(minutes)))], tasks=tasks, teams=teams))

    assert said(29) == ["FS535"]
    assert said(31) == []


def test_patience_in_open_time_lasts_longer_on_the_clock() -> None:
    """40 of 168 hours are open: an hour of patience is 4.2 hours."""
    patient = klass(patience=Span(constant(60), "office"))
    built = model(
        [step("A")], classes=[patient], tasks=[task("A", 200)], calendars=[OFFICE], teams=[Team("T", 5, "always")]
    )
    assert "FS535" not in _codes(built)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"patience": Span(constant(5), "never")}, "requests.c.patience"),
        ({"chasing": Chasing("d", Span(constant(5), "never"), after=Wait(DAY))}, "requests.c.chasing.every"),
        ({"chasing": Chasing("d", Span(constant(5)), after=Wait(DAY, "never"))}, "requests.c.chasing.after"),
    ],
)
def test_customers_who_wait_in_a_calendar_that_never_opens(change: dict[str, object], path: str) -> None:
    """FS518: such a patience never runs out, such a chase never comes."""
    classes = [klass("c", **change), waiting("d")] if "chasing" in change else [klass("c", **change)]
    found = [p for p in problems(model([step("A")], classes=classes, calendars=[NEVER])) if p.code == "FS518"]
    assert [p.path for p in found] == [path]


def test_a_backlog_that_is_cleared_in_time_is_only_extra_work() -> None:
    """R5: T has 30.2 hours a week to spare for 50 weeks; with nothing to spare it is never cleared."""

    def said(number: int, minutes: float) -> list[Problem]:
        there = [Backlog("c", "A", number, constant(60))]
        return problems(model([step("A")], tasks=[task("A", minutes)], backlog=there))

    assert [p.code for p in said(1800, 49.2)] == ["FS537"]
    (few,) = said(5, 49.2)
    assert "leaves out the backlog: it asks 4.1 h of T, once" in few.message
    assert [p.code for p in said(1900, 49.2)] == ["FS527"]
    full = said(5, 66)
    assert [p.code for p in full] == ["FS506", "FS527"]
    assert full[1].message == "the backlog asks 5.5 h of T, which has no time to spare: it is never cleared"


def test_classes_of_a_backlog_or_of_chases_are_not_missed_among_the_arrivals() -> None:
    """FS515 is for those that should arrive by themselves."""
    there = [Backlog("old", "A", 3, constant(0))]
    classes = [RequestClass("none", Arrivals(dates=())), waiting("old")]
    built = model([step("A")], classes=classes, backlog=there)
    found = [(p.code, p.path) for p in problems(built)]
    assert found == [("FS515", "requests.none.arrivals"), ("FS537", "requests.old.backlog")]


def test_a_backlog_in_millions_is_many_requests() -> None:
    built = model([step("A")], classes=[waiting()], backlog=[Backlog("c", "A", 6_000_000, constant(0))])
    assert "about 6 million requests are expected" in _one(built, "FS514").message


@pytest.mark.parametrize(("number", "said"), [(12, False), (14, True), (3, True)])
def test_a_batch_that_only_a_backlog_fills(number: int, said: bool) -> None:
    """R11: 12 are two of 6; of 14 two are left over for ever; 3 never fill it."""
    built = model(
        [step("A", batch=BatchRule(size=6))], classes=[waiting()], backlog=[Backlog("c", "A", number, constant(0))]
    )
    found = [p.message for p in problems(built) if p.code == "FS511"]
    assert bool(found) is said
    if number == 3:
        assert found[0].endswith("needs 6 requests and about 3 come in the whole run: it never fills")


def test_how_long_a_batch_would_take_that_never_fills_is_said() -> None:
    """168 a week, 40 of them in the run of a day and a half: 400 would take 2.38 weeks."""
    built = model([step("A", batch=BatchRule(size=400))], length=3 * DAY // 2)
    assert _one(built, "FS511").message.endswith("it never fills; that would take 2.38 weeks")


@pytest.mark.parametrize(
    "waves", [{"profile": ((0, WEEK // 4, 2), (WEEK // 4, WEEK, 1))}, {"group": ((3, 1.0),)}], ids=["profile", "group"]
)
def test_who_comes_in_waves_may_wait_for_people(waves: dict[str, Any]) -> None:
    """R5: the average says nothing of the busy hours, so FS508 is not said."""
    arrivals = Arrivals(Distribution("exponential", (3_600_000.0,)), **waves)
    steps = [step("A"), step("B", team="U")]
    tasks = [task("A", 6), task("B", 6)]
    assert _codes(model(steps, classes=[RequestClass("c", arrivals)], tasks=tasks)) == []
    assert _codes(model(steps, tasks=tasks)) == ["FS508"]


def test_a_team_whose_people_help_elsewhere_has_work() -> None:
    """R8: nothing comes to V itself; without Ann, who helps T, it has no work."""
    teams = [Team("T", 1, "always"), Team("V", 1, "always")]

    def said(*helped: str) -> list[str]:
        return _codes(model([step("A")], teams=teams, tasks=[task("A", 49.2)], people=[Person("Ann", ("V", *helped))]))

    assert said("T") == []
    assert said() == ["FS505"]
