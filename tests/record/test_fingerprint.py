"""The fingerprint depends on what a table says and on nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_table import sample, texts

from flowsim.record.columns import TextColumn, compacted, kind_of
from flowsim.record.fingerprint import Fingerprint, fingerprint


def test_known_value() -> None:
    """Pins the definition: worked out by hand from the module's text. A change of it is a new name of the domain."""
    column = hashlib.sha256(np.array([1, -2, 3], "<i8").tobytes()).digest()
    name, kind = (len(t).to_bytes(8, "little") + t for t in (b"a", b"int"))
    whole = hashlib.sha256(b"flowsim table 1" + (3).to_bytes(8, "little") + name + kind + column)
    assert fingerprint({"a": np.array([1, -2, 3])}) == whole.hexdigest()


def test_known_value_of_texts() -> None:
    """Rows as int32 numbers in order of first appearance, then the words."""
    words = b"".join(len(w).to_bytes(8, "little") + w for w in ("é".encode(), b"b"))
    column = hashlib.sha256(np.array([0, 1, -1, 0], "<i4").tobytes() + words).digest()
    name, kind = (len(t).to_bytes(8, "little") + t for t in (b"t", b"text"))
    whole = hashlib.sha256(b"flowsim table 1" + (4).to_bytes(8, "little") + name + kind + column)
    text = TextColumn(np.array([2, 0, -1, 2], np.int32), ("b", "never", "é"))
    assert fingerprint({"t": text}) == whole.hexdigest()


@pytest.mark.parametrize("cuts", [(0,), (100,), (1, 2, 50), (99, 100)])
def test_pieces_make_no_difference(cuts: tuple[int, ...]) -> None:
    table = sample(100)
    whole = Fingerprint({name: kind_of(values) for name, values in table.items()})
    for low, high in zip((0, *cuts), (*cuts, 100), strict=True):
        piece = {
            name: TextColumn(v.codes[low:high], v.words) if isinstance(v, TextColumn) else v[low:high]
            for name, v in table.items()
        }
        whole.update(piece)
    assert whole.rows == 100
    assert whole.hexdigest() == fingerprint(table)


def test_order_of_columns_words_and_memory_make_no_difference() -> None:
    table = sample(50)
    other = dict(reversed(table.items()))
    text = table["outcome"]
    assert isinstance(text, TextColumn)
    turned = np.array([3, 1, 0, -1], np.int32)[text.codes]
    other["outcome"] = TextColumn(turned, (text.words[2], text.words[1], "unused", text.words[0]))
    other["request"] = np.repeat(np.arange(50, dtype=np.int32), 2)[::2]  # not contiguous, narrower, same numbers
    assert fingerprint(other) == fingerprint(table)
    assert fingerprint({"x": np.array([0.0, np.nan])}) == fingerprint({"x": np.array([-0.0, -np.nan])})


@pytest.mark.parametrize("name", list(sample(1)))
def test_every_cell_counts(name: str) -> None:
    table, other = sample(40), sample(40)
    values = other[name]
    if isinstance(values, TextColumn):
        codes = values.codes.copy()
        codes[17] = (codes[17] + 2) % (len(values.words) + 1) - 1
        other[name] = TextColumn(codes, values.words)
    elif values.dtype == np.bool_:
        values[17] = not values[17]
    else:
        values[17] = 5.25
    assert fingerprint(other) != fingerprint(table)


def test_name_kind_and_rows_count() -> None:
    assert fingerprint({"a": np.array([1])}) != fingerprint({"b": np.array([1])})
    assert fingerprint({"a": np.array([0])}) != fingerprint({"a": np.array([0.0])})
    assert fingerprint({"a": np.empty(0, int)}) != fingerprint({"a": np.empty(0)})
    assert fingerprint({"a": np.array([1]), "b": np.array([2])}) != fingerprint(
        {"a": np.array([2]), "b": np.array([1])}
    )


def test_refuses_what_is_no_table() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        fingerprint({"a": np.zeros(2), "b": np.zeros(3)})
    with pytest.raises(ValueError, match="no column"):
        fingerprint({"a": np.array(["x"])})
    with pytest.raises(ValueError, match="does not fit"):
        fingerprint({"a": np.array([2**63], np.uint64)})
    whole = Fingerprint({"a": "int"})
    with pytest.raises(ValueError, match="'b'"):
        whole.update({"a": np.zeros(1, int), "b": np.zeros(1, int)})
    with pytest.raises(ValueError, match="is float, not int"):
        whole.update({"a": np.zeros(1)})


rows_of_words = st.lists(st.sampled_from([None, "", "a", "b", "a b", "é", "e\u0301"]), max_size=30)


@given(rows_of_words, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=200, derandomize=True)
def test_compacted_keeps_rows_and_orders_words(rows: list[str | None], random: object) -> None:
    listed = ["b", "a", "unused", "", "a", "é", "a b", "e\u0301"]  # "a" stands twice
    random.shuffle(listed)  # type: ignore[attr-defined]
    codes = np.array([-1 if r is None else listed.index(r) for r in rows], np.int32)
    small = compacted(TextColumn(codes, tuple(listed)))
    assert texts(small) == rows
    assert list(small.words) == list(dict.fromkeys(r for r in rows if r is not None))


def test_compacted_refuses_a_code_without_a_word() -> None:
    for codes in ([0, 2], [-2, 0]):
        with pytest.raises(ValueError, match="outside"):
            compacted(TextColumn(np.array(codes, np.int32), ("a", "b")))
