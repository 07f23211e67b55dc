"""The audit of who serves: people (identities 4 and 5), who is there (R10), lowest free number, and helpers (R8)."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, in_any, level, level_across, range_max
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model.calendar import FOREVER


def check_capacity(ground: Ground) -> Check:
    """Identity 5: never more people at work than a team has, and nobody at two things at once, whatever the teams."""
    trial = Trial("capacity", "R8, identity 5: no more people at work than present, each at one thing at a time")
    takings = ground.takings
    for index, team in enumerate(ground.model.teams):
        own, people = ground.team_takings[index], ground.staff.size[index]
        begins, ends = np.sort(takings.started[own]), np.sort(takings.freed[own])
        # the k-th to begin may only begin when the (k - people)-th has ended
        late = ends[: max(0, len(ends) - people)] - begins[people:]
        trial.hold(
            late <= 0,
            lambda i, team=team, people=people, begins=begins, late=late: (  # type: ignore[misc]
                f"{team.name!r} has {people} people; more were at work at "
                f"{ground.when(int(begins[i + people]))}, the first free one {int(late[i])} ticks later"
            ),
        )
    _check_persons(trial, ground)
    return trial.done()


def _check_persons(trial: Trial, ground: Ground) -> None:
    t, units = ground.takings, ground.units
    overlap = np.where(t.who[1:] == t.who[:-1], t.freed[:-1] - t.started[1:], 0)
    trial.hold(
        (overlap <= 0) | (t.who[1:] < 0),
        lambda i: (
            f"{ground.visit(int(units.first[t.unit[i + 1]]))}: person {int(t.number[i + 1])} took it up at "
            f"{ground.when(int(t.started[i + 1]))}, "
            + (f"{int(overlap[i])} ticks before" if t.freed[i] < FOREVER else "but never")
            + f" ending {ground.visit(int(units.first[t.unit[i]]))}"
        ),
    )


# -- presence (R10) ----------------------------------------------------------------------------------------------------


def check_presence(ground: Ground) -> Check:
    """R10: nobody begins while he is away, and no work makes more of a team's people be at work than are there.

    Who goes straight on with what he had does not begin anew (R8).
    """
    trial = Trial("presence", "R10: nobody begins while away, nor are more at work than there when work begins")
    t, units = ground.takings, ground.units
    if not ground.someone_away:
        return trial.done()
    anew = ~units.straight[t.unit]
    for who in range(ground.staff.count):
        rows = np.flatnonzero(anew & (t.who == who))
        begins, ends = ground.away[who]
        trial.hold(
            ~in_any(t.started[rows], begins, ends),
            lambda i, rows=rows: (  # type: ignore[misc]
                f"{ground.visit(int(units.first[t.unit[rows[i]]]))}: person {int(t.number[rows[i]])} of "
                f"{ground.model.teams[int(t.team[rows[i]])].name!r} began at "
                f"{ground.when(int(t.started[rows[i]]))}, when he was away"
            ),
        )
    for index, team in enumerate(ground.model.teams):
        people = ground.at_home(index)
        own = np.flatnonzero(np.isin(t.who, people))
        begins, ends = ground.away_of(people)
        rows = own[anew[own]]
        times = t.started[rows]
        lasting = t.freed[rows] > times
        busy = level(times, t.started[own], t.freed[own])
        across = level_across(times, t.started[own], t.freed[own]) + 1
        on = own[~anew[own]]
        straight = level(times, t.started[on], t.started[on] + 1)
        at_work = np.where(lasting, busy - straight, across)
        there = len(people) - level(times, begins, ends)
        trial.hold(
            at_work <= there,
            lambda i, rows=rows, at_work=at_work, there=there, team=team: (  # type: ignore[misc]
                f"{ground.visit(int(units.first[t.unit[rows[i]]]))}, begun at {ground.when(int(t.started[rows[i]]))}, "
                f"makes {int(at_work[i])} people of {team.name!r} at work; {int(there[i])} were there"
            ),
        )
    return trial.done()


# -- the lowest free number (R8) ---------------------------------------------------------------------------------------


def check_lowest_number(ground: Ground) -> Check:
    """R8: of the persons who are free and there, the lowest number takes the work.

    Left out is who may be kept for work for several people, and helpers, who go to their own team first (R8).
    """
    trial = Trial("lowest number", "R8: the lowest free number is taken")
    t, staff = ground.takings, ground.staff
    free = _free(ground)
    meets = {ground.team_index[name] for step in ground.model.steps if step.several for name, _ in step.needs}
    kept = np.array([bool(meets & set(teams)) for teams in staff.teams], dtype=np.bool_)
    for index in range(len(ground.model.teams)):
        rows = np.flatnonzero((t.team == index) & ~ground.units.straight[t.unit])
        if staff.size[index] == 1 or not len(rows):
            continue
        if ground.someone_away:
            rows = rows[_may_begin(ground, index, rows)]
        people = ground.at_home(index)
        _check_team(trial, ground, index, rows, people[~kept[people]], free)
        if kept[people].any():
            _check_team(trial, ground, index, rows[_unhindered(ground, index, rows)], people[kept[people]], free)
    return trial.done()


def _check_team(
    trial: Trial,
    ground: Ground,
    index: int,
    rows: IntArray,
    people: IntArray,
    stretches: tuple[IntArray, IntArray, IntArray],
) -> None:
    """In these takings of a team nobody has a number above that of one of these people who was free."""
    t, units, staff = ground.takings, ground.units, ground.staff
    rows = rows[np.argsort(t.started[rows], kind="stable")]
    if not len(rows) or not len(people):
        return
    who, begins, ends = stretches
    times, persons = t.started[rows], t.number[rows]
    number = np.full(staff.count, FOREVER, dtype=np.int64)
    number[staff.people(index)] = np.arange(staff.size[index])
    number[~np.isin(np.arange(staff.count), people)] = FOREVER
    free = np.flatnonzero((ends > begins) & (number[who] < int(persons.max())) & (begins < ground.end))
    low = np.searchsorted(times, begins[free])
    high = np.maximum(low, np.searchsorted(times, ends[free]))
    worst, mine = range_max(persons, low, high), number[who[free]]

    def tell(i: int) -> str:
        k = int(low[i]) + int(np.argmax(persons[low[i] : high[i]] > mine[i]))
        return (
            f"{ground.visit(int(units.first[t.unit[rows[k]]]))}: taken up by person {int(persons[k])} of "
            f"{ground.model.teams[index].name!r} at {ground.when(int(times[k]))} while person {int(mine[i])} was free"
        )

    trial.hold(worst <= mine, tell)


def _free(ground: Ground) -> tuple[IntArray, IntArray, IntArray]:
    """When everybody is free and there: who, from when, until when. After work that took no time, or that let its
    people go in a later round, only from the tick after its instant (R3)."""
    t, units = ground.takings, ground.units
    known = t.who >= 0
    keeps = ground.of_step([step.blocking == "person" for step in ground.model.steps])[units.first[t.unit]]
    later = (t.freed == t.started) | (keeps & np.isin(t.freed, ground.busy_instants))
    who, begins = t.who[known], t.started[known]
    ends = np.minimum(np.where(later, t.freed + 1, t.freed), ground.end + 1)[known]
    if ground.someone_away:
        away = [(np.full(len(b), one), b, e) for one, (b, e) in enumerate(ground.away)]
        who = np.concatenate([who, *(one for one, _, _ in away)])
        begins = np.concatenate([begins, *(b for _, b, _ in away)])
        ends = np.concatenate([ends, *(e for _, _, e in away)])
        order = np.lexsort((ends, begins, who))
        who, begins, ends = who[order], begins[order], ends[order]
    everybody, wide = np.arange(ground.staff.count), ground.end + 2
    reach = np.maximum.accumulate(ends + who * wide) - who * wide
    heads = np.append(True, who[1:] != who[:-1])[: len(who)]
    until = np.append(begins[1:], FOREVER)[: len(who)]
    until[np.append(heads[1:], True)[: len(who)]] = FOREVER
    first = np.full(ground.staff.count, FOREVER, dtype=np.int64)
    first[who[heads]] = begins[heads]
    return (
        np.concatenate([everybody, who]),
        np.concatenate([np.full(len(everybody), -1), reach]),
        np.concatenate([first, until]),
    )


def _may_begin(ground: Ground, team: int, rows: IntArray) -> BoolArray:
    """At which of these takings one more of those at home in the team could have begun: always when one of them did,
    else when not as many were at work as were there (R10)."""
    t, people = ground.takings, ground.at_home(team)
    own = np.flatnonzero(np.isin(t.who, people))
    times = t.started[rows]
    room = len(people) - level(times, *ground.away_of(people)) - level(times, t.started[own], t.freed[own])
    return np.isin(t.who[rows], people) | (room > 0)


def _unhindered(ground: Ground, team: int, rows: IntArray) -> BoolArray:
    """At which of these takings nobody was kept for work for several people, but for the one that was begun; nor left
    to single work that comes before it."""
    t, units = ground.takings, ground.units
    several = units.several[t.unit[rows]]
    times = t.started[rows]
    free = _crews_about(ground, team, times) == several
    if several.any():
        own = ground.list_units[team]
        least = ground.priority[units.first[own]]
        for priority in np.unique(ground.priority[units.first[t.unit[rows[several]]]]).tolist():
            first = own[least < priority]
            here = level(times, units.joined[first], np.minimum(units.left[first], ground.end) + 1) > 0
            free &= ~(several & here & (ground.priority[units.first[t.unit[rows]]] == priority))
    return np.asarray(free)


def kept_for_many(ground: Ground, team: int, times: IntArray) -> BoolArray:
    """At which of these instants work for several people waited, or was begun, that may keep people of a team."""
    return _crews_about(ground, team, times) > 0


def _crews_about(ground: Ground, team: int, times: IntArray) -> IntArray:
    """How much work for several people waited, was begun or was cut at each instant that may keep people of a team."""
    found = np.zeros(len(times), dtype=np.int64)
    units = ground.units
    for step, own in zip(ground.model.steps, ground.pending, strict=True):
        if step.several and ground.rivals[team] & {ground.team_index[name] for name, _ in step.needs}:
            found += level(times, units.joined[own], np.minimum(units.left[own], ground.end) + 1)
    return found


# -- helpers (R8) ------------------------------------------------------------------------------------------------------


def check_helpers(ground: Ground) -> Check:
    """R8: nobody helps another team while one that he names earlier has work of the same or a higher priority that he
    could begin.

    Only work that is left waiting there shows it, of which nobody else may take any, and where nobody is kept for work
    for several people.
    """
    trial = Trial("helpers", "R8: who helps is taken by another team only when his own has no work for him")
    t, units, staff, model = ground.takings, ground.units, ground.staff, ground.model
    for place in range(len(model.people)):
        teams = staff.teams[staff.named + place]
        rows = np.flatnonzero((t.who == staff.named + place) & ~units.straight[t.unit] & (t.freed > t.started))
        for index in teams[:-1]:
            later = [team for team in teams if teams.index(team) > teams.index(index)]
            own = rows[np.isin(t.team[rows], later)]
            times = t.started[own]
            waiting = _plain_waiting(ground, index, times, ground.priority[units.first[t.unit[own]]])
            begins, ends = ground.away_of(ground.at_home(teams[0]))
            home = np.flatnonzero(np.isin(t.who, ground.at_home(teams[0])))
            spare = len(ground.at_home(teams[0])) - level(times, begins, ends)
            spare -= level(times, t.started[home], t.freed[home])
            right = ~waiting | kept_for_many(ground, index, times) | (spare < 0)
            for before in teams[: teams.index(index)]:  # which may have held him back from this one too
                there = ground.list_units[before]
                right |= level(times, units.joined[there], np.minimum(units.left[there], ground.end) + 1) > 0
            trial.hold(
                right,
                lambda i, own=own, index=index: (  # type: ignore[misc]
                    f"{ground.visit(int(units.first[t.unit[own[i]]]))}: taken up by {model.people[place].name!r} at "  # noqa: B023
                    f"{ground.when(int(t.started[own[i]]))}, while work waited for {model.teams[index].name!r}, which "
                    "comes first for him"
                ),
            )
    return trial.done()


def _plain_waiting(ground: Ground, team: int, times: IntArray, priority: IntArray) -> BoolArray:
    """At which instants something of that priority or a higher one is left waiting that only this team may take, and
    may begin (R9).
    """
    units = ground.units
    own = ground.list_units[team]
    shared = ground.of_step([len(takers) > 1 for takers in ground.takers])[units.first[own]]
    own = own[~shared]
    since = units.joined[own] + ground.late["assembled"][units.first[own]]
    limit = ground.start_limit[units.first[own]]
    hours = ground.hours(ground.model.teams[team].calendar)
    closing = hours.closing(times)
    found = np.zeros(len(times), dtype=np.bool_)
    rank = ground.priority[units.first[own]]
    for x, p in sorted(set(zip(limit.tolist(), rank.tolist(), strict=True))):
        alike = (limit == x) & (rank == p)
        there = level(times, since[alike], units.left[own[alike]]) > 0
        found |= there & (p <= priority) & (closing > times) & (closing - times >= x)
    return found
