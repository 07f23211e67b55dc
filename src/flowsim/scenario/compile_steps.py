"""Steps of the file as steps of the Model (R4, R7 to R9, R11 to R14).

Codes: FS442 a process batch that is larger than the limit of its step.
"""

from __future__ import annotations

from flowsim.model import BatchRule, Handoff, Need, Question, ReturnRule, Route, Step, StepTask
from flowsim.model.process import END
from flowsim.scenario.context import Context
from flowsim.scenario.outline import Outline, outline
from flowsim.scenario.schema_next import Branch
from flowsim.scenario.schema_steps import ReturnForm, StepForm
from flowsim.scenario.sense import luck
from flowsim.scenario.syntax import shorten


def steps(context: Context) -> tuple[Step, ...]:
    """All steps, in file order. Problems are noted in the context."""
    order = outline(context.form, context.known)
    return tuple(_step(context, order, name) for name in context.form.steps)


def _step(context: Context, order: Outline, name: str) -> Step:
    form = context.form.steps[name]
    at = ("steps", name)
    team, *others = (context.known.get("team", word) for word in form.teams)
    change_over = form.change_over
    near = form.no_start_within
    return Step(
        name=name,
        team=team,
        tasks=_tasks(context, name, form),
        only=_classes(context, form.only),
        others=tuple(others),
        people=form.people,
        together=tuple((context.known.get("team", guests.team), guests.count) for guests in form.together),
        same_person=form.same_person,
        handoff=_handoff(context, order, name),
        batch=_batch(context, name, form, team),
        set_up=None if form.set_up is None else context.work(form.set_up, (*at, "set-up")),
        change_over=None if change_over is None else context.work(change_over.time, (*at, "change-over", "time")),
        change_over_by=("class",) if change_over is None else tuple(dict.fromkeys(change_over.by)),
        release=form.release,
        closing=form.closing,
        no_start_within=0 if near is None else context.clock_ticks(near, (*at, "no start within")),
        returns=_returns(context, name, form),
        routes=_routes(context, order, name, form),
        split=order.split(name),
        limit=context.limits.get(name),
        blocking=form.blocking,
    )


def _batch(context: Context, name: str, form: StepForm, team: str) -> BatchRule | None:
    """The process batch (R11). A batch that is larger than the step's limit can never be together there (R14)."""
    at = ("steps", name, "batch")
    rule = context.batch(form.batch, context.team_calendar(team), at)
    limit = context.limits.get(name)
    if rule is not None and rule.size is not None and limit is not None and rule.size > limit:
        message = f"a batch of {rule.size} never fills: at most {limit} may be at '{shorten(name)}' at once"
        context.add("FS442", message, f"a limit of {rule.size} or more, or a smaller batch", at)
    return rule


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


def _handoff(context: Context, order: Outline, name: str) -> Handoff | None:
    """The handoff of a step; None when there is nothing in it, so that equal processes have equal Models (R7)."""
    form = context.form.steps[name].handoff
    if form is None:
        return None
    at = ("steps", name, "handoff")
    calendar = _handoff_calendar(context, order, name)
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


def _handoff_calendar(context: Context, order: Outline, name: str) -> str:
    """The calendar of a step's handoff: its own, else that of the nearest earlier step of another team, else that of
    the step's team; slots of a team are no matter of handoffs.
    """
    form = context.form.steps[name]
    if form.handoff is not None and form.handoff.calendar is not None:
        return context.calendar(form.handoff.calendar)
    own = [context.known.get("team", word) for word in form.teams]
    for earlier in order.before(name):
        team = context.known.get("team", context.form.steps[earlier].team)
        if team not in own:
            return context.written_calendar(team)
    return context.written_calendar(own[0])


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


def _routes(context: Context, order: Outline, name: str, form: StepForm) -> tuple[Route, ...]:
    """Routes as written (R13). When they are by class and leave some out, those go on along their path: in a file whose
    classes all travel in its order, a route to the next step says so.
    """
    named = [branch for branch in form.routes if not branch.others]
    others = [branch for branch in form.routes if branch.others]
    found = [Route((context.known.get("class", branch.name),), _targets(context, branch)) for branch in named]
    if others:
        return (*found, Route(None, _targets(context, others[0])))
    if not order.plain or len(named) in (0, len(context.form.requests)):
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
