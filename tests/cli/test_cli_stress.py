"""`flowsim stress`: the checklist of a kept run, on the terminal, in a file, as JSON; in two languages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from program import TINY, flowsim, quick


def test_it_prints_the_checklist_of_the_latest_run(made: Path) -> None:
    answer = flowsim(made, "stress")
    assert answer.code == 0
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[0] == "# Tiny: STRESS-DES report"
    assert "- **States**: current, future" in lines
    assert sum(line.startswith("### ") for line in lines) == 24
    assert "17 of 24 items filled; 4 to be added to, 3 to be written by the author (marked ✎)" in answer.out
    assert "| `steps.Decide.handoff.batch` | `3 requests or 2 h` | – |" in lines


def test_a_run_by_its_folder(made: Path) -> None:
    answer = quick(made, "stress", "results/run")
    assert "- **States**: current\n" in answer.out
    assert "what the experiment was to find out" in answer.out
    assert quick(made, "stress", "run").out == answer.out


def test_dutch_by_option_or_by_the_system(made: Path) -> None:
    answer = quick(made, "stress", "--lang", "nl")
    assert answer.out.startswith("# Tiny: STRESS-DES-verslag\n")
    assert "Nog te doen door de auteur" in answer.out
    assert quick(made, "stress", LANG="nl_BE.UTF-8").out == answer.out
    assert quick(made, "stress", "--lang", "en", LANG="nl_BE.UTF-8").out == quick(made, "stress").out


def test_a_file_is_written_once(copied: Path) -> None:
    answer = quick(copied, "stress", "--out", "report.md")
    assert answer.code == 0
    assert answer.out == "Wrote report.md: 17 of 24 items filled, the others marked ✎ for you to complete\n"
    text = (copied / "report.md").read_text(encoding="utf-8")
    assert text == quick(copied, "stress").out
    again = quick(copied, "stress", "--out", "report.md", "--lang", "nl")
    assert again.code == 2
    assert "[FS720]" in again.err
    assert (copied / "report.md").read_text(encoding="utf-8") == text
    assert "[FS720]" in quick(copied, "stress", "--out", "nowhere/report.md").err
    assert "[FS720]" in quick(copied, "stress", "--out", ".").err


def test_as_json(copied: Path) -> None:
    answer = quick(copied, "stress", "--json", "--out", "report.md")
    body = answer.json
    assert body["flowsim"] == "stress"
    assert body["folder"] == "results/compare"
    assert body["file"] == "report.md"
    assert body["items"] == {"all": 24, "filled": 17, "in part": 4, "to be written": 3}
    numbers = [item["number"] for section in body["sections"] for item in section["items"]]
    assert (numbers[0], numbers[-1], len(set(numbers))) == ("1.1", "6.1", 24)
    assert "file" not in quick(copied, "stress", "--json").json


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere",), 2, "FS607"),
        (("latest", "more"), 2, "FS003"),
        (("--lang", "fr"), 2, "FS003"),
    ],
)
def test_what_cannot_be_done(made: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    answer = quick(made, "stress", *arguments)
    assert answer.code == code
    assert said in answer.err
    assert answer.out == ""
    assert quick(made, "stress", *arguments, "--json").json["exit_code"] == code


def test_a_damaged_run_is_refused(copied: Path) -> None:
    path = copied / "results" / "run" / "manifest.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    body["seed"] = 8
    path.write_text(json.dumps(body), encoding="utf-8")
    answer = quick(copied, "stress", "run")
    assert (answer.code, "FS603" in answer.err) == (4, True)


def test_from_a_copied_folder_without_its_scenario(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "results" / "compare", tmp_path / "compare")
    assert quick(tmp_path, "stress", "compare").out == quick(made, "stress", "compare").out


def test_names_of_a_scenario_steer_nothing(tmp_path: Path) -> None:
    name = "a | <b>`x`</b> ![y](z)"
    text = TINY.replace("Desk", f"'{name}'").replace("name: Tiny", "name: '# <script>'")
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert quick(tmp_path, "run", "x.yaml", "--replications", "1", "--no-audit").code == 0
    out = quick(tmp_path, "stress").out
    assert out.startswith("# \\# \\<script\\>: STRESS-DES report\n")
    assert "<script>" not in out.replace("\\<script", "")
    assert "| a \\| \\<b\\>\\`x\\`\\</b\\> !\\[y\\](z) |" in out
