"""Models for the tests of the audit with the rules of teams, people, branches, limits and customers in them."""

from __future__ import annotations

from dataclasses import replace

from audit_models import OFFICE, RandomModel, constant, exponential

from flowsim.model import (
    ALWAYS,
    Arrivals,
    Backlog,
    BatchRule,
    Calendar,
    Chasing,
    Distribution,
    Handoff,
    Model,
    Person,
    Question,
    RequestClass,
    ReturnRule,
    Run,
    Span,
    Split,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE, WEEK
from flowsim.model.process import END

LONG = Calendar("long", tuple((d * DAY + 8 * HOUR, d * DAY + 16 * HOUR) for d in range(4)), (), 8 * HOUR)
"""Open over lunch, closed on Fridays: meetings with teams of the office have hours of their own."""

OWN = ("permit", "rush", "complaint")


def feature_model(days: int = 15) -> Model:
    """Every rule that a model may have beyond `full_model`'s (R5, R8, R10, R13–R15), much of it at once."""
    return Model(
        name="features",
        start="2026-01-05",
        calendars=(OFFICE, LONG, ALWAYS),
        classes=(
            RequestClass(
                "permit",
                Arrivals(exponential(70 * MINUTE), "office", profile=((0, DAY, 3), (DAY, WEEK, 2))),
                Wait(5 * HOUR, "office"),
                patience=Span(exponential(80 * HOUR)),
                chasing=Chasing("permit: chasing", Span(exponential(4 * HOUR), "office"), 0.7, None, 3),
            ),
            RequestClass("rush", Arrivals(exponential(100 * MINUTE), "office", group=((1, 0.5), (2, 0.5))), None, 0),
            RequestClass(
                "complaint",
                Arrivals(exponential(3 * HOUR), "office"),
                Wait(3 * DAY),
                2,
                journey=("Register", "Assess", "Answer"),
                patience=Span(constant(20 * HOUR), "office"),
            ),
            RequestClass("permit: chasing", Arrivals(), None, 1),
        ),
        tasks=(
            Task("register", exponential(15 * MINUTE), "necessary"),
            Task("check", Distribution("lognormal", (20 * MINUTE, 10 * MINUTE)), "waste"),
            Task("advice", exponential(30 * MINUTE), "adding"),
            Task("visit", exponential(40 * MINUTE), "adding"),
            Task("decide", constant(35 * MINUTE), "adding"),
            Task("answer", exponential(10 * MINUTE), "adding"),
            Task("chasing", exponential(5 * MINUTE), "waste"),
        ),
        teams=(
            Team("Front", 2, "office", absence=0.15, presence=0.9),
            Team("Intake", 2, "office", "furthest"),
            Team("Legal", 2, "long", "due date"),
            Team("Fire", 1, "office", limit=6),
            Team("Desk", 1, "office", "shortest"),
        ),
        steps=_steps(),
        run=Run(days * DAY, 2 * DAY, "office"),
        people=(Person("Ann", ("Intake", "Front"), 1500), Person("Bob", ("Intake", "Legal", "Desk"), 700)),
        backlog=(Backlog("complaint", "Assess", 6, exponential(2 * DAY)), Backlog("permit", "Check", 3, constant(DAY))),
        limit=60,
    )


def _steps() -> tuple[Step, ...]:
    returns = (ReturnRule((("Register", (0.1, 0.05)),), "returns at Check", 2),)
    return (
        Step("Register", "Front", (StepTask("register"),), OWN, others=("Intake",)),
        Step(
            "Check",
            "Intake",
            (StepTask("check"), StepTask("register")),
            OWN,
            same_person=True,
            handoff=Handoff(reread=exponential(5 * MINUTE), question=Question(0.1, "customer", Span(exponential(DAY)))),
            returns=returns,
            split=Split((("Legal advice",), ("Fire advice",)), "Decide"),
            limit=20,
        ),
        Step("Legal advice", "Legal", (StepTask("advice"),), OWN, handoff=Handoff(BatchRule(3, Wait(DAY)))),
        Step(
            "Fire advice",
            "Fire",
            (StepTask("advice"),),
            OWN,
            split=Split((("Fire visit",), ("Fire paper",)), END),
            limit=4,
            blocking="person",
        ),
        Step("Fire visit", "Desk", (StepTask("visit"),), OWN, limit=2),
        Step("Fire paper", "Desk", (StepTask("answer"),), OWN, others=("Intake",)),
        Step(
            "Decide",
            "Legal",
            (StepTask("decide"),),
            OWN,
            people=2,
            together=(("Intake", 2),),
            batch=BatchRule(2, Wait(DAY)),
            no_start_within=45 * MINUTE,
        ),
        Step("Assess", "Desk", (StepTask("visit"),), ("complaint",), change_over=constant(4 * MINUTE)),
        Step(
            "Answer",
            "Desk",
            (StepTask("answer"),),
            OWN,
            change_over=constant(3 * MINUTE),
            change_over_by=("class", "task"),
        ),
        Step("Chasing of permit", "Front", (StepTask("chasing"),), ("permit: chasing",)),
    )


class FeatureModel(RandomModel):
    """Random small models with some of these rules laid over them: `features` names which (see FEATURES)."""

    def __init__(self, seed: int, features: tuple[str, ...]) -> None:
        super().__init__(seed)
        self._features = features

    def model(self) -> Model:
        """The model; call it once. It may be unsound: see `flowsim.model.relations`."""
        model = super().model()
        for feature in FEATURES:
            if feature in self._features:
                model = getattr(self, f"_add_{feature}")(model)
        return model

    def _add_any(self, model: Model) -> Model:
        r = self._r
        steps = list(model.steps)
        for i, step in enumerate(steps):
            others = [team.name for team in model.teams if team.name != step.team]
            if others and r.random() < 0.5:
                steps[i] = replace(step, others=tuple(r.sample(others, r.randint(1, len(others)))))
        return replace(model, steps=tuple(steps))

    def _add_named(self, model: Model) -> Model:
        r = self._r
        names = [team.name for team in model.teams]
        people = [
            Person(f"P{k}", tuple(r.sample(names, r.randint(1, len(names)))), r.choice((1000, 700, 1500, 333)))
            for k in range(r.randint(1, 3))
        ]
        return replace(model, people=tuple(people))

    def _add_away(self, model: Model) -> Model:
        r = self._r
        teams = [replace(t, absence=r.choice((0, 0.2, 0.5)), presence=r.choice((1.0, 0.5, 0.8))) for t in model.teams]
        return replace(model, teams=tuple(teams))

    def _add_furthest(self, model: Model) -> Model:
        teams = [replace(team, queue="furthest") if self._r.random() < 0.5 else team for team in model.teams]
        return replace(model, teams=tuple(teams))

    def _add_several(self, model: Model) -> Model:
        r = self._r
        steps = list(model.steps)
        for i, step in enumerate(steps):
            if not step.others and r.random() < 0.5:
                people = r.randint(1, model.team(step.team).people)
                others = [team for team in model.teams if team.name != step.team and r.random() < 0.5]
                together = tuple((team.name, r.randint(1, team.people)) for team in others)
                steps[i] = replace(step, people=people, together=together)
        return replace(model, steps=tuple(steps))

    def _add_same(self, model: Model) -> Model:
        steps = [
            replace(step, same_person=not step.several and step.batch is None and self._r.random() < 0.7)
            for step in model.steps
        ]
        return replace(model, steps=tuple(steps))

    def _add_over(self, model: Model) -> Model:
        by = (("class",), ("task",), ("class", "task"))
        steps = [
            replace(step, change_over=self._distribution(), change_over_by=self._r.choice(by)) for step in model.steps
        ]
        return replace(model, steps=tuple(steps))

    def _add_limits(self, model: Model) -> Model:
        r = self._r
        steps = list(model.steps)
        for i, step in enumerate(steps):
            least = 1 if step.batch is None else step.batch.size or 1
            limit = max(r.randint(1, 6), least) if r.random() < 0.5 else None
            steps[i] = replace(step, limit=limit, blocking=r.choice(("place", "place", "person")))
        teams = [replace(team, limit=r.randint(4, 12)) if r.random() < 0.3 else team for team in model.teams]
        whole = r.randint(5, 30) if r.random() < 0.3 else None
        return replace(model, steps=tuple(steps), teams=tuple(teams), limit=whole)

    def _add_split(self, model: Model) -> Model:
        """Some step splits into the steps after it; one of the branches perhaps again."""
        r = self._r
        names = [step.name for step in model.steps]
        if len(names) < 4:
            return model
        at = r.randint(0, len(names) - 3)
        rest = names[at + 1 :]
        cuts = sorted(r.sample(range(1, len(rest) + 1), r.randint(2, min(3, len(rest)))))
        paths = [rest[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]
        tail = rest[cuts[-1] :]
        splits = {}
        for path in paths:
            if len(path) >= 3 and r.random() < 0.7:
                splits[path[0]] = Split(((path[1],), (path[2],)), path[3] if len(path) > 3 else END)
                del path[1:3]
                break
        join = END if not tail else tail[min(len(tail) - 1, int(r.random() < 0.3))]
        splits[names[at]] = Split(tuple(map(tuple, paths)), join)
        steps = [replace(s, split=splits.get(s.name), routes=() if s.name in splits else s.routes) for s in model.steps]
        return replace(model, steps=tuple(_within(steps)))

    def _add_journey(self, model: Model) -> Model:
        r = self._r
        if any(step.split for step in model.steps):
            return model
        names = [step.name for step in model.steps]
        classes = [
            replace(cls, journey=tuple(r.sample(names, r.randint(1, len(names))))) if r.random() < 0.6 else cls
            for cls in model.classes
        ]
        return replace(model, classes=tuple(classes))

    def _add_backlog(self, model: Model) -> Model:
        r = self._r
        backlog = [
            Backlog(cls.name, r.choice(model.steps).name, r.randint(1, 12), self._distribution())
            for cls in model.classes
            for _ in range(r.randint(0, 2))
        ]
        return replace(model, backlog=tuple(backlog))

    def _add_patience(self, model: Model) -> Model:
        r = self._r
        waits = (constant(r.randint(0, 40) * HOUR), exponential(20 * HOUR))
        classes = [
            replace(cls, patience=Span(r.choice(waits), self._calendar())) if r.random() < 0.8 else cls
            for cls in model.classes
        ]
        return replace(model, classes=tuple(classes))

    def _add_chase(self, model: Model) -> Model:
        r = self._r
        classes, chases = [], []
        for cls in model.classes:
            after = None if cls.promise and r.random() < 0.5 else Wait(r.randint(0, 30) * HOUR, self._calendar())
            every = Span(r.choice((constant(5 * HOUR), exponential(8 * HOUR))), self._calendar())
            rule = Chasing(f"chase {cls.name}", every, r.choice((1.0, 0.5)), after, r.choice((None, 1, 3)))
            classes.append(replace(cls, chasing=rule))
            chases.append(RequestClass(rule.klass, Arrivals(), None, r.randint(0, 2)))
        own, names = tuple(cls.name for cls in classes), tuple(cls.name for cls in chases)
        steps = [replace(step, only=own) if step.only is None else step for step in model.steps]
        tasks = [replace(task, only=own) if task.only is None else task for task in model.tasks]
        step = Step("Chases", r.choice(model.teams).name, (StepTask("chasing"),), names)
        task = Task("chasing", self._distribution(), "waste", names)
        return replace(model, classes=(*classes, *chases), steps=(*steps, step), tasks=(*tasks, task))

    def _add_group(self, model: Model) -> Model:
        r = self._r
        classes = []
        for cls in model.classes:
            arrivals = cls.arrivals
            if arrivals.gap is not None or arrivals.dates is not None:
                arrivals = replace(arrivals, group=r.choice((None, ((1, 0.5), (3, 0.5)), ((2, 1.0),))))
            if arrivals.gap is not None and r.random() < 0.5:
                arrivals = replace(arrivals, profile=((0, DAY, 2), (DAY, 3 * DAY, 1), (3 * DAY, WEEK, 3)))
            classes.append(replace(cls, arrivals=arrivals))
        return replace(model, classes=tuple(classes))


FEATURES = (
    "any",
    "named",
    "away",
    "furthest",
    "several",
    "same",
    "over",
    "limits",
    "split",
    "journey",
    "backlog",
    "patience",
    "chase",
    "group",
)
"""The rules that a FeatureModel may have, in the order in which they are laid over it."""


def _within(steps: list[Step]) -> list[Step]:
    """The same steps without routes and returns that leave a branch or lead into one."""
    paths = {name: path for step in steps if step.split for path in step.split.branches for name in path}
    found = []
    for step in steps:
        own = paths.get(step.name)
        routes, returns = step.routes, step.returns
        if own is not None:
            routes = ()
            returns = tuple(
                replace(rule, targets=tuple((to if to in own else step.name, c) for to, c in rule.targets))
                for rule in returns
            )
        elif any(to in paths for route in routes for to, _, _ in route.targets):
            routes = ()
        found.append(replace(step, routes=routes, returns=returns))
    return found
