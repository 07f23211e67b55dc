"""Being overtaken (semantics section 4, R8), against the definition spelt out visit by visit."""

from __future__ import annotations

import numpy as np
import pytest
from records import (
    HOUR,
    MIN,
    NINE,
    NONE,
    colleague,
    cut,
    fork,
    model,
    record,
    request,
    step,
    team,
    visit,
)
from rich_models import RichModel

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics import visit_ledger
from flowsim.metrics.overtaking import _highest, _weight_above
from flowsim.model import Model, OpenTimes, Split
from flowsim.record import Kind, Record, Via


class Definition:
    """The sentence in section 4, read visit by visit: for every waiting visit the union over all its overtakers."""

    def __init__(self, m: Model, r: Record) -> None:
        self.m, self.r = m, r
        self.v = {name: column.tolist() for name, column in r.visits.items()}
        self.n = len(self.v["request"])
        self.clocks = [OpenTimes(m.calendar(team.calendar), m.start) for team in m.teams]
        self.index = {team.name: i for i, team in enumerate(m.teams)}
        self.batches: dict[int, list[int]] = {}
        for i, batch in enumerate(self.v["process_batch"]):
            self.batches.setdefault(batch, []).append(i)
        self.rows_of: dict[int, list[int]] = {}
        for i, number in enumerate(self.v["request"]):
            self.rows_of.setdefault(number, []).append(i)
        self.crew: dict[tuple[int, int], list[int]] = {}
        for number, visit_, team_index in zip(*(r.crew[c].tolist() for c in ("request", "visit", "team")), strict=True):
            self.crew.setdefault((number, visit_), []).append(team_index)
        self.begun = set(zip(*(r.branches[c].tolist() for c in ("request", "parent", "split", "began")), strict=True))
        keys = zip(*(r.branches[c].tolist() for c in ("request", "branch")), strict=True)
        self.parent = dict(zip(keys, r.branches["parent"].tolist(), strict=True))

    def at(self, name: str, i: int) -> int:
        return self.r.ended_at if self.v[name][i] == NONE else int(self.v[name][i])

    def members(self, i: int) -> list[int]:
        batch = self.v["process_batch"][i]
        return [i] if batch == NONE else self.batches[batch]

    def joined(self, i: int) -> tuple[int, int, int]:
        def order(j: int) -> tuple[int, int, int]:
            return self.at("admitted", j), self.v["request"][j], self.v["branch"][j]

        head = min(self.members(i), key=order)
        return self.at("assembled", i), self.v["request"][head], self.v["branch"][head]

    def free(self, i: int) -> int:
        """When its people are free again: after the last of its unit; where they stay, when that was let in (R14)."""
        found = []
        for j in self.members(i):
            found.append(self.at("read" if self.v["kind"][j] == Kind.QUESTION else "worked", j))
            if self.m.steps[self.v["step"][j]].blocking == "person" and not self.is_answer(j):
                found += [self.at("admitted", k) for k in self.rows_of[self.v["request"][j]] if self.stays(j, k)]
        return max(found)

    def stays(self, i: int, k: int) -> bool:
        """Whether the request stays at visit i until it is let in at k."""
        v = self.v
        moved = v["via"][k] in (Via.NEXT, Via.RETURN) and v["transfer_batch"][k] == NONE
        if not moved or k <= i or v["sent"][k] != v["released"][i] or self.at("delivered", k) != v["sent"][k]:
            return False
        branch, number = v["branch"][i], v["request"][i]
        split = (number, branch, v["step"][i], v["released"][i]) in self.begun and v["via"][k] == Via.NEXT
        same = v["branch"][k] == branch and not split
        inner = split and self.parent.get((number, v["branch"][k])) == branch
        return v["from_step"][k] == v["step"][i] and (same or inner)

    def is_answer(self, i: int) -> bool:
        kind = self.v["kind"][i]
        return kind == Kind.ANSWER or (kind == Kind.WITHDRAWN and self.v["via"][i] == Via.QUESTION)

    def served_by(self, w: int) -> list[int]:
        """The teams whose people were at work on it."""
        if self.v["started"][w] == NONE or self.v["kind"][w] == Kind.WITHDRAWN:
            return []
        lent = [t for j in self.members(w) for t in self.crew.get((self.v["request"][j], self.v["visit"][j]), [])]
        return [self.v["team"][w], *lent]

    def of_visit(self, i: int) -> int:
        own = self.m.steps[self.v["step"][i]]
        if self.v["team"][i] == NONE or self.is_answer(i) or own.several:
            return 0
        lists = {self.index[name] for name in own.takers}
        a, s, limit = self.at("assembled", i), self.at("started", i), own.no_start_within
        spans = []
        for w in range(self.n):
            start = self.at("started", w)
            if not a <= start < s or w in self.members(i) or not self.joined(w) > self.joined(i):
                continue
            if any(
                t in lists and (not limit or self.clocks[t].closing(start) - start >= limit) for t in self.served_by(w)
            ):
                spans.append((max(start, a), min(self.free(w), s)))
        ticks, upto = 0, a
        for begin, end in sorted(spans):
            if end > max(begin, upto):
                ticks += self.clocks[self.v["team"][i]].worked(max(begin, upto), end)
                upto = end
        return ticks


