"""`flowsim new FILE`: a scenario file to start from, with the schema for the editor beside it."""

from __future__ import annotations

from pathlib import Path

import click

from flowsim.cli.output import Output, clean


@click.command(
    "new",
    epilog="\b\nExamples:\n  flowsim new my-process.yaml\n  flowsim new mijn-proces.yaml --lang nl\n"
    "  flowsim new permit.yaml --example permit",
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--lang", type=click.Choice(["en", "nl"]), help="Language (default: your system's).")
@click.option("--example", metavar="NAME", help="Begin with a shipped scenario: 'list' names them.")
@click.pass_obj
def command(output: Output, file: Path | None, lang: str | None, example: str | None) -> None:
    """Write a first scenario to FILE: three commented teams, to be changed into yours.

    No scenario is ever overwritten. Beside it goes flowsim.schema.json, with which editors complete and explain fields.
    """
    import json
    import os

    from flowsim.errors import UsageError
    from flowsim.record.disk import write_whole
    from flowsim.scenario import json_schema
    from flowsim.scenario.shipped import shipped, shipped_names, template
    from flowsim.texts import choose_lang

    if example == "list":
        for name in shipped_names():
            output.line(name)
        return
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    if file.suffix not in (".yaml", ".yml"):
        hint = f"flowsim new {file.with_suffix('.yaml') if file.name else 'my-process.yaml'}"
        raise UsageError(f"a scenario file ends in .yaml, '{file}' does not", code="FS706", hint=hint)
    if clean(str(file)) != str(file) or "\n" in str(file):
        hint = "choose a name of letters, digits and signs"
        raise UsageError(f"the name '{file}' holds a control character", code="FS706", hint=hint)
    if os.path.lexists(file):
        raise UsageError(f"{file} is there already; nothing was written", code="FS706", hint="choose another name")
    if example is None:
        text = template(choose_lang(lang, os.environ)).replace("THIS_FILE", str(file)).replace("DIT_BESTAND", str(file))
    else:
        text = shipped(example).read_text(encoding="utf-8")
        if "yaml-language-server" not in text[:200]:
            text = "# yaml-language-server: $schema=./flowsim.schema.json\n" + text
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}", code="FS706", hint=f"make it first: mkdir {file.parent}")
    write_whole(file, text.encode())
    beside = file.parent / "flowsim.schema.json"
    schema = (json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n").encode()
    written = f"Wrote {file}"
    if not os.path.lexists(beside) or (_is_ours(beside) and beside.read_bytes() != schema):
        write_whole(beside, schema)
        written += f" and {beside}"
    elif not _is_ours(beside):
        output.aside(f"{beside} is something else, and was left as it is; the schema: flowsim schema")
    output.line(f"{written}. Next: flowsim check {file}")


def _is_ours(path: Path) -> bool:
    """Whether a file is a schema of scenario files, of this version or another, and may be replaced by a fresh one."""
    import json

    if not path.is_file() or path.stat().st_size > _LARGEST:  # a pipe or a device might never end
        return False
    try:
        return str(json.loads(path.read_bytes())["title"]).startswith("flowsim scenario")
    except (OSError, ValueError, LookupError, TypeError):
        return False


_LARGEST = 1_000_000
"""Bytes; a schema has some tens of thousands."""
