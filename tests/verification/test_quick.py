"""Theory at loads up to 70 %: the quick cases of `verification/`, and that their comparisons can go red."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import all_cases
import run as theory
from flowsim.verification import mm1
from flowsim.verification.claims import ALLOWED, POWER, Case, Measure, Verdict, judge

CASES = all_cases.quick()
ENOUGH = 0.035
"""The error that a quick case may have, as a share of theory: with half of the replications that POWER takes, 1.4 times
as much, and a fourth of it for the chance in the error itself."""
SUBTLE = {"Two branches with a queue each at 50% load"}
"""Cases with a mistake so near to the truth that it takes all replications to refuse it."""


def in_the_suite(case: Case) -> Case:
    """A quick case with as many replications as the suite has time for."""
    return case if case.title in SUBTLE else replace(case, replications=case.replications // 2)


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_engine_agrees_with_theory(case: Case) -> None:
    """Each measure is within its own error of theory, with power, and refuses the mistake named with it."""
    for verdict in judge(in_the_suite(case)):
        told = f"{verdict.measure.name}: {verdict.estimate} ± {verdict.error}, theory {verdict.measure.theory}"
        assert verdict.true, told
        assert verdict.error <= ENOUGH * abs(verdict.measure.theory), told
        assert verdict.caught, f"{told}; {verdict.measure.mistake}: {verdict.measure.wrong}"


def test_the_subtle_cases_are_cases() -> None:
    assert {case.title for case in CASES} >= SUBTLE


def test_a_wrong_theory_goes_red() -> None:
    """Spoiled: the scenario at 60 % load held against the formulas for 65 %; every measure fails."""
    right, other = mm1.case(0.6, 60, 20), mm1.case(0.65, 60, 20)
    verdicts = judge(replace(right, measures=other.measures))
    assert [v.true for v in verdicts] == [False] * len(verdicts)


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_a_spoiled_scenario_goes_red(case: Case) -> None:
    """Spoiled: a scenario that lacks the rule, or has another number in it, held against the same theory."""
    right, wrong = case.spoiled
    assert right != wrong
    assert case.scenario.count(right) >= 1
    twin = replace(case, scenario=case.scenario.replace(right, wrong), replications=6)
    assert not all(verdict.true for verdict in judge(twin))


def test_each_case_has_its_own_title_and_no_word_of_a_template() -> None:
    """Titles are the anchors of the page, and what `run.py WORD` looks for."""
    for cases in (CASES, all_cases.full()):
        titles = [case.title for case in cases]
        assert len(set(titles)) == len(titles)
        assert not any("{" in title for title in titles)


def test_every_full_case_has_its_spoiled_piece() -> None:
    """The twins of the page's cases differ from them too."""
    for case in all_cases.full():
        right, wrong = case.spoiled
        assert case.scenario.replace(right, wrong) != case.scenario, case.title


# Each line of the list of what theory must be there for, and a title that stands for it.
DEMANDED = {
    "M/M/1": "M/M/1 at",
    "M/M/c": "M/M/3 at",
    "M/G/1, constant": "M/G/1 with constant",
    "M/G/1, Erlang": "M/G/1 with erlang",
    "M/G/1, gamma": "M/G/1 with gamma",
    "M/G/1, lognormal": "M/G/1 with lognormal",
    "M/G/1, hyper-exponential": "M/G/1 with hyper-exponential",
    "priorities": "2 priorities at one desk",
    "finite room": "Room for",
    "finite room with loss": "M/M/1/3, lost",
    "Erlang-B": "Erlang's loss formula with exponential",
    "Erlang-B, insensitive": "Erlang's loss formula with constant",
    "abandonment": "M/M/3 with exponential patience",
    "bulk arrivals": "Groups of different sizes",
    "bulk service": "Bulk service of",
    "tandem with blocking": "Blocked persons: three steps",
    "closed network": "Never more than",
    "vacations": "Back office work",
    "clock service": "Open for an hour a day",
    "set-up": "Set-up before every request",
    "set-up of a batch": "Set-up for a batch",
    "fork-join": "Two branches with a queue",
    "batch by size": "Batches of 5",
    "batch by clock": "Batches by the clock",
    "batch by timer": "Batches by a timer",
    "batch by size or timer": "Batches of 5 or by a timer",
    "office hours": "Office hours",
    "returns": "Rework",
    "queue order first in": "Queue order first in",
    "queue order last in": "Queue order last in",
    "queue order random": "Queue order random",
    "queue order shortest": "Queue order shortest",
    "five desks in series": "Tandem of five",
    "time-varying arrivals": "Busy hours with people enough",
    "time-varying arrivals with a queue": "Busy hours at one desk",
}


@pytest.mark.parametrize("what", DEMANDED)
def test_what_was_demanded_is_there(what: str) -> None:
    """A family taken out of the list of rooms is missed."""
    assert any(case.title.startswith(DEMANDED[what]) for case in CASES)


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
        assert theory.statement(case) in page
        assert case.scenario.strip() in page
    assert "FAIL" not in page
