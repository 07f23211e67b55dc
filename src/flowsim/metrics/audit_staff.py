"""Who belongs to which team (R8): everybody under one number of his own, wherever he works."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray
from flowsim.model import Model

NOBODY = -1


class Staff:
    """The people of a model. Everybody has one number over all teams: anonymous ones by team, then the named ones.

    `size`: how many people each team has, helpers with them; `who`: (teams, numbers) the person behind a number of a
    team, NOBODY where there is none; `helps`: (teams, numbers) whether his home is elsewhere; `speed`: by person.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        index = {team.name: i for i, team in enumerate(model.teams)}
        own = [team.people for team in model.teams]
        begins = np.cumsum([0, *own])
        of_team = [list(range(begins[i], begins[i + 1])) for i in range(len(own))]
        helping = [[False] * number for number in own]
        self.named = int(begins[-1])
        self.count = self.named + len(model.people)
        self.speed = np.full(self.count, 1000, dtype=np.int64)
        self.teams: list[tuple[int, ...]] = [(i,) for i, number in enumerate(own) for _ in range(number)]
        for place, person in enumerate(model.people):
            self.teams.append(tuple(index[name] for name in person.teams))
            self.speed[self.named + place] = person.speed
            for team in self.teams[-1]:
                of_team[team].append(self.named + place)
                helping[team].append(team != self.teams[-1][0])
        most = max((len(people) for people in of_team), default=0)
        self.size = [len(people) for people in of_team]
        self.who = np.array([people + [NOBODY] * (most - len(people)) for people in of_team], dtype=np.int64)
        self.helps: BoolArray = np.array([flags + [False] * (most - len(flags)) for flags in helping], dtype=np.bool_)

    def people(self, team: int) -> IntArray:
        """The people of a team, by their number in it."""
        return self.who[team, : self.size[team]]

    @cached_property
    def alone(self) -> list[bool]:
        """By team: whether all its people are its own."""
        return [all(len(self.teams[one]) == 1 for one in self.people(t).tolist()) for t in range(len(self.size))]

    @cached_property
    def sharing(self) -> list[list[int]]:
        """By team: the teams, itself among them, that have somebody in common with it."""
        sets = [set(self.people(t).tolist()) for t in range(len(self.size))]
        return [[u for u in range(len(sets)) if u == t or sets[u] & sets[t]] for t in range(len(sets))]
