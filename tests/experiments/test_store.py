"""Results folders: complete or not there; what is read is what was written."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from run_sample import CASES, IDENTITY, cases, fill, keep, manifest, visits

from flowsim.errors import ResultsError, StorageError, UsageError
from flowsim.experiments.store import RunFolder, open_run
from flowsim.record.columns import TextColumn
from flowsim.record.fingerprint import fingerprint
from flowsim.record.manifest import Timing, canonical

WHEN = datetime(2026, 11, 23, 14, 12, 5)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "results"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_kept_run(root: Path) -> None:
    place = keep(root, created=WHEN)
    assert place == root / "permit-request-20261123T141205-9f3c1a2b"
    assert names(root) == ["latest", place.name]
    assert (root / "latest").read_text() == f"{place.name}\n"
    assert names(place) == ["data", "manifest.json", "plots", "summary.csv"]
    assert names(place / "data") == ["cases.parquet", "visits.parquet"]
    run = open_run("latest", root)
    assert run.damaged() == []
    assert [f.file for f in run.manifest.files] == ["plots/lead-time.svg", "summary.csv"]
    table = run.manifest.table("cases")
    assert table is not None
    assert table.rows == 800
    assert table.fingerprint == fingerprint(run.table("cases"))
    assert table.sha256 == hashlib.sha256((place / "data/cases.parquet").read_bytes()).hexdigest()
    assert run.describe("cases") == CASES
    lead = run.table("cases", ["lead_h"])["lead_h"]
    assert isinstance(lead, np.ndarray)
    np.testing.assert_array_equal(lead, np.concatenate([cases(1)["lead_h"], cases(2)["lead_h"]]))
    assert "'=1+1,4.3" in (place / "summary.csv").read_text("utf-8-sig")


def test_the_same_run_again_is_the_same_bytes(root: Path) -> None:
    """Determinism contract: only the timing in the manifest may differ, and the folder's name."""
    one = keep(root / "a", created=WHEN)
    two = keep(root / "b")
    for file in ("data/cases.parquet", "data/visits.parquet", "summary.csv", "manifest.json"):
        assert (one / file).read_bytes() == (two / file).read_bytes()
    with RunFolder.create(root / "c", "x", IDENTITY) as run:
        fill(run)
        three = run.finish(manifest(timing=Timing("2030-01-01T00:00:00+00:00", 9.0, 64)))
    assert open_run(three, root).manifest.fingerprint == open_run(one, root).manifest.fingerprint


def test_other_programs_read_the_data_folder(root: Path) -> None:
    place = keep(root)
    counts = duckdb.sql(f"select count(*), count(queue_ms) from '{place}/data/visits.parquet'")
    queue = np.concatenate([visits(1)["queue_ms"], visits(2)["queue_ms"]])
    assert counts is not None
    assert counts.fetchall() == [(1800, int((queue >= 0).sum()))]
    summary = duckdb.sql(f"select * from '{place}/summary.csv'")
    assert summary is not None
    assert summary.columns == ["measure", "value"]
    assert summary.fetchall()[1] == ("p90", 5.8)


def test_results_are_never_written_over(root: Path) -> None:
    first, second, third = (keep(root, created=WHEN) for _ in range(3))
    assert [second.name, third.name] == [f"{first.name}-2", f"{first.name}-3"]
    assert all(open_run(place, root).damaged() == [] for place in (first, second, third))
    assert (root / "latest").read_text().strip() == third.name


def test_two_runs_at_once_keep_both(root: Path) -> None:
    with (
        RunFolder.create(root, "x", IDENTITY, created=WHEN) as one,
        RunFolder.create(root, "x", IDENTITY, created=WHEN) as two,
    ):
        fill(one)
        fill(two)
        places = [one.finish(manifest()), two.finish(manifest())]
    assert places[1].name == f"{places[0].name}-2"
    assert [open_run(place, root).damaged() for place in places] == [[], []]


def test_an_exact_folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = tmp_path / "deep" / "er" / "My Results"
    assert keep(root, exact=new) == new
    assert not (root / "latest").exists()
    assert open_run(new, root).damaged() == []
    (tmp_path / "empty").mkdir()
    assert keep(root, exact=tmp_path / "empty") == tmp_path / "empty"
    assert keep(root, exact=root / "named") == root / "named"
    assert (root / "latest").read_text() == "named\n"
    monkeypatch.chdir(tmp_path)
    assert keep(Path("results"), exact=Path("here")) == Path("here")
    assert open_run("here", Path("results")).damaged() == []
    assert names(tmp_path) == ["deep", "empty", "here", "results"]


