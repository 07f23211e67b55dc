"""The same process in flowsim and in Ciw (Palmer, Knight, Harper and Hawa 2019), and whether the two agree.

A `Pair` is a scenario and a Ciw network of the same process. Both are run for R replications with seeds that have
nothing to do with each other; each replication gives one value of each measure, read in the same way from what either
tool wrote down. Of each tool there is a mean and its standard error s / √R. A measure holds when

- *agreement*: |ours - theirs| ≤ 3.9 √(se₁² + se₂²), the error allowed for theory too (`flowsim.verification.claims`);
- *power*: that joint standard error is at most 2 % of the value;
- *refusal*: held against the twin, a Ciw network with one tempting mistake in it, the same comparison says no. A
  measure that the mistake changes little or not at all (`told` is no) is left out of that.

What both tools count: requests that arrive in [warm-up, length), followed until they have left.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import ciw
import numpy as np

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.record import Kind
from flowsim.scenario import load_text
from flowsim.verification.claims import ALLOWED, MINUTE, POWER, FloatArray, World


class Seen(Protocol):
    """What is read from one replication of either tool, in minutes, of requests that are counted."""

    def wait(self, step: str | None = None, klass: str | None = None) -> FloatArray:
        """From being let in at a step to the start of work, or to giving up: one number a visit."""

    def served(self) -> FloatArray:
        """The same, of visits that came to work."""

    def blocked(self, step: str) -> FloatArray:
        """How long those who go to this step stood finished at the one before."""

    def lead(self, klass: str | None = None) -> FloatArray:
        """From arrival to leaving."""

    def withdrawn(self) -> float:
        """The share that gave up."""

    def passes(self) -> float:
        """Visits a request."""


class Ours(World):
    """A replication of flowsim."""

    def wait(self, step: str | None = None, klass: str | None = None) -> FloatArray:
        """From `admitted` to `started` (R6): a wait before a limit is apart, as it is in Ciw."""
        return self.minutes("admitted", "started", step, klass)

    def served(self) -> FloatArray:
        """Of visits of kind `work`."""
        v, r = self.record.visits, self.record.requests
        chosen = (r["measured"][v["request"]] == 1) & (v["kind"] == int(Kind.WORK))
        minutes: FloatArray = (v["started"] - v["admitted"])[chosen] / MINUTE
        return minutes

    def blocked(self, step: str) -> FloatArray:
        """From `delivered` to `admitted`."""
        return self.minutes("delivered", "admitted", step)

    def withdrawn(self) -> float:
        """By outcome."""
        r = self.record.requests
        return float((r["outcome"][r["measured"] == 1] == self.record.outcomes.index("withdrawn")).mean())

    def passes(self) -> float:
        """Visits of measured requests by their number."""
        measured = self.record.requests["measured"] == 1
        return float(measured[self.record.visits["request"]].sum() / measured.sum())


class Theirs:
    """A replication of Ciw, from its records of visits."""

    def __init__(self, simulation: ciw.Simulation, steps: Sequence[str], warm_up: float, length: float) -> None:
        self._steps = list(steps)
        people = simulation.get_all_individuals()
        arrived = np.array([(p.data_records or [p])[0].arrival_date for p in people])  # records are written on leaving
        counted = (arrived >= warm_up) & (arrived < length)
        if any(chosen and p.node != -1 for p, chosen in zip(people, counted, strict=True)):
            raise ValueError("some who are counted have not left: a longer tail is needed")
        self._people = [p for p, chosen in zip(people, counted, strict=True) if chosen]

    def _records(self, step: str | None = None, klass: str | None = None) -> Iterator[ciw.data_record.DataRecord]:
        """Visits that ended; a piece of work that was interrupted is part of a visit, not one by itself."""
        for p in self._people:
            for r in p.data_records:
                here = step is None or self._steps[r.node - 1] == step
                if here and klass in (None, r.customer_class) and r.record_type != "interrupted service":
                    yield r

    def wait(self, step: str | None = None, klass: str | None = None) -> FloatArray:
        """Ciw's `waiting_time`; of who reneges that is until then."""
        return np.array([r.waiting_time for r in self._records(step, klass)])

    def served(self) -> FloatArray:
        """Of records of type `service`."""
        return np.array([r.waiting_time for r in self._records() if r.record_type == "service"])

    def blocked(self, step: str) -> FloatArray:
        """Ciw's `time_blocked` stands with the node that one could not leave."""
        return np.array([r.time_blocked for r in self._records() if r.destination == self._steps.index(step) + 1])

    def lead(self, klass: str | None = None) -> FloatArray:
        """From the first arrival at a node to the last exit."""
        chosen = [p for p in self._people if klass in (None, p.customer_class)]
        return np.array([p.data_records[-1].exit_date - p.data_records[0].arrival_date for p in chosen])

    def withdrawn(self) -> float:
        """Whose last record is of type `renege`."""
        return float(np.mean([p.data_records[-1].record_type == "renege" for p in self._people]))

    def passes(self) -> float:
        """Records by people."""
        return sum(1 for _ in self._records()) / len(self._people)


