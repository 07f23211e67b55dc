"""A folder with a scenario, a run and a comparison, made once; tests that change something copy it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from program import TINY, flowsim


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """tiny.yaml with `run`, a run of one state, and `compare`, a comparison (the latest). Only for reading."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    assert flowsim(folder, "run", "tiny.yaml", "--out", "results/run").code == 0
    assert flowsim(folder, "compare", "tiny.yaml", "--out", "results/compare").code == 0
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with tiny.yaml."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    """A copy of `made` that may be changed."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path
