"""Mutated scenario files, each checked, and run when it is sound, by flowsim in a process of its own.

Nothing of what stands in a file may end in a traceback, an exit code that is not documented, more than two seconds of
the processor or 300 MB; and every error says in which file and line, in which field, and with which code.
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from apart import Ended, forked
from from_tests import SEEDS, STEERING, mutated
from spoiled_bytes import changed

ROOT = Path(__file__).parents[1]

LONGEST = 2.0
"""Seconds of processor time that one file may take, beyond the imports."""
MOST = 300.0
"""MB that one process may hold, the imports with it."""
KINDS = ("bytes", "nonsense", "bytes", "sense", "nonsense")
LARGEST_RUN = 400.0
"""Requests in the two days that a sound file is run for; one that expects more is not run."""
WHOLE_FILE = frozenset(f"FS{number}" for number in range(100, 105))
"""What is wrong with a file as a whole: not there, no file, unreadable, too large, not UTF-8."""
AS_YAML = frozenset(f"FS{number}" for number in range(105, 130))
"""What is wrong before there are fields: the line is shown instead."""
FIRST_LINE = re.compile(
    r"^(?P<place>[^:\n]+(?::\d+:\d+)?): (?P<label>warning: |note: )?.* \[(?P<code>FS\d{3})\]$", re.M
)


@dataclass
class Tally:
    """What came of many processes: how often what, the most time and memory, and everything that was wrong."""

    came: Counter[str] = field(default_factory=Counter)
    cpu: float = 0.0
    memory: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in another."""
        self.came += other.came
        self.cpu, self.memory = max(self.cpu, other.cpu), max(self.memory, other.memory)
        self.wrong += other.wrong

    def see(self, ended: Ended, what: str, found: Iterable[str]) -> None:
        """A process, and what is wrong with it."""
        self.cpu, self.memory = max(self.cpu, ended.cpu), max(self.memory, ended.memory)
        self.came[what] += 1
        self.wrong += [f"{what}: {one}" for one in found]


@cache
def documented() -> frozenset[str]:
    """The codes that docs/messages.md explains."""
    return frozenset(re.findall(r"^### (FS\d{3})$", (ROOT / "docs/messages.md").read_text(encoding="utf-8"), re.M))


def amiss(ended: Ended, codes: Sequence[int], longest: float = LONGEST, most: float = MOST) -> Iterator[str]:
    """What no process may do, whatever it is given. `codes` are the exit codes it may end with."""
    if ended.code not in codes:
        last = ended.err.strip().splitlines()[-1:] or ended.out.strip().splitlines()[-1:]
        yield f"ends with {ended.code} {last}"
    if "Traceback (most recent call last)" in ended.said:
        yield "shows a traceback"
    if "FS001" in ended.said or "defect in flowsim" in ended.said:
        yield "calls it a defect"
    if STEERING.search(ended.said):
        yield "steers the terminal"
    if ended.cpu > longest:
        yield f"takes {ended.cpu:.1f} s of the processor"
    if ended.memory > most:
        yield f"takes {ended.memory:.0f} MB"


def unclear(ended: Ended, name: str, *, as_json: bool) -> Iterator[str]:
    """Errors of `check` that do not say where, in what or with which code. `name`: the file that was checked."""
    problems = _of_json(ended.out) if as_json else _of_text(ended.err)
    errors = [problem for problem in problems if problem["severity"] == "error"]
    if ended.code == 2 and not errors:
        yield "refuses without an error"
    if ended.code == 0 and errors:
        yield "has errors and ends with 0"
    for problem in errors:
        code = problem["code"]
        if code not in documented():
            yield f"{code} is not documented"
        if not problem["file"]:
            yield f"{code} names no file"
        elif not problem["line"] and code not in WHOLE_FILE:
            yield f"{code} names no line"
        elif problem["file"] == name and not _field(problem) and code not in WHOLE_FILE | AS_YAML:
            yield f"{code} names no field"


def _field(problem: Mapping[str, Any]) -> str:
    """The field that a problem is about: its path, or what is missing at the top of the file."""
    if "path" not in problem or problem["path"]:
        return str(problem.get("path", "?"))
    missing = re.match("expected the field '(.+?)'", str(problem["message"]))
    return missing[1] if missing else ""


def _of_json(out: str) -> list[dict[str, Any]]:
    try:
        problems: list[dict[str, Any]] = json.loads(out)["problems"]
    except (ValueError, LookupError):
        return []
    return problems


