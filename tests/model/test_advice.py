"""What is said before a run: every code once, with its figures, and nothing about a sound model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_models import OFFICE, constant, klass, model, need, returns, route, step, task, waiting

from flowsim.errors import Problem
from flowsim.model import (
    Arrivals,
    Backlog,
    BatchRule,
    Calendar,
    Chasing,
    Clock,
    DayException,
    Distribution,
    Handoff,
    Model,
    Person,
    Question,
    RequestClass,
    Span,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.advice import CODES, problems
from flowsim.model.calendar import DAY, HOUR, MINUTE, WEEK
from flowsim.model.codes import amount, number

NEVER = Calendar("never", ())
MORNING = Calendar("morning", tuple((d * DAY + 9 * HOUR, d * DAY + 12 * HOUR) for d in range(5)), working_day=3 * HOUR)
NIGHT = Calendar("night", tuple((d * DAY + 18 * HOUR, d * DAY + 22 * HOUR) for d in range(5)), working_day=4 * HOUR)
DAILY = tuple(d * DAY + 16 * HOUR for d in range(7))


def busy(minutes: float, **more: object) -> Model:
    """One team, a request every hour, of that many minutes."""
    return model([step("A")], tasks=[task("A", minutes)], **more)  # type: ignore[arg-type]


def into_b(**more: object) -> Model:
    """Two teams 82 % busy; `more` goes to the second step."""
    steps = [step("A"), step("B", team="U", **more)]
    return model(steps, tasks=[task("A", 49.2), task("B", 49.2)], calendars=[OFFICE, NEVER])


def batched(rule: BatchRule) -> Model:
    return into_b(handoff=Handoff(batch=rule))


def _with_run(built: Model, length: int, calendar: str = "always") -> Model:
    return replace(built, run=replace(built.run, length=length, calendar=calendar))


def _unneeded() -> Model:
    steps = [step("A"), step("B", tasks=[StepTask("B", (need(0.0, "n"),))])]
    return model(steps, tasks=[task("A", 49.2)])


def meeting(minutes: float = 30, calendar: str = "morning", **more: object) -> Model:
    """One of T and one of U, 40 times a week, T open for 40 hours, U as told; `more` goes to the step."""
    return model(
        [step("A", together=(("U", 1),), **more)],
        teams=[Team("T", 1, "office"), Team("U", 2, calendar)],
        calendars=[OFFICE, MORNING, NIGHT],
        tasks=[task("A", minutes)],
        classes=[klass(gap_minutes=60, calendar="office")],
    )


def behind(number: int, minutes: float = 49.2, **more: object) -> Model:
    """A team 82 % busy with so many in its backlog."""
    return busy(minutes, backlog=[Backlog("c", "A", number, constant(60))], **more)


def chased(after: Wait | None = None, at_most: int | None = None) -> Model:
    """Requests with a promise of two days whose customers chase every day; a chase is ten minutes of T."""
    chasing = Chasing("c: chasing", Span(constant(24 * 60)), share=0.5, after=after, at_most=at_most)
    classes = [klass(promise=Wait(2 * DAY), chasing=chasing), waiting("c: chasing")]
    steps = [step("A", only=("c",)), step("Chase", only=("c: chasing",))]
    return model(steps, classes=classes, tasks=[task("A", 49.2)])


CASES: dict[str, tuple[Model, str, str]] = {
    "FS501": (
        model([step("A"), step("B", returns=(returns("B", ("A", 1.0)),))]),
        "A → B → A is a circle",
        "steps.B.returns",
    ),
    "FS502": (
        model(
            [step("A"), step("B", returns=(returns("B", ("A", 0.5)),)), step("C")],
            tasks=[task("A", 0), task("B", 0), task("C", 50)],
        ),
        "round A → B → A without any time",
        "steps.A",
    ),
    "FS503": (
        model([step("A"), step("B", routes=(route(("A", 1.0)),))]),
        "at A can never reach the end: its route goes A → B → A",
        "steps.A.next",
    ),
    "FS504": (
        model([step("A", routes=(route(("", 1.0)),)), step("B")], tasks=[task("A", 49.2)]),
        "no request ever comes to B: the routes of c go past it",
        "steps.B",
    ),
    "FS505": (
        busy(49.2, teams=[Team("Spare", 1, "always")]),
        "Spare has no work: no step is done by it",
        "teams.Spare",
    ),
    "FS506": (
        busy(66),
        "T needs 185 h a week and has 168 h: 110 % busy: the queue grows by about 15.3 requests a week without end",
        "teams.T",
    ),
    "FS507": (busy(57.6), "T is 96 % busy", "teams.T"),
    "FS508": (
        model([step("A"), step("B", team="U")]),
        "every team is below 80 % busy, so long waits will come from handoffs, not from lack of people",
        "teams",
    ),
    "FS509": (
        busy(49.2, teams=[Team("T", 1, "never")], calendars=[NEVER]),
        "T never opens: its calendar never has no open time in the run",
        "teams.T.calendar",
    ),
    "FS510": (
        model(
            [step("A", no_start_within=9 * HOUR)],
            teams=[Team("T", 7, "office")],
            calendars=[OFFICE],
            tasks=[task("A", 82)],
        ),
        "not within 9 h of closing, and T is open for at most 8 h at a stretch",
        "steps.A.no start within",
    ),
    "FS511": (
        _with_run(batched(BatchRule(size=30)), DAY),
        "the transfer batch into B needs 30 requests and about 24 come in the whole run: it never fills",
        "steps.B.handoff.batch",
    ),
    "FS512": (
        batched(BatchRule(size=241)),
        "about 168 requests come a week, so on average each waits 5 days for the others",
        "steps.B.handoff.batch",
    ),
    "FS513": (
        batched(BatchRule(clock=Clock((5 * DAY, 6 * DAY + HOUR), "office"))),
        "never strikes: office is never open on Saturday or Sunday in the run",
        "steps.B.handoff.batch",
    ),
    "FS514": (
        model(
            [step("A")],
            classes=[klass(gap_minutes=0.05)],
            tasks=[task("A", 0.041)],
            length=26 * WEEK,
        ),
        "about 5.24 million requests are expected",
        "run.length",
    ),
    "FS515": (
        busy(49.2, classes=[klass(), RequestClass("late", Arrivals(dates=(99 * WEEK,)))]),
        "no request of late can be expected in the run",
        "requests.late.arrivals",
    ),
    "FS516": (
        model(
            [step(f"S{i}", tasks=[StepTask(f"t{i}", (need(0.5, f"n{i}"),))]) for i in range(13)],
            tasks=[task(f"t{i}", 7.6) for i in range(13)],
        ),
        "an approximation here",
        "",
    ),
    "FS517": (
        busy(49.2, classes=[RequestClass("c", Arrivals(gap=Distribution("constant", (0.0,))))]),
        "all requests of c arrive at one instant",
        "requests.c.arrivals",
    ),
    "FS518": (
        batched(BatchRule(size=3, wait=Wait(HOUR, "never"))),
        "the wait of the transfer batch into B never ends: it runs in the open time of never",
        "steps.B.handoff.batch",
    ),
    "FS519": (
        model(
            [step("A"), step("B", team="U")],
            tasks=[task("A", 49.2), task("B", 49.2)],
            teams=[Team("U", 0, "always"), Team("T", 0, "always")],
            people=[Person("Ann", ("U", "T")), Person("Bob", ("U",))],
        ),
        "nobody is at home in T: it has only people who help",
        "teams.T",
    ),
    "FS520": (
        meeting(calendar="night"),
        "A can never be done: T and U are never open at the same time in the run",
        "steps.A.with",
    ),
    "FS521": (
        meeting(28),
        "A asks for 1 of T and 1 of U at once for 18.7 h a week; they have 15 h in common, and can do it once at a ",
        "steps.A.with",
    ),
    "FS522": (
        meeting(15, batch=BatchRule(clock=Clock((DAY + 14 * HOUR,)))),
        "the clock of A strikes while T and U are not all open, always",
        "steps.A.batch",
    ),
    "FS523": (
        busy(50, teams=[Team("T", 1, "always", absence=0.1, presence=0.75)]),
        "T needs 140 h a week; of 168 h its people have 113 h, after an absence of 10 % and a presence of 75 %: "
        "123 % busy: the queue grows by about 31.9 requests a week without end, but for work that goes on",
        "teams.T.presence",
    ),
    "FS524": (
        model(
            [step("A", people=3)],
            teams=[Team("T", 3, "always", absence=0.25)],
            tasks=[task("A", 35)],
        ),
        "A needs 3 of the 3 of T at once, and so many are there only 42 % of the time",
        "steps.A.people",
    ),
    "FS525": (
        model([step("A"), step("B", team="U", others=("T",))], tasks=[task("A", 55), task("B", 77)]),
        "T and U together need 370 h a week and have 336 h: 110 % busy, however they divide it: their queues grow by "
        "about 30.5 requests a week without end",
        "teams.T",
    ),
    "FS526": (
        chased(at_most=2),
        "leaves out the chases of c, for how many there are depends on how long requests take; each asks 10 min of T; "
        "if all who might chase did so as often as they may, 28 h of T a week",
        "requests.c.chasing",
    ),
    "FS527": (
        behind(2000),
        "the backlog asks 1640 h of T, which has 30.2 h a week to spare: that is more than it can clear within the run",
        "teams.T",
    ),
    "FS537": (
        behind(1800),
        "it asks 61.5 working days of T, once, beside what comes in; there is time for it within the run",
        "requests.c.backlog",
    ),
    "FS528": (
        chased(after=Wait(DAY)),
        "customers of c chase before their promise ends",
        "requests.c.chasing.after",
    ),
    "FS529": (
        model([step("A"), step("B", batch=BatchRule(size=8))], tasks=[task("A", 24), task("B", 25)], limit=7),
        "the process batch at B needs 8 requests, and the limit of 7 on the whole lets in fewer: it never fills",
        "limits.all",
    ),
    "FS530": (
        model(
            [step("A", limit=2), step("B", team="U", limit=2, returns=(returns("B", ("A", 0.2)),))],
            tasks=[task("A", 39), task("B", 39)],
        ),
        "the limits A → B → A make a circle: when all are full, each with requests that go on to the next",
        "limits.A",
    ),
    "FS531": (
        model([step("A", limit=2)], teams=[Team("T", 5, "always")], tasks=[task("A", 126)]),
        "the limit of 2 at A lets through 336 h of handling a week at most, and 353 h come",
        "limits.A",
    ),
    "FS532": (
        model([step("A")], teams=[Team("T", 5, "always", limit=3)], tasks=[task("A", 126)]),
        "T has 5 people, and its limit of 3 never lets more than 3 of them work at once",
        "limits.T",
    ),
    "FS533": (
        model([step("A", change_over=constant(9), change_over_by=("task",))], tasks=[task("A", 49.2)]),
        "the change-over at A is never due: A is all that T does",
        "steps.A.change-over",
    ),
    "FS534": (
        model([step("A"), step("B", team="U", same_person=True)], tasks=[task("A", 49.2), task("B", 49.2)]),
        "nobody can go straight on with B (`same person`): A before it is done by another team",
        "steps.B.same person",
    ),
    "FS535": (
        busy(49.2, classes=[klass(patience=Span(constant(30)))]),
        "customers of c withdraw after 30 min on average, and work, transit and answers alone take 49.2 min",
        "requests.c.patience",
    ),
    "FS536": (
        model(
            [step("A", tasks=[StepTask("x", (need(0.0, "n"),))]), step("B")],
            tasks=[task("B", 49.2)],
            backlog=[Backlog("c", "A", 7, constant(0))],
        ),
        "7 requests of c are at A when the run begins, and nothing that is done there is for them",
        "requests.c.backlog",
    ),
}


WITH = {"FS528": ("FS526",), "FS536": ("FS537",)}
"""What is always said along with a code."""


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_raised_alone_with_its_figures(code: str) -> None:
    """reliability.md section 3: the rows on returns, utilisation, batches and reach."""
    built, words, path = CASES[code]
    found = problems(built)
    found = [p for p in found if p.code not in WITH.get(code, ())]
    assert [p.code for p in found] == [code], [str(p) for p in found]
    assert words in found[0].message
    assert found[0].path == path
    assert found[0].severity == CODES[code][0]
    assert found[0].hint
    assert found[0].place is None
    assert not found[0].message.endswith(".")


def test_a_sound_model_of_middling_load_raises_nothing() -> None:
    assert problems(into_b()) == []
    assert problems(busy(49.2)) == []


def _codes(found: list[Problem]) -> list[str]:
    return [p.code for p in found]


def test_errors_come_first_then_warnings_then_notes() -> None:
    built = model(
        [step("A"), step("B", team="U", no_start_within=9 * HOUR), step("C", team="V", only=())],
        tasks=[task("A", 57), task("B", 500)],
        teams=[Team("U", 1, "office")],
        calendars=[OFFICE],
    )
    assert _codes(problems(built)) == ["FS510", "FS504", "FS506", "FS505", "FS507"]


def test_exactly_full_is_overloaded_and_the_thresholds_are_85_and_80() -> None:
    """At 1 a queue never settles; the notes begin above 85 % and below 80 %."""
    full = problems(busy(60))
    assert _codes(full) == ["FS506"]
    assert "100 % busy: the queue grows without end" in full[0].message
    assert _codes(problems(busy(50.9))) == []
    assert _codes(problems(busy(51.1))) == ["FS507"]
    calm = [step("A"), step("B", team="U")]
    assert _codes(problems(model(calm, tasks=[task("A", 48.1), task("B", 1)]))) == []
    assert _codes(problems(model(calm, tasks=[task("A", 47.9), task("B", 1)]))) == ["FS508"]


def test_one_calm_team_alone_has_no_handoffs_to_blame() -> None:
    assert problems(busy(10)) == []


def test_growth_is_counted_in_what_the_team_takes_up() -> None:
    """FS506: of the 2 · 168 visits a week that take 66 min of each hour, 60 / 66 are done."""
    built = model([step("A"), step("B")], tasks=[task("A", 33), task("B", 33)])
    left = 168 * 2 * (1 - 60 / 66)
    assert f"about {left:.3g} requests a week" in problems(built)[0].message


def test_growth_is_counted_in_requests_when_they_are_handled_in_batches() -> None:
    """FS506, R11: of 168 requests a week 16 go in one sitting; a part of them is left, not of the sittings."""
    batch = BatchRule(size=16)
    built = model([step("A", batch=batch)], tasks=[task("A", 66)])
    (found,) = [problem for problem in problems(built) if problem.code == "FS506"]
    assert f"about {168 * (1 - 60 / 66):.3g} requests a week" in found.message


@pytest.mark.parametrize(
    ("built", "words"),
    [
        (model([step("A"), step("B", only=())], tasks=[task("A", 49.2)]), "it is for no class"),
        (
            model(
                [step("A"), step("B", only=("x",))],
                tasks=[task("A", 24.6), task("B", only=("y",))],
                classes=[klass("x"), klass("y")],
            ),
            "it is for x only, and none of its tasks is",
        ),
        (_unneeded(), "no request of c needs any of its tasks"),
    ],
)
def test_an_unreached_step_says_who_does_not_come(built: Model, words: str) -> None:
    found = problems(built)
    assert _codes(found) == ["FS504"]
    assert words in found[0].message


def test_a_team_whose_step_nobody_reaches_has_no_work() -> None:
    found = problems(model([step("A"), step("B", team="U", only=())], tasks=[task("A", 49.2)]))
    assert [(p.code, p.path) for p in found] == [("FS504", "steps.B"), ("FS505", "teams.U")]
    assert "no request comes to B" in found[1].message


def test_the_process_batch_is_looked_at_too() -> None:
    """R11, with the wait in working days of the run's calendar: (81 - 1) / 2 of 40 a week is a week of five days."""
    built = model(
        [step("A", batch=BatchRule(size=81))],
        classes=[klass(gap_minutes=60, calendar="office")],
        tasks=[task("A", 49.2)],
        teams=[Team("T", 1, "office")],
        calendars=[OFFICE],
        run_calendar="office",
    )
    found = problems(built)
    assert _codes(found) == ["FS512"]
    assert "the process batch at A of 81 takes long" in found[0].message
    assert "about 40 requests come a week, so on average each waits 5 working days" in found[0].message


