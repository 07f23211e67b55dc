"""A CSV that is safe to open: no text of a user becomes a formula (CWE-1236)."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from flowsim.record.columns import Col, TextColumn, Values
from flowsim.record.csvtable import harmless, to_csv

COLUMNS = (
    Col("name", "text", nullable=True),
    Col("n", "int", nullable=True),
    Col("x", "float"),
    Col("b", "bool"),
)


def table(words: list[str]) -> dict[str, Values]:
    rows = len(words)
    return {
        "name": TextColumn(np.arange(rows, dtype=np.int32), tuple(words)),
        "n": np.arange(rows) - 2,
        "x": np.arange(rows) / 4 - 0.5,
        "b": np.arange(rows) % 2 == 0,
    }


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u00a0=", "  +"]
)
def test_a_formula_becomes_text(start: str) -> None:
    cell = f'{start}HYPERLINK("http://evil.example","x")'
    data = to_csv(COLUMNS, table([cell]))
    row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1]
    assert row[0] == f"'{cell}"
    assert harmless(f"a{cell}") == f"a{cell}"


def test_numbers_are_left_alone() -> None:
    data = to_csv(COLUMNS, table(["a", 'say "b", c', "Zoë"]))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == 'name,n,x,b\na,-2,-0.5,true\n"say ""b"", c",,-0.25,false\nZoë,0,0.0,true\n'


def test_dutch_spreadsheet() -> None:
    assert to_csv(COLUMNS, table(["a;b"]), decimal_comma=True).decode("utf-8-sig") == (
        'name;n;x;b\n"a;b";-2;-0,5;true\n'
    )


def test_missing_values_are_empty() -> None:
    values = {**table(["a"]), "name": TextColumn(np.array([-1], np.int32), ("a",)), "x": np.array([np.nan])}
    assert to_csv(COLUMNS, values).decode("utf-8-sig").splitlines()[1] == ",-2,,true"


def test_columns_must_be_those_described() -> None:
    with pytest.raises(ValueError):
        to_csv(COLUMNS[:2], table(["a"]))
    with pytest.raises(ValueError):
        to_csv(COLUMNS, {**table(["a"]), "n": np.zeros(2, int)})