def _of_text(err: str) -> Iterator[dict[str, Any]]:
    """The problems in a text; fields are told by JSON alone, a text shows the line."""
    for found in FIRST_LINE.finditer(err):
        place = re.fullmatch(r"(.*?)(?::(\d+):(\d+))?", found["place"])
        assert place is not None
        severity = (found["label"] or "error: ").rstrip(": ")
        yield {"severity": severity, "code": found["code"], "file": place[1], "line": int(place[2] or 0)}


def mutant(number: int) -> bytes:
    """The file of that number."""
    kind = KINDS[number % len(KINDS)]
    if kind == "bytes":
        return changed(number, _texts())
    seed = SEEDS[number // len(KINDS) % len(SEEDS)].read_text(encoding="utf-8")
    return mutated(number, seed, sensible=kind == "sense").encode()


@cache
def _texts() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in SEEDS)


def furnish(folder: Path) -> None:
    """What the files name besides: data, and files to be based on."""
    shutil.copytree(ROOT / "tests/scenarios/valid", folder, dirs_exist_ok=True)


def try_files(numbers: Sequence[int], program: Callable[[], None] | None = None) -> Tally:
    """Check the files of these numbers, each in a fork of this process, and run a third of those that are sound."""
    program = program or _imported()
    tally = Tally()
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        furnish(folder)
        for number in numbers:
            tally.add(try_one(number, mutant(number), folder, program))
    return tally


def try_one(number: int, data: bytes, folder: Path, program: Callable[[], None]) -> Tally:
    """Check one file, and run it when it is sound and small. Words for it are its kind and number."""
    tally = Tally()
    as_json = number % 2 == 0
    what = KINDS[number % len(KINDS)]
    name = "m.yaml"
    (folder / name).write_bytes(data)
    ended = forked(program, folder, ["check", name, *(["--json"] if as_json else [])], LONGEST)
    told = [*amiss(ended, (0, 2)), *unclear(ended, name, as_json=as_json)]
    tally.see(ended, f"{what}, {'sound' if ended.code == 0 else 'refused'}", (f"number {number} {one}" for one in told))
    if ended.code == 0 and as_json and number % 3 == 0 and _expected(ended.out) <= LARGEST_RUN:
        asked = ["run", name, "--json", "--replications", "1", "--jobs", "1", "--out", "out"]
        asked += ["--set", "run.length=2 days", "--set", "run.warm-up=0 min"]
        ended = forked(program, folder, asked, LONGEST)
        shutil.rmtree(folder / "out", ignore_errors=True)
        tally.see(ended, f"{what}, run", (f"number {number} {one}" for one in amiss(ended, (0, 2, 3))))
    return tally


def _expected(out: str) -> float:
    """Requests in two days, in the state that expects most."""
    states: Mapping[str, Any] = json.loads(out)["states"]
    return max((float(state["requests_per_week"] or 0) * 2 / 7 for state in states.values()), default=0.0)


@cache
def _imported() -> Callable[[], None]:
    """The program, with everything imported that `check` and `run` use."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ.pop("FLOWSIM_DEBUG", None)
    import matplotlib  # noqa: F401
    import scipy.special  # noqa: F401

    from flowsim.cli import main

    with tempfile.TemporaryDirectory() as folder:
        template = (ROOT / "src/flowsim/scenario/templates/first.en.yaml").read_bytes()
        (Path(folder) / "m.yaml").write_bytes(template)
        for arguments in (["check", "m.yaml"], ["run", "m.yaml", "--replications", "1", "--jobs", "1"]):
            _warm(main, Path(folder), arguments)
    gc.freeze()  # forks do not copy what they never change
    return main


def _warm(program: Callable[[], None], folder: Path, arguments: Sequence[str]) -> None:
    """Run it once here, for what it imports."""
    import contextlib
    import io

    old = sys.argv
    sys.argv = ["flowsim", *arguments]
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            contextlib.suppress(SystemExit),
        ):
            program()
    finally:
        sys.argv = old


def spread(task: Callable[[Sequence[int]], Tally], numbers: Sequence[int], jobs: int) -> Iterator[Tally]:
    """The task over numbers, in processes with one thread that hold nothing of this one; in pieces, as they come."""
    size = max(1, min(50, len(numbers) // jobs))
    pieces = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(task, pieces)
