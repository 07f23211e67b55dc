"""The audit of limits on work in process (R14): never too many, nobody waits while there is room, all in order."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, coming, level_across, range_max, sort_key
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_places import Held, Limit, Places
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE


def check_limits(ground: Ground) -> Check:
    """R14: no limit is exceeded; who waits for a place gets it as soon as there is room, in order; no other waits."""
    trial = Trial("limits", "R14: no limit is exceeded, and nobody waits for a place while there is room for him")
    v = ground.v
    if not ground.limited:
        free = np.ones(ground.visits, dtype=np.bool_)
        places = None
    else:
        places = Places(ground)
        free = ~np.logical_or.reduce(list(places.needs.values()))
    trial.hold(
        ~free | (v["admitted"] == v["delivered"]),
        lambda i: (
            f"{ground.visit(i)}: admitted at {ground.when(int(v['admitted'][i]))}, delivered at "
            f"{ground.when(int(v['delivered'][i]))}, without a limit on work in process"
        ),
    )
    if places is not None:
        for held in places.held.values():
            _check_size(trial, ground, held)
        blocked = ~free & (v["delivered"] != NONE) & (coming(v["admitted"]) > v["delivered"])
        for limits, rows in _by_needs(places, np.flatnonzero(blocked)):
            _check_room(trial, ground, [places.held[limit] for limit in limits], rows)
            _check_pull(trial, ground, places, limits, rows)
        _check_order(trial, ground, places, blocked)
    return trial.done()


def _check_size(trial: Trial, ground: Ground, held: Held) -> None:
    """The n-th comes in when the one that is so many places before it has gone, also for no time at all."""
    begins, ends = np.sort(held.begins), np.sort(held.ends)
    late = ends[: max(0, len(ends) - held.size)] - begins[held.size :]
    trial.hold(
        late <= 0,
        lambda i: (
            f"the limit of {held.name} is {held.size}; one more came in at {ground.when(int(begins[i + held.size]))}, "
            f"{int(late[i])} ticks before there was room"
        ),
    )
    passing = np.flatnonzero(held.begins == held.ends)
    at = held.begins[passing]
    there = level_across(at, held.begins, held.ends)
    trial.hold(
        there < held.size,
        lambda i: f"the limit of {held.name} is {held.size}; one more passed through at {ground.when(int(at[i]))}",
    )


def _by_needs(places: Places, rows: IntArray) -> list[tuple[tuple[Limit, ...], IntArray]]:
    """These visits by the limits they need a place in."""
    found = []
    pattern = np.zeros(len(rows), dtype=np.int64)
    limits = list(places.needs)
    step = places.ground.v["step"][rows]
    for bit, limit in enumerate(limits):
        pattern += places.needs[limit][rows].astype(np.int64) << bit
    key = sort_key(pattern, step)
    for one in np.unique(key).tolist():
        own = np.flatnonzero(key == one)
        bits = int(pattern[own[0]])
        found.append((tuple(limit for bit, limit in enumerate(limits) if bits >> bit & 1), rows[own]))
    return found


def _check_room(trial: Trial, ground: Ground, limits: list[Held], rows: IntArray) -> None:
    """While somebody waits at least one of the limits he needs a place in is full."""
    v = ground.v
    grid = np.unique(np.concatenate([edge for held in limits for edge in (held.begins, held.ends)] + [[0, ground.end]]))
    room = np.logical_and.reduce([held.room(grid) for held in limits])
    length = np.where(room[:-1], np.diff(grid), 0)
    before = np.append(0, np.cumsum(length))

    def passed(t: IntArray) -> IntArray:
        k = np.minimum(np.searchsorted(grid, t, side="right") - 1, len(grid) - 2)
        return np.asarray(before[k] + np.where(room[k], t - grid[k], 0))

    until = np.minimum(coming(v["admitted"][rows]), ground.end)
    wasted = passed(until) - passed(v["delivered"][rows])
    trial.hold(
        wasted == 0,
        lambda i: (
            f"{ground.visit(int(rows[i]))}: delivered at {ground.when(int(v['delivered'][rows[i]]))}, it waited for a "
            f"place until {ground.when(int(until[i]))}; for {int(wasted[i])} ticks of that there was room in "
            + ", ".join(held.name for held in limits)
        ),
    )


def _check_order(trial: Trial, ground: Ground, places: Places, blocked: BoolArray) -> None:
    """Within a step the first by (priority, delivered, request number, branch) enters of those who could (R14)."""
    v = ground.v
    admitted = coming(v["admitted"])
    key = sort_key(ground.priority, v["delivered"], ground.request, v["branch"])
    since = v["delivered"] + ground.late["delivered"]
    limits = list(places.needs)
    pattern = np.zeros(ground.visits, dtype=np.int64)
    for bit, limit in enumerate(limits):
        pattern += places.needs[limit].astype(np.int64) << bit
    for step_rows in ground.step_rows:
        waited = step_rows[blocked[step_rows]]
        if not len(waited):
            continue
        came = step_rows[places.limited[step_rows] & ~places.unsure[step_rows] & (admitted[step_rows] < FOREVER)]
        came = came[~(ground.is_withdrawn[came] & (v["admitted"][came] == v["released"][came]))]
        for mine in np.unique(pattern[waited]).tolist():
            rows = waited[pattern[waited] == mine]
            may = came[(pattern[came] & mine) == mine]
            may = may[np.argsort(admitted[may], kind="stable")]
            times = admitted[may]
            low = np.searchsorted(times, since[rows])
            high = np.maximum(low, np.searchsorted(times, np.minimum(admitted[rows], ground.end)))
            worst = range_max(key[may], low, high)
            trial.hold(
                worst <= key[rows],
                lambda i, rows=rows: (  # type: ignore[misc]
                    f"{ground.visit(int(rows[i]))}, delivered at {ground.when(int(v['delivered'][rows[i]]))}, was "
                    f"passed over at the door by one that comes after it"
                ),
            )


def _check_pull(trial: Trial, ground: Ground, places: Places, limits: tuple[Limit, ...], rows: IntArray) -> None:
    """A place that steps share goes to the later step (R14): nobody enters an earlier one while somebody waits for that
    place at a later one and has room in all else he needs. Not where the place came free only as others moved on.
    """
    v, step = ground.v, int(ground.v["step"][rows[0]])
    admitted = coming(v["admitted"])
    entered = places.limited & ~places.unsure & (v["step"] < step) & (v["step"] != NONE) & (admitted < FOREVER)
    entered &= ~(ground.is_withdrawn & (v["admitted"] == v["released"])) & ~np.isin(admitted, ground.busy_instants)
    for shared in limits:
        times = np.sort(admitted[entered & places.needs[shared]])
        times = times[~np.isin(times, places.handed_on(shared))]
        for other in limits:
            if other != shared:
                held = places.held[other]
                times = times[held.room(times) & held.room_before(times)]
        low = np.searchsorted(times, v["delivered"][rows], side="right")
        high = np.searchsorted(times, np.minimum(admitted[rows], ground.end), side="left")
        trial.hold(
            high <= low,
            lambda i, times=times, low=low, shared=shared: (  # type: ignore[misc]
                f"{ground.visit(int(rows[i]))} waited for a place in {places.held[shared].name}, which at "
                f"{ground.when(int(times[low[i]]))} was given to one at an earlier step"
            ),
        )
