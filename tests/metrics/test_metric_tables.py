"""The tables of a replication hold what SCHEMA says, and agree with one another."""

from __future__ import annotations

import dataclasses
from time import process_time

import numpy as np
import pyarrow as pa
import pytest
from records import HOUR, MIN, NINE, NONE, model, record, request, step, team, visit
from rich_models import RichModel

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics import DESCRIPTIONS, PARTS, SCHEMA, visit_ledger
from flowsim.metrics.tables import Table, tables
from flowsim.model import Target, Wait
from flowsim.record import INSTANTS, Kind, Record, Via
from flowsim.record.arrow import check, to_arrow
from flowsim.record.columns import TextColumn, Values, length

CASE = model(
    [team("A", 2, "office", Target(0.9, Wait(HOUR)), 40.0), team("B")],
    [step("Sa", "A"), step("Sb", "B")],
    length=24 * HOUR,
    classes=("first", "A"),  # a class may be called as a team is
    run_calendar="office",
)


def journeys() -> Record:
    """Two requests that ended, one open, one that needed nothing; a handoff, a question to the customer, a return."""
    there = {"step": 1, "team": 1, "from_step": 0, "from_team": 0}
    rows = [
        visit(0, sent=NINE, via=int(Via.ARRIVAL), started=NINE + 5 * MIN, worked=NINE + 15 * MIN, work=10 * MIN),
        visit(0, sent=NINE + 15 * MIN, **there, gathered=NINE + HOUR, transfer_batch=0, released=NINE + HOUR),
        visit(1, sent=NINE, via=int(Via.ARRIVAL), person=1, released=NINE + 30 * MIN),
        visit(1, sent=NINE + 30 * MIN, **there, gathered=NINE + HOUR, transfer_batch=0, kind=int(Kind.QUESTION)),
        visit(
            1,
            sent=NINE + HOUR,
            step=NONE,
            team=NONE,
            person=NONE,
            kind=int(Kind.ANSWER),
            worked=NINE + 2 * HOUR,
        ),
        visit(
            1,
            sent=NINE + 2 * HOUR,
            step=1,
            team=1,
            via=int(Via.ANSWER),
            from_team=NONE,
            released=NINE + 2 * HOUR,
        ),
        visit(1, sent=NINE + 2 * HOUR, via=int(Via.RETURN), from_step=1, from_team=1, kind=1, in_return=1),
        visit(2, sent=NINE, via=int(Via.ARRIVAL), open_at="started"),
    ]
    due = NINE + HOUR
    requests = [
        request(NINE, NINE + HOUR, due=due),
        request(NINE, NINE + 2 * HOUR, due=due, klass=1),
        request(NINE),
        request(NINE + 1, NINE + 1),
    ]
    rows[4]["via"] = int(Via.QUESTION)
    return record(rows, requests, ended_at=30 * HOUR)


@pytest.fixture(scope="module")
def found() -> dict[str, Table]:
    return tables(CASE, journeys())


def texts(values: Values) -> list[str | None]:
    assert isinstance(values, TextColumn)
    return [None if c < 0 else values.words[c] for c in values.codes.tolist()]


def numbers(values: Values) -> list[float | None]:
    assert not isinstance(values, TextColumn)
    return [None if v != v else v for v in values.tolist()]


def test_every_table_has_exactly_the_columns_of_its_schema_in_order(found: dict[str, Table]) -> None:
    assert list(found) == list(SCHEMA) == list(DESCRIPTIONS)
    for name, table in found.items():
        assert ["state", "replication", *table] == [c.name for c in SCHEMA[name]], name
        assert len({length(v) for v in table.values()}) == 1, name
        check(SCHEMA[name])


def test_every_column_can_be_stored_as_its_schema_says(found: dict[str, Table]) -> None:
    """Kinds and missing values are those the writer of files accepts: nothing is missing where it may not be."""
    for name, table in found.items():
        for col in SCHEMA[name][2:]:
            arrow = to_arrow(col, table[col.name])
            assert arrow.null_count == 0 or col.nullable, (name, col.name)
            if not isinstance(table[col.name], TextColumn) and col.kind == "float":
                assert not any(v != v for v in arrow.drop_null().to_pylist()), (name, col.name)
            if isinstance(table[col.name], TextColumn):
                assert len(set(table[col.name].words)) == len(table[col.name].words), (name, col.name)
            assert isinstance(arrow, pa.Array)
            assert col.description


