"""Being overtaken (semantics section 4, R8), against the definition spelt out visit by visit."""

from __future__ import annotations

import numpy as np
import pytest
from records import HOUR, MIN, NINE, NONE, model, record, step, team, visit

from flowsim.metrics import visit_ledger
from flowsim.metrics.overtaking import _highest, _weight_above
from flowsim.model import Model, OpenTimes
from flowsim.record import Kind, Record


def by_definition(m: Model, r: Record) -> list[int]:
    """Overtaken ticks, from the sentence in section 4: for every waiting visit the union over all overtakers."""
    v = {name: column.tolist() for name, column in r.visits.items()}
    now = r.ended_at
    n = len(v["request"])

    def at(name: str, i: int) -> int:
        return now if v[name][i] == NONE else int(v[name][i])

    def members(i: int) -> list[int]:
        batch = v["process_batch"][i]
        return [i] if batch == NONE else [j for j in range(n) if v["process_batch"][j] == batch]

    def joined(i: int) -> tuple[int, int]:
        head = min(members(i), key=lambda j: (at("admitted", j), v["request"][j]))
        return at("assembled", i), v["request"][head]

    def free(i: int) -> int:
        return max(at("read" if v["kind"][j] == Kind.QUESTION else "worked", j) for j in members(i))

    found = []
    for i in range(n):
        team_index = v["team"][i]
        if team_index == NONE or v["kind"][i] == Kind.ANSWER:
            found.append(0)
            continue
        clock = OpenTimes(m.calendar(m.teams[team_index].calendar), m.start)
        limit = m.steps[v["step"][i]].no_start_within
        a, s = at("assembled", i), at("started", i)
        spans = []
        for w in range(n):
            start = at("started", w)
            if v["team"][w] != team_index or not (joined(w) > joined(i) and a <= start < s):
                continue
            if w in members(i) or (limit and clock.closing(start) - start < limit):
                continue
            spans.append((max(start, a), min(free(w), s)))
        ticks, upto = 0, a
        for begin, end in sorted(spans):
            if end > max(begin, upto):
                ticks += clock.worked(max(begin, upto), end)
                upto = end
        found.append(ticks)
    return found


def overtaken(m: Model, r: Record) -> list[int]:
    return visit_ledger(m, r)["overtaken"].tolist()


ONE = model([team("T")], [step("S", "T")])


def taken(request: int, joined: int, started: int, worked: int, **more: int) -> dict[str, int]:
    return visit(request, sent=joined, started=started, worked=worked, **more)


def test_a_request_passed_by_a_later_one_is_overtaken_while_that_one_is_in_hand() -> None:
    r = record([taken(0, 0, 30, 40), taken(1, 5, 10, 30)])
    assert overtaken(ONE, r) == [20, 0]
    assert visit_ledger(ONE, r)["queue"].tolist() == [10, 5]


def test_first_in_first_out_has_none() -> None:
    r = record([taken(0, 0, 10, 20), taken(1, 0, 20, 30), taken(2, 15, 30, 31)])
    assert overtaken(ONE, r) == [0, 0, 0]


def test_two_who_passed_at_once_count_once() -> None:
    r = record([taken(0, 0, 50, 60), taken(1, 1, 10, 30), taken(2, 2, 20, 40)])
    assert overtaken(ONE, r) == [30, 0, 0]


def test_one_still_in_hand_when_the_other_is_taken_counts_up_to_then() -> None:
    r = record([taken(0, 0, 20, 60), taken(1, 1, 10, 90)])
    assert overtaken(ONE, r) == [10, 0]


def test_at_one_instant_the_lower_number_joined_first() -> None:
    assert overtaken(ONE, record([taken(0, 0, 20, 30), taken(1, 0, 0, 20)])) == [20, 0]
    assert overtaken(ONE, record([taken(0, 0, 0, 20), taken(1, 0, 20, 30)])) == [0, 0]


def test_who_still_waits_at_the_end_was_overtaken_too() -> None:
    waiting = visit(0, sent=0, open_at="started")
    r = record([waiting, taken(1, 5, 10, 30), visit(2, sent=6, started=30, open_at="worked")], ended_at=100)
    assert overtaken(ONE, r) == [90, 0, 0]


def test_other_teams_do_not_overtake() -> None:
    m = model([team("A"), team("B")], [step("Sa", "A"), step("Sb", "B")])
    rows = [taken(0, 0, 30, 40), taken(1, 5, 10, 30, step=1, team=1)]
    assert overtaken(m, record(rows)) == [0, 0]


def test_only_open_time_counts() -> None:
    m = model([team("T", calendar="office")], [step("S", "T")])
    r = record(
        [
            taken(0, NINE + 2 * HOUR, NINE + 5 * HOUR, NINE + 6 * HOUR),
            taken(1, NINE + 2 * HOUR, NINE + 2 * HOUR, NINE + 5 * HOUR),
        ]
    )
    assert overtaken(m, r) == [2 * HOUR, 0]  # from 11 to 14, less the noon hour
    assert visit_ledger(m, r)["closed"].tolist() == [HOUR, HOUR]


