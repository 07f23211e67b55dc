"""Tables of numpy columns to and from Parquet.

Every page carries a checksum (a flipped bit is found, not read), integers are delta-encoded and floats split by
byte before zstd, only texts have a dictionary. No date and no machine goes into a file: the same columns written
twice with the same pyarrow are the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flowsim.errors import ResultsError, UsageError
from flowsim.record.arrow import check, from_arrow, from_schema, texts, to_arrow, to_schema
from flowsim.record.columns import Col, Columns, Values, copied
from flowsim.record.disk import hidden_name, refusals, sync
from flowsim.record.fingerprint import Fingerprint, fingerprint

pa.set_memory_pool(pa.system_memory_pool())  # arrow's own keeps what it once had: a tenth more memory for a demo

__all__ = ["MAX_GROUP_ROWS", "TableWriter", "fingerprint", "read_description", "read_table"]

MAX_GROUP_ROWS = 1 << 20
"""A larger replication is cut into row groups of this many rows."""

_ENCODINGS = {"int": "DELTA_BINARY_PACKED", "float": "BYTE_STREAM_SPLIT"}
_AGAIN = "the file was changed or damaged after it was written; run the scenario again"


class TableWriter:
    """Writes one table, a row group per `append`, so that memory holds one replication at a time.

    With `group_rows`, small appends are gathered until that many rows are there: a row group costs about 150 bytes a
    column, so a thousand groups of three rows are a hundred times larger and slower than need be.
    `metadata` (such as {"description": …}) goes into the file. The file has its name only from a successful
    `close`; until then, and after any exception inside the `with`, there is nothing under that name.
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[Col],
        metadata: Mapping[str, str] | None = None,
        *,
        group_rows: int = 1,
    ) -> None:
        self.path = path
        self.columns = tuple(columns)
        check(self.columns)
        self._fingerprint = Fingerprint({c.name: c.kind for c in columns})
        self._schema = to_schema(self.columns, metadata or {})
        self._group_rows = group_rows
        self._gathered: list[Any] = []
        self._part = hidden_name(path)
        self._open = False
        with refusals(path):
            self._sink = pa.OSFile(str(self._part), "wb")
            self._open = True
            try:
                self._writer = pq.ParquetWriter(
                    self._sink,
                    self._schema,
                    version="2.6",
                    data_page_version="1.0",
                    compression="zstd",
                    use_dictionary=[c.name for c in columns if c.kind == "text"],
                    column_encoding={c.name: _ENCODINGS[c.kind] for c in columns if c.kind in _ENCODINGS},
                    write_page_checksum=True,
                )
            except BaseException:
                self._drop()
                raise

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return self._fingerprint.rows

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the rows so far (`record.fingerprint`)."""
        return self._fingerprint.hexdigest()

    def append(self, columns: Columns) -> None:
        """Add rows: for each column an array or TextColumn, all of one length.

        Raises ValueError when they do not fit the description of the columns, StorageError FS606 when the disk
        refuses.
        """
        if not self._open:
            raise ValueError(f"{self.path} is closed")
        if self._group_rows > 1:  # kept beyond this call, in which the caller may use his arrays again
            columns = {name: copied(values) for name, values in columns.items()}
        arrays = [to_arrow(c, columns[c.name]) for c in self.columns if c.name in columns]
        self._fingerprint.update(columns)
        if len(arrays[0]):
            self._gathered.append(pa.Table.from_arrays(arrays, schema=self._schema))
        if sum(table.num_rows for table in self._gathered) >= self._group_rows:
            self._write_gathered()

    def _write_gathered(self) -> None:
        if not self._gathered:
            return
        table = pa.concat_tables(self._gathered).unify_dictionaries().combine_chunks()
        self._gathered = []
        self._write(table)

    def _write(self, table: Any) -> None:
        with refusals(self.path):
            self._writer.write_table(table, row_group_size=MAX_GROUP_ROWS)

    def close(self) -> None:
        """Finish the file, have the disk keep it, and give it its name. Raises StorageError."""
        if not self._open:
            return
        try:
            self._write_gathered()
            if not self.rows:  # pyarrow 18.0 to 19.0 cannot read a file without any row group
                self._write(self._schema.empty_table())
            with refusals(self.path):
                self._writer.close()
                self._sink.close()
                sync(self._part)
                self._part.replace(self.path)
                self._open = False
        finally:
            self.abort()

    def abort(self) -> None:
        """Remove what was written. Nothing happens after a successful close."""
        if self._open:
            self._drop()

    def _drop(self) -> None:
        self._open = False
        writer = getattr(self, "_writer", None)
        for closable in (writer, self._sink):
            try:
                if closable is not None:
                    closable.close()
            except (OSError, pa.ArrowException):
                pass  # a full disk refuses the last bytes too; the fragment goes anyway
        if writer is not None:
            writer.is_open = False  # else its destructor tries once more
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


def read_table(
    path: Path, columns: Sequence[str] | None = None, where: Mapping[str, str | int] | None = None
) -> dict[str, Values]:
    """The table in a file, or only these columns in the order asked: int64, float64, bool arrays and TextColumns.
    With `where` only the rows that have these values, read group by group: a whole table may be larger than memory.

    Raises ResultsError FS603 when the file is not there, damaged (page checksums are verified) or of types no table
    of flowsim has, extension types among them; UsageError FS608 when it has no such column.
    """
    with _opened(path) as file:
        described = {c.name: c for c in from_schema(file.schema_arrow)}
        wanted = list(described if columns is None else columns)
        for name in wanted:
            if name not in described:
                known = f"its columns are: {', '.join(described)}"
                raise UsageError(f"{path} has no column {name!r}", code="FS608", hint=known)
        table = file.read(columns=wanted, use_threads=False) if where is None else _some_rows(file, wanted, where)
        return {name: from_arrow(described[name], table.column(name)) for name in wanted}


def _some_rows(file: Any, columns: list[str], where: Mapping[str, str | int]) -> pa.Table:
    """The rows with these values, of the groups that have any."""
    found = []
    for group in range(file.num_row_groups):
        leading = file.read_row_group(group, columns=list(where), use_threads=False)
        masks = [pc.equal(_plain(leading.column(name)), value) for name, value in where.items()]
        mask = reduce(pc.and_, masks)
        if pc.any(mask).as_py():
            found.append(file.read_row_group(group, columns=columns, use_threads=False).filter(mask))
    empty = file.schema_arrow.empty_table().select(columns)
    return pa.concat_tables(found).unify_dictionaries() if found else empty


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def read_description(path: Path) -> tuple[tuple[Col, ...], dict[str, str]]:
    """The columns of a file and its metadata, as given to `TableWriter`. Raises ResultsError FS603."""
    with _opened(path) as file:
        return from_schema(file.schema_arrow), texts(file.schema_arrow.metadata)


def rows_in(path: Path) -> int:
    """The number of rows a file says it has. Raises ResultsError FS603."""
    with _opened(path) as file:
        return int(file.metadata.num_rows)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A ParquetFile; whatever goes wrong with it inside becomes a ResultsError."""
    try:
        with pq.ParquetFile(str(path), page_checksum_verification=True) as file:
            yield file
    except FileNotFoundError as error:
        raise ResultsError(f"{path} is missing", code="FS603", hint=_AGAIN) from error
    except OSError as error:
        what = f"cannot be read: {error.strerror}" if error.errno else f"is damaged: {_one_line(error)}"
        raise ResultsError(f"{path} {what}", code="FS603", hint=_AGAIN) from error
    except (ValueError, KeyError, TypeError, IndexError, pa.ArrowException) as error:
        raise ResultsError(f"{path} is damaged: {_one_line(error)}", code="FS603", hint=_AGAIN) from error


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
