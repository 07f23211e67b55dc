"""The audit is tested by engines with a fault (semantics, The audit): each is caught by the audit alone.

The real engine passes on the same models with the same draws, and the check that must notice is named with each fault.
"""

from __future__ import annotations

import sys
from functools import cache

import pytest
from engine_mutants import MUTANTS
from mutant_models import SEED, broken, model_of
from patched_engine import COPY, Mutant, Patch, engine_with

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.metrics.ledger import visit_ledger
from flowsim.record.fingerprint import fingerprint

UNSEEN = {"ledger"}
"""Checks that no engine can break: the ledger is made from the record, not by an engine."""


@cache
def of_the_real_engine(name: str, replication: int) -> set[str]:
    model = model_of(name)
    return broken(model, run(model, Draws(SEED, replication)), Draws(SEED, replication))


def caught(mutant: Mutant) -> set[str]:
    """The checks that notice the fault."""
    draws = Draws(SEED, mutant.replication)
    model = model_of(mutant.on)
    return broken(model, mutant.engine()(model, draws), Draws(SEED, mutant.replication))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_an_engine_with_a_fault_is_caught_by_the_audit_alone(mutant: Mutant) -> None:
    assert of_the_real_engine(mutant.on, mutant.replication) == set()
    assert set(mutant.red) <= caught(mutant), f"{mutant.rule}: not seen by {mutant.red}"


def test_every_fault_has_its_place_in_the_engine() -> None:
    """Whoever changes the engine there changes the mutant too: its text is found exactly once."""
    places = {mutant.name: Patch(*mutant.patch).places() for mutant in MUTANTS}
    assert {name: number for name, number in places.items() if number != 1} == {}
    assert len(places) == len(MUTANTS) >= 25  # no two of one name
    assert all(mutant.patch[1] != mutant.patch[2] for mutant in MUTANTS)


def test_every_check_catches_some_fault() -> None:
    """No check of the audit is there that no faulty engine was ever caught by."""
    model = model_of("plain")
    record = run(model, Draws(SEED, 1))
    report = audit(model, record, Draws(SEED, 1), visit_ledger(model, record))
    names = {check.name for check in report.checks}
    assert names - {name for mutant in MUTANTS for name in mutant.red} == UNSEEN


def test_a_true_copy_of_the_engine_is_the_engine() -> None:
    """Without this, what is caught might be the copying. And nothing of a copy stays behind."""
    model = model_of("features 3")
    copy = engine_with(None)
    assert copy is not run
    records = [engine(model, Draws(SEED, 1)) for engine in (copy, run)]
    tables = [(r.requests, r.visits, r.crew, r.branches, r.away) for r in records]
    assert [fingerprint(table) for table in tables[0]] == [fingerprint(table) for table in tables[1]]
    assert (records[0].ended_at, records[0].wip_area) == (records[1].ended_at, records[1].wip_area)
    assert not [name for name in sys.modules if name.split(".")[0] == COPY]
    with pytest.raises(ModuleNotFoundError):
        __import__(COPY)


def test_a_fault_that_is_none_is_not_caught() -> None:
    """Spoiled: only a comment of the engine changes; a test that told it from the engine would prove nothing."""
    same = Mutant("none", "", ("gates", "# weeks; a clock", "# Weeks; a clock"), "full 5", ("transit",))
    assert caught(same) == set()


@pytest.mark.parametrize("old", ["nowhere in it", "return"])
def test_a_fault_without_a_place_of_its_own_is_refused(old: str) -> None:
    """Spoiled: the text is not there, or more than once."""
    with pytest.raises(ValueError, match="not once"):
        engine_with(Patch("gates", old, "pass"))
