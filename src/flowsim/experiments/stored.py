"""Results that were kept: find the folder, check the manifest, read tables that are what they were when written.

Nothing in a folder is trusted: a manifest or a table may be damaged, or made to do harm.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from flowsim.errors import ResultsError, UsageError
from flowsim.experiments.folders import LATEST
from flowsim.record.columns import Col, Values
from flowsim.record.disk import sha256_of
from flowsim.record.manifest import MANIFEST, MAX_BYTES, Manifest, OtherFile, Table
from flowsim.record.parquet import read_description, read_table, rows_in

_NAME = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,199}")


class StoredRun:
    """A complete results folder and its `manifest`; made by `open_run`."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._sound: set[str] = set()

    def table(
        self, name: str, columns: Sequence[str] | None = None, where: Mapping[str, str | int] | None = None
    ) -> dict[str, Values]:
        """A table, or these columns of it, or the rows with these values. The first time its SHA-256 is held against
        the manifest.

        Raises ResultsError FS603 when the file is damaged, UsageError FS608 when there is no such table or column.
        """
        return read_table(self._checked(name), columns, where)

    def describe(self, name: str) -> tuple[Col, ...]:
        """The columns of a table. Raises as `table` does."""
        return read_description(self._checked(name))[0]

    def damaged(self) -> list[str]:
        """Every file of the run that is missing or not what it was, a sentence each; empty when all is well."""
        found = []
        entries: list[Table | OtherFile] = [*self.manifest.tables, *self.manifest.files]
        for entry in entries:
            try:
                self._verify(entry)
            except ResultsError as error:
                found.append(str(error))
        return found

    def _checked(self, name: str) -> Path:
        entry = self.manifest.table(name)
        if entry is None:
            known = ", ".join(t.name for t in self.manifest.tables)
            raise UsageError(f"{self.path} has no table {name!r}", code="FS608", hint=f"its tables are: {known}")
        path = self.path / entry.file
        if name not in self._sound:
            self._verify(entry)
            if rows_in(path) != entry.rows:
                raise self._spoiled(path, f"does not have the {entry.rows} rows of the manifest")
            self._sound.add(name)
        return path

    def _verify(self, entry: Table | OtherFile) -> None:
        """Raise ResultsError FS603 unless the file is there, inside the folder, and has its size and hash."""
        path = self.path / entry.file
        try:
            if not path.is_file():
                raise self._spoiled(path, "is missing")
            if not path.resolve().is_relative_to(self.path.resolve()):
                raise self._spoiled(path, "is a link to a place outside the folder")
            size = path.stat().st_size
            if size != entry.bytes:
                raise self._spoiled(path, f"has {size} bytes instead of {entry.bytes}")
            if sha256_of(path) != entry.sha256:
                raise self._spoiled(path, "is not the file that was written (its SHA-256 differs)")
        except OSError as error:
            raise self._spoiled(path, f"cannot be read: {error.strerror or error}") from error

    def _spoiled(self, path: Path, what: str) -> ResultsError:
        return ResultsError(
            f"{path} {what}", code="FS603", hint="its numbers cannot be trusted: run the scenario again"
        )


def open_run(where: str | Path, root: Path) -> StoredRun:
    """The results at `where`: "latest", a results folder, its manifest.json or data folder, or the name of a folder
    under `root`.

    Raises UsageError FS607 when there is no such thing; ResultsError FS604 when the run never finished, FS605 when
    a newer flowsim wrote it, FS603 when the manifest is damaged.
    """
    folder = _newest(root) if where == LATEST else _located(Path(where), root)
    return StoredRun(folder, _manifest(folder))


def _newest(root: Path) -> Path:
    """The folder that `latest` names."""
    pointer = root / LATEST
    try:
        name = _bytes_of(pointer, 1000).decode().strip()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"there are no results yet: no {pointer}", code="FS607", hint="make some with: flowsim run"
        ) from error
    if not _NAME.fullmatch(name) or not (root / name).is_dir():
        raise UsageError(
            f"{pointer} names a results folder that is not there: {name[:60]!r}",
            code="FS607",
            hint=f"name one of the folders in {root}",
        )
    return root / name


def _located(where: Path, root: Path) -> Path:
    """The results folder meant by a path."""
    try:
        for candidate in (where, root / where):
            if candidate.name == MANIFEST and candidate.is_file():
                return candidate.parent
            if candidate.is_dir():
                inner = candidate.name == "data" and not (candidate / MANIFEST).exists()
                return candidate.parent if inner and (candidate.parent / MANIFEST).exists() else candidate
    except (OSError, ValueError) as error:  # a name too long, or with a NUL
        raise UsageError(f"{str(where)[:60]!r} is no path: {error}", code="FS607") from error
    raise UsageError(f"there is no results folder {where}", code="FS607", hint=f"results are in {root}, or say latest")


def _manifest(folder: Path) -> Manifest:
    """The manifest of a folder, checked."""
    path = folder / MANIFEST
    try:
        if not path.exists():
            raise ResultsError(
                f"{folder} has no {MANIFEST}: the run did not finish, or this is no results folder",
                code="FS604",
                hint="make the results again from the scenario file: flowsim run",
            )
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES >> 20} MB")
        text = _bytes_of(path, MAX_BYTES).decode()
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} is damaged or cannot be read: {error}", code="FS603") from error
    return Manifest.from_json(text, where=str(path))


def _bytes_of(path: Path, most: int) -> bytes:
    """The first `most` bytes of an ordinary file. Raises OSError, and ValueError for a pipe or a device, which might
    never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no ordinary file")
    with path.open("rb") as file:
        return file.read(most)
