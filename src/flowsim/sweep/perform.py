"""Running a sweep: the cells that are not kept yet, on any workers, each kept as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from flowsim.errors import FlowsimError
from flowsim.experiments.cells import STRETCH, Replication, Stretch
from flowsim.experiments.pool import Lost, Pool
from flowsim.sweep.numbers import Numbers, Part, together, work
from flowsim.sweep.plan import SweepPlan
from flowsim.sweep.store import Store

WHOLE_PAYS = 4
"""With so many cells a worker, a worker does whole cells, and only numbers come back; with fewer, cells are divided."""

LOST = "FS702"
"""The error of a cell that killed its workers; it may be a matter of memory, so it is tried again next time."""

Answer = Numbers | list[Replication] | FlowsimError | Lost


@dataclass
class Progress:
    """How far a sweep is, in cells and in replications. `kept` were there before."""

    cells: int
    replications: int
    kept: int = 0
    done: int = 0
    runs: int = 0
    failed: dict[str, FlowsimError] = field(default_factory=dict)

    @property
    def finished(self) -> int:
        """Cells that are there now, or known to fail."""
        return self.kept + self.done


def missing(plan: SweepPlan, store: Store) -> tuple[list[str], Progress]:
    """The keys of the cells that are yet to be run, each file that is there having been read and verified."""
    progress = Progress(len(plan.keys), len(plan.keys) * plan.replications)
    wanted: list[str] = []
    for key in plan.keys:
        found = store.read(key, plan.identity_of(key))
        if isinstance(found, FlowsimError) and found.code != LOST:
            progress.failed[key] = found
            progress.kept += 1
        elif isinstance(found, Numbers):
            progress.kept += 1
        else:
            wanted.append(key)
    return wanted, progress


def perform(
    plan: SweepPlan,
    store: Store,
    pool: Pool,
    wanted: list[str],
    progress: Progress,
    told: Callable[[Progress], None] | None = None,
) -> Progress:
    """Run the cells `wanted` and keep each. A cell that cannot be run is recorded, and the others go on.

    Memory holds the cells that are under way, however many there are. Raises AuditError, and StorageError when the disk
    refuses; what was kept stays.
    """
    whole = len(wanted) >= WHOLE_PAYS * pool.workers
    parts = 1 if whole else -(-plan.replications // STRETCH)
    with closing(pool.each(work, _parts(plan, wanted, whole))) as answers:
        for key in wanted:
            found = _gathered(key, answers, parts, plan.replications // parts, progress, told)
            identity = plan.identity_of(key)
            if isinstance(found, Numbers):
                store.keep(key, identity, found)
                store.forget_failed(key)
            else:
                store.keep_failed(key, identity, found)
                progress.failed[key] = found
            progress.done += 1
            if told is not None:
                told(progress)
    return progress


def _parts(plan: SweepPlan, wanted: list[str], whole: bool) -> Iterator[Part]:
    """The tasks of all cells, one cell after another; a model is read when its turn comes."""
    length = plan.replications if whole else STRETCH
    for key in wanted:
        model = plan.models.get(key)
        for first in range(1, plan.replications + 1, length):
            last = min(first + length - 1, plan.replications)
            yield Part(Stretch(model, plan.seed, first, last, plan.audit), whole)


def _gathered(
    key: str,
    answers: Iterator[Answer],
    parts: int,
    each: int,
    progress: Progress,
    told: Callable[[Progress], None] | None,
) -> Numbers | FlowsimError:
    """The answers of one cell put together."""
    replications: list[Replication] = []
    failed: FlowsimError | None = None
    for part in range(parts):
        answer = next(answers)
        progress.runs += each
        if isinstance(answer, Numbers):
            return answer
        if isinstance(answer, list):
            replications += answer
        else:
            failed = failed or (answer.error() if isinstance(answer, Lost) else answer)
        if told is not None and part < parts - 1:
            told(progress)
    return failed or together(replications)
