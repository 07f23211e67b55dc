"""Limits that lock, starve or let too little through (R14), said before a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_models import OFFICE, constant, klass, model, returns, split, step, task, waiting

from flowsim.errors import Problem
from flowsim.model import Backlog, BatchRule, Chasing, Clock, Handoff, Model, Person, Question, Span, Step, Team, Wait
from flowsim.model.advice import problems
from flowsim.model.calendar import DAY, HOUR

GATE = Handoff(batch=BatchRule(size=2))
FAR = Handoff(transit=Span(constant(5)))


def _said(built: Model, code: str) -> list[Problem]:
    return [p for p in problems(built) if p.code == code]


# -- batches (FS529) ---------------------------------------------------------------------------------------------------


def _batches(*steps: Step, limit: int | None = None, team: int | None = None) -> list[str]:
    teams = [Team("T", 1, "always", limit=team)]
    return [p.message for p in _said(model(steps, teams=teams, limit=limit), "FS529")]


def test_batches_that_can_each_be_one_short_can_lock() -> None:
    """R14, R11: with 5 places 3 can wait at A and 2 at B; with 6 one of them is always full."""
    two = [step("A", batch=BatchRule(size=4)), step("B", batch=BatchRule(size=3))]
    words = "the process batch at A and the process batch at B can each be one short of full when the limit of 5 "
    (found,) = _batches(*two, limit=5)
    assert found.startswith(words + "on the whole lets nobody else in")
    (found,) = _batches(*two, team=5)
    assert found.startswith(words + "with T lets nobody else in")
    assert _batches(*two, limit=6) == []
    assert _batches(*two, team=6) == []


@pytest.mark.parametrize("rule", [BatchRule(size=4, wait=Wait(DAY)), BatchRule(size=4, clock=Clock((0,)))])
def test_a_batch_that_also_leaves_by_time_locks_nothing(rule: BatchRule) -> None:
    assert _batches(step("A", batch=rule), limit=2) == []
    assert len(_batches(step("A", batch=BatchRule(size=4)), limit=2)) == 1


def test_a_transfer_batch_holds_places_of_the_whole_when_all_in_it_were_let_in() -> None:
    """R14: a place of the whole is kept from the first admission on; who comes from the customer has none yet."""
    into_b = [step("A"), step("B", team="U", handoff=Handoff(batch=BatchRule(size=4)))]
    assert (
        "the transfer batch into B can be one short of full when the limit of 3 on the whole"
        in _batches(*into_b, limit=3)[0]
    )
    assert _batches(*into_b, limit=4) == []
    assert _batches(step("A", handoff=Handoff(batch=BatchRule(size=4))), limit=3) == []
    assert _batches(step("A"), replace(into_b[1], team="U", limit=3), team=3) == []  # sent: places are given back


# -- throughput (FS531, FS532) -----------------------------------------------------------------------------------------


def test_places_bound_the_work_that_can_be_under_way() -> None:
    """R14: 168 requests of 59 minutes fit through one place, of 61 they do not, however many people there are."""
    teams = [Team("T", 5, "always")]

    def codes(minutes: float, **more: object) -> list[str]:
        return [p.code for p in problems(model([step("A", limit=1, **more)], teams=teams, tasks=[task("A", minutes)]))]

    assert codes(59) == []
    assert codes(61) == ["FS531"]
    assert codes(55, set_up=constant(6)) == ["FS531"]
    built = model([step("A", limit=1)], teams=teams, tasks=[task("A", 61)], people=[Person("Ann", ("T",), 1100)])
    assert _said(built, "FS531") == []  # she could do it


def test_places_are_used_while_the_team_is_open_or_in_overtime() -> None:
    """R9, R14: 40 requests of 59 minutes in the 40 open hours; overtime has no bound but the clock."""
    office = {"teams": [Team("T", 3, "office")], "calendars": [OFFICE], "classes": [klass(calendar="office")]}
    assert _said(model([step("A", limit=1)], tasks=[task("A", 59)], **office), "FS531") == []
    assert len(_said(model([step("A", limit=1)], tasks=[task("A", 61)], **office), "FS531")) == 1
    assert _said(model([step("A", limit=1, closing="finish")], tasks=[task("A", 61)], **office), "FS531") == []


def test_a_team_s_limit_is_for_all_its_own_steps_together() -> None:
    steps = [step("A"), step("B"), step("C", team="U")]
    teams = [Team("T", 5, "always", limit=2), Team("U", 5, "always")]
    tasks = [task("A", 60), task("B", 61), task("C", 200)]
    (found,) = _said(model(steps, teams=teams, tasks=tasks), "FS531")
    assert found.path == "limits.T"
    assert "the limit of 2 with T lets through 336 h of handling a week at most, and 339 h come" in found.message


def test_the_whole_s_limit_is_held_against_what_must_be_inside() -> None:
    """R14, Little: an hour between requests, each inside for 10 + 180 + 10 minutes at least: 3.33. The way from the
    customer is before the door; of branches only the longest counts.
    """
    slow = Handoff(transit=Span(constant(180)))
    steps = [step("A", handoff=slow), step("B", team="U", handoff=slow)]
    (found,) = _said(model(steps, limit=3), "FS531")
    assert "3.33 requests would be inside on average even if none of them ever waited" in found.message
    assert _said(model(steps, limit=4), "FS531") == []
    beside = [step("S", split=split(["A"], ["B"])), step("A", team="V", handoff=slow), steps[1]]
    assert _said(model(beside, limit=4), "FS531") == []
    assert _said(model(steps, limit=3, classes=[klass(patience=Span(constant(600)))]), "FS531") == []


def test_a_limit_below_the_number_of_people_is_noted() -> None:
    """R14: only where nothing else can be done: no other step, no answers, no chases, no other team."""
    few = [Team("T", 4, "always", limit=2)]

    def said(*steps: Step, **more: object) -> list[str]:
        return [p.message for p in _said(model(steps, teams=few, **more), "FS532")]  # type: ignore[arg-type]

    assert said(step("A")) == ["T has 4 people, and its limit of 2 never lets more than 2 of them work at once"]
    assert said(step("A", people=2)) == []
    assert said(step("A"), step("B", team="U", others=("T",))) == []
    assert said(step("A"), step("B", team="U", together=(("T", 1),))) == []
    asks = Handoff(question=Question(0.1, "sender", Span(constant(5))))
    assert said(step("A"), step("B", team="U", handoff=asks)) == []
    classes = [klass("x", chasing=Chasing("y", Span(constant(9)), after=Wait(DAY))), waiting("y")]
    assert said(step("A", only=("x",)), step("B", only=("y",)), classes=classes) == []
    helping = [Person(f"P{i}", ("T", "U")) for i in range(4)]
    few = [Team("T", 1, "always", limit=2), Team("U", 1, "always")]
    assert said(step("A"), step("B", team="U"), people=helping) == []


# -- circles (FS530) -------------------------------------------------------------------------------------------------


def _around(*steps: Step, **limits: int) -> list[str]:
    """The circle told for steps of teams with these limits."""
    names = dict.fromkeys(s.team for s in steps)
    teams = [Team(name, 1, "always", limit=limits.get(name)) for name in names]
    messages = [p.message for p in _said(model(steps, teams=teams, tasks=[task(s.name, 20) for s in steps]), "FS530")]
    return [message.split(" make a circle")[0].removeprefix("the limits ") for message in messages]


def _back(name: str, to: str, **more: object) -> Step:
    return step(name, returns=(returns(name, (to, 0.2)),), **more)


def test_limits_in_a_circle_can_lock() -> None:
    """R14: A's place is kept until B has one, and B's until A has; a limit on one of them only locks nothing."""
    assert _around(step("A", limit=2), _back("B", "A", team="U", limit=2)) == ["A → B → A"]
    assert _around(step("A"), _back("B", "A", team="U"), T=2, U=3) == ["T → U → T"]
    assert _around(step("A", limit=2), _back("B", "A", team="U"), U=3) == ["A → U → A"]
    assert _around(step("A", limit=2), _back("B", "A", team="U")) == []
    assert _around(step("A", limit=2), step("B", team="U", limit=2)) == []
    assert _around(_back("A", "A", limit=2)) == []  # it has its place


@pytest.mark.parametrize("way", [GATE, FAR])
def test_a_gate_or_a_transit_gives_places_back(way: Handoff) -> None:
    assert _around(step("A", limit=2), _back("B", "A", team="U", limit=2, handoff=way)) == []
    assert _around(step("A", limit=2, handoff=way), _back("B", "A", team="U", limit=2)) == []
    read = Handoff(reread=constant(5))
    assert _around(step("A", limit=2, handoff=read), _back("B", "A", team="U", limit=2, handoff=read)) == ["A → B → A"]


def test_within_a_team_its_place_is_kept_and_only_steps_are_waited_for() -> None:
    """R14: T's own limit is no part of a move within T; the way over U makes a circle with it."""
    assert _around(step("A", limit=2), _back("B", "A"), T=5) == []
    assert _around(step("A", limit=2), _back("B", "A", limit=2), T=5) == ["A → B → A"]
    assert _around(step("A"), step("B", team="U", limit=1), _back("C", "A"), T=5) == ["B → T → B"]


