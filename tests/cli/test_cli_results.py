"""Kept results: never written over, found again, and never believed when they are damaged."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import command, environment, flowsim, kept, quick


def test_two_runs_at_the_same_moment_are_both_kept(folder: Path) -> None:
    both = [
        subprocess.Popen(
            command("run", "tiny.yaml", "--jobs", "1"), cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].splitlines()[-1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert len(kept(folder)) == 2
    assert sorted(line.removeprefix("Results: results/") for line in said) == kept(folder)
    assert (folder / "results" / "latest").read_text().strip() in kept(folder)


@pytest.mark.parametrize("taken", ["results", "tiny.yaml"])
def test_a_place_that_is_taken_is_refused_before_the_run(made: Path, taken: str) -> None:
    before = {p: p.stat().st_mtime_ns for p in made.rglob("*")}
    answer = quick(made, "run", "tiny.yaml", "--out", taken)
    assert answer.code == 4
    assert "FS601" in answer.err
    assert {p: p.stat().st_mtime_ns for p in made.rglob("*")} == before


@pytest.mark.parametrize("arguments", [["run", "tiny.yaml"], ["compare", "tiny.yaml", "--json"]])
def test_a_place_where_nothing_can_be_made_is_73(folder: Path, arguments: list[str]) -> None:
    """A file where the folder must come; a folder without the right to write does not stop the superuser."""
    (folder / "results").write_text("in the way")
    answer = flowsim(folder, *arguments)
    assert answer.code == 73
    assert "FS602" in answer.out + answer.err
    assert (folder / "results").read_text() == "in the way"


@pytest.mark.parametrize("where", ["latest", "compare", "results/compare", "results/compare/manifest.json"])
def test_a_run_is_found_by_each_of_its_names(made: Path, where: str) -> None:
    assert quick(made, "show", where).out.startswith("Tiny: current → future")


@pytest.mark.parametrize(("arguments"), [["show"], ["plot"], ["reproduce"]])
def test_no_results_yet(tmp_path: Path, arguments: list[str]) -> None:
    answer = quick(tmp_path, *arguments)
    assert answer.code == 2
    assert "there are no results yet" in answer.err
    assert not list(tmp_path.iterdir())


def test_results_that_never_finished(copied: Path) -> None:
    (copied / "results/compare/manifest.json").unlink()
    for name in ("show", "plot", "reproduce"):
        answer = quick(copied, name, "compare")
        assert answer.code == 4
        assert "FS604" in answer.err


def test_a_flipped_bit_is_seen_by_every_command(copied: Path) -> None:
    for table in ("visits", "estimates", "requests"):
        path = copied / f"results/run/data/{table}.parquet"
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    for arguments in (["show", "run"], ["show", "run", "--request", "1"], ["plot", "run"]):
        answer = quick(copied, *arguments)
        assert answer.code == 4, arguments
        assert "FS603" in answer.err
    again = quick(copied, "reproduce", "run", "--json")
    assert again.code == 4
    assert len(again.json["damaged"]) == 3


def test_a_damaged_summary_is_seen_by_reproduce(copied: Path) -> None:
    path = copied / "results/run/summary.csv"
    path.write_bytes(path.read_bytes().replace(b"form", b"from"))
    answer = flowsim(copied, "reproduce", "run")
    assert answer.code == 4
    assert "every table is the same; a file kept in the folder is damaged" in answer.out
    assert "summary.csv" in answer.err


def test_reproduce_needs_the_manifest_only(copied: Path) -> None:
    (copied / "tiny.yaml").unlink()
    shutil.copytree(copied / "results/run", copied / "elsewhere")
    answer = flowsim(copied, "reproduce", "elsewhere")
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "elsewhere: every table is the same"
    assert kept(copied) == ["compare", "run"]


def test_a_manifest_made_to_harm(copied: Path) -> None:
    path = copied / "results/run/manifest.json"
    manifest = json.loads(path.read_text())
    for key, value in (
        ("tables", [{"name": "x", "file": "../../../etc/passwd"}]),
        ("states", "none"),
        ("seed", "7\x1b[2J"),
    ):
        path.write_text(json.dumps(manifest | {key: value}))
        answer = quick(copied, "show", "run")
        assert answer.code == 4, key


def test_plot_draws_everything_and_says_what(copied: Path) -> None:
    answer = flowsim(copied, "plot", "run", "--format", "svg", "--json")
    assert answer.code == 0
    files = answer.json["files"]
    assert len(files) == 8
    assert answer.json["skipped"] == []
    for one in files:
        assert one["title"]
        assert one["description"]
        assert (copied / one["file"]).read_bytes().startswith(b"<?xml")
    assert Path(answer.json["folder"]) == Path("results/run-plots")


def test_plot_skips_what_cannot_be_drawn_and_draws_the_others(folder: Path) -> None:
    quick(folder, "run", "tiny.yaml", "--set", "requests.form.arrivals=1 per year", "--out", "results/rare")
    answer = quick(folder, "plot", "results/rare", "--format", "svg", "--out", "pictures")
    assert answer.code == 0
    assert "no picture lead-time: no measured request ended" in answer.err
    assert "In the process" in answer.out or "wip-over-time" in answer.out
    assert sorted(p.name for p in (folder / "pictures").iterdir()) == [
        "cumulative-flow.svg",
        "wip-distribution.svg",
        "wip-over-time.svg",
    ]
    only = quick(folder, "plot", "results/rare", "--kind", "ledger", "--json")
    assert only.code == 4
    assert only.json["problems"][0]["code"] == "FS709"


def test_a_request_is_followed_through_both_designs(made: Path) -> None:
    answer = quick(made, "show", "--request", "3")
    heads = [line for line in answer.out.splitlines() if line.startswith("Request 3 (form)")]
    assert heads == ["Request 3 (form), current", "Request 3 (form), future"]
    states = quick(made, "show", "--request", "3", "--json").json["states"]
    assert states[0]["arrived"] == states[1]["arrived"]
    for state in states:
        assert sum(e["ms"] for visit in state["visits"] for e in visit["entries"]) == state["lead_ms"]


def test_the_table_for_a_spreadsheet_is_not_localised(made: Path) -> None:
    with (made / "results/run/summary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = {(row["measure"], row["class"]): row["value"] for row in rows}
    told = quick(made, "show", "run", "--json").json["estimates"]
    for estimate in told:
        if estimate["class"] is None:
            assert float(shown[estimate["measure"], ""]) == estimate["value"]


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs and its rights are those of Linux")
def test_a_folder_without_rights(folder: Path) -> None:
    import os

    if os.geteuid() == 0:
        pytest.skip("the superuser may write anywhere")
    folder.chmod(0o555)
    try:
        assert flowsim(folder, "run", "tiny.yaml").code == 73
    finally:
        folder.chmod(0o755)


def test_plot_says_what_the_pictures_leave_out(folder: Path) -> None:
    """R16: requests that never ended, and a state whose steps are not those of the first."""
    text = (
        "flowsim: 1\nname: Slow\nrequests: {r: {arrivals: every 1 h}}\ntasks: {a: {time: 70 min, value: adding}}\n"
        "teams: {A: {people: 1}}\nsteps: {One: {team: A, does: a}, Two: {team: A, does: a}}\n"
        "run: {length: 10 days, replications: 1}\n"
        "states: {now: {}, then: {changes: [{name: One step, remove: steps.Two}]}}\n"
    )
    (folder / "slow.yaml").write_text(text, encoding="utf-8")
    assert quick(folder, "compare", "slow.yaml", "--out", "results/slow").code == 0
    answer = quick(folder, "plot", "results/slow", "--kind", "cumulative-flow", "--format", "svg")
    assert answer.code == 0
    assert "of the requests of now had not ended with the runs; times leave them out" in answer.err
    assert "cumulative-flow leaves out then: its steps are not those of now" in answer.err
    other = quick(folder, "plot", "results/slow", "--kind", "ledger", "--format", "svg")
    assert "cumulative-flow" not in other.err
