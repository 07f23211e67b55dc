"""Models for the tests of the audit: one with every rule in it, and any number of random small ones."""

from __future__ import annotations

import random

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
    Need,
    Question,
    RequestClass,
    ReturnRule,
    Route,
    Run,
    Span,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE

OFFICE = Calendar(
    "office",
    tuple((d * DAY + a * HOUR, d * DAY + b * HOUR) for d in range(5) for a, b in ((9, 12), (13, 17))),
    (DayException("2026-01-14", ()), DayException("2026-01-15", ((9 * HOUR, 12 * HOUR),))),
    7 * HOUR,
)
LEGAL = Calendar("legal", tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in (1, 3)), (), 8 * HOUR)
NIGHT = Calendar("night", tuple((d * DAY + 22 * HOUR, d * DAY + 30 * HOUR) for d in range(5)), (), 8 * HOUR)
WEEK_LONG = Calendar(
    "all week", tuple((d * DAY, (d + 1) * DAY) for d in range(7)), (DayException("2026-01-07", ()),), DAY
)


def constant(ticks: float) -> Distribution:
    return Distribution("constant", (ticks,))


def exponential(ticks: float) -> Distribution:
    return Distribution("exponential", (ticks,))


def full_model(queue: str = "first in", days: int = 15) -> Model:
    """Every rule of R1–R9, R11–R13 and R16 in one model; all teams but the last have the discipline `queue`."""
    return Model(
        name="full",
        start="2026-01-05",
        calendars=(OFFICE, LEGAL, ALWAYS),
        classes=(
            RequestClass("speed", Arrivals(exponential(52 * MINUTE), "office"), Wait(14 * HOUR, "office"), 0),
            RequestClass("certain", Arrivals(exponential(104 * MINUTE), None), Wait(5 * DAY), 1),
            RequestClass("dated", Arrivals(dates=tuple(range(9 * HOUR, 2 * days * DAY, DAY))), None, 1),
        ),
        tasks=(
            Task("register", exponential(10 * MINUTE), "necessary"),
            Task("check", Distribution("lognormal", (20 * MINUTE, 10 * MINUTE)), "waste"),
            Task("opinion", exponential(20 * MINUTE), "adding", need=Need(0.6, "need of opinion")),
            Task("fee", constant(8 * MINUTE), "necessary", only=("speed", "certain")),
            Task("answer", exponential(5 * MINUTE), "adding"),
            Task("stamp", constant(0), "adding"),
        ),
        teams=(
            Team("Front", 2, "office", queue),
            Team("Intake", 2, "office", queue),
            Team("Legal", 2, "legal", queue),
            Team("Finance", 2, "office", queue),
            Team("Dispatch", 3, "always", "first in"),
        ),
        steps=_steps(),
        run=Run(days * DAY, 3 * DAY, "office"),
    )


def _steps() -> tuple[Step, ...]:
    asks_customer = Question(0.2, "customer", Span(exponential(DAY), "office"))
    asks_sender = Question(0.3, "sender", Span(exponential(15 * MINUTE)))
    every_day = Clock(tuple(d * DAY + 16 * HOUR for d in range(5)), "office")
    return (
        Step("Register", "Front", (StepTask("register"),)),
        Step(
            "Check",
            "Intake",
            (StepTask("check"), StepTask("register", (Need(0.3, "share of Check"),))),
            handoff=Handoff(
                BatchRule(4, Wait(14 * HOUR, "office")),
                Span(exponential(2 * HOUR)),
                exponential(5 * MINUTE),
                asks_customer,
            ),
            returns=(ReturnRule((("Register", (0.15, 0.05)),), "returns at Check", 2),),
            change_over=constant(5 * MINUTE),
        ),
        Step(
            "Legal opinion",
            "Legal",
            (StepTask("opinion"),),
            handoff=Handoff(
                BatchRule(clock=every_day),
                Span(exponential(HOUR), "office"),
                exponential(5 * MINUTE),
                asks_sender,
            ),
            no_start_within=30 * MINUTE,
            routes=(Route(("speed",), (("Fee", 0.5, ""), ("Send", 0.3, ""), ("", 0.2, "refused"))),),
        ),
        Step(
            "Fee",
            "Finance",
            (StepTask("fee"),),
            handoff=Handoff(BatchRule(5, None, Clock((2 * DAY + 10 * HOUR, 4 * DAY + 15 * HOUR)))),
            batch=BatchRule(3, Wait(4 * HOUR)),
            set_up=exponential(10 * MINUTE),
            release="each",
            closing="finish",
            returns=(ReturnRule((("Check", (0.1,)), ("Register", (0.05,))), "returns at Fee"),),
        ),
        Step(
            "Send",
            "Dispatch",
            (StepTask("answer"),),
            handoff=Handoff(
                reread=exponential(MINUTE),
                question=Question(0.1, "sender", Span(exponential(5 * MINUTE))),
            ),
            batch=BatchRule(4, Wait(DAY)),
            set_up=exponential(20 * MINUTE),
            returns=(
                ReturnRule((("Legal opinion", (0.05,)),), "returns at Send", 1),
                ReturnRule((("Send", (0.2,)),), "again at Send", 3),
            ),
        ),
        Step("Stamp", "Front", (StepTask("stamp"),)),
        Step("Stamp twice", "Front", (StepTask("stamp"), StepTask("stamp"))),
    )