def test_a_batch_that_also_leaves_by_time_is_no_trouble() -> None:
    assert problems(batched(BatchRule(size=10_000, wait=Wait(DAY)))) == []
    assert problems(batched(BatchRule(size=10_000, clock=Clock(DAILY, "office")))) == []


def test_a_clock_that_first_strikes_after_the_run() -> None:
    found = problems(_with_run(batched(BatchRule(clock=Clock((3 * DAY,)))), 2 * DAY))
    assert _codes(found) == ["FS511"]
    assert "first leaves after the end of the run" in found[0].message


def test_holidays_can_silence_a_clock_and_close_a_team() -> None:
    """R2, R7: closed on every Tuesday of the run."""
    tuesdays = tuple(DayException(f"2026-01-{day:02}", ()) for day in (6, 13, 20, 27))
    shut = replace(OFFICE, exceptions=tuesdays)
    built = into_b(handoff=Handoff(batch=BatchRule(clock=Clock((DAY + 14 * HOUR,), "office"))))
    built = _with_run(replace(built, calendars=(built.calendars[0], shut, NEVER)), 2 * WEEK)
    assert _codes(problems(built)) == ["FS513"]


@pytest.mark.parametrize(
    ("handoff", "path"),
    [
        (Handoff(transit=Span(constant(5), "never")), "steps.B.handoff.transit"),
        (Handoff(question=Question(0.1, "customer", Span(constant(5), "never"))), "steps.B.handoff.question"),
    ],
)
def test_waits_in_a_calendar_that_never_opens(handoff: Handoff, path: str) -> None:
    found = problems(into_b(handoff=handoff))
    assert [(p.code, p.path) for p in found] == [("FS518", path)]


