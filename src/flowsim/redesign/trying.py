"""Trying levers: each is run with the same draws as the process as it is, and ranked by what the customer gains.

Many are tried, so the best of them looks better than it is, and some would look good by chance alone. The interval by
which a lever is judged is therefore wider (Bonferroni): with m levers each is of 1 − 0.05/m, so that all of them hold
at once in 95 of 100 cases. What is seen to help helps even though it was picked from many.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from flowsim.experiments.cells import Failed
from flowsim.experiments.estimates import MATTERS, StateNumbers, differences
from flowsim.experiments.pool import Pool
from flowsim.experiments.statistics import CONFIDENCE, Estimate, paired_difference
from flowsim.model import Model
from flowsim.model.calendar import WEEK, laid_out
from flowsim.redesign.explain import LATE, LEAD, WAIT, slim
from flowsim.redesign.levers import DEMAND, PRICE, Lever
from flowsim.redesign.measuring import Progress, Runs, run_models

HOURS = "people hours per week"
MEASURES = (WAIT, LATE, "within promise", "WIP mean", "work per ended request", HOURS, "cost per ended request", LEAD)
"""What is told of a lever."""

HELPS, HARMS, NOTHING, UNKNOWN = "helps", "harms", "no difference that matters", "not told apart"


@dataclass(frozen=True)
class Outcome:
    """What a lever does to one measure: `before` without it, `difference` with it. For the working lead time mean
    `all_hold` is the interval with which those of all levers hold at once, and `verdict` what it says; else None, "".
    """

    measure: str
    unit: str
    before: float
    difference: Estimate
    all_hold: Estimate | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Tried:
    """A lever and what it does, by measure; `rank` as in the table `levers`."""

    lever: Lever
    outcomes: dict[str, Outcome]
    rank: int = 0


def try_levers(
    base: Model, levers: Sequence[Lever], runs: Runs, pool: Pool, progress: Progress | None = None
) -> tuple[list[Tried], list[Lever]]:
    """What levers do to a process, by rank, levers first, then another demand, then prices; and those that cannot be
    made or run, with the reason. Raises EngineError when the process itself cannot be run, AuditError.
    """
    models = {"": base} | {str(i): lever.model for i, lever in enumerate(levers) if lever.model is not None}
    told: list[tuple[Lever, StateNumbers, dict[str, Outcome]]] = []
    failed = [lever for lever in levers if lever.model is None]
    before: StateNumbers | None = None
    with closing(run_models(models, runs, pool, progress)) as answers:
        for name, answer in answers:
            if isinstance(answer, Failed):
                if not name:
                    raise answer.error
                failed.append(replace(levers[int(name)], failed=answer.error.problems()[0].message))
                continue
            numbers = _with_hours(slim(answer, MEASURES + _FOR_HOURS), base)
            if before is None:
                before = numbers
                continue
            lever = levers[int(name)]
            outcomes = {
                d.measure: Outcome(d.measure, d.unit, d.before.value, d.difference)
                for d in differences(before, numbers)
                if d.measure in MEASURES
            }
            if WAIT in outcomes:
                told.append((lever, replace(numbers, leads={}), outcomes))
            else:
                failed.append(replace(lever, failed="no request ended"))
    assert before is not None
    return _ranked(before, told), failed


_FOR_HOURS = ("ended in window",)


def _with_hours(numbers: StateNumbers, model: Model) -> StateNumbers:
    """With the hours a week that all people are at work: the work of a request by the requests that end in a week."""
    weeks = weeks_of(model)
    ended = numbers.values.get(("ended in window", ""), {})
    work = numbers.values.get(("work per ended request", ""), {})
    hours = {run: work[run] * ended[run] / 60 / weeks for run in work if run in ended}
    if not hours:
        return numbers
    return replace(numbers, values={**numbers.values, (HOURS, ""): hours}, units={**numbers.units, HOURS: "h"})


def weeks_of(model: Model) -> float:
    """The weeks of the window: its open time on the run's calendar, by that of a week; by the clock where that has no
    open time. So ten working days are two weeks, wherever a weekend lies.
    """
    run, calendar = model.run, model.calendar(model.run.calendar)
    worked = laid_out(calendar, model.start).worked(run.warm_up, run.length) if calendar.weekly_open else 0
    return worked / calendar.weekly_open if worked else (run.length - run.warm_up) / WEEK


def _ranked(before: StateNumbers, told: Sequence[tuple[Lever, StateNumbers, dict[str, Outcome]]]) -> list[Tried]:
    """In order of rank, judged within their family: all levers and other demands, or all prices."""
    found: list[Tried] = []
    for of_price in (False, True):
        family = [one for one in told if (one[0].group == PRICE) == of_price]
        judged = []
        for lever, numbers, outcomes in family:
            wait = outcomes[WAIT]
            all_hold = _paired(before, numbers, 1.0 - (1.0 - CONFIDENCE) / len(family))
            outcomes[WAIT] = replace(wait, all_hold=all_hold, verdict=verdict_of(all_hold, MATTERS * wait.before))
            judged.append(Tried(lever, outcomes))
        judged.sort(key=lambda one: one.outcomes[WAIT].difference.value)
        ranked = [one for one in judged if one.lever.group != DEMAND]
        found += [replace(one, rank=place) for place, one in enumerate(ranked, 1)]
        found += [one for one in judged if one.lever.group == DEMAND]
    return found


def _paired(before: StateNumbers, after: StateNumbers, confidence: float) -> Estimate:
    """The paired difference of the mean wait, surer than usual."""
    old, new = before.values[WAIT, ""], after.values[WAIT, ""]
    shared = sorted(old.keys() & new.keys())
    return paired_difference(np.array([old[r] for r in shared]), np.array([new[r] for r in shared]), confidence)


def verdict_of(difference: Estimate, matters: float) -> str:
    """What an interval on the wait says of a lever, when less than `matters` does not."""
    low, high = difference.low, difference.high
    if low is None or high is None:
        return UNKNOWN
    if -matters <= low and high <= matters:
        return NOTHING
    return HELPS if high < 0 else HARMS if low > 0 else UNKNOWN
