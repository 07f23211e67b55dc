"""What a sweep costs beside its simulations: `python benchmarks/sweep.py [ROUNDS]` writes a part of docs/benchmarks.md.

Overhead: a sweep of 200 cells of one replication each on one worker, less the same replications measured in a plain
loop in the same process, by the number of cells; by the clock and by the processor. Two workers: 40 cells on one and on
two, in processes of their own that take turns, as the other benchmarks do; what counts is the ratio within a round.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- sweep -->\n", "<!-- end: sweep -->"
SMALL = HERE / "w1.yaml"
SHORT = "run.length=20 h"
LONG = "run.length=800 h"
CELLS = 200
HEAD = """## Sweeps

Made by `python benchmarks/sweep.py`, {rounds} rounds; the load of the machine was {load:.0f} then, with that of others.
Overhead is what a sweep of {cells} cells takes beside its simulations: compiling, hashing, estimates, a Parquet file a
cell given to the disk, and all tables at the end.

| measured | median | lowest to highest | wanted |
|---|---|---|---|
"""


def overhead() -> tuple[float, float]:
    """Seconds a cell beside its simulation: by the clock, and of the processor."""
    from flowsim.experiments.cells import Stretch, measured
    from flowsim.experiments.pool import Pool
    from flowsim.scenario import load
    from flowsim.sweep.designs import make_design
    from flowsim.sweep.finish import finish
    from flowsim.sweep.perform import missing, perform
    from flowsim.sweep.plan import make_plan
    from flowsim.sweep.store import open_store
    from flowsim.sweep.vary import read_axes

    scenario = load(SMALL)
    design = make_design("grid", read_axes([f"tasks.first.time=1 min .. 9 min in {CELLS}"]))

    def whole(place: Path) -> None:
        plan = make_plan(scenario, design, ["current"], [SHORT], seed=1, replications=1)
        with open_store(place, plan.title, plan.identity) as store, Pool() as pool:
            wanted, progress = missing(plan, store)
            perform(plan, store, pool, wanted, progress)
            bases = [scenario.compile("current", [SHORT])]
            told = {"files": scenario.text, "command": (), "seconds": 0.0, "root": place}
            finish(plan, store, progress.failed, bases, **told)  # type: ignore[arg-type]

    plan = make_plan(scenario, design, ["current"], [SHORT], seed=1, replications=1)

    def simulations(_: Path) -> None:
        for key in plan.keys:
            measured(Stretch(plan.models.get(key), 1, 1, 1))

    with tempfile.TemporaryDirectory() as folder:
        whole(Path(folder) / "warm")
        simulations(Path(folder))
        wall, busy = [
            a - b for a, b in zip(_timed(whole, Path(folder) / "a"), _timed(simulations, Path(folder)), strict=True)
        ]
    return wall / CELLS, busy / CELLS


def _timed(function: Callable[[Path], None], place: Path) -> tuple[float, float]:
    wall, busy = time.perf_counter(), time.process_time()
    function(place)
    return time.perf_counter() - wall, time.process_time() - busy


def two_workers() -> tuple[float, float]:
    """Seconds of `flowsim sweep` of 40 cells on one worker, and on two."""
    found = []
    for jobs in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            line = [
                sys.executable,
                "-m",
                "flowsim",
                "sweep",
                str(SMALL),
                "--vary",
                "tasks.first.time=1 min .. 9 min in 40",
            ]
            line += ["--set", LONG, "--replications", "2", "--jobs", str(jobs)]
            begun = time.perf_counter()
            subprocess.run(line, cwd=folder, check=True, capture_output=True)
            found.append(time.perf_counter() - begun)
    return found[0], found[1]


def main(arguments: list[str]) -> int:
    """Measure and write the part of the page."""
    rounds = int(arguments[0]) if arguments else 5
    costs = [overhead() for _ in range(rounds)]
    pairs = [two_workers() for _ in range(rounds)]
    wall, busy = ([1000 * cost[i] for cost in costs] for i in (0, 1))
    ratios = [one / two for one, two in pairs]
    rows = (
        ("overhead a cell, by the processor (ms)", busy, "10 at most"),
        ("overhead a cell, by the clock (ms)", wall, ""),
        ("two workers against one, 40 cells (×)", ratios, "1.7"),
    )
    table = [
        f"| {told} | {statistics.median(v):.2f} | {min(v):.2f} to {max(v):.2f} | {wanted} |" for told, v, wanted in rows
    ]
    text = HEAD.format(rounds=rounds, load=os.getloadavg()[0], cells=CELLS) + "\n".join([*table, "", ""])
    page = PAGE.read_text(encoding="utf-8")
    before = page.partition(BEGIN)[0].rstrip() + "\n\n"
    PAGE.write_text(f"{before}{BEGIN}{text}{END}\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
