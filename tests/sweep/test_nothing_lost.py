"""The proof that nothing is lost fails when something is lost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

from killed import Count

import nothing_lost


@pytest.mark.parametrize("lost", [[], ["a replication is gone"]])
def test_the_command_fails_when_something_is_lost(monkeypatch: pytest.MonkeyPatch, lost: list[str]) -> None:
    def nothing(*_: Any) -> list[str]:
        return []

    monkeypatch.setattr(nothing_lost, "kill_until", lambda *_: Count(kills=1, wrong=list(lost)))
    for name in ("cut_and_flipped", "gone_on_after_damage", "full_disk", "read_only", "two_writers"):
        monkeypatch.setattr(nothing_lost, name, nothing)
    monkeypatch.setattr(nothing_lost, "interrupted", lambda *_: ([], 0.1))
    monkeypatch.setattr(nothing_lost, "sweep", lambda root: root)
    monkeypatch.setattr(nothing_lost, "prints", lambda folder: {})
    monkeypatch.setattr(sys, "argv", ["nothing_lost.py", "--try"])
    assert nothing_lost.main() == bool(lost)
