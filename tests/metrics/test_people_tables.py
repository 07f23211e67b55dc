"""People's time in models with every rule, run by the engine and held against a second look at the Record."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from rich_models import RichModel

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics import DESCRIPTIONS, SCHEMA, Frame, person_ticks, visit_ledger
from flowsim.metrics.crews import people_ticks
from flowsim.metrics.schema_people import KIND_MEANING, PEOPLE_DESCRIPTIONS, PEOPLE_TABLES
from flowsim.metrics.staff import HANDLING, KINDS, staff_rows, work_time
from flowsim.metrics.stints import stints_of
from flowsim.metrics.tables import tables
from flowsim.model import Model, OpenTimes, Run
from flowsim.record import NONE, Kind, Record, Via

Row = dict[str, int]


def rich(seed: int) -> tuple[Model, Record]:
    m = RichModel(seed).model()
    return m, run(m, Draws(seed, 1))


def rows_of(columns: dict[str, np.ndarray]) -> list[Row]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)]


class Unit(NamedTuple):
    """What somebody took up: who (team, number), from when, until when it was worked on and kept, in which hours."""

    people: list[tuple[int, int]]
    began: int
    done: int
    free: int
    teams: set[int] | None  # None: overtime


def units(m: Model, r: Record) -> Iterator[Unit]:
    """Everything that was taken up, read straight from the rows."""
    visits, crew, branches = rows_of(r.visits), rows_of(r.crew), rows_of(r.branches)
    parent = {(b["request"], b["branch"]): b["parent"] for b in branches}
    index = {team.name: i for i, team in enumerate(m.teams)}
    together: dict[object, list[Row]] = {}
    for i, v in enumerate(visits):
        if v["started"] != NONE and v["team"] != NONE and v["kind"] != Kind.WITHDRAWN:
            together.setdefault(("batch", v["process_batch"]) if v["process_batch"] != NONE else i, []).append(v)

    def left(v: Row) -> int:
        """When everybody who goes on from this visit was let in."""
        onward = [
            w
            for w in visits
            if w["request"] == v["request"]
            and (w["from_step"], w["sent"]) == (v["step"], v["released"])
            and w["visit"] > v["visit"]
            and w["via"] in (Via.NEXT, Via.RETURN)
            and v["branch"] in (w["branch"], parent.get((w["request"], w["branch"])))
            and w["transfer_batch"] == NONE
            and w["delivered"] == w["sent"]
        ]
        return max((r.ended_at if w["admitted"] == NONE else w["admitted"] for w in onward), default=0)

    for members in together.values():
        first = members[0]
        step = m.steps[first["step"]]
        answer = first["kind"] == Kind.ANSWER
        keys = {(v["request"], v["visit"]) for v in members}
        who = [(first["team"], first["person"])]
        who += [(c["team"], c["person"]) for c in crew if (c["request"], c["visit"]) in keys]
        ends = [v["read"] if v["kind"] == Kind.QUESTION else v["worked"] for v in members]
        done = r.ended_at if NONE in ends else max(ends)
        kept = [v for v in members if v["released"] != NONE and v["kind"] in (Kind.WORK, Kind.REWORK)]
        free = max([done, *(left(v) for v in kept)]) if step.blocking == "person" else done
        teams: set[int] | None = {first["team"]}
        if step.together and not answer:
            teams = {index[name] for name, _ in step.needs}
        if step.closing == "finish" and not answer:
            teams = None
        yield Unit(who, first["started"], done, free, teams)


def second_look(m: Model, r: Record) -> tuple[list[dict[str, int]], int]:
    """By team ticks present, at work, kept and idle in the window; and those matched if all teams were one."""
    lo, hi = min(m.run.warm_up, r.ended_at), min(m.run.length, r.ended_at)
    clocks = [OpenTimes(m.calendar(t.calendar), m.start) for t in m.teams]
    index = {team.name: i for i, team in enumerate(m.teams)}
    who: dict[tuple[int, int], object] = {}
    serves: dict[object, list[int]] = {}
    for t, team in enumerate(m.teams):
        for number, person in enumerate(m.staff(team.name)):
            name: object = (t, number) if person is None else person.name
            who[t, number] = name
            serves[name] = [t] if person is None else [index[x] for x in person.teams]
    stints: dict[object, list[Unit]] = {name: [] for name in serves}
    for unit in units(m, r):
        for place in unit.people:
            stints[who[place]].append(unit)
    away: dict[object, list[Row]] = {name: [] for name in serves}
    for row in rows_of(r.away):
        away[who[row["team"], row["person"]]].append(row)
    waits: dict[object, tuple[int, int, tuple[int, ...]]] = {}
    for i, v in enumerate(rows_of(r.visits)):
        if v["team"] != NONE and v["assembled"] != NONE:
            step = m.steps[v["step"]]
            asked = v["kind"] == Kind.ANSWER or v["via"] == Via.QUESTION
            lists = (v["team"],) if asked or not step.others else tuple(sorted(index[x] for x in step.takers))
            key = ("batch", v["process_batch"]) if v["process_batch"] != NONE else i
            until = r.ended_at if v["started"] == NONE else v["started"]
            if (
                key not in waits or waits[key][1] < until
            ):  # somebody of a batch may have withdrawn before it was taken up
                waits[key] = (v["assembled"], until, lists)
    edges = {lo, hi, *(x for clock in clocks for span in clock.intervals(lo, hi) for x in span)}
    edges |= {x for own in stints.values() for u in own for x in (u.began, u.done, u.free)}
    edges |= {x for own in away.values() for row in own for x in (row["begins"], row["ends"])}
    edges |= {x for since, until, _ in waits.values() for x in (since, until)}
    times = sorted(x for x in edges if lo <= x <= hi)
    totals = [dict.fromkeys(("present", "at_work", "kept", "idle_skilled", "idle_silo", "idle"), 0) for _ in m.teams]
    matched = 0
    for t, until in pairwise(times):
        opened = [clock.is_open(t) for clock in clocks]
        waiting = [lists for since, end, lists in waits.values() if since <= t < end]
        idlers = []
        for name, teams in serves.items():
            home, kinds = teams[0], totals[teams[0]]
            hands = [u for u in stints[name] if u.began <= t < u.free]
            assert len(hands) <= 1
            working = any(t < u.done and (u.teams is None or all(opened[x] for x in u.teams)) for u in hands)
            here = opened[home] and not any(row["begins"] <= t < row["ends"] for row in away[name])
            kinds["present"] += (here or working) * (until - t)
            kinds["at_work"] += working * (until - t)
            kinds["kept"] += (here and bool(hands) and not working) * (until - t)
            if here and not hands:
                skilled = any(set(teams) & set(lists) and lists != (home,) for lists in waiting)
                elsewhere = any(opened[k] for lists in waiting for k in lists if k != home)
                kinds["idle_skilled" if skilled else "idle_silo" if elsewhere else "idle"] += until - t
                idlers.append(home)
        # largest matching, by Hall: for each set of homes, all idle people but those for whom work is lacking
        best = len(idlers)
        for homes in range(1, 1 << len(m.teams)):
            inside = [h for h in idlers if homes >> h & 1]
            near = [
                w
                for w in waiting
                if any(opened[k] and h != k for h in range(len(m.teams)) if homes >> h & 1 for k in w)
            ]
            best = min(best, len(idlers) - len(inside) + len(near))
        matched += best * (until - t)
    return totals, matched


@pytest.mark.parametrize("seed", range(16))
def test_the_staff_ledger_is_what_a_second_look_sees(seed: int) -> None:
    """R8, R9, R10, R11, R13, R14: who was there, at work, kept or idle, to the tick; and unused talent both ways."""
    m, r = rich(seed)
    rows, idle = staff_rows(Frame(m, r))
    totals, matched = second_look(m, r)
    for row, expected in zip(rows, totals, strict=True):
        told = {kind: row.kinds[kind] for kind in ("kept", "idle_skilled", "idle_silo", "idle")}
        assert {"present": row.present, "at_work": row.at_work, **told} == expected
    assert idle.if_one == matched


@pytest.mark.parametrize("seed", range(30))
def test_kinds_add_up_and_are_the_people_s_time_of_the_requests(seed: int) -> None:
    """Identity: over a whole run, what people did by team is what all visits took of people (R8, R11, R15)."""
    m, r = rich(seed)
    for length in (m.run.length, 1000 * m.run.length):
        frame = Frame(
            dataclasses.replace(m, run=Run(length, 0 if length > m.run.length else m.run.warm_up, "office")), r
        )
        rows, _ = staff_rows(frame)
        time = work_time(frame, stints_of(frame))
        for row, at_work in zip(rows, time.at_work.tolist(), strict=True):
            assert sum(row.kinds.values()) == row.present
            assert all(ticks >= 0 for ticks in row.kinds.values())
            assert row.at_work == at_work
    parts = visit_ledger(m, r)
    ticks = people_ticks(frame, person_ticks(parts), parts["setup"])
    assert sum(row.at_work for row in rows) == int(ticks.sum())
    gone, chases = frame.withdrawn[frame.visits["request"]], frame.is_chase[frame.visits["request"]]
    assert sum(row.kinds["failure_demand"] for row in rows) == int(ticks[chases].sum())
    lost = sum(row.kinds["overproduction"] for row in rows)
    assert int((ticks - parts["setup"] * 8)[gone].sum()) <= lost <= int(ticks[gone].sum())


def test_the_kinds_have_a_meaning_and_a_column() -> None:
    assert tuple(KIND_MEANING) == KINDS
    assert set(HANDLING) < set(KINDS)
    assert [c.name for c in PEOPLE_TABLES["staff"] if c.name.removesuffix("_ms") in KINDS] == [f"{k}_ms" for k in KINDS]
    assert set(PEOPLE_TABLES) == set(PEOPLE_DESCRIPTIONS)
    assert set(PEOPLE_TABLES) < set(SCHEMA)
    assert set(PEOPLE_TABLES) < set(DESCRIPTIONS)


@pytest.mark.parametrize("seed", range(5))
def test_the_tables_agree_with_one_another(seed: int) -> None:
    m, r = rich(seed)
    found = tables(m, r)
    staff, teams = found["staff"], found["teams"]
    whole = sum(np.asarray(staff[f"{kind}_ms"]) for kind in KINDS)
    assert np.array_equal(whole, staff["present_ms"])
    assert np.asarray(teams["present_h"]) == pytest.approx(np.asarray(staff["present_ms"]) / 3_600_000)
    at_work = sum(np.asarray(staff[f"{kind}_ms"]) for kind in HANDLING)
    assert np.asarray(teams["at_work_h"]) == pytest.approx(at_work / 3_600_000)
    moves, summary = found["handoffs"], found["summary"]
    assert not isinstance(moves["moves"], tuple)
    measures = dict(zip(_words(summary["measure"]), np.asarray(summary["value"]).tolist(), strict=False))
    if not np.asarray(found["requests"]["measured"]).sum():
        return
    own = np.asarray(found["requests"]["handoffs"])[np.asarray(found["requests"]["measured"])]
    assert int(np.asarray(moves["moves"]).sum()) == int(own.sum())
    assert measures


def _words(column: object) -> list[str]:
    return [column.words[code] for code in column.codes.tolist()]  # type: ignore[attr-defined]