def test_a_promise_in_a_calendar_that_never_opens() -> None:
    promised = replace(klass(), promise=Wait(HOUR, "never"))
    found = problems(busy(49.2, classes=[promised], calendars=[NEVER]))
    assert [(p.code, p.path) for p in found] == [("FS518", "requests.c.promise")]


@pytest.mark.parametrize("hours", [8, 9])
def test_no_start_as_long_as_the_opening_leaves_one_instant(hours: int) -> None:
    """R9: exactly 8 h before closing may be begun; touching openings are one, a night shift runs over midnight."""
    team = Team("T", 7, "office")
    built = model([step("A", no_start_within=hours * HOUR)], teams=[team], calendars=[OFFICE], tasks=[task("A", 82)])
    assert _codes(problems(built)) == ([] if hours == 8 else ["FS510"])
    night = Calendar("office", ((20 * HOUR, 24 * HOUR), (24 * HOUR, 29 * HOUR)))
    built = replace(built, calendars=(built.calendars[0], night))
    assert "FS510" not in _codes(problems(built))


def test_work_longer_than_any_opening_is_fine() -> None:
    """R9: it waits overnight."""
    built = model(
        [step("A")],
        tasks=[task("A", 9 * 60)],
        teams=[Team("T", 20, "office")],
        calendars=[OFFICE],
        classes=[klass(gap_minutes=34, calendar="office")],
    )
    assert problems(built) == []


