"""What a report is made from: the manifest of a kept run, its Models, its measures, and what its scenario files say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsim.errors import FlowsimError
from flowsim.experiments.findings import Finding, Findings
from flowsim.experiments.stored import StoredRun
from flowsim.model import Model
from flowsim.record.manifest import Manifest
from flowsim.scenario.kept import KeptState, kept_states


@dataclass(frozen=True)
class Material:
    """All that a report needs. `folder`: the name of the results folder; `models` and `measures` (estimates over all
    classes by name) are in the order of the manifest's states, and `told` is what the scenario files say of each, or
    nothing where they are not kept or not to be read.
    """

    folder: str
    manifest: Manifest
    models: tuple[Model, ...]
    measures: tuple[Mapping[str, Finding], ...]
    told: tuple[KeptState, ...] = ()

    @property
    def base(self) -> Model:
        """The Model of the first state, which the others are held against."""
        return self.models[0]

    @property
    def first(self) -> KeptState | None:
        """What the files say of the first state."""
        return self.told[0] if self.told else None


def material_of(run: StoredRun) -> Material:
    """Read from a results folder. Raises ResultsError when it is damaged."""
    found = Findings(run)
    manifest = run.manifest
    return Material(
        folder=run.path.resolve().name,
        manifest=manifest,
        models=tuple(found.model(state) for state in found.states),
        measures=tuple(
            {name: value for (name, klass), value in found.measures(state).items() if not klass}
            for state in found.states
        ),
        told=_told(manifest),
    )


def _told(manifest: Manifest) -> tuple[KeptState, ...]:
    files = {file.file: file.text for file in manifest.scenario}
    try:
        return tuple(kept_states(files, [(state.name, state.sets) for state in manifest.states]))
    except FlowsimError:  # texts of another version, or none at all: the Models still tell everything else
        return ()
