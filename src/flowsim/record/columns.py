"""What a column of a table is: its description, and the value type of a text column.

The tables of a run are mappings from a column name to a numpy array (int, float, bool) or a `TextColumn`. This
is the joint between the makers of tables (metrics) and the writer and reader of files (record.parquet).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

ColumnKind = Literal["int", "float", "text", "bool"]

TEXT_MISSING = -1  # the code of a missing text


@dataclass(frozen=True)
class Col:
    """One column: its name, kind, unit and one line of description.

    `kind` is "int" (int64), "float" (float64), "text" (a `TextColumn`) or "bool". `unit` is such as "ms" or
    "min", empty where there is none. In a `nullable` column a missing value is `null_value` (int), NaN (float) or
    code -1 (text) in memory, and null in a file; a bool column is never nullable.
    """

    name: str
    kind: ColumnKind
    unit: str = ""
    description: str = ""
    nullable: bool = False
    null_value: int = -1


@dataclass(frozen=True)
class TextColumn:
    """A column of texts: `codes` (int32, one a row, -1: missing) into `words`."""

    codes: npt.NDArray[np.int32]
    words: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> TextColumn:
        """From one text a row, None where it is missing; words in the order in which they first stand."""
        rows = list(values)
        words = [word for word in dict.fromkeys(rows) if word is not None]
        codes: dict[str | None, int] = {word: code for code, word in enumerate(words)}
        codes[None] = -1
        return cls(np.fromiter(map(codes.__getitem__, rows), np.int32, len(rows)), tuple(words))


Values = npt.NDArray[Any] | TextColumn
Columns = Mapping[str, Values]


def length(values: Values) -> int:
    """The number of rows of a column."""
    return len(values.codes) if isinstance(values, TextColumn) else len(values)


def kind_of(values: Values) -> ColumnKind:
    """The kind of a column, from its type. Raises ValueError for a dtype no table may hold."""
    if isinstance(values, TextColumn):
        return "text"
    kinds: dict[str, ColumnKind] = {"i": "int", "u": "int", "f": "float", "b": "bool"}
    if values.dtype.kind not in kinds:
        raise ValueError(f"no column can be made of dtype {values.dtype}")
    return kinds[values.dtype.kind]


def copied(values: Values) -> Values:
    """The same column in memory of its own."""
    return TextColumn(values.codes.copy(), values.words) if isinstance(values, TextColumn) else values.copy()


def compacted(column: TextColumn) -> TextColumn:
    """The same rows with only the words in use, each once, in the order in which they first appear.

    Two text columns with equal rows are equal after this, however their words were listed. Raises ValueError for
    a code outside the words.
    """
    codes: npt.NDArray[Any] = np.asarray(column.codes)
    if codes.ndim != 1 or codes.dtype.kind not in "iu":
        raise ValueError(f"codes of a text column are {codes.ndim}-dimensional {codes.dtype}, not a row of integers")
    if len(codes) and not (codes.min() >= TEXT_MISSING and codes.max() < len(column.words)):
        raise ValueError(f"a code of a text column lies outside -1 .. {len(column.words) - 1}")
    ids: dict[str, int] = {}
    merged = [ids.setdefault(word, len(ids)) for word in column.words]
    codes = np.array([*merged, TEXT_MISSING], np.int64)[codes]  # code -1 picks the last
    present = np.flatnonzero(codes >= 0)[::-1]
    first = np.full(len(ids), len(codes))
    first[codes[present]] = present  # of the rows with one code the last written, so the first row, stays
    used = np.argsort(first, kind="stable")[: int(np.count_nonzero(first < len(codes)))]
    rank = np.full(len(ids) + 1, TEXT_MISSING, np.int32)
    rank[used] = np.arange(len(used), dtype=np.int32)
    words = tuple(ids)
    return TextColumn(rank[codes], tuple(words[i] for i in used))
