"""What `verification/run.py` makes of verdicts, and shares of time that claims read from a record."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import run as theory
from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.scenario import load_text
from flowsim.verification import mm1
from flowsim.verification.claims import Verdict, World

CASE = mm1.case(0.7, 150, 25)

EVERY_HOUR = """
flowsim: 1
name: By hand
requests: {request: {arrivals: every 1 h}}
tasks: {serve: {time: 90 min, value: adding}}
teams: {Desk: {people: 1, calendar: always}}
steps: {Serve: {team: Desk, does: serve}}
run: {length: 4 h, warm-up: 1 h}
"""


def verdicts(off: float = 0.5, share: float = 0.001) -> list[Verdict]:
    """Of each measure: off by so many errors, of such a share of the value."""
    return [Verdict(m, m.theory * (1 + off * share), share * m.theory) for m in CASE.measures]


def test_the_largest_deviation_to_be_expected() -> None:
    """Of one with a normal law √(2/π); of many as drawn; and more when fewer replications make each error unsure."""
    assert theory.expected_largest([10**7]) == pytest.approx(np.sqrt(2 / np.pi), abs=1e-4)
    draws = np.abs(np.random.default_rng(1).standard_t(19, (20_000, 100))).max(axis=1)
    assert theory.expected_largest([20] * 100) == pytest.approx(draws.mean(), abs=4 * draws.std() / np.sqrt(20_000))
    assert theory.expected_largest([40] * 100) < theory.expected_largest([20] * 100)


def test_a_result_counts_what_passed() -> None:
    """Spoiled: one measure that is off by 5 errors, one without power, and one whose mistake agrees as well."""
    good = theory.result([(CASE, verdicts())], 1.0)
    count = len(CASE.measures)
    assert good.passed
    assert [good.figures[name] for name in ("measures", "passed", "mistakes refused")] == [count] * 3
    assert (good.figures["cases"], good.figures["replications"]) == (1, CASE.replications)
    assert good.figures["largest deviation (in standard errors)"] == 0.5
    for spoiled, passed, refused in (
        (verdicts(5.0)[0], count - 1, count),
        (verdicts(0.5, 0.021)[0], count - 1, count),
        (Verdict(replace(CASE.measures[0], wrong=CASE.measures[0].theory), *pair(verdicts()[0])), count, count - 1),
    ):
        bad = theory.result([(CASE, [spoiled, *verdicts()[1:]])], 1.0)
        assert not bad.passed
        assert (bad.figures["passed"], bad.figures["mistakes refused"]) == (passed, refused)


def pair(verdict: Verdict) -> tuple[float, float]:
    """Estimate and error."""
    return verdict.estimate, verdict.error


def test_a_section_shows_all_of_a_claim() -> None:
    """Statement, derivation, scenario, seed, replications, error allowed, power and verdict; a failure is shown."""
    section = theory.section(CASE, verdicts())
    first = verdicts()[0]
    for piece in (
        f"{first.measure.name}: {first.measure.formula} = {theory.number(first.measure.theory)}",
        CASE.why.strip(),
        CASE.scenario.strip(),
        "25 replications, seed 1.",
        f"± {theory.number(3.9 * first.error)}",
        "(0.1%)",
        "| PASS |",
    ):
        assert piece in section
    assert "FAIL" not in section
    assert "FAIL" in theory.section(CASE, verdicts(5.0))


def test_shares_of_time_by_hand() -> None:
    """Requests of 01:00, 02:00 and 03:00, who leave at 02:30, 04:00 and 05:30, looked at from 01:00 to 04:00."""
    state = load_text(EVERY_HOUR, "by hand.yaml").compile("current")
    world = World(state.model, run(state.model, Draws(1, 1)))
    assert [world.share_with(n) for n in range(4)] == [1.0, 1.0, 0.5, 0.0]
    hour = 3_600_000
    begins, ends = np.array([0, 2, 3, -1]) * hour, np.array([2, -1, 5, -1]) * hour
    assert world.share_between(np.maximum(begins, -1), np.maximum(ends, -1), 1) == 1.0
    assert world.share_between(np.maximum(begins, -1), np.maximum(ends, -1), 2) == pytest.approx(1 / 3)


def test_a_case_that_is_off_is_looked_at_once_more() -> None:
    """With other numbers and more of them; one that is right is not, and one that is wrong is off again (spoiled)."""
    short = replace(mm1.case(0.5, 8, 6), replications=6)
    again = theory.second(short)
    assert (theory.seed(again), again.replications) == (theory.seed(short) + 1000, 24)
    right, wrong = theory.looks(short), theory.looks(replace(short, measures=mm1.case(0.8, 8, 6).measures))
    assert [len(look) for look in (right, wrong)] == [1, 2]
    assert all(v.true for v in right[0])
    assert not any(v.true for look in wrong for v in look)
    assert wrong[1][0].error < wrong[0][0].error
    told = theory.section(CASE, verdicts(), verdicts(5.0))
    assert "off by +5.0" in told
    assert f"with {4 * CASE.replications} replications and seed 1001" in told
    kept = theory.result([(CASE, verdicts())], 1.0, {CASE.title: verdicts(5.0)})
    assert kept.passed
    assert any("off by +5.0 errors at a first look" in note for note in kept.notes)
