"""`flowsim plot RUN`: the pictures of a kept run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.output import Output, table
from flowsim.cli.tell import Teller, unfinished_share

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.texts import Texts

NAMES = (
    "lead-time",
    "waiting-time",
    "ledger",
    "wip-over-time",
    "wip-distribution",
    "cumulative-flow",
    "life-strips",
    "waterfall",
    "tornado",
    "warm-up",
    "unsure",
)

WHERE_ASKED = {"waterfall": "explain", "tornado": "levers", "unsure": "unsure_results"}
"""Picture → the table it is drawn from, which not every run has."""


@click.command(
    "plot",
    epilog="\b\nExamples:\n  flowsim plot latest\n  flowsim plot latest --kind ledger --format svg --lang nl",
)
@options.run_argument
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(NAMES),
    metavar="KIND",
    multiple=True,
    help=f"Which pictures (default: all that the run has data for): {', '.join(NAMES)}. Repeatable.",
)
@click.option(
    "--format", "formats", type=click.Choice(["png", "svg", "pdf"]), multiple=True, help="Default: png and svg."
)
@click.option("--lang", type=click.Choice(["en", "nl"]), help="Language of the pictures (default: your system's).")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where to (default: RUN-plots beside the run)."
)
@options.as_json
@click.pass_obj
def command(
    output: Output,
    run: str,
    kinds: tuple[str, ...],
    formats: tuple[str, ...],
    lang: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Draw the pictures of RUN (default: the latest run): how long customers wait against the promise, where the time
    goes, what is in the process, and single requests from arrival to end. States of a comparison share a picture.
    """
    from flowsim.errors import ResultsError
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run
    from flowsim.record.disk import refusals
    from flowsim.texts import Texts, choose_lang

    stored = open_run(run, options.RESULTS)
    found = Findings(stored)
    texts = Texts(choose_lang(lang, os.environ))
    folder = out or stored.path.with_name(f"{stored.path.name}-plots")
    with refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    written: list[dict[str, str]] = []
    skipped: list[dict[str, str]] = []
    tables = {table.name for table in stored.manifest.tables}
    for name in kinds or [n for n in NAMES if n not in WHERE_ASKED or WHERE_ASKED[n] in tables]:
        try:
            pictures = draw(found, name, formats or ("png", "svg"), folder, texts)
        except ValueError as error:  # too little happened, or the states have too little in common
            skipped.append({"kind": name, "reason": str(error)})
            output.aside(output.style(f"warning: no picture {name}: {error}", "warning"))
            continue
        written += pictures
        if not as_json:
            output.line(table([(f"{name:<16}", pictures[0]["title"])], width=output.width))
    for remark in _remarks(found, [picture["kind"] for picture in written]):
        output.aside(f"note: {remark}")
    if not written:
        raise ResultsError("none of the pictures can be drawn", code="FS709", hint=skipped[0]["reason"])
    if as_json:
        output.json("plot", {"folder": str(folder), "files": written, "skipped": skipped})
    else:
        output.line(f"Pictures: {folder}")


def _remarks(found: Findings, drawn: Sequence[str]) -> list[str]:
    """What the pictures leave out: requests that never ended (R16), and states that did not fit."""
    remarks = []
    for state in found.states:
        unfinished = unfinished_share(Teller(found, state))
        if unfinished:
            remarks.append(f"{unfinished} of the requests of {state} had not ended with the runs; times leave them out")
    steps = [[step.name for step in found.model(state).steps] for state in found.states]
    others = [state for state, own in zip(found.states, steps, strict=True) if own != steps[0]]
    if others and "cumulative-flow" in drawn:
        remarks.append(f"cumulative-flow leaves out {', '.join(others)}: its steps are not those of {found.states[0]}")
    if len(found.states) > 3 and "life-strips" in drawn:
        remarks.append("life-strips shows the first two states and the last")
    return remarks


def draw(found: Findings, name: str, formats: Sequence[str], folder: Path, texts: Texts) -> list[dict[str, str]]:
    """Draw one picture into files: for each its file, kind, title and description.

    Raises ValueError when there is nothing to draw, StorageError when a file cannot be written.
    """
    from flowsim.plots import KINDS, save

    if name in WHERE_ASKED and name != "unsure":
        from flowsim.plots import from_redesign

        kind, make = from_redesign.PICTURES[name]
    else:
        from flowsim.plots.from_run import PICTURES

        kind, make = PICTURES[name]
    plot = KINDS[kind]
    material = make(found)
    figure = plot.draw(material, texts)
    title, description = plot.title(material, texts), plot.describe(material, texts)
    paths = [save(figure, folder / f"{name}.{ending}", title, description) for ending in formats]
    return [{"file": str(p), "kind": name, "title": title, "description": description} for p in paths]
