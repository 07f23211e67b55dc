"""Columns of numpy as Arrow schemas and arrays, and back.

Arrays pass by `from_buffers`, which copies nothing and, unlike `pa.array(ndarray)`, does not import pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flowsim.record.columns import Col, TextColumn, Values, compacted
from flowsim.record.fingerprint import as_int64

_TYPES: dict[str, Any] = {
    "int": pa.int64(),
    "float": pa.float64(),
    "text": pa.dictionary(pa.int32(), pa.string()),
    "bool": pa.bool_(),
}


def check(columns: Sequence[Col]) -> None:
    """Raise ValueError when no table can have these columns."""
    if not columns:
        raise ValueError("a table without columns")
    names = [c.name for c in columns]
    if len(set(names)) < len(names) or not all(names):
        raise ValueError(f"column names are empty or stand twice: {names}")
    for c in columns:
        if c.kind not in _TYPES:
            raise ValueError(f"column {c.name!r} is of unknown kind {c.kind!r}")
        if "." in c.name or (c.kind == "bool" and c.nullable):
            raise ValueError(f"column {c.name!r}: a name with a dot, or a bool that may be missing, cannot be stored")


def to_schema(columns: Sequence[Col], metadata: Mapping[str, str]) -> Any:
    """An Arrow schema; unit, description and null value of a column stand in the metadata of its field."""
    fields = [
        pa.field(
            c.name,
            _TYPES[c.kind],
            c.nullable,
            {"unit": c.unit, "description": c.description, "null_value": str(c.null_value)},
        )
        for c in columns
    ]
    return pa.schema(fields, metadata={key: metadata[key] for key in sorted(metadata)})


def from_schema(schema: Any) -> tuple[Col, ...]:
    """The columns of a schema. Raises ValueError for a type, such as an extension type, that no table has."""
    kinds = {str(arrow): kind for kind, arrow in _TYPES.items()}
    found = []
    for field in schema:
        if isinstance(field.type, pa.BaseExtensionType) or str(field.type) not in kinds:
            raise ValueError(f"column {field.name!r} is of type {field.type}, which no table of flowsim has")
        told = texts(field.metadata)
        if "ARROW:extension:name" in told:
            raise ValueError(f"column {field.name!r} is of an extension type")
        kind = cast(Any, kinds[str(field.type)])
        null = int(told.get("null_value", "-1"))
        found.append(Col(field.name, kind, told.get("unit", ""), told.get("description", ""), field.nullable, null))
    check(found)
    return tuple(found)


def texts(metadata: Mapping[bytes, bytes] | None) -> dict[str, str]:
    """Arrow metadata as text. Raises ValueError when it is none."""
    return {key.decode(): value.decode() for key, value in (metadata or {}).items()}


def to_arrow(column: Col, values: Values) -> Any:
    """One column as an Arrow array over the same memory; missing values become nulls. Raises ValueError when the
    values are not of the column's kind, or are missing where they may not.
    """
    if isinstance(values, TextColumn) != (column.kind == "text"):
        raise ValueError(f"column {column.name!r} is {column.kind}, not {type(values).__name__}")
    if isinstance(values, TextColumn):
        text = compacted(values)
        codes = np.ascontiguousarray(text.codes, np.int32)
        indices = _primitive(column, pa.int32(), codes, codes < 0)
        return pa.DictionaryArray.from_arrays(indices, _strings(text.words))
    if values.ndim != 1 or values.dtype.kind not in {"int": "iu", "float": "f", "bool": "b"}[column.kind]:
        raise ValueError(f"column {column.name!r} is {column.kind}, not {values.ndim}-dimensional {values.dtype}")
    if column.kind == "int":
        whole = np.ascontiguousarray(as_int64(values))
        missing = whole == column.null_value if column.nullable else None
        return _primitive(column, pa.int64(), whole, missing)
    if column.kind == "float":
        real = np.ascontiguousarray(values, np.float64)
        return _primitive(column, pa.float64(), real, np.isnan(real))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)])


def _primitive(column: Col, arrow: Any, values: npt.NDArray[Any], missing: npt.NDArray[np.bool_] | None) -> Any:
    holes = missing is not None and bool(missing.any())
    if holes and not column.nullable:
        raise ValueError(f"column {column.name!r} has missing values and is not nullable")
    valid = _bits(~missing) if missing is not None and holes else None
    return pa.Array.from_buffers(arrow, len(values), [valid, pa.py_buffer(values)])


def _bits(values: npt.NDArray[np.bool_]) -> Any:
    return pa.py_buffer(np.packbits(values, bitorder="little"))


def _strings(words: tuple[str, ...]) -> Any:
    data = [word.encode() for word in words]
    ends = np.zeros(len(words) + 1, np.int32)
    ends[1:] = np.cumsum([len(d) for d in data], dtype=np.int64)
    return pa.Array.from_buffers(pa.string(), len(words), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(data))])


def from_arrow(column: Col, chunked: Any) -> Values:
    """The rows of an Arrow column, a copy; nulls become missing values. Raises ValueError for a spoiled one."""
    if column.kind == "text":
        return _text(chunked)
    dtype, missing = {
        "int": (np.dtype(np.int64), column.null_value),
        "float": (np.dtype(np.float64), np.nan),
        "bool": (np.dtype(np.bool_), False),
    }[column.kind]
    parts = [_numbers(chunk, dtype, missing) for chunk in chunked.chunks]
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _numbers(array: Any, dtype: np.dtype[Any], missing: float) -> npt.NDArray[Any]:
    """The values of an Arrow array, `missing` where it holds null; a copy."""
    valid, data = array.buffers()
    if not len(array):
        return np.empty(0, dtype)
    values: npt.NDArray[Any]
    if dtype == np.bool_:
        values = _unpacked(data, array)
    else:
        values = np.frombuffer(data, dtype, len(array), array.offset * dtype.itemsize).copy()
    if array.null_count:
        values[~_unpacked(valid, array)] = missing
    return values


def _unpacked(buffer: Any, array: Any) -> npt.NDArray[np.bool_]:
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), count=array.offset + len(array), bitorder="little")
    return bits[array.offset :].astype(np.bool_)


def _text(chunked: Any) -> TextColumn:
    """Dictionary chunks as one TextColumn. Raises ValueError for a dictionary that is none."""
    ids: dict[str, int] = {}
    parts = []
    for chunk in chunked.chunks:
        words = chunk.dictionary.to_pylist()
        if None in words:
            raise ValueError("a dictionary holds a missing word")
        numbers = [ids.setdefault(word, len(ids)) for word in words]
        codes = _numbers(chunk.indices, np.dtype(np.int32), -1)
        if len(codes) and not (codes.min() >= -1 and codes.max() < len(words)):
            raise ValueError("a text lies outside its dictionary")
        parts.append(np.array([*numbers, -1], np.int32)[codes])
    return TextColumn(np.concatenate(parts) if parts else np.empty(0, np.int32), tuple(ids))
