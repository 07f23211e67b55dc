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
    from flowsim.experiments.stored import StoredRun
    from flowsim.texts import Texts

OF_SWEEPS = ("response", "heat-map", "elbow", "sensitivity")
"""Pictures of a sweep; all others are of a run."""

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
    "frontier",
    "warm-up",
    "unsure",
)

WHERE_ASKED = {"waterfall": "explain", "tornado": "levers", "frontier": "asked", "unsure": "unsure_results"}
"""Picture → the table it is drawn from, which not every run has."""


@click.command(
    "plot",
    epilog="\b\nExamples:\n  flowsim plot latest\n  flowsim plot latest --kind ledger --format svg --lang nl",
)
@options.run_argument
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([*NAMES, *OF_SWEEPS]),
    metavar="KIND",
    multiple=True,
    help=f"Which pictures (default: all that there are data for): {', '.join(NAMES)}; of a sweep: "
    f"{', '.join(OF_SWEEPS)}. Repeatable.",
)
@click.option("--measure", metavar="NAME", help="Of a sweep: which measure (default: working lead time mean).")
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
    measure: str | None,
    formats: tuple[str, ...],
    lang: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Draw the pictures of RUN (default: the latest run): how long customers wait against the promise, where the time
    goes, what is in the process, and single requests from arrival to end. States of a comparison share a picture.

    Of a sweep: how a measure goes with each value that was varied, the same as a heat map of two of them, wait against
    load, and which input matters most, as far as its design allows.
    """
    from flowsim.errors import ResultsError
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run
    from flowsim.record.disk import refusals
    from flowsim.texts import Texts, choose_lang

    stored = open_run(run, options.RESULTS)
    of_sweep = options.is_sweep(stored)
    wanted = _wanted(kinds, {table.name for table in stored.manifest.tables}, of_sweep, measure)
    texts = Texts(choose_lang(lang, os.environ))
    folder = out or stored.path.with_name(f"{stored.path.name}-plots")
    with refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    written: list[dict[str, str]] = []
    skipped: list[dict[str, str]] = []
    endings = formats or ("png", "svg")
    found = None if of_sweep else Findings(stored)
    for name in wanted:
        try:
            if found is None:
                pictures = _of_sweep(stored, name, measure, endings, folder, texts)
            else:
                pictures = draw(found, name, endings, folder, texts)
        except ValueError as error:  # too little happened, or the states have too little in common
            skipped.append({"kind": name, "reason": str(error)})
            if kinds or not of_sweep:  # which pictures a sweep can have depends on its design
                output.aside(output.style(f"warning: no picture {name}: {error}", "warning"))
            continue
        written += pictures
        if not as_json:
            titles = dict.fromkeys(picture["title"] for picture in pictures)
            output.line(table([(f"{name:<16}", title) for title in titles], width=output.width))
    for remark in _remarks(found, [picture["kind"] for picture in written]) if found is not None else []:
        output.aside(f"note: {remark}")
    if not written:
        raise ResultsError("none of the pictures can be drawn", code="FS709", hint=skipped[0]["reason"])
    if as_json:
        output.json("plot", {"folder": str(folder), "files": written, "skipped": skipped})
    else:
        output.line(f"Pictures: {folder}")


def _wanted(kinds: Sequence[str], tables: set[str], of_sweep: bool, measure: str | None) -> Sequence[str]:
    """The pictures to draw. Raises UsageError FS749 for those of a run of a sweep, and the other way round."""
    from flowsim.errors import UsageError

    own, other = (OF_SWEEPS, NAMES) if of_sweep else (NAMES, OF_SWEEPS)
    wrong = [kind for kind in kinds if kind in other]
    if wrong or (measure is not None and not of_sweep):
        what = "a sweep" if of_sweep else "a run"
        asked = f"{', '.join(wrong)} is no picture" if wrong else "--measure is for pictures of a sweep, not"
        raise UsageError(f"{asked} of {what}", code="FS749", hint=f"pictures of {what}: {', '.join(own)}")
    return kinds or [name for name in own if name not in WHERE_ASKED or WHERE_ASKED[name] in tables]


def _of_sweep(
    stored: StoredRun, name: str, measure: str | None, formats: Sequence[str], folder: Path, texts: Texts
) -> list[dict[str, str]]:
    """Draw the pictures of one kind of a sweep. Raises as `draw`, and UsageError FS749 for an unknown measure."""
    from difflib import get_close_matches

    from flowsim.errors import UsageError
    from flowsim.plots import save
    from flowsim.plots.from_sweep import SWEEP_PICTURES
    from flowsim.sweep.stored import Swept

    swept = Swept(stored)
    wanted = measure or next(iter(swept.measures), "")
    if wanted not in swept.measures:
        near = get_close_matches(wanted, swept.measures, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"such as: {', '.join(swept.measures[:6])}"
        raise UsageError(f"no cell has a measure '{wanted}'", code="FS749", hint=hint)
    picture = SWEEP_PICTURES[name]
    written = []
    for number, data in enumerate(picture.make(swept, wanted), 1):
        figure = picture.draw(data, texts)
        title, description = picture.title(data, texts), picture.describe(data, texts)
        file = name if number == 1 else f"{name}-{number}"
        paths = [save(figure, folder / f"{file}.{ending}", title, description) for ending in formats]
        written += [{"file": str(p), "kind": name, "title": title, "description": description} for p in paths]
    if not written:
        raise ValueError("nothing was varied that it could show")
    return written


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

    if name == "frontier":
        from flowsim.plots import from_search

        kind, make = from_search.PICTURES[name]
    elif name in WHERE_ASKED and name != "unsure":
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
