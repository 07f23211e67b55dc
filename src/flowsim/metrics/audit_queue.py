"""The audit of waiting lists: whoever is taken comes before all who wait and may be taken (R8)."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, level_across, range_max, sort_key
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_luck import Luck
from flowsim.metrics.audit_random import check_random_list
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model.calendar import FOREVER
from flowsim.record import Kind

_UNKNOWN = -1


def check_discipline(ground: Ground, luck: Luck | None) -> Check:
    """R8: at each start nobody waits who comes before and may be taken.

    Without draws, shortest-first lists are held as far as the record tells of work, and a random list is only held to
    the priority classes; so it is where people are not alike.
    """
    trial = Trial("discipline", "R8: the first by the team's discipline, within priority classes, is taken")
    for index in range(len(ground.model.teams)):
        own = ground.list_units[index]
        if len(own):
            _check_team(trial, ground, index, own, luck)
    return trial.done()


def _check_team(trial: Trial, ground: Ground, index: int, own: IntArray, luck: Luck | None) -> None:
    units, team = ground.units, ground.model.teams[index]
    key, known = _keys(ground, index, own, None if luck is None else luck.content)
    if team.queue == "random" and luck is not None and _in_turn(ground, index, own):
        check_random_list(trial, ground, luck, index, own)
    if team.people > 1 and team.queue != "random" and known.all() and _in_turn(ground, index, own):
        _check_numbers_in_turn(trial, ground, index, own, key)
    joined, left = units.joined[own], units.left[own]
    here = np.where(units.team[own] == index, units.started[own], FOREVER)  # taken up by this team
    first = ground.v["step"][units.first[own]]
    shared = ground.of_step([len(takers) > 1 for takers in ground.takers])[units.first[own]]
    any_shared = bool(shared.any())
    in_order = left[np.argsort(key)]
    if known.all() and not any_shared and bool((in_order[1:] >= in_order[:-1]).all()):
        trial.hold(np.ones(len(own), dtype=np.bool_), lambda i: "")
        return  # taken in the order of the keys altogether: nobody was ever passed over
    starters = key if known.all() else np.where(known, key, 0)  # a unit of unknown place is not blamed
    limit = ground.start_limit[units.first[own]]
    since = joined + ground.late["assembled"][units.first[own]]
    begun = np.flatnonzero((here < FOREVER) & ~units.straight[own])
    begun = begun[np.argsort(here[begun])]
    hours = ground.hours(team.calendar)
    alike = np.where(shared, first, -1)
    kinds = [
        (x, step) for x in np.unique(limit).tolist() for step in (np.unique(alike).tolist() if any_shared else (-1,))
    ]
    for x, step in kinds:
        # those who may not begin within x of closing are passed over by right in the last x of the day
        may = begun if not x else begun[hours.closing(here[begun]) - here[begun] >= x]
        if step >= 0:  # so are those whom a team that their step names earlier could have taken
            may = may[~left_to_others(ground, index, int(step), here[may])]
        times = here[may]
        waited = np.flatnonzero((limit == x) & (alike == step) & (left > joined) & known)
        low = np.searchsorted(times, since[waited])
        high = np.maximum(low, np.searchsorted(times, left[waited]))
        worst = range_max(starters[may], low, high)

        def tell(i: int, waited: IntArray = waited, low: IntArray = low, may: IntArray = may) -> str:
            one = waited[i]
            k = int(low[i]) + int(np.argmax(starters[may[low[i] :]] > key[one]))
            other = may[k]
            return (
                f"{ground.visit(int(units.first[own[one]]))} joined the list of {team.name!r} at "
                f"{ground.when(int(joined[one]))} and was passed over by "
                f"{ground.visit(int(units.first[own[other]]))}, which comes after it ({team.queue}), at "
                f"{ground.when(int(here[other]))}; itself it left the list at {ground.when(int(left[one]))}"
            )

        trial.hold(worst <= key[waited], tell)


def left_to_others(ground: Ground, index: int, step: int, times: IntArray) -> BoolArray:
    """At which instants a team may pass by what a step names another team for first: that is open and may have somebody
    free (R8)."""
    takings, staff, found = ground.takings, ground.staff, np.zeros(len(times), dtype=np.bool_)
    for other in ground.takers[step]:
        if other == index:
            break
        rows = ground.team_takings[other]
        busy = level_across(times, takings.started[rows], takings.freed[rows])
        found |= ground.hours(ground.model.teams[other].calendar).is_open(times) & (busy < staff.size[other])
    return found


def _in_turn(ground: Ground, index: int, own: IntArray) -> bool:
    """Whether a team's people are all alike, all its own, and each alone at what only they may take."""
    several = any(
        index == ground.team_index[name] for step in ground.model.steps if step.several for name, _ in step.needs
    )
    shared = ground.of_step([len(takers) > 1 for takers in ground.takers])[ground.units.first[own]].any()
    straight = ground.units.straight[own].any()
    return ground.staff.alone[index] and not several and not bool(shared) and not bool(straight)


