"""`flowsim completion SHELL`: the script for the shell."""

from __future__ import annotations

import click

from flowsim.cli.output import Output


@click.command(
    "completion", epilog="\b\nExamples:\n  flowsim completion bash >> ~/.bashrc\n  flowsim completion zsh >> ~/.zshrc"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def command(output: Output, shell: str) -> None:
    """Print the script with which your SHELL completes commands, options and file names."""
    from click.shell_completion import get_completion_class

    from flowsim.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    output.line(kind(cli, {}, "flowsim", "_FLOWSIM_COMPLETE").source())
