"""The proof of the finals of `flowsim optimise`, in a small form, and that it fails when they choose wrongly."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import results
import selection
from flowsim.optimise import selection as finals


@pytest.fixture(autouse=True)
def kept_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is written into the room; one small case."""
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(selection, "CASES", selection.CASES[1:2])
    monkeypatch.setattr("sys.argv", ["selection.py", "--contests", "60"])


def test_a_small_form_holds(tmp_path: Path) -> None:
    assert selection.main() == 0
    kept = json.loads((tmp_path / "selection.json").read_text(encoding="utf-8"))
    assert kept["passed"]
    assert kept["figures"]["contests of each kind"] == 60


def test_the_command_fails_when_the_finals_choose_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: a boundary that is too near, in the finals themselves."""
    monkeypatch.setattr(finals, "boundary", selection.too_near(finals.boundary))
    assert selection.main() == 1


def test_the_command_fails_when_its_twin_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "too_near", lambda real: real)
    assert selection.main() == 1