def _check_numbers_in_turn(trial: Trial, ground: Ground, index: int, own: IntArray, key: IntArray) -> None:
    """Who is taken first in an instant gets the lowest number; left out where there was a second round in it (R3), as
    there may be when somebody whom his work keeps until it has a place is free again.
    """
    units, team = ground.units, ground.model.teams[index]
    begun = np.flatnonzero(units.started[own] < FOREVER)
    begun = begun[np.argsort(units.started[own[begun]])]
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
    rounds = np.isin(started[1:], np.concatenate([started[again], _let_go(ground, own)]))
    trial.hold(
        ~several | rounds | (person[1:] > person[:-1]),
        lambda i: (
            f"{ground.visit(int(units.first[one[i + 1]]))} got person {int(person[i + 1])} of {team.name!r} at "
            f"{ground.when(int(started[i]))}, {ground.visit(int(units.first[one[i]]))}, which comes before it, "
            f"person {int(person[i])}"
        ),
    )


def _let_go(ground: Ground, own: IntArray) -> IntArray:
    """The instants at which people were free again whom their work had kept until it had a place, if only so long."""
    model, units = ground.model, ground.units
    limits = [model.limit, *(step.limit for step in model.steps), *(team.limit for team in model.teams)]
    if all(limit is None for limit in limits):
        return np.empty(0, dtype=np.int64)
    keeps = ground.of_step([step.blocking == "person" for step in model.steps])[units.first[own]]
    return np.asarray(units.freed[own[keeps]])


def _keys(ground: Ground, index: int, own: IntArray, content: IntArray | None) -> tuple[IntArray, BoolArray]:
    """The place of each unit in its list (smaller is first, R3, R8), and whether it is known."""
    units, queue = ground.units, ground.model.teams[index].queue
    first = units.first[own]
    priority, joined = ground.priority[first], units.joined[own]
    last = (joined, ground.request[first], ground.v["branch"][first])
    known = ~units.lost[own]  # who withdrew from a batch changed its place
    if queue == "random":
        return sort_key(priority), known
    if queue == "first in":
        return sort_key(priority, *last), known
    if queue == "last in":
        return sort_key(priority, -joined, *last[1:]), known
    if queue == "furthest":
        return sort_key(priority, -_reached(ground, first), *last), known
    if queue == "due date":
        due = ground.r["due"][ground.request[units.members]]
        rank = _by_unit(ground, np.where(due < 0, FOREVER, due), np.minimum)[own]
    else:
        work = _content(ground) if content is None else content
        worst = _by_unit(ground, (work[units.members] == _UNKNOWN).astype(np.int64), np.maximum)[own]
        known &= worst == 0
        rank = _by_unit(ground, work[units.members], np.add)[own]
    ranked = np.unique(rank, return_inverse=True)[1].astype(np.int64)
    return sort_key(priority, ranked, *last), known


def _reached(ground: Ground, rows: IntArray) -> IntArray:
    """How far along its journey each of these visits is; for an answer where its question was asked."""
    ranks = np.array([(*paths.rank, -1) for paths in ground.paths], dtype=np.int64)
    step = np.where(ground.is_answer, ground.v["from_step"], ground.v["step"])[rows]
    return np.asarray(ranks[ground.klass[rows], step])


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
    told = ground.begun & (v["kind"] != int(Kind.QUESTION))
    if ground.branches:  # of a task done at several steps another branch may have done the one it joined with
        names = [item.task for step in ground.model.steps for item in step.tasks]
        steps = [all(names.count(item.task) == 1 for item in step.tasks) for step in ground.model.steps]
        told &= ground.of_step(steps) | ground.is_answer
    return np.where(told, v["read_ticks"] + ground.work_ticks, _UNKNOWN)
