"""Sweeps that are killed: a small sweep in a forked process, ended at a random moment, and looked at afterwards.

Used by the tests in small, and by `verification/nothing_lost.py` in the numbers that a proof takes.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from flowsim.errors import ResultsError
from flowsim.experiments.pool import Pool
from flowsim.experiments.stored import open_run
from flowsim.scenario import Scenario, load_text
from flowsim.sweep.designs import make_design
from flowsim.sweep.finish import finish, is_finished
from flowsim.sweep.numbers import Numbers
from flowsim.sweep.perform import missing, perform
from flowsim.sweep.plan import SweepPlan, make_plan
from flowsim.sweep.store import open_store, read_cell
from flowsim.sweep.vary import read_axes

TEXT = """\
flowsim: 1
name: Killed
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {form: {arrivals: 10 per working day, calendar: office, promise: 1 working day}}
tasks: {read: {time: exponential(20 min), value: necessary}, decide: {time: exponential(30 min), value: adding}}
teams: {Desk: {people: 1, calendar: office}, Legal: {people: 1, calendar: office}}
steps:
  Read: {team: Desk, does: read}
  Decide: {team: Legal, does: decide, handoff: {batch: 3 requests}}
run: {length: 5 working days, replications: 3, seed: 7}
"""
VARY = ("teams.Desk.people=1..4", "steps.Decide.handoff.batch=none, 2 requests, 5 requests")
GONE_SECONDS = 30.0
"""So long the workers of a killed parent may live: a few tenths of a second, more where a busy machine has just begun
to start them.
"""


def scenario() -> Scenario:
    """The scenario that is swept."""
    return load_text(TEXT, "killed.yaml")


def plan_of(source: Scenario, replications: int = 3, vary: tuple[str, ...] = VARY) -> SweepPlan:
    """The sweep of it: 12 cells."""
    design = make_design("grid", read_axes(vary))
    return make_plan(source, design, ["current"], [], seed=7, replications=replications)


def sweep(root: Path, jobs: int = 1, source: Scenario | None = None, plan: SweepPlan | None = None) -> Path:
    """Run the sweep, or what of it is missing; the folder."""
    source = source or scenario()
    plan = plan or plan_of(source)
    with open_store(root, plan.title, plan.identity) as store, Pool(jobs) as pool:
        wanted, progress = missing(plan, store)
        if wanted:
            perform(plan, store, pool, wanted, progress)
        if wanted or not is_finished(store, plan):
            bases = [source.compile(state) for state in plan.states]
            told = {"files": source.text, "command": ("flowsim", "sweep"), "seconds": 0.0, "root": root}
            finish(plan, store, progress.failed, bases, **told)  # type: ignore[arg-type]
        return store.path


def prints(folder: Path) -> dict[str, str]:
    """The fingerprint of each table of a finished sweep, all of whose files are as they were written."""
    stored = open_run(folder, folder.parent)
    if wrong := stored.damaged():
        raise AssertionError(wrong)
    return {table.name: table.fingerprint for table in stored.manifest.tables}


def faults(folder: Path, replications: int = 3) -> list[str]:
    """What is wrong in the folder of a sweep that was killed: a file under its final name that is not whole, a
    replication lost or doubled, a manifest that promises what is not there.
    """
    wrong = []
    for path in folder.glob("cells/[!.]*.parquet"):
        try:
            numbers = read_cell(path)
        except ResultsError as error:
            wrong.append(f"half a file under its final name: {error}")
            continue
        there = {r for values in numbers.values.values() for r in values}
        if there != set(range(1, replications + 1)):
            wrong.append(f"{path.name} has the replications {sorted(there)}")
    if (folder / "manifest.json").exists():
        with contextlib.suppress(FileNotFoundError):
            wrong += open_run(folder, folder.parent).damaged()
    return wrong


@dataclass
class Count:
    """What came of many kills. `slowest`: the longest that anything of a dead sweep lived on, in seconds."""

    kills: int = 0
    in_the_middle: int = 0
    rounds: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        """Put others to these."""
        self.kills += other.kills
        self.in_the_middle += other.in_the_middle
        self.rounds += other.rounds
        self.slowest = max(self.slowest, other.slowest)
        self.wrong += other.wrong


def kill_until(root: Path, kind: str, jobs: int, kills: int, seed: int, usual: float, want: dict[str, str]) -> Count:
    """Run the sweep again and again in fresh folders, and end it at random moments so many times in all: `kind` is the
    process itself ("parent"), one of its workers ("worker") or all of them at once ("group"). A killed sweep is run
    again in its folder, perhaps killed again, until it comes to its end; then its tables must be `want`. `usual`: how
    long an undisturbed sweep takes, in seconds.
    """
    chance = random.Random(f"{kind} {seed}")
    count = Count()
    source = scenario()
    plan = plan_of(source)
    number = 0
    while count.kills < kills:
        number += 1
        place = root / f"{kind}-{jobs}-{number}"
        place.mkdir()
        while not _ended(place, kind, jobs, chance, usual, kills, count, source, plan):
            folders = list(place.glob("sweep-*"))
            count.wrong += [f"{kind} {number}: {sentence}" for folder in folders for sentence in faults(folder)]
        count.rounds += 1
        (folder,) = place.glob("sweep-*")
        found = prints(folder)
        if found != want:
            count.wrong.append(f"{kind} {number}: the tables differ from those of an undisturbed sweep")
        count.wrong += [f"{kind} {number}: {sentence}" for sentence in faults(folder)]
    return count


def _ended(
    place: Path,
    kind: str,
    jobs: int,
    chance: random.Random,
    usual: float,
    most: int,
    count: Count,
    source: Scenario,
    plan: SweepPlan,
) -> bool:
    """One process of the sweep, ended or not; whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            sweep(place, jobs, source, plan)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    with contextlib.suppress(OSError):
        os.setpgid(child, child)
    status = None
    if count.kills < most:
        status = (
            _until_workers(child) if jobs > 1 and chance.random() < 0.9 else None
        )  # before that little can go wrong
        status = status if status is not None else _waited(child, chance.uniform(0.02, 1.1) * usual)
    if status is None and count.kills < most:
        status = _kill(child, kind, chance, count)
    if status is None:
        status = os.waitpid(child, 0)[1]
    begun = time.monotonic()
    while members(child) and time.monotonic() < begun + GONE_SECONDS:
        time.sleep(0.01)
    count.slowest = max(count.slowest, time.monotonic() - begun)
    if left := members(child):
        count.wrong.append(f"{kind}: {len(left)} processes went on without their parent")
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
    ended = os.waitstatus_to_exitcode(status)
    if ended not in (0, -signal.SIGKILL):
        count.wrong.append(f"{kind}: the sweep ended with {ended}")
        return True
    return ended == 0