@pytest.mark.parametrize("kind", ["folder", "file", "results"])
def test_an_exact_folder_that_holds_something_is_refused(root: Path, tmp_path: Path, kind: str) -> None:
    exact = tmp_path / "mine"
    if kind == "folder":
        exact.mkdir()
        (exact / "thesis.docx").write_text("x")
    elif kind == "file":
        exact.write_text("x")
    else:
        keep(root, exact=exact)
    with pytest.raises(ResultsError) as refused:
        RunFolder.create(root, "x", IDENTITY, exact=exact)
    assert refused.value.code == "FS601"
    assert str(exact) in str(refused.value)
    assert names(tmp_path) == ["mine"]


def test_an_exact_folder_filled_meanwhile_costs_no_results(root: Path, tmp_path: Path) -> None:
    exact = tmp_path / "mine"
    with RunFolder.create(root, "x", IDENTITY, exact=exact) as run:
        fill(run)
        exact.mkdir()
        (exact / "thesis.docx").write_text("x")
        place = run.finish(manifest())
    assert place == tmp_path / "mine-2"
    assert names(exact) == ["thesis.docx"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, RuntimeError, MemoryError])
@pytest.mark.parametrize("during", ["a table", "the rest"])
def test_nothing_is_left_after_an_exception(root: Path, stop: type[BaseException], during: str) -> None:
    def work() -> None:
        with RunFolder.create(root, "x", IDENTITY) as run:
            if during == "the rest":
                fill(run)
                raise stop
            with run.table("cases", CASES) as table:
                table.append(cases(1))
                raise stop

    with pytest.raises(stop):
        work()
    assert names(root) == []


def test_a_run_that_is_not_finished_is_not_kept(root: Path) -> None:
    with RunFolder.create(root, "x", IDENTITY) as run:
        fill(run)
        assert names(root) == [run.path.name]
        assert run.path.name.startswith(".partial-x-")
    assert names(root) == []
    run.abort()


def test_abort_after_finish_takes_nothing_away(root: Path) -> None:
    with RunFolder.create(root, "x", IDENTITY) as run:
        fill(run)
        place = run.finish(manifest())
        with pytest.raises(ValueError, match="finished already"):
            run.finish(manifest())
        run.abort()
    assert open_run(place, root).damaged() == []


def test_a_half_written_table_cannot_be_kept(root: Path) -> None:
    with RunFolder.create(root, "x", IDENTITY) as run:
        with pytest.raises(ValueError, match="'lead_h'"), run.table("cases", CASES) as table:
            table.append({**cases(1), "lead_h": np.zeros(400, int)})
        with pytest.raises(ValueError, match=r"\['cases'\] are not ready"):
            run.finish(manifest())
    assert names(root) == []


def test_a_manifest_that_could_not_be_read_is_not_written(root: Path) -> None:
    for bad in (manifest(timing=Timing("x", float("nan"), 2)), manifest(seed=-1), manifest(engine=None)):
        with RunFolder.create(root, "x", IDENTITY) as run:
            fill(run)
            with pytest.raises((ValueError, ResultsError)):
                run.finish(bad)
    assert names(root) == []


@pytest.mark.parametrize("name", ["", "../x", "/etc/x", "A", "a.b", "a b", "ä", "a" * 41, "-a", "cases"])
def test_table_names_are_no_paths(root: Path, name: str) -> None:
    with RunFolder.create(root, "../../x", IDENTITY) as run:
        fill(run)
        with pytest.raises(ValueError, match="cannot be called"), run.table(name, CASES):
            pass


@pytest.mark.parametrize("name", ["", "../x", "/etc/x", "data/x.parquet", "manifest.json", "a\\b", "a/../../x"])
def test_other_files_stay_inside(root: Path, name: str) -> None:
    with RunFolder.create(root, "x", IDENTITY) as run, pytest.raises(ValueError, match="no place"):
        run.file(name)


def test_a_stray_file_with_an_impossible_name_is_refused(root: Path) -> None:
    with RunFolder.create(root, "x", IDENTITY) as run:
        fill(run)
        (run.path / "a:b").touch()
        with pytest.raises(ValueError, match="no name"):
            run.finish(manifest())


# --- reading ---------------------------------------------------------------------------------------------------


def test_ways_to_name_a_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = keep(root)
    ways: list[str | Path] = [
        place,
        str(place),
        place / "manifest.json",
        place / "data",
        place.name,
        f"{place.name}/manifest.json",
    ]
    for where in [*ways, "latest"]:
        assert open_run(where, root).path == place
    monkeypatch.chdir(place)
    assert open_run(".", root).manifest == open_run(place, root).manifest


