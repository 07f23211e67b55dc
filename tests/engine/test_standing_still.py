"""What is said when requests go round without taking time (R3), and about those who can never move again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import EngineError
from flowsim.model import (
    ALWAYS,
    Arrivals,
    BatchRule,
    Calendar,
    Clock,
    DayException,
    Distribution,
    Handoff,
    Model,
    RequestClass,
    Route,
    Run,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE

# Open on the first Tuesday only.
ONCE = Calendar("once", (), (DayException("2026-01-06", ((9 * HOUR, 17 * HOUR),)),), 8 * HOUR)


def model(*steps: Step, dates: tuple[int, ...] = (HOUR,), calendar: str = "always", length: int = 10 * DAY) -> Model:
    """Steps of one team, with a task that takes no time (`stamp`) and one of an hour (`work`)."""
    return Model(
        name="still",
        start="2026-01-05T00:00:00",
        calendars=(ALWAYS, ONCE),
        classes=(RequestClass("a", Arrivals(dates=dates)),),
        tasks=(
            Task("stamp", Distribution("constant", (0.0,)), "waste"),
            Task("work", Distribution("constant", (float(HOUR),)), "adding"),
        ),
        teams=(Team("T", 1, calendar),),
        steps=steps,
        run=Run(length, 0, "always"),
    )


def step(name: str, task: str, to: str | None = None, **more: object) -> Step:
    routes = () if to is None else (Route(None, ((to, 1.0, ""),)),)
    return Step(name, "T", (StepTask(task),), routes=routes, **more)  # type: ignore[arg-type]


def test_r3_a_loop_in_zero_time_is_an_error_that_names_the_steps() -> None:
    """Stamp to stamp and back, since Monday 12:00: no result, no endless run, and the time and the steps are told; the
    step before the circle is not.
    """
    steps = step("Before", "stamp"), step("Stamp", "stamp"), step("Second stamp", "stamp", to="Stamp")
    loop = model(*steps, dates=(DAY // 2,))
    with pytest.raises(EngineError) as caught:
        run(loop, Draws(1, 1))
    assert caught.value.code == "FS701"
    assert caught.value.exit_code == 3
    assert "'Stamp'" in str(caught.value)
    assert "'Second stamp'" in str(caught.value)
    assert "'Before'" not in str(caught.value)
    assert "day 0.50" in str(caught.value)
    assert caught.value.hint


def test_r3_a_loop_that_takes_time_is_none() -> None:
    """With an hour's work in the circle it goes on until the end of the run, as an unfinished request."""
    record = run(model(step("Stamp", "stamp"), step("Work", "work", to="Stamp")), Draws(1, 1))
    assert record.requests["ended"].tolist() == [-1]
    assert record.ended_at == 20 * DAY
    assert len(record.visits["step"]) == 2 * (20 * 24 - 1)  # a stamp and an hour, from 1:00 on


def test_r3_many_rounds_at_one_instant_are_allowed() -> None:
    """12,000 requests with a date only all arrive at midnight: one person with work of no time makes as many rounds of
    that instant, which is no loop.
    """
    record = run(model(step("Stamp", "stamp"), dates=(DAY,) * 12_000), Draws(1, 1))
    assert (record.requests["ended"] == DAY).all()
    assert len(record.requests["ended"]) == 12_000


def test_r3_rounds_of_different_instants_do_not_add_up() -> None:
    """Every minute a request that needs five stamps, 210,000 in all: no error."""
    dates = tuple(MINUTE * n for n in range(42_000))
    stamps = (step(f"S{i}", "stamp") for i in range(5))
    record = run(model(*stamps, dates=dates, length=30 * DAY), Draws(1, 1))
    assert record.requests["ended"].tolist() == list(dates)


def test_r16_a_batch_that_cannot_fill_is_told() -> None:
    """Five come, batches of three: two wait, since 4:00 on Monday, 20 days long but for those 4 hours."""
    dates = tuple(HOUR * n for n in range(1, 6))
    places = {
        "transfer": step("Work", "work", handoff=Handoff(batch=BatchRule(size=3))),
        "process": step("Work", "work", batch=BatchRule(size=3)),
    }
    for kind, place in places.items():
        told = run(model(place, dates=dates), Draws(1, 1)).stuck
        assert len(told) == 1
        assert told[0].startswith(f"2 requests still waited for a {kind} batch of 3 at 'Work'")
        assert told[0].endswith("the first of them for 19.8 days")


def test_r16_a_batch_that_leaves_some_day_is_not_stuck() -> None:
    """With a longest wait, or a clock, it will leave; so will one that is empty."""
    for rule in (BatchRule(size=3, wait=Wait(15 * DAY)), BatchRule(size=3, clock=Clock((6 * DAY,)))):
        record = run(
            model(step("Work", "work", handoff=Handoff(batch=rule)), dates=(9 * DAY,), length=10 * DAY), Draws(1, 1)
        )
        assert record.stuck == ()
    full = Handoff(batch=BatchRule(size=3))
    assert run(model(step("Work", "work", handoff=full), dates=(1, 2, 3)), Draws(1, 1)).stuck == ()


def test_r9_a_team_that_never_opens_again_is_told() -> None:
    """Nine requests of an hour, open once for eight hours: the ninth waits for ever."""
    record = run(model(step("Work", "work"), dates=(HOUR,) * 9, calendar="once"), Draws(1, 1))
    assert record.stuck == ("1 request waited for 'T' when the run ended, and it never opens again",)
    assert (record.requests["ended"] >= 0).sum() == 8


def test_an_unsound_model_is_refused() -> None:
    """A step of a team that is not there."""
    sound = model(step("Work", "work"))
    with pytest.raises(ValueError, match="no team 'Nobody'"):
        run(replace(sound, steps=(replace(sound.steps[0], team="Nobody"),)), Draws(1, 1))
