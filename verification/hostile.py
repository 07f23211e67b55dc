"""Give flowsim thousands of spoiled scenario files and hundreds of hostile command lines, each in a process of its own:
`python verification/hostile.py [--files 10000] [--commands 1000] [--jobs 2] [--from 0] [--try]`.

Files and command lines are numbered, and the same each time: `--from` begins at another number, for others. With --try
nothing is kept. Whatever is wrong is told with its number, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from hostile_commands import ROOMY, WORKING, try_commands
from hostile_files import LONGEST, MOST, Tally, spread, try_files
from results import Result, keep

STATEMENT = (
    "Whatever stands in a scenario file or on a command line: no traceback, no exit code that is not documented, at "
    f"most {LONGEST:g} s of the processor beyond the start and {MOST:g} MB ({WORKING:g} s and {ROOMY:g} MB for what "
    "simulates or draws), nothing written where nobody asked for it; every error of a file names file, line, field "
    "and a documented code."
)
HOW = "A file is checked, and run, in a fork of a process that imported flowsim; a command line is a new interpreter."
RARE = "Nothing wrong in {number} files: fewer than {share:.2%} of such files are (95 %)."


def carry_out(what: str, task: Callable[[Sequence[int]], Tally], numbers: Sequence[int], jobs: int) -> Tally:
    """The task over these numbers, saying how far it is."""
    whole, done, began = Tally(), 0, time.monotonic()
    for tally in spread(task, numbers, jobs):
        whole.add(tally)
        done = min(done + max(1, min(50, len(numbers) // jobs)), len(numbers))
        left = (time.monotonic() - began) / done * (len(numbers) - done) / 60
        print(f"{what}: {done} of {len(numbers)}, {len(whole.wrong)} wrong, {left:.0f} min to go", file=sys.stderr)
        for wrong in tally.wrong:
            print(f"  {wrong}", file=sys.stderr)
    return whole


def main() -> int:
    """The whole; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    for option, amount in (("--files", 10_000), ("--commands", 1_000), ("--jobs", 2), ("--from", 0)):
        asked.add_argument(option, type=int, default=amount, dest=option.strip("-").replace("from", "first"))
    asked.add_argument("--try", action="store_true", dest="trying", help="keep no result")
    given = asked.parse_args()
    began = time.monotonic()
    files = carry_out("files", try_files, range(given.first, given.first + given.files), given.jobs)
    lines = carry_out("commands", try_commands, range(given.first, given.first + given.commands), given.jobs)
    wrong = files.wrong + lines.wrong
    came = sorted(files.came.items())
    result = Result(
        name="hostile",
        title="Bad input and hostile command lines",
        statement=STATEMENT,
        command=f"python verification/hostile.py --files {given.files} --commands {given.commands}",
        passed=not wrong,
        figures={
            "scenario files": given.files,
            "of these refused": sum(n for what, n in came if what.endswith("refused")),
            "of these sound": sum(n for what, n in came if what.endswith("sound")),
            "of these run": sum(n for what, n in came if what.endswith("run")),
            "command lines": given.commands,
            "wrong": len(wrong),
            "most seconds of the processor for a file": round(files.cpu, 2),
            "most MB for a file": round(files.memory),
            "most MB for a command line": round(lines.memory),
        },
        seconds=round(time.monotonic() - began, 1),
        table=[("what", "how often"), *((what, str(n)) for what, n in (*came, *sorted(lines.came.items())))],
        notes=wrong[:20] or [HOW, RARE.format(number=given.files, share=3 / max(given.files, 1))],
    )
    print(result.figures)
    if not given.trying:
        keep(result)
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main())
