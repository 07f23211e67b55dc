"""Requests that wait for places held by requests that can never move (R14): found, and named with their circle."""

from __future__ import annotations

from flowsim.engine.duties import Where
from flowsim.engine.parts import Limit, Person, Station, Stay, Visit
from flowsim.errors import EngineError

_DAY = 86_400_000


def find_deadlock(stations: list[Station], now: int) -> EngineError | None:
    """The error for a process that has locked; None when everybody may still move.

    A stay moves on when all the visits that follow it can enter, or its own visit can still be taken up. Those that
    cannot are what is left when all others have been taken away again and again.
    """
    waiting = [caller[4] for station in stations for caller in station.doors[0]]
    stuck = {stay: None for station in stations for limit in station.limits for stay in limit.holders}
    stuck |= dict.fromkeys(visit.came_from for visit in waiting if visit.came_from is not None)
    moved = True
    while moved:
        kept = {person: stay for stay in stuck if stay.hold is not None and stay.next for person in stay.hold.people}
        free = [stay for stay in stuck if _can_move(stay, stuck, kept)]
        for stay in free:
            del stuck[stay]
        moved = bool(free)
    circle = next((_circle(stay, stuck) for stay in stuck if stay.next), None)
    return None if circle is None else _explain(circle, now)


def _can_move(stay: Stay, stuck: dict[Stay, None], kept: dict[Person, Stay]) -> bool:
    if stay.visit.request.open is not None:  # its customer may withdraw
        return True
    if stay.next:
        return all(_obstacle(visit, stuck) is None for visit in stay.next)
    visit = stay.visit
    if visit.where != Where.LINE:
        return True
    crew = visit.station.crew or tuple((taker, 1) for taker in visit.station.takers)
    enough = [sum(person not in kept for person in team.people) >= count for team, count in crew]
    return all(enough) if visit.station.crew else any(enough)


def _obstacle(visit: Visit, stuck: dict[Stay, None]) -> Limit | None:
    """A limit in which a visit will never find a place; None when there is none."""
    before = visit.came_from
    held = before.limits if before is not None and before.left == 1 else ()
    for limit in visit.station.limits:
        if limit not in held and limit.used >= limit.size and all(stay in stuck for stay in limit.holders):
            return limit
    return None


def _circle(start: Stay, stuck: dict[Stay, None]) -> list[tuple[Stay, Visit | None, Limit | None]]:
    """From a stuck stay to one that it waits for, and on, until one comes again: what each waits for."""
    path: list[tuple[Stay, Visit | None, Limit | None]] = []
    stay, seen = start, dict[Stay, int]()
    while stay not in seen:
        seen[stay] = len(path)
        blocked = next(((v, limit) for v in stay.next if (limit := _obstacle(v, stuck)) is not None), None)
        if blocked is not None:
            path.append((stay, *blocked))
            stay = next(iter(blocked[1].holders))
        else:
            path.append((stay, None, None))
            takers = {team for team, _ in stay.visit.station.crew} or set(stay.visit.station.takers)
            stay = next(
                other
                for other in stuck
                if other.hold is not None
                and other.next
                and any(takers.intersection(p.teams) for p in other.hold.people)
            )
    return path[seen[stay] :]


def _explain(circle: list[tuple[Stay, Visit | None, Limit | None]], now: int) -> EngineError:
    parts = []
    for stay, visit, limit in circle[:8]:
        request, here = stay.visit.request.number, stay.visit.station.step.name
        if visit is None or limit is None:
            parts.append(f"request {request} waits at {here!r} for people who are all kept by finished requests")
        else:
            full = f"the limit of {limit.name} ({limit.size}) is full"
            parts.append(
                f"request {request} is done at {here!r} and may not go on to {visit.station.step.name!r}: {full}"
            )
    days = now / _DAY
    rest = f"; and {len(circle) - 8} more" if len(circle) > 8 else ""
    return EngineError(
        f"the process has locked on day {days:.2f}, each waiting for the next and the last for the first: "
        f"{'; '.join(parts)}{rest}",
        code="FS711",
        hint="raise one of these limits, or let finished requests leave by a transfer batch or a transit",
    )
