"""Files that are sound but would take minutes before a run are refused at once; those of a size people need are not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from program import TINY

from flowsim.scenario import check

STEP = "  Step {n}: {{team: Desk, does: read}}\n"
CLASS = "  class {n}: {{arrivals: 1 per week, calendar: office}}\n"
CALENDAR = "  hours {n}: {{hours: mon-fri 9-17}}\n"
STATE = "  state {n}: {{}}\n"


def codes(folder: Path, text: str) -> set[str]:
    """The codes of the errors of a file, which is looked at within a few seconds."""
    path = folder / "t.yaml"
    path.write_text(text, encoding="utf-8")
    began = time.process_time()
    found = {p.code for p in check(path)[0] if p.severity == "error"}
    assert time.process_time() - began < 10
    return found


def grown(**more: int) -> str:
    """The small scenario with so many more of a kind."""
    text = TINY
    for name, line in (("steps", STEP), ("requests", CLASS), ("calendars", CALENDAR), ("states", STATE)):
        lines = "".join(line.format(n=n) for n in range(more.get(name, 0)))
        text = text.replace(f"{name}:\n", f"{name}:\n{lines}", 1)
    return text


@pytest.mark.parametrize(
    "more",
    [{"states": 60}, {"states": 2000}, {"calendars": 200}, {"steps": 90, "requests": 90}, {"steps": 450, "states": 48}],
    ids=str,
)
def test_what_would_take_minutes_is_refused_at_once(tmp_path: Path, more: dict[str, int]) -> None:
    assert codes(tmp_path, grown(**more)) == {"FS317"}


@pytest.mark.parametrize("more", [{"states": 10}, {"calendars": 20}, {"steps": 30, "requests": 8}], ids=str)
def test_what_people_need_is_not_refused(tmp_path: Path, more: dict[str, int]) -> None:
    assert codes(tmp_path, grown(**more)) == set()


LARGE = {
    "words": "x: " + "a " * 300_000,
    "lines": "x: a\n" + "  a\n" * 200_000,
    "nothing": "\n" * 600_000,
    "text": 'x: "' + "a\n " * 200_000 + '"',
    "list": "x: [" + "a, " * 100_000 + "]",
    "words just within the bound": "x: " + "a " * 249_000,
}


@pytest.mark.parametrize("kind", LARGE)
def test_large_files_are_read_or_refused_soon(tmp_path: Path, kind: str) -> None:
    assert codes(tmp_path, LARGE[kind]) & {"FS103", "FS128", "FS301"}