def test_at_the_end_of_a_branch_places_are_given_back() -> None:
    """R13, R14: back from J to S there is no circle over the branch, for its end holds nothing."""
    branches = split(["A"], ["B"], join="J")
    steps = [step("S", split=branches), step("A", team="U", limit=1), step("B", team="V", limit=1)]
    assert _around(*steps, _back("J", "S", team="W", limit=1)) == []
    assert _around(*steps, _back("J", "A", team="W", limit=1)) == ["A → J → A"]


def test_the_hours_of_a_limit_are_those_of_any_team_that_may_take_it() -> None:
    """R8: T in the office, U always: 168 hours a place at least."""
    built = model(
        [step("A", others=("U",), limit=1)],
        teams=[Team("T", 2, "office"), Team("U", 2, "always")],
        calendars=[OFFICE],
        tasks=[task("A", 59)],
    )
    assert _said(built, "FS531") == []
    assert len(_said(replace(built, teams=(built.teams[0], Team("U", 2, "office"))), "FS531")) == 1


def test_a_backlog_is_no_stream() -> None:
    there = [Backlog("c", "A", 500, constant(60))]
    built = model([step("A", limit=1)], classes=[waiting()], backlog=there, tasks=[task("A", 5 * HOUR / 60_000)])
    assert _said(built, "FS531") == []
