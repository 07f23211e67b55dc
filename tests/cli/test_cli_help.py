"""Every command explains itself, at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from program import COMMANDS, environment, flowsim, quick

HEAVY = {"numpy", "pyarrow", "matplotlib", "pydantic", "scipy", "ruamel", "simpy", "holidays"}

HELP = """
import sys
from flowsim.cli.main import cli
for arguments in {arguments!r}:
    try:
        cli.main(arguments, prog_name="flowsim", standalone_mode=False)
    except SystemExit:
        pass
print(sorted({{name.split(".")[0] for name in sys.modules}} & {heavy!r}), file=sys.stderr)
"""


def test_help_of_every_command_loads_nothing_heavy_and_shows_examples(tmp_path: Path) -> None:
    for name in COMMANDS:
        program = HELP.format(arguments=[[name, "--help"]], heavy=HEAVY)
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(),
            check=False,
        )
        assert done.stderr.strip() == "[]", name
        examples = done.stdout.partition("Examples:\n")[2].strip().splitlines()
        assert len(examples) >= 2, name
        assert all(line.strip().startswith(f"flowsim {name}") for line in examples), name
        assert all(len(line) <= 80 for line in done.stdout.splitlines()), name


def test_flowsim_alone_says_how_to_begin(tmp_path: Path) -> None:
    alone, asked = flowsim(tmp_path), flowsim(tmp_path, "-h")
    assert alone.code == asked.code == 0
    assert alone.out == asked.out
    for start in ("flowsim demo", "flowsim new my-process.yaml", "flowsim check my-process.yaml"):
        assert start in alone.out
    for name in COMMANDS:
        assert f"\n  {name} " in alone.out
    assert alone.err == ""


def test_version(tmp_path: Path) -> None:
    import flowsim as package

    assert flowsim(tmp_path, "--version").out == f"flowsim {package.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["comprae"], "Did you mean 'compare'?"),
        (["run", "tiny.yaml", "--stat", "future"], "'--state'"),
        (["run", "tiny.yaml", "--state", "futur"], "did you mean 'future'?"),
        (["compare", "tiny.yaml", "current", "Futur"], "did you mean 'future'?"),
        (["run", "tiny.yaml", "--set", "teams.Lgal.people=2"], "did you mean 'Legal'?"),
        (["check", "tiny.yaml", "--set", "teams.Legal.peple=2"], "did you mean 'people'?"),
        (["new", "x.yaml", "--example", "prmit"], "did you mean 'permit'?"),
        (["explain", "steps.handoff.bach"], "did you mean 'batch'?"),
        (["run", "tiny.yaml", "--set", "teams"], "PATH=VALUE"),
        (["run", "tiny.yaml", "--seed", "-3"], "whole number"),
        (["run", "tiny.yaml", "--replications", "0"], "1<=x"),
        (["compare", "tiny.yaml", "future"], "takes two"),
        (["compare", "tiny.yaml", "future", "FUTURE"], "twice"),
        (["run"], "FILE"),
        (["plot", "--kind", "pie"], "ledger"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_what_would_be_right(
    folder: Path, arguments: list[str], said: str
) -> None:
    answer = quick(folder, *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert not (folder / "results").exists()
