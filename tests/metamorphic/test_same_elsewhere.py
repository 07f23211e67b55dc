"""The same data whatever the machine thinks of the time, the place, the language, the order of hashes, and whatever the
number of workers and of replications: the fingerprint of every table.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from alike import cases
from prints import prints

from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.replicate import Job, Outcome, simulate
from flowsim.record.fingerprint import fingerprint
from flowsim.scenario import load_text

YEAR = 365 * 24 * 3600
ELSEWHERE = {
    "far east, long ago": (-30 * YEAR, 2, {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}),
    "far west, in future": (
        30 * YEAR,
        4,
        {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "nl_BE.UTF-8", "LANG": "nl_BE.UTF-8"},
    ),
}


def chosen() -> list[int]:
    """The numbers of some scenarios that run to their end."""
    return [case.number for case in cases(8) if "stopped" not in case.played][:3]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_same_data_elsewhere(where: str) -> None:
    moved, workers, environment = ELSEWHERE[where]
    command = [sys.executable, str(Path(__file__).parent / "prints.py"), str(moved), str(workers)]
    found = subprocess.run(
        [*command, *map(str, chosen())],
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        timeout=300,
    )
    told = json.loads(found.stdout)
    assert abs(told["year"] - datetime.date.today().year - moved // YEAR) <= 1
    assert told["prints"] == prints(chosen(), 1)


def test_other_luck_is_other_data() -> None:
    """Spoiled: replication 2 for replication 1."""
    found = prints(chosen(), 1)
    first, second = ([found[key] for key in found if key.split()[1] == str(number)] for number in (1, 2))
    assert first != second


# -- 100 replications = 40 + 60 ----------------------------------------------------------------------------------------

SMALL = """
flowsim: 1
name: Small
requests: {permit: {arrivals: 3 per day, promise: 1 day}}
tasks: {look: {time: exponential(4 h), value: adding}}
teams: {Desk: {people: 1, absence: 20%}}
steps: {Look: {team: Desk, does: look, returns: 20% to Look}}
run: {length: 2 days, seed: 9}
"""


def replications(first: int, last: int) -> list[Outcome]:
    """The replications from one number to another, run by themselves."""
    model = load_text(SMALL, "small.yaml").compile("current").model
    return [simulate(Job("current", model, 9, number, audit=False)) for number in range(first, last + 1)]


def numbers(outcomes: list[Outcome]) -> StateNumbers:
    """What a run keeps of its replications."""
    found = StateNumbers("current")
    for outcome in outcomes:
        found.add(outcome.replication, outcome.tables)
    return found


def data(outcomes: list[Outcome]) -> list[dict[str, str]]:
    """The fingerprints of each replication."""
    return [{name: fingerprint(table) for name, table in outcome.tables.items()} for outcome in outcomes]


def test_a_hundred_replications_are_forty_and_sixty() -> None:
    """Each replication is itself, whatever is run beside it; and the estimates are those of the pieces together."""
    whole, forty, sixty = replications(1, 100), replications(1, 40), replications(41, 100)
    assert data(whole) == data(forty) + data(sixty)
    assert data(whole)[40] != data(whole)[39]
    together, pieces = numbers(whole).estimates(), numbers(forty + sixty).estimates()
    assert repr(together) == repr(pieces)
    first, second = numbers(forty).values, numbers(sixty).values
    for key, values in numbers(whole).values.items():
        mean = (sum(first[key].values()) + sum(second[key].values())) / 100
        np.testing.assert_allclose(mean, np.mean(list(values.values())), rtol=1e-12, equal_nan=True)


def test_sixty_others_are_another_hundred() -> None:
    """Spoiled: the sixty begin with the number of the last of the forty."""
    whole, forty, wrong = replications(38, 44), replications(38, 40), replications(40, 43)
    assert data(whole) != data(forty) + data(wrong)
    assert repr(numbers(whole).estimates()) != repr(numbers(forty + wrong).estimates())
