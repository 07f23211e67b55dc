"""Sections 5 and 6: with what it was run, how random numbers are made, and how to do it again."""

from __future__ import annotations

import shlex

from flowsim.record.manifest import Manifest
from flowsim.report.material import Material
from flowsim.report.objectives import key
from flowsim.report.parts import Author, Block, Code, Item, Text, bullets, table
from flowsim.report.say import Say


def software(material: Material, say: Say) -> Item:
    """5.1."""
    manifest = material.manifest
    rows = [
        ["flowsim", manifest.flowsim],
        ["Python", manifest.platform.python],
        *([name, version] for name, version in manifest.packages.items()),
    ]
    rows.append([say.t("operating system"), " ".join(x for x in (manifest.platform.os, manifest.platform.libc) if x)])
    return Item(
        "5.1", say.t("Software or programming language"), tuple(table([say.t("software"), say.t("version")], rows))
    )


def sampling(material: Material, say: Say) -> Item:
    """5.2."""
    manifest = material.manifest
    found = [
        say.t("Generator: Philox (counter-based, of numpy), in the scheme {scheme}.", scheme=manifest.streams),
        say.t("Seed: {seed}; replications 1 to {n}.", seed=str(manifest.seed), n=say.whole(manifest.replications)),
        say.t(
            "A stream for each (seed, replication, purpose, class, visit), keyed by the BLAKE2b hash of these words; "
            "the ordinal of the request in its class is the position in the stream."
        ),
        say.t(
            "A uniform is (k + ½) / 2⁵², k being the top 52 bits of a raw word. Values are made by the inverse "
            "distribution function and by nothing else, and rounded to a millisecond."
        ),
        say.t(
            "The purpose names the task or the step, never the team: the same request has the same luck in every "
            "design (common random numbers)."
        ),
    ]
    return Item("5.2", say.t("Random sampling"), tuple(bullets(found)))


def execution(material: Material, say: Say) -> Item:
    """5.3."""
    manifest = material.manifest
    found = [
        say.t("Event-driven; SimPy keeps the event list (engine {engine}).", engine=manifest.engine),
        say.t(
            "What happens at one instant is settled in a fixed order (item 2.4, R3) that does not depend on the order "
            "in which events were made."
        ),
        say.t("Replications are independent and may run in several processes; that changes no number."),
    ]
    audit, visits = manifest.audit, manifest.table("visits")
    blocks: list[Block] = bullets(found)
    if audit.replications:
        words = {
            "checks": say.whole(len(audit.checks)),
            "runs": say.whole(audit.replications),
            "visits": say.whole(visits.rows) if visits else "–",
        }
        said = say.t(
            "Audit: after each replication its record was held against the model by code that shares nothing with the "
            "engine, exactly and without tolerance. All {checks} checks passed on all {runs} runs, {visits} visits to "
            "steps together:",
            **words,
        )
        blocks += [Text(said), Text(Code(", ".join(audit.checks)))]
    else:
        blocks.append(Text(say.t("The audit was left out of this run.")))
    if manifest.warnings:
        blocks += [Text(say.t("Warnings before the run:")), *bullets(list(manifest.warnings))]
    return Item("5.3", say.t("Model execution"), tuple(blocks))


def system(material: Material, say: Say) -> Item:
    """5.4."""
    manifest = material.manifest
    timing, visits = manifest.timing, manifest.table("visits")
    rows = [
        [say.t("operating system"), " ".join(x for x in (manifest.platform.os, manifest.platform.libc) if x)],
        [say.t("processor architecture"), manifest.platform.cpu],
        [say.t("cores"), say.whole(timing.cores)],
        [say.t("run on"), say.moment(timing.created)],
        [say.t("run time, all replications of all states"), f"{say.figure(timing.wall_seconds)} s"],
    ]
    if visits is not None:
        rows.append([say.t("visits to steps simulated"), say.whole(visits.rows)])
    return Item("5.4", say.t("System specification"), tuple(table([say.t("what"), say.t("value")], rows)))


def sharing(material: Material, say: Say) -> Item:
    """6.1."""
    manifest = material.manifest
    steps = [
        say.t("The results folder {folder} holds the scenario, the models and all tables.", folder=material.folder),
        say.t("To run it again and hold every table against it:"),
    ]
    blocks: list[Block] = [
        Text(steps[0]),
        Text(steps[1]),
        Text(Code(f"flowsim reproduce {material.folder}")),
    ]
    if manifest.command:
        blocks += [Text(say.t("The command that made it:")), Text(Code(_command(manifest)))]
    rows = [[say.t("scenario file {file}", file=_last(file.file)), Code(file.sha256)] for file in manifest.scenario]
    rows += [[say.t("model of {state}", state=state.name), Code(state.identity)] for state in manifest.states]
    rows.append([say.t("data of the run (fingerprint, the same on every machine)"), Code(manifest.fingerprint)])
    blocks += table([say.t("what"), "SHA-256"], rows)
    expected = say.t("where the scenario and the results can be had, and under which licence")
    blocks.append(Author(expected, key(say)))
    return Item("6.1", say.t("Computer model sharing statement"), tuple(blocks))


def _command(manifest: Manifest) -> str:
    """The command line, with the scenario files by name only."""
    files = {file.file for file in manifest.scenario}
    return shlex.join(_last(word) if word in files else word for word in manifest.command)


def _last(file: str) -> str:
    """The name of a file without its folders: they are of the machine on which it was."""
    return file.replace("\\", "/").rsplit("/", 1)[-1]