def test_runs_that_are_not_there(root: Path, tmp_path: Path) -> None:
    wrong: list[str | Path] = ["nope", tmp_path / "nope", "", "a\x00b", "x" * 5000, "latest"]
    for where in wrong[:2] + wrong[3:]:
        with pytest.raises(UsageError) as refused:
            open_run(where, root)
        assert refused.value.code == "FS607"
    keep(root)
    for text in (b"gone\n", b"../x", b"/etc", b"", b"\xff\xfe", b".", b"..", b"x" * 5000):
        (root / "latest").write_bytes(text)
        with pytest.raises(UsageError) as refused:
            open_run("latest", root)
        assert refused.value.code == "FS607"
        assert "\n" not in str(refused.value)


def test_an_unfinished_run_is_said_to_be(root: Path) -> None:
    place = keep(root)
    (place / "manifest.json").unlink()
    with pytest.raises(ResultsError, match="did not finish") as refused:
        open_run(place, root)
    assert refused.value.code == "FS604"


def test_a_newer_run_is_said_to_be(root: Path) -> None:
    place = keep(root)
    reseal(place, lambda body: body.update(format=2))
    with pytest.raises(ResultsError) as refused:
        open_run(place, root)
    assert refused.value.code == "FS605"


@pytest.mark.parametrize("data", [b"", b"\xff", b"{}", b"[" * 9999, b'{"format": 1, "seal": ""}'])
def test_a_damaged_manifest(root: Path, data: bytes) -> None:
    place = keep(root)
    (place / "manifest.json").write_bytes(data)
    with pytest.raises(ResultsError) as refused:
        open_run("latest", root)
    assert refused.value.code == "FS603"
    assert str(place / "manifest.json") in str(refused.value)


def test_a_manifest_that_is_a_folder(root: Path) -> None:
    place = keep(root)
    (place / "manifest.json").unlink()
    (place / "manifest.json").mkdir()
    with pytest.raises(ResultsError, match="cannot be read"):
        open_run(place, root)


def test_every_flipped_bit_of_a_table_is_found(root: Path) -> None:
    """reliability §0 row 8: 0 silent of 300."""
    place = keep(root)
    path = place / "data/cases.parquet"
    whole = path.read_bytes()
    chance = random.Random(7)
    for _ in range(300):
        spoiled = bytearray(whole)
        spoiled[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(spoiled)
        with pytest.raises(ResultsError) as refused:
            open_run(place, root).table("cases")
        assert refused.value.code == "FS603"
    assert str(path) in str(refused.value)
    assert refused.value.hint == "its numbers cannot be trusted: run the scenario again"
    assert open_run(place, root).damaged() == [str(refused.value)]
    path.write_bytes(whole)
    assert open_run(place, root).table("cases")


def test_every_truncation_of_a_table_is_found(root: Path) -> None:
    place = keep(root)
    path = place / "data/visits.parquet"
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 173), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ResultsError, match=f"{length} bytes instead of {len(whole)}"):
            open_run(place, root).table("visits")
    path.write_bytes(whole + b"\0")
    with pytest.raises(ResultsError):
        open_run(place, root).table("visits")


def test_missing_swapped_and_unknown_tables(root: Path) -> None:
    place = keep(root)
    run = open_run(place, root)
    with pytest.raises(UsageError, match="no table 'nope'") as unknown:
        run.table("nope")
    assert (unknown.value.code, unknown.value.hint) == ("FS608", "its tables are: cases, visits")
    with pytest.raises(UsageError, match="no column"):
        run.table("cases", ["nope"])
    shutil.copy(place / "data/cases.parquet", place / "data/visits.parquet")
    with pytest.raises(ResultsError, match=r"visits\.parquet"):
        open_run(place, root).table("visits")
    (place / "data/visits.parquet").unlink()
    with pytest.raises(ResultsError, match="is missing"):
        open_run(place, root).table("visits")
    (place / "summary.csv").unlink()
    assert len(open_run(place, root).damaged()) == 2


def test_rubbish_beside_the_tables_is_not_read(root: Path) -> None:
    """reliability: temporary files seen as data."""
    place = keep(root)
    (place / "data" / ".cases.parquet.0badcafe.part").write_bytes(b"PAR1 half")
    (place / "data" / "README.md").write_text("x")
    assert open_run(place, root).damaged() == []
    assert len(open_run(place, root).table("cases")) == 3


