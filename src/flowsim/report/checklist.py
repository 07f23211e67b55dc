"""The STRESS-DES checklist of a run: Monks, Currie, Onggo, Robinson, Kunc and Taylor, J. of Simulation 13(1), 2019."""

from __future__ import annotations

from collections.abc import Callable

from flowsim.report import algorithms, components, data, experiment, implementation, logic, objectives
from flowsim.report.material import Material
from flowsim.report.parts import Item, Report, Section
from flowsim.report.say import Say
from flowsim.texts import Texts, msg

ITEMS: tuple[tuple[str, tuple[Callable[[Material, Say], Item], ...]], ...] = (
    (msg("Objectives"), (objectives.purpose, objectives.outputs, objectives.aims)),
    (
        msg("Logic"),
        (
            *(logic.overview, logic.base_logic, logic.scenario_logic, algorithms.algorithms),
            *(components.entities, components.activities, components.resources),
            *(components.queues, components.boundary),
        ),
    ),
    (msg("Data"), (data.sources, data.pre_processing, data.inputs, data.assumptions)),
    (msg("Experimentation"), (experiment.initialisation, experiment.run_length, experiment.estimation)),
    (
        msg("Implementation"),
        (implementation.software, implementation.sampling, implementation.execution, implementation.system),
    ),
    (msg("Code access"), (implementation.sharing,)),
)
"""Sections of the checklist with what fills their items, in order."""

NUMBERS = (
    *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5"),
    *("3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"),
)
"""The items of the checklist, version 1.0."""


def stress(material: Material, texts: Texts) -> Report:
    """The checklist of a run, in the language of `texts`. Words of the scenario stay as they are."""
    say = Say(texts, material.base)
    manifest = material.manifest
    about = (
        (
            say.t("Checklist"),
            "STRESS-DES 1.0: Monks et al., Journal of Simulation 13(1), 2019, doi 10.1080/17477778.2018.1442155",
        ),
        (say.t("Run"), material.folder),
        (say.t("States"), say.listed(state.name for state in manifest.states)),
        (say.t("Made"), f"{say.moment(manifest.timing.created)}, flowsim {manifest.flowsim}"),
    )
    sections = tuple(
        Section(str(number), say.t(title), tuple(fill(material, say) for fill in fills))
        for number, (title, fills) in enumerate(ITEMS, start=1)
    )
    title = say.t("{name}: STRESS-DES report", name=material.base.name)
    return Report(title, texts.lang, about, sections)
