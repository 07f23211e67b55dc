"""A hash of what a table says, the same on every machine and with every version of pyarrow.

File bytes change with the version of pyarrow; data do not. The fingerprint is SHA-256 over the canonical buffers
of the columns: int64, float64 (one NaN, one zero) and bytes 0/1, all little-endian; of a text column the rows as
int32 numbers of words in order of first appearance, and those words in UTF-8. Columns count by name, not by place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.record.columns import (
    TEXT_MISSING,
    ColumnKind,
    Columns,
    TextColumn,
    Values,
    compacted,
    kind_of,
    length,
)

_DOMAIN = b"flowsim table 1"


class Fingerprint:
    """The fingerprint of a table that comes in pieces; how it was cut up makes no difference."""

    def __init__(self, kinds: Mapping[str, ColumnKind]) -> None:
        self._columns = {name: _Column(kind) for name, kind in kinds.items()}
        self.rows = 0

    def update(self, columns: Columns) -> None:
        """Add rows. Raises ValueError when the columns differ from those announced, or in length."""
        if set(columns) != set(self._columns):
            raise ValueError(f"columns {sorted(set(columns) ^ set(self._columns))} are missing or too many")
        lengths = {length(values) for values in columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        for name, values in columns.items():
            if kind_of(values) != self._columns[name].kind:
                raise ValueError(f"column {name!r} is {kind_of(values)}, not {self._columns[name].kind}")
        for name, values in columns.items():
            self._columns[name].update(values)
        self.rows += lengths.pop() if lengths else 0

    def hexdigest(self) -> str:
        """The fingerprint of all rows so far, 64 hex digits."""
        whole = hashlib.sha256(_DOMAIN)
        whole.update(self.rows.to_bytes(8, "little"))
        for name in sorted(self._columns):
            column = self._columns[name]
            whole.update(_counted(name) + _counted(column.kind) + column.digest())
        return whole.hexdigest()


def fingerprint(columns: Columns) -> str:
    """The fingerprint of a whole table, 64 hex digits. Raises ValueError as `Fingerprint.update` does."""
    whole = Fingerprint({name: kind_of(values) for name, values in columns.items()})
    whole.update(columns)
    return whole.hexdigest()


class _Column:
    """The running hash of one column."""

    def __init__(self, kind: ColumnKind) -> None:
        self.kind = kind
        self._hash = hashlib.sha256()
        self._words: dict[str, int] = {}

    def update(self, values: Values) -> None:
        buffer: npt.NDArray[Any]
        if isinstance(values, TextColumn):
            buffer = self._text(values)
        elif self.kind == "float":
            buffer = values.astype("<f8") + 0.0  # -0.0 becomes 0.0
            buffer[np.isnan(buffer)] = np.nan
        else:
            buffer = as_int64(values).astype("<i8") if self.kind == "int" else values.astype(np.uint8)
        self._hash.update(np.ascontiguousarray(buffer).data)

    def _text(self, values: TextColumn) -> npt.NDArray[np.int32]:
        text = compacted(values)
        numbers = [self._words.setdefault(word, len(self._words)) for word in text.words]
        return np.array([*numbers, TEXT_MISSING], "<i4")[text.codes]

    def digest(self) -> bytes:
        whole = self._hash.copy()
        for word in self._words:
            whole.update(_counted(word))
        return whole.digest()


def as_int64(values: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Any integers as int64, same shape. Raises ValueError when one does not fit."""
    if values.dtype.kind == "u" and len(values) and int(values.max()) > np.iinfo(np.int64).max:
        raise ValueError(f"{int(values.max())} does not fit in 64 bits with a sign")
    return values.astype(np.int64, copy=False)


def _counted(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(8, "little") + data
