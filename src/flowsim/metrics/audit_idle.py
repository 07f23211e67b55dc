"""The audit of idleness (R8, R9, R10): nobody who is there is idle while something waits that he could begin."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, in_any, level, within
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model.calendar import FOREVER


def check_no_idling(ground: Ground) -> Check:
    """R8, R9: while a team is open, nobody who may be taken waits as long as somebody is free for it."""
    trial = Trial("no idling", "R8: nobody is idle while a request that may be taken waits and the team is open")
    units = ground.units
    limit = ground.start_limit[units.first]
    spare = Spare(ground)
    for index, team in enumerate(ground.model.teams):
        own = ground.list_units[index]
        simple = ground.staff.alone[index] and not ground.someone_away and not spare.crews[index]
        for x in np.unique(limit[own]).tolist():
            opens, closes = ground.hours(team.calendar).shortened(x, ground.end)
            if simple:
                times, waiting, busy = _sweep_team(ground, index, own, limit[own] == x)
                idle = np.flatnonzero((waiting > 0) & (busy < team.people) & (times[1:] > times[:-1]))
                free = team.people - busy
                _hold(trial, ground, index, (times, waiting, free), idle, (opens, closes))
                continue
            for some in _alike(ground, own[limit[own] == x], bool(spare.crews[index])):
                times, waiting, free = spare.sweep(index, some)
                idle = np.flatnonzero((waiting > 0) & (free > 0) & (times[1:] > times[:-1]))
                _hold(trial, ground, index, (times, waiting, free), idle, (opens, closes))
    return trial.done()


def _hold(
    trial: Trial,
    ground: Ground,
    index: int,
    sweep: tuple[IntArray, IntArray, IntArray],
    idle: IntArray,
    hours: tuple[IntArray, IntArray],
) -> None:
    """The idle stretches of a sweep (its times, who waits and who is free from each on) must lie in closed time."""
    times, waiting, free = sweep
    wasted = within(times[idle + 1], *hours) - within(times[idle], *hours)
    name, people = ground.model.teams[index].name, ground.staff.size[index]
    trial.hold(
        wasted == 0,
        lambda i: (
            f"{name!r}: from {ground.when(int(times[idle[i]]))} for {int(wasted[i])} open ticks "
            f"{int(waiting[idle[i]])} waited while {int(free[idle[i]])} of {people} people were free for it"
        ),
    )
    trial.fact(True, "")


def _sweep_team(ground: Ground, index: int, own: IntArray, some: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """All instants at which something changes, and from each on how many of `some` units wait and how many persons
    are busy; `times` has one more, the end of the run."""
    units, takings = ground.units, ground.takings
    left, rows = units.left[own], ground.team_takings[index]
    waits = np.sort(units.joined[own][some])
    taken = np.sort(left[some & (left < FOREVER)])
    begun = np.sort(takings.started[rows])
    gone = np.sort(takings.freed[rows][takings.freed[rows] < FOREVER])
    runs = [waits, taken, begun, gone]
    waiting, busy = (1, -1, 0, 0), (0, 0, 1, -1)
    if len(taken) == len(begun) and bool((taken == begun).all()):  # who is taken is at work from then on
        runs, waiting, busy = [waits, begun, gone], (1, -1, 0), (0, 1, -1)  # type: ignore[assignment]
    times = np.concatenate(runs)
    order = np.argsort(times, kind="stable")  # joins the sorted runs
    lengths = [len(run) for run in runs]
    steps = [np.repeat(np.array(change, dtype=np.int8), lengths)[order] for change in (waiting, busy)]
    return (
        np.append(times[order], ground.end),
        np.cumsum(steps[0], dtype=np.int64),
        np.cumsum(steps[1], dtype=np.int64),
    )


def _alike(ground: Ground, own: IntArray, by_priority: bool) -> list[IntArray]:
    """These units, those of one priority together where that counts; that of a batch somebody withdrew from may have
    been any."""
    if not by_priority:
        return [own]
    priority = ground.priority[ground.units.first[own]]
    priority = np.where(ground.units.lost[own], ground.priority.max(), priority)
    return [own[priority == one] for one in np.unique(priority).tolist()]


class Spare:
    """How many people of a team single work could have at an instant: free, there, fewer at work than there (R10), and
    not kept for work for several people of the same or a higher priority (R8)."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        index = ground.team_index
        self.crews: list[list[tuple[int, int]]] = []
        """By team: (step, people) of the work for several that may keep people of it, those they share among them."""
        for team in range(len(ground.model.teams)):
            found, rivals = [], ground.rivals[team]
            for s, step in enumerate(ground.model.steps):
                if step.several:
                    found.append((s, sum(count for name, count in step.needs if index[name] in rivals)))
            self.crews.append([(s, count) for s, count in found if count])

    @cached_property
    def meetings(self) -> dict[int, tuple[IntArray, IntArray]]:
        """By step for several people: the instants in which its work may begin (R9)."""
        g = self.ground
        return {
            s: g.hours(*g.meeting_calendars(step)).shortened(step.no_start_within, g.end)
            for s, step in enumerate(g.model.steps)
            if step.several
        }

    def sweep(self, team: int, some: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """As `_sweep_team`, with the people free for these units instead of those busy."""
        g, units = self.ground, self.ground.units
        joined, left = units.joined[some], np.minimum(units.left[some], g.end)
        times = [joined, left, *self._changes(team)]
        if self.crews[team]:
            times += [g.record.away["begins"], g.record.away["ends"]]
        for s, _ in self.crews[team]:
            pending = g.pending[s]
            times += [units.joined[pending], np.minimum(units.left[pending], g.end), *self.meetings[s]]
        grid = np.unique(np.concatenate(times))
        grid = grid[(grid >= 0) & (grid < g.end)]
        free = self.free(team, grid)
        if self.crews[team] and len(some):
            most = g.priority[units.first[some]].max() if not units.lost[some].any() else g.priority.max()
            free = free - self.kept(team, grid, int(most))
        return np.append(grid, g.end), level(grid, joined, left), free

    def _changes(self, team: int) -> list[IntArray]:
        """Instants at which people of a team, or of the homes of those who help it, come, go, begin or end."""
        g, t = self.ground, self.ground.takings
        own = np.flatnonzero(np.isin(t.who, self._around(team)))
        begins, ends = g.away_of(self._around(team))
        return [t.started[own], np.minimum(t.freed[own], g.end), begins, ends]

    def _around(self, team: int) -> IntArray:
        homes = {self.ground.staff.teams[one][0] for one in self.ground.staff.people(team).tolist()}
        return np.unique(np.concatenate([self.ground.at_home(home) for home in sorted(homes)]))

    def free(self, team: int, times: IntArray) -> IntArray:
        """How many of a team could take up work at each instant: of each home the free ones who are there, but not more
        than would make as many at work as are there."""
        g, t, staff = self.ground, self.ground.takings, self.ground.staff
        people = staff.people(team)
        found = np.zeros(len(times), dtype=np.int64)
        for home in sorted({staff.teams[one][0] for one in people.tolist()}):
            everybody = g.at_home(home)
            own = np.flatnonzero(np.isin(t.who, everybody))
            begins, ends = g.away_of(everybody)
            room = len(everybody) - level(times, begins, ends) - level(times, t.started[own], t.freed[own])
            mine = people[np.isin(people, everybody)]
            if len(mine) < len(everybody):
                room = np.minimum(room, self.there(mine, times))
            found += np.maximum(room, 0)
        return found

    def there(self, people: IntArray, times: IntArray) -> IntArray:
        """How many of these people are free and there at each instant."""
        g, t = self.ground, self.ground.takings
        found = np.zeros(len(times), dtype=np.int64)
        for one in people.tolist():
            rows = np.flatnonzero(t.who == one)
            found += (level(times, t.started[rows], t.freed[rows]) == 0) & ~in_any(times, *g.away[one])
        return found

    def kept(self, team: int, times: IntArray, priority: int) -> IntArray:
        """How many of a team are kept at most at each instant for work for several people that comes before single work
        of this priority, and that could begin if there were enough."""
        g, units = self.ground, self.ground.units
        found = np.zeros(len(times), dtype=np.int64)
        for s, count in self.crews[team]:
            pending = g.pending[s]
            pending = pending[(g.priority[units.first[pending]] <= priority) | units.lost[pending]]
            found += count * level(times, units.joined[pending], units.left[pending]) * in_any(times, *self.meetings[s])
        return found

    def may_meet(self, s: int, times: IntArray) -> BoolArray:
        """Whether work for several people at a step could begin at each instant, if all were free: its teams are open
        (R9) and have as many people there as it needs (R10). Else it may be that nobody is kept for it."""
        g = self.ground
        found = in_any(times, *self.meetings[s])
        if g.someone_away:
            for name, count in g.model.steps[s].needs:
                people = g.staff.people(g.team_index[name])
                found &= len(people) - level(times, *g.away_of(people)) >= count
        return found
