"""Running the designs of a question: each once, whatever it is asked for, and what cannot be run told apart."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from flowsim.experiments.cells import Design, Failed, Stretch, measure, replication
from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.experiment import expected_visits
from flowsim.experiments.pool import POOL_PAYS, Pool, cores
from flowsim.model import Model, identity
from flowsim.redesign.designs import Designs, Redesign
from flowsim.redesign.explain import Effect, Values, explain, values_of
from flowsim.redesign.shapley import Done

WORTH_SAYING = 200_000
"""Visits in all from which it is told beforehand how long it will take."""

Progress = Callable[[int], None]
"""Called with the replications that were done since the last call."""


@dataclass(frozen=True)
class Runs:
    """How designs are run: `seed`, replications 1 to `replications`, each held against the rules or not (`audit`), on
    so many processes (`jobs`; None: as many as pay).
    """

    seed: int
    replications: int
    audit: bool = True
    jobs: int | None = None

    def workers(self, models: Sequence[Model]) -> int:
        """How many processes to use for these."""
        if self.jobs is not None:
            return self.jobs
        return cores() if self.visits(models) > POOL_PAYS else 1

    def visits(self, models: Sequence[Model]) -> float:
        """Visits in all that are to be expected, taking every model for the first."""
        return expected_visits(models[0]) * len(models) * self.replications if models else 0.0

    def expected(self, models: Sequence[Model]) -> float:
        """Seconds that all designs will take together, reckoned from one replication of one of them; 0 when that is
        not worth while.
        """
        if self.visits(models) < WORTH_SAYING:
            return 0.0
        stretch = Stretch(models[0], self.seed, 1, 1, self.audit)
        replication(stretch, 1)  # the first one loads and lays out what later ones find ready
        begun = time.perf_counter()
        replication(stretch, 1)
        each = time.perf_counter() - begun
        return each * len(models) * self.replications / min(self.workers(models), cores())


def run_models(
    models: Mapping[str, Model], runs: Runs, pool: Pool, progress: Progress | None = None
) -> Generator[tuple[str, StateNumbers | Failed], None, None]:
    """The numbers of each model under its name, in their order; models that are the same are run once. Close it when
    leaving early. Raises AuditError.
    """
    owner: dict[str, list[str]] = {}
    first: dict[str, Model] = {}
    for name, model in models.items():
        key = identity(model)
        owner.setdefault(key, []).append(name)
        first.setdefault(key, model)
    designs = [Design(key, model) for key, model in first.items()]
    numbers = range(1, runs.replications + 1)
    with closing(measure(designs, runs.seed, numbers, pool, audit=runs.audit, progress=progress)) as answers:
        for key, answer in zip(first, answers, strict=True):
            for name in owner[key]:
                yield name, answer


def explained(
    designs: Designs, redesign: Redesign, runs: Runs, pool: Pool, progress: Progress | None = None
) -> tuple[Redesign, list[Effect]]:
    """Run what a redesign asks for, and explain it. A design that cannot be run is none, so that what is asked for may
    become something else: then the rest is run too. Raises UsageError FS721 when nothing can be explained.
    """
    known: dict[frozenset[int], Values] = {}

    def places(done: Done) -> frozenset[int]:
        return frozenset(place for number in done for place in redesign.changes[number].places)

    while True:
        missing = {redesign.name_of(done): done for done in redesign.models if places(done) not in known}
        models = {name: redesign.models[done] for name, done in missing.items()}
        again = False
        with closing(run_models(models, runs, pool, progress)) as answers:
            for name, answer in answers:
                at = places(missing[name])
                if isinstance(answer, Failed):
                    designs.fails(at, answer.error.problems()[0].message)
                    again = True
                else:
                    known[at] = values_of(answer)
        if not again:
            break
        redesign = designs.redesign(redesign.before)
    return redesign, explain(redesign, {done: known[places(done)] for done in redesign.models})
