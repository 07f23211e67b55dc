"""Which visits are plain: nothing but a waiting list, a person and his work concerns them.

Most visits of most models are, and the engine has a short way for these. Nothing is decided here that the long way
would decide otherwise.
"""

from __future__ import annotations

from flowsim.engine.parts import Station
from flowsim.model import Model, Paths
from flowsim.model.paths import END_OF_PATH


def settle_plainness(model: Model, stations: list[Station], found: list[Paths]) -> None:
    """Fill in `plain`, `single`, `direct` and `onward` of each station; mark the teams that are not plain."""
    for station in stations:
        step = station.step
        if step.others or step.several or step.same_person:
            for team in (*station.takers, *(team for team, _ in station.crew)):
                team.plain = False
    for team in [team for station in stations for team, _ in station.crew]:
        for person in team.people:
            for other in person.teams:  # whoever may be kept for work for several is missed there too
                other.in_crews = True
    for team in {id(s.team): s.team for s in stations}.values():
        if not team.plain:
            team.fifo = None
    choice = any(len(station.takers) > 1 for station in stations)  # then a step does not tell the team it came from
    for station in stations:
        _settle(model, station, found)
        if choice:
            station.single = [None] * len(station.single)
    for station in stations:
        station.onward = [_onward(stations, station, klass, paths) for klass, paths in enumerate(found)]


def _settle(model: Model, station: Station, found: list[Paths]) -> None:
    """What can be said of one station by itself."""
    step = station.step
    bare = station.team.plain and not any(station.limited)
    handled = (station.set_up, station.change_over, station.reread, station.question, step.batch)
    for klass, cls in enumerate(model.classes):
        plain = bare and cls.patience is None and cls.name not in model.chasers
        plain = plain and found[klass].within[station.index] is None and step.split is None
        station.plain.append(plain)
        if not plain or any(handled):
            station.single[klass] = None
    station.direct = (
        all(station.plain) and step.handoff is None and step.batch is None and station.team.fifo is not None
    )


def _onward(stations: list[Station], station: Station, klass: int, paths: Paths) -> Station | None:
    """The step that always follows, without draw or rule; None when there is no such step."""
    following = paths.following[station.index]
    if following <= END_OF_PATH or not station.plain[klass] or station.returns[klass] or station.step.routes:
        return None
    return stations[following] if stations[following].certain[klass] else None
