"""Oracles for who does the work (R8, R10, R11), for one list, first in, first out. See `plain_rules.py`."""

from __future__ import annotations

from collections.abc import Callable

from plain_rules import (
    CALENDARS,
    START,
    Expected,
    Foreseen,
    Seat,
    arriving,
    drawn,
    seats_of,
    serve,
    whole_run,
)

from flowsim.draws import Draws, Durations
from flowsim.model import Calendar, Distribution, Model, OpenTimes, Step
from flowsim.model.process import at_speed


def own_step(model: Model, request: Expected) -> Step:
    """The one step that a class visits first."""
    name = model.classes[request.klass].name
    return next(step for step in model.steps if step.only is None or name in step.only)


def desks(model: Model, draws: Draws) -> Foreseen:
    """Teams any of which may take anything; each class has one step. Set-up, change-over, reading in, then work."""
    requests = arriving(model, draws)
    pieces: dict[int, list[int]] = {}
    streams: dict[tuple[str, str], Durations] = {}

    def lengths(request: Expected, seat: Seat) -> list[int]:
        """As drawn, by who takes it up: what he had last may ask for a change-over."""
        step, cls = own_step(model, request), model.classes[request.klass].name

        def drawn_at(purpose: str, law: Distribution | None) -> int:
            if law is not None and (purpose, cls) not in streams:
                streams[purpose, cls] = draws.durations(purpose, cls, law)
            return 0 if law is None else streams[purpose, cls].at(request.ordinal, 1)

        setting_up = drawn_at(f"set-up at {step.name}", step.set_up)
        if seat.last is not None:
            other_class = seat.last.klass != request.klass
            other_task = own_step(model, seat.last).tasks[0] != step.tasks[0]
            if ("class" in step.change_over_by and other_class) or ("task" in step.change_over_by and other_task):
                setting_up += drawn_at(f"change-over at {step.name}", step.change_over)
        reading = drawn_at(f"read into {step.name}", step.handoff.reread if step.handoff else None)
        task = model.task(step.tasks[0].task)
        pieces[id(request)] = [setting_up, reading, drawn_at(f"task:{task.name}", task.time)]
        return pieces[id(request)]

    takers = model.steps[0].takers
    first = [team.name for team in model.teams].index(takers[0])
    served = serve(seats_of(model, draws, takers), [(r.arrived, r) for r in requests], lengths)
    for request, taken in zip(requests, served, strict=True):
        assert taken is not None
        started, released, seat = taken
        visit = {"sent": request.arrived, "team": seat.team, "person": seat.number, "started": started}
        t = started
        for name, ticks in zip(("set_up", "read", "worked"), pieces[id(request)], strict=True):
            t = visit[name] = seat.times.after(t, at_speed(ticks, seat.speed))
        assert t == released
        request.visits.append(visit | {"team_before": first})
        request.ended = released
    return whole_run(model, requests)


def straight_on(model: Model, draws: Draws) -> Foreseen:
    """Two steps, both done by whoever took the first: as if they were one, always open (R8, same person)."""
    requests = arriving(model, draws)
    work = [drawn(model, draws, step.tasks[0].task) for step in model.steps]
    jobs = [(r.arrived, r) for r in requests]
    served = serve(seats_of(model, draws, [model.steps[0].team]), jobs, lambda r, _: [one(r) for one in work])
    second = [team.name for team in model.teams].index(model.steps[1].team)
    for request, taken in zip(requests, served, strict=True):
        assert taken is not None
        started, released, seat = taken
        turn = started + at_speed(work[0](request), seat.speed)
        who = {"team": seat.team, "person": seat.number}
        request.visits = [
            {"sent": request.arrived, "started": started, "released": turn} | who | {"team_before": seat.team},
            {"sent": turn, "started": turn, "released": released} | who | {"team_before": second},
        ]
        request.ended = released
    return whole_run(model, requests)


def common_hours(names: list[str]) -> OpenTimes:
    """The time in which all these calendars are open."""
    week = [CALENDARS[name].calendar.weekly for name in names]
    hours = week[0]
    for other in week[1:]:
        hours = tuple(sorted((max(a, c), min(b, d)) for a, b in hours for c, d in other if max(a, c) < min(b, d)))
    return OpenTimes(Calendar(" and ".join(names), hours), START)


def crews(model: Model, draws: Draws) -> Foreseen:
    """One step that takes several people at once: as many servers as there are such crews, each at the pace of its
    slowest, in the time in which all its teams are open, and there when all of it is there (R8, R10).
    """
    requests = arriving(model, draws)
    step = model.steps[0]
    by_team = [seats_of(model, draws, [team]) for team, _ in step.needs]
    groups = [
        [seat for seats, (_, count) in zip(by_team, step.needs, strict=True) for seat in seats[n * count :][:count]]
        for n in range(min(len(seats) // count for seats, (_, count) in zip(by_team, step.needs, strict=True)))
    ]
    hours = common_hours([model.team(team).calendar for team, _ in step.needs])
    servers = [
        Seat(group[0].team, group[0].number, hours, min(seat.speed for seat in group), everybody(group))
        for group in groups
    ]
    work = drawn(model, draws, step.tasks[0].task)
    served = serve(servers, [(r.arrived, r) for r in requests], lambda r, _: [work(r)])
    crew = []
    for number, (request, taken) in enumerate(zip(requests, served, strict=True)):
        assert taken is not None
        started, released, server = taken
        request.visits.append(
            {"sent": request.arrived, "started": started, "released": released, "person": server.number}
        )
        request.ended = released
        group = groups[next(n for n, one in enumerate(servers) if one is server)]
        crew += [(number, 1, seat.team, seat.number) for seat in group[1:]]
    foreseen = whole_run(model, requests)
    foreseen.crew = crew
    return foreseen


def everybody(group: list[Seat]) -> Callable[[int], bool] | None:
    """When one of a crew at least is away; None when nobody ever is."""
    away = [seat.away for seat in group if seat.away is not None]
    return (lambda t: any(one(t) for one in away)) if away else None