def test_visits_are_the_record_and_its_ledger(found: dict[str, Table]) -> None:
    table, r = found["visits"], journeys()
    parts = visit_ledger(CASE, r)
    for name in INSTANTS:
        assert numbers(table[f"{name}_ms"]) == r.visits[name].tolist()
    for part in PARTS:
        assert numbers(table[f"{part}_ms"]) == parts[part].tolist()
    assert texts(table["class"]) == ["first"] * 2 + ["A"] * 5 + ["first"]
    assert texts(table["step"]) == ["Sa", "Sb", "Sa", "Sb", None, "Sb", "Sa", "Sa"]
    assert texts(table["from_team"]) == [None, "A", None, "A", None, None, "B", None]
    assert texts(table["kind"]) == ["work", "work", "work", "question", "answer", "work", "rework", "work"]
    assert texts(table["via"])[0] == "arrival"
    assert table["in_return"].dtype == np.bool_  # type: ignore[union-attr]


def test_requests_in_minutes(found: dict[str, Table]) -> None:
    table = found["requests"]
    assert numbers(table["lead_min"]) == [60, 120, None, 0]
    assert numbers(table["lead_working_min"]) == [60, 120, None, 0]
    assert texts(table["outcome"]) == ["done", "done", None, "done"]
    assert numbers(table["within_promise"]) == [1, 0, NONE, NONE]
    assert numbers(table["answer_min"]) == [0, 60, 0, 0]
    sums = np.sum([table[f"{part}_min"] for part in PARTS], axis=0)
    assert sums.tolist() == [60, 120, 30 * 60 - 9 * 60, 0]


def test_the_rows_of_each_wip_entry_add_up_to_the_window(found: dict[str, Table]) -> None:
    table = found["wip"]
    sums: dict[tuple[str | None, str | None], int] = {}
    rows = zip(texts(table["scope"]), texts(table["name"]), numbers(table["ms"]), strict=True)
    for scope, name, ms in rows:
        sums[scope, name] = sums.get((scope, name), 0) + int(ms or 0)
    assert set(sums.values()) == {24 * HOUR}
    assert {scope for scope, _ in sums} == {"all", "step", "team", "stage"}


def test_the_series_and_the_cumulative_lines_share_a_grid(found: dict[str, Table]) -> None:
    series, lines = found["wip_series"], found["cumulative"]
    assert sorted(set(numbers(series["at_ms"]))) == sorted(set(numbers(lines["at_ms"])))
    every = [n for scope, n in zip(texts(series["scope"]), numbers(series["n"]), strict=True) if scope == "all"]
    counts = np.asarray(lines["n"]).reshape(4, -1)
    assert every == (counts[0] - counts[-1]).tolist()
    assert texts(lines["name"])[:: len(every)] == ["arrived", "Sa", "Sb", "ended"]


def test_teams_steps_and_handoffs(found: dict[str, Table]) -> None:
    assert numbers(found["teams"]["target_share"]) == [0.9, None]
    assert numbers(found["teams"]["cost"]) == [2 * 7 * 40, None]
    assert numbers(found["steps"]["questions"]) == [0, 0]
    row = found["handoffs"]
    assert texts(row["from_step"]) == ["Sa", "Sb"]
    assert texts(row["to_team"]) == ["B", "A"]
    assert numbers(row["batch_min"]) == [(45 + 30) / 2, 0]
    assert numbers(row["batch_size"]) == [2, 1]
    assert numbers(row["answer_min"]) == [60 / 2, 0]
    lead = 60 + 120 + (30 - 9) * 60
    assert numbers(row["cost_min"]) == [(45 + 30 + 60) / 4, 0]
    assert numbers(row["share_of_lead"]) == [pytest.approx((45 + 30 + 60) / lead), 0]


def test_the_summary_has_one_row_a_measure_and_class(found: dict[str, Table]) -> None:
    table = found["summary"]
    keys = list(zip(texts(table["measure"]), texts(table["class"]), strict=True))
    assert len(keys) == len(set(keys))
    assert {klass for _, klass in keys} == {None, "first", "A"}
    values = dict(zip(keys, numbers(table["value"]), strict=True))
    assert values["requests", None] == 4
    assert values["within promise", "A"] == 0


def test_an_empty_record_makes_empty_tables_not_errors() -> None:
    found = tables(CASE, record([], [], ended_at=HOUR))
    assert length(found["visits"]["request"]) == length(found["handoffs"]["moves"]) == 0
    for name, table in found.items():
        for col in SCHEMA[name][2:]:
            to_arrow(col, table[col.name])


def test_a_run_that_ended_before_the_warm_up_has_an_empty_window() -> None:
    m = dataclasses.replace(CASE, run=dataclasses.replace(CASE.run, warm_up=20 * HOUR))
    found = tables(m, record([visit(0, sent=0)], ended_at=HOUR))
    assert numbers(found["teams"]["utilisation"]) == [None, None]
    assert numbers(found["steps"]["wip_mean"]) == [None, None]
    assert length(found["wip"]["n"]) == 0


RICH_SEEDS = (1, 3, 7)


