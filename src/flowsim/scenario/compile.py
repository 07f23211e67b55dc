"""From a redesign's tree to the Model: everything explicit, every default of the file format filled in.

Compiling happens in passes, each only when the one before found nothing: the schema (`schema`), names
(`references`), sense (`sense`), then the Model. Problems of a pass are all reported at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from flowsim import units
from flowsim.errors import Problem, ScenarioError
from flowsim.model import (
    ALWAYS,
    Calendar,
    Model,
    Need,
    Run,
    Task,
    laid_out,
    relations,
)
from flowsim.model.calendar import DAY, FOREVER, WEEK
from flowsim.scenario.calendars import busiest_day, calendar
from flowsim.scenario.compile_chasing import Parts, with_chases
from flowsim.scenario.compile_people import check_limits, people, slots_of, team
from flowsim.scenario.compile_requests import backlog, check_backlog, request_class
from flowsim.scenario.compile_steps import steps
from flowsim.scenario.context import Context
from flowsim.scenario.data import DataFiles
from flowsim.scenario.faults import problems_of
from flowsim.scenario.limits import limits_of
from flowsim.scenario.names import look_up, name_form
from flowsim.scenario.places import Places, in_order
from flowsim.scenario.references import Directory, directory, name_problems
from flowsim.scenario.schema import MOST_WORK, ScenarioForm, TaskForm
from flowsim.scenario.sense import sense_problems
from flowsim.scenario.tree import Document, Mapping, plain

LONGEST_RUN = 100 * 366 * DAY
"""A run may last a hundred years."""

_AFTER_END = 5  # years of holidays beyond the run, for waits that go on


@dataclass(frozen=True)
class Plan:
    """How often and from which seed a Model is run."""

    replications: int
    seed: int


@dataclass(frozen=True)
class Checked:
    """A tree that passed the schema and the second pass, with all that is needed to say something about it."""

    form: ScenarioForm
    places: Places
    known: Directory
    warnings: tuple[Problem, ...]


def validate(document: Document, root: Mapping) -> tuple[ScenarioForm, Places]:
    """The tree as a form. Raises ScenarioError with every problem of its shape, in order of place.

    Of the states only the names are looked at: what is in them is read by `states`.
    """
    places = Places(document, root)
    values = plain(root)
    key = look_up(values, "states")
    if key is not None and isinstance(values[key], dict):
        values[key] = {name: {} for name in values[key]}
    elif key is not None:
        del values[key]
    try:
        form = ScenarioForm.model_validate(values)
    except ValidationError as error:
        raise ScenarioError(in_order(problems_of(error, ScenarioForm, places))) from None
    if form.work() > MOST_WORK:
        message = "states, steps and classes of requests together are more than one scenario can have"
        hint = "fewer states in one file, or join what is alike"
        raise ScenarioError([places.problem("FS317", message, hint, ("steps",), key=True)])
    return form, places


def check_tree(document: Document, root: Mapping) -> Checked:
    """The first and the second pass. Raises ScenarioError with every problem of the first that finds any."""
    form, places = validate(document, root)
    known = directory(form)
    found = name_problems(form, places, known)
    if not found:
        found = sense_problems(form, places, known)
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        raise ScenarioError(in_order(errors))
    return Checked(form, places, known, tuple(in_order(found)))


def compile_model(checked: Checked, folder: Path | None, free: frozenset[str]) -> tuple[Model, Plan]:
    """The Model and the plan of a tree. `folder` is where data files are, `free` names the sources of text (such as the
    command line) whose data files may lie anywhere. Raises ScenarioError with every problem found.
    """
    form, places, known = checked.form, checked.places, checked.known
    calendars = _calendars(form, places)
    slots = slots_of(form, known, calendars, places)
    calendars |= {calendar.name: calendar for calendar in slots.values()}
    files = DataFiles(places, folder, free)
    context = Context(form, places, known, calendars, files, slots, limits_of(form, known))
    run = _run(context)
    parts = Parts(
        tuple(request_class(context, name, request) for name, request in form.requests.items()),
        tuple(_task(context, name, task) for name, task in form.tasks.items()),
        steps(context),
    )
    parts = with_chases(context, parts)
    teams = tuple(team(context, name, written) for name, written in form.teams.items())
    waiting = backlog(context)
    context.stop()
    model = Model(
        form.name,
        form.start,
        _used_calendars(context, {run.calendar, *(team.calendar for team in teams)}),
        parts.classes,
        parts.tasks,
        teams,
        parts.steps,
        run,
        people(context),
        waiting,
        context.bounds.whole,
    )
    check_limits(context, model)
    check_backlog(context, model)
    context.stop()
    wrong = relations(model)
    assert not wrong, wrong  # the second pass has seen to it
    return model, Plan(form.run.replications, form.run.seed)


def _used_calendars(context: Context, named: set[str]) -> tuple[Calendar, ...]:
    """The calendars of the file, those of slots, and `always` when it is among those `named`."""
    own = [context.calendars[name] for name in context.form.calendars]
    always = [ALWAYS] if ALWAYS.name in named else []
    return (*own, *context.slots.values(), *always)


def _calendars(form: ScenarioForm, places: Places) -> dict[str, Calendar]:
    """All calendars by name; `always` is the last. Raises ScenarioError."""
    found: dict[str, Calendar] = {}
    wrong: list[Problem] = []
    years = _years(form)
    for name, written in form.calendars.items():
        try:
            found[name] = calendar(name, written, years, places)
        except ScenarioError as error:
            wrong += error.problems()
    if wrong:
        raise ScenarioError(in_order(wrong))
    return {**found, ALWAYS.name: ALWAYS}


def _years(form: ScenarioForm) -> range:
    """The years whose holidays are frozen: from the year before the start to five years after the end.

    The end counts arrivals that go on after the run, at most as long again (R16). Holidays themselves make a run in
    working days a little longer than is reckoned here; the five years are ample for that.
    """
    start = datetime.fromisoformat(form.start)
    elapsed = min(_elapsed(form), float(LONGEST_RUN))
    return range(start.year - 1, (start + timedelta(milliseconds=2 * elapsed)).year + _AFTER_END + 1)


def _elapsed(form: ScenarioForm) -> float:
    """How long the run lasts on the clock, in ticks, as far as the hours of a week tell."""
    word = form.run.calendar
    known = {name_form(name): calendar for name, calendar in form.calendars.items()}
    written = known.get(name_form(word)) if word is not None else next(iter(known.values()), None)
    length = form.run.length
    if written is None or not length.working:
        return length.exact(DAY, WEEK)
    weekly = units.parse_hours(written.hours)
    week = sum(closes - opens for opens, closes in weekly)
    day = busiest_day(weekly) if written.working_day is None else int(written.working_day.ticks)
    return length.exact(day, week) / week * WEEK if week and day else 0.0


def _run(context: Context) -> Run:
    """Length and warm-up in ticks, laid out on the calendar of the run (R16)."""
    form = context.form.run
    name = context.run_calendar
    open_times = laid_out(context.calendars[name], context.form.start)
    ends: dict[str, int] = {}
    for field, length in (("length", form.length), ("warm-up", form.warm_up)):
        at = ("run", field)
        ticks = 0 if length is None else context.ticks(length, name, at)
        end = open_times.after(0, ticks) if length is not None and length.working else ticks
        if end > LONGEST_RUN:
            opens = "never is open for so long" if end >= FOREVER else "takes more than a hundred years for that"
            context.add("FS421", f"the calendar '{name}' {opens}", "shorten it, or choose another calendar", at)
        ends[field] = end
    if ends["length"] <= 0:
        context.add(
            "FS421",
            "a run of no length shows nothing",
            "for example: length: 250 working days",
            ("run", "length"),
        )
    elif ends["warm-up"] >= ends["length"]:
        message = "the warm-up lasts as long as the run or longer: nothing would be measured"
        context.add("FS422", message, "shorten the warm-up, or lengthen the run", ("run", "warm-up"))
    return Run(ends["length"], ends["warm-up"], name)


def _task(context: Context, name: str, form: TaskForm) -> Task:
    only = tuple(context.known.get("class", word) for word in form.only) or None
    need = None if form.share is None or form.share >= 1 else Need(form.share, f"need of {name}")
    return Task(name, context.work(form.time, ("tasks", name, "time")), form.value, only, need)
