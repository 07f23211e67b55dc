"""`flowsim stress RUN`: the STRESS-DES checklist of a kept run, filled from its folder."""

from __future__ import annotations

import os
from pathlib import Path

import click

from flowsim.cli import options
from flowsim.cli.output import Output, clean


@click.command(
    "stress",
    epilog="\b\nExamples:\n  flowsim stress latest\n  flowsim stress latest --lang nl --out rapport.md",
)
@options.run_argument
@click.option("--lang", type=click.Choice(["en", "nl"]), help="Language of the report (default: your system's).")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write it to this new file instead.")
@options.as_json
@click.pass_obj
def command(output: Output, run: str, lang: str | None, out: Path | None, as_json: bool) -> None:
    """Print the STRESS-DES reporting checklist of RUN (default: the latest run), for the appendix of a paper.

    It is Markdown, filled from the results folder alone: purpose, sources and assumptions as the scenario file says
    them, everything else as it was run. What only the author can write is marked ✎, and listed at the end.
    """
    from flowsim.record.disk import write_whole
    from flowsim.report import material_of, stress, to_data, to_markdown
    from flowsim.report.parts import FILLED
    from flowsim.texts import Texts, choose_lang

    stored = options.open_single(run)
    if out is not None:
        _refuse_taken(out)
    texts = Texts(choose_lang(lang, os.environ))
    report = stress(material_of(stored), texts)
    markdown = to_markdown(report, texts)
    if out is not None:
        write_whole(out, markdown.encode())
    if as_json:
        written = {"file": str(out)} if out is not None else {}
        output.json("stress", {"folder": str(stored.path), **written, **to_data(report)})
    elif out is not None:
        filled = f"{report.count(FILLED)} of {len(report.items)} items filled"
        output.line(f"Wrote {clean(str(out))}: {filled}, the others marked ✎ for you to complete")
    else:
        output.line(markdown.rstrip("\n"))


def _refuse_taken(file: Path) -> None:
    """Raise UsageError FS720 for a file that is there already, or whose folder is not."""
    from flowsim.errors import UsageError

    if os.path.lexists(file):
        raise UsageError(f"{file} is there already; nothing was written", code="FS720", hint="choose another name")
    if not file.parent.is_dir():
        hint = f"make it first: mkdir {file.parent}"
        raise UsageError(f"there is no folder {file.parent}", code="FS720", hint=hint)
