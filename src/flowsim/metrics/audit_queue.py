"""The audit of waiting lists: whoever is taken comes before all who wait and may be taken (R8)."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_ground import BoolArray, Ground, IntArray, range_max, sort_key
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model import Team
from flowsim.model.calendar import FOREVER
from flowsim.record import Kind

_UNKNOWN = -1


def check_discipline(ground: Ground, content: IntArray | None) -> Check:
    """R8: at each start nobody waits who comes before and may be taken.

    `content` is each visit's reading and work in ticks for shortest-first lists; None: as far as the record tells.
    A random list is only held to the priority classes.
    """
    trial = Trial("discipline", "R8: the first by the team's discipline, within priority classes, is taken")
    for index in range(len(ground.model.teams)):
        own = ground.team_units[index]
        if len(own):
            _check_team(trial, ground, index, own, content)
    return trial.done()


def _check_team(trial: Trial, ground: Ground, index: int, own: IntArray, content: IntArray | None) -> None:
    units, team = ground.units, ground.model.teams[index]
    key, known = _keys(ground, team, own, content)
    if team.people > 1 and team.queue != "random" and known.all():
        _check_numbers_in_turn(trial, ground, index, key)
    joined, started = units.joined[own], units.started[own]
    in_order = started[np.argsort(key)]
    if known.all() and bool((in_order[1:] >= in_order[:-1]).all()):
        trial.hold(np.ones(len(own), dtype=np.bool_), lambda i: "")
        return  # taken in the order of the keys altogether: nobody was ever passed over
    starters = key if known.all() else np.where(known, key, 0)  # a unit of unknown place is not blamed
    limit = ground.start_limit[units.first[own]]
    since = joined + ground.late["assembled"][units.first[own]]
    begun = ground.in_turn[index]
    hours = ground.hours(team.calendar)
    place = _places(started, begun)
    for x in np.unique(limit).tolist():
        # those who may not begin within x of closing are passed over by right in the last x of the day
        may = begun if not x else begun[hours.closing(started[begun]) - started[begun] >= x]
        times = started[may]
        waited = np.flatnonzero((limit == x) & (started > joined) & known)
        low = np.searchsorted(times, since[waited])
        high = np.maximum(low, place[waited] if not x else np.searchsorted(times, started[waited]))
        worst = range_max(starters[may], low, high)

        def tell(i: int, waited: IntArray = waited, low: IntArray = low, may: IntArray = may) -> str:
            one = waited[i]
            k = int(low[i]) + int(np.argmax(starters[may[low[i] :]] > key[one]))
            other = may[k]
            return (
                f"{ground.visit(int(units.first[own[one]]))} joined the list of {team.name!r} at "
                f"{ground.when(int(joined[one]))} and was passed over by "
                f"{ground.visit(int(units.first[own[other]]))}, which comes after it ({team.queue}), at "
                f"{ground.when(int(started[other]))}; itself it was taken at {ground.when(int(started[one]))}"
            )

        trial.hold(worst <= key[waited], tell)


def _check_numbers_in_turn(trial: Trial, ground: Ground, index: int, key: IntArray) -> None:
    """Who is taken first in an instant gets the lowest number; left out where there was a second round in it (R3)."""
    units, team, own = ground.units, ground.model.teams[index], ground.team_units[index]
    begun = ground.in_turn[index]
    if not len(begun):
        return
    times = units.started[own[begun]]
    tie = np.append(False, times[1:] == times[:-1])
    tie[:-1] |= tie[1:]
    begun = begun[tie]
    begun = begun[np.lexsort((key[begun], times[tie]))]
    one = own[begun]
    started, person = units.started[one], units.person[one]
    again = (units.ended[one] == started) | ground.late["assembled"][units.first[one]]
    several = started[1:] == started[:-1]
    rounds = np.isin(started[1:], started[again]) if again.any() else np.zeros(len(several), dtype=np.bool_)
    trial.hold(
        ~several | rounds | (person[1:] > person[:-1]),
        lambda i: (
            f"{ground.visit(int(units.first[one[i + 1]]))} got person {int(person[i + 1])} of {team.name!r} at "
            f"{ground.when(int(started[i]))}, {ground.visit(int(units.first[one[i]]))}, which comes before it, "
            f"person {int(person[i])}"
        ),
    )


def _places(started: IntArray, begun: IntArray) -> IntArray:
    """For each unit how many were taken up before its instant; `begun` are those taken up, in order."""
    times = started[begun]
    new = np.append(True, times[1:] != times[:-1]) if len(times) else np.empty(0, dtype=np.bool_)
    place = np.full(len(started), len(begun), dtype=np.int64)
    place[begun] = np.maximum.accumulate(np.where(new, np.arange(len(begun)), 0)) if len(begun) else 0
    return place


def _keys(ground: Ground, team: Team, own: IntArray, content: IntArray | None) -> tuple[IntArray, BoolArray]:
    """The place of each unit in its list (smaller is first, R3, R8), and whether it is known."""
    units = ground.units
    first = units.first[own]
    priority = np.array([cls.priority for cls in ground.model.classes], dtype=np.int64)[ground.klass[first]]
    joined, number = units.joined[own], ground.request[first]
    known = np.ones(len(own), dtype=np.bool_)
    if team.queue == "random":
        return sort_key(priority), known
    if team.queue == "first in":
        return sort_key(priority, joined, number), known
    if team.queue == "last in":
        return sort_key(priority, -joined, number), known
    if team.queue == "due date":
        due = ground.r["due"][ground.request[units.members]]
        rank = _by_unit(ground, np.where(due < 0, FOREVER, due), np.minimum)[own]
    else:
        work = _content(ground) if content is None else content
        worst = _by_unit(ground, (work[units.members] == _UNKNOWN).astype(np.int64), np.maximum)[own]
        known = worst == 0
        rank = _by_unit(ground, work[units.members], np.add)[own]
    ranked = np.unique(rank, return_inverse=True)[1].astype(np.int64)
    return sort_key(priority, ranked, joined, number), known


def _by_unit(ground: Ground, value: IntArray, how: np.ufunc) -> IntArray:
    """One value a unit from one a member."""
    units = ground.units
    if len(units.begins) == len(units.members):
        return value
    found: IntArray = how.reduceat(value, units.begins)
    return found


def _content(ground: Ground) -> IntArray:
    """Reading and work of each visit as the record tells it: unknown before the start and for one that ended in a
    question."""
    v = ground.v
    told = (v["started"] >= 0) & (v["kind"] != int(Kind.QUESTION))
    return np.where(told, v["read_ticks"] + ground.work_ticks, _UNKNOWN)
