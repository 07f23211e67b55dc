"""What common draws save: `python verification/paired.py [--replications 40]`.

For the first state of every shipped scenario against each of its others: the variance of the paired difference of the
mean working lead time, as a share of what it is with other seeds in each, which is the sum of both variances. Below
25 % is asked for. Two states whose means vary unequally can share only so much: however alike their luck, at least the
square of the difference of the standard deviations is left, so that this bound is told too.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

import numpy as np

from flowsim.experiments.cells import Design, measure
from flowsim.experiments.estimates import StateNumbers
from flowsim.experiments.pool import Pool
from flowsim.scenario import load
from flowsim.scenario.shipped import shipped, shipped_names
from results import Result, keep

MEASURE = "working lead time mean"
ALLOWED = 0.25
SEED_APART = 1_000_003


def variances(scenario: str, replications: int, pool: Pool) -> list[list[str]]:
    """A row a pair: states, the share of the variance that is left, the least that could be, whether it is enough."""
    source = load(shipped(scenario))
    if len(source.states) < 2:
        return []
    compiled = [source.compile(state) for state in source.states]
    designs = [Design(one.state, one.model) for one in compiled]
    runs = range(1, replications + 1)
    found = list(measure(designs, compiled[0].seed, runs, pool, audit=False))
    apart = list(measure(designs, compiled[0].seed + SEED_APART, runs, pool, audit=False))
    rows = []
    for n in range(1, len(designs)):
        before, after, other = found[0], found[n], apart[n]
        assert isinstance(before, StateNumbers)
        assert isinstance(after, StateNumbers)
        assert isinstance(other, StateNumbers)
        x, y, z = (np.array([one.values[MEASURE, ""][r] for r in runs]) for one in (before, after, other))
        independent = x.var(ddof=1) + y.var(ddof=1)
        left = float((y - x).var(ddof=1) / independent)
        least = float((x.std(ddof=1) - y.std(ddof=1)) ** 2 / independent)
        really = float((z - x).var(ddof=1) / independent)
        good = left <= max(ALLOWED, 2 * least)
        rows.append([scenario, f"{designs[0].name} → {designs[n].name}", *(f"{v:.3f}" for v in (left, least, really))])
        rows[-1].append("yes" if good else "no")
    return rows


def main() -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    begun = time.monotonic()
    rows: list[list[str]] = []
    with Pool(arguments.jobs) as pool:
        for name in shipped_names():
            for row in variances(name, arguments.replications, pool):
                print("  ".join(row), flush=True)
                rows.append(row)
    shares = [float(row[2]) for row in rows]
    passed = all(row[-1] == "yes" for row in rows)
    keep(
        Result(
            "paired",
            "Common draws",
            "The paired difference of the mean working lead time between states of a shipped scenario varies a quarter "
            "as much as with other seeds in each, or less; or no more than twice what unequal spreads allow.",
            f"python verification/paired.py --replications {arguments.replications}",
            passed,
            {
                "pairs of states": len(rows),
                "with a quarter of the variance or less": sum(share <= ALLOWED for share in shares),
                "middle share of the variance": round(float(np.median(shares)), 3),
                "replications": arguments.replications,
            },
            time.monotonic() - begun,
            [["scenario", "states", "share of the variance", "least possible", "with other seeds", "enough"], *rows],
        )
    )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
