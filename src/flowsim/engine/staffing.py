"""Who belongs to which team (R8, R10): named people, who helps whom, and when people are there."""

from __future__ import annotations

from flowsim.draws import Draws
from flowsim.engine.parts import Person, TeamState
from flowsim.engine.presence import Presence, presences
from flowsim.model import Model


def staff_teams(model: Model, teams: list[TeamState], draws: Draws) -> list[Presence | None]:
    """Add the named people to their teams, numbered as in `Model.staff`; teams whose people are not all alike, all
    their own and always there are no longer plain. Returns who is away when, by team.
    """
    by_name = {team.name: team for team in teams}
    for named in model.people:
        members = [by_name[name] for name in named.teams]
        person = Person(members[0], len(members[0].people), named.speed)
        person.teams = members
        members[0].staffs += [team for team in members if team not in members[0].staffs]
        person.numbers = {}
        for team in members:
            person.numbers[team.index] = len(team.people)
            team.people.append(person)
            team.plain = False
    found = presences(model, draws)
    for team, presence in zip(teams, found, strict=True):
        if presence is not None:
            team.presence = presence
            team.plain = False
    return found
