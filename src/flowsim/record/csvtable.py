"""Small tables as CSV for a spreadsheet.

Excel, LibreOffice and Google Sheets run a cell that begins like a formula (CWE-1236), so such a *text* gets an
apostrophe in front; numbers are left alone. UTF-8 with a byte order mark, or Excel shows é as Ã©.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

from flowsim.record.columns import Col, Columns, TextColumn, length

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(columns: Sequence[Col], values: Columns, *, decimal_comma: bool = False) -> bytes:
    """The table as bytes of a CSV file, columns in the order described; a missing value is an empty cell.

    Floats are the shortest text that reads back the same. `decimal_comma`: `4,3` and `;` between the cells, for a
    spreadsheet set to Dutch. Raises ValueError when columns are missing or of different lengths.
    """
    lengths = {length(values[c.name]) for c in columns if c.name in values}
    if {c.name for c in columns} != set(values) or len(lengths) != 1:
        raise ValueError(f"the columns are not those described, or differ in length: {sorted(lengths)}")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if decimal_comma else ",", lineterminator="\n")
    writer.writerow([harmless(c.name) for c in columns])
    writer.writerows(zip(*(_cells(c, values, decimal_comma) for c in columns), strict=True))
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet would take it for a formula."""
    starts = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if starts else text


def _cells(column: Col, values: Columns, decimal_comma: bool) -> Iterator[str]:
    data = values[column.name]
    if isinstance(data, TextColumn):
        words = [*map(harmless, data.words), ""]  # code -1 picks the last
        yield from (words[code] for code in data.codes.tolist())
        return
    for value in data.tolist():
        yield _number(column, value, decimal_comma)


def _number(column: Col, value: Any, decimal_comma: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = "" if math.isnan(value) else repr(value)
        return text.replace(".", ",") if decimal_comma else text
    return "" if column.nullable and value == column.null_value else str(value)
