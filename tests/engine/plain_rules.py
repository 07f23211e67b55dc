"""Oracles for the rules on people, limits, branches and customers: what they come to when every list is first in, first
out, so that one request after another can be worked out, without an engine, events or waiting lists.

`Foreseen` is what an oracle says of a whole run; `differences` holds a record against it. `arriving` and `serve` are
what the oracles of `plain_rows.py` and of the tests are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flowsim.draws import BACKLOG, Draws
from flowsim.model import ALWAYS, Arrivals, Calendar, Model, OpenTimes, RequestClass, Run, Step, Task, Team
from flowsim.model.calendar import DAY, FOREVER, HOUR
from flowsim.model.process import at_speed
from flowsim.record import NONE, Kind, Record

START = "2026-01-05T00:00:00"
OFFICE = Calendar("office", tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5)), working_day=8 * HOUR)
MORNINGS = Calendar("mornings", tuple((d * DAY + 8 * HOUR, d * DAY + 12 * HOUR) for d in range(6)))
CALENDARS = {calendar.name: OpenTimes(calendar, START) for calendar in (ALWAYS, OFFICE, MORNINGS)}

INSTANTS = (
    "sent",
    "gathered",
    "delivered",
    "admitted",
    "assembled",
    "started",
    "set_up",
    "turn",
    "read",
    "worked",
    "released",
)


def simple_model(
    classes: Iterable[RequestClass],
    tasks: Iterable[Task],
    teams: Iterable[Team],
    steps: Iterable[Step],
    run: Run,
    **more: Any,
) -> Model:
    """A Model from these parts, with the calendars known here."""
    calendars = (ALWAYS, OFFICE, MORNINGS)
    return Model("oracle", START, calendars, tuple(classes), tuple(tasks), tuple(teams), tuple(steps), run, **more)


# -- what is foreseen --------------------------------------------------------------------------------------------------


@dataclass
class Expected:
    """One request: what the record must say of it, as far as the oracle knows. Instants not to come are FOREVER."""

    klass: int
    ordinal: int
    arrived: int
    age: int = 0
    ended: int = FOREVER
    outcome: str = "done"
    parent: int = NONE
    chase: int = 0
    visits: list[dict[str, int]] = field(default_factory=list)  # some columns of each, in order of visit
    branches: list[dict[str, int]] = field(default_factory=list)


@dataclass
class Foreseen:
    """A whole run: requests by number (chases behind those that come by themselves), who else was at work, its end."""

    requests: list[Expected]
    ended_at: int
    crew: list[tuple[int, int, int, int]] | None = None


def whole_run(model: Model, requests: list[Expected]) -> Foreseen:
    """With the end of the run (R16)."""
    run = model.run
    ends = [r.ended for r in requests if run.warm_up <= r.arrived < run.length and r.ordinal < BACKLOG and not r.chase]
    last = max(ends, default=0)
    ended_at = run.length if last < run.length else min(last + 1, 2 * run.length)
    return Foreseen(requests, ended_at)


def differences(model: Model, foreseen: Foreseen, record: Record) -> list[str]:
    """Where a record is not what was foreseen; empty when all of it is the same, to the tick."""
    end = foreseen.ended_at
    found = [] if record.ended_at == end else [f"ended at {record.ended_at}, not {end}"]

    def seen(instant: int) -> int:
        return instant if instant < end else NONE

    known = [r for r in foreseen.requests if r.arrived < end]
    numbers = {id(r): number for number, r in enumerate(known)}
    wanted = [
        (r.klass, r.ordinal, r.arrived, r.age, seen(r.ended), parent_of(r, foreseen, numbers), r.chase) for r in known
    ]
    columns = ("class", "ordinal", "arrived", "age", "ended", "parent", "chase")
    rows = list(zip(*(record.requests[name].tolist() for name in columns), strict=True))
    if rows != wanted:
        found += [f"requests: {a}, not {b}" for a, b in zip(rows, wanted, strict=False) if a != b] or ["requests"]
    outcomes = [record.outcomes[o] if o >= 0 else "" for o in record.requests["outcome"].tolist()]
    if outcomes != [r.outcome if r.ended < end else "" for r in known]:
        found.append("outcomes")
    found += visit_differences(known, record, seen)
    branches = [
        {name: seen(value) if name in ("began", "ended", "joined") else value for name, value in branch.items()}
        | {"request": number}
        for number, r in enumerate(known)
        for branch in r.branches
        if branch["began"] < end
    ]
    if branches != as_rows(record.branches, branches[0] if branches else ()):
        found.append("branches")
    if foreseen.crew is not None:
        crew = sorted(row for row in foreseen.crew if known_start(known, row, end))
        if crew != list(zip(*(record.crew[n].tolist() for n in ("request", "visit", "team", "person")), strict=True)):
            found.append("crew")
    return found


def visit_differences(known: list[Expected], record: Record, seen: Callable[[int], int]) -> list[str]:
    """The same for visits, request by request, in the columns that are foreseen."""
    found = []
    visits = record.visits
    bounds = np.searchsorted(visits["request"], np.arange(len(known) + 1))
    for number, request in enumerate(known):
        wanted = []
        for visit in request.visits:
            if seen(visit["sent"]) == NONE:
                continue
            started = seen(visit["started"]) != NONE
            row = {name: seen(value) if name in INSTANTS else value for name, value in visit.items()}
            if not started and row.get("kind") != int(Kind.WITHDRAWN):
                row |= {name: NONE for name in ("person",) if name in row}
                row |= {"team": visit["team_before"]} if "team_before" in row else {}
            if row.get("kind") == int(Kind.WITHDRAWN) and seen(visit["released"]) == NONE:
                row["kind"] = int(Kind.WORK)  # what it will be is not known yet
            row.pop("team_before", None)
            wanted.append(row)
        rows = slice(int(bounds[number]), int(bounds[number + 1]))
        got = as_rows({name: column[rows] for name, column in visits.items()}, wanted[0] if wanted else ())
        if got != wanted:
            found.append(f"request {number}: {got}, not {wanted}")
    return found


def as_rows(table: dict[str, Any], names: Iterable[str]) -> list[dict[str, int]]:
    """Some columns of a table as a dictionary a row."""
    names = list(names) or ["request"]
    return [dict(zip(names, row, strict=True)) for row in zip(*(table[name].tolist() for name in names), strict=True)]


def parent_of(request: Expected, foreseen: Foreseen, numbers: dict[int, int]) -> int:
    """The number in the record of the request that a chase is about."""
    return NONE if request.parent == NONE else numbers[id(foreseen.requests[request.parent])]


def known_start(known: list[Expected], row: tuple[int, int, int, int], end: int) -> bool:
    """Whether the visit of a row of crew began before the end of the run."""
    return row[0] < len(known) and known[row[0]].visits[row[1] - 1]["started"] < end


# -- arrivals ----------------------------------------------------------------------------------------------------------


def arriving(model: Model, draws: Draws) -> list[Expected]:
    """Backlogs and arrivals by drawn gaps, alone or in groups, in order of request number (R5)."""
    found = []
    until = 2 * model.run.length
    for index, cls in enumerate(model.classes):
        ordinal = BACKLOG
        for backlog in (b for b in model.backlog if b.klass == cls.name):
            ages = draws.durations(f"age at {backlog.step}", cls.name, backlog.age)
            for _ in range(backlog.number):
                found.append(Expected(index, ordinal, 0, ages.at(ordinal)))
                ordinal += 1
        if cls.arrivals.gap is None:
            continue
        t = count = 0
        sizes = draws.uniforms("group", cls.name)
        for number, gap in enumerate(draws.gaps(cls.name, cls.arrivals.gap, until)):
            t += int(gap)
            if t >= until:
                break
            for _ in range(group_size(cls.arrivals, sizes.at(number))):
                found.append(Expected(index, count, t))
                count += 1
    return sorted(found, key=lambda r: (r.arrived - r.age, r.klass, r.ordinal))


def group_size(arrivals: Arrivals, uniform: float) -> int:
    """How many come together."""
    upto = 0.0
    for size, share in arrivals.group or ((1, 1.0),):
        upto += share
        if uniform < upto:
            return size
    return size


def drawn(model: Model, draws: Draws, task: str) -> Callable[[Expected], int]:
    """The work of a task for each request, the first time it does it."""
    law = model.task(task).time
    by_class = [draws.durations(f"task:{task}", cls.name, law) for cls in model.classes]
    return lambda request: by_class[request.klass].at(request.ordinal, 1)


# -- who does it, when -------------------------------------------------------------------------------------------------


@dataclass
class Seat:
    """Somebody who may take work: his team (index and open times), number, speed, and when he is away."""

    team: int
    number: int
    times: OpenTimes
    speed: int = 1000
    away: Callable[[int], bool] | None = None  # by instant; changes at full hours only
    free: int = 0
    last: Expected | None = None


def seats_of(model: Model, draws: Draws, names: Iterable[str]) -> list[Seat]:
    """The people of some teams, in the order in which they are asked: teams as named, lowest number first."""
    found = []
    for name in names:
        team = model.team(name)
        index = [t.name for t in model.teams].index(name)
        for number, person in enumerate(model.staff(name)):
            away = None
            if team.absence or team.presence < 1:
                away = away_hours(draws, team, f"person {number}" if person is None else person.name)
            speed = 1000 if person is None else person.speed
            found.append(Seat(index, number, CALENDARS[team.calendar], speed, away))
    return found


def away_hours(draws: Draws, team: Team, word: str) -> Callable[[int], bool]:
    """R10: away on a day when its uniform is below the absence; there in an hour when its uniform is below presence."""
    days, hours = draws.uniforms(f"absence of {team.name}", word), draws.uniforms(f"presence of {team.name}", word)
    return lambda t: days.at(t // DAY) < team.absence or not hours.at(t // HOUR) < team.presence


def may_take(seats: list[Seat], t: int) -> Seat | None:
    """Who takes the first that waits at t: the first in order who is free and there, while fewer of his team are at
    work than are present; None: nobody does.
    """
    for seat in seats:
        if seat.free > t or not seat.times.is_open(t) or (seat.away is not None and seat.away(t)):
            continue
        team = [other for other in seats if other.team == seat.team]
        busy = sum(other.free > t for other in team)
        if busy < sum(other.away is None or not other.away(t) for other in team):
            return seat
    return None


def next_change(seats: list[Seat], t: int) -> int:
    """The next instant after t at which somebody may get free, come in or see his team open."""
    found = [seat.free for seat in seats if seat.free > t]
    found += [(t // HOUR + 1) * HOUR for seat in seats if seat.away is not None]
    for seat in seats:
        now = seat.times.opening(t + 1)
        found.append(now if now > t + 1 or not seat.times.is_open(t) else seat.times.opening(seat.times.closing(now)))
    return min(found)


Taken = tuple[int, int, Seat]
"""Started, released, and who took it."""


def serve(
    seats: list[Seat],
    waiting: Iterable[tuple[int, Expected]],
    pieces: Callable[[Expected, Seat], list[int]],
    patience: Callable[[Expected], int] = lambda _: FOREVER,
) -> list[Taken | None]:
    """Requests that join one list at these instants, in order: each starts as soon as those before it have, and
    somebody may take it; its pieces of work, as drawn, one after another. None for whom patience ends at or before that
    (R15).
    """
    found: list[Taken | None] = []
    earliest = 0  # the start of the one before
    for joined, request in waiting:
        t = max(joined, earliest)
        while (seat := may_take(seats, t)) is None and t < patience(request):
            t = next_change(seats, t)
        if t >= patience(request) or t >= FOREVER:
            found.append(None)
            continue
        assert seat is not None
        earliest = end = t
        for ticks in pieces(request, seat):
            end = seat.times.after(end, at_speed(ticks, seat.speed))
        seat.free, seat.last = end, request
        found.append((t, end, seat))
    return found
