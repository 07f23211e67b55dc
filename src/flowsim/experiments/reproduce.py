"""Running a kept run again from its manifest."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from flowsim import __version__
from flowsim.draws import SCHEME
from flowsim.errors import ResultsError
from flowsim.experiments.experiment import Also, Plan, Progress, StatePlan, perform
from flowsim.experiments.matters import Matters
from flowsim.experiments.store import RunFolder
from flowsim.experiments.stored import StoredRun
from flowsim.record.manifest import package_versions


@dataclass(frozen=True)
class Reproduction:
    """Whether each table came out the same, and what may explain that one did not."""

    tables: dict[str, bool]
    remarks: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Every table, and at least one."""
        return bool(self.tables) and all(self.tables.values())


def reproduce(
    stored: StoredRun, jobs: int | None = None, progress: Progress | None = None, also: Also | None = None
) -> Reproduction:
    """Run the models of a manifest with its seed and replications; compare by fingerprint, so another version of the
    file library does not matter. A table whose file is damaged counts as different. `also` makes the tables again that
    are beside those of the states.

    Raises AuditError, EngineError, StorageError; ResultsError FS603 for a manifest of no states or of no model.
    """
    manifest = stored.manifest
    if not manifest.states:
        raise ResultsError(f"{stored.path} holds no state", code="FS603", hint="run the scenario again: flowsim run")
    plan = Plan(
        title="again",
        states=tuple(StatePlan(s.name, s.read_model(), s.about, s.changes, s.sets) for s in manifest.states),
        replications=manifest.replications,
        seed=manifest.seed,
        files={},
        jobs=jobs,
        audit=manifest.audit.replications > 0,
        matters=Matters.of_kept(manifest.matters),
    )
    with (
        tempfile.TemporaryDirectory(prefix="flowsim-") as place,
        RunFolder.create(Path(place), "again", plan.identity, exact=Path(place) / "again") as folder,
    ):
        done = perform(plan, folder, progress, also=also)
    again = {t.name: t.fingerprint for t in done.manifest.tables}
    tables = {t.name: again.get(t.name) == t.fingerprint and _is_sound(stored, t.name) for t in manifest.tables}
    return Reproduction(tables, tuple(_remarks(stored, all(tables.values()))))


def _is_sound(stored: StoredRun, table: str) -> bool:
    try:
        stored.describe(table)
    except ResultsError:
        return False
    return True


def _remarks(stored: StoredRun, same: bool) -> list[str]:
    manifest = stored.manifest
    remarks = [f"damaged: {sentence}" for sentence in stored.damaged()]
    if manifest.flowsim != __version__:
        remarks.append(f"made with flowsim {manifest.flowsim}, now {__version__}")
    if manifest.streams != SCHEME:
        remarks.append(f"its random numbers were made by {manifest.streams}, now {SCHEME}")
    if not same:
        now = package_versions()
        old = [f"{k} {v}, now {now[k]}" for k, v in manifest.packages.items() if now.get(k, v) != v]
        remarks += [f"made with {line}" for line in old]
    return remarks
