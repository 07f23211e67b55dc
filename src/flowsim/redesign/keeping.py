"""Explanations in a results folder: written as tables, read back, and made again from them alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flowsim.errors import ResultsError
from flowsim.experiments.cells import Failed
from flowsim.experiments.findings import floats, rows_of
from flowsim.experiments.pool import Pool
from flowsim.experiments.store import RunFolder, StoredRun
from flowsim.model import Model, canonical_json, from_json
from flowsim.record.columns import TextColumn, Values
from flowsim.redesign.designs import Change, Redesign, orders_for
from flowsim.redesign.explain import Effect, explain, values_of
from flowsim.redesign.measuring import Progress, Runs, run_models
from flowsim.redesign.schema import REDESIGN_DESCRIPTIONS, REDESIGN_SCHEMA, TABLE_VERSION
from flowsim.redesign.shapley import Done


@dataclass(frozen=True)
class KeptDesign:
    """A row of the table `designs`; `model` is None where there is none, `failed` "" where there is."""

    question: str
    state: str
    design: str
    about: str
    model: Model | None
    failed: str = ""


@dataclass(frozen=True)
class Explanation:
    """A redesign and its effects, as told."""

    redesign: Redesign
    effects: tuple[Effect, ...]

    def get(self, measure: str, view: str, number: int = 0) -> Effect | None:
        """The effect of a change (0: all together) on a measure; None where there is none."""
        return self._by_key.get((measure, view, number))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, int], Effect]:
        return {(e.measure, e.view, e.number): e for e in self.effects}


def write_table(folder: RunFolder, name: str, values: Mapping[str, Values]) -> None:
    """Write a table of this room into a folder."""
    told = REDESIGN_DESCRIPTIONS[name]
    with folder.table(name, REDESIGN_SCHEMA[name], description=told, schema=TABLE_VERSION) as writer:
        writer.append(dict(values))


def keep(folder: RunFolder, explanations: Sequence[Explanation]) -> None:
    """Write explanations and their designs."""
    write_table(folder, "explain", explain_table(explanations))
    write_table(folder, "designs", designs_table([d for one in explanations for d in kept_designs(one.redesign)]))


def explain_table(explanations: Sequence[Explanation]) -> dict[str, Values]:
    """The table `explain`."""
    rows = [(one.redesign.before, effect) for one in explanations for effect in one.effects]
    effects = [effect for _, effect in rows]
    return {
        "state": TextColumn.of([e.state for e in effects]),
        "before": TextColumn.of([before for before, _ in rows]),
        "number": np.array([e.number for e in effects], dtype=np.int64),
        "change": TextColumn.of([e.change or None for e in effects]),
        "view": TextColumn.of([e.view for e in effects]),
        "measure": TextColumn.of([e.measure for e in effects]),
        "value": np.array([e.value for e in effects]),
        "low": nullable([e.low for e in effects]),
        "high": nullable([e.high for e in effects]),
        "unit": TextColumn.of([e.unit for e in effects]),
        "replications": np.array([e.replications for e in effects], dtype=np.int64),
    }


def designs_table(designs: Sequence[KeptDesign]) -> dict[str, Values]:
    """The table `designs`."""
    return {
        "state": TextColumn.of([d.state for d in designs]),
        "question": TextColumn.of([d.question for d in designs]),
        "design": TextColumn.of([d.design for d in designs]),
        "about": TextColumn.of([d.about or None for d in designs]),
        "model": TextColumn.of([None if d.model is None else canonical_json(d.model) for d in designs]),
        "failed": TextColumn.of([d.failed or None for d in designs]),
    }


def kept_designs(redesign: Redesign) -> list[KeptDesign]:
    """The designs of an explanation, those that cannot be among them."""
    known: dict[Done, Model | str] = {**redesign.models, **redesign.refused}
    found = []
    for done in sorted(known, key=lambda d: (len(d), sorted(d))):
        made = known[done]
        about = "; ".join(redesign.changes[number].name for number in sorted(done))
        model, why = (made, "") if isinstance(made, Model) else (None, made)
        found.append(KeptDesign("explain", redesign.state, redesign.name_of(done), about, model, why))
    return found


def read_designs(run: StoredRun, question: str) -> list[KeptDesign]:
    """The designs that were kept of a question; none when there is no such table. Raises ResultsError FS603."""
    if run.manifest.table("designs") is None:
        return []
    t = run.table("designs")
    texts = (rows_of(t[name]) for name in ("question", "state", "design", "about", "model", "failed"))
    found = []
    for asked, state, design, about, model, failed in zip(*texts, strict=True):
        if asked == question:
            found.append(KeptDesign(asked, state, design, about, _read_model(run, model), failed))
    return found


def _read_model(run: StoredRun, text: str) -> Model | None:
    try:
        return from_json(text) if text else None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        why = f"{run.path}: a model in the table designs is none"
        raise ResultsError(why, code="FS603", hint="run the scenario again") from error


def read_explanations(run: StoredRun) -> list[Explanation]:
    """The explanations of a kept run, in order; none when it has none. Raises ResultsError FS603."""
    if run.manifest.table("explain") is None:
        return []
    t = run.table("explain")
    words = [rows_of(t[name]) for name in ("state", "before", "change", "view", "measure", "unit")]
    numbers = [floats(t[name]).tolist() for name in ("number", "value", "low", "high", "replications")]
    effects: dict[tuple[str, str], list[Effect]] = {}
    for texts, values in zip(zip(*words, strict=True), zip(*numbers, strict=True), strict=True):
        state, before, change, view, measure, unit = texts
        number, value, low, high, runs = values
        one = Effect(state, int(number), change, view, measure, unit, value, _known(low), _known(high), int(runs))
        effects.setdefault((state, before), []).append(one)
    designs = read_designs(run, "explain")
    return [
        Explanation(_redesign(state, before, own, [d for d in designs if d.state == state]), tuple(own))
        for (state, before), own in effects.items()
    ]


def _redesign(state: str, before: str, effects: Sequence[Effect], designs: Sequence[KeptDesign]) -> Redesign:
    names = {effect.number: effect.change for effect in effects if effect.number}
    changes = tuple(Change((names[number],), (number - 1,)) for number in sorted(names))
    redesign = Redesign(state, before, changes)
    for design in designs:
        done = frozenset(int(word) - 1 for word in design.design.split())
        if design.model is not None:
            redesign.models[done] = design.model
        else:
            redesign.refused[done] = design.failed
    redesign.groups = orders_for(redesign.size, lambda done: done in redesign.models)
    return redesign


def explain_again(run: StoredRun, runs: Runs, pool: Pool, progress: Progress | None = None) -> list[Explanation]:
    """The explanations of a kept run, its designs run again. Raises AuditError, EngineError, ResultsError."""
    found = []
    for kept in read_explanations(run):
        redesign = kept.redesign
        by_name = {redesign.name_of(done): done for done in redesign.models}
        models = {name: redesign.models[done] for name, done in by_name.items()}
        values = {}
        for name, answer in run_models(models, runs, pool, progress):
            if isinstance(answer, Failed):
                raise answer.error
            values[by_name[name]] = values_of(answer)
        found.append(Explanation(redesign, tuple(explain(redesign, values))))
    return found


def nullable(values: Sequence[float | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Numbers with NaN for None."""
    return np.array([math.nan if v is None else v for v in values], dtype=np.float64)


def _known(x: float) -> float | None:
    return None if math.isnan(x) else x