class RandomModel:
    """Random small models with all rules mixed; half of them on a coarse clock, so that much happens at one instant."""

    def __init__(self, seed: int) -> None:
        self._r = random.Random(seed)
        self._coarse = self._r.random() < 0.5
        self._names = [f"c{i}" for i in range(self._r.randint(1, 3))]
        self._days = self._r.randint(3, 7)

    def model(self) -> Model:
        """The model; call it once."""
        r = self._r
        tasks = [f"t{i}" for i in range(r.randint(1, 4))]
        teams = [f"T{i}" for i in range(r.randint(1, 3))]
        steps = [f"S{i}" for i in range(r.randint(1, 5))]
        queues = ("first in", "last in", "due date", "shortest", "random")
        calendars = (OFFICE, LEGAL, NIGHT, ALWAYS, WEEK_LONG)
        return Model(
            name="random",
            start=r.choice(("2026-01-05", "2026-01-07 11:30")),
            calendars=calendars,
            classes=tuple(self._class(name) for name in self._names),
            tasks=tuple(self._task(name) for name in tasks),
            teams=tuple(Team(t, r.randint(1, 4), r.choice(calendars).name, r.choice(queues)) for t in teams),
            steps=tuple(self._step(i, steps, teams, tasks) for i in range(len(steps))),
            run=Run(self._days * DAY, r.randint(0, 2) * DAY, "office"),
        )

    def _distribution(self) -> Distribution:
        if self._coarse:
            steps = Distribution("discrete", (0, 0.3, 30 * MINUTE, 0.3, HOUR, 0.4))
            return self._r.choice((constant(0), constant(HOUR), steps))
        smooth = Distribution("lognormal", (30 * MINUTE, 20 * MINUTE))
        return self._r.choice((constant(0), exponential(20 * MINUTE), smooth, constant(10 * MINUTE)))

    def _calendar(self) -> str | None:
        return self._r.choice((None, "office", "night", "always", "all week"))

    def _batch(self) -> BatchRule:
        r = self._r
        times = r.sample([d * DAY + h * HOUR for d in range(7) for h in (0, 9, 10, 12, 16, 23)], r.randint(1, 6))
        clock = Clock(tuple(sorted(times)), self._calendar()) if r.random() < 0.3 else None
        wait = Wait(r.randint(0, 10) * HOUR, self._calendar()) if r.random() < 0.5 else None
        size = r.randint(1, 6) if r.random() < 0.7 or (clock is None and wait is None) else None
        return BatchRule(size, wait, clock)

    def _some_classes(self, chance: float) -> tuple[str, ...] | None:
        r = self._r
        return tuple(r.sample(self._names, r.randint(1, len(self._names)))) if r.random() < chance else None

    def _class(self, name: str) -> RequestClass:
        r = self._r
        promise = Wait(r.randint(1, 60) * HOUR, self._calendar()) if r.random() < 0.6 else None
        if r.random() < 0.3:
            halves = sorted(r.randint(0, self._days * 96) for _ in range(60))
            arrivals = Arrivals(dates=tuple(half * 30 * MINUTE for half in halves))
        else:
            gap = constant(HOUR) if self._coarse else exponential(r.choice((40, 90)) * MINUTE)
            arrivals = Arrivals(gap, self._calendar())
        return RequestClass(name, arrivals, promise, r.randint(0, 2))

    def _task(self, name: str) -> Task:
        r = self._r
        need = Need(r.random(), f"need of {name}") if r.random() < 0.3 else None
        value = r.choice(("adding", "necessary", "waste"))
        return Task(name, self._distribution(), value, self._some_classes(0.2), need)

    def _handoff(self) -> Handoff | None:
        r = self._r
        if r.random() < 0.3:
            return None
        question = None
        if r.random() < 0.5:
            span = Span(self._distribution(), self._calendar())
            question = Question(r.choice((0.2, 0.5)), r.choice(("customer", "sender")), span)
        return Handoff(
            self._batch() if r.random() < 0.5 else None,
            Span(self._distribution(), self._calendar()) if r.random() < 0.4 else None,
            self._distribution() if r.random() < 0.4 else None,
            question,
            r.random() < 0.3,
        )

    def _returns(self, i: int, steps: list[str]) -> tuple[ReturnRule, ...]:
        r = self._r
        found = []
        for k in range(r.randint(0, 2)):
            targets = [
                (r.choice(steps[: i + 1]), tuple(r.choice((0.0, 0.1, 0.2)) for _ in range(r.randint(1, 3))))
                for _ in range(r.randint(1, 2))
            ]
            found.append(ReturnRule(tuple(targets), f"returns {k} at {i}", r.choice((None, 0, 1, 2))))
        return tuple(found)

    def _routes(self, i: int, steps: list[str]) -> tuple[Route, ...]:
        r = self._r
        if r.random() < 0.65:
            return ()
        found = []
        for only in (self._some_classes(1), None):
            onward = [*steps[i + 1 :], ""]
            anywhere = [*steps, ""]
            found.append(Route(only, ((r.choice(anywhere), 0.3, "refused"), (r.choice(onward), 0.7, "done"))))
        return tuple(found)

    def _step(self, i: int, steps: list[str], teams: list[str], tasks: list[str]) -> Step:
        r = self._r
        does = []
        for task in r.sample(tasks, r.randint(0, len(tasks))):
            needs = (Need(r.random(), f"share of S{i}"),) if r.random() < 0.3 else ()
            does.append(StepTask(task, needs))
        return Step(
            steps[i],
            r.choice(teams),
            tuple(does),
            only=self._some_classes(0.15),
            handoff=self._handoff(),
            batch=self._batch() if r.random() < 0.35 else None,
            set_up=self._distribution() if r.random() < 0.3 else None,
            change_over=self._distribution() if r.random() < 0.3 else None,
            release=r.choice(("together", "each")),
            closing=r.choice(("pause", "pause", "finish")),
            no_start_within=r.choice((0, 0, 0, 30 * MINUTE, 3 * HOUR)),
            returns=self._returns(i, steps),
            routes=self._routes(i, steps),
        )
