"""The proof of what common draws save, on one scenario, and that it fails when they save too little."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import paired
import results


@pytest.fixture(autouse=True)
def kept_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is written into the room; one scenario that is quick."""
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(paired, "shipped_names", lambda: ["kanban-office"])
    monkeypatch.setattr("sys.argv", ["paired.py", "--replications", "6", "--jobs", "1"])


def test_with_other_seeds_nothing_is_saved(tmp_path: Path) -> None:
    paired.main()
    kept = json.loads((tmp_path / "paired.json").read_text(encoding="utf-8"))
    for row in kept["table"][1:]:
        assert float(row[2]) >= float(row[3]) - 1e-3  # never less than the least that can be
        assert float(row[2]) < float(row[4])


def test_the_command_fails_when_too_little_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: as much is asked for as nothing could give."""
    monkeypatch.setattr(paired, "ALLOWED", -1.0)
    assert paired.main() == 1
