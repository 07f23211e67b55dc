"""Hold flowsim against Ciw, another simulator: `python verification/peers.py [--quick] [WORD …]`.

The processes are those of `peer_models.py`, what agreement means stands in `two_tools.py`. With words, only the pairs
whose title holds one of them are run; with --quick, those of the test suite, over less time. Only a full run of all
pairs is kept in verification/results/peers.json. Some ten minutes on one processor. The exit code is 1 when something
fails.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import ciw

import peer_models
from flowsim.verification.claims import ALLOWED, POWER
from results import Result, keep
from two_tools import Agreement, Pair, compare

STATEMENT = f"""A process built twice, as a flowsim scenario and as a network of Ciw, another simulator by other people,
with other random numbers and floating-point time, gives the same figures: within {ALLOWED} joint standard errors, which
are at most {POWER:.0%} of the value. A twin of the Ciw network with a tempting mistake in it is refused by the same
comparison. Every replication of flowsim has passed the audit first.""".replace("\n", " ")

HEADS = ("pair", "formula known", "measure", "flowsim", "Ciw", "joint error", "off (in errors)", "twin", "verdict")


def pairs(quick: bool) -> list[Pair]:
    """All pairs, small or large."""
    return peer_models.quick() if quick else peer_models.full()


def agreements(quick: bool, place: int) -> tuple[list[tuple[object, ...]], float]:
    """What came of each measure of one of the pairs, and the seconds it took (in a process of its own)."""
    begun = time.monotonic()
    return [(a.ours, a.theirs, a.twin) for a in compare(pairs(quick)[place])], time.monotonic() - begun


def row(pair: Pair, a: Agreement) -> tuple[str, ...]:
    """A measure as a line of the table."""
    twin = f"{pair.mistake}: {a.twin.mean:.4g}, " + ("refused" if a.refused else "NOT REFUSED")
    return (
        pair.title,
        "yes" if pair.closed else "no",
        a.measure.name,
        f"{a.ours.mean:.4g}",
        f"{a.theirs.mean:.4g}",
        f"{a.joint / abs(a.ours.mean):.1%}",
        f"{a.off:+.1f}",
        twin if a.measure.told else f"{pair.mistake}: not to be told here",
        "PASS" if a.passed else "FAIL",
    )


def main(arguments: list[str]) -> int:
    """Run the pairs, as many at a time as there are processors; the exit code."""
    begun = time.monotonic()
    quick = "--quick" in arguments
    words = [argument for argument in arguments if argument != "--quick"]
    if any(word.startswith("-") for word in words):
        print(__doc__)
        return 0 if words == ["--help"] else 2
    every = pairs(quick)
    places = [i for i, p in enumerate(every) if not words or any(w.lower() in p.title.lower() for w in words)]
    rows: list[tuple[str, ...]] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for place, (found, seconds) in zip(places, pool.map(agreements, [quick] * len(places), places), strict=True):
            pair = every[place]
            print(f"{pair.title} ({seconds:.0f} s)", flush=True)
            for measure, estimates in zip(pair.measures, found, strict=True):
                rows.append(row(pair, Agreement(measure, *estimates)))
                _, _, name, ours, theirs, joint, off, twin, verdict = rows[-1]
                print(f"  {verdict}  {name}: {ours}, Ciw {theirs} ± {joint} ({off} errors); twin: {twin}", flush=True)
    passed = bool(rows) and all(r[-1] == "PASS" for r in rows)
    if not quick and len(places) == len(every):
        figures = {
            "pairs": len(every),
            "of them without a formula": sum(not pair.closed for pair in every),
            "measures": len(rows),
            "measures that agree, with power, and refuse the twin": sum(r[-1] == "PASS" for r in rows),
            "replications of flowsim, each audited": sum(pair.replications for pair in every),
            "largest difference (in joint errors)": max(abs(float(r[6])) for r in rows),
            "Ciw": ciw.__version__,
        }
        notes = [f"{pair.title}: {' '.join(pair.why.split())}" for pair in every]
        command = "python verification/peers.py"
        path = keep(
            Result(
                "peers",
                "The same processes in Ciw",
                STATEMENT,
                command,
                passed,
                figures,
                round(time.monotonic() - begun, 1),
                [HEADS, *rows],
                notes,
            )
        )
        print(f"written: {path.relative_to(path.parents[2])}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
