"""Names, places and life of results folders: make one hidden, give it its final name, clear away what a kill left.

A folder under its final name is complete. While it is being filled it is called `.partial-NAME-XXXXXXXX`, stands beside
its final place (so on the same disk: the last step is one rename) and is locked by the process that fills it.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
import unicodedata
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from flowsim.errors import ResultsError
from flowsim.record.disk import refusals

fcntl: Any
try:
    import fcntl
except ImportError:
    fcntl = None

LATEST = "latest"
_PARTIAL = re.compile(r"\.partial-[a-z0-9-]{1,80}-[0-9a-f]{8}")


def slug(name: str) -> str:
    """A name as a safe part of a file name: `[a-z0-9-]`, 1 to 40 characters; "run" when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "run"


def folder_name(name: str, created: datetime, identity: str) -> str:
    """`<slug>-<YYYYmmddTHHMMSS>-<hash8>`; `identity` is the hash, in hex, of what is run."""
    if not re.fullmatch(r"[0-9a-f]{8,}", identity):
        raise ValueError(f"identity {identity!r} is no hash in hex")
    return f"{slug(name)}-{created:%Y%m%dT%H%M%S}-{identity[:8]}"


class Partial:
    """A hidden folder beside `final`, made and locked. Raises StorageError FS602 (exit 73) when it cannot be made."""

    def __init__(self, final: Path) -> None:
        self.final = final
        self._lock: int | None = None
        with refusals(final.parent, code="FS602", exit_code=73):
            final.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(100):
                self.path = final.with_name(f".partial-{slug(final.name)}-{secrets.token_hex(4)}")
                self.path.mkdir()
                try:
                    self._lock = _locked(self.path)
                except (BlockingIOError, FileNotFoundError):
                    continue  # a process that clears up saw it before the lock was on
                except OSError:
                    pass  # no locks here; then nobody clears up either
                return
            raise OSError(errno.EBUSY, "the temporary folder is taken away each time it is made")

    def settle(self) -> Path:
        """Give the folder its final name, or that with -2, -3, … when it is taken; never over anything."""
        with refusals(self.final):
            for number in count(1):
                place = self.final if number == 1 else self.final.with_name(f"{self.final.name}-{number}")
                if is_filled(place):
                    continue
                try:
                    if os.name == "nt" and place.exists():
                        place.rmdir()  # elsewhere a rename replaces an empty folder itself
                    self.path.rename(place)
                except OSError as error:
                    if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                        raise
                    continue  # somebody else was just before us
                self._unlock()
                return place
        raise AssertionError("unreachable")

    def remove(self) -> None:
        """Take the folder away with all that is in it; nothing happens when it has its final name."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def is_filled(place: Path) -> bool:
    """Whether something stands there that may not be written over: anything but an empty folder."""
    if not place.is_dir() or place.is_symlink():
        return os.path.lexists(place)
    return any(place.iterdir())


def refuse_filled(place: Path) -> None:
    """Raise ResultsError FS601 when the folder the user named holds something, FS602 when it cannot be looked at."""
    with refusals(place, code="FS602", exit_code=73):
        if is_filled(place):
            what = "is not empty" if place.is_dir() else "is a file"
            raise ResultsError(
                f"{place} {what}; results are never written over",
                code="FS601",
                hint="name a new folder, or leave the name out",
            )


def clear_left(folder: Path, name: str = "") -> list[str]:
    """Remove the hidden folders (only those for the final name `name`, if given) whose process is gone, such as one
    that was killed; their names. Where the file system knows no locks nothing is removed. Also an hour-old half of a
    `latest`.
    """
    gone: list[str] = []
    if not folder.is_dir():
        return gone
    prefix = f".partial-{slug(name)}-" if name else ".partial-"
    for path in sorted(folder.glob(f"{prefix}*")):
        if not _PARTIAL.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
            continue
        try:
            lock = _locked(path)
        except OSError:
            continue
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)
        gone.append(path.name)
    for path in folder.glob(f".{LATEST}.*.part"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - 3600:  # a younger one may be in use; it has no lock
                path.unlink()
    return gone


def _locked(folder: Path) -> int:
    """A handle that holds the lock of the folder until it is closed.

    Raises BlockingIOError when another process has the lock, FileNotFoundError when it removed the folder meanwhile,
    and another OSError where there are no locks (Windows, some network disks).
    """
    if fcntl is None:
        raise OSError(errno.ENOTSUP, "no locks on this system")
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), folder.stat()):
            raise FileNotFoundError(errno.ENOENT, "another folder has this name now")
    except BaseException:
        os.close(handle)
        raise
    return handle
