"""Running until precise: a pilot, a number fixed once, prefix order; kept in the manifest, and made again from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from kept_runs import DESK, keep, model, plan

from flowsim.errors import UsageError
from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.experiment import perform
from flowsim.experiments.precision import (
    MEASURE,
    Decided,
    Precision,
    decide,
    pilot_of,
    replications_needed,
)
from flowsim.experiments.reproduce import reproduce
from flowsim.experiments.statistics import mean_with_t
from flowsim.experiments.store import RunFolder, open_run
from flowsim.model import Model

X = np.array([5.1, 4.3, 6.0, 5.5, 4.8, 5.9, 5.2, 4.6, 5.7, 5.0])
QUICK = DESK.replace("length: 10 working days", "length: 2 working days")


def numbers(name: str, values: np.ndarray, model: Model | None = None) -> StateNumbers:
    """A state whose mean working lead times are these, by replication."""
    found = StateNumbers(name, model=model)
    found.values[MEASURE, ""] = {r: float(x) for r, x in enumerate(values, start=1)}
    return found


def test_how_many_are_needed() -> None:
    """Fixture of the methods: ± 2 % of 5.21 takes 150; and by its own formula from the half width of ten."""
    assert replications_needed(X, 0.02 * 5.21) == 150
    half = mean_with_t(X).half or 0.0
    assert replications_needed(X, half) == 10
    assert replications_needed(X, half / 2) == 40
    assert replications_needed(X, 10.0) == 10, "never fewer than there are"
    assert replications_needed(np.array([3.0, 3.0]), 0.1) == 2
    for values, half in ((X[:1], 1.0), (X, 0.0), (X, -1.0)):
        with pytest.raises(ValueError, match="two values and a half width"):
            replications_needed(values, half)


def test_what_a_pilot_decides() -> None:
    """Of one state its mean; of several the difference that takes most, as a share of the mean before."""
    asked = Precision(0.02, 10, 1000)
    assert decide(asked, [numbers("a", X)]) == Decided(150, 150)
    assert decide(replace(asked, most=60), [numbers("a", X)]) == Decided(150, 60)
    assert decide(Precision(0.5, 10), [numbers("a", X)]) == Decided(10, 10)
    alike, unlike = numbers("b", X - 1), numbers("c", X[::-1])
    assert decide(asked, [numbers("a", X), alike]) == Decided(10, 10), "the same luck: nothing varies"
    needed = replications_needed(X[::-1] - X, 0.02 * 5.21)
    assert decide(asked, [numbers("a", X), alike, unlike]) == Decided(needed, needed)
    assert needed > 150
    assert decide(asked, [StateNumbers("a")]) == Decided(None, 10), "nothing ended"


def test_the_pilot_is_twenty_or_what_the_file_asks_for() -> None:
    assert [pilot_of(n) for n in (1, 10, 15, 20, 300)] == [10, 10, 15, 20, 20]


@pytest.mark.parametrize(
    ("share", "pilot", "most", "said"),
    [(0.0, 20, 100, "between 0% and 100%"), (1.0, 20, 100, "between"), (0.1, 1, 9, "one run"), (0.1, 20, 19, "fewer")],
)
def test_what_cannot_be_asked(share: float, pilot: int, most: int, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        Precision(share, pilot, most)
    assert caught.value.code == "FS713"


def test_a_run_until_it_is_precise(tmp_path: Path) -> None:
    """The same data as that many replications at once, with any number of workers; and it can be made again."""
    asked = Precision(0.25, 3, 6)
    told: list[Decided] = []
    shown: list[tuple[int, int]] = []
    planned = replace(plan(QUICK, "current", "two", audit=False), precision=asked)
    with RunFolder.create(tmp_path / "one", "a", planned.identity) as folder:
        done = perform(planned, folder, lambda made, of: shown.append((made, of)), told.append)
    n = done.manifest.replications
    assert told == [Decided(done.manifest.pilot[0].needed[0], n)]
    assert 3 < n <= 6
    assert shown == [*((i, 6) for i in range(1, 7)), *((i, 2 * n) for i in range(7, 2 * n + 1))]
    pilot = done.manifest.pilot[0]
    assert (pilot.measure, pilot.share, pilot.replications, pilot.most) == (MEASURE, 0.25, 3, 6)
    plain = keep(tmp_path / "plain", plan(QUICK, "current", "two", replications=n, audit=False))
    assert plain.manifest.pilot == ()
    assert plain.manifest.fingerprint == done.manifest.fingerprint
    parallel = keep(tmp_path / "two", replace(planned, jobs=2))
    assert parallel.manifest.fingerprint == done.manifest.fingerprint
    assert reproduce(open_run(done.folder, tmp_path)).same


def test_what_mattered_is_made_again(tmp_path: Path) -> None:
    """Else the verdicts of a run with --matters could not be reproduced."""
    from flowsim.experiments.matters import Matters

    planned = replace(plan(QUICK, "current", "two", audit=False), matters=Matters(0.9))
    done = keep(tmp_path, planned)
    assert done.manifest.matters == {"share": 0.9}
    assert reproduce(open_run(done.folder, tmp_path)).same
    usual = keep(tmp_path / "usual", plan(QUICK, "current", "two", audit=False))
    assert usual.manifest.fingerprint != done.manifest.fingerprint


def test_an_older_manifest_says_nothing_of_it(tmp_path: Path) -> None:
    """Kept before there was a pilot: it is read, its seal and all."""
    import hashlib
    import json

    from flowsim.record.manifest import Manifest, canonical

    manifest = keep(tmp_path, plan(QUICK, "current")).manifest
    body = json.loads(manifest.to_json())
    for name in ("pilot", "matters", "seal"):
        del body[name]
    body["seal"] = hashlib.sha256(canonical(body).encode()).hexdigest()
    assert Manifest.from_json(json.dumps(body)) == replace(manifest, matters={}, pilot=())
    assert model(QUICK, "current").run.length > 0
