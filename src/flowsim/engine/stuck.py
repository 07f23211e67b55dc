"""What to say when a run cannot move: requests that wait for ever, and loops that take no time."""

from __future__ import annotations

from flowsim.engine.build import Plant
from flowsim.engine.parts import Visit
from flowsim.errors import EngineError
from flowsim.model.calendar import FOREVER


def explain_stuck(plant: Plant, for_crews: list[Visit], now: int) -> tuple[str, ...]:
    """A sentence for each place where measured requests still wait at the end for something that need not ever come."""
    found = []
    for gate in plant.gates:
        waiting = [visit for visit in gate.visits() if visit.request.measured]
        if not waiting or gate.due < FOREVER:
            continue
        station = plant.stations[gate.order // 2]
        kind = "transfer" if gate is station.transfer else "process"
        rule = station.step.batch if kind == "process" else station.step.handoff and station.step.handoff.batch
        assert rule
        days = (now - min(visit.sent for visit in waiting)) / 86_400_000
        found.append(
            f"{_requests(len(waiting))} still waited for a {kind} batch of {rule.size} at {station.step.name!r} when "
            f"the run ended, the first of them for {days:.1f} days"
        )
    for team in plant.teams:
        left = sum(visit.request.measured for visit in team.waiting.visits())
        if left and team.open_times.opening(now) >= FOREVER:
            found.append(f"{_requests(left)} waited for {team.name!r} when the run ended, and it never opens again")
    found += _of_crews(for_crews, now)
    return tuple(found)


def _of_crews(waiting: list[Visit], now: int) -> list[str]:
    """Work for several people whose teams are never again open at once."""
    found = []
    for step in dict.fromkeys(visit.station for visit in waiting if visit.request.measured):
        if step.times is not None and step.times.opening(now) >= FOREVER:
            left = sum(visit.station is step for visit in waiting)
            found.append(
                f"{_requests(left)} waited for {step.step.name!r} when the run ended, and its teams are never "
                "open at the same time again"
            )
    return found


def _requests(number: int) -> str:
    return "1 request" if number == 1 else f"{number} requests"


def explain_loop(plant: Plant, circle: dict[int, int], now: int) -> EngineError:
    """The error for an instant that does not end: requests go round without taking any time. `circle`: step by step, a
    request that was last seen there.
    """
    names = [plant.stations[step].step.name for step in sorted(circle)]
    listed = ", ".join(repr(name) for name in names[:8]) + (" …" if len(names) > 8 else "")
    days = now / 86_400_000
    return EngineError(
        f"the clock stands still on day {days:.2f}: request {next(iter(circle.values()))} goes round and round in "
        f"steps that take no time: {listed}",
        code="FS701",
        hint="give at least one step of the circle a task that takes time, or a way out",
    )


def explain_chases(klass: str, now: int) -> EngineError:
    """The error for customers who chase so much that the calls bury all other work."""
    days = now / 86_400_000
    return EngineError(
        f"by day {days:.1f} there were so many chases ({klass!r}) that they hold up what customers chase about, and "
        "there is no end to them",
        code="FS712",
        hint="let customers chase less often, give `at most`, or give the team that is called more people",
    )
