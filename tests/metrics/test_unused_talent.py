"""Idle people and waiting work (semantics section 4), held against a clock that looks at every minute."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from records import HOUR, MIN, NINE, NONE, model, record, request, step, team, visit

from flowsim.metrics import Frame
from flowsim.metrics.idle import merged
from flowsim.metrics.staff import StaffRow, staff_rows
from flowsim.model import Model, OpenTimes, Person
from flowsim.record import Record, Via

TEN = NINE + HOUR


def found(m: Model, r: Record) -> tuple[list[StaffRow], int]:
    rows, idle = staff_rows(Frame(m, r))
    return rows, idle.if_one


def idle(row: StaffRow) -> tuple[int, int, int]:
    """Minutes idle: while skilled work waits, while other work waits, else."""
    return tuple(row.kinds[k] // MIN for k in ("idle_skilled", "idle_silo", "idle"))  # type: ignore[return-value]


def waits(number: int, where: int, since: int, until: int, done: int, person: int = 0) -> dict[str, int]:
    """Waits at a step with the team of its own number, and is worked on."""
    return visit(number, step=where, team=where, sent=since, started=until, worked=done, person=person)


SILOS = model([team("A", 2), team("B", 1)], [step("S", "A"), step("V", "B")], length=24 * HOUR)


def test_a_silo_is_idle_while_the_other_has_work() -> None:
    """B has one person, and one, then two requests wait for him; both people of A have nothing to do."""
    rows = [
        waits(0, 1, NINE, NINE, TEN),
        waits(1, 1, NINE, TEN, TEN + HOUR),
        waits(2, 1, NINE + 30 * MIN, TEN + HOUR, TEN + 2 * HOUR),
    ]
    (a, b), if_one = found(SILOS, record(rows, ended_at=48 * HOUR))
    assert idle(a) == (0, 2 * 120, 2 * (24 * 60 - 120))
    assert idle(b) == (0, 0, 24 * 60 - 180)
    assert if_one == (30 + 2 * 30 + 60) * MIN  # one, two, one of them could have begun


def test_work_of_a_closed_team_waits_for_nobody_else() -> None:
    m = model([team("A", 1), team("B", 1, "office")], [step("S", "A"), step("V", "B")], length=24 * HOUR)
    rows = [waits(0, 1, NINE - HOUR, NINE + HOUR, NINE + HOUR)]
    (a, _), if_one = found(m, record(rows, ended_at=48 * HOUR))
    assert idle(a) == (0, 60, 23 * 60)
    assert if_one == HOUR


def test_r8_a_named_helper_idle_while_the_team_he_helps_is_closed_is_skilled_and_unused() -> None:
    ann = Person("Ann", ("A", "B"))
    m = model([team("A", 0), team("B", 1, "office")], [step("S", "A"), step("V", "B")], length=24 * HOUR, people=[ann])
    rows = [waits(0, 1, NINE - 2 * HOUR, NINE, NINE + HOUR)]
    (a, b), if_one = found(m, record(rows, ended_at=48 * HOUR))
    assert idle(a) == (120, 0, 22 * 60)
    assert idle(b) == (0, 0, 6 * 60)
    assert if_one == 0  # the team whose work it is was not open


def test_nobody_is_matched_with_work_of_his_own_team() -> None:
    """R9 no start within: A's own work waits while A has idle people; that is no talent unused by a silo."""
    rows = [waits(0, 0, NINE, TEN, TEN)]
    (a, b), if_one = found(SILOS, record(rows, ended_at=48 * HOUR))
    assert idle(a) == (0, 0, 2 * 24 * 60)
    assert idle(b) == (0, 60, 23 * 60)
    assert if_one == HOUR  # B's one person


def test_a_process_batch_that_waits_is_one_piece_of_work() -> None:
    rows = [waits(i, 1, NINE, TEN, TEN) | {"process_batch": 0} for i in range(3)]
    (a, _), if_one = found(SILOS, record(rows, ended_at=48 * HOUR))
    assert (idle(a)[1], if_one) == (2 * 60, HOUR)


def test_before_the_warm_up_nothing_counts() -> None:
    rows = [waits(0, 1, NINE, TEN, TEN)]
    m = model([team("A", 2), team("B", 1)], [step("S", "A"), step("V", "B")], length=24 * HOUR, warm_up=NINE + 20 * MIN)
    (a, _), if_one = found(m, record(rows, ended_at=48 * HOUR))
    assert (idle(a)[1], if_one) == (2 * 40, 40 * MIN)
    assert found(m, record(rows, ended_at=NINE + 10 * MIN))[1] == 0  # the run ended before


def test_merged() -> None:
    begins, ends = (np.array(x, dtype=np.int64) for x in ([5, 1, 3, 9, 20, 8], [6, 4, 5, 9, 30, 9]))
    lows, highs = merged(begins, ends)
    assert (lows.tolist(), highs.tolist()) == ([1, 8, 20], [6, 9, 30])
    assert [x.size for x in merged(begins[:0], ends[:0])] == [0, 0]


# -- against a clock ---------------------------------------------------------------------------------------------------

