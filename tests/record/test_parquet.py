"""Tables in Parquet: what goes in comes out, in the same bytes each time; a damaged file is found, never read."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sample_table import COLUMNS, assert_same, sample, texts

from flowsim.errors import ResultsError, UsageError
from flowsim.record.columns import Col, TextColumn, Values
from flowsim.record.fingerprint import fingerprint
from flowsim.record.parquet import TableWriter, read_description, read_table, rows_in


def write(path: Path, *parts: dict[str, Values]) -> TableWriter:
    with TableWriter(path, COLUMNS, {"description": "every request"}) as writer:
        for part in parts:
            writer.append(part)
    return writer


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    writer = write(path, sample(500))
    assert_same(read_table(path), sample(500))
    assert writer.rows == rows_in(path) == 500
    assert writer.fingerprint == fingerprint(read_table(path)) == fingerprint(sample(500))
    assert list(read_table(path, ["outcome", "request"])) == ["outcome", "request"]
    assert [p.name for p in tmp_path.iterdir()] == ["cases.parquet"]


def test_one_row_group_a_replication_whatever_their_words(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    columns = (Col("t", "text", nullable=True),)
    with TableWriter(path, columns) as writer:
        writer.append({"t": TextColumn(np.array([1, 0, 1], np.int32), ("a", "b"))})
        writer.append({"t": TextColumn(np.array([], np.int32), ())})
        writer.append({"t": TextColumn(np.array([0, -1, 2], np.int32), ("c", "never", "b"))})
        writer.append({"t": TextColumn(np.array([-1, -1], np.int32), ())})
    assert pq.ParquetFile(path).num_row_groups == 3
    found = read_table(path)
    assert texts(found["t"]) == ["b", "a", "b", "c", None, "b", None, None]
    assert writer.fingerprint == fingerprint(found)


def test_small_appends_can_be_gathered(tmp_path: Path) -> None:
    """The rows and the fingerprint are those of one group an append; the caller may use his arrays again."""
    gathered, plainly = tmp_path / "gathered.parquet", tmp_path / "plainly.parquet"
    with (
        TableWriter(gathered, COLUMNS, group_rows=100) as one,
        TableWriter(plainly, COLUMNS) as two,
    ):
        for seed in range(23):
            part = sample(7, seed)
            two.append(part)
            one.append(part)
            for values in part.values():
                (values.codes if isinstance(values, TextColumn) else values).fill(0)
    assert [pq.ParquetFile(p).num_row_groups for p in (gathered, plainly)] == [2, 23]
    assert pq.ParquetFile(gathered).metadata.row_group(0).num_rows == 105
    assert_same(read_table(gathered), read_table(plainly))
    assert one.fingerprint == two.fingerprint == fingerprint(read_table(gathered))


def test_table_without_rows(tmp_path: Path) -> None:
    """It has a row group all the same: pyarrow 18.0 to 19.0 cannot read a file that has none."""
    write(tmp_path / "t.parquet")
    write(tmp_path / "u.parquet", sample(0), sample(0))
    for name in ("t.parquet", "u.parquet"):
        assert_same(read_table(tmp_path / name), sample(0))
        assert pq.ParquetFile(tmp_path / name).num_row_groups == 1


def test_extreme_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    big = np.iinfo(np.int64)
    table: dict[str, Values] = {
        "i": np.array([big.min, big.max, 0, -1, big.max, big.min]),
        "f": np.array([5e-324, 1.7976931348623157e308, -0.0, 0.1, np.inf, -1.5]),
    }
    with TableWriter(path, [Col("i", "int"), Col("f", "float")]) as writer:
        writer.append(table)
    found = read_table(path)
    assert_same(found, table)
    assert np.signbit(found["f"][2])  # type: ignore[index]


def test_same_bytes_when_written_again(tmp_path: Path) -> None:
    """Determinism contract, point 2: also in another process with another hash seed, zone and language."""
    write(tmp_path / "one.parquet", sample(300), sample(20, 2))
    write(tmp_path / "two.parquet", sample(300), sample(20, 2))
    one = (tmp_path / "one.parquet").read_bytes()
    assert one == (tmp_path / "two.parquet").read_bytes()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from test_parquet import write; from sample_table import sample\n"
        "write(Path(sys.argv[2]), sample(300), sample(20, 2))"
    )
    third = tmp_path / "three.parquet"
    environment = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PATH": ""}
    arguments = [sys.executable, "-c", code, str(Path(__file__).parent), str(third)]
    subprocess.run(arguments, env=environment, check=True, timeout=60)
    assert one == third.read_bytes()


def test_encodings_checksums_and_words_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write(path, sample(2000))
    group = pq.ParquetFile(path).metadata.row_group(0)
    found = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert {c.compression for c in found.values()} == {"ZSTD"}
    assert "DELTA_BINARY_PACKED" in found["due"].encodings
    assert "BYTE_STREAM_SPLIT" in found["late_h"].encodings
    assert [n for n, c in found.items() if c.has_dictionary_page] == ["state", "outcome"]
    columns, metadata = read_description(path)
    assert columns == COLUMNS
    assert metadata == {"description": "every request"}


def test_integers_and_missing_values_in_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = sample(800)
    write(path, table, sample(200, 5))
    names = [c.name for c in COLUMNS]
    both = {n: [*plain(table[n]), *plain(sample(200, 5)[n])] for n in names}
    for column in COLUMNS:
        if column.kind == "int" and column.nullable:
            both[column.name] = [None if v == -1 else v for v in both[column.name]]
    in_duckdb = duckdb.sql(f"select * from '{path}'")
    assert in_duckdb is not None
    assert in_duckdb.fetchall() == list(zip(*(both[n] for n in names), strict=True))
    in_polars = polars.read_parquet(path)
    assert in_polars.to_dict(as_series=False) == both


def test_pandas_reads_it(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    table = sample(100)
    write(tmp_path / "t.parquet", table)
    frame = pandas.read_parquet(tmp_path / "t.parquet")
    assert frame["request"].tolist() == list(range(100))
    assert frame["lead_h"].tolist() == plain(table["lead_h"])
    assert [None if pandas.isna(v) else v for v in frame["outcome"]] == plain(table["outcome"])


def plain(values: Values) -> list[object]:
    """A column as Python values, None where a text or a float is missing."""
    if isinstance(values, TextColumn):
        return list(texts(values))
    return [None if isinstance(v, float) and v != v else v for v in values.tolist()]


def test_pandas_is_not_imported(tmp_path: Path) -> None:
    """0.2 s of start-up that writing, reading and hashing do without."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from flowsim.record.parquet import TableWriter, read_table\n"
        "from sample_table import COLUMNS, sample\n"
        "with TableWriter(Path(sys.argv[2]), COLUMNS) as w: w.append(sample(50))\n"
        "read_table(Path(sys.argv[2]))\n"
        "sys.exit('pandas' in sys.modules)"
    )
    arguments = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path / "t.parquet")]
    assert subprocess.run(arguments, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"due": np.zeros(9)}, "'due' is int"),
        ({"lead_h": np.zeros(9, int)}, "'lead_h' is float"),
        ({"lead_h": np.full(9, np.nan)}, "not nullable"),
        ({"lead_h": np.zeros(8)}, "different lengths"),
        ({"lead_h": np.zeros((9, 1))}, "2-dimensional"),
        ({"measured": np.zeros(9, int)}, "'measured' is bool"),
        ({"state": np.zeros(9, int)}, "'state' is text"),
        ({"state": TextColumn(np.full(9, -1, np.int32), ("a",))}, "not nullable"),
        ({"state": TextColumn(np.full(9, 1, np.int32), ("a",))}, "outside"),
        ({"extra": np.zeros(9)}, "'extra'"),
    ],
)
def test_columns_that_do_not_fit_are_refused(tmp_path: Path, change: dict[str, Values], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write(tmp_path / "t.parquet", {**sample(9), **change})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "columns",
    [
        (),
        (Col("a", "int"), Col("a", "int")),
        (Col("", "int"),),
        (Col("a.b", "int"),),
        (Col("a", "bool", nullable=True),),
        (Col("a", "date"),),  # type: ignore[arg-type]
    ],
)
def test_descriptions_that_cannot_be_are_refused(tmp_path: Path, columns: tuple[Col, ...]) -> None:
    with pytest.raises(ValueError):
        TableWriter(tmp_path / "t.parquet", columns)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_nothing_is_left_after_an_exception(tmp_path: Path, stop: type[BaseException]) -> None:
    def fill() -> None:
        with TableWriter(tmp_path / "t.parquet", COLUMNS) as writer:
            writer.append(sample(5000))
            raise stop

    with pytest.raises(stop):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_an_older_table_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write(path, sample(10))
    before = path.read_bytes()
    with TableWriter(path, COLUMNS) as writer:
        writer.append(sample(20))
        assert path.read_bytes() == before
    assert rows_in(path) == 20


