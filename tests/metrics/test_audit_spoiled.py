"""Every check of the audit is shown to go red: a correct record, spoiled in one way at a time, each caught by name."""

from __future__ import annotations

from collections.abc import Callable

import audit_spoilers
import audit_spoilers_features
import audit_spoilers_journeys
import numpy as np
import pytest
from audit_models import full_model
from audit_spoilers import Spoiled, spoilable

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.metrics.ledger import visit_ledger
from flowsim.model import Model
from flowsim.record import Record

SEED = 7
CASES = [*audit_spoilers.CASES, *audit_spoilers_journeys.CASES]


@pytest.fixture(scope="module")
def right() -> tuple[Model, Record]:
    model = full_model()
    return model, run(model, Draws(SEED, 1))


@pytest.mark.parametrize(("spoil", "name"), CASES, ids=[spoil.__name__ for spoil, _ in CASES])
def test_a_spoiled_record_is_caught_by_name(
    spoil: Callable[[Spoiled], None], name: str, right: tuple[Model, Record]
) -> None:
    """Semantics section 4: the audit notices each way in which a record can contradict its model."""
    model, record = right
    spoiled = spoilable(model, record)
    spoil(spoiled)
    report = audit(spoiled.model, spoiled.record, Draws(SEED, 1))
    broken = {check.name: check for check in report.broken}
    assert name in broken, f"{name} passed; broken: {sorted(broken)}"
    assert broken[name].detail


def test_the_unspoiled_record_passes_all(right: tuple[Model, Record]) -> None:
    """Without this, the test above would prove nothing."""
    model, record = right
    report = audit(model, record, Draws(SEED, 1), visit_ledger(model, record))
    report.require()
    names = {check.name for check in report.checks}
    shown = {name for _, name in [*CASES, *audit_spoilers_features.CASES]}
    assert shown | {"arrivals", "ledger"} == names  # the ledger below, arrivals by other draws


@pytest.mark.parametrize("other", [(SEED + 1, 1), (SEED, 2)])
def test_the_draws_of_another_run_are_not_these(other: tuple[int, int], right: tuple[Model, Record]) -> None:
    """R4: another seed, another replication, other numbers."""
    broken = {check.name for check in audit(*right, Draws(*other)).broken}
    assert {"arrivals", "durations", "decisions"} <= broken


@pytest.mark.parametrize("part", ["queue", "closed", "rework", "setup"])
def test_a_ledger_that_is_a_tick_off_is_caught(part: str, right: tuple[Model, Record]) -> None:
    """Identity 1."""
    ledger = visit_ledger(*right)
    row = int(np.flatnonzero(ledger[part])[0])
    ledger[part][row] -= 1
    assert [check.name for check in audit(*right, None, ledger).broken] == ["ledger"]


def test_a_tick_under_another_name_is_caught(right: tuple[Model, Record]) -> None:
    """Identity 1: the sum is right, the closed time is not."""
    ledger = visit_ledger(*right)
    row = int(np.flatnonzero(ledger["queue"])[0])
    ledger["queue"][row] -= 1
    ledger["closed"][row] += 1
    assert [check.name for check in audit(*right, None, ledger).broken] == ["ledger"]
