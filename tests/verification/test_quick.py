"""Theory at loads up to 70 %: the quick cases of `verification/`, and that their comparisons can go red."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import all_cases
from flowsim.verification import mm1
from flowsim.verification.claims import ALLOWED, POWER, Case, Measure, Verdict, judge

CASES = all_cases.quick()


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_engine_agrees_with_theory(case: Case) -> None:
    """Each measure is within its own error of theory, with power, and refuses the mistake named with it."""
    for verdict in judge(case):
        told = f"{verdict.measure.name}: {verdict.estimate} ± {verdict.error}, theory {verdict.measure.theory}"
        assert verdict.true, told
        assert verdict.powerful, told
        assert verdict.caught, f"{told}; {verdict.measure.mistake}: {verdict.measure.wrong}"


def test_a_wrong_theory_goes_red() -> None:
    """Spoiled: the scenario at 60 % load held against the formulas for 65 %; every measure fails."""
    right, other = mm1.case(0.6, 60, 20), mm1.case(0.65, 60, 20)
    verdicts = judge(replace(right, measures=other.measures))
    assert [v.true for v in verdicts] == [False] * len(verdicts)


SPOILED = [case for case in CASES if case.spoiled != ("", "")]


@pytest.mark.parametrize("case", SPOILED, ids=[case.title for case in SPOILED])
def test_a_spoiled_scenario_goes_red(case: Case) -> None:
    """Spoiled: a scenario that lacks the rule, or has another number in it, held against the same theory."""
    right, wrong = case.spoiled
    assert case.scenario.count(right) >= 1
    twin = replace(case, scenario=case.scenario.replace(right, wrong), replications=6)
    assert not all(verdict.true for verdict in judge(twin))


def test_every_later_case_has_its_spoiled_twin() -> None:
    """All but those of the first ten rules, whose tempting mistakes are refused."""
    first = ("M/M/", "M/G/1", "Tandem", "Rework", "Pooling", "Office hours", "2 priorities at one desk")
    plain = [case.title for case in CASES if case.spoiled == ("", "")]
    assert all(title.startswith(first) and "patience" not in title for title in plain)
    assert len(SPOILED) >= 20


def verdict(theory: float, estimate: float, error: float, wrong: float = 99.0) -> Verdict:
    return Verdict(Measure("x", "", theory, lambda _: 0.0, "", wrong), estimate, error)


def test_a_verdict_needs_truth_power_and_a_refused_mistake() -> None:
    """Each of the three can fail alone."""
    good = verdict(10.0, 10.0 + 0.99 * ALLOWED * 0.1, 0.1)
    assert good.passed
    untrue = verdict(10.0, 10.0 + 1.01 * ALLOWED * 0.1, 0.1)
    assert (untrue.true, untrue.powerful, untrue.caught) == (False, True, True)
    weak = verdict(10.0, 10.0, 1.01 * POWER * 10.0)
    assert (weak.true, weak.powerful, weak.caught) == (True, False, True)
    blind = verdict(10.0, 10.0, 0.1, wrong=10.3)
    assert (blind.true, blind.powerful, blind.caught) == (True, True, False)
    assert [v.passed for v in (untrue, weak, blind)] == [False, False, False]


def test_every_case_stands_on_the_page() -> None:
    """docs/verification.md was made from these very cases: each title and scenario is there, and no verdict failed."""
    page = (Path(__file__).parents[2] / "docs" / "verification.md").read_text(encoding="utf-8")
    for case in all_cases.full():
        assert f"## {case.title}\n" in page
        assert case.scenario.strip() in page
    assert "FAIL" not in page