def test_page_checksums_find_flips_in_the_pages(tmp_path: Path) -> None:
    """reliability: without page checksums 88 % of flips were read as wrong data. Here none in the pages may be."""
    path = tmp_path / "t.parquet"
    write(path, sample(4000))
    whole = path.read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    chance = random.Random(5)
    silent = 0
    errors: list[ResultsError] = []
    for _ in range(150):
        spoiled = bytearray(whole)
        spoiled[chance.randrange(4, len(whole) - footer)] ^= 1 << chance.randrange(8)
        path.write_bytes(spoiled)
        try:
            silent += fingerprint(read_table(path)) != fingerprint(sample(4000))
        except ResultsError as error:
            errors.append(error)
    assert silent == 0
    assert len(errors) > 100  # a few flips fall in parts of a page header that nobody uses
    assert {error.code for error in errors} == {"FS603"}
    assert all(str(path) in str(error) and "run the scenario again" in error.hint for error in errors)


def test_truncated_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write(path, sample(300))
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ResultsError, match="damaged"):
            read_table(path)


def test_missing_file_and_folder_and_column(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="is missing") as missing:
        read_table(tmp_path / "t.parquet")
    assert missing.value.code == "FS603"
    with pytest.raises(ResultsError):
        read_table(tmp_path)
    write(tmp_path / "t.parquet", sample(3))
    with pytest.raises(UsageError, match="no column 'nope'") as unknown:
        read_table(tmp_path / "t.parquet", ["request", "nope"])
    assert unknown.value.code == "FS608"
    assert "lead_h" in unknown.value.hint


