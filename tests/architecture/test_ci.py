"""`.ci/run` does every step, and fails when any of them does."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / ".ci" / "run"
STEPS = re.findall(r'^step "(.*)"$', RUN.read_text(encoding="utf-8"), re.MULTILINE)

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this system")


def _with_steps(folder: Path, steps: list[str]) -> subprocess.CompletedProcess[str]:
    """The script run with other steps in the place of its own."""
    text = RUN.read_text(encoding="utf-8")
    for old, new in zip(STEPS, steps, strict=True):
        text = text.replace(f'step "{old}"', f'step "{new}"')
    (folder / ".ci").mkdir()
    (folder / ".ci" / "run").write_text(text, encoding="utf-8")
    return subprocess.run(
        ["bash", ".ci/run"],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def test_it_can_be_run_and_ends_with_the_tests() -> None:
    assert RUN.stat().st_mode & 0o111
    assert STEPS[-1] == "python3 -m pip install -q --target .uv uv && .uv/bin/uv run pytest"
    for tool in ("flowsim demo", "ruff check", "ruff format --check", "mypy", "docs/generate.py --check"):
        assert any(tool in step for step in STEPS), tool


@needs_bash
def test_all_steps_are_done(tmp_path: Path) -> None:
    done = _with_steps(tmp_path, [f"echo did-{n} && true" for n in range(len(STEPS))])
    assert done.returncode == 0
    assert re.findall(r"^did-\d+$", done.stdout, re.MULTILINE) == [f"did-{n}" for n in range(len(STEPS))]


@needs_bash
@pytest.mark.parametrize("bad", range(len(STEPS)))
def test_it_fails_at_the_first_step_that_does(bad: int, tmp_path: Path) -> None:
    steps = [f"echo did-{n}" for n in range(len(STEPS))]
    steps[bad] = "false && echo after-a-failure"
    done = _with_steps(tmp_path, steps)
    assert done.returncode != 0
    assert re.findall(r"^did-\d+$", done.stdout, re.MULTILINE) == [f"did-{n}" for n in range(bad)]
