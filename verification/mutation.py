"""How many small faults in the engine, the ledger and the statistics the tests see: `uv run --group proof python
verification/mutation.py [--sample N] [--seed S] [--jobs J] [--room WORD …] [--patience SECONDS]`.

A mutant is one change to one expression (an operator, a number, an argument, a condition …), made by mutmut. Here each
is put into the running program in a process of its own, where the tests that reach the changed function are run,
quickest first, until one fails. That takes a fortieth of a second and the tests themselves; mutmut's own way, a detour
in every call, would make the engine several times slower.

A mutant counts as seen when a test fails or takes ten times as long as it should. One that survives all tests for
`--patience` seconds counts as unseen, though a later test might see it; so does one in a function that no test reaches.
Some mutants change nothing that anybody could see (a short way not taken, a text nobody reads): the score is a lower
bound.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import random
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from results import Result, keep

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "flowsim"

ROOMS = {
    "engine": ("engine/*.py",),
    "ledger": ("metrics/ledger.py", "metrics/critical.py", "metrics/overtaking.py", "metrics/frame.py"),
    "statistics": ("experiments/statistics.py", "experiments/estimates.py"),
}
"""What is mutated, by room."""

TESTS = (
    *("tests/conformance", "tests/engine", "tests/pairs", "tests/corpus", "tests/metrics"),
    *("tests/experiments/test_statistics.py", "tests/experiments/test_estimates.py"),
)
"""Which tests may see it; those that are not there are left out."""

GOAL = 0.85

Function = tuple[str, str]
"""File and qualified name of a function."""


@dataclass(frozen=True)
class Mutant:
    """One change: in which room and file, at which line, from what to what, and the source with it."""

    room: str
    file: str
    line: int
    before: str
    after: str
    function: Function
    source: str


@dataclass
class Tests:
    """What is known of the tests after all have run once: seconds of each, and which reach a function."""

    seconds: dict[int, float] = field(default_factory=dict)
    reach: dict[Function, list[int]] = field(default_factory=lambda: defaultdict(list))


# -- mutants -----------------------------------------------------------------------------------------------------------


def functions(code: CodeType, file: str) -> dict[Function, CodeType]:
    """The functions and methods of a module's code; what is defined within them belongs to them."""
    found: dict[Function, CodeType] = {}
    for const in code.co_consts:
        if isinstance(const, CodeType):
            if const.co_flags & 0x2:  # CO_NEWLOCALS: a function, not the body of a class
                found[file, const.co_qualname] = const
            else:
                found |= functions(const, file)
    return found


def mutants_of(room: str, path: Path) -> Iterator[Mutant]:
    """Every mutant of a module whose function can be told; docstrings and what no function holds are left alone."""
    from mutmut.mutation.file_mutation import create_mutations, deep_replace

    text = path.read_text(encoding="utf-8")
    file = str(path)
    original = functions(compile(text, file, "exec"), file)
    module, mutations, _, _ = create_mutations(file, text)
    for mutation in mutations:
        changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
        source = changed.code  # type: ignore[union-attr]
        try:
            other = functions(compile(source, file, "exec"), file)
        except (SyntaxError, ValueError):
            continue
        which = [name for name, code in original.items() if name in other and other[name] != code]
        if len(which) != 1 or original[which[0]].co_freevars != other[which[0]].co_freevars:
            continue
        before, after = text.splitlines(), source.splitlines()
        line = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
        yield Mutant(room, file, line + 1, before[line].strip(), after[line].strip(), which[0], source)


def put_in(mutant: Mutant) -> bool:
    """Give the function of the running program the mutant's code; False when the program has no such function."""
    code = functions(compile(mutant.source, mutant.file, "exec"), mutant.file)[mutant.function]
    done = False
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType):
            own = thing.__code__
            if own.co_filename == mutant.file and own.co_qualname == mutant.function[1]:
                thing.__code__ = code
                done = True
    return done


# -- tests -------------------------------------------------------------------------------------------------------------


def run_test(session: pytest.Session, place: int, following: pytest.Item | None) -> bool:
    """Run one test; whether it passed."""
    from _pytest.runner import runtestprotocol

    item = session.items[place]
    item._initrequest()  # type: ignore[attr-defined]  # the fixtures of a test that ran before
    reports = runtestprotocol(item, nextitem=following, log=False)
    return not any(report.failed for report in reports)


