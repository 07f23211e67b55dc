"""Texts and paths in a scenario file made to harm: refused soon, in words, with nothing read from elsewhere."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from payloads import FILES, REACH, Payload
from program import STEERING, TINY

from flowsim.errors import Problem
from flowsim.scenario import check

SECRET = "what-nobody-may-see"
LONGEST = 3.0
"""Seconds of processor time for one file, on however busy a machine."""

needs_posix = pytest.mark.skipif(os.name != "posix", reason="paths and devices of POSIX")


def looked_at(path: Path) -> tuple[list[Problem], bool]:
    """The problems of a file, and whether any state is sound; it takes no time to speak of and shows no secret."""
    began = time.process_time()
    problems, sound = check(path)
    assert time.process_time() - began < LONGEST
    for problem in problems:
        assert not STEERING.search(str(problem).replace("\n", " ")), problem
        assert SECRET not in str(problem)
        assert "root:" not in str(problem)
        assert len(problem.message + problem.hint) < 3000  # the command shortens the line itself
    return problems, bool(sound)


@pytest.mark.parametrize("payload", FILES, ids=str)
def test_texts_made_to_harm_are_refused(tmp_path: Path, payload: Payload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "t.yaml"
    path.write_text(payload.value, encoding="utf-8")
    for text in (payload.value, TINY + payload.value)[: 2 if len(payload.value) < 50_000 else 1]:
        path.write_text(text, encoding="utf-8")
        problems, sound = looked_at(path)
        assert not sound
        errors = [p for p in problems if p.severity == "error"]
        assert errors
        assert all(p.place is not None and p.code.startswith("FS") for p in errors)
    assert [p.name for p in tmp_path.iterdir()] == ["t.yaml"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with links, pipes and large files in it, and something beside it that is none of its business."""
    (tmp_path / "outside.yaml").write_text(f"name: {SECRET}\nabout: {SECRET}\n", encoding="utf-8")
    (tmp_path / "outside.csv").write_text(f"{SECRET}\n1\n", encoding="utf-8")
    home = tmp_path / "home"
    (home / "sub").mkdir(parents=True)
    for ending in ("yaml", "csv"):
        (home / f"link.{ending}").symlink_to(f"../outside.{ending}")
        (home / f"dangling.{ending}").symlink_to("nowhere")
        (home / f"round.{ending}").symlink_to(f"round.{ending}")
        (home / f"binary.{ending}").write_bytes(bytes(range(256)))
        with (home / f"large.{ending}").open("wb") as file:
            file.truncate(3_000_000_000)  # takes no room on the disk
    (home / "linked").symlink_to("..")
    os.mkfifo(home / "fifo")
    return home


@needs_posix
@pytest.mark.parametrize("payload", REACH, ids=str)
def test_paths_reach_nothing(home: Path, payload: Payload) -> None:
    """In `based on`, in the file of dated arrivals, and in that of an empirical distribution."""
    value = '"' + payload.value.replace("\\", "\\\\").replace("\\\\x1b", "\\x1b") + '"'
    table = value.replace(".yaml", ".csv")
    texts = [
        f"flowsim: 1\nbased on: {value}\n",
        TINY + f"based on: {value}\n",
        TINY.replace("arrivals: 6 per working day", f"arrivals: {{file: {table}, column: x}}"),
        TINY.replace("{time: 20 min,", f"{{time: 'empirical({payload.value}, x, min)',"),
    ]
    for text in texts:
        (home / "t.yaml").write_text(text, encoding="utf-8")
        problems, sound = looked_at(home / "t.yaml")
        assert not sound, text[:200]
        assert any(p.severity == "error" for p in problems)


@pytest.mark.parametrize(
    "rows", ["1\n" * 300_000, "2026-01-05 09:00\r" * 250_000, "1\u2028" * 250_000], ids=["LF", "CR", "LS"]
)
def test_a_table_that_is_small_but_has_no_end_is_refused(tmp_path: Path, rows: str) -> None:
    (tmp_path / "rows.csv").write_text("x\n" + rows, encoding="utf-8", newline="")
    text = TINY.replace("arrivals: 6 per working day", "arrivals: {file: rows.csv, column: x}")
    (tmp_path / "t.yaml").write_text(text.replace("calendars:", "start: 2026-01-05\ncalendars:"), encoding="utf-8")
    problems, sound = looked_at(tmp_path / "t.yaml")
    assert not sound
    assert [p.code for p in problems if p.severity == "error"] == ["FS432"]


@needs_posix
def test_a_path_that_reaches_what_it_may_is_taken(home: Path) -> None:
    """Spoiled: the same with files inside the folder; so what is refused above is refused for where it lies."""
    (home / "sub" / "base.yaml").write_text(TINY, encoding="utf-8")
    (home / "sub" / "rows.csv").write_text("column,x\n2026-01-05 09:00,3\n", encoding="utf-8")
    for text in (
        "flowsim: 1\nbased on: sub/base.yaml\n",
        TINY.replace("arrivals: 6 per working day", "arrivals: {file: sub/rows.csv, column: column}"),
        TINY.replace("{time: 20 min,", "{time: 'empirical(sub/rows.csv, x, min)',"),
    ):
        (home / "t.yaml").write_text(text.replace("calendars:", "start: 2026-01-05\ncalendars:"), encoding="utf-8")
        problems, sound = looked_at(home / "t.yaml")
        assert sound, problems


@needs_posix
def test_what_is_shown_of_another_file_is_seen(home: Path) -> None:
    """Spoiled: a link that is not one is read, and its words would be seen in a message."""
    (home / "link.yaml").unlink()
    (home / "link.yaml").write_text(f"{SECRET}: 1\n", encoding="utf-8")
    (home / "t.yaml").write_text("flowsim: 1\nbased on: link.yaml\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        looked_at(home / "t.yaml")


def test_a_sound_file_is_sound(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TINY, encoding="utf-8")
    assert looked_at(tmp_path / "t.yaml")[1]
