"""The small tables of a kept run over its replications."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, kept, plan

from flowsim.experiments.findings import Findings, floats, rows_of
from flowsim.experiments.panels import KEYS, Line, lines, watermelon
from flowsim.experiments.statistics import mean_estimate
from flowsim.metrics.schema import SCHEMA
from flowsim.metrics.staff import KINDS


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return kept(tmp_path_factory.mktemp("panels"), plan(EVERYTHING, "current", "lean", replications=3))


def by_key(table: list[Line], *keys: str) -> dict[tuple[str, ...], Line]:
    rows = {tuple(line.words[key] for key in keys): line for line in table}
    assert len(rows) == len(table)
    return rows


@pytest.mark.parametrize("table", list(KEYS))
def test_each_row_is_the_mean_over_the_replications_with_its_interval(found: Findings, table: str) -> None:
    stored = found.run.table(table)
    keys = KEYS[table]
    texts = {key: rows_of(stored[key]) for key in ("state", *keys)}
    rows = by_key(lines(found, table, "lean"), *keys)
    assert rows
    numbers = [c.name for c in SCHEMA[table] if c.kind != "text" and c.name != "replication"]
    for key, line in rows.items():
        own = [i for i, s in enumerate(texts["state"]) if s == "lean" and tuple(texts[k][i] for k in keys) == key]
        assert list(line.values) == numbers
        for name in numbers:
            values = floats(stored[name])[own]
            values = values[~np.isnan(values)]
            estimate = line.values[name]
            if len(own) == 3:
                assert estimate == (mean_estimate(values) if values.size else None), name
            assert line.mean(name) == (None if estimate is None else estimate.value)


def test_a_handoff_that_nothing_went_over_counts_for_none(tmp_path: Path) -> None:
    """A rare return: it has no row where nobody went that way, and is 0 there."""
    rare = kept(tmp_path, plan(EVERYTHING, "current", sets=("steps.Look.returns=0.3% to Open",), replications=4))
    stored = rare.run.table("handoffs")
    ways = list(zip(rows_of(stored["from_step"]), rows_of(stored["to_step"]), strict=True))
    sparse = next(way for way in ways if ways.count(way) < 4)
    line = by_key(lines(rare, "handoffs", "current"), "from_step", "to_step")[sparse]
    own = [i for i, way in enumerate(ways) if way == sparse]
    for name in ("moves_per_request", "people_min", "cost_min"):
        assert line.mean(name) == pytest.approx(floats(stored[name])[own].sum() / 4)
    assert line.mean("queue_min") == pytest.approx(floats(stored["queue_min"])[own].mean())


def test_the_staff_ledger_adds_up_over_replications(found: Findings) -> None:
    for line in lines(found, "staff", "current"):
        present = line.mean("present_ms")
        assert present
        assert sum(line.mean(f"{kind}_ms") or 0 for kind in KINDS) == pytest.approx(present)


def test_one_replication_has_no_interval(tmp_path: Path) -> None:
    alone = kept(tmp_path, plan(DESK, "current", replications=1))
    for line in lines(alone, "wastes", "current"):
        estimate = line.values["value"]
        assert estimate is None or estimate.half is None


def test_the_watermelon_of_the_means(found: Findings) -> None:
    panel = watermelon(found, "current")
    assert [row.row for row in panel] == [*["team"] * 3, "nobody", "customer", "class", "class", "index"]
    front, middle, board, nobody, customer, letter, form, index = panel
    assert (front.name, board.name, letter.name, form.name) == ("Front", "Board", "letter", "form")
    assert (board.met, board.light, board.target_share) == (None, "", None)
    kept_share = found.get("current", "within promise")
    assert kept_share is not None
    assert customer.met is not None
    assert customer.met.value == pytest.approx(kept_share.value)
    assert (customer.p85, customer.p90) == (
        found.get("current", "lead time P85"),
        found.get("current", "lead time P90"),
    )
    assert letter.p90 == found.get("current", "lead time P90", "letter")
    assert form.met is not None
    assert front.met is not None
    assert middle.met is not None
    assert index.points == pytest.approx(100 * (min(front.met.value, middle.met.value) - customer.met.value))
    for team in (front, middle):
        assert team.met is not None
        assert team.target_share is not None
        assert (team.light == "green") == (team.met.value >= team.target_share)
    assert nobody.lead is not None
    assert nobody.lead.value > 0
    assert not any(row.watermelon for row in panel[:-1])
