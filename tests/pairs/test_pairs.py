"""Every feature off, on, and with every other one: each runs to its end and passes the whole audit (R1 to R16)."""

from __future__ import annotations

import random

import numpy as np
import pytest
from features import EXCLUDE, FEATURES, plain, with_features

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import EngineError
from flowsim.metrics.audit import audit
from flowsim.metrics.ledger import visit_ledger
from flowsim.model import Model, relations
from flowsim.record import Record

SEED = 11


def audited(model: Model, replication: int = 1) -> Record:
    """One replication, held against its model."""
    assert relations(model) == []
    record = run(model, Draws(SEED, replication))
    audit(model, record, Draws(SEED, replication), visit_ledger(model, record)).require()
    return record


def test_without_any_feature() -> None:
    record = audited(plain())
    assert len(record.requests["class"]) > 50
    assert not any(len(table["request" if "request" in table else "team"]) for table in (record.crew, record.branches))


@pytest.mark.parametrize("name", FEATURES)
def test_each_feature_by_itself_shows(name: str) -> None:
    """It passes the audit, and it makes a difference: a feature that changes nothing would test nothing."""
    model = with_features(name)
    record, without = audited(model), run(plain(), Draws(SEED, 1))
    same = all(
        len(column) == len(without.visits[name]) and np.array_equal(column, without.visits[name])
        for name, column in record.visits.items()
    )
    assert not same or name == "cost of delay"  # which is money only


@pytest.mark.parametrize("first", FEATURES)
def test_each_feature_with_each_other(first: str) -> None:
    """R1 to R16: pairwise."""
    later = list(FEATURES)[list(FEATURES).index(first) + 1 :]
    for second in later:
        if frozenset((first, second)) not in EXCLUDE:
            model = with_features(first, second)
            try:
                audited(model)
            except Exception as error:
                raise AssertionError(f"{first} with {second}: {error}") from error


def test_the_excluded_pairs_cannot_be_had() -> None:
    assert all(pair <= set(FEATURES) for pair in EXCLUDE)
    for pair, reason in EXCLUDE.items():
        assert relations(with_features(*pair)) or reason == "both say how Check goes on", pair


@pytest.mark.parametrize("replication", range(2, 8))
def test_many_features_at_once(replication: int) -> None:
    """Every seventh of them together, seven times."""
    model = plain()
    for number, (name, feature) in enumerate(FEATURES.items()):
        if number % 6 == replication - 2 and name not in ("branches", "branches to the end"):
            model = feature(model)
    audited(model, replication)


@pytest.mark.parametrize("seed", range(40))
def test_any_of_them_together(seed: int) -> None:
    """Each feature with a chance of a quarter, less those that cannot be had together. A model that locks for good says
    so (R14); most must not.
    """
    luck = random.Random(seed)
    chosen = [name for name in FEATURES if luck.random() < 0.25]
    names = [one for place, one in enumerate(chosen) if all(frozenset((one, o)) not in EXCLUDE for o in chosen[:place])]
    model = with_features(*names)
    if locks(model, seed + 1):
        assert any(step.limit for step in model.steps) or any(team.limit for team in model.teams)
    else:
        audited(model, seed + 1)


def test_few_mixtures_lock() -> None:
    assert sum(locks(with_features(*list(FEATURES)[start::7]), 1) for start in range(7)) <= 3


def locks(model: Model, replication: int) -> bool:
    """Whether the process locks for good (R14)."""
    try:
        run(model, Draws(SEED, replication))
    except EngineError as error:
        if error.code == "FS711":
            return True
        raise
    return False
