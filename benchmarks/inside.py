"""One timing inside a process: `python benchmarks/inside.py natural|engine w1|w2` prints seconds, processor seconds
and visits.

What is timed is `simulate(…)` of natural.py, or `run(model, draws)` of the reference engine; not the start of Python,
the imports, the reading of the scenario or the writing of anything.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
REQUESTS = 100_000


Timing = tuple[float, float, int]
"""Seconds of the clock, of the processor, and visits made."""


def natural(name: str) -> Timing:
    """The plain script."""
    from natural import simulate

    begun, busy = time.perf_counter(), time.process_time()
    rows = simulate(REQUESTS, 5 if name == "w2" else 0)
    return time.perf_counter() - begun, time.process_time() - busy, len(rows)


def engine(name: str) -> Timing:
    """The engine."""
    from flowsim.draws import Draws
    from flowsim.engine import run
    from flowsim.scenario import load

    compiled = load(HERE / f"{name}.yaml").compile("current")
    begun, busy = time.perf_counter(), time.process_time()
    record = run(compiled.model, Draws(compiled.seed, 1))
    return time.perf_counter() - begun, time.process_time() - busy, int((record.visits["released"] >= 0).sum())


if __name__ == "__main__":
    seconds, busy_seconds, made = {"natural": natural, "engine": engine}[sys.argv[1]](sys.argv[2])
    print(f"{seconds:.6f} {busy_seconds:.6f} {made}")
