"""Work that several may do, poured out like water (R8): as evenly over those who may do it as can be.

Each piece of work may be done in some teams, each person's time may be given to some teams. The work is divided so that
the busiest are as little busy as possible, then the next busiest, and so on. That is the one division by which no work
lies with people who are busier than others who could do it; so it is also the honest test whether a set of teams can
keep up together: the fullest set of teams, closed under "work only they can do", is full to the level that is found,
and no other division could make it less. It is no forecast of who will take what: a run has its own order (R8).

Levels are found from the top: the fullest set is the one whose work, divided by the time of all who may do any of it,
is greatest (a minimum cut of a network, by Newton's steps on the ratio: W. Dinkelbach, "On nonlinear fractional
programming", Management Science 13 (1967)); it is taken out with its people, and the rest is looked at again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

TINY = 1e-12
"""What is left of work below this part of all of it is rounding."""


@dataclass(frozen=True)
class Work:
    """An amount of work that any of `teams` (indices) may do."""

    amount: float
    teams: tuple[int, ...]


@dataclass(frozen=True)
class Supply:
    """Time of people that any of `teams` (indices) may use, the home team first."""

    time: float
    teams: tuple[int, ...]


@dataclass(frozen=True)
class Sharing:
    """How it is divided: by work the part of it that each team does; by supply the part of its time that each team has
    (what nobody needs stays at home); by team how full it is (0 without work, infinite for work without time); and the
    sets of several teams that are full to one level together because each may do or get what another might.
    """

    done: tuple[dict[int, float], ...]
    given: tuple[dict[int, float], ...]
    level: dict[int, float]
    pools: tuple[tuple[int, ...], ...]


def share_out(works: Sequence[Work], supplies: Sequence[Supply]) -> Sharing:
    """Divide the work as evenly as can be. Work without any time for it goes in even parts to its teams."""
    done: list[dict[int, float]] = [{t: 1.0 / len(w.teams) for t in w.teams} for w in works]
    given: list[dict[int, float]] = [{s.teams[0]: 1.0} for s in supplies]
    level: dict[int, float] = {}
    pools: list[tuple[int, ...]] = []
    for group in _groups(works, supplies):
        people = [r for r, supply in enumerate(supplies) if supply.time > 0.0 and group.teams & set(supply.teams)]
        left = set(group.works)
        while left:
            fullest = _fullest(works, supplies, sorted(left), people)
            for t in fullest.teams:
                level.setdefault(t, fullest.level)
            for d, parts in fullest.done.items():
                done[d] = parts
            for r, parts in fullest.given.items():
                given[r] = parts
            if len(fullest.teams) > 1:
                pools.append(tuple(sorted(fullest.teams)))
            left -= fullest.works
            people = [r for r in people if r not in fullest.people]
    return Sharing(tuple(done), tuple(given), level, tuple(pools))


@dataclass
class _Group:
    works: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)


def _groups(works: Sequence[Work], supplies: Sequence[Supply]) -> list[_Group]:
    """Works and teams that hang together, directly or through others; works that are nothing or endless left out."""
    found: list[_Group] = []
    links = [(None, s.teams) for s in supplies if s.time > 0.0]
    wanted = [(d, w.teams) for d, w in enumerate(works) if 0.0 < w.amount < math.inf]
    for d, teams in [*wanted, *links]:
        whole = _Group({d} if d is not None else set(), set(teams))
        for group in [g for g in found if g.teams & whole.teams]:
            whole.works |= group.works
            whole.teams |= group.teams
            found.remove(group)
        found.append(whole)
    return sorted((g for g in found if g.works), key=lambda g: min(g.teams))


@dataclass
class _Fullest:
    """The fullest set: its works, teams and people, how full it is, and how the work is divided among them."""

    level: float
    works: set[int]
    teams: set[int]
    people: set[int]
    done: dict[int, dict[int, float]]
    given: dict[int, dict[int, float]]


def _fullest(works: Sequence[Work], supplies: Sequence[Supply], left: list[int], people: list[int]) -> _Fullest:
    """Of these works and people the set with the greatest work ÷ time."""
    chosen = left
    while True:
        teams = {t for d in chosen for t in works[d].teams}
        near = [r for r in people if teams & set(supplies[r].teams)]
        amount = math.fsum(works[d].amount for d in chosen)
        time = math.fsum(supplies[r].time for r in near)
        if time <= 0.0:
            return _Fullest(math.inf, set(chosen), teams, set(), {}, {})
        network = _Network(works, supplies, chosen, near, amount / time)
        fuller = network.fill()
        if not fuller or len(fuller) == len(chosen):
            used = network.used_teams()
            return _Fullest(amount / time, set(chosen), used, set(near), network.done(), network.given())
        chosen = fuller


class _Network:
    """Work → teams → people, each of whom is filled to `level` of his time at most; filled by shortest ways."""

    def __init__(
        self, works: Sequence[Work], supplies: Sequence[Supply], chosen: list[int], near: list[int], level: float
    ) -> None:
        self._works = {d: works[d] for d in chosen}
        self._left = {d: works[d].amount for d in chosen}
        self._room = {r: supplies[r].time * level for r in near}
        self._small = TINY * math.fsum(self._left.values())
        self._teams = {d: works[d].teams for d in chosen}
        self._people: dict[int, list[int]] = {}
        for home in (True, False):  # people at home first
            for r in near:
                for t in supplies[r].teams:
                    if (t == supplies[r].teams[0]) is home:
                        self._people.setdefault(t, []).append(r)
        self._by_team: dict[int, dict[int, float]] = {}  # team -> work -> amount
        self._by_person: dict[int, dict[int, float]] = {r: {} for r in near}  # person -> team -> amount

    def fill(self) -> list[int]:
        """Pour as much as can be. Returns what cannot all be done, with all that shares its people; []: all fits."""
        short: set[int] = set()
        for d in self._left:
            while self._left[d] > self._small:
                way = self._way(d)
                if way is None:
                    short.add(d)
                    break
                self._pour(d, way)
        if not short:
            return []
        return sorted(self._reached(short))

    def _way(self, d: int) -> list[tuple[str, int]] | None:
        """A shortest way from a work to somebody with room, by moving what others do; as nodes after the work."""
        came: dict[tuple[str, int], tuple[str, int]] = {}
        ahead = [("work", d)]
        seen = set(ahead)
        while ahead:
            here = ahead.pop(0)
            if here[0] == "person" and self._room[here[1]] > self._small:
                way = [here]
                while way[-1] in came:
                    way.append(came[way[-1]])
                return way[-2::-1]
            for there in self._next(here):
                if there not in seen:
                    seen.add(there)
                    came[there] = here
                    ahead.append(there)
        return None

    def _next(self, here: tuple[str, int]) -> Iterable[tuple[str, int]]:
        """Where work can be moved to: forward, or back along what was poured."""
        kind, i = here
        if kind == "work":
            yield from (("team", t) for t in self._teams[i])
        elif kind == "team":
            yield from (("person", r) for r in self._people.get(i, ()))
            yield from (("work", d) for d, x in self._by_team.get(i, {}).items() if x > self._small)
        else:
            yield from (("team", t) for t, x in self._by_person[i].items() if x > self._small)

    def _pour(self, d: int, way: list[tuple[str, int]]) -> None:
        amount = min(self._left[d], self._room[way[-1][1]])
        steps = list(zip([("work", d), *way], way, strict=False))
        for (kind, i), (other, j) in steps:
            if kind == "team" and other == "work":
                amount = min(amount, self._by_team[i][j])
            elif kind == "person":
                amount = min(amount, self._by_person[i][j])
        for (kind, i), (other, j) in steps:
            if kind == "work":
                _add(self._by_team.setdefault(j, {}), i, amount)
            elif kind == "team" and other == "work":
                _add(self._by_team[i], j, -amount)
            elif kind == "team":
                _add(self._by_person[j], i, amount)
            else:
                _add(self._by_person[i], j, -amount)
        self._left[d] -= amount
        self._room[way[-1][1]] -= amount

    def _reached(self, short: set[int]) -> set[int]:
        """All works from which nothing can be moved to make room for these, and these."""
        ahead = [("work", d) for d in short]
        seen = set(ahead)
        while ahead:
            for there in self._next(ahead.pop()):
                if there not in seen:
                    seen.add(there)
                    ahead.append(there)
        return {i for kind, i in seen if kind == "work"}

    def used_teams(self) -> set[int]:
        """The teams that do any of it."""
        return {t for t, works in self._by_team.items() if any(x > self._small for x in works.values())}

    def done(self) -> dict[int, dict[int, float]]:
        """By work the part of it that each team does."""
        found: dict[int, dict[int, float]] = {d: {} for d in self._works}
        for t, works in self._by_team.items():
            for d, x in works.items():
                if x > 0.0:
                    found[d][t] = x
        return {d: _parts(parts) for d, parts in found.items()}

    def given(self) -> dict[int, dict[int, float]]:
        """By person the part of his time that each team has."""
        return {r: _parts({t: x for t, x in parts.items() if x > 0.0}) for r, parts in self._by_person.items() if parts}


def _add(amounts: dict[int, float], key: int, amount: float) -> None:
    amounts[key] = amounts.get(key, 0.0) + amount


def _parts(amounts: dict[int, float]) -> dict[int, float]:
    total = math.fsum(amounts.values())
    return {key: x / total for key, x in amounts.items()} if total > 0.0 else {}
