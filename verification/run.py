"""Hold flowsim against queueing theory and write docs/verification.md: `python verification/run.py [--quick] [WORD
…]`.

With words, only the cases whose title holds one of them are run; with --quick, the small cases of the test suite.
Only a full run of all cases writes the page. The exit code is 1 when something fails.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import all_cases
from flowsim.verification.claims import ALLOWED, POWER, Case, Verdict, judge

PAGE = Path(__file__).parents[1] / "docs" / "verification.md"

HEAD = f"""# Verification

Made by `python verification/run.py`. Each case is a scenario for which queueing theory knows the answer
exactly. Each replication gives one value; the mean over replications is the estimate, with its own standard
error. A measure passes when the estimate is within {ALLOWED} standard errors of theory, **and** the standard error is
at most {POWER:.0%} of the value (else the comparison has no power), **and** the value that a tempting mistake would
give, held against the same estimate, is refused. Every replication has passed the audit first. Seeds are in the
scenarios, so the page comes out the same each time.
"""


def number(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}"


def word(good: bool) -> str:
    return "PASS" if good else "**FAIL**"


def section(case: Case, verdicts: list[Verdict]) -> str:
    """A case as part of the page."""
    lines = [
        f"## {case.title}",
        "",
        case.why.strip(),
        "",
        "```yaml",
        case.scenario.strip(),
        "```",
        "",
        f"{case.replications} replications.",
        "",
        "| measure | formula | theory | estimate | standard error | allowed | off by (in errors) | verdict |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for v in verdicts:
        m = v.measure
        cells = [
            m.name,
            m.formula,
            number(m.theory),
            number(v.estimate),
            f"{number(v.error)} ({v.error / abs(m.theory):.1%})",
        ]
        lines.append(
            f"| {' | '.join(cells)} | ± {number(ALLOWED * v.error)} | {v.off:+.1f} | {word(v.true and v.powerful)} |"
        )
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


def cases(quick: bool) -> list[Case]:
    """All cases, small or large, in the order of the page."""
    return all_cases.quick() if quick else all_cases.full()


def values(quick: bool, place: int) -> tuple[list[tuple[float, float]], float]:
    """Estimate and error of each measure of one of the cases, and the seconds it took (in a process of its own)."""
    begun = time.monotonic()
    verdicts = judge(cases(quick)[place])
    return [(v.estimate, v.error) for v in verdicts], time.monotonic() - begun


def main(arguments: list[str]) -> int:
    """Run the cases, as many at a time as there are processors, tell how each went, write the page; the exit code."""
    quick = "--quick" in arguments
    words = [argument for argument in arguments if argument != "--quick"]
    every = cases(quick)
    places = [i for i, c in enumerate(every) if not words or any(w.lower() in c.title.lower() for w in words)]
    done = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for place, (found, seconds) in zip(places, pool.map(values, [quick] * len(places), places), strict=True):
            case = every[place]
            verdicts = [Verdict(m, *pair) for m, pair in zip(case.measures, found, strict=True)]
            done.append((case, verdicts))
            print(f"{case.title} ({seconds:.0f} s)", flush=True)
            for v in verdicts:
                theory = f"theory {number(v.measure.theory)} ({v.off:+.1f} errors)"
                told = f"{number(v.estimate)} ± {number(v.error)}, {theory}"
                print(f"  {'PASS' if v.passed else 'FAIL'}  {v.measure.name}: {told}", flush=True)
    if not quick and len(places) == len(every):
        PAGE.write_text("\n".join([HEAD, overview(done), *(section(*pair) for pair in done)]), encoding="utf-8")
        print(f"written: {PAGE.relative_to(PAGE.parents[1])}")
    return 0 if done and all(v.passed for _, verdicts in done for v in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
