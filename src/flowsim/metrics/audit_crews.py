"""The audit of work for several people (R8): who is at work on it, that it starves nobody and is not starved itself."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from flowsim.metrics.audit_arrays import IntArray, in_any, sort_key
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_idle import Spare
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE


def check_crews(ground: Ground) -> Check:
    """R8: so many of each team are at work as the step needs, its own lowest number the visit's person; nobody else."""
    trial = Trial("crews", "R8: work for several people has exactly the people it needs, all at once")
    takings, units, model = ground.takings, ground.units, ground.model
    index = ground.team_index
    size = np.bincount(takings.unit, minlength=len(units.first))
    alone = ~units.several & (units.started < FOREVER)
    trial.hold(
        ~alone | (size == 1),
        lambda i: f"{ground.visit(int(units.first[i]))}: {int(size[i])} people, for work for one",
    )
    trial.equal(
        int(size.sum()), int((units.started < FOREVER).sum()) + len(ground.record.crew["team"]), "people at work"
    )
    for s, step in enumerate(model.steps):
        own = ground.pending[s][units.started[ground.pending[s]] < FOREVER]
        if not len(own):
            continue
        rows = np.flatnonzero(np.isin(takings.unit, own))
        needed = np.zeros(len(model.teams), dtype=np.int64)
        for name, count in step.needs:
            needed[index[name]] += count
        found = np.zeros((len(units.first), len(model.teams)), dtype=np.int64)
        np.add.at(found, (takings.unit[rows], takings.team[rows]), 1)
        trial.hold(
            (found[own] == needed).all(axis=1),
            lambda i, own=own, found=found, needed=needed: (  # type: ignore[misc]
                f"{ground.visit(int(units.first[own[i]]))}: people by team {found[own[i]].tolist()}, needed "
                f"{needed.tolist()}"
            ),
        )
        lowest = np.full(len(units.first), FOREVER, dtype=np.int64)
        home = rows[takings.team[rows] == index[step.team]]
        np.minimum.at(lowest, takings.unit[home], takings.number[home])
        trial.hold(
            units.person[own] == lowest[own],
            lambda i, own=own, lowest=lowest: (  # type: ignore[misc]
                f"{ground.visit(int(units.first[own[i]]))}: its person is {int(units.person[own[i]])}, the lowest of "
                f"its team at work on it {int(lowest[own[i]])}"
            ),
        )
    return trial.done()


# -- nothing starves ---------------------------------------------------------------------------------------------------


def check_turns(ground: Ground) -> Check:
    """R8: work for several people starts as soon as its people are all there; what there is of them is not given to
    work that comes after it: for one of the same or a lower priority, or for several later in line."""
    trial = Trial("turns", "R8: work for several people begins as soon as it can, and before what comes after it")
    if ground.units.several.any():
        _Sweep(ground, trial).run()
    return trial.done()


