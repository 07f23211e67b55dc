"""Batches that cannot fill, or fill slowly (R7, R11)."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.calendar import WEEK, laid_out
from flowsim.model.codes import finding, number
from flowsim.model.effort import Loads
from flowsim.model.pitfalls import batches
from flowsim.model.process import BatchRule, Model
from flowsim.model.rates import strikes


def filling(model: Model, load: Loads) -> Iterator[Problem]:
    """FS511 and FS512 for every batch to which requests come."""
    for step, row in zip(model.steps, load.steps, strict=True):
        for key, name, rule in batches(step):
            transfer = key == "handoff.batch"
            per_week = row.handed_over if transfer else row.per_week
            there = row.backlog_handed_over if transfer else row.backlog
            if per_week > 0.0 or there > 0.0:
                yield from _filling(model, f"steps.{step.name}.{key}", name, rule, per_week, there)


def _filling(model: Model, path: str, name: str, rule: BatchRule, per_week: float, there: float) -> Iterator[Problem]:
    """For a batch to which `per_week` requests come, and `there` of a backlog; a wait makes any batch leave."""
    expected = per_week * model.run.length / WEEK + there
    if rule.wait is not None:
        return
    if rule.clock is not None:
        late = not strikes(rule.clock, model, model.run.length) and strikes(rule.clock, model, 2 * model.run.length)
        if late and (rule.size is None or expected < rule.size):
            yield finding("FS511", f"{name} first leaves after the end of the run", "make the run longer", path)
    elif rule.size is not None and expected < rule.size * (1.0 - 1e-9):
        takes = f"; that would take {number((rule.size - there) / per_week)} weeks" if per_week > 0.0 else ""
        yield finding(
            "FS511",
            f"{name} needs {rule.size} requests and about {number(expected)} come in the whole run: it never fills"
            + takes,
            "make the batch smaller, or say after how long it leaves anyway: `10 requests or 2 working days`",
            path,
        )
    elif rule.size is not None and per_week == 0.0:
        yield from _left_over(path, name, rule.size, there)
    elif rule.size is not None:
        yield from _slow_filling(model, path, name, rule.size, per_week)


def _left_over(path: str, name: str, size: int, there: float) -> Iterator[Problem]:
    """FS511 for a batch to which only a backlog comes: who is left over when it is through waits for ever."""
    if abs(there - round(there)) > 1e-9 or round(there) % size:
        yield finding(
            "FS511",
            f"only the backlog comes to {name}, about {number(there)} requests: the last of them, when they are fewer "
            f"than {size}, never fill it",
            "say after how long it leaves anyway: `10 requests or 2 working days`",
            path,
        )


def _slow_filling(model: Model, path: str, name: str, size: int, per_week: float) -> Iterator[Problem]:
    """FS512: with requests coming at rate r, a member of a batch of n waits (n - 1) / 2r on average."""
    calendar = model.calendar(model.run.calendar)
    weekly_open = laid_out(calendar, model.start).worked(0, model.run.length) * WEEK / model.run.length
    wait = (size - 1) / 2 / per_week * weekly_open
    if wait > calendar.working_day:
        unit = "days" if calendar.always else "working days"
        yield finding(
            "FS512",
            f"{name} of {size} takes long to fill: about {number(per_week)} requests come a week, so on average "
            f"each waits {number(wait / calendar.working_day)} {unit} for the others",
            "a smaller batch, or one that also leaves after some time, shortens every lead time",
            path,
        )
