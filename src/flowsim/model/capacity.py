"""How much time people have for which teams, in an average week of the run (R2, R8, R10).

Time is counted in ticks of work as drawn: an hour of somebody with a speed of 120 % is 1.2 hours of it. Absence and
presence are taken off as shares; work under way goes on while its person is away, so people who are away may get a
little more done than this.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from flowsim.model.calendar import WEEK, IntArray, laid_out
from flowsim.model.joint import JointTimes
from flowsim.model.process import Model, Person, Step, Team


@dataclass(frozen=True)
class Crew:
    """People for whom the same teams are open at the same times: `there`, the time they have in a week, `away`, the
    time in which they would be there but for absence and presence, both in ticks of work; `teams`: indices of those
    that may use it, the home team first.
    """

    there: float
    away: float
    teams: tuple[int, ...]


def crews(model: Model) -> list[Crew]:
    """Everybody's time, each once. A named person's is cut by which of his teams are open; the first of those comes
    first, so his home team whenever it is open.
    """
    index = {team.name: i for i, team in enumerate(model.teams)}
    found = []
    for team in model.teams:
        if team.people:
            found.append(_crew(model, team, team.people * _open(model, team), (index[team.name],)))
    for person in model.people:
        home = model.team(person.teams[0])
        for teams, time in _pieces(model, person).items():
            found.append(_crew(model, home, time * person.speed / 1000, tuple(index[name] for name in teams)))
    return found


def _crew(model: Model, home: Team, time: float, teams: tuple[int, ...]) -> Crew:
    weekly = time * WEEK / model.run.length
    return Crew(weekly * presence(home), weekly * (1.0 - presence(home)), teams)


def presence(team: Team) -> float:
    """The share of open time in which one of its people is there (R10)."""
    return (1.0 - team.absence) * team.presence


def _open(model: Model, team: Team) -> int:
    return laid_out(model.calendar(team.calendar), model.start).worked(0, model.run.length)


def _pieces(model: Model, person: Person) -> dict[tuple[str, ...], int]:
    """Open ticks of the run by which of a person's teams are open, in his order; when none is, nothing."""
    times = [laid_out(model.calendar(model.team(name).calendar), model.start) for name in person.teams]
    length = model.run.length
    if len({model.team(name).calendar for name in person.teams}) == 1:
        return {person.teams: times[0].worked(0, length)}
    edges: set[int] = {0, length}
    for one in times:
        edges.update(t for interval in one.intervals(0, length) for t in interval)
    cuts: IntArray = np.array(sorted(edges), dtype=np.int64)
    open_in = [one.worked_array(cuts[:-1], cuts[1:]) > 0 for one in times]
    found: Counter[tuple[str, ...]] = Counter()
    for k, ticks in enumerate(map(int, np.diff(cuts))):
        teams = tuple(name for name, is_open in zip(person.teams, open_in, strict=True) if is_open[k])
        if teams:
            found[teams] += ticks
    return dict(found)


# -- several people at once (R8) -------------------------------------------------------------------------------------


def together(model: Model, step: Step) -> JointTimes:
    """The time in which all teams of a step are open."""
    names = dict.fromkeys(model.team(team).calendar for team, _ in step.needs)
    return JointTimes([laid_out(model.calendar(name), model.start) for name in names])


def doable(model: Model, step: Step) -> float:
    """Ticks of an average week in which a step can be under way at most: its teams all open; of several that may take
    it any of them; with overtime (R9) always.
    """
    length = model.run.length
    if step.closing == "finish":
        return WEEK
    if step.several:
        return together(model, step).worked(0, length) * WEEK / length
    calendars = {model.team(name).calendar for name in step.takers}
    worked = (laid_out(model.calendar(name), model.start).worked(0, length) for name in calendars)
    return min(sum(worked), length) * WEEK / length


def at_once(model: Model, step: Step) -> int:
    """How often a step can be under way at the same time at most, by the people there are."""
    return min(len(model.staff(team)) // people for team, people in step.needs)


def pace(model: Model, step: Step) -> float:
    """The greatest speed at which a step may be done, 1.0 the usual: that of the fastest of any team that may take it;
    of several people at once that of the slowest team's fastest.
    """
    fastest = {team: _fastest(model, team) for team in (*step.takers, *(team for team, _ in step.together))}
    if step.several:
        return min(fastest[team] for team, _ in step.needs)
    return max(fastest[team] for team in step.takers)


def _fastest(model: Model, team: str) -> float:
    return max(person.speed if person is not None else 1000 for person in model.staff(team)) / 1000


def enough_there(model: Model, team: str, people: int) -> float:
    """The chance that at an open instant at least so many of a team are there, each by his home team's chances (R10).
    Those who help are counted, busy or not.
    """
    chances = np.zeros(people + 1)  # of so many there; the last: of so many or more
    chances[0] = 1.0
    for person in model.staff(team):
        there = presence(model.team(person.teams[0] if person is not None else team))
        more = chances[:-1] * there
        chances[:-1] -= more
        chances[1:] += more
    return float(chances[-1])
