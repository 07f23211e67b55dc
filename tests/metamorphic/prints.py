"""The fingerprints of all tables of some drawn scenarios, as a program: `python prints.py SECONDS WORKERS NUMBER …`.

SECONDS: by so much is the clock of this machine wrong, before anything of flowsim is imported.
"""

from __future__ import annotations

import datetime
import json
import sys
import time
from pathlib import Path
from typing import Any

REPLICATIONS = 2


def move_the_clock(seconds: int) -> None:
    """Let everything that asks for the time or the date hear another one; `today` asks `time.time`."""
    real, real_ns, shift = time.time, time.time_ns, datetime.timedelta(seconds=seconds)
    time.time = lambda: real() + seconds  # type: ignore[assignment]
    time.time_ns = lambda: real_ns() + seconds * 10**9  # type: ignore[assignment]

    class Moment(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return super().now(tz) + shift

    datetime.datetime = Moment  # type: ignore[misc]


def prints(numbers: list[int], workers: int) -> dict[str, str]:
    """By scenario, replication and table its fingerprint."""
    from alike import compiled_of
    from anything import numbered

    from flowsim.experiments.replicate import Job, simulate_all
    from flowsim.record.fingerprint import fingerprint

    jobs = []
    for number in numbers:
        compiled = compiled_of(numbered(number))
        assert compiled is not None, number
        jobs += [
            Job(str(number), compiled.model, compiled.seed, replication + 1) for replication in range(REPLICATIONS)
        ]
    return {
        f"{outcome.state} {outcome.replication} {name}": fingerprint(table)
        for outcome in simulate_all(jobs, workers)
        for name, table in outcome.tables.items()
    }


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "generated"))
    moved, count, *chosen = map(int, sys.argv[1:])
    move_the_clock(moved)
    print(json.dumps({"prints": prints(chosen, count), "year": datetime.date.today().year}))