def reseal(place: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest as somebody would who knows how to seal it."""
    body = json.loads((place / "manifest.json").read_text())
    body.pop("seal")
    change(body)
    body["seal"] = hashlib.sha256(canonical(body).encode()).hexdigest()
    (place / "manifest.json").write_text(json.dumps(body))


@pytest.mark.parametrize("file", ["../outside.parquet", "/etc/passwd", "data/../../outside.parquet"])
def test_a_hostile_manifest_reaches_nothing_outside(root: Path, file: str) -> None:
    place = keep(root)
    shutil.copy(place / "data/cases.parquet", root / "outside.parquet")
    reseal(place, lambda body: body["tables"][0].update(file=file))
    with pytest.raises(ResultsError) as refused:
        open_run(place, root)
    assert refused.value.code == "FS603"


def test_a_hostile_link_reaches_nothing_outside(root: Path) -> None:
    """Bytes, hash and name are all as they should be; only it is a link to a file elsewhere."""
    place = keep(root)
    path = place / "data/cases.parquet"
    path.rename(root / "outside.parquet")
    path.symlink_to(root / "outside.parquet")
    with pytest.raises(ResultsError, match="outside the folder"):
        open_run(place, root).table("cases")


def test_a_hostile_table_with_a_fitting_manifest(root: Path) -> None:
    """The hash fits, the file is no table: a message, no traceback. So is a wrong number of rows."""
    place = keep(root)
    reseal(place, lambda body: body["tables"][0].update(rows=799))
    with pytest.raises(ResultsError, match="799 rows"):
        open_run(place, root).table("cases")
    data = b"PAR1" + os.urandom(400) + b"\x50\x00\x00\x00PAR1"
    (place / "data/cases.parquet").write_bytes(data)
    sha = hashlib.sha256(data).hexdigest()
    reseal(place, lambda body: body["tables"][0].update(bytes=len(data), sha256=sha))
    with pytest.raises(ResultsError, match="is damaged") as refused:
        open_run(place, root).table("cases")
    assert refused.value.code == "FS603"


def test_a_link_to_a_results_folder_is_fine(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(keep(root))
    assert open_run(tmp_path / "link", root).table("cases")


# --- places that refuse ----------------------------------------------------------------------------------------


def test_a_root_that_cannot_be_made_fails_before_simulating(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    for place in (tmp_path / "results", tmp_path / "results" / "deeper"):
        with pytest.raises(StorageError) as refused:
            RunFolder.create(place, "x", IDENTITY)
        assert (refused.value.code, refused.value.exit_code) == ("FS602", 73)
        assert "\n" not in str(refused.value)
        with pytest.raises(StorageError) as refused:
            RunFolder.create(tmp_path, "x", IDENTITY, exact=place / "x")
        assert refused.value.exit_code == 73


def test_an_estimate_that_does_not_fit_is_refused_beforehand(root: Path) -> None:
    with pytest.raises(StorageError, match=r"free, 1000000\.0 TB needed") as refused:
        RunFolder.create(root, "x", IDENTITY, needed=10**18)
    assert (refused.value.code, refused.value.exit_code) == ("FS606", 74)
    assert not root.exists()


def test_a_latest_that_cannot_be_written_costs_no_results(root: Path) -> None:
    (root / "latest" / "x").mkdir(parents=True)
    with pytest.raises(StorageError, match="latest") as refused:
        keep(root, created=WHEN)
    place = root / "permit-request-20261123T141205-9f3c1a2b"
    assert refused.value.hint == f"the results themselves are complete, in {place}"
    assert open_run(place, root).damaged() == []


def test_a_refusal_met_by_another_writer_is_a_storage_error_too(root: Path) -> None:
    """A plot or a report written into the folder meets the full disk as a bare OSError."""

    def draw(error: OSError) -> None:
        with RunFolder.create(root, "x", IDENTITY) as run:
            fill(run)
            if error.filename is not None:
                error.filename = str(run.path / error.filename)
            raise error

    for error in (OSError(errno.ENOSPC, "full"), PermissionError(errno.EACCES, "no", "plots/x.svg")):
        with pytest.raises(StorageError, match=f"cannot write {root}") as refused:
            draw(error)
        assert refused.value.exit_code == 74
    for error in (
        BrokenPipeError(errno.EPIPE, "pipe"),
        PermissionError(errno.EACCES, "no", "/elsewhere/x.yaml"),
    ):
        with pytest.raises(type(error)):
            draw(error)
    assert names(root) == []


def test_text_columns_of_a_stored_run(root: Path) -> None:
    keep(root)
    found = open_run("latest", root).table("cases", ["state"])["state"]
    assert isinstance(found, TextColumn)
    assert set(found.words) == {"current", "future"}
    assert found.codes.dtype == np.int32
    assert dataclasses.is_dataclass(found)
