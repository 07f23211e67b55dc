"""`flowsim`: the group of commands, and the one place where errors become messages and exit codes.

Exit codes: 0 done; 1 an error that is nobody's input (a defect); 2 a wrong command line or scenario; 3 a run that
contradicts itself or cannot go on, a sweep with cells that cannot be run; 4 results that are damaged, unfinished, not
to be reproduced, or in the way; 73, 74 the disk refuses; 75 somebody else writes to the sweep; 130 Ctrl-C; 143 SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import Any

import click

from flowsim import __version__
from flowsim.cli.output import Output, end, fail
from flowsim.errors import FlowsimError

COMMANDS = {
    "demo": "A customer's five days become less than one: five departments, before and after.",
    "new": "Write a first scenario file to start from.",
    "check": "Find every problem in a scenario file, and say how busy each team will be.",
    "explain": "Say what a field of the scenario file means.",
    "schema": "Print the JSON Schema of scenario files, for editors.",
    "run": "Run a scenario and keep the results.",
    "compare": "Run two or more states with the same requests, and say what the change brings.",
    "levers": "Try what would help the process as it is, and what each handoff costs.",
    "sweep": "Vary values of a scenario, run every combination, and keep each as soon as it is done.",
    "optimise": "Look for the best design that meets a goal, and say how sure that is.",
    "unsure": "Say what not knowing some values means for the results, and which of them to measure first.",
    "show": "Show the results of a run again, or follow one request.",
    "plot": "Draw the pictures of a run.",
    "reproduce": "Run a kept run again and say whether every table is the same.",
    "verify": "See why the numbers may be believed: flowsim's own, and those of your model.",
    "stress": "Fill the STRESS-DES reporting checklist from a kept run.",
    "completion": "Print the script that lets your shell complete commands, paths and states.",
}
"""Command → what it does in one line, in the order of `flowsim --help`."""

_START = """\
flowsim shows what handoffs, queues and batches cost a customer, and what a redesign buys.

\b
Start here:
  flowsim demo                       five departments, before and after
  flowsim new my-process.yaml        a scenario file of your own
  flowsim check my-process.yaml      what is wrong with it, who is busy
"""


_COLOR = click.Choice(["auto", "always", "never"])


def _also(name: str, flags: list[str], **kind: Any) -> click.Option:
    """An option of `flowsim` itself that may stand after the command as well."""

    def take(ctx: click.Context, option: click.Parameter, value: Any) -> None:
        if value:
            setattr(ctx.obj, name, value)

    return click.Option(flags, hidden=True, expose_value=False, callback=take, **kind)


class Commands(click.Group):
    """Commands that are loaded when used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"flowsim.cli.{cmd_name}")
        command: click.Command = module.command
        if not any(parameter.name == "quiet" for parameter in command.params):
            command.params += [
                _also("quiet", ["-q", "--quiet"], is_flag=True),
                _also("color", ["--color"], type=_COLOR),
            ]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands without loading any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a suggestion for a misspelt command."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_START,
    invoke_without_command=True,
    epilog="\b\nExamples:\n  flowsim compare five-departments.yaml\n"
    "  flowsim run permit.yaml --set 'teams.Legal.people=3'",
)
@click.version_option(__version__, "--version", message="flowsim %(version)s")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but the answer.")
@click.option("--color", type=_COLOR, default="auto", show_default=True, help="Colour the output.")
@click.pass_context
def cli(ctx: click.Context, quiet: bool, color: str) -> None:
    """Filled from `_START`."""
    ctx.obj = Output(quiet=quiet, color=color)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """The console script. Never shows a traceback unless FLOWSIM_DEBUG is set; ends with the documented exit codes."""
    _use_utf8()
    signal.signal(signal.SIGTERM, _terminated)
    as_json = "--json" in sys.argv
    try:
        code = cli.main(prog_name="flowsim", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except SystemExit as leaving:
        if "PacifyFlushWrapper" in type(sys.stdout).__name__:  # click's answer to a reader that went away
            _drop_stdout()
            sys.exit(0)
        if leaving.code == 1:  # click's answer to a request to complete that it does not know
            fail(2, [_problem("FS003", "_FLOWSIM_COMPLETE asks for no shell that is known", _COMPLETE)], as_json)
        end(leaving.code if isinstance(leaving.code, int) else 0)
    except click.exceptions.Exit as done:
        end(done.exit_code)
    except click.ClickException as error:
        fail(error.exit_code, [_usage_problem(error)], as_json, usage=getattr(error, "ctx", None))
    except FlowsimError as error:
        _debug(error)
        fail(error.exit_code, error.problems(), as_json)
    except (KeyboardInterrupt, click.Abort):
        fail(130, [], as_json, last_word="interrupted; nothing half-written is left. Run the same command again.")
    except BrokenPipeError:
        _drop_stdout()
        sys.exit(0)
    except OSError as error:
        _debug(error)
        what = f"cannot use {error.filename}" if error.filename else "cannot write the answer"
        fail(74, [_problem("FS606", f"{what}: {_reason(error)}", "")], as_json)
    except MemoryError:
        hint = "fewer replications, a shorter run, or --jobs 1"
        fail(1, [_problem("FS002", "the memory of this machine is full", hint)], as_json)
    except RecursionError as error:
        _debug(error)
        fail(1, [_problem("FS001", "this is a defect in flowsim: too deep a recursion", _REPORT)], as_json)
    except Exception as error:
        _debug(error)
        if os.environ.get("_FLOWSIM_COMPLETE"):  # not by the script of a shell, which says what is to be completed
            fail(2, [_problem("FS003", "nothing says what is to be completed", _COMPLETE)], as_json)
        what = f"this is a defect in flowsim: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
        fail(1, [_problem("FS001", what, _REPORT)], as_json)


_COMPLETE = "unset it; the scripts of 'flowsim completion' set it themselves"
_REPORT = "please report it with the scenario file; FLOWSIM_DEBUG=1 shows where it happened"


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM unwinds like Ctrl-C, so that half a results folder is cleared away, but ends with its own code."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(143)


def _debug(error: BaseException) -> None:
    if os.environ.get("FLOWSIM_DEBUG"):
        raise error


def _problem(code: str, message: str, hint: str) -> Any:
    from flowsim.errors import Problem

    return Problem(code=code, message=message, hint=hint)


def _usage_problem(error: click.ClickException) -> Any:
    return _problem("FS003", error.format_message(), "")


def _use_utf8() -> None:
    """Names and numbers may hold any letter; where the terminal has none for it, it gets a question mark."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _reason(error: OSError) -> str:
    """What the system says, as part of a sentence."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def _drop_stdout() -> None:
    """The reader went away (`| head`): nobody is left to write to, at exit neither."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
