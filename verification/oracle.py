"""Hold the engine against plain recursions, tick for tick: `python verification/oracle.py [--examples N] [--jobs J]
[--seed S] [--family WORD …] [--chunk K]`.

For each family of models for which a recursion is known (tests/engine/plain_*.py), generated scenarios: the strategies
and checks are those of the test suite (tests/engine/test_recursion*.py), here with more examples (10,000 by default,
shared evenly) and another seed. Each scenario is run by the engine and worked out by the recursion on the same draws;
every instant that the recursion knows must be the same, and the audit must pass.

Examples come in chunks, each with a seed of its own from (S, family, K), so that a failure can be had again: the
command for it is printed, with the smallest example that Hypothesis found. A full run is kept in
verification/results/oracle.json. The exit code is 1 when something differs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "tests" / "engine"))

import test_recursion as lines
import test_recursion_branches as branches
import test_recursion_calendars as calendars
import test_recursion_customers as customers
import test_recursion_limits as limits
import test_recursion_people as people
import test_recursion_workload as workload
from plain_calendars import desks_with_hours, in_batches
from plain_check import Compared, Oracle, check
from plain_people import crews, desks, straight_on
from plain_rows import desk_with_chases, row_with_limits, row_with_patience, with_branches
from plain_workload import kiefer_wolfowitz, lindley

from results import Result, keep

CHUNK = 100
"""Examples of one chunk; a few of them may be the same as in another one (the smallest), which counts once."""

ENOUGH = 10_000
"""Examples in all from which on the result is kept."""

STATEMENT = (
    "Where a recursion is known that needs no engine, the engine gives the same instants on the same draws, to the "
    "millisecond, in every generated scenario; and each of them passes the audit."
)

Strategy = Callable[[bool], st.SearchStrategy[Any]]


@dataclass(frozen=True)
class Family:
    """Models of one kind: how they are made (in whole minutes, or of any times), and their check."""

    name: str
    recursion: str
    made: Strategy
    check: Callable[[Any, int], Compared]


def against(oracle: Oracle) -> Callable[[Any, int], Compared]:
    """The check against one oracle."""
    return lambda model, seed: check(model, seed, oracle)


FAMILIES = (
    Family("one server", "Lindley: wait = max(0, wait + work - gap)", workload.single, against(lindley)),
    Family(
        "several servers", "Kiefer and Wolfowitz: the ordered workloads", workload.several, against(kiefer_wolfowitz)
    ),
    Family("lines of desks", "free times of people, desk after desk", lines.lines, lines.check_line),
    Family("blocking tandem", "max-plus, with places and people kept", limits.rows, against(row_with_limits)),
    Family("batches", "who leaves a gate with whom: size, wait, clock", calendars.batches, against(in_batches)),
    Family("calendars", "days walked through one by one", calendars.hours, against(desks_with_hours)),
    Family("branches", "branch after branch, the join at the last end", branches.forks, against(with_branches)),
    Family("pooled teams", "one list for all; speed, change-over, absence", people.staffed, against(desks)),
    Family("same person", "two steps as one", people.handy, against(straight_on)),
    Family("meetings", "a crew as one server, in common hours", people.meetings, against(crews)),
    Family("withdrawals", "served before patience ends, or not", customers.impatient, against(row_with_patience)),
    Family("chases", "calls until the request has ended", customers.chased, against(desk_with_chases)),
)


@dataclass
class Found:
    """What came of some chunks of one family: the scenarios (as digests, each once), what was compared, a failure."""

    scenarios: set[bytes] = field(default_factory=set)
    requests: int = 0
    instants: int = 0
    failure: str = ""

    def add(self, other: Found) -> None:
        """With another chunk's."""
        self.scenarios |= other.scenarios
        self.requests += other.requests
        self.instants += other.instants
        self.failure = self.failure or other.failure


