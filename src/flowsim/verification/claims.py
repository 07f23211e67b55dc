"""A claim of theory, the runs that test it, and the verdict.

A `Case` is one scenario; a `Measure` is one number that theory gives exactly for it. Each of R replications gives one
value; their mean is the estimate and its standard error is s / √R, with no assumption about the runs themselves. A
measure passes when two things hold:

- *truth*: |estimate - theory| ≤ 3.9 standard errors (about 1 in 10,000 for a true claim, Student's t at 39 degrees of
  freedom: 1 in 2,700);
- *power*: the standard error is at most 2 % of the theoretical value, so that a wrong engine has nowhere to hide.

Each measure also names a tempting mistake and the value that would follow from it: held against the same estimate,
that value must fail. Seeds are fixed in the scenarios, so a verdict never changes unless the engine, a draw or a
formula does.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.model import Model
from flowsim.record import Record
from flowsim.scenario import Compiled, load_text

ALLOWED = 3.9
"""Standard errors by which an estimate may be off."""

POWER = 0.02
"""Largest standard error, as a share of the theoretical value."""

MINUTE = 60_000.0

FloatArray = npt.NDArray[np.float64]
Ticks = npt.NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """One replication of one state."""

    model: Model
    record: Record

    def minutes(self, begins: str, ends: str, step: str | None = None, klass: str | None = None) -> FloatArray:
        """Minutes from one instant of a visit to another, for visits of measured requests (to a step, of a class)."""
        v, r = self.record.visits, self.record.requests
        chosen = r["measured"][v["request"]] == 1
        if not r["measured"].any():  # a backlog only: all that happened after the warm-up
            chosen = (v[begins] >= self.model.run.warm_up) & (v[ends] >= 0)
        if step is not None:
            chosen &= v["step"] == [s.name for s in self.model.steps].index(step)
        if klass is not None:
            chosen &= r["class"][v["request"]] == [c.name for c in self.model.classes].index(klass)
        minutes: FloatArray = (v[ends] - v[begins])[chosen] / MINUTE
        return minutes

    def wait(self, step: str | None = None, klass: str | None = None) -> FloatArray:
        """Minutes waited for a person at each visit."""
        return self.minutes("delivered", "started", step, klass)

    def lead(self, klass: str | None = None) -> FloatArray:
        """Lead times of measured requests (of a class) in minutes."""
        r = self.record.requests
        chosen = r["measured"] == 1
        if klass is not None:
            chosen &= r["class"] == [c.name for c in self.model.classes].index(klass)
        minutes: FloatArray = (r["ended"] - r["arrived"])[chosen] / MINUTE
        return minutes

    def share_with(self, least: int) -> float:
        """The share of time in [warm-up, length) with at least so many requests in process."""
        r = self.record.requests
        return self.share_between(r["arrived"], r["ended"], least)

    def share_between(self, begins: Ticks, ends: Ticks, least: int) -> float:
        """The share of time in [warm-up, length) covered by at least so many of these intervals; an end of -1 has not
        come.
        """
        begins, ends = begins[begins >= 0], ends[ends >= 0]
        at = np.concatenate((begins, ends))
        order = np.argsort(at, kind="stable")
        number = np.cumsum(np.repeat((1, -1), (len(begins), len(ends)))[order])
        run = self.model.run
        at = np.clip(np.append(at[order], run.length), run.warm_up, run.length)
        return float(np.diff(at)[number >= least].sum()) / (run.length - run.warm_up)

    def throughput(self) -> float:
        """Requests that ended per minute in [warm-up, length), measured or not."""
        window = self.model.run
        ended = self.record.requests["ended"]
        return float(((ended >= window.warm_up) & (ended < window.length)).sum()) / self.window

    @property
    def window(self) -> float:
        """Minutes from the warm-up to the length of the run."""
        return (self.model.run.length - self.model.run.warm_up) / MINUTE


Worlds = Sequence[World]
"""One replication: a World for each state of the case, in order."""


def mean_wait(step: str | None = None, klass: str | None = None) -> Callable[[Worlds], float]:
    """How the mean wait (at a step, of a class) is read from the first state."""
    return lambda worlds: float(worlds[0].wait(step, klass).mean())


def quantile(values: FloatArray, share: float) -> float:
    """The value that this share of them does not exceed."""
    return float(np.quantile(values, share))


@dataclass(frozen=True)
class Measure:
    """One number: what theory says (`theory`, in words `formula`), how it is read from a replication, and what one
    would expect by a `mistake`.
    """

    name: str
    formula: str
    theory: float
    seen: Callable[[Worlds], float]
    mistake: str
    wrong: float


@dataclass(frozen=True)
class Case:
    """A scenario with the measures that theory knows of it; `states` are run with the same draws. `spoiled`: a piece of
    the scenario's text and another one in its place, for which the theory must fail (shown by the tests).
    """

    title: str
    why: str
    scenario: str
    measures: tuple[Measure, ...]
    replications: int = 40
    states: tuple[str, ...] = ("current",)
    spoiled: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Verdict:
    """A measure with its estimate over the replications."""

    measure: Measure
    estimate: float
    error: float

    @property
    def off(self) -> float:
        """How far the estimate is from theory, in standard errors."""
        return (self.estimate - self.measure.theory) / self.error

    @property
    def true(self) -> bool:
        """Within the allowed error of theory."""
        return self.agrees(self.measure.theory)

    @property
    def powerful(self) -> bool:
        """Precise enough to mean something."""
        return self.error <= POWER * abs(self.measure.theory)

    @property
    def caught(self) -> bool:
        """The value of the mistake is refused."""
        return not self.agrees(self.measure.wrong)

    @property
    def passed(self) -> bool:
        """True, with power, and the mistake is refused."""
        return self.true and self.powerful and self.caught

    def agrees(self, value: float) -> bool:
        """Whether a value lies within the allowed error of the estimate."""
        return abs(self.estimate - value) <= ALLOWED * self.error


def judge(case: Case) -> list[Verdict]:
    """Run all replications of a case, each passed by the audit, and judge each measure."""
    return verdicts(case, [values(case, replication) for replication in range(1, case.replications + 1)])


def values(case: Case, replication: int) -> list[float]:
    """What one replication of a case, passed by the audit, gives for each measure."""
    worlds = []
    for state in _states(case.scenario, case.title, case.states):
        record = run(state.model, Draws(state.seed, replication))
        audit(state.model, record).require()
        if (record.requests["ended"][record.requests["measured"] == 1] < 0).any():
            raise ValueError(f"{case.title}: measured requests are unfinished, so the estimates would lean")
        worlds.append(World(state.model, record))
    return [measure.seen(worlds) for measure in case.measures]


def verdicts(case: Case, found: Sequence[Sequence[float]]) -> list[Verdict]:
    """Each measure judged by the values of the replications."""
    return [
        Verdict(measure, statistics.fmean(own), statistics.stdev(own) / math.sqrt(len(own)))
        for measure, own in zip(case.measures, zip(*found, strict=True), strict=True)
    ]


@lru_cache(maxsize=8)
def _states(scenario: str, title: str, names: tuple[str, ...]) -> tuple[Compiled, ...]:
    """The states of a case, ready to run."""
    loaded = load_text(scenario, f"{title}.yaml")
    return tuple(loaded.compile(name) for name in names)
