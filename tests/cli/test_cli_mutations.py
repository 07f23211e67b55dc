"""Mutated scenario files: whatever stands in one, it is refused in words or it runs, is audited, and can be shown."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from mutations import SEEDS, mutated

from flowsim.errors import FlowsimError
from flowsim.experiments.replicate import Job, simulate
from flowsim.model import Model
from flowsim.model.load import loads
from flowsim.scenario import check

DATA = Path(__file__).parents[1] / "scenarios/valid/data"
WEEK = 7 * 24 * 3_600_000
LONGEST = 5.0
"""Seconds of processor time that a check or a run of a week may take; they take a few hundredths."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "data").symlink_to(DATA)
    return tmp_path / "m.yaml"


def _cut(model: Model) -> Model:
    length = min(model.run.length, WEEK)
    return replace(model, run=replace(model.run, length=length, warm_up=min(model.run.warm_up, length // 4)))


def _visits(model: Model) -> float:
    load = loads(model)
    return sum(c.in_run for c in load.classes) * max(1.0, sum(step.visits for step in load.steps))


@pytest.mark.parametrize(("sensible", "numbers"), [(False, range(160)), (True, range(140))], ids=["nonsense", "sense"])
def test_mutated_scenarios_are_refused_or_run(place: Path, sensible: bool, numbers: range) -> None:
    came: Counter[str] = Counter()
    for number in numbers:
        seed = SEEDS[number % len(SEEDS)]
        place.write_text(mutated(number, seed.read_text(encoding="utf-8"), sensible=sensible), encoding="utf-8")
        begin = time.process_time()
        problems, sound = check(place)
        assert time.process_time() - begin < LONGEST, number
        refused = any(p.severity == "error" for p in problems)
        assert all(str(p) and p.code.startswith("FS") and p.code != "FS001" for p in problems), number
        assert refused or sound, number
        came["refused" if refused else "sound"] += 1
        for state, compiled in ({} if refused else sound).items():
            model = _cut(compiled.model)
            if _visits(model) > 3000:
                came["too long for a test"] += 1
                continue
            begin = time.process_time()
            try:
                checks = simulate(Job(state, model, seed=1, replication=1)).checks()
            except FlowsimError as error:
                came[error.code] += 1
                continue
            assert time.process_time() - begin < LONGEST, number
            assert checks, number
            came["ran"] += 1
    stopped = {code for code in came if code.startswith("FS")}
    assert stopped <= {"FS701", "FS711", "FS712"}  # what only a run can tell: no time, no room, no end
    assert came["refused"] > 10
    assert came["ran"] > 10