@pytest.mark.parametrize("seed", RICH_SEEDS)
def test_tables_of_a_rich_record_can_be_stored_and_hold_all_of_it(seed: int) -> None:
    """R5, R8, R10, R13–R15: also branches, crews, people away, ages and chases."""
    m = RichModel(seed).model()
    r = run(m, Draws(seed, 1))
    found = tables(m, r)
    for name, table in found.items():
        assert ["state", "replication", *table] == [c.name for c in SCHEMA[name]], name
        assert len({length(v) for v in table.values()}) == 1, name
        for col in SCHEMA[name][2:]:
            arrow = to_arrow(col, table[col.name])
            assert arrow.null_count == 0 or col.nullable, (name, col.name)
    teams, steps = [t.name for t in m.teams], [s.name for s in m.steps]
    assert numbers(found["visits"]["branch"]) == r.visits["branch"].tolist()
    assert texts(found["crew"]["team"]) == [teams[i] for i in r.crew["team"].tolist()]
    assert [numbers(found["crew"][c]) for c in ("request", "visit", "person")] == [
        r.crew[c].tolist() for c in ("request", "visit", "person")
    ]
    assert texts(found["branches"]["split"]) == [steps[i] for i in r.branches["split"].tolist()]
    assert numbers(found["branches"]["joined_ms"]) == r.branches["joined"].tolist()
    assert texts(found["away"]["team"]) == [teams[i] for i in r.away["team"].tolist()]
    assert numbers(found["away"]["ends_ms"]) == r.away["ends"].tolist()
    for name, column in (("age_ms", "age"), ("parent", "parent"), ("chase", "chase"), ("ordinal", "ordinal")):
        assert numbers(found["requests"][name]) == r.requests[column].tolist()


def test_the_rich_records_have_all_of_it() -> None:
    records = [run(RichModel(seed).model(), Draws(seed, 1)) for seed in RICH_SEEDS]
    for kind, column in (("crew", "team"), ("branches", "split"), ("away", "team")):
        assert any(len(getattr(r, kind)[column]) > 10 for r in records), kind
    assert all((r.requests["age"] > 0).any() for r in records[1:])
    assert any((r.requests["chase"] > 1).any() for r in records)


def test_splits_in_minutes_and_shares() -> None:
    """The table `splits`: means a branch, null where none came to the join; its steps by name."""
    m = RichModel(1).model()
    r = run(m, Draws(1, 1))
    table = tables(m, r)["splits"]
    assert texts(table["split"]) == ["Split", "Split", "Fork", "Fork"]
    assert numbers(table["branch"]) == [1, 2, 1, 2]
    assert texts(table["steps"]) == ["Left, Fork", "Right, Write", "Inner, More", "Deep"]
    counts, shares = numbers(table["count"]), numbers(table["critical"])
    assert all(count for count in counts)
    assert sum(c * s for c, s in zip(counts, shares, strict=True) if c and s) > 0  # type: ignore[operator]
    own, measured = r.branches, r.requests["measured"] == 1
    waits = [
        (j - e)
        for q, s, e, j in zip(*(own[c].tolist() for c in ("request", "split", "ended", "joined")), strict=True)
        if s == 3 and j != NONE and measured[q] and j != r.requests["ended"][q]
    ]
    whole = [c * w for c, w in zip(counts[2:], numbers(table["wait_mean_min"])[2:], strict=True)]  # type: ignore[operator]
    assert sum(whole) == pytest.approx(sum(waits) / MIN)
    empty = tables(m, record([], [], ended_at=HOUR))["splits"]
    assert numbers(empty["wait_mean_min"]) == numbers(empty["critical"]) == [None] * 4


def test_half_a_million_visits_take_no_loop() -> None:
    """Speed: a Python loop over the visits and their thirteen parts would take several times this."""
    n = 500_000
    sent = np.arange(n, dtype=np.int64) * 100
    columns = {name: np.zeros(n, dtype=np.int64) for name in journeys().visits}
    columns |= {name: sent + 10 * i for i, name in enumerate(INSTANTS)}
    columns |= {
        "request": np.arange(n) // 5,
        "visit": np.arange(n) % 5 + 1,
        "pass": np.ones(n, dtype=np.int64),
    }
    columns["step"] = columns["team"] = np.arange(n) % 2
    arrived, ended = columns["sent"][::5], columns["released"][4::5]
    r = record([], [request(0) for _ in range(1)], ended_at=int(ended[-1]) + 1)
    requests = {name: np.zeros(n // 5, dtype=np.int64) for name in r.requests}
    requests |= {"arrived": arrived, "ended": ended, "measured": np.ones(n // 5, dtype=np.int64)}
    r = dataclasses.replace(r, visits=columns, requests=requests)
    begin = process_time()
    tables(CASE, r)
    assert process_time() - begin < 3.0
