"""A small table with every kind of column, missing values among them."""

from __future__ import annotations

import numpy as np

from flowsim.record.columns import Col, TextColumn, Values

COLUMNS = (
    Col("request", "int", "", "number of the request"),
    Col("due", "int", "ms", "when the promise ends", nullable=True),
    Col("lead_h", "float", "h", "lead time"),
    Col("late_h", "float", "h", "time past the promise", nullable=True),
    Col("state", "text", "", "name of the state"),
    Col("outcome", "text", "", "how it ended", nullable=True),
    Col("measured", "bool", "", "counts"),
)


def sample(rows: int, seed: int = 1) -> dict[str, Values]:
    """Random rows; the same for the same seed."""
    rng = np.random.default_rng(seed)
    late = rng.normal(size=rows)
    return {
        "request": np.arange(rows),
        "due": np.where(rng.random(rows) < 0.3, -1, rng.integers(0, 2**40, rows)),
        "lead_h": rng.exponential(5.0, rows),
        "late_h": np.where(late < 0, np.nan, late),
        "state": TextColumn(np.zeros(rows, np.int32), ("current",)),
        "outcome": TextColumn(rng.integers(-1, 3, rows).astype(np.int32), ("done", "refused", "Zoë ☂")),
        "measured": rng.random(rows) < 0.9,
    }


def texts(column: Values) -> list[str | None]:
    """A text column as a list, None where it is missing."""
    assert isinstance(column, TextColumn)
    words: list[str | None] = [*column.words, None]
    return [words[code] for code in column.codes.tolist()]


def assert_same(found: dict[str, Values], wanted: dict[str, Values]) -> None:
    """Equal names, in order, and equal rows; NaN equals NaN."""
    assert list(found) == list(wanted)
    for name, values in wanted.items():
        if isinstance(values, TextColumn):
            assert texts(found[name]) == texts(values), name
        else:
            got = found[name]
            assert isinstance(got, np.ndarray), name
            assert got.dtype == values.dtype, name
            np.testing.assert_array_equal(got, values, err_msg=name)
