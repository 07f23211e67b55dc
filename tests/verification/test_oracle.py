"""The command `verification/oracle.py`: what it counts, and that it says so when the engine is spoiled."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))
sys.path.append(str(Path(__file__).parents[2] / "tests" / "engine"))

import plain_check

import oracle
from flowsim.draws import Draws
from flowsim.engine import run, waiting
from flowsim.model import Model
from flowsim.record import Record
from results import FOLDER


def test_a_few_of_each_family(capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve families, two scenarios each: all the same, all counted, nothing kept."""
    before = sorted(FOLDER.glob("*"))
    assert oracle.main(["--examples", "24", "--jobs", "1"]) == 0
    told = capsys.readouterr().out
    for family in oracle.FAMILIES:
        counts = re.search(rf"^{family.name}: 2 scenarios, ([\d,]+) requests, ([\d,]+) instants", told, re.MULTILINE)
        assert counts is not None
    assert sorted(FOLDER.glob("*")) == before


def test_named_families_are_there() -> None:
    """Those that are asked for by name, and no name twice."""
    names = [family.name for family in oracle.FAMILIES]
    assert {"one server", "several servers", "blocking tandem", "batches", "calendars"} <= set(names)
    assert len(set(names)) == len(names)


def test_a_chunk_can_be_had_again_and_another_one_is_other() -> None:
    """By seed, family and number."""
    one, again, other = (oracle.run_chunk(0, chunk, 7, 6) for chunk in (3, 3, 4))
    assert one == again
    assert len(one.scenarios) >= 5
    assert len(one.scenarios & other.scenarios) <= 1  # the smallest of all


def test_scenarios_that_come_twice_count_once() -> None:
    """Ten different ones are wanted and found, by chunks of four."""
    *_, found = oracle.examine(0, oracle.Here(), 2, 7, 10)
    assert len(found.scenarios) >= 10


def late(model: Model, draws: Draws) -> Record:
    """The engine, but who begins last begins a tick late."""
    record = run(model, draws)
    if len(record.visits["started"]) > 3:
        record.visits["started"][record.visits["started"].argmax()] += 1
    return record


def tie(visit: Any) -> tuple[int, int, Any]:
    """The place in a list, but of those who join at one instant the highest number first."""
    return visit.assembled, -visit.request.number, visit.order


@pytest.mark.parametrize(("spoil", "family"), [("a tick", "one server"), ("ties", "pooled teams")])
def test_a_spoiled_engine_is_reported(
    spoil: str, family: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Spoiled: the command ends with 1, and tells the smallest example, and how to have it again; which it then has."""
    monkeypatch.setattr(oracle, "CHUNK", 12)
    with monkeypatch.context() as spoiled:
        if spoil == "ties":
            spoiled.setattr(waiting, "joined", tie)
        else:
            spoiled.setattr(plain_check, "run", late)
        assert oracle.main(["--family", family, "--examples", "36", "--jobs", "1"]) == 1
        told = capsys.readouterr().out
        assert f"FAIL {family}: AssertionError" in told
        assert "model: Model(name='oracle'" in told
        again = re.search(r"again: python verification/oracle.py --family '(.*)' --chunk (\d+) --seed (\d+)", told)
        assert again is not None
        command = ["--family", again[1], "--chunk", again[2], "--seed", again[3], "--jobs", "1"]
        assert oracle.main(command) == 1
        assert told.partition("FAIL")[2] == capsys.readouterr().out.partition("FAIL")[2]
    assert oracle.main(command) == 0
