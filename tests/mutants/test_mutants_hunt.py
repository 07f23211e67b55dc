"""The hunt for faulty engines on random models: `verification/mutants.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

from engine_mutants import MUTANTS
from patched_engine import engine_with

import mutants as proof
from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.model import Model
from flowsim.record import Record

TIE = next(mutant for mutant in MUTANTS if mutant.name == "wrong tie")


def test_a_fault_is_found_on_a_random_model() -> None:
    found = proof.hunt(TIE.engine(), 6)
    assert "discipline" in found.checks
    assert found.visits > 0


def test_the_real_engine_gets_away() -> None:
    """Spoiled: nothing to be caught; with it, a hunt that cried at everything would go unseen."""
    found = proof.hunt(engine_with(None), 6)
    assert (found.models, found.checks) == (6, ())


def test_errors_and_runs_without_end_are_no_catch(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(model: Model, draws: Draws) -> Record:
        raise ZeroDivisionError

    def goes_on(model: Model, draws: Draws) -> Record:
        while True:
            pass

    monkeypatch.setattr(proof, "PATIENCE", 1)
    for engine in (fails, goes_on):
        assert proof.look(engine, "plain") == proof.Hunt(1, 0, ())
    assert proof.look(run, "plain").visits > 100


def test_a_mutant_that_is_missed_makes_the_proof_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Spoiled: another check than the one named notices it."""
    assert proof.main(["--models", "1", TIE.name]) == 0
    monkeypatch.setattr(proof, "MUTANTS", [TIE.__class__(TIE.name, TIE.rule, TIE.patch, TIE.on, ("transit",))])
    assert proof.main(["--models", "1", TIE.name]) == 1
    assert f"MISSED on its own model: {TIE.name}" in capsys.readouterr().out


def test_random_models_are_of_four_families() -> None:
    names = [proof.random_model(number) for number in range(4)]
    assert [name.split()[0] for name in names[:3]] == ["random", "rich", "laid"]
    assert names == [proof.random_model(number) for number in range(4)]
