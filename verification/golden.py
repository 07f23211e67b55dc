"""Hold draws and shipped scenarios against golden.json: `python verification/golden.py [--quick | --write]`.

Without an option all of it (15 s); with --quick fewer scenarios. The exit code is 1 when anything differs. --write
makes the file anew, and tells what changed. A change needs a reason in CHANGELOG.md: the same scenario and seed now
give other numbers.
"""

from __future__ import annotations

import argparse
import sys

from flowsim.verification.golden import FILE, Golden, all_rows, golden_draws, golden_scenarios, written


def told(goldens: list[Golden]) -> bool:
    """Print what differs, and how many are the same; whether all are."""
    for g in goldens:
        if not g.same:
            print(f"  DIFFERS  {g.name}: {g.expected[:12] or 'unknown'} became {g.found[:12] or 'nothing'} {g.why}")
    print(f"{sum(g.same for g in goldens)} of {len(goldens)} the same")
    return all(g.same for g in goldens)


def check(quick: bool) -> int:
    """Compare; the exit code."""
    return 0 if told(golden_draws()) & told(golden_scenarios(quick)) else 1


def write() -> int:
    """Make golden.json anew and say what changed; the exit code."""
    if FILE.exists():
        same = told(golden_draws()) & told(golden_scenarios(quick=False))
        if same:
            print("nothing changed; the file stays as it is")
            return 0
        print(
            "\nTHE SAME SCENARIO AND SEED NOW GIVE OTHER NUMBERS, as listed above. CHANGELOG.md must say which and why."
        )
        print("When nothing but a new table or a new scenario is listed, it says that.\n")
    FILE.write_text(written(all_rows()), encoding="utf-8")
    print(f"written: {FILE.name}")
    return 0


def main(arguments: list[str]) -> int:
    """Check or write; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="only the last state of each scenario")
    how.add_argument("--write", action="store_true", help="make golden.json anew, saying what changed")
    asked = parser.parse_args(arguments)
    return write() if asked.write else check(asked.quick)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
