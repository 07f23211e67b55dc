"""The second pass, continued: shares, returns and calendars that contradict themselves; names are known by now.

Where requests can go, and whether they ever end, is asked of the Model (`flowsim.model.advice`, see `hints`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.calendar import DAY
from flowsim.scenario.names import name_form
from flowsim.scenario.outline import outline
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.references import Directory, references
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.schema_steps import ReturnForm, StepForm
from flowsim.scenario.sense_branches import branch_problems
from flowsim.scenario.sense_requests import own_time, request_problems
from flowsim.scenario.sense_steps import staffing_problems
from flowsim.scenario.syntax import shorten
from flowsim.units import Quantity, format_length, parse_hours

SLACK = 1e-9
"""Shares may miss 100 % by this much: rounding."""


def sense_problems(spec: ScenarioForm, places: Places, known: Directory) -> list[Problem]:
    """What contradicts itself, and (as warnings) what is surely not meant."""
    found = [
        *_calendars(spec, places),
        *_nights(spec, places),
        *_days_of_work(spec, places),
        *request_problems(spec, places, known),
    ]
    for name, step in spec.steps.items():
        found += [*_next(name, step, places), *_returns(name, step, places, known)]
    return [*found, *staffing_problems(spec, places, known), *branch_problems(outline(spec, known), places)]


def luck(name: str, rule: ReturnForm, known: Directory) -> str:
    """The step whose draw a return is decided by (R4)."""
    return name if rule.luck_of is None else known.find("step", rule.luck_of) or rule.luck_of


def percent(share: float) -> str:
    """A share for in a message."""
    return f"{round(share * 100, 6):g}%"


def _calendars(spec: ScenarioForm, places: Places) -> Iterator[Problem]:
    if len(spec.calendars) < 2:
        return
    for name, team in spec.teams.items():
        if team.calendar is None:
            message = f"the team '{name}' has no calendar, and the file has {len(spec.calendars)} to choose from"
            hint = f"for example: calendar: {next(iter(spec.calendars))}"
            yield places.problem("FS408", message, hint, ("teams", name), key=True)


_LONG_NIGHT = 12 * 3_600_000  # ticks; a night shift is shorter


def _nights(spec: ScenarioForm, places: Places) -> Iterator[Problem]:
    """Hours that end before they begin run on past midnight: of 16 hours that is rarely what was meant."""
    for name, calendar in spec.calendars.items():
        for i, text in enumerate(calendar.hours):
            for opens, closes in parse_hours(text):
                if closes - opens > _LONG_NIGHT and closes > (opens // DAY + 1) * DAY:
                    times = f"{_clock(opens)}-{_clock(closes)}"
                    message = f"{times} is read as a night shift of {format_length(closes - opens)}"
                    hint = f"to be open by day, write {_clock(closes)}-{_clock(opens)}"
                    yield places.problem("FS459", message, hint, ("calendars", name, "hours", i), severity="note")
                    break


def _clock(ticks: int) -> str:
    """A time of the week as a time of day."""
    minutes = ticks % DAY // 60_000
    return f"{minutes // 60:02}:{minutes % 60:02}"


_DAYS = re.compile(r"\b(d|days?|dag|dagen|weeks?|weken)\b", re.IGNORECASE)


def _days_of_work(spec: ScenarioForm, places: Places) -> Iterator[Problem]:
    """A day is 24 hours; where people's own time is meant, that is three working days: rarely what was meant."""
    for loc, quantity in _own_time(spec):
        if quantity is not None and not quantity.working and _DAYS.search(quantity.text):
            message = f"a day here is 24 hours of open time, found '{shorten(quantity.text)}'"
            yield places.problem("FS458", message, "say it in hours", loc, severity="warning")


def _own_time(spec: ScenarioForm) -> Iterator[tuple[Loc, Quantity | None]]:
    """Every quantity that is counted in open time, whatever its unit."""
    yield from own_time(spec)
    for name, task in spec.tasks.items():
        yield ("tasks", name, "time"), task.time
    for name, step in spec.steps.items():
        yield ("steps", name, "set-up"), step.set_up
        if step.change_over is not None:
            yield ("steps", name, "change-over", "time"), step.change_over.time
        if step.handoff is not None:
            yield ("steps", name, "handoff", "reread"), step.handoff.reread
            question = step.handoff.question
            if question is not None and question.to == "sender":
                yield ("steps", name, "handoff", "question", "answer"), question.answer


def _next(name: str, step: StepForm, places: Places) -> Iterator[Problem]:
    at = ("steps", name, "next")
    seen: set[str] = set()
    for branch in step.routes:
        total = sum(goal.share for goal in branch.goals)
        if abs(total - 1) > SLACK:
            message = f"these shares add up to {percent(total)}, expected 100%"
            yield places.problem("FS410", message, "let the last one be what is left", (*at, *branch.at))
        form = "others" if branch.others else name_form(branch.name)
        if form in seen:
            message = f"'{shorten(branch.name)}' stands for the same classes as a line above it"
            yield places.problem("FS406", message, "keep one", (*at, *branch.at), key=True)
        seen.add(form)


def _returns(name: str, step: StepForm, places: Places, known: Directory) -> Iterator[Problem]:
    at = ("steps", name, "returns")
    draws: dict[str, list[tuple[int, ReturnForm]]] = {}
    for i, rule in enumerate(step.returns):
        draws.setdefault(luck(name, rule, known), []).append((i, rule))
    for group in draws.values():
        limits = {rule.at_most for _, rule in group}
        if len(limits) > 1:
            message = "returns of one draw have one 'at most' together, found several"
            yield places.problem("FS414", message, "write the same 'at most' with each", (*at, group[1][0]))
        visits = max(len(rule.chance) for _, rule in group)
        totals = [sum(r.chance[min(v, len(r.chance) - 1)] for _, r in group) for v in range(visits)]
        if max(totals) > 1 + SLACK:
            message = f"the chances of a return add up to {percent(max(totals))}, expected 100% at most"
            yield places.problem("FS411", message, "lower them", (*at, group[-1][0]))
        elif totals[-1] > 1 - SLACK and limits == {None}:
            message = "every request is sent back again and again: 100% returns without an end"
            yield places.problem("FS413", message, "lower the chance, or add 'at most: 2'", (*at, group[-1][0]))


def unused(spec: ScenarioForm, places: Places, known: Directory) -> dict[tuple[str, str], Problem]:
    """A warning for each task and calendar that nothing uses, by kind and form of the name.

    A team without work is told by `flowsim.model.advice`.
    """
    used = {(kind, name_form(known.find(kind, word) or word)) for kind, word, _, _ in references(spec)}
    implied = next(iter(spec.calendars), None)
    if implied is not None and (spec.run.calendar is None or any(t.calendar is None for t in spec.teams.values())):
        used.add(("calendar", name_form(implied)))
    found: dict[tuple[str, str], Problem] = {}
    sections = {"task": ("FS451", "tasks"), "calendar": ("FS453", "calendars")}
    for kind, (code, section) in sections.items():
        for name in getattr(spec, section):
            if (kind, name_form(name)) not in used:
                message = f"nothing uses the {kind} '{shorten(name)}'"
                hint = "remove it, or see whether a name is misspelt"
                problem = places.problem(code, message, hint, (section, name), key=True, severity="warning")
                found[kind, name_form(name)] = problem
    return found
