"""Keeping the results of a run: one folder, complete or not there at all.

results/<slug>-<YYYYmmddTHHMMSS>-<hash8>/
    manifest.json       written last; its existence means complete
    data/*.parquet      the tables
    summary.csv         the summary for a spreadsheet
results/latest          a text file with the name of the newest folder
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from flowsim.errors import StorageError
from flowsim.experiments.folders import LATEST, Partial, clear_left, folder_name, refuse_filled
from flowsim.experiments.stored import StoredRun, open_run
from flowsim.record.columns import Col, Columns
from flowsim.record.csvtable import to_csv
from flowsim.record.disk import free_bytes, is_refusal, refusals, sha256_of, storage_error, sync, write_whole
from flowsim.record.manifest import MANIFEST, Manifest, OtherFile, Table, is_inside, is_table_name
from flowsim.record.parquet import TableWriter

__all__ = ["RunFolder", "StoredRun", "open_run"]


class RunFolder:
    """A results folder in the making; a context manager that leaves nothing behind unless `finish` was reached.

    Made by `create`. Everything goes into a hidden folder beside the final place, so whoever sees the final name sees
    complete results. Any exception, Ctrl-C included, removes the hidden folder; what a kill leaves is removed when
    the next folder is made. A refusal of the disk leaves the `with` as StorageError FS606, whoever met it.
    """

    def __init__(self, final: Path, *, root: Path | None = None) -> None:
        """`final`: the name it is to have; `root`: the folder whose `latest` is to name it (None: none)."""
        self._root = root
        self._tables: dict[str, Table] = {}
        self._busy: set[str] = set()
        self._done = False
        self._partial = Partial(final)
        try:
            with refusals(final, code="FS602", exit_code=73):
                (self._partial.path / "data").mkdir()
        except BaseException:
            self._partial.remove()
            raise

    @classmethod
    def create(
        cls,
        root: Path,
        name: str,
        identity: str,
        *,
        exact: Path | None = None,
        created: datetime | None = None,
        needed: int = 0,
    ) -> RunFolder:
        """Before simulating: a folder for the run called `name` (any text; only its slug is used) under `root`, or at
        `exact` when the user named a folder. `identity` is the hash of what is run, in hex; `created` is local time
        (None: now); `needed` an estimate of the results in bytes (0: not known).

        Raises StorageError FS602 (exit 73) when the folder cannot be made, FS606 when less than `needed` is free, and
        ResultsError FS601 when `exact` holds something already.
        """
        if exact is None:
            clear_left(root)
            final = root / folder_name(name, created or datetime.now().astimezone(), identity)
        else:
            final = exact if exact.name not in ("", "..") else exact.resolve()
            refuse_filled(final)
            clear_left(final.parent, final.name)
        if needed > free_bytes(final):
            raise storage_error(OSError(errno.ENOSPC, ""), final, needed=needed)
        inside = exact is None or final.absolute().parent == root.absolute()
        return cls(final, root=root if inside else None)

    @property
    def path(self) -> Path:
        """Where the files are now: hidden until `finish`, which returns the final place."""
        return self._partial.path

    @contextmanager
    def table(
        self,
        name: str,
        columns: Sequence[Col],
        *,
        description: str = "",
        schema: int = 1,
        group_rows: int = 1,
    ) -> Iterator[TableWriter]:
        """A writer of data/<name>.parquet; `schema` is the version of its columns, `group_rows` as in `TableWriter`.

        Raises ValueError for a name that is no `[a-z0-9_-]{1,40}` or is there already, StorageError FS606.
        """
        if not is_table_name(name) or name in self._tables or name in self._busy:
            raise ValueError(f"table {name!r} is there already, or cannot be called that")
        file = f"data/{name}.parquet"
        self._busy.add(name)
        told = {"table": name, "description": description}
        with TableWriter(self._inside(file), columns, told, group_rows=group_rows) as writer:
            yield writer
        self._busy.remove(name)
        with refusals(writer.path):
            self._tables[name] = Table(
                name=name,
                file=file,
                rows=writer.rows,
                bytes=writer.path.stat().st_size,
                sha256=sha256_of(writer.path),
                fingerprint=writer.fingerprint,
                schema=schema,
            )

    def summary(self, columns: Sequence[Col], values: Columns, *, decimal_comma: bool = False) -> None:
        """Write summary.csv, safe to open in a spreadsheet (`record.csvtable`). Raises StorageError FS606."""
        write_whole(self.file("summary.csv"), to_csv(columns, values, decimal_comma=decimal_comma))

    def file(self, relative: str) -> Path:
        """Where to write another file of the run, such as "plots/lead-time.svg"; its folder is made.

        Raises ValueError for a path that is not plain and inside the folder, or is that of a table or the manifest.
        """
        if not is_inside(relative) or relative.split("/")[0] in ("data", MANIFEST):
            raise ValueError(f"{relative!r} is no place for a file of a run")
        path = self._inside(relative)
        with refusals(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def finish(self, manifest: Manifest) -> Path:
        """Complete the run: hash every file, have the disk keep them, write the manifest, give the folder its name and
        point `latest` at it; the folder. When the name was taken meanwhile it gets -2, -3, …: nothing is written over.

        Raises StorageError FS606; when only `latest` could not be written, the results stay, as the hint says.
        ValueError when a table is still being written.
        """
        if self._busy or self._done:
            raise ValueError(f"tables {sorted(self._busy)} are not ready, or the run is finished already")
        with refusals(self._partial.final):
            whole = manifest.with_files(tuple(self._tables.values()), self._other_files())
            for folder, _, _ in os.walk(self.path):
                sync(Path(folder))
        text = whole.to_json().encode("utf-8", "backslashreplace").decode()
        Manifest.from_json(text)  # what could not be read back is not worth keeping
        write_whole(self.path / MANIFEST, text.encode())
        place = self._partial.settle()
        self._done = True
        with refusals(place.parent):
            sync(place.parent)
        if self._root is not None:
            try:
                write_whole(self._root / LATEST, f"{place.name}\n".encode())
            except StorageError as error:
                error.hint = f"the results themselves are complete, in {place}"
                raise
        return place

    def abort(self) -> None:
        """Remove the hidden folder and all in it; nothing happens after `finish`."""
        if not self._done:
            self._partial.remove()

    def _inside(self, relative: str) -> Path:
        return self._partial.path.joinpath(*relative.split("/"))

    def _other_files(self) -> list[OtherFile]:
        """Every file but the tables, hashed and kept. Raises OSError."""
        tables = {table.file for table in self._tables.values()}
        found = []
        for path in sorted(self.path.rglob("*")):
            relative = path.relative_to(self.path).as_posix()
            if path.is_file() and relative not in tables:
                if not is_inside(relative):
                    raise ValueError(f"{relative!r} is no name for a file of a run")
                sync(path)
                found.append(OtherFile(relative, path.stat().st_size, sha256_of(path)))
        return found

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        refused = storage_error(error, self._partial.final) if is_refusal(error, self.path) else None
        self.abort()
        if refused is not None:
            raise refused from error
