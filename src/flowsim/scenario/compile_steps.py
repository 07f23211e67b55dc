"""Steps of the file as steps of the Model (R4, R7, R9, R11 to R13)."""

from __future__ import annotations

from flowsim.model import Handoff, Need, Question, ReturnRule, Route, Step, StepTask
from flowsim.model.process import END
from flowsim.scenario.context import Context
from flowsim.scenario.schema_steps import Branch, HandoffForm, ReturnForm, StepForm
from flowsim.scenario.sense import luck


def step(context: Context, name: str) -> Step:
    """The step of that name. Problems are noted in the context."""
    form = context.form.steps[name]
    at = ("steps", name)
    team = context.known.get("team", form.team)
    timed = {}
    for field, quantity in (("set-up", form.set_up), ("change-over", form.change_over)):
        timed[field] = None if quantity is None else context.work(quantity, (*at, field))
    near = form.no_start_within
    return Step(
        name=name,
        team=team,
        tasks=_tasks(context, name, form),
        only=_classes(context, form.only),
        handoff=_handoff(context, name, form.handoff),
        batch=context.batch(form.batch, context.team_calendar(team), (*at, "batch")),
        set_up=timed["set-up"],
        change_over=timed["change-over"],
        release=form.release,
        closing=form.closing,
        no_start_within=0 if near is None else context.clock_ticks(near, (*at, "no start within")),
        returns=_returns(context, name, form),
        routes=_routes(context, name, form),
    )


def _classes(context: Context, words: list[str]) -> tuple[str, ...] | None:
    return tuple(context.known.get("class", word) for word in words) or None


def _tasks(context: Context, name: str, form: StepForm) -> tuple[StepTask, ...]:
    """The tasks with what decides whether they are done: the step's share, and their own at this step (R4, R13)."""
    shared = () if form.share is None or form.share >= 1 else (Need(form.share, f"share of {name}"),)
    found = []
    for item in form.does:
        task = context.known.get("task", item.task)
        own: tuple[Need, ...] = ()
        if item.share is not None and item.share < 1:
            old = item.luck_of
            purpose = (
                f"share of {task} at {name}" if old is None else f"share of {context.known.find('step', old) or old}"
            )
            own = (Need(item.share, purpose),)
        found.append(StepTask(task, (*shared, *own)))
    return tuple(found)


def _handoff(context: Context, name: str, form: HandoffForm | None) -> Handoff | None:
    """The handoff of a step; None when there is nothing in it, so that equal processes have equal Models (R7)."""
    if form is None:
        return None
    at = ("steps", name, "handoff")
    calendar = context.handoff_calendar(name)
    question = None
    if form.question is not None:
        asked, where = form.question, (*at, "question", "answer")
        if asked.to == "customer":
            answer = context.span(asked.answer, context.run_calendar, where)
        else:
            answer = context.work_span(asked.answer, where)
        question = Question(asked.chance, asked.to, answer)
    handoff = Handoff(
        batch=context.batch(form.batch, calendar, (*at, "batch")),
        transit=None if form.transit is None else context.span(form.transit, calendar, (*at, "transit")),
        reread=None if form.reread is None else context.work(form.reread, (*at, "reread")),
        question=question,
        within_team=form.within_team,
    )
    return None if handoff in (Handoff(), Handoff(within_team=True)) else handoff


def _returns(context: Context, name: str, form: StepForm) -> tuple[ReturnRule, ...]:
    """A rule for each draw: returns of the same luck are exclusive shares of one uniform (R4, R12)."""
    draws: dict[str, list[ReturnForm]] = {}
    for rule in form.returns:
        draws.setdefault(luck(name, rule, context.known), []).append(rule)
    return tuple(
        ReturnRule(
            tuple((context.known.get("step", rule.to), tuple(rule.chance)) for rule in group),
            f"returns at {old}",
            group[0].at_most,
        )
        for old, group in draws.items()
    )


def _routes(context: Context, name: str, form: StepForm) -> tuple[Route, ...]:
    """Routes as written; when they are by class and leave some out, those go to the next step of the file (R13)."""
    named = [branch for branch in form.next if not branch.others]
    others = [branch for branch in form.next if branch.others]
    found = [Route((context.known.get("class", branch.name),), _targets(context, branch)) for branch in named]
    if others:
        return (*found, Route(None, _targets(context, others[0])))
    if len(named) in (0, len(context.form.requests)):
        return tuple(found)
    names = [*context.form.steps, END]
    following = names[names.index(name) + 1]
    return (*found, Route(None, ((following, 1.0, "" if following else "done"),)))


def _targets(context: Context, branch: Branch) -> tuple[tuple[str, float, str], ...]:
    return tuple(
        (context.known.get("step", goal.to), goal.share, "")
        if goal.outcome is None
        else (END, goal.share, goal.outcome)
        for goal in branch.goals
    )
