"""What contradicts itself about classes of requests, teams and people: the second pass, continued; names are known.

Journeys are held against branches in `sense_branches`, backlogs and limits against the Model in `compile_requests` and
`compile_people`.

Codes: FS443 a class that never arrives, FS444 a journey that names a step twice, FS446 something that needs a promise,
FS447 parts of the week in which nothing is open.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.calendar import WEEK
from flowsim.scenario.names import name_form
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.references_requests import Names
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.schema_requests import RequestForm
from flowsim.scenario.syntax import shorten
from flowsim.scenario.weekparts import overlap, weights
from flowsim.units import Quantity, parse_hours

ALWAYS = "always"


def request_problems(spec: ScenarioForm, places: Places, known: Names) -> Iterator[Problem]:
    """What contradicts itself about classes, teams and people."""
    for name, request in spec.requests.items():
        yield from _of_class(name, request, places)
        yield from _journey(name, request, places, known)
        yield from _profile(spec, name, request, places, known)
    yield from _working_on_always(spec, places)
    yield from _nobody(spec, places, known)
    yield from _people(spec, places, known)


def own_time(spec: ScenarioForm) -> Iterator[tuple[Loc, Quantity | None]]:
    """Quantities of classes that are counted in open time, whatever their unit."""
    for name, request in spec.requests.items():
        if _has_calendar(request) and request.arrivals is not None:
            yield ("requests", name, "arrivals", "every"), request.arrivals.every
        if request.chasing is not None:
            yield ("requests", name, "chasing", "takes"), request.chasing.takes


def _has_calendar(request: RequestForm) -> bool:
    return request.calendar is not None and name_form(request.calendar.strip()) != ALWAYS


# -- classes ---------------------------------------------------------------------------------------------------------


def _of_class(name: str, request: RequestForm, places: Places) -> Iterator[Problem]:
    at = ("requests", name)
    if request.arrivals is None and not request.backlog:
        message = f"'{shorten(name)}' never arrives: it has neither arrivals nor a backlog"
        hint = "say how they arrive, or what waits already: backlog: {at: STEP, requests: 40, age: 5 .. 20 days}"
        yield places.problem("FS443", message, hint, (*at, "arrivals"))
    if request.promise is not None:
        return
    if request.chasing is not None and request.chasing.after is None:
        message = f"customers of '{shorten(name)}' chase from their promise on, and there is none"
        hint = "give the class a promise, or say 'after' how long they begin: after: 5 working days"
        yield places.problem("FS446", message, hint, (*at, "chasing"), key=True)
    if request.cost_of_delay is not None and request.cost_of_delay.late_only:
        message = f"the delay of '{shorten(name)}' costs beyond its promise only, and there is none"
        yield places.problem("FS446", message, "give the class a promise", (*at, "cost of delay", "late only"))


def _journey(name: str, request: RequestForm, places: Places, known: Names) -> Iterator[Problem]:
    steps = [known.find("step", word) for word in request.journey]
    for i, step in enumerate(steps):
        if step in steps[:i]:
            message = f"'{shorten(step or '')}' stands in this journey twice"
            hint = "name it once; what is done again is a return, or a step of its own"
            yield places.problem("FS444", message, hint, ("requests", name, "journey", i))


def _profile(spec: ScenarioForm, name: str, request: RequestForm, places: Places, known: Names) -> Iterator[Problem]:
    """A profile with which nobody can ever arrive (R5)."""
    if request.arrivals is None or not request.arrivals.profile:
        return
    calendar = known.find("calendar", request.calendar) if request.calendar is not None else None
    written = spec.calendars.get(calendar) if calendar is not None else None
    hours = parse_hours(written.hours) if written is not None else ((0, WEEK),)
    pieces = weights(request.arrivals.profile)
    if pieces is not None and not overlap(hours, [(a, b) for a, b, weight in pieces if weight > 0]):
        message = f"nobody ever arrives: the profile leaves no open time of '{calendar or ALWAYS}'"
        hint = "give some part of its open hours a factor above 0%"
        yield places.problem("FS447", message, hint, ("requests", name, "arrivals", "profile"), key=True)


def _working_on_always(spec: ScenarioForm, places: Places) -> Iterator[Problem]:
    """Working days of a class that has no calendar are days of 24 hours, seven a week: rarely what was meant."""
    for name, request in spec.requests.items():
        if not spec.calendars or _has_calendar(request):
            continue
        message = "these are working days of the calendar 'always': 24 hours a day, 7 days a week"
        hint = f"give the class a calendar, for example: calendar: {next(iter(spec.calendars))}"
        for field in _in_working_days(request):
            yield places.problem("FS457", message, hint, ("requests", name, *field), severity="warning")


def _in_working_days(request: RequestForm) -> Iterator[tuple[str, ...]]:
    """The fields of a class that are said in working days."""
    rate = request.arrivals.rate if request.arrivals is not None else None
    if rate is not None and rate.per.startswith("working"):
        yield ("arrivals",)
    for field, length in (("promise", request.promise), ("patience", request.patience)):
        if length is not None and length.working:
            yield (field,)
    if request.chasing is not None:
        for field, length in (("every", request.chasing.every), ("after", request.chasing.after)):
            if length is not None and length.working:
                yield ("chasing", field)
    if request.cost_of_delay is not None and request.cost_of_delay.amount.per.working:
        yield ("cost of delay",)


# -- teams and people ------------------------------------------------------------------------------------------------


def _nobody(spec: ScenarioForm, places: Places, known: Names) -> Iterator[Problem]:
    """A team without anybody (R8)."""
    named = {known.find("team", word) for person in spec.people.values() for word in person.teams}
    for name, team in spec.teams.items():
        if team.people == 0 and name not in named:
            message = f"there is nobody in '{shorten(name)}': expected 1 person or more, found 0"
            hint = "a team has at least one person, also when he has a name: people: {Ann: {teams: ...}}"
            yield places.problem("FS309", message, hint, ("teams", name, "people"))


def _people(spec: ScenarioForm, places: Places, known: Names) -> Iterator[Problem]:
    """A person twice in one team."""
    for name, person in spec.people.items():
        teams = [known.find("team", word) for word in person.teams]
        for i, team in enumerate(teams):
            if team in teams[:i]:
                message = f"'{shorten(name)}' is in the team '{shorten(team or '')}' twice"
                yield places.problem("FS406", message, "name each team once", ("people", name, "teams", i))
