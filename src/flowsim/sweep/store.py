"""Keeping the cells of a sweep, so that what was begun can go on and nothing is lost, doubled or silently wrong.

results/sweep-<slug>-<hash8>/
    cells/<key>.parquet     a file a cell, whole or not there; its key is a hash of all that decides its numbers
    cells/<key>.failed      a cell that cannot be run, and the error that said so
    cells/identity          a hash of what is swept
    .lock                   held by who writes here
    data/, sweep.csv, …     the summary, once every cell is there; manifest.json is written last

The folder is named by what is swept, so the same command finds it again. A cell that another sweep of the same scenario
has already is taken from there.

Codes: FS744 somebody else writes to the sweep.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flowsim.errors import FlowsimError, ResultsError, StorageError
from flowsim.experiments.folders import slug
from flowsim.record.disk import refusals, sync, write_whole
from flowsim.record.fingerprint import fingerprint
from flowsim.record.parquet import TableWriter, read_description, read_table
from flowsim.sweep.numbers import CELL_COLUMNS, Numbers, from_columns, to_columns

fcntl: Any
try:
    import fcntl
except ImportError:
    fcntl = None

CELLS = "cells"
LOCK = ".lock"
IDENTITY = "identity"
PREFIX = "sweep-"
REMEMBERED = 400
"""Cells that were written by this process and need not be read again for the summary; a few dozen MB at most."""
BUSY = 75
"""Exit code when somebody else writes to the sweep (EX_TEMPFAIL)."""

Identity = Mapping[str, str]
"""What decides the numbers of a cell, as texts; kept in its file and held against what is asked for."""


class Store:
    """The folder of a sweep, locked for its life; a context manager, made by `open_store`."""

    def __init__(self, path: Path, lock: int | None) -> None:
        self.path = path
        self.remarks: list[str] = []
        self._lock = lock
        self._elsewhere: dict[str, list[Path]] | None = None
        self._written: dict[str, tuple[dict[str, str], Numbers]] = {}

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others write here."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def file(self, key: str) -> Path:
        """The file of a cell."""
        return self.path / CELLS / f"{key}.parquet"

    def read(self, key: str, identity: Identity) -> Numbers | FlowsimError | None:
        """The numbers of a cell, or why it failed; None when it is yet to be done. A file that is damaged is set aside
        under another name, said in `remarks`, and the cell is done again.
        """
        if key in self._written and self._written[key][0] == dict(identity) and self.file(key).exists():
            return self._written[key][1]
        for path in (self.file(key), self._failed(key)):
            if not path.exists():
                continue
            try:
                return read_cell(path, identity) if path.suffix == ".parquet" else _read_failed(path, identity)
            except ResultsError as error:
                self._set_aside(path, str(error))
        return self._take_over(key, identity)

    def keep(self, key: str, identity: Identity, numbers: Numbers) -> None:
        """Write the numbers of a cell, whole or not at all. Raises StorageError FS606."""
        columns = to_columns(numbers)
        told = {**identity, "fingerprint": fingerprint(columns)}
        with TableWriter(self.file(key), CELL_COLUMNS, told | {"seal": _seal(told)}) as writer:
            writer.append(columns)
        with refusals(self.path):
            sync(self.path / CELLS)
        if len(self._written) < REMEMBERED:
            self._written[key] = (dict(identity), numbers)

    def keep_failed(self, key: str, identity: Identity, error: FlowsimError) -> None:
        """Write why a cell cannot be run. Raises StorageError FS606."""
        first = error.problems()[0]
        told = {**identity, "code": first.code, "message": first.message, "hint": first.hint}
        write_whole(self._failed(key), json.dumps({**told, "seal": _seal(told)}, ensure_ascii=True, indent=1).encode())

    def forget_failed(self, key: str) -> None:
        """Let a failed cell be tried again."""
        with suppress(OSError):
            self._failed(key).unlink(missing_ok=True)

    def _failed(self, key: str) -> Path:
        return self.path / CELLS / f"{key}.failed"

    def _set_aside(self, path: Path, why: str) -> None:
        for number in range(1, 1000):
            aside = path.with_name(f".damaged-{number}-{path.name}")
            if not aside.exists():
                break
        with refusals(path):
            path.replace(aside)
        self.remarks.append(f"{why}; set aside as {aside.name}, the cell is done again")

    def _take_over(self, key: str, identity: Identity) -> Numbers | None:
        """The cell from another sweep of the same scenario, when it is sound there; kept here as well."""
        if self._elsewhere is None:
            self._elsewhere = _cells_beside(self.path)
        for path in self._elsewhere.get(key, ()):
            with suppress(ResultsError):
                found = read_cell(path, identity)
                self.keep(key, identity, found)
                return found
        return None


@contextmanager
def open_store(root: Path, name: str, identity: str, exact: Path | None = None) -> Iterator[Store]:
    """The folder of the sweep of the scenario called `name` under `root`, or at `exact`; `identity` is the hash, in
    hex, of what is swept. Made when it is not there; half files that a kill left are cleared away.

    Raises StorageError FS602 (exit 73) when it cannot be made, FS744 (exit 75) when somebody else writes to it, and
    ResultsError FS601 when `exact` holds something that is not this sweep.
    """
    path = exact if exact is not None else root / folder_of(name, identity)
    with refusals(path, code="FS602", exit_code=73):
        if exact is not None and path.exists() and not (path / CELLS).is_dir() and any(path.iterdir()):
            message = f"{path} is not empty, and no sweep"
            raise ResultsError(message, code="FS601", hint="name a new folder, or leave the name out")
        (path / CELLS).mkdir(parents=True, exist_ok=True)
        lock = _locked(path / LOCK)
    with Store(path, lock) as store:
        _is_this(path, identity)
        with refusals(path):
            for left in [*path.glob(f"{CELLS}/.*.part"), *path.glob(".*.part"), *path.glob("data/.*.part")]:
                left.unlink(missing_ok=True)
        yield store


def _is_this(path: Path, identity: str) -> None:
    """Raise ResultsError FS601 when another sweep is kept in the folder; else say in it which one is."""
    known = path / CELLS / IDENTITY
    with refusals(path, code="FS602", exit_code=73):
        if known.exists() and known.read_text(encoding="utf-8", errors="replace").strip() != identity:
            raise ResultsError(f"{path} holds another sweep", code="FS601", hint="name a new folder")
        if not known.exists():
            write_whole(known, f"{identity}\n".encode())


def folder_of(name: str, identity: str) -> str:
    """The name of the folder of a sweep."""
    return f"{PREFIX}{slug(name)}-{identity[:8]}"


def read_cell(path: Path, identity: Identity | None = None) -> Numbers:
    """The numbers in the file of a cell. Raises ResultsError FS603 when a single bit of it is not what was written, or
    it is not the cell that `identity` says.
    """
    columns, told = read_description(path)
    values = read_table(path)
    _check(path, told, identity)
    if columns != CELL_COLUMNS or told.get("fingerprint") != fingerprint(values):
        raise ResultsError(f"{path} is not what was written", code="FS603", hint="run the sweep again")
    return from_columns(values)


def _read_failed(path: Path, identity: Identity) -> FlowsimError:
    try:
        told = json.loads(path.read_bytes())
        if not isinstance(told, dict) or not all(isinstance(v, str) for v in told.values()):
            raise ValueError("it is no table of texts")
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} is damaged: {error}", code="FS603") from error
    _check(path, told, identity)
    return FlowsimError(told["message"], code=told["code"], hint=told["hint"])


def _check(path: Path, told: Mapping[str, str], identity: Identity | None) -> None:
    body = {name: text for name, text in told.items() if name != "seal"}
    if told.get("seal") != _seal(body):
        raise ResultsError(f"{path} is not what was written", code="FS603", hint="run the sweep again")
    if identity is not None and any(body.get(name) != text for name, text in identity.items()):
        raise ResultsError(f"{path} is of another cell", code="FS603", hint="run the sweep again")


def _seal(told: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _cells_beside(path: Path) -> dict[str, list[Path]]:
    """The files of cells by key in the other sweeps of the same scenario."""
    found: dict[str, list[Path]] = {}
    own = path.name.rpartition("-")[0]
    with suppress(OSError):
        for other in sorted(path.parent.glob(f"{own}-*/{CELLS}")):
            if other.parent != path:
                for file in other.iterdir():
                    if file.suffix == ".parquet" and not file.name.startswith("."):
                        found.setdefault(file.stem, []).append(file)
    return found


def _locked(path: Path) -> int | None:
    """A handle that holds the lock until it is closed, also by the death of this process; None where there are no locks
    (Windows, some network disks). Raises StorageError FS744 when somebody else holds it.
    """
    if fcntl is None:
        return None
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        who = os.read(handle, 200).decode(errors="replace").strip()
        os.close(handle)
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES):
            message = f"somebody else writes to {path.parent}{f': {who}' if who else ''}"
            raise StorageError(message, code="FS744", hint="wait until that ends", exit_code=BUSY) from error
        return None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
    return handle
