"""Teams, people with a name, and limits, as parts of the Model (R8, R10, R14).

Codes: FS442 a batch that never fills under a limit; FS447 slots that leave no open time.
"""

from __future__ import annotations

from collections.abc import Mapping

from flowsim import units
from flowsim.errors import Problem, ScenarioError
from flowsim.model import ALWAYS, Calendar, Model, Person, Target, Team
from flowsim.scenario.context import Context
from flowsim.scenario.places import Places, in_order
from flowsim.scenario.references import Directory
from flowsim.scenario.references_requests import ALL, slots_name
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.schema_people import TeamForm
from flowsim.scenario.syntax import shorten
from flowsim.scenario.weekparts import narrowed


def team(context: Context, name: str, form: TeamForm) -> Team:
    """The team of that name. Problems are noted in the context."""
    calendar = context.team_calendar(name)
    target = None
    if form.target is not None:
        wait = context.wait(form.target.within, calendar, ("teams", name, "target", "within"))
        target = Target(form.target.share, wait)
    return Team(
        name,
        form.people,
        calendar,
        form.queue,
        target,
        form.cost,
        absence=form.absence,
        presence=form.presence,
        limit=context.bounds.teams.get(name),
    )


def people(context: Context) -> tuple[Person, ...]:
    """People with a name, in file order."""
    return tuple(
        Person(name, tuple(context.known.get("team", word) for word in form.teams), form.speed)
        for name, form in context.form.people.items()
    )


def slots_of(
    form: ScenarioForm, known: Directory, calendars: Mapping[str, Calendar], places: Places
) -> dict[str, Calendar]:
    """By team that has slots its calendar narrowed to them (R10). Raises ScenarioError with all problems."""
    found: dict[str, Calendar] = {}
    wrong: list[Problem] = []
    only = next(iter(form.calendars), ALWAYS.name)
    for name, written in form.teams.items():
        if not written.slots:
            continue
        whole = calendars[only if written.calendar is None else known.get("calendar", written.calendar)]
        parts = [interval for text in written.slots for interval in units.parse_part(text)]
        found[name] = narrowed(whole, units.joined(parts), slots_name(whole.name, name))
        if not found[name].weekly and not any(e.hours for e in found[name].exceptions):
            message = f"'{shorten(name)}' never opens: its slots leave no open time of '{shorten(whole.name)}'"
            hint = "name parts of the week in which the calendar is open"
            wrong.append(places.problem("FS447", message, hint, ("teams", name, "slots")))
    if wrong:
        raise ScenarioError(in_order(wrong))
    return found


def check_limits(context: Context, model: Model) -> None:
    """Note in the context the process batches that never fill because a team or the whole never lets so many in (R11,
    R14). A batch that also leaves after a while or at a time of day is none of these.
    """
    for step in model.steps:
        if step.batch is None or step.batch.size is None or step.batch.wait is not None or step.batch.clock is not None:
            continue
        for meant, limit in ((("team", step.team), model.team(step.team).limit), ((ALL, ""), model.limit)):
            if limit is not None and limit < step.batch.size:
                where = f"with '{shorten(step.team)}'" if meant[0] == "team" else "in the whole process"
                message = (
                    f"the batch of {step.batch.size} at '{shorten(step.name)}' never fills: "
                    f"at most {limit} may be {where} at once"
                )
                hint = "make the batch smaller or the limit larger, or say after how long it leaves anyway"
                context.add("FS442", message, hint, ("limits", context.bounds.words[meant]))
