"""The audit of working time (R9): when work begins, how long it takes on the team's calendar, when it lets go (R11)."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import IntArray
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_pace import Pace
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_time import OpenHours
from flowsim.record import NONE, Kind


def _by_hours(ground: Ground) -> list[tuple[OpenHours, str, IntArray]]:
    """The units that were taken up by the hours in which they are worked on: those of the team that took it; of work
    for several people, when all its teams are open (R8). With a name for them.
    """
    model, units = ground.model, ground.units
    found = []
    for team, own in zip(model.teams, ground.team_begun, strict=True):
        own = own[~units.several[own]] if units.several.any() else own
        found.append((ground.hours(team.calendar), repr(team.name), own))
    for step, own in zip(model.steps, ground.pending, strict=True):
        if step.several:
            begun = own[ground.begun[units.first[own]]]
            found.append((ground.hours(*ground.meeting_calendars(step)), f"a team of {step.name!r}", begun))
    return [(hours, name, own) for hours, name, own in found if len(own)]


def check_opening_hours(ground: Ground) -> Check:
    """R9: nothing is begun while the team is closed, nor so close to closing as the step forbids."""
    trial = Trial("opening hours", "R9: work starts only while open, and not within no-start-within of closing")
    units = ground.units
    for hours, name, own in _by_hours(ground):
        started, row = units.started[own], units.first[own]
        closing = hours.closing(started)
        limit = ground.start_limit[row]

        def tell(i: int, row: IntArray = row, started: IntArray = started, closing: IntArray = closing) -> str:
            begun = f"{ground.visit(int(row[i]))}: started at {ground.when(int(started[i]))}"
            if closing[i] <= started[i]:
                return f"{begun} while {name} was closed"  # noqa: B023
            return (
                f"{begun}, {int(closing[i] - started[i])} ticks before {name} closes; nothing is begun "  # noqa: B023
                f"within {int(limit[i])} ticks"  # noqa: B023
            )

        trial.hold((closing > started) & (closing - started >= limit), tell)
    return trial.done()


def check_work(ground: Ground) -> Check:
    """R2, R8, R9, R11: from the start on, every instant follows exactly from the durations drawn, the pace of who does
    it and the calendar."""
    trial = Trial("work", "R2, R9, R11: set-up, reading and work end exactly as long after the start as drawn")
    units = ground.units
    overtime = ground.of_step([step.closing == "finish" for step in ground.model.steps])
    pace = Pace(ground)
    for hours, _, own in _by_hours(ground):
        by_overtime = overtime[units.first[own]]
        for elapsed in (False, True):
            some = own[by_overtime == elapsed]
            if len(some):
                _check_instants(trial, ground, None if elapsed else hours, some, pace)
    _check_customer(trial, ground)
    return trial.done()


def _check_instants(trial: Trial, ground: Ground, hours: OpenHours | None, some: IntArray, pace: Pace) -> None:
    """Instants of units against start + working ticks so far, in open hours (None: elapsed)."""
    units = ground.units
    alone = units.size[some] == 1
    single = some[alone]
    rows = units.first[single]
    set_up, reading, working = pace.lengths(rows)
    read = set_up + reading
    worked = read + working
    ticks = {"set_up": set_up, "turn": set_up, "read": read, "worked": worked, "released": worked}
    _compare_all(trial, ground, hours, rows, units.started[single], ticks)
    if not alone.all():
        _check_batches(trial, ground, hours, some[~alone], pace)


def _check_batches(trial: Trial, ground: Ground, hours: OpenHours | None, some: IntArray, pace: Pace) -> None:
    """The same for units of several members: one set-up, then one after another (R11)."""
    units, v = ground.units, ground.v
    size = units.size[some]
    heads = np.cumsum(size) - size
    unit = np.repeat(np.arange(len(some)), size)
    rows = units.members[units.begins[some][unit] + np.arange(len(unit)) - heads[unit]]
    set_up, reading, working = pace.lengths(rows)
    started, set_up = units.started[some][unit], set_up[heads][unit]
    total = np.cumsum(reading + working)
    before = total - reading - working
    turn = before - before[heads][unit] + set_up
    worked = turn + reading + working
    together = ground.of_step([step.release == "together" for step in ground.model.steps])[rows]
    together &= v["kind"][rows] < int(Kind.QUESTION)  # who has a question goes at once
    released = np.where(together, worked[heads + size - 1][unit], worked)
    ticks = {"set_up": set_up, "turn": turn, "read": turn + reading, "worked": worked, "released": released}
    _compare_all(trial, ground, hours, rows, started, ticks)


def _compare_all(
    trial: Trial,
    ground: Ground,
    hours: OpenHours | None,
    rows: IntArray,
    started: IntArray,
    ticks: dict[str, IntArray],
) -> None:
    """Each named instant of these visits must be so many ticks after the start; looked up only where they grow."""
    expected, so_far = started, np.zeros(len(rows), dtype=np.int64)
    for name, after in ticks.items():
        if after is not so_far:
            more = np.flatnonzero(after != so_far)
            if len(more):
                expected = expected.copy()
                d = after[more]
                expected[more] = started[more] + d if hours is None else hours.after(started[more], d)
            so_far = after
        _compare(trial, ground, name, rows, expected)


def _compare(trial: Trial, ground: Ground, name: str, rows: IntArray, expected: IntArray) -> None:
    """An instant of these visits must be as expected, and unknown from the end of the run on."""
    found = ground.v[name][rows]
    trial.hold(
        found == np.where(expected >= ground.end, NONE, expected),
        lambda i: (
            f"{ground.visit(int(rows[i]))}: {name} at {ground.when(int(found[i]))}, expected "
            f"{ground.when(int(expected[i]))}"
            + (f", {int(found[i] - expected[i]):+d} ticks off" if found[i] != NONE else "")
        ),
    )


def _check_customer(trial: Trial, ground: Ground) -> None:
    """A customer's answer comes as long after the question as drawn, elapsed or on the calendar it names (R12)."""
    v = ground.v
    rows = np.flatnonzero(ground.is_answer & (v["team"] == NONE))
    for name in ("gathered", "delivered", "admitted", "assembled", "started", "set_up", "turn", "read"):
        _compare(trial, ground, name, rows, v["sent"][rows])
    asking = v["from_step"][rows]
    for index, step in enumerate(ground.model.steps):
        question = step.handoff.question if step.handoff is not None else None
        if question is None or question.to != "customer":
            continue
        own = rows[asking == index]
        wait = v["waste_ticks"][own]
        expected = np.where(wait > 0, ground.after(question.answer.calendar, v["sent"][own], wait), v["sent"][own])
        request = ground.request[own]
        expected = np.where(ground.gave_up[request], np.minimum(expected, ground.r["ended"][request]), expected)
        _compare(trial, ground, "worked", own, expected)
        _compare(trial, ground, "released", own, expected)
