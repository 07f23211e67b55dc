"""`flowsim schema`: the JSON Schema of scenario files."""

from __future__ import annotations

import click

from flowsim.cli.output import Output


@click.command(
    "schema",
    epilog="\b\nExamples:\n  flowsim schema > flowsim.schema.json\n  flowsim schema | jq '.properties | keys'",
)
@click.pass_obj
def command(output: Output) -> None:
    """Print the JSON Schema of scenario files, for editors and other programs.

    With it beside a scenario and the line `# yaml-language-server: $schema=./flowsim.schema.json` at its top, an
    editor completes fields and explains them; `flowsim new` does both.
    """
    import json

    from flowsim.scenario import json_schema

    output.line(json.dumps(json_schema(), indent=1, ensure_ascii=False))
