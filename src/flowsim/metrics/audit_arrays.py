"""Whole columns at a time: the array tools of the audit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flowsim.model.calendar import FOREVER
from flowsim.record import NONE

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def coming(instant: IntArray) -> IntArray:
    """Instants with FOREVER where they have not come."""
    return np.where(instant == NONE, FOREVER, instant)


def take(column: IntArray, at: IntArray, missing: int = NONE) -> IntArray:
    """The column's values at these positions; `missing` where a position is NONE."""
    if not len(column):
        return np.full(len(at), missing, dtype=np.int64)
    return np.where(at == NONE, missing, column[at])


def group_rows(value: IntArray, kinds: int) -> list[IntArray]:
    """By value 0 … kinds - 1: the positions that have it, ascending."""
    if kinds > 30_000:
        order = np.argsort(value, kind="stable")
    else:
        order = np.argsort(np.clip(value, -1, kinds).astype(np.int16), kind="stable")  # 16 bits: a radix sort
    edges = np.searchsorted(value[order], np.arange(kinds + 1))
    return [order[a:b] for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]


def count_before(group: IntArray, mask: BoolArray) -> IntArray:
    """For each row how many rows before it in its group are true in the mask; rows of a group are together."""
    if not len(group):
        return np.empty(0, dtype=np.int64)
    heads = np.append(True, group[1:] != group[:-1])
    before: IntArray = np.cumsum(mask) - mask
    return np.asarray(before - before[heads][np.cumsum(heads) - 1], dtype=np.int64)


def count_same(value: IntArray) -> IntArray:
    """For each row how many rows before it have the same value."""
    order = np.argsort(value, kind="stable")
    found = np.empty(len(value), dtype=np.int64)
    found[order] = count_before(value[order], np.ones(len(value), dtype=np.bool_))
    return found


def sort_key(*columns: IntArray) -> IntArray:
    """One int64 a row that orders rows as the columns do, the first column counting most; equal rows, equal keys."""
    if not len(columns[0]):
        return np.empty(0, dtype=np.int64)
    lows = [int(c.min()) for c in columns]
    spans = [int(c.max()) - low + 1 for c, low in zip(columns, lows, strict=True)]
    room = 1
    for span in spans:
        room *= span
    if room < 1 << 62:
        key = np.zeros(len(columns[0]), dtype=np.int64)
        for column, low, span in zip(columns, lows, spans, strict=True):
            key *= span
            key += column
            key -= low
        return key
    order = np.lexsort(columns[::-1])
    new = np.zeros(len(order), dtype=np.bool_)
    for column in columns:
        ranked = column[order]
        new[1:] |= ranked[1:] != ranked[:-1]
    key = np.empty(len(order), dtype=np.int64)
    key[order] = np.cumsum(new)
    return key


def range_max(values: IntArray, low: IntArray, high: IntArray) -> IntArray:
    """The largest of values[low:high] for each pair; -1 where that is empty. Values must not be negative."""
    found = np.full(len(low), -1, dtype=np.int64)
    length = high - low
    longest = int(length.max()) if len(length) else 0
    window, span = values, 1
    while span <= longest:
        asked = np.flatnonzero((length >= span) & (length < 2 * span))
        found[asked] = np.maximum(window[low[asked]], window[high[asked] - span])
        window = np.maximum(window[:-span], window[span:])
        span *= 2
    return found


def any_in(batch: IntArray, mask: BoolArray) -> BoolArray:
    """The mask, made true for all of a batch (those with a batch number) when it is true for one of it."""
    hit = batch[mask & (batch != NONE)]
    return mask if not len(hit) else mask | np.isin(batch, hit)


def within(t: IntArray, opens: IntArray, closes: IntArray) -> IntArray:
    """Ticks before each t that lie in the intervals, which are ascending and apart."""
    if not len(opens):
        return np.zeros(len(t), dtype=np.int64)
    before = np.cumsum(closes - opens) - (closes - opens)
    k = np.maximum(np.searchsorted(opens, t, side="right") - 1, 0)
    inside: IntArray = before[k] + np.clip(t - opens[k], 0, closes[k] - opens[k])
    return inside


def in_any(t: IntArray, begins: IntArray, ends: IntArray) -> BoolArray:
    """Whether each t lies in one of the half-open intervals, which are ascending and apart."""
    if not len(begins):
        return np.zeros(len(t), dtype=np.bool_)
    k = np.searchsorted(begins, t, side="right") - 1
    return np.asarray((k >= 0) & (t < ends[k]))


def united(begins: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    """Half-open intervals made one where they touch or overlap, ascending; those of no length stay out."""
    some = np.flatnonzero(ends > begins)
    some = some[np.argsort(begins[some], kind="stable")]
    begins, ends = begins[some], ends[some]
    if not len(begins):
        return begins, ends
    reach = np.maximum.accumulate(ends)
    first = np.append(True, begins[1:] > reach[:-1])
    last = np.append(first[1:], True)
    return begins[first], reach[last]


def level(times: IntArray, begins: IntArray, ends: IntArray) -> IntArray:
    """How many of the half-open intervals hold each of these instants."""
    begun = np.searchsorted(np.sort(begins), times, side="right")
    return np.asarray(begun - np.searchsorted(np.sort(ends), times, side="right"), dtype=np.int64)


def level_across(times: IntArray, begins: IntArray, ends: IntArray) -> IntArray:
    """How many of the intervals begin before and end after each of these instants."""
    some = ends > begins
    begun = np.searchsorted(np.sort(begins[some]), times, side="left")
    return np.asarray(begun - np.searchsorted(np.sort(ends[some]), times, side="right"), dtype=np.int64)


def level_touching(times: IntArray, begins: IntArray, ends: IntArray) -> IntArray:
    """How many of the intervals hold each of these instants or touch it: begin no later and end no earlier."""
    begun = np.searchsorted(np.sort(begins), times, side="right")
    return np.asarray(begun - np.searchsorted(np.sort(ends), times, side="left"), dtype=np.int64)
