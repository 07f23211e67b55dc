"""The command line: parse → one call → print. The only room that prints or exits.

One file a command, read only when that command is used, so that `flowsim --help` loads click and nothing else.
"""

from flowsim.cli.main import main

__all__ = ["main"]
