"""The whole of it: every replication of every state of somebody's model, on as many processes as pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from flowsim.experiments.experiment import expected_visits
from flowsim.experiments.pool import POOL_PAYS, cores, spread
from flowsim.model import Model
from flowsim.verification.own.report import Report, report
from flowsim.verification.own.seen import Job, Seen, look

Progress = Callable[[int, int], None]


def verify(
    states: Sequence[tuple[str, Model]],
    seed: int,
    replications: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Report]:
    """A report for each state. `workers` None: as many processes as pay. Raises AuditError, EngineError."""
    jobs = [Job(model, seed, replication) for replication in range(1, replications + 1) for _, model in states]
    if workers is None:
        visits = sum(expected_visits(model) for _, model in states) * replications
        workers = cores() if visits > POOL_PAYS else 1
    found: list[list[Seen]] = [[] for _ in states]
    with closing(spread(look, jobs, workers)) as answers:
        for done, seen in enumerate(answers, start=1):
            found[(done - 1) % len(states)].append(seen)
            if progress is not None:
                progress(done, len(jobs))
    return [report(name, model, seed, runs) for (name, model), runs in zip(states, found, strict=True)]
