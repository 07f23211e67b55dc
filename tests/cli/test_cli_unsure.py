"""`flowsim unsure` on the command line: text, JSON, a file without guesses, too few combinations."""

from __future__ import annotations

from pathlib import Path

from program import TINY, quick

GUESS = TINY.replace("time: 30 min", "time: 20 .. 40 min unsure")


def test_it_says_what_to_measure_first(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(GUESS, encoding="utf-8")
    answer = quick(tmp_path, "unsure", "tiny.yaml", "current", "--points", "9", "--each", "2")
    assert answer.code == 0
    assert "tasks.decide.time  20 .. 40 min  30 min" in answer.out
    assert "luck of 2 runs" in quick(tmp_path, "show").out
    assert quick(tmp_path, "show", "--json").json["unsure"]["points"] == 9
    assert "1 value is unsure: its middle is used" in quick(tmp_path, "run", "tiny.yaml").err


def test_a_file_without_guesses_has_nothing_to_ask(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    answer = quick(tmp_path, "unsure", "tiny.yaml")
    assert answer.code == 2
    assert "nothing is unsure in current, future [FS730]" in answer.err
    many = [f"--set=tasks.decide.time={n} .. 40 min unsure" for n in (1, 2)]
    told = quick(tmp_path, "unsure", "tiny.yaml", *many, "--set=tasks.read.time=1 .. 2 h unsure", "--points", "9")
    assert "9 points cannot tell 2 values apart [FS731]" in told.err


def test_its_picture_is_drawn_where_it_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(GUESS, encoding="utf-8")
    quick(tmp_path, "unsure", "tiny.yaml", "current", "--points", "20", "--each", "2", "--out", "asked")
    drawn = quick(tmp_path, "plot", "asked", "--kind", "unsure", "--format", "svg", "--lang", "en")
    assert drawn.out.startswith("  unsure            Measure tasks.decide.time first")
    assert (tmp_path / "asked-plots" / "unsure.svg").is_file()
