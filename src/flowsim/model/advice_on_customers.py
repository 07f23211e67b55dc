"""What customers do besides asking once: chasing, withdrawing, and having asked before the run (R5, R15)."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.calendar import laid_out
from flowsim.model.codes import amount, finding, names, number
from flowsim.model.effort import Loads
from flowsim.model.process import Model, RequestClass, Wait
from flowsim.model.traffic import traffic

SAMPLES = 200
"""Arrivals, evenly spread over the run, at which the beginning of chasing is compared with the promise."""


def customer_findings(model: Model, load: Loads) -> Iterator[Problem]:
    """FS526, FS528 and FS535 by class; FS536 by backlog."""
    for cls, row in zip(model.classes, load.classes, strict=True):
        if cls.chasing is not None and cls.chasing.share > 0.0:
            yield _chases(model, load, cls)
            yield from _chases_early(model, cls)
        yield from _impatient(model, cls, row.least)
    for backlog in dict.fromkeys((b.klass, b.step) for b in model.backlog):
        yield from _unneeded(model, *backlog)


def _chases(model: Model, load: Loads, cls: RequestClass) -> Problem:
    """FS526: what one chase asks of whom, and how much it would be at most."""
    assert cls.chasing is not None
    index = [c.name for c in model.classes].index(cls.chasing.klass)
    asks = [(team.name, ticks) for team, ticks in zip(model.teams, load.asks[index], strict=True) if ticks > 0.0]
    each = names([f"{amount(ticks)} of {team}" for team, ticks in asks]) if asks else "no work"
    most = ""
    row = load.classes[[c.name for c in model.classes].index(cls.name)]
    if cls.chasing.at_most is not None and row.per_week > 0.0 and asks:
        chases = row.per_week * cls.chasing.share * cls.chasing.at_most
        all_of_it = names([f"{amount(chases * ticks)} of {team}" for team, ticks in asks])
        most = f"; if all who might chase did so as often as they may, {all_of_it} a week"
    return finding(
        "FS526",
        f"how busy the teams are leaves out the chases of {cls.name}, for how many there are depends on how long "
        f"requests take; each asks {each}{most}",
        "the run counts them",
        f"requests.{cls.name}.chasing",
    )


def _chases_early(model: Model, cls: RequestClass) -> Iterator[Problem]:
    """FS528: at every instant that is looked at, `after` ends before the promise does."""
    assert cls.chasing is not None
    if cls.chasing.after is None or cls.promise is None:
        return
    instants = [model.run.length * k // SAMPLES for k in range(SAMPLES)]
    if cls.arrivals.calendar is not None:
        times = laid_out(model.calendar(cls.arrivals.calendar), model.start)
        instants = [times.opening(t) for t in instants]
    ends = [(_after(model, t, cls.chasing.after), _after(model, t, cls.promise)) for t in instants]
    if all(chases < due for chases, due in ends):
        yield finding(
            "FS528",
            f"customers of {cls.name} chase before their promise ends: even requests that are in time are chased",
            "leave `after` out to begin when the promise ends",
            f"requests.{cls.name}.chasing.after",
        )


def _after(model: Model, t: int, wait: Wait) -> int:
    if wait.calendar is None:
        return t + wait.ticks
    return laid_out(model.calendar(wait.calendar), model.start).after(t, wait.ticks)


def _impatient(model: Model, cls: RequestClass, least: float) -> Iterator[Problem]:
    """FS535: patience, in elapsed time, is shorter than all that nobody can wait away."""
    if cls.patience is None:
        return
    patience = cls.patience.time.mean()
    if cls.patience.calendar is not None:
        open_time = laid_out(model.calendar(cls.patience.calendar), model.start).worked(0, model.run.length)
        if open_time == 0:
            return
        patience *= model.run.length / open_time
    if patience < least:
        yield finding(
            "FS535",
            f"customers of {cls.name} withdraw after {amount(patience)} on average, and work, transit and answers "
            f"alone take {amount(least)}: few can ever be helped",
            "look at the unit of the patience",
            f"requests.{cls.name}.patience",
        )


def _unneeded(model: Model, klass: str, step: str) -> Iterator[Problem]:
    """FS536: nothing of what is done at the step where its backlog waits is for that class."""
    index = [s.name for s in model.steps].index(step)
    if not model.steps[index].tasks or traffic(model, klass, step).done[index].any():
        return
    waiting = sum(b.number for b in model.backlog if (b.klass, b.step) == (klass, step))
    yield finding(
        "FS536",
        f"{number(waiting)} requests of {klass} are at {step} when the run begins, and nothing that is done there is "
        "for them",
        "put them at a step whose work they need",
        f"requests.{klass}.backlog",
    )
