"""A study of what is not known, in a results folder: written as tables, read back, made again from them alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.errors import ResultsError
from flowsim.experiments.experiment import Also
from flowsim.experiments.findings import floats, rows_of
from flowsim.experiments.store import RunFolder, StoredRun
from flowsim.model import Model, canonical_json, from_json
from flowsim.record.columns import TextColumn, Values
from flowsim.redesign.knowing import Share, Split
from flowsim.redesign.unsure import VERDICTS, Guessed, Progress, Result, Runs, Study, results, run_study
from flowsim.redesign.unsure import Values as Measured
from flowsim.redesign.unsure_schema import TABLE_VERSION, UNSURE_DESCRIPTIONS, UNSURE_SCHEMA

_JUDGED = ("better", "worse", "no_difference", "not_known")
_TEXTS = ("state", "key", "path", "low", "middle", "high", "written")


@dataclass(frozen=True)
class Kept:
    """A study and its results, as told."""

    study: Study
    results: tuple[Result, ...]

    def get(self, state: str, measure: str, before: str = "") -> Result | None:
        """A result of a state, or of its difference from the one before; None where there is none."""
        return next((r for r in self.results if (r.state, r.measure, r.before) == (state, measure, before)), None)


def perform_study(study: Study, runs: Runs, luck_of: int, folder: RunFolder, progress: Progress | None = None) -> None:
    """Run a study and write its tables; luck is told of a mean of `luck_of` replications. Raises AuditError,
    StorageError.
    """
    values = run_study(study, runs, progress)
    found = results(study, values, luck_of)
    tables = {
        "unsure_inputs": _inputs(study),
        "unsure_points": _points(study),
        "unsure_designs": _designs(study),
        "unsure_values": _values(values),
        "unsure_results": _results(found),
        "unsure_shares": _shares(found),
    }
    for name, table in tables.items():
        told = UNSURE_DESCRIPTIONS[name]
        with folder.table(name, UNSURE_SCHEMA[name], description=told, schema=TABLE_VERSION) as writer:
            writer.append(table)


def was_studied(run: StoredRun) -> bool:
    """Whether a kept run has such a study."""
    return run.manifest.table("unsure_results") is not None


def read_study(run: StoredRun) -> Kept:
    """The study of a kept run. Raises ResultsError FS603 when it is damaged, UsageError FS608 when there is none."""
    study = _read_study(run)
    t = run.table("unsure_results")
    words = zip(*(rows_of(t[name]) for name in ("state", "before", "measure", "unit")), strict=True)
    names = ("mean", "low", "high", "knowing", "luck", "shows", "points", "replications", "runs", *_JUDGED)
    numbers = zip(*(floats(t[name]).tolist() for name in names), strict=True)
    shares = _read_shares(run)
    found = []
    for (state, before, measure, unit), row in zip(words, numbers, strict=True):
        value = dict(zip(names, row, strict=True))
        split = None
        if not math.isnan(value["mean"]):
            own = shares.get((state, before, measure), ())
            mean, low, high, knowing, luck = (value[name] for name in ("mean", "low", "high", "knowing", "luck"))
            runs, points, each = (int(value[name]) for name in ("runs", "points", "replications"))
            split = Split(mean, low, high, knowing, luck, runs, points, each, bool(value["shows"]), tuple(own))
        judged = {word: int(value[name]) for word, name in zip(VERDICTS, _JUDGED, strict=True)} if before else {}
        found.append(Result(state, before, measure, unit, split, judged))
    return Kept(study, tuple(found))


def study_again(run: StoredRun, jobs: int | None = None) -> Also:
    """Puts the tables of a study into a folder again, everything run again. Raises as `read_study`; what it gives
    raises AuditError, StorageError.
    """
    kept = read_study(run)
    some = next((result.split for result in kept.results if result.split is not None), None)
    manifest = run.manifest
    each = some.replications if some is not None else 1
    runs = Runs(manifest.seed, each, manifest.audit.replications > 0, jobs)

    def make(folder: RunFolder, luck_of: int) -> None:
        perform_study(kept.study, runs, luck_of, folder)

    return make


# -- written -----------------------------------------------------------------------------------------------------------


def _inputs(study: Study) -> dict[str, Values]:
    texts: dict[str, Values] = {name: TextColumn.of([getattr(one, name) for one in study.inputs]) for name in _TEXTS}
    return {**texts, "levels": np.array([one.levels for one in study.inputs], dtype=np.int64)}


def _points(study: Study) -> dict[str, Values]:
    return {
        "point": np.repeat(np.arange(1, study.points + 1), len(study.keys)),
        "key": TextColumn.of(list(study.keys) * study.points),
        "at": study.u.ravel(),
    }


def _designs(study: Study) -> dict[str, Values]:
    cells = [(state, point) for point in range(study.points) for state in study.states]
    models = [study.models.get(cell) for cell in cells]
    return {
        "state": TextColumn.of([state for state, _ in cells]),
        "point": np.array([point + 1 for _, point in cells], dtype=np.int64),
        "model": TextColumn.of([None if model is None else canonical_json(model) for model in models]),
        "failed": TextColumn.of([study.failed.get(cell) for cell in cells]),
    }


def _values(values: Mapping[tuple[str, str], Measured]) -> dict[str, Values]:
    rows = [
        (state, point + 1, replication, measure, value, own.unit)
        for (state, measure), own in values.items()
        for point, row in zip(own.points, own.values, strict=True)
        for replication, value in enumerate(row.tolist(), start=1)
    ]
    return {
        "state": TextColumn.of([row[0] for row in rows]),
        "point": np.array([row[1] for row in rows], dtype=np.int64),
        "replication": np.array([row[2] for row in rows], dtype=np.int64),
        "measure": TextColumn.of([row[3] for row in rows]),
        "value": np.array([row[4] for row in rows], dtype=np.float64),
        "unit": TextColumn.of([row[5] for row in rows]),
    }


def _results(found: Sequence[Result]) -> dict[str, Values]:
    splits = [one.split for one in found]

    def of(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([math.nan if s is None else getattr(s, name) for s in splits], dtype=np.float64)

    def count(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([0 if s is None else getattr(s, name) for s in splits], dtype=np.int64)

    judged: dict[str, Values] = {
        name: np.array([one.verdicts.get(word, -1) for one in found], dtype=np.int64)
        for word, name in zip(VERDICTS, _JUDGED, strict=True)
    }
    return {
        "state": TextColumn.of([one.state for one in found]),
        "before": TextColumn.of([one.before or None for one in found]),
        "measure": TextColumn.of([one.measure for one in found]),
        "unit": TextColumn.of([one.unit for one in found]),
        **{name: of(name) for name in ("mean", "low", "high", "knowing", "luck")},
        "shows": np.array([s is not None and s.shows for s in splits]),
        **{name: count(name) for name in ("points", "replications", "runs")},
        **judged,
    }


def _shares(found: Sequence[Result]) -> dict[str, Values]:
    rows = [(one, share) for one in found if one.split is not None for share in one.split.shares]
    return {
        "state": TextColumn.of([one.state for one, _ in rows]),
        "before": TextColumn.of([one.before or None for one, _ in rows]),
        "measure": TextColumn.of([one.measure for one, _ in rows]),
        "key": TextColumn.of([share.key or None for _, share in rows]),
        "share": np.array([share.share for _, share in rows], dtype=np.float64),
        "low": np.array([share.low for _, share in rows], dtype=np.float64),
        "high": np.array([share.high for _, share in rows], dtype=np.float64),
        "effect": np.array([math.nan if s.effect is None else s.effect for _, s in rows], dtype=np.float64),
    }


# -- read --------------------------------------------------------------------------------------------------------------


def _read_study(run: StoredRun) -> Study:
    t = run.table("unsure_inputs")
    words = zip(*(rows_of(t[name]) for name in _TEXTS), strict=True)
    inputs = tuple(
        Guessed(*texts, int(levels))  # type: ignore[call-arg]
        for texts, levels in zip(words, floats(t["levels"]).tolist(), strict=True)
    )
    keys = tuple(dict.fromkeys(one.key for one in inputs))
    points = run.table("unsure_points")
    at = floats(points["at"])
    designs = run.table("unsure_designs")
    states = tuple(dict.fromkeys(rows_of(designs["state"])))
    if not keys or len(at) % len(keys) or rows_of(points["key"]) != list(keys) * (len(at) // len(keys)):
        raise _spoiled(run, "its points do not fit its guesses")
    study = Study(states, inputs, keys, at.reshape(-1, len(keys)))
    numbers = [int(point) - 1 for point in floats(designs["point"]).tolist()]
    texts = (rows_of(designs[name]) for name in ("state", "model", "failed"))
    models = _Models(run)
    for point, state, model, failed in zip(numbers, *texts, strict=True):
        if model:
            study.models[state, point] = models.read(model)
        if failed:
            study.failed[state, point] = failed
    return study


class _Models:
    """Reads models, each once."""

    def __init__(self, run: StoredRun) -> None:
        self._run = run
        self._read: dict[str, Model] = {}

    def read(self, text: str) -> Model:
        """The Model of a text. Raises ResultsError FS603 when it is none."""
        if text not in self._read:
            try:
                self._read[text] = from_json(text)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise _spoiled(self._run, "a model in the table unsure_designs is none") from error
        return self._read[text]


def _read_shares(run: StoredRun) -> dict[tuple[str, str, str], list[Share]]:
    t = run.table("unsure_shares")
    words = zip(*(rows_of(t[name]) for name in ("state", "before", "measure", "key")), strict=True)
    numbers = zip(*(floats(t[name]).tolist() for name in ("share", "low", "high", "effect")), strict=True)
    found: dict[tuple[str, str, str], list[Share]] = {}
    for (state, before, measure, key), (share, low, high, effect) in zip(words, numbers, strict=True):
        known = None if math.isnan(effect) else effect
        found.setdefault((state, before, measure), []).append(Share(key, share, low, high, known))
    return found


def _spoiled(run: StoredRun, why: str) -> ResultsError:
    return ResultsError(f"{run.path}: {why}", code="FS603", hint="run it again: flowsim unsure")


__all__ = ["Kept", "perform_study", "read_study", "study_again", "was_studied"]
