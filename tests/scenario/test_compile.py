"""From file to Model: every default filled in, every length in ticks, checked against values worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.model import (
    BatchRule,
    Clock,
    Distribution,
    Handoff,
    Model,
    Need,
    Question,
    ReturnRule,
    Route,
    Run,
    Span,
    StepTask,
    Target,
    Wait,
    from_json,
    identity,
    relations,
)
from flowsim.model.identity import canonical_json
from flowsim.scenario import load, load_text

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
VALID = Path(__file__).parents[1] / "scenarios" / "valid"

HEAD = "flowsim: 1\nname: A\n"
PARTS = {
    "calendars": "{office: {hours: mon-fri 09:00-12:00 13:00-17:00}, legal days: {hours: tue thu 09:00-13:00}}",
    "requests": "{permit: {arrivals: 8 per working day, calendar: office}}",
    "tasks": "{register: {time: 5 min, value: necessary}, decide: {time: 10 min, value: adding}}",
    "teams": "{Desk: {people: 1, calendar: office}, Legal: {people: 1, calendar: legal days}}",
    "steps": "{Register: {team: Desk, does: register}, Decide: {team: Legal, does: decide}}",
    "run": "{length: 100 working days}",
}


def model(**parts: str) -> Model:
    text = HEAD + "".join(f"{key}: {value}\n" for key, value in {**PARTS, **parts}.items())
    return load_text(text, "a.yaml").compile("current").model


def codes(**parts: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        model(**parts)
    return [problem.code for problem in caught.value.problems()]


def valid(name: str) -> Model:
    return load(VALID / f"{name}.yaml").compile("current").model


# -- classes, teams, tasks -------------------------------------------------------------------------------------------


def test_promises_and_targets_are_elapsed_or_on_their_calendar() -> None:
    found = valid("R8_promise_and_target")
    assert [c.promise for c in found.classes] == [Wait(16 * HOUR, "office"), Wait(48 * HOUR)]
    assert [t.target for t in found.teams] == [
        Target(0.9, Wait(16 * HOUR, "office")),
        Target(1.0, Wait(8 * HOUR, "office")),
        Target(0.8, Wait(8 * HOUR)),
    ]
    assert [t.cost for t in found.teams] == [70.0, 42.0, None]


def test_a_team_of_a_file_with_one_calendar_is_on_it() -> None:
    assert valid("R9_closing").teams[0].calendar == "office"


def test_queues_by_name() -> None:
    """R8."""
    assert [t.queue for t in valid("R8_queue").teams] == [
        "first in",
        "last in",
        "due date",
        "shortest",
        "random",
        "furthest",
    ]


def test_tasks_have_value_class_and_need() -> None:
    """R4, R13: the draw of a task's share is named after the task."""
    found = model(
        requests="{a: {arrivals: 1 per day}, B: {arrivals: 1 per day}}",
        tasks="{register: {time: 5 min, value: waste, share: 60%, only: b}, decide: {time: 1 min, value: adding}}",
    )
    assert found.task("register").only == ("B",)
    assert found.task("register").need == Need(0.6, "need of register")
    assert found.task("register").value == "waste"
    assert found.task("decide").need is None
    assert found.task("decide").only is None


# -- steps -----------------------------------------------------------------------------------------------------------


def test_shares_are_draws_of_the_step_or_of_the_step_they_came_from() -> None:
    """R4: the luck of a merged step is that of its parts."""
    found = valid("R4_luck_of")
    assert found.step("Case").tasks == (
        StepTask("register", (Need(0.5, "share of Old desk"),)),
        StepTask("decide", (Need(0.4, "share of decide at Case"),)),
    )
    assert found.step("Case").returns == (
        ReturnRule((("Start", (0.15,)),), "returns at Old desk"),
        ReturnRule((("Case", (0.05,)),), "returns at Case"),
    )
    shared = valid("R13_shares").step("Decide").tasks
    assert shared[0] == StepTask("decide", (Need(0.5, "share of Decide"),))
    assert shared[1].needs == (Need(0.5, "share of Decide"), Need(1 / 3, "share of register at Decide"))