MIXED = model(
    [team("A", 2, "office", absence=0.1), team("B", 1), team("C", 1, "office", presence=0.5)],
    [step("Sa", "A"), step("Sb", "B"), step("Sc", "C"), step("Any", "A", others=("C",))],
    length=19 * HOUR,
    warm_up=8 * HOUR + 30 * MIN,
    people=[Person("Ann", ("A", "B")), Person("Bob", ("C", "A"))],
)
STAFF = {  # everybody: his teams by index, home first, with his number in each
    "a0": ((0, 0),),
    "a1": ((0, 1),),
    "b0": ((1, 0),),
    "c0": ((2, 0),),
    "Ann": ((0, 2), (1, 1)),
    "Bob": ((2, 1), (0, 3)),
}


def by_chance(seed: int) -> Record:
    """People take up work at any minute, at any of their teams, whether it makes sense or not; some are away."""
    lot = random.Random(seed)
    rows: list[dict[str, int]] = []
    away = []
    for teams in STAFF.values():
        t = 8 * 60
        while t < 18 * 60:
            t += lot.choice((0, 0, 15, 60, 150))
            length = lot.choice((0, 10, 40, 90))
            index, number = lot.choice(teams)
            where = 3 if index != 1 and lot.random() < 0.3 else index
            since = max(0, t - lot.choice((0, 5, 90)))
            row = {"step": where, "team": index, "person": number, "via": int(Via.ARRIVAL)}
            begin = {"sent": since * MIN, "started": t * MIN, "worked": (t + length) * MIN}
            rows.append(visit(len(rows), **row, **begin, work=length * MIN))
            t += length
        if lot.random() < 0.7:
            begins = lot.randrange(8 * 60, 16 * 60)
            ends = begins + lot.randrange(30, 300)
            home, number = teams[0]
            away.append({"team": home, "person": number, "begins": begins * MIN, "ends": ends * MIN})
    for where in (0, 1, 2, 3):
        row = {"step": where, "team": min(where, 2) if where < 3 else 0, "via": int(Via.ARRIVAL)}
        rows.append(visit(len(rows), open_at="started", **row, sent=lot.randrange(9 * 60, 20 * 60) * MIN))
    return record(rows, [request(0) for _ in rows], ended_at=22 * HOUR, away=away)


def minute_by_minute(m: Model, r: Record) -> tuple[list[dict[str, int]], int]:
    """The same by looking at each minute of the window: by team minutes of each kind, and matched over all."""
    clocks = [OpenTimes(m.calendar(t.calendar), m.start) for t in m.teams]
    v = {name: column.tolist() for name, column in r.visits.items()}
    totals = [
        dict.fromkeys(("present", "work_adding", "kept", "idle_skilled", "idle_silo", "idle"), 0) for _ in m.teams
    ]
    away = [dict(zip(r.away, x, strict=True)) for x in zip(*(c.tolist() for c in r.away.values()), strict=True)]
    matched = 0
    for t in range(m.run.warm_up, m.run.length, MIN):
        opened = [clock.is_open(t) for clock in clocks]
        waiting = []  # (lists it stands on)
        for i, step_index in enumerate(v["step"]):
            if v["sent"][i] <= t < (v["started"][i] if v["started"][i] != NONE else r.ended_at):
                waiting.append((0, 2) if step_index == 3 else (v["team"][i],))
        idlers = []
        for teams in STAFF.values():
            home = teams[0][0]
            kinds = totals[home]
            off = any((a["team"], a["person"]) == teams[0] and a["begins"] <= t < a["ends"] for a in away)
            here = opened[home] and not off
            hands = [
                i
                for i in range(len(v["team"]))
                if (v["team"][i], v["person"][i]) in teams and v["started"][i] <= t < v["worked"][i]
            ]
            working = any(opened[v["team"][i]] for i in hands)
            kinds["present"] += here or working
            kinds["work_adding"] += working
            kinds["kept"] += here and bool(hands) and not working
            if here and not hands:
                own = {index for index, _ in teams}
                skilled = any(own & set(lists) and lists != (home,) for lists in waiting)
                elsewhere = any(opened[k] for lists in waiting for k in lists if k != home)
                kinds["idle_skilled" if skilled else "idle_silo" if elsewhere else "idle"] += 1
                idlers.append(home)
        matched += matching([[any(opened[k] for k in w if k != home) for w in waiting] for home in idlers])
    return totals, matched


def matching(fits: Sequence[Sequence[bool]]) -> int:
    """The size of the largest matching, by augmenting paths."""
    taken: dict[int, int] = {}

    def place(who: int, seen: set[int]) -> bool:
        for what, may in enumerate(fits[who]):
            if may and what not in seen:
                seen.add(what)
                if what not in taken or place(taken[what], seen):
                    taken[what] = who
                    return True
        return False

    return sum(place(who, set()) for who in range(len(fits)))


@pytest.mark.parametrize("seed", range(12))
def test_all_kinds_and_the_matching_agree_with_a_look_at_every_minute(seed: int) -> None:
    r = by_chance(seed)
    rows, if_one = found(MIXED, r)
    expected, matched = minute_by_minute(MIXED, r)
    for row, minutes in zip(rows, expected, strict=True):
        told = {kind: ticks / MIN for kind, ticks in row.kinds.items() if kind in minutes}
        assert told | {"present": row.present / MIN} == minutes
        assert sum(row.kinds.values()) == row.present
    assert if_one == matched * MIN
    assert matched