@pytest.mark.parametrize(
    "change",
    [
        {"set_up": constant(1)},
        {"handoff": Handoff(reread=constant(1))},
        {"handoff": Handoff(transit=Span(constant(1)))},
        {"batch": BatchRule(size=2)},
        {"tasks": ["B", "more"]},
    ],
)
def test_anything_that_takes_time_on_the_way_round_breaks_the_circle(change: dict[str, object]) -> None:
    back = (returns("B", ("A", 0.5)),)
    tasks = [task("A", 0), task("B", 0), task("more", 1), task("C", 49.2)]
    idle = [step("A"), step("B", team="U", returns=back), step("C", team="V")]
    assert "FS502" in _codes(problems(model(idle, tasks=tasks)))
    changed = [idle[0], replace(step("B", team="U", **change), returns=back), idle[2]]  # type: ignore[arg-type]
    assert "FS502" not in _codes(problems(model(changed, tasks=tasks)))


def test_a_circle_is_in_no_time_for_those_who_need_nothing_that_takes_time() -> None:
    """The long task is for half of the requests only; the others go round at once."""
    back = (returns("A", ("A", 0.5)),)
    tasks = [task("A", 0), task("more", 10)]
    half = step("A", tasks=["A", StepTask("more", (need(0.5, "n"),))], returns=back)
    assert _codes(problems(model([half], tasks=tasks))) == ["FS502"]
    other = step("A", tasks=["A", "more"], returns=back)
    assert _codes(problems(model([other], tasks=tasks))) == []


def test_a_drawn_time_that_can_be_long_is_no_circle_in_no_time() -> None:
    built = model(
        [step("A", returns=(returns("A", ("A", 0.5)),))],
        tasks=[Task("A", Distribution("exponential", (24.6 * MINUTE,)), "adding")],
    )
    assert problems(built) == []


def test_circles_and_calendars_are_found_together() -> None:
    built = model(
        [step("A"), step("B", returns=(returns("B", ("A", 1.0)),))],
        teams=[Team("T", 1, "never")],
        calendars=[NEVER],
    )
    assert _codes(problems(built)) == ["FS501", "FS509"]


def test_the_same_circle_is_named_once_for_all_classes() -> None:
    built = model([step("A", returns=(returns("A", ("A", 1.0)),))], classes=[klass("x"), klass("y")])
    assert _codes(problems(built)) == ["FS501"]


def test_figures_for_sentences() -> None:
    shown = [number(x) for x in (31.4, 7.254, 0.4, 168, 1234.5, 5.24e6)]
    assert shown == ["31.4", "7.25", "0.4", "168", "1234", "5.24 million"]
    assert [amount(x) for x in (31 * HOUR, 45 * MINUTE, 20_000, 0)] == ["31 h", "45 min", "20 s", "0 s"]