def by_definition(m: Model, r: Record) -> list[int]:
    definition = Definition(m, r)
    return [definition.of_visit(i) for i in range(definition.n)]


def overtaken(m: Model, r: Record) -> list[int]:
    return visit_ledger(m, r)["overtaken"].tolist()


ONE = model([team("T")], [step("S", "T")])
CHAIN_TO_THE_LIST = ("sent", "gathered", "delivered", "admitted", "assembled")


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


def test_r8_who_stands_in_several_lists_is_overtaken_by_the_people_of_any() -> None:
    m = model([team("A"), team("B")], [step("Sa", "A"), step("Sb", "B"), step("Any", "A", others=("B",))])
    waits = {"step": 2, "joined": 0, "started": 50, "worked": 60}
    by_a, by_b = taken(1, 5, 10, 20), taken(2, 6, 15, 40, step=1, team=1)
    assert overtaken(m, record([taken(0, **waits), by_a, by_b])) == [30, 0, 0]  # taken by A: from 10 to 40
    assert overtaken(m, record([taken(0, **waits, team=1), by_a, by_b])) == [30, 0, 0]  # taken by B: the same wait
    assert overtaken(m, record([taken(0, 0, 50, 60), by_a, by_b])) == [10, 0, 0]  # in the list of A only
    open_still = visit(0, sent=0, step=2, open_at="started")
    assert overtaken(m, record([open_still, by_a, by_b], ended_at=45)) == [30, 0, 0]


def test_r8_what_one_of_several_teams_took_overtakes_in_the_list_of_that_team_only() -> None:
    m = model([team("A"), team("B")], [step("Sa", "A"), step("Sb", "B"), step("Any", "A", others=("B",))])
    rows = [taken(0, 0, 50, 60), taken(1, 0, 50, 60, step=1, team=1), taken(2, 5, 10, 30, step=2, team=1)]
    assert overtaken(m, record(rows)) == [0, 20, 0]


def test_r8_the_open_time_of_a_wait_is_that_of_the_team_that_took_it() -> None:
    m = model([team("A", calendar="office"), team("B")], [step("Any", "A", others=("B",)), step("Sb", "B")])
    later = taken(1, NINE + 1, NINE + 2 * HOUR, NINE + 5 * HOUR, step=1, team=1)
    for own, ticks in ((0, 2 * HOUR), (1, 3 * HOUR)):  # A is closed from 12 to 13
        r = record([taken(0, NINE, NINE + 6 * HOUR, NINE + 7 * HOUR, team=own), later])
        assert overtaken(m, r) == [ticks, 0]