def survey(session: pytest.Session, told: Callable[[str], None]) -> Tests:
    """Run every test once, and note which functions of the source it reaches. Raises SystemExit when one fails."""
    tests = Tests()
    base = str(SOURCE)
    seen: set[Function] = set()

    def profile(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            code = frame.f_code
            if code.co_filename.startswith(base):
                seen.add((code.co_filename, code.co_qualname))

    items = session.items
    for place in range(len(items)):
        seen.clear()
        begun = time.perf_counter()
        sys.setprofile(profile)
        passed = run_test(session, place, items[place + 1] if place + 1 < len(items) else None)
        sys.setprofile(None)
        if not passed:
            raise SystemExit(f"{items[place].nodeid} fails without any mutant")
        tests.seconds[place] = time.perf_counter() - begun
        for function in seen:
            tests.reach[function].append(place)
        if place % 100 == 99:
            told(f"{place + 1} of {len(items)} tests looked at")
    return tests


def reaching(tests: Tests, mutant: Mutant) -> list[int]:
    """The tests that reach the mutant's function (or one defined within it), quickest first."""
    file, name = mutant.function
    found: set[int] = set()
    for (where, what), places in tests.reach.items():
        if where == file and (what == name or what.startswith(f"{name}.<locals>.")):
            found.update(places)
    return sorted(found, key=tests.seconds.__getitem__)


def seen_by(session: pytest.Session, tests: Tests, mutant: Mutant, patience: float) -> str:
    """In a process of its own: "seen", "slow" or "unseen"."""
    places = reaching(tests, mutant)
    if not places or not put_in(mutant):
        return "unseen"
    begun = time.process_time()
    for number, place in enumerate(places):
        if time.process_time() - begun > patience:
            break
        signal.setitimer(signal.ITIMER_VIRTUAL, 5.0 + 10.0 * tests.seconds[place])  # else the process is killed: slow
        following = session.items[places[number + 1]] if number + 1 < len(places) else None
        if not run_test(session, place, following):
            return "seen"
    return "unseen"


class Mutation:
    """A plugin that runs mutants where pytest would run the tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.verdicts: dict[int, str] = {}
        self.mutants: list[Mutant] = []
        self.known = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Look at the tests once, then at each mutant."""
        tests = survey(session, self._tell)
        every = [
            mutant
            for room, patterns in ROOMS.items()
            if not self.options.room or room in self.options.room
            for pattern in patterns
            for path in sorted(SOURCE.glob(pattern))
            for mutant in mutants_of(room, path)
        ]
        self.known = len(every)
        luck = random.Random(self.options.seed)
        self.mutants = luck.sample(every, min(self.options.sample or len(every), len(every)))
        self._tell(f"{len(self.mutants)} of {len(every)} mutants, {len(session.items)} tests")
        running: dict[int, int] = {}
        for number in range(len(self.mutants)):
            if len(running) >= self.options.jobs:
                self._wait(running)
            pid = os.fork()
            if pid == 0:
                self._child(session, tests, self.mutants[number])
            running[pid] = number
        while running:
            self._wait(running)
        return True

    def _child(self, session: pytest.Session, tests: Tests, mutant: Mutant) -> None:
        """Never returns: the exit code is the verdict."""
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            verdict = seen_by(session, tests, mutant, self.options.patience)
            os._exit({"seen": 0, "unseen": 7}[verdict])
        except BaseException:
            os._exit(0)  # what stops even pytest is seen

    def _wait(self, running: dict[int, int]) -> None:
        pid, status = os.wait()
        number = running.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        verdict = "unseen" if code == 7 else "seen" if code == 0 else "slow"
        self.verdicts[number] = verdict
        if verdict == "unseen":
            mutant = self.mutants[number]
            self._tell(f"unseen: {place_of(mutant)}: {mutant.before}  →  {mutant.after}")
        if len(self.verdicts) % 25 == 0:
            unseen = sum(v == "unseen" for v in self.verdicts.values())
            self._tell(f"{len(self.verdicts)} of {len(self.mutants)}, {unseen} unseen")

    def _tell(self, text: str) -> None:
        sys.__stdout__.write(f"{text}\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


def place_of(mutant: Mutant) -> str:
    """File and line, from the source's root."""
    return f"{Path(mutant.file).relative_to(SOURCE).as_posix()}:{mutant.line}"


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, p = 1.96, hits / trials
    middle, half = p + z * z / (2 * trials), z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    return (middle - half) / (1 + z * z / trials), (middle + half) / (1 + z * z / trials)


def conclude(plugin: Mutation, seconds: float) -> int:
    """Tell and keep the scores; the exit code."""
    rows, figures = [["room", "mutants tried", "seen", "score", "95 % interval"]], {}
    scores = []
    for room in [*dict.fromkeys(m.room for m in plugin.mutants), "together"]:
        own = [n for n, m in enumerate(plugin.mutants) if room in (m.room, "together")]
        hits = sum(plugin.verdicts[n] != "unseen" for n in own)
        low, high = wilson(hits, len(own))
        rows.append([room, str(len(own)), str(hits), f"{hits / len(own):.1%}", f"{low:.1%} to {high:.1%}"])
        scores.append(hits / len(own))
        print("  ".join(rows[-1]))
    figures = {
        "mutants there are": plugin.known,
        "tried (a random sample)": len(plugin.mutants),
        "seen by a failing test": sum(v == "seen" for v in plugin.verdicts.values()),
        "seen by a test that never ends": sum(v == "slow" for v in plugin.verdicts.values()),
        "unseen": sum(v == "unseen" for v in plugin.verdicts.values()),
    }
    unseen = [
        f"unseen: `{place_of(m)}`: `{m.before}` → `{m.after}`"
        for n, m in enumerate(plugin.mutants)
        if plugin.verdicts[n] == "unseen"
    ]
    notes = [re.sub(r"\s+", " ", note) for note in sorted(unseen)]
    keep(
        Result(
            "mutation",
            "Mutation score",
            "Of small random faults in the engine, the ledger and the statistics, at least 85 % make a test fail.",
            f"uv run --group proof python verification/mutation.py --sample {len(plugin.mutants)}",
            min(scores) >= GOAL,
            figures,
            seconds,
            rows,
            notes,
        )
    )
    return 0 if min(scores) >= GOAL else 1


def main() -> int:
    """Run the mutants; the exit code is 1 when a room has a score below 85 %."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, help="how many mutants, at random (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--room", action="append", choices=list(ROOMS))
    parser.add_argument("--patience", type=float, default=60.0, help="seconds of tests a mutant may survive")
    options = parser.parse_args()
    begun = time.monotonic()
    plugin = Mutation(options)
    tests = [name for name in TESTS if (ROOT / name).exists()]
    os.chdir(ROOT)
    code = pytest.main([*tests, "-n", "0", "-q", "-p", "no:cacheprovider", "--capture=sys"], plugins=[plugin])
    if code != 0 or not plugin.verdicts:
        return 1
    return conclude(plugin, time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