def _waited(child: int, seconds: float) -> int | None:
    """The status of a process if it ends within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.002)
    return None


def _until_workers(child: int) -> int | None:
    """Wait until there are workers; the status of the process if it ends before."""
    while not any(is_worker(pid) for pid in members(child)):
        if (status := _waited(child, 0.02)) is not None:
            return status
    return None


def _kill(child: int, kind: str, chance: random.Random, count: Count) -> int | None:
    """End the process, one of its workers, or all; the status of the process if it has ended."""
    if kind == "worker":
        workers = [pid for pid in members(child) if pid != child and is_worker(pid)]
        if not workers:
            return None
        with contextlib.suppress(OSError):
            os.kill(chance.choice(workers), signal.SIGKILL)
            count.kills += 1
            count.in_the_middle += 1
        return None
    (os.killpg if kind == "group" else os.kill)(child, signal.SIGKILL)
    count.kills += 1
    status = os.waitpid(child, 0)[1]
    count.in_the_middle += os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    return status


def members(group: int) -> list[int]:
    """The living processes of a group (Linux)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                state, _, pgrp = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(pgrp) == group and state not in "ZX":
                    found.append(int(entry.name))
    return found


def is_worker(pid: int) -> bool:
    """Whether a process is one that a fork server made: its parent is one too, or it is multiprocessing's own."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        return b"forkserver" in words and b"forkserver" in Path(f"/proc/{parent}/cmdline").read_bytes()
    return False


def silently_wrong(file: Path, spoiled: bytes, right: Numbers) -> bool:
    """Whether a spoiled file is taken for a sound one, and says something else than it did."""
    file.write_bytes(spoiled)
    try:
        return read_cell(file) != right
    except ResultsError:
        return False