class _Sweep:
    """All instants at which something changes, one after another, with who waits for several people at each."""

    def __init__(self, ground: Ground, trial: Trial) -> None:
        self.ground, self.trial, self.spare = ground, trial, Spare(ground)
        g, units = ground, ground.units
        self.steps = [s for s, step in enumerate(g.model.steps) if step.several]
        self.needs = {s: [(g.team_index[name], count) for name, count in g.model.steps[s].needs] for s in self.steps}
        self.teams = sorted({team for needs in self.needs.values() for team, _ in needs})
        several = np.flatnonzero(units.several)
        first = units.first[several]
        key = sort_key(g.priority[first], units.joined[several], g.request[first], g.v["branch"][first])
        self.order = np.full(len(units.first), NONE, dtype=np.int64)
        self.order[several] = np.argsort(np.argsort(key, kind="stable"), kind="stable")
        self.priority = g.priority[units.first]
        self.late = g.late["assembled"][units.first]
        self.lost, self.any_lost = units.lost, bool(units.lost.any())
        self.times = self._times(several)
        self.free = {team: self.spare.free(team, self.times) for team in self.teams}
        self.there = {team: self.spare.there(g.staff.people(team), self.times) for team in self.teams}
        self.open = {s: in_any(self.times, *self.spare.meetings[s]) for s in self.steps}
        self.possible = {s: self.spare.may_meet(s, self.times) for s in self.steps}
        t = g.takings  # sorted by person and time
        edges = np.searchsorted(t.who, np.arange(g.staff.count + 1)).tolist()
        self.hands = [(t.started[a:b].tolist(), t.freed[a:b].tolist()) for a, b in pairwise(edges)]
        self.line: dict[int, list[tuple[int, int]]] = {s: [] for s in self.steps}  # (order, unit), first to last

    def _times(self, several: IntArray) -> IntArray:
        g, units, t = self.ground, self.ground.units, self.ground.takings
        begins, ends = g.record.away["begins"], g.record.away["ends"]
        parts = [units.joined[several], np.minimum(units.left[several], g.end), t.started, np.minimum(t.freed, g.end)]
        parts += [begins, ends, *(edge for s in self.steps for edge in self.spare.meetings[s])]
        grid = np.unique(np.concatenate(parts))
        return grid[(grid >= 0) & (grid < g.end)]

    def run(self) -> None:
        """Settle one instant after the other: who came and went, then whether all is as it should be."""
        came, went, starts = self._events()
        for k, t in enumerate(self.times.tolist()):
            for unit in came.get(t, ()):
                if self.ground.units.left[unit] > t:
                    insort(self.line[self._step(unit)], (int(self.order[unit]), unit))
            for unit in went.get(t, ()):
                line = self.line[self._step(unit)]
                place = bisect_left(line, (int(self.order[unit]), unit))
                if place < len(line) and line[place][1] == unit:
                    del line[place]
            if any(self.line.values()):
                self._check_waiting(k, t)
                if t in starts:
                    self._check_starts(k, t, starts[t])

    def _step(self, unit: int) -> int:
        return int(self.ground.v["step"][self.ground.units.first[unit]])

    def _events(self) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, list[int]]]:
        """By instant: the units for several that join, those that leave, and the takings that begin."""
        units, takings = self.ground.units, self.ground.takings
        came: dict[int, list[int]] = {}
        went: dict[int, list[int]] = {}
        starts: dict[int, list[int]] = {}
        several = np.flatnonzero(units.several)
        for unit, joined, left in zip(
            several.tolist(), units.joined[several].tolist(), units.left[several].tolist(), strict=True
        ):
            came.setdefault(joined, []).append(unit)
            went.setdefault(left, []).append(unit)
        for row, started in enumerate(takings.started.tolist()):
            starts.setdefault(started, []).append(row)
        return came, went, starts

    def _kept_at_most(self, k: int, team: int, order: int) -> int:
        """How many people of a team those may keep who wait at an instant, may begin, and come before that place in
        line: as many as they need of it, and of teams it shares people with. Where in line a batch stood that somebody
        withdrew from is not known."""
        total = 0
        for s, count in self.spare.crews[team]:
            if self.open[s][k]:
                line = self.line[s]
                place = bisect_left(line, (order, NONE))
                lost = sum(self.lost[unit] for _, unit in line[place:]) if self.any_lost else 0
                total += count * (place + int(lost))
        return total

    def _kept_at_least(self, k: int, t: int, team: int, order: int) -> int:
        """How many they keep for certain, if there are so many: who joined at that instant in a later round keeps
        nobody from others."""
        total = 0
        for s in self.steps:
            count = next((count for other, count in self.needs[s] if other == team), 0)
            if count and self.possible[s][k]:
                line = self.line[s]
                total += count * sum(self._keeps(unit, t) for _, unit in line[: bisect_left(line, (order, NONE))])
        return total

    def _keeps(self, unit: int, late: int) -> bool:
        return not self.lost[unit] and not (self.late[unit] and self._joined(unit) == late)

    def _joined(self, unit: int) -> int:
        return int(self.ground.units.joined[unit])

    def _check_waiting(self, k: int, t: int) -> None:
        """The first in line of each step must lack somebody."""
        for s in self.steps:
            if not self.line[s] or not self.open[s][k]:
                continue
            order, unit = self.line[s][0]
            if self.lost[unit]:
                continue
            right = not self._all_there(k, t, s, order)
            row = int(self.ground.units.first[unit])
            self.trial.hold(
                np.array([right]),
                lambda _, row=row: (  # type: ignore[misc]
                    f"{self.ground.visit(row)} still waits at {self.ground.when(t)}, when all its people are free"
                ),
            )

    def _all_there(self, k: int, t: int, s: int, order: int) -> bool:
        """Whether all whom work at that place in line needs are free for it, whoever else they are kept for."""
        before = 0
        for team, count in self.needs[s]:
            kept = self._kept_at_most(k, team, order)
            before += kept
            if int(self.free[team][k]) < kept + count:
                return False
        if all(len(self.ground.staff.sharing[team]) == 1 for team, _ in self.needs[s]):
            return True
        return not before and self._gathers(t, s)

    def _gathers(self, t: int, s: int) -> bool:
        """Whether the lowest free numbers, team by team, make up the people a step needs (R8), of each home not more
        than may be at work (R10)."""
        g = self.ground
        chosen: set[int] = set()
        room: dict[int, int] = {}
        for team, count in self.needs[s]:
            found = 0
            for who in g.staff.people(team).tolist():
                home = g.staff.teams[who][0]
                if home not in room:
                    everybody = g.at_home(home).tolist()
                    there = sum(not self._away(one, t) for one in everybody)
                    room[home] = there - sum(self._busy(one, t) for one in everybody)
                free = who not in chosen and not self._busy(who, t) and not self._away(who, t)
                if found < count and free and room[home] > 0:
                    chosen.add(who)
                    room[home] -= 1
                    found += 1
            if found < count:
                return False
        return True

    def _busy(self, who: int, t: int) -> bool:
        started, freed = self.hands[who]
        place = bisect_right(started, t)
        return any(until > t for until in freed[max(0, place - 2) : place])

    def _away(self, who: int, t: int) -> bool:
        begins, ends = self.ground.away[who]
        place = int(np.searchsorted(begins, t, side="right"))
        return place > 0 and bool(ends[place - 1] > t)

    def _check_starts(self, k: int, t: int, rows: list[int]) -> None:
        """What began took nobody who is kept for work before it that still waits."""
        for team in self.teams:
            people = set(self.ground.staff.people(team).tolist())
            own = [row for row in rows if int(self.ground.takings.who[row]) in people]
            for row in own:
                if int(self.ground.takings.freed[row]) > t and not self._straight(row):
                    self._check_start(k, t, team, row, own)

    def _straight(self, row: int) -> bool:
        return bool(self.ground.units.straight[self.ground.takings.unit[row]])

    def _check_start(self, k: int, t: int, team: int, row: int, own: list[int]) -> None:
        takings = self.ground.takings
        unit = int(takings.unit[row])
        if self.lost[unit]:
            return
        order, priority = self._place(unit)
        kept = self._kept_at_least(k, t, team, order)
        if not kept:
            return
        # people whom others took at this instant, by right or of another team, may have been left over before
        others = sum(1 for _ in self._rightly(own, team, unit, order, priority))
        others += self._left_elsewhere(t, team, priority)
        self.trial.hold(
            np.array([int(self.there[team][k]) + others >= kept]),
            lambda _: (
                f"{self.ground.visit(int(self.ground.units.first[unit]))} was begun at {self.ground.when(t)} with a "
                f"person of {self.ground.model.teams[team].name!r} who is kept for work for several that comes first"
            ),
        )

    def _place(self, unit: int) -> tuple[int, int]:
        """Up to which place in line others come before a unit; and its priority."""
        priority = int(self.priority[unit])
        if self.order[unit] != NONE:
            return int(self.order[unit]), priority
        several = np.flatnonzero(self.order != NONE)
        return int((self.priority[several] <= priority).sum()), priority

    def _rightly(self, own: list[int], team: int, unit: int, order: int, priority: int) -> Iterator[int]:
        takings = self.ground.takings
        for other in own:
            one = int(takings.unit[other])
            if one == unit:
                continue
            first = 0 <= self.order[one] < order or (self.order[one] == NONE and self.priority[one] < priority)
            if first or self.lost[one] or self._straight(other) or int(takings.team[other]) != team:
                yield other

    def _left_elsewhere(self, t: int, team: int, priority: int) -> int:
        """Single work of a higher priority in the team's list at the instant, for which people may have been left."""
        units, own = self.ground.units, self.ground.list_units[team]
        own = own[self.priority[own] < priority]
        there = (units.joined[own] <= t) & (units.left[own] >= t) & (units.team[own] != team)
        there |= (units.joined[own] <= t) & (units.left[own] > t)
        return int(there.sum())