def test_r9_a_start_so_near_to_closing_that_the_step_could_not_begin_does_not_count() -> None:
    limit = 30 * MIN
    m = model([team("T", calendar="office")], [step("S", "T", no_start_within=limit), step("Q", "T")])
    latest = NINE + 2 * HOUR + 30 * MIN
    for start, counts in ((latest, True), (latest + 1, False)):
        r = record(
            [
                taken(0, NINE, NINE + 4 * HOUR, NINE + 5 * HOUR),
                taken(1, NINE + HOUR, start, NINE + 2 * HOUR + 50 * MIN, step=1),
            ]
        )
        assert overtaken(m, r)[0] == (NINE + 2 * HOUR + 50 * MIN - start if counts else 0)


def test_r11_members_of_a_batch_join_as_one_and_do_not_overtake_each_other() -> None:
    def member(request: int, batch: int, begin: int, turn: int, worked: int, end: int) -> dict[str, int]:
        chain = {"started": begin, "turn": turn, "worked": worked, "released": end}
        return visit(request, sent=0, assembled=5, process_batch=batch, **chain)

    # The batch of 0 and 3 is taken before that of 1 and 2, as it should be; 3 does not overtake 1.
    first = [member(0, 0, 10, 10, 20, 30), member(3, 0, 10, 20, 30, 30)]
    second = [member(1, 1, 30, 30, 40, 50), member(2, 1, 30, 40, 50, 50)]
    assert overtaken(ONE, record(first + second)) == [0, 0, 0, 0]
    # One that joined before both was passed by a batch, and for as long as the whole of it lasted.
    alone = taken(4, 1, 60, 61)
    assert overtaken(ONE, record([*first, *second, alone]))[-1] == 50 - 10


def test_r12_a_question_frees_the_person_when_read_and_an_answer_waits_for_itself() -> None:
    asks = visit(1, sent=5, started=10, read=14, kind=int(Kind.QUESTION))
    assert overtaken(ONE, record([taken(0, 0, 30, 40), asks])) == [4, 0]
    answer = taken(0, 0, 30, 40, kind=int(Kind.ANSWER))
    r = record([answer, taken(1, 5, 10, 30)])
    assert overtaken(ONE, r) == [0, 0]
    assert visit_ledger(ONE, r)["answer"].tolist() == [30, 0]


def random_record(dice: np.random.Generator) -> Record:
    """Visits to two teams, of all kinds, in any order whatever, some unfinished, some in batches."""
    rows = []
    for number in range(int(dice.integers(2, 40))):
        where = int(dice.integers(0, 3))
        joined = NINE + int(dice.integers(0, 25)) * 20 * MIN
        started = joined + int(dice.integers(0, 20)) * 20 * MIN
        read = started + int(dice.integers(0, 3)) * 10 * MIN
        kind = int(dice.choice([0, 0, 0, 1, 2, 3]))
        worked = read if kind == Kind.QUESTION else read + int(dice.integers(0, 12)) * 10 * MIN
        chain = {"sent": joined, "started": started, "read": read, "worked": worked}
        open_at = str(dice.choice(["started", "read", "worked"])) if dice.random() < 0.15 else None
        rows.append(visit(number, step=where, team=where // 2, kind=kind, open_at=open_at, **chain))
    batch = 0
    while len(rows) > 4 and batch < dice.integers(0, 4):  # two or three neighbours made one batch
        at = int(dice.integers(0, len(rows) - 3))
        some = rows[at : at + int(dice.integers(2, 4))]
        if all(s["process_batch"] == NONE for s in some):
            for s in some:
                for name in ("step", "team", "assembled", "started", "set_up", "person"):
                    s[name] = some[0][name]
                s["process_batch"] = batch
        batch += 1
    return record(rows, ended_at=NINE + 60 * HOUR)


@pytest.mark.parametrize("seed", range(40))
def test_against_the_definition_on_random_records(seed: int) -> None:
    m = model(
        [team("A", 2, "office"), team("B", 3)],
        [step("Sa", "A", no_start_within=25 * MIN), step("Sb", "A", "finish"), step("Sc", "B")],
        length=48 * HOUR,
    )
    r = random_record(np.random.default_rng(seed))
    assert overtaken(m, r) == by_definition(m, r)


def test_the_random_records_hold_overtaking_at_all() -> None:
    m = model(
        [team("A", 2, "office"), team("B", 3)],
        [step("Sa", "A", no_start_within=25 * MIN), step("Sb", "A", "finish"), step("Sc", "B")],
    )
    records = [random_record(np.random.default_rng(seed)) for seed in range(40)]
    found = [overtaken(m, r) for r in records]
    assert sum(any(row) for row in found) >= 30
    assert sum(any(np.array(row)[r.visits["process_batch"] != NONE]) for row, r in zip(found, records, strict=True)) > 3


@pytest.mark.parametrize("seed", range(5))
def test_the_wavelet_sum_and_the_range_maximum_against_loops(seed: int) -> None:
    dice = np.random.default_rng(seed)
    size, count = 50, 30
    values, weights = dice.integers(0, 9, size), dice.integers(0, 5, size)
    lo = dice.integers(0, size, count)
    hi = lo + dice.integers(0, size - lo + 1)
    least = dice.integers(0, 10, count)
    expected = [int(weights[a:b][values[a:b] > x].sum()) for a, b, x in zip(lo, hi, least, strict=True)]
    assert _weight_above(values, weights, lo, hi, least).tolist() == expected
    wide = hi > lo
    first, last, value = lo[wide], hi[wide], dice.integers(1, 99, int(wide.sum()))
    top = [max([0, *value[(first <= i) & (i < last)].tolist()]) for i in range(size)]
    assert _highest(first, last, value, size).tolist() == top
