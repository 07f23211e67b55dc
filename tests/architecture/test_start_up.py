"""`import flowsim` and `flowsim --help` load nothing heavy, so that the command line answers at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
from test_architecture import HEAVY

REPORT = "import sys; print(' '.join(sorted({m.split('.')[0] for m in sys.modules})), file=sys.stderr)"

HELP = """
import atexit, sys
atexit.register(lambda: exec(REPORT))
sys.argv = ["flowsim", *ARGUMENTS]
from flowsim.cli import main
main()
"""


def _loaded(program: str) -> set[str]:
    """Top-level names of the modules a program has loaded when it ends."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_import_flowsim_loads_nothing_heavy() -> None:
    assert _loaded(f"import flowsim\n{REPORT}") & set(HEAVY) == set()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["--version"], ["run", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    loaded = _loaded(f"REPORT = {REPORT!r}\nARGUMENTS = {arguments!r}\n{HELP}")
    assert "click" in loaded
    assert loaded & set(HEAVY) == set()


def test_something_heavy_is_seen() -> None:
    assert "numpy" in _loaded(f"import numpy\n{REPORT}") & set(HEAVY)
