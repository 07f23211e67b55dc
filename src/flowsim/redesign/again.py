"""What a kept run says of a redesign, made again from its own tables."""

from __future__ import annotations

from flowsim.experiments.experiment import Also
from flowsim.experiments.pool import Pool
from flowsim.experiments.store import RunFolder, StoredRun
from flowsim.redesign.keeping import explain_again, keep, read_designs, read_explanations
from flowsim.redesign.keeping_levers import QUESTION, try_again
from flowsim.redesign.measuring import Runs


def again(run: StoredRun, jobs: int | None = None) -> Also:
    """Puts the tables of this room into a folder again, its designs run again. Raises ResultsError FS603 for designs
    that are none; what it gives raises AuditError, EngineError, StorageError.
    """
    manifest = run.manifest

    def make(folder: RunFolder, replications: int) -> None:
        runs = Runs(manifest.seed, replications, manifest.audit.replications > 0, jobs)
        if manifest.table("levers") is not None:
            models = [design.model for design in read_designs(run, QUESTION) if design.model is not None]
            with Pool(runs.workers(models)) as pool:
                try_again(run, folder, runs, pool)
        elif manifest.table("explain") is not None:
            models = [model for one in read_explanations(run) for model in one.redesign.models.values()]
            with Pool(runs.workers(models)) as pool:
                keep(folder, explain_again(run, runs, pool))

    return make
