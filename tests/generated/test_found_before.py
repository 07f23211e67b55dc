"""Scenarios in which something was once found wrong: each is held to the property of all, several times (R1 to R16).

`tests/corpus` has one small file for each fault; its first lines say what was wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from held import Tally, hold_file

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(CORPUS.glob("*.yaml"))
TIMES = 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_once_wrong_runs_and_passes_the_audit(path: Path) -> None:
    tally = Tally()
    hold_file(path, tally, TIMES)
    assert tally.runs >= TIMES
    assert not tally.ends


def test_there_is_something_in_the_corpus_and_it_says_what_was_wrong() -> None:
    assert FILES
    for path in FILES:
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
