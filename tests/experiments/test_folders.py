"""Names that are safe as file names, and hidden folders that come and go."""

from __future__ import annotations

import errno
import os
import re
import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.errors import ResultsError, StorageError
from flowsim.experiments import folders
from flowsim.experiments.folders import Partial, clear_left, folder_name, is_filled, refuse_filled, slug


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Permit request", "permit-request"),
        ("../../etc/passwd", "etc-passwd"),
        ("/etc/x", "etc-x"),
        ("Zoë & Søn", "zoe-sn"),
        ("C:\\CON", "c-con"),
        ("a" * 300, "a" * 40),
        ("x" * 39 + " y", "x" * 39),
        ("\u202egpj.exe", "gpj-exe"),
        ("a\x00b\nc\x1b[31m", "a-b-c-31m"),
        ("\udce9", "run"),
        ("☂", "run"),
        ("", "run"),
        ("...", "run"),
        ("$\\foo$", "foo"),
        ("</script>", "script"),
    ],
)
def test_slug(name: str, wanted: str) -> None:
    assert slug(name) == wanted


@given(st.text())
@settings(deadline=None, max_examples=300, derandomize=True)
def test_slug_of_any_name_is_harmless(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,40}", slug(name))


def test_folder_name() -> None:
    when = datetime(2026, 11, 23, 14, 12, 5)
    assert folder_name("Permit request", when, "9f3c1a2bcafe") == "permit-request-20261123T141205-9f3c1a2b"
    for identity in ("", "9f3c1a2", "../../../x", "9F3C1A2B"):
        with pytest.raises(ValueError, match="no hash"):
            folder_name("x", when, identity)


def test_settle_takes_the_next_free_name(tmp_path: Path) -> None:
    final = tmp_path / "run"
    places: list[Path] = []
    for _ in range(3):
        partial = Partial(final)
        (partial.path / "x").write_text(f"{len(places)}")
        places.append(partial.settle())
    assert [p.name for p in places] == ["run", "run-2", "run-3"]
    assert [(p / "x").read_text() for p in places] == ["0", "1", "2"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run", "run-2", "run-3"]


@pytest.mark.parametrize("kind", ["file", "folder", "broken link", "link to an empty folder"])
def test_settle_goes_over_nothing(tmp_path: Path, kind: str) -> None:
    final = tmp_path / "run"
    if kind == "file":
        final.write_text("mine")
    elif kind == "folder":
        final.mkdir()
        (final / "mine").write_text("mine")
    else:
        (tmp_path / "empty").mkdir()
        final.symlink_to(tmp_path / ("nowhere" if "broken" in kind else "empty"))
    before = final.lstat()
    assert Partial(final).settle().name == "run-2"
    assert final.lstat() == before


def test_settle_when_another_process_is_just_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the rename the name is taken: the rename refuses, and the next name is tried."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "theirs").write_text("x")
    looked = []

    def blind(place: Path) -> bool:
        looked.append(place.name)
        return False

    monkeypatch.setattr(folders, "is_filled", blind)
    assert Partial(tmp_path / "run").settle().name == "run-2"
    assert looked == ["run", "run-2"]
    assert (tmp_path / "run" / "theirs").read_text() == "x"


def test_filled(tmp_path: Path) -> None:
    assert not is_filled(tmp_path / "new")
    (tmp_path / "new").mkdir()
    assert not is_filled(tmp_path / "new")
    (tmp_path / "new" / ".x").touch()
    assert is_filled(tmp_path / "new")
    with pytest.raises(ResultsError, match="is not empty") as refused:
        refuse_filled(tmp_path / "new")
    assert refused.value.code == "FS601"
    with pytest.raises(ResultsError, match="is a file"):
        refuse_filled(tmp_path / "new" / ".x")


def test_clear_left_takes_only_what_is_nobodys(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    busy = Partial(tmp_path / "busy")
    left = Partial(tmp_path / "left")
    (left.path / "data").mkdir()
    (left.path / "data" / ".x.part").touch()
    left._unlock()  # as when its process is killed
    kept = [".partial-mine", ".partial-a-b", "partial-x-00000000", ".partial-Mine-00000000"]
    for name in kept:
        (tmp_path / name).mkdir()
    (tmp_path / ".partial-file-00000000").touch()
    (tmp_path / ".partial-link-00000000").symlink_to(tmp_path / "partial-x-00000000")
    assert clear_left(tmp_path, "other") == []
    assert clear_left(tmp_path) == [left.path.name]
    assert not left.path.exists()
    assert busy.path.is_dir()
    assert all((tmp_path / name).is_dir() for name in kept)
    assert (tmp_path / ".partial-link-00000000").is_symlink()
    busy.remove()
    for name, age in (("old", 4000), ("young", 100)):
        half = tmp_path / f".latest.{name}.part"
        half.touch()
        os.utime(half, (time.time() - age,) * 2)
    assert clear_left(tmp_path) == []
    assert [path.name for path in tmp_path.glob(".latest.*")] == [".latest.young.part"]
    assert clear_left(tmp_path / "nowhere") == []


def test_a_disk_without_locks_works_and_clears_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(folder: Path) -> int:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(folders, "_locked", none)
    partial = Partial(tmp_path / "run")
    assert clear_left(tmp_path) == []
    assert partial.settle() == tmp_path / "run"


def test_a_folder_taken_away_before_it_is_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = folders._locked, []

    def robbed(folder: Path) -> int:
        seen.append(folder)
        if len(seen) == 1:
            folder.rmdir()
        return real(folder)

    monkeypatch.setattr(folders, "_locked", robbed)
    partial = Partial(tmp_path / "run")
    assert partial.path.is_dir()
    assert len(seen) == 2


def test_a_place_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as refused:
        Partial(tmp_path / "file" / "results" / "run")
    assert (refused.value.code, refused.value.exit_code) == ("FS602", 73)
    assert str(tmp_path / "file" / "results") in str(refused.value)


def test_no_handle_is_left_open(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to count handles")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        Partial(tmp_path / "run").settle()
        Partial(tmp_path / "run").remove()
        clear_left(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
