"""The audit of random waiting lists: played again from the lots drawn (R4, R8)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from audit_models import RandomModel, full_model
from audit_spoilers import spoilable

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.model import Model
from flowsim.record import VISIT_COLUMNS, Record

SEED = 7


class OtherLots(Draws):
    """The same draws but for the places in random lists."""

    def stream(self, purpose: str, klass: str, visit: int, backlog: bool = False) -> np.random.Philox:
        other = purpose.startswith("queue")
        return Draws(self.seed + other, self.replication).stream(purpose, klass, visit, backlog)


@pytest.fixture(scope="module")
def right() -> tuple[Model, Record]:
    model = full_model("random", days=8)
    return model, run(model, Draws(SEED, 1))


def test_lists_in_the_order_of_their_lots_pass(right: tuple[Model, Record]) -> None:
    """R8: with and without the draws; with them each taking is one more fact."""
    with_draws, without = audit(*right, Draws(SEED, 1)), audit(*right)
    with_draws.require()
    without.require()
    counted = [next(c for c in report.checks if c.name == "discipline").counted for report in (with_draws, without)]
    assert counted[0] > counted[1] + 500


def test_lists_in_another_order_are_caught(right: tuple[Model, Record]) -> None:
    """Spoiled: R4, each joins at the place that its own lot says."""
    report = audit(*right, OtherLots(SEED, 1))
    assert [check.name for check in report.broken] == ["discipline"]
    assert "came first in the random list of" in report.broken[0].detail


@pytest.mark.parametrize("seed", range(12))
def test_random_lists_of_random_models_pass(seed: int) -> None:
    """R3, R8: with several rounds in an instant, no start within, questions, batches, priorities."""
    model = RandomModel(seed).model()
    model = replace(model, teams=tuple(replace(team, queue="random") for team in model.teams))
    audit(model, run(model, Draws(seed, 1)), Draws(seed, 1)).require()


@pytest.mark.parametrize("column", VISIT_COLUMNS)
def test_a_wrong_record_makes_no_error(column: str, right: tuple[Model, Record]) -> None:
    """Spoiled: one cell at a time; the audit is red and does not stumble."""
    luck = np.random.default_rng(3)
    for change in (-1, 1, 3_600_000):
        spoiled = spoilable(*right)
        row = int(luck.integers(len(spoiled.v[column])))
        spoiled.v[column][row] += change
        assert not audit(spoiled.model, spoiled.record, Draws(SEED, 1)).passed