def test_r8_work_for_several_people_overtakes_with_all_of_them_and_is_never_overtaken() -> None:
    m = model(
        [team("A", 2), team("B")],
        [step("Sa", "A"), step("Sb", "B"), step("Meeting", "A", together=(("B", 1),)), step("Pair", "A", people=2)],
    )
    waits = [taken(0, 0, 50, 60), taken(1, 0, 50, 60, step=1, team=1)]
    meeting = taken(2, 5, 10, 30, step=2)
    assert overtaken(m, record([*waits, meeting], crew=[colleague(2, 1, 1)])) == [20, 20, 0]
    pair = taken(2, 5, 10, 30, step=3)
    assert overtaken(m, record([*waits, pair], crew=[colleague(2, 1, 0, 1)])) == [20, 0, 0]
    late = [taken(0, 0, 50, 60, step=2), taken(1, 5, 10, 30), taken(2, 5, 10, 30, step=1, team=1)]
    r = record(late, crew=[colleague(0, 1, 1)])
    assert overtaken(m, r) == [0, 0, 0]
    assert visit_ledger(m, r)["queue"].tolist() == [50, 5, 5]


def test_r15_who_withdrew_was_overtaken_until_then_and_overtook_nobody() -> None:
    gone = cut(0, 25, **dict.fromkeys(CHAIN_TO_THE_LIST, 0))
    r = record([gone, taken(1, 5, 10, 30)])
    assert overtaken(ONE, r) == [15, 0]
    assert visit_ledger(ONE, r)["queue"].tolist() == [10, 5]
    early = cut(1, 12, **dict.fromkeys(CHAIN_TO_THE_LIST, 5))
    assert overtaken(ONE, record([taken(0, 0, 30, 40), early])) == [0, 0]


def test_r3_of_two_branches_of_one_request_that_join_at_once_the_lower_number_was_first() -> None:
    m = model([team("T", 2)], [step("S", "T", split=Split((("L",), ("R",)), "")), step("L", "T"), step("R", "T")])
    for left, right, ticks in (((30, 40), (10, 30), [0, 20, 0]), ((10, 30), (30, 40), [0, 0, 0])):
        rows = [
            visit(0, sent=0, released=5),
            visit(0, sent=5, step=1, branch=1, started=left[0], worked=left[1]),
            visit(0, sent=5, step=2, branch=2, started=right[0], worked=right[1]),
        ]
        ends = fork(0, 0, 5, left[1], right[1])
        assert overtaken(m, record(rows, [request(0, 40)], branches=ends)) == ticks
        rows[1], rows[2] = rows[2], rows[1]  # whatever the order of the rows
        assert overtaken(m, record(rows, [request(0, 40)], branches=ends)) == [ticks[0], ticks[2], ticks[1]]


def test_r14_a_person_who_stays_with_what_may_not_go_on_could_have_been_at_work() -> None:
    m = model([team("T"), team("U")], [step("S", "T", blocking="person"), step("Next", "U", limit=1), step("Q", "T")])
    rows = [
        taken(0, 0, 50, 60, step=2),
        taken(1, 5, 10, 30),
        visit(1, sent=30, admitted=45, step=1, team=1, from_step=0, from_team=0, released=46),
    ]
    assert overtaken(m, record(rows)) == [35, 0, 0]
    free = model([team("T"), team("U")], [step("S", "T"), step("Next", "U", limit=1), step("Q", "T")])
    assert overtaken(free, record(rows)) == [20, 0, 0]


@pytest.mark.parametrize("seed", [3, 5, 7, 8, 9, 12, 23])
def test_against_the_definition_on_rich_records(seed: int) -> None:
    m = RichModel(seed).model()
    r = run(m, Draws(seed, 1))
    found = overtaken(m, r)
    assert sum(ticks > 0 for ticks in found) > 10
    assert found == by_definition(m, r)
