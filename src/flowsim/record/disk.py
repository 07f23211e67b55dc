"""Writing files so that a final name never holds half a file, and the disk's refusals in words.

Order of a safe write: a hidden temporary name on the same disk, write, fsync, rename, fsync of the folder.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeGuard

from flowsim.errors import StorageError

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_REASONS = {
    errno.EROFS: ("the disk is read-only", "choose another folder"),
    errno.EACCES: ("no permission", "choose a folder you may write in"),
    errno.EPERM: ("no permission", "choose a folder you may write in"),
    errno.ENOTDIR: (
        "a file stands where a folder is needed",
        "choose another folder, or move that file away",
    ),
    errno.EEXIST: ("a file stands where a folder is needed", "choose another folder, or move that file away"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
}


def storage_error(
    error: OSError, path: Path, *, code: str = "FS606", exit_code: int | None = None, needed: int = 0
) -> StorageError:
    """What the operating system refused, in one line: the path, the reason and, when the disk is full, what is
    free and what was `needed` (bytes, 0: not known). Code FS602 is for a folder that cannot be made, FS606 for
    all else.
    """
    if error.errno in _FULL:
        reason = "the file would be larger than allowed" if error.errno == errno.EFBIG else "the disk is full"
        reason += f" ({_size(free_bytes(path))} free{f', {_size(needed)} needed' if needed else ''})"
        hint = "make room, or choose a folder on another disk"
    else:
        reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    return StorageError(f"cannot write {path}: {reason}", code=code, hint=hint, exit_code=exit_code)


@contextmanager
def refusals(path: Path, *, code: str = "FS606", exit_code: int | None = None) -> Iterator[None]:
    """Turn an OSError inside into the StorageError of `storage_error` about `path`."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, path, code=code, exit_code=exit_code) from error


def is_refusal(error: BaseException | None, folder: Path) -> TypeGuard[OSError]:
    """Whether an error is the disk of `folder` that is full, read-only or closed to us. One without a file name (a
    failed write has none) counts only when it can be nothing but a disk.
    """
    if not isinstance(error, OSError):
        return False
    if error.filename is None:
        return error.errno in _FULL or error.errno == errno.EROFS
    known = error.errno in _FULL or error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
    return known and Path(os.fsdecode(error.filename)).absolute().is_relative_to(folder.absolute())


def free_bytes(path: Path) -> int:
    """Bytes free on the disk that holds `path` or its nearest parent that is there; 0 if unknown."""
    for folder in (path, *path.absolute().parents):
        if folder.exists():
            try:
                return shutil.disk_usage(folder).free
            except OSError:
                return 0
    return 0


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path` at once or not at all, replacing what was there. Raises StorageError."""
    part = hidden_name(path)
    try:
        with refusals(path):
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            sync(path.parent)
    finally:
        with suppress(OSError):
            part.unlink()


def hidden_name(path: Path) -> Path:
    """A temporary name beside `path`; readers of a folder of tables skip names that begin with a dot."""
    return path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")


def sync(path: Path) -> None:
    """Have the disk keep a file, or the list of names in a folder (Windows cannot open one: nothing is done)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(count: int) -> str:
    """Bytes for people: 0 B, 12.3 kB, 4.0 GB."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"
