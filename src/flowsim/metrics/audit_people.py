"""The audit of who serves: people (identities 4 and 5), lowest free number (R8), and nobody idle while work waits."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_ground import BoolArray, Ground, IntArray, range_max
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model.calendar import FOREVER


def check_capacity(ground: Ground) -> Check:
    """Identity 5: never more people at work than a team has, and nobody at two things at once."""
    trial = Trial("capacity", "R8, identity 5: no more people at work than present, each at one thing at a time")
    units = ground.units
    for index, team in enumerate(ground.model.teams):
        own = ground.team_begun[index]
        begins, ends = np.sort(units.started[own]), np.sort(units.ended[own])
        # the k-th to begin may only begin when the (k - people)-th has ended
        late = ends[: max(0, len(ends) - team.people)] - begins[team.people :]
        trial.hold(
            late <= 0,
            lambda i, team=team, begins=begins, late=late: (  # type: ignore[misc]
                f"{team.name!r} has {team.people} people; more were at work at "
                f"{ground.when(int(begins[i + team.people]))}, the first free one {int(late[i])} ticks later"
            ),
        )
        _check_persons(trial, ground, ground.by_person[index])
    return trial.done()


def _check_persons(trial: Trial, ground: Ground, order: IntArray) -> None:
    units = ground.units
    person, started, ended = units.person[order], units.started[order], units.ended[order]
    overlap = np.where(person[1:] == person[:-1], ended[:-1] - started[1:], 0)
    trial.hold(
        overlap <= 0,
        lambda i: (
            f"{ground.visit(int(units.first[order[i + 1]]))}: person {int(person[i])} took it up at "
            f"{ground.when(int(started[i + 1]))}, "
            + (f"{int(overlap[i])} ticks before" if ended[i] < FOREVER else "but never")
            + f" ending {ground.visit(int(units.first[order[i]]))}"
        ),
    )


def check_lowest_number(ground: Ground) -> Check:
    """R8: of the persons who are free, the lowest number takes the work."""
    trial = Trial("lowest number", "R8: the lowest free number is taken")
    units = ground.units
    for index, team in enumerate(ground.model.teams):
        own = ground.team_begun[index]
        if team.people == 1 or not len(own):
            continue
        taken = ground.team_units[index][ground.in_turn[index]]
        times, persons = units.started[taken], units.person[taken]
        order = ground.by_person[index]
        person, started, ended = units.person[order], units.started[order], units.ended[order]
        top = int(persons.max())
        # a free time of somebody: from the start of the run or the end of a unit until the next; work that took no
        # time may have ended in a later round of its instant than others began, so its instant does not count (R3)
        after = np.concatenate([np.full(top + 1, -1), np.where(ended == started, ended + 1, ended)])
        number = np.concatenate([np.arange(top + 1), person])
        heads = np.append(True, person[1:] != person[:-1])
        until = np.concatenate(
            [
                _first_starts(person[heads], started[heads], top),
                np.where(np.append(heads[1:], True), FOREVER, np.append(started[1:], FOREVER)),
            ]
        )
        free = np.flatnonzero((until > after) & (number < top) & (after < ground.end))
        low = np.searchsorted(times, after[free])
        high = np.maximum(low, np.searchsorted(times, until[free]))
        worst = range_max(persons, low, high)

        def tell(i: int, free: IntArray = free, number: IntArray = number, low: IntArray = low) -> str:
            k = int(low[i]) + int(np.argmax(persons[low[i] : high[i]] > number[free[i]]))  # noqa: B023
            row = int(units.first[taken[k]])  # noqa: B023
            return (
                f"{ground.visit(row)}: taken up by person {int(persons[k])} of {team.name!r} at "  # noqa: B023
                f"{ground.when(int(times[k]))} while person {int(number[free[i]])} was free"  # noqa: B023
            )

        trial.hold(worst <= number[free], tell)
    return trial.done()


def _first_starts(person: IntArray, started: IntArray, top: int) -> IntArray:
    """By person 0 … top: when he first takes up work; FOREVER when never."""
    first = np.full(top + 1, FOREVER, dtype=np.int64)
    first[person] = started
    return first


def check_no_idling(ground: Ground) -> Check:
    """R8, R9: while a team is open, nobody who may be taken waits as long as somebody is free."""
    trial = Trial("no idling", "R8: nobody is idle while a request that may be taken waits and the team is open")
    units = ground.units
    limit = ground.start_limit[units.first]
    for index, team in enumerate(ground.model.teams):
        own = ground.team_units[index]
        for x in np.unique(limit[own]).tolist():
            times, waiting, busy = _sweep_team(ground, own, limit[own] == x)
            idle = np.flatnonzero((waiting > 0) & (busy < team.people) & (times[1:] > times[:-1]))
            opens, closes = ground.hours(team.calendar).shortened(x, ground.end)
            wasted = _within(times[idle + 1], opens, closes) - _within(times[idle], opens, closes)
            trial.hold(
                wasted == 0,
                lambda i, idle=idle, wasted=wasted, times=times, waiting=waiting, busy=busy, team=team: (  # type: ignore[misc]
                    f"{team.name!r}: from {ground.when(int(times[idle[i]]))} for {int(wasted[i])} open ticks "
                    f"{int(waiting[idle[i]])} waited while {int(busy[idle[i]])} of {team.people} people were at work"
                ),
            )
            trial.fact(True, "")
    return trial.done()


def _sweep_team(ground: Ground, own: IntArray, some: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """All instants at which something changes, and from each on how many of `some` units wait and how many persons
    are busy; `times` has one more, the end of the run."""
    units = ground.units
    started = units.started[own]
    waits = np.sort(units.joined[own][some])
    taken = np.sort(started[some & (started < FOREVER)])
    begun = taken if some.all() else np.sort(started[started < FOREVER])
    gone = np.sort(units.ended[own][units.ended[own] < FOREVER])
    runs = [waits, taken, begun, gone]
    waiting, busy = (1, -1, 0, 0), (0, 0, 1, -1)
    if some.all():
        runs, waiting, busy = [waits, taken, gone], (1, -1, 0), (0, 1, -1)  # type: ignore[assignment]
    times = np.concatenate(runs)
    order = np.argsort(times, kind="stable")  # joins the sorted runs
    lengths = [len(run) for run in runs]
    steps = [np.repeat(np.array(change, dtype=np.int8), lengths)[order] for change in (waiting, busy)]
    return (
        np.append(times[order], ground.end),
        np.cumsum(steps[0], dtype=np.int64),
        np.cumsum(steps[1], dtype=np.int64),
    )


def _within(t: IntArray, opens: IntArray, closes: IntArray) -> IntArray:
    """Ticks before each t that lie in the intervals."""
    if not len(opens):
        return np.zeros(len(t), dtype=np.int64)
    before = np.cumsum(closes - opens) - (closes - opens)
    k = np.maximum(np.searchsorted(opens, t, side="right") - 1, 0)
    inside: IntArray = before[k] + np.clip(t - opens[k], 0, closes[k] - opens[k])
    return inside
