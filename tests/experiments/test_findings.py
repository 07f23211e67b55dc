"""A kept run read for people: estimates, differences, and means over replications."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, keep, kept, model, plan

from flowsim.experiments.experiment import Done
from flowsim.experiments.findings import Finding, Findings, floats, rows_of, rows_with
from flowsim.experiments.store import open_run
from flowsim.record.columns import TextColumn


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return keep(tmp_path_factory.mktemp("findings"), plan(EVERYTHING, "current", "lean", "desk", replications=3))


@pytest.fixture(scope="module")
def found(done: Done) -> Findings:
    return Findings(open_run(done.folder, done.folder.parent))


def test_estimates_come_back_as_they_were(done: Done, found: Findings) -> None:
    assert found.states == ("current", "lean", "desk")
    for numbers in done.numbers:
        estimates = numbers.estimates()
        assert set(found.measures(numbers.name)) == set(estimates)
        for (measure, klass), estimate in estimates.items():
            kept_one = found.get(numbers.name, measure, klass)
            assert kept_one is not None
            assert (kept_one.value, kept_one.low, kept_one.high) == (estimate.value, estimate.low, estimate.high)
            assert kept_one.unit == numbers.units[measure]
            assert kept_one.half == pytest.approx(estimate.half)
    assert found.get("current", "no such measure") is None
    assert found.get("current", "lead time mean", "no such class") is None


def test_differences_come_back_as_they_were(done: Done, found: Findings) -> None:
    assert found.pairs == [("current", "lean"), ("current", "desk"), ("lean", "desk")]
    for before, after, differences in done.differences:
        changes = found.changes(before, after)
        assert len(changes) == len(differences)
        for d in differences:
            change = found.change(before, after, d.measure, d.klass)
            assert change == changes[d.measure, d.klass]
            assert (change.before, change.after) == (d.before.value, d.after.value)
            assert (change.difference.value, change.difference.low) == (d.difference.value, d.difference.low)
            assert (change.verdict, change.correlation) == (d.verdict, d.correlation)
    assert found.change("lean", "current", "lead time mean") is None


def test_models_come_back_as_they_were(found: Findings) -> None:
    for state in found.states:
        assert found.model(state) == model(EVERYTHING, state)
        assert found.model(state) is found.model(state)


def test_one_state_and_one_replication(tmp_path: Path) -> None:
    alone = kept(tmp_path, plan(DESK, "current", replications=1))
    assert alone.pairs == []
    assert alone.changes("current", "current") == {}
    assert alone.change("current", "future", "lead time mean") is None
    lead = alone.get("current", "lead time mean")
    assert lead is not None
    assert (lead.low, lead.high, lead.half) == (None, None, None)
    assert Finding(3.0, 1.0, 5.0, "min").half == 2.0


def test_means_of_teams_and_steps(found: Findings) -> None:
    table = found.run.table("teams")
    state, team = rows_of(table["state"]), rows_of(table["team"])
    rows = found.means("teams", "current", ("team",))
    assert [r["team"] for r in rows] == ["Front", "Middle", "Board"]
    for row in rows:
        here = [i for i, (s, t) in enumerate(zip(state, team, strict=True)) if s == "current" and t == row["team"]]
        assert len(here) == 3
        assert row["utilisation"] == pytest.approx(floats(table["utilisation"])[here].mean())
        assert row["visits"] == pytest.approx(floats(table["visits"])[here].mean())
    board = rows[2]
    assert board["target_met"] is None, "it has no target"
    assert board["cost"] is None
    assert isinstance(rows[0]["cost"], float)
    steps = found.means("steps", "desk", ("step",))
    assert [(r["step"], r["team"]) for r in steps] == [("Desk", "Front"), ("Decide", "Board"), ("Sign", "Front")]
    assert found.means("steps", "no such state", ("step",)) == []


def test_a_handoff_that_is_not_there_every_time(tmp_path: Path) -> None:
    """One letter in a hundred is checked: in some of the runs none. Then moves and cost are 0 there, and still count in
    the mean; the mean batch of a move is over the runs that had one.
    """
    text = DESK.replace("  Answer: {team: Desk, does: answer}", "  Answer: {team: Desk, does: answer}\n" + CHECK)
    text = text.replace("teams:\n", "teams:\n  Chief: {people: 1}\n")
    replications = 8
    found = kept(tmp_path, plan(text, "current", replications=replications, seed=5))
    table = found.run.table("handoffs")
    there = len(floats(table["moves"]))
    assert 0 < there < replications, "the case this is about"
    (row,) = found.means("handoffs", "current", ("from_step", "to_step"))
    for name in ("moves", "moves_per_request", "cost_min", "share_of_lead", "questions", "returns"):
        assert row[name] == pytest.approx(floats(table[name]).sum() / replications), name
    assert row["batch_size"] == 1.0
    assert row["reread_min"] == pytest.approx(3.0)
    moves = [(t["via"], t["to"]) for t in _moves(found)]
    assert row["moves"] == pytest.approx(len(moves) / replications)


CHECK = "  Check: {team: Chief, does: answer, share: 1%, handoff: {reread: 3 min}}"


def _moves(found: Findings) -> list[dict[str, str]]:
    """Measured visits to Check, counted from the visits themselves."""
    visits, requests = found.run.table("visits"), found.run.table("requests")
    measured = {
        (int(r), int(n))
        for r, n, m in zip(
            floats(requests["replication"]), floats(requests["request"]), np.asarray(requests["measured"]), strict=True
        )
        if m
    }
    keys = zip(floats(visits["replication"]), floats(visits["request"]), strict=True)
    rows = zip(keys, rows_of(visits["via"]), rows_of(visits["step"]), strict=True)
    return [{"via": via, "to": to} for (r, n), via, to in rows if to == "Check" and (int(r), int(n)) in measured]


def test_columns() -> None:
    column = TextColumn(np.array([1, -1, 0, 1], dtype=np.int32), ("a", "b"))
    assert rows_of(column) == ["b", "", "a", "b"]
    assert rows_with(column, "b").tolist() == [True, False, False, True]
    assert rows_with(column, "c").tolist() == [False] * 4
    assert rows_with(column, "").tolist() == [False] * 4
    assert floats(np.array([1, -1])).tolist() == [1.0, -1.0]
    for wrong in (rows_of, lambda values: rows_with(values, "a")):
        with pytest.raises(TypeError, match="not a text column"):
            wrong(np.array([1]))
    with pytest.raises(TypeError, match="not a number column"):
        floats(column)
