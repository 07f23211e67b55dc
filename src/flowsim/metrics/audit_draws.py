"""The audit of luck (R4): arrivals, durations and decisions are those of the keyed draws, all of them."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_counts import compare_arrivals
from flowsim.metrics.audit_ground import Ground, IntArray
from flowsim.metrics.audit_luck import VALUES, Luck
from flowsim.metrics.audit_report import Check, Trial
from flowsim.record import NONE, Kind, Via


def check_arrivals(ground: Ground, luck: Luck) -> Check:
    """R4, R5: who arrives when, from the gaps drawn, in the open time of the class's calendar."""
    trial = Trial("arrivals", "R4, R5: arrivals are the gaps drawn, in open time")
    for index, cls in enumerate(ground.model.classes):
        arrivals = cls.arrivals
        if arrivals.gap is None:
            continue
        if arrivals.calendar is None:
            horizon = ground.end
        else:
            ends = np.array([0, ground.end], dtype=np.int64)
            horizon = int(np.diff(ground.hours(arrivals.calendar).opened(ends))[0])
        worked = np.cumsum(luck.draws.gaps(cls.name, arrivals.gap, horizon))
        worked = worked[worked <= horizon]
        expected = ground.after(arrivals.calendar, np.zeros(len(worked), dtype=np.int64), worked)
        expected = expected[expected < ground.end]
        found = ground.r["arrived"][ground.r["class"] == index]
        compare_arrivals(trial, ground, cls.name, found, expected)
    return trial.done()


def check_durations(ground: Ground, luck: Luck) -> Check:
    """R4: every duration of every visit that was begun is the one drawn for its purpose, ordinal and visit."""
    trial = Trial("durations", "R4: every duration is the one its key draws")
    v = ground.v
    begun = v["started"] != NONE
    at_work = begun & (v["kind"] < int(Kind.QUESTION))
    expected = {f"{value}_ticks": np.where(at_work, luck.work[value], 0) for value in VALUES}
    expected["waste_ticks"] = np.where(begun & ground.is_answer, luck.answer, expected["waste_ticks"])
    expected["read_ticks"] = np.where(begun, luck.reading, 0)
    for name, drawn in expected.items():
        _compare(trial, ground, name, np.arange(ground.visits), drawn)
    units = ground.units
    set_up, certain = luck.set_up()
    member = np.repeat(np.where(certain & begun[units.first], set_up, NONE), units.size)
    some = member != NONE
    _compare(trial, ground, "set_up_ticks", units.members[some], member[some])
    rows, due = luck.transit()
    _compare(trial, ground, "delivered", rows, np.where(due >= ground.end, NONE, due))
    return trial.done()


def _compare(trial: Trial, ground: Ground, name: str, rows: IntArray, drawn: IntArray) -> None:
    found = ground.v[name][rows]
    trial.hold(
        found == drawn,
        lambda i: (
            f"{ground.visit(int(rows[i]))}: {name} {int(found[i])}, drawn {int(drawn[i])}, "
            f"{int(found[i] - drawn[i]):+d} ticks off"
        ),
    )


def check_decisions(ground: Ground, luck: Luck) -> Check:
    """R4, R12, R13: every need, route, return and question is decided as drawn."""
    trial = Trial("decisions", "R4, R12, R13: every need, route, return and question is as drawn")
    v, r = ground.v, ground.r
    begun = v["started"] != NONE
    asked = v["kind"] == int(Kind.QUESTION)
    trial.hold(
        asked == (luck.asks & begun),
        lambda i: f"{ground.visit(i)}: {'a' if asked[i] else 'no'} question, drawn otherwise",
    )
    steps = len(ground.model.steps)
    first = np.full(ground.requests, steps, dtype=np.int64)
    heads = np.flatnonzero(ground.is_first)
    first[ground.request[heads]] = v["step"][heads]
    for klass, landing in enumerate(luck.landing):
        own = np.flatnonzero(r["class"] == klass)
        expected = landing[r["ordinal"][own], 0]
        trial.hold(
            first[own] == expected,
            lambda i, own=own, expected=expected: (  # type: ignore[misc]
                f"request {int(own[i])} goes first to {_name(ground, int(first[own[i]]))}, drawn "
                f"{_name(ground, int(expected[i]))}"
            ),
        )
    for s in range(steps):
        _check_leaving(trial, ground, luck, s)
    return trial.done()


def _check_leaving(trial: Trial, ground: Ground, luck: Luck, s: int) -> None:
    """Where those who leave a step go, or how their journey ends."""
    v, r = ground.v, ground.r
    steps = len(ground.model.steps)
    rows, via, landing, outcome = luck.next_moves(s)
    if not len(rows):
        return
    last = ground.is_last[rows]
    after = np.minimum(rows + 1, ground.visits - 1)
    went = np.where(last, steps, v["step"][after])
    found_via = np.where(last, NONE, v["via"][after])
    expected_via = np.where(landing == steps, NONE, via)
    trial.hold(
        (went == landing) & (found_via == expected_via),
        lambda i: (
            f"{ground.visit(int(rows[i]))}: went on to {_name(ground, int(went[i]))}, drawn "
            f"{'a return to ' if expected_via[i] == int(Via.RETURN) else ''}{_name(ground, int(landing[i]))}"
        ),
    )
    ends = np.flatnonzero((landing == steps) & last)
    found = r["outcome"][ground.request[rows[ends]]]
    trial.hold(
        found == outcome[ends],
        lambda i: (
            f"{ground.visit(int(rows[ends[i]]))}: its journey ended with outcome {int(found[i])}, drawn "
            f"{int(outcome[ends[i]])}"
        ),
    )


def _name(ground: Ground, step: int) -> str:
    return repr(ground.model.steps[step].name) if step < len(ground.model.steps) else "the end"