def test_returns_of_one_step_share_one_draw() -> None:
    """R12."""
    found = valid("R12_returns")
    assert found.step("C").returns == (ReturnRule((("A", (0.15, 0.05, 0.0)),), "returns at C", 2),)
    assert found.step("D").returns == (ReturnRule((("A", (0.1,)), ("B", (0.05,))), "returns at D"),)
    assert found.step("E").returns == (ReturnRule((("D", (1.0,)),), "returns at E", 1),)
    assert found.step("A").returns == ()


def test_the_calendar_of_a_handoff_is_that_of_the_team_before() -> None:
    """R7: the nearest earlier step of another team; at the first step the own team's."""
    found = model(
        steps="{Register: {team: Legal, does: register, handoff: {batch: every working day at 16:00}},"
        " Decide: {team: Legal, does: decide, handoff: {transit: 1 working day}},"
        " Send: {team: Desk, does: register, handoff: {transit: 1 working day, batch: 5 requests or 2 working days}},"
        " Check: {team: Legal, does: decide, handoff: {transit: 1 working day}},"
        " Last: {team: Legal, does: decide, handoff: {transit: 1 working day, calendar: legal days}}}"
    )
    times = tuple(day * DAY + 16 * HOUR for day in range(7))
    working = Distribution("constant", (4.0 * HOUR,))
    assert found.step("Register").handoff == Handoff(batch=BatchRule(clock=Clock(times, "legal days")))
    assert found.step("Decide").handoff == Handoff(transit=Span(working, "legal days"))
    assert found.step("Send").handoff == Handoff(
        batch=BatchRule(size=5, wait=Wait(8 * HOUR, "legal days")), transit=Span(working, "legal days")
    )
    office = Distribution("constant", (7.0 * HOUR,))
    assert found.step("Check").handoff == Handoff(transit=Span(office, "office"))
    assert found.step("Last").handoff == Handoff(transit=Span(working, "legal days"))


def test_clock_times_with_and_without_a_calendar() -> None:
    """R7: "every day" needs no open day; all others do."""
    found = valid("R7_clock_times")
    clocks = {s.name: s.handoff.batch.clock for s in found.steps if s.handoff and s.handoff.batch}
    assert clocks["B"] == Clock((DAY + 14 * HOUR, 3 * DAY + 14 * HOUR), "office")
    assert clocks["D"] == Clock(tuple(day * DAY + 9 * HOUR for day in range(7)))
    assert clocks["A"] == clocks["E"]


def test_a_handoff_of_nothing_is_no_handoff() -> None:
    assert valid("R7_none").step("Decide").handoff is None
    assert valid("R7_within_team").step("Check").handoff == Handoff(
        transit=Span(Distribution("constant", (1.0 * HOUR,))), within_team=True
    )


def test_questions_to_the_customer_wait_and_to_the_sender_work() -> None:
    """R12: working days of the customer are those of the run; the sender's answer is work in his own time."""
    found = valid("R12_questions")
    customer, sender = (s.handoff.question for s in found.steps if s.handoff)
    day = 8.0 * HOUR
    assert customer == Question(0.1, "customer", Span(Distribution("lognormal", (day, day)), "office"))
    assert sender == Question(0.1, "sender", Span(Distribution("constant", (5.0 * MINUTE,))))


def test_process_batches_closing_and_set_up() -> None:
    """R9, R11: working days of the batch are those of the team."""
    step = valid("R11_process_batch").steps[0]
    assert step.batch == BatchRule(size=5, wait=Wait(8 * HOUR, "office"))
    assert step.set_up == Distribution("constant", (30.0 * MINUTE,))
    assert step.release == "each"
    step = valid("R9_closing").steps[0]
    assert (step.closing, step.no_start_within) == ("finish", 30 * MINUTE)
    assert valid("R11_change_over").steps[0].change_over == Distribution("constant", (10.0 * MINUTE,))


def test_routes_by_share_and_outcome() -> None:
    """R13."""
    found = valid("R13_next")
    assert found.step("Register").routes == (Route(None, (("Check", 0.6, ""), ("", 0.4, "refused"))),)
    assert found.step("Check").routes == (Route(None, (("", 1.0, "done"),)),)