def test_foreign_types_are_refused(tmp_path: Path) -> None:
    """A hostile file: extension types, nested types, a bool with nulls."""
    path = tmp_path / "t.parquet"
    uuid = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16], pa.binary(16)))
    named = pa.field("x", pa.int64(), metadata={"ARROW:extension:name": "evil", "ARROW:extension:metadata": "!"})
    for table in (
        pa.table({"x": uuid}),
        pa.Table.from_arrays([pa.array([1])], schema=pa.schema([named])),
        pa.table({"x": pa.array([[1]])}),
        pa.table({"x": pa.array(["plain text"])}),
        pa.table({"x": pa.array([True, None])}),
    ):
        pq.write_table(table, path)
        with pytest.raises(ResultsError) as refused:
            read_table(path)
        assert refused.value.code == "FS603"


def test_only_the_rows_that_have_some_values(tmp_path: Path) -> None:
    """Group by group: rows of one outcome and one request's number, against the whole table."""
    path = tmp_path / "cases.parquet"
    write(path, sample(500), sample(300))
    whole = read_table(path)
    outcome, number = whole["outcome"], whole["request"]
    assert isinstance(outcome, TextColumn)
    assert not isinstance(number, TextColumn)
    word, seventh = outcome.words[int(outcome.codes[7])], int(number[7])
    here = np.flatnonzero((outcome.codes == outcome.words.index(word)) & (number == seventh))
    assert 0 < len(here) < 800
    some = read_table(path, list(whole), {"outcome": word, "request": seventh})
    for name, values in whole.items():
        expected = TextColumn(values.codes[here], values.words) if isinstance(values, TextColumn) else values[here]
        assert_same({name: some[name]}, {name: expected})
    assert len(read_table(path, ["request"], {"request": -1})["request"]) == 0
    with pytest.raises(AssertionError):  # spoiled: another row
        assert_same({"request": some["request"] + 1}, {"request": number[here]})