@dataclass(frozen=True)
class Measure:
    """One number, read alike from both. `told`: whether the twin must be refused on it; `weak`: it takes the amount of
    the full run to be precise.
    """

    name: str
    seen: Callable[[Seen], float]
    told: bool = True
    weak: bool = False


@dataclass(frozen=True)
class Pair:
    """One process twice. `why` says what is compared and where the conventions of the tools differ; `closed` whether
    theory has a formula for all of it; `twin` is a network with the mistake that `mistake` names.
    """

    title: str
    why: str
    closed: bool
    scenario: str
    steps: tuple[str, ...]
    network: Callable[[], ciw.network.Network]
    measures: tuple[Measure, ...]
    mistake: str
    twin: Callable[[], ciw.network.Network]
    replications: int = 20
    seed: int = 1
    tail: float = 1440.0  # minutes that Ciw runs on after the length, so that all who are counted can leave


@dataclass(frozen=True)
class Estimate:
    """A mean over replications and its standard error."""

    mean: float
    error: float


@dataclass(frozen=True)
class Agreement:
    """A measure in both tools, and in the twin."""

    measure: Measure
    ours: Estimate
    theirs: Estimate
    twin: Estimate

    @property
    def joint(self) -> float:
        """The standard error of the difference."""
        return math.hypot(self.ours.error, self.theirs.error)

    @property
    def off(self) -> float:
        """The difference in joint standard errors."""
        return (self.ours.mean - self.theirs.mean) / self.joint

    @property
    def agrees(self) -> bool:
        """Within the error allowed."""
        return agree(self.ours, self.theirs)

    @property
    def powerful(self) -> bool:
        """Precise enough to mean something."""
        return self.joint <= POWER * abs(self.ours.mean)

    @property
    def refused(self) -> bool:
        """The twin is told from flowsim, where it can be."""
        return not self.measure.told or not agree(self.ours, self.twin)

    @property
    def passed(self) -> bool:
        """Agreement, with power, and the twin is refused."""
        return self.agrees and self.powerful and self.refused


def agree(one: Estimate, other: Estimate) -> bool:
    """Whether two estimates differ by no more than their joint error allows."""
    return abs(one.mean - other.mean) <= ALLOWED * math.hypot(one.error, other.error)


def estimates(pair: Pair, replications: Iterator[Seen]) -> list[Estimate]:
    """Each measure over some replications."""
    values = [[measure.seen(seen) for measure in pair.measures] for seen in replications]
    return [Estimate(statistics.fmean(v), statistics.stdev(v) / math.sqrt(len(v))) for v in zip(*values, strict=True)]


def in_flowsim(pair: Pair) -> Iterator[Seen]:
    """The replications of flowsim, each passed by the audit."""
    state = load_text(pair.scenario, f"{pair.title}.yaml").compile("current")
    for replication in range(1, pair.replications + 1):
        record = run(state.model, Draws(state.seed, replication))
        audit(state.model, record).require()
        if (record.requests["ended"][record.requests["measured"] == 1] < 0).any():
            raise ValueError(f"{pair.title}: some who are counted have not left")
        yield Ours(state.model, record)


def in_ciw(pair: Pair, twin: bool = False) -> Iterator[Seen]:
    """The replications of Ciw, over the same minutes; of the twin half as many, with seeds of their own."""
    network, stream = (pair.twin, 2) if twin else (pair.network, 1)
    window = load_text(pair.scenario, f"{pair.title}.yaml").compile("current").model.run
    warm_up, length = window.warm_up / MINUTE, window.length / MINUTE
    for replication in range(1, (pair.replications // 2 if twin else pair.replications) + 1):
        ciw.seed(pair.seed * 1_000_000 + stream * 10_000 + replication)
        simulation = ciw.Simulation(network())
        simulation.simulate_until_max_time(length + pair.tail)
        yield Theirs(simulation, pair.steps, warm_up, length)


def compare(pair: Pair) -> list[Agreement]:
    """Run both and the twin; one line a measure."""
    ours, theirs, twin = (estimates(pair, seen) for seen in (in_flowsim(pair), in_ciw(pair), in_ciw(pair, twin=True)))
    return [Agreement(*each) for each in zip(pair.measures, ours, theirs, twin, strict=True)]