def test_routes_by_class_say_where_the_other_classes_go() -> None:
    """R13: `others` as written, else the next step of the file."""
    found = valid("R13_next_by_class")
    assert found.step("Register").routes == (
        Route(("a",), (("Decide", 1.0, ""),)),
        Route(("b",), (("Check", 0.5, ""), ("", 0.5, "done"))),
        Route(None, (("Check", 1.0, ""),)),
    )
    assert found.step("Check").routes == (
        Route(("a",), (("", 1.0, "done"),)),
        Route(None, (("Decide", 1.0, ""),)),
    )
    assert found.step("Decide").routes == ()


def test_names_are_written_as_in_their_definition() -> None:
    found = valid("R4_names_and_keys")
    assert found.steps[0].team == "/Desk/<b>"
    assert found.teams[0].calendar == "Office $1"
    assert found.steps[0].tasks == (StepTask("register"),)
    assert found.steps[0].returns[0].targets == (("Régister", (0.05,)),)


# -- run (R16) -------------------------------------------------------------------------------------------------------


def test_the_run_is_laid_out_on_its_calendar() -> None:
    """R16: 20 working days from Monday are four weeks; the last day ends on Friday at 17:00."""
    assert model(run="{length: 20 working days, warm-up: 1 working day}").run == Run(
        25 * DAY + 17 * HOUR, 17 * HOUR, "office"
    )
    assert model(run="{length: 2 working days, calendar: legal days}").run == Run(3 * DAY + 13 * HOUR, 0, "legal days")
    assert model(run="{length: 26 weeks, warm-up: 1 week}").run == Run(182 * DAY, 7 * DAY, "office")


def test_a_run_skips_holidays() -> None:
    calendars = "{office: {hours: mon-fri 09:00-17:00, holidays: 2026-01-06}}"
    teams = "{Desk: {people: 1}, Legal: {people: 1}}"
    assert model(calendars=calendars, teams=teams, run="{length: 2 working days}").run.length == 2 * DAY + 17 * HOUR


def test_the_run_calendar_is_the_first_of_the_file_else_always() -> None:
    assert model().run.calendar == "office"
    assert valid("R2_always").run == Run(30 * DAY, 0, "always")


def test_the_plan_has_defaults() -> None:
    compiled = load_text(HEAD + "".join(f"{k}: {v}\n" for k, v in PARTS.items()), "a.yaml").compile("current")
    assert (compiled.replications, compiled.seed) == (30, 1)
    compiled = load(VALID / "R16_run.yaml").compile("current")
    assert (compiled.replications, compiled.seed) == (10, 2026)


# -- the whole -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(VALID.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_compiled_model_is_sound_and_survives_json(path: Path) -> None:
    scenario = load(path)
    for state in scenario.states:
        found = scenario.compile(state).model
        assert relations(found) == []
        assert identity(from_json(canonical_json(found))) == identity(found)


def test_comments_and_spelling_do_not_change_the_model() -> None:
    plain = model()
    text = HEAD + "".join(f"{k.upper()}: {v}  # why\n" for k, v in reversed(PARTS.items()))
    assert identity(load_text(text, "b.yaml").compile("CURRENT").model) == identity(plain)


def test_all_problems_of_compiling_are_told_at_once() -> None:
    assert codes(
        tasks="{register: {time: 1 working day, value: adding}, decide: {time: 2 working weeks, value: adding}}",
        run="{length: 1 working day, warm-up: 1 working day}",
    ) == ["FS420", "FS420", "FS422"]


def test_returns_above_one_later_in_the_list_are_seen() -> None:
    """R12: chances by visit, the last of which repeats, add up by visit."""
    steps = (
        "{Register: {team: Desk, does: register}, Decide: {team: Legal, does: decide,"
        " returns: [{chance: [10%, 60%], to: Register}, {chance: [10%, 50%], to: Decide}]}}"
    )
    assert codes(steps=steps) == ["FS411"]
    assert model(steps=steps.replace("50%", "30%")).step("Decide").returns[0].targets == (
        ("Register", (0.1, 0.6)),
        ("Decide", (0.1, 0.3)),
    )


def test_chances_that_fall_below_one_in_time_are_fine() -> None:
    steps = (
        "{Register: {team: Desk, does: register}, Decide: {team: Legal, does: decide,"
        " returns: {chance: [100%, 50%], to: Register}}}"
    )
    assert model(steps=steps).step("Decide").returns[0].targets == (("Register", (1.0, 0.5)),)
    assert codes(steps=steps.replace("[100%, 50%]", "[50%, 100%]")) == ["FS413"]
