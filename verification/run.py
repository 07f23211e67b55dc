"""Hold flowsim against queueing theory and write docs/verification.md: `python verification/run.py [--quick] [WORD
…]`.

With words, only the cases whose title holds one of them are run; with --quick, the small cases of the test suite.
Only a full run of all cases writes the page, and keeps the result for docs/proof.md. The exit code is 1 when something
fails.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.integrate import simpson
from scipy.special import stdtr

import all_cases
from flowsim.verification.claims import ALLOWED, POWER, Case, Verdict, judge
from results import Result, keep

MORE = 4
"""Times as many replications as in the first look has the second."""

PAGE = Path(__file__).parents[1] / "docs" / "verification.md"

HEAD = f"""# Verification

Made by `python verification/run.py`. Each case is a scenario for which queueing theory knows the answer
exactly. Each replication gives one value; the mean over replications is the estimate, with its own standard
error. A measure passes when the estimate is within {ALLOWED} standard errors of theory, **and** the standard error is
at most {POWER:.0%} of the value (else the comparison has no power), **and** the value that a tempting mistake would
give, held against the same estimate, is refused. Every replication has passed the audit first. Seeds are in the
scenarios, so the page comes out the same each time.

Of so many true measures one will now and then be off by more. A case with such a measure is looked at once more, with
other numbers and {MORE} times as many replications, and that look decides; both are told.
"""


def number(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}"


def word(good: bool) -> str:
    return "PASS" if good else "**FAIL**"


def statement(case: Case) -> str:
    """What is claimed of a case, in a sentence."""
    claimed = [f"{m.name}: {m.formula} = {number(m.theory)}" for m in case.measures]
    return f"**Claim.** {'; '.join(claimed)}."


def seed(case: Case) -> int:
    """The seed in the scenario."""
    found = re.search(r"seed: (\d+)", case.scenario)
    if found is None:
        raise ValueError(f"{case.title}: no seed in the scenario")
    return int(found[1])


def second(case: Case) -> Case:
    """The case for a second look: with other numbers, and more of them."""
    other = case.scenario.replace(f"seed: {seed(case)}", f"seed: {seed(case) + 1000}")
    return replace(case, scenario=other, replications=MORE * case.replications)


def first_look(case: Case, verdicts: list[Verdict]) -> list[str]:
    """What is told of a first look that did not decide."""
    off = [f"{v.measure.name} {number(v.estimate)}, off by {v.off:+.1f}" for v in verdicts if not v.true]
    again = second(case)
    return [
        f"First look: {'; '.join(off)} errors. So the case was looked at once more, with {again.replications} "
        f"replications and seed {seed(again)}; the figures are those.",
        "",
    ]


def section(case: Case, verdicts: list[Verdict], first: list[Verdict] | None = None) -> str:
    """A case as part of the page; `first` are the verdicts of a first look, when there was a second."""
    lines = [
        f"## {case.title}",
        "",
        statement(case),
        "",
        case.why.strip(),
        "",
        "```yaml",
        case.scenario.strip(),
        "```",
        "",
        f"{case.replications} replications, seed {seed(case)}.",
        "",
        *([] if first is None else first_look(case, first)),
        "| measure | formula | theory | estimate | allowed | off by (in errors) "
        f"| standard error (≤ {POWER:.0%}) | verdict |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for v in verdicts:
        m = v.measure
        cells = [
            m.name,
            m.formula,
            number(m.theory),
            number(v.estimate),
            f"± {number(ALLOWED * v.error)}",
            f"{v.off:+.1f}",
            f"{number(v.error)} ({v.error / abs(m.theory):.1%})",
            word(v.true and v.powerful),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| mistake that must be refused | its value | estimate | refused |", "|---|---|---|---|"]
    for v in verdicts:
        m = v.measure
        lines.append(f"| {m.name}: {m.mistake} | {number(m.wrong)} | {number(v.estimate)} | {word(v.caught)} |")
    return "\n".join([*lines, ""])


def overview(done: list[tuple[Case, list[Verdict]]]) -> str:
    """The first table of the page."""
    lines = ["| case | measures | passed | mistakes refused |", "|---|---|---|---|"]
    for case, verdicts in done:
        good, caught = sum(v.true and v.powerful for v in verdicts), sum(v.caught for v in verdicts)
        lines.append(f"| {case.title} | {len(verdicts)} | {good} | {caught} |")
    return "\n".join([*lines, ""])


def expected_largest(replications: Sequence[int]) -> float:
    """The largest deviation, in standard errors, to be expected of true claims with so many replications each.

    Each deviation follows Student's t; of independent ones all stay below x with chance Π P(|t| ≤ x), and the mean of
    the largest is the integral of 1 less that.
    """
    x = np.linspace(0.0, 40.0, 40_001)
    below = np.ones(x.shape)
    for number_of in replications:
        below *= 2.0 * stdtr(number_of - 1, x) - 1.0
    return float(simpson(1.0 - below, x=x))


def result(
    done: list[tuple[Case, list[Verdict]]], seconds: float, firsts: Mapping[str, list[Verdict]] = MappingProxyType({})
) -> Result:
    """What is kept of a full run; `firsts`: by title the first look of a case that was looked at twice."""
    verdicts = [(case, v) for case, found in done for v in found]
    return Result(
        name="theory",
        title="Queueing theory",
        statement="Where theory knows the answer exactly, the engine gives it: every estimate lies within "
        f"{ALLOWED} of its own standard errors, which are at most {POWER:.0%} of the value, and what a tempting "
        "mistake would give is refused.",
        command="python verification/run.py",
        passed=bool(verdicts) and all(v.passed for _, v in verdicts),
        figures={
            "cases": len(done),
            "measures": len(verdicts),
            "passed": sum(v.true and v.powerful for _, v in verdicts),
            "mistakes refused": sum(v.caught for _, v in verdicts),
            "largest deviation (in standard errors)": round(max(abs(v.off) for _, v in verdicts), 2),
            "expected largest of so many": round(expected_largest([case.replications for case, _ in verdicts]), 2),
            "largest standard error (share of the value)": f"{max(share_of(v) for _, v in verdicts):.1%}",
            "replications": sum(case.replications * len(case.states) for case, _ in done),
        },
        seconds=round(seconds, 1),
        table=[
            ["case", "measures", "passed", "mistakes refused", "largest deviation (in standard errors)"],
            *(
                [
                    case.title,
                    str(len(found)),
                    str(sum(v.true and v.powerful for v in found)),
                    str(sum(v.caught for v in found)),
                    f"{max(abs(v.off) for v in found):.1f}",
                ]
                for case, found in done
            ),
        ],
        notes=[
            "Each claim with its derivation, scenario and verdict stands in docs/verification.md.",
            *(
                f"{title}: off by {max((v.off for v in look), key=abs):+.1f} errors at a first look, so looked at once "
                f"more, with other numbers and {MORE} times as many replications."
                for title, look in firsts.items()
            ),
        ],
    )


def share_of(verdict: Verdict) -> float:
    """The standard error as a share of the value."""
    return verdict.error / abs(verdict.measure.theory)


def cases(quick: bool) -> tuple[Case, ...]:
    """All cases, small or large, in the order of the page."""
    return all_cases.quick() if quick else all_cases.full()


Pairs = list[tuple[float, float]]
"""Estimate and error of each measure of a case."""


def looks(case: Case) -> list[list[Verdict]]:
    """The verdicts of a first look at a case, and of a second when one of its measures was off by too much."""
    first = judge(case)
    return [first] if all(v.true for v in first) else [first, judge(second(case))]


def values(quick: bool, place: int) -> tuple[list[Pairs], float]:
    """One of the cases, look by look, and the seconds it took (in a process of its own)."""
    begun = time.monotonic()
    found = looks(cases(quick)[place])
    return [[(v.estimate, v.error) for v in verdicts] for verdicts in found], time.monotonic() - begun


def main(arguments: list[str]) -> int:
    """Run the cases, as many at a time as there are processors, tell how each went, write the page; the exit code."""
    quick = "--quick" in arguments
    words = [argument for argument in arguments if argument != "--quick"]
    every = cases(quick)
    places = [i for i, c in enumerate(every) if not words or any(w.lower() in c.title.lower() for w in words)]
    done, firsts = [], {}
    begun = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for place, (found, seconds) in zip(places, pool.map(values, [quick] * len(places), places), strict=True):
            case = every[place]
            *before, verdicts = (
                [Verdict(m, *pair) for m, pair in zip(case.measures, look, strict=True)] for look in found
            )
            done.append((case, verdicts))
            if before:
                firsts[case.title] = before[0]
            print(f"{case.title} ({seconds:.0f} s{', second look' if before else ''})", flush=True)
            for v in verdicts:
                theory = f"theory {number(v.measure.theory)} ({v.off:+.1f} errors)"
                told = f"{number(v.estimate)} ± {number(v.error)}, {theory}"
                print(f"  {'PASS' if v.passed else 'FAIL'}  {v.measure.name}: {told}", flush=True)
    if not quick and len(places) == len(every):
        sections = [section(case, verdicts, firsts.get(case.title)) for case, verdicts in done]
        PAGE.write_text("\n".join([HEAD, overview(done), *sections]), encoding="utf-8")
        kept = keep(result(done, time.monotonic() - begun, firsts))
        print(*(f"written: {path.relative_to(PAGE.parents[1])}" for path in (PAGE, kept)), sep="\n")
    return 0 if done and all(v.passed for _, verdicts in done for v in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