def run_chunk(place: int, chunk: int, seed: int, examples: int) -> Found:
    """The examples of one chunk of a family; with the smallest failing one, if any."""
    family, found, failing = FAMILIES[place], Found(), [""]

    @hypothesis.seed(int.from_bytes(hashlib.sha256(f"{seed} {family.name} {chunk}".encode()).digest()[:8], "big"))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.booleans().flatmap(family.made), st.integers(0, 2**31))
    def hold(model: Any, luck: int) -> None:
        digest = hashlib.sha256(f"{model!r} {luck}".encode()).digest()[:12]
        try:
            compared = family.check(model, luck)
        except Exception as error:
            failing[0] = f"{type(error).__name__}: {str(error)[:1500]}\n  draws: seed {luck}\n  model: {model!r}"
            raise
        if digest not in found.scenarios:
            found.scenarios.add(digest)
            found.requests += compared.requests
            found.instants += compared.instants

    try:
        hold()
    except Exception as error:
        again = f"python verification/oracle.py --family '{family.name}' --chunk {chunk} --seed {seed}"
        found.failure = f"{family.name}: {failing[0] or error}\n  again: {again}"
    return found


class Here(Executor):
    """Runs what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result, in a future that is done."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def examine(place: int, pool: Executor, ahead: int, seed: int, wanted: int) -> Iterator[Found]:
    """Chunks of a family, some of them ahead, until so many scenarios are compared; what is found so far, each time."""
    whole, chunk = Found(), 0
    waiting: list[Future[Found]] = []
    while len(whole.scenarios) < wanted and not whole.failure:
        while len(waiting) < ahead and len(whole.scenarios) + CHUNK * len(waiting) < wanted:
            waiting.append(pool.submit(run_chunk, place, chunk, seed, min(CHUNK, wanted)))
            chunk += 1
        whole.add(waiting.pop(0).result())
        yield whole
    for future in waiting:
        future.cancel()


def arguments(given_: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--examples", type=int, default=ENOUGH, help="scenarios in all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--family", action="append", default=[], help="only families whose name holds this word")
    parser.add_argument("--chunk", type=int, help="only this chunk of each family")
    return parser.parse_args(given_)


def main(given_: list[str] | None = None) -> int:
    """Examine the families, tell how each went, keep the result of a full run; the exit code."""
    begun, told = time.monotonic(), arguments(given_)
    places = [i for i, f in enumerate(FAMILIES) if not told.family or any(w in f.name for w in told.family)]
    wanted = -(-told.examples // max(len(places), 1))
    rows: list[tuple[str, ...]] = []
    whole = Found()
    with ProcessPoolExecutor(told.jobs) if told.jobs > 1 else Here() as pool:
        for place in places:
            family, since = FAMILIES[place], time.monotonic()
            found = Found()
            chunks: Iterable[Found] = examine(place, pool, told.jobs, told.seed, wanted)
            if told.chunk is not None:
                chunks = [run_chunk(place, told.chunk, told.seed, CHUNK)]
            for found in chunks:
                counts = f"{len(found.scenarios):,} scenarios, {found.requests:,} requests, {found.instants:,} instants"
                print(f"{family.name}: {counts} ({time.monotonic() - since:.0f} s)", flush=True)
            if found.failure:
                print(f"FAIL {found.failure}", flush=True)
            figures = (f"{len(found.scenarios):,}", f"{found.requests:,}", f"{found.instants:,}")
            rows.append((family.name, family.recursion, *figures, "DIFFERENT" if found.failure else "the same"))
            whole.add(found)
    passed = bool(rows) and not whole.failure
    if len(places) == len(FAMILIES) and told.chunk is None and told.examples >= ENOUGH:
        keep_result(told, whole, rows, time.monotonic() - begun)
    return 0 if passed else 1


def keep_result(told: argparse.Namespace, whole: Found, rows: list[tuple[str, ...]], seconds: float) -> None:
    """Write down what a run of all families found."""
    heads = ("family", "recursion", "scenarios", "requests", "instants", "engine and recursion")
    path = keep(
        Result(
            "oracle",
            "The engine against recursions, tick for tick",
            STATEMENT,
            f"python verification/oracle.py --examples {told.examples} --seed {told.seed}",
            not whole.failure,
            {
                "families": len(rows),
                "scenarios, all different": len(whole.scenarios),
                "requests compared": whole.requests,
                "instants compared": whole.instants,
                "scenarios that differ": 1 if whole.failure else 0,
            },
            round(seconds, 1),
            [heads, *rows],
            ["Half of the scenarios are in whole minutes, so that much happens at one instant."]
            + ([whole.failure] if whole.failure else []),
        )
    )
    print(f"written: {path.relative_to(path.parents[2])}")


if __name__ == "__main__":
    sys.exit(main())
