"""Safe writes, and the disk's refusals in words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from flowsim.errors import ResultsError, StorageError
from flowsim.record.disk import free_bytes, refusals, sha256_of, storage_error, write_whole


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_write_whole_replaces_and_leaves_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "latest"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["latest"]
    assert sha256_of(path) == "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "latest"
    write_whole(path, b"one")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError):
        write_whole(path, b"two")
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["latest"]


def test_the_file_is_kept_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """reliability §3, power loss: write, fsync, rename, fsync of the folder, in this order."""
    order: list[str] = []
    fsync, replace = os.fsync, os.replace

    def watch_fsync(handle: int) -> None:
        order.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "file")
        fsync(handle)

    def watch_replace(source: Path, target: Path) -> None:
        order.append("rename")
        replace(source, target)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to see which file is synced")
    monkeypatch.setattr(os, "fsync", watch_fsync)
    monkeypatch.setattr(os, "replace", watch_replace)
    write_whole(tmp_path / "x", b"data")
    assert order == ["file", "rename", "folder"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EFBIG, "larger than allowed"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "no permission"),
        (errno.ENOTDIR, "a file stands where a folder is needed"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_refusals_are_one_line_with_the_path(tmp_path: Path, number: int, words: str) -> None:
    with pytest.raises(StorageError, match=words) as caught, refusals(tmp_path / "x"):
        raise OSError(number, os.strerror(number))
    error = caught.value
    assert str(error).startswith(f"cannot write {tmp_path / 'x'}: ")
    assert "\n" not in str(error)
    assert (error.code, error.exit_code) == ("FS606", 74)
    assert isinstance(error.__cause__, OSError)


def test_full_disk_says_what_is_needed_and_free(tmp_path: Path) -> None:
    error = storage_error(OSError(errno.ENOSPC, ""), tmp_path / "no" / "such", needed=4_200_000)
    assert "B free, 4.2 MB needed)" in str(error)
    assert free_bytes(tmp_path / "no" / "such") > 0


def test_other_errors_pass(tmp_path: Path) -> None:
    with pytest.raises(ValueError), refusals(tmp_path):
        raise ValueError
    with pytest.raises(ResultsError, match="kept"), refusals(tmp_path):
        raise ResultsError("kept")


def test_exit_code_of_one_error_is_its_own() -> None:
    assert StorageError("x", exit_code=73).exit_code == 73
    assert StorageError("x").exit_code == 74
